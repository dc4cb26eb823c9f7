export const id = 876;
export const ids = [876];
export const modules = {

/***/ 2876:
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
    #onStep;
    constructor(originMs, nowMs, onStep = () => { }) {
        this.#originMs = originMs;
        this.#nowMs = nowMs;
        this.#onStep = onStep;
    }
    async run(step, action) {
        const startMs = this.#nowMs() - this.#originMs;
        this.#onStep(step, 'begins');
        const finish = (outcome) => {
            const durationMs = this.#nowMs() - this.#originMs - startMs;
            this.entries.push({ step, startMs: Math.round(startMs), durationMs: Math.round(durationMs), outcome });
            this.#onStep(step, outcome);
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

// EXTERNAL MODULE: ./build/packages/ssh/src/private-key.js + 1 modules
var private_key = __webpack_require__(1105);
// EXTERNAL MODULE: ./build/packages/ssh/src/host-key.js
var host_key = __webpack_require__(3470);
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
        const opening = ssh.files();
        const [files, socket] = await Promise.all([opening, inputs.dockerSocket ?? contextSocket(ssh, opening)]);
        const { openEngine } = await __webpack_require__.e(/* import() */ 758).then(__webpack_require__.bind(__webpack_require__, 8758));
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
const usualSocket = '/var/run/docker.sock';
/**
 * Where the server's own Docker commands go. Asking the docker command takes it 40 ms to start, so it is only asked
 * when something on the server says that the answer may not be the usual one.
 */
async function contextSocket(ssh, files) {
    const [set, config] = await Promise.all([
        ssh.exec(['printenv', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'], { timeoutMs: 10_000 }),
        files.then((remote) => remote.read('.docker/config.json')).catch(() => undefined),
    ]);
    // printenv ends with 1 when one of the names is not set, and says nothing when none is.
    const isUsual = set.code === 1 && set.stdout === '' && usesDefaultContext(config);
    return isUsual ? usualSocket : await askDocker(ssh);
}
/** Whether a Docker configuration names no context of its own. */
function usesDefaultContext(config) {
    if (config === undefined)
        return true;
    try {
        const { currentContext } = JSON.parse(config);
        return currentContext === undefined || currentContext === '' || currentContext === 'default';
    }
    catch {
        return false;
    }
}
async function askDocker(ssh) {
    const command = ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    const answer = await ssh.exec(command, { timeoutMs: 10_000 });
    const host = answer.stdout.trim();
    if (answer.code !== 0 || host === '')
        return usualSocket;
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
    drain: 'Drain and stop the other version',
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

// EXTERNAL MODULE: ./build/actions/deploy-ssh-bluegreen/src/untouched.js
var untouched = __webpack_require__(1073);
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
    // From the process's own start, so that loading our code counts as well.
    const timeline = new Timeline(0, () => performance.now(), (step, what) => runner.log.debug(`Step ${step}: ${what}`));
    const { host, port } = inputs.ssh.target;
    const server = await (0,untouched/* beforeTouching */.P)(runner, { app: inputs.deploy.app, host }, async () => {
        await checkKeys(inputs);
        runner.log.info(`Connecting to ${host}:${port}.`);
        return await timeline.run('connect', () => connectToServer(inputs, runner.signal));
    });
    try {
        const { deploy, planDeploy } = await __webpack_require__.e(/* import() */ 215).then(__webpack_require__.bind(__webpack_require__, 4215));
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
    const { parseKey } = (await __webpack_require__.e(/* import() */ 789).then(__webpack_require__.t.bind(__webpack_require__, 1789, 19))).default;
    const parsed = parseKey(readable, secret);
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
