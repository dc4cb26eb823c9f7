export const id = 748;
export const ids = [748];
export const modules = {

/***/ 9748:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   deployStackToServer: () => (/* binding */ deployStackToServer)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);
/* harmony import */ var _release__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8920);
/* harmony import */ var _release_report__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1153);
/* harmony import */ var _release_report__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3930);
/* harmony import */ var _server_access__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3991);
/* harmony import */ var _server_access__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5346);
/* harmony import */ var _outputs_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4617);





class NoCheckoutError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'NoCheckoutError';
}
/**
 * Reads the stack from the checkout, connects, deploys, and tells the runner how it went.
 *
 * @throws an explained error when the new release is not live, after outputs and summary are written
 */
async function deployStackToServer({ access, dryRun }, { composeFiles, envFiles, deploy }, runner) {
    // From the process's own start, so that loading our code counts as well.
    const timeline = new _release__WEBPACK_IMPORTED_MODULE_1__/* .Timeline */ .K(0, () => performance.now(), (step, what) => runner.log.debug(`Step ${step}: ${what}`));
    const { host, port } = access.ssh.target;
    const { context } = runner;
    const place = { action: _outputs_js__WEBPACK_IMPORTED_MODULE_2__/* .actionName */ .a, app: deploy.app, host };
    const { server, source } = await (0,_release_report__WEBPACK_IMPORTED_MODULE_3__/* .beforeTouching */ .P)(runner, place, async () => {
        const { workspace } = context;
        if (workspace === undefined) {
            throw new NoCheckoutError('The Compose file is read from the checkout, and GITHUB_WORKSPACE says of none; run actions/checkout in a step before.');
        }
        const { readComposeSource } = await Promise.all(/* import() */[__webpack_require__.e(983), __webpack_require__.e(926)]).then(__webpack_require__.bind(__webpack_require__, 1926));
        const { variables } = deploy;
        const [read] = await Promise.all([
            readComposeSource({ workspace, composeFiles, envFiles, variables }),
            (0,_server_access__WEBPACK_IMPORTED_MODULE_4__/* .checkKeys */ .L)(access),
        ]);
        runner.log.info(`Connecting to ${host}:${port}.`);
        const connected = await timeline.run('connect', () => (0,_server_access__WEBPACK_IMPORTED_MODULE_5__/* .connectToServer */ .PO)(access, runner.signal, () => Promise.all(/* import() */[__webpack_require__.e(895), __webpack_require__.e(100), __webpack_require__.e(983), __webpack_require__.e(174)]).then(__webpack_require__.bind(__webpack_require__, 174))));
        return { server: connected, source: read };
    });
    try {
        const { deployStack, planStackDeploy } = await Promise.all(/* import() */[__webpack_require__.e(895), __webpack_require__.e(100), __webpack_require__.e(983), __webpack_require__.e(174)]).then(__webpack_require__.bind(__webpack_require__, 174));
        const request = {
            ...deploy,
            source,
            origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
        };
        if (dryRun) {
            const plan = await (0,_release_report__WEBPACK_IMPORTED_MODULE_3__/* .beforeTouching */ .P)(runner, place, () => planStackDeploy(request, server, server.engineSocket, (0,_release_report__WEBPACK_IMPORTED_MODULE_6__/* .reporterOf */ .hw)(runner)));
            (0,_release_report__WEBPACK_IMPORTED_MODULE_6__/* .reportPlan */ ._S)(runner, place, 'deploy', plan);
            return;
        }
        const signals = { cancelled: runner.signal, lost: server.lost };
        const result = await deployStack(request, server, server.engineSocket, timeline, (0,_release_report__WEBPACK_IMPORTED_MODULE_6__/* .reporterOf */ .hw)(runner), signals);
        const subject = {
            ...place,
            url: undefined,
            image: undefined,
            commit: context.sha,
            durationMs: Math.round(performance.now()),
        };
        await (0,_release_report__WEBPACK_IMPORTED_MODULE_6__/* .reportResult */ ["if"])(runner, subject, result);
    }
    finally {
        await server.close();
    }
}


/***/ }),

/***/ 3930:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  _S: () => (/* binding */ reportPlan),
  "if": () => (/* binding */ reportResult),
  hw: () => (/* binding */ reporterOf)
});

// EXTERNAL MODULE: ./build/packages/action-kit/src/bug-sentence.js
var bug_sentence = __webpack_require__(4359);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/action-kit/src/durations.js
var durations = __webpack_require__(3182);
;// CONCATENATED MODULE: ./build/packages/release-report/src/summary.js

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
function writeSummary(summary, subject, result, remarks = []) {
    const { release, image } = result;
    const { app, host, url, commit } = subject;
    const name = image?.reference ?? subject.image;
    if (result.reason === undefined) {
        summary.headline('passed', `${app} is live on ${host}: release ${release?.id ?? ''}`);
    }
    else {
        // The same words as the annotation's first line; run() sets them again when the step fails.
        summary.headline(result.outcome === 'cancelled' ? 'unknown' : 'failed', `${result.reason} ${result.servingNow}`);
    }
    summary.table([], [
        ...(result.reason === undefined ? [] : row('Serving now', result.servingNow)),
        ...row('App', `${app} on ${host}`),
        ...(name === undefined ? [] : row('Image', { code: name })),
        ...(image?.digest && !image.reference.includes(image.digest)
            ? row('Digest', { code: image.digest })
            : []),
        ...(commit ? row('Commit', { code: commit }) : []),
        ...(release ? row('Release', `${release.id}${result.color ? ` (${result.color})` : ''}`) : []),
        ...(result.previous ? row('Previous release', result.previous) : []),
        ...(url ? row('Serves on', { code: url }) : []),
        ...(result.switchMs === undefined ? [] : row('Switch took', `${result.switchMs} ms`)),
        ...(result.adoptionGapMs === undefined
            ? []
            : row('Taken over from plain Compose', `${result.adoptionGapMs} ms without an answer, this once`)),
        ...row('Whole job', (0,durations/* formatDuration */.a3)(subject.durationMs)),
    ]);
    for (const remark of remarks)
        summary.paragraph(remark);
    if (result.reason !== undefined && result.candidateLog) {
        summary.heading('Last log lines of the new version').code(result.candidateLog);
    }
    writeServices(summary, result);
    writeHealth(summary, result);
    writeWatch(summary, result);
    if (result.findings.length > 0)
        summary.heading('Found and mended first').list(result.findings);
    writeTimeline(summary, result);
}
function writeServices(summary, { services }) {
    if (!services || services.length === 0)
        return;
    const rows = services.map(({ name, role, image, color, isUnchanged }) => [
        name,
        role,
        { code: image },
        isUnchanged ? 'as before' : color,
    ]);
    summary.heading('Services').table(['Service', 'Role', 'Image', 'New in'], rows);
}
function row(name, value) {
    return [[{ strong: name }, value]];
}
function writeTimeline(summary, result) {
    const rows = result.timeline.map((entry) => [
        stepTitles[entry.step],
        `${(entry.startMs / 1000).toFixed(2)} s`,
        (0,durations/* formatDuration */.a3)(entry.durationMs),
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
        .paragraph(`${health.attempts} ${health.attempts === 1 ? 'attempt' : 'attempts'} in ${(0,durations/* formatDuration */.a3)(health.durationMs)}: ${health.counts.healthy} healthy, ${health.counts.unhealthy} not${first}.`);
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

// EXTERNAL MODULE: ./build/packages/release-report/src/verdict.js
var verdict = __webpack_require__(3323);
;// CONCATENATED MODULE: ./build/packages/release-report/src/report.js




class JobFailed extends src/* ExplainedError */.h {
    name = 'JobFailed';
}
/** Not explained, so that run() calls it a bug and shows the stack of its cause. */
class JobBroken extends Error {
    name = 'JobBroken';
}
/** Lets the steps of a deploy write to the step's log. */
function reporterOf(runner) {
    const { log } = runner;
    return {
        info: (text) => log.info(text),
        warning: (text) => log.warning(text),
        progress: (topic, text) => log.progress(topic, text),
        foreign: (text) => log.untrusted(text),
        secret: (value) => runner.maskUnlessCommon(value),
        masked: (text) => runner.masked(text),
    };
}
/**
 * Sets the outputs and writes the summary.
 *
 * @param remarks what a person must know whatever came of it, as paragraphs of the summary
 * @throws JobFailed when the release is not live as it should be
 * @throws JobBroken when that is our own fault
 */
async function reportResult(runner, subject, result, remarks = []) {
    const { durationMs } = subject;
    const isBug = result.reason !== undefined && result.cause !== undefined && (0,bug_sentence/* isUnexpected */.x)(result.cause);
    const told = isBug ? { ...result, reason: (0,bug_sentence/* bugSentence */.Q)(result.reason) } : result;
    // Where nothing serves there is nowhere to point to.
    const shown = result.nothingServes ? { ...subject, url: undefined } : subject;
    runner.output('release', result.release?.id ?? '');
    runner.output('previous-release', result.previous ?? '');
    runner.output('image-digest', result.image?.digest ?? '');
    runner.output('container', result.container ?? '');
    runner.output('color', result.color ?? '');
    runner.output('url', shown.url ?? '');
    runner.output('switched', result.switched);
    runner.output('rolled-back', result.rolledBack);
    runner.output('reason', told.reason ?? '');
    runner.output('switch-ms', result.switchMs ?? '');
    runner.output('duration-ms', durationMs);
    runner.output('verdict', JSON.stringify((0,verdict/* verdictOf */.V)(shown, told)));
    writeSummary(runner.summary, shown, told, remarks);
    if (result.candidateLog && result.outcome !== 'live') {
        await runner.log.group('The last log lines of the new version', async () => {
            runner.log.untrusted(result.candidateLog ?? '');
        });
    }
    if (result.reason !== undefined) {
        const Failure = isBug ? JobBroken : JobFailed;
        throw new Failure(`${result.reason} ${result.servingNow}`, { cause: result.cause });
    }
    runner.log.info(`${result.servingNow} Took ${(durationMs / 1000).toFixed(1)} s.`);
}
/** What a dry run has worked out; nothing was changed. */
function reportPlan(runner, { action, app, host }, verb, plan) {
    runner.log.info(`Dry run, nothing was changed. A ${verb} would:`);
    for (const [index, step] of plan.steps.entries())
        runner.log.info(`${index + 1}. ${step}`);
    runner.summary
        .headline('unknown', `Dry run: what a ${verb} of ${app} to ${host} would do`)
        .list(plan.steps);
    runner.output('image-digest', plan.imageDigest ?? '');
    runner.output('previous-release', plan.previous ?? '');
    runner.output('color', plan.color ?? '');
    runner.output('switched', false);
    runner.output('rolled-back', false);
    runner.output('duration-ms', Math.round(performance.now()));
    const { steps, imageDigest, color, previous } = plan;
    const shown = { steps, imageDigest, color, previous };
    runner.output('verdict', JSON.stringify({ format: 1, action, outcome: 'planned', app, plan: shown }));
}


/***/ }),

/***/ 3323:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ verdictOf),
/* harmony export */   r: () => (/* binding */ urlOf)
/* harmony export */ });
/** Where the switch serves, as seen from the server. */
function urlOf(wanted, protocol) {
    if (wanted.kind === 'none')
        return undefined;
    const { host, port } = wanted.listen;
    const name = host.includes(':') ? `[${host}]` : host;
    return `${protocol === 'tcp' ? 'tcp' : 'http'}://${name}:${port}`;
}
/** Everything that other actions may want to know, without any value of the environment. */
function verdictOf(subject, result) {
    const { health, release, image } = result;
    return {
        format: 1,
        action: subject.action,
        outcome: result.outcome,
        reason: result.reason,
        servingNow: result.servingNow,
        app: subject.app,
        host: subject.host,
        release: release?.id,
        releaseVerdict: release?.verdict,
        previousRelease: result.previous,
        image: image?.reference,
        imageDigest: image?.digest,
        commit: subject.commit,
        color: result.color,
        container: result.container,
        url: subject.url,
        switched: result.switched,
        rolledBack: result.rolledBack,
        switchMs: result.switchMs,
        adoptionGapMs: result.adoptionGapMs,
        services: result.services,
        durationMs: subject.durationMs,
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


/***/ }),

/***/ 8920:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ Timeline)
/* harmony export */ });
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


/***/ }),

/***/ 3991:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ checkKeys)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);

/** What can be told from the key and the known hosts alone is told before a connection is opened. */
async function checkKeys({ ssh: { target, jump } }) {
    const { checkKnownHosts, checkPrivateKey } = await __webpack_require__.e(/* import() */ 786).then(__webpack_require__.bind(__webpack_require__, 9786));
    for (const one of jump ? [target, jump] : [target]) {
        await checkPrivateKey(one.privateKey, one.passphrase).catch((error) => {
            throw one === jump && one.privateKey !== target.privateKey ? asJumpKeyError(error) : error;
        });
        if ('knownHosts' in one.hostKey)
            checkKnownHosts(one.hostKey.knownHosts, one.host, one.port);
    }
}
/** The same sentence with the names that the jump host's inputs have. */
function asJumpKeyError(error) {
    if (!(error instanceof _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h))
        return error;
    const sentence = error.message.replaceAll(/(?<![\w-])private-key|^passphrase|(?<=set )passphrase/g, 'jump-$&');
    return new _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h(sentence, { cause: error });
}


/***/ }),

/***/ 5346:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PO: () => (/* binding */ connectToServer)
/* harmony export */ });
/* unused harmony exports DockerHostError, usesDefaultContext, markedHost */
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);


class DockerHostError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'DockerHostError';
}
/**
 * Opens the one SSH connection of a job and everything that goes through it.
 *
 * @param load code that is needed next; it is loaded while the server answers
 * @throws a sentence that says which part failed, at which host, and what to do
 */
async function connectToServer(access, signal, load) {
    const { connect } = await __webpack_require__.e(/* import() */ 786).then(__webpack_require__.bind(__webpack_require__, 9786));
    const { target, jump, connectTimeoutMs } = access.ssh;
    const connecting = connect(target, { ...(jump ? { jump } : {}), connectTimeoutMs, signal });
    const [ssh] = await Promise.all([connecting, Promise.all(/* import() */[__webpack_require__.e(895), __webpack_require__.e(646)]).then(__webpack_require__.bind(__webpack_require__, 7646)), load()]);
    try {
        const opening = ssh.files();
        const [{ engine, socket }, files, home] = await unlessAborted(signal, Promise.all([
            access.dockerSocket ? engineAt(ssh, access.dockerSocket) : contextEngine(ssh, opening),
            opening,
            opening.then((remote) => remote.home()),
        ]));
        const lost = new AbortController();
        void ssh.closed.then((error) => error && lost.abort(error));
        return {
            engine,
            engineSocket: socket,
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
/** A server that has let us in and then says nothing more is waited for longer than a cancelled job can. */
async function unlessAborted(signal, work) {
    const aborted = Promise.withResolvers();
    const onAbort = () => aborted.reject(signal.reason);
    if (signal.aborted)
        onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
        return await Promise.race([work, aborted.promise]);
    }
    finally {
        signal.removeEventListener('abort', onAbort);
    }
}
const usualSocket = '/var/run/docker.sock';
async function engineAt(ssh, socket) {
    const { openEngine } = await Promise.all(/* import() */[__webpack_require__.e(895), __webpack_require__.e(646)]).then(__webpack_require__.bind(__webpack_require__, 7646));
    return { engine: await openEngine(() => ssh.openUnixSocket(socket)), socket };
}
/** The Engine of the server's own Docker commands. It is opened at the usual place while the server is asked. */
async function contextEngine(ssh, files) {
    const usual = engineAt(ssh, usualSocket);
    // Whether anything is wrong there only matters when the answer is that this is the place.
    usual.catch(() => undefined);
    const dismiss = () => void usual.then(({ engine }) => engine.close()).catch(() => undefined);
    let socket;
    try {
        socket = await contextSocket(ssh, files);
    }
    catch (error) {
        dismiss();
        throw error;
    }
    if (socket === usualSocket)
        return await usual;
    dismiss();
    return await engineAt(ssh, socket);
}
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
    const template = `${marks[0]}{{.Endpoints.docker.Host}}${marks[1]}`;
    const command = ['docker', 'context', 'inspect', '--format', template];
    const answer = await ssh.exec(command, { timeoutMs: 10_000 });
    const host = markedHost(answer.stdout);
    if (answer.code !== 0 || host === '')
        return usualSocket;
    const path = /^unix:\/\/(\/\S+)$/.exec(host)?.[1];
    if (path !== undefined)
        return path;
    throw new DockerHostError(`The Docker context of the user on the server points to ${(0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(host, 120)}, which is not on that server; set "docker-host" to its socket, like unix:///var/run/docker.sock.`);
}
/** A start-up file of the login shell may print something before the answer, and nothing of that looks like these. */
const marks = ['<switchyard-docker-host>', '</switchyard-docker-host>'];
/** The answer between its marks, on one line; empty when there is none. */
function markedHost(stdout) {
    const [, host = ''] = /<switchyard-docker-host>([^<>]*)<\/switchyard-docker-host>/.exec(stdout) ?? [];
    return host.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}


/***/ })

};
