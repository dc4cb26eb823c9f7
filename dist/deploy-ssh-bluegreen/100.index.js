export const id = 100;
export const ids = [100];
export const modules = {

/***/ 1533:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ probeHttp)
/* harmony export */ });
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8033);
/* harmony import */ var _probe_attempt_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(561);
/* harmony import */ var _status_ranges_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3263);



const MAX_BODY_BYTES = 64 * 1024;
/**
 * One request over a new connection, then the connection is closed. Redirects are an answer like any other and
 * not followed. The body counts too: an answer whose body breaks off is unhealthy.
 */
function probeHttp(open, request) {
    const exchange = request.protocol === 'h2c' ? http2Exchange : http1Exchange;
    return (0,_probe_attempt_js__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .C)(open, request, (stream) => exchange(stream, request));
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
    return bodyText(Buffer.concat(parts));
}
/** At the limit nobody has looked whether more comes, so that counts as cut. */
function bodyText(bytes) {
    const text = bytes.subarray(0, MAX_BODY_BYTES).toString('utf8');
    return bytes.length < MAX_BODY_BYTES ? text : `${text}${_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .CUT_MARK */ .H}`;
}
/**
 * An answer that arrives in one piece ends its stream before an iterator has looked at it, which the iterator then
 * takes for a premature close; through an SSH channel that is every third answer.
 */
function readHttp2Body(source) {
    return new Promise((resolve, reject) => {
        const parts = [];
        let size = 0;
        const finish = () => resolve(bodyText(Buffer.concat(parts)));
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
    const healthy = (0,_status_ranges_js__WEBPACK_IMPORTED_MODULE_2__/* .statusIsIn */ .CE)(status, request.expectedStatus);
    const location = status >= 300 && status < 400 && headers.location;
    const target = location ? ` (redirect to ${(0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(location, 200).replace(/\p{Cc}/gu, '')})` : '';
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


/***/ }),

/***/ 561:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  C: () => (/* binding */ attempt)
});

// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var explained_error_src = __webpack_require__(7707);
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
    if (error instanceof explained_error_src/* ExplainedError */.h)
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
    if (!(error instanceof Error) || error instanceof explained_error_src/* ExplainedError */.h)
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
    return (0,src/* clipEnd */.O)(message, 500).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') || 'unknown error';
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


/***/ }),

/***/ 3264:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ probeTcp)
/* harmony export */ });
/* harmony import */ var _probe_attempt_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(561);

/** How long an accepted connection must stay open: a userland proxy accepts first and closes when nobody is behind. */
const STAYS_OPEN_MS = 20;
/**
 * Healthy when the port accepts a connection and keeps it open for a moment, or greets.
 *
 * @param options the time limit in ms, or all options
 */
function probeTcp(open, options) {
    const settled = typeof options === 'number' ? { timeoutMs: options } : options;
    return (0,_probe_attempt_js__WEBPACK_IMPORTED_MODULE_0__/* .attempt */ .C)(open, settled, async (stream) => {
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


/***/ }),

/***/ 3042:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AT: () => (/* binding */ protocolOf),
/* harmony export */   D2: () => (/* binding */ appLabels),
/* harmony export */   EN: () => (/* binding */ writableVolumes),
/* harmony export */   HM: () => (/* binding */ portOf),
/* harmony export */   HN: () => (/* binding */ colorOf),
/* harmony export */   JX: () => (/* binding */ oneOffContainer),
/* harmony export */   Qg: () => (/* binding */ slotNetworkName),
/* harmony export */   Tb: () => (/* binding */ labelPrefix),
/* harmony export */   vU: () => (/* binding */ appContainer),
/* harmony export */   xN: () => (/* binding */ containerName)
/* harmony export */ });
const appLabels = {
    app: 'switchyard.app',
    role: 'switchyard.role',
    release: 'switchyard.release',
    color: 'switchyard.color',
    port: 'switchyard.port',
    protocol: 'switchyard.protocol',
    /** How long a one-off container may run, in ms; on itself, because the job that knows it may be gone. */
    timeout: 'switchyard.timeout',
    /** Home of the user who deploys the app; on its network. */
    home: 'switchyard.home',
};
const protocols = ['http', 'h2c', 'tcp'];
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
            ...logConfig(config, placement.loggingDriver),
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
function oneOffContainer(release, role, { command, timeoutMs }, network) {
    return {
        ...sharedConfig(release, command),
        Labels: { ...ownLabels(release, role), [appLabels.timeout]: String(timeoutMs) },
        HostConfig: {
            ...hostConfig(release.config),
            // Read back at once, and gone with the container.
            ...logConfig(release.config, 'json-file'),
            NetworkMode: network,
            RestartPolicy: { Name: 'no' },
        },
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
    };
}
/** Only these two keep files that have a size; what others do with a log is the server's business. */
const driversOfFiles = ['json-file', 'local'];
function logConfig(config, driver) {
    const Type = driversOfFiles.find((name) => name === driver);
    if (Type === undefined)
        return {};
    return {
        LogConfig: { Type, Config: { 'max-size': String(config.logMaxSizeBytes), 'max-file': '3' } },
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
function portOf(labels) {
    const port = Number(labels?.[appLabels.port]);
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
function protocolOf(labels) {
    return protocols.find((protocol) => protocol === labels?.[appLabels.protocol]);
}


/***/ }),

/***/ 8476:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KW: () => (/* binding */ listAppContainers),
/* harmony export */   ie: () => (/* binding */ isUp),
/* harmony export */   p2: () => (/* binding */ readAppState)
/* harmony export */ });
/* unused harmony export StateError */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3042);
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3126);



class StateError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'StateError';
}
function isUp(container) {
    return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}
async function listAppContainers(engine, app) {
    const all = await engine.containers.list({ all: true, labels: { [_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .appLabels */ .D2.app]: app } });
    const containers = [];
    const oneOffs = [];
    for (const summary of all) {
        const role = summary.Labels?.[_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .appLabels */ .D2.role];
        if (role === 'pre-deploy' || role === 'post-deploy')
            oneOffs.push(summary);
        const color = (0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .colorOf */ .HN)(summary.Labels);
        const releaseId = summary.Labels?.[_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .appLabels */ .D2.release];
        if (role !== 'app' || !color || !summary.Id || releaseId === undefined || !(0,_release_js__WEBPACK_IMPORTED_MODULE_2__/* .isReleaseId */ .F3)(releaseId))
            continue;
        const name = summary.Names?.[0]?.replace(/^\//, '') ?? summary.Id.slice(0, 12);
        containers.push({
            id: summary.Id,
            name,
            color,
            releaseId,
            port: (0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .portOf */ .HM)(summary.Labels),
            protocol: (0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .protocolOf */ .AT)(summary.Labels),
            state: summary.State ?? 'unknown',
        });
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
    const live = liveContainer(containers, releases, liveColor);
    return { containers, oneOffs, releases, switchColor, liveColor, live };
}
function colorWithoutSwitch(app, containers, releases) {
    const recorded = releases.findLast((release) => release.verdict === 'live');
    if (recorded && containers.some(({ releaseId }) => releaseId === recorded.id))
        return recorded.color;
    // A candidate whose job was killed has not proven anything yet, and no user has met it.
    const isCandidate = ({ releaseId }) => releases.some(({ id, liveAt }) => id === releaseId && liveAt === undefined);
    const running = containers.filter((container) => container.state === 'running' && !isCandidate(container));
    if (running.length > 1) {
        throw new StateError(`It can't be told which container of ${app} is live, because its switch and its record are gone and ${running
            .map(({ name }) => name)
            .join(' and ')} run; stop the one that is not, then deploy again.`);
    }
    return running[0]?.color;
}
/** Of several containers in the live slot the one that is up; of several that are not, the one the record calls live. */
function liveContainer(containers, releases, color) {
    const inSlot = containers.filter((container) => container.color === color);
    const up = inSlot.findLast(({ state }) => state === 'running') ?? inSlot.findLast(isUp);
    if (up)
        return up;
    const live = releases.findLast((release) => release.verdict === 'live');
    return inSlot.find(({ releaseId }) => releaseId === live?.id) ?? inSlot.at(-1);
}


/***/ }),

/***/ 3250:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ii: () => (/* binding */ finishWayBack),
/* harmony export */   jI: () => (/* binding */ isDeploys),
/* harmony export */   os: () => (/* binding */ begunWayBack)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7707);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6722);
/* harmony import */ var _app_state_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8476);



/**
 * Every way back begins with the record of the release that is given up: it says what it said before, or that it is
 * bad. One that is still to come live is pending, or says what it leaves.
 */
function begunWayBack({ live, containers, releases }) {
    const recordOf = (id) => releases.find((release) => release.id === id);
    const givenUpRelease = recordOf(live?.releaseId);
    if (!live || !givenUpRelease || givenUpRelease.leaves)
        return undefined;
    if (givenUpRelease.verdict === 'live' || givenUpRelease.verdict === 'pending')
        return undefined;
    const old = containers.findLast(({ color, releaseId }) => color !== live.color && recordOf(releaseId)?.verdict === 'live');
    return old && { givenUp: live, givenUpRelease, old };
}
/** Whether a deploy had brought it, and not a rollback: its release is the newest, and a rollback's is as it was. */
function isDeploys({ givenUpRelease, old }) {
    const { verdict, id } = givenUpRelease;
    return (verdict === 'bad' || verdict === 'failed') && id > old.releaseId;
}
/** Gives the old version the traffic again. Two versions of which only one may run never do, here neither. */
async function finishWayBack({ containers }, trafficSwitch, { givenUp, givenUpRelease, old }) {
    const runs = (0,_app_state_js__WEBPACK_IMPORTED_MODULE_0__/* .isUp */ .ie)(givenUp);
    if (old.state === 'restarting' && runs)
        return { isBack: false, problem: 'its container keeps restarting' };
    const { rollout, config } = givenUpRelease;
    const mustStop = runs && !(0,_app_state_js__WEBPACK_IMPORTED_MODULE_0__/* .isUp */ .ie)(old) && rollout.order === 'stop-first';
    const stopSeconds = Math.ceil(config.stopTimeoutMs / 1000);
    try {
        if (mustStop)
            await containers.stop(givenUp.id, stopSeconds);
        await wake(containers, old);
        const startedMs = performance.now();
        const switchMs = await trafficSwitch.shift(old.color).catch((error) => {
            // The traffic is back; what a restart reads is mended when the switch is looked at next.
            if (error instanceof _switch__WEBPACK_IMPORTED_MODULE_1__/* .TrafficMovedError */ .F)
                return performance.now() - startedMs;
            throw error;
        });
        return { isBack: true, switchMs, givenUpRuns: runs && !mustStop };
    }
    catch (error) {
        if (mustStop && (await trafficSwitch.live().catch(() => undefined)) !== old.color) {
            // A version that was given up is better than none.
            await containers
                .stop(old.id, stopSeconds)
                .then(() => containers.start(givenUp.id))
                .catch(() => undefined);
        }
        return { isBack: false, problem: (0,_explained_error__WEBPACK_IMPORTED_MODULE_2__/* .sentenceOf */ .$)(error) };
    }
}
async function wake(containers, old) {
    if (old.state === 'paused')
        await containers.unpause(old.id);
    else if (!(0,_app_state_js__WEBPACK_IMPORTED_MODULE_0__/* .isUp */ .ie)(old))
        await containers.start(old.id);
}


/***/ }),

/***/ 591:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  kB: () => (/* binding */ bringBack),
  e_: () => (/* binding */ hasImage),
  kA: () => (/* binding */ idleColor),
  z7: () => (/* binding */ imageIsGone),
  CI: () => (/* binding */ standingContainer)
});

// UNUSED EXPORTS: ReleaseGoneError

// EXTERNAL MODULE: ./build/packages/engine/src/network-subnet.js + 1 modules
var network_subnet = __webpack_require__(6933);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/switch/src/traffic-switch.js
var traffic_switch = __webpack_require__(9206);
// EXTERNAL MODULE: ./build/packages/release/src/app-container.js
var app_container = __webpack_require__(3042);
// EXTERNAL MODULE: ./build/packages/release/src/switch-in-force.js
var switch_in_force = __webpack_require__(3181);
;// CONCATENATED MODULE: ./build/packages/release/src/blind-limits.js

/**
 * What a rollback says of limits of the watch that nothing can be held against, because of the switch or the protocol
 * that the record names; undefined when there are none. A deploy refuses them, but a rollback that is needed now must
 * not fail for them.
 */
function blindLimits({ switch: wanted, config, watch, }) {
    if (watch.durationMs === 0)
        return undefined;
    const isSeen = wanted.kind === 'haproxy';
    // The usual limit is there without anybody having asked for it.
    const isRateBlind = !isSeen && watch.maxErrorRate !== switch_in_force/* usualRollout */.G3.watch.maxErrorRate;
    const isLatencyBlind = watch.maxLatencyP95Ms !== undefined && (!isSeen || config.protocol === 'tcp');
    const names = [
        ...(isRateBlind ? ['watch-max-error-rate'] : []),
        ...(isLatencyBlind ? ['watch-max-latency-p95'] : []),
    ];
    if (names.length === 0)
        return undefined;
    const why = isSeen
        ? 'with protocol tcp there are no answers whose time could be taken'
        : `with "switch: ${wanted.kind}" nothing tells of single requests`;
    const are = names.length === 1 ? 'is' : 'are';
    return `In the watch ${names.join(' and ')} ${are} not looked at, because ${why}.`;
}

// EXTERNAL MODULE: ./build/packages/release/src/bring-up.js
var bring_up = __webpack_require__(673);
// EXTERNAL MODULE: ./build/packages/release/src/candidate-container.js
var candidate_container = __webpack_require__(6356);
// EXTERNAL MODULE: ./build/packages/release/src/deploy-context.js
var deploy_context = __webpack_require__(4678);
// EXTERNAL MODULE: ./build/packages/release/src/image-step.js
var image_step = __webpack_require__(3989);
// EXTERNAL MODULE: ./build/packages/release/src/pull.js
var pull = __webpack_require__(7620);
;// CONCATENATED MODULE: ./build/packages/release/src/bring-back.js










class ReleaseGoneError extends src/* ExplainedError */.h {
    name = 'ReleaseGoneError';
}
/** A release's container that only has to be woken, and where it has to be for that. */
function standingContainer(state, target) {
    const color = idleColor(state);
    return state.containers.find((container) => container.releaseId === target.id &&
        container.color === color &&
        ['running', 'paused', 'exited'].includes(container.state));
}
function idleColor(state) {
    return state.liveColor ? (0,traffic_switch/* otherColor */.I)(state.liveColor) : 'blue';
}
/**
 * Gets a release that was live before to run in the idle slot, and waits until it is healthy. Its container is woken
 * where it still exists; else it is created anew, from the same image and configuration.
 *
 * @throws ReleaseGoneError before anything is touched, when its image can't be had any more
 */
async function bringBack(context, ground, target) {
    const { request, timeline, progress, store, leaving, reporter } = context;
    const blind = blindLimits(request);
    if (blind !== undefined)
        reporter.warning(blind);
    const left = ground.state.live;
    const standing = standingContainer(ground.state, target);
    const runnable = await timeline.run('pull', async () => {
        const name = standing ? target.image.runnable : await haveImage(context, ground, target);
        await (0,pull/* pullSwitch */.gQ)(context, ground);
        return name;
    });
    // If the job dies right after the traffic has moved, this record has to know it all.
    const release = {
        ...target,
        color: idleColor(ground.state),
        switch: request.switch,
        leaves: left && {
            id: left.releaseId,
            reason: leaving.verdict === 'bad' ? leaving.reason : undefined,
        },
    };
    progress.release = release;
    const from = left?.releaseId ?? 'nothing';
    const written = () => [
        store.save(release),
        (0,deploy_context/* journal */.W8)(context, 'rollback', `from ${from} to ${release.id}`),
    ];
    if (standing)
        return { release, ...(await wake(context, ground, release, standing, written)) };
    const candidate = await timeline.run('create', async () => {
        await removeRemains(context, ground, release);
        const named = { ...release, image: { ...release.image, runnable } };
        return (0,bring_up/* createInSlot */.AI)(context, ground, named, written());
    });
    const { containers } = context.server.engine;
    const inspect = (await containers.inspect(candidate.id)) ?? {};
    const start = () => containers.start(candidate.id);
    const fresh = { ...candidate, restartsBefore: 0 };
    return { release, ...(await (0,bring_up/* startAndProve */._j)(context, ground, release, fresh, inspect, start)) };
}
async function wake(context, ground, release, standing, written) {
    const { server, timeline, undo, progress, reporter, request } = context;
    const { engine } = server;
    const { network, inspect } = await timeline.run('create', async () => {
        const labels = { [app_container/* appLabels */.D2.app]: release.app, [app_container/* appLabels */.D2.home]: server.home };
        const [slots, found] = await Promise.all([
            (0,network_subnet/* ensureSlotNetwork */.xt)(engine, (0,app_container/* slotNetworkName */.Qg)(release.app), labels),
            engine.containers.inspect(standing.id),
            ...written(),
        ]);
        await (0,bring_up/* clearSlot */.cW)(context, ground, release.color, standing.id);
        return { network: slots, inspect: found ?? {} };
    });
    progress.containerName = standing.name;
    const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
    undo.push('put the standby back as it was', async () => {
        progress.candidateLog ??= await (0,candidate_container/* lastLogLines */.EP)(engine, standing.id, bring_up/* candidateLogLines */.Rj);
        await putBack(context, standing, inspect, (0,deploy_context/* stopSecondsNow */.Kp)(stopSeconds, ground.signal));
    });
    const how = { running: 'runs', paused: 'is paused', exited: 'is stopped' }[standing.state] ?? 'is there';
    reporter.info(`${standing.name} is still in the ${release.color} slot and ${how}.`);
    const candidate = {
        id: standing.id,
        name: standing.name,
        targets: (0,bring_up/* slotTargets */.h0)(network.addresses, release, ground),
        // A start sets the Engine's count back.
        restartsBefore: standing.state === 'exited' ? 0 : restartsOf(inspect),
    };
    const start = async () => {
        if (standing.state === 'paused')
            await engine.containers.unpause(standing.id);
        if (standing.state === 'exited')
            await engine.containers.start(standing.id);
    };
    return (0,bring_up/* startAndProve */._j)(context, ground, release, candidate, inspect, start);
}
function restartsOf(inspect) {
    return inspect.RestartCount ?? 0;
}
async function putBack({ server }, standing, was, stopSeconds) {
    const { containers } = server.engine;
    if (standing.state === 'exited')
        await containers.stop(standing.id, stopSeconds);
    else {
        const isPaused = (await containers.inspect(standing.id))?.State?.Paused === true;
        if (!isPaused)
            await containers.start(standing.id);
        if (standing.state === 'paused' && !isPaused)
            await containers.pause(standing.id);
    }
    // It was allowed to restart by itself when it got the traffic.
    const Name = was.HostConfig?.RestartPolicy?.Name ?? 'no';
    await containers.update(standing.id, { RestartPolicy: { Name } });
}
/** A container of the release that can't be woken has its name, and nothing else is of use in it. */
async function removeRemains({ server }, { state }, release) {
    for (const { id, releaseId } of state.containers) {
        if (releaseId !== release.id || id === state.live?.id)
            continue;
        await server.engine.containers.remove(id, { force: true, volumes: true });
    }
}
/** The name by which the server has an image, or undefined when it does not have it. */
async function hasImage({ images }, image) {
    if (await images.inspect(image.runnable))
        return image.runnable;
    // Its name in the registry may have been taken off while the image is still there.
    return (await images.inspect(image.id)) ? image.id : undefined;
}
/** @param error what kept the registry from giving it; undefined for an image that never was in one */
function imageIsGone({ id, image }, error) {
    const why = error === undefined ? 'it never was in a registry.' : `it could not be pulled: ${(0,src/* sentenceOf */.$)(error)}`;
    return new ReleaseGoneError(`The image ${image.reference} of release ${id} is not on the server any more, and ${why}`, { cause: error });
}
/** @returns the name to create a container from */
async function haveImage(context, ground, target) {
    const { server, request, progress, reporter } = context;
    const { image } = target;
    const present = await hasImage(server.engine, image);
    if (present !== undefined)
        return present;
    if (image.digest === undefined)
        throw imageIsGone(target);
    try {
        await (0,image_step/* readyImage */.Vo)({
            engine: server.engine,
            reference: request.image,
            text: image.runnable,
            auth: request.registryAuth,
            policy: 'missing',
            facts: ground.facts,
            freeBytes: () => (0,pull/* freeBytesOf */.jw)(server, ground.facts.dockerRootDir),
            lastImageId: ground.state.releases.at(-1)?.image.id,
            signal: ground.signal,
            onProgress: (text) => reporter.progress('pull', text),
        });
    }
    catch (error) {
        ground.signal.throwIfAborted();
        throw imageIsGone(target, error);
    }
    progress.image = { ...image, pulled: true };
    reporter.info(`Pulled ${image.runnable}, which was not on the server any more.`);
    return image.runnable;
}


/***/ }),

/***/ 673:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AI: () => (/* binding */ createInSlot),
/* harmony export */   Rj: () => (/* binding */ candidateLogLines),
/* harmony export */   _j: () => (/* binding */ startAndProve),
/* harmony export */   cW: () => (/* binding */ clearSlot),
/* harmony export */   h0: () => (/* binding */ slotTargets),
/* harmony export */   qh: () => (/* binding */ bringUp)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6933);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(9206);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3042);
/* harmony import */ var _app_state_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(8476);
/* harmony import */ var _candidate_container_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6356);
/* harmony import */ var _deploy_context_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4678);
/* harmony import */ var _health_gate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5920);
/* harmony import */ var _hook_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(396);
/* harmony import */ var _image_step_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3989);
/* harmony import */ var _prove_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8209);
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3126);
/* harmony import */ var _service_settings_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(1268);













/** What a person sees of a version that failed. */
const candidateLogLines = 50;
/** Steps 2 to 5: ends with a healthy container of the right build that no user has met. */
async function bringUp(context, ground, image) {
    const { request, server, timeline } = context;
    const { release, candidate } = await timeline.run('create', () => create(context, ground, image));
    const { preDeploy } = request;
    // Before the start: a new version may need the new schema from its first moment on.
    if (preDeploy) {
        await timeline.run('pre-deploy', () => (0,_hook_js__WEBPACK_IMPORTED_MODULE_1__/* .runHook */ .DB)(context, release, 'pre-deploy', preDeploy, ground.signal));
    }
    const start = () => server.engine.containers.start(candidate.id);
    return startAndProve(context, ground, release, { ...candidate, restartsBefore: 0 }, image.inspect, start);
}
/** Steps 2 to 5 from the start on, for a container that is there: gets it to run, waits until it is healthy, proves it. */
async function startAndProve(context, ground, release, candidate, image, start) {
    const { request, server, timeline } = context;
    const { version } = request;
    const oldWasStopped = await timeline.run('start', async () => {
        ground.signal.throwIfAborted();
        const stopped = request.order === 'stop-first' && (await stopOld(context, ground, candidate.id));
        await start();
        return stopped;
    });
    const open = opener(context, ground, release, candidate);
    const kind = (0,_health_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .healthKind */ .H1)(request.health, release.config, (0,_image_step_js__WEBPACK_IMPORTED_MODULE_3__/* .hasHealthcheck */ .zY)(image));
    const target = { containerId: candidate.id, restartsBefore: candidate.restartsBefore, open };
    // The same for the gate and the watch: a container without a check has stayed up for long enough only once.
    const attempt = (0,_health_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .healthAttempt */ .ys)(server.engine, kind, request.health, release.config, target);
    await timeline.run('health', () => waitUntilHealthy(context, ground, release, kind, target, attempt));
    if (version) {
        await timeline.run('verify', () => (0,_prove_js__WEBPACK_IMPORTED_MODULE_4__/* .proveVersion */ .XQ)(open, version, request.health, release.config));
    }
    return { candidate: { ...candidate, oldWasStopped }, attempt };
}
async function create(context, ground, image) {
    const release = newRelease(context, ground, image);
    context.progress.release = release;
    const written = [
        context.store.save(release),
        (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_5__/* .journal */ .W8)(context, 'deploy', `image ${release.image.runnable}`),
    ];
    return { release, candidate: await createInSlot(context, ground, release, written) };
}
/**
 * Creates the release's container in its slot, and says how that is undone.
 *
 * @param written what has to be in the record before; it goes on while the server is asked
 */
async function createInSlot(context, ground, release, written) {
    const { request, server, reporter, undo, progress } = context;
    const { engine } = server;
    const networkName = (0,_app_container_js__WEBPACK_IMPORTED_MODULE_6__/* .slotNetworkName */ .Qg)(release.app);
    const [known] = await Promise.all([engine.networks.inspect(networkName), ...written]);
    if (!known)
        undo.push('remove the network', () => engine.networks.remove(networkName));
    const network = await (0,_engine__WEBPACK_IMPORTED_MODULE_7__/* .ensureSlotNetwork */ .xt)(engine, networkName, {
        [_app_container_js__WEBPACK_IMPORTED_MODULE_6__/* .appLabels */ .D2.app]: release.app,
        [_app_container_js__WEBPACK_IMPORTED_MODULE_6__/* .appLabels */ .D2.home]: server.home,
    });
    for (const volume of (0,_app_container_js__WEBPACK_IMPORTED_MODULE_6__/* .writableVolumes */ .EN)(release.config.volumes)) {
        if (!ground.state.live || request.order !== 'start-first')
            continue;
        reporter.info(`Old and new share the volume ${volume.split(':')[0]} while both run; set "order: stop-first" if the app can't.`);
    }
    await clearSlot(context, ground, release.color);
    const container = await (0,_candidate_container_js__WEBPACK_IMPORTED_MODULE_8__/* .createCandidate */ .KB)(engine, release, {
        network: networkName,
        address: network.addresses[release.color],
        publishForProbes: ground.facts.rootless,
        loggingDriver: ground.facts.loggingDriver,
    });
    undo.push('remove the new container', async () => {
        progress.candidateLog ??= await (0,_candidate_container_js__WEBPACK_IMPORTED_MODULE_8__/* .lastLogLines */ .EP)(engine, container.id, candidateLogLines);
        await engine.containers.remove(container.id, { force: true, volumes: true });
    });
    progress.containerName = container.name;
    reporter.info(`Created ${container.name} in the ${release.color} slot.`);
    return { ...container, targets: slotTargets(network.addresses, release, ground) };
}
function newRelease(context, ground, image) {
    const { request } = context;
    const nowMs = context.nowMs();
    const at = new Date(nowMs).toISOString();
    // Ids tell which release is newer, also where the server's clock was set back.
    const newest = ground.state.releases.at(-1);
    const idMs = newest ? Math.max(nowMs, (0,_release_js__WEBPACK_IMPORTED_MODULE_9__/* .timeOfReleaseId */ .Fh)(newest.id) + 1000) : nowMs;
    const { inspect, ...rest } = image;
    // An image that an earlier release brought here is still ours to sweep.
    const sameImage = ground.state.releases.some((release) => release.image.id === rest.id && release.image.pulled);
    const releaseImage = { ...rest, pulled: rest.pulled || sameImage };
    const given = request.config.containerPort;
    return {
        format: _release_js__WEBPACK_IMPORTED_MODULE_9__/* .recordFormat */ .Ty,
        id: (0,_release_js__WEBPACK_IMPORTED_MODULE_9__/* .releaseId */ .Bf)(idMs, (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomInt)(36 ** 4)
            .toString(36)
            .padStart(4, '0')),
        app: request.app,
        color: ground.state.liveColor ? (0,_switch__WEBPACK_IMPORTED_MODULE_10__/* .otherColor */ .I)(ground.state.liveColor) : 'blue',
        image: releaseImage,
        config: {
            ...request.config,
            containerPort: request.switch.kind === 'none' ? given : (0,_image_step_js__WEBPACK_IMPORTED_MODULE_3__/* .containerPort */ .jq)(given, inspect, image.reference),
        },
        rollout: (0,_service_settings_js__WEBPACK_IMPORTED_MODULE_11__/* .rolloutOf */ .Z)(request),
        switch: request.switch,
        // The run's commit is the image's only where the run has built it.
        origin: {
            ...request.origin,
            commit: (0,_image_step_js__WEBPACK_IMPORTED_MODULE_3__/* .revisionOf */ .DT)(inspect, request.origin.runUrl) ?? request.origin.commit,
        },
        createdAt: at,
        verdict: 'pending',
        verdictAt: at,
        reason: undefined,
        liveAt: undefined,
    };
}
/**
 * A standby that runs or is paused holds the slot's address; it is stopped, and woken again if this deploy fails. What
 * still waits for an earlier container of the slot to come back is ended: it would be the candidate's first user, long
 * before the switch.
 *
 * @param except the container that is to be the candidate itself
 */
async function clearSlot({ request, server, undo, progress }, ground, color, except) {
    const { containers } = server.engine;
    if (ground.state.liveColor)
        await (progress.trafficSwitch ?? ground.trafficSwitch).closeConnections(color);
    for (const standby of ground.state.containers) {
        if (standby.color !== color || standby.id === except || !(0,_app_state_js__WEBPACK_IMPORTED_MODULE_12__/* .isUp */ .ie)(standby))
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
    const { live } = ground.state;
    const fresh = {
        host: addresses[release.color],
        port: release.config.containerPort ?? 1,
        protocol: release.config.protocol,
    };
    const kept = {
        host: addresses[(0,_switch__WEBPACK_IMPORTED_MODULE_10__/* .otherColor */ .I)(release.color)],
        port: live?.port ?? fresh.port,
        protocol: live?.protocol ?? fresh.protocol,
    };
    return release.color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
}
async function stopOld({ request, server, reporter, undo, progress }, { state, signal }, candidateId) {
    const { live } = state;
    if (live?.state !== 'running')
        return false;
    const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
    reporter.info(`Stopping ${live.name} first, as "order" asks; nothing serves until the new version does.`);
    undo.push('start the old version again', async () => {
        await server.engine.containers.start(live.id);
        progress.oldRunsAgain = true;
    });
    // Undone first: the two must not run at once on the way back either.
    undo.push('stop the new version', () => server.engine.containers.stop(candidateId, (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_5__/* .stopSecondsNow */ .Kp)(stopSeconds, signal)));
    progress.oldWasStopped = true;
    await server.engine.containers.stop(live.id, stopSeconds);
    return true;
}
function opener({ server }, ground, release, candidate) {
    return (0,_candidate_container_js__WEBPACK_IMPORTED_MODULE_8__/* .openContainer */ .Qx)(server, candidate.id, candidate.targets[release.color], ground.facts.rootless);
}
async function waitUntilHealthy({ request, server, reporter, progress }, ground, release, kind, target, attempt) {
    const by = (0,_health_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .describeHealthKind */ ._Y)(kind, request.health, release.config.containerPort);
    reporter.info(`Waiting until it is healthy, by ${by}.`);
    await (0,_health_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .passHealthGate */ .hA)({
        engine: server.engine,
        kind,
        health: request.health,
        config: release.config,
        target,
        attempt,
        signal: ground.signal,
        onAttempt: (text) => reporter.progress('health', text),
        onEnd: (wait) => {
            progress.health = wait;
        },
    });
}


/***/ }),

/***/ 6356:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EP: () => (/* binding */ lastLogLines),
/* harmony export */   KB: () => (/* binding */ createCandidate),
/* harmony export */   Qx: () => (/* binding */ openContainer)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1413);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7707);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3042);



/** Creates the release's container in its slot and joins it to its networks; doesn't start it. */
async function createCandidate(engine, release, placement) {
    const name = (0,_app_container_js__WEBPACK_IMPORTED_MODULE_0__/* .containerName */ .xN)(release.app, release.id);
    let id;
    try {
        id = await engine.containers.create(name, (0,_app_container_js__WEBPACK_IMPORTED_MODULE_0__/* .appContainer */ .vU)(release, placement));
    }
    catch (error) {
        if (!(0,_engine__WEBPACK_IMPORTED_MODULE_1__/* .isConflict */ .dh)(error))
            throw error;
        // The same second and the same four random letters: only a leftover can have that name.
        throw new _explained_error__WEBPACK_IMPORTED_MODULE_2__/* .ExplainedError */ .h(`the container name ${name} is taken; remove what has it with "docker rm -f ${name}"`, { cause: error });
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


/***/ }),

/***/ 9930:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ clearOneOffs)
/* harmony export */ });
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3042);

/** Of a one-off container that does not say it itself. */
const usualOneOffMs = 10 * 60_000;
const oneOffStopSeconds = 10;
/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearOneOffs(options) {
    const { onFinding } = options;
    const { containers } = options.engine;
    for (const summary of options.state.oneOffs) {
        const id = summary.Id;
        if (!id)
            continue;
        const name = summary.Names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
        if (summary.State === 'running' && !options.runsCommands) {
            onFinding(`${name}, a command of an earlier job, still runs and was left alone.`);
            continue;
        }
        if (summary.State === 'running' && !(await endsInTime(options, summary, id, name))) {
            await containers.stop(id, oneOffStopSeconds);
            onFinding(`${name} did not end in its time and was stopped.`);
        }
        await containers.remove(id, { force: true, volumes: true });
        onFinding(`Removed ${name}, which an earlier job had left behind.`);
    }
}
async function endsInTime({ engine, nowMs, signal, onProgress }, { Created = 0, Labels }, id, name) {
    const limitMs = Number(Labels?.[_app_container_js__WEBPACK_IMPORTED_MODULE_0__/* .appLabels */ .D2.timeout]) || usualOneOffMs;
    const timeoutMs = Math.min(limitMs, Math.ceil(Created * 1000 + limitMs - nowMs));
    if (timeoutMs <= 0)
        return false;
    const deadline = performance.now() + timeoutMs;
    const atMost = Math.ceil(timeoutMs / 1000);
    onProgress(`Waiting for ${name}, a command that an earlier job has left running, at most ${atMost} s ("docker stop ${name}" on the server ends it)`);
    try {
        await engine.containers.wait(id, { timeoutMs, signal });
        return true;
    }
    catch (error) {
        signal.throwIfAborted();
        // An Engine that could not be asked says nothing of the command, and half a migration is worse than a late deploy.
        if (performance.now() < deadline - 1000)
            throw error;
        return false;
    }
}


/***/ }),

/***/ 4678:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kp: () => (/* binding */ stopSecondsNow),
/* harmony export */   W8: () => (/* binding */ journal),
/* harmony export */   l7: () => (/* binding */ releaseOf)
/* harmony export */ });
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
/** A job that is being cancelled has ten seconds in all, and the way back goes first. */
function stopSecondsNow(stopSeconds, signal) {
    return signal.aborted ? Math.min(1, stopSeconds) : stopSeconds;
}
/** The record of what was live when the deploy began. */
function releaseOf(state) {
    return state.releases.find(({ id }) => id === state.live?.releaseId);
}


/***/ }),

/***/ 414:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ restoreSwitch),
/* harmony export */   V: () => (/* binding */ ensureSwitch)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(6933);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7707);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3042);
/* harmony import */ var _deploy_context_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4678);
/* harmony import */ var _listen_claim_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9217);
/* harmony import */ var _pull_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7620);
/* harmony import */ var _switch_driver_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6825);







/**
 * Brings the switch to what this job asks for, and says what that did. Nobody else may take its address meanwhile.
 *
 * @param first what a new switch serves
 * @param planned what the switch's own plan says
 */
async function ensureSwitch(context, ground, first, targets, planned) {
    const { request, server, reporter, progress, observer } = context;
    const { switch: wanted, app } = request;
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    const ensure = () => trafficSwitch.ensure(first, targets);
    const change = wanted.kind === 'haproxy' && planned !== 'unchanged'
        ? await (0,_listen_claim_js__WEBPACK_IMPORTED_MODULE_0__/* .withListenClaim */ .E)(server, app, wanted.listen, context.nowMs(), ensure)
        : await ensure();
    if (change === 'replaced')
        reporter.info('Replaced the switch; the new one has taken over its sockets.');
    if (change === 'restarted') {
        reporter.warning('Restarted the switch with a short gap, because a rootless Engine cannot hand its port over.');
    }
    if (change !== 'unchanged') {
        if (trafficSwitch.notice)
            reporter.warning(trafficSwitch.notice);
        if (request.watch.durationMs > 0)
            await observer.start(trafficSwitch);
    }
    return change;
}
/**
 * A switch that somebody has removed, or that can't start again, is made anew as the live release had it, whatever this
 * job is to change: that version is there and only lacks the way to it. Where that fails, the job goes on and may still
 * make one of its own.
 *
 * @throws the signal's reason
 */
async function restoreSwitch(context, ground) {
    const { progress, reporter, request, observer } = context;
    const { liveColor, live } = ground.state;
    if (!progress.switchIsGone || !liveColor || !live)
        return;
    try {
        await makeAsItWas(context, ground, liveColor);
    }
    catch (error) {
        ground.signal.throwIfAborted();
        reporter.warning(`The switch could not be made anew for release ${live.releaseId}: ${(0,_explained_error__WEBPACK_IMPORTED_MODULE_1__/* .sentenceOf */ .$)(error)}`);
        return;
    }
    progress.switchIsGone = false;
    reporter.info(`Made a new switch; it leads to release ${live.releaseId} (${liveColor}).`);
    if (request.watch.durationMs > 0 && progress.trafficSwitch)
        await observer.start(progress.trafficSwitch);
}
async function makeAsItWas(context, ground, liveColor) {
    const { server, request, store, nowMs } = context;
    const { live } = ground.state;
    const release = (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_2__/* .releaseOf */ .l7)(ground.state);
    const { switch: asked } = request;
    const was = release?.switch.kind === 'haproxy' && asked.kind === 'haproxy' ? release.switch : asked;
    if (was.kind !== 'haproxy' || asked.kind !== 'haproxy')
        return;
    // The image is the one that this job can be expected to get.
    const wanted = { ...was, image: asked.image };
    await (0,_pull_js__WEBPACK_IMPORTED_MODULE_3__/* .pullSwitch */ .gQ)(context, ground);
    const config = release?.config ?? request.config;
    const described = {
        app: request.app,
        switch: wanted,
        config,
        health: release?.rollout.health ?? request.health,
    };
    const trafficSwitch = await (0,_switch_driver_js__WEBPACK_IMPORTED_MODULE_4__/* .trafficSwitchFor */ .HL)(described, server, ground.facts, store.switchFolder);
    const labels = { [_app_container_js__WEBPACK_IMPORTED_MODULE_5__/* .appLabels */ .D2.app]: request.app, [_app_container_js__WEBPACK_IMPORTED_MODULE_5__/* .appLabels */ .D2.home]: server.home };
    const { addresses } = await (0,_engine__WEBPACK_IMPORTED_MODULE_6__/* .ensureSlotNetwork */ .xt)(server.engine, (0,_app_container_js__WEBPACK_IMPORTED_MODULE_5__/* .slotNetworkName */ .Qg)(request.app), labels);
    const target = (color) => ({
        host: addresses[color],
        port: live?.port ?? config.containerPort ?? 1,
        protocol: live?.protocol ?? config.protocol,
    });
    const targets = { blue: target('blue'), green: target('green') };
    await (0,_listen_claim_js__WEBPACK_IMPORTED_MODULE_0__/* .withListenClaim */ .E)(server, request.app, wanted.listen, nowMs(), () => trafficSwitch.ensure(liveColor, targets));
}


/***/ }),

/***/ 9980:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ finish)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5863);
/* harmony import */ var _app_state_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8476);
/* harmony import */ var _deploy_context_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4678);
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3126);
/* harmony import */ var _retention_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8869);
/* harmony import */ var _retire_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4732);






/**
 * Steps 8 and 9, after the new version has proven itself. What is too old for either version to need it goes while the
 * old one drains: waiting takes no time from anybody.
 */
async function finish(context, ground, candidate) {
    const { timeline, progress } = context;
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    let tidying;
    await timeline.run('drain', async () => {
        if (ground.state.live)
            await ground.lease.confirm();
        tidying = tidy(context, ground, candidate);
        // Told where it is waited for; until then the drain may have a reason of its own to fail.
        tidying.catch(() => undefined);
        await retireOld(context, ground, candidate, trafficSwitch);
    });
    // A switch that was replaced has usually left by now.
    await timeline.run('tidy', () => Promise.all([tidying, trafficSwitch.sweep()]));
}
/** Step 8, and the standby of step 9: remove from the switch, drain, stop signal, stop. Never in another order. */
async function retireOld(context, ground, candidate, trafficSwitch) {
    const { request, server, store, reporter } = context;
    const old = ground.state.live;
    if (!old)
        return;
    const release = (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_0__/* .releaseOf */ .l7)(ground.state);
    if ((0,_app_state_js__WEBPACK_IMPORTED_MODULE_1__/* .isUp */ .ie)(old) && !candidate.oldWasStopped) {
        const left = await (0,_retire_js__WEBPACK_IMPORTED_MODULE_2__/* .drain */ .Z)(trafficSwitch, old.color, request.drainTimeoutMs, ground.signal, (text) => reporter.progress('drain', text));
        if (left > 0) {
            reporter.info(`${left} requests or streams were still open after ${request.drainTimeoutMs / 1000} s; the old version is asked to end them.`);
        }
        await (0,_retire_js__WEBPACK_IMPORTED_MODULE_2__/* .putOnStandby */ ._)({
            engine: server.engine,
            trafficSwitch,
            containerId: old.id,
            color: old.color,
            mode: request.standby,
            stopTimeoutMs: release?.config.stopTimeoutMs ?? request.config.stopTimeoutMs,
            connectionsLeft: left,
        });
    }
    if (!release)
        return;
    const { leaving } = context;
    // An earlier job had given it up and could not go back; why, is in its record.
    if (release.verdict === 'bad')
        return;
    const reason = leaving.verdict === 'bad' ? leaving.reason : undefined;
    await store.save((0,_release_js__WEBPACK_IMPORTED_MODULE_3__/* .withVerdict */ .m3)(release, leaving.verdict, context.nowMs(), reason));
    if (reason === undefined)
        return;
    const at = new Date(context.nowMs()).toISOString();
    await store.note({ at, event: 'bad', release: release.id, detail: reason, runUrl: request.origin.runUrl });
}
/** Step 9: what is neither live nor standby loses its container; what is too old loses its record and image. */
async function tidy(context, ground, candidate) {
    const { request, server, store } = context;
    const { engine } = server;
    const keep = new Set([candidate.id, ground.state.live?.id]);
    const [{ containers }, { releases }] = await Promise.all([
        (0,_app_state_js__WEBPACK_IMPORTED_MODULE_1__/* .listAppContainers */ .KW)(engine, request.app),
        store.list(),
    ]);
    const surplus = containers.filter(({ id }) => !keep.has(id));
    const retired = new Set(surplus.map(({ releaseId }) => releaseId));
    const current = releases.map((release) => ['standby', 'live'].includes(release.verdict) && retired.has(release.id)
        ? (0,_release_js__WEBPACK_IMPORTED_MODULE_3__/* .withVerdict */ .m3)(release, 'retired', context.nowMs())
        : release);
    const changed = current.filter((release, index) => release !== releases[index]);
    await Promise.all([
        ...surplus.map(({ id }) => engine.containers.remove(id, { force: true, volumes: true })),
        ...changed.map((release) => store.save(release)),
    ]);
    const forgotten = (0,_retention_js__WEBPACK_IMPORTED_MODULE_4__/* .releasesToForget */ .r)(current, request.keepReleases);
    const kept = current.filter((release) => !forgotten.includes(release));
    for (const image of (0,_retention_js__WEBPACK_IMPORTED_MODULE_4__/* .imagesToRemove */ .Q)(forgotten, kept)) {
        // An image that something else uses stays; that is no failure of this deploy.
        await removeImage(engine, image).catch(() => undefined);
    }
    await Promise.all(forgotten.map(({ id }) => store.forget(id)));
}
async function removeImage(engine, image) {
    const reference = (0,_engine__WEBPACK_IMPORTED_MODULE_5__/* .parseImageReference */ .o_)(image.reference);
    if (reference.tag !== undefined) {
        // While a tag points to it, the Engine only forgets its digest. A tag that has moved on is another image's.
        const tagged = (0,_engine__WEBPACK_IMPORTED_MODULE_5__/* .formatImageReference */ .my)({ ...reference, digest: undefined });
        if ((await engine.images.inspect(tagged))?.Id === image.id)
            await engine.images.remove(tagged);
    }
    await engine.images.remove(image.runnable);
}


/***/ }),

/***/ 3584:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  H: () => (/* binding */ goLive)
});

// UNUSED EXPORTS: TurnedBadError

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/switch/src/recorded-traffic.js
var recorded_traffic = __webpack_require__(6722);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/packages/engine/src/engine-error.js
var engine_error = __webpack_require__(1413);
// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
;// CONCATENATED MODULE: ./build/packages/release/src/allow-restarts.js



/** An Engine goes on listing a container as running for a moment after its process has ended. */
const settleMs = 2000;
const pollMs = 50;
/**
 * Lets the Engine restart a version that is about to serve.
 *
 * @throws UnhealthyError when that fails because the version has just ended: the Engine itself only tells of its runtime
 */
async function allowRestarts(engine, candidate, signal) {
    try {
        await engine.containers.update(candidate.id, { RestartPolicy: { Name: 'unless-stopped' } });
    }
    catch (error) {
        if (!(error instanceof engine_error/* EngineError */.NJ))
            throw error;
        const fatal = await whyItEnded(engine, candidate, signal).catch(() => undefined);
        if (fatal === undefined)
            throw error;
        throw new health_gate/* UnhealthyError */.P4(`${fatal}, just after it had become healthy`, { cause: error });
    }
}
async function whyItEnded(engine, { id, restartsBefore }, signal) {
    const deadline = performance.now() + settleMs;
    for (;;) {
        const fatal = await (0,health_gate/* fatalState */.iX)(engine, id, restartsBefore);
        if (fatal !== undefined || performance.now() >= deadline)
            return fatal;
        await (0,promises_.setTimeout)(pollMs, undefined, { signal });
    }
}

// EXTERNAL MODULE: ./build/packages/release/src/deploy-context.js
var deploy_context = __webpack_require__(4678);
// EXTERNAL MODULE: ./build/packages/release/src/ensure-switch.js
var ensure_switch = __webpack_require__(414);
// EXTERNAL MODULE: ./build/packages/release/src/prove.js + 1 modules
var prove = __webpack_require__(8209);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var src_release = __webpack_require__(3126);
// EXTERNAL MODULE: ./build/packages/release/src/watch.js + 2 modules
var watch = __webpack_require__(6087);
// EXTERNAL MODULE: ./build/packages/release/src/retire.js
var retire = __webpack_require__(4732);
;// CONCATENATED MODULE: ./build/packages/release/src/way-back.js




/** The way back, last step first: traffic, record, requests in flight, stop signal; then the container may go. */
function planSwitchBack(context, ground, release, candidate, oldColor) {
    const { request, server, reporter, progress, undo, timeline, store } = context;
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    const { live } = ground.state;
    const stopNew = async () => {
        const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
        await server.engine.containers.stop(candidate.id, (0,deploy_context/* stopSecondsNow */.Kp)(stopSeconds, ground.signal));
        progress.newWasStopped = true;
    };
    undo.push('let the new version finish', () => timeline.run('drain', async () => {
        const isHurried = ground.signal.aborted;
        const timeoutMs = isHurried ? Math.min(2000, request.drainTimeoutMs) : request.drainTimeoutMs;
        const onProgress = (text) => reporter.progress('drain', text);
        try {
            await (0,retire/* drain */.Z)(trafficSwitch, release.color, timeoutMs, undefined, onProgress);
        }
        finally {
            // The removal that comes next is a kill, and what the drain did not wait for still hopes for its answer.
            await stopNew();
        }
    }));
    let recorded = Promise.resolve();
    undo.push('record that it was taken back', async () => {
        const trouble = await recorded;
        if (trouble !== undefined)
            throw trouble;
    });
    let unwritten;
    undo.push('write down where the traffic is', async () => {
        if (unwritten)
            throw unwritten;
    });
    // Beside the switch back, which does not wait for it: the job may be killed at any moment from here on.
    const giveUp = () => {
        progress.release = progress.before ?? (0,src_release/* withVerdict */.m3)(progress.release ?? release, 'bad', context.nowMs());
        recorded = store.save(progress.release).then(() => undefined, (error) => error);
    };
    const switchBack = async () => {
        if (!candidate.oldWasStopped || (await hasTraffic(trafficSwitch, release.color)))
            giveUp();
        if (live && candidate.oldWasStopped) {
            // With nothing running, the record is what tells the next job which of the two is to be started.
            await recorded;
            await stopNew();
            await server.engine.containers.start(live.id);
            progress.oldRunsAgain = true;
        }
        await trafficSwitch.shift(oldColor).catch((error) => {
            // It has gone back, and what is left of the new version may go.
            if (!(error instanceof recorded_traffic/* TrafficMovedError */.F))
                throw error;
            unwritten = error;
        });
        progress.rolledBack = true;
        const to = live ? `release ${live.releaseId}` : 'the old version';
        reporter.warning(`Switched back to ${to} (${oldColor}).`);
    };
    // Where the traffic is can't be known if it fails, so both versions have to stay.
    undo.push('switch back', () => timeline.run('switch-back', switchBack), { restNeedsIt: true });
}
/**
 * Whether the traffic has reached a slot. As long as it has not, the record of a version that is to come is the only
 * trace by which the next job knows that the old one was stopped for it.
 */
function hasTraffic(trafficSwitch, color) {
    return trafficSwitch.live().then((live) => live === color, () => true);
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
        const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
        const [planned] = await Promise.all([
            request.switch.kind === 'haproxy' ? trafficSwitch.plan(candidate.targets) : undefined,
            ground.lease.confirm(),
            allowRestarts(server.engine, candidate, ground.signal),
        ]);
        await moveTraffic(context, ground, release, candidate, planned?.change ?? 'unchanged');
        await (0,prove/* whileItRuns */.ZI)(server.engine, candidate, ground.signal, (signal) => go_live_prove(context, release, signal));
        progress.release = (0,src_release/* withVerdict */.m3)(release, 'live', context.nowMs());
        await Promise.all([store.save(progress.release), (0,deploy_context/* journal */.W8)(context, 'live', `${release.color} serves`)]);
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
    await (progress.trafficSwitch ?? ground.trafficSwitch).settle();
}
async function moveTraffic(context, ground, release, candidate, planned) {
    const { progress, undo, observer } = context;
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    const { liveColor } = ground.state;
    if (!liveColor)
        undo.push('take the new switch away', () => trafficSwitch.dismantle());
    const first = liveColor ?? release.color;
    const change = await (0,ensure_switch/* ensureSwitch */.V)(context, ground, first, candidate.targets, planned);
    observer.reset(release.color);
    if (liveColor) {
        // Said before it is done: if the answer is what gets lost, the traffic may have moved all the same.
        planSwitchBack(context, ground, release, candidate, liveColor);
        progress.switched = true;
        const tookMs = await trafficSwitch.shift(release.color).catch((error) => {
            // What its file says is no news of a job that goes back anyway.
            if (error instanceof recorded_traffic/* TrafficMovedError */.F)
                ground.signal.throwIfAborted();
            throw error;
        });
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
async function go_live_prove({ request, progress }, { color, config }, signal) {
    const { switch: wanted, health, version } = request;
    const { trafficSwitch } = progress;
    if (wanted.kind === 'none' || !trafficSwitch)
        return;
    await (0,prove/* proveThroughSwitch */.ib)(trafficSwitch, color, health, config, signal);
    if (version && config.protocol !== 'tcp') {
        await (0,prove/* proveVersion */.XQ)(() => trafficSwitch.openAsClient(), version, health, config);
    }
}
async function watchNew({ request, server, reporter, observer, progress }, ground, release, candidate, attempt) {
    const oldColor = ground.state.liveColor;
    const problem = await (0,watch/* watchLive */.y)({
        engine: server.engine,
        containerId: candidate.id,
        restartsBefore: candidate.restartsBefore,
        color: release.color,
        oldColor,
        observer,
        request: request.watch,
        attempt,
        checkLatencyMs: progress.health?.last?.latencyMs ?? 0,
        signal: ground.signal,
        onProgress: (text) => reporter.progress('watch', text),
    }).finally(() => {
        if (!observer.sees)
            return;
        progress.watch = {
            fresh: observer.figures(release.color),
            old: oldColor && observer.figures(oldColor),
        };
    });
    if (problem)
        throw new TurnedBadError(`it turned bad after the switch: ${problem}`);
}


/***/ }),

/***/ 5920:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  P4: () => (/* binding */ UnhealthyError),
  _Y: () => (/* binding */ describeHealthKind),
  iX: () => (/* binding */ fatalState),
  ys: () => (/* binding */ healthAttempt),
  H1: () => (/* binding */ healthKind),
  hA: () => (/* binding */ passHealthGate)
});

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var explained_error_src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/probe/src/http-probe.js
var http_probe = __webpack_require__(1533);
// EXTERNAL MODULE: ./build/packages/probe/src/tcp-probe.js
var tcp_probe = __webpack_require__(3264);
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




class UnhealthyError extends explained_error_src/* ExplainedError */.h {
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
            return () => (0,http_probe/* probeHttp */.x)(target.open, {
                path: health.path ?? '/',
                host: health.host,
                protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
                timeoutMs: health.timeoutMs,
                expectedStatus: health.statuses,
            });
        case 'tcp':
            return () => (0,tcp_probe/* probeTcp */.W)(target.open, health.timeoutMs);
        case 'command':
            return withPort(config, health, target, () => commandAttempt(engine, target.containerId, health.command ?? [], health.timeoutMs));
        case 'image':
            return withPort(config, health, target, () => imageAttempt(engine, target.containerId));
        case 'running':
            return runningAttempt(engine, target.containerId);
    }
}
/** A check inside the container says nothing of the port that the switch is going to send users to. */
function withPort(config, health, target, attempt) {
    if (config.containerPort === undefined)
        return attempt;
    return async () => {
        const inside = await attempt();
        if (inside.outcome !== 'healthy')
            return inside;
        const port = await (0,tcp_probe/* probeTcp */.W)(target.open, health.timeoutMs);
        return port.outcome === 'healthy'
            ? inside
            : { ...port, detail: `${silentPort(config)} (${port.detail})` };
    };
}
function silentPort({ containerPort }) {
    return `nothing in it answers on port ${containerPort}`;
}
async function commandAttempt(engine, id, command, timeoutMs) {
    const started = performance.now();
    const result = await engine.containers.exec(id, command, { timeoutMs });
    const latencyMs = performance.now() - started;
    if (result.timedOut)
        return { outcome: 'unhealthy', latencyMs, detail: `no end within ${timeoutMs} ms` };
    const output = lastLine(result.output);
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
/** What a program said last, as it may stand in a reason: without terminal codes and, but for tabs, control characters. */
function lastLine(output) {
    const lines = (0,external_node_util_.stripVTControlCharacters)(output)
        .split(/[\r\n]+/)
        .map((line) => line.replace(/[^\P{Cc}\t]+|[\u2028-\u202e\u2066-\u2069]+/gu, '').trim());
    return (0,src/* clipEnd */.O)(lines.findLast((line) => line !== '') ?? '', 200);
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
async function fatalState(engine, id, restartsBefore) {
    const container = await engine.containers.inspect(id);
    const state = container?.State;
    if (!container || !state)
        return 'its container is gone';
    if (state.OOMKilled)
        return 'it ran out of memory and was killed';
    if (state.Restarting || (container.RestartCount ?? 0) > restartsBefore)
        return 'it keeps restarting';
    if (!state.Running && state.Status !== 'created')
        return `it ended with exit code ${state.ExitCode}${exitMeaning(state.ExitCode)}`;
    if (state.Health?.Status === 'unhealthy') {
        const output = lastLine(state.Health.Log?.at(-1)?.Output ?? '');
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
        attempt: options.attempt,
        intervalMs: health.intervalMs,
        healthyThreshold: kind === 'image' || kind === 'running' ? 1 : health.threshold,
        deadlineMs: health.startTimeoutMs,
        watch: async () => {
            const reason = await fatalState(engine, target.containerId, target.restartsBefore);
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
    const neverConnected = !wait.everConnected && (kind === 'http' || kind === 'tcp');
    if (wait.outcome === 'late' && (neverConnected || wait.last?.detail.startsWith(silentPort(config)))) {
        throw new UnhealthyError(`${silentPort(config)}, not once in ${health.startTimeoutMs / 1000} s; check "container-port", and that the app listens on 0.0.0.0 and not only on 127.0.0.1`);
    }
    const by = describeHealthKind(kind, health, config.containerPort);
    throw new UnhealthyError(wait.outcome === 'fatal' ? `it never became healthy: ${wait.reason}` : `${wait.reason}; checked by ${by}`);
}


/***/ }),

/***/ 396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DB: () => (/* binding */ runHook),
/* harmony export */   G_: () => (/* binding */ HookError),
/* harmony export */   IA: () => (/* binding */ PostDeployError)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7855);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3042);



const shownLines = 2000;
/** The new version is live and stays, but the command after it failed. */
class PostDeployError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'PostDeployError';
}
class HookError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'HookError';
}
/**
 * Runs a command once in a container of the new image, with the app's environment, volumes and networks.
 *
 * @throws HookError when it fails or takes too long
 */
async function runHook({ server, reporter, progress }, release, role, hook, signal) {
    const program = hook.command[0] ?? '';
    let lines = 0;
    reporter.info(`Running ${role} in a container of the new image: ${program}`);
    const networks = [(0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .slotNetworkName */ .Qg)(release.app), ...release.config.networks];
    const run = await (0,_engine__WEBPACK_IMPORTED_MODULE_2__/* .runToCompletion */ .r)(server.engine, {
        name: `${release.app}-${release.id}-${role}`,
        config: (0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .oneOffContainer */ .JX)(release, role, hook, networks[0] ?? ''),
        networks: networks.slice(1),
        timeoutMs: hook.timeoutMs,
        onLine: (line) => {
            lines += 1;
            if (lines <= shownLines)
                reporter.foreign(line);
            if (lines === shownLines)
                reporter.info(`(The rest of its output is left out; if it fails, the end is shown.)`);
        },
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


/***/ }),

/***/ 3989:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C8: () => (/* binding */ ImageError),
/* harmony export */   DT: () => (/* binding */ revisionOf),
/* harmony export */   Nd: () => (/* binding */ diskProblem),
/* harmony export */   Vo: () => (/* binding */ readyImage),
/* harmony export */   jq: () => (/* binding */ containerPort),
/* harmony export */   l8: () => (/* binding */ needsPull),
/* harmony export */   ol: () => (/* binding */ digestOf),
/* harmony export */   zY: () => (/* binding */ hasHealthcheck)
/* harmony export */ });
/* unused harmony export repositoryName */
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5863);
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1461);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);


class ImageError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
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
    const name = (0,_engine__WEBPACK_IMPORTED_MODULE_1__/* .formatImageReference */ .my)(reference);
    const present = await engine.images.inspect(name);
    if (!present && policy === 'never') {
        throw new ImageError(`The server does not have the image ${text}, and "pull-policy" is never; load it first or allow the pull.`);
    }
    const pulls = needsPull(policy, reference, present);
    let pulledDigest;
    if (pulls) {
        const last = options.lastImageId ? await engine.images.inspect(options.lastImageId) : undefined;
        const folder = options.facts.dockerRootDir ?? "the Engine's folder";
        const problem = diskProblem(await options.freeBytes(), last?.Size, folder);
        if (problem)
            throw new ImageError(problem);
        const pull = await engine.images.pull(name, {
            ...(options.auth ? { auth: options.auth } : {}),
            signal: options.signal,
            onProgress: (event, totals) => options.onProgress(describePull(event, totals)),
        });
        pulledDigest = pull.digest;
    }
    const inspect = pulls ? await engine.images.inspect(name) : present;
    if (!inspect?.Id)
        throw new ImageError(`The image ${text} is not on the server after the pull; run the deploy again.`);
    // Under a tag that moves, such as latest, there may have been another image before.
    const pulled = pulls && present?.Id !== inspect.Id;
    const mismatch = (0,_engine__WEBPACK_IMPORTED_MODULE_2__/* .platformProblem */ .J4)(text, inspect, options.facts);
    if (mismatch) {
        if (pulled)
            await takeOff(engine, name, reference, present?.Id);
        throw new ImageError(mismatch);
    }
    const digest = digestOf(inspect, reference, pulledDigest);
    return {
        reference: text,
        digest,
        id: inspect.Id,
        runnable: digest ? `${repositoryName(reference)}@${digest}` : inspect.Id,
        pulled,
        inspect,
    };
}
/** Removes an image that is of no use here, and gives its tag back to the image that had it before. */
async function takeOff({ images }, name, { tag, digest }, formerId) {
    await images.remove(name).catch(() => []);
    if (formerId === undefined || tag === undefined || digest !== undefined)
        return;
    await images.tag(formerId, name).catch(() => undefined);
}
function needsPull(policy, reference, present) {
    // A digest can't change its meaning, so what is there is right.
    return policy === 'always' ? !(present && reference.digest) : policy === 'missing' && !present;
}
/**
 * The digest under which the registry knows this image. It may know it under several: an annotation makes another
 * manifest of the same image. What the reference names comes first, then what the pull brought.
 */
function digestOf(inspect, reference, pulled) {
    const own = `${repositoryName(reference)}@`;
    const digests = (inspect.RepoDigests ?? [])
        .filter((entry) => entry.startsWith(own))
        .map((entry) => entry.slice(own.length));
    return [reference.digest, pulled].find((digest) => digest && digests.includes(digest)) ?? digests[0];
}
/** As the Engine writes it: images of Docker Hub without the registry and without `library/`. */
function repositoryName(reference) {
    if (reference.registry !== 'docker.io')
        return `${reference.registry}/${reference.repository}`;
    return reference.repository.replace(/^library\//, '');
}
function describePull(event, totals) {
    if (totals.layers === 0)
        return `Pulling: ${event.status.toLowerCase()}`;
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
/**
 * The commit that an image says it was built from, by the labels that build tools set (OCI image annotations). Labels
 * are inherited from the base image, so it is only believed of the repository whose run this is.
 */
function revisionOf(inspect, runUrl) {
    const labels = inspect.Config?.Labels ?? {};
    const source = labels['org.opencontainers.image.source']?.replace(/(?:\.git)?\/?$/, '');
    if (!source || runUrl?.toLowerCase().startsWith(`${source.toLowerCase()}/actions/`) !== true)
        return undefined;
    const revision = labels['org.opencontainers.image.revision'];
    return revision !== undefined && /^[0-9a-f]{7,64}$/i.test(revision) ? revision.toLowerCase() : undefined;
}
/** Of an image, or of a container, which has its image's. */
function hasHealthcheck(inspect) {
    const test = inspect.Config?.Healthcheck?.Test;
    return Array.isArray(test) && test.length > 0 && test[0] !== 'NONE';
}


/***/ }),

/***/ 507:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ interruptedJob)
/* harmony export */ });
/* harmony import */ var _mended_verdict_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9586);
/* harmony import */ var _rollback_choice_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3615);


/**
 * Whether the live release is where a rollback would end: an interrupted job had gone back to it, or this one has in
 * its place. To choose afresh would leave a good version. A rollback that was itself on its way back is no such job: who
 * runs it again wants to leave what serves again.
 *
 * @param recorded the releases as the interrupted job has left them
 * @param restored what this job has put right, or will
 */
function interruptedJob({ app, to }, recorded, live, restored) {
    const left = (0,_rollback_choice_js__WEBPACK_IMPORTED_MODULE_0__/* .leftByInterrupted */ .dm)(recorded, live, to);
    if (left) {
        const story = `An earlier rollback of ${app} had been interrupted after it had brought back`;
        return { leftId: left.id, story, mayBoot: false, restored: undefined };
    }
    const isNamed = to !== undefined && (0,_rollback_choice_js__WEBPACK_IMPORTED_MODULE_0__/* .isKnownAs */ .Qx)(live, to);
    if (restored && (isNamed || (to === undefined && restored.by === 'deploy'))) {
        const { by, how, insteadOf } = restored;
        const what = how === 'started' ? 'after it had stopped' : 'while it went back to';
        const story = `An earlier ${by} of ${app}, ${by === 'deploy' ? 'of' : 'to'} release ${insteadOf}, had been interrupted ${what}`;
        return { leftId: insteadOf, story, mayBoot: true, restored };
    }
    if (to !== undefined && !isNamed)
        return undefined;
    const taken = recorded.findLast((release) => (0,_mended_verdict_js__WEBPACK_IMPORTED_MODULE_1__/* .isTakenBackInSilence */ .R5)(release, live));
    if (!taken)
        return undefined;
    const story = `An earlier deploy of ${app}, of release ${taken.id}, had been interrupted after it had gone back to`;
    return { leftId: taken.id, story, mayBoot: true, restored: undefined };
}


/***/ }),

/***/ 3785:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ShapeError: () => (/* binding */ ShapeError),
/* harmony export */   flag: () => (/* binding */ flag),
/* harmony export */   list: () => (/* binding */ list),
/* harmony export */   number: () => (/* binding */ number),
/* harmony export */   object: () => (/* binding */ object),
/* harmony export */   oneOf: () => (/* binding */ oneOf),
/* harmony export */   optional: () => (/* binding */ optional),
/* harmony export */   prose: () => (/* binding */ prose),
/* harmony export */   text: () => (/* binding */ text),
/* harmony export */   textMap: () => (/* binding */ textMap)
/* harmony export */ });
class ShapeError extends Error {
    name = 'ShapeError';
}
const longestText = 1024 * 1024;
/** A text without NUL, which no file name, argument or variable can hold. */
function text(pattern = /^/, longest = longestText) {
    return (value) => {
        if (typeof value === 'string' && value.length <= longest && !value.includes('\0') && pattern.test(value))
            return value;
        throw new ShapeError('not such a text');
    };
}
/** What a person reads and nothing is run with: whatever is in it, it is no damage. Control characters become spaces. */
const prose = (value) => {
    if (typeof value === 'string' && value.length <= longestText)
        return /\p{Cc}/u.test(value) ? value.replaceAll(/\p{Cc}+/gu, ' ') : value;
    throw new ShapeError('not a text');
};
function number(range) {
    return (value) => {
        const isFit = typeof value === 'number' && value >= range.min && value <= range.max;
        if (isFit && (range.whole !== true || Number.isInteger(value)))
            return value;
        throw new ShapeError('not such a number');
    };
}
const flag = (value) => {
    if (typeof value === 'boolean')
        return value;
    throw new ShapeError('neither true nor false');
};
function oneOf(...choices) {
    return (value) => {
        const found = choices.find((choice) => choice === value);
        if (found !== undefined)
            return found;
        throw new ShapeError('none of the choices');
    };
}
/** JSON leaves out what is undefined. */
function optional(shape) {
    return (value) => (value === undefined ? undefined : shape(value));
}
function list(shape, { min = 0, max = 100_000 } = {}) {
    return (value) => {
        if (Array.isArray(value) && value.length >= min && value.length <= max)
            return value.map((item) => shape(item));
        throw new ShapeError('not such a list');
    };
}
function textMap(name) {
    const content = text();
    return (value) => {
        const entries = Object.entries(plainObject(value)).map(([key, item]) => {
            if (!name.test(key))
                throw new ShapeError('not such a name');
            return [key, content(item)];
        });
        return Object.fromEntries(entries);
    };
}
/** An object with these members; whatever else it has is left out. */
function object(members) {
    return (value) => {
        const given = plainObject(value);
        const entries = Object.entries(members).map(([key, shape]) => [
            key,
            shape(Object.hasOwn(given, key) ? given[key] : undefined),
        ]);
        return Object.fromEntries(entries);
    };
}
function plainObject(value) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value;
    throw new ShapeError('not an object');
}


/***/ }),

/***/ 7353:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NN: () => (/* binding */ whoIsAtWork),
/* harmony export */   nD: () => (/* binding */ Lease),
/* harmony export */   pS: () => (/* binding */ LeaseError)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7707);



class LeaseError extends _explained_error__WEBPACK_IMPORTED_MODULE_1__/* .ExplainedError */ .h {
    name = 'LeaseError';
}
const defaultTtlMs = 60_000;
const pollMs = 500;
/** How often, and at which distance, an entry is read that is listed and not there. */
const mostTries = 5;
const retryMs = 100;
/** Counted upwards by one, none comes near it; its successor's name would be too long to be known as a lease. */
const greatestNumber = 999_999_999_999_999;
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
    /** Undefined where it was free. */
    waited;
    constructor(files, options, number, token, since, waited) {
        this.waited = waited;
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
        const ttlMs = options.ttlMs ?? defaultTtlMs;
        const sign = new LastSign();
        let forced;
        let waited;
        for (;;) {
            options.signal.throwIfAborted();
            const held = await currentHolder(files, folder, options);
            const nowMs = options.nowMs();
            const isFree = held?.file?.released !== false;
            if (isFree || nowMs - held.mtimeMs > ttlMs || sign.ageMs(held) > ttlMs) {
                const number = (held?.number ?? 0) + 1;
                const lease = await Lease.#claim(files, options, number, nowMs, waited);
                if (lease)
                    return lease;
                continue;
            }
            const who = describe(held.file);
            // Only from the one that was there at first: whoever comes in between is known to be alive.
            if (options.force)
                forced ??= held.file.token;
            if (forced === held.file.token) {
                const lease = await Lease.#claim(files, options, held.number + 1, nowMs);
                if (!lease)
                    continue;
                options.onForce?.(`Took the right to change ${options.app} from another job, as "force-unlock" asks (${who}).`);
                return lease;
            }
            if (performance.now() >= deadline) {
                throw new LeaseError(`Another deploy of ${options.app} is at work on this server (${who}); wait until it ends, let this one queue longer with "lock-wait", or, if it is known to be dead, set "force-unlock".`);
            }
            const sinceMs = Date.parse(held.file.since);
            waited ??= { fromMs: nowMs, holderSinceMs: nowMs };
            if (sinceMs < waited.holderSinceMs)
                waited = { ...waited, holderSinceMs: sinceMs };
            options.onWait(`Waiting for another deploy of ${options.app} to end (${who}).`);
            await pause(pollMs, options.signal);
        }
    }
    static async #claim(files, options, number, nowMs, waited) {
        const token = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(12).toString('hex');
        const since = new Date(nowMs).toISOString();
        const lease = new Lease(files, options, number, token, since, waited);
        if (!(await files.create(lease.#path(number), lease.#text(false), 0o600)))
            return undefined;
        const entries = await files.list(`${options.folder}/lease`);
        if (newestOf(entries)?.number !== number) {
            await files.remove(lease.#path(number));
            return undefined;
        }
        lease.#keepAlive();
        const older = entries.map(({ name }) => name).filter((name) => (numberOf(name) ?? number) < number);
        // Nobody waits for it: a predecessor's file that stays is removed by the next owner.
        void Promise.all([
            ...older.map((name) => files.remove(`${options.folder}/lease/${name}`)),
            files.sweep(`${options.folder}/lease`, { olderThanMs: options.ttlMs ?? defaultTtlMs, nowMs }),
        ]).catch(() => undefined);
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
        return `${this.#options.folder}/lease/${fileName(number)}`;
    }
    #text(released) {
        const { runUrl, actor } = this.#options.owner;
        const file = { token: this.#token, runUrl, actor, since: this.#since, released };
        return `${JSON.stringify(file)}\n`;
    }
}
/**
 * Who changes the app right now, as words for a sentence. Only looks, and takes nothing.
 *
 * @returns undefined where nobody does, or whoever did has shown no sign of life for too long
 * @throws LeaseError when it can't be told
 */
async function whoIsAtWork(files, options) {
    const { folder, app, nowMs } = options;
    const held = await currentHolder(files, `${folder}/lease`, { app, signal: new AbortController().signal });
    if (held?.file?.released !== false || nowMs - held.mtimeMs > defaultTtlMs)
        return undefined;
    return describe(held.file);
}
/** How long a waiting job has seen the same sign of life: where a clock was set back, a file's time tells nothing. */
class LastSign {
    #seen;
    #since = 0;
    ageMs({ number, mtimeMs }) {
        if (this.#seen?.number !== number || this.#seen.mtimeMs !== mtimeMs) {
            this.#seen = { number, mtimeMs };
            this.#since = performance.now();
        }
        return performance.now() - this.#since;
    }
}
/** @throws LeaseError when the newest entry is none that can be read: who has the lease is not known then */
async function currentHolder(files, folder, { app, signal }) {
    const tries = new Map();
    for (;;) {
        signal.throwIfAborted();
        const newest = newestOf(await files.list(folder));
        if (!newest)
            return undefined;
        const { number } = newest;
        const path = `${folder}/${newest.name}`;
        if (!newest.isFile || number >= greatestNumber)
            throw unusable(app, path);
        const [stat, text] = await Promise.all([files.stat(path), files.read(path)]);
        if (stat && text !== undefined) {
            return { number, mtimeMs: stat.mtimeMs, file: parseLease(text) ?? unknownOwner };
        }
        // A successor has removed it, and then there is a newer one. One that stays and can't be read is none of ours.
        const tried = (tries.get(number) ?? 0) + 1;
        if (tried >= mostTries)
            throw unusable(app, path);
        tries.set(number, tried);
        if (tried > 1)
            await pause(retryMs, signal);
    }
}
function unusable(app, path) {
    return new LeaseError(`Whose turn it is to change ${app} on this server cannot be told, because ${path} is not a file that a deploy has written there; make sure that no deploy of ${app} is at work, then remove it with "rm -r ${path}".`);
}
const unknownOwner = { token: '', since: 'an unknown time', released: false };
function parseLease(text) {
    try {
        const value = JSON.parse(text);
        const { token, released, since, runUrl, actor } = value;
        if (typeof token !== 'string' || typeof released !== 'boolean')
            return undefined;
        // Another user's program may have written it, and what it says ends up in a sentence.
        const word = (part) => typeof part === 'string' ? (0,_clipped_text__WEBPACK_IMPORTED_MODULE_2__/* .clipEnd */ .O)(part.replace(/[^\x21-\x7e]+/g, ' ').trim(), 200) : undefined;
        return {
            token,
            released,
            since: word(since) ?? 'an unknown time',
            runUrl: word(runUrl),
            actor: word(actor),
        };
    }
    catch {
        return undefined;
    }
}
async function newestNumber(files, folder) {
    return newestOf(await files.list(folder))?.number;
}
function newestOf(entries) {
    return entries
        .flatMap((entry) => {
        const number = numberOf(entry.name);
        return number === undefined ? [] : [{ ...entry, number }];
    })
        .toSorted((a, b) => a.number - b.number)
        .at(-1);
}
/** Only as `fileName` writes it: another spelling of a number would be another file. */
function numberOf(name) {
    const digits = /^(\d{9}|[1-9]\d{9,14})\.json$/.exec(name)?.[1];
    return digits === undefined ? undefined : Number(digits);
}
function fileName(number) {
    return `${String(number).padStart(9, '0')}.json`;
}
function describe(file) {
    const by = file.actor ? ` by ${file.actor}` : '';
    return `${file.runUrl ?? 'a run without a URL'}${by}, since ${file.since}`;
}
function pause(ms, signal) {
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


/***/ }),

/***/ 2693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ checkListenAddress),
/* harmony export */   U: () => (/* binding */ ListenError)
/* harmony export */ });
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(606);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1672);
/* harmony import */ var _listeners_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8858);




class ListenError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'ListenError';
}
/**
 * Refuses a listening address that something else has; what the app's own switch listens on, the new one takes over.
 * HAProxy would not notice: two switches of one user can bind
 * the same address, and the kernel would deal the requests out between them.
 *
 * @throws ListenError naming who has it
 */
async function checkListenAddress(server, app, listen) {
    const root = `${server.home}/.switchyard`;
    const own = await servedBy(server, `${root}/${app}`);
    if (own.some((address) => (0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .isSameAddress */ .Lb)(address, listen)))
        return;
    const taken = (0,_listeners_js__WEBPACK_IMPORTED_MODULE_2__/* .parseListeners */ .h)(await readTables(server, listen)).find((listener) => (0,_listeners_js__WEBPACK_IMPORTED_MODULE_2__/* .collide */ .p)(listener, listen) && !own.some((address) => (0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .isSameAddress */ .Lb)(address, listener)));
    if (!taken)
        return;
    const who = (await otherSwitch(server, root, app, listen)) ??
        // One of the two may stand for all addresses, and only the kernel knows which.
        (await otherSwitch(server, root, app, taken)) ??
        (await nameOf(server, taken));
    throw new ListenError(`The address ${(0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .printedAddress */ .hn)(listen)} on the server is taken by ${who}; free it or set another one with "listen".`);
}
/**
 * The kernel's tables of sockets. A server without IPv6 has no second one, and only then may it be missing.
 *
 * @throws ListenError when they can't be read: what is not known is not taken for free
 */
async function readTables(server, listen) {
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
    // Listening sockets come first; the rest may be megabytes.
    const answer = await server.exec(['head', '-q', '-c', '65536', ...tables], { timeoutMs: 10_000 });
    // What a start-up file of the login shell prints may come before it, without an end of line.
    const isTable = /sl\s+local_address\s/.test(answer.stdout);
    if (isTable && answer.code === 0)
        return answer.stdout;
    if (isTable) {
        const [first, second] = await Promise.all(tables.map((table) => server.exec(['test', '-e', table], { timeoutMs: 10_000 })));
        if (first?.code === 0 && second?.code === 1)
            return answer.stdout;
    }
    const said = lastLine(answer.stderr) || `head ended with exit code ${answer.code ?? 'unknown'}`;
    throw new ListenError(`Whether ${(0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .printedAddress */ .hn)(listen)} on the server is free is not known, because ${tables.join(' and ')} could not be read there (${said}); the deploy user must be able to read both with "head".`);
}
/** The last line that a command has said, as it may stand in a sentence. */
function lastLine(text) {
    return (0,_clipped_text__WEBPACK_IMPORTED_MODULE_3__/* .clipEnd */ .O)((text.trim().split('\n').at(-1) ?? '').replaceAll(/\p{Cc}+/gu, ' '), 200);
}
/** The addresses that the switch of the app in this folder is configured to listen on. */
async function servedBy(server, folder) {
    const names = (await server.files.list(`${folder}/switch`)).map(({ name }) => name);
    const configs = names.filter((name) => /^haproxy-\d+\.cfg$/.test(name));
    const texts = await Promise.all(configs.map((name) => server.files.read(`${folder}/switch/${name}`)));
    return texts.flatMap((text) => (0,_switch__WEBPACK_IMPORTED_MODULE_4__/* .servedAddresses */ .OM)(text ?? ''));
}
async function otherSwitch(server, root, app, listen) {
    for (const { name, isDirectory } of await server.files.list(root)) {
        if (!isDirectory || name === app)
            continue;
        const served = await servedBy(server, `${root}/${name}`);
        if (served.some((address) => (0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .isSameAddress */ .Lb)(address, listen)))
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


/***/ }),

/***/ 9217:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ withListenClaim),
/* harmony export */   z: () => (/* binding */ sweepListenClaims)
/* harmony export */ });
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5010);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1672);
/* harmony import */ var _listen_check_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2693);
/* harmony import */ var _listeners_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8858);



/** A claim is held while a switch is being made. One that is older was left by a job that has died. */
const freshMs = 10 * 60_000;
/** A file that takes longer to write than this is nobody's any more. */
const writingMs = 60_000;
/**
 * Takes away what a job of the app has left that was killed while it claimed an address; only for whoever holds the
 * app's lease. Other apps may be claiming theirs.
 */
async function sweepListenClaims(server, app, nowMs) {
    const folder = `${server.home}/.switchyard/.listen`;
    await Promise.all([
        server.files.remove(`${folder}/${app}`),
        server.files.sweep(folder, { olderThanMs: writingMs, nowMs }),
    ]);
}
/**
 * Runs what makes a switch listen, with the address claimed for the app. Two first deploys at the same time would
 * both find it free, and HAProxy lets both of them listen. Each writes its claim before it looks for others, so two
 * that collide can't both go on; that both are refused is possible and harms nobody.
 *
 * @throws ListenError when another app is about to listen there
 */
async function withListenClaim(server, app, listen, nowMs, action) {
    const folder = `${server.home}/.switchyard/.listen`;
    const own = `${folder}/${app}`;
    await server.files.makeDirectory(folder, 0o700);
    await server.files.write(own, `${(0,_switch__WEBPACK_IMPORTED_MODULE_0__/* .writeHaproxyAddress */ .bY)(listen)}\n`, 0o600);
    try {
        for (const { name, mtimeMs } of await server.files.list(folder)) {
            if (name === app || !/^[a-z][a-z0-9-]*$/.test(name) || nowMs - mtimeMs > freshMs)
                continue;
            const claimed = (0,_switch__WEBPACK_IMPORTED_MODULE_1__/* .parseHaproxyAddress */ .NX)((await server.files.read(`${folder}/${name}`)) ?? '');
            if (!claimed || !(0,_listeners_js__WEBPACK_IMPORTED_MODULE_2__/* .collide */ .p)(claimed, listen))
                continue;
            throw new _listen_check_js__WEBPACK_IMPORTED_MODULE_3__/* .ListenError */ .U(`The port ${listen.port} on the server is being taken by the switch of the app ${name} at this moment; set another address with "listen".`);
        }
        // One that was quicker may listen by now.
        await (0,_listen_check_js__WEBPACK_IMPORTED_MODULE_3__/* .checkListenAddress */ .Q)(server, app, listen);
        return await action();
    }
    finally {
        // One that stays is believed for ten minutes and does no harm after that.
        await server.files.remove(own).catch(() => undefined);
    }
}


/***/ }),

/***/ 8858:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ parseListeners),
/* harmony export */   p: () => (/* binding */ collide)
/* harmony export */ });
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(606);

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
    return (0,_switch__WEBPACK_IMPORTED_MODULE_0__/* .canonicalHost */ .rQ)(groups.join(':'));
}
/** Whether two addresses can't both be listened on: the same one, or one of them stands for all. */
function collide(a, b) {
    if (a.port !== b.port)
        return false;
    const [one, other] = [a, b].map(({ host }) => (0,_switch__WEBPACK_IMPORTED_MODULE_0__/* .canonicalHost */ .rQ)(host));
    if (one === other)
        return true;
    const isAny = (host) => host === '0.0.0.0' || host === '::';
    const sameFamily = one?.includes(':') === other?.includes(':');
    // A socket on :: takes IPv4 too, unless it was told not to.
    return one === '::' || other === '::' || (sameFamily && (isAny(one) || isAny(other)));
}


/***/ }),

/***/ 9586:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Oc: () => (/* binding */ asMended),
/* harmony export */   R5: () => (/* binding */ isTakenBackInSilence),
/* harmony export */   hm: () => (/* binding */ mendedVerdict),
/* harmony export */   lv: () => (/* binding */ takenBack)
/* harmony export */ });
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3126);

const takenBack = 'it was taken back, and the job ended before it could write down why';
/**
 * The verdict that a release's record should have, given what really runs; undefined where it has it.
 *
 * @param live the record of the release that serves
 */
function mendedVerdict(release, live, hasContainer) {
    const { verdict } = release;
    if (release.id === live?.id)
        return verdict === 'live' ? undefined : { verdict: 'live' };
    if (verdict === 'pending') {
        return { verdict: 'failed', reason: 'the job ended before the release was live' };
    }
    // One whose record was lost is taken for a standby, whatever the rollback that left it called it.
    const wasLeftBad = live?.leaves?.id === release.id && live.leaves.reason !== undefined;
    if (verdict === 'live' || (verdict === 'standby' && wasLeftBad))
        return whatBecameOf(release, live, hasContainer);
    if (verdict === 'bad' && isTakenBackInSilence(release, live))
        return { verdict, reason: takenBack };
    return verdict === 'standby' && !hasContainer ? { verdict: 'retired' } : undefined;
}
/**
 * Whether a deploy has taken the release back and could not say why: its job died right after the traffic had gone back.
 *
 * @param live what serves now
 */
function isTakenBackInSilence(release, live) {
    if (!live || release.id <= live.id)
        return false;
    const { verdict, reason } = release;
    if (verdict === 'bad')
        return reason === undefined;
    return verdict === 'live' && live.leaves?.id !== release.id;
}
/** Of a release that was live, and another one serves. */
function whatBecameOf(release, live, hasContainer) {
    const stands = { verdict: hasContainer ? 'standby' : 'retired' };
    if (live?.leaves?.id === release.id) {
        const { reason } = live.leaves;
        return reason === undefined ? stands : { verdict: 'bad', reason };
    }
    // Traffic goes from a newer release to an older one by a rollback, which says so, or because the newer one was bad.
    return live && release.id > live.id ? { verdict: 'bad', reason: takenBack } : stands;
}
/** The records as the next job will have mended them. */
function asMended(releases, liveId, containers, nowMs) {
    const live = releases.find(({ id }) => id === liveId);
    return releases.map((release) => {
        const hasContainer = containers.some(({ releaseId }) => releaseId === release.id);
        const mended = mendedVerdict(release, live, hasContainer);
        return mended ? (0,_release_js__WEBPACK_IMPORTED_MODULE_0__/* .withVerdict */ .m3)(release, mended.verdict, nowMs, mended.reason) : release;
    });
}


/***/ }),

/***/ 5910:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ refuseOvertaken)
/* harmony export */ });
/* unused harmony export OvertakenError */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);

class OvertakenError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'OvertakenError';
}
/**
 * Who asked for a rollback while another job was at work meant to leave what was live before.
 *
 * @param before the releases as the jobs in front have left them: what this job itself has mended is no news
 * @throws OvertakenError when a job that this one has waited for has brought another release live or taken one back
 */
function refuseOvertaken(app, before, live, { lease: { waited } }) {
    const what = waited && (broughtLive(app, before, live, waited) ?? tookBack(app, before, live, waited));
    if (what === undefined)
        return;
    throw new OvertakenError(`${what}, so nothing was changed; if that one is to be left as well, run it again.`);
}
function broughtLive(app, before, { id, leaves }, waited) {
    const recorded = before.find((release) => release.id === id);
    // It has the traffic, and its job could not write so any more. Since when, is not known.
    if (recorded?.verdict === 'pending' && isSince(recorded, waited.holderSinceMs))
        return `A deploy in front of this rollback of ${app} was interrupted when it had brought release ${id} live`;
    if (recorded?.verdict !== 'live')
        return undefined;
    // What a deploy had brought live before may well be why this rollback was asked for.
    if (!isSince(recorded, leaves ? waited.holderSinceMs : waited.fromMs))
        return undefined;
    return leaves
        ? `Another rollback of ${app}, which was at work when this one was started, has brought back release ${id}`
        : `While this rollback of ${app} waited for its turn, a deploy brought release ${id} live`;
}
/** Of a release that its own deploy took back, the person who asked may have seen no more than that it failed. */
function tookBack(app, before, live, { holderSinceMs }) {
    const taken = before.findLast((release) => release.verdict === 'bad' && release.id > live.id && isSince(release, holderSinceMs));
    return (taken &&
        `A job in front of this rollback of ${app} has taken release ${taken.id} back, and release ${live.id} serves again`);
}
function isSince({ verdictAt }, timeMs) {
    return Date.parse(verdictAt) >= timeMs;
}


/***/ }),

/***/ 2486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AA: () => (/* binding */ checkOwner),
/* harmony export */   rr: () => (/* binding */ checkSwitchKind)
/* harmony export */ });
/* unused harmony export OwnershipError */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2651);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2490);
/* harmony import */ var _app_container_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3042);



class OwnershipError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'OwnershipError';
}
/**
 * Refuses an app that another user of the server deploys: record and lease are in that user's home, so this job would
 * take what it finds for leftovers.
 *
 * @throws OwnershipError before anything is touched
 */
async function checkOwner(server, app) {
    const network = await server.engine.networks.inspect((0,_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .slotNetworkName */ .Qg)(app));
    const home = network?.Labels?.[_app_container_js__WEBPACK_IMPORTED_MODULE_1__/* .appLabels */ .D2.home];
    if (home === undefined || home === server.home)
        return;
    throw new OwnershipError(`The app ${app} on this server belongs to the user whose home is ${home}, and this job's is ${server.home}; log in as that user, or give the app another name.`);
}
/**
 * Refuses to leave one kind of switch for another: whatever still points at the old one would be left without an
 * answer.
 *
 * @throws OwnershipError before anything is touched
 */
async function checkSwitchKind(server, request, store) {
    const labels = { [_switch__WEBPACK_IMPORTED_MODULE_2__/* .switchLabels */ .cS.app]: request.app, [_switch__WEBPACK_IMPORTED_MODULE_2__/* .switchLabels */ .cS.role]: 'switch' };
    const [haproxies, nginx] = await Promise.all([
        server.engine.containers.list({ all: true, labels }),
        server.files.read((0,_switch__WEBPACK_IMPORTED_MODULE_3__/* .nginxFiles */ .o2)(`${store.switchFolder}/nginx`).upstream),
    ]);
    // A first deploy that failed leaves the file, because nginx includes it; it then says that nothing serves.
    const isWithNginx = nginx !== undefined && (0,_switch__WEBPACK_IMPORTED_MODULE_3__/* .parseUpstream */ .xw)(nginx)?.live !== 'none';
    const present = haproxies.length > 0 ? 'haproxy' : isWithNginx ? 'nginx' : undefined;
    if (present === undefined || present === request.switch.kind)
        return;
    throw new OwnershipError(`The app ${request.app} is served by "switch: ${present}", and this deploy asks for ${request.switch.kind}; deploy it under another app name, move your edge there, then take the old one off.`);
}


/***/ }),

/***/ 1182:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ae: () => (/* binding */ checkGround),
  SO: () => (/* binding */ checkNetworks),
  iA: () => (/* binding */ prepare),
  _e: () => (/* binding */ takeLease)
});

// UNUSED EXPORTS: NetworkMissingError

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/release/src/ensure-switch.js
var ensure_switch = __webpack_require__(414);
// EXTERNAL MODULE: ./build/packages/release/src/lease.js
var lease = __webpack_require__(7353);
// EXTERNAL MODULE: ./build/packages/release/src/listen-check.js
var listen_check = __webpack_require__(2693);
// EXTERNAL MODULE: ./build/packages/release/src/listen-claim.js
var listen_claim = __webpack_require__(9217);
// EXTERNAL MODULE: ./build/packages/release/src/ownership.js
var ownership = __webpack_require__(2486);
// EXTERNAL MODULE: ./build/packages/release/src/read-record.js + 1 modules
var read_record = __webpack_require__(6637);
// EXTERNAL MODULE: ./build/packages/release/src/begun-way-back.js
var begun_way_back = __webpack_require__(3250);
// EXTERNAL MODULE: ./build/packages/release/src/clear-one-offs.js
var clear_one_offs = __webpack_require__(9930);
// EXTERNAL MODULE: ./build/packages/release/src/app-state.js
var app_state = __webpack_require__(8476);
// EXTERNAL MODULE: ./build/packages/release/src/retire.js
var retire = __webpack_require__(4732);
;// CONCATENATED MODULE: ./build/packages/release/src/leftovers.js



/**
 * What is to be done with a container that doesn't serve.
 *
 * @param standby what the version that is left by the live one is put on
 */
function leftoverTreatment(container, release, standby) {
    const isAtRest = !(0,app_state/* isUp */.ie)(container) || (standby === 'paused' && container.state === 'paused');
    // A rollback that was killed may have woken it.
    if (release?.verdict === 'standby')
        return standby === 'running' || isAtRest ? 'keep' : 'put-back';
    // It was live and another took over, but the job ended before it was drained and stopped, or could not write so.
    if (release?.liveAt !== undefined && release.verdict === 'live')
        return isAtRest ? 'keep' : 'finish-drain';
    return 'remove';
}
/** @param spared containers that are not touched */
function findLeftovers({ state, standby: usual }, live, spared) {
    // A version that was left because it is bad is kept for its logs only.
    const isLeftBad = live?.leaves?.reason !== undefined;
    const standby = isLeftBad ? 'stopped' : (live?.rollout.standby ?? usual);
    return state.containers.flatMap((container) => {
        const release = state.releases.find(({ id }) => id === container.releaseId);
        const treatment = leftoverTreatment(container, release, standby);
        if (spared.has(container.id) || treatment === 'keep')
            return [];
        const wasGivenUp = release?.verdict === 'bad';
        return [{ container, treatment, wasGivenUp, standby: treatment === 'remove' ? 'stopped' : standby }];
    });
}
/** Drains what is up and puts it where it belongs. What is to go is stopped first: its removal is a kill. */
async function retireLeftovers(options, leftovers) {
    const { onFinding } = options;
    for (const { container, treatment, standby } of leftovers) {
        if ((0,app_state/* isUp */.ie)(container))
            await leftovers_retire(options, container, standby);
        if (treatment === 'finish-drain')
            onFinding(`Finished draining ${container.name}, which an earlier job had begun.`);
        if (treatment === 'put-back')
            onFinding(`Put ${container.name} back on standby (${standby}), which an earlier job had woken.`);
    }
}
/**
 * One that can't be removed is in nobody's way as long as its slot is not needed.
 *
 * @returns the releases that have lost their container
 */
async function removeLeftovers({ engine, signal, onFinding }, leftovers) {
    const removed = new Set();
    for (const { container, treatment, wasGivenUp } of leftovers) {
        if (treatment !== 'remove')
            continue;
        const { id, name, releaseId } = container;
        const what = wasGivenUp ? 'which had been kept for its logs' : 'which an earlier job had left behind';
        try {
            await engine.containers.remove(id, { force: true, volumes: true });
            removed.add(releaseId);
            onFinding(`Removed ${name}, ${what}.`);
        }
        catch (error) {
            signal.throwIfAborted();
            onFinding(`${name}, ${what}, could not be removed: ${(0,src/* sentenceOf */.$)(error)}`);
        }
    }
    return removed;
}
/** Drains a container that nothing is sent to any more, and puts it on standby. */
async function leftovers_retire(options, container, mode) {
    const { engine, trafficSwitch, drainTimeoutMs, stopTimeoutMs, signal, onProgress } = options;
    const { color, id: containerId } = container;
    const connectionsLeft = await (0,retire/* drain */.Z)(trafficSwitch, color, drainTimeoutMs, signal, onProgress);
    await (0,retire/* putOnStandby */._)({ engine, trafficSwitch, containerId, color, mode, stopTimeoutMs, connectionsLeft });
}

// EXTERNAL MODULE: ./build/packages/release/src/mended-verdict.js
var mended_verdict = __webpack_require__(9586);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var src_release = __webpack_require__(3126);
// EXTERNAL MODULE: ./build/packages/release/src/restored.js
var src_restored = __webpack_require__(9101);
;// CONCATENATED MODULE: ./build/packages/release/src/reconcile.js







/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched, unless its own job had given it up.
 */
async function reconcile(options) {
    const begun = (0,begun_way_back/* begunWayBack */.os)(options.state);
    if (begun)
        return reconcileWayBack(options, begun);
    const { releases, live: container } = options.state;
    const live = releases.find(({ id }) => id === container?.releaseId);
    const leftovers = findLeftovers(options, live, new Set([container?.id]));
    // Of what may run only once, it is in the way of the start. All that may have to wait or fail comes after that.
    await retireLeftovers(options, leftovers);
    const isStarted = await startLive(options);
    const removed = await removeLeftovers(options, leftovers);
    await (0,clear_one_offs/* clearOneOffs */.G)(options);
    // What could not be started is tried again by the next job, which knows it by these records.
    return reconciled(options, isStarted ? mendings(options, live, removed, releases) : []);
}
/** Whichever of the two has the traffic in the end, neither is a leftover for this job, and each keeps its record. */
async function reconcileWayBack(options, begun) {
    const { givenUp, givenUpRelease, old } = begun;
    const { releases } = options.state;
    const name = `release ${old.releaseId} (${old.color})`;
    if ((0,begun_way_back/* isDeploys */.jI)(begun))
        await giveUp(options, givenUpRelease);
    const end = await (0,begun_way_back/* finishWayBack */.Ii)(options.engine, options.trafficSwitch, begun);
    const { isBack } = end;
    if (end.isBack) {
        options.onRestored((0,src_restored/* restoredByWayBack */.ur)(begun, end.switchMs), (0,src_restored/* afterWayBack */.tj)(options.state, begun));
        options.onFinding(`Switched back to ${name}, as an earlier job had begun to.`);
    }
    else {
        // A job that brings a new release needs the old one no more, so it goes on.
        options.onFinding(`Could not switch back to ${name}, as an earlier job had begun to: ${end.problem}`);
    }
    const live = releases.find(({ id }) => id === (isBack ? old : givenUp).releaseId);
    if (end.isBack && end.givenUpRuns) {
        const mode = givenUpRelease.verdict === 'standby' ? (live?.rollout.standby ?? options.standby) : 'stopped';
        await leftovers_retire(options, givenUp, mode);
    }
    const leftovers = findLeftovers(options, live, new Set([givenUp.id, old.id]));
    await retireLeftovers(options, leftovers);
    const removed = await removeLeftovers(options, leftovers);
    await (0,clear_one_offs/* clearOneOffs */.G)(options);
    const others = releases.filter(({ id }) => id !== givenUp.releaseId && id !== old.releaseId);
    return reconciled(options, [
        givenUpMending(options, begun, isBack),
        ...mendings(options, live, removed, others),
    ]);
}
/**
 * Written before what it says is done, as by every way back: the record by which a rollback knows that what serves was
 * gone back to a moment ago. It says no reason; whoever mends the records adds it, and then that trace is gone.
 */
async function giveUp({ store, nowMs }, release) {
    if (release.verdict === 'bad' && release.reason === undefined)
        return;
    // What serves no more must not wait for a disk that is full.
    await store.save({ ...(0,src_release/* withVerdict */.m3)(release, 'bad', nowMs), reason: undefined }).catch(() => undefined);
}
/** The job that gave it up could not say how that ended. A rollback's release is as it was before. */
function givenUpMending({ nowMs }, begun, isBack) {
    const { givenUpRelease: release } = begun;
    if (!(0,begun_way_back/* isDeploys */.jI)(begun)) {
        const detail = 'it was given up, and the traffic went back';
        return { release, ...(isBack ? { note: { event: 'rollback-failed', detail } } : {}) };
    }
    const detail = release.reason ?? mended_verdict/* takenBack */.lv;
    const note = { event: 'bad', detail };
    return { release: (0,src_release/* withVerdict */.m3)(release, 'bad', nowMs, detail), ...(isBack ? { note } : {}) };
}
function mendings({ state, nowMs }, live, removed, releases) {
    return releases.flatMap((release) => {
        const { id } = release;
        const hasContainer = !removed.has(id) && state.containers.some(({ releaseId }) => releaseId === id);
        const mended = (0,mended_verdict/* mendedVerdict */.hm)(release, live, hasContainer);
        if (!mended) {
            // A rollback that was killed before the traffic moved has left nothing.
            return release.leaves && id !== live?.id ? [{ release: { ...release, leaves: undefined } }] : [];
        }
        const { verdict, reason } = mended;
        const because = reason === undefined ? '' : `, because ${reason}`;
        const finding = verdict === release.verdict
            ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
            : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`;
        const note = reason === undefined ? {} : { note: { event: verdict, detail: reason } };
        return [{ release: (0,src_release/* withVerdict */.m3)(release, verdict, nowMs, reason), finding, ...note }];
    });
}
function reconciled({ state, store, nowMs, runUrl, onFinding }, changes) {
    const at = new Date(nowMs).toISOString();
    const mend = async () => {
        for (const { release, finding, note } of changes) {
            if (note)
                await store.note({ at, ...note, release: release.id, runUrl });
            if (!state.releases.includes(release))
                await store.save(release);
            if (finding !== undefined)
                onFinding(finding);
        }
    };
    const changed = new Map(changes.map(({ release }) => [release.id, release]));
    return { releases: state.releases.map((release) => changed.get(release.id) ?? release), mend };
}
/**
 * A job that stopped the live version first, and was killed before the new one served, has left nothing to serve. A
 * version that no such job can have stopped was stopped by a person, and stays so.
 *
 * @returns false when it had to be started and could not be
 */
async function startLive(options) {
    const { engine, state, onFinding, onRestored } = options;
    const { live, releases } = state;
    const restored = live?.state === 'exited' ? (0,src_restored/* stoppedBy */.$)(live.releaseId, releases) : undefined;
    if (!live || !restored)
        return true;
    const pending = releases.find(({ id, verdict }) => id === restored.insteadOf && verdict === 'pending');
    if (pending)
        await giveUp(options, pending);
    try {
        await engine.containers.start(live.id);
    }
    catch (error) {
        onFinding(`${live.name} is live and could not be started again: ${(0,src/* sentenceOf */.$)(error)}`);
        return false;
    }
    onRestored(restored, (0,src_restored/* afterStart */.T_)(state, live));
    onFinding(`Started ${live.name}, which is live and which an earlier job had stopped.`);
    return true;
}

// EXTERNAL MODULE: ./build/packages/release/src/switch-driver.js + 7 modules
var switch_driver = __webpack_require__(6825);
;// CONCATENATED MODULE: ./build/packages/release/src/prepare.js









class NetworkMissingError extends src/* ExplainedError */.h {
    name = 'NetworkMissingError';
}
/** The lease alone is written here; everything else is still only read. */
async function takeLease(context, signal) {
    const { request, server, store, reporter } = context;
    return await lease/* Lease */.nD.take(server.files, {
        folder: store.folder,
        app: request.app,
        owner: request.origin,
        waitMs: request.lockWaitMs,
        force: request.forceUnlock,
        onForce: (sentence) => reporter.warning(sentence),
        nowMs: context.nowMs,
        signal,
        onWait: (sentence) => reporter.progress('lease', sentence),
    });
}
/** Step 0: reads what there is, and finishes what an interrupted job has left. */
async function prepare(context, wanted, { facts, lease, stop }) {
    const { server, reporter, progress, store } = context;
    const signal = AbortSignal.any([stop, lease.lost]);
    const building = (0,switch_driver/* trafficSwitchFor */.HL)(wanted, server, facts, store.switchFolder);
    // What the checks find is told first.
    building.catch(() => undefined);
    await Promise.all([
        (0,ownership/* checkOwner */.AA)(server, wanted.app),
        (0,ownership/* checkSwitchKind */.rr)(server, wanted, store),
        store.sweep(),
        (0,listen_claim/* sweepListenClaims */.z)(server, wanted.app, context.nowMs()),
    ]);
    const trafficSwitch = await building;
    progress.trafficSwitch = trafficSwitch;
    const read = async (record) => (0,read_record/* readApp */.u)(server.engine, wanted.app, store, record, trafficSwitch, wanted.fallback, context.nowMs());
    const [recovered, record] = await Promise.all([trafficSwitch.recover(), store.list()]);
    // Said at once: whatever comes next may fail.
    const onFinding = (sentence) => {
        progress.findings.push(sentence);
        reporter.info(sentence);
    };
    recovered.forEach(onFinding);
    const found = await read(record);
    for (const warning of found.warnings)
        reporter.warning(warning);
    progress.state = found.state;
    await Promise.all(found.rebuilt.map((release) => store.save(release)));
    const foundBefore = progress.findings.length;
    const { releases, mend } = await reconcile({
        engine: server.engine,
        store,
        trafficSwitch,
        state: found.state,
        standby: wanted.standby,
        runsCommands: wanted.runsCommands,
        drainTimeoutMs: wanted.drainTimeoutMs,
        stopTimeoutMs: wanted.config.stopTimeoutMs,
        nowMs: context.nowMs(),
        runUrl: context.request.origin.runUrl,
        signal,
        onProgress: (text) => reporter.progress('reconcile', text),
        onFinding,
        onRestored: (restored, state) => {
            progress.restored = restored;
            progress.state = state;
        },
    });
    const isAsFound = progress.findings.length === foundBefore;
    // Right after a stop the Engine still lists a container as running; asked for that one, it waits until it has settled.
    if (!isAsFound)
        await Promise.all(found.state.containers.map(({ id }) => server.engine.containers.inspect(id)));
    const state = isAsFound ? { ...found.state, releases } : (await read({ releases, damaged: [] })).state;
    progress.state = state;
    const hasSwitch = wanted.switch.kind !== 'haproxy' || state.switchColor !== undefined;
    progress.switchIsGone = state.live !== undefined && !hasSwitch;
    sayWhatIsLive(context, state);
    return { ground: { facts, lease, signal, trafficSwitch, state }, mend };
}
/**
 * Checks what the release to bring live needs of the server, sees to it that there is a switch in front of the live
 * one, and begins to watch the traffic if it is to be watched: reading every request's log line costs the switch and us
 * processor time.
 *
 * @param withoutNetwork what may be done instead of creating a network that is missing
 */
async function checkGround(context, ground, withoutNetwork) {
    const { request, server, progress } = context;
    const { state } = ground;
    await (0,ensure_switch/* restoreSwitch */.P)(context, ground);
    const { switch: wanted } = request;
    const { trafficSwitch } = progress;
    await Promise.all([
        checkNetworks(server, request.config.networks, withoutNetwork),
        wanted.kind === 'haproxy' ? (0,listen_check/* checkListenAddress */.Q)(server, request.app, wanted.listen) : undefined,
        request.watch.durationMs > 0 && wanted.kind !== 'none' && state.switchColor && trafficSwitch
            ? context.observer.start(trafficSwitch)
            : undefined,
    ]);
}
function sayWhatIsLive({ reporter, request, progress }, { live }) {
    if (!live)
        reporter.info(`Nothing of ${request.app} is live on this server yet.`);
    else if (progress.switchIsGone) {
        reporter.warning(`The switch of ${request.app} is gone, so nothing answers; release ${live.releaseId} (${live.color}) is behind it.`);
    }
    else if (live.state === 'running')
        reporter.info(`Live now: release ${live.releaseId} (${live.color}).`);
    else {
        reporter.warning(`The live release ${live.releaseId} (${live.color}) does not run: its container is ${live.state}.`);
    }
}
/**
 * @param otherwise what may be done instead of creating it
 * @throws NetworkMissingError naming the first that is not there
 */
async function checkNetworks(server, networks, otherwise = 'take it out of "networks"') {
    const found = await Promise.all(networks.map((network) => server.engine.networks.inspect(network)));
    const missing = networks.find((_, index) => found[index] === undefined);
    if (missing === undefined)
        return;
    throw new NetworkMissingError(`The server has no network ${missing}; create it with "docker network create ${missing}" or ${otherwise}.`);
}


/***/ }),

/***/ 8209:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Dp: () => (/* binding */ ProofError),
  ib: () => (/* binding */ proveThroughSwitch),
  XQ: () => (/* binding */ proveVersion),
  ZI: () => (/* binding */ whileItRuns)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/probe/src/http-probe.js
var http_probe = __webpack_require__(1533);
// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var clipped_text_src = __webpack_require__(8033);
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
    const shown = versions.map((version) => (0,clipped_text_src/* clipEnd */.O)(version, 80).replace(/\p{Cc}/gu, ' ')).join(', ');
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

// EXTERNAL MODULE: ./build/packages/probe/src/tcp-probe.js
var tcp_probe = __webpack_require__(3264);
// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
;// CONCATENATED MODULE: ./build/packages/release/src/prove.js




/** A server that is short of breath is no reason to take a good release back; a plain refusal is one. */
const noAnswerDeadlineMs = 10_000;
const wrongAnswerDeadlineMs = 2000;
const proofPauseMs = 100;
const lookEveryMs = 100;
class ProofError extends src/* ExplainedError */.h {
    name = 'ProofError';
}
/**
 * Proves that the expected build answers on this way in.
 *
 * @throws ProofError with what answered instead
 */
async function proveVersion(open, version, health, config) {
    const answer = await (0,http_probe/* probeHttp */.x)(open, {
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
 * Proves through the switch that the slot answers to clients: by a request, or, for plain TCP, by a connection that is
 * kept. Asked again for a while when it fails.
 *
 * @throws ProofError with what came back last
 */
async function proveThroughSwitch(trafficSwitch, color, health, config, signal) {
    const { protocol } = config;
    const started = performance.now();
    for (;;) {
        signal.throwIfAborted();
        const problem = protocol === 'tcp'
            ? await connectThroughSwitch(trafficSwitch, health)
            : await askThroughSwitch(trafficSwitch, color, health, protocol);
        if (problem === undefined)
            return;
        const deadlineMs = problem.isAnswer ? wrongAnswerDeadlineMs : noAnswerDeadlineMs;
        if (performance.now() - started > deadlineMs) {
            throw new ProofError(`a request through the switch ${problem.sentence}`);
        }
        await (0,promises_.setTimeout)(proofPauseMs, undefined, { signal });
    }
}
/**
 * Does something with a version that has just got the traffic, as long as it runs. While a container is down the switch
 * lets requests wait for it, so a version that ends in this moment must be known at once, and not by an answer that
 * doesn't come.
 *
 * @throws UnhealthyError when it ends meanwhile
 */
async function whileItRuns(engine, { id, restartsBefore }, signal, work) {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const ending = (async () => {
        for (;;) {
            await (0,promises_.setTimeout)(lookEveryMs, undefined, { signal: either });
            // An Engine that is short of breath says nothing about the app.
            const fatal = await (0,health_gate/* fatalState */.iX)(engine, id, restartsBefore).catch(() => undefined);
            if (fatal !== undefined)
                throw new health_gate/* UnhealthyError */.P4(fatal);
        }
    })();
    try {
        await Promise.race([work(either), ending]);
    }
    finally {
        done.abort();
    }
}
async function connectThroughSwitch(trafficSwitch, health) {
    const answer = await (0,tcp_probe/* probeTcp */.W)(() => trafficSwitch.openAsClient(), health.timeoutMs);
    if (answer.outcome === 'healthy')
        return undefined;
    return { sentence: `failed: ${answer.detail}`, isAnswer: false };
}
/** What is wrong with the answer to one request, or undefined when it is the slot's. */
async function askThroughSwitch(trafficSwitch, color, health, protocol) {
    const answer = await (0,http_probe/* probeHttp */.x)(() => trafficSwitch.openAsClient(), {
        path: health.path ?? '/',
        host: health.host,
        headers: { 'switchyard-probe': '1' },
        protocol,
        timeoutMs: health.timeoutMs,
        // Without a health path any answer of the app is one; only the slot is in question.
        expectedStatus: health.path === undefined ? [{ from: 100, to: 599 }] : health.statuses,
    });
    if (answer.outcome !== 'healthy') {
        return { sentence: `failed: ${answer.detail}`, isAnswer: answer.status !== undefined };
    }
    const slot = answer.headers?.['switchyard-color'];
    if (slot === color)
        return undefined;
    const who = slot ?? 'something that names no slot';
    return { sentence: `was answered by ${who}, not by ${color}`, isAnswer: true };
}


/***/ }),

/***/ 7620:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ks: () => (/* binding */ pullImages),
/* harmony export */   gQ: () => (/* binding */ pullSwitch),
/* harmony export */   jw: () => (/* binding */ freeBytesOf)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5863);
/* harmony import */ var _deploy_context_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4678);
/* harmony import */ var _image_step_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3989);
/* harmony import */ var _switch_driver_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6825);




/** Undefined where it can't be known: a folder that the deploy user may not see, or one of another machine. */
async function freeBytesOf(server, folder) {
    return folder ? await server.files.freeBytes(folder).catch(() => undefined) : undefined;
}
/** Step 1: the app's image and the switch's are on the server, with credentials sent along and never stored. */
async function pullImages(context, ground) {
    const { request, server, reporter, progress } = context;
    const { facts, signal } = ground;
    const image = await (0,_image_step_js__WEBPACK_IMPORTED_MODULE_0__/* .readyImage */ .Vo)({
        engine: server.engine,
        facts,
        freeBytes: () => freeBytesOf(server, facts.dockerRootDir),
        signal,
        onProgress: (text) => reporter.progress('pull', text),
        reference: request.image,
        text: request.imageText,
        auth: request.registryAuth,
        policy: request.pullPolicy,
        lastImageId: (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_1__/* .releaseOf */ .l7)(ground.state)?.image.id,
    });
    const { inspect: _, ...releaseImage } = image;
    progress.image = releaseImage;
    reporter.info(`The image ${image.reference} is ready${image.digest ? ` (${image.digest})` : ''}.`);
    await pullSwitch(context, ground);
    return image;
}
/** The switch's image, where the server doesn't have it. */
async function pullSwitch(context, ground) {
    const { request, server, progress, reporter } = context;
    const { facts, signal } = ground;
    if (request.switch.kind !== 'haproxy' || (await server.engine.images.inspect(request.switch.image)))
        return;
    const reference = (0,_engine__WEBPACK_IMPORTED_MODULE_2__/* .parseImageReference */ .o_)(request.switch.image);
    await (0,_image_step_js__WEBPACK_IMPORTED_MODULE_0__/* .readyImage */ .Vo)({
        engine: server.engine,
        facts,
        freeBytes: () => freeBytesOf(server, facts.dockerRootDir),
        signal,
        onProgress: (text) => reporter.progress('pull', text),
        reference,
        text: request.switch.image,
        auth: reference.registry === request.image.registry ? request.registryAuth : undefined,
        policy: request.pullPolicy === 'never' ? 'never' : 'missing',
        lastImageId: undefined,
    });
    // Its image is part of what a switch is; until now it was not known.
    progress.trafficSwitch = await (0,_switch_driver_js__WEBPACK_IMPORTED_MODULE_3__/* .trafficSwitchFor */ .HL)(request, server, facts, context.store.switchFolder);
}


/***/ }),

/***/ 6637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  u: () => (/* binding */ readApp)
});

// EXTERNAL MODULE: ./build/packages/release/src/app-state.js
var app_state = __webpack_require__(8476);
// EXTERNAL MODULE: ./build/packages/release/src/app-container.js
var app_container = __webpack_require__(3042);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var release = __webpack_require__(3126);
;// CONCATENATED MODULE: ./build/packages/release/src/rebuild-release.js


/**
 * A release's record made anew from its container. The image's own environment, command, user and labels are taken
 * off again, so that a container created from the record gets them from the image as the first one did.
 */
function rebuildRelease(options) {
    const { app, container, inspect, image, settings } = options;
    const createdAt = isoTime(inspect.Created) ?? new Date(options.nowMs).toISOString();
    return {
        format: release/* recordFormat */.Ty,
        id: container.releaseId,
        app,
        color: container.color,
        image: imageOf(inspect),
        config: configOf(app, inspect, image),
        rollout: settings.rollout,
        switch: settings.switch,
        origin: { runUrl: undefined, actor: undefined, commit: undefined },
        createdAt,
        verdict: options.verdict,
        verdictAt: new Date(options.nowMs).toISOString(),
        reason: options.verdict === 'bad' ? 'it is not known why, because its record was lost' : undefined,
        // Only containers that were live are worth a record; when exactly is not known.
        liveAt: isoTime(inspect.State?.StartedAt) ?? createdAt,
    };
}
function imageOf(inspect) {
    const runnable = inspect.Config?.Image || inspect.Image || '';
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(runnable)?.[1];
    // Not known to be ours: a sweep leaves it alone.
    return { reference: runnable, digest, id: inspect.Image ?? runnable, runnable, pulled: false };
}
function configOf(app, inspect, image) {
    const config = inspect.Config ?? {};
    const host = inspect.HostConfig ?? {};
    const labels = config.Labels ?? {};
    const own = image?.Config;
    const env = entriesOf(config.Env, own?.Env);
    const port = Number(labels[app_container/* appLabels */.D2.port]);
    const protocol = labels[app_container/* appLabels */.D2.protocol];
    const ofImage = own?.Labels ?? {};
    return {
        containerPort: Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined,
        protocol: protocol === 'h2c' || protocol === 'tcp' ? protocol : 'http',
        env,
        // Which of them are secrets is not known any more, so all of them are.
        secretNames: Object.keys(env),
        volumes: host.Binds ?? [],
        networks: Object.keys(inspect.NetworkSettings?.Networks ?? {}).filter((name) => name !== (0,app_container/* slotNetworkName */.Qg)(app)),
        command: sameList(config.Cmd, own?.Cmd) ? undefined : (config.Cmd ?? undefined),
        memoryBytes: host.Memory || undefined,
        cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
        user: config.User && config.User !== own?.User ? config.User : undefined,
        readOnly: host.ReadonlyRootfs === true,
        init: host.Init !== false,
        stopSignal: config.StopSignal && config.StopSignal !== own?.StopSignal ? config.StopSignal : undefined,
        stopTimeoutMs: (config.StopTimeout ?? 10) * 1000,
        labels: Object.fromEntries(Object.entries(labels).filter(([name, value]) => !name.startsWith(app_container/* labelPrefix */.Tb) && ofImage[name] !== value)),
        logMaxSizeBytes: Number(/^\d+$/.exec(host.LogConfig?.Config?.['max-size'] ?? '')?.[0] ?? 10_000_000),
    };
}
function entriesOf(env, ofImage) {
    const entries = (env ?? [])
        .filter((entry) => !(ofImage ?? []).includes(entry))
        .map((entry) => {
        const at = entry.indexOf('=');
        return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    });
    return Object.fromEntries(entries);
}
function sameList(one, other) {
    return (one ?? []).join('\0') === (other ?? []).join('\0');
}
function isoTime(text) {
    const timeMs = Date.parse(text ?? '');
    // The Engine writes the year 1 for "never".
    return timeMs > 0 ? new Date(timeMs).toISOString() : undefined;
}
/**
 * Whether a container without a record was ever given traffic. Until a release has proven itself it may not restart by
 * itself; a paused standby may not either, but nobody pauses a candidate.
 *
 * @param lastEvent what the journal says of its release last
 */
function wasGivenTraffic(inspect, lastEvent) {
    const mayRestart = inspect.HostConfig?.RestartPolicy?.Name === 'unless-stopped';
    const servedOnce = ['live', 'bad', 'rollback', 'rollback-failed'].includes(lastEvent ?? '');
    return mayRestart || inspect.State?.Paused === true || servedOnce;
}

;// CONCATENATED MODULE: ./build/packages/release/src/read-record.js


/**
 * Reads what serves, what stands by and what the record says, and fills the record's gaps from the containers.
 * Changes nothing.
 *
 * @param fallback what to assume of a release whose record is gone, where no other release's record can be asked
 */
async function readApp(engine, app, store, record, trafficSwitch, fallback, nowMs) {
    const { releases, damaged } = record;
    const state = await (0,app_state/* readAppState */.p2)(engine, app, releases, trafficSwitch);
    const bare = state.containers.filter((container) => !releases.some(({ id }) => id === container.releaseId) && container.state !== 'created');
    const settings = bare.length > 0 ? settingsFor(releases, fallback) : fallback;
    const ends = bare.length > 0 ? await store.lastEvents() : new Map();
    const rebuilt = [];
    for (const container of bare) {
        const inspect = await engine.containers.inspect(container.id);
        const isLive = container.id === state.live?.id;
        if (!inspect || !(isLive || wasGivenTraffic(inspect, ends.get(container.releaseId))))
            continue;
        const verdict = isLive
            ? 'live'
            : ends.get(container.releaseId) === 'bad'
                ? 'bad'
                : 'standby';
        const image = inspect.Image ? await engine.images.inspect(inspect.Image) : undefined;
        rebuilt.push(rebuildRelease({ app, container, inspect, image, verdict, settings, nowMs }));
    }
    const warnings = [
        ...rebuilt.map((release) => rebuiltWarning(release, damaged, settings)),
        ...damaged
            .filter((path) => !rebuilt.some(({ id }) => path.endsWith(`/${id}.json`)))
            .map((path) => `${path} is damaged and was left out, because no container tells what was in it.`),
    ];
    const all = [...releases, ...rebuilt].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { state: { ...state, releases: all }, rebuilt, warnings };
}
function rebuiltWarning(release, damaged, settings) {
    const isDamaged = damaged.some((path) => path.endsWith(`/${release.id}.json`));
    return `The record of release ${release.id} was ${isDamaged ? 'damaged' : 'missing'} and was made anew from its container; its tag, its commit, when it was live and which of its variables are secrets is not known, and its health check and the way it was deployed were taken from ${settings.from}.`;
}
/** The releases of one app are deployed alike, so the newest that is known is the best guess. */
function settingsFor(releases, fallback) {
    const newest = releases.findLast(({ liveAt }) => liveAt !== undefined) ?? releases.at(-1);
    return newest
        ? {
            rollout: { ...newest.rollout, version: undefined },
            switch: newest.switch,
            from: `release ${newest.id}`,
        }
        : fallback;
}


/***/ }),

/***/ 7469:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C6: () => (/* binding */ openRecord),
/* harmony export */   Dk: () => (/* binding */ filledLine),
/* harmony export */   G5: () => (/* binding */ command),
/* harmony export */   Lx: () => (/* binding */ urlPath),
/* harmony export */   Oh: () => (/* binding */ port),
/* harmony export */   Sl: () => (/* binding */ image),
/* harmony export */   W1: () => (/* binding */ RecordError),
/* harmony export */   e9: () => (/* binding */ shaped),
/* harmony export */   eU: () => (/* binding */ recordedMembers),
/* harmony export */   pc: () => (/* binding */ durationMs),
/* harmony export */   rm: () => (/* binding */ networkRanges),
/* harmony export */   yT: () => (/* binding */ rollout)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _json_shape_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3785);
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3126);



class RecordError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'RecordError';
}
/** The newest format of each kind that this version of the code knows; a single app's record names no kind. */
const newestFormats = new Map([
    [undefined, 1],
    ['stack', 2],
]);
/**
 * @returns undefined for a file that is no JSON
 * @throws RecordError for one that a newer Switchyard has written
 */
function openRecord(content, path) {
    let value;
    try {
        value = JSON.parse(content);
    }
    catch {
        return undefined;
    }
    const { format, kind } = (value ?? {});
    const newest = newestFormats.get(kind) ?? 0;
    if (typeof format === 'number' && format > newest) {
        throw new RecordError(`${path} was written by a newer Switchyard (format ${format}, this one knows ${newest}); update the action's version.`);
    }
    return { value, format, kind };
}
/** @returns undefined for a damaged file, or one that says that it belongs elsewhere */
function shaped(value, path, shape) {
    try {
        const release = shape(value);
        return path.endsWith(`/${release.app}/releases/${release.id}.json`) ? release : undefined;
    }
    catch (error) {
        if (error instanceof _json_shape_js__WEBPACK_IMPORTED_MODULE_1__.ShapeError)
            return undefined;
        throw error;
    }
}
const longestMs = 366 * 24 * 3_600_000;
const durationMs = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 0, max: longestMs });
const port = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: 65_535, whole: true });
const line = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^[^\r\n]*$/);
const filledLine = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^[^\r\n]+$/);
const moment = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, 40);
const urlPath = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^\/[\x21-\x22\x24-\x7e]*$/);
const command = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.list)((0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(), { min: 1 });
const health = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
    path: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(urlPath),
    command: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(command),
    host: filledLine,
    statuses: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.list)((0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
        from: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 100, max: 599, whole: true }),
        to: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 100, max: 599, whole: true }),
    }), { min: 1 }),
    intervalMs: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: longestMs }),
    timeoutMs: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: longestMs }),
    threshold: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: 1000, whole: true }),
    startTimeoutMs: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: longestMs }),
});
const rollout = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
    order: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.oneOf)('start-first', 'stop-first'),
    health,
    version: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)((0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({ expected: filledLine, path: urlPath })),
    watch: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
        durationMs,
        maxErrorRate: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 0, max: 1 }),
        maxLatencyP95Ms: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(durationMs),
    }),
    drainTimeoutMs: durationMs,
    standby: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.oneOf)('stopped', 'paused', 'running'),
    keepReleases: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.number)({ min: 1, max: 10_000, whole: true }),
});
const networkRanges = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.list)((0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, 60));
const digest = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^sha(?:256|384|512):[0-9a-f]{64,128}$/);
const image = (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
    reference: filledLine,
    digest: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(digest),
    id: filledLine,
    // A registry with an IPv6 address begins with a bracket.
    runnable: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^(?:[A-Za-z0-9]|\[[0-9A-Fa-f:]+\])[\w.:/@-]*$/, 1000),
    pulled: _json_shape_js__WEBPACK_IMPORTED_MODULE_1__.flag,
});
const id = (value) => {
    if (typeof value === 'string' && (0,_release_js__WEBPACK_IMPORTED_MODULE_2__/* .isReleaseId */ .F3)(value))
        return value;
    throw new _json_shape_js__WEBPACK_IMPORTED_MODULE_1__.ShapeError('not an id');
};
/** The members that every release's record has. */
const recordedMembers = {
    id,
    app: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.text)(/^[a-z][a-z0-9-]*$/, 100),
    origin: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({
        runUrl: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(line),
        actor: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(line),
        commit: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(line),
    }),
    createdAt: moment,
    verdict: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.oneOf)('pending', 'live', 'standby', 'retired', 'failed', 'bad'),
    verdictAt: moment,
    reason: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.prose),
    liveAt: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(moment),
    leaves: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)((0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.object)({ id, reason: (0,_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.optional)(_json_shape_js__WEBPACK_IMPORTED_MODULE_1__.prose) })),
};


/***/ }),

/***/ 8246:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T: () => (/* binding */ ReleaseStore)
});

// EXTERNAL MODULE: ./build/packages/release/src/json-shape.js
var json_shape = __webpack_require__(3785);
// EXTERNAL MODULE: ./build/packages/release/src/record-shapes.js
var record_shapes = __webpack_require__(7469);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var release = __webpack_require__(3126);
;// CONCATENATED MODULE: ./build/packages/release/src/parse-release.js



/**
 * Reads a release's file, of which every part is checked: a rollback runs what it says.
 *
 * @returns undefined for a damaged file
 * @throws RecordError for one that a newer Switchyard has written, or that is of a whole stack
 */
function parseRelease(content, path) {
    const file = (0,record_shapes/* openRecord */.C6)(content, path);
    if (file?.kind === 'stack') {
        throw new record_shapes/* RecordError */.W1(`${path} is a release of a Compose stack, so this app is deployed with "compose-file"; give a single image an "app" of its own.`);
    }
    return file && (0,record_shapes/* shaped */.e9)(file.value, path, releaseShape);
}
const listen = (0,json_shape.object)({ host: (0,json_shape.text)(/^[0-9A-Fa-f.:]+$/, 60), port: record_shapes/* port */.Oh });
const haproxy = (0,json_shape.object)({
    kind: (0,json_shape.oneOf)('haproxy'),
    listen,
    image: record_shapes/* filledLine */.Dk,
    requestTimeoutMs: (0,json_shape.optional)(record_shapes/* durationMs */.pc),
    trustedProxies: record_shapes/* networkRanges */.rm,
});
const nginx = (0,json_shape.object)({
    kind: (0,json_shape.oneOf)('nginx'),
    listen,
    command: record_shapes/* command */.G5,
    container: (0,json_shape.optional)((0,json_shape.text)(/^[A-Za-z0-9][\w.-]*$/, 255)),
    trustedProxies: record_shapes/* networkRanges */.rm,
});
const switchShape = (value) => {
    const { kind } = (value ?? {});
    if (kind === 'haproxy')
        return haproxy(value);
    return kind === 'nginx' ? nginx(value) : (0,json_shape.object)({ kind: (0,json_shape.oneOf)('none') })(value);
};
const config = (0,json_shape.object)({
    containerPort: (0,json_shape.optional)(record_shapes/* port */.Oh),
    protocol: (0,json_shape.oneOf)('http', 'h2c', 'tcp'),
    env: (0,json_shape.textMap)(/^[^=]+$/),
    secretNames: (0,json_shape.list)((0,json_shape.text)()),
    volumes: (0,json_shape.list)((0,json_shape.text)(/^[^:]+:\/[^:]+(?::[A-Za-z,]+)?$/)),
    networks: (0,json_shape.list)((0,json_shape.text)(/^[A-Za-z0-9][\w.-]*$/, 255)),
    command: (0,json_shape.optional)((0,json_shape.list)((0,json_shape.text)())),
    memoryBytes: (0,json_shape.optional)((0,json_shape.number)({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    cpus: (0,json_shape.optional)((0,json_shape.number)({ min: 0.001, max: 10_000 })),
    user: (0,json_shape.optional)(record_shapes/* filledLine */.Dk),
    readOnly: json_shape.flag,
    init: json_shape.flag,
    stopSignal: (0,json_shape.optional)((0,json_shape.text)(/^[A-Z0-9+-]+$/, 30)),
    stopTimeoutMs: record_shapes/* durationMs */.pc,
    labels: (0,json_shape.textMap)(/^[^=]+$/),
    logMaxSizeBytes: (0,json_shape.number)({ min: 1, max: Number.MAX_SAFE_INTEGER }),
});
const releaseShape = (0,json_shape.object)({
    ...record_shapes/* recordedMembers */.eU,
    format: (0,json_shape.oneOf)(release/* recordFormat */.Ty),
    color: (0,json_shape.oneOf)('blue', 'green'),
    image: record_shapes/* image */.Sl,
    config,
    rollout: record_shapes/* rollout */.yT,
    switch: switchShape,
});

;// CONCATENATED MODULE: ./build/packages/release/src/release-store.js


/**
 * An app's folder in the deploy user's home: readable JSON, one file a release, each replaced in one step. The
 * environment is in it, so everything is 0600 in folders of 0700.
 */
class ReleaseStore {
    folder;
    #files;
    #parse;
    constructor(files, home, app, parse) {
        this.#files = files;
        this.#parse = parse;
        this.folder = `${home}/.switchyard/${app}`;
    }
    static ofApp(files, home, app) {
        return new ReleaseStore(files, home, app, parseRelease);
    }
    /** @param parse what reads one file: undefined for a damaged one, an error for one that must not be touched */
    static of(files, home, app, parse) {
        return new ReleaseStore(files, home, app, parse);
    }
    get switchFolder() {
        return `${this.folder}/switch`;
    }
    async prepare() {
        const folders = [`${this.folder}/releases`, `${this.folder}/lease`, this.switchFolder];
        await Promise.all(folders.map((folder) => this.#files.makeDirectory(folder, 0o700)));
    }
    /** Takes away what a job that was killed while it wrote has left. Only for whoever holds the lease. */
    async sweep() {
        const folders = [`${this.folder}/releases`, this.switchFolder];
        await Promise.all(folders.map((folder) => this.#files.sweep(folder)));
    }
    /** Every release, oldest first. Files that can't be read are named in `damaged` and left where they are. */
    async list() {
        const entries = await this.#files.list(`${this.folder}/releases`);
        const ids = entries
            .filter(({ name, isDirectory }) => !isDirectory && name.endsWith('.json'))
            .map(({ name }) => name.slice(0, -'.json'.length))
            .filter(release/* isReleaseId */.F3)
            .toSorted();
        const releases = [];
        const damaged = [];
        const texts = await Promise.all(ids.map((id) => this.#files.read(this.#path(id))));
        ids.forEach((id, index) => {
            const text = texts[index];
            if (text === undefined)
                return;
            const release = this.#parse(text, this.#path(id));
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
    /** The last thing that the journal says of each release; what can't be read of it is left out. */
    async lastEvents() {
        const text = (await this.#files.read(`${this.folder}/journal.jsonl`).catch(() => undefined)) ?? '';
        const events = new Map();
        // An entry that a full disk has cut ends without a line break, and the next one follows it at once.
        for (const line of text.split(/\n|(?=\{"at":")/)) {
            try {
                const { release, event } = JSON.parse(line);
                if (typeof release === 'string' && typeof event === 'string')
                    events.set(release, event);
            }
            catch { }
        }
        return events;
    }
    #path(id) {
        return `${this.folder}/releases/${id}.json`;
    }
}


/***/ }),

/***/ 3126:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bf: () => (/* binding */ releaseId),
/* harmony export */   F3: () => (/* binding */ isReleaseId),
/* harmony export */   Fh: () => (/* binding */ timeOfReleaseId),
/* harmony export */   Ty: () => (/* binding */ recordFormat),
/* harmony export */   m3: () => (/* binding */ withVerdict)
/* harmony export */ });
/** Written into every file; a newer one is refused rather than mangled. */
const recordFormat = 1;
/** An id that sorts by time: `20261121-031205-3f9a`. */
function releaseId(timeMs, random) {
    const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
    return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${random}`;
}
/** The time that an id was made of, in ms since 1970 and whole seconds. */
function timeOfReleaseId(id) {
    const [, date = '', time = ''] = /^(\d{8})-(\d{6})-/.exec(id) ?? [];
    const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
    const [hours, minutes, seconds] = [time.slice(0, 2), time.slice(2, 4), time.slice(4)];
    return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
}
const idPattern = /^\d{8}-\d{6}-[0-9a-z]{4}$/;
/** Each id is later than all before it, and a year has four digits. */
const lastIdMs = Date.UTC(9000, 0);
/** Ids come back from file names and labels, which anybody on the server can write. */
function isReleaseId(text) {
    if (!idPattern.test(text))
        return false;
    const timeMs = timeOfReleaseId(text);
    return timeMs < lastIdMs && releaseId(timeMs, text.slice(-4)) === text;
}
function withVerdict(release, verdict, timeMs, reason) {
    const at = new Date(timeMs).toISOString();
    return {
        ...release,
        verdict,
        verdictAt: at,
        reason: reason ?? (verdict === 'failed' || verdict === 'bad' ? release.reason : undefined),
        liveAt: release.liveAt ?? (verdict === 'live' ? at : undefined),
        // It says what this release took the traffic from; whoever serves no more has taken it from nobody.
        leaves: verdict === 'live' ? release.leaves : undefined,
    };
}


/***/ }),

/***/ 9101:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ stoppedBy),
/* harmony export */   Sh: () => (/* binding */ foresee),
/* harmony export */   T_: () => (/* binding */ afterStart),
/* harmony export */   tj: () => (/* binding */ afterWayBack),
/* harmony export */   ur: () => (/* binding */ restoredByWayBack)
/* harmony export */ });
/* harmony import */ var _app_state_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8476);
/* harmony import */ var _begun_way_back_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3250);


function restoredByWayBack(begun, switchMs) {
    return {
        how: 'switched back',
        by: (0,_begun_way_back_js__WEBPACK_IMPORTED_MODULE_0__/* .isDeploys */ .jI)(begun) ? 'deploy' : 'rollback',
        insteadOf: begun.givenUp.releaseId,
        ...(switchMs === undefined ? {} : { switchMs: Math.round(switchMs * 10) / 10 }),
    };
}
/**
 * Which job has died while it was about to bring another release live, having stopped the live version first; the one
 * that was to start it again may have died as well. A version that no such job can have stopped was stopped by a person.
 */
function stoppedBy(liveId, releases) {
    const others = releases.filter(({ id }) => id !== liveId);
    const target = others.find(({ leaves }) => leaves?.id === liveId);
    const insteadOf = target ??
        others.findLast(({ id, verdict, reason }) => verdict === 'pending' || (verdict === 'bad' && reason === undefined && id > liveId));
    return insteadOf && { how: 'started', by: target ? 'rollback' : 'deploy', insteadOf: insteadOf.id };
}
/** What there is once an old version has been given its traffic again. */
function afterWayBack(state, { givenUp, old }) {
    const live = { ...old, state: 'running' };
    const left = { ...givenUp, state: 'exited' };
    return {
        ...state,
        live,
        liveColor: old.color,
        switchColor: state.switchColor && old.color,
        containers: replaced(state.containers, [live, left]),
    };
}
/** What there is once the live version has been started again. */
function afterStart(state, live) {
    const started = { ...live, state: 'running' };
    return { ...state, live: started, containers: replaced(state.containers, [started]) };
}
/**
 * What the next job will restore before it does anything else.
 *
 * @param atWork that a job is at work, as a sentence; then nothing is known of the next one
 */
function foresee(app, state, atWork) {
    if (atWork !== undefined)
        return { state, restored: undefined, steps: [], warnings: [atWork] };
    const begun = (0,_begun_way_back_js__WEBPACK_IMPORTED_MODULE_0__/* .begunWayBack */ .os)(state);
    if (begun)
        return foreseeWayBack(app, state, begun);
    const { live, releases } = state;
    const restored = live?.state === 'exited' ? stoppedBy(live.releaseId, releases) : undefined;
    if (!live || !restored)
        return { state, restored: undefined, steps: [], warnings: [] };
    return {
        state: afterStart(state, live),
        restored,
        steps: [`Start ${live.name}, which is live and which an earlier job had stopped.`],
        warnings: [
            `Nothing of ${app} runs, because an earlier job had stopped ${live.name} and was interrupted; the next deploy or rollback starts it.`,
        ],
    };
}
function foreseeWayBack(app, state, begun) {
    const { givenUp, old } = begun;
    const now = (0,_app_state_js__WEBPACK_IMPORTED_MODULE_1__/* .isUp */ .ie)(givenUp)
        ? `Release ${givenUp.releaseId} of ${app} still has the traffic`
        : `Nothing of ${app} serves`;
    return {
        state: afterWayBack(state, begun),
        restored: restoredByWayBack(begun),
        steps: [
            `Switch back from release ${givenUp.releaseId} to release ${old.releaseId} (${old.color}), as an earlier job had begun to.`,
        ],
        warnings: [
            `${now}, because a job that went back from it to release ${old.releaseId} was interrupted; the next deploy or rollback finishes that.`,
        ],
    };
}
function replaced(containers, changed) {
    return containers.map((container) => changed.find(({ id }) => id === container.id) ?? container);
}


/***/ }),

/***/ 8869:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ imagesToRemove),
/* harmony export */   r: () => (/* binding */ releasesToForget)
/* harmony export */ });
/**
 * Which releases a sweep forgets: the oldest beyond `keep`, never the live one or the standby. Failed and bad releases
 * are kept like others, because their reason is what a person looks for, but they never push out a good one that was
 * live: a rollback goes there.
 */
function releasesToForget(releases, keep) {
    const isHeld = (release) => release.verdict === 'live' || release.verdict === 'standby' || release.verdict === 'pending';
    const isGood = ({ liveAt, verdict }) => liveAt !== undefined && verdict !== 'bad';
    const good = releases.filter(isGood);
    const others = releases.filter((release) => !isGood(release));
    const oldest = (list) => list.slice(0, Math.max(0, list.length - keep));
    return [...oldest(good), ...oldest(others)].filter((release) => !isHeld(release));
}
/** Images that only forgotten releases use, and that a deploy had brought to the server. */
function imagesToRemove(forgotten, kept) {
    const inUse = new Set(kept.map((release) => release.image.id));
    const removed = forgotten
        .map(({ image }) => image)
        .filter(({ pulled, digest, id }) => pulled && digest !== undefined && !inUse.has(id));
    return [...new Map(removed.map((image) => [`${image.reference} ${image.runnable}`, image])).values()];
}


/***/ }),

/***/ 4732:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ drain),
/* harmony export */   _: () => (/* binding */ putOnStandby)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);

const pollMs = 50;
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
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(pollMs, undefined, signal ? { signal } : {});
    }
}
/**
 * Puts a drained version on standby. A version that goes on running gets its last connections cut, because nothing
 * else would ever end them; one that is stopped ends them itself when it gets its stop signal.
 */
async function putOnStandby(options) {
    const { engine, mode, containerId } = options;
    const stopSeconds = Math.ceil(options.stopTimeoutMs / 1000);
    if (mode === 'stopped') {
        await engine.containers.stop(containerId, stopSeconds);
        return;
    }
    if (options.connectionsLeft > 0)
        await options.trafficSwitch.closeConnections(options.color);
    if (mode !== 'paused')
        return;
    // After a reboot the Engine would start it, and two versions of a worker would run.
    await engine.containers.update(containerId, { RestartPolicy: { Name: 'no' } });
    const state = (await engine.containers.inspect(containerId))?.State?.Status;
    if (state === 'running')
        await engine.containers.pause(containerId);
    // What keeps ending can't be paused.
    else if (state !== 'paused')
        await engine.containers.stop(containerId, stopSeconds);
}


/***/ }),

/***/ 3615:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CY: () => (/* binding */ RollbackChoiceError),
/* harmony export */   Qx: () => (/* binding */ isKnownAs),
/* harmony export */   bx: () => (/* binding */ chooseTarget),
/* harmony export */   dm: () => (/* binding */ leftByInterrupted),
/* harmony export */   gI: () => (/* binding */ adviseOthers)
/* harmony export */ });
/* unused harmony exports describeReleases, tagOf */
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);


class RollbackChoiceError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'RollbackChoiceError';
}
const listedAtMost = 10;
const shortestCommit = 7;
/**
 * The release that a rollback goes to: the one that `to` names, or else the newest that was live, is not the live one
 * and is not bad.
 *
 * @param releases oldest first
 * @param to release id, image tag or whole reference, commit (7 characters at least), or digest
 * @throws RollbackChoiceError for what is unknown or ambiguous; it lists what is available
 */
function chooseTarget(app, releases, liveId, to) {
    const eligible = releases.filter((release) => release.id !== liveId && wasLive(release));
    if (to === undefined) {
        const target = eligible.findLast(({ verdict }) => verdict !== 'bad');
        if (target)
            return target;
        const bad = eligible.length > 0
            ? ` Bad ones are only gone back to when "to" names them: ${describeReleases(eligible)}.`
            : '';
        throw new RollbackChoiceError(`There is no release of ${app} to go back to, because none but the live one was ever live and is not bad.${bad}`);
    }
    const shown = JSON.stringify((0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(to, 100));
    const others = eligible.length > 0 ? `available are ${describeReleases(eligible)}` : 'there is no other one';
    const matches = eligible.filter((release) => isKnownAs(release, to));
    const [newest] = matches.toReversed();
    if (newest && matches.every((release) => isSame(release, newest)))
        return newest;
    if (newest) {
        throw new RollbackChoiceError(`${shown} can mean several releases of ${app}; name one of them by its id: ${describeReleases(matches)}.`);
    }
    const named = releases.findLast((release) => isKnownAs(release, to));
    if (named?.id === liveId && named) {
        throw new RollbackChoiceError(`Release ${named.id} of ${app}, which ${shown} means, is live already; ${others}.`);
    }
    if (named) {
        throw new RollbackChoiceError(`Release ${named.id} of ${app}, which ${shown} means, was never live (${named.verdict}); ${others}.`);
    }
    throw new RollbackChoiceError(`No release of ${app} is known as ${shown}; ${others}.`);
}
/**
 * The release that a rollback was leaving when its job died, after it had brought back the live one. That rollback is
 * done once its leftovers are tidied up: to choose afresh would leave the good version that it went to.
 *
 * @param recorded the releases as the killed job has left them
 */
function leftByInterrupted(recorded, live, to) {
    const left = recorded.find(({ id }) => id === live?.leaves?.id);
    const isMeant = to === undefined || (live !== undefined && isKnownAs(live, to));
    return left?.verdict === 'live' && isMeant ? left : undefined;
}
/** What else one may go back to. */
function adviseOthers(releases, liveId, targetId) {
    const others = releases.filter((release) => ![liveId, targetId].includes(release.id) && wasLive(release) && release.verdict !== 'bad');
    return others.length > 0
        ? `Other releases to try with "to": ${describeReleases(others)}.`
        : 'There is no other release to go back to.';
}
/** Newest first, each by its id with its image's tag. */
function describeReleases(releases) {
    const newest = releases.toReversed();
    const shown = newest.slice(0, listedAtMost).map((release) => {
        return `${release.id} (${shortName(release)}${release.verdict === 'bad' ? ', bad' : ''})`;
    });
    const more = newest.length > listedAtMost ? [`${newest.length - listedAtMost} older ones`] : [];
    return [...shown, ...more].join(', ');
}
/** What a person knows it by: its tag, its commit, or the beginning of its digest. */
function shortName(release) {
    const { commit } = release.origin;
    const byCommit = commit && `commit ${commit.slice(0, shortestCommit)}`;
    const [image] = imagesOf(release);
    const byTag = image && tagOf(image.reference);
    return byTag ?? byCommit ?? (image?.digest ?? image?.id ?? release.id).slice(0, 'sha256:'.length + 12);
}
function imagesOf(release) {
    return 'images' in release ? release.images : [release.image];
}
function tagOf(reference) {
    return /:(\w[\w.-]{0,127})(?:@\S+)?$/.exec(reference.replace(/@.*$/, ''))?.[1];
}
/** A job that died after the traffic moved may have left any verdict but these. */
function wasLive(release) {
    return release.liveAt !== undefined && release.verdict !== 'failed' && release.verdict !== 'pending';
}
function isKnownAs(release, to) {
    const commit = release.origin.commit?.toLowerCase();
    const isCommit = commit !== undefined &&
        to.length >= shortestCommit &&
        /^[0-9a-f]+$/i.test(to) &&
        commit.startsWith(to.toLowerCase());
    const names = imagesOf(release).flatMap(({ reference, runnable, digest, id }) => [
        ...[reference, runnable, digest, id],
        tagOf(reference),
    ]);
    return isCommit || release.id === to || names.includes(to);
}
/** A workflow that was run twice made two releases that are one and the same. */
function isSame(one, other) {
    const what = (release) => {
        const images = imagesOf(release).map(({ digest, id }) => digest ?? id);
        return JSON.stringify([images, release.config, release.verdict === 'bad']);
    };
    return what(one) === what(other);
}


/***/ }),

/***/ 9195:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E_: () => (/* binding */ asDeploy),
/* harmony export */   qo: () => (/* binding */ reasonFor),
/* harmony export */   yJ: () => (/* binding */ rolloutWith)
/* harmony export */ });
/* unused harmony export referenceOf */
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5863);

/**
 * A rollback is a deploy of a release that is in the record: same image, same configuration, brought live in the same
 * way. Only the switch stays what it is, and commands before and after the deploy are not run again.
 */
function asDeploy(request, target, live, switchInForce) {
    const { app, origin, lockWaitMs, forceUnlock, registryAuth, markBad } = request;
    const { rollout } = target;
    return {
        app,
        origin,
        lockWaitMs,
        forceUnlock,
        image: referenceOf(target),
        imageText: target.image.reference,
        registryAuth,
        pullPolicy: 'missing',
        config: target.config,
        switch: switchInForce,
        preDeploy: undefined,
        postDeploy: undefined,
        order: rollout.order,
        health: healthWith(rollout.health, request.health),
        version: rollout.version,
        watch: filled(rollout.watch, request.watch),
        drainTimeoutMs: request.drainTimeoutMs ?? rollout.drainTimeoutMs,
        // Nobody goes back to a bad version in a hurry.
        standby: markBad ? 'stopped' : rollout.standby,
        keepReleases: (live ?? target).rollout.keepReleases,
    };
}
/** How a release is brought back: as it was brought live, but for what a rollback is told. */
function rolloutWith(recorded, changes) {
    return {
        ...recorded,
        health: healthWith(recorded.health, changes.health),
        watch: filled(recorded.watch, changes.watch),
        drainTimeoutMs: changes.drainTimeoutMs ?? recorded.drainTimeoutMs,
    };
}
/** A check that is given takes the place of the recorded one, of whatever kind that is. */
function healthWith(recorded, given) {
    const isNewKind = given.path !== undefined || given.command !== undefined;
    return filled(isNewKind ? { ...recorded, path: undefined, command: undefined } : recorded, given);
}
function filled(recorded, given) {
    const changes = Object.entries(given).filter(([, value]) => value !== undefined);
    return { ...recorded, ...Object.fromEntries(changes) };
}
/** What the image is called in its registry; images that never were in one have a name all the same. */
function referenceOf({ image }) {
    for (const name of [image.digest ? image.runnable : image.reference, image.reference]) {
        try {
            return (0,_engine__WEBPACK_IMPORTED_MODULE_0__/* .parseImageReference */ .o_)(name);
        }
        catch { }
    }
    return { registry: 'docker.io', repository: 'unknown', tag: undefined, digest: undefined };
}
function reasonFor(request, target) {
    if (request.reason !== undefined)
        return request.reason;
    const by = request.origin.actor ? ` by ${request.origin.actor}` : '';
    return `rolled back to release ${target.id}${by}`;
}


/***/ }),

/***/ 3100:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  dU: () => (/* binding */ rollback),
  cC: () => (/* binding */ schemaRemark),
  DM: () => (/* binding */ withoutNetwork)
});

// UNUSED EXPORTS: isOtherSwitch

// EXTERNAL MODULE: ./build/packages/release/src/bring-back.js + 1 modules
var bring_back = __webpack_require__(591);
// EXTERNAL MODULE: ./build/packages/release/src/deploy-context.js
var deploy_context = __webpack_require__(4678);
// EXTERNAL MODULE: ./build/packages/release/src/finish.js
var finish = __webpack_require__(9980);
// EXTERNAL MODULE: ./build/packages/engine/src/network-subnet.js + 1 modules
var network_subnet = __webpack_require__(6933);
// EXTERNAL MODULE: ./build/packages/release/src/app-container.js
var app_container = __webpack_require__(3042);
// EXTERNAL MODULE: ./build/packages/release/src/candidate-container.js
var candidate_container = __webpack_require__(6356);
// EXTERNAL MODULE: ./build/packages/release/src/ensure-switch.js
var ensure_switch = __webpack_require__(414);
// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
// EXTERNAL MODULE: ./build/packages/release/src/image-step.js
var image_step = __webpack_require__(3989);
// EXTERNAL MODULE: ./build/packages/release/src/prove.js + 1 modules
var prove = __webpack_require__(8209);
;// CONCATENATED MODULE: ./build/packages/release/src/finish-interrupted.js







/**
 * Whether what an interrupted job has gone back to answers; it may have died with nobody watching.
 *
 * @param context as that of a rollback to it
 */
async function serves(context, ground, live, { mayBoot }) {
    if (ground.state.live?.state !== 'running')
        return false;
    try {
        // Without its switch the best version does not answer.
        await (0,ensure_switch/* restoreSwitch */.P)(context, ground);
        if (mayBoot)
            await waitForBoot(context, ground, live);
        await answersThroughSwitch(context, ground, live);
        return true;
    }
    catch (error) {
        ground.signal.throwIfAborted();
        if (!(error instanceof health_gate/* UnhealthyError */.P4 || error instanceof prove/* ProofError */.Dp))
            throw error;
        context.reporter.warning(`Release ${live.id} is live and does not answer: ${error.message}`);
        return false;
    }
}
async function answersThroughSwitch({ request: { health }, progress: { trafficSwitch } }, ground, { switch: { kind }, config, color }) {
    if (kind === 'none' || !trafficSwitch)
        return;
    await (0,prove/* proveThroughSwitch */.ib)(trafficSwitch, color, health, config, ground.signal);
}
/** @throws UnhealthyError when it does not come up in the time that a deploy would give it */
async function waitForBoot({ server, progress, reporter, request: { health } }, { state, facts, signal }, live) {
    const { engine } = server;
    const { app, config, color } = live;
    const containerId = state.live?.id ?? '';
    const labels = { [app_container/* appLabels */.D2.app]: app, [app_container/* appLabels */.D2.home]: server.home };
    const [inspect, { addresses }] = await Promise.all([
        engine.containers.inspect(containerId),
        (0,network_subnet/* ensureSlotNetwork */.xt)(engine, (0,app_container/* slotNetworkName */.Qg)(app), labels),
    ]);
    const slot = { host: addresses[color], port: config.containerPort ?? 1, protocol: config.protocol };
    const target = {
        containerId,
        restartsBefore: inspect?.RestartCount ?? 0,
        open: (0,candidate_container/* openContainer */.Qx)(server, containerId, slot, facts.rootless),
    };
    const kind = (0,health_gate/* healthKind */.H1)(health, config, inspect !== undefined && (0,image_step/* hasHealthcheck */.zY)(inspect));
    await (0,health_gate/* passHealthGate */.hA)({
        ...{ engine, kind, health, config, target, signal },
        attempt: (0,health_gate/* healthAttempt */.ys)(engine, kind, health, config, target),
        onAttempt: (text) => reporter.progress('prepare', text),
        onEnd: (wait) => {
            progress.health = wait;
        },
    });
}
/** Makes of the interrupted job's end this one's result. */
function finishInterrupted({ progress, reporter }, live, { leftId, story, restored }) {
    progress.release = live;
    progress.image = live.image;
    progress.left = leftId;
    progress.settled = true;
    progress.switched = restored?.how === 'switched back';
    if (restored?.switchMs !== undefined)
        progress.switchMs = restored.switchMs;
    const name = progress.state?.live?.name;
    if (name !== undefined)
        progress.containerName = name;
    reporter.warning(`${story} release ${live.id}; that one serves now, and nothing else was changed. To go back further, run it again.`);
}

// EXTERNAL MODULE: ./build/packages/release/src/go-live.js + 2 modules
var go_live = __webpack_require__(3584);
// EXTERNAL MODULE: ./build/packages/release/src/interrupted-job.js
var interrupted_job = __webpack_require__(507);
// EXTERNAL MODULE: ./build/packages/release/src/overtaken.js
var overtaken = __webpack_require__(5910);
// EXTERNAL MODULE: ./build/packages/release/src/prepare.js + 2 modules
var prepare = __webpack_require__(1182);
// EXTERNAL MODULE: ./build/packages/release/src/rollback-choice.js
var rollback_choice = __webpack_require__(3615);
// EXTERNAL MODULE: ./build/packages/release/src/rollback-request.js
var rollback_request = __webpack_require__(9195);
// EXTERNAL MODULE: ./build/packages/release/src/switch-driver.js + 7 modules
var switch_driver = __webpack_require__(6825);
// EXTERNAL MODULE: ./build/packages/release/src/switch-in-force.js
var switch_in_force = __webpack_require__(3181);
// EXTERNAL MODULE: ./build/packages/release/src/under-lease.js
var under_lease = __webpack_require__(4286);
;// CONCATENATED MODULE: ./build/packages/release/src/rollback.js













/** What a person may do about a network that a release needs and the server has not. */
const withoutNetwork = 'name another release with "to"';
const schemaRemark = 'Databases are left as they are: a rollback never runs pre-deploy, and does not take a migration back.';
/**
 * Takes one app back to a release that was live before: its image by digest, its whole configuration and environment.
 * It has to prove itself as a new release has; if it can't, the server ends where it began.
 *
 * Never throws for a rollback that failed; the result says so.
 */
async function rollback(request, server, timeline, reporter, signals) {
    return (0,under_lease/* changeUnderLease */.b)(request, server, timeline, reporter, signals, async (job, turn) => {
        const chosen = await timeline.run('prepare', () => choose(job, request, turn));
        if (!chosen)
            return;
        const { context, ground, target } = chosen;
        const { release, candidate, attempt } = await (0,bring_back/* bringBack */.kB)(context, ground, target);
        await (0,go_live/* goLive */.H)(context, ground, release, candidate, attempt);
        await (0,finish/* finish */.O)(context, ground, candidate);
    });
}
/** @returns undefined when an earlier job had moved the traffic already, so that nothing is left to do */
async function choose(job, request, turn) {
    const { server, store, progress, reporter } = job;
    const { releases } = await store.list();
    const settings = await (0,switch_in_force/* findSettings */.n4)(server, request.app, store, releases);
    const { ground, mend } = await (0,prepare/* prepare */.iA)(job, settings, turn);
    const { state } = ground;
    const liveId = state.live?.releaseId;
    const live = (0,deploy_context/* releaseOf */.l7)(state);
    if (live) {
        const interrupted = (0,interrupted_job/* interruptedJob */.A)(request, releases, live, progress.restored);
        if (interrupted && (await serves(asItIs(job, request, live), ground, live, interrupted))) {
            await mend();
            finishInterrupted(job, live, interrupted);
            return undefined;
        }
        if (!interrupted && request.to === undefined)
            (0,overtaken/* refuseOvertaken */.C)(request.app, releases, live, turn);
    }
    const target = (0,rollback_choice/* chooseTarget */.bx)(request.app, state.releases, liveId, request.to);
    // From here on it is settled that what an interrupted job has gone back to is left.
    await mend();
    const wanted = (0,rollback_request/* asDeploy */.E_)(request, target, live, live?.switch ?? settings.switch);
    for (const name of target.config.secretNames)
        reporter.secret(target.config.env[name] ?? '');
    if (target.verdict === 'bad') {
        reporter.warning(`Release ${target.id} is bad${target.reason ? ` (${target.reason})` : ''}; going back to it because "to" names it.`);
    }
    if (liveId === undefined) {
        reporter.warning(`No container of ${request.app} is live on this server, so this brings back what was live last; what should have been live is not marked bad.`);
    }
    const from = liveId ? ` from release ${liveId}` : '';
    reporter.info(`Rolling back${from} to release ${target.id} (${target.image.reference}). ${schemaRemark}`);
    progress.advice = (0,rollback_choice/* adviseOthers */.gI)(state.releases, liveId, target.id);
    progress.release = target;
    progress.before = { ...target, leaves: undefined };
    progress.image = target.image;
    if (isOtherSwitch(settings, wanted)) {
        progress.trafficSwitch = await (0,switch_driver/* trafficSwitchFor */.HL)({ ...wanted, keepsFormerAddress: true }, server, ground.facts, store.switchFolder);
    }
    const context = {
        ...job,
        request: wanted,
        leaving: request.markBad
            ? { verdict: 'bad', reason: (0,rollback_request/* reasonFor */.qo)(request, target) }
            : { verdict: 'standby' },
    };
    await (0,prepare/* checkGround */.ae)(context, ground, withoutNetwork);
    return { context, ground, target };
}
/** To look at what is live as a rollback to it would. */
function asItIs(job, request, live) {
    const asked = (0,rollback_request/* asDeploy */.E_)(request, live, live, live.switch);
    return { ...job, request: asked, leaving: { verdict: 'standby' } };
}
/** Whether the switch must be told something else than by what the app was found. */
function isOtherSwitch(found, wanted) {
    const what = ({ switch: settings, config, health }) => JSON.stringify([settings, config.protocol, health.host, health.path]);
    return what(found) !== what(wanted);
}


/***/ }),

/***/ 1268:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ rolloutOf)
/* harmony export */ });
/** The part of a larger request that a release keeps. */
function rolloutOf(request) {
    const { order, health, version, watch, drainTimeoutMs, standby, keepReleases } = request;
    return { order, health, version, watch, drainTimeoutMs, standby, keepReleases };
}


/***/ }),

/***/ 6825:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  HL: () => (/* binding */ trafficSwitchFor)
});

// UNUSED EXPORTS: SwitchImageError, SwitchSetupError

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/probe/src/http-probe.js
var http_probe = __webpack_require__(1533);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-config.js
var haproxy_config = __webpack_require__(1672);
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
        return (0,haproxy_config/* parseMapText */.Zu)((await this.#folder.read(this.#note)) ?? '');
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
        await this.#folder.write(this.#note, (0,haproxy_config/* mapText */.E0)(first), 0o600);
        return 'created';
    }
    async dismantle() {
        await this.#folder.remove(this.#note);
    }
    async shift(color) {
        const started = performance.now();
        await this.#folder.write(this.#note, (0,haproxy_config/* mapText */.E0)(color), 0o600);
        return performance.now() - started;
    }
    openAsClient() {
        return Promise.reject(new Error('a service without a port has no clients'));
    }
    async inFlight() {
        return 0;
    }
    async closeConnections() { }
    async sweep() { }
    async settle() { }
    async observe() {
        return undefined;
    }
}

// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var clipped_text_src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-container.js
var haproxy_container = __webpack_require__(2651);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-runtime.js
var haproxy_runtime = __webpack_require__(4388);
// EXTERNAL MODULE: ./build/packages/switch/src/served-address.js
var served_address = __webpack_require__(606);
// EXTERNAL MODULE: ./build/packages/switch/src/traffic-switch.js
var traffic_switch = __webpack_require__(9206);
;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-generations.js






const startDeadlineMs = 15_000;
const handoverDeadlineMs = 10_000;
const leavingDeadlineMs = 2000;
/** How long a published port stays shut at most, so that requests in flight can end. */
const vacateDeadlineMs = 3000;
const pollMs = 10;
/**
 * The switch containers of one app. Each is a generation with a number, files and sockets of its own, so that two
 * can run side by side while one takes over from the other.
 */
class HaproxyGenerations {
    #process;
    #containers;
    #folder;
    #connections;
    constructor(process, surroundings) {
        this.#process = process;
        this.#containers = surroundings.containers;
        this.#folder = surroundings.folder;
        this.#connections = surroundings.connections;
    }
    /** Every generation, oldest first. */
    async all() {
        const found = await this.#containers.list({
            [haproxy_container/* switchLabels */.cS.app]: this.#process.app,
            [haproxy_container/* switchLabels */.cS.role]: 'switch',
        });
        return found.toSorted((a, b) => Number(generationOf(a)) - Number(generationOf(b)));
    }
    /**
     * As all(), after it has taken away the files of generations that are gone: a container that a person removed leaves
     * a configuration behind, which would go on telling where the app serves.
     */
    async allAfterSweep() {
        const [all, entries] = await Promise.all([this.all(), this.#folder.list(this.#process.folder)]);
        const present = all.map(generationOf);
        const stale = new Set(entries.flatMap(({ name }) => {
            const generation = generationOfFile(name);
            return generation === undefined || present.includes(generation) ? [] : [generation];
        }));
        await Promise.all([...stale].map((generation) => this.#removeFiles(generation)));
        return all;
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
    /**
     * For one that is listed as running and may just have been started, by somebody else or by the Engine, or just have
     * ended: the Engine's list is a moment behind.
     */
    async settled(container, timeoutMs) {
        const deadline = performance.now() + timeoutMs;
        let fails = false;
        while (!(await this.answers(container))) {
            const now = (await this.all()).find(({ id }) => id === container.id);
            if (!now?.running)
                return 'ended';
            // One that ends again and again serves nobody.
            fails ||= now.restarting === true;
            if (performance.now() > deadline)
                return fails ? 'ended' : 'silent';
            await pause(pollMs);
        }
        return 'answers';
    }
    /** Ids of those that only finish their requests: they have closed their admin socket, but not their master's. */
    async thatLeave(all) {
        const running = all.filter((container) => container.running);
        const leaves = await Promise.all(running.map((container) => this.askLeaving(container, 'show info', (answer) => /^Stopping: 1$/m.test(answer)).catch(() => false)));
        return running.filter((_, index) => leaves[index] === true).map(({ id }) => id);
    }
    openAdmin(container) {
        return this.#connections.openUnixSocket(this.#files(container).admin);
    }
    admin(container, commands) {
        return (0,haproxy_runtime/* runtimeCommands */.tO)(() => this.openAdmin(container), commands);
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
                const [answer] = await (0,haproxy_runtime/* runtimeCommands */.tO)(open, [`@1 ${command}`]);
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
            await pause(pollMs);
        }
    }
    /** @param handover the generation whose listening sockets the new one inherits */
    async create(definition, targets, generation, handover) {
        const { config: path } = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generation);
        await this.#folder.write(path, (0,haproxy_config/* renderHaproxyConfig */.iK)(definition, targets, generation), 0o600);
        const from = handover && generationOf(handover);
        const config = (0,haproxy_container/* switchContainerConfig */.u7)(this.#process, definition, targets, generation, from);
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
                    throw new haproxy_runtime/* SwitchError */.nB(startFailure(log, isRunning, this.#process.image), { cause: error });
                }
            }
            await pause(pollMs);
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
                throw new haproxy_runtime/* SwitchError */.nB(`The replaced switch ${old.name} still listens after ${handoverDeadlineMs / 1000} s; remove it with "docker rm -f ${old.name}".`);
            }
            await pause(pollMs);
        }
        await this.passOn(old);
    }
    /**
     * Ends a generation whose published port its successor must have: as soon as its last request has ended. To wait
     * for its idle connections as well would keep the port shut for as long as they like.
     */
    async vacate(old) {
        await this.#containers.setRestartPolicy(old.id, 'no');
        await this.#containers.kill(old.id, 'SIGUSR1');
        const deadline = performance.now() + vacateDeadlineMs;
        const inFlight = (answer) => {
            const rows = (0,haproxy_runtime/* parseStatistics */.Nr)(answer);
            return traffic_switch/* colors */.T.reduce((sum, color) => sum + (0,haproxy_runtime/* slotRow */.V9)(rows, color).inFlight, 0);
        };
        while (performance.now() < deadline) {
            if (!(await this.askLeaving(old, 'show stat', inFlight)))
                break;
            await pause(pollMs);
        }
        await this.#containers.stop(old.id, 0);
    }
    /** Points a generation that is leaving to the one that took over. Said again, it changes nothing. */
    async passOn(leaving) {
        const { map } = (0,haproxy_config/* switchFiles */.qg)(haproxy_config/* folderInContainer */.bD, generationOf(leaving));
        await this.askLeaving(leaving, `set map ${map} live successor`, () => undefined);
    }
    async remove(container) {
        await this.#containers.remove(container.id);
        await this.#removeFiles(generationOf(container));
    }
    #files(container) {
        return (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generationOf(container));
    }
    async #isRunning(container) {
        return (await this.all()).some(({ id, running }) => id === container.id && running);
    }
    async #removeFiles(generation) {
        const { config, admin, master } = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generation);
        await Promise.all([config, admin, master].map((path) => this.#folder.remove(path)));
    }
}
/** The sentence for a switch that doesn't come up, from the end of its log. */
function startFailure(log, isRunning, image) {
    // In HAProxy's words: cannot bind socket (Address already in use) for [127.0.0.1:8080]
    const [, refusal = '', host = '', port] = /cannot bind (?:UNIX )?socket \(([^)]*)\)(?: for)? \[([^\]\n]+):(\d+)\]/.exec(log) ?? [];
    const address = (0,served_address/* printedAddress */.hn)({ host, port: Number(port) });
    if (/already in use/i.test(refusal)) {
        return `The switch cannot listen on ${address}, because something else on the server does; free that port or set another address with "listen".`;
    }
    if (/cannot assign/i.test(refusal)) {
        return `The switch cannot listen on ${address}, because the server has no such address; set one that it has with "listen".`;
    }
    const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? '';
    const what = isRunning ? 'does not answer on its admin socket' : 'ended at once';
    return `The switch from image ${image} ${what}: ${(0,clipped_text_src/* clipEnd */.O)(reason, 300)}`;
}
function nextGeneration(all) {
    return String(Math.max(0, ...all.map((container) => Number(generationOf(container)))) + 1);
}
/** The label is ours, but anybody on the server can set one: only a number becomes part of a path. */
function generationOf(container) {
    const generation = container.labels[haproxy_container/* switchLabels */.cS.generation] ?? '';
    if (!/^\d{1,9}$/.test(generation)) {
        throw new haproxy_runtime/* SwitchError */.nB(`The container ${container.name} carries the switch's labels without a generation; remove it or its labels.`);
    }
    return generation;
}
function generationOfFile(name) {
    return /^(?:haproxy-(\d{1,9})\.cfg|(?:admin|master)-(\d{1,9})\.sock)$/.exec(name)?.slice(1).find(Boolean);
}
function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-log.js
var haproxy_log = __webpack_require__(5550);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-sections.js
var haproxy_sections = __webpack_require__(5010);
// EXTERNAL MODULE: ./build/packages/switch/src/recorded-traffic.js
var recorded_traffic = __webpack_require__(6722);
;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-switch.js











/** How long a switch that the Engine lists as running may take to answer, in ms. */
const settleMs = 3000;
const mapInContainer = (0,haproxy_config/* switchFiles */.qg)(haproxy_config/* folderInContainer */.bD, '0').map;
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
    #options;
    /** What the switch is to be, once it is known which address it served before. */
    #wanted;
    /** What plan() has found; ensure() comes right after it. */
    #planned;
    /** The address that the last deploy which went well asked for, as its file says it. */
    #settled;
    #containers;
    #folder;
    #openTcp;
    #generations;
    /** The one that listens, once it is known. */
    #current;
    /** Those that only finish their requests, and those that have. */
    #leaving = [];
    #left = [];
    constructor(process, options, surroundings) {
        this.#process = process;
        const { host, port } = options.listen;
        // Another spelling of an address is no change.
        this.#options = { ...options, listen: { host: (0,served_address/* canonicalHost */.rQ)(host), port } };
        this.#containers = surroundings.containers;
        this.#folder = surroundings.folder;
        this.#openTcp = (host, port) => surroundings.connections.openTcp(host, port);
        this.#generations = new HaproxyGenerations(process, surroundings);
    }
    async live() {
        const current = await this.#look();
        return current ? await this.#liveOf(current) : undefined;
    }
    async recover() {
        const findings = [];
        this.#current = undefined;
        const all = await this.#generations.allAfterSweep();
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
        if ((0,haproxy_config/* parseMapText */.Zu)(written ?? '') !== live) {
            await this.#folder.write(this.#mapPath, (0,haproxy_config/* mapText */.E0)(live), 0o600);
            findings.push(`The switch serves ${live} and its file said otherwise; the file now says ${live} too.`);
        }
        return findings;
    }
    async plan(targets) {
        const current = await this.#look();
        if (!current)
            return { change: 'created', because: 'the app has no switch that runs' };
        this.#planned = await this.#define(current);
        const { definition } = this.#planned;
        if (this.#isUpToDate(current, definition, targets)) {
            return { change: 'unchanged', because: 'its definition is the same' };
        }
        const isHost = this.#process.network.mode === 'host';
        const how = isHost
            ? 'the new one takes over the listening sockets'
            : 'a published port can only be bound again';
        const because = [`its definition has changed; ${how}`, this.notice].filter((text) => text !== undefined);
        return { change: isHost ? 'replaced' : 'restarted', because: because.join('. ').replace(/\.$/, '') };
    }
    get notice() {
        const { listen, alsoListen } = this.#wanted ?? {};
        if (!listen || !alsoListen || (0,served_address/* coversAddress */.x1)(listen, alsoListen))
            return undefined;
        return `It serves on ${(0,served_address/* printedAddress */.hn)(listen)}, and on ${(0,served_address/* printedAddress */.hn)(alsoListen)} as before until the deploy after this one: point your edge at the new address until then.`;
    }
    async settle() {
        const address = (0,haproxy_sections/* writeHaproxyAddress */.bY)(this.#options.listen);
        const path = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, '0').listen;
        this.#settled ??= await this.#folder.read(path);
        if (this.#settled?.trim() === address)
            return;
        await this.#folder.write(path, `${address}\n`, 0o600);
        this.#settled = address;
    }
    async ensure(first, targets) {
        const current = await this.#look();
        if (!current) {
            await this.#createAnew(first, targets);
            return 'created';
        }
        const planned = this.#planned ?? (await this.#define(current));
        const { definition } = planned;
        this.#planned = undefined;
        if (this.#isUpToDate(current, definition, targets)) {
            await this.#pointSlots(current, planned, targets);
            return 'unchanged';
        }
        const [all, live] = await Promise.all([this.#generations.all(), this.#liveOf(current)]);
        // The map file is read by the new process at its start; it must say what the old one does.
        await this.#folder.write(this.#mapPath, (0,haproxy_config/* mapText */.E0)(live), 0o600);
        if (this.#process.network.mode === 'host') {
            this.#current = await this.#generations.create(definition, targets, nextGeneration(all), current);
            this.#leaving.push(current);
            await this.#generations.retire(current);
            return 'replaced';
        }
        await this.#generations.vacate(current);
        try {
            this.#current = await this.#generations.create(definition, targets, nextGeneration(all), undefined);
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
        const { map, relay, listen } = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, '0');
        await Promise.all([map, relay, listen].map((path) => this.#folder.remove(path)));
        this.#current = undefined;
        this.#settled = undefined;
        this.#leaving = [];
    }
    async shift(color) {
        const current = await this.#running();
        const left = (0,traffic_switch/* otherColor */.I)(color);
        // A slot is given its weight before anything is led to it, and the one that is left loses its own, so that what
        // still waits for its container goes to the spare, the slot that serves. A leaving process refuses that.
        const commands = [
            `set server ${color}/${color} weight 1`,
            `set map ${mapInContainer} live ${color}`,
            `set server ${left}/${left} weight 0`,
            `show map ${mapInContainer}`,
        ];
        const started = performance.now();
        const answers = await this.#generations.admin(current, commands);
        const tookMs = performance.now() - started;
        const shown = answers.pop() ?? '';
        const refusal = answers.find((answer) => answer !== '');
        if (refusal !== undefined || (0,haproxy_runtime/* liveInMap */.yP)(shown) !== color) {
            const answer = (0,clipped_text_src/* clipEnd */.O)(refusal || shown || 'no answer', 200);
            throw new haproxy_runtime/* SwitchError */.nB(`The switch ${current.name} did not take the change to ${color}: ${answer}`);
        }
        // The map lives in memory; the file is what a restart reads.
        await (0,recorded_traffic/* recordTraffic */.f)(this.#folder, this.#mapPath, (0,haproxy_config/* mapText */.E0)(color), `The switch serves ${color}`);
        return tookMs;
    }
    async closeConnections(color) {
        const current = await this.#look();
        if (!current)
            return;
        await this.#generations.admin(current, traffic_switch/* colors */.T.map((backend) => `shutdown sessions server ${backend}/${color}`));
        for (const leaving of this.#leaving) {
            // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
            const sessions = await this.#generations.askLeaving(leaving, 'show sess', (answer) => (0,haproxy_runtime/* sessionsOn */.HT)(color, answer));
            for (const session of sessions ?? []) {
                await this.#generations.askLeaving(leaving, `shutdown session ${session}`, () => undefined);
            }
        }
    }
    openAsClient() {
        const { host, port } = this.#options.listen;
        return this.#openTcp((0,served_address/* reachableHost */.Ak)(host), port);
    }
    async inFlight(color) {
        const current = await this.#look();
        // Removed by a person; recover() would have started one that can be.
        if (!current)
            return 0;
        const [statistics] = await this.#generations.admin(current, ['show stat']);
        let count = (0,haproxy_runtime/* inFlightOn */.jj)((0,haproxy_runtime/* parseStatistics */.Nr)(statistics ?? ''), color);
        for (const leaving of this.#leaving) {
            const read = (answer) => (0,haproxy_runtime/* inFlightOn */.jj)((0,haproxy_runtime/* parseStatistics */.Nr)(answer), color);
            const left = await this.#generations.askLeaving(leaving, 'show stat', read);
            if (left === undefined) {
                this.#leaving = this.#leaving.filter((other) => other !== leaving);
                this.#left.push(leaving);
            }
            else
                count += left;
        }
        return count;
    }
    async sweep() {
        if (this.#leaving.length > 0) {
            const running = (await this.#generations.all()).filter(({ running }) => running).map(({ id }) => id);
            this.#left.push(...this.#leaving.filter(({ id }) => !running.includes(id)));
            this.#leaving = this.#leaving.filter(({ id }) => running.includes(id));
        }
        await Promise.all(this.#left.splice(0).map((container) => this.#generations.remove(container)));
    }
    async observe(onRequest) {
        return (0,haproxy_log/* streamRequests */.FN)(await this.#generations.openAdmin(await this.#running()), onRequest);
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
        const leaving = await this.#generations.thatLeave(all);
        const candidates = all.filter(({ id }) => !leaving.includes(id));
        const newest = candidates.at(-1);
        const state = newest?.running ? await this.#generations.settled(newest, settleMs) : 'ended';
        if (newest && state === 'silent') {
            // It may well serve. A second one beside it would share its address without a word.
            if (!(await this.#canRestart(newest))) {
                throw new haproxy_runtime/* SwitchError */.nB(`The switch ${newest.name} runs and may well serve, but its files in ${this.#process.folder} are gone, so it can be changed no more and must not be restarted, because it would not come up; deploy again after "docker rm -f ${newest.name}", which costs a gap until that deploy is live.`);
            }
            throw new haproxy_runtime/* SwitchError */.nB(`The switch ${newest.name} runs, but its admin socket in ${this.#process.folder} does not answer; "docker restart ${newest.name}" mends that at the price of a short gap.`);
        }
        if (newest && state === 'answers')
            return newest;
        for (const container of candidates.toReversed()) {
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
    /** Whether the files that a start reads are there. */
    async #canRestart(container) {
        const { config, map } = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generationOf(container));
        const texts = await Promise.all([this.#folder.read(config), this.#folder.read(map)]);
        return texts.every((text) => text !== undefined);
    }
    /** For an app without a switch that listens; what is left of an earlier one goes when the new one serves. */
    async #createAnew(first, targets) {
        const [left, known] = await Promise.all([this.#generations.all(), this.#folder.read(this.#mapPath)]);
        await this.#folder.write(this.#mapPath, (0,haproxy_config/* mapText */.E0)(first), 0o600);
        try {
            const definition = this.#definitionWith(undefined);
            this.#current = await this.#generations.create(definition, targets, nextGeneration(left), undefined);
        }
        catch (error) {
            // What an earlier switch of a live version has left is the last word on it.
            if (left.length === 0 && known === undefined)
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
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#process.app} does not run on this server; look at "docker ps -a --filter label=${haproxy_container/* switchLabels */.cS.app}=${this.#process.app}".`);
    }
    async #liveOf(container) {
        const [answer] = await this.#generations.admin(container, [`show map ${mapInContainer}`]);
        const live = (0,haproxy_runtime/* liveInMap */.yP)(answer ?? '');
        if (live)
            return live;
        throw new haproxy_runtime/* SwitchError */.nB(`The switch ${container.name} does not say which slot is live; look at "docker logs ${container.name}" before you deploy again.`);
    }
    /** A release on another port moves its slot; the runtime API tells the process, the file tells a restart. */
    async #pointSlots(container, { definition, running }, targets) {
        const generation = generationOf(container);
        const path = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generation).config;
        const config = (0,haproxy_config/* renderHaproxyConfig */.iK)(definition, targets, generation);
        if (running === config)
            return;
        const commands = traffic_switch/* colors */.T.flatMap((color) => {
            const { host, port } = targets[color];
            return traffic_switch/* colors */.T.map((backend) => `set server ${backend}/${color} addr ${host} port ${port}`);
        });
        await this.#generations.admin(container, commands);
        await this.#folder.write(path, config, 0o600);
    }
    /**
     * An edge still points at the address that was served before, also when the deploy that changes it fails. So that
     * one is served on until a deploy that follows one that went well.
     */
    async #define(current) {
        const { listen, config } = (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, generationOf(current));
        const [settled, running] = await Promise.all([this.#folder.read(listen), this.#folder.read(config)]);
        this.#settled = settled;
        const [served, earlier] = (0,haproxy_config/* servedAddresses */.OM)(running ?? '');
        const isAsked = served && (0,served_address/* isSameAddress */.Lb)(served, this.#options.listen);
        const former = this.#options.keepsFormerAddress && isAsked ? earlier : undefined;
        const before = former ?? (0,haproxy_config/* parseHaproxyAddress */.NX)(settled ?? '') ?? served;
        this.#wanted = this.#definitionWith(this.#besides(before) ?? this.#besides(this.#covered(earlier)));
        return { definition: this.#wanted, running };
    }
    /** What is served beside the wanted address: another one, which a published port can't be given twice. */
    #besides(address) {
        const { listen } = this.#options;
        if (!address || (0,served_address/* isSameAddress */.Lb)(address, listen))
            return undefined;
        const isRefused = address.port === listen.port && this.#process.network.mode === 'published';
        return isRefused ? undefined : address;
    }
    #covered(address) {
        return address && (0,served_address/* coversAddress */.x1)(this.#options.listen, address) ? address : undefined;
    }
    #definitionWith(alsoListen) {
        const ports = [this.#options.listen.port, ...(alsoListen ? [alsoListen.port] : [])];
        return {
            ...this.#options,
            alsoListen,
            becomeUser: (0,haproxy_container/* becomeUser */.HG)(this.#process, ports),
            isPublished: this.#process.network.mode === 'published',
        };
    }
    #isUpToDate(container, definition, targets) {
        const hash = (0,haproxy_container/* definitionHash */.cn)(this.#process, definition, targets);
        return container.labels[haproxy_container/* switchLabels */.cS.definition] === hash;
    }
    get #mapPath() {
        return (0,haproxy_config/* switchFiles */.qg)(this.#process.folder, '0').map;
    }
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/packages/switch/src/nginx-files.js
var nginx_files = __webpack_require__(2490);
;// CONCATENATED MODULE: ./build/packages/switch/src/nginx-answers.js



const questionTimeoutMs = 3_000;
/** Asks the running nginx over a new connection which slot it serves; the app is not bothered. */
async function askNginx(door) {
    const answer = await door.ask(door.open, {
        ...door.question,
        headers: { 'switchyard-probe': nginx_files/* askColor */.NS },
        timeoutMs: questionTimeoutMs,
    });
    const named = answer.headers?.['switchyard-color'];
    const slot = [...traffic_switch/* colors */.T, 'none'].find((candidate) => candidate === named);
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
    const line = new RegExp(linePattern(remoteHost), 'gm');
    return [...table.matchAll(line)].length;
}
/**
 * The same count by a program where the table is. SFTP reads it in small pieces, and for each the kernel looks for the
 * place again: a container's 76 KB took 1.4 s, and 49 s beside 12,000 closing connections of others.
 */
function countCommand(table, remoteHost) {
    return ['grep', '-cE', linePattern(remoteHost), table];
}
/** As JavaScript and grep -E both understand it. */
function linePattern(remoteHost) {
    const remote = remoteHost
        .split('.')
        .map((byte) => Number(byte).toString(16).padStart(2, '0').toUpperCase())
        .reverse()
        .join('');
    return `^ *[0-9]+: [0-9A-F]{8}:[0-9A-F]{4} ${remote}:[0-9A-F]{4} 0[12] `;
}
/** The same count by the kernel's own filter: a busy server's whole table can have megabytes. */
function socketStatisticsCommand(remoteHost) {
    return ['ss', '-Htn', 'state', 'established', 'state', 'syn-sent', 'dst', remoteHost];
}
/** Lines of that program's answer; what a start-up file of the login shell prints before it is not counted. */
function countPeers(output, remoteHost) {
    const peer = new RegExp(`^\\S+ .*[ :]${remoteHost.replaceAll('.', '\\.')}\\]?:\\d+\\s*$`);
    return output.split('\n').filter((line) => peer.test(line)).length;
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
            throw new haproxy_runtime/* SwitchError */.nB(`nginx refuses its configuration: ${complaintOf(outcome)}`);
    }
    /** @throws SwitchError when the running nginx could not be told; it goes on with what it has */
    async reload() {
        const outcome = await this.#run(['-s', 'reload']);
        if (outcome.code === 0)
            return;
        if (/invalid PID number|\.pid".*No such file|No such process/i.test(outcome.stderr)) {
            throw new haproxy_runtime/* SwitchError */.nB(`nginx does not run ${this.#where()}, so it could not be told to reload; start it, then deploy again.`);
        }
        throw new haproxy_runtime/* SwitchError */.nB(`nginx could not be told to reload: ${complaintOf(outcome)}`);
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
            throw new haproxy_runtime/* SwitchError */.nB(`The container ${this.#options.container} has no network ("none"), so its nginx cannot reach the app; give it one.`);
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
        throw new haproxy_runtime/* SwitchError */.nB(`The container ${this.#options.container} ${file ? 'mounts single files of' : 'does not mount'} the folder ${folder}; start it with the whole folder mounted, e.g. "-v ${folder}:/etc/nginx/switchyard:ro", because a single file's mount never shows a new version.`);
    }
    /** Connections that nginx, with all its old workers, has to an address. */
    async connectionsTo(host) {
        const container = await this.#container();
        if (!container || container.networkMode === 'host')
            return await this.#connectionsOfServer(host);
        // The process's own view of the network, which needs no program inside the container.
        const count = await this.#countIn(`/proc/${container.pid}/net/tcp`, host);
        if (count !== undefined)
            return count;
        const outcome = await this.#run(['/proc/net/tcp'], ['cat']);
        if (outcome.code === 0)
            return countConnections(outcome.stdout, host);
        throw new haproxy_runtime/* SwitchError */.nB(`The connections of nginx in the container ${this.#options.container} cannot be counted, because neither /proc/${container.pid}/net/tcp on the server nor "cat" in the container could be used: ${complaintOf(outcome)}`);
    }
    async #connectionsOfServer(host) {
        if (this.#hasSocketStatistics) {
            const outcome = await this.#surroundings.exec(socketStatisticsCommand(host), {
                timeoutMs: commandTimeoutMs,
            });
            if (outcome.code === 0)
                return countPeers(outcome.stdout, host);
            this.#hasSocketStatistics = false;
        }
        const count = await this.#countIn('/proc/net/tcp', host);
        if (count !== undefined)
            return count;
        throw new haproxy_runtime/* SwitchError */.nB('The connections of nginx cannot be counted, because the server has neither "ss" nor /proc/net/tcp; install iproute2.');
    }
    /** Undefined when the server does not show that table. */
    async #countIn(path, host) {
        const outcome = await this.#surroundings
            .exec(countCommand(path, host), { timeoutMs: commandTimeoutMs })
            .catch(() => undefined);
        // grep ends with 1 when it has found nothing.
        if ((outcome?.code === 0 || outcome?.code === 1) && /^\d+$/.test(outcome.stdout.trim()))
            return Number(outcome.stdout);
        const table = await this.#surroundings.folder.read(path).catch(() => undefined);
        return table?.includes('local_address') ? countConnections(table, host) : undefined;
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
            throw new haproxy_runtime/* SwitchError */.nB(`The program "${argv[0]}" could not be run ${this.#where()}; say with "nginx-command" how nginx is called there: ${complaintOf(outcome)}`);
        }
        return outcome;
    }
    async #sudoRefusal(argv, outcome) {
        const asked = await this.#surroundings.exec(['id', '-un'], { timeoutMs: commandTimeoutMs });
        const user = /^[\w.-]+$/.exec(asked.stdout.trim())?.[0] ?? 'the deploy user';
        return new haproxy_runtime/* SwitchError */.nB(`${user} may not run "${argv.join(' ')}" on the server without a password (${complaintOf(outcome)}); put "${user} ALL=(root) NOPASSWD: /usr/sbin/nginx -t, /usr/sbin/nginx -s reload" into /etc/sudoers.d/switchyard, or set "nginx-command".`);
    }
    async #container() {
        const name = this.#options.container;
        if (name === undefined)
            return undefined;
        const container = await this.#surroundings.containers.inspect(name);
        if (!container) {
            throw new haproxy_runtime/* SwitchError */.nB(`The server has no container ${name}; set "nginx-container" to the one that nginx runs in.`);
        }
        if (container.running)
            return container;
        throw new haproxy_runtime/* SwitchError */.nB(`The container ${name}, in which nginx should run, is stopped; start it, then deploy again.`);
    }
    async #networkOwner(container) {
        const other = /^container:(.+)$/.exec(container.networkMode)?.[1];
        const owner = other === undefined ? container : await this.#surroundings.containers.inspect(other);
        if (owner)
            return owner;
        throw new haproxy_runtime/* SwitchError */.nB(`The container ${this.#options.container} uses the network of a container that is gone; create it again.`);
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
    return (0,clipped_text_src/* clipEnd */.O)(line, longestQuote);
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
 * nginx does not tell of single requests and cannot end single connections: `observe` answers undefined, and
 * `closeConnections` does nothing. Old workers keep their connections until they end, or until nginx's
 * `worker_shutdown_timeout`.
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
    /** Our folder as nginx sees it. */
    #seen;
    constructor(options, surroundings) {
        this.#options = options;
        this.#files = (0,nginx_files/* nginxFiles */.o2)(`${options.folder}/nginx`);
        this.#place = new NginxPlace(options, surroundings);
        this.#folder = surroundings.folder;
        this.#surroundings = surroundings;
        this.#door = { open: () => this.openAsClient(), ask: surroundings.ask, question: options.question };
    }
    async live() {
        const text = await this.#folder.read(this.#files.upstream);
        if (text === undefined)
            return undefined;
        const said = (0,nginx_files/* parseUpstream */.xw)(text)?.live;
        const real = await this.#reality(said);
        const live = real ?? said;
        if (live === undefined) {
            throw new haproxy_runtime/* SwitchError */.nB(`It can't be told which version nginx serves, because ${this.#files.upstream} was changed by hand and nginx does not say; put "# switchyard: blue" (or green) and its address back.`);
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
        const said = (0,nginx_files/* parseUpstream */.xw)(text);
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
        const seen = await this.#place.folderAsSeen(this.#files.folder);
        const state = await this.#state();
        if (state && state.live !== 'none')
            return { change: 'unchanged', because: 'nginx already includes its files' };
        return {
            change: 'created',
            because: `nothing of the app serves through nginx yet, which must have ${this.#includeLines(seen)}`,
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
        this.#seen = seen;
        const undo = await this.#place.connectTo(this.#options.network);
        this.#takeNetworkAway ??= undo;
        if (live !== undefined) {
            // A file that was damaged by hand must not be what a failed switch puts back.
            if (!(await this.#state()))
                await this.#writeUpstream(this.#render({ live, slots: this.#slots }));
            // What keeps nginx from switching must come to light while there is nothing to switch back.
            await this.#place.test();
            if ((await this.#ask()).slot === undefined)
                await this.#meetNginx(seen);
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
        const state = (0,nginx_files/* parseUpstream */.xw)(before ?? '');
        const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
        if (before === undefined || !slots) {
            throw new haproxy_runtime/* SwitchError */.nB(`nginx cannot be switched to ${color}, because ${this.#files.upstream} does not say where that is; deploy again.`);
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
            const now = await this.#putBack(before, location).then(() => 'the old files are back and nginx serves as before', () => 'its files could not be put back, but nginx was not told to reload and serves as before');
            throw new haproxy_runtime/* SwitchError */.nB(`${asClause(error)}; ${now}.`, { cause: error });
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
    async sweep() { }
    async settle() { }
    openAsClient() {
        const { host, port } = this.#options.listen;
        return this.#surroundings.connections.openTcp((0,served_address/* reachableHost */.Ak)(host), port);
    }
    async inFlight(color) {
        const state = await this.#state();
        const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
        return slots ? await this.#place.connectionsTo(slots[color].host) : 0;
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
            throw new haproxy_runtime/* SwitchError */.nB(`${asClause(error)}; it needs ${this.#includeLines(seen)}.`, { cause: error });
        }
        if ((await this.#ask()).slot !== undefined)
            return;
        await this.#place.reload();
        const settled = await this.#settled(undefined, this.#options.includeDeadlineMs ?? 5_000);
        if (!('slot' in settled))
            throw this.#notIncluded(settled.last, seen);
    }
    #notIncluded(last, seen) {
        const at = (0,served_address/* printedAddress */.hn)(this.#options.listen);
        const { question } = this.#options;
        return new haproxy_runtime/* SwitchError */.nB(last.connected
            ? `nginx at ${at} answers http://${question.host}${question.path} without the files of ${this.#options.app} (${last.detail}); give it ${this.#includeLines(seen)}, then deploy again.`
            : `Nothing answers on ${at} of the server (${last.detail}); set "listen" to where nginx serves ${this.#options.app} over plain HTTP, and give nginx ${this.#includeLines(seen)}.`);
    }
    #includeLines(folder) {
        const { upstream, location } = (0,nginx_files/* nginxFiles */.o2)(folder);
        return `"${(0,nginx_files/* includeLine */.vV)(upstream)}" in its http block and "${(0,nginx_files/* includeLine */.vV)(location)}" in the location of the app`;
    }
    #notTaken(color, last) {
        const at = (0,served_address/* printedAddress */.hn)(this.#options.listen);
        const said = last.slot === undefined
            ? `at last it answers at ${at} without the files of ${this.#options.app} (${last.detail}); it must have ${this.#includeLines(this.#seen ?? this.#files.folder)}`
            : `at last it serves ${last.slot}; look into its error log`;
        return new haproxy_runtime/* SwitchError */.nB(`nginx was told to reload but did not settle on ${color}: ${said}`);
    }
    async #switchBack(before, location, state, trouble) {
        const what = asClause(trouble);
        try {
            await this.#putBack(before, location);
            await this.#place.reload();
        }
        catch (error) {
            return new haproxy_runtime/* SwitchError */.nB(`${what}; putting the old files back failed as well: ${(0,src/* sentenceOf */.$)(error)}`, {
                cause: trouble,
            });
        }
        if (state === undefined || state.live === 'none')
            return new haproxy_runtime/* SwitchError */.nB(`${what}; the old files are back.`, { cause: trouble });
        const settled = await this.#settled(state.live, 5 * quickMs);
        const now = 'slot' in settled
            ? `the old files are back and nginx serves ${state.live}`
            : `the old files are back, but nginx does not confirm that it serves ${state.live}`;
        return new haproxy_runtime/* SwitchError */.nB(`${what}; ${now}.`, { cause: trouble });
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
        const other = traffic_switch/* colors */.T.map((color) => targets[color].protocol).find((protocol) => protocol !== 'http');
        if (other === undefined)
            return;
        throw new haproxy_runtime/* SwitchError */.nB(`"switch: nginx" moves plain HTTP only, and ${this.#options.app} speaks ${other}; use "switch: haproxy".`);
    }
    async #state() {
        return (0,nginx_files/* parseUpstream */.xw)((await this.#folder.read(this.#files.upstream)) ?? '');
    }
    #ask() {
        return askNginx(this.#door);
    }
    #settled(wanted, deadlineMs) {
        return untilSettled(this.#door, wanted, deadlineMs);
    }
    #render(state) {
        return (0,nginx_files/* renderUpstream */.KU)(this.#options.app, state, this.#options.trustedProxies);
    }
    #location() {
        return (0,nginx_files/* renderLocation */.C1)(this.#options.app);
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

// EXTERNAL MODULE: ./build/packages/release/src/app-container.js
var app_container = __webpack_require__(3042);
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
    if (!owner) {
        throw new SwitchSetupError(`The home folder ${server.home} of the user on the server cannot be read, so it is not known as whom to run the switch; look at its permissions.`);
    }
    return new HaproxySwitch({
        app: request.app,
        image: wanted.image,
        // Before the first deploy the image may be missing; then there is no switch to compare with either.
        imageId: image?.Id ?? wanted.image,
        network: facts.rootless
            ? { mode: 'published', network: (0,app_container/* slotNetworkName */.Qg)(request.app) }
            : { mode: 'host' },
        folder,
        uid: owner.uid,
        gid: owner.gid,
    }, {
        listen: wanted.listen,
        protocol: request.config.protocol,
        requestTimeoutMs: wanted.requestTimeoutMs,
        trustedProxies: wanted.trustedProxies,
        keepsFormerAddress: request.keepsFormerAddress,
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
        network: (0,app_container/* slotNetworkName */.Qg)(request.app),
        question: { host: request.health.host, path: request.health.path ?? '/' },
        trustedProxies,
    }, {
        folder: server.files,
        connections: server,
        ask: (open, question) => (0,http_probe/* probeHttp */.x)(open, { ...question, protocol: 'http', expectedStatus: [{ from: 100, to: 599 }] }),
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
                restarting: summary.State === 'restarting',
                labels: summary.Labels ?? {},
            }));
        },
        create: (name, config) => engine.containers.create(name, config),
        start: (id) => engine.containers.start(id),
        stop: (id, timeoutSeconds) => engine.containers.stop(id, timeoutSeconds),
        kill: (id, signal) => engine.containers.kill(id, signal),
        remove: (id) => engine.containers.remove(id, { force: true, volumes: true }),
        setRestartPolicy: async (id, policy) => {
            // To look takes the Engine 2 ms, to write the same again 20.
            const container = await engine.containers.inspect(id);
            if (container?.HostConfig?.RestartPolicy?.Name === policy)
                return;
            await engine.containers.update(id, { RestartPolicy: { Name: policy } });
        },
        lastLines: (id, lines) => engine.containers.logs(id, { tail: lines }),
    };
}


/***/ }),

/***/ 3181:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G3: () => (/* binding */ usualRollout),
/* harmony export */   n4: () => (/* binding */ findSettings)
/* harmony export */ });
/* unused harmony export UnknownAppError */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2651);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2490);
/* harmony import */ var _switch__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1672);


class UnknownAppError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'UnknownAppError';
}
/**
 * How an app is switched and treated on this server, for a job that was not told. The record of the release that was
 * live last says it; where there is none, the switch itself.
 *
 * @throws UnknownAppError when neither is there
 */
async function findSettings(server, app, store, releases) {
    const last = releases.findLast(({ verdict }) => verdict === 'live') ??
        releases.findLast(({ liveAt }) => liveAt !== undefined) ??
        releases.at(-1);
    if (last) {
        const { rollout, config } = last;
        const { standby, drainTimeoutMs, health } = rollout;
        const fallback = { rollout, switch: last.switch, from: `release ${last.id}` };
        const { protocol, stopTimeoutMs } = config;
        return {
            app,
            switch: last.switch,
            config: { protocol, stopTimeoutMs },
            health,
            standby,
            runsCommands: false,
            drainTimeoutMs,
            fallback,
            keepsFormerAddress: true,
        };
    }
    const found = await readSwitch(server, app, store);
    return {
        app,
        switch: found.switch,
        config: { protocol: found.protocol, stopTimeoutMs: 10_000 },
        health: usualRollout.health,
        standby: usualRollout.standby,
        runsCommands: false,
        drainTimeoutMs: usualRollout.drainTimeoutMs,
        keepsFormerAddress: true,
        fallback: { rollout: usualRollout, switch: found.switch, from: "the actions' defaults" },
    };
}
/** The defaults of the inputs of a deploy. */
const usualRollout = {
    order: 'start-first',
    health: {
        path: undefined,
        command: undefined,
        host: 'localhost',
        statuses: [{ from: 200, to: 299 }],
        intervalMs: 50,
        timeoutMs: 5000,
        threshold: 2,
        startTimeoutMs: 60_000,
    },
    version: undefined,
    watch: { durationMs: 10_000, maxErrorRate: 0.05, maxLatencyP95Ms: undefined },
    drainTimeoutMs: 30_000,
    standby: 'stopped',
    keepReleases: 5,
};
async function readSwitch(server, app, store) {
    const folder = store.switchFolder;
    const labels = { [_switch__WEBPACK_IMPORTED_MODULE_1__/* .switchLabels */ .cS.app]: app, [_switch__WEBPACK_IMPORTED_MODULE_1__/* .switchLabels */ .cS.role]: 'switch' };
    const [containers, nginx, note, haproxyAddress] = await Promise.all([
        server.engine.containers.list({ all: true, labels }),
        server.files.read((0,_switch__WEBPACK_IMPORTED_MODULE_2__/* .nginxFiles */ .o2)(`${folder}/nginx`).upstream),
        server.files.read(`${folder}/live.map`),
        server.files.read(`${folder}/listen`),
    ]);
    if (nginx !== undefined) {
        throw new UnknownAppError(`The record of ${app} is gone, and how its nginx is called cannot be read from anywhere else; deploy it once, which writes the record anew.`);
    }
    for (const container of containers.toSorted((a, b) => (b.Created ?? 0) - (a.Created ?? 0))) {
        const generation = container.Labels?.[_switch__WEBPACK_IMPORTED_MODULE_1__/* .switchLabels */ .cS.generation] ?? '';
        if (!/^\d+$/.test(generation))
            continue;
        const config = (0,_switch__WEBPACK_IMPORTED_MODULE_3__/* .parseHaproxyConfig */ .TQ)((await server.files.read(`${folder}/haproxy-${generation}.cfg`)) ?? '');
        if (!config)
            continue;
        const { protocol, ...rest } = config;
        return {
            switch: { kind: 'haproxy', image: container.ImageID ?? container.Image ?? '', ...rest },
            protocol,
        };
    }
    if (containers.length === 0 && note !== undefined && haproxyAddress === undefined)
        return { switch: { kind: 'none' }, protocol: 'tcp' };
    const name = containers[0]?.Names?.[0]?.replace(/^\//, '');
    if (name !== undefined) {
        throw new UnknownAppError(`The record of ${app} is gone, and so are the files in ${folder} that say how its switch ${name} serves; deploy it once, which says what is to be done with the switch and writes the record anew.`);
    }
    throw new UnknownAppError(`Nothing is known of an app ${app} on this server: there is no record of a release and no switch; check "app", and that "username" is the user who deploys it.`);
}


/***/ }),

/***/ 4286:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ changeUnderLease)
/* harmony export */ });
/* harmony import */ var _engine__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1461);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7707);
/* harmony import */ var _bring_up_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(673);
/* harmony import */ var _candidate_container_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6356);
/* harmony import */ var _deploy_context_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4678);
/* harmony import */ var _hook_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(396);
/* harmony import */ var _lease_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(7353);
/* harmony import */ var _prepare_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1182);
/* harmony import */ var _release_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3126);
/* harmony import */ var _release_store_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8246);
/* harmony import */ var _undo_stack_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(184);
/* harmony import */ var _watch_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6087);












/**
 * Does one change of an app while holding its lease. When the change fails, what it did is undone, newest first, and
 * the result says what serves.
 *
 * Never throws for a change that failed.
 */
async function changeUnderLease(request, server, timeline, reporter, signals, change) {
    const stop = AbortSignal.any([signals.cancelled, signals.lost]);
    // From a clock that nobody sets: the runner's own may be put right in the middle of a job.
    const clock = { zeroMs: Date.now() - performance.now() };
    const context = {
        request,
        server,
        timeline,
        reporter,
        store: _release_store_js__WEBPACK_IMPORTED_MODULE_0__/* .ReleaseStore */ .T.ofApp(server.files, server.home, request.app),
        undo: new _undo_stack_js__WEBPACK_IMPORTED_MODULE_1__/* .UndoStack */ .Z(),
        observer: new _watch_js__WEBPACK_IMPORTED_MODULE_2__/* .TrafficObserver */ .o(),
        progress: { findings: [], switched: false, rolledBack: false, settled: false },
        nowMs: () => clock.zeroMs + performance.now(),
    };
    let lease;
    try {
        const turn = await timeline.run('lease', async () => {
            const [serverTimeMs] = await Promise.all([server.engine.serverTimeMs(), context.store.prepare()]);
            clock.zeroMs = serverTimeMs - performance.now();
            const asking = server.engine.info();
            asking.catch(() => undefined);
            lease = await (0,_prepare_js__WEBPACK_IMPORTED_MODULE_3__/* .takeLease */ ._e)(context, stop);
            return { facts: (0,_engine__WEBPACK_IMPORTED_MODULE_4__/* .serverFacts */ .hk)(await asking, server.engine.version), lease, stop };
        });
        await change(context, turn);
        return resultOf(context, 'live', undefined, undefined);
    }
    catch (error) {
        return await fail(context, error, signals.cancelled, lease);
    }
    finally {
        context.observer.stop();
        await lease?.release().catch(() => {
            reporter.warning('The lease could not be given back; it expires by itself within a minute.');
        });
    }
}
/** Writes down that the release did not make it; the last thing that a failure does. */
async function recordFailure(context, why) {
    const { progress, store, reporter } = context;
    const reason = reporter.masked(why);
    const { before, release } = progress;
    // As long as nothing serves, the record is the only trace by which the next job knows that this one stopped it.
    if (!release || isDown(progress))
        return;
    const verdict = progress.rolledBack || release.liveAt !== undefined ? 'bad' : 'failed';
    progress.release = before ?? (0,_release_js__WEBPACK_IMPORTED_MODULE_5__/* .withVerdict */ .m3)(release, verdict, context.nowMs(), reason);
    const event = before ? 'rollback-failed' : verdict;
    await Promise.all([store.save(progress.release), (0,_deploy_context_js__WEBPACK_IMPORTED_MODULE_6__/* .journal */ .W8)(context, event, reason)]);
}
async function fail(context, thrown, cancelled, lease) {
    const { progress, undo, reporter } = context;
    const error = behindAbort(thrown);
    const isCancelled = cancelled.aborted && [error, causeOf(error)].includes(cancelled.reason);
    if (error instanceof _hook_js__WEBPACK_IMPORTED_MODULE_7__/* .PostDeployError */ .IA) {
        const what = isCancelled ? 'the run was cancelled before post-deploy had ended' : error.message;
        const reason = `Release ${progress.release?.id} is live, but ${what}.`;
        return resultOf(context, isCancelled ? 'cancelled' : 'live', reason, error.cause);
    }
    const why = reasonOf(error, progress);
    const reason = progress.advice && !progress.settled ? `${why} ${progress.advice}` : why;
    if (progress.settled) {
        const wasWatched = context.timeline.entries.some(({ step }) => step === 'drain');
        if (!wasWatched)
            await lookAtTheOnlyOne(context);
        const rest = wasWatched
            ? 'The new release is live all the same; the next run finishes the rest.'
            : 'It stays, because there is no earlier version to go back to.';
        const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
        return resultOf(context, outcome, `${reason} ${rest}`, error);
    }
    if (lease && (await isLost(lease))) {
        // Another run changes the app now; whatever this one took back could be what that one relies on.
        progress.takenOver = true;
        return resultOf(context, 'failed', `${reason} Nothing was taken back, because another run is in charge.`, error, true);
    }
    const troubles = await undo.run();
    await recordFailure(context, reason).catch((trouble) => troubles.push((0,_explained_error__WEBPACK_IMPORTED_MODULE_8__/* .sentenceOf */ .$)(trouble)));
    for (const trouble of troubles)
        reporter.warning(`${trouble} (the next run tidies up).`);
    const outcome = isCancelled ? 'cancelled' : progress.rolledBack ? 'switched-back' : 'failed';
    return resultOf(context, outcome, reason, error, troubles.length > 0);
}
/** A first release that failed its watch stays; what it is in by now is what a person wants to know. */
async function lookAtTheOnlyOne({ server: { engine }, progress }) {
    const name = progress.containerName;
    if (name === undefined)
        return;
    progress.candidateLog ??= await (0,_candidate_container_js__WEBPACK_IMPORTED_MODULE_9__/* .lastLogLines */ .EP)(engine, name, _bring_up_js__WEBPACK_IMPORTED_MODULE_10__/* .candidateLogLines */ .Rj);
    const container = await engine.containers.inspect(name).catch(() => undefined);
    const restarts = container?.RestartCount ?? 0;
    const state = container?.State?.Status ?? 'gone';
    progress.onlyOneIs =
        restarts > 0 ? `${state} after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : state;
}
async function isLost(lease) {
    if (lease.lost.aborted)
        return true;
    try {
        await lease.confirm();
        return false;
    }
    catch (error) {
        return error instanceof _lease_js__WEBPACK_IMPORTED_MODULE_11__/* .LeaseError */ .pS;
    }
}
/** Node's own functions throw an AbortError that says nothing; why the signal fired is its cause. */
function behindAbort(error) {
    return error instanceof Error && error.name === 'AbortError' && error.cause ? error.cause : error;
}
function causeOf(error) {
    return error instanceof Error ? error.cause : undefined;
}
function reasonOf(error, { release, switched, settled }) {
    const text = (0,_explained_error__WEBPACK_IMPORTED_MODULE_8__/* .sentenceOf */ .$)(error);
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
    const wasDown = state !== undefined && state.live?.state !== 'running';
    return {
        outcome,
        reason,
        cause,
        nothingServes: !serves && (wasDown || progress.switchIsGone === true || isDown(progress)),
        servingNow: servingNow(progress, request.app, serves, isUnsure),
        release,
        previous: progress.left ?? state?.live?.releaseId,
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
/** The old version was stopped first, and nobody could start it again. */
function isDown(progress) {
    return isOldDown(progress) && !isNewLeft(progress);
}
/** The new version has the traffic and was not stopped, so the old one, which was stopped first, could not return. */
function isNewLeft(progress) {
    return isOldDown(progress) && progress.switched && progress.newWasStopped !== true;
}
function isOldDown({ oldWasStopped, oldRunsAgain, takenOver }) {
    return oldWasStopped === true && oldRunsAgain !== true && takenOver !== true;
}
function servingNow(progress, app, serves, isUnsure) {
    const { release, state, switched, rolledBack } = progress;
    if (release && serves) {
        const { onlyOneIs } = progress;
        return onlyOneIs === undefined
            ? `Release ${release.id} (${release.color}) serves.`
            : `There is only release ${release.id} (${release.color}), and its container is ${onlyOneIs}.`;
    }
    if (progress.takenOver && progress.oldWasStopped)
        return 'What serves is for the other run to say.';
    const { live } = state ?? {};
    if (live && isDown(progress)) {
        return `Nothing serves, because release ${live.releaseId} (${live.color}) was stopped first and could not be started again; run the job again, which starts it.`;
    }
    if (live && release && isNewLeft(progress)) {
        return `Release ${release.id} (${release.color}) could not be stopped, so it is what serves, if anything does; run the job again, which goes back to release ${live.releaseId} (${live.color}).`;
    }
    if (isUnsure && switched && !rolledBack) {
        return `Both versions were left running, and the switch decides which serves; run the job again.`;
    }
    if (!state)
        return 'Nothing was changed; whatever served before still does.';
    if (live && progress.switchIsGone) {
        return `Nothing answers, because the switch is gone; release ${live.releaseId} (${live.color}) is behind it.`;
    }
    if (!live)
        return `Nothing of ${app} serves on this server.`;
    return live.state === 'running'
        ? `Release ${live.releaseId} (${live.color}) ${rolledBack || progress.oldWasStopped ? 'serves again' : 'still serves'}.`
        : `Release ${live.releaseId} (${live.color}) is live, but its container is ${live.state}.`;
}


/***/ }),

/***/ 184:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ UndoStack)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);

/**
 * How to take back what has been done so far, newest first. Each step of a deploy says how it is undone before it is
 * done, so a failure anywhere has one way out.
 */
class UndoStack {
    #steps = [];
    /** @param options.restNeedsIt when this one fails, nothing that was done before it may be taken back */
    push(what, undo, options = {}) {
        this.#steps.push({ what, undo, restNeedsIt: options.restNeedsIt ?? false });
    }
    /** Nothing is to be taken back any more. */
    clear() {
        this.#steps = [];
    }
    /** Takes everything back. Most steps that fail don't keep the others from being tried; what failed is returned. */
    async run() {
        const troubles = [];
        for (const { what, undo, restNeedsIt } of this.#steps.toReversed()) {
            try {
                await undo();
            }
            catch (error) {
                troubles.push(`Could not ${what}: ${(0,_explained_error__WEBPACK_IMPORTED_MODULE_0__/* .sentenceOf */ .$)(error)}`);
                if (restNeedsIt)
                    break;
            }
        }
        this.clear();
        return troubles;
    }
}


/***/ }),

/***/ 6087:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  o: () => (/* binding */ TrafficObserver),
  y: () => (/* binding */ watchLive)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
;// CONCATENATED MODULE: ./build/packages/release/src/watch-probes.js

const everyMs = 1000;
/** A version that answers one at a time must have as long for its users as for its checks. */
const latenciesApart = 2;
const failuresInARow = 3;
/** The first one of a watch says no more than the health gate did. */
const leastInAWatch = 2;
/**
 * The health checks of a watch, one a second, or fewer of a version that takes long for an answer. None waits for the
 * one before: of a version that hangs, the first three would otherwise take three times the check's own time-out.
 */
class WatchProbes {
    #attempt;
    #nowMs;
    #lastMs = Number.NEGATIVE_INFINITY;
    /** How long the last good answer took, or a quicker bad one. */
    #latencyMs;
    #asked = 0;
    #open = 0;
    #failures = 0;
    #problem;
    #heard = Promise.withResolvers();
    /** @param latencyMs how long the version took for an answer before it had users */
    constructor(attempt, latencyMs, nowMs = () => performance.now()) {
        this.#attempt = attempt;
        this.#latencyMs = latencyMs;
        this.#nowMs = nowMs;
    }
    /** Why the version must be taken back: enough checks in a row have failed. */
    get problem() {
        return this.#problem;
    }
    /** There were enough answers, the last was a good one, and none is waited for. */
    get areWell() {
        return this.#asked >= leastInAWatch && this.#open === 0 && this.#failures === 0;
    }
    /** Resolves when the next check has ended. */
    get answered() {
        return this.#heard.promise;
    }
    /** Starts a check when it is time; after the end of the watch only while there is doubt, or were too few. */
    askInTime(isOver) {
        const apartMs = Math.max(everyMs, latenciesApart * this.#latencyMs);
        const isDue = this.#nowMs() >= this.#lastMs + apartMs && (!isOver || this.#failures > 0);
        const isLacking = isOver && this.#open === 0 && this.#asked < leastInAWatch;
        if (!isDue && !isLacking)
            return;
        this.#lastMs = this.#nowMs();
        this.#asked += 1;
        this.#open += 1;
        void this.#ask();
    }
    async #ask() {
        const failed = await this.#attempt().then(({ outcome, detail, latencyMs }) => {
            const isQuickRefusal = outcome === 'unhealthy' && latencyMs < this.#latencyMs;
            if (outcome === 'healthy' || isQuickRefusal)
                this.#latencyMs = latencyMs;
            return outcome === 'unhealthy' ? detail : undefined;
        }, src/* sentenceOf */.$);
        this.#failures = failed === undefined ? 0 : this.#failures + 1;
        if (this.#failures >= failuresInARow)
            this.#problem ??= `${this.#failures} health checks in a row failed, the last with: ${failed}`;
        this.#open -= 1;
        this.#heard.resolve();
        this.#heard = Promise.withResolvers();
    }
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
        if (request.latencyMs !== undefined)
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
/** Collects what the switch says of both versions, from before the change until the end of the watch. */
class TrafficObserver {
    #samples = { blue: new RequestSample(), green: new RequestSample() };
    #stop;
    /** False where the switch does not tell of single requests. */
    get sees() {
        return this.#stop !== undefined;
    }
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
 * It does not end while a health check is failing: what hangs is known only when the check's own time is up.
 */
async function watchLive(options) {
    const { observer, color, oldColor, request, signal } = options;
    const end = performance.now() + request.durationMs;
    const probes = new WatchProbes(options.attempt, options.checkLatencyMs);
    for (;;) {
        signal.throwIfAborted();
        const isOver = performance.now() >= end;
        if (isOver && probes.areWell)
            break;
        const state = (0,health_gate/* fatalState */.iX)(options.engine, options.containerId, options.restartsBefore);
        const fatal = await state.catch((error) => {
            // An Engine that is short of breath says nothing about the app; one that stays silent ends the connection.
            options.onProgress(`The Engine did not answer: ${(0,src/* sentenceOf */.$)(error)}`);
            return undefined;
        });
        if (fatal)
            return fatal;
        probes.askInTime(isOver);
        if (probes.problem !== undefined)
            return probes.problem;
        const fresh = observer.figures(color);
        const problem = watchProblem(fresh, oldColor && observer.figures(oldColor), request);
        if (problem)
            return problem;
        const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
        const seen = observer.sees ? `${fresh.requests} requests, ${fresh.errors} errors` : 'health checks only';
        options.onProgress(`Watching: ${seen}, ${isOver ? 'until a health check passes' : `${left} s to go`}`);
        const pauseMs = isOver ? tickMs : Math.min(tickMs, Math.max(1, end - performance.now()));
        await Promise.race([probes.answered, (0,promises_.setTimeout)(pauseMs, undefined, { signal })]);
    }
    return watchProblem(observer.figures(color), oldColor && observer.figures(oldColor), request, true);
}


/***/ }),

/***/ 1672:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E0: () => (/* binding */ mapText),
/* harmony export */   NX: () => (/* binding */ parseHaproxyAddress),
/* harmony export */   OM: () => (/* binding */ servedAddresses),
/* harmony export */   TQ: () => (/* binding */ parseHaproxyConfig),
/* harmony export */   Zu: () => (/* binding */ parseMapText),
/* harmony export */   bD: () => (/* binding */ folderInContainer),
/* harmony export */   iK: () => (/* binding */ renderHaproxyConfig),
/* harmony export */   qg: () => (/* binding */ switchFiles)
/* harmony export */ });
/* unused harmony export listenRemark */
/* harmony import */ var _haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5010);
/* harmony import */ var _served_address_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(606);
/* harmony import */ var _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9206);



/** The folder of the app's switch as its container sees it. */
const folderInContainer = '/switchyard';
function switchFiles(folder, generation) {
    return {
        config: `${folder}/haproxy-${generation}.cfg`,
        admin: `${folder}/admin-${generation}.sock`,
        master: `${folder}/master-${generation}.sock`,
        map: `${folder}/live.map`,
        relay: `${folder}/relay.sock`,
        listen: `${folder}/listen`,
    };
}
/** The map's one line: which backend serves. Read at start, so a restart comes back on the right version. */
function mapText(backend) {
    return `live ${backend}\n`;
}
function parseMapText(text) {
    const backend = /^live (\w+)\s*$/m.exec(text)?.[1];
    return _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__/* .colors */ .T.find((color) => color === backend);
}
/** The line by which another deploy sees which address a switch serves. */
function listenRemark(listen) {
    return `# Serves ${(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .writeHaproxyAddress */ .bY)(listen)}`;
}
/** Every address that a configuration's remarks name; the first is the one that was asked for. */
function servedAddresses(config) {
    const remarks = /^(?:# Serves \S+\n){1,2}/.exec(config)?.[0] ?? '';
    return [...remarks.matchAll(/^# Serves (\S+)$/gm)].flatMap(([, text = '']) => parseHaproxyAddress(text) ?? []);
}
/** Reads what `writeHaproxyAddress` writes. */
function parseHaproxyAddress(text) {
    const match = /^ipv(?:4@([\d.]+)|6@\[([\da-fA-F:.]+)\]):(\d{1,5})$/.exec(text.trim());
    const host = match?.[1] ?? match?.[2];
    return host === undefined ? undefined : { host: (0,_served_address_js__WEBPACK_IMPORTED_MODULE_2__/* .canonicalHost */ .rQ)(host), port: Number(match?.[3]) };
}
/**
 * HAProxy's configuration for one app.
 *
 * - `use_backend` looks the live slot up in a map for every request. The runtime API changes that map in one
 *   step, so no request can find both slots or none.
 * - The backend `successor` passes the requests that still reach a replaced switch to the one that replaced it, by
 *   the socket `relay`, which the new process inherits with the other listening sockets.
 */
function renderHaproxyConfig(definition, targets, generation) {
    const { protocol } = definition;
    const files = switchFiles(folderInContainer, generation);
    const tcp = protocol === 'tcp';
    const owner = definition.becomeUser;
    const lookUp = `  use_backend %[str(live),map(${files.map})]`;
    const addresses = [definition.listen, ...(definition.alsoListen ? [definition.alsoListen] : [])];
    const binds = addresses.map(({ host, port }) => ({
        host: definition.isPublished ? '0.0.0.0' : host,
        port,
    }));
    const lines = [
        ...addresses.map(listenRemark),
        ...(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .processSection */ .dQ)(files.admin, owner),
        'defaults',
        `  mode ${tcp ? 'tcp' : 'http'}`,
        ...(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .connectionDefaults */ .F7)(definition.requestTimeoutMs),
        ...(tcp ? [] : (0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .httpDefaults */ .B$)()),
        '',
        'frontend app',
        // On some servers IPv6 sockets would leave IPv4 out.
        ...binds.map((bind) => `  bind ${(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .writeHaproxyAddress */ .bY)(bind)}${bind.host === '::' ? ' v4v6' : ''}`),
        ...(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .requestLog */ .Ml)(protocol),
        ...(tcp ? [] : (0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .forwardedHeaders */ .T2)(definition.listen.port, definition.trustedProxies)),
        ...(tcp ? [] : (0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .probeAnswer */ .Zb)()),
        lookUp,
        '',
        'frontend relay',
        `  bind unix@${files.relay}${(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .socketOwner */ .h$)(owner)} mode 600 accept-proxy`,
        ...(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .requestLog */ .Ml)(protocol),
        ...(tcp ? [] : (0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .probeAnswer */ .Zb)()),
        lookUp,
        '',
        ..._traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__/* .colors */ .T.flatMap((color) => [`backend ${color}`, ...(0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .slotServers */ .vm)(color, targets, protocol), '']),
        ...['backend successor', (0,_haproxy_sections_js__WEBPACK_IMPORTED_MODULE_1__/* .successorServer */ .Uy)(files.relay), ''],
    ];
    return lines.join('\n');
}
/** Reads back what a configuration was made of; undefined when it is not as it was written. */
function parseHaproxyConfig(text) {
    const [listen] = servedAddresses(text);
    const mode = /^ {2}mode (http|tcp)$/m.exec(text)?.[1];
    const serverTimeout = /^ {2}timeout server (\S+)$/m.exec(text)?.[1];
    if (listen === undefined || mode === undefined || serverTimeout === undefined)
        return undefined;
    const limit = /^(\d+)ms$/.exec(serverTimeout)?.[1];
    return {
        listen,
        requestTimeoutMs: limit === undefined ? undefined : Number(limit),
        trustedProxies: [...text.matchAll(/^ {2}acl trusted_edge src (.+)$/gm)].flatMap(([, networks = '']) => networks.split(' ')),
        protocol: mode === 'tcp' ? 'tcp' : 'http',
    };
}


/***/ }),

/***/ 2651:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HG: () => (/* binding */ becomeUser),
/* harmony export */   cS: () => (/* binding */ switchLabels),
/* harmony export */   cn: () => (/* binding */ definitionHash),
/* harmony export */   u7: () => (/* binding */ switchContainerConfig)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1672);


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
function becomeUser(process, ports) {
    const isLow = ports.some((port) => port < lowestUnprivilegedPort);
    return process.network.mode === 'host' && isLow && process.uid !== 0
        ? { uid: process.uid, gid: process.gid }
        : undefined;
}
/**
 * Tells two switches apart: what a running one can't be told by its runtime API. The slots' addresses are left
 * out, because the runtime API changes them.
 */
function definitionHash(process, definition, targets) {
    const placeholder = { host: '0.0.0.0', port: 1 };
    const config = (0,_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .renderHaproxyConfig */ .iK)(definition, { blue: { ...targets.blue, ...placeholder }, green: { ...targets.green, ...placeholder } }, '0');
    const shape = containerShape(process, definition, '0', undefined);
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256')
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
    const files = (0,_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .switchFiles */ .qg)(_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .folderInContainer */ .bD, generation);
    const owner = definition.becomeUser;
    const masterOwner = owner ? `,uid,${owner.uid},gid,${owner.gid}` : '';
    const addresses = [definition.listen, ...(definition.alsoListen ? [definition.alsoListen] : [])];
    return {
        Image: process.imageId,
        User: owner || process.network.mode === 'published' ? '0:0' : `${process.uid}:${process.gid}`,
        Entrypoint: ['haproxy'],
        Cmd: [
            ...['-W', '-db', '-f', files.config, '-S', `${files.master}${masterOwner},mode,600`],
            ...(handover === undefined ? [] : ['-x', (0,_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .switchFiles */ .qg)(_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .folderInContainer */ .bD, handover).admin]),
        ],
        StopSignal: 'SIGUSR1',
        StopTimeout: 5,
        ...(process.network.mode === 'published'
            ? { ExposedPorts: Object.fromEntries(addresses.map(({ port }) => [`${port}/tcp`, {}])) }
            : {}),
        HostConfig: {
            NetworkMode: process.network.mode === 'host' ? 'host' : process.network.network,
            // An Engine that maps users refuses the host's network to a container that is mapped.
            ...(process.network.mode === 'host' ? { UsernsMode: 'host' } : {}),
            // The folder, not its files: a file's mount would keep showing the file that an atomic write replaced.
            Binds: [`${process.folder}:${_haproxy_config_js__WEBPACK_IMPORTED_MODULE_1__/* .folderInContainer */ .bD}`],
            CapDrop: ['ALL'],
            CapAdd: owner ? rootStartCapabilities : [],
            SecurityOpt: ['no-new-privileges'],
            ReadonlyRootfs: true,
            RestartPolicy: { Name: 'no' },
            LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
            ...(process.network.mode === 'published'
                ? {
                    PortBindings: Object.fromEntries(addresses.map(({ host, port }) => [`${port}/tcp`, [{ HostIp: host, HostPort: String(port) }]])),
                }
                : {}),
        },
    };
}


/***/ }),

/***/ 5550:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FN: () => (/* binding */ streamRequests)
/* harmony export */ });
/* unused harmony exports parseLogLine, LineSplitter */
/* harmony import */ var _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9206);

/**
 * Reads one line of the switch's log: backend (`blue`, or `blue_8000` where there are several ports), server (`<NOSRV>`:
 * none was reached), status, time until the answer began (-1: it never did), active time, both in ms, termination state.
 * The server is who answered; a backend's spare is the other slot. Lines of other backends and lines that are damaged
 * give undefined: the ring drops its oldest lines under pressure.
 */
function parseLogLine(line) {
    const match = /(?:^|\s)(blue|green)(?:_\d{1,5})? (\S{1,20}) (-|\d{1,3}|-1) (-?\d{1,12}) (-?\d{1,12}) (\S{2})$/.exec(line.trimEnd());
    if (!match)
        return undefined;
    const [, backend, server, statusText, untilAnswer, active, termination] = match;
    const color = _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__/* .colors */ .T.find((candidate) => candidate === server) ?? _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__/* .colors */ .T.find((candidate) => candidate === backend);
    const tookMs = Number(untilAnswer) >= 0 ? Number(untilAnswer) : Number(active);
    if (!color || tookMs < 0)
        return undefined;
    // TCP has no answers: what it took is how long the connection was open, and that says nothing of the app's pace.
    const latencyMs = statusText === '-' ? undefined : tookMs;
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
/** Reads the log from the ring that the configuration keeps it in. */
function streamRequests(adminSocket, onRequest) {
    const lines = new LineSplitter();
    adminSocket.on('data', (chunk) => {
        for (const line of lines.push(chunk.toString('latin1'))) {
            const request = parseLogLine(line);
            if (request)
                onRequest(request);
        }
    });
    // Figures are a help, not a condition: without them the watch still has probes.
    adminSocket.on('error', () => adminSocket.destroy());
    adminSocket.write('show events requests -wn\n');
    return { stop: () => adminSocket.destroy() };
}


/***/ }),

/***/ 4388:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F1: () => (/* binding */ inFlightOnPorts),
/* harmony export */   HT: () => (/* binding */ sessionsOn),
/* harmony export */   Nr: () => (/* binding */ parseStatistics),
/* harmony export */   V9: () => (/* binding */ slotRow),
/* harmony export */   jj: () => (/* binding */ inFlightOn),
/* harmony export */   mz: () => (/* binding */ entryInMap),
/* harmony export */   nB: () => (/* binding */ SwitchError),
/* harmony export */   rt: () => (/* binding */ parseServerAddresses),
/* harmony export */   tO: () => (/* binding */ runtimeCommands),
/* harmony export */   yP: () => (/* binding */ liveInMap)
/* harmony export */ });
/* unused harmony export completeAnswers */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9206);


class SwitchError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
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
/** Where each server of each backend is, by `backend/server`, as `show servers state` tells it. */
function parseServerAddresses(answer) {
    const lines = answer.split('\n');
    const names = lines
        .find((line) => line.startsWith('# '))
        ?.slice(2)
        .split(' ');
    if (!names?.includes('srv_addr') || !names.includes('srv_port')) {
        throw new SwitchError('The switch did not say where its servers are.');
    }
    return new Map(lines.flatMap((line) => {
        const cells = line.split(' ');
        const cell = (name) => cells[names.indexOf(name)] ?? '';
        if (line.startsWith('#') || cells.length < names.length)
            return [];
        const address = { host: cell('srv_addr'), port: Number(cell('srv_port')) };
        return [[`${cell('be_name')}/${cell('srv_name')}`, address]];
    }));
}
/** The slot that an answer to `show map` calls the live one. */
function liveInMap(answer) {
    const backend = entryInMap(answer);
    return _traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__/* .colors */ .T.find((color) => color === backend);
}
/** What an answer to `show map` has for `live`. */
function entryInMap(answer) {
    return /^\S+ live (\S+)$/m.exec(answer)?.[1];
}
/** Parses `show stat` (CSV with a `# ` header). Columns are found by name, since releases add some. */
function parseStatistics(csv) {
    const lines = csv.split('\n').filter((line) => line !== '');
    const header = lines.shift();
    if (!header?.startsWith('# pxname,svname,'))
        throw new SwitchError('The switch did not answer with its statistics.');
    const names = header.slice(2).split(',');
    /** A count that can't be read must not pass for "nothing in flight", or requests would be cut off. */
    const counted = (text, column) => {
        if (/^\d{1,15}$/.test(text))
            return Number(text);
        throw new SwitchError(`The switch's statistics hold no number in the column ${column}; look at the switch's image and its log.`);
    };
    return lines.map((line) => {
        const cells = line.split(',');
        const cell = (name) => cells[names.indexOf(name)] ?? '';
        return {
            proxy: cell('pxname'),
            server: cell('svname'),
            inFlight: counted(cell('scur'), 'scur'),
            // Frontends have no queue.
            queued: cell('svname') === 'FRONTEND' ? 0 : counted(cell('qcur'), 'qcur'),
        };
    });
}
function slotRow(rows, color) {
    const row = rows.find((candidate) => candidate.proxy === color && candidate.server === 'BACKEND');
    if (!row)
        throw new SwitchError(`The switch knows no slot ${color}.`);
    return row;
}
/**
 * The requests that a slot answers or that still wait for it, whichever backend they came to: each backend has the
 * other slot as its spare.
 */
function inFlightOn(rows, color) {
    const other = (0,_traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__/* .otherColor */ .I)(color);
    const answering = (proxy, server) => rows.find((row) => row.proxy === proxy && row.server === server)?.inFlight ?? 0;
    const { inFlight, queued } = slotRow(rows, color);
    // The rows are not of one moment: what the spare has just ended must not hide what the slot still answers.
    const own = Math.max(answering(color, color), inFlight - answering(color, other));
    return own + queued + answering(other, color);
}
/** As inFlightOn(), over every port of a switch whose backends are called `blue_8000` and so on. */
function inFlightOnPorts(rows, color) {
    const byPort = new Map();
    for (const row of rows) {
        const [, proxy, port] = /^(blue|green)_(\d{1,5})$/.exec(row.proxy) ?? [];
        if (proxy === undefined || port === undefined)
            continue;
        byPort.set(port, [...(byPort.get(port) ?? []), { ...row, proxy }]);
    }
    return [...byPort.values()].reduce((sum, ofPort) => sum + inFlightOn(ofPort, color), 0);
}
/** The ids in an answer to `show sess` of the sessions that a slot serves, or that wait for it. */
function sessionsOn(color, answer) {
    return answer.split('\n').flatMap((line) => {
        const [, id, backend, server] = /^(0x[0-9a-f]{1,16}): .* be=(\S+?)(?:_\d{1,5})? srv=(\S+) /.exec(line) ?? [];
        const slot = server === '<none>' ? backend : server;
        return id !== undefined && slot === color ? [id] : [];
    });
}


/***/ }),

/***/ 5010:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B$: () => (/* binding */ httpDefaults),
/* harmony export */   F7: () => (/* binding */ connectionDefaults),
/* harmony export */   Ml: () => (/* binding */ requestLog),
/* harmony export */   T2: () => (/* binding */ forwardedHeaders),
/* harmony export */   Uy: () => (/* binding */ successorServer),
/* harmony export */   Zb: () => (/* binding */ probeAnswer),
/* harmony export */   bY: () => (/* binding */ writeHaproxyAddress),
/* harmony export */   dQ: () => (/* binding */ processSection),
/* harmony export */   h$: () => (/* binding */ socketOwner),
/* harmony export */   vm: () => (/* binding */ slotServers)
/* harmony export */ });
/* harmony import */ var _traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9206);

// The parts of HAProxy's configuration that every switch has, as lines. Written for HAProxy 2.6 and later
// (https://docs.haproxy.org/3.4/configuration.html).
const longest = '24d';
const networksALine = 50;
/** Four tries a second for each of a thousand requests that wait cost a tenth of a processor, ten tries a quarter. */
const tryAgainMs = 250;
/** How long a request waits for a container that is not there, as while it starts again. */
const patienceMs = 10_000;
/** What follows a socket's path: whose it is, where the process starts as somebody else. */
function socketOwner(owner) {
    return owner ? ` uid ${owner.uid} gid ${owner.gid}` : '';
}
/** The section `global`, and the ring that keeps the last requests for whoever asks. */
function processSection(adminSocket, owner) {
    return [
        'global',
        ...(owner ? [`  uid ${owner.uid}`, `  gid ${owner.gid}`] : []),
        `  stats socket ${adminSocket}${socketOwner(owner)} mode 600 level admin expose-fd listeners`,
        '  stats timeout 1h',
        '  log ring@requests format raw local0',
        // Engines give a container up to a million file descriptors, and HAProxy allocates for all of them at once.
        '  fd-hard-limit 65536',
        // As much head as the usual app servers accept; HAProxy's own limits of 16 kB and 101 lines refuse some of it.
        '  tune.bufsize 32768',
        '  tune.http.maxhdr 1000',
        '',
        'ring requests',
        '  format raw',
        '  maxlen 200',
        '  size 262144',
        '',
    ];
}
/**
 * Time-outs are as long as HAProxy knows, because the app decides how long an upload, a WebSocket or an event stream
 * may last. Only the request's head is limited, and the app's silence where somebody asks for it.
 */
function connectionDefaults(requestTimeoutMs) {
    return [
        // Also the pause between two tries. The app is on this server, where a connection takes no time: one that is not
        // there by then has met a full queue or a container that is gone, and a new try gets in sooner than an old one.
        `  timeout connect ${tryAgainMs}ms`,
        `  timeout client ${longest}`,
        `  timeout server ${requestTimeoutMs === undefined ? longest : `${requestTimeoutMs}ms`}`,
        `  timeout tunnel ${longest}`,
        '  option clitcpka',
        '  option srvtcpka',
        '  option splice-auto',
        // Only a connection that did not come about is tried again: no request reaches the app twice.
        `  retries ${patienceMs / tryAgainMs}`,
        '  retry-on conn-failure',
        '  option redispatch 1',
    ];
}
/**
 * - `http-server-close`: an idle connection to the app could be closed by the app in the moment that a request is
 *   sent on it, and that request, if it is a POST, would be lost.
 * - `idle-close-on-response`: a process that is being replaced ends idle connections with an answer, never with a
 *   reset.
 */
function httpDefaults() {
    return [
        '  timeout http-request 60s',
        // Longer than common edges keep their connections to us (Google Cloud 10, Cloudflare 15 minutes), so that the
        // edge is the one to close.
        '  timeout http-keep-alive 16m',
        '  option http-server-close',
        '  option idle-close-on-response',
    ];
}
/** What parseLogLine() reads. */
function requestLog(protocol) {
    // The time until the app's answer began: how long a stream or a slow client goes on says nothing of the app.
    const format = protocol === 'tcp' ? '%b %s - -1 %Tt %ts' : '%b %s %ST %Tr %Ta %ts';
    return ['  log global', `  log-format "${format}"`];
}
/** @param port the one that clients know the app by */
function forwardedHeaders(port, trustedProxies) {
    return [
        ...trustedEdge(trustedProxies),
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
        // An edge that tells the client's address only by X-Forwarded-For must not be taken for the client.
        '  http-request set-header X-Real-IP %[src] if !trusted_edge',
        '  option forwardfor',
    ];
}
/** HAProxy takes 64 words a line; several lines of one name are an "or". */
function trustedEdge(networks) {
    const lines = networks.length > 0 ? [] : ['  acl trusted_edge always_false'];
    for (let index = 0; index < networks.length; index += networksALine) {
        lines.push(`  acl trusted_edge src ${networks.slice(index, index + networksALine).join(' ')}`);
    }
    return lines;
}
/** Answers a deploy's own question "which slot?"; other clients' requests don't carry the header. */
function probeAnswer() {
    return [
        '  http-request set-var(txn.probe) req.hdr(Switchyard-Probe)',
        '  http-request del-header Switchyard-Probe',
        '  http-response set-header Switchyard-Color %s if { var(txn.probe) -m found }',
    ];
}
/**
 * The servers of one slot's backend, with the other slot as a spare. While the slot has weight, the spare gets nothing,
 * however the slot does; without weight, as the runtime API sets it for the slot that is left, what still waits for the
 * slot goes to the spare with its next try (`option redispatch 1`: HAProxy keeps a server's address from the first try
 * on).
 */
function slotServers(color, targets, protocol) {
    const server = (slot) => {
        const h2 = protocol !== 'tcp' && targets[slot].protocol === 'h2c' ? ' proto h2' : '';
        return `  server ${slot} ${writeHaproxyAddress(targets[slot])}${h2}`;
    };
    return [server(color), `${server((0,_traffic_switch_js__WEBPACK_IMPORTED_MODULE_0__/* .otherColor */ .I)(color))} backup`];
}
/** The way from a process that was replaced to the one that replaced it. */
function successorServer(relaySocket) {
    return `  server successor unix@${relaySocket} send-proxy-v2`;
}
/** An address as a `bind` or `server` line wants it; IPv6 gets its brackets. */
function writeHaproxyAddress(address) {
    return address.host.includes(':')
        ? `ipv6@[${address.host}]:${address.port}`
        : `ipv4@${address.host}:${address.port}`;
}


/***/ }),

/***/ 2490:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C1: () => (/* binding */ renderLocation),
/* harmony export */   KU: () => (/* binding */ renderUpstream),
/* harmony export */   NS: () => (/* binding */ askColor),
/* harmony export */   o2: () => (/* binding */ nginxFiles),
/* harmony export */   vV: () => (/* binding */ includeLine),
/* harmony export */   xw: () => (/* binding */ parseUpstream)
/* harmony export */ });
/* unused harmony export nginxIdentifier */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9206);


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
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(app).digest('hex').slice(0, 8);
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
            : _traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__/* .colors */ .T.map((color) => `# slot ${color}: ${addressText(state.slots[color])}`)),
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
        // An edge that tells the client's address only by X-Forwarded-For must not be taken for the client.
        `map $${name}_edge $${name}_client { default $remote_addr; 1 $http_x_real_ip; }`,
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
    const color = _traffic_switch_js__WEBPACK_IMPORTED_MODULE_1__/* .colors */ .T.find((candidate) => candidate === live);
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


/***/ }),

/***/ 6722:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ TrafficMovedError),
/* harmony export */   f: () => (/* binding */ recordTraffic)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7707);
/* harmony import */ var _haproxy_runtime_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4388);


/**
 * The traffic has moved, and the file that a restart of the switch reads does not say so. Who goes back has arrived all
 * the same, and the next job's recover() mends the file.
 */
class TrafficMovedError extends _haproxy_runtime_js__WEBPACK_IMPORTED_MODULE_0__/* .SwitchError */ .nB {
}
/**
 * Makes the map file say what the process in front of it serves already. On a full disk it can't be written, but when
 * the traffic goes back for that very reason, it still says what it must.
 *
 * @param serves what serves what, as the start of a sentence
 * @throws TrafficMovedError
 */
async function recordTraffic(folder, path, text, serves) {
    const [written] = await Promise.allSettled([folder.write(path, text, 0o600)]);
    const [found] = await Promise.allSettled([folder.read(path)]);
    if (found.status === 'fulfilled' && found.value === text)
        return;
    const failed = [written, found].find((step) => step.status === 'rejected');
    const why = failed ? ` (${(0,_explained_error__WEBPACK_IMPORTED_MODULE_1__/* .sentenceOf */ .$)(failed.reason).replace(/[.\s]+$/, '')})` : '';
    throw new TrafficMovedError(`${serves}, but ${path} could not be made to say so${why}; look at the disk of the server.`, { cause: failed?.reason });
}


/***/ }),

/***/ 606:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ak: () => (/* binding */ reachableHost),
/* harmony export */   Lb: () => (/* binding */ isSameAddress),
/* harmony export */   hn: () => (/* binding */ printedAddress),
/* harmony export */   rQ: () => (/* binding */ canonicalHost),
/* harmony export */   x1: () => (/* binding */ coversAddress)
/* harmony export */ });
/** One spelling for each IP address: IPv6 by the URL parser's rules, and IPv4 that is written as IPv6 as IPv4. */
function canonicalHost(host) {
    if (!host.includes(':'))
        return host;
    let canonical;
    try {
        canonical = new URL(`http://[${host}]/`).hostname.slice(1, -1);
    }
    catch {
        return host;
    }
    const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
    if (high === undefined || low === undefined)
        return canonical;
    return [high, low]
        .map((group) => Number.parseInt(group, 16))
        .flatMap((group) => [group >> 8, group & 0xff])
        .join('.');
}
function isSameAddress(a, b) {
    return a.port === b.port && canonicalHost(a.host) === canonicalHost(b.host);
}
/** Whether a socket on the first address takes all that comes to the second. */
function coversAddress(wide, narrow) {
    if (isSameAddress(wide, narrow))
        return true;
    if (wide.port !== narrow.port)
        return false;
    const [all, one] = [canonicalHost(wide.host), canonicalHost(narrow.host)];
    return all === '::' || (all === '0.0.0.0' && !one.includes(':'));
}
/** Where a client on the server itself reaches what listens there. */
function reachableHost(host) {
    return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
/** For sentences: 127.0.0.1:8080, [::1]:8080. */
function printedAddress({ host, port }) {
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}


/***/ }),

/***/ 9206:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ otherColor),
/* harmony export */   T: () => (/* binding */ colors)
/* harmony export */ });
const colors = ['blue', 'green'];
function otherColor(color) {
    return color === 'blue' ? 'green' : 'blue';
}


/***/ })

};
