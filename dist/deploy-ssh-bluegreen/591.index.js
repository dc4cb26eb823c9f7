export const id = 591;
export const ids = [591];
export const modules = {

/***/ 3591:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deployToServer: () => (/* binding */ deployToServer)
});

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
;// CONCATENATED MODULE: ./build/packages/release/src/timeline.js
/** When each step began and how long it took. */
class Timeline {
    entries = [];
    #originMs;
    #nowMs;
    constructor(originMs, nowMs) {
        this.#originMs = originMs;
        this.#nowMs = nowMs;
    }
    async run(step, action) {
        const startMs = this.#nowMs() - this.#originMs;
        const finish = (outcome) => {
            const durationMs = this.#nowMs() - this.#originMs - startMs;
            this.entries.push({ step, startMs: Math.round(startMs), durationMs: Math.round(durationMs), outcome });
        };
        try {
            const result = await action();
            finish('done');
            return result;
        }
        catch (error) {
            finish('failed');
            throw error;
        }
    }
    durationMs(step) {
        return this.entries
            .filter((entry) => entry.step === step)
            .reduce((sum, entry) => sum + entry.durationMs, 0);
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/server-facts.js
/** What decides how a deploy goes, out of GET /info and GET /version. */
function serverFacts(info, version) {
    return {
        architecture: imageArchitecture(version.Arch ?? info.Architecture ?? 'unknown'),
        os: version.Os ?? info.OSType ?? 'unknown',
        rootless: (info.SecurityOptions ?? []).some((option) => option.split(',').includes('name=rootless')),
        containerdImageStore: (info.DriverStatus ?? []).some(([name, value]) => name === 'driver-type' && (value ?? '').startsWith('io.containerd.snapshotter.')),
        dockerRootDir: info.DockerRootDir?.startsWith('/') ? info.DockerRootDir : undefined,
        cpus: info.NCPU,
        memoryBytes: info.MemTotal,
        swarmActive: info.Swarm?.LocalNodeState === 'active',
    };
}
/** The name images use (GOARCH) for what `uname -m` says. */
function imageArchitecture(machine) {
    const names = {
        x86_64: 'amd64',
        aarch64: 'arm64',
        armv7l: 'arm',
        armv6l: 'arm',
        i386: '386',
        i686: '386',
    };
    return names[machine] ?? machine;
}
/**
 * A sentence when the image cannot run on the server, else undefined. 32-bit images run on the 64-bit servers
 * of the same family.
 */
function platformProblem(reference, image, server) {
    const os = image.Os || server.os;
    const architecture = image.Architecture || server.architecture;
    const family = { amd64: ['386'], arm64: ['arm'] };
    const runs = architecture === server.architecture || (family[server.architecture] ?? []).includes(architecture);
    if (os === server.os && runs)
        return undefined;
    const variant = image.Variant ? `/${image.Variant}` : '';
    return `The image ${reference} is built for ${os}/${architecture}${variant}, but the server is ${server.os}/${server.architecture}: build the image for ${server.os}/${server.architecture}.`;
}

// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __webpack_require__(5863);
;// CONCATENATED MODULE: ./build/packages/switch/src/traffic-switch.js
const colors = ['blue', 'green'];
function otherColor(color) {
    return color === 'blue' ? 'green' : 'blue';
}

;// CONCATENATED MODULE: ./build/packages/release/src/app-container.js
const appLabels = {
    app: 'switchyard.app',
    role: 'switchyard.role',
    release: 'switchyard.release',
    color: 'switchyard.color',
    port: 'switchyard.port',
    protocol: 'switchyard.protocol',
};
const labelPrefix = 'switchyard.';
/** The name of a release's container; colors alternate, release ids never repeat. */
function containerName(app, id) {
    return `${app}-${id}`;
}
function slotNetworkName(app) {
    return `switchyard-${app}`;
}
/** The definition of a release's container, not yet started. It may not restart until it is proven healthy. */
function appContainer(release, placement) {
    const { config } = release;
    const port = config.containerPort === undefined ? undefined : `${config.containerPort}/tcp`;
    return {
        ...sharedConfig(release, config.command),
        Labels: {
            ...config.labels,
            ...ownLabels(release, 'app'),
            [appLabels.color]: release.color,
            [appLabels.protocol]: config.protocol,
            ...(config.containerPort === undefined ? {} : { [appLabels.port]: String(config.containerPort) }),
        },
        ...(placement.publishForProbes && port ? { ExposedPorts: { [port]: {} } } : {}),
        HostConfig: {
            ...hostConfig(config),
            NetworkMode: placement.network,
            RestartPolicy: { Name: 'no' },
            ...(placement.publishForProbes && port
                ? { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }
                : {}),
        },
        NetworkingConfig: {
            EndpointsConfig: {
                [placement.network]: placement.address ? { IPAMConfig: { IPv4Address: placement.address } } : {},
            },
        },
    };
}
/** A container of the same image and configuration that runs one command, such as a migration. */
function oneOffContainer(release, role, command, network) {
    return {
        ...sharedConfig(release, command),
        Labels: { ...ownLabels(release, role) },
        HostConfig: { ...hostConfig(release.config), NetworkMode: network, RestartPolicy: { Name: 'no' } },
        // The image's health check belongs to the service, not to a command that ends.
        Healthcheck: { Test: ['NONE'] },
    };
}
function sharedConfig(release, command) {
    const { config, image } = release;
    return {
        Image: image.runnable,
        Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
        ...(command ? { Cmd: [...command] } : {}),
        ...(config.user ? { User: config.user } : {}),
        ...(config.stopSignal ? { StopSignal: config.stopSignal } : {}),
        StopTimeout: Math.ceil(config.stopTimeoutMs / 1000),
    };
}
function ownLabels(release, role) {
    return { [appLabels.app]: release.app, [appLabels.role]: role, [appLabels.release]: release.id };
}
function hostConfig(config) {
    return {
        Binds: [...config.volumes],
        // A program that is not made to be process 1 ignores SIGTERM; with an init it stops in 0.1 s, not in 10.
        Init: config.init,
        ReadonlyRootfs: config.readOnly,
        ...(config.memoryBytes === undefined ? {} : { Memory: config.memoryBytes }),
        ...(config.cpus === undefined ? {} : { NanoCpus: Math.round(config.cpus * 1e9) }),
        LogConfig: {
            Type: 'json-file',
            Config: { 'max-size': String(config.logMaxSizeBytes), 'max-file': '3' },
        },
    };
}
/** Two versions share a writable volume for the seconds in which both run; the user should know. */
function writableVolumes(volumes) {
    return volumes.filter((volume) => !volume.split(':').slice(2).join(':').split(',').includes('ro'));
}
function colorOf(labels) {
    const color = labels?.[appLabels.color];
    return color === 'blue' || color === 'green' ? color : undefined;
}

;// CONCATENATED MODULE: ./build/packages/release/src/release.js
/** Written into every file; a newer one is refused rather than mangled. */
const recordFormat = 1;
/** An id that sorts by time: `20261121-031205-3f9a`. */
function releaseId(timeMs, random) {
    const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
    return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${random}`;
}
const idPattern = /^\d{8}-\d{6}-[0-9a-z]{4}$/;
/** Ids come back from file names and labels, which anybody on the server can write. */
function isReleaseId(text) {
    return idPattern.test(text);
}
function withVerdict(release, verdict, timeMs, reason) {
    const at = new Date(timeMs).toISOString();
    return {
        ...release,
        verdict,
        verdictAt: at,
        reason: reason ?? (verdict === 'failed' || verdict === 'bad' ? release.reason : undefined),
        liveAt: release.liveAt ?? (verdict === 'live' ? at : undefined),
    };
}

;// CONCATENATED MODULE: ./build/packages/release/src/app-state.js



class StateError extends src/* ExplainedError */.h {
    name = 'StateError';
}
function isUp(container) {
    return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}
async function listAppContainers(engine, app) {
    const all = await engine.containers.list({ all: true, labels: { [appLabels.app]: app } });
    const containers = [];
    const oneOffs = [];
    for (const summary of all) {
        const role = summary.Labels?.[appLabels.role];
        if (role === 'pre-deploy' || role === 'post-deploy')
            oneOffs.push(summary);
        const color = colorOf(summary.Labels);
        const releaseId = summary.Labels?.[appLabels.release];
        if (role !== 'app' || !color || !summary.Id || releaseId === undefined || !isReleaseId(releaseId))
            continue;
        const name = summary.Names?.[0]?.replace(/^\//, '') ?? summary.Id.slice(0, 12);
        containers.push({ id: summary.Id, name, color, releaseId, state: summary.State ?? 'unknown' });
    }
    containers.sort((a, b) => (a.releaseId < b.releaseId ? -1 : 1));
    return { containers, oneOffs };
}
/**
 * Which container serves. The switch is asked first, because it is what the users meet; the record only names the
 * release when the switch is gone.
 *
 * @throws StateError when it can't be told; then nothing may be removed.
 */
async function readAppState(engine, app, releases, trafficSwitch) {
    const [{ containers, oneOffs }, switchColor] = await Promise.all([
        listAppContainers(engine, app),
        trafficSwitch.live(),
    ]);
    const liveColor = switchColor ?? colorWithoutSwitch(app, containers, releases);
    return { containers, oneOffs, releases, liveColor, live: liveContainer(containers, releases, liveColor) };
}
function colorWithoutSwitch(app, containers, releases) {
    const recorded = releases.findLast((release) => release.verdict === 'live');
    if (recorded && containers.some(({ releaseId }) => releaseId === recorded.id))
        return recorded.color;
    const running = containers.filter((container) => container.state === 'running');
    if (running.length > 1) {
        throw new StateError(`It can't be told which container of ${app} is live, because its switch and its record are gone and ${running
            .map(({ name }) => name)
            .join(' and ')} run; stop the one that is not, then deploy again.`);
    }
    return running[0]?.color;
}
/** Of several containers in the live slot the one that runs; of several that don't, the one the record calls live. */
function liveContainer(containers, releases, color) {
    const inSlot = containers.filter((container) => container.color === color);
    const running = inSlot.findLast((container) => container.state === 'running');
    if (running)
        return running;
    const live = releases.findLast((release) => release.verdict === 'live');
    return inSlot.find(({ releaseId }) => releaseId === live?.id) ?? inSlot.at(-1);
}

;// CONCATENATED MODULE: ./build/packages/probe/src/connection-error.js

const REFUSED_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const BROKEN_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);
/** RFC 4254, 5.1: the SSH server tried to connect and could not. */
const SSH_CONNECT_FAILED = 2;
/** Nothing accepted the connection at the app's address. */
function isRefusal(error) {
    if (!(error instanceof Error))
        return false;
    // What #ssh throws for a port that refuses; by name, so that this package runs without it.
    if (error.name === 'SocketRefusedError')
        return true;
    if (error instanceof src/* ExplainedError */.h)
        return false;
    const { code, reason } = error;
    return (typeof code === 'string' && REFUSED_CODES.has(code)) || reason === SSH_CONNECT_FAILED;
}
/**
 * Whose fault an error is. Refused and broken connections and nonsense in place of HTTP come from the app. All
 * other errors that explain themselves come from the way to it (SSH lost, forwarding off), and so, to be safe,
 * does everything unknown: an app is never condemned for what is not certainly its doing.
 */
function classifyConnectionError(error) {
    if (isRefusal(error))
        return 'unhealthy';
    if (!(error instanceof Error) || error instanceof src/* ExplainedError */.h)
        return 'unmeasured';
    const { code } = error;
    if (typeof code !== 'string')
        return 'unmeasured';
    return BROKEN_CODES.has(code) || /^(?:HPE_|ERR_HTTP2_)/.test(code) ? 'unhealthy' : 'unmeasured';
}
/** A few words for a report, without control characters. */
function describeConnectionError(error) {
    const code = error?.code;
    if (code === 'ECONNREFUSED' || (error instanceof Error && error.name === 'SocketRefusedError'))
        return 'connection refused';
    if (code === 'ECONNRESET' || code === 'EPIPE')
        return 'connection closed before the answer';
    if (typeof code === 'string' && code.startsWith('HPE_'))
        return `the answer is not HTTP (${code})`;
    const message = error instanceof Error ? error.message || error.name : String(error);
    return message.slice(0, 500).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') || 'unknown error';
}

;// CONCATENATED MODULE: ./build/packages/probe/src/probe-attempt.js

/**
 * One attempt: opens a stream, lets `exchange` talk, and turns errors and the time limit into an outcome. Never
 * rejects, except with the signal's reason. The stream is always destroyed.
 */
async function attempt(open, options, exchange) {
    options.signal?.throwIfAborted();
    const classify = options.classifyError ?? classifyConnectionError;
    const startedMs = performance.now();
    const latencyMs = () => Math.round((performance.now() - startedMs) * 100) / 100;
    const stop = new AbortController();
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
    let over = false;
    let stream;
    const talk = async () => {
        try {
            const opened = await open();
            if (over) {
                opened.on('error', () => undefined).destroy();
                return { outcome: 'unmeasured', latencyMs: latencyMs(), detail: 'too late' };
            }
            stream = opened;
            // The exchange listens itself; this one remains for errors after its end.
            stream.on('error', () => undefined);
            return { connected: true, ...(await exchange(stream, signal)), latencyMs: latencyMs() };
        }
        catch (error) {
            const connected = stream !== undefined && !isRefusal(error);
            return {
                outcome: classify(error),
                latencyMs: latencyMs(),
                detail: describeConnectionError(error),
                connected,
            };
        }
    };
    let timer;
    let onAbort = () => { };
    const limit = new Promise((resolve, reject) => {
        timer = setTimeout(() => {
            // A tunnel that cannot even open a stream says nothing about the app.
            const opened = stream !== undefined;
            resolve({
                outcome: opened ? 'unhealthy' : 'unmeasured',
                latencyMs: latencyMs(),
                detail: `${opened ? 'no answer' : 'no connection'} within ${options.timeoutMs} ms`,
                connected: opened,
            });
        }, options.timeoutMs);
        onAbort = () => reject(options.signal?.reason);
        options.signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
        return await Promise.race([talk(), limit]);
    }
    finally {
        over = true;
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        stop.abort();
        stream?.destroy();
    }
}

// EXTERNAL MODULE: ./build/packages/probe/src/status-ranges.js
var status_ranges = __webpack_require__(3263);
;// CONCATENATED MODULE: ./build/packages/probe/src/http-probe.js


const MAX_BODY_BYTES = 64 * 1024;
/**
 * One request over a new connection, then the connection is closed. Redirects are an answer like any other and
 * not followed. The body counts too: an answer whose body breaks off is unhealthy.
 */
function probeHttp(open, request) {
    const exchange = request.protocol === 'h2c' ? http2Exchange : http1Exchange;
    return attempt(open, request, (stream) => exchange(stream, request));
}
function http1Exchange(stream, request) {
    // Not imported: importing node:http evaluates all its exports, and one of them loads undici.
    const http = process.getBuiltinModule('node:http');
    return new Promise((resolve, reject) => {
        const outgoing = http.request({
            createConnection: () => withSocketMethods(stream),
            method: request.method ?? 'GET',
            path: request.path,
            headers: {
                host: request.host,
                'user-agent': 'switchyard-probe',
                ...request.headers,
                connection: 'close',
            },
        });
        outgoing.once('error', reject);
        outgoing.once('response', (response) => {
            // Resumed by readBody; listened to first, because an answer without a body can end at once.
            readBody(response).then((body) => resolve(judge(request, response.statusCode ?? 0, response.headers, body)), reject);
        });
        // 101 is an answer too: whoever probes a WebSocket path wants to see it.
        outgoing.once('upgrade', (response) => {
            resolve(judge(request, response.statusCode ?? 0, response.headers, ''));
        });
        outgoing.end();
    });
}
function http2Exchange(stream, request) {
    const http2 = process.getBuiltinModule('node:http2');
    return new Promise((resolve, reject) => {
        const session = http2.connect('http://localhost', {
            createConnection: () => withSocketMethods(stream),
        });
        const done = (exchange) => {
            session.destroy();
            resolve(exchange);
        };
        const fail = (error) => {
            session.destroy();
            reject(error);
        };
        session.on('error', fail);
        session.once('close', () => fail(connectionEnded()));
        const outgoing = session.request({
            'user-agent': 'switchyard-probe',
            ...lowerCaseNames(request.headers ?? {}),
            ':authority': request.host,
            ':method': request.method ?? 'GET',
            ':path': request.path,
        });
        outgoing.on('error', fail);
        outgoing.once('response', (headers) => {
            readHttp2Body(outgoing).then((body) => done(judge(request, headers[':status'] ?? 0, headers, body)), fail);
        });
        outgoing.end();
    });
}
function connectionEnded() {
    return Object.assign(new Error('the connection ended before the answer'), { code: 'ECONNRESET' });
}
async function readBody(source) {
    const parts = [];
    let size = 0;
    for await (const part of source) {
        parts.push(part);
        size += part.length;
        // Enough: an endless answer (a stream of events, a download) is an answer all the same.
        if (size >= MAX_BODY_BYTES)
            break;
    }
    return Buffer.concat(parts).subarray(0, MAX_BODY_BYTES).toString('utf8');
}
/**
 * An answer that arrives in one piece ends its stream before an iterator has looked at it, which the iterator then
 * takes for a premature close; through an SSH channel that is every third answer.
 */
function readHttp2Body(source) {
    return new Promise((resolve, reject) => {
        const parts = [];
        let size = 0;
        const finish = () => resolve(Buffer.concat(parts).subarray(0, MAX_BODY_BYTES).toString('utf8'));
        source.on('data', (part) => {
            parts.push(part);
            size += part.length;
            if (size >= MAX_BODY_BYTES)
                finish();
        });
        source.once('end', finish);
        source.once('close', () => reject(connectionEnded()));
    });
}
function judge(request, status, rawHeaders, body) {
    const headers = {};
    for (const [name, value] of Object.entries(rawHeaders)) {
        if (value === undefined || name.startsWith(':'))
            continue;
        headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
    }
    const healthy = (0,status_ranges/* statusIsIn */.CE)(status, request.expectedStatus);
    const location = status >= 300 && status < 400 && headers.location;
    const target = location ? ` (redirect to ${location.slice(0, 200).replace(/\p{Cc}/gu, '')})` : '';
    return {
        outcome: healthy ? 'healthy' : 'unhealthy',
        detail: `HTTP ${status}${target}`,
        status,
        headers,
        body,
    };
}
function lowerCaseNames(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
/** node:http and node:http2 call methods of net.Socket that a channel of an SSH connection does not have. */
function withSocketMethods(stream) {
    const socket = stream;
    for (const method of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
        socket[method] ??= () => stream;
    }
    return stream;
}

;// CONCATENATED MODULE: ./build/packages/probe/src/tcp-probe.js

/** How long an accepted connection must stay open: a userland proxy accepts first and closes when nobody is behind. */
const STAYS_OPEN_MS = 20;
/**
 * Healthy when the port accepts a connection and keeps it open for a moment, or greets.
 *
 * @param options the time limit in ms, or all options
 */
function probeTcp(open, options) {
    const settled = typeof options === 'number' ? { timeoutMs: options } : options;
    return attempt(open, settled, async (stream) => {
        if (await closesAtOnce(stream))
            return { outcome: 'unhealthy', detail: 'connection closed at once' };
        return { outcome: 'healthy', detail: 'connection accepted' };
    });
}
function closesAtOnce(stream) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(false), STAYS_OPEN_MS);
        const settle = (closed) => {
            clearTimeout(timer);
            resolve(closed);
        };
        stream.once('data', () => settle(false));
        stream.once('end', () => settle(true));
        stream.once('close', () => settle(true));
        stream.once('error', (error) => {
            clearTimeout(timer);
            reject(error);
        });
    });
}

;// CONCATENATED MODULE: ./build/packages/probe/src/health-wait.js
/**
 * Probes until `healthyThreshold` attempts in a row are healthy, the watch knows better, or time is up. An
 * unmeasured attempt breaks no row and makes none.
 *
 * @throws the signal's reason when it fires; errors of `watch`; errors of `attempt`
 */
async function waitUntilHealthy(wait) {
    const clock = wait.clock ?? (() => performance.now());
    const startedMs = clock();
    const counts = { healthy: 0, unhealthy: 0, unmeasured: 0 };
    let attempts = 0;
    let everConnected = false;
    let firstHealthyMs;
    const seen = {
        first: undefined,
        firstProblem: undefined,
        lastProblem: undefined,
        last: undefined,
    };
    const over = new AbortController();
    const signal = wait.signal === undefined ? over.signal : AbortSignal.any([over.signal, wait.signal]);
    const end = (outcome, reason) => ({
        healthy: outcome === 'healthy',
        outcome,
        reason,
        fatal: outcome === 'fatal' ? reason : undefined,
        durationMs: Math.round(clock() - startedMs),
        attempts,
        counts: { ...counts },
        firstHealthyMs,
        everConnected,
        ...seen,
    });
    wait.signal?.throwIfAborted();
    const watching = watchForTheWorst(wait, signal);
    const passing = probeUntilPassed();
    const cancelled = rejectOnAbort(wait.signal, over.signal);
    // An attempt that hangs does not outlast the deadline.
    const late = pause(wait.deadlineMs, signal).then(timeIsUp);
    // Whichever loses the race is told to stop; its own end is of no interest.
    for (const one of [watching, passing, cancelled, late])
        one.catch(() => undefined);
    try {
        const first = await Promise.race([watching, passing, cancelled, late]);
        return 'outcome' in first ? first : end('fatal', first.reason);
    }
    finally {
        over.abort();
    }
    async function probeUntilPassed() {
        let passesInARow = 0;
        for (;;) {
            const result = await wait.attempt(signal);
            attempts += 1;
            counts[result.outcome] += 1;
            if (result.connected !== false && result.outcome !== 'unmeasured')
                everConnected = true;
            seen.first ??= result;
            if (result.outcome === 'healthy')
                firstHealthyMs ??= Math.round(clock() - startedMs);
            seen.last = result;
            if (result.outcome !== 'healthy') {
                seen.firstProblem ??= result;
                seen.lastProblem = result;
            }
            if (result.outcome === 'healthy')
                passesInARow += 1;
            else if (result.outcome === 'unhealthy')
                passesInARow = 0;
            if (signal.aborted)
                return new Promise(() => { });
            wait.onAttempt?.(result, attempts, passesInARow);
            if (passesInARow >= wait.healthyThreshold) {
                // An app can answer and die in the same moment; the container has the last word.
                const fatal = await wait.watch?.(signal);
                if (fatal !== undefined)
                    return end('fatal', fatal.reason);
                return end('healthy', `healthy after ${attempts} attempt${attempts === 1 ? '' : 's'}`);
            }
            if (clock() - startedMs + wait.intervalMs >= wait.deadlineMs)
                return timeIsUp();
            await pause(wait.intervalMs, signal);
        }
    }
    function timeIsUp() {
        const within = `within ${Math.round(wait.deadlineMs / 100) / 10} s`;
        const last = seen.last?.detail ?? 'no attempt';
        if (counts.healthy + counts.unhealthy === 0) {
            return end('unmeasured', `the app could not be reached to measure it ${within} (last: ${last})`);
        }
        const passes = counts.healthy === 0
            ? 'not healthy'
            : `not healthy ${wait.healthyThreshold} times in a row (${counts.healthy} of ${attempts} attempts were)`;
        return end('late', `${passes} ${within} (last: ${(seen.lastProblem ?? seen.last)?.detail ?? last})`);
    }
}
async function watchForTheWorst(wait, signal) {
    if (wait.watch === undefined)
        return new Promise(() => { });
    for (;;) {
        const fatal = await wait.watch(signal);
        if (fatal !== undefined)
            return fatal;
        await pause(wait.watchIntervalMs ?? 100, signal);
    }
}
/** Rejects when the signal fires, so that a stop interrupts a hanging attempt as well. */
function rejectOnAbort(signal, over) {
    return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
    });
}
/** Rejects when the signal fires. */
function pause(ms, signal) {
    return new Promise((resolve, reject) => {
        if (signal.aborted)
            return reject(signal.reason);
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = setTimeout(() => {
            signal.removeEventListener('abort', onAbort);
            resolve();
        }, ms);
        signal.addEventListener('abort', onAbort, { once: true });
    });
}

;// CONCATENATED MODULE: ./build/packages/release/src/health-gate.js


class UnhealthyError extends src/* ExplainedError */.h {
    name = 'UnhealthyError';
}
/** A container without any check must at least stay up for this long. */
const steadyMs = 3000;
/** The check that the user asked for, or else the best that the image offers. */
function healthKind(health, config, imageHasHealthcheck) {
    if (health.path !== undefined)
        return 'http';
    if (health.command !== undefined)
        return 'command';
    if (imageHasHealthcheck)
        return 'image';
    return config.containerPort === undefined ? 'running' : 'tcp';
}
function describeHealthKind(kind, health, port) {
    const where = port === undefined ? 'the port that the image exposes' : `port ${port}`;
    switch (kind) {
        case 'http':
            return `GET ${health.path} on ${where}`;
        case 'tcp':
            return `a connection to ${where}`;
        case 'command':
            return `the command ${health.command?.[0]}`;
        case 'image':
            return "the image's own HEALTHCHECK";
        case 'running':
            return `staying up for ${steadyMs / 1000} s`;
    }
}
/** One attempt of the given kind. */
function healthAttempt(engine, kind, health, config, target) {
    switch (kind) {
        case 'http':
            return () => probeHttp(target.open, {
                path: health.path ?? '/',
                host: health.host,
                protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
                timeoutMs: health.timeoutMs,
                expectedStatus: health.statuses,
            });
        case 'tcp':
            return () => probeTcp(target.open, health.timeoutMs);
        case 'command':
            return () => commandAttempt(engine, target.containerId, health.command ?? [], health.timeoutMs);
        case 'image':
            return () => imageAttempt(engine, target.containerId);
        case 'running':
            return runningAttempt(engine, target.containerId);
    }
}
async function commandAttempt(engine, id, command, timeoutMs) {
    const started = performance.now();
    const result = await engine.containers.exec(id, command, { timeoutMs });
    const latencyMs = performance.now() - started;
    if (result.timedOut)
        return { outcome: 'unhealthy', latencyMs, detail: `no end within ${timeoutMs} ms` };
    const output = result.output.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    return result.exitCode === 0
        ? { outcome: 'healthy', latencyMs, detail: 'exit code 0' }
        : {
            outcome: 'unhealthy',
            latencyMs,
            detail: `exit code ${result.exitCode}${output ? `: ${output}` : ''}`,
        };
}
async function imageAttempt(engine, id) {
    const started = performance.now();
    const container = await engine.containers.inspect(id);
    const latencyMs = performance.now() - started;
    const status = container?.State?.Health?.Status ?? 'none';
    return status === 'healthy'
        ? { outcome: 'healthy', latencyMs, detail: 'its HEALTHCHECK passes' }
        : { outcome: 'unhealthy', latencyMs, detail: `its HEALTHCHECK says ${status}` };
}
function runningAttempt(engine, id) {
    const since = performance.now();
    return async () => {
        const started = performance.now();
        const container = await engine.containers.inspect(id);
        const latencyMs = performance.now() - started;
        return container?.State?.Running === true && started - since >= steadyMs
            ? { outcome: 'healthy', latencyMs, detail: `it has stayed up for ${steadyMs / 1000} s` }
            : { outcome: 'unhealthy', latencyMs, detail: 'it has not run for long enough yet' };
    };
}
/** What shells, inits and the kernel mean by an exit code. */
function exitMeaning(code) {
    if (code === 126)
        return ' (its program may not be run)';
    if (code === 127)
        return ' (its program is not in the image)';
    return code === 137 ? ' (it was killed)' : '';
}
/** Why a container can't become healthy any more, or undefined while it may. */
async function fatalState(engine, id) {
    const container = await engine.containers.inspect(id);
    const state = container?.State;
    if (!container || !state)
        return 'its container is gone';
    if (state.OOMKilled)
        return 'it ran out of memory and was killed';
    if (state.Restarting || (container.RestartCount ?? 0) > 0)
        return 'it keeps restarting';
    if (!state.Running && state.Status !== 'created')
        return `it ended with exit code ${state.ExitCode}${exitMeaning(state.ExitCode)}`;
    if (state.Health?.Status === 'unhealthy') {
        const output = state.Health.Log?.at(-1)?.Output?.trim().split('\n').at(-1)?.slice(0, 200);
        return `its HEALTHCHECK says unhealthy${output ? `: ${output}` : ''}`;
    }
    return undefined;
}
/**
 * Waits until the container is healthy.
 *
 * @throws UnhealthyError with the reason, at once when the container has ended, else after `startTimeoutMs`
 */
async function passHealthGate(options) {
    const { engine, kind, health, config, target } = options;
    const wait = await waitUntilHealthy({
        attempt: healthAttempt(engine, kind, health, config, target),
        intervalMs: health.intervalMs,
        healthyThreshold: kind === 'image' || kind === 'running' ? 1 : health.threshold,
        deadlineMs: health.startTimeoutMs,
        watch: async () => {
            const reason = await fatalState(engine, target.containerId);
            return reason === undefined ? undefined : { reason };
        },
        signal: options.signal,
        onAttempt: (result, attempt) => {
            options.onAttempt(`Health check ${attempt}: ${result.outcome}, ${result.detail}`);
        },
    });
    options.onEnd?.(wait);
    if (wait.outcome === 'healthy')
        return wait;
    if (wait.outcome === 'late' && !wait.everConnected && (kind === 'http' || kind === 'tcp')) {
        throw new UnhealthyError(`nothing in it answers on port ${config.containerPort}, not once in ${health.startTimeoutMs / 1000} s; check "container-port", and that the app listens on 0.0.0.0 and not only on 127.0.0.1`);
    }
    const by = describeHealthKind(kind, health, config.containerPort);
    throw new UnhealthyError(wait.outcome === 'fatal' ? `it never became healthy: ${wait.reason}` : `${wait.reason}; checked by ${by}`);
}

;// CONCATENATED MODULE: ./build/packages/release/src/image-step.js


class ImageError extends src/* ExplainedError */.h {
    name = 'ImageError';
}
const MiB = 1024 * 1024;
/** What a pull is assumed to need when nothing is known of the image: less left over makes Engines stumble anyway. */
const leastFreeBytes = 512 * MiB;
/**
 * @returns why a pull must not be tried, or undefined. The room that the app's last image takes is the best guess
 * for the next.
 */
function diskProblem(freeBytes, lastImageBytes, folder) {
    const neededBytes = Math.max(leastFreeBytes, lastImageBytes ?? 0);
    if (freeBytes === undefined || freeBytes >= neededBytes)
        return undefined;
    return `The server's disk is too full to pull the image: ${folder} has ${Math.floor(freeBytes / MiB)} MiB free and ${Math.ceil(neededBytes / MiB)} MiB are needed; remove images that are no longer used ("docker image prune -a" keeps those of containers).`;
}
/**
 * Makes sure that the server has the image, and pins it by digest.
 *
 * @throws ImageError when the policy forbids a pull, the disk is too full, or the image is for another platform
 * @throws PullError when the registry refuses
 */
async function readyImage(options) {
    const { engine, reference, text, policy } = options;
    const name = (0,image_reference/* formatImageReference */.my)(reference);
    const present = await engine.images.inspect(name);
    if (!present && policy === 'never') {
        throw new ImageError(`The server does not have the image ${text}, and "pull-policy" is never; load it first or allow the pull.`);
    }
    // A digest can't change its meaning, so what is there is right.
    const needsPull = policy === 'always' ? !(present && reference.digest) : policy === 'missing' && !present;
    if (needsPull) {
        const last = options.lastImageId ? await engine.images.inspect(options.lastImageId) : undefined;
        const folder = options.facts.dockerRootDir ?? "the Engine's folder";
        const problem = diskProblem(await options.freeBytes(), last?.Size, folder);
        if (problem)
            throw new ImageError(problem);
        await engine.images.pull(name, {
            ...(options.auth ? { auth: options.auth } : {}),
            signal: options.signal,
            onProgress: (event, totals) => options.onProgress(describePull(event, totals)),
        });
    }
    const inspect = needsPull ? await engine.images.inspect(name) : present;
    if (!inspect?.Id)
        throw new ImageError(`The image ${text} is not on the server after the pull; run the deploy again.`);
    const mismatch = platformProblem(text, inspect, options.facts);
    if (mismatch)
        throw new ImageError(mismatch);
    const digest = digestOf(inspect, reference);
    return {
        reference: text,
        digest,
        id: inspect.Id,
        runnable: digest ? `${repositoryName(reference)}@${digest}` : inspect.Id,
        pulled: needsPull && !present,
        inspect,
    };
}
/** The digest under which the registry knows this image. */
function digestOf(inspect, reference) {
    const own = `${repositoryName(reference)}@`;
    const digests = (inspect.RepoDigests ?? [])
        .filter((entry) => entry.startsWith(own))
        .map((entry) => entry.slice(own.length));
    if (reference.digest && digests.includes(reference.digest))
        return reference.digest;
    return digests[0];
}
/** As the Engine writes it: images of Docker Hub without the registry and without `library/`. */
function repositoryName(reference) {
    if (reference.registry !== 'docker.io')
        return `${reference.registry}/${reference.repository}`;
    return reference.repository.replace(/^library\//, '');
}
function describePull(event, totals) {
    const layers = `${totals.layersDone + totals.layersPresent} of ${totals.layers} layers`;
    const size = totals.totalBytes > 0
        ? `, ${megabytes(totals.downloadedBytes)} of ${megabytes(totals.totalBytes)} MB`
        : '';
    const layer = event.id ? ` (${event.id}: ${event.status.toLowerCase()})` : '';
    return `Pulling: ${layers}${size}${layer}`;
}
function megabytes(bytes) {
    return (bytes / 1e6).toFixed(1);
}
/**
 * The port that the app listens on: as given, else the only one that the image exposes.
 *
 * @throws ImageError when it can't be told
 */
function containerPort(given, inspect, text) {
    if (given !== undefined)
        return given;
    const exposed = Object.keys(inspect.Config?.ExposedPorts ?? {})
        .map((entry) => /^(\d{1,5})\/tcp$/.exec(entry)?.[1])
        .filter((port) => port !== undefined);
    if (exposed.length === 1)
        return Number(exposed[0]);
    throw new ImageError(exposed.length === 0
        ? `The image ${text} exposes no port; say with "container-port" which one the app listens on.`
        : `The image ${text} exposes several ports (${exposed.join(', ')}); say with "container-port" which one serves.`);
}
function hasHealthcheck(inspect) {
    const test = inspect.Config?.Healthcheck?.Test;
    return Array.isArray(test) && test.length > 0 && test[0] !== 'NONE';
}

;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-config.js

/** The folder of the app's switch as its container sees it. */
const folderInContainer = '/switchyard';
function switchFiles(folder, generation) {
    return {
        config: `${folder}/haproxy-${generation}.cfg`,
        admin: `${folder}/admin-${generation}.sock`,
        master: `${folder}/master-${generation}.sock`,
        map: `${folder}/live.map`,
        relay: `${folder}/relay.sock`,
    };
}
/** The map's one line: which backend serves. Read at start, so a restart comes back on the right version. */
function mapText(backend) {
    return `live ${backend}\n`;
}
function parseMapText(text) {
    const backend = /^live (\w+)\s*$/m.exec(text)?.[1];
    return colors.find((color) => color === backend);
}
/** The line by which another deploy sees which address a switch serves. */
function listenRemark(listen) {
    return `# Serves ${haproxyAddress(listen)}`;
}
/** An address as a `bind` or `server` line wants it; IPv6 gets its brackets. */
function haproxyAddress(address) {
    return address.host.includes(':')
        ? `ipv6@[${address.host}]:${address.port}`
        : `ipv4@${address.host}:${address.port}`;
}
const longest = '24d';
/**
 * HAProxy's configuration for one app. Written for HAProxy 2.6 and later
 * (https://docs.haproxy.org/3.4/configuration.html).
 *
 * - `use_backend` looks the live slot up in a map for every request. The runtime API changes that map in one
 *   step, so no request can find both slots or none.
 * - Time-outs are as long as HAProxy knows, because the app decides how long an upload, a WebSocket or an event
 *   stream may last. Only the request's head is limited.
 * - `http-server-close`: an idle connection to the app could be closed by the app in the moment that a request is
 *   sent on it, and that request, if it is a POST, would be lost.
 * - `idle-close-on-response`: a switch that is being replaced ends idle connections with an answer, never with a
 *   reset.
 * - The backend `successor` passes the requests that still reach a replaced switch to the one that replaced it, by
 *   the socket `relay`, which the new process inherits with the other listening sockets.
 */
function renderHaproxyConfig(definition, targets, generation) {
    const files = switchFiles(folderInContainer, generation);
    const tcp = definition.protocol === 'tcp';
    const owner = definition.becomeUser;
    const socketOwner = owner ? ` uid ${owner.uid} gid ${owner.gid}` : '';
    const serverTimeout = definition.requestTimeoutMs === undefined ? longest : `${definition.requestTimeoutMs}ms`;
    const lookUp = `use_backend %[str(live),map(${files.map})]`;
    const { listen } = definition;
    const bind = definition.isPublished ? { host: '0.0.0.0', port: listen.port } : listen;
    const lines = [
        listenRemark(listen),
        'global',
        ...(owner ? [`  uid ${owner.uid}`, `  gid ${owner.gid}`] : []),
        `  stats socket ${files.admin}${socketOwner} mode 600 level admin expose-fd listeners`,
        '  stats timeout 1h',
        '  log ring@requests format raw local0',
        // Engines give a container up to a million file descriptors, and HAProxy allocates for all of them at once.
        '  fd-hard-limit 65536',
        // As much head as the usual app servers accept; HAProxy's own limit of 16 kB would refuse some of it.
        '  tune.bufsize 32768',
        '',
        'ring requests',
        '  format raw',
        '  maxlen 200',
        '  size 262144',
        '',
        'defaults',
        `  mode ${tcp ? 'tcp' : 'http'}`,
        '  timeout connect 5s',
        `  timeout client ${longest}`,
        `  timeout server ${serverTimeout}`,
        `  timeout tunnel ${longest}`,
        '  option clitcpka',
        '  option srvtcpka',
        '  option splice-auto',
        // Only a refused connection is tried again, once a second: no request reaches the app twice.
        '  retries 5',
        '  retry-on conn-failure',
        ...(tcp
            ? []
            : [
                '  timeout http-request 60s',
                // Longer than any common edge keeps its connections to us, so that the edge is the one to close.
                '  timeout http-keep-alive 5m',
                '  option http-server-close',
                '  option idle-close-on-response',
            ]),
        '',
        'frontend app',
        `  bind ${haproxyAddress(bind)}`,
        '  log global',
        `  log-format "${tcp ? '%b - %Tt %ts' : '%b %ST %Ta %ts'}"`,
        ...(tcp ? [] : forwardedHeaders(definition)),
        ...(tcp ? [] : probeAnswer()),
        `  ${lookUp}`,
        '',
        'frontend relay',
        `  bind unix@${files.relay}${socketOwner} mode 600 accept-proxy`,
        '  log global',
        `  log-format "${tcp ? '%b - %Tt %ts' : '%b %ST %Ta %ts'}"`,
        ...(tcp ? [] : probeAnswer()),
        `  ${lookUp}`,
        '',
    ];
    for (const color of colors) {
        const h2 = !tcp && targets[color].protocol === 'h2c' ? ' proto h2' : '';
        lines.push(`backend ${color}`, `  server ${color} ${haproxyAddress(targets[color])}${h2}`, '');
    }
    lines.push('backend successor', `  server successor unix@${files.relay} send-proxy-v2`, '');
    return lines.join('\n');
}
function forwardedHeaders(definition) {
    const port = definition.listen.port;
    return [
        ...(definition.trustedProxies.length > 0
            ? [`  acl trusted_edge src ${definition.trustedProxies.join(' ')}`]
            : ['  acl trusted_edge always_false']),
        ...[
            'X-Forwarded-For',
            'X-Forwarded-Proto',
            'X-Forwarded-Host',
            'X-Forwarded-Port',
            'X-Real-IP',
            'Forwarded',
        ].map((name) => `  http-request del-header ${name} if !trusted_edge`),
        '  http-request set-header X-Forwarded-Proto http if !{ req.hdr(X-Forwarded-Proto) -m found }',
        '  http-request set-header X-Forwarded-Host %[req.hdr(Host)] if !{ req.hdr(X-Forwarded-Host) -m found } { req.hdr(Host) -m found }',
        `  http-request set-header X-Forwarded-Port ${port} if !{ req.hdr(X-Forwarded-Port) -m found }`,
        '  http-request set-header X-Real-IP %[src] if !{ req.hdr(X-Real-IP) -m found }',
        '  option forwardfor',
    ];
}
/** Answers a deploy's own question "which slot?"; other clients' requests don't carry the header. */
function probeAnswer() {
    return [
        '  http-request set-var(txn.probe) req.hdr(Switchyard-Probe)',
        '  http-request del-header Switchyard-Probe',
        '  http-response set-header Switchyard-Color %b if { var(txn.probe) -m found }',
    ];
}

;// CONCATENATED MODULE: ./build/packages/release/src/listeners.js
/**
 * Reads the kernel's table of TCP sockets and keeps those that listen (state 0A). Addresses are written as 32-bit
 * words in the machine's byte order; servers are little-endian. Source: proc_net_tcp in the kernel's documentation.
 */
function parseListeners(table) {
    const listeners = [];
    for (const line of table.split('\n')) {
        const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A \S+ \S+ \S+\s+(\d+)/.exec(line);
        if (!match?.[1] || !match[2] || !match[3])
            continue;
        listeners.push({ host: hostOf(match[1]), port: Number.parseInt(match[2], 16), uid: Number(match[3]) });
    }
    return listeners;
}
function hostOf(hex) {
    const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse());
    if (bytes.length === 4)
        return bytes.join('.');
    const groups = [];
    for (let index = 0; index < 16; index += 2) {
        groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
    }
    // Programs with IPv6 sockets for everything (Java) listen on 127.0.0.1 by its mapped address.
    const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
    return isMapped ? bytes.slice(12).join('.') : canonicalIpv6(groups.join(':'));
}
/** One spelling for each IPv6 address, by the URL parser's rules. */
function canonicalIpv6(address) {
    try {
        return new URL(`http://[${address}]/`).hostname.slice(1, -1);
    }
    catch {
        return address;
    }
}
/** Whether two addresses can't both be listened on: the same one, or one of them stands for all. */
function collide(a, b) {
    if (a.port !== b.port)
        return false;
    const [one, other] = [a, b].map(({ host }) => (host.includes(':') ? canonicalIpv6(host) : host));
    if (one === other)
        return true;
    const isAny = (host) => host === '0.0.0.0' || host === '::';
    const sameFamily = one?.includes(':') === other?.includes(':');
    // A socket on :: takes IPv4 too, unless it was told not to.
    return one === '::' || other === '::' || (sameFamily && (isAny(one) || isAny(other)));
}

;// CONCATENATED MODULE: ./build/packages/release/src/listen-check.js



class ListenError extends src/* ExplainedError */.h {
    name = 'ListenError';
}
/**
 * Refuses a listening address that something else has. HAProxy would not notice: two switches of one user can bind
 * the same address, and the kernel would deal the requests out between them.
 *
 * @throws ListenError naming who has it
 */
async function checkListenAddress(server, app, listen) {
    const root = `${server.home}/.switchyard`;
    if (await servesOn(server, `${root}/${app}`, listen))
        return;
    // Listening sockets come first in the kernel's tables; the rest may be megabytes.
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
    const answer = await server.exec(['head', '-q', '-c', '65536', ...tables], { timeoutMs: 10_000 });
    const taken = parseListeners(answer.stdout).find((listener) => collide(listener, listen));
    if (!taken)
        return;
    const who = (await otherSwitch(server, root, listen)) ??
        // One of the two may stand for all addresses, and only the kernel knows which.
        (await otherSwitch(server, root, taken)) ??
        (await nameOf(server, taken));
    throw new ListenError(`The address ${listen.host}:${listen.port} on the server is taken by ${who}; free it or set another one with "listen".`);
}
/** Whether the app in this folder has a switch that is configured to listen there. */
async function servesOn(server, folder, listen) {
    const names = (await server.files.list(`${folder}/switch`)).map(({ name }) => name);
    const configs = names.filter((name) => /^haproxy-\d+\.cfg$/.test(name));
    const texts = await Promise.all(configs.map((name) => server.files.read(`${folder}/switch/${name}`)));
    return texts.some((text) => text?.startsWith(`${listenRemark(listen)}\n`));
}
async function otherSwitch(server, root, listen) {
    for (const { name, isDirectory } of await server.files.list(root)) {
        if (isDirectory && (await servesOn(server, `${root}/${name}`, listen)))
            return `the switch of the app ${name}`;
    }
    return undefined;
}
async function nameOf(server, taken) {
    for (const container of await server.engine.containers.list()) {
        const name = container.Names?.[0]?.replace(/^\//, '');
        if (name && container.Ports?.some((port) => port.PublicPort === taken.port))
            return `the container ${name}`;
    }
    const users = (await server.files.read('/etc/passwd').catch(() => undefined)) ?? '';
    const user = users
        .split('\n')
        .find((line) => line.split(':')[2] === String(taken.uid))
        ?.split(':')[0];
    return user ? `a process of the user ${user}` : `a process of user id ${taken.uid}`;
}

;// CONCATENATED MODULE: ./build/packages/release/src/release-store.js


class RecordError extends src/* ExplainedError */.h {
    name = 'RecordError';
}
/**
 * An app's folder in the deploy user's home: readable JSON, one file a release, each replaced in one step. The
 * environment is in it, so everything is 0600 in folders of 0700.
 */
class ReleaseStore {
    folder;
    #files;
    constructor(files, home, app) {
        this.#files = files;
        this.folder = `${home}/.switchyard/${app}`;
    }
    get switchFolder() {
        return `${this.folder}/switch`;
    }
    async prepare() {
        const folders = [`${this.folder}/releases`, `${this.folder}/lease`, this.switchFolder];
        await Promise.all(folders.map((folder) => this.#files.makeDirectory(folder, 0o700)));
    }
    /** Every release, oldest first. Files that can't be read are named in `damaged` and left where they are. */
    async list() {
        const entries = await this.#files.list(`${this.folder}/releases`);
        const ids = entries
            .filter(({ name, isDirectory }) => !isDirectory && name.endsWith('.json'))
            .map(({ name }) => name.slice(0, -'.json'.length))
            .filter(isReleaseId)
            .toSorted();
        const releases = [];
        const damaged = [];
        const texts = await Promise.all(ids.map((id) => this.#files.read(this.#path(id))));
        ids.forEach((id, index) => {
            const text = texts[index];
            if (text === undefined)
                return;
            const release = parseRelease(text, this.#path(id));
            if (release)
                releases.push(release);
            else
                damaged.push(this.#path(id));
        });
        return { releases, damaged };
    }
    async save(release) {
        await this.#files.write(this.#path(release.id), `${JSON.stringify(release, undefined, 2)}\n`, 0o600);
    }
    async forget(id) {
        await this.#files.remove(this.#path(id));
    }
    async note(entry) {
        await this.#files.append(`${this.folder}/journal.jsonl`, `${JSON.stringify(entry)}\n`, 0o600);
    }
    #path(id) {
        return `${this.folder}/releases/${id}.json`;
    }
}
/** Undefined for a damaged file. @throws RecordError for one that a newer Switchyard has written */
function parseRelease(text, path) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return undefined;
    }
    if (typeof value !== 'object' || value === null)
        return undefined;
    const record = value;
    if (typeof record.format === 'number' && record.format > recordFormat) {
        throw new RecordError(`${path} was written by a newer Switchyard (format ${record.format}, this one knows ${recordFormat}); update the action's version.`);
    }
    const isWhole = record.format === recordFormat &&
        typeof record.id === 'string' &&
        isReleaseId(record.id) &&
        path.endsWith(`/${record.id}.json`) &&
        typeof record.app === 'string' &&
        (record.color === 'blue' || record.color === 'green') &&
        typeof record.image?.id === 'string' &&
        typeof record.image.reference === 'string' &&
        typeof record.image.runnable === 'string' &&
        isConfig(record.config) &&
        verdicts.includes(record.verdict) &&
        isTextOrAbsent(record.liveAt);
    return isWhole ? record : undefined;
}
const verdicts = ['pending', 'live', 'standby', 'retired', 'failed', 'bad'];
function isConfig(value) {
    const config = value;
    return (isTextMap(config?.env) &&
        isTextMap(config?.labels) &&
        [config?.secretNames, config?.volumes, config?.networks].every(isTextList) &&
        (config?.command === undefined || isTextList(config.command)) &&
        (config?.protocol === 'http' || config?.protocol === 'h2c' || config?.protocol === 'tcp') &&
        (config.containerPort === undefined || typeof config.containerPort === 'number') &&
        typeof config.stopTimeoutMs === 'number');
}
function isTextMap(value) {
    return (typeof value === 'object' && value !== null && !Array.isArray(value) && isTextList(Object.values(value)));
}
function isTextList(value) {
    return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
function isTextOrAbsent(value) {
    return value === undefined || typeof value === 'string';
}

;// CONCATENATED MODULE: ./build/packages/release/src/retention.js
/**
 * Which releases a sweep forgets: the oldest beyond `keep`, never the live one or the standby. Failed releases are
 * kept like others, because their reason is what a person looks for, but they never push out one that was live.
 */
function releasesToForget(releases, keep) {
    const isHeld = (release) => release.verdict === 'live' || release.verdict === 'standby' || release.verdict === 'pending';
    const wereLive = releases.filter((release) => release.liveAt !== undefined);
    const neverLive = releases.filter((release) => release.liveAt === undefined);
    const oldest = (list) => list.slice(0, Math.max(0, list.length - keep));
    return [...oldest(wereLive), ...oldest(neverLive)].filter((release) => !isHeld(release));
}
/** Images that only forgotten releases use, and that a deploy had brought to the server. */
function imagesToRemove(forgotten, kept) {
    const inUse = new Set(kept.map((release) => release.image.id));
    const names = forgotten
        .filter((release) => release.image.pulled && release.image.digest !== undefined && !inUse.has(release.image.id))
        .map((release) => release.image.runnable);
    return [...new Set(names)];
}

;// CONCATENATED MODULE: ./build/packages/switch/src/unrouted-switch.js

/** For services without a port: there is no traffic, only a note of which slot is the live one. */
class UnroutedSwitch {
    #folder;
    #note;
    constructor(folder, path) {
        this.#folder = folder;
        this.#note = `${path}/live.map`;
    }
    async live() {
        return parseMapText((await this.#folder.read(this.#note)) ?? '');
    }
    async recover() {
        return [];
    }
    async plan() {
        return { change: 'unchanged', because: 'the service has no port' };
    }
    async ensure(first) {
        if (await this.live())
            return 'unchanged';
        await this.#folder.write(this.#note, mapText(first), 0o600);
        return 'created';
    }
    async dismantle() {
        await this.#folder.remove(this.#note);
    }
    async shift(color) {
        const started = performance.now();
        await this.#folder.write(this.#note, mapText(color), 0o600);
        return performance.now() - started;
    }
    openAsClient() {
        return Promise.reject(new Error('a service without a port has no clients'));
    }
    async inFlight() {
        return 0;
    }
    async closeConnections() { }
    async counters() {
        return undefined;
    }
    async observe() {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-container.js


const switchLabels = {
    app: 'switchyard.app',
    role: 'switchyard.role',
    definition: 'switchyard.switch.definition',
    generation: 'switchyard.switch.generation',
};
const lowestUnprivilegedPort = 1024;
/**
 * To bind, to become the user, to make sockets in the user's folder and give them to the user, and to pass the stop
 * signal on to the process that has become the user.
 */
const rootStartCapabilities = [
    'NET_BIND_SERVICE',
    ...['SETUID', 'SETGID'],
    ...['CHOWN', 'FOWNER', 'DAC_OVERRIDE'],
    'KILL',
];
/** Only root may bind a low port in the host's network, so there the process starts as root and becomes the user. */
function becomeUser(process, port) {
    return process.network.mode === 'host' && port < lowestUnprivilegedPort && process.uid !== 0
        ? { uid: process.uid, gid: process.gid }
        : undefined;
}
/**
 * Tells two switches apart: what a running one can't be told by its runtime API. The slots' addresses are left
 * out, because the runtime API changes them.
 */
function definitionHash(process, definition, targets) {
    const placeholder = { host: '0.0.0.0', port: 1 };
    const config = renderHaproxyConfig(definition, { blue: { ...targets.blue, ...placeholder }, green: { ...targets.green, ...placeholder } }, '0');
    const shape = containerShape(process, definition, '0', undefined);
    return (0,external_node_crypto_.createHash)('sha256')
        .update(JSON.stringify([config, shape]))
        .digest('hex')
        .slice(0, 16);
}
/** The container of one generation of an app's switch. `handover` is the generation that it replaces. */
function switchContainerConfig(process, definition, targets, generation, handover) {
    return {
        ...containerShape(process, definition, generation, handover),
        Labels: {
            [switchLabels.app]: process.app,
            [switchLabels.role]: 'switch',
            [switchLabels.definition]: definitionHash(process, definition, targets),
            [switchLabels.generation]: generation,
        },
    };
}
function containerShape(process, definition, generation, handover) {
    const files = switchFiles(folderInContainer, generation);
    const owner = becomeUser(process, definition.listen.port);
    const masterOwner = owner ? `,uid,${owner.uid},gid,${owner.gid}` : '';
    const port = `${definition.listen.port}/tcp`;
    return {
        Image: process.imageId,
        User: owner || process.network.mode === 'published' ? '0:0' : `${process.uid}:${process.gid}`,
        Entrypoint: ['haproxy'],
        Cmd: [
            ...['-W', '-db', '-f', files.config, '-S', `${files.master}${masterOwner},mode,600`],
            ...(handover === undefined ? [] : ['-x', switchFiles(folderInContainer, handover).admin]),
        ],
        StopSignal: 'SIGUSR1',
        StopTimeout: 5,
        ...(process.network.mode === 'published' ? { ExposedPorts: { [port]: {} } } : {}),
        HostConfig: {
            NetworkMode: process.network.mode === 'host' ? 'host' : process.network.network,
            // The folder, not its files: a file's mount would keep showing the file that an atomic write replaced.
            Binds: [`${process.folder}:${folderInContainer}`],
            CapDrop: ['ALL'],
            CapAdd: owner ? rootStartCapabilities : [],
            SecurityOpt: ['no-new-privileges'],
            ReadonlyRootfs: true,
            RestartPolicy: { Name: 'no' },
            LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
            ...(process.network.mode === 'published'
                ? {
                    PortBindings: {
                        [port]: [{ HostIp: definition.listen.host, HostPort: String(definition.listen.port) }],
                    },
                }
                : {}),
        },
    };
}

;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-runtime.js

class SwitchError extends src/* ExplainedError */.h {
    name = 'SwitchError';
}
const answerLimitBytes = 1024 * 1024;
/**
 * Runs commands of HAProxy's runtime API in one line and returns each command's answer. HAProxy ends an answer
 * with an empty line; waiting for that is faster than waiting for the connection to close (0.7 against 44 ms under
 * load). Source: https://docs.haproxy.org/3.4/management.html#9.3
 */
async function runtimeCommands(open, commands, timeoutMs = 5000) {
    for (const command of commands) {
        if (/[\r\n;]/.test(command))
            throw new TypeError(`not one runtime command: ${JSON.stringify(command)}`);
    }
    const stream = await open();
    return await new Promise((resolve, reject) => {
        let text = '';
        const timer = setTimeout(() => fail(new SwitchError(`The switch did not answer "${commands.join('; ')}" within ${timeoutMs} ms.`)), timeoutMs);
        const finish = () => {
            clearTimeout(timer);
            stream.removeAllListeners('data');
            stream.destroy();
        };
        const fail = (error) => {
            finish();
            reject(error);
        };
        stream.on('data', (chunk) => {
            text += chunk.toString('utf8');
            if (text.length > answerLimitBytes) {
                fail(new SwitchError(`The switch's answer to "${commands.join('; ')}" is longer than 1 MiB.`));
                return;
            }
            const answers = completeAnswers(text);
            if (answers.length >= commands.length) {
                finish();
                resolve(answers);
            }
        });
        stream.once('error', (error) => fail(new SwitchError(`The switch's admin socket failed: ${error.message}.`, { cause: error })));
        stream.once('close', () => {
            clearTimeout(timer);
            const answers = text === '' ? [] : completeAnswers(`${text}\n`);
            if (answers.length >= commands.length)
                resolve(answers);
            else
                fail(new SwitchError('The switch closed its admin socket without an answer.'));
        });
        stream.write(`${commands.join(';')}\n`);
    });
}
/** Each answer ends with an empty line; an empty answer is just that line. */
function completeAnswers(text) {
    const answers = [];
    let lines = [];
    for (const line of text.split('\n').slice(0, -1)) {
        if (line !== '')
            lines.push(line);
        else {
            answers.push(lines.join('\n'));
            lines = [];
        }
    }
    return answers;
}
/** Parses `show stat` (CSV with a `# ` header). Columns are found by name, since releases add some. */
function parseStatistics(csv) {
    const lines = csv.split('\n').filter((line) => line !== '');
    const header = lines.shift();
    if (!header?.startsWith('# pxname,svname,'))
        throw new SwitchError('The switch did not answer with its statistics.');
    const names = header.slice(2).split(',');
    return lines.map((line) => {
        const cells = line.split(',');
        const cell = (name) => cells[names.indexOf(name)] ?? '';
        const count = (name) => Number.parseInt(cell(name) || '0', 10) || 0;
        return {
            proxy: cell('pxname'),
            server: cell('svname'),
            inFlight: count('scur'),
            queued: count('qcur'),
            requests: count('stot'),
            // 5xx of the app and of the switch itself; TCP has only connections that failed.
            errors: cell('mode') === 'tcp' ? count('econ') + count('eresp') : count('hrsp_5xx'),
        };
    });
}
function slotRow(rows, color) {
    const row = rows.find((candidate) => candidate.proxy === color && candidate.server === 'BACKEND');
    if (!row)
        throw new SwitchError(`The switch knows no slot ${color}.`);
    return row;
}
function slotCounters(rows, color) {
    const row = slotRow(rows, color);
    return { requests: row.requests, errors: row.errors };
}
/** The ids in an answer to `show sess` of the sessions that a slot serves. */
function sessionsOn(color, answer) {
    return answer.split('\n').flatMap((line) => {
        const [, id, backend] = /^(0x[0-9a-f]{1,16}): .* be=(\S+) /.exec(line) ?? [];
        return id !== undefined && backend === color ? [id] : [];
    });
}

;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-generations.js



const startDeadlineMs = 15_000;
const handoverDeadlineMs = 10_000;
const leavingDeadlineMs = 2000;
const pollMs = 10;
/**
 * The switch containers of one app. Each is a generation with a number, files and sockets of its own, so that two
 * can run side by side while one takes over from the other.
 */
class HaproxyGenerations {
    #process;
    #definition;
    #containers;
    #folder;
    #connections;
    constructor(process, definition, surroundings) {
        this.#process = process;
        this.#definition = definition;
        this.#containers = surroundings.containers;
        this.#folder = surroundings.folder;
        this.#connections = surroundings.connections;
    }
    /** Every generation, oldest first. */
    async all() {
        const found = await this.#containers.list({
            [switchLabels.app]: this.#process.app,
            [switchLabels.role]: 'switch',
        });
        return found.toSorted((a, b) => Number(generationOf(a)) - Number(generationOf(b)));
    }
    async answers(container) {
        try {
            await this.admin(container, ['show version']);
            return true;
        }
        catch {
            return false;
        }
    }
    openAdmin(container) {
        return this.#connections.openUnixSocket(this.#files(container).admin);
    }
    admin(container, commands) {
        return runtimeCommands(() => this.openAdmin(container), commands);
    }
    /**
     * Asks a generation that no longer listens. Its own admin socket is closed, but its master's is not. Undefined when
     * it has left meanwhile.
     */
    async askLeaving(container, command, read) {
        const { master } = this.#files(container);
        const deadline = performance.now() + leavingDeadlineMs;
        for (;;) {
            try {
                const open = () => this.#connections.openUnixSocket(master);
                const [answer] = await runtimeCommands(open, [`@1 ${command}`]);
                // Its master outlives it for a moment and then answers something else.
                return read(answer ?? '');
            }
            catch (error) {
                if (!(await this.#isRunning(container)))
                    return undefined;
                // The Engine goes on listing a container as running for a moment after its process has ended.
                if (performance.now() > deadline)
                    throw error;
            }
            await haproxy_generations_pause(pollMs);
        }
    }
    /** @param handover the generation whose listening sockets the new one inherits */
    async create(targets, generation, handover) {
        const { config: path } = switchFiles(this.#process.folder, generation);
        await this.#folder.write(path, renderHaproxyConfig(this.#definition, targets, generation), 0o600);
        const from = handover && generationOf(handover);
        const config = switchContainerConfig(this.#process, this.#definition, targets, generation, from);
        const name = `switchyard-${this.#process.app}-switch-${generation}`;
        let id;
        try {
            id = await this.#containers.create(name, config);
            const container = { id, name, running: true, labels: config.Labels };
            await this.start(container);
            await this.#containers.setRestartPolicy(id, 'unless-stopped');
            return container;
        }
        catch (error) {
            // A lost connection fails here too; the first error is the one to tell.
            const created = id;
            if (created !== undefined)
                await this.#containers.remove(created).catch(() => undefined);
            await this.#removeFiles(generation).catch(() => undefined);
            throw error;
        }
    }
    /** @throws SwitchError with HAProxy's own reason when it doesn't come up */
    async start(container) {
        await this.#containers.start(container.id);
        const deadline = performance.now() + startDeadlineMs;
        for (;;) {
            try {
                await this.admin(container, ['show version']);
                return;
            }
            catch (error) {
                const isRunning = await this.#isRunning(container);
                if (!isRunning || performance.now() > deadline) {
                    const log = await this.#containers.lastLines(container.id, 20);
                    throw new SwitchError(startFailure(log, isRunning, this.#process.image), { cause: error });
                }
            }
            await haproxy_generations_pause(pollMs);
        }
    }
    /**
     * Makes a generation that was replaced stop listening, pass on what idle connections still bring, and leave when
     * its last request has ended. Until it has stopped listening nothing is passed on: the socket for that is shared,
     * and its own requests could come back to itself.
     */
    async retire(old) {
        await this.#containers.setRestartPolicy(old.id, 'no');
        await this.#containers.kill(old.id, 'SIGUSR1');
        const deadline = performance.now() + handoverDeadlineMs;
        while (await this.answers(old)) {
            if (performance.now() > deadline) {
                throw new SwitchError(`The replaced switch ${old.name} still listens after ${handoverDeadlineMs / 1000} s; remove it with "docker rm -f ${old.name}".`);
            }
            await haproxy_generations_pause(pollMs);
        }
        await this.passOn(old);
    }
    /** Points a generation that is leaving to the one that took over. Said again, it changes nothing. */
    async passOn(leaving) {
        const { map } = switchFiles(folderInContainer, generationOf(leaving));
        await this.askLeaving(leaving, `set map ${map} live successor`, () => undefined);
    }
    async remove(container) {
        await this.#containers.remove(container.id);
        await this.#removeFiles(generationOf(container));
    }
    #files(container) {
        return switchFiles(this.#process.folder, generationOf(container));
    }
    async #isRunning(container) {
        return (await this.all()).some(({ id, running }) => id === container.id && running);
    }
    async #removeFiles(generation) {
        const { config, admin, master } = switchFiles(this.#process.folder, generation);
        await Promise.all([config, admin, master].map((path) => this.#folder.remove(path)));
    }
}
/** The sentence for a switch that doesn't come up, from the end of its log. */
function startFailure(log, isRunning, image) {
    // In HAProxy's words: cannot bind socket (Address already in use) for [127.0.0.1:8080]
    const [, refusal = '', address] = /cannot bind (?:UNIX )?socket \(([^)]*)\)(?: for)? \[([^\]\n]+:\d+)\]/.exec(log) ?? [];
    if (/already in use/i.test(refusal)) {
        return `The switch cannot listen on ${address}, because something else on the server does; free that port or set another address with "listen".`;
    }
    if (/cannot assign/i.test(refusal)) {
        return `The switch cannot listen on ${address}, because the server has no such address; set one that it has with "listen".`;
    }
    const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? '';
    const what = isRunning ? 'does not answer on its admin socket' : 'ended at once';
    return `The switch from image ${image} ${what}: ${reason.slice(0, 300)}`;
}
function nextGeneration(all) {
    return String(Math.max(0, ...all.map((container) => Number(generationOf(container)))) + 1);
}
/** The label is ours, but anybody on the server can set one: only a number becomes part of a path. */
function generationOf(container) {
    const generation = container.labels[switchLabels.generation] ?? '';
    if (!/^\d{1,9}$/.test(generation)) {
        throw new SwitchError(`The container ${container.name} carries the switch's labels without a generation; remove it or its labels.`);
    }
    return generation;
}
function haproxy_generations_pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-log.js

/**
 * Reads one line of the switch's log: backend, status, active time in ms, termination state. Lines of other
 * backends and lines that are damaged give undefined: the ring drops its oldest lines under pressure.
 */
function parseLogLine(line) {
    const match = /(?:^|\s)(blue|green) (-|\d{1,3}|-1) (-?\d{1,12}) (\S{2})$/.exec(line.trimEnd());
    if (!match)
        return undefined;
    const [, name, statusText, timeText, termination] = match;
    const color = colors.find((candidate) => candidate === name);
    const latencyMs = Number(timeText);
    if (!color || latencyMs < 0)
        return undefined;
    const status = statusText === '-' || statusText === '-1' ? undefined : Number(statusText);
    // The first character says who ended it early: S the server (app), s its time-out, otherwise the client or nobody.
    const failed = termination?.startsWith('S') === true || termination?.startsWith('s') === true;
    return { color, status, latencyMs, failed };
}
/** Cuts a byte stream into whole lines; a line that never ends is dropped. */
class LineSplitter {
    #rest = '';
    push(chunk) {
        const lines = (this.#rest + chunk).split('\n');
        const rest = lines.pop() ?? '';
        this.#rest = rest.length > 4096 ? '' : rest;
        return lines;
    }
}

;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-switch.js







const mapInContainer = switchFiles(folderInContainer, '0').map;
/**
 * HAProxy in one container per app, driven through its runtime API.
 *
 * A switch's definition (image, listening address, time-outs) changes by handover: a new generation starts beside
 * the old one and inherits its listening sockets (`-x`), the old one stops listening, passes what it still receives
 * to the new one, and leaves when its last request has ended. So no moment is without a listener.
 *
 * Whoever calls holds the app's lease, so what was seen once stays true but for what is done here; every look would
 * cost a round trip.
 */
class HaproxySwitch {
    #process;
    #definition;
    #containers;
    #folder;
    #openTcp;
    #generations;
    /** The one that listens, once it is known. */
    #current;
    /** Those that only finish their requests. */
    #leaving = [];
    constructor(process, options, surroundings) {
        this.#process = process;
        this.#definition = {
            ...options,
            becomeUser: becomeUser(process, options.listen.port),
            isPublished: process.network.mode === 'published',
        };
        this.#containers = surroundings.containers;
        this.#folder = surroundings.folder;
        this.#openTcp = (host, port) => surroundings.connections.openTcp(host, port);
        this.#generations = new HaproxyGenerations(process, this.#definition, surroundings);
    }
    async live() {
        const current = await this.#look();
        return current ? await this.#liveOf(current) : undefined;
    }
    async recover() {
        const findings = [];
        this.#current = undefined;
        const all = await this.#generations.all();
        const current = (await this.#listening(all)) ?? (await this.#revive(all, findings));
        if (!current)
            return findings;
        this.#current = current;
        this.#leaving = [];
        for (const container of all) {
            if (container.id === current.id)
                continue;
            if (!container.running) {
                await this.#generations.remove(container);
                continue;
            }
            this.#leaving.push(container);
            if (!(await this.#generations.answers(container)))
                await this.#generations.passOn(container);
            else {
                findings.push(`A replacement of the switch was half done; ${current.name} now serves alone.`);
                await this.#generations.retire(container);
            }
        }
        const [live, written] = await Promise.all([
            this.#liveOf(current),
            this.#folder.read(this.#mapPath),
            this.#containers.setRestartPolicy(current.id, 'unless-stopped'),
        ]);
        if (parseMapText(written ?? '') !== live) {
            await this.#folder.write(this.#mapPath, mapText(live), 0o600);
            findings.push(`The switch serves ${live} and its file said otherwise; the file now says ${live} too.`);
        }
        return findings;
    }
    async plan(targets) {
        const current = await this.#look();
        if (!current)
            return { change: 'created', because: 'the app has no switch that runs' };
        if (this.#isUpToDate(current, targets)) {
            return { change: 'unchanged', because: 'its definition is the same' };
        }
        return this.#process.network.mode === 'host'
            ? {
                change: 'replaced',
                because: 'its definition has changed; the new one takes over the listening sockets',
            }
            : {
                change: 'restarted',
                because: 'its definition has changed, and a published port can only be bound again',
            };
    }
    async ensure(first, targets) {
        const current = await this.#look();
        if (!current) {
            await this.#createAnew(first, targets);
            return 'created';
        }
        if (this.#isUpToDate(current, targets)) {
            await this.#pointSlots(current, targets);
            return 'unchanged';
        }
        const [all, live] = await Promise.all([this.#generations.all(), this.#liveOf(current)]);
        // The map file is read by the new process at its start; it must say what the old one does.
        await this.#folder.write(this.#mapPath, mapText(live), 0o600);
        if (this.#process.network.mode === 'host') {
            this.#current = await this.#generations.create(targets, nextGeneration(all), current);
            this.#leaving.push(current);
            await this.#generations.retire(current);
            return 'replaced';
        }
        await this.#containers.stop(current.id, 5);
        try {
            this.#current = await this.#generations.create(targets, nextGeneration(all), undefined);
        }
        catch (error) {
            await this.#containers.start(current.id);
            throw error;
        }
        await this.#generations.remove(current);
        return 'restarted';
    }
    async dismantle() {
        for (const container of await this.#generations.all())
            await this.#generations.remove(container);
        const { map, relay } = switchFiles(this.#process.folder, '0');
        await Promise.all([map, relay].map((path) => this.#folder.remove(path)));
        this.#current = undefined;
        this.#leaving = [];
    }
    async shift(color) {
        const current = await this.#running();
        const commands = [`set map ${mapInContainer} live ${color}`, `show map ${mapInContainer}`];
        const started = performance.now();
        const [set, shown] = await this.#generations.admin(current, commands);
        const tookMs = performance.now() - started;
        if (set !== '' || liveInMap(shown ?? '') !== color) {
            const answer = (set || shown || 'no answer').slice(0, 200);
            throw new SwitchError(`The switch ${current.name} did not take the change to ${color}: ${answer}`);
        }
        // The map lives in memory; the file is what a restart reads.
        await this.#folder.write(this.#mapPath, mapText(color), 0o600);
        if (parseMapText((await this.#folder.read(this.#mapPath)) ?? '') !== color) {
            throw new SwitchError(`The switch serves ${color}, but ${this.#mapPath} could not be made to say so; look at the disk of the server.`);
        }
        return tookMs;
    }
    async closeConnections(color) {
        const current = await this.#running();
        await this.#generations.admin(current, [`shutdown sessions server ${color}/${color}`]);
        for (const leaving of this.#leaving) {
            // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
            const sessions = await this.#generations.askLeaving(leaving, 'show sess', (answer) => sessionsOn(color, answer));
            for (const session of sessions ?? []) {
                await this.#generations.askLeaving(leaving, `shutdown session ${session}`, () => undefined);
            }
        }
    }
    openAsClient() {
        const { host, port } = this.#definition.listen;
        const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
        return this.#openTcp(reachable, port);
    }
    async inFlight(color) {
        const [statistics] = await this.#generations.admin(await this.#running(), ['show stat']);
        const row = slotRow(parseStatistics(statistics ?? ''), color);
        let count = row.inFlight + row.queued;
        for (const leaving of this.#leaving) {
            const read = (answer) => slotRow(parseStatistics(answer), color).inFlight;
            const left = await this.#generations.askLeaving(leaving, 'show stat', read);
            if (left === undefined)
                this.#leaving = this.#leaving.filter((other) => other !== leaving);
            else
                count += left;
        }
        return count;
    }
    async counters(color) {
        const [statistics] = await this.#generations.admin(await this.#running(), ['show stat']);
        return slotCounters(parseStatistics(statistics ?? ''), color);
    }
    async observe(onRequest) {
        const stream = await this.#generations.openAdmin(await this.#running());
        const lines = new LineSplitter();
        stream.on('data', (chunk) => {
            for (const line of lines.push(chunk.toString('latin1'))) {
                const request = parseLogLine(line);
                if (request)
                    onRequest(request);
            }
        });
        // Figures are a help, not a condition: without them the watch still has probes.
        stream.on('error', () => stream.destroy());
        stream.write('show events requests -wn\n');
        return { stop: () => stream.destroy() };
    }
    /** The newest generation that listens, looked up once. */
    async #look() {
        if (this.#current)
            return this.#current;
        const all = await this.#generations.all();
        this.#current = await this.#listening(all);
        this.#leaving = this.#current ? all.filter(({ id, running }) => running && id !== this.#current?.id) : [];
        return this.#current;
    }
    /** Replaced ones that only finish their requests have closed their socket. */
    async #listening(all) {
        for (const container of all.toReversed()) {
            if (container.running && (await this.#generations.answers(container)))
                return container;
        }
        return undefined;
    }
    /** Starts the newest switch that can be; one that can't is left to ensure(), which makes a new one. */
    async #revive(all, findings) {
        for (const container of all.toReversed()) {
            try {
                // Else the Engine would start one that can't run again and again; recover() allows it to one that can.
                await this.#containers.setRestartPolicy(container.id, 'no');
                // Also one that is listed as running: just after a container's end the Engine's list is not up to date.
                await this.#generations.start(container);
            }
            catch (error) {
                findings.push(`The switch was down and could not be started: ${(0,src/* sentenceOf */.$)(error)}`);
                continue;
            }
            findings.push(`The switch did not run; started it again (${container.name}).`);
            return { ...container, running: true };
        }
        return undefined;
    }
    /** For an app without a switch that listens; what is left of an earlier one goes when the new one serves. */
    async #createAnew(first, targets) {
        const left = await this.#generations.all();
        await this.#folder.write(this.#mapPath, mapText(first), 0o600);
        try {
            this.#current = await this.#generations.create(targets, nextGeneration(left), undefined);
        }
        catch (error) {
            if (left.length === 0)
                await this.dismantle().catch(() => undefined);
            throw error;
        }
        for (const container of left) {
            // One that runs and doesn't listen may still have requests to finish.
            if (container.running)
                await this.#containers.setRestartPolicy(container.id, 'no');
            else
                await this.#generations.remove(container);
        }
    }
    async #running() {
        const current = await this.#look();
        if (current)
            return current;
        throw new SwitchError(`The switch of ${this.#process.app} does not run on this server; look at "docker ps -a --filter label=${switchLabels.app}=${this.#process.app}".`);
    }
    async #liveOf(container) {
        const [answer] = await this.#generations.admin(container, [`show map ${mapInContainer}`]);
        const live = liveInMap(answer ?? '');
        if (live)
            return live;
        throw new SwitchError(`The switch ${container.name} does not say which slot is live; look at "docker logs ${container.name}" before you deploy again.`);
    }
    /** A release on another port moves its slot; the runtime API tells the process, the file tells a restart. */
    async #pointSlots(container, targets) {
        const generation = generationOf(container);
        const path = switchFiles(this.#process.folder, generation).config;
        const config = renderHaproxyConfig(this.#definition, targets, generation);
        if ((await this.#folder.read(path)) === config)
            return;
        for (const color of colors) {
            const { host, port } = targets[color];
            await this.#generations.admin(container, [`set server ${color}/${color} addr ${host} port ${port}`]);
        }
        await this.#folder.write(path, config, 0o600);
    }
    #isUpToDate(container, targets) {
        const hash = definitionHash(this.#process, this.#definition, targets);
        return container.labels[switchLabels.definition] === hash;
    }
    get #mapPath() {
        return switchFiles(this.#process.folder, '0').map;
    }
}
function liveInMap(answer) {
    const backend = /^\S+ live (\S+)$/m.exec(answer)?.[1];
    return colors.find((color) => color === backend);
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-files.js


function nginxFiles(folder) {
    return { folder, upstream: `${folder}/upstream.conf`, location: `${folder}/location.conf` };
}
/** nginx's hash of variables takes names of up to 46 characters unless the user has made it larger. */
const longestKey = 20;
/**
 * The app's name as nginx's upstreams and variables can be called.
 *
 * @throws TypeError for a name that is not one of an app
 */
function nginxIdentifier(app) {
    if (!/^[a-z](?:-?[a-z0-9])*$/.test(app))
        throw new TypeError(`not an app's name: ${JSON.stringify(app)}`);
    const key = app.replaceAll('-', '_');
    if (key.length <= longestKey)
        return `switchyard_${key}`;
    const hash = (0,external_node_crypto_.createHash)('sha256').update(app).digest('hex').slice(0, 8);
    return `switchyard_${key.slice(0, longestKey - 9)}_${hash}`;
}
/** Asks nginx itself, not the app, which slot it serves. */
const askColor = 'color';
/**
 * The file for nginx's `http` block. It has no `keepalive`, so each connection to a slot is a request in flight.
 * Its comments hold what a later deploy needs to know, and are checked against the rest of it.
 */
function renderUpstream(app, state, trustedProxies = []) {
    const name = nginxIdentifier(app);
    const server = state.live === 'none'
        ? 'server 127.0.0.1:9 down;'
        : `server ${addressText(state.slots[state.live])} max_fails=0;`;
    return [
        `# Written by Switchyard at every deploy of ${app}; changes by hand are lost.`,
        `# switchyard: ${state.live}`,
        ...(state.live === 'none'
            ? []
            : colors.map((color) => `# slot ${color}: ${addressText(state.slots[color])}`)),
        `upstream ${name} {`,
        `    ${server}`,
        '}',
        `map $http_switchyard_probe $${name}_color { default ${state.live}; }`,
        `map $http_upgrade $${name}_connection { default upgrade; "" close; }`,
        // HTTP/3 requests have no Host header.
        `map $http_host $${name}_host { default $http_host; "" $host; }`,
        ...forwardedMaps(name, trustedProxies),
        '',
    ].join('\n');
}
/** Headers of an edge are passed on; anybody else's are replaced by what nginx itself sees. */
function forwardedMaps(name, trustedProxies) {
    const edges = trustedProxies.map((range) => ` ${checkedRange(range)} 1;`).join('');
    const given = (header, suffix, fallback) => [
        `map $http_${header} $${name}_x${suffix} { default $http_${header}; "" ${fallback}; }`,
        `map $${name}_edge $${name}_${suffix} { default ${fallback}; 1 $${name}_x${suffix}; }`,
    ];
    return [
        `geo $${name}_edge { default 0;${edges} }`,
        `map $${name}_edge $${name}_for { default $remote_addr; 1 $proxy_add_x_forwarded_for; }`,
        `map $${name}_edge $${name}_forwarded { default ""; 1 $http_forwarded; }`,
        ...given('x_forwarded_proto', 'proto', '$scheme'),
        ...given('x_forwarded_host', 'fhost', `$${name}_host`),
        ...given('x_forwarded_port', 'port', '$server_port'),
        ...given('x_real_ip', 'client', '$remote_addr'),
    ];
}
function checkedRange(range) {
    if (!/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/.test(range))
        throw new TypeError(`not a range: ${JSON.stringify(range)}`);
    return range;
}
/**
 * The file for the `location` that serves the app.
 *
 * - `add_header` stands inside `if`: outside it would switch off every `add_header` of the server block.
 * - Nothing is buffered, so event streams and uploads flow as they come, and a request that the app has taken is
 *   never sent a second time.
 * - Time-outs are as long as nginx knows: the app decides how long an upload, a WebSocket or a stream may last.
 */
function renderLocation(app) {
    const name = nginxIdentifier(app);
    const header = `add_header Switchyard-Color $${name}_color always;`;
    return `# Written by Switchyard for ${app}; changes by hand are lost.
if ($http_switchyard_probe) { ${header} }
if ($http_switchyard_probe = ${askColor}) {
    ${header}
    return 204;
}
proxy_pass http://${name};
proxy_http_version 1.1;
proxy_set_header Host $${name}_host;
proxy_set_header Connection $${name}_connection;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header X-Real-IP $${name}_client;
proxy_set_header X-Forwarded-For $${name}_for;
proxy_set_header X-Forwarded-Proto $${name}_proto;
proxy_set_header X-Forwarded-Host $${name}_fhost;
proxy_set_header X-Forwarded-Port $${name}_port;
proxy_set_header Forwarded $${name}_forwarded;
proxy_set_header Switchyard-Probe "";
proxy_next_upstream off;
proxy_buffering off;
proxy_request_buffering off;
proxy_buffer_size 32k;
proxy_buffers 8 32k;
proxy_busy_buffers_size 64k;
proxy_connect_timeout 5s;
proxy_send_timeout 24d;
proxy_read_timeout 24d;
`;
}
/** Reads upstream.conf; undefined when it is not as it was written, so that nobody trusts half of it. */
function parseUpstream(text) {
    const live = only(text, /^# switchyard: (\w+)$/gm);
    const server = only(text, /^\s*server (\S+?)(?: [^\n]*)?;$/gm);
    if (!live || !server)
        return undefined;
    if (live === 'none')
        return { live };
    const color = colors.find((candidate) => candidate === live);
    const blue = parseAddress(only(text, /^# slot blue: (\S+)$/gm));
    const green = parseAddress(only(text, /^# slot green: (\S+)$/gm));
    if (!color || !blue || !green)
        return undefined;
    const slots = { blue, green };
    return addressText(slots[color]) === server ? { live: color, slots } : undefined;
}
function only(text, pattern) {
    const found = [...text.matchAll(pattern)];
    return found.length === 1 ? found[0]?.[1] : undefined;
}
function addressText({ host, port }) {
    return `${host}:${port}`;
}
function parseAddress(text) {
    const match = /^(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text ?? '');
    return match?.[1] && match[2] ? { host: match[1], port: Number(match[2]) } : undefined;
}
/** A path as an `include` line wants it. */
function includeLine(path) {
    return /^[\w./@+-]+$/.test(path) ? `include ${path};` : `include "${path.replaceAll(/["\\]/g, '\\$&')}";`;
}

;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-answers.js



const questionTimeoutMs = 3_000;
/** Asks the running nginx over a new connection which slot it serves; the app is not bothered. */
async function askNginx(door) {
    const answer = await door.ask(door.open, {
        ...door.question,
        headers: { 'switchyard-probe': askColor },
        timeoutMs: questionTimeoutMs,
    });
    const named = answer.headers?.['switchyard-color'];
    const slot = [...colors, 'none'].find((candidate) => candidate === named);
    const detail = answer.status === undefined ? answer.detail : `status ${answer.status}`;
    return { slot, connected: answer.status !== undefined, detail };
}
/**
 * Workers of before a reload go on accepting for some 150 ms and answer by their old configuration, so neither the
 * first new answer nor a quick row of them proves anything.
 */
const answersInARow = 10;
const rowSpanMs = 250;
const pauseMs = 25;
/**
 * Asks until the answers agree for long enough, on `wanted` if it is given. When the time is up, returns the last
 * answer instead.
 */
async function untilSettled(door, wanted, deadlineMs) {
    const deadline = performance.now() + deadlineMs;
    let row;
    for (;;) {
        const last = await askNginx(door);
        const now = performance.now();
        if (last.slot === undefined || (wanted !== undefined && last.slot !== wanted))
            row = undefined;
        else if (row?.slot === last.slot)
            row.count += 1;
        else
            row = { slot: last.slot, sinceMs: now, count: 1 };
        if (row && row.count >= answersInARow && now - row.sinceMs >= rowSpanMs)
            return row;
        if (now >= deadline)
            return { last };
        await (0,promises_.setTimeout)(pauseMs);
    }
}

;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-connections.js
/**
 * Counts the connections to an IPv4 address in one of the kernel's tables of TCP sockets: established (01) and
 * being opened (02). Addresses are written as 32-bit words in the machine's byte order; servers are
 * little-endian. Source: proc_net_tcp in the kernel's documentation.
 */
function countConnections(table, remoteHost) {
    const remote = remoteHost
        .split('.')
        .map((byte) => Number(byte).toString(16).padStart(2, '0').toUpperCase())
        .reverse()
        .join('');
    let count = 0;
    for (const line of table.split('\n')) {
        if (/^\s*\d+: [0-9A-F]{8}:[0-9A-F]{4} ([0-9A-F]{8}):[0-9A-F]{4} 0[12] /.exec(line)?.[1] === remote)
            count += 1;
    }
    return count;
}
/** The same count by the kernel's own filter: a busy server's whole table can have megabytes. */
function socketStatisticsCommand(remoteHost) {
    return ['ss', '-Htn', 'state', 'established', 'state', 'syn-sent', 'dst', remoteHost];
}
function countLines(output) {
    return output.split('\n').filter((line) => line.trim() !== '').length;
}

;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-place.js


const commandTimeoutMs = 30_000;
const longestQuote = 300;
/** Where nginx runs: on the server itself or in a container. */
class NginxPlace {
    #options;
    #surroundings;
    #hasSocketStatistics = true;
    constructor(options, surroundings) {
        this.#options = options;
        this.#surroundings = surroundings;
    }
    /** @throws SwitchError with nginx's own complaint about its configuration */
    async test() {
        const outcome = await this.#run(['-t']);
        if (outcome.code !== 0)
            throw new SwitchError(`nginx refuses its configuration: ${complaintOf(outcome)}`);
    }
    /** @throws SwitchError when the running nginx could not be told; it goes on with what it has */
    async reload() {
        const outcome = await this.#run(['-s', 'reload']);
        if (outcome.code === 0)
            return;
        if (/invalid PID number|\.pid".*No such file|No such process/i.test(outcome.stderr)) {
            throw new SwitchError(`nginx does not run ${this.#where()}, so it could not be told to reload; start it, then deploy again.`);
        }
        throw new SwitchError(`nginx could not be told to reload: ${complaintOf(outcome)}`);
    }
    /**
     * Gives nginx's container a way to the slots. Returns how to take it away again, or undefined when there was one.
     *
     * @throws SwitchError when the container is missing, stopped or has no network of its own
     */
    async connectTo(network) {
        const container = await this.#container();
        if (!container || container.networkMode === 'host')
            return undefined;
        const owner = await this.#networkOwner(container);
        if (owner.networkMode === 'host' || owner.networks.includes(network))
            return undefined;
        if (owner.networkMode === 'none') {
            throw new SwitchError(`The container ${this.#options.container} has no network ("none"), so its nginx cannot reach the app; give it one.`);
        }
        await this.#surroundings.containers.connect(network, owner.id);
        return () => this.#surroundings.containers.disconnect(network, owner.id);
    }
    /**
     * The folder as nginx sees it.
     *
     * @throws SwitchError when nginx's container does not see it, or sees a copy that a rename does not reach
     */
    async folderAsSeen(folder) {
        const container = await this.#container();
        if (!container)
            return folder;
        for (const { source, destination } of container.mounts) {
            if (folder === source)
                return destination;
            if (folder.startsWith(`${source}/`))
                return `${destination}${folder.slice(source.length)}`;
        }
        const file = container.mounts.some(({ source }) => source.startsWith(`${folder}/`));
        throw new SwitchError(`The container ${this.#options.container} ${file ? 'mounts single files of' : 'does not mount'} the folder ${folder}; start it with the whole folder mounted, e.g. "-v ${folder}:/etc/nginx/switchyard:ro", because a single file's mount never shows a new version.`);
    }
    /** Connections that nginx, with all its old workers, has to an address. */
    async connectionsTo(host) {
        const container = await this.#container();
        if (!container || container.networkMode === 'host')
            return await this.#connectionsOfServer(host);
        // The process's own view of the network, which needs no program inside the container.
        const table = await this.#surroundings.folder
            .read(`/proc/${container.pid}/net/tcp`)
            .catch(() => undefined);
        if (table?.includes('local_address'))
            return countConnections(table, host);
        const outcome = await this.#run(['/proc/net/tcp'], ['cat']);
        if (outcome.code === 0)
            return countConnections(outcome.stdout, host);
        throw new SwitchError(`The connections of nginx in the container ${this.#options.container} cannot be counted, because neither /proc/${container.pid}/net/tcp on the server nor "cat" in the container could be used: ${complaintOf(outcome)}`);
    }
    async #connectionsOfServer(host) {
        if (this.#hasSocketStatistics) {
            const outcome = await this.#surroundings.exec(socketStatisticsCommand(host), {
                timeoutMs: commandTimeoutMs,
            });
            if (outcome.code === 0)
                return countLines(outcome.stdout);
            this.#hasSocketStatistics = false;
        }
        const table = await this.#surroundings.folder.read('/proc/net/tcp');
        if (table !== undefined)
            return countConnections(table, host);
        throw new SwitchError('The connections of nginx cannot be counted, because the server has neither "ss" nor /proc/net/tcp; install iproute2.');
    }
    async #run(words, program = this.#options.command) {
        const argv = [...program, ...words];
        const container = await this.#container();
        const outcome = container
            ? await this.#surroundings.containers.exec(container.id, argv, commandTimeoutMs)
            : await this.#surroundings.exec(argv, { timeoutMs: commandTimeoutMs });
        if (outcome.code === 0 || program !== this.#options.command)
            return outcome;
        if (!container && /^sudo: |is not (?:allowed to|in the sudoers)/m.test(outcome.stderr))
            throw await this.#sudoRefusal(argv, outcome);
        if (outcome.code === 126 || outcome.code === 127) {
            throw new SwitchError(`The program "${argv[0]}" could not be run ${this.#where()}; say with "nginx-command" how nginx is called there: ${complaintOf(outcome)}`);
        }
        return outcome;
    }
    async #sudoRefusal(argv, outcome) {
        const asked = await this.#surroundings.exec(['id', '-un'], { timeoutMs: commandTimeoutMs });
        const user = /^[\w.-]+$/.exec(asked.stdout.trim())?.[0] ?? 'the deploy user';
        return new SwitchError(`${user} may not run "${argv.join(' ')}" on the server without a password (${complaintOf(outcome)}); put "${user} ALL=(root) NOPASSWD: /usr/sbin/nginx -t, /usr/sbin/nginx -s reload" into /etc/sudoers.d/switchyard, or set "nginx-command".`);
    }
    async #container() {
        const name = this.#options.container;
        if (name === undefined)
            return undefined;
        const container = await this.#surroundings.containers.inspect(name);
        if (!container) {
            throw new SwitchError(`The server has no container ${name}; set "nginx-container" to the one that nginx runs in.`);
        }
        if (container.running)
            return container;
        throw new SwitchError(`The container ${name}, in which nginx should run, is stopped; start it, then deploy again.`);
    }
    async #networkOwner(container) {
        const other = /^container:(.+)$/.exec(container.networkMode)?.[1];
        const owner = other === undefined ? container : await this.#surroundings.containers.inspect(other);
        if (owner)
            return owner;
        throw new SwitchError(`The container ${this.#options.container} uses the network of a container that is gone; create it again.`);
    }
    #where() {
        return this.#options.container === undefined
            ? 'on the server'
            : `in the container ${this.#options.container}`;
    }
}
/** nginx's own first error line, else the last thing said. */
function complaintOf(outcome) {
    const lines = `${outcome.stderr}\n${outcome.stdout}`
        // biome-ignore lint/suspicious/noControlCharactersInRegex: another program's words end up in our log
        .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const line = lines.find((text) => /\[(?:emerg|alert|crit|error)\]/.test(text)) ?? lines.at(-1);
    if (line === undefined)
        return `it ended with code ${outcome.code ?? 'unknown'} and said nothing`;
    return line.slice(0, longestQuote);
}

;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-switch.js






/** nginx's container may run as another user; the folder above is closed to everybody else on the server. */
const folderMode = 0o755;
const fileMode = 0o644;
const quickMs = 1_000;
/**
 * An nginx that the server already runs. It includes two files of ours; a switch writes one of them anew, has
 * nginx test and reload it, and believes only nginx's own answers.
 *
 * nginx keeps no counters for a part of its traffic and cannot end single connections: `counters` and `observe`
 * answer undefined, and `closeConnections` does nothing. Old workers keep their connections until they end, or
 * until nginx's `worker_shutdown_timeout`.
 */
class NginxSwitch {
    #options;
    #files;
    #place;
    #folder;
    #surroundings;
    #door;
    #slots;
    #takeNetworkAway;
    constructor(options, surroundings) {
        this.#options = options;
        this.#files = nginxFiles(`${options.folder}/nginx`);
        this.#place = new NginxPlace(options, surroundings);
        this.#folder = surroundings.folder;
        this.#surroundings = surroundings;
        this.#door = { open: () => this.openAsClient(), ask: surroundings.ask, question: options.question };
    }
    async live() {
        const text = await this.#folder.read(this.#files.upstream);
        if (text === undefined)
            return undefined;
        const said = parseUpstream(text)?.live;
        const real = await this.#reality(said);
        const live = real ?? said;
        if (live === undefined) {
            throw new SwitchError(`It can't be told which version nginx serves, because ${this.#files.upstream} was changed by hand and nginx does not say; put "# switchyard: blue" (or green) and its address back.`);
        }
        return live === 'none' ? undefined : live;
    }
    async recover() {
        const findings = [];
        for (const { name } of await this.#folder.list(this.#files.folder)) {
            if (!/^\.(?:upstream|location)\.conf\.[0-9a-f]+\.tmp$/.test(name))
                continue;
            await this.#folder.remove(`${this.#files.folder}/${name}`);
            findings.push(`Removed ${name}, a half-written file of an earlier job.`);
        }
        const text = await this.#folder.read(this.#files.upstream);
        if (text === undefined)
            return findings;
        if ((await this.#folder.read(this.#files.location)) === undefined) {
            await this.#writeLocation();
            findings.push(`${this.#files.location} was missing; wrote it again.`);
        }
        const said = parseUpstream(text);
        const real = await this.#reality(said?.live);
        if (real === undefined || !said || said.live === real)
            return findings;
        if (real === 'none')
            await this.#writeUpstream(this.#render({ live: 'none' }));
        else if (said.live !== 'none')
            await this.#writeUpstream(this.#render({ live: real, slots: said.slots }));
        else
            return findings;
        findings.push(`nginx serves ${real} and its file said ${said.live}; the file now says ${real} too.`);
        return findings;
    }
    async plan(targets) {
        this.#checkProtocols(targets);
        const state = await this.#state();
        if (state && state.live !== 'none')
            return { change: 'unchanged', because: 'nginx already includes its files' };
        return {
            change: 'created',
            because: `nothing of the app serves through nginx yet, which must have ${this.#includeLines(this.#files.folder)}`,
        };
    }
    /** @throws SwitchError that shows the two include lines when nginx does not have them */
    async ensure(first, targets) {
        this.#checkProtocols(targets);
        this.#slots = {
            blue: { host: targets.blue.host, port: targets.blue.port },
            green: { host: targets.green.host, port: targets.green.port },
        };
        const live = await this.live();
        await this.#writeMissingFiles();
        const seen = await this.#place.folderAsSeen(this.#files.folder);
        const undo = await this.#place.connectTo(this.#options.network);
        this.#takeNetworkAway ??= undo;
        if (live !== undefined) {
            // A file that was damaged by hand must not be what a failed switch puts back.
            if (!(await this.#state()))
                await this.#writeUpstream(this.#render({ live, slots: this.#slots }));
            return 'unchanged';
        }
        try {
            await this.#meetNginx(seen);
            await this.shift(first);
            return 'created';
        }
        catch (error) {
            // Nothing is served over it yet, and an empty network could not be removed with it.
            await undo?.();
            throw error;
        }
    }
    /** The files stay, saying that nothing serves: nginx includes them and would not start without them. */
    async dismantle() {
        const text = await this.#folder.read(this.#files.upstream);
        const empty = this.#render({ live: 'none' });
        if (text !== undefined && text !== empty) {
            await this.#writeUpstream(empty);
            await this.#place.test();
            await this.#place.reload();
        }
        await this.#takeNetworkAway?.();
        this.#takeNetworkAway = undefined;
    }
    async shift(color) {
        const before = await this.#folder.read(this.#files.upstream);
        const state = parseUpstream(before ?? '');
        const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
        if (before === undefined || !slots) {
            throw new SwitchError(`nginx cannot be switched to ${color}, because ${this.#files.upstream} does not say where that is; deploy again.`);
        }
        const after = this.#render({ live: color, slots });
        const location = await this.#folder.read(this.#files.location);
        const isWritten = before === after && location === this.#location();
        const started = performance.now();
        if (isWritten && 'slot' in (await this.#settled(color, quickMs)))
            return performance.now() - started;
        try {
            if (location !== this.#location())
                await this.#writeLocation();
            await this.#writeUpstream(after);
            await this.#place.test();
        }
        catch (error) {
            await this.#putBack(before, location);
            throw new SwitchError(`${asClause(error)}; the old files are back and nginx serves as before.`, {
                cause: error,
            });
        }
        const reloading = performance.now();
        let trouble;
        try {
            await this.#place.reload();
            const settled = await this.#settled(color, this.#options.reloadDeadlineMs ?? 15_000);
            if ('slot' in settled)
                return settled.sinceMs - reloading;
            trouble = this.#notTaken(color, settled.last);
        }
        catch (error) {
            trouble = error;
        }
        throw await this.#switchBack(before, location, state, trouble);
    }
    /** nginx has no way to end connections of one upstream; stopping the old container ends them. */
    async closeConnections() { }
    openAsClient() {
        const { host, port } = this.#options.listen;
        const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
        return this.#surroundings.connections.openTcp(reachable, port);
    }
    async inFlight(color) {
        const state = await this.#state();
        const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
        return slots ? await this.#place.connectionsTo(slots[color].host) : 0;
    }
    async counters() {
        return undefined;
    }
    async observe() {
        return undefined;
    }
    /** What nginx itself says; asked again and again when that is not what the file says. */
    async #reality(said) {
        const answer = await this.#ask();
        if (answer.slot === said || answer.slot === undefined)
            return answer.slot;
        const settled = await this.#settled(undefined, 5 * quickMs);
        return 'slot' in settled ? settled.slot : undefined;
    }
    /** Makes sure, before anything is switched, that the running nginx has our files. */
    async #meetNginx(seen) {
        try {
            await this.#place.test();
        }
        catch (error) {
            throw new SwitchError(`${asClause(error)}; it needs ${this.#includeLines(seen)}.`, { cause: error });
        }
        if ((await this.#ask()).slot !== undefined)
            return;
        await this.#place.reload();
        const settled = await this.#settled(undefined, this.#options.includeDeadlineMs ?? 5_000);
        if (!('slot' in settled))
            throw this.#notIncluded(settled.last, seen);
    }
    #notIncluded(last, seen) {
        const { host, port } = this.#options.listen;
        const { question } = this.#options;
        return new SwitchError(last.connected
            ? `nginx at ${host}:${port} answers http://${question.host}${question.path} without the files of ${this.#options.app} (${last.detail}); give it ${this.#includeLines(seen)}, then deploy again.`
            : `Nothing answers on ${host}:${port} of the server (${last.detail}); set "listen" to where nginx serves ${this.#options.app} over plain HTTP, and give nginx ${this.#includeLines(seen)}.`);
    }
    #includeLines(folder) {
        const { upstream, location } = nginxFiles(folder);
        return `"${includeLine(upstream)}" in its http block and "${includeLine(location)}" in the location of the app`;
    }
    #notTaken(color, last) {
        const said = last.slot === undefined ? `says nothing of a slot (${last.detail})` : `serves ${last.slot}`;
        return new SwitchError(`nginx was told to reload but did not settle on ${color}: at last it ${said}; look into its error log`);
    }
    async #switchBack(before, location, state, trouble) {
        const what = asClause(trouble);
        try {
            await this.#putBack(before, location);
            await this.#place.reload();
        }
        catch (error) {
            return new SwitchError(`${what}; putting the old files back failed as well: ${(0,src/* sentenceOf */.$)(error)}`, {
                cause: trouble,
            });
        }
        if (state === undefined || state.live === 'none')
            return new SwitchError(`${what}; the old files are back.`, { cause: trouble });
        const settled = await this.#settled(state.live, 5 * quickMs);
        const now = 'slot' in settled
            ? `the old files are back and nginx serves ${state.live}`
            : `the old files are back, but nginx does not confirm that it serves ${state.live}`;
        return new SwitchError(`${what}; ${now}.`, { cause: trouble });
    }
    /** The rename of one file after the other: location.conf knows no slot, so their order tells nothing apart. */
    async #putBack(upstream, location) {
        await this.#writeUpstream(upstream);
        if (location !== undefined && location !== this.#location())
            await this.#folder.write(this.#files.location, location, fileMode);
    }
    async #writeMissingFiles() {
        await this.#folder.makeDirectory(this.#files.folder, folderMode);
        if ((await this.#folder.read(this.#files.location)) === undefined)
            await this.#writeLocation();
        if ((await this.#folder.read(this.#files.upstream)) === undefined)
            await this.#writeUpstream(this.#render({ live: 'none' }));
    }
    #checkProtocols(targets) {
        const other = colors.map((color) => targets[color].protocol).find((protocol) => protocol !== 'http');
        if (other === undefined)
            return;
        throw new SwitchError(`"switch: nginx" moves plain HTTP only, and ${this.#options.app} speaks ${other}; use "switch: haproxy".`);
    }
    async #state() {
        return parseUpstream((await this.#folder.read(this.#files.upstream)) ?? '');
    }
    #ask() {
        return askNginx(this.#door);
    }
    #settled(wanted, deadlineMs) {
        return untilSettled(this.#door, wanted, deadlineMs);
    }
    #render(state) {
        return renderUpstream(this.#options.app, state, this.#options.trustedProxies);
    }
    #location() {
        return renderLocation(this.#options.app);
    }
    #writeUpstream(text) {
        return this.#folder.write(this.#files.upstream, text, fileMode);
    }
    #writeLocation() {
        return this.#folder.write(this.#files.location, this.#location(), fileMode);
    }
}
/** A sentence that more is to be said after. */
function asClause(error) {
    return (0,src/* sentenceOf */.$)(error).replace(/[.\s]+$/, '');
}

;// CONCATENATED MODULE: ./build/packages/release/src/switch-driver.js




class SwitchImageError extends (/* unused pure expression or super */ null && (ExplainedError)) {
    name = 'SwitchImageError';
}
class SwitchSetupError extends src/* ExplainedError */.h {
    name = 'SwitchSetupError';
}
/** The driver that the request asks for, not yet connected to anything. */
async function trafficSwitchFor(request, server, facts, folder) {
    const wanted = request.switch;
    if (wanted.kind === 'none')
        return new UnroutedSwitch(server.files, folder);
    if (wanted.kind === 'nginx') {
        return nginxSwitch(request, wanted, server, facts, folder);
    }
    const [image, owner] = await Promise.all([
        server.engine.images.inspect(wanted.image),
        server.files.stat(server.home),
    ]);
    return new HaproxySwitch({
        app: request.app,
        image: wanted.image,
        // Before the first deploy the image may be missing; then there is no switch to compare with either.
        imageId: image?.Id ?? wanted.image,
        network: facts.rootless
            ? { mode: 'published', network: slotNetworkName(request.app) }
            : { mode: 'host' },
        folder,
        uid: owner?.uid ?? 0,
        gid: owner?.gid ?? 0,
    }, {
        listen: wanted.listen,
        protocol: request.config.protocol,
        requestTimeoutMs: wanted.requestTimeoutMs,
        trustedProxies: wanted.trustedProxies,
    }, { containers: switchContainers(server.engine), folder: server.files, connections: server });
}
/** @throws SwitchSetupError for what nginx can't do, before anything is changed */
function nginxSwitch(request, wanted, server, facts, folder) {
    const { container, listen, trustedProxies } = wanted;
    if (request.config.protocol !== 'http') {
        throw new SwitchSetupError(`"switch: nginx" moves plain HTTP only, and "protocol" is ${request.config.protocol}; use "switch: haproxy".`);
    }
    if (facts.rootless && container === undefined) {
        throw new SwitchSetupError('An nginx on the server cannot reach containers of a rootless Engine; run nginx in a container of that Engine and set "nginx-container", or use "switch: haproxy".');
    }
    return new NginxSwitch({
        app: request.app,
        folder,
        listen,
        container,
        command: container === undefined ? wanted.command : withoutSudo(wanted.command),
        network: slotNetworkName(request.app),
        question: { host: request.health.host, path: request.health.path ?? '/' },
        trustedProxies,
    }, {
        folder: server.files,
        connections: server,
        ask: (open, question) => probeHttp(open, { ...question, protocol: 'http', expectedStatus: [{ from: 100, to: 599 }] }),
        exec: (argv, options) => server.exec(argv, options),
        containers: nginxContainers(server.engine),
    });
}
/** The Engine runs it as root already, and containers have no sudo. */
function withoutSudo(command) {
    if (command[0] !== 'sudo')
        return command;
    return command.slice(command.findIndex((word, index) => index > 0 && !word.startsWith('-')));
}
function nginxContainers(engine) {
    return {
        async inspect(nameOrId) {
            const found = await engine.containers.inspect(nameOrId);
            return (found && {
                id: found.Id ?? '',
                running: found.State?.Running === true,
                pid: found.State?.Pid ?? 0,
                networkMode: found.HostConfig?.NetworkMode ?? '',
                networks: Object.keys(found.NetworkSettings?.Networks ?? {}),
                mounts: (found.Mounts ?? []).map(({ Source, Destination }) => ({
                    source: Source ?? '',
                    destination: Destination ?? '',
                })),
            });
        },
        async exec(id, argv, timeoutMs) {
            const ran = await engine.containers.exec(id, argv, {
                timeoutMs,
                maxOutputBytes: 4 * 1024 * 1024,
            });
            return { code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
        },
        // Engine 28 and later: nginx's own way to the outside must not move to the app's network.
        connect: (network, id) => engine.networks.connect(network, id, { GwPriority: -100 }),
        disconnect: (network, id) => engine.networks.disconnect(network, id),
    };
}
/** Fits the Engine to what the switch asks of it. */
function switchContainers(engine) {
    return {
        async list(labels) {
            const found = await engine.containers.list({ all: true, labels });
            return found.map((summary) => ({
                id: summary.Id ?? '',
                name: summary.Names?.[0]?.replace(/^\//, '') ?? '',
                // One that the Engine is about to start again counts as running: it needs no help, only time.
                running: summary.State === 'running' || summary.State === 'restarting',
                labels: summary.Labels ?? {},
            }));
        },
        create: (name, config) => engine.containers.create(name, config),
        start: (id) => engine.containers.start(id),
        stop: (id, timeoutSeconds) => engine.containers.stop(id, timeoutSeconds),
        kill: (id, signal) => engine.containers.kill(id, signal),
        remove: (id) => engine.containers.remove(id, { force: true, volumes: true }),
        setRestartPolicy: (id, policy) => engine.containers.update(id, { RestartPolicy: { Name: policy } }),
        lastLines: (id, lines) => engine.containers.logs(id, { tail: lines }),
    };
}

;// CONCATENATED MODULE: ./build/packages/release/src/plan.js










/**
 * Works out what a deploy would create, switch and remove, and changes nothing: no lease, no file, no pull.
 *
 * @throws the same errors as a deploy, for what can be known without changing anything
 */
async function planDeploy(request, server) {
    const { engine } = server;
    const facts = serverFacts(await engine.info(), engine.version);
    const store = new ReleaseStore(server.files, server.home, request.app);
    const trafficSwitch = await trafficSwitchFor(request, server, facts, store.switchFolder);
    const { releases } = await store.list();
    const state = await readAppState(engine, request.app, releases, trafficSwitch);
    const color = state.liveColor ? otherColor(state.liveColor) : 'blue';
    const steps = [];
    const name = (0,image_reference/* formatImageReference */.my)(request.image);
    const present = await engine.images.inspect(name);
    const pulls = request.pullPolicy === 'always' ? !(present && request.image.digest) : !present;
    if (pulls && request.pullPolicy === 'never') {
        throw new ImageError(`The server does not have the image ${request.imageText}, and "pull-policy" is never; load it first or allow the pull.`);
    }
    let digest = present?.RepoDigests?.[0]?.split('@')[1];
    if (pulls) {
        const remote = await engine.images.distributionInspect(name, request.registryAuth ? { auth: request.registryAuth } : {});
        digest = remote.Descriptor?.digest;
        steps.push(`Pull ${request.imageText} (${digest ?? 'digest unknown'}).`);
    }
    else {
        const mismatch = present && platformProblem(request.imageText, present, facts);
        if (mismatch)
            throw new ImageError(mismatch);
        steps.push(`Use the image ${request.imageText}, which the server has.`);
    }
    const network = await engine.networks.inspect(slotNetworkName(request.app));
    if (!network)
        steps.push(`Create the network ${slotNetworkName(request.app)}.`);
    const live = state.releases.find(({ id }) => id === state.live?.releaseId);
    const port = request.config.containerPort ??
        (present && request.switch.kind !== 'none'
            ? containerPort(undefined, present, request.imageText)
            : undefined);
    for (const container of state.containers) {
        if (container.color === color && isUp(container))
            steps.push(`Stop the standby ${container.name}.`);
    }
    const at = port === undefined ? '' : `, port ${port}`;
    steps.push(`Create and start a container ${request.app}-<release> in the ${color} slot${at}.`);
    if (request.preDeploy)
        steps.push(`Run ${request.preDeploy.command.join(' ')} in a container of the new image, before the start.`);
    if (present || request.health.path !== undefined) {
        const kind = healthKind(request.health, request.config, present ? hasHealthcheck(present) : false);
        steps.push(`Wait until it is healthy: ${describeHealthKind(kind, request.health, port)}, at most ${request.health.startTimeoutMs / 1000} s.`);
    }
    else
        steps.push(`Wait until it is healthy, at most ${request.health.startTimeoutMs / 1000} s.`);
    if (request.version)
        steps.push(`Require version ${request.version.expected} at ${request.version.path}.`);
    if (request.switch.kind === 'haproxy') {
        await checkListenAddress(server, request.app, request.switch.listen);
        (0,image_reference/* parseImageReference */.o_)(request.switch.image);
        const slot = (protocol = request.config.protocol) => ({ host: '0.0.0.0', port: 1, protocol });
        const targets = color === 'blue'
            ? { blue: slot(), green: slot(live?.config.protocol) }
            : { blue: slot(live?.config.protocol), green: slot() };
        const { change, because } = await trafficSwitch.plan(targets);
        const { host, port: listenPort } = request.switch.listen;
        if (change === 'created')
            steps.push(`Create the switch on ${host}:${listenPort} from ${request.switch.image}; it serves ${color}.`);
        else if (change !== 'unchanged')
            steps.push(`The switch will be ${change}: ${because}.`);
    }
    if (state.liveColor)
        steps.push(`Switch from ${state.liveColor} (release ${state.live?.releaseId ?? 'unknown'}) to ${color}.`);
    if (request.watch.durationMs > 0)
        steps.push(`Watch it for ${request.watch.durationMs / 1000} s; switch back if it turns bad.`);
    if (state.live)
        steps.push(`Drain ${state.live.name} for at most ${request.drainTimeoutMs / 1000} s; keep it as standby (${request.standby}).`);
    for (const container of state.containers) {
        if (container.id !== state.live?.id)
            steps.push(`Remove the container ${container.name}.`);
    }
    const next = { ...(live ?? releases.at(-1)), id: 'new', verdict: 'live', liveAt: 'now' };
    // The live one becomes the standby, and an earlier standby loses its container.
    const after = releases.map((release) => {
        if (release.id === live?.id)
            return { ...release, verdict: 'standby' };
        return release.verdict === 'standby' ? { ...release, verdict: 'retired' } : release;
    });
    for (const release of releasesToForget([...after, next], request.keepReleases)) {
        steps.push(`Forget release ${release.id} (${release.image.reference}), beyond the ${request.keepReleases} that are kept.`);
    }
    if (request.postDeploy)
        steps.push(`Run ${request.postDeploy.command.join(' ')} in a container of the new image.`);
    return { steps, imageDigest: digest, color, previous: state.live?.releaseId };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-error.js

/** A call to the Docker Engine that did not do what was asked. */
class EngineError extends src/* ExplainedError */.h {
    name = 'EngineError';
    /** The HTTP status, or undefined when the Engine gave no (usable) answer. */
    status;
    /** The Engine's own words, for matching; not for people. */
    engineMessage;
    timedOut;
    constructor(message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.status = details.status;
        this.engineMessage = details.engineMessage ?? '';
        this.timedOut = details.timedOut ?? false;
    }
}
/** The stream to the Engine could not be opened or broke: nothing is known about the effect of a running call. */
class EngineUnreachableError extends EngineError {
    name = 'EngineUnreachableError';
}
/** A name that is taken, an image in use, a container in the wrong state. */
function isConflict(error) {
    return error instanceof EngineError && error.status === 409;
}
function isNotFound(error) {
    return error instanceof EngineError && error.status === 404;
}

;// CONCATENATED MODULE: ./build/packages/engine/src/ipv4-range.js
/** Returns undefined for anything but a well-formed IPv4 CIDR (host bits are cleared). */
function parseRange(cidr) {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
    if (match === null)
        return undefined;
    const [, ...numbers] = match.map(Number);
    const [first = 256, second = 256, third = 256, fourth = 256, prefix = 33] = numbers;
    if (Math.max(first, second, third, fourth) > 255 || prefix > 32)
        return undefined;
    const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
    return { base: address - (address % sizeOf(prefix)), prefix };
}
function formatRange(range) {
    return `${formatAddress(range.base)}/${range.prefix}`;
}
function formatAddress(address) {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
function overlap(left, right) {
    return left.base < right.base + sizeOf(right.prefix) && right.base < left.base + sizeOf(left.prefix);
}
/** The first range of the wanted size inside `pool` that overlaps none of `taken`, or undefined. */
function carve(pool, prefix, taken) {
    if (prefix < pool.prefix)
        return undefined;
    const end = pool.base + sizeOf(pool.prefix);
    const size = sizeOf(prefix);
    let base = pool.base;
    while (base + size <= end) {
        const candidate = { base, prefix };
        const blocking = taken.find((range) => overlap(range, candidate));
        if (blocking === undefined)
            return candidate;
        // Behind the blocking range, rounded up to where a range of this size may begin.
        base = Math.ceil(Math.max(base + 1, blocking.base + sizeOf(blocking.prefix)) / size) * size;
    }
    return undefined;
}
function sizeOf(prefix) {
    return 2 ** (32 - prefix);
}

;// CONCATENATED MODULE: ./build/packages/engine/src/network-subnet.js


const OWNER_LABEL = 'switchyard.app';
/** The range this network was carved from, so that the next app's network is carved from it too. */
const POOL_LABEL = 'switchyard.pool';
const SLOT_PREFIX = 28;
const PROBE_NAME = /^switchyard-probe-[0-9a-f]{12}$/;
const PROBE_MAX_AGE_MS = 60_000;
const MAX_TRIES = 8;
/**
 * The network in which both slots of an app have fixed addresses, made when it is not there yet. Fixed addresses
 * need a range of our own choice, and only the Engine knows which ranges are free (its own networks, the host's
 * routes): so the Engine is made to choose one for a network that is thrown away at once, and a /28 of it is
 * used. Further apps share the range: 4,096 fit where the Engine chose a /16.
 *
 * @param labels must contain `switchyard.app`
 * @throws EngineError when a foreign network has the name, or the Engine has no range left
 */
async function ensureSlotNetwork(engine, name, labels) {
    if (labels[OWNER_LABEL] === undefined)
        throw new TypeError(`labels must contain ${OWNER_LABEL}`);
    const existing = await findByName(engine, name);
    if (existing !== undefined)
        return slotNetworkOf(existing, name);
    let refusal;
    const refused = [];
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const networks = await engine.networks.list();
        await removeStaleProbes(engine, networks);
        const { range, pool } = carveFromKnownPools(networks, [...networks.flatMap(rangesOf), ...refused]) ??
            (await carveFromFreshPool(engine, refused));
        try {
            await engine.networks.create({
                Name: name,
                Driver: 'bridge',
                Labels: { ...labels, [POOL_LABEL]: formatRange(pool) },
                IPAM: {
                    Driver: 'default',
                    Config: [
                        {
                            Subnet: formatRange(range),
                            Gateway: formatAddress(range.base + 1),
                            // The Engine hands out the upper half only: the slots' addresses can never be taken by a stray.
                            IPRange: formatRange({ base: range.base + 8, prefix: SLOT_PREFIX + 1 }),
                        },
                    ],
                },
            });
        }
        catch (error) {
            // Somebody else was faster: either made this very network, or took the range.
            if (!isConflict(error) && !isOverlap(error))
                throw error;
            refusal = error;
            if (isOverlap(error))
                refused.push(range);
        }
        const made = await findByName(engine, name);
        if (made !== undefined)
            return slotNetworkOf(made, name);
    }
    throw new EngineError(`The network ${name} could not be created on the server: each of ${MAX_TRIES} address ranges was taken by something else meanwhile; run again.`, { cause: refusal });
}
/**
 * Reads the addresses of a slot network out of what the Engine says about it.
 *
 * @throws EngineError when it is not one of ours
 */
function slotNetworkOf(network, name) {
    const config = network.IPAM?.Config?.[0];
    const range = parseRange(config?.Subnet ?? '');
    const id = network.Id;
    const ours = network.Labels?.[OWNER_LABEL] !== undefined && range !== undefined && range.prefix <= SLOT_PREFIX;
    if (!ours || id === undefined) {
        throw new EngineError(`A network named ${name} is on the server but was not made for this (no label ${OWNER_LABEL} with a range of its own): rename or remove it.`);
    }
    return {
        id,
        name,
        subnet: formatRange(range),
        gateway: config?.Gateway ?? formatAddress(range.base + 1),
        addresses: { blue: formatAddress(range.base + 2), green: formatAddress(range.base + 3) },
    };
}
/**
 * Engines before API 1.44 can be made to hold two networks of one name by two requests at the same moment, and
 * then refuse the name as ambiguous. The older one counts; the other is removed while nobody uses it.
 */
async function findByName(engine, name) {
    const [first, ...doubles] = (await engine.networks.list())
        .filter((network) => network.Name === name)
        .toSorted((left, right) => ageKey(left).localeCompare(ageKey(right)));
    for (const double of doubles) {
        if (double.Labels?.[OWNER_LABEL] !== undefined)
            await removeIfUnused(engine, double);
    }
    return first;
}
function ageKey(network) {
    return `${network.Created ?? ''} ${network.Id ?? ''}`;
}
async function removeIfUnused(engine, network) {
    if (network.Id === undefined)
        return;
    try {
        await engine.networks.remove(network.Id);
    }
    catch (error) {
        // In use, for whatever: sweeping is a courtesy and no reason to fail a deploy.
        if (!(error instanceof EngineError) || error.status === undefined)
            throw error;
    }
}
function carveFromKnownPools(networks, taken) {
    const pools = networks
        .filter((network) => network.Labels?.[OWNER_LABEL] !== undefined)
        .flatMap((network) => parseRange(network.Labels?.[POOL_LABEL] ?? '') ?? []);
    for (const pool of pools) {
        const range = carve(pool, SLOT_PREFIX, taken);
        if (range !== undefined)
            return { range, pool };
    }
    return undefined;
}
/** No network that exists can lie in a range that the Engine gives out: only refusals count. */
async function carveFromFreshPool(engine, refused) {
    const { randomBytes } = process.getBuiltinModule('node:crypto');
    const name = `switchyard-probe-${randomBytes(6).toString('hex')}`;
    let pool;
    try {
        const id = await engine.networks.create({ Name: name, Driver: 'bridge' });
        const probe = await engine.networks.inspect(id);
        pool = (probe?.IPAM?.Config ?? [])
            .map((config) => parseRange(config.Subnet ?? ''))
            .find((range) => range);
    }
    catch (error) {
        if (!isPoolExhausted(error))
            throw error;
        throw new EngineError('The Docker Engine has no free address range for another network: remove unused networks, or give it more ranges ("default-address-pools" in the Engine\'s daemon.json).', { cause: error });
    }
    finally {
        // By name: also when the answer to the creation got lost.
        await engine.networks.remove(name);
    }
    const range = pool === undefined ? undefined : carve(pool, SLOT_PREFIX, refused);
    if (pool === undefined || range === undefined) {
        throw new EngineError('The address ranges that the Docker Engine gives to networks are too small (at least /28 is needed): change "default-address-pools" in the Engine\'s daemon.json.');
    }
    return { range, pool };
}
/** A run that was killed between making and removing a probe leaves it; a minute later nobody needs it. */
async function removeStaleProbes(engine, networks) {
    const probes = networks.filter((network) => PROBE_NAME.test(network.Name ?? ''));
    if (probes.length === 0)
        return;
    const nowMs = await engine.serverTimeMs();
    for (const probe of probes) {
        const ageMs = nowMs - Date.parse(probe.Created ?? '');
        if (ageMs > PROBE_MAX_AGE_MS)
            await removeIfUnused(engine, probe);
    }
}
function rangesOf(network) {
    return (network.IPAM?.Config ?? []).flatMap((config) => parseRange(config.Subnet ?? '') ?? []);
}
function isOverlap(error) {
    return error instanceof EngineError && /overlaps with/i.test(error.engineMessage);
}
function isPoolExhausted(error) {
    return (error instanceof EngineError &&
        /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(error.engineMessage));
}

;// CONCATENATED MODULE: ./build/packages/release/src/candidate-container.js


/** Creates the release's container in its slot and joins it to its networks; doesn't start it. */
async function createCandidate(engine, release, placement) {
    const name = containerName(release.app, release.id);
    let id;
    try {
        id = await engine.containers.create(name, appContainer(release, placement));
    }
    catch (error) {
        if (!isConflict(error))
            throw error;
        // The same second and the same four random letters: only a leftover can have that name.
        throw new Error(`the container name ${name} is taken`, { cause: error });
    }
    try {
        for (const network of release.config.networks)
            await engine.networks.connect(network, id);
    }
    catch (error) {
        await engine.containers.remove(id, { force: true });
        throw error;
    }
    return { id, name };
}
/**
 * A way to the container's port past the switch: by its fixed address, or, where the Engine's networks can't be
 * reached from the server, by the port published for this.
 */
function openContainer(server, id, target, published) {
    if (!published)
        return () => server.openTcp(target.host, target.port);
    let port;
    return async () => {
        if (port === undefined) {
            const inspect = await server.engine.containers.inspect(id);
            const binding = inspect?.NetworkSettings?.Ports?.[`${target.port}/tcp`]?.[0];
            if (!binding?.HostPort)
                throw new Error('connect ECONNREFUSED: the port is not published yet');
            port = Number(binding.HostPort);
        }
        return server.openTcp('127.0.0.1', port);
    };
}
/** The last lines of its log, or what kept them from being read. */
async function lastLogLines(engine, id, lines) {
    try {
        return await engine.containers.logs(id, { tail: lines });
    }
    catch (error) {
        return `(its log could not be read: ${error instanceof Error ? error.message : String(error)})`;
    }
}

;// CONCATENATED MODULE: ./build/packages/release/src/deploy-context.js
async function journal(context, event, detail) {
    const { store, progress, request } = context;
    await store.note({
        at: new Date(context.nowMs()).toISOString(),
        event,
        ...(progress.release ? { release: progress.release.id } : {}),
        detail,
        runUrl: request.origin.runUrl,
    });
}
/** The record of what was live when the deploy began. */
function releaseOf(state) {
    return state.releases.find(({ id }) => id === state.live?.releaseId);
}

// EXTERNAL MODULE: external "node:string_decoder"
var external_node_string_decoder_ = __webpack_require__(6193);
;// CONCATENATED MODULE: ./build/packages/engine/src/last-bytes.js
/** Keeps the last `limit` bytes of what is added: of a log, the end is what explains a failure. */
class LastBytes {
    #limit;
    #parts = [];
    #size = 0;
    truncated = false;
    constructor(limit) {
        this.#limit = limit;
    }
    add(bytes) {
        this.#parts.push(bytes);
        this.#size += bytes.length;
        // Joined only now and then, so that many small pieces cost linear time.
        if (this.#size > 2 * this.#limit)
            this.#trim();
    }
    #trim() {
        const all = Buffer.concat(this.#parts);
        const kept = all.subarray(Math.max(0, all.length - this.#limit));
        if (kept.length < all.length)
            this.truncated = true;
        this.#parts = [Buffer.from(kept)];
        this.#size = kept.length;
    }
    /** UTF-8; a character cut by the limit is dropped. */
    text() {
        this.#trim();
        const bytes = this.#parts[0] ?? Buffer.alloc(0);
        let start = 0;
        // Bytes 10xxxxxx continue a character whose start was cut off.
        while (this.truncated && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80)
            start += 1;
        return bytes.toString('utf8', start);
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/run-to-completion.js


const MAX_LINE_LENGTH = 16 * 1024;
/**
 * Runs a container once: create, attach, start, pass its lines on, wait, remove. The container is removed however
 * it ends; when the connection to the server breaks it stays, so give it labels by which the next run finds it.
 *
 * @throws EngineError when the container cannot be created or started
 * @throws the signal's reason when it fires; the container is stopped and removed before
 */
async function runToCompletion(engine, run) {
    const { containers } = engine;
    run.signal?.throwIfAborted();
    const id = await containers.create(run.name, { ...run.config, AttachStdout: true, AttachStderr: true });
    const tail = new LastBytes(run.maxOutputBytes ?? 64 * 1024);
    const lines = { stdout: new run_to_completion_LineSplitter(), stderr: new run_to_completion_LineSplitter() };
    const limit = AbortSignal.timeout(run.timeoutMs);
    const stopWaiting = run.signal === undefined ? limit : AbortSignal.any([limit, run.signal]);
    const startedMs = performance.now();
    try {
        for (const network of run.networks ?? [])
            await engine.networks.connect(network, id);
        // Attached before the start: works with every log driver and misses nothing.
        const attached = await containers.attach(id, {
            tty: run.config.Tty === true,
            onOutput: (stream, bytes) => {
                tail.add(bytes);
                for (const line of lines[stream].push(bytes))
                    run.onLine?.(line, stream);
            },
        });
        try {
            // Asked for before the start: a program can be over before the next call arrives.
            const ended = containers.wait(id, { condition: 'next-exit', signal: stopWaiting });
            ended.catch(() => undefined);
            await containers.start(id);
            let exitCode;
            try {
                exitCode = await ended;
            }
            catch (error) {
                if (!stopWaiting.aborted)
                    throw error;
                await containers.stop(id, run.stopTimeoutSeconds ?? 5);
            }
            await within(attached.ended, 5_000);
            for (const stream of ['stdout', 'stderr']) {
                for (const line of lines[stream].end())
                    run.onLine?.(line, stream);
            }
            if (exitCode === undefined)
                run.signal?.throwIfAborted();
            const state = (await containers.inspect(id))?.State;
            return {
                exitCode,
                timedOut: exitCode === undefined,
                outOfMemory: state?.OOMKilled === true,
                durationMs: Math.round(performance.now() - startedMs),
                output: tail.text(),
            };
        }
        finally {
            attached.stop();
        }
    }
    finally {
        await containers.remove(id, { force: true, volumes: true });
    }
}
/** A program may leave children that hold its output open; the exit code counts, not they. */
async function within(promise, ms) {
    let timer;
    const limit = new Promise((resolve) => {
        timer = setTimeout(resolve, ms);
    });
    await Promise.race([promise.catch(() => undefined), limit]);
    clearTimeout(timer);
}
class run_to_completion_LineSplitter {
    #decoder = new external_node_string_decoder_.StringDecoder('utf8');
    #rest = '';
    push(bytes) {
        const parts = (this.#rest + this.#decoder.write(bytes)).split('\n');
        this.#rest = parts.pop() ?? '';
        const lines = parts.map((line) => line.replace(/\r$/, '').slice(0, MAX_LINE_LENGTH));
        if (this.#rest.length > MAX_LINE_LENGTH) {
            lines.push(this.#rest.slice(0, MAX_LINE_LENGTH));
            this.#rest = '';
        }
        return lines;
    }
    end() {
        const last = this.#rest + this.#decoder.end();
        this.#rest = '';
        return last === '' ? [] : [last];
    }
}

;// CONCATENATED MODULE: ./build/packages/release/src/hook.js



class HookError extends src/* ExplainedError */.h {
    name = 'HookError';
}
/**
 * Runs a command once in a container of the new image, with the app's environment, volumes and networks.
 *
 * @throws HookError when it fails or takes too long
 */
async function runHook({ server, reporter, progress }, release, role, hook, signal) {
    const program = hook.command[0] ?? '';
    reporter.info(`Running ${role} in a container of the new image: ${program}`);
    const networks = [slotNetworkName(release.app), ...release.config.networks];
    const run = await runToCompletion(server.engine, {
        name: `${release.app}-${release.id}-${role}`,
        config: oneOffContainer(release, role, hook.command, networks[0] ?? ''),
        networks: networks.slice(1),
        timeoutMs: hook.timeoutMs,
        onLine: (line) => reporter.foreign(line),
        signal,
    });
    if (run.exitCode === 0)
        return;
    progress.candidateLog = run.output;
    const how = run.timedOut
        ? `did not end within ${hook.timeoutMs / 1000} s and was stopped`
        : run.outOfMemory
            ? 'ran out of memory'
            : `ended with exit code ${run.exitCode}`;
    throw new HookError(`the ${role} command ${program} ${how}`);
}

;// CONCATENATED MODULE: ./build/packages/probe/src/version-match.js
const FIELDS = ['version', 'commit', 'sha', 'revision', 'gitCommit', 'git_sha'];
const MIN_PREFIX_LENGTH = 7;
const MAX_VERSION_LENGTH = 200;
/**
 * The versions an answer names: the X-App-Version header; the fields `version`, `commit`, `sha`, `revision`,
 * `gitCommit` or `git_sha` of a JSON object (one level of nesting, e.g. `build.version`); a JSON string; or the
 * first line of plain text. HTML names none.
 */
function readVersions(answer) {
    const found = [answer.headers?.['x-app-version']];
    const body = (answer.body ?? '').trim();
    const parsed = asJson(body);
    if (typeof parsed === 'object' && parsed !== null) {
        found.push(...fieldsOf(parsed));
        for (const inner of Object.values(parsed)) {
            if (typeof inner === 'object' && inner !== null)
                found.push(...fieldsOf(inner));
        }
    }
    else if (typeof parsed === 'string' || typeof parsed === 'number') {
        // "1.10" without quotes is JSON for 1.1: take the text as it stands.
        found.push(typeof parsed === 'string' ? parsed : body);
    }
    else if (body !== '' && !body.startsWith('<')) {
        found.push(body.split('\n', 1)[0]);
    }
    const texts = found
        .filter((one) => typeof one === 'string' || typeof one === 'number')
        .map((one) => String(one).trim())
        .filter((one) => one !== '' && one.length <= MAX_VERSION_LENGTH);
    return [...new Set(texts)];
}
/**
 * Equal (a leading `v` aside), or one a prefix of the other where both are hexadecimal commit ids and the shorter
 * has at least 7 digits.
 */
function versionMatches(expected, actual) {
    const wanted = expected.trim();
    const got = actual.trim();
    if (wanted === '' || got === '')
        return false;
    if (withoutV(wanted) === withoutV(got))
        return true;
    const [short, long] = wanted.length <= got.length ? [wanted, got] : [got, wanted];
    return isCommitId(short) && isCommitId(long) && long.toLowerCase().startsWith(short.toLowerCase());
}
/** A sentence part when the answer does not prove the expected version, else undefined. */
function versionProblem(expected, answer) {
    const versions = readVersions(answer);
    if (versions.some((version) => versionMatches(expected, version)))
        return undefined;
    if (versions.length === 0) {
        return `the answer names no version (expected ${expected}; understood are plain text, JSON with "version", "commit" or "sha", and the header X-App-Version)`;
    }
    const shown = versions.map((version) => version.slice(0, 80).replace(/\p{Cc}/gu, ' ')).join(', ');
    return `the app says it is ${shown}, expected ${expected}`;
}
function fieldsOf(value) {
    return FIELDS.map((field) => Object.hasOwn(value, field) ? value[field] : undefined);
}
function asJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function withoutV(version) {
    return /^v\d/.test(version) ? version.slice(1) : version;
}
function isCommitId(text) {
    return text.length >= MIN_PREFIX_LENGTH && text.length <= 64 && /^[0-9a-f]+$/i.test(text);
}

;// CONCATENATED MODULE: ./build/packages/release/src/prove.js



const proofDeadlineMs = 10_000;
const proofPauseMs = 100;
class ProofError extends src/* ExplainedError */.h {
    name = 'ProofError';
}
/**
 * Proves that the expected build answers on this way in.
 *
 * @throws ProofError with what answered instead
 */
async function proveVersion(open, version, health, config) {
    const answer = await probeHttp(open, {
        path: version.path,
        host: health.host,
        protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
        timeoutMs: health.timeoutMs,
        expectedStatus: [{ from: 200, to: 299 }],
    });
    if (answer.outcome !== 'healthy') {
        throw new ProofError(`its version could not be read from ${version.path}: ${answer.detail}`);
    }
    const problem = versionProblem(version.expected, answer);
    if (problem)
        throw new ProofError(`its build is not the expected one, by ${version.path}: ${problem}`);
}
/**
 * Proves by a request through the switch that the slot answers to clients. Asked again for a while when it fails: a
 * server that is short of breath is no reason to take a good release back.
 *
 * @throws ProofError with what came back last
 */
async function proveThroughSwitch(trafficSwitch, color, health, config, signal) {
    if (config.protocol === 'tcp')
        return;
    const deadline = performance.now() + proofDeadlineMs;
    for (;;) {
        signal.throwIfAborted();
        const problem = await askThroughSwitch(trafficSwitch, color, health, config.protocol);
        if (problem === undefined)
            return;
        if (performance.now() > deadline)
            throw new ProofError(`a request through the switch ${problem}`);
        await (0,promises_.setTimeout)(proofPauseMs, undefined, { signal });
    }
}
/** What is wrong with the answer to one request, or undefined when it is the slot's. */
async function askThroughSwitch(trafficSwitch, color, health, protocol) {
    const answer = await probeHttp(() => trafficSwitch.openAsClient(), {
        path: health.path ?? '/',
        host: health.host,
        headers: { 'switchyard-probe': '1' },
        protocol,
        timeoutMs: health.timeoutMs,
        // Without a health path any answer of the app is one; only the slot is in question.
        expectedStatus: health.path === undefined ? [{ from: 100, to: 599 }] : health.statuses,
    });
    if (answer.outcome !== 'healthy')
        return `failed: ${answer.detail}`;
    const slot = answer.headers?.['switchyard-color'];
    return slot === color
        ? undefined
        : `was answered by ${slot ?? 'something that names no slot'}, not by ${color}`;
}

;// CONCATENATED MODULE: ./build/packages/release/src/bring-up.js












const candidateLogLines = 50;
/** Steps 2 to 5: ends with a healthy container of the right build that no user has met. */
async function bringUp(context, ground, image) {
    const { request, server, timeline } = context;
    const { release, candidate } = await timeline.run('create', () => create(context, ground, image));
    const { preDeploy, version } = request;
    // Before the start: a new version may need the new schema from its first moment on.
    if (preDeploy) {
        await timeline.run('pre-deploy', () => runHook(context, release, 'pre-deploy', preDeploy, ground.signal));
    }
    const oldWasStopped = await timeline.run('start', async () => {
        ground.signal.throwIfAborted();
        const stopped = request.order === 'stop-first' && (await stopOld(context, ground));
        await server.engine.containers.start(candidate.id);
        return stopped;
    });
    const open = bring_up_opener(context, ground, release, candidate);
    const kind = healthKind(request.health, release.config, hasHealthcheck(image.inspect));
    await timeline.run('health', () => bring_up_waitUntilHealthy(context, ground, release, kind, candidate.id, open));
    if (version) {
        await timeline.run('verify', () => proveVersion(open, version, request.health, release.config));
    }
    const target = { containerId: candidate.id, open };
    return {
        candidate: { ...candidate, oldWasStopped },
        attempt: healthAttempt(server.engine, kind, request.health, release.config, target),
    };
}
async function create(context, ground, image) {
    const { request, server, store, reporter, undo, progress } = context;
    const { engine } = server;
    const release = newRelease(context, ground, image);
    progress.release = release;
    const networkName = slotNetworkName(release.app);
    const [known] = await Promise.all([
        engine.networks.inspect(networkName),
        store.save(release),
        journal(context, 'deploy', `image ${release.image.runnable}`),
    ]);
    if (!known)
        undo.push('remove the network', () => engine.networks.remove(networkName));
    const network = await ensureSlotNetwork(engine, networkName, { [appLabels.app]: release.app });
    for (const volume of writableVolumes(release.config.volumes)) {
        if (!ground.state.live || request.order !== 'start-first')
            continue;
        reporter.info(`Old and new share the volume ${volume.split(':')[0]} while both run; set "order: stop-first" if the app can't.`);
    }
    await clearSlot(context, ground, release.color);
    const container = await createCandidate(engine, release, {
        network: networkName,
        address: network.addresses[release.color],
        publishForProbes: ground.facts.rootless,
    });
    undo.push('remove the new container', async () => {
        progress.candidateLog ??= await lastLogLines(engine, container.id, candidateLogLines);
        await engine.containers.remove(container.id, { force: true, volumes: true });
    });
    progress.containerName = container.name;
    reporter.info(`Created ${container.name} in the ${release.color} slot.`);
    return { release, candidate: { ...container, targets: slotTargets(network.addresses, release, ground) } };
}
function newRelease(context, ground, image) {
    const { request } = context;
    const nowMs = context.nowMs();
    const at = new Date(nowMs).toISOString();
    const { inspect, ...rest } = image;
    // An image that an earlier release brought here is still ours to sweep.
    const sameImage = ground.state.releases.some((release) => release.image.id === rest.id && release.image.pulled);
    const releaseImage = { ...rest, pulled: rest.pulled || sameImage };
    const given = request.config.containerPort;
    return {
        format: recordFormat,
        id: releaseId(nowMs, (0,external_node_crypto_.randomInt)(36 ** 4)
            .toString(36)
            .padStart(4, '0')),
        app: request.app,
        color: ground.state.liveColor ? otherColor(ground.state.liveColor) : 'blue',
        image: releaseImage,
        config: {
            ...request.config,
            containerPort: request.switch.kind === 'none' ? given : containerPort(given, inspect, image.reference),
        },
        origin: request.origin,
        createdAt: at,
        verdict: 'pending',
        verdictAt: at,
        reason: undefined,
        liveAt: undefined,
    };
}
/** A standby that runs or is paused holds the slot's address; it is stopped, and woken again if this deploy fails. */
async function clearSlot({ request, server, undo }, ground, color) {
    const { containers } = server.engine;
    for (const standby of ground.state.containers) {
        if (standby.color !== color || !isUp(standby))
            continue;
        undo.push('wake the standby', async () => {
            await containers.start(standby.id);
            if (standby.state === 'paused')
                await containers.pause(standby.id);
        });
        if (standby.state === 'paused')
            await containers.unpause(standby.id);
        await containers.stop(standby.id, Math.ceil(request.config.stopTimeoutMs / 1000));
    }
}
function slotTargets(addresses, release, ground) {
    const live = releaseOf(ground.state);
    const fresh = {
        host: addresses[release.color],
        port: release.config.containerPort ?? 1,
        protocol: release.config.protocol,
    };
    const kept = {
        host: addresses[otherColor(release.color)],
        port: live?.config.containerPort ?? fresh.port,
        protocol: live?.config.protocol ?? fresh.protocol,
    };
    return release.color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
}
async function stopOld({ request, server, reporter, undo }, { state }) {
    const { live } = state;
    if (live?.state !== 'running')
        return false;
    reporter.info(`Stopping ${live.name} first, as "order" asks; nothing serves until the new version does.`);
    undo.push('start the old version again', () => server.engine.containers.start(live.id));
    await server.engine.containers.stop(live.id, Math.ceil(request.config.stopTimeoutMs / 1000));
    return true;
}
function bring_up_opener({ server }, ground, release, candidate) {
    return openContainer(server, candidate.id, candidate.targets[release.color], ground.facts.rootless);
}
async function bring_up_waitUntilHealthy({ request, server, reporter, progress }, ground, release, kind, containerId, open) {
    const by = describeHealthKind(kind, request.health, release.config.containerPort);
    reporter.info(`Waiting until it is healthy, by ${by}.`);
    await passHealthGate({
        engine: server.engine,
        kind,
        health: request.health,
        config: release.config,
        target: { containerId, open },
        signal: ground.signal,
        onAttempt: (text) => reporter.progress('health', text),
        onEnd: (wait) => {
            progress.health = wait;
        },
    });
}
/** Writes down that the release did not make it; the last thing that a failure does. */
async function recordFailure(context, reason) {
    const { progress, store } = context;
    if (!progress.release)
        return;
    const verdict = progress.rolledBack ? 'bad' : 'failed';
    progress.release = withVerdict(progress.release, verdict, context.nowMs(), reason);
    await Promise.all([store.save(progress.release), journal(context, verdict, reason)]);
}

;// CONCATENATED MODULE: ./build/packages/release/src/retire.js

const retire_pollMs = 50;
/**
 * Waits until a slot has no request in flight. Returns how many were left when the time was up.
 *
 * @throws the signal's reason
 */
async function drain(trafficSwitch, color, timeoutMs, signal, onProgress) {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
        signal?.throwIfAborted();
        const inFlight = await trafficSwitch.inFlight(color);
        if (inFlight === 0 || performance.now() >= deadline)
            return inFlight;
        const left = Math.ceil((deadline - performance.now()) / 1000);
        onProgress(`Draining: ${inFlight} requests in flight, ${left} s at most`);
        await (0,promises_.setTimeout)(retire_pollMs, undefined, signal ? { signal } : {});
    }
}
/**
 * Puts a drained version on standby. A version that goes on running gets its last connections cut, because nothing
 * else would ever end them; one that is stopped ends them itself when it gets its stop signal.
 */
async function putOnStandby(options) {
    const { engine, mode, containerId } = options;
    if (mode === 'stopped') {
        await engine.containers.stop(containerId, Math.ceil(options.stopTimeoutMs / 1000));
        return;
    }
    if (options.connectionsLeft > 0)
        await options.trafficSwitch.closeConnections(options.color);
    if (mode === 'paused')
        await engine.containers.pause(containerId);
}

;// CONCATENATED MODULE: ./build/packages/release/src/finish.js





/** Step 8, and the standby of step 9: remove from the switch, drain, stop signal, stop. Never in another order. */
async function retireOld(context, ground, candidate, trafficSwitch) {
    const { request, server, store, reporter } = context;
    const old = ground.state.live;
    if (!old)
        return;
    const release = releaseOf(ground.state);
    if (isUp(old) && !candidate.oldWasStopped) {
        const left = await drain(trafficSwitch, old.color, request.drainTimeoutMs, ground.signal, (text) => reporter.progress('drain', text));
        if (left > 0) {
            reporter.info(`${left} requests or streams were still open after ${request.drainTimeoutMs / 1000} s; the old version is asked to end them.`);
        }
        await putOnStandby({
            engine: server.engine,
            trafficSwitch,
            containerId: old.id,
            color: old.color,
            mode: request.standby,
            stopTimeoutMs: release?.config.stopTimeoutMs ?? request.config.stopTimeoutMs,
            connectionsLeft: left,
        });
    }
    if (release)
        await store.save(withVerdict(release, 'standby', context.nowMs()));
}
/** Step 9: what is neither live nor standby loses its container; what is too old loses its record and image. */
async function tidy(context, ground, candidate, trafficSwitch) {
    const { request, server, store } = context;
    const { engine } = server;
    const keep = new Set([candidate.id, ground.state.live?.id]);
    const [{ containers }, { releases }] = await Promise.all([
        listAppContainers(engine, request.app),
        store.list(),
        // A switch that was replaced has usually left by now.
        trafficSwitch.recover(),
    ]);
    const surplus = containers.filter(({ id }) => !keep.has(id));
    await Promise.all(surplus.map(({ id }) => engine.containers.remove(id, { force: true, volumes: true })));
    const retired = new Set(surplus.map(({ releaseId }) => releaseId));
    const current = releases.map((release) => release.verdict === 'standby' && retired.has(release.id)
        ? withVerdict(release, 'retired', context.nowMs())
        : release);
    const changed = current.filter((release, index) => release !== releases[index]);
    await Promise.all(changed.map((release) => store.save(release)));
    const forgotten = releasesToForget(current, request.keepReleases);
    const kept = current.filter((release) => !forgotten.includes(release));
    for (const image of imagesToRemove(forgotten, kept)) {
        // An image that something else uses stays; that is no failure of this deploy.
        await engine.images.remove(image).catch(() => []);
    }
    await Promise.all(forgotten.map(({ id }) => store.forget(id)));
}

;// CONCATENATED MODULE: ./build/packages/release/src/watch-verdict.js
const sampleLimit = 20_000;
/** Fewer requests than this say too little to judge a share or a percentile by before the watch is over. */
const fewestRequests = 20;
const fewestErrors = 3;
/** Counts what the switch reports of one version. Keeps the newest latencies, at most 20,000. */
class RequestSample {
    #requests = 0;
    #errors = 0;
    #latencies = [];
    add(request) {
        this.#requests += 1;
        if (request.failed || (request.status !== undefined && request.status >= 500))
            this.#errors += 1;
        this.#latencies[(this.#requests - 1) % sampleLimit] = request.latencyMs;
    }
    figures() {
        return {
            requests: this.#requests,
            errors: this.#errors,
            errorRate: this.#requests === 0 ? 0 : this.#errors / this.#requests,
            latencyP95Ms: percentile95(this.#latencies),
        };
    }
}
/** Nearest-rank 95th percentile; undefined without values. */
function percentile95(values) {
    if (values.length === 0)
        return undefined;
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1];
}
/**
 * Why the new version must be taken back, or undefined while there is no reason. A limit that the old version broke
 * just as badly is no reason: going back would not help anybody. When the watch is over, few requests must do.
 */
function watchProblem(fresh, old, limits, isOver = false) {
    if (fresh.requests < (isOver ? fewestErrors : fewestRequests))
        return undefined;
    const hadErrors = old !== undefined && old.requests >= fewestRequests ? old.errorRate : 0;
    if (fresh.errors >= fewestErrors && fresh.errorRate > Math.max(limits.maxErrorRate, hadErrors)) {
        const than = old && old.requests > 0 ? ` (${percent(old.errorRate)} of the old version's)` : '';
        return `${percent(fresh.errorRate)} of its ${fresh.requests} requests failed${than}, and ${percent(limits.maxErrorRate)} are allowed`;
    }
    const { maxLatencyP95Ms } = limits;
    const p95 = fresh.latencyP95Ms;
    if (maxLatencyP95Ms !== undefined &&
        p95 !== undefined &&
        p95 > maxLatencyP95Ms &&
        fresh.requests >= fewestRequests) {
        if (old?.latencyP95Ms !== undefined && old.requests >= fewestRequests && p95 <= old.latencyP95Ms)
            return undefined;
        const than = old?.latencyP95Ms === undefined ? '' : ` (the old version's ${old.latencyP95Ms} ms)`;
        return `its 95th percentile of latency is ${p95} ms${than}, and ${maxLatencyP95Ms} ms are allowed`;
    }
    return undefined;
}
function percent(share) {
    return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

;// CONCATENATED MODULE: ./build/packages/release/src/watch.js



const tickMs = 200;
const probeEveryMs = 1000;
const failedProbesInARow = 3;
/** Collects what the switch says of both versions, from before the change until the end of the watch. */
class TrafficObserver {
    #samples = { blue: new RequestSample(), green: new RequestSample() };
    #stop;
    async start(trafficSwitch) {
        this.stop();
        const observation = await trafficSwitch.observe((request) => this.#samples[request.color].add(request));
        this.#stop = observation && (() => observation.stop());
    }
    /** Forgets one version's figures: what a slot answered for an earlier release says nothing of this one. */
    reset(color) {
        this.#samples[color] = new RequestSample();
    }
    figures(color) {
        return this.#samples[color].figures();
    }
    stop() {
        this.#stop?.();
        this.#stop = undefined;
    }
}
/**
 * Watches the new version while it serves. Returns why it must be taken back, or undefined when the watch ended well.
 */
async function watchLive(options) {
    const { observer, color, oldColor, request, signal } = options;
    const end = performance.now() + request.durationMs;
    let nextProbe = performance.now();
    let failedProbes = 0;
    while (performance.now() < end) {
        signal.throwIfAborted();
        const fatal = await fatalState(options.engine, options.containerId);
        if (fatal)
            return fatal;
        if (performance.now() >= nextProbe) {
            nextProbe = performance.now() + probeEveryMs;
            const probe = await options.attempt();
            failedProbes = probe.outcome === 'unhealthy' ? failedProbes + 1 : 0;
            if (failedProbes >= failedProbesInARow) {
                return `${failedProbes} health checks in a row failed, the last with: ${probe.detail}`;
            }
        }
        const fresh = observer.figures(color);
        const problem = watchProblem(fresh, oldColor && observer.figures(oldColor), request);
        if (problem)
            return problem;
        const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
        options.onProgress(`Watching: ${fresh.requests} requests, ${fresh.errors} errors, ${left} s to go`);
        await (0,promises_.setTimeout)(Math.min(tickMs, Math.max(1, end - performance.now())), undefined, { signal });
    }
    return watchProblem(observer.figures(color), oldColor && observer.figures(oldColor), request, true);
}

;// CONCATENATED MODULE: ./build/packages/release/src/go-live.js






class TurnedBadError extends src/* ExplainedError */.h {
    name = 'TurnedBadError';
}
/** Steps 6 and 7: moves the traffic, proves it, and watches. Whatever throws in here is taken back. */
async function goLive(context, ground, release, candidate, attempt) {
    const { request, server, timeline, reporter, progress, undo, store } = context;
    await timeline.run('switch', async () => {
        ground.signal.throwIfAborted();
        await Promise.all([
            ground.lease.confirm(),
            server.engine.containers.update(candidate.id, { RestartPolicy: { Name: 'unless-stopped' } }),
        ]);
        await moveTraffic(context, ground, release, candidate);
        await prove(context, release, ground.signal);
        progress.release = withVerdict(release, 'live', context.nowMs());
        await Promise.all([store.save(progress.release), journal(context, 'live', `${release.color} serves`)]);
    });
    reporter.info(`Release ${release.id} (${release.color}) is live.`);
    const hasWayBack = ground.state.live?.state === 'running';
    if (!hasWayBack) {
        // It has proven that it works; with nothing to go back to, taking it away would help nobody.
        undo.clear();
        progress.settled = true;
    }
    if (request.watch.durationMs > 0) {
        await timeline.run('watch', () => watchNew(context, ground, release, candidate, attempt));
    }
    undo.clear();
    progress.settled = true;
}
async function moveTraffic(context, ground, release, candidate) {
    const { request, server, reporter, progress, undo, observer, timeline } = context;
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    const { live, liveColor } = ground.state;
    if (!liveColor)
        undo.push('take the new switch away', () => trafficSwitch.dismantle());
    const change = await trafficSwitch.ensure(liveColor ?? release.color, candidate.targets);
    if (change === 'replaced')
        reporter.info('Replaced the switch; the new one has taken over its sockets.');
    if (change === 'restarted') {
        reporter.warning('Restarted the switch with a short gap, because a rootless Engine cannot hand its port over.');
    }
    if (change !== 'unchanged')
        await observer.start(trafficSwitch);
    observer.reset(release.color);
    if (liveColor) {
        // Said before it is done: if the answer is what gets lost, the traffic may have moved all the same.
        undo.push('switch back', async () => {
            await timeline.run('switch-back', async () => {
                if (live && candidate.oldWasStopped)
                    await server.engine.containers.start(live.id);
                await trafficSwitch.shift(liveColor);
                progress.rolledBack = true;
            });
            const to = live ? `release ${live.releaseId}` : 'the old version';
            reporter.warning(`Switched back to ${to} (${liveColor}).`);
            await timeline.run('drain', () => drain(trafficSwitch, release.color, request.drainTimeoutMs, undefined, (text) => reporter.progress('drain', text)));
        });
        progress.switched = true;
        const tookMs = await trafficSwitch.shift(release.color);
        progress.switchMs = Math.round(tookMs * 10) / 10;
    }
    else if (change === 'created')
        progress.switched = true;
    else {
        // A switch without a live slot is left over from a first deploy that died; it may point anywhere.
        await trafficSwitch.shift(release.color);
        progress.switched = true;
    }
}
async function prove({ request, progress }, { color, config }, signal) {
    const { switch: wanted, health, version } = request;
    const { trafficSwitch } = progress;
    if (wanted.kind === 'none' || !trafficSwitch)
        return;
    await proveThroughSwitch(trafficSwitch, color, health, config, signal);
    if (version && config.protocol !== 'tcp') {
        await proveVersion(() => trafficSwitch.openAsClient(), version, health, config);
    }
}
async function watchNew({ request, server, reporter, observer, progress }, ground, release, candidate, attempt) {
    const oldColor = ground.state.liveColor;
    const problem = await watchLive({
        engine: server.engine,
        containerId: candidate.id,
        color: release.color,
        oldColor,
        observer,
        request: request.watch,
        attempt,
        signal: ground.signal,
        onProgress: (text) => reporter.progress('watch', text),
    }).finally(() => {
        progress.watch = {
            fresh: observer.figures(release.color),
            old: oldColor && observer.figures(oldColor),
        };
    });
    if (problem)
        throw new TurnedBadError(`it turned bad after the switch: ${problem}`);
}

;// CONCATENATED MODULE: ./build/packages/release/src/lease.js


class LeaseError extends src/* ExplainedError */.h {
    name = 'LeaseError';
}
const defaultTtlMs = 60_000;
const lease_pollMs = 500;
/**
 * The right to change one app on one server. Leases are files numbered upwards: whoever creates the next number
 * holds it, because only one can. The highest file is never deleted by anybody but its successor's owner, so a slow
 * process that acts on an old view loses when it looks again. A file's modification time is its owner's last sign of
 * life, in the server's own clock; an owner that shows none for the time to live has lost it.
 */
class Lease {
    #files;
    #options;
    #number;
    #token;
    #since;
    #timer;
    #expiry;
    #renewal = Promise.resolve();
    #isReleased = false;
    #lastRenewal = performance.now();
    #lost = new AbortController();
    constructor(files, options, number, token, since) {
        this.#files = files;
        this.#options = options;
        this.#number = number;
        this.#token = token;
        this.#since = since;
    }
    /**
     * @throws LeaseError when another owner has it for longer than `waitMs`, naming that owner
     * @throws the signal's reason when cancelled while it waits
     */
    static async take(files, options) {
        const deadline = performance.now() + options.waitMs;
        const folder = `${options.folder}/lease`;
        for (;;) {
            options.signal.throwIfAborted();
            const held = await currentHolder(files, folder);
            const nowMs = options.nowMs();
            const ttlMs = options.ttlMs ?? defaultTtlMs;
            if (held?.file?.released !== false || nowMs - held.mtimeMs > ttlMs) {
                const lease = await Lease.#claim(files, options, (held?.number ?? 0) + 1, nowMs);
                if (lease)
                    return lease;
                continue;
            }
            const who = describe(held.file);
            if (performance.now() >= deadline) {
                throw new LeaseError(`Another deploy of ${options.app} is at work on this server (${who}); wait until it ends, or let this one queue longer with "lock-wait".`);
            }
            options.onWait(`Waiting for another deploy of ${options.app} to end (${who}).`);
            await lease_pause(lease_pollMs, options.signal);
        }
    }
    static async #claim(files, options, number, nowMs) {
        const token = (0,external_node_crypto_.randomBytes)(12).toString('hex');
        const lease = new Lease(files, options, number, token, new Date(nowMs).toISOString());
        if (!(await files.create(lease.#path(number), lease.#text(false), 0o600)))
            return undefined;
        const names = (await files.list(`${options.folder}/lease`)).map(({ name }) => name);
        if (highest(names) !== number) {
            await files.remove(lease.#path(number));
            return undefined;
        }
        lease.#keepAlive();
        const older = names.filter((name) => (numberOf(name) ?? number) < number);
        // Nobody waits for it: a predecessor's file that stays is removed by the next owner.
        void Promise.all(older.map((name) => files.remove(`${options.folder}/lease/${name}`))).catch(() => undefined);
        return lease;
    }
    /** Aborted when the lease could not be kept; whoever holds it must stop changing things. */
    get lost() {
        return this.#lost.signal;
    }
    /** @throws LeaseError when somebody else has taken it over */
    async confirm() {
        this.#lost.signal.throwIfAborted();
        if ((await newestNumber(this.#files, `${this.#options.folder}/lease`)) !== this.#number) {
            throw this.#lostError();
        }
    }
    async release() {
        this.#isReleased = true;
        clearTimeout(this.#timer);
        clearTimeout(this.#expiry);
        if (this.#lost.signal.aborted)
            return;
        // A renewal under way would otherwise be written after this and keep the lease for another life.
        await this.#renewal;
        await this.#files.write(this.#path(this.#number), this.#text(true), 0o600);
    }
    #keepAlive() {
        const ttlMs = this.#options.ttlMs ?? defaultTtlMs;
        // One failed or hanging write is no loss yet; a lease that could not be renewed for its whole life is.
        clearTimeout(this.#expiry);
        this.#expiry = setTimeout(() => this.#lose(), Math.max(0, this.#lastRenewal + ttlMs - performance.now())).unref();
        this.#timer = setTimeout(() => {
            this.#renewal = this.#renew()
                .catch(() => undefined)
                .then(() => {
                if (!this.#isReleased && !this.#lost.signal.aborted)
                    this.#keepAlive();
            });
        }, ttlMs / 4).unref();
    }
    async #renew() {
        // The file's time is at least this one, so counting from here never believes in a lease for too long.
        const startedAt = performance.now();
        const newest = await newestNumber(this.#files, `${this.#options.folder}/lease`);
        if (newest !== this.#number) {
            this.#lose();
            return;
        }
        await this.#files.write(this.#path(this.#number), this.#text(false), 0o600);
        this.#lastRenewal = startedAt;
    }
    #lose() {
        clearTimeout(this.#timer);
        clearTimeout(this.#expiry);
        this.#lost.abort(this.#lostError());
    }
    #lostError() {
        return new LeaseError(`This job lost its turn to change ${this.#options.app}, because it showed no sign of life for too long and another deploy took over; run it again.`);
    }
    #path(number) {
        return `${this.#options.folder}/lease/${String(number).padStart(9, '0')}.json`;
    }
    #text(released) {
        const { runUrl, actor } = this.#options.owner;
        const file = { token: this.#token, runUrl, actor, since: this.#since, released };
        return `${JSON.stringify(file)}\n`;
    }
}
async function currentHolder(files, folder) {
    const number = await newestNumber(files, folder);
    if (number === undefined)
        return undefined;
    const path = `${folder}/${String(number).padStart(9, '0')}.json`;
    const [stat, text] = await Promise.all([files.stat(path), files.read(path)]);
    if (!stat || text === undefined)
        return currentHolder(files, folder);
    return { number, mtimeMs: stat.mtimeMs, file: parseLease(text) ?? unknownOwner };
}
const unknownOwner = { token: '', since: 'an unknown time', released: false };
function parseLease(text) {
    try {
        const value = JSON.parse(text);
        if (typeof value.token !== 'string' || typeof value.released !== 'boolean')
            return undefined;
        return { ...value, since: String(value.since) };
    }
    catch {
        return undefined;
    }
}
async function newestNumber(files, folder) {
    return highest((await files.list(folder)).map(({ name }) => name));
}
function highest(names) {
    const numbers = names.map(numberOf).filter((number) => number !== undefined);
    return numbers.length === 0 ? undefined : Math.max(...numbers);
}
function numberOf(name) {
    const digits = /^(\d{9})\.json$/.exec(name)?.[1];
    return digits === undefined ? undefined : Number(digits);
}
function describe(file) {
    const by = file.actor ? ` by ${file.actor}` : '';
    return `${file.runUrl ?? 'a run without a URL'}${by}, since ${file.since}`;
}
function lease_pause(ms, signal) {
    return new Promise((resolve, reject) => {
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal.reason);
        };
        const timer = setTimeout(() => {
            signal.removeEventListener('abort', onAbort);
            resolve();
        }, ms);
        signal.addEventListener('abort', onAbort, { once: true });
    });
}

;// CONCATENATED MODULE: ./build/packages/release/src/reconcile.js



/** What is to be done with a container that doesn't serve. */
function leftoverTreatment(container, release) {
    if (release?.verdict === 'standby')
        return 'keep';
    // It was live and another took over, but the job ended before it was drained and stopped.
    if (release?.liveAt !== undefined && release.verdict === 'live')
        return isUp(container) ? 'finish-drain' : 'keep';
    return 'remove';
}
/** The verdict that a release's record should have, given what really runs. */
function mendedVerdict(release, isLive, hasContainer) {
    if (isLive)
        return release.verdict === 'live' ? undefined : { verdict: 'live' };
    if (release.verdict === 'pending') {
        return { verdict: 'failed', reason: 'the job ended before the release was live' };
    }
    if (release.verdict === 'live' || (release.verdict === 'standby' && !hasContainer)) {
        return { verdict: hasContainer ? 'standby' : 'retired' };
    }
    return undefined;
}
/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched. Returns one sentence for each thing it did.
 */
async function reconcile(options) {
    const { engine, store, state } = options;
    const findings = [];
    await clearOneOffs(options, findings);
    const removed = new Set();
    for (const container of state.containers) {
        if (container.id === state.live?.id)
            continue;
        const release = state.releases.find(({ id }) => id === container.releaseId);
        const treatment = leftoverTreatment(container, release);
        if (treatment === 'remove') {
            await engine.containers.remove(container.id, { force: true, volumes: true });
            removed.add(container.releaseId);
            findings.push(`Removed ${container.name}, which an earlier job had left behind.`);
        }
        else if (treatment === 'finish-drain') {
            const left = await drain(options.trafficSwitch, container.color, options.drainTimeoutMs, options.signal, options.onProgress);
            await putOnStandby({
                engine,
                trafficSwitch: options.trafficSwitch,
                containerId: container.id,
                color: container.color,
                mode: options.standby,
                stopTimeoutMs: options.stopTimeoutMs,
                connectionsLeft: left,
            });
            findings.push(`Finished draining ${container.name}, which an earlier job had begun.`);
        }
    }
    if (state.live?.state === 'running') {
        await engine.containers.update(state.live.id, { RestartPolicy: { Name: 'unless-stopped' } });
    }
    for (const release of state.releases) {
        const hasContainer = !removed.has(release.id) && state.containers.some(({ releaseId }) => releaseId === release.id);
        const mended = mendedVerdict(release, release.id === state.live?.releaseId, hasContainer);
        if (!mended)
            continue;
        await store.save(withVerdict(release, mended.verdict, options.nowMs, mended.reason));
        findings.push(`The record called release ${release.id} ${release.verdict}; it is ${mended.verdict}.`);
    }
    return findings;
}
/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearOneOffs(options, findings) {
    const { engine } = options;
    for (const summary of options.state.oneOffs) {
        const id = summary.Id;
        if (!id)
            continue;
        const name = summary.Names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
        if (summary.State === 'running') {
            options.onProgress(`Waiting for ${name}, a command that an earlier job has left running`);
            await engine.containers
                .wait(id, { timeoutMs: options.oneOffTimeoutMs, signal: options.signal })
                .catch((error) => {
                options.signal.throwIfAborted();
                findings.push(`${name} did not end in time and was stopped (${String(error).slice(0, 100)}).`);
            });
        }
        await engine.containers.remove(id, { force: true, volumes: true });
        findings.push(`Removed ${name}, which an earlier job had left behind.`);
    }
}

;// CONCATENATED MODULE: ./build/packages/release/src/prepare.js






class NetworkMissingError extends src/* ExplainedError */.h {
    name = 'NetworkMissingError';
}
/** The lease alone is written here; everything else is still only read. */
async function takeLease(context, signal) {
    const { request, server, store, reporter } = context;
    return await Lease.take(server.files, {
        folder: store.folder,
        app: request.app,
        owner: request.origin,
        waitMs: request.lockWaitMs,
        nowMs: context.nowMs,
        signal,
        onWait: (sentence) => reporter.progress('lease', sentence),
    });
}
/** Step 0: reads what there is, finishes what an interrupted job has left, and checks what can be checked. */
async function prepare(context, facts, lease, cancelled) {
    const { request, server, reporter, progress } = context;
    const signal = AbortSignal.any([cancelled, lease.lost]);
    const trafficSwitch = await trafficSwitchFor(request, server, facts, context.store.switchFolder);
    progress.trafficSwitch = trafficSwitch;
    const [recovered, record] = await Promise.all([trafficSwitch.recover(), readRecord(context)]);
    progress.findings.push(...recovered);
    const found = await readAppState(server.engine, request.app, record, trafficSwitch);
    progress.state = found;
    const mended = await reconcile({
        engine: server.engine,
        store: context.store,
        trafficSwitch,
        state: found,
        standby: request.standby,
        drainTimeoutMs: request.drainTimeoutMs,
        stopTimeoutMs: request.config.stopTimeoutMs,
        oneOffTimeoutMs: request.preDeploy?.timeoutMs ?? 60_000,
        nowMs: context.nowMs(),
        signal,
        onProgress: (text) => reporter.progress('reconcile', text),
    });
    progress.findings.push(...mended);
    for (const finding of progress.findings)
        reporter.info(finding);
    const state = mended.length > 0
        ? await readAppState(server.engine, request.app, await readRecord(context), trafficSwitch)
        : found;
    progress.state = state;
    sayWhatIsLive(context, state);
    const { switch: wanted } = request;
    await Promise.all([
        checkNetworks(context),
        wanted.kind === 'haproxy' ? checkListenAddress(server, request.app, wanted.listen) : undefined,
        wanted.kind !== 'none' && state.liveColor ? context.observer.start(trafficSwitch) : undefined,
    ]);
    return { facts, lease, signal, trafficSwitch, state };
}
async function readRecord(context) {
    const { releases, damaged } = await context.store.list();
    for (const path of damaged) {
        context.reporter.warning(`${path} is damaged and was left out; the server's containers decide.`);
    }
    return releases;
}
function sayWhatIsLive({ reporter, request }, { live }) {
    if (!live)
        reporter.info(`Nothing of ${request.app} is live on this server yet.`);
    else if (live.state === 'running')
        reporter.info(`Live now: release ${live.releaseId} (${live.color}).`);
    else {
        reporter.warning(`The live release ${live.releaseId} (${live.color}) does not run: its container is ${live.state}.`);
    }
}
async function checkNetworks({ request, server }) {
    const { networks } = request.config;
    const found = await Promise.all(networks.map((network) => server.engine.networks.inspect(network)));
    const missing = networks.find((_, index) => found[index] === undefined);
    if (missing === undefined)
        return;
    throw new NetworkMissingError(`The server has no network ${missing}; create it with "docker network create ${missing}" or take it out of "networks".`);
}

;// CONCATENATED MODULE: ./build/packages/release/src/pull.js




/** Step 1: the app's image and the switch's are on the server, with credentials sent along and never stored. */
async function pullImages(context, ground) {
    const { request, server, reporter, progress } = context;
    const { facts, signal } = ground;
    const folder = facts.dockerRootDir;
    const shared = {
        engine: server.engine,
        facts,
        freeBytes: async () => (folder ? await server.files.freeBytes(folder) : undefined),
        signal,
        onProgress: (text) => reporter.progress('pull', text),
    };
    const image = await readyImage({
        ...shared,
        reference: request.image,
        text: request.imageText,
        auth: request.registryAuth,
        policy: request.pullPolicy,
        lastImageId: releaseOf(ground.state)?.image.id,
    });
    const { inspect: _, ...releaseImage } = image;
    progress.image = releaseImage;
    reporter.info(`The image ${image.reference} is ready${image.digest ? ` (${image.digest})` : ''}.`);
    if (request.switch.kind === 'haproxy' && !(await server.engine.images.inspect(request.switch.image))) {
        const reference = (0,image_reference/* parseImageReference */.o_)(request.switch.image);
        await readyImage({
            ...shared,
            reference,
            text: request.switch.image,
            auth: reference.registry === request.image.registry ? request.registryAuth : undefined,
            policy: request.pullPolicy === 'never' ? 'never' : 'missing',
            lastImageId: undefined,
        });
        // Its image is part of what a switch is; until now it was not known.
        progress.trafficSwitch = await trafficSwitchFor(request, server, facts, context.store.switchFolder);
    }
    return image;
}

;// CONCATENATED MODULE: ./build/packages/release/src/undo-stack.js

/**
 * How to take back what has been done so far, newest first. Each step of a deploy says how it is undone before it is
 * done, so a failure anywhere has one way out.
 */
class UndoStack {
    #steps = [];
    push(what, undo) {
        this.#steps.push({ what, undo });
    }
    /** Nothing is to be taken back any more. */
    clear() {
        this.#steps = [];
    }
    /** Takes everything back. A step that fails doesn't keep the others from being tried; what failed is returned. */
    async run() {
        const troubles = [];
        for (const { what, undo } of this.#steps.toReversed()) {
            try {
                await undo();
            }
            catch (error) {
                troubles.push(`Could not ${what}: ${(0,src/* sentenceOf */.$)(error)}`);
            }
        }
        this.clear();
        return troubles;
    }
}

;// CONCATENATED MODULE: ./build/packages/release/src/deploy.js











/** The new version is live and stays, but the command after it failed. */
class PostDeployError extends src/* ExplainedError */.h {
    name = 'PostDeployError';
}
/**
 * Takes one app on one server from what it serves now to a new release. Whatever happens, a healthy version serves at
 * every moment: a failure before the switch leaves the old one alone, a failure after it goes back to it.
 *
 * Never throws for a deploy that failed; the result says so.
 */
async function deploy(request, server, timeline, reporter, signals) {
    const stop = AbortSignal.any([signals.cancelled, signals.lost]);
    const clock = { aheadMs: 0 };
    const context = {
        request,
        server,
        timeline,
        reporter,
        store: new ReleaseStore(server.files, server.home, request.app),
        undo: new UndoStack(),
        observer: new TrafficObserver(),
        progress: { findings: [], switched: false, rolledBack: false, settled: false },
        nowMs: () => Date.now() + clock.aheadMs,
    };
    let lease;
    try {
        const { facts, held } = await timeline.run('lease', async () => {
            const [info, serverTimeMs] = await Promise.all([
                server.engine.info(),
                server.engine.serverTimeMs(),
                context.store.prepare(),
            ]);
            clock.aheadMs = serverTimeMs - Date.now();
            return { facts: serverFacts(info, server.engine.version), held: await takeLease(context, stop) };
        });
        lease = held;
        await walk(context, await timeline.run('prepare', () => prepare(context, facts, held, stop)));
        return resultOf(context, 'live', undefined, undefined);
    }
    catch (error) {
        return await fail(context, error, signals.cancelled);
    }
    finally {
        context.observer.stop();
        await lease?.release().catch(() => {
            reporter.warning('The lease could not be given back; it expires by itself within a minute.');
        });
    }
}
async function walk(context, ground) {
    const { request, timeline, progress } = context;
    const image = await timeline.run('pull', () => pullImages(context, ground));
    const { candidate, attempt } = await bringUp(context, ground, image);
    const release = progress.release;
    if (!release)
        throw new Error('a candidate without a release');
    await goLive(context, ground, release, candidate, attempt);
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    await timeline.run('drain', () => retireOld(context, ground, candidate, trafficSwitch));
    await timeline.run('tidy', () => tidy(context, ground, candidate, trafficSwitch));
    const { postDeploy } = request;
    if (!postDeploy)
        return;
    await timeline
        .run('post-deploy', () => runHook(context, release, 'post-deploy', postDeploy, ground.signal))
        .catch((error) => {
        throw new PostDeployError((0,src/* sentenceOf */.$)(error), { cause: error });
    });
}
async function fail(context, thrown, cancelled) {
    const { progress, undo, reporter } = context;
    const error = behindAbort(thrown);
    const isCancelled = cancelled.aborted && error === cancelled.reason;
    if (error instanceof PostDeployError) {
        const reason = `Release ${progress.release?.id} is live, but ${error.message}.`;
        return resultOf(context, 'live', reason, error.cause);
    }
    const reason = reasonOf(error, progress);
    if (progress.settled) {
        const wasWatched = context.timeline.entries.some(({ step }) => step === 'drain');
        const rest = wasWatched
            ? 'The new release is live all the same; the next run finishes the rest.'
            : 'It serves all the same, because there is no earlier version to go back to.';
        const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
        return resultOf(context, outcome, `${reason} ${rest}`, error);
    }
    const troubles = await undo.run();
    await recordFailure(context, reason).catch((trouble) => troubles.push((0,src/* sentenceOf */.$)(trouble)));
    for (const trouble of troubles)
        reporter.warning(`${trouble} (the next run tidies up).`);
    const outcome = isCancelled ? 'cancelled' : progress.rolledBack ? 'switched-back' : 'failed';
    return resultOf(context, outcome, reason, error, troubles.length > 0);
}
/** Node's own functions throw an AbortError that says nothing; why the signal fired is its cause. */
function behindAbort(error) {
    return error instanceof Error && error.name === 'AbortError' && error.cause ? error.cause : error;
}
function reasonOf(error, { release, switched, settled }) {
    const text = (0,src/* sentenceOf */.$)(error);
    const sentence = release && /^[a-z]/.test(text) ? `Release ${release.id} ${story(text)}` : text;
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
    function story(what) {
        if (!switched)
            return `was refused: ${what}`;
        if (what.startsWith('it '))
            return what.slice('it '.length);
        return settled ? `is live, but ${what}` : `was taken back: ${what}`;
    }
}
function resultOf(context, outcome, reason, cause, isUnsure = false) {
    const { progress, timeline, request } = context;
    const { release, state } = progress;
    const serves = outcome === 'live' || outcome === 'unwatched' || progress.settled;
    return {
        outcome,
        reason,
        cause,
        servingNow: servingNow(progress, request.app, serves, isUnsure),
        release,
        previous: state?.live?.releaseId,
        image: progress.image,
        color: release?.color,
        container: serves ? progress.containerName : undefined,
        switched: progress.switched,
        rolledBack: progress.rolledBack,
        switchMs: progress.switchMs,
        health: progress.health,
        watch: progress.watch,
        candidateLog: progress.candidateLog,
        findings: progress.findings,
        timeline: timeline.entries,
    };
}
function servingNow(progress, app, serves, isUnsure) {
    const { release, state, switched, rolledBack } = progress;
    if (release && serves)
        return `Release ${release.id} (${release.color}) serves.`;
    if (isUnsure && switched && !rolledBack) {
        return `Both versions were left running, and the switch decides which serves; run the deploy again.`;
    }
    if (!state)
        return 'Nothing was changed; whatever served before still does.';
    const { live } = state;
    if (!live)
        return `Nothing of ${app} serves on this server.`;
    return live.state === 'running'
        ? `Release ${live.releaseId} (${live.color}) ${rolledBack ? 'serves again' : 'still serves'}.`
        : `Release ${live.releaseId} (${live.color}) is live, but its container is ${live.state}.`;
}

// EXTERNAL MODULE: ./build/packages/ssh/src/private-key.js + 1 modules
var private_key = __webpack_require__(1105);
// EXTERNAL MODULE: ./build/packages/ssh/src/host-key.js
var host_key = __webpack_require__(3470);
;// CONCATENATED MODULE: ./build/packages/engine/src/api-version.js

/** Docker Engine 20.10, the oldest that current distributions still ship. */
const OLDEST_API_VERSION = '1.41';
/** Docker Engine 28.3; newer Engines speak it too. 1.52 drops fields of answers that are read here. */
const NEWEST_KNOWN_API_VERSION = '1.51';
/**
 * The API version to speak: the newest that both sides know.
 *
 * @throws EngineError when there is none
 */
function negotiateApiVersion(version) {
    const offered = version.ApiVersion;
    if (typeof offered !== 'string' || !/^[0-9]{1,3}\.[0-9]{1,4}$/.test(offered)) {
        throw new EngineError('What answers on the Docker socket is not a Docker Engine: its /version names no API version.');
    }
    const engine = `Docker Engine ${/^[\w.+~-]{1,64}$/.test(version.Version ?? '') ? version.Version : 'of unknown version'}`;
    if (compareApiVersions(offered, OLDEST_API_VERSION) < 0) {
        throw new EngineError(`The server runs ${engine} (API ${offered}), which is too old: update it to Docker Engine 20.10 or newer (API ${OLDEST_API_VERSION}).`);
    }
    const least = version.MinAPIVersion;
    if (typeof least === 'string' && compareApiVersions(least, NEWEST_KNOWN_API_VERSION) > 0) {
        throw new EngineError(`The server runs ${engine}, which no longer speaks API ${NEWEST_KNOWN_API_VERSION}: use a newer release of Switchyard.`);
    }
    return compareApiVersions(offered, NEWEST_KNOWN_API_VERSION) < 0 ? offered : NEWEST_KNOWN_API_VERSION;
}
/** Negative when `left` is older. 1.9 is older than 1.41. */
function compareApiVersions(left, right) {
    const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
    const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
    return leftMajor - rightMajor || leftMinor - rightMinor;
}

;// CONCATENATED MODULE: ./build/packages/engine/src/multiplexed-stream.js

/** A frame is at most 16 KiB from the Engine's own writers and 1 MiB from log drivers; more is garbage. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/**
 * Splits the Engine's two-in-one output: frames of 8 bytes header (stream, 3 zero bytes, length big endian) and
 * payload, see "Stream format" of https://docs.docker.com/reference/api/engine/ (ContainerAttach). Payloads are
 * passed on as they come, without waiting for whole frames.
 *
 * @throws EngineError on bytes that are no such stream
 */
async function* demultiplex(chunks) {
    let header = Buffer.alloc(0);
    let remaining = 0;
    let stream = 'stdout';
    for await (const chunk of chunks) {
        let rest = chunk;
        while (rest.length > 0) {
            if (remaining > 0) {
                const bytes = rest.subarray(0, remaining);
                remaining -= bytes.length;
                rest = rest.subarray(bytes.length);
                yield { stream, bytes };
                continue;
            }
            const missing = 8 - header.length;
            header = Buffer.concat([header, rest.subarray(0, missing)]);
            rest = rest.subarray(missing);
            if (header.length < 8)
                break;
            const kind = header[0] ?? 255;
            const length = header.readUInt32BE(4);
            if (kind > 3 || header.readUIntBE(1, 3) !== 0 || length > MAX_FRAME_BYTES) {
                throw new EngineError("The Docker Engine's output stream is damaged: a frame header makes no sense.");
            }
            // 3 is the Engine's own error channel; it belongs to what a person must see.
            stream = kind <= 1 ? 'stdout' : 'stderr';
            remaining = length;
            header = Buffer.alloc(0);
        }
    }
}
/** The output of a container with a TTY: one stream, no frames. */
async function* rawOutput(chunks) {
    for await (const bytes of chunks)
        yield { stream: 'stdout', bytes };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/resource-name.js

/**
 * A container or network name as a path segment. The Engine's own rule for names; it keeps `..`, `/` and `?`
 * out of request paths.
 */
function nameSegment(name) {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name)) {
        throw new EngineError(`${JSON.stringify(name.slice(0, 100))} is not a Docker name: use letters, digits, "_", "." and "-".`);
    }
    return name;
}
/** An image name, `name:tag`, `name@digest` or id as part of a path. */
function imageSegment(reference) {
    const wellFormed = /^[a-zA-Z0-9[][\w./:@[\]-]{0,511}$/.test(reference);
    if (!wellFormed || reference.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        throw new EngineError(`${JSON.stringify(reference.slice(0, 100))} is not the name of an image.`);
    }
    return reference.replaceAll('[', '%5B').replaceAll(']', '%5D');
}

;// CONCATENATED MODULE: ./build/packages/engine/src/container-exec.js



/**
 * Creates, runs and reads an exec (https://docs.docker.com/reference/api/engine/, Exec). The Engine cannot end an
 * exec: after the time limit the connection is dropped and the program runs on inside the container.
 */
async function execInContainer(http, container, argv, options) {
    if (argv.length === 0)
        throw new EngineError('There is no command to run in the container.');
    const { timeoutMs = 60_000, maxOutputBytes = 256 * 1024, signal } = options;
    const purpose = `run ${argv[0]} in the container ${container}`;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
    const output = [];
    const streams = { stdout: [], stderr: [] };
    let size = 0;
    let truncated = false;
    const result = (exitCode, timedOut) => ({
        exitCode,
        output: Buffer.concat(output).toString('utf8'),
        stdout: Buffer.concat(streams.stdout).toString('utf8'),
        stderr: Buffer.concat(streams.stderr).toString('utf8'),
        timedOut,
        truncated,
    });
    let stream;
    try {
        const created = await http.json({
            method: 'POST',
            path: `/containers/${nameSegment(container)}/exec`,
            body: {
                AttachStdin: options.stdin !== undefined,
                AttachStdout: true,
                AttachStderr: true,
                Tty: false,
                Cmd: argv,
                Env: options.env,
                User: options.user,
                WorkingDir: options.workingDir,
            },
            purpose,
            signal: either,
        });
        const id = nameSegment(String(created.Id ?? ''));
        stream = await http.stream({
            method: 'POST',
            path: `/exec/${id}/start`,
            body: { Detach: false, Tty: false },
            upgrade: options.stdin !== undefined,
            purpose,
            signal: either,
            timeoutMs: 0,
        });
        stream.input?.end(options.stdin);
        for await (const { stream: name, bytes } of demultiplex(stream.chunks)) {
            const kept = bytes.subarray(0, Math.max(0, maxOutputBytes - size));
            if (kept.length < bytes.length)
                truncated = true;
            size += kept.length;
            output.push(kept);
            streams[name].push(kept);
        }
        const ended = await http.json({
            method: 'GET',
            path: `/exec/${id}/json`,
            purpose: `read the exit code of ${argv[0]} in the container ${container}`,
            signal: either,
        });
        return result(typeof ended.ExitCode === 'number' ? ended.ExitCode : undefined, false);
    }
    catch (error) {
        if (limit.signal.aborted && !signal?.aborted)
            return result(undefined, true);
        throw error;
    }
    finally {
        clearTimeout(timer);
        stream?.destroy();
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/container-output.js



/** @see EngineContainers.logs */
async function readLogs(http, id, { tail = 50, stdout = true, stderr = true, timestamps = false, sinceMs, maxBytes = 256 * 1024, ...call }) {
    const stream = await http.stream({
        method: 'GET',
        path: `/containers/${nameSegment(id)}/logs`,
        query: { stdout, stderr, timestamps, tail, since: sinceMs === undefined ? undefined : sinceMs / 1000 },
        purpose: `read the log of the container ${id}`,
        ...call,
    });
    const log = new LastBytes(maxBytes);
    for await (const { bytes } of output(stream, await hasTty(http, id, stream)))
        log.add(bytes);
    return log.text();
}
/** @see EngineContainers.attach */
async function attachToOutput(http, id, { onOutput, tty = false, signal }) {
    const stream = await http.stream({
        method: 'POST',
        path: `/containers/${nameSegment(id)}/attach`,
        query: { stream: true, stdout: true, stderr: true, logs: false },
        purpose: `attach to the container ${id}`,
        signal,
        timeoutMs: 0,
    });
    const read = async () => {
        for await (const chunk of output(stream, tty))
            onOutput(chunk.stream, chunk.bytes);
    };
    const ended = read();
    // Whoever stops listening must not crash the process by the rejection that follows.
    ended.catch(() => undefined);
    return { ended, stop: () => stream.destroy() };
}
function output(stream, tty) {
    return tty ? rawOutput(stream.chunks) : demultiplex(stream.chunks);
}
/** From API 1.42 the content type says it; before, both kinds are called the same and the container must tell. */
async function hasTty(http, id, stream) {
    if (stream.headers['content-type'] === 'application/vnd.docker.multiplexed-stream')
        return false;
    try {
        const container = await http.json({
            method: 'GET',
            path: `/containers/${nameSegment(id)}/json`,
            purpose: `inspect the container ${id}`,
        });
        return container.Config?.Tty === true;
    }
    catch (error) {
        stream.destroy();
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/printable.js
/** One line without control characters: what a server says must not be able to write lines of its own to a log. */
function printable(text) {
    return text.slice(0, 4_000).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-http.js



const MEBIBYTE = 1024 * 1024;
const MAX_ANSWER_BYTES = 32 * MEBIBYTE;
const MAX_ERROR_BYTES = 64 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;
/**
 * The Engine's HTTP on node:http. node:http and not fetch: fetch cannot use a stream that somebody else opened.
 * `getBuiltinModule` and not `import`: a static or dynamic `import 'node:http'` evaluates all its exports, among
 * them a getter that loads undici, which more than doubles the start-up of an unbundled script.
 */
function engineHttp(open) {
    const http = process.getBuiltinModule('node:http');
    const agent = agentOver(http.Agent, open);
    let prefix = '';
    function begin(request) {
        const { signal, purpose } = request;
        if (signal?.aborted)
            return Promise.reject(signal.reason);
        const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
        const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
        const headers = { host: 'docker', ...request.headers };
        if (body !== undefined)
            headers['content-type'] = 'application/json';
        if (body !== undefined || request.method === 'POST')
            headers['content-length'] = body?.length ?? 0;
        if (request.upgrade)
            Object.assign(headers, { connection: 'Upgrade', upgrade: 'tcp' });
        return new Promise((resolve, reject) => {
            let stall;
            let failure;
            let outgoing;
            const progress = () => {
                if (timeoutMs === 0)
                    return;
                stall ??= setTimeout(() => stop(stalled(purpose, timeoutMs)), timeoutMs);
                stall.refresh();
            };
            const stop = (reason) => {
                failure ??= reason;
                outgoing.destroy();
                reject(failure);
            };
            const onAbort = () => stop(signal?.reason);
            const finish = () => {
                clearTimeout(stall);
                signal?.removeEventListener('abort', onAbort);
            };
            try {
                outgoing = http.request({
                    agent,
                    method: request.method,
                    path: prefix + request.path + queryString(request.query),
                    headers,
                });
            }
            catch (error) {
                reject(error);
                return;
            }
            progress();
            signal?.addEventListener('abort', onAbort, { once: true });
            outgoing.once('response', (response) => {
                progress();
                resolve({
                    status: response.statusCode ?? 0,
                    headers: response.headers,
                    input: undefined,
                    chunks: chunksOf(response),
                    destroy: () => {
                        finish();
                        outgoing.destroy();
                    },
                });
            });
            outgoing.once('upgrade', (response, socket, head) => {
                if (head.length > 0)
                    socket.unshift(head);
                resolve({
                    status: response.statusCode ?? 0,
                    headers: response.headers,
                    input: socket,
                    chunks: chunksOf(socket),
                    destroy: () => {
                        finish();
                        socket.destroy();
                    },
                });
                const destroyRequest = outgoing.destroy.bind(outgoing);
                outgoing.destroy = (error) => {
                    socket.destroy();
                    return destroyRequest(error);
                };
            });
            outgoing.on('error', (error) => {
                finish();
                failure ??= explainTransport(error, purpose);
                reject(failure);
            });
            outgoing.end(body);
            async function* chunksOf(source) {
                try {
                    for await (const chunk of source) {
                        progress();
                        yield chunk;
                    }
                    if (failure !== undefined)
                        throw failure;
                }
                catch (error) {
                    throw failure ?? explainTransport(error, purpose);
                }
                finally {
                    finish();
                }
            }
        });
    }
    async function stream(request) {
        const answer = await beginWithOneRetry(request);
        const fine = (answer.status >= 200 && answer.status < 300) ||
            (request.upgrade === true && answer.status === 101) ||
            request.alsoFine?.includes(answer.status);
        if (fine)
            return answer;
        throw engineRefusal(answer.status, await readText(answer, MAX_ERROR_BYTES, 'cut'), request.purpose);
    }
    /** A pooled connection can be closed by the other side at the very moment it is used; a GET may be repeated. */
    async function beginWithOneRetry(request) {
        try {
            return await begin(request);
        }
        catch (error) {
            const reset = error instanceof EngineUnreachableError && isReset(error.cause);
            if (!reset || request.method === 'POST' || request.method === 'DELETE')
                throw error;
            return await begin(request);
        }
    }
    async function call(request) {
        const answer = await stream(request);
        const text = await readText(answer, MAX_ANSWER_BYTES, 'refuse', request.purpose);
        return { status: answer.status, headers: answer.headers, text };
    }
    return {
        call,
        stream,
        async json(request) {
            const { text, status } = await call(request);
            return parseJson(text, status, request.purpose);
        },
        async find(request) {
            const { text, status } = await call({ ...request, alsoFine: [404] });
            return status === 404 ? undefined : parseJson(text, status, request.purpose);
        },
        useVersion: (apiVersion) => {
            prefix = `/v${apiVersion}`;
        },
        close: () => agent.destroy(),
    };
}
/** An http.Agent whose connections come from `open`. At most 8 at once: sshd allows 10 sessions by default. */
function agentOver(AgentClass, open) {
    const agent = new AgentClass({ keepAlive: true, maxSockets: 8, maxFreeSockets: 8 });
    let closed = false;
    const destroyAgent = agent.destroy.bind(agent);
    agent.destroy = () => {
        closed = true;
        destroyAgent();
    };
    const createConnection = (_options, callback) => {
        open().then((stream) => {
            if (closed) {
                stream.destroy();
                callback(new Error('the client was closed'));
                return;
            }
            callback(null, likeSocket(stream));
        }, (error) => callback(error instanceof Error ? error : new Error(String(error))));
        return undefined;
    };
    agent.createConnection = createConnection;
    return agent;
}
/** http.Agent calls methods of net.Socket that a channel of an SSH connection does not have. */
function likeSocket(stream) {
    const socket = stream;
    for (const method of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
        socket[method] ??= () => stream;
    }
    return stream;
}
async function readText(answer, maxBytes, tooLong, purpose = '') {
    const parts = [];
    let size = 0;
    for await (const chunk of answer.chunks) {
        size += chunk.length;
        parts.push(chunk);
        if (size <= maxBytes)
            continue;
        answer.destroy();
        if (tooLong === 'cut')
            break;
        throw new EngineError(`The Docker Engine's answer to "${purpose}" is larger than ${Math.round(maxBytes / MEBIBYTE)} MiB and was refused.`, { status: answer.status });
    }
    return Buffer.concat(parts).toString('utf8', 0, Math.min(size, maxBytes));
}
/** @throws EngineError when the text is not JSON */
function parseJson(text, status, purpose) {
    try {
        const value = JSON.parse(text);
        if (typeof value !== 'object' || value === null)
            throw new TypeError('not an object or list');
        return value;
    }
    catch (cause) {
        throw new EngineError(`What answers on the Docker socket is not a Docker Engine: to "${purpose}" it sent ${excerpt(text)} in place of JSON.`, { status, cause });
    }
}
function engineRefusal(status, text, purpose) {
    const engineMessage = messageOf(text);
    const said = engineMessage === '' ? 'without a reason' : `: ${engineMessage}`;
    const message = status >= 300 && status < 400
        ? `The Docker Engine sent a redirect (HTTP ${status}) when asked to ${purpose}; something else answers on its socket.`
        : `The Docker Engine refused to ${purpose} (HTTP ${status})${said.startsWith(':') ? said : ` ${said}`}`;
    return new EngineError(endWithStop(message), { status, engineMessage });
}
function messageOf(text) {
    try {
        const value = JSON.parse(text);
        if (typeof value === 'object' && value !== null && 'message' in value) {
            return printable(String(value.message)).trim();
        }
    }
    catch {
        // Proxies and other servers answer with plain text or HTML.
    }
    return text.trim() === '' ? '' : excerpt(text);
}
function excerpt(text) {
    const line = printable(text).trim();
    return line === '' ? 'nothing' : JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}…` : line);
}
function endWithStop(sentence) {
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
function stalled(purpose, timeoutMs) {
    return new EngineError(`The Docker Engine gave no answer for ${seconds(timeoutMs)} when asked to ${purpose}; it is overloaded or hangs.`, { timedOut: true });
}
function seconds(ms) {
    return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
function explainTransport(error, purpose) {
    // What opened the stream knows best why it could not (host key, no access to the socket, …).
    if (error instanceof src/* ExplainedError */.h)
        return error;
    const code = codeOf(error);
    if (code?.startsWith('HPE_')) {
        return new EngineError(`What answers on the Docker socket does not speak HTTP (${code}); is the path the Engine's socket?`, { cause: error });
    }
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') {
        const why = code === 'ENOENT'
            ? 'there is no such socket; is the Docker Engine installed and running?'
            : 'this user may not use it; add the user to the "docker" group.';
        return new EngineUnreachableError(`The Docker Engine's socket cannot be opened: ${why}`, {
            cause: error,
        });
    }
    if (code === 'ECONNREFUSED') {
        return new EngineUnreachableError('Nothing listens on the Docker socket; start the Docker Engine.', {
            cause: error,
        });
    }
    return new EngineUnreachableError(endWithStop(`The connection to the Docker Engine broke when asked to ${purpose}: ${printable((0,src/* sentenceOf */.$)(error))}`), { cause: error });
}
function isReset(error) {
    return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(codeOf(error) ?? '');
}
function codeOf(error) {
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}
function queryString(query) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
        if (value !== undefined)
            parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text === '' ? '' : `?${text}`;
}
/** Engine API filters for labels: https://docs.docker.com/reference/api/engine/ ("filters"). */
function labelFilters(labels) {
    return Object.entries(labels ?? {}).map(([name, value]) => (value === true ? name : `${name}=${value}`));
}
/** The `filters` parameter, or undefined when there is none. */
function filtersParameter(filters) {
    const set = Object.fromEntries(Object.entries(filters).filter(([, values]) => values.length > 0));
    return Object.keys(set).length === 0 ? undefined : JSON.stringify(set);
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-containers.js





/** Time the Engine may take beyond the stop time-out it was given. */
const STOP_GRACE_MS = 30_000;
function engineContainers(http) {
    const act = async (id, action, purpose, options, more = {}) => {
        await http.call({
            method: 'POST',
            path: `/containers/${nameSegment(id)}/${action}`,
            purpose,
            ...more,
            ...options,
        });
    };
    return {
        list: ({ labels, all = false, name, ...options } = {}) => http.json({
            method: 'GET',
            path: '/containers/json',
            query: {
                all,
                filters: filtersParameter({ label: labelFilters(labels), name: name === undefined ? [] : [name] }),
            },
            purpose: 'list the containers',
            ...options,
        }),
        async create(name, config, options = {}) {
            const created = await http.json({
                method: 'POST',
                path: '/containers/create',
                query: { name: nameSegment(name) },
                body: config,
                purpose: `create the container ${name}`,
                timeoutMs: 60_000,
                ...options,
            });
            return nameSegment(String(created.Id ?? ''));
        },
        start: (id, options) => act(id, 'start', `start the container ${id}`, options, { alsoFine: [304], timeoutMs: 60_000 }),
        stop: (id, timeoutSeconds, options) => act(id, 'stop', `stop the container ${id}`, options, {
            query: { t: Math.ceil(timeoutSeconds) },
            alsoFine: [304],
            timeoutMs: timeoutSeconds * 1000 + STOP_GRACE_MS,
        }),
        kill: (id, signal, options) => act(id, 'kill', `send ${signal} to the container ${id}`, options, { query: { signal } }),
        restart: (id, timeoutSeconds, options) => act(id, 'restart', `restart the container ${id}`, options, {
            query: { t: Math.ceil(timeoutSeconds) },
            timeoutMs: timeoutSeconds * 1000 + 2 * STOP_GRACE_MS,
        }),
        async remove(id, { force = false, volumes = false, ...options } = {}) {
            try {
                await http.call({
                    method: 'DELETE',
                    path: `/containers/${nameSegment(id)}`,
                    query: { force, v: volumes },
                    purpose: `remove the container ${id}`,
                    alsoFine: [404],
                    timeoutMs: 60_000,
                    ...options,
                });
            }
            catch (error) {
                const underWay = error instanceof EngineError && error.status === 409;
                if (underWay && /removal of container .* is already in progress/i.test(error.engineMessage))
                    return;
                throw error;
            }
        },
        inspect: (id, options = {}) => http.find({
            method: 'GET',
            path: `/containers/${nameSegment(id)}/json`,
            purpose: `inspect the container ${id}`,
            ...options,
        }),
        logs: (id, options = {}) => readLogs(http, id, options),
        async wait(id, { condition = 'not-running', signal, timeoutMs } = {}) {
            const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
            const signals = [limit, signal].filter((one) => one !== undefined);
            try {
                const ended = await http.json({
                    method: 'POST',
                    path: `/containers/${nameSegment(id)}/wait`,
                    query: { condition },
                    purpose: `wait for the end of the container ${id}`,
                    timeoutMs: 0,
                    signal: AbortSignal.any(signals),
                });
                if (ended.Error?.Message) {
                    throw new EngineError(`The Docker Engine could not wait for the container ${id}: ${ended.Error.Message}`);
                }
                if (typeof ended.StatusCode !== 'number') {
                    throw new EngineError(`The Docker Engine named no exit code for the container ${id}.`);
                }
                return ended.StatusCode;
            }
            catch (error) {
                if (limit?.aborted && !signal?.aborted) {
                    throw new EngineError(`The container ${id} did not end within ${(timeoutMs ?? 0) / 1000} s.`, {
                        timedOut: true,
                        cause: error,
                    });
                }
                throw error;
            }
        },
        pause: (id, options) => act(id, 'pause', `pause the container ${id}`, options),
        unpause: (id, options) => act(id, 'unpause', `unpause the container ${id}`, options),
        update: (id, change, options) => act(id, 'update', `update the container ${id}`, options, { body: change }),
        rename: (id, name, options) => act(id, 'rename', `rename the container ${id} to ${name}`, options, {
            query: { name: nameSegment(name) },
        }),
        exec: (id, argv, options = {}) => execInContainer(http, id, argv, options),
        attach: (id, options) => attachToOutput(http, id, options),
    };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/json-lines.js

const MAX_LINE_BYTES = 1024 * 1024;
/**
 * One JSON object a line, as /events and /images/create send it. Empty lines are skipped.
 *
 * @throws EngineError on a line that is not a JSON object or longer than 1 MiB
 */
async function* jsonLines(chunks) {
    let held = [];
    let heldBytes = 0;
    for await (const chunk of chunks) {
        let rest = chunk;
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
            held.push(rest.subarray(0, end));
            rest = rest.subarray(end + 1);
            const line = Buffer.concat(held).toString('utf8').trim();
            held = [];
            heldBytes = 0;
            if (line !== '')
                yield parseLine(line);
        }
        held.push(rest);
        heldBytes += rest.length;
        if (heldBytes > MAX_LINE_BYTES) {
            throw new EngineError('The Docker Engine sent a line of more than 1 MiB in a stream of JSON lines.');
        }
    }
    const last = Buffer.concat(held).toString('utf8').trim();
    if (last !== '')
        yield parseLine(last);
}
function parseLine(line) {
    try {
        const value = JSON.parse(line);
        if (typeof value === 'object' && value !== null && !Array.isArray(value))
            return value;
    }
    catch {
        // Reported below: what was sent matters, not where the parser stopped.
    }
    throw new EngineError(`The Docker Engine sent something other than JSON in a stream of JSON lines: ${JSON.stringify(line.slice(0, 100))}.`);
}

;// CONCATENATED MODULE: ./build/packages/engine/src/pull-failure.js


/** An image that could not be pulled, with the reason sorted out. */
class PullError extends EngineError {
    name = 'PullError';
    kind;
    constructor(kind, reference, details) {
        super(explainPullFailure(kind, reference, details), details);
        this.kind = kind;
    }
}
// The order decides: a message may hold several of these ("unauthorized … not found" is Docker Hub's way of
// saying either), and the first match is the one a person can act on.
const SIGNS = [
    ['no-space', /no space left on device|disk quota exceeded|not enough (?:disk )?space/i],
    ['rate-limited', /toomanyrequests|too many requests|rate limit/i],
    [
        'wrong-platform',
        /no match(?:ing)? (?:for platform|manifest for)|no matching manifest|does not (?:match|provide) the (?:specified )?platform|image operating system .* cannot be used/i,
    ],
    ['plain-http', /server gave HTTP response to HTTPS client/i],
    ['tls', /x509:|tls:|certificate (?:signed|has expired|is (?:not )?valid)|bad certificate/i],
    ['dns', /no such host|server misbehaving|temporary failure in name resolution/i],
    // Docker Hub answers "pull access denied … repository does not exist or may require 'docker login'" for both.
    [
        'unauthorized',
        /unauthorized|authentication required|no basic auth credentials|incorrect username or password|insufficient_scope|authorization failed|(?<!permission )\bdenied\b|\bforbidden\b/i,
    ],
    ['not-found', /manifest unknown|manifest for .* not found|name unknown|repository .* not found|not found/i],
    [
        'timeout',
        /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled while waiting|net\/http: timeout/i,
    ],
    [
        'unreachable',
        /connection refused|network is unreachable|no route to host|connection reset by peer|proxyconnect/i,
    ],
    [
        'damaged',
        /unexpected EOF|\bEOF$|filesystem layer verification failed|failed (?:size )?validation|invalid checksum|unexpected commit digest|failed to register layer/i,
    ],
    [
        'registry-error',
        /received unexpected HTTP status: 5|internal server error|bad gateway|service unavailable|gateway time-?out|unexpected status .*5\d\d/i,
    ],
];
/** What kind of failure the Engine's words about a pull mean. */
function classifyPullFailure(engineMessage) {
    const message = engineMessage.slice(0, 4_000);
    return SIGNS.find(([, sign]) => sign.test(message))?.[0] ?? 'unknown';
}
function explainPullFailure(kind, reference, details) {
    const what = `The server could not pull ${reference}`;
    const said = printable(details.engineMessage).trim().slice(0, 500);
    const quote = said === '' ? '' : ` (${said.replace(/[.\s]+$/, '')})`;
    switch (kind) {
        case 'unauthorized':
            return details.withCredentials
                ? `${what}: the registry does not accept these credentials for it, or there is no such image; check registry-username, registry-password and their read permission${quote}.`
                : `${what}: the registry asks for credentials, or there is no such image; set registry-username and registry-password${quote}.`;
        case 'not-found':
            return `${what}: the registry has no such image or tag; check the name, and that the build has pushed it${quote}.`;
        case 'wrong-platform':
            return `${what}: the image was not built for the server's CPU architecture; build it for that platform too${quote}.`;
        case 'no-space':
            return `${what}: the server's disk is full; free space in the Engine's data folder${quote}.`;
        case 'rate-limited':
            return `${what}: the registry's rate limit is reached; set registry-username and registry-password, or wait${quote}.`;
        case 'plain-http':
            return `${what}: the registry speaks plain HTTP; give it TLS, or list it under "insecure-registries" of the server's Engine${quote}.`;
        case 'tls':
            return `${what}: the server does not trust the registry's certificate; mend the certificate or install its CA on the server${quote}.`;
        case 'dns':
            return `${what}: the server cannot resolve the registry's name; check the name and the server's DNS${quote}.`;
        case 'timeout':
            return `${what}: the registry did not answer in time; check the server's network, then run again${quote}.`;
        case 'unreachable':
            return `${what}: the server cannot reach the registry; check its network, firewall and proxy${quote}.`;
        case 'damaged':
            return `${what}: what arrived was incomplete or damaged; run again${quote}.`;
        case 'registry-error':
            return `${what}: the registry failed; run again later${quote}.`;
        case 'unknown':
            return `${what}${quote === '' ? '; the Engine gave no reason' : `: ${said.replace(/[.\s]+$/, '')}`}.`;
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/pull-progress.js
const MAX_LAYERS = 1_000;
/** Adds up the Engine's news about the layers of one pull. */
class PullProgress {
    #layers = new Map();
    digest;
    upToDate = false;
    /** Returns undefined for a line that is no news. */
    read(line) {
        if (typeof line.status !== 'string')
            return undefined;
        const status = line.status.slice(0, 500);
        this.digest = /^Digest: (sha(?:256|384|512):[0-9a-f]{64,128})$/.exec(status)?.[1] ?? this.digest;
        if (/^Status: Image is up to date/.test(status))
            this.upToDate = true;
        const current = byteCount(line.progressDetail?.current);
        const total = byteCount(line.progressDetail?.total);
        // "Pulling from library/nginx" carries the tag as its id.
        const isLayer = typeof line.id === 'string' && /^[0-9a-f]{6,64}$/.test(line.id) && !/^Pulling from/.test(status);
        if (isLayer)
            this.#count(line.id, status, current, total);
        return {
            status,
            ...(isLayer ? { id: line.id } : {}),
            ...(current === undefined ? {} : { current }),
            ...(total === undefined ? {} : { total }),
        };
    }
    #count(id, status, current, total) {
        if (this.#layers.size >= MAX_LAYERS && !this.#layers.has(id))
            return;
        const layer = this.#layers.get(id) ?? { current: 0, total: 0, done: false, present: false };
        this.#layers.set(id, layer);
        if (status === 'Downloading') {
            layer.total = Math.max(layer.total, total ?? 0);
            layer.current = Math.max(layer.current, current ?? 0);
        }
        else if (status === 'Already exists') {
            layer.done = true;
            layer.present = true;
        }
        else if (status === 'Download complete' || status === 'Verifying Checksum') {
            layer.current = Math.max(layer.current, layer.total);
        }
        else if (status === 'Pull complete') {
            layer.current = Math.max(layer.current, layer.total);
            layer.done = true;
        }
    }
    totals() {
        const totals = {
            layers: 0,
            layersDone: 0,
            layersPresent: 0,
            downloadedBytes: 0,
            totalBytes: 0,
        };
        for (const layer of this.#layers.values()) {
            totals.layers += 1;
            if (layer.done)
                totals.layersDone += 1;
            if (layer.present)
                totals.layersPresent += 1;
            totals.downloadedBytes += layer.current;
            totals.totalBytes += layer.total;
        }
        return totals;
    }
}
/** The error a line reports, or undefined. */
function errorOfPullLine(line) {
    const message = line.errorDetail?.message ?? line.error;
    return message === undefined || message === null ? undefined : String(message);
}
function byteCount(value) {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

;// CONCATENATED MODULE: ./build/packages/engine/src/registry-auth.js

/**
 * The X-Registry-Auth header: base64url of JSON, with padding (Engines before 23 insist on it). Source:
 * https://docs.docker.com/reference/api/engine/ ("Authentication").
 */
function registryAuthHeader(reference, auth) {
    if (auth === undefined)
        return {};
    const { registry } = (0,image_reference/* parseImageReference */.o_)(reference);
    const json = JSON.stringify({
        username: auth.username,
        password: auth.password,
        serveraddress: registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry,
    });
    return {
        'X-Registry-Auth': Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-images.js








function engineImages(http) {
    return {
        inspect: (reference, options = {}) => http.find({
            method: 'GET',
            path: `/images/${imageSegment(reference)}/json`,
            purpose: `inspect the image ${reference}`,
            ...options,
        }),
        list: ({ labels, reference, dangling, ...options } = {}) => http.json({
            method: 'GET',
            path: '/images/json',
            query: {
                filters: filtersParameter({
                    label: labelFilters(labels),
                    reference: reference === undefined ? [] : [reference],
                    dangling: dangling === undefined ? [] : [String(dangling)],
                }),
            },
            purpose: 'list the images',
            ...options,
        }),
        pull: (reference, options = {}) => pull(http, reference, options),
        async tag(reference, name, options = {}) {
            const target = (0,image_reference/* parseImageReference */.o_)(name);
            if (target.tag === undefined || target.digest !== undefined) {
                throw new EngineError(`${name} cannot be given to an image: it must have a tag and no digest.`);
            }
            await http.call({
                method: 'POST',
                path: `/images/${imageSegment(reference)}/tag`,
                query: { repo: `${target.registry}/${target.repository}`, tag: target.tag },
                purpose: `tag the image ${reference} as ${name}`,
                ...options,
            });
        },
        async remove(reference, { force = false, noPrune = false, ...options } = {}) {
            return ((await http.find({
                method: 'DELETE',
                path: `/images/${imageSegment(reference)}`,
                query: { force, noprune: noPrune },
                purpose: `remove the image ${reference}`,
                timeoutMs: 120_000,
                ...options,
            })) ?? []);
        },
        async distributionInspect(reference, { auth, ...options } = {}) {
            try {
                return await http.json({
                    method: 'GET',
                    path: `/distribution/${imageSegment(reference)}/json`,
                    headers: registryAuthHeader(reference, auth),
                    purpose: `look up ${reference} in its registry`,
                    timeoutMs: 60_000,
                    ...options,
                });
            }
            catch (error) {
                throw asPullError(error, reference, auth !== undefined);
            }
        },
    };
}
async function pull(http, reference, options) {
    const { registry, repository, tag, digest } = (0,image_reference/* parseImageReference */.o_)(reference);
    const withCredentials = options.auth !== undefined;
    const stallTimeoutMs = options.stallTimeoutMs ?? 120_000;
    const progress = new PullProgress();
    try {
        const stream = await http.stream({
            method: 'POST',
            path: '/images/create',
            // With both, the digest decides; the Engine takes it in the place of the tag.
            query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag, platform: options.platform },
            headers: registryAuthHeader(reference, options.auth),
            purpose: `pull ${reference}`,
            timeoutMs: stallTimeoutMs,
            signal: options.signal,
        });
        let failure;
        for await (const line of jsonLines(stream.chunks)) {
            failure ??= errorOfPullLine(line);
            const event = progress.read(line);
            if (event !== undefined)
                options.onProgress?.(event, progress.totals());
        }
        if (failure !== undefined) {
            throw new PullError(classifyPullFailure(failure), reference, {
                engineMessage: failure,
                withCredentials,
            });
        }
    }
    catch (error) {
        throw asPullError(error, reference, withCredentials, stallTimeoutMs);
    }
    return { digest: progress.digest ?? digest, totals: progress.totals(), changed: !progress.upToDate };
}
/** The Engine answers some failures with a status and some in the stream; both become one kind of error. */
function asPullError(error, reference, withCredentials, stallTimeoutMs = 60_000) {
    if (!(error instanceof EngineError) ||
        error instanceof PullError ||
        error instanceof EngineUnreachableError) {
        return error;
    }
    if (error.timedOut) {
        return new PullError('timeout', reference, {
            engineMessage: `no progress for ${Math.round(stallTimeoutMs / 1000)} s`,
            withCredentials,
            cause: error,
        });
    }
    if (error.status === undefined || error.engineMessage === '')
        return error;
    return new PullError(classifyPullFailure(error.engineMessage), reference, {
        engineMessage: error.engineMessage,
        status: error.status,
        withCredentials,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-networks.js



function engineNetworks(http) {
    return {
        async create(config, options = {}) {
            const created = await http.json({
                method: 'POST',
                path: '/networks/create',
                // Before API 1.44 names are unique only on request.
                body: { CheckDuplicate: true, ...config, Name: nameSegment(config.Name) },
                purpose: `create the network ${config.Name}`,
                ...options,
            });
            return nameSegment(String(created.Id ?? ''));
        },
        inspect: (nameOrId, options = {}) => http.find({
            method: 'GET',
            path: `/networks/${nameSegment(nameOrId)}`,
            purpose: `inspect the network ${nameOrId}`,
            ...options,
        }),
        list: ({ labels, ...options } = {}) => http.json({
            method: 'GET',
            path: '/networks',
            query: { filters: filtersParameter({ label: labelFilters(labels) }) },
            purpose: 'list the networks',
            ...options,
        }),
        async connect(network, container, endpoint, options = {}) {
            await http.call({
                method: 'POST',
                path: `/networks/${nameSegment(network)}/connect`,
                body: { Container: container, ...(endpoint === undefined ? {} : { EndpointConfig: endpoint }) },
                purpose: `connect the container ${container} to the network ${network}`,
                ...options,
            });
        },
        async disconnect(network, container, { force = false, ...options } = {}) {
            try {
                await http.call({
                    method: 'POST',
                    path: `/networks/${nameSegment(network)}/disconnect`,
                    body: { Container: container, Force: force },
                    purpose: `disconnect the container ${container} from the network ${network}`,
                    ...options,
                });
            }
            catch (error) {
                if (error instanceof EngineError && /is not connected to/i.test(error.engineMessage))
                    return;
                throw error;
            }
        },
        async remove(nameOrId, options = {}) {
            await http.call({
                method: 'DELETE',
                path: `/networks/${nameSegment(nameOrId)}`,
                purpose: `remove the network ${nameOrId}`,
                alsoFine: [404],
                ...options,
            });
        },
    };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/open-engine.js







/**
 * Asks the Engine for its version and agrees on one that both sides know.
 *
 * @throws EngineError when the Engine is too old or what answers is none
 * @throws EngineUnreachableError when no connection can be opened
 */
async function openEngine(open, options = {}) {
    const http = engineHttp(open);
    try {
        const version = await http.json({
            method: 'GET',
            path: '/version',
            purpose: 'tell its version',
            ...options,
        });
        const apiVersion = negotiateApiVersion(version);
        http.useVersion(apiVersion);
        return engineOver(http, version, apiVersion);
    }
    catch (error) {
        http.close();
        throw error;
    }
}
function engineOver(http, version, apiVersion) {
    const info = (options = {}) => http.json({ method: 'GET', path: '/info', purpose: 'describe itself', ...options });
    const ping = (options = {}) => http.call({ method: 'GET', path: '/_ping', purpose: 'answer a ping', ...options });
    return {
        version,
        apiVersion,
        info,
        system: {
            info,
            ping: async (options) => {
                await ping(options);
            },
            diskUsage: (options) => http.json({
                method: 'GET',
                path: '/system/df',
                purpose: 'count its disk usage',
                timeoutMs: 120_000,
                ...options,
            }),
        },
        images: engineImages(http),
        containers: engineContainers(http),
        networks: engineNetworks(http),
        async serverTimeMs(options) {
            const startedMs = performance.now();
            const { headers } = await ping(options);
            const serverMs = Date.parse(headers.date ?? '');
            if (Number.isNaN(serverMs))
                throw new EngineError("The Docker Engine's answer carries no date.");
            // The header is cut to whole seconds: half a second more is right on average.
            return Math.round(serverMs + 500 + (performance.now() - startedMs) / 2);
        },
        events: (options = {}) => events(http, options),
        close: () => http.close(),
    };
}
async function* events(http, options) {
    const { signal } = options;
    if (signal?.aborted)
        return;
    try {
        const stream = await http.stream({
            method: 'GET',
            path: '/events',
            query: {
                filters: filtersParameter(options.filters ?? {}),
                since: options.sinceMs === undefined ? undefined : (options.sinceMs / 1000).toFixed(3),
            },
            purpose: 'report events',
            timeoutMs: 0,
            signal,
        });
        yield* jsonLines(stream.chunks);
    }
    catch (error) {
        if (signal?.aborted)
            return;
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/server-connection.js


class DockerHostError extends src/* ExplainedError */.h {
    name = 'DockerHostError';
}
/**
 * Opens the one SSH connection of a deploy and everything that goes through it.
 *
 * @throws a sentence that says which part failed, at which host, and what to do
 */
async function connectToServer(inputs, signal) {
    const { connect } = await __webpack_require__.e(/* import() */ 637).then(__webpack_require__.bind(__webpack_require__, 9637));
    const { target, jump, connectTimeoutMs } = inputs.ssh;
    const ssh = await connect(target, { ...(jump ? { jump } : {}), connectTimeoutMs, signal });
    try {
        const [files, socket] = await Promise.all([ssh.files(), inputs.dockerSocket ?? contextSocket(ssh)]);
        const [engine, home] = await Promise.all([openEngine(() => ssh.openUnixSocket(socket)), files.home()]);
        const lost = new AbortController();
        void ssh.closed.then((error) => error && lost.abort(error));
        return {
            engine,
            files,
            home,
            lost: lost.signal,
            openUnixSocket: (path) => ssh.openUnixSocket(path),
            openTcp: (host, port) => ssh.openTcp(host, port),
            exec: (argv, options) => ssh.exec(argv, options),
            async close() {
                engine.close();
                await ssh.close();
            },
        };
    }
    catch (error) {
        await ssh.close();
        throw error;
    }
}
/** Where the server's own Docker commands go; the usual place when it has no Docker command to ask. */
async function contextSocket(ssh) {
    const usual = '/var/run/docker.sock';
    const answer = await ssh.exec(['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
        timeoutMs: 10_000,
    });
    const host = answer.stdout.trim();
    if (answer.code !== 0 || host === '')
        return usual;
    const path = /^unix:\/\/(\/\S+)$/.exec(host)?.[1];
    if (path !== undefined)
        return path;
    throw new DockerHostError(`The Docker context of the user on the server points to ${host.slice(0, 120)}, which is not on that server; set "docker-host" to its socket, like unix:///var/run/docker.sock.`);
}

// EXTERNAL MODULE: ./build/packages/action-kit/src/durations.js
var durations = __webpack_require__(3182);
;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/verdict.js
/** Where the switch serves, as seen from the server. */
function urlOf(request) {
    if (request.switch.kind === 'none')
        return undefined;
    const { host, port } = request.switch.listen;
    const name = host.includes(':') ? `[${host}]` : host;
    return `${request.config.protocol === 'tcp' ? 'tcp' : 'http'}://${name}:${port}`;
}
/** Everything that other actions may want to know, without any value of the environment. */
function verdictOf(request, result, host, durationMs) {
    const { health, release, image } = result;
    return {
        format: 1,
        action: 'deploy-ssh-bluegreen',
        outcome: result.outcome,
        reason: result.reason,
        servingNow: result.servingNow,
        app: request.app,
        host,
        release: release?.id,
        releaseVerdict: release?.verdict,
        previousRelease: result.previous,
        image: image?.reference,
        imageDigest: image?.digest,
        commit: request.origin.commit,
        color: result.color,
        container: result.container,
        url: urlOf(request),
        switched: result.switched,
        rolledBack: result.rolledBack,
        switchMs: result.switchMs,
        durationMs,
        health: health && {
            attempts: health.attempts,
            durationMs: health.durationMs,
            firstHealthyMs: health.firstHealthyMs,
        },
        watch: result.watch,
        findings: result.findings,
        timeline: result.timeline,
    };
}

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/summary.js


const stepTitles = {
    connect: 'Connect',
    lease: 'Take the lease',
    prepare: 'Read the server',
    pull: 'Pull the image',
    create: 'Create the new version',
    start: 'Start the new version',
    'pre-deploy': 'pre-deploy',
    health: 'Wait until it is healthy',
    verify: 'Prove its version',
    switch: 'Switch',
    watch: 'Watch',
    drain: 'Drain and stop the old version',
    'switch-back': 'Switch back',
    tidy: 'Tidy up',
    'post-deploy': 'post-deploy',
};
/** What a tired person reads first: is it live, and if not, why and what serves instead. */
function writeSummary(summary, request, result, host, durationMs) {
    const { release, image } = result;
    if (result.reason === undefined) {
        summary.headline('passed', `${request.app} is live on ${host}: release ${release?.id ?? ''}`);
    }
    else {
        // The same words as the annotation's first line; run() sets them again when the step fails.
        summary.headline(result.outcome === 'cancelled' ? 'unknown' : 'failed', `${result.reason} ${result.servingNow}`);
    }
    summary.table([], [
        ...(result.reason === undefined ? [] : row('Serving now', result.servingNow)),
        ...row('App', `${request.app} on ${host}`),
        ...row('Image', { code: image?.reference ?? request.imageText }),
        ...(image?.digest && !image.reference.includes(image.digest)
            ? row('Digest', { code: image.digest })
            : []),
        ...(request.origin.commit ? row('Commit', { code: request.origin.commit }) : []),
        ...(release ? row('Release', `${release.id} (${release.color})`) : []),
        ...(result.previous ? row('Previous release', result.previous) : []),
        ...(urlOf(request) ? row('Serves on', { code: urlOf(request) ?? '' }) : []),
        ...(result.switchMs === undefined ? [] : row('Switch took', `${result.switchMs} ms`)),
        ...row('Whole deploy', (0,durations/* formatDuration */.a)(durationMs)),
    ]);
    if (result.reason !== undefined && result.candidateLog) {
        summary.heading('Last log lines of the new version').code(result.candidateLog);
    }
    writeHealth(summary, result);
    writeWatch(summary, result);
    if (result.findings.length > 0)
        summary.heading('Found and mended first').list(result.findings);
    writeTimeline(summary, result);
}
function row(name, value) {
    return [[{ strong: name }, value]];
}
function writeTimeline(summary, result) {
    const rows = result.timeline.map((entry) => [
        stepTitles[entry.step],
        `${(entry.startMs / 1000).toFixed(2)} s`,
        (0,durations/* formatDuration */.a)(entry.durationMs),
        entry.outcome === 'done' ? 'done' : { strong: 'failed' },
    ]);
    summary.heading('Timeline').table(['Step', 'Began at', 'Took', ''], rows);
}
function writeHealth(summary, { health }) {
    if (!health)
        return;
    const first = health.firstProblem ? `; first problem: ${health.firstProblem.detail}` : '';
    summary
        .heading('Health')
        .paragraph(`${health.attempts} attempts in ${(0,durations/* formatDuration */.a)(health.durationMs)}: ${health.counts.healthy} healthy, ${health.counts.unhealthy} not${first}.`);
}
function writeWatch(summary, { watch }) {
    if (!watch)
        return;
    const cells = (name, figures) => [
        name,
        String(figures.requests),
        String(figures.errors),
        `${(figures.errorRate * 100).toFixed(2)} %`,
        figures.latencyP95Ms === undefined ? '–' : `${figures.latencyP95Ms} ms`,
    ];
    summary
        .heading('Watch')
        .table(['Version', 'Requests', 'Errors', 'Error rate', 'Latency p95'], [cells('new', watch.fresh), ...(watch.old ? [cells('old, before the switch', watch.old)] : [])]);
}

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/deploy-to-server.js






class DeployFailed extends src/* ExplainedError */.h {
    name = 'DeployFailed';
}
/**
 * Connects, deploys, and tells the runner how it went.
 *
 * @throws DeployFailed when the new release is not live, after outputs and summary are written
 */
async function deployToServer(inputs, runner) {
    await checkKeys(inputs);
    // From the process's own start, so that loading our code counts as well.
    const timeline = new Timeline(0, () => performance.now());
    const { host, port } = inputs.ssh.target;
    runner.log.info(`Connecting to ${host}:${port}.`);
    const server = await timeline
        .run('connect', () => connectToServer(inputs, runner.signal))
        .catch((error) => {
        tellUntouched(inputs, runner, (0,src/* sentenceOf */.$)(error));
        throw error;
    });
    try {
        const { context } = runner;
        const request = {
            ...inputs.deploy,
            origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
        };
        if (inputs.dryRun) {
            const plan = await planDeploy(request, server);
            runner.log.info('Dry run, nothing was changed. A deploy would:');
            for (const [index, step] of plan.steps.entries())
                runner.log.info(`${index + 1}. ${step}`);
            runner.summary
                .headline('unknown', `Dry run: what a deploy of ${request.app} to ${host} would do`)
                .list(plan.steps);
            const verdict = {
                format: 1,
                action: 'deploy-ssh-bluegreen',
                outcome: 'planned',
                app: request.app,
                plan,
            };
            runner.output('image-digest', plan.imageDigest ?? '');
            runner.output('previous-release', plan.previous ?? '');
            runner.output('color', plan.color);
            runner.output('switched', false);
            runner.output('rolled-back', false);
            runner.output('duration-ms', Math.round(performance.now()));
            runner.output('verdict', JSON.stringify(verdict));
            return;
        }
        const signals = { cancelled: runner.signal, lost: server.lost };
        const result = await deploy(request, server, timeline, reporterOf(runner), signals);
        const durationMs = Math.round(performance.now());
        const verdict = verdictOf(request, result, host, durationMs);
        runner.output('release', result.release?.id ?? '');
        runner.output('previous-release', result.previous ?? '');
        runner.output('image-digest', result.image?.digest ?? '');
        runner.output('container', result.container ?? '');
        runner.output('color', result.color ?? '');
        runner.output('url', urlOf(request) ?? '');
        runner.output('switched', result.switched);
        runner.output('rolled-back', result.rolledBack);
        runner.output('reason', result.reason ?? '');
        runner.output('switch-ms', result.switchMs ?? '');
        runner.output('duration-ms', durationMs);
        runner.output('verdict', JSON.stringify(verdict));
        writeSummary(runner.summary, request, result, host, durationMs);
        if (result.candidateLog && result.outcome !== 'live') {
            await runner.log.group('The last log lines of the new version', async () => {
                runner.log.untrusted(result.candidateLog ?? '');
            });
        }
        if (result.reason === undefined) {
            runner.log.info(`${result.servingNow} Took ${(durationMs / 1000).toFixed(1)} s.`);
            return;
        }
        throw new DeployFailed(`${result.reason} ${result.servingNow}`, { cause: result.cause });
    }
    finally {
        await server.close();
    }
}
/** The job stops before anything is touched; later steps learn as much from the outputs as there is. */
function tellUntouched({ deploy: { app }, ssh }, runner, reason) {
    const servingNow = 'Nothing was changed; whatever served before still does.';
    const durationMs = Math.round(performance.now());
    const verdict = {
        format: 1,
        action: 'deploy-ssh-bluegreen',
        outcome: runner.signal.aborted ? 'cancelled' : 'failed',
        reason,
        servingNow,
        app,
        host: ssh.target.host,
        switched: false,
        rolledBack: false,
        durationMs,
    };
    runner.output('switched', false);
    runner.output('rolled-back', false);
    runner.output('reason', reason);
    runner.output('duration-ms', durationMs);
    runner.output('verdict', JSON.stringify(verdict));
    runner.summary.paragraph(servingNow);
}
/** What can be told from the key and the known hosts alone is told before a connection is opened. */
async function checkKeys({ ssh: { target, jump } }) {
    for (const one of jump ? [target, jump] : [target]) {
        await (0,private_key/* checkPrivateKey */.f)(one.privateKey, one.passphrase).catch((error) => {
            throw one === jump && one.privateKey !== target.privateKey ? asJumpKeyError(error) : error;
        });
        if ('knownHosts' in one.hostKey)
            (0,host_key/* checkKnownHosts */.FA)(one.hostKey.knownHosts, one.host, one.port);
    }
}
/** The same sentence with the names that the jump host's inputs have. */
function asJumpKeyError(error) {
    if (!(error instanceof src/* ExplainedError */.h))
        return error;
    const sentence = error.message.replaceAll(/(?<![\w-])private-key|^passphrase|(?<=set )passphrase/g, 'jump-$&');
    return new src/* ExplainedError */.h(sentence, { cause: error });
}
function reporterOf({ log }) {
    return {
        info: (text) => log.info(text),
        warning: (text) => log.warning(text),
        progress: (topic, text) => log.progress(topic, text),
        foreign: (text) => log.untrusted(text),
    };
}


/***/ }),

/***/ 3470:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FA: () => (/* binding */ checkKnownHosts),
/* harmony export */   Kf: () => (/* binding */ hostKeyCheck),
/* harmony export */   Yg: () => (/* binding */ allHostKeyTypes),
/* harmony export */   ax: () => (/* binding */ fingerprintOf),
/* harmony export */   w2: () => (/* binding */ algorithmsOf)
/* harmony export */ });
/* unused harmony export parseFingerprints */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _known_hosts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7405);
/* harmony import */ var _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5840);



// Most preferred first. ssh-rsa (SHA-1) and ssh-dss are left out: no server still in support needs them.
const ALGORITHMS_OF_TYPE = new Map([
    ['ssh-ed25519', ['ssh-ed25519']],
    ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
    ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
    ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
    ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);
const ALL_TYPES = [...ALGORITHMS_OF_TYPE.keys()];
/** 'SHA256:…' as `ssh-keygen -l` prints it. */
function fingerprintOf(key) {
    return `SHA256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
function algorithmsOf(types) {
    return ALL_TYPES.filter((type) => types.includes(type)).flatMap((type) => ALGORITHMS_OF_TYPE.get(type) ?? []);
}
const allHostKeyTypes = ALL_TYPES;
/**
 * @param subject names the server in errors, 'the server web.example.com:22' for one
 * @throws KnownHostsError FingerprintError when the policy itself is malformed
 */
function hostKeyCheck(policy, subject, host, port) {
    return 'knownHosts' in policy
        ? knownHostsCheck((0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .parseKnownHosts */ .uJ)(policy.knownHosts), subject, host, port)
        : fingerprintCheck(parseFingerprints(policy.fingerprint), subject, host, port);
}
/**
 * Whether the lines are well-formed and could serve for this host. A host without an entry passes: only a
 * connection can tell which line is missing, and its error prints that line.
 *
 * @throws KnownHostsError for an empty text, a malformed line, or entries that can never be used
 */
function checkKnownHosts(text, host, port) {
    const entries = (0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .parseKnownHosts */ .uJ)(text);
    if (entries.length === 0) {
        throw new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .KnownHostsError */ .jc(`known-hosts holds no line: add the one that \`ssh-keyscan -p ${port} ${host}\` prints, after comparing its key with the server's.`);
    }
    usableEntries(entries, host, port);
}
function usableEntries(all, host, port) {
    const entries = (0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .entriesFor */ .aB)(all, host, port);
    const plain = entries.filter((entry) => entry.marker === undefined);
    const usable = plain.filter((entry) => ALGORITHMS_OF_TYPE.has(entry.type));
    const first = entries.find((entry) => entry.marker === 'cert-authority') ?? plain[0];
    if (usable.length === 0 && first) {
        const why = first.marker === 'cert-authority'
            ? 'a @cert-authority line, and host certificates are not supported'
            : `a key of type ${first.type}, which is not supported`;
        throw new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .KnownHostsError */ .jc(`known-hosts has for ${(0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .knownHostName */ .nF)(host, port)} only ${why} (line ${first.line}): add a line with the server's own ssh-ed25519, ECDSA or RSA key.`);
    }
    return { usable, revoked: entries.filter((entry) => entry.marker === 'revoked') };
}
function knownHostsCheck(all, subject, host, port) {
    const { usable, revoked } = usableEntries(all, host, port);
    const revokedLine = (key) => revoked.find((entry) => entry.key.equals(key));
    return {
        types: [...new Set(usable.map((entry) => entry.type))],
        triesOtherTypes: false,
        accepts: (key) => usable.some((entry) => entry.key.equals(key)) && !revokedLine(key),
        refusal: (shown) => {
            const key = shown[0];
            if (!key)
                return noUsableKey(subject);
            const revocation = revokedLine(key);
            if (revocation) {
                return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .RevokedHostKeyError */ .Cg(`Refused ${subject}: its key ${fingerprintOf(key)} is marked @revoked in line ${revocation.line} of known-hosts, so give the server a new key or find out who answers in its place.`);
            }
            const line = (0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .knownHostLine */ .cp)(host, port, key);
            if (usable.length === 0) {
                return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UnknownHostKeyError */ .g1(`Refused ${subject}: known-hosts has no key for it; if ${fingerprintOf(key)} is what \`ssh-keygen -lf\` shows for the ${describeType(key)} key on the server itself, add this line to known-hosts: ${line}`);
            }
            const expected = usable
                .map((entry) => `${entry.type} ${fingerprintOf(entry.key)} (line ${entry.line})`)
                .join(' or ');
            return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ChangedHostKeyError */ .Cd(`Refused ${subject}: its host key is not the known one, which means a reinstalled server or somebody in between; expected ${expected}, got ${(0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .typeOfKey */ .Jh)(key)} ${fingerprintOf(key)}; only if the server itself confirms the new key, replace its entry in known-hosts by this line: ${line}`);
        },
    };
}
function fingerprintCheck(expected, subject, host, port) {
    return {
        types: ALL_TYPES,
        triesOtherTypes: true,
        accepts: (key) => expected.includes(fingerprintOf(key)),
        refusal: (shown) => {
            const key = shown[0];
            if (!key)
                return noUsableKey(subject);
            const got = shown.map((each) => `${(0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .typeOfKey */ .Jh)(each)} ${fingerprintOf(each)}`).join(', ');
            return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ChangedHostKeyError */ .Cd(`Refused ${subject}: none of its host keys has the fingerprint ${expected.join(' or ')}; it showed ${got}; only if the server itself confirms one of them, put it into host-fingerprint, or this line into known-hosts: ${(0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .knownHostLine */ .cp)(host, port, key)}`);
        },
    };
}
function noUsableKey(subject) {
    return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UnknownHostKeyError */ .g1(`Refused ${subject}: it has no ssh-ed25519, ECDSA or RSA host key that could be checked; make one with \`ssh-keygen -A\` on the server.`);
}
function describeType(key) {
    const type = (0,_known_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .typeOfKey */ .Jh)(key) ?? '';
    return type.startsWith('ecdsa') ? 'ECDSA' : type === 'ssh-rsa' ? 'RSA' : 'ED25519';
}
/**
 * One or more SHA-256 fingerprints, with or without the prefix and the padding, or as a line of `ssh-keygen -l`.
 *
 * @throws FingerprintError for MD5 and for anything that is no SHA-256 fingerprint
 */
function parseFingerprints(text) {
    if (/(?:^|\s|MD5:)(?:[0-9a-f]{2}:){15}[0-9a-f]{2}(?:\s|$)/i.test(text)) {
        throw new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .FingerprintError */ .dz('host-fingerprint is an MD5 fingerprint, which can be forged: give the SHA-256 one, which `ssh-keygen -lf FILE` prints.');
    }
    const prefixed = [...text.matchAll(/SHA256:([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/=])/g)].map((match) => match[1]);
    const found = prefixed.length > 0 ? prefixed : bareFingerprints(text);
    if (found.length === 0 || (text.match(/SHA256:/g) ?? []).length > prefixed.length) {
        throw new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .FingerprintError */ .dz("host-fingerprint is not of the form 'SHA256:' and 43 characters: take it from `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the server.");
    }
    return [...new Set(found.map((hash) => `SHA256:${hash}`))];
}
function bareFingerprints(text) {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    return words.every((word) => /^[A-Za-z0-9+/]{43}=?$/.test(word))
        ? words.map((word) => word.slice(0, 43))
        : [];
}


/***/ }),

/***/ 7405:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Jh: () => (/* binding */ typeOfKey),
/* harmony export */   aB: () => (/* binding */ entriesFor),
/* harmony export */   cp: () => (/* binding */ knownHostLine),
/* harmony export */   nF: () => (/* binding */ knownHostName),
/* harmony export */   uJ: () => (/* binding */ parseKnownHosts)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _ssh_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5840);


const KEY_TYPE = /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/;
/**
 * @throws KnownHostsError for the first line that is not in the format, with its number; OpenSSH would skip it,
 *   but here a damaged line is one that somebody meant to be used
 */
function parseKnownHosts(text) {
    const entries = [];
    const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
    for (const [index, raw] of lines.entries()) {
        const line = raw.trim();
        if (line === '' || line.startsWith('#'))
            continue;
        entries.push(parseLine(line, index + 1));
    }
    return entries;
}
function parseLine(line, number) {
    const fields = line.split(/[ \t]+/);
    let marker;
    if (fields[0]?.startsWith('@')) {
        const word = fields.shift();
        if (word !== '@revoked' && word !== '@cert-authority') {
            throw malformed(number, `starts with an unknown marker (only @revoked and @cert-authority exist)`);
        }
        marker = word === '@revoked' ? 'revoked' : 'cert-authority';
    }
    const [names = '', type = '', base64 = ''] = fields;
    if (/^(?:\d+ )?(?:SHA256|MD5):/.test(line)) {
        throw malformed(number, 'is a fingerprint: give it as host-fingerprint instead');
    }
    if (KEY_TYPE.test(names) && /^AAAA/.test(type)) {
        throw malformed(number, `has no host name: put the server's name and a space in front of '${names}'`);
    }
    if (type === '' || base64 === '')
        throw malformed(number, "is not of the form 'host key-type key'");
    if (/^\d+$/.test(type))
        throw malformed(number, 'is a key of SSH version 1, which nothing uses any more');
    if (!KEY_TYPE.test(type))
        throw malformed(number, "has no key type such as 'ssh-ed25519' in its second field");
    if (names.startsWith('|') && hashedName(names) === undefined)
        throw malformed(number, 'has a damaged hashed host name');
    const key = Buffer.from(base64, 'base64');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || typeOfKey(key) !== type || !isWhole(key)) {
        throw malformed(number, 'holds a damaged or cut key');
    }
    return { line: number, marker, names, type, key };
}
function malformed(line, what) {
    return new _ssh_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .KnownHostsError */ .jc(`Line ${line} of known-hosts ${what}; \`ssh-keyscan HOST\` prints lines in the right form.`);
}
/** The type a public key in SSH's wire format names first (RFC 4253, section 6.6). */
function typeOfKey(key) {
    if (key.length < 4)
        return undefined;
    const length = key.readUInt32BE(0);
    return length > 0 && length <= 64 && key.length >= 4 + length
        ? key.toString('latin1', 4, 4 + length)
        : undefined;
}
function isWhole(key) {
    let offset = 0;
    while (offset + 4 <= key.length)
        offset += 4 + key.readUInt32BE(offset);
    return offset === key.length;
}
/** The name OpenSSH files a host under: with its port only when that is not 22. */
function knownHostName(host, port) {
    return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}
/** The line that makes this key known. */
function knownHostLine(host, port, key) {
    return `${knownHostName(host, port)} ${typeOfKey(key)} ${key.toString('base64')}`;
}
/**
 * The entries for a host. As OpenSSH does, a host on another port than 22 that is not listed with it falls
 * back to entries without a port.
 */
function entriesFor(entries, host, port) {
    const exact = entries.filter((entry) => matchesName(entry.names, knownHostName(host, port)));
    if (port === 22 || exact.some((entry) => entry.marker !== 'revoked'))
        return exact;
    return [
        ...exact,
        ...entries.filter((entry) => !exact.includes(entry) && matchesName(entry.names, knownHostName(host, 22))),
    ];
}
function matchesName(names, name) {
    const hashed = hashedName(names);
    if (hashed) {
        const digest = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha1', hashed.salt).update(name).digest();
        return digest.length === hashed.hash.length && (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.timingSafeEqual)(digest, hashed.hash);
    }
    let matches = false;
    for (const word of names.toLowerCase().split(',')) {
        const negated = word.startsWith('!');
        if (!matchesPattern(negated ? word.slice(1) : word, name))
            continue;
        if (negated)
            return false;
        matches = true;
    }
    return matches;
}
function hashedName(names) {
    const match = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]+=*)$/.exec(names);
    if (!match)
        return undefined;
    const salt = Buffer.from(match[1] ?? '', 'base64');
    const hash = Buffer.from(match[2] ?? '', 'base64');
    return hash.length === 20 ? { salt, hash } : undefined;
}
/** `*` stands for any characters, `?` for one. Linear in practice, where a regular expression could explode. */
function matchesPattern(pattern, name) {
    let p = 0;
    let n = 0;
    let star = -1;
    let resumeAt = 0;
    while (n < name.length) {
        if (p < pattern.length && pattern[p] === '*') {
            star = p++;
            resumeAt = n;
        }
        else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
            p++;
            n++;
        }
        else if (star >= 0) {
            p = star + 1;
            n = ++resumeAt;
        }
        else {
            return false;
        }
    }
    while (pattern[p] === '*')
        p++;
    return p === pattern.length;
}


/***/ }),

/***/ 1105:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  f: () => (/* binding */ checkPrivateKey),
  $: () => (/* binding */ readPrivateKey)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/packages/ssh/src/openssh-ed25519.js
/** An unencrypted Ed25519 key in OpenSSH's own format (PROTOCOL.key in OpenSSH's sources), the only one ssh2 reads. */
function opensshEd25519(key) {
    const jwk = key.export({ format: 'jwk' });
    const publicPart = Buffer.from(jwk.x ?? '', 'base64url');
    const seed = Buffer.from(jwk.d ?? '', 'base64url');
    const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicPart)]);
    const check = Buffer.alloc(8);
    const secret = Buffer.concat([check, publicBlob, field(Buffer.concat([seed, publicPart])), field('')]);
    const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
    const count = Buffer.from([0, 0, 0, 1]);
    const blob = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        field('none'),
        field('none'),
        field(''),
        count,
        field(publicBlob),
        field(Buffer.concat([secret, padding])),
    ]);
    const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
function field(content) {
    const bytes = Buffer.from(content);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
}

// EXTERNAL MODULE: ./build/packages/ssh/src/ssh-errors.js
var ssh_errors = __webpack_require__(5840);
;// CONCATENATED MODULE: ./build/packages/ssh/src/private-key.js



const SUPPORTED = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))$/;
/**
 * Whether the text is a private key that can be used, with this passphrase where it has one. Nothing of the
 * key's text stands in the error.
 *
 * @throws PrivateKeyError one sentence: empty, no key, cut, PuTTY's format, a public key, unsupported type,
 *   passphrase missing or wrong
 */
async function checkPrivateKey(pem, passphrase) {
    await readPrivateKey(pem, passphrase);
}
// Opening a key with a passphrase takes 0.3 s by design, and it is checked before it is used.
const alreadyRead = new Map();
/** @throws PrivateKeyError as checkPrivateKey */
async function readPrivateKey(pem, passphrase) {
    const id = (0,external_node_crypto_.createHash)('sha256')
        .update(JSON.stringify([pem, passphrase]))
        .digest('hex');
    const key = alreadyRead.get(id) ?? (await parse(pem, passphrase));
    alreadyRead.set(id, key);
    return key;
}
async function parse(pem, passphrase) {
    const secret = passphrase === '' ? undefined : passphrase;
    const { text, label } = mend(pem);
    const readable = label === 'PRIVATE KEY' || label === 'ENCRYPTED PRIVATE KEY' ? fromPkcs8(text, label, secret) : text;
    const opensshFormat = label === 'OPENSSH PRIVATE KEY' ? inspectOpenssh(text) : undefined;
    const encrypted = opensshFormat?.encrypted ?? /^Proc-Type: 4,ENCRYPTED$/m.test(text);
    if (opensshFormat && !SUPPORTED.test(opensshFormat.type)) {
        // A damaged key may have anything where its type should be, and none of its text belongs in an error.
        throw /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/.test(opensshFormat.type)
            ? unsupported(opensshFormat.type)
            : damaged();
    }
    if (encrypted && secret === undefined)
        throw passphraseMissing();
    const { utils } = (await __webpack_require__.e(/* import() */ 472).then(__webpack_require__.t.bind(__webpack_require__, 5472, 19))).default;
    const parsed = utils.parseKey(readable, secret);
    if (parsed instanceof Error) {
        if (/unsupported cipher/i.test(parsed.message)) {
            throw new ssh_errors/* PrivateKeyError */.tr('private-key is encrypted with a cipher that is not supported: encrypt it anew with `ssh-keygen -p -f FILE`.');
        }
        throw encrypted ? passphraseWrong() : damaged();
    }
    const key = (Array.isArray(parsed) ? parsed[0] : parsed);
    if (!key?.isPrivateKey())
        throw damaged();
    if (!SUPPORTED.test(key.type))
        throw unsupported(key.type);
    return key;
}
/** Undoes what copying through secrets, shells and Windows does to a key, and finds what kind it is. */
function mend(pem) {
    let text = pem.replace(/^\uFEFF/, '').trim();
    if (/^(["'])[\s\S]*\1$/.test(text))
        text = text.slice(1, -1).trim();
    if (text === '')
        throw new ssh_errors/* PrivateKeyError */.tr('private-key is empty: check that the secret exists and has this name.');
    if (/^PuTTY-User-Key-File-\d/.test(text)) {
        throw new ssh_errors/* PrivateKeyError */.tr("private-key is in PuTTY's format: convert it with `puttygen key.ppk -O private-openssh -o key` and use the new file.");
    }
    if (/^(?:(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ AAAA|---- BEGIN SSH2 PUBLIC KEY|-----BEGIN (?:[A-Z]+ )?PUBLIC KEY-----)/.test(text)) {
        throw new ssh_errors/* PrivateKeyError */.tr('private-key is a public key: give the other file of the pair, the one whose name does not end in .pub.');
    }
    const begin = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
    const label = begin?.[1];
    if (!begin || label === undefined || !label.endsWith('PRIVATE KEY')) {
        throw new ssh_errors/* PrivateKeyError */.tr("private-key is not a private key: it must be the whole file, from '-----BEGIN … PRIVATE KEY-----' to '-----END … PRIVATE KEY-----'.");
    }
    const end = text.indexOf(`-----END ${label}-----`);
    if (end < 0) {
        throw new ssh_errors/* PrivateKeyError */.tr(`private-key is cut off: its last line '-----END ${label}-----' is missing, so copy the whole file.`);
    }
    // A literal \n is what JSON and many secret stores make of a line's end.
    const inner = text
        .slice(begin.index + begin[0].length, end)
        .replace(/\\r/g, '')
        .replace(/\\n/g, '\n')
        .replace(/\r/g, '');
    const lines = inner.split('\n').map((line) => line.trim());
    // Only a key with headers (old encrypted PEM) has spaces or blank lines that mean something.
    const body = /^[A-Za-z-]+: /m.test(inner)
        ? lines.join('\n').trim()
        : (inner.replace(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n');
    return { text: `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`, label };
}
/** ssh2 does not read PKCS#8, so it becomes what ssh2 reads. */
function fromPkcs8(text, label, passphrase) {
    const encrypted = label === 'ENCRYPTED PRIVATE KEY';
    if (encrypted && passphrase === undefined)
        throw passphraseMissing();
    let key;
    try {
        key = (0,external_node_crypto_.createPrivateKey)({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) });
    }
    catch {
        // The cause is left out: what OpenSSL says of a key may quote from it.
        throw encrypted ? passphraseWrong() : damaged();
    }
    switch (key.asymmetricKeyType) {
        case 'rsa':
            return key.export({ type: 'pkcs1', format: 'pem' });
        case 'ec':
            return key.export({ type: 'sec1', format: 'pem' });
        case 'ed25519':
            return opensshEd25519(key);
        default:
            throw unsupported(key.asymmetricKeyType ?? 'unknown');
    }
}
/** The clear part of OpenSSH's format (PROTOCOL.key): cipher, and the type of the key. */
function inspectOpenssh(text) {
    const data = Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
    const magic = 'openssh-key-v1\0';
    let offset = magic.length;
    const next = () => {
        if (offset + 4 > data.length)
            throw damaged();
        const length = data.readUInt32BE(offset);
        const start = offset + 4;
        if (start + length > data.length)
            throw damaged();
        offset = start + length;
        return data.subarray(start, offset);
    };
    if (data.toString('latin1', 0, magic.length) !== magic)
        throw damaged();
    const cipher = next().toString('latin1');
    next();
    next();
    offset += 4;
    const publicKey = next();
    const typeLength = publicKey.length >= 4 ? publicKey.readUInt32BE(0) : 0;
    return { encrypted: cipher !== 'none', type: publicKey.toString('latin1', 4, 4 + typeLength) };
}
function passphraseMissing() {
    return new ssh_errors/* PrivateKeyError */.tr('private-key is encrypted and there is no passphrase: set passphrase, or use a key without one.');
}
function passphraseWrong() {
    return new ssh_errors/* PrivateKeyError */.tr('passphrase does not open private-key: check that both belong together and that the key is whole.');
}
function damaged() {
    return new ssh_errors/* PrivateKeyError */.tr('private-key is damaged or cut: copy the whole file again, from the BEGIN line to the END line, with its line breaks.');
}
function unsupported(type) {
    const why = type.startsWith('sk-')
        ? 'a key on a hardware token, which nobody can touch during a run'
        : `of type ${type.slice(0, 40)}, which is not supported`;
    return new ssh_errors/* PrivateKeyError */.tr(`private-key is ${why}: make another with \`ssh-keygen -t ed25519\`.`);
}


/***/ }),

/***/ 5840:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $9: () => (/* binding */ CommandTimeoutError),
/* harmony export */   AQ: () => (/* binding */ ConnectTimeoutError),
/* harmony export */   Cd: () => (/* binding */ ChangedHostKeyError),
/* harmony export */   Cg: () => (/* binding */ RevokedHostKeyError),
/* harmony export */   DZ: () => (/* binding */ SshError),
/* harmony export */   K6: () => (/* binding */ ForwardingError),
/* harmony export */   L4: () => (/* binding */ ConnectionRefusedError),
/* harmony export */   N9: () => (/* binding */ ConnectionLostError),
/* harmony export */   NM: () => (/* binding */ RemoteFileError),
/* harmony export */   Np: () => (/* binding */ CommandOutputError),
/* harmony export */   PC: () => (/* binding */ SocketPermissionError),
/* harmony export */   Qd: () => (/* binding */ CommandError),
/* harmony export */   U_: () => (/* binding */ NoCommonAlgorithmError),
/* harmony export */   Yr: () => (/* binding */ ServerClosedError),
/* harmony export */   Zt: () => (/* binding */ HostUnreachableError),
/* harmony export */   aY: () => (/* binding */ SessionLimitError),
/* harmony export */   ar: () => (/* binding */ SocketRefusedError),
/* harmony export */   dz: () => (/* binding */ FingerprintError),
/* harmony export */   fi: () => (/* binding */ JumpHostError),
/* harmony export */   g1: () => (/* binding */ UnknownHostKeyError),
/* harmony export */   gS: () => (/* binding */ SocketMissingError),
/* harmony export */   jc: () => (/* binding */ KnownHostsError),
/* harmony export */   mQ: () => (/* binding */ NotAnSshServerError),
/* harmony export */   mh: () => (/* binding */ HostNotFoundError),
/* harmony export */   tr: () => (/* binding */ PrivateKeyError),
/* harmony export */   v3: () => (/* binding */ AuthenticationError)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);

/** Everything that can go wrong with SSH and that a person can mend. */
class SshError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'SshError';
}
class PrivateKeyError extends SshError {
    name = 'PrivateKeyError';
}
class KnownHostsError extends SshError {
    name = 'KnownHostsError';
}
class FingerprintError extends SshError {
    name = 'FingerprintError';
}
class HostNotFoundError extends SshError {
    name = 'HostNotFoundError';
}
class ConnectionRefusedError extends SshError {
    name = 'ConnectionRefusedError';
}
class HostUnreachableError extends SshError {
    name = 'HostUnreachableError';
}
class ConnectTimeoutError extends SshError {
    name = 'ConnectTimeoutError';
}
class NotAnSshServerError extends SshError {
    name = 'NotAnSshServerError';
}
class ServerClosedError extends SshError {
    name = 'ServerClosedError';
}
class NoCommonAlgorithmError extends SshError {
    name = 'NoCommonAlgorithmError';
}
class AuthenticationError extends SshError {
    name = 'AuthenticationError';
}
class UnknownHostKeyError extends SshError {
    name = 'UnknownHostKeyError';
}
class ChangedHostKeyError extends SshError {
    name = 'ChangedHostKeyError';
}
class RevokedHostKeyError extends SshError {
    name = 'RevokedHostKeyError';
}
class JumpHostError extends SshError {
    name = 'JumpHostError';
}
class ConnectionLostError extends SshError {
    name = 'ConnectionLostError';
}
class SocketMissingError extends SshError {
    name = 'SocketMissingError';
}
class SocketPermissionError extends SshError {
    name = 'SocketPermissionError';
}
class SocketRefusedError extends SshError {
    name = 'SocketRefusedError';
}
class ForwardingError extends SshError {
    name = 'ForwardingError';
}
class SessionLimitError extends SshError {
    name = 'SessionLimitError';
}
class CommandError extends SshError {
    name = 'CommandError';
}
class CommandTimeoutError extends CommandError {
    name = 'CommandTimeoutError';
}
class CommandOutputError extends CommandError {
    name = 'CommandOutputError';
}
class RemoteFileError extends SshError {
    name = 'RemoteFileError';
}


/***/ })

};
