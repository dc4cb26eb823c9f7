export const id = 396;
export const ids = [396];
export const modules = {

/***/ 6396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rollBackStack: () => (/* binding */ rollBackStack)
});

// EXTERNAL MODULE: ./build/packages/release/src/rollback.js + 1 modules
var rollback = __webpack_require__(3100);
// EXTERNAL MODULE: ./build/packages/release-report/src/report.js + 1 modules
var report = __webpack_require__(3930);
// EXTERNAL MODULE: ./build/packages/release-report/src/before-touching.js
var before_touching = __webpack_require__(1153);
// EXTERNAL MODULE: ./build/packages/release/src/rollback-choice.js
var rollback_choice = __webpack_require__(3615);
// EXTERNAL MODULE: ./build/packages/release/src/interrupted-job.js
var interrupted_job = __webpack_require__(507);
;// CONCATENATED MODULE: ./build/packages/compose/src/released-names.js
/** The network, as the released file calls it, in which both colours of every routed service have their addresses. */
const released_names_stackNetwork = 'switchyard';
/** The service that stands before a routed one and has its ports and its names. */
function released_names_switchServiceOf(service) {
    return `${service}-switch`;
}

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/release/src/restored.js
var restored = __webpack_require__(9101);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var src_release = __webpack_require__(3126);
// EXTERNAL MODULE: ./build/packages/release/src/mended-verdict.js
var mended_verdict = __webpack_require__(9586);
// EXTERNAL MODULE: ./build/packages/switch/src/recorded-traffic.js
var recorded_traffic = __webpack_require__(6722);
;// CONCATENATED MODULE: ./build/packages/stack/src/stack-context.js
async function journal(job, event, detail) {
    const { store, progress, request } = job;
    await store.note({
        at: new Date(job.nowMs()).toISOString(),
        event,
        ...(progress.release ? { release: progress.release.id } : {}),
        detail,
        runUrl: request.origin.runUrl,
    });
}
/** The containers that a service has beside those of one colour, or all that plain Compose has made. */
function othersOf(state, service, color) {
    return state.containers.filter((one) => one.service === service && one.color !== color);
}
function isUp({ state }) {
    return state === 'running' || state === 'paused' || state === 'restarting';
}

// EXTERNAL MODULE: ./build/packages/engine/src/engine-error.js
var engine_error = __webpack_require__(1413);
;// CONCATENATED MODULE: ./build/packages/compose/src/stack-containers.js

/** All containers of a project, running or not, the oldest first. */
async function stackContainers(engine, project, options = {}) {
    const labels = { 'com.docker.compose.project': project };
    const containers = await engine.containers.list({ all: true, labels, ...options });
    return containers
        .map(stackContainer)
        .toSorted((left, right) => left.createdMs - right.createdMs || left.number - right.number);
}
function stackContainer(container) {
    const labels = container.Labels ?? {};
    const compose = (name) => labels[`com.docker.compose.${name}`] ?? '';
    const color = labels['switchyard.color'];
    return {
        id: container.Id ?? '',
        name: (container.Names?.[0] ?? '').replace(/^\//, ''),
        service: compose('service'),
        number: Number(compose('container-number')) || 0,
        state: container.State ?? '',
        configHash: compose('config-hash'),
        image: container.Image ?? '',
        imageId: container.ImageID ?? '',
        isOneOff: compose('oneoff') === 'True',
        configFiles: compose('project.config_files')
            .split(',')
            .filter((path) => path !== ''),
        workingDirectory: compose('project.working_dir'),
        app: labels['switchyard.app'],
        color: color === 'blue' || color === 'green' ? color : undefined,
        role: labels['switchyard.role'],
        createdMs: (container.Created ?? 0) * 1000,
    };
}
/** How many containers each service has in Compose's eyes: running or not, without one-off ones. */
function countsByService(containers) {
    const counts = new Map();
    for (const { service, isOneOff } of containers) {
        if (!isOneOff)
            counts.set(service, (counts.get(service) ?? 0) + 1);
    }
    return counts;
}
/**
 * Takes from a container, before its first start, the names that Compose gives it on its networks (the service's name
 * and the user's aliases): they would lead users to it from the moment it runs. Fixed addresses and whatever else was
 * set for its place in a network stay. Its own name, which is no alias, stays too.
 *
 * @param networks names; all of its networks when left out
 * @throws EngineError when it is gone, or runs with such names: its connections would be cut
 */
async function detachAliases(engine, containerId, networks, options = {}) {
    const container = await engine.containers.inspect(containerId, options);
    if (container?.Id === undefined) {
        throw new engine_error/* EngineError */.NJ(`The container ${containerId.slice(0, 12)} is gone; run again.`);
    }
    const name = (container.Name ?? '').replace(/^\//, '');
    // Engines before 25 list the short id among the aliases; it comes back by itself.
    const ownNames = [name, container.Id.slice(0, 12)];
    for (const [network, endpoint] of Object.entries(container.NetworkSettings?.Networks ?? {})) {
        if (networks !== undefined && !networks.includes(network))
            continue;
        if ((endpoint.Aliases ?? []).every((alias) => ownNames.includes(alias)))
            continue;
        if (container.State?.Running) {
            throw new engine_error/* EngineError */.NJ(`The container ${name} runs already, so its names on the network ${network} cannot be taken away without cutting its connections.`);
        }
        await engine.networks.disconnect(network, container.Id, options);
        await engine.networks.connect(network, container.Id, withoutAliases(endpoint), options);
    }
}
/** Only what was asked for: the rest of an endpoint is what the Engine found for it. */
function withoutAliases(endpoint) {
    const kept = {};
    if (endpoint.IPAMConfig && Object.keys(endpoint.IPAMConfig).length > 0)
        kept.IPAMConfig = endpoint.IPAMConfig;
    if (endpoint.Links?.length)
        kept.Links = endpoint.Links;
    if (endpoint.MacAddress)
        kept.MacAddress = endpoint.MacAddress;
    if (endpoint.DriverOpts && Object.keys(endpoint.DriverOpts).length > 0)
        kept.DriverOpts = endpoint.DriverOpts;
    if (endpoint.GwPriority)
        kept.GwPriority = endpoint.GwPriority;
    return kept;
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-release.js
/** One above that of a single app's releases, so that an older Switchyard refuses it rather than mangles it. */
const stackFormat = 2;
function routedServices(release) {
    return Object.entries(release.services).filter((entry) => entry[1].role === 'routed');
}
/** As a choice among releases knows it. */
function choosable(release) {
    const entries = Object.entries(release.services);
    const config = entries.map(([name, { image: _, color: __, ...rest }]) => [name, rest]);
    return { ...release, images: entries.map(([, { image }]) => image), config };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/switch-definition.js
/**
 * What the switch in front of a service is told: every port of the new release, and where the one that serves listens,
 * because a release may move from http to h2c.
 *
 * @throws Error for a service that has no slots
 */
function switchDefinition(service, released, release, live, project) {
    const slots = release.network.slots[service];
    if (!slots)
        throw new Error(`${service} has no slots`);
    const serving = live?.services[service];
    const published = project.services[service]?.ports ?? [];
    const { requestTimeoutMs, trustedProxies } = release.switch;
    return {
        requestTimeoutMs,
        trustedProxies,
        ports: released.ports.map(({ port, protocol }) => {
            const spoken = serving?.ports.find((one) => one.port === port)?.protocol ?? protocol;
            const at = (color) => ({
                host: slots[color],
                port,
                protocol: color === released.color ? protocol : spoken,
            });
            const publishedPort = Number(published.find(({ target }) => target === port)?.published) || undefined;
            return { port, protocol, publishedPort, slots: { blue: at('blue'), green: at('green') } };
        }),
    };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-switches.js



function switchContainerOf(containers, service) {
    return containers.find((one) => one.role === 'switch' && one.service === released_names_switchServiceOf(service));
}
/** What plain Compose has made of a service: without a colour. */
function plainOnes(containers, service) {
    return containers.filter((one) => one.service === service && one.color === undefined);
}
/** Compares the switches that are there with what the release's file says of them. */
async function switchWork(ground, release, file) {
    const hashes = await ground.compose.hashes(file);
    const created = [];
    const replaced = [];
    const adopted = [];
    for (const [service] of routedServices(release)) {
        const container = switchContainerOf(ground.state.containers, service);
        if (container) {
            if (container.configHash !== hashes.get(released_names_switchServiceOf(service)))
                replaced.push(service);
        }
        else if (plainOnes(ground.state.containers, service).length > 0)
            adopted.push(service);
        else
            created.push(service);
    }
    return { created, replaced, adopted };
}
/**
 * Writes what the switches start from, tells those that run what has changed, and makes those that are new and whose
 * address nobody has. They lead nowhere yet.
 */
async function readySwitches(job, ground, plan) {
    const { files, undo } = job;
    const { release, project } = plan;
    const { live } = ground.state;
    const file = { path: files.fileOf(release.id), project };
    const work = await switchWork(ground, release, file.path);
    const restarted = [...work.created, ...work.replaced, ...work.adopted];
    await Promise.all(routedServices(release).map(async ([service, released]) => {
        const definition = switchDefinition(service, released, release, live, project);
        const trafficSwitch = ground.switches.of(service);
        await job.server.files.makeDirectory(files.switchFolder(service), 0o700);
        if (restarted.includes(service)) {
            const serving = live?.services[service];
            await trafficSwitch.prepareFiles(serving?.role === 'routed' ? serving.color : undefined, definition);
        }
        else
            await trafficSwitch.apply(definition);
    }));
    if (work.created.length > 0) {
        const names = work.created.map(released_names_switchServiceOf);
        undo.push('take the new switches away', () => removeSwitches(job, release.app, names));
        await ground.compose.upSwitches(file, names);
        await Promise.all(work.created.map((service) => ground.switches.of(service).ready()));
    }
    return work;
}
async function removeSwitches(job, app, names) {
    const { engine } = job.server;
    const containers = await stackContainers(engine, app);
    const made = containers.filter(({ role, service }) => role === 'switch' && names.includes(service));
    await Promise.all(made.map(({ id }) => engine.containers.remove(id, { force: true })));
    // The next switch of the service would lead to what this one led to.
    const folders = names.map((name) => job.files.switchFolder(name.replace(/-switch$/, '')));
    await Promise.all(folders.map((folder) => job.server.files.remove(folder)));
}

;// CONCATENATED MODULE: ./build/packages/stack/src/ensure-switch.js




/** The switch may have been removed by a person, or by a job that died while it replaced it. */
async function ensureSwitch(job, { state, switches, compose }, live, project, service, released, onFinding) {
    const container = switchContainerOf(state.containers, service);
    if (container && isUp(container))
        return;
    if (plainServes(state, service))
        return;
    const trafficSwitch = switches.of(service);
    if (project) {
        await job.server.files.makeDirectory(job.files.switchFolder(service), 0o700);
        await trafficSwitch.prepareFiles(released.color, switchDefinition(service, released, live, live, project));
    }
    if (container) {
        await job.server.engine.containers.start(container.id);
        onFinding(`Started ${container.name}, which did not run.`);
    }
    else {
        if (!project)
            return;
        await compose.upSwitches({ path: job.files.fileOf(live.id), project }, [released_names_switchServiceOf(service)]);
        onFinding(`Made the switch of ${service} anew, which was gone.`);
    }
    await trafficSwitch.ready();
}
/** A person has left us, or an adoption was never finished: it has the address. */
function plainServes({ containers }, service) {
    return plainOnes(containers, service).some(isUp) && !isUpSwitch(switchContainerOf(containers, service));
}
function isUpSwitch(container) {
    return container?.role === 'switch' && isUp(container);
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-parts.js
const sameGoMs = 2000;
/**
 * The container of a service that a release means by its colour. One of the release before the last may finish its work
 * under the same colour; the newest is meant.
 *
 * @param containers oldest first
 */
function containerOf(containers, service, color) {
    return containers.findLast((one) => one.service === service && one.color === color && isOfService(one));
}
/** All that belong to the same release as that one: a worker may have replicas. */
function containersOf(containers, service, color) {
    const alike = containers.filter((one) => one.service === service && one.color === color && isOfService(one));
    const found = alike.splice(-1);
    for (const one of alike.toReversed()) {
        const [next] = found;
        if (!next || !areSiblings(one, next))
            break;
        found.unshift(one);
    }
    return found;
}
/** Compose makes replicas in one go. A release that was gone back to may still end what it had begun before. */
function areSiblings(one, next) {
    const isOfSame = madeFor(one) !== undefined && madeFor(one) === madeFor(next);
    return isOfSame && (next.number - one.number === 1 || next.createdMs - one.createdMs <= sameGoMs);
}
/** Made by a release, and no switch. */
function isOfService({ role, color, isOneOff }) {
    return role === 'service' && color !== undefined && !isOneOff;
}
/** The id of the release for which Compose has made a container; later ones may have left it as it was. */
function madeFor({ configFiles }) {
    const [file = ''] = configFiles;
    return /\/stacks\/([^/]+)\/compose\.yaml$/.exec(file)?.[1];
}
/** The record of that release. */
function makerOf(releases, container) {
    const id = madeFor(container);
    return releases.find((release) => release.id === id);
}
/** Whether users can have met it: a release that is bad has served. */
function hasServed({ liveAt, verdict }) {
    return liveAt !== undefined || verdict === 'bad';
}
/** Started without us, by a person or by plain Compose. */
function isForeign({ color, role, isOneOff, configFiles }) {
    const isOurs = role !== undefined || color !== undefined;
    return !isOurs && !isOneOff && !configFiles.some((path) => path.includes('/.switchyard/'));
}
/** The release whose record a path is. */
function idOfRecord(path) {
    return path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
}

;// CONCATENATED MODULE: ./build/packages/stack/src/serve-again.js









const nothingToServe = {
    restored: undefined,
    isWhole: true,
    givenUp: undefined,
    ledBack: new Set(),
    withoutOwn: new Set(),
};
/** Every service of the live release runs, and every switch leads to it. */
async function serveAgain(job, found, live, project, onFinding) {
    const { state } = found;
    const cause = interrupter(state, live);
    const withoutOwn = new Set();
    let starts = 0;
    let isWhole = true;
    let givenUp;
    // First the word, then the deed: who is killed in between leaves a trace of what was begun.
    const giveUp = async () => {
        givenUp ??= await giveUpDeploy(job, state, cause);
    };
    for (const [service, { color, role }] of Object.entries(live.services)) {
        if (role === 'job')
            continue;
        const own = containersOf(state.containers, service, color);
        if (own.length === 0)
            withoutOwn.add(service);
        for (const container of own) {
            const started = await startAgain(job, state, live, container, giveUp, onFinding);
            if (started === true)
                starts += 1;
            if (started === false)
                isWhole = false;
            if (started !== true && !isUp(container))
                withoutOwn.add(service);
        }
    }
    const ledBack = new Set();
    let switchMs = 0;
    for (const [service, released] of routedServices(live)) {
        await ensureSwitch(job, found, live, project, service, released, onFinding);
        if (!switchContainerOf(state.containers, service) && project === undefined)
            continue;
        if (plainServes(state, service))
            continue;
        const tookMs = await leadBack(found, live, service, released, withoutOwn, giveUp, onFinding);
        if (tookMs === undefined)
            continue;
        ledBack.add(service);
        switchMs = Math.max(switchMs, tookMs);
    }
    let restored;
    if (cause && ledBack.size > 0) {
        restored = { ...cause, how: 'switched back', switchMs: Math.round(switchMs * 10) / 10 };
    }
    else if (cause && starts > 0)
        restored = { ...cause, how: 'started' };
    return { restored, isWhole, givenUp, ledBack, withoutOwn };
}
/**
 * Starts a container of the live release that an interrupted job has stopped; one that no such job can have stopped was
 * stopped by a person, and stays so.
 *
 * @returns undefined when there was nothing to do, false when it does not start
 */
async function startAgain({ server }, state, live, own, giveUp, onFinding) {
    if (!stoppedByJob(state, live, own))
        return undefined;
    const { containers } = server.engine;
    const newer = newerThan(state, own, live);
    const seconds = Math.ceil((live.services[own.service]?.stopGraceMs ?? 10_000) / 1000);
    const isAlone = live.services[own.service]?.order === 'stop-first';
    // Never two at once, on the way back neither.
    const stopped = isAlone ? newer.filter(isUp) : [];
    await giveUp();
    for (const { id } of stopped)
        await containers.stop(id, seconds);
    try {
        await containers.start(own.id);
        onFinding(`Started ${own.name} again, which an earlier job had stopped.`);
        return true;
    }
    catch (error) {
        onFinding(`${own.name} is of the live release and could not be started again: ${(0,src/* sentenceOf */.$)(error)}`);
        // A version that was given up is better than none.
        for (const { id } of stopped)
            await containers.start(id).catch(() => undefined);
        return false;
    }
}
/** Whether a container of the live release was stopped by a job that wanted to put another in its place. */
function stoppedByJob(state, live, own) {
    if (own.state !== 'exited')
        return false;
    return newerThan(state, own, live).length > 0 || (0,restored/* stoppedBy */.$)(live.id, state.releases) !== undefined;
}
/** What a later job had made to follow it. */
function newerThan({ containers }, own, { services }) {
    const color = services[own.service]?.color;
    const same = color === undefined ? [own] : containersOf(containers, own.service, color);
    return containers
        .slice(containers.indexOf(own) + 1)
        .filter((one) => one.service === own.service && isOfService(one) && !same.includes(one));
}
/**
 * The record by which a rollback knows that what serves was gone back to a moment ago. It says no reason: whoever mends
 * the records adds it, and then that trace is gone.
 */
async function giveUpDeploy({ store, nowMs, reporter }, { releases }, cause) {
    const release = releases.find(({ id }) => cause?.by === 'deploy' && id === cause.insteadOf);
    if (!release || (release.verdict === 'bad' && release.reason === undefined))
        return release;
    const givenUp = { ...(0,src_release/* withVerdict */.m3)(release, 'bad', nowMs()), reason: undefined };
    // On a full disk the way back is all the more urgent.
    await store.save(givenUp).catch((error) => {
        reporter.warning(`The record could not be written before the way back: ${(0,src/* sentenceOf */.$)(error)}`);
    });
    return givenUp;
}
/** @returns how long the flip took, or undefined when it leads there already */
async function leadBack({ switches }, live, service, { color }, withoutOwn, giveUp, onFinding) {
    const trafficSwitch = switches.of(service);
    for (const finding of await trafficSwitch.recover())
        onFinding(finding);
    const now = await trafficSwitch.live();
    if (now === color)
        return undefined;
    if (withoutOwn.has(service)) {
        onFinding(`${service} still leads to ${now ?? 'no version'}, because the container of release ${live.id} does not run.`);
        return undefined;
    }
    await giveUp();
    let tookMs = 0;
    try {
        tookMs = await trafficSwitch.shift(color);
    }
    catch (error) {
        // It has arrived, and the next job's recover() mends the file.
        if (!(error instanceof recorded_traffic/* TrafficMovedError */.F))
            throw error;
        onFinding((0,src/* sentenceOf */.$)(error));
    }
    onFinding(`Led ${service} back to ${color}, from which an earlier job had begun to move it.`);
    return tookMs;
}
/** The job that was at work when it was interrupted, as far as it has left a trace. */
function interrupter({ releases, containers }, live) {
    const stopped = (0,restored/* stoppedBy */.$)(live.id, releases);
    if (stopped)
        return { by: stopped.by, insteadOf: stopped.insteadOf };
    const taken = releases.findLast((release) => (0,mended_verdict/* isTakenBackInSilence */.R5)(release, live));
    if (taken)
        return { by: 'deploy', insteadOf: taken.id };
    // A rollback that was on its way back has put its release's record back already.
    const newest = containers.findLast(isOfService);
    const maker = newest && makerOf(releases, newest);
    return maker && maker.id !== live.id ? { by: 'rollback', insteadOf: maker.id } : undefined;
}
/** A first release of ours that died while it took addresses over: what plain Compose had made serves again. */
async function letPlainOnesServe(job, state, onFinding) {
    const { containers } = job.server.engine;
    let isWhole = true;
    const pending = state.releases.filter(({ verdict }) => verdict === 'pending');
    for (const release of pending) {
        for (const [service, { role }] of Object.entries(release.services)) {
            const stopped = plainOnes(state.containers, service).filter(({ state: now }) => now === 'exited');
            if (stopped.length === 0 || role === 'job')
                continue;
            const fresh = state.containers.filter((one) => one.service === service && isOfService(one));
            for (const { id } of fresh)
                await containers.remove(id, { force: true, volumes: true });
            if (role === 'routed')
                await removeSwitches(job, release.app, [released_names_switchServiceOf(service)]);
            for (const { id, name } of stopped) {
                try {
                    await containers.start(id);
                    onFinding(`Started ${name} again, which an earlier job had stopped.`);
                }
                catch (error) {
                    isWhole = false;
                    onFinding(`${name} could not be started again: ${(0,src/* sentenceOf */.$)(error)}`);
                }
            }
        }
    }
    return { ...nothingToServe, isWhole };
}

// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var clipped_text_src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-log.js
var haproxy_log = __webpack_require__(5550);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-runtime.js
var haproxy_runtime = __webpack_require__(4388);
;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-master.js

const answerLimit = 4096;
/** How long a worker that has ended may still be listed. */
const leavingDeadlineMs = 2000;
const pollMs = 10;
/**
 * Talks to the master process of HAProxy's master-worker mode, which outlives its workers. Source:
 * https://docs.haproxy.org/3.4/management.html#9.4
 */
class HaproxyMaster {
    #open;
    constructor(open) {
        this.#open = open;
    }
    async processes() {
        const [answer] = await (0,haproxy_runtime/* runtimeCommands */.tO)(this.#open, ['show proc']);
        return parseProcesses(answer ?? '');
    }
    /**
     * A worker's answer as it is read; undefined when the worker has left. One that leaves while it is asked closes without
     * an answer, or its master answers something else for it.
     */
    async ask(worker, command, read) {
        const deadline = performance.now() + leavingDeadlineMs;
        for (;;) {
            try {
                const [answer = ''] = await (0,haproxy_runtime/* runtimeCommands */.tO)(this.#open, [`@!${worker} ${command}`]);
                if (/^Can't (?:find|connect to) the target/.test(answer))
                    throw new haproxy_runtime/* SwitchError */.nB(answer);
                return read(answer);
            }
            catch (error) {
                const { current, leaving } = await this.processes();
                if (current !== worker && !leaving.includes(worker))
                    return undefined;
                if (performance.now() > deadline)
                    throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, pollMs));
        }
    }
    /**
     * Makes the master read its configuration anew. Returns when it has taken the command: HAProxy 2.6 says no more and
     * closes; 2.7 and later answer with what came of it, which is returned.
     */
    async reload(timeoutMs) {
        const stream = await this.#open();
        return await new Promise((resolve) => {
            let text = '';
            const finish = () => {
                clearTimeout(timer);
                stream.removeAllListeners('data');
                stream.destroy();
                resolve(text);
            };
            const timer = setTimeout(finish, timeoutMs);
            stream.on('data', (chunk) => {
                text = (text + chunk.toString('utf8')).slice(-answerLimit);
            });
            // The master that was asked is gone as soon as it has become the next one.
            stream.once('error', finish).once('close', finish).once('end', finish);
            stream.write('reload\n');
        });
    }
}
/** Parses `show proc`: a line for each process, under headings for the workers of now and of before. */
function parseProcesses(answer) {
    const [, reloads, failed] = /^\d+\s+master\s+(\d+)(?:\s+\[failed: (\d+)\])?/m.exec(answer) ?? [];
    if (reloads === undefined)
        throw new haproxy_runtime/* SwitchError */.nB("The switch's master process did not list its workers.");
    const workers = {};
    let heading = '';
    for (const line of answer.split('\n')) {
        if (line.startsWith('# '))
            heading = line.slice(2).trim();
        const [, pid] = /^(\d+)\s+worker\s/.exec(line) ?? [];
        if (pid === undefined)
            continue;
        workers[heading] = [...(workers[heading] ?? []), Number(pid)];
    }
    return {
        current: workers.workers?.[0],
        leaving: workers['old workers'] ?? [],
        reloads: Number(reloads),
        failed: Number(failed ?? 0),
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-config.js
var haproxy_config = __webpack_require__(1672);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-sections.js
var haproxy_sections = __webpack_require__(5010);
// EXTERNAL MODULE: ./build/packages/switch/src/served-address.js
var served_address = __webpack_require__(606);
// EXTERNAL MODULE: ./build/packages/switch/src/traffic-switch.js
var traffic_switch = __webpack_require__(9206);
;// CONCATENATED MODULE: ./build/packages/switch/src/service-switch-config.js





function serviceSwitchFiles(folder) {
    return {
        config: `${folder}/haproxy.cfg`,
        map: `${folder}/live.map`,
        admin: `${folder}/admin.sock`,
        master: `${folder}/master.sock`,
    };
}
const filesInContainer = serviceSwitchFiles(haproxy_config/* folderInContainer */.bD);
/** No backend has such a name, so HAProxy answers 503 at once, or ends a TCP connection. */
const nobody = 'none';
function serviceMapText(live) {
    return live === undefined ? `live ${nobody}\n` : (0,haproxy_config/* mapText */.E0)(live);
}
/** The slot, `nobody`, or undefined when the text is not as it was written. */
function parseServiceMap(text) {
    return text.trim() === `live ${nobody}` ? 'nobody' : (0,haproxy_config/* parseMapText */.Zu)(text);
}
/** The commands that lead every port of a switch to `color`, in one line of the runtime API. */
function shiftCommands(color, ports) {
    const weigh = (slot, weight) => ports.map((port) => `set server ${slot}_${port}/${slot} weight ${weight}`);
    // A slot is given its weight before anything is led to it, and the one that is left loses its own, so that what
    // still waits for its container goes to the spare, the slot that serves.
    return [
        ...weigh(color, 1),
        liveCommand(color),
        ...traffic_switch/* colors */.T.filter((slot) => slot !== color).flatMap((slot) => weigh(slot, 0)),
    ];
}
/** Leads every port to a slot's backends, to `successor`'s or to nobody's. */
function liveCommand(backend) {
    return `set map ${filesInContainer.map} live ${backend ?? nobody}`;
}
/** The commands that move a running process's servers to where the slots are; none for those that are there. */
function slotCommands(definition, now) {
    return definition.ports.flatMap(({ port, slots }) => traffic_switch/* colors */.T.flatMap((backend) => traffic_switch/* colors */.T.flatMap((slot) => {
        const server = `${backend}_${port}/${slot}`;
        const is = now.get(server);
        const { host, port: at } = slots[slot];
        return is && (0,served_address/* isSameAddress */.Lb)(is, { host, port: at })
            ? []
            : [`set server ${server} addr ${host} port ${at}`];
    })));
}
/**
 * Tells two configurations apart that need two processes. The slots' addresses are left out, because the runtime API
 * changes them.
 */
function serviceSwitchMark(definition, takesIpv6) {
    const nowhere = { host: '0.0.0.0', port: 1 };
    const ports = definition.ports.map((port) => ({
        ...port,
        slots: { blue: { ...port.slots.blue, ...nowhere }, green: { ...port.slots.green, ...nowhere } },
    }));
    const text = configLines({ ...definition, ports }, takesIpv6).join('\n');
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex').slice(0, 16);
}
/**
 * HAProxy's configuration for one service of a Compose stack.
 *
 * - One map entry decides for all ports, so that a flip is one step: `blue` leads port 8000 to the backend `blue_8000`.
 * - `successor_8000` passes the requests that still reach a process that was reloaded to the one that followed it, by
 *   a socket which that one inherits with the others.
 * - The mark is what a process says of its configuration in `show info`, so that a later job can see which it runs.
 *
 * @param takesIpv6 false where the kernel has none and would refuse the socket. A container whose network has none is
 * no such place: there the socket is made and gets nothing.
 */
function renderServiceSwitchConfig(definition, takesIpv6) {
    const [global = '', ...rest] = configLines(definition, takesIpv6);
    return [global, `  description ${serviceSwitchMark(definition, takesIpv6)}`, ...rest].join('\n');
}
function configLines(definition, takesIpv6) {
    return [
        ...(0,haproxy_sections/* processSection */.dQ)(filesInContainer.admin, undefined),
        'defaults tcp',
        '  mode tcp',
        ...(0,haproxy_sections/* connectionDefaults */.F7)(definition.requestTimeoutMs),
        '',
        'defaults http from tcp',
        '  mode http',
        ...(0,haproxy_sections/* httpDefaults */.B$)(),
        '',
        ...definition.ports.flatMap((port) => portSections(port, definition.trustedProxies, takesIpv6)),
    ];
}
function portSections(served, trustedProxies, takesIpv6) {
    const { port, protocol, publishedPort, slots } = served;
    const isHttp = protocol !== 'tcp';
    const from = `from ${isHttp ? 'http' : 'tcp'}`;
    const relay = `${haproxy_config/* folderInContainer */.bD}/relay-${port}.sock`;
    const lookUp = `  use_backend %[str(live),map(${filesInContainer.map})]_${port}`;
    return [
        `frontend port_${port} ${from}`,
        `  bind ipv4@0.0.0.0:${port}`,
        ...(takesIpv6 ? [`  bind ipv6@[::]:${port} v6only`] : []),
        ...(0,haproxy_sections/* requestLog */.Ml)(protocol),
        ...(isHttp ? (0,haproxy_sections/* forwardedHeaders */.T2)(publishedPort ?? port, trustedProxies) : []),
        ...(isHttp ? (0,haproxy_sections/* probeAnswer */.Zb)() : []),
        lookUp,
        '',
        `frontend relay_${port} ${from}`,
        `  bind unix@${relay} mode 600 accept-proxy`,
        ...(0,haproxy_sections/* requestLog */.Ml)(protocol),
        ...(isHttp ? (0,haproxy_sections/* probeAnswer */.Zb)() : []),
        lookUp,
        '',
        ...traffic_switch/* colors */.T.flatMap((color) => [
            `backend ${color}_${port} ${from}`,
            ...(0,haproxy_sections/* slotServers */.vm)(color, slots, protocol),
            '',
        ]),
        ...[`backend successor_${port} ${from}`, (0,haproxy_sections/* successorServer */.Uy)(relay), ''],
    ];
}

;// CONCATENATED MODULE: ./build/packages/switch/src/service-switch.js







const startDeadlineMs = 15_000;
const reloadDeadlineMs = 15_000;
/** How long the socket of a process that the Engine is starting again may be away. */
const absenceMs = 3000;
const service_switch_pollMs = 10;
/** Of a socket's path, by the kernel. */
const longestSocketPath = 107;
/**
 * HAProxy in front of one service of a Compose stack, for every port of it, driven through its runtime API.
 *
 * What its container is made of is Compose's to change, at the price of a short gap. A new configuration is loaded by
 * the same container without one: the master process starts a new worker, which inherits the listening sockets, and the
 * old one finishes its requests.
 *
 * Whoever calls holds the app's lease, so what was seen once stays true but for what is done here.
 */
class ServiceSwitch {
    #place;
    #files;
    #folder;
    #connections;
    #master;
    #takesIpv6;
    /** The ports that the process serves. */
    #ports;
    /** The workers that only finish their requests, as far as they are known. */
    #leaving;
    constructor(place, surroundings) {
        this.#place = place;
        this.#files = serviceSwitchFiles(place.folder);
        this.#folder = surroundings.folder;
        this.#connections = surroundings.connections;
        // The master's socket comes a moment after its worker's, and is away while it loads a configuration.
        this.#master = new HaproxyMaster(() => this.#open(this.#files.master, absenceMs));
    }
    /**
     * Writes what a start of the container reads: for one that Compose is to make, or to replace. A map that says
     * something is kept, because it says what is live. One that runs and stays is brought on by apply() alone, which puts
     * the file back when the process can't load it.
     *
     * @param first what a new switch serves; undefined: it answers 503 until the first shift
     */
    async prepareFiles(first, definition) {
        const { config, map, master } = this.#files;
        const length = Buffer.byteLength(master);
        if (length > longestSocketPath) {
            throw new haproxy_runtime/* SwitchError */.nB(`The sockets of the switch of ${this.#place.service} would have a path of ${length} bytes, and ${longestSocketPath} is the most that a server takes (${master}); give the app or the service a shorter name.`);
        }
        const [written, served, text] = await Promise.all([
            this.#folder.read(config),
            this.#folder.read(map),
            this.#render(definition),
        ]);
        if (parseServiceMap(served ?? '') === undefined) {
            await this.#folder.write(map, serviceMapText((await this.live()) ?? first), 0o600);
        }
        if (written === text)
            return 'unchanged';
        await this.#folder.write(config, text, 0o600);
        if (written === undefined)
            return 'written';
        return markIn(written) === markIn(text) ? 'slots' : 'changed';
    }
    /** Waits for the process of a container that has just been started. */
    async ready(timeoutMs = startDeadlineMs) {
        this.#forgetProcess();
        await this.#admin(['show version'], timeoutMs);
    }
    /** Brings the running process and its file to the definition, without losing a request. */
    async apply(definition) {
        const [text, written, info, takesIpv6] = await Promise.all([
            this.#render(definition),
            this.#folder.read(this.#files.config),
            this.#admin(['show info']),
            this.#ipv6(),
        ]);
        if (markOf(info[0] ?? '') !== serviceSwitchMark(definition, takesIpv6)) {
            await this.#reload(text, written);
            return 'reloaded';
        }
        const moved = await this.pointSlots(definition);
        if (written !== text)
            await this.#folder.write(this.#files.config, text, 0o600);
        return moved || written !== text ? 'slots' : 'unchanged';
    }
    /** Tells the process where the slots are; says whether that was new to it. */
    async pointSlots(definition) {
        const commands = slotCommands(definition, await this.#servers());
        if (commands.length === 0)
            return false;
        const answers = await this.#admin(commands);
        // Releases of HAProxy answer each in their own words.
        const refused = slotCommands(definition, await this.#servers())[0];
        if (refused === undefined)
            return true;
        const answer = (0,clipped_text_src/* clipEnd */.O)(answers[commands.indexOf(refused)] ?? 'no answer', 200);
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#place.service} refused "${refused}": ${answer}`);
    }
    /** Undefined also while its process does not run; recorded() says what that will serve. */
    async live() {
        const answer = await this.#adminNow([`show map ${filesInContainer.map}`]).catch((error) => {
            if (error instanceof AbsentError)
                return undefined;
            throw error;
        });
        return answer && this.#liveIn(answer[0] ?? '');
    }
    /** What the file says that a start of the container reads. */
    async recorded() {
        const served = parseServiceMap((await this.#folder.read(this.#files.map)) ?? '');
        return served === 'nobody' ? undefined : served;
    }
    /**
     * Makes the map file say what the process does, and ends what a killed job has left of a reload. Returns one sentence
     * for each thing it mended; a switch that does not run has nothing to mend.
     */
    async recover() {
        this.#forgetProcess();
        const answers = await this.#admin([`show map ${filesInContainer.map}`]).catch((error) => {
            if (error instanceof AbsentError)
                return undefined;
            throw error;
        });
        if (!answers)
            return [];
        const live = this.#liveIn(answers[0] ?? '');
        const [written] = await Promise.all([this.#folder.read(this.#files.map), this.#passOn()]);
        const said = parseServiceMap(written ?? '');
        if (said === (live ?? 'nobody'))
            return [];
        await this.#folder.write(this.#files.map, serviceMapText(live), 0o600);
        const serves = live ?? 'no version';
        return [
            `The switch of ${this.#place.service} serves ${serves} and its file said otherwise; the file now says ${serves} too.`,
        ];
    }
    async shift(color) {
        return await this.#lead(color, shiftCommands(color, await this.#servedPorts()));
    }
    /** Takes the traffic from both slots: what a first release that failed goes back to. */
    async shut() {
        return await this.#lead(undefined, [liveCommand(undefined)]);
    }
    async inFlight(color) {
        const [statistics] = await this.#admin(['show stat']);
        let count = (0,haproxy_runtime/* inFlightOnPorts */.F1)((0,haproxy_runtime/* parseStatistics */.Nr)(statistics ?? ''), color);
        for (const worker of await this.#leavingWorkers()) {
            const read = (answer) => (0,haproxy_runtime/* inFlightOnPorts */.F1)((0,haproxy_runtime/* parseStatistics */.Nr)(answer), color);
            count += (await this.#askLeaving(worker, 'show stat', read)) ?? 0;
        }
        return count;
    }
    async closeConnections(color) {
        const ports = await this.#servedPorts();
        await this.#admin(ports.flatMap((port) => traffic_switch/* colors */.T.map((backend) => `shutdown sessions server ${backend}_${port}/${color}`)));
        for (const worker of await this.#leavingWorkers()) {
            // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
            const read = (answer) => (0,haproxy_runtime/* sessionsOn */.HT)(color, answer);
            for (const session of (await this.#askLeaving(worker, 'show sess', read)) ?? []) {
                await this.#askLeaving(worker, `shutdown session ${session}`, () => undefined);
            }
        }
    }
    async observe(onRequest) {
        return (0,haproxy_log/* streamRequests */.FN)(await this.#open(this.#files.admin, absenceMs), onRequest);
    }
    /** @param port one of the service's; without it the lowest that the switch serves */
    async openAsClient(port) {
        const wanted = port ?? Math.min(...(await this.#servedPorts()));
        return await this.#connections.openTcp(await this.#place.address(), wanted);
    }
    async #lead(to, commands) {
        const started = performance.now();
        const answers = await this.#admin([...commands, `show map ${filesInContainer.map}`]);
        const tookMs = performance.now() - started;
        const shown = answers.pop() ?? '';
        const refusal = answers.find((answer) => answer !== '');
        const wanted = to ?? 'none';
        if (refusal !== undefined || (0,haproxy_runtime/* entryInMap */.mz)(shown) !== wanted) {
            const answer = (0,clipped_text_src/* clipEnd */.O)(refusal || shown || 'no answer', 200);
            throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#place.service} did not take the change to ${wanted}: ${answer}`);
        }
        await this.#record(to);
        return tookMs;
    }
    /** The map lives in memory; the file is what a restart reads. */
    async #record(live) {
        const serves = `The switch of ${this.#place.service} serves ${live ?? 'no version'}`;
        await (0,recorded_traffic/* recordTraffic */.f)(this.#folder, this.#files.map, serviceMapText(live), serves);
    }
    /**
     * @param text the new configuration
     * @param before the one that a restart would go back to when the new one can't be loaded
     */
    async #reload(text, before) {
        const { config } = this.#files;
        const [[shown], processes] = await Promise.all([
            this.#admin([`show map ${filesInContainer.map}`]),
            this.#master.processes(),
        ]);
        // Read by the new worker at its start; it must say what the old one does.
        await this.#record(this.#liveIn(shown ?? ''));
        await this.#folder.write(config, text, 0o600);
        this.#forgetProcess();
        try {
            const said = await this.#master.reload(reloadDeadlineMs);
            await this.#reloaded(processes, said, markIn(text));
        }
        catch (error) {
            if (before !== undefined)
                await this.#folder.write(config, before, 0o600);
            throw error;
        }
        await this.#passOn();
    }
    /** Waits until a new worker serves by the new configuration. */
    async #reloaded(before, said, mark) {
        const deadline = performance.now() + reloadDeadlineMs;
        for (;;) {
            const now = await this.#master.processes().catch(() => undefined);
            if (now && now.reloads > before.reloads && now.failed > 0)
                break;
            if (now?.current !== undefined && now.current !== before.current) {
                const runs = await this.#master.ask(now.current, 'show info', markOf).catch(() => undefined);
                if (runs !== undefined && runs === mark)
                    return;
            }
            if (performance.now() > deadline)
                break;
            await pause(service_switch_pollMs);
        }
        const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(said)?.[1];
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#place.service} could not load its new configuration and serves on by the one before; ${reason ? `HAProxy says: ${(0,clipped_text_src/* clipEnd */.O)(reason, 200)}` : `look at the log of its container.`}`);
    }
    /**
     * Makes the workers that were reloaded pass on what idle connections still bring. Until one has stopped listening it
     * is left alone: the socket for that is shared, and its own requests could come back to itself.
     */
    async #passOn() {
        const { leaving } = await this.#master.processes();
        const deadline = performance.now() + reloadDeadlineMs;
        for (const worker of leaving) {
            for (;;) {
                const stopping = await this.#master.ask(worker, 'show info', (info) => /^Stopping: 1$/m.test(info));
                if (stopping !== false)
                    break;
                if (performance.now() > deadline) {
                    throw new haproxy_runtime/* SwitchError */.nB(`A process of the switch of ${this.#place.service} still listens though another one has followed it; restart its container, which costs a short gap.`);
                }
                await pause(service_switch_pollMs);
            }
            await this.#master.ask(worker, liveCommand('successor'), () => undefined);
        }
        this.#leaving = leaving;
    }
    async #leavingWorkers() {
        this.#leaving ??= (await this.#master.processes()).leaving;
        return this.#leaving;
    }
    async #askLeaving(worker, command, read) {
        const answer = await this.#master.ask(worker, command, (text) => ({ is: read(text) }));
        if (answer === undefined)
            this.#leaving = this.#leaving?.filter((other) => other !== worker);
        return answer?.is;
    }
    async #servedPorts() {
        if (this.#ports)
            return this.#ports;
        const [answer] = await this.#admin(['show backend']);
        this.#ports = [...(answer ?? '').matchAll(/^blue_(\d{1,5})$/gm)].map(([, port]) => Number(port));
        return this.#ports;
    }
    async #servers() {
        const [answer] = await this.#admin(['show servers state']);
        return (0,haproxy_runtime/* parseServerAddresses */.rt)(answer ?? '');
    }
    #liveIn(shownMap) {
        const live = (0,haproxy_runtime/* liveInMap */.yP)(shownMap);
        if (live || (0,haproxy_runtime/* entryInMap */.mz)(shownMap) === 'none')
            return live;
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#place.service} does not say which version is live; look at the log of its container before you deploy again.`);
    }
    #forgetProcess() {
        this.#ports = undefined;
        this.#leaving = undefined;
    }
    async #render(definition) {
        return renderServiceSwitchConfig(definition, await this.#ipv6());
    }
    async #ipv6() {
        this.#takesIpv6 ??= (await this.#folder.read('/proc/net/if_inet6')) !== undefined;
        return this.#takesIpv6;
    }
    async #admin(commands, patienceMs = absenceMs) {
        const stream = await this.#open(this.#files.admin, patienceMs);
        return await (0,haproxy_runtime/* runtimeCommands */.tO)(async () => stream, commands);
    }
    #adminNow(commands) {
        return this.#admin(commands, 0);
    }
    /** @throws AbsentError when nothing listens, so that nothing is serving either */
    async #open(socket, patienceMs) {
        const deadline = performance.now() + patienceMs;
        for (;;) {
            try {
                return await this.#connections.openUnixSocket(socket);
            }
            catch (error) {
                if (performance.now() >= deadline) {
                    throw new AbsentError(`The switch of ${this.#place.service} does not answer at ${socket}; look at its container and at its log.`, { cause: error });
                }
            }
            await pause(service_switch_pollMs);
        }
    }
}
class AbsentError extends haproxy_runtime/* SwitchError */.nB {
}
/** The mark of the configuration that a process runs, by its answer to `show info`. */
function markOf(info) {
    return /^description: ([0-9a-f]{16})$/m.exec(info)?.[1];
}
function markIn(config) {
    return /^ {2}description ([0-9a-f]{16})$/m.exec(config)?.[1];
}
function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

;// CONCATENATED MODULE: ./build/packages/stack/src/switch-access.js



/** The network of ours, as the Engine calls it. */
function stackNetworkName(app) {
    return `${app}_switchyard`;
}
/** How the switch of one service is reached on the server. */
function serviceSwitchFor({ server, files, request }, service) {
    return new ServiceSwitch({
        service,
        folder: files.switchFolder(service),
        address: () => switchAddress({ server, request }, service),
    }, { folder: server.files, connections: server });
}
/** Its container gets another address with each start. */
async function switchAddress({ server, request }, service) {
    const found = switchContainerOf(await stackContainers(server.engine, request.app), service);
    const inspect = found && (await server.engine.containers.inspect(found.id));
    const address = inspect?.NetworkSettings?.Networks?.[stackNetworkName(request.app)]?.IPAddress;
    if (!address) {
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${service} does not run on this server; look at "docker ps -a --filter label=com.docker.compose.project=${request.app}" and deploy again, which starts it.`);
    }
    return address;
}

;// CONCATENATED MODULE: ./build/packages/stack/src/foresee-stack.js






/** What the next job will put right before it does anything else. Changes nothing. */
async function foreseeStack(reading, state) {
    const { live, containers } = state;
    const cause = live && interrupter(state, live);
    if (!live || !cause)
        return { restored: undefined, steps: [], warnings: [] };
    const stopped = [];
    const ledAway = [];
    for (const [service, { role, color }] of Object.entries(live.services)) {
        const own = role === 'job' ? undefined : containerOf(containers, service, color);
        if (!own)
            continue;
        const isStopped = stoppedByJob(state, live, own);
        if (isStopped)
            stopped.push(service);
        if (role !== 'routed' || !(isStopped || isUp(own)))
            continue;
        const trafficSwitch = serviceSwitchFor(reading, service);
        const leadsTo = (await trafficSwitch.live()) ?? (await trafficSwitch.recorded());
        if (leadsTo !== undefined && leadsTo !== color)
            ledAway.push(service);
    }
    const isPlural = ledAway.length > 1;
    return {
        restored: ledAway.length > 0
            ? { ...cause, how: 'switched back' }
            : stopped.length > 0
                ? { ...cause, how: 'started' }
                : undefined,
        steps: [
            ...(stopped.length > 0 ? [`Start ${listed(stopped)} again, which an earlier job had stopped.`] : []),
            ...(ledAway.length > 0
                ? [`Lead ${listed(ledAway)} back to release ${live.id}, from which an earlier job had begun to move.`]
                : []),
        ],
        warnings: [
            ...(stopped.length > 0
                ? [
                    `${listed(stopped)} of release ${live.id} ${stopped.length > 1 ? 'do' : 'does'} not run, because an earlier job had stopped ${stopped.length > 1 ? 'them' : 'it'} and was interrupted; the next deploy or rollback starts ${stopped.length > 1 ? 'them' : 'it'}.`,
                ]
                : []),
            ...(ledAway.length > 0
                ? [
                    `${listed(ledAway)} still ${isPlural ? 'lead' : 'leads'} to another release than ${live.id}, because an earlier job was interrupted while it moved the traffic; the next deploy or rollback leads ${isPlural ? 'them' : 'it'} back.`,
                ]
                : []),
        ],
    };
}
/** The interrupted job whose end is all that a rollback would have to do. */
function foreseenEnd(request, { releases }, live, { restored }) {
    return (0,interrupted_job/* interruptedJob */.A)(request, releases.map(choosable), choosable(live), restored);
}
function listed(services) {
    return services.join(' and ');
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-file-text.js
/**
 * Writes a project as a Compose file: JSON, which is YAML, with the keys in a fixed order, so that the same project is
 * the same text. A `$` in a value is doubled, because Compose looks for variables in every value, and in no key.
 */
function composeFileText(project) {
    return `${JSON.stringify(inOrder(project), undefined, 2)}\n`;
}
/** Takes back the doubled `$` of what `docker compose config` prints, which it doubles in the whole text. */
function withSingleDollars(text) {
    return text.replaceAll('$$', () => '$');
}
function inOrder(value) {
    if (typeof value === 'string')
        return value.replaceAll('$', () => '$$');
    if (Array.isArray(value))
        return value.map(inOrder);
    if (typeof value !== 'object' || value === null)
        return value;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.sort(byKey).map(([key, item]) => [key, inOrder(item)]));
}
/** By code unit, as no locale changes it. */
function byKey([left], [right]) {
    return left < right ? -1 : left > right ? 1 : 0;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/parse-resolved-project.js


/** What `docker compose config` printed, or what a released file says, is not a Compose project. */
class ComposeModelError extends src/* ExplainedError */.h {
    name = 'ComposeModelError';
}
const longestText = 16 * 1024 * 1024;
const namePattern = /^[A-Za-z0-9._-]{1,255}$/;
/**
 * Reads what `docker compose config --format json` printed, or a file that `composeFileText` wrote. What a release
 * reads is checked and brought to one form (Compose's versions differ in numbers and texts, lists and maps); all else
 * is kept as it is.
 *
 * @throws ComposeModelError with one sentence that names the first part that cannot be used
 */
function parseResolvedProject(text) {
    if (text.length > longestText)
        throw broken('the whole', 'no more than 16 MB');
    let value;
    try {
        value = JSON.parse(withSingleDollars(text));
    }
    catch {
        // The parser's own message quotes the text, and with it perhaps a secret.
        throw broken('the whole', 'JSON');
    }
    const project = objectAt(value, 'the whole');
    return {
        ...project,
        name: nameAt(project.name, 'name'),
        services: named(project.services, 'services', service),
        ...when(project.networks, 'networks', (networks, path) => named(networks, path, topLevel)),
        ...when(project.volumes, 'volumes', (volumes, path) => named(volumes, path, topLevel)),
        ...when(project.secrets, 'secrets', (secrets, path) => named(secrets, path, definedFile)),
        ...when(project.configs, 'configs', (configs, path) => named(configs, path, definedFile)),
    };
}
/** What a release reads of a service, and how. */
const serviceMembers = {
    ...Object.fromEntries(['image', 'container_name', 'network_mode', 'restart', 'stop_signal', 'stop_grace_period'].map((key) => [
        key,
        textAt,
    ])),
    ...Object.fromEntries(['hostname', 'mac_address', 'pid', 'ipc'].map((key) => [key, textAt])),
    ...Object.fromEntries(['profiles', 'links', 'external_links', 'volumes_from'].map((key) => [key, textsAt])),
    command: orNull(textsAt),
    entrypoint: orNull(textsAt),
    environment: (value, path) => pairsAt(value, path, null),
    labels: (value, path) => pairsAt(value, path, ''),
    ports: (value, path) => listAt(value, path, port),
    expose: (value, path) => listAt(value, path, scalarAt),
    networks: (value, path) => named(asMap(value, null), path, serviceNetwork),
    depends_on: (value, path) => named(asMap(value, { condition: 'service_started' }), path, dependency),
    healthcheck,
    volumes: (value, path) => listAt(value, path, mount),
    secrets: (value, path) => listAt(value, path, fileUse),
    configs: (value, path) => listAt(value, path, fileUse),
    deploy: orNull(deployment),
    scale: countAt,
};
function service(value, path) {
    const given = objectAt(value, path);
    return {
        ...given,
        ...Object.assign({}, ...Object.entries(serviceMembers).map(([key, read]) => when(given[key], `${path}.${key}`, read, key))),
    };
}
function port(value, path) {
    const given = objectAt(value, path);
    const target = Number(scalarAt(given.target, `${path}.target`));
    if (!Number.isInteger(target) || target < 1 || target > 65_535) {
        throw broken(`${path}.target`, 'a port from 1 to 65535');
    }
    return {
        ...given,
        target,
        ...texts(given, path, ['mode', 'host_ip', 'protocol', 'app_protocol']),
        ...when(given.published, `${path}.published`, scalarAt, 'published'),
    };
}
function serviceNetwork(value, path) {
    if (value === null || value === undefined)
        return null;
    const given = objectAt(value, path);
    return {
        ...given,
        ...when(given.aliases, `${path}.aliases`, textsAt, 'aliases'),
        ...when(given.link_local_ips, `${path}.link_local_ips`, textsAt, 'link_local_ips'),
        ...texts(given, path, ['ipv4_address', 'ipv6_address', 'mac_address']),
    };
}
function dependency(value, path) {
    const given = objectAt(value, path);
    return { ...given, condition: textAt(given.condition, `${path}.condition`) };
}
function healthcheck(value, path) {
    const given = objectAt(value, path);
    const asList = (test, at) => (typeof test === 'string' ? ['CMD-SHELL', test] : textsAt(test, at));
    return {
        ...given,
        ...when(given.test, `${path}.test`, asList, 'test'),
        ...when(given.disable, `${path}.disable`, flagAt, 'disable'),
    };
}
function mount(value, path) {
    const given = objectAt(value, path);
    return {
        ...given,
        type: textAt(given.type, `${path}.type`),
        target: textAt(given.target, `${path}.target`),
        ...texts(given, path, ['source']),
        ...when(given.read_only, `${path}.read_only`, flagAt, 'read_only'),
    };
}
function fileUse(value, path) {
    const given = typeof value === 'string' ? { source: value } : objectAt(value, path);
    return { ...given, source: nameAt(given.source, `${path}.source`) };
}
function deployment(value, path) {
    const given = objectAt(value, path);
    const member = (key, text) => when(given[key], `${path}.${key}`, (part, at) => ({ ...objectAt(part, at), ...texts(objectAt(part, at), at, [text]) }), key);
    return {
        ...given,
        ...when(given.replicas, `${path}.replicas`, countAt, 'replicas'),
        ...member('restart_policy', 'condition'),
        ...member('update_config', 'order'),
    };
}
function topLevel(value, path) {
    if (value === null || value === undefined)
        return null;
    const given = objectAt(value, path);
    // Old files say `external: { name: … }`.
    const external = typeof given.external === 'object' && given.external !== null ? true : given.external;
    return {
        ...given,
        ...texts(given, path, ['name']),
        ...when(external, `${path}.external`, flagAt, 'external'),
    };
}
function definedFile(value, path) {
    const given = objectAt(value ?? {}, path);
    return {
        ...topLevel(given, path),
        ...texts(given, path, ['file', 'environment', 'content']),
    };
}
function broken(path, expected) {
    return new ComposeModelError(path === 'the whole'
        ? `What \`docker compose config\` printed cannot be used: it is not ${expected}.`
        : `What \`docker compose config\` printed cannot be used: ${path} is not ${expected}.`);
}
function objectAt(value, path) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return value;
    }
    throw broken(path, 'a map');
}
/** A map by names that are safe to show, to make paths of, and to look up in an object. */
function named(value, path, read) {
    const entries = Object.entries(objectAt(value, path)).map(([name, item]) => {
        nameAt(name, `a name in ${path}`);
        return [name, read(item, `${path}.${name}`)];
    });
    return Object.fromEntries(entries);
}
function nameAt(value, path) {
    if (typeof value === 'string' && namePattern.test(value) && !(value in {}))
        return value;
    throw broken(path, 'a name of letters, digits, dots, hyphens and underscores');
}
function listAt(value, path, read) {
    if (Array.isArray(value))
        return value.map((item, index) => read(item, `${path}[${index}]`));
    throw broken(path, 'a list');
}
function textAt(value, path) {
    if (typeof value === 'string' && !value.includes('\0'))
        return value;
    throw broken(path, 'a text');
}
function textsAt(value, path) {
    return listAt(value, path, textAt);
}
function scalarAt(value, path) {
    if (typeof value === 'number' || typeof value === 'boolean')
        return String(value);
    return textAt(value, path);
}
function flagAt(value, path) {
    if (value === true || value === 'true')
        return true;
    if (value === false || value === 'false')
        return false;
    throw broken(path, 'true or false');
}
function countAt(value, path) {
    const count = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 10_000)
        return count;
    throw broken(path, 'a whole number');
}
/** `KEY: value`, or a list of `KEY=value`; `absent` is what a key without a value has. */
function pairsAt(value, path, absent) {
    const entries = Array.isArray(value)
        ? textsAt(value, path).map((line) => {
            const equals = line.indexOf('=');
            return equals === -1 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
        })
        : Object.entries(objectAt(value, path));
    // No key is named in a complaint: whoever writes a secret in the wrong place writes it there.
    return Object.fromEntries(entries.map(([key, item]) => [key, item === null ? absent : scalarAt(item, `a value in ${path}`)]));
}
/** A list of names is a map in which each has the same. */
function asMap(value, item) {
    return Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), item])) : value;
}
function orNull(read) {
    return (value, path) => (value === null ? null : read(value, path));
}
function texts(given, path, keys) {
    return Object.assign({}, ...keys.map((key) => when(given[key], `${path}.${key}`, textAt, key)));
}
/** The member as it is read, where it is given; Compose also writes null for what is not. */
function when(value, path, read, key = path) {
    if (value === undefined)
        return {};
    if (value === null && !nullable.has(key))
        return { [key]: undefined };
    return { [key]: read(value, path) };
}
const nullable = new Set(['command', 'entrypoint', 'deploy']);

;// CONCATENATED MODULE: ./build/packages/compose/src/schedulers.js
/** Programs that start jobs by the clock, so that two of them start every job twice. */
const schedulerPrograms = new Map([
    ['rqscheduler', 'the RQ scheduler'],
    ['clockwork', 'Clockwork'],
    ['cron', 'cron'],
    ['crond', 'cron'],
    ['supercronic', 'Supercronic'],
    ['yacron', 'yacron'],
    ['ofelia', 'Ofelia'],
    ['dagster-daemon', "Dagster's daemon"],
    ['schedule:work', "Laravel's scheduler"],
]);
const telltaleNames = /(?:^|[-_.])(?:beat|celerybeat|scheduler|cron|crond|clock|clockwork)(?:$|[-_.\d])/i;
/** Names the scheduler that a command starts, such as "Celery's beat"; undefined where it starts none. */
function schedulerOf(words) {
    if (words.includes('celery')) {
        if (words.includes('beat'))
            return "Celery's beat";
        if (words.some((word) => word === '-B' || word === '--beat'))
            return 'a Celery worker with its beat (-B)';
    }
    const airflow = words.indexOf('airflow');
    if (airflow !== -1 && words[airflow + 1] === 'scheduler')
        return "Airflow's scheduler";
    const program = words.find((word) => schedulerPrograms.has(word));
    return program === undefined ? undefined : schedulerPrograms.get(program);
}
/** A start script hides the program; then the service's name is all that tells. */
function soundsLikeScheduler(service) {
    return telltaleNames.test(service);
}

// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(3916);
;// CONCATENATED MODULE: ./build/packages/compose/src/service-command.js

/** Whether the Compose file runs something else than what the image was made to run. */
function service_command_overridesImage(service) {
    return isSet(service.command) || isSet(service.entrypoint);
}
/**
 * The words of all that a service runs, its entrypoint's first; a shell's script is split too. Programs are named
 * without their folder.
 */
function commandWords(service, image) {
    const entrypoint = isSet(service.entrypoint) ? service.entrypoint : (image?.entrypoint ?? []);
    // As Docker does: another entrypoint makes the image's own command void.
    const inherited = isSet(service.entrypoint) ? [] : (image?.command ?? []);
    const command = isSet(service.command) ? service.command : inherited;
    return [...entrypoint, ...command]
        .flatMap((argument) => argument.split(/[\s;&|()'"]+/))
        .filter((word) => word !== '')
        .map((word) => (word.includes('/') ? (0,posix_.basename)(word) : word));
}
function isSet(value) {
    return value !== null && value !== undefined && value.length > 0;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-options.js

/** The options' names, as labels (with `switchyard.` before them) and in the input. */
const serviceOptionNames = [
    'port',
    'protocol',
    'health-path',
    'health-command',
    'order',
    'singleton',
];
const protocols = ['http', 'h2c', 'tcp'];
const orders = ['start-first', 'stop-first'];
/** Reads one option; a problem is the rest of a sentence: "must be …". */
function readServiceOption(name, text, split) {
    const value = text.trim();
    switch (name) {
        case 'port':
            return readPorts(value);
        case 'protocol': {
            const protocol = protocols.find((known) => known === value);
            return protocol ? { options: { protocol } } : { problem: 'must be http, h2c or tcp' };
        }
        case 'health-path':
            return /^\/[\x21-\x22\x24-\x7e]{0,2000}$/.test(value)
                ? { options: { healthPath: value } }
                : { problem: 'must be a path that starts with /, such as /health' };
        case 'health-command':
            try {
                return { options: { healthCommand: split(value) } };
            }
            catch (error) {
                return { problem: (0,src/* sentenceOf */.$)(error) };
            }
        case 'order': {
            const order = orders.find((known) => known === value);
            return order ? { options: { order } } : { problem: 'must be start-first or stop-first' };
        }
        case 'singleton':
            return value === 'true' || value === 'false'
                ? { options: { singleton: value === 'true' } }
                : { problem: 'must be true or false' };
    }
}
function readPorts(value) {
    if (value === 'none')
        return { options: { ports: [] } };
    const ports = [];
    for (const item of value.split(',')) {
        const [, digits = '', name] = /^\s*(\d{1,5})(?:\/(\w+))?\s*$/.exec(item) ?? [];
        const protocol = protocols.find((known) => known === name);
        const port = Number(digits);
        if (digits === '' || port < 1 || port > 65_535 || (name !== undefined && protocol === undefined)) {
            return { problem: 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none' };
        }
        ports.push(protocol ? { port, protocol } : { port });
    }
    return { options: { ports } };
}
const optionLabelPrefix = 'switchyard.';
/** What a service's labels say; labels that are not understood are named, so that none is passed over. */
function readOptionLabels(labels, split) {
    let options = {};
    const problems = [];
    for (const [label, value] of Object.entries(labels ?? {})) {
        if (!label.startsWith(optionLabelPrefix) || ownLabels.has(label))
            continue;
        const name = serviceOptionNames.find((known) => label === `${optionLabelPrefix}${known}`);
        const reading = name
            ? readServiceOption(name, value, split)
            : { problem: `is none of ${serviceOptionNames.map((known) => optionLabelPrefix + known).join(', ')}` };
        if ('problem' in reading)
            problems.push({ label, problem: reading.problem });
        else
            options = { ...options, ...reading.options };
    }
    return { options, problems };
}
/** The labels that a release puts on what it makes. */
const service_options_stackLabels = {
    app: 'switchyard.app',
    role: 'switchyard.role',
    color: 'switchyard.color',
    /** Of a switch: the service that it stands before. */
    service: 'switchyard.service',
};
const ownLabels = new Set(Object.values(service_options_stackLabels));
/** The ports of the options with the protocol that holds for each; undefined where nothing is said of ports. */
function optionPorts(options) {
    return options.ports?.map(({ port, protocol }) => ({
        port,
        protocol: protocol ?? options.protocol ?? 'http',
    }));
}

;// CONCATENATED MODULE: ./build/packages/compose/src/served-ports.js


/** Ports of protocols that are not plain HTTP, or may be HTTP/2 without a proxy's help; TCP passes all of them on. */
const tcpPorts = new Set([
    ...[21, 22, 23, 25, 53, 110, 143, 443, 465, 587, 636, 853, 993, 995],
    ...[1433, 1521, 1883, 2379, 3306, 4222, 5222, 5432, 5671, 5672, 6379, 8443, 8883, 9042, 9092, 11211],
    ...[27017, 50051],
]);
const httpNames = new Set(['http', 'ws']);
const h2cNames = new Set(['h2c', 'grpc', 'http2']);
const traefikPort = /^traefik\.(?:http|tcp)\.services\.[^.]+\.loadbalancer\.server\.port$/i;
const mostExposed = 100;
/**
 * The ports by which users and other services reach a service; none makes it a worker. Its name leads to its switch,
 * so every port that the file tells of is served there, whatever says which one is probed.
 */
function servedPorts(service, options, image) {
    const said = optionPorts(options);
    if (said?.length === 0)
        return { ports: [], because: 'it is told to have no port' };
    const kind = protocolsOf(service, options, image);
    const sources = [
        { ports: said?.map(({ port }) => port) ?? [], because: 'its port is given' },
        { ports: publishedTcp(service).map(({ target }) => target), because: 'it has `ports`' },
        { ports: exposedTcp(service.expose ?? []), because: 'it has `expose`' },
        { ports: labelledPorts(service), because: 'its Traefik labels name a port' },
    ];
    const first = sources.find(({ ports }) => ports.length > 0);
    if (first) {
        const all = [...new Set(sources.flatMap(({ ports }) => ports))];
        const ports = all.map((port) => said?.find((given) => given.port === port && isOwn(options, port)) ?? kind(port));
        return { ports, because: first.because };
    }
    const [only, ...others] = image?.tcpPorts ?? [];
    if (only !== undefined && others.length === 0 && !service_command_overridesImage(service)) {
        return { ports: [kind(only)], because: `its image exposes port ${only}` };
    }
    return { ports: [], because: 'it has no port' };
}
/** The ports that an image exposes and the file leaves open which of them is served, if any; a person has to say. */
function undecidedPorts(service, options, image) {
    const exposed = image?.tcpPorts ?? [];
    if (exposed.length < 2 || overridesImage(service) || options.ports !== undefined)
        return [];
    return servedPorts(service, options, image).ports.length === 0 ? exposed : [];
}
/** What a service publishes by TCP; Compose leaves the protocol out where it is that. */
function publishedTcp(service) {
    return (service.ports ?? []).filter(({ protocol }) => (protocol ?? 'tcp') === 'tcp');
}
/** What it publishes by UDP or SCTP, which no switch passes on. */
function publishedOtherwise(service) {
    return (service.ports ?? []).filter(({ protocol }) => (protocol ?? 'tcp') !== 'tcp');
}
function isOwn(options, port) {
    return (options.protocol !== undefined ||
        options.ports?.find((given) => given.port === port)?.protocol !== undefined);
}
/** What is spoken on a port: what is said of it, else what is known of it, else HTTP. */
function protocolsOf(service, options, image) {
    const speaksFastCgi = commandWords(service, image).some((word) => /^php-fpm[\d.]*$/.test(word));
    return (port) => {
        const name = service.ports?.find(({ target }) => target === port)?.app_protocol?.toLowerCase();
        let protocol = 'http';
        if (options.protocol !== undefined)
            protocol = options.protocol;
        else if (name !== undefined && h2cNames.has(name))
            protocol = 'h2c';
        else if (name !== undefined)
            protocol = httpNames.has(name) ? 'http' : 'tcp';
        else if (tcpPorts.has(port) || (speaksFastCgi && port === 9000))
            protocol = 'tcp';
        return { port, protocol };
    };
}
/** `8000`, `8000/tcp` or a range, as `expose` has them. */
function exposedTcp(expose) {
    return expose.flatMap((text) => {
        const [, from, to = from, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(text) ?? [];
        if (from === undefined || protocol !== 'tcp')
            return [];
        const length = Math.min(Number(to) - Number(from) + 1, mostExposed);
        return Array.from({ length: Math.max(length, 0) }, (_, index) => Number(from) + index).filter(isPort);
    });
}
function labelledPorts(service) {
    return Object.entries(service.labels ?? {})
        .filter(([label]) => traefikPort.test(label))
        .map(([, value]) => Number(value))
        .filter(isPort);
}
function isPort(port) {
    return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-health.js
/** How a service's new container is asked whether it is well: by what is said for us first, by what it says itself next. */
function serviceHealth(service, options, image, hasPort) {
    if (options.healthPath !== undefined && hasPort) {
        return { path: options.healthPath, command: undefined, by: 'path' };
    }
    if (options.healthCommand !== undefined) {
        return { path: undefined, command: options.healthCommand, by: 'command' };
    }
    const command = healthcheckCommand(service);
    if (command !== undefined)
        return { path: undefined, command, by: 'healthcheck' };
    const asksImage = image?.hasHealthcheck === true && !isHealthcheckOff(service);
    const by = asksImage ? 'image' : hasPort ? 'port' : 'running';
    return { path: undefined, command: undefined, by };
}
/** The service's own `healthcheck.test` as arguments; Docker gives the text of CMD-SHELL to /bin/sh. */
function healthcheckCommand(service) {
    if (isHealthcheckOff(service))
        return undefined;
    const [kind, ...rest] = service.healthcheck?.test ?? [];
    if (kind === 'CMD' && rest.length > 0)
        return rest;
    return kind === 'CMD-SHELL' && rest[0] !== undefined ? ['/bin/sh', '-c', rest[0]] : undefined;
}
function isHealthcheckOff({ healthcheck }) {
    return healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-plans.js





/** How each service of the project is brought live, by the service's name, in the project's order. */
function planServices(project, facts) {
    return Object.fromEntries(Object.keys(project.services).map((name) => [name, planService(project, name, facts)]));
}
/** What the options and the labels of a service say together. */
function optionsOf(project, name, facts) {
    const { options } = readOptionLabels(project.services[name]?.labels, facts.splitCommand);
    return { ...options, ...facts.options[name] };
}
function planService(project, name, facts) {
    const service = project.services[name] ?? {};
    if (!facts.shipped.includes(name)) {
        return { service: name, role: 'kept', because: 'this release does not ship it' };
    }
    const options = optionsOf(project, name, facts);
    const image = facts.imageFacts[name];
    const waiting = waitsForItsEnd(project, name);
    if (waiting !== undefined) {
        return { service: name, role: 'job', because: `${waiting} waits until it has completed` };
    }
    const { ports, because } = servedPorts(service, options, image);
    const scheduler = schedulerOf(commandWords(service, image));
    const saysItStaysUp = options.order !== undefined || options.singleton !== undefined;
    if (ports.length === 0 && endsByItself(service) && !saysItStaysUp && scheduler === undefined) {
        return { service: name, role: 'job', because: 'it has no port and is never restarted' };
    }
    const told = toldOrder(service, options);
    const [first] = ports;
    const health = serviceHealth(service, options, image, first !== undefined);
    const data = ownedVolume(service);
    const isData = isDatabase(service.image) || !saysWhereItIsReached(service);
    if (data !== undefined && isData && told === undefined && options.ports === undefined) {
        // Two databases on one volume would be the end of it.
        const because = `it is not built by the project and owns the volume ${data}, stop-first because only one may write to it`;
        return { service: name, role: 'worker', order: 'stop-first', health, because };
    }
    if (first !== undefined && !hasNetworkOfServer(service)) {
        return {
            service: name,
            role: 'routed',
            order: told?.order ?? 'start-first',
            ports,
            health,
            because: told ? `${because}, ${told.order} because ${told.because}` : because,
        };
    }
    const { order, because: orderBecause } = told ?? workerOrder(name, service, scheduler, first !== undefined);
    return {
        service: name,
        role: 'worker',
        order,
        health,
        ...(first ? { hostPort: first } : {}),
        because: `${first ? "its port is in the server's own network" : because}, ${order} because ${orderBecause}`,
    };
}
/** The file itself leads users to it; what an image exposes, every database does. */
function saysWhereItIsReached({ ports = [], expose = [], labels = {} }) {
    return (ports.length + expose.length > 0 || Object.keys(labels).some((label) => label.startsWith('traefik.')));
}
const databases = /(?:^|[/-])(?:postgres|postgresql|postgis|timescaledb|mysql|mariadb|percona|mongo|mongodb|redis|valkey|keydb|rabbitmq|nats|kafka|elasticsearch|opensearch|clickhouse|influxdb|minio|couchdb|cassandra|etcd|meilisearch|qdrant)(?:-[\w.-]*)?$/;
function isDatabase(image = '') {
    return databases.test(image.replace(/@.*$/, '').replace(/:[\w.-]+$/, ''));
}
/** The volume of a service such as a database, that somebody else has made the program of. */
function ownedVolume({ build, volumes = [] }) {
    if (build !== undefined)
        return undefined;
    return volumes.find(({ type, source, read_only: isReadOnly }) => type === 'volume' && source !== undefined && isReadOnly !== true)?.source;
}
/** Who waits for a service's completion. */
function waitsForItsEnd(project, name) {
    return Object.entries(project.services).find(([, { depends_on: needs }]) => needs?.[name]?.condition === 'service_completed_successfully')?.[0];
}
/** The file says so itself; what it leaves out says nothing, though Compose takes it for `no`. */
function endsByItself({ restart, deploy }) {
    return restart === 'no' || (restart === undefined && deploy?.restart_policy?.condition === 'none');
}
function hasNetworkOfServer({ network_mode: mode }) {
    return mode === 'host';
}
/** What a person has said of the order. */
function toldOrder(service, options) {
    if (options.order !== undefined)
        return { order: options.order, because: 'it is told to be' };
    if (options.singleton === true)
        return { order: 'stop-first', because: 'it is a singleton' };
    const order = service.deploy?.update_config?.order;
    return order === 'start-first' || order === 'stop-first'
        ? { order, because: '`deploy.update_config.order` says so' }
        : undefined;
}
function workerOrder(name, service, scheduler, hasHostPort) {
    const stopFirst = (because) => ({ order: 'stop-first', because });
    if (hasHostPort)
        return stopFirst('two containers cannot have one port there');
    if (scheduler !== undefined)
        return stopFirst(`its command is ${scheduler}`);
    if ((service.ports ?? []).length > 0)
        return stopFirst('two containers cannot publish one port');
    if (soundsLikeScheduler(name))
        return stopFirst('its name is that of a scheduler');
    return { order: 'start-first', because: 'nothing forbids two of it at once' };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-duration.js
const unitMs = {
    w: 7 * 24 * 3_600_000,
    d: 24 * 3_600_000,
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
    us: 1e-3,
    µs: 1e-3,
    μs: 1e-3,
    ns: 1e-6,
};
const longestMs = 366 * 24 * 3_600_000;
/** Reads a duration as Compose writes it (`1m30s`, `500ms`, `1h0m0s`, `1.5s`) as milliseconds; undefined for anything else. */
function parseComposeDurationMs(text) {
    if (text === '0')
        return 0;
    if (text.length > 100 || !/^(?:\d+(?:\.\d*)?(?:ms|us|µs|μs|ns|[wdhms]))+$/.test(text))
        return undefined;
    let totalMs = 0;
    for (const [, amount = '0', unit = 's'] of text.matchAll(/(\d+(?:\.\d*)?)(ms|us|µs|μs|ns|[wdhms])/g)) {
        totalMs += Number(amount) * (unitMs[unit] ?? 0);
    }
    return totalMs <= longestMs ? Math.ceil(totalMs) : undefined;
}

// EXTERNAL MODULE: ./build/packages/engine/src/network-subnet.js + 1 modules
var network_subnet = __webpack_require__(6933);
// EXTERNAL MODULE: ./build/packages/release/src/switch-in-force.js
var switch_in_force = __webpack_require__(3181);
;// CONCATENATED MODULE: ./build/packages/stack/src/rebuild-stack-release.js





const usualGraceMs = 10_000;
const nothingToAsk = { path: undefined, command: undefined, by: 'running' };
/**
 * The record of the release that serves made anew from its file and its containers; undefined where they don't agree.
 *
 * @param like another release of the stack, which was most likely deployed in the same way
 */
function rebuildStackRelease({ id, app, project }, containers, like, nowMs) {
    const network = networkOf(project, like);
    const shipped = Object.entries(project.services).flatMap(([name, { labels }]) => labels?.['switchyard.role'] === 'service' ? [name] : []);
    const services = shipped.map((name) => [name, serviceOf(project, name, shipped, containers, like?.services[name])]);
    const isWhole = services.every(([, service]) => service !== undefined);
    if (!network || shipped.length === 0 || !isWhole)
        return undefined;
    const [first] = shipped.filter((name) => project.services[released_names_switchServiceOf(name)] !== undefined);
    const switchImage = first === undefined ? undefined : project.services[released_names_switchServiceOf(first)]?.image;
    const at = new Date((0,src_release/* timeOfReleaseId */.Fh)(id)).toISOString();
    return {
        format: stackFormat,
        kind: 'stack',
        ...{ id, app, network },
        services: Object.fromEntries(services),
        rollout: like?.rollout ?? switch_in_force/* usualRollout */.G3,
        switch: {
            image: switchImage ?? like?.switch.image ?? 'haproxy',
            requestTimeoutMs: like?.switch.requestTimeoutMs,
            trustedProxies: like?.switch.trustedProxies ?? [],
        },
        dataFolder: like?.dataFolder,
        origin: { runUrl: undefined, actor: undefined, commit: undefined },
        createdAt: at,
        verdict: 'live',
        verdictAt: new Date(nowMs).toISOString(),
        reason: undefined,
        liveAt: at,
    };
}
/** Undefined when no container of it runs as the file says. */
function serviceOf(project, name, shipped, containers, like) {
    const definition = project.services[name] ?? {};
    const color = definition.labels?.['switchyard.color'];
    if (color !== 'blue' && color !== 'green')
        return undefined;
    // Its switch has the ports that made it what it is.
    const { ports, expose } = project.services[released_names_switchServiceOf(name)] ?? {};
    const asGiven = {
        ...definition,
        ...(ports ? { ports } : {}),
        ...(expose ? { expose } : {}),
    };
    const services = { ...project.services, [name]: asGiven };
    const splitCommand = (text) => text.split(/\s+/).filter((word) => word !== '');
    const facts = { shipped, options: {}, imageFacts: {}, splitCommand };
    const plan = planServices({ ...project, services }, facts)[name];
    const isRouted = project.services[released_names_switchServiceOf(name)] !== undefined;
    if (!plan || plan.role === 'kept' || (plan.role === 'routed') !== isRouted)
        return undefined;
    const own = containerOf(containers, name, color);
    if (plan.role !== 'job' && own?.state !== 'running')
        return undefined;
    // The input service-options, which no file of the server has, may have said more.
    const known = like?.role === plan.role ? like : undefined;
    const image = definition.image ?? '';
    return {
        role: plan.role,
        order: known?.order ?? (plan.role === 'job' ? 'start-first' : plan.order),
        color,
        image: {
            reference: image,
            digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1],
            id: own?.imageId || image,
            runnable: image,
            // Not known to be ours: a sweep leaves it alone.
            pulled: false,
        },
        ports: plan.role === 'routed' ? plan.ports : [],
        health: known?.health ?? (plan.role === 'job' ? nothingToAsk : plan.health),
        stopGraceMs: parseComposeDurationMs(definition.stop_grace_period ?? '') ?? usualGraceMs,
    };
}
/** The slots of the other colours are those of another release, or else where a first release has put them. */
function networkOf(project, like) {
    const ipam = project.networks?.[released_names_stackNetwork]?.ipam;
    const subnet = ipam?.config?.[0]?.subnet;
    const range = subnet === undefined ? undefined : (0,network_subnet/* divideRange */.pG)(subnet);
    if (!range)
        return undefined;
    const slots = like?.network.subnet === subnet ? { ...like?.network.slots } : {};
    for (const [name, { networks, labels }] of Object.entries(project.services)) {
        const address = networks?.[released_names_stackNetwork]?.ipv4_address;
        const color = labels?.['switchyard.color'];
        if (address === undefined || (color !== 'blue' && color !== 'green'))
            continue;
        if (slots[name]?.[color] === address)
            continue;
        // Addresses are given in pairs, blue's first.
        const index = range.fixed.indexOf(address);
        const other = range.fixed[index + (color === 'blue' ? 1 : -1)];
        if (index === -1 || other === undefined)
            return undefined;
        slots[name] = color === 'blue' ? { blue: address, green: other } : { blue: other, green: address };
    }
    return { subnet: range.subnet, gateway: range.gateway, ipRange: range.ipRange, slots };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/find-lost-release.js





class StackRecordError extends src/* ExplainedError */.h {
    name = 'StackRecordError';
}
/**
 * Looks for a release that runs and that the record does not have. Who runs it is known by the containers' labels; what
 * it is, by its file, or by the stack's own, which is the live release's.
 *
 * @param live what the record calls live
 */
async function findLostRelease({ files, server, request, nowMs }, state) {
    const { releases, live, containers, damaged } = state;
    const ids = lostIds(state);
    if (ids.length === 0)
        return undefined;
    const [published, liveText] = await Promise.all([
        server.files.read(files.live),
        live ? files.read(live.id) : undefined,
    ]);
    if (live && published === liveText)
        return undefined;
    const like = releases.findLast(({ liveAt }) => liveAt !== undefined) ?? releases.at(-1);
    for (const id of ids) {
        const own = await files.read(id);
        // What was never made the stack's own file was never live.
        if (live && own !== published)
            continue;
        const text = own ?? published;
        const project = text === undefined ? undefined : readProject(text);
        if (text === undefined || !project)
            continue;
        const lost = { id, app: request.app, project };
        const release = rebuildStackRelease(lost, containers, like, nowMs());
        if (!release)
            continue;
        const what = damaged.includes(id) ? 'damaged' : 'missing';
        const from = like ? `release ${like.id}` : "the actions' defaults";
        return {
            release,
            text,
            warning: `The record of release ${id} was ${what} and was made anew from its file and its containers; who deployed it and when it was live is not known, and the way it was deployed was taken from ${from}.`,
        };
    }
    return undefined;
}
/** Releases that containers were made for and that have no readable record, the newest first. */
function lostIds({ containers, releases }) {
    const known = new Set(releases.map(({ id }) => id));
    const ids = containers.filter(isOfService).flatMap((container) => madeFor(container) ?? []);
    return [...new Set(ids)]
        .filter((id) => !known.has(id))
        .toSorted()
        .reverse();
}
function readProject(text) {
    try {
        return parseResolvedProject(text);
    }
    catch {
        return undefined;
    }
}
/**
 * Nothing may be changed where it is not known what serves: a running container would be taken for a leftover.
 *
 * @throws StackRecordError
 */
function refuseUnknown(app, folder, { live, containers, releases }) {
    if (live)
        return;
    const known = new Set(releases.map(({ id }) => id));
    const unknown = containers.filter((one) => isOfService(one) && isUp(one) && !known.has(madeFor(one)));
    if (unknown.length === 0)
        return;
    throw new StackRecordError(`${find_lost_release_named(unknown)} of ${app} ${unknown.length === 1 ? 'runs' : 'run'} on this server, but the record in ${folder} does not say of which release, so nothing was changed; bring that folder back from a backup, or end the stack with "docker compose --project-name ${app} down" and deploy it anew.`);
}
function find_lost_release_named(containers) {
    const names = containers.map(({ name }) => name);
    return names.length <= 3
        ? names.join(' and ')
        : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

// EXTERNAL MODULE: ./build/packages/release/src/clear-one-offs.js
var clear_one_offs = __webpack_require__(9930);
;// CONCATENATED MODULE: ./build/packages/stack/src/keep-switches.js





/**
 * A release that failed may have replaced switches, and to put the old ones back would cost another gap. They serve as
 * well, so the live release's file says what they are made from: else a person's `docker compose up` would replace them.
 */
async function keepSwitches({ files }, live, containers) {
    const makers = new Map();
    for (const [service] of routedServices(live)) {
        const container = switchContainerOf(containers, service);
        const id = container && madeFor(container);
        if (id === undefined || id === live.id)
            continue;
        makers.set(id, [...(makers.get(id) ?? []), released_names_switchServiceOf(service)]);
    }
    if (makers.size === 0)
        return;
    const text = await files.read(live.id);
    if (text === undefined)
        return;
    let project = parseResolvedProject(text);
    for (const [id, names] of makers) {
        const made = await files.read(id);
        if (made === undefined)
            continue;
        const { services } = parseResolvedProject(made);
        for (const name of names) {
            const definition = services[name];
            if (definition)
                project = { ...project, services: { ...project.services, [name]: definition } };
        }
    }
    const kept = composeFileText(project);
    if (kept !== text)
        await files.write(live.id, kept);
}
/** After a replacement that failed, or whose release did: each of them runs, the new one or the old. */
async function restoreSwitches(job, ground, replaced) {
    const { live } = ground.state;
    if (!live)
        return;
    const { server, files, progress, request } = job;
    const containers = await stackContainers(server.engine, request.app);
    const text = await files.read(live.id);
    const project = text === undefined ? undefined : parseResolvedProject(text);
    const found = { ...ground, state: { ...ground.state, containers } };
    for (const [service, released] of routedServices(live)) {
        if (!replaced.includes(service))
            continue;
        progress.stopped.add(service);
        await ensureSwitch(job, found, live, project, service, released, () => undefined);
        progress.stopped.delete(service);
    }
    await keepSwitches(job, live, await stackContainers(server.engine, request.app));
    await files.publish(live.id);
}

// EXTERNAL MODULE: ./build/packages/release/src/retire.js
var retire = __webpack_require__(4732);
;// CONCATENATED MODULE: ./build/packages/stack/src/retire-services.js




/**
 * Step 8: remove from the switch (done), drain, stop signal, stop; then the old containers go, because a later
 * `docker compose up` would take them away anyway. What takes long to finish its work does so while the job ends.
 */
async function retireOld(job, ground, plan, rollout, running) {
    const { store } = job;
    const { live, containers } = ground.state;
    if (live)
        await ground.lease.confirm();
    const replaced = new Map(running.map(({ service, plan: released }) => [service, released]));
    const dropped = droppedServices(live, plan);
    await Promise.all([
        ...[...replaced].map(async ([service, released]) => {
            const old = othersOf(ground.state, service, released.color);
            const before = live?.services[service];
            if (released.role === 'routed' && before !== undefined && old.some(isUp)) {
                await drainOld(job, ground, rollout, service, before);
            }
            const graceMs = before?.stopGraceMs ?? released.stopGraceMs;
            await Promise.all(old.map((one) => retire_services_retire(job, one, graceMs, rollout.drainTimeoutMs)));
        }),
        ...dropped.map(async ([service, { stopGraceMs }]) => {
            const old = containers.filter((one) => one.service === service && one.color !== undefined);
            job.reporter.info(`${service} is in the project no more and is taken away.`);
            await Promise.all(old.map((one) => retire_services_retire(job, one, stopGraceMs, rollout.drainTimeoutMs)));
        }),
    ]);
    await removeUselessSwitches(job, plan);
    if (!live)
        return;
    const { leaves } = job.progress.release ?? {};
    const reason = leaves?.id === live.id ? leaves.reason : undefined;
    await store.save((0,src_release/* withVerdict */.m3)(live, reason === undefined ? 'retired' : 'bad', job.nowMs(), reason));
}
async function drainOld({ reporter }, ground, { drainTimeoutMs }, service, { color }) {
    const onProgress = (text) => reporter.progress(`drain ${service}`, `${service}: ${text}`);
    const left = await (0,retire/* drain */.Z)(ground.switches.of(service), color, drainTimeoutMs, ground.signal, onProgress);
    if (left === 0)
        return;
    reporter.info(`${service}: ${left} requests or streams were still open after ${drainTimeoutMs / 1000} s; the old version is asked to end them.`);
}
function droppedServices(live, { project, release }) {
    return Object.entries(live?.services ?? {}).filter(([name]) => release.services[name] === undefined && project.services[name] === undefined);
}
/** Of services that have no port any more, or are gone. */
async function removeUselessSwitches({ server, files }, { release }) {
    const used = new Set(routedServices(release).map(([name]) => released_names_switchServiceOf(name)));
    const containers = await stackContainers(server.engine, release.app);
    const useless = containers.filter(({ role, service }) => role === 'switch' && !used.has(service));
    await Promise.all(useless.map(async ({ id, service }) => {
        await server.engine.containers.remove(id, { force: true });
        await server.files.remove(files.switchFolder(service.slice(0, -released_names_switchServiceOf('').length)));
    }));
}
/**
 * Stops a container that nothing is sent to any more and removes it. The Engine goes on stopping one that takes longer
 * than `patienceMs`, also when nobody waits for it; the next run finds it ended.
 */
async function retire_services_retire({ server, reporter }, { id, name, ...container }, graceMs, patienceMs) {
    const { containers } = server.engine;
    if (isUp({ id, name, ...container })) {
        // Else a restart of the Engine would let it run again, with all its work before it.
        await containers.update(id, { RestartPolicy: { Name: 'no' } });
        const limit = AbortSignal.timeout(Math.max(patienceMs, 1000));
        try {
            await containers.stop(id, Math.ceil(graceMs / 1000), { signal: limit });
        }
        catch (error) {
            if (!limit.aborted)
                throw error;
            reporter.info(`${name} still finishes its work, for at most ${Math.ceil(graceMs / 1000)} s in all; the next run takes it away.`);
            return false;
        }
    }
    await containers.remove(id, { volumes: true });
    return true;
}

;// CONCATENATED MODULE: ./build/packages/stack/src/remove-leftovers.js









const remove_leftovers_usualGraceMs = 10_000;
/** How long what finishes its work holds up a job that has nothing to do with it. */
const workerPatienceMs = 1000;
/**
 * Takes away what belongs to no live release. A candidate that no user has met goes at once; a version that has served,
 * or that takes jobs from a queue, gets the time to finish what it has in hand.
 *
 * @param project what the live release's file says; undefined when it is gone, or nothing is live
 */
async function removeLeftovers(job, found, project, served, onFinding) {
    const { state } = found;
    const { engine } = job.server;
    // Some may have gone since; none of those that have come is a leftover.
    const now = await stackContainers(engine, job.request.app);
    for (const before of state.containers) {
        const container = now.find(({ id }) => id === before.id);
        if (!container || !isLeftover(state, project, before))
            continue;
        // Half a migration is worse than a late one; what waits for it is told before.
        if (container.state === 'running' && isJob(state, container))
            continue;
        if (served.withoutOwn.has(container.service) && isUp(container))
            continue;
        if (container.role === 'switch') {
            await engine.containers.remove(container.id, { force: true });
            await job.server.files.remove(job.files.switchFolder(servedBy(container)));
            onFinding(`Removed ${container.name}, whose service is none of the live release's.`);
            continue;
        }
        const hasSwitch = now.some((one) => isUpSwitch(one) && servedBy(one) === container.service);
        try {
            await takeAway(job, found, served, container, hasSwitch, onFinding);
        }
        catch (error) {
            found.signal.throwIfAborted();
            // It is in nobody's way as long as its address is not needed.
            onFinding(`${container.name}, which an earlier job had left behind, could not be removed: ${(0,src/* sentenceOf */.$)(error)}`);
        }
    }
}
function isLeftover(state, project, container) {
    const { live, releases } = state;
    const { role, service } = container;
    if (role === 'switch') {
        const name = servedBy(container);
        if (live?.services[name]?.role === 'routed')
            return false;
        return isUnshipped(releases, live, project, name, container);
    }
    if (container.color === undefined)
        return isLeftByAdoption(state, container);
    if (!isOfService(container))
        return false;
    const released = live?.services[service];
    if (!released)
        return isUnshipped(releases, live, project, service, container);
    if (released.role === 'job')
        return false;
    return !containersOf(state.containers, service, released.color).includes(container);
}
/**
 * Of a service that the live release does not ship: it is to stay where that release's file has it, unless a release
 * has made it that never served.
 */
function isUnshipped(releases, live, project, service, container) {
    const maker = makerOf(releases, container);
    if (maker && !hasServed(maker) && maker.id !== live?.id)
        return true;
    return project !== undefined && project.services[service] === undefined;
}
/** What plain Compose had made of a service that a release has taken over since. */
function isLeftByAdoption({ live, containers }, container) {
    const released = live?.services[container.service];
    if (!live || !released || container.role !== undefined || container.isOneOff)
        return false;
    const own = containerOf(containers, container.service, released.color);
    if (!own)
        return false;
    // One that is younger was made by a person who has gone back to plain Compose.
    return containers.indexOf(container) < containers.indexOf(own);
}
/** The service behind a switch; of any other container, its own. */
function servedBy({ service, role }) {
    return role === 'switch' ? service.replace(/-switch$/, '') : service;
}
async function takeAway(job, { state, switches, signal }, { ledBack }, container, hasSwitch, onFinding) {
    const { live, releases } = state;
    const { id, name, service, color } = container;
    const maker = makerOf(releases, container);
    const released = (maker ?? live)?.services[service];
    const isUnmet = maker !== undefined && !hasServed(maker) && !ledBack.has(service);
    if (!isUp(container) || (isUnmet && released?.role !== 'worker')) {
        await job.server.engine.containers.remove(id, { force: true, volumes: true });
        onFinding(`Removed ${name}, which an earlier job had left behind.`);
        return;
    }
    const graceMs = released?.stopGraceMs ?? remove_leftovers_usualGraceMs;
    let patienceMs = workerPatienceMs;
    const serving = live?.services[service];
    // Of the colour that serves, an address and requests are no longer its own.
    const hasSlot = serving?.role === 'routed' && color !== undefined && color !== serving.color;
    if (live && hasSlot && hasSwitch) {
        const { drainTimeoutMs } = live.rollout;
        await (0,retire/* drain */.Z)(switches.of(service), color, drainTimeoutMs, signal, (text) => job.reporter.progress(`drain ${service}`, `${service}: ${text}`));
        patienceMs = Math.min(graceMs, drainTimeoutMs);
    }
    if (!(await retire_services_retire(job, container, graceMs, patienceMs))) {
        if (!hasSlot)
            return;
        // It has had its time for requests; whatever else it has in hand goes on.
        await job.server.engine.networks.disconnect(stackNetworkName(job.request.app), id, { force: true });
        onFinding(`Took its address from ${name}, which still finishes its work: the next version needs it.`);
        return;
    }
    onFinding(isUnmet
        ? `Removed ${name}, which an earlier job had left behind.`
        : `Removed ${name} of an earlier release, which has finished its work.`);
}

;// CONCATENATED MODULE: ./build/packages/stack/src/reconcile-stack.js






/**
 * Finishes or undoes what an interrupted job has left. A release is live when its record says so, which it does only
 * after all its services had changed over; so whatever stands otherwise goes back to the release that is.
 *
 * @param runsCommands whether the job runs migrations itself, which those of an earlier job must not overlap
 */
async function reconcileStack(job, found, runsCommands, onFinding) {
    const { state } = found;
    const { live } = state;
    const project = live && (await projectOf(job, live, onFinding));
    const served = live
        ? await serveAgain(job, found, live, project, onFinding)
        : await letPlainOnesServe(job, state, onFinding);
    await clearCommands(job, found, runsCommands, onFinding);
    await removeLeftovers(job, found, project, served, onFinding);
    await job.files.sweepUnfinished(new Set([...state.releases.map(({ id }) => id), ...state.damaged]));
    if (live && project) {
        await keepSwitches(job, live, state.containers);
        await job.files.publish(live.id);
    }
    const given = served.givenUp;
    const releases = state.releases.map((release) => (release.id === given?.id ? given : release));
    // What could not be started is tried again by the next job, which knows it by these records.
    const mended = planMending(job, { releases, live }, served.isWhole, onFinding);
    return { ...mended, restored: served.restored };
}
/** What the live release's file says. Where it is gone, the copy of it that people use may be there. */
async function projectOf({ files, server }, live, onFinding) {
    const text = await files.read(live.id);
    if (text !== undefined)
        return parseResolvedProject(text);
    const copy = await server.files.read(files.live);
    const project = copy === undefined ? undefined : parseResolvedProject(copy);
    const isIts = Object.entries(live.services).every(([name, { image, color }]) => project?.services[name]?.image === image.runnable &&
        project.services[name]?.labels?.['switchyard.color'] === color);
    if (copy === undefined || !isIts) {
        onFinding(`The file of release ${live.id}, ${files.fileOf(live.id)}, is gone; the next deploy makes every service anew.`);
        return undefined;
    }
    await files.write(live.id, copy);
    onFinding(`The file of release ${live.id} was gone and was made anew from ${files.live}.`);
    return project;
}
/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearCommands({ server, request, nowMs, reporter }, { state, signal }, runsCommands, onFinding) {
    const { engine } = server;
    const labels = { 'switchyard.app': request.app };
    const ours = await engine.containers.list({ all: true, labels });
    const hooks = ours.filter(({ Labels }) => ['pre-deploy', 'post-deploy'].includes(Labels?.['switchyard.role'] ?? ''));
    const running = state.containers.filter((one) => isOfService(one) && one.state === 'running' && isJob(state, one));
    const jobs = running.map(({ id, name, createdMs }) => ({
        ...{ Id: id, Names: [`/${name}`], State: 'running', Created: createdMs / 1000 },
    }));
    await (0,clear_one_offs/* clearOneOffs */.G)({
        engine,
        state: { oneOffs: [...hooks, ...jobs] },
        runsCommands,
        nowMs: nowMs(),
        signal,
        onProgress: (text) => reporter.progress('reconcile', text),
        onFinding,
    });
}
function isJob({ releases, live }, container) {
    return (makerOf(releases, container) ?? live)?.services[container.service]?.role === 'job';
}
/** What the record is to say of releases that no job works on any more. */
function planMending({ store, nowMs, request }, { releases, live }, isWhole, onFinding) {
    const changes = new Map();
    for (const release of isWhole ? releases : []) {
        const { id } = release;
        const verdictNow = (0,mended_verdict/* mendedVerdict */.hm)(release, live, false);
        if (!verdictNow) {
            // A rollback that was killed before it was done has left nothing.
            if (release.leaves && id !== live?.id)
                changes.set(id, { release: { ...release, leaves: undefined } });
            continue;
        }
        const { verdict, reason } = verdictNow;
        const because = reason === undefined ? '' : `, because ${reason}`;
        changes.set(id, {
            release: (0,src_release/* withVerdict */.m3)(release, verdict, nowMs(), reason),
            finding: verdict === release.verdict
                ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
                : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`,
        });
    }
    const mended = releases.map((release) => changes.get(release.id)?.release ?? release);
    const mend = async () => {
        for (const [id, { release, finding }] of changes) {
            changes.delete(id);
            await store.save(release);
            if (finding !== undefined)
                onFinding(finding);
            const { verdict: event, reason: detail } = release;
            if (finding === undefined || detail === undefined)
                continue;
            const at = new Date(nowMs()).toISOString();
            await store.note({ at, event, release: id, detail, runUrl: request.origin.runUrl });
        }
    };
    return { releases: mended, mend };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/service-switches.js

/** The switches of a stack, one for each service that has a port; made when they are first asked for. */
class ServiceSwitches {
    #make;
    #known = new Map();
    constructor(make) {
        this.#make = make;
    }
    of(service) {
        const known = this.#known.get(service) ?? this.#make(service);
        this.#known.set(service, known);
        return known;
    }
    /**
     * Moves several services at once, and returns how long the slowest flip took, in ms. All are tried, whatever becomes
     * of the others: the way back has to know of each.
     *
     * @throws the first failure; TrafficMovedError only where all have moved
     */
    async shift(services) {
        const flips = await Promise.allSettled([...services].map(([service, color]) => this.of(service).shift(color)));
        const failures = flips.flatMap((flip) => (flip.status === 'rejected' ? [flip.reason] : []));
        const hasNotMoved = failures.find((failure) => !(failure instanceof recorded_traffic/* TrafficMovedError */.F));
        if (failures.length > 0)
            throw hasNotMoved ?? failures[0];
        return Math.max(0, ...flips.map((flip) => (flip.status === 'fulfilled' ? flip.value : 0)));
    }
}

;// CONCATENATED MODULE: ./build/packages/stack/src/prepare-stack.js






/**
 * Step 0: reads what there is, and finishes what an interrupted job has left.
 *
 * @param options.runsCommands whether the job runs migrations itself, which those of an earlier job must not overlap
 */
async function prepareStack(job, { facts, lease, signal }, compose, { runsCommands }) {
    const { progress, reporter, store } = job;
    await Promise.all([compose.version(), store.sweep()]);
    const switches = new ServiceSwitches((service) => serviceSwitchFor(job, service));
    const found = await readWithLost(job);
    const { state } = found;
    progress.state = state;
    refuseUnknown(job.request.app, store.folder, state);
    if (found.lost)
        await restoreRecord(job, found.lost);
    const { releases, restored, mend } = await reconcileStack(job, { compose, signal, state, switches }, runsCommands, (finding) => {
        progress.findings.push(finding);
        reporter.info(finding);
    });
    const containers = await stackContainers(job.server.engine, job.request.app);
    const now = {
        ...state,
        releases,
        containers,
        live: releases.find(({ id }) => id === state.live?.id),
    };
    progress.state = now;
    const { live } = now;
    reporter.info(live ? `Live now: release ${live.id}.` : `No release of ${job.request.app} is live on this server yet.`);
    const recorded = state.releases;
    return {
        ground: { facts, compose, lease, signal, state: now, recorded, restored, switches },
        mend,
    };
}
/** What the record and the Engine say of the stack, with a record that was lost made anew; changes nothing. */
async function readStack(reading) {
    return (await readWithLost(reading)).state;
}
async function readWithLost(reading) {
    const { store, reporter } = reading;
    const read = await readRecord(reading);
    const lost = await findLostRelease(reading, read);
    for (const id of read.damaged.filter((damaged) => damaged !== lost?.release.id)) {
        reporter.warning(`${store.folder}/releases/${id}.json is damaged and was left where it is; that release can't be gone back to.`);
    }
    if (!lost)
        return { state: read, lost };
    reporter.warning(lost.warning);
    const releases = [...read.releases, lost.release].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { state: { ...read, releases, live: lost.release }, lost };
}
async function readRecord({ store, server, request }) {
    const [{ releases, damaged }, containers] = await Promise.all([
        store.list(),
        stackContainers(server.engine, request.app),
    ]);
    return { releases, live: newestLive(releases), containers, damaged: damaged.map(idOfRecord) };
}
async function restoreRecord({ store, files }, { release, text }) {
    await store.save(release);
    if ((await files.read(release.id)) === undefined)
        await files.write(release.id, text);
}
/**
 * A job that was killed before it had taken the old release away has left two that are called live. The one that has
 * taken the traffic counts: the newer, unless it was left by a rollback. Server clocks may be put back meanwhile.
 */
function newestLive(releases) {
    const [newest, ...older] = releases.filter(({ verdict }) => verdict === 'live').toReversed();
    return older.find(({ leaves }) => leaves !== undefined && leaves.id === newest?.id) ?? newest;
}

// EXTERNAL MODULE: ./build/packages/release/src/release-store.js + 1 modules
var release_store = __webpack_require__(8246);
;// CONCATENATED MODULE: ./build/packages/compose/src/resolved-project.js
/**
 * Where the check comes from: an option or a label (`path`, `command`), `healthcheck` in the Compose file, HEALTHCHECK
 * of the image, or, where nothing is said, that something listens on the port or that the container stays up.
 */
const healthSources = ['path', 'command', 'healthcheck', 'image', 'port', 'running'];

// EXTERNAL MODULE: ./build/packages/release/src/json-shape.js
var json_shape = __webpack_require__(3785);
// EXTERNAL MODULE: ./build/packages/release/src/record-shapes.js
var record_shapes = __webpack_require__(7469);
;// CONCATENATED MODULE: ./build/packages/stack/src/parse-stack-release.js



const { list, number, object, oneOf, optional, text: parse_stack_release_text } = json_shape;
/**
 * Reads a stack release's file, of which every part is checked.
 *
 * @returns undefined for a damaged file
 * @throws RecordError for one that a newer Switchyard has written, or that is of a single app
 */
function parseStackRelease(content, path) {
    const file = (0,record_shapes/* openRecord */.C6)(content, path);
    if (file && file.kind === undefined && file.format === 1) {
        throw new record_shapes/* RecordError */.W1(`${path} is a release of a single image, so this app is deployed with "image"; give the stack an "app" of its own.`);
    }
    return file && (0,record_shapes/* shaped */.e9)(file.value, path, stackShape);
}
/** What Compose allows as a service's name. */
const serviceName = /^[a-zA-Z0-9._-]+$/;
const ipv4 = parse_stack_release_text(/^\d{1,3}(?:\.\d{1,3}){3}$/);
const ipv4Range = parse_stack_release_text(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/);
const parse_stack_release_service = object({
    role: oneOf('routed', 'worker', 'job'),
    order: oneOf('start-first', 'stop-first'),
    color: oneOf('blue', 'green'),
    image: record_shapes/* image */.Sl,
    ports: list(object({ port: record_shapes/* port */.Oh, protocol: oneOf('http', 'h2c', 'tcp') }), { max: 100 }),
    health: object({
        path: optional(record_shapes/* urlPath */.Lx),
        command: optional(record_shapes/* command */.G5),
        by: oneOf(...healthSources),
    }),
    stopGraceMs: record_shapes/* durationMs */.pc,
});
const network = object({
    subnet: ipv4Range,
    gateway: ipv4,
    ipRange: ipv4Range,
    slots: byService(object({ blue: ipv4, green: ipv4 })),
});
const stackShape = object({
    ...record_shapes/* recordedMembers */.eU,
    format: oneOf(stackFormat),
    kind: oneOf('stack'),
    services: byService(parse_stack_release_service),
    network,
    rollout: record_shapes/* rollout */.yT,
    switch: object({
        image: record_shapes/* filledLine */.Dk,
        requestTimeoutMs: optional(number({ min: 0, max: 366 * 24 * 3_600_000 })),
        trustedProxies: record_shapes/* networkRanges */.rm,
    }),
    dataFolder: optional(parse_stack_release_text(/^\//, 4096)),
});
function byService(shape) {
    return (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
            throw new json_shape.ShapeError('not an object');
        }
        const entries = Object.entries(value).map(([name, item]) => {
            if (!serviceName.test(name))
                throw new json_shape.ShapeError('not a name of a service');
            return [name, shape(item)];
        });
        return Object.fromEntries(entries);
    };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-files.js

/**
 * Where a stack's files lie in its folder on the server: those of each release in a folder of their own, so that a
 * failed one leaves nothing for the next `docker compose up` to pick up; what services mount by its content, so that
 * its path changes only with it; and the live release's file at the top, where a person finds it.
 */
class StackFiles {
    #folder;
    #remote;
    constructor(remote, folder) {
        this.#remote = remote;
        this.#folder = folder;
    }
    /** The live release's file. */
    get live() {
        return `${this.#folder}/compose.yaml`;
    }
    folderOf(id) {
        return `${this.#folder}/stacks/${id}`;
    }
    fileOf(id) {
        return `${this.folderOf(id)}/compose.yaml`;
    }
    /** The user's own files of a release, as they were in the checkout. */
    sourceOf(id) {
        return `${this.folderOf(id)}/source`;
    }
    mounted(digest, name) {
        return `${this.#folder}/files/${digest}/${name}`;
    }
    switchFolder(service) {
        return `${this.#folder}/switch/${service}`;
    }
    /** The text of a release's file; undefined when it is gone. */
    async read(id) {
        return await this.#remote.read(this.fileOf(id));
    }
    async write(id, text) {
        await this.#remote.makeDirectory(this.folderOf(id), 0o700);
        await this.#remote.write(this.fileOf(id), text, 0o600);
    }
    /** Makes a release's file the one that a person's `docker compose` goes by. */
    async publish(id) {
        const text = await this.read(id);
        if (text === undefined) {
            throw new src/* ExplainedError */.h(`The file of release ${id} is gone from the server (${this.fileOf(id)}); deploy again, which writes another.`);
        }
        if ((await this.#remote.read(this.live)) !== text)
            await this.#remote.write(this.live, text, 0o600);
    }
    async forget(id) {
        await this.#remote.remove(this.folderOf(id));
    }
    /** Takes away what no file of the releases that are kept mounts any more. */
    async sweepMounted(keptTexts) {
        const folder = `${this.#folder}/files`;
        const entries = await this.#remote.list(folder);
        const unused = entries.filter(({ name }) => !keptTexts.some((text) => text.includes(`${folder}/${name}/`)));
        await Promise.all(unused.map(({ name }) => this.#remote.remove(`${folder}/${name}`)));
    }
    /**
     * What a job that was killed while it read a project has left: folders of releases that nothing in the record knows,
     * and beside the files of those that it knows, what was only for reading.
     */
    async sweepUnfinished(kept) {
        await this.sweepFolders(kept);
        await Promise.all([...kept].map(async (id) => {
            const entries = await this.#remote.list(this.folderOf(id));
            const left = entries.filter(({ name }) => name !== 'compose.yaml');
            await Promise.all(left.map(({ name }) => this.#remote.remove(`${this.folderOf(id)}/${name}`)));
        }));
    }
    /** Folders of releases that nothing in the record knows. */
    async sweepFolders(kept) {
        const folder = `${this.#folder}/stacks`;
        const entries = await this.#remote.list(folder);
        const left = entries.filter(({ name }) => !kept.has(name));
        await Promise.all(left.map(({ name }) => this.#remote.remove(`${folder}/${name}`)));
    }
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-reading.js



/** What reading a stack takes, without a lease and without a change. */
async function readingOf(request, server, reporter) {
    const store = release_store/* ReleaseStore */.T.of(server.files, server.home, request.app, parseStackRelease);
    const files = new StackFiles(server.files, store.folder);
    const serverTimeMs = await server.engine.serverTimeMs();
    return { request, server, reporter, store, files, nowMs: () => serverTimeMs };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/list-stack.js






/** Every release of the stack that the server remembers, newest first. Takes no lease and changes nothing. */
async function listStackReleases(request, server, reporter) {
    const reading = await readingOf(request, server, reporter);
    const state = await readStack(reading);
    const { live } = state;
    const foreseen = await foreseeStack(reading, state);
    const { restored, warnings } = foreseen;
    const interrupted = live && foreseenEnd({ app: request.app, to: undefined }, state, live, foreseen);
    const next = interrupted ? undefined : nextOf(request.app, state);
    const releases = await Promise.all(state.releases.toReversed().map(async (release) => {
        const { id, verdict, origin, createdAt, liveAt, reason } = release;
        const isLive = id === state.live?.id;
        return {
            id,
            verdict: isLive ? 'live' : verdict,
            isLive,
            isNext: id === next,
            image: imagesOf(release),
            imageDigest: undefined,
            imageOnServer: await hasImages(server, release),
            container: isLive ? list_stack_containersOf(release, state) : undefined,
            ...origin,
            createdAt,
            liveAt,
            reason,
        };
    }));
    // What is still to be put right is among the warnings.
    if (!interrupted || restored)
        return { releases, warnings };
    const unfinished = `${interrupted.story} release ${live.id}, from release ${interrupted.leftId}; the next deploy or rollback finishes that.`;
    return { releases, warnings: [...warnings, unfinished] };
}
function nextOf(app, { releases, live }) {
    try {
        return (0,rollback_choice/* chooseTarget */.bx)(app, releases.map(choosable), live?.id, undefined).id;
    }
    catch (error) {
        if (error instanceof rollback_choice/* RollbackChoiceError */.CY)
            return undefined;
        throw error;
    }
}
/** The services' images; what several share is named once. */
function imagesOf({ services }) {
    const names = Object.values(services).map(({ image }) => image.reference.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1'));
    return [...new Set(names)].join(', ');
}
async function hasImages({ engine }, { services }) {
    const images = Object.values(services).map(({ image }) => image.runnable);
    const found = await Promise.all([...new Set(images)].map((name) => engine.images.inspect(name)));
    return found.every((image) => image !== undefined);
}
/** How many of a release's services run. */
function list_stack_containersOf({ services }, { containers }) {
    const served = Object.entries(services).filter(([, { role }]) => role !== 'job');
    const running = served.filter(([name, { color }]) => containers.some((one) => one.service === name && one.color === color && isUp(one)));
    return `${running.length} of ${served.length} run`;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-error.js


/** Docker Compose is not there, is too old, or did not do what was asked. */
class ComposeError extends src/* ExplainedError */.h {
    name = 'ComposeError';
    /** What Compose itself gave as the reason, on one line; empty when it said nothing. */
    reason;
    constructor(message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.reason = details.reason ?? '';
    }
}
const MAX_REASON_LENGTH = 600;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control sequences of terminals
const controlSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
/**
 * The line of Compose's output that says what went wrong. Progress is indented (` Container shop-web-1  Created`),
 * a reason is not; where a reason ends in a colon, what it announces is indented below it. Warnings, and the advice of
 * the command line (`Run 'docker --help' for more information`), are left out.
 */
function reasonIn(stderr) {
    const lines = stderr
        .replace(controlSequence, '')
        .split(/[\r\n]+/)
        .map((line) => line.trimEnd());
    const at = lines.findLastIndex((line) => line !== '' && !isAside(line));
    const reason = lines[at];
    if (reason === undefined)
        return '';
    const details = [];
    for (const line of lines.slice(at + 1)) {
        if (!reason.endsWith(':') || !/^\s+\S/.test(line))
            break;
        details.push(line.trim());
    }
    const fatal = /\blevel=(?:fatal|error) msg="((?:[^"\\]|\\.)*)"/.exec(reason)?.[1]?.replaceAll('\\"', '"');
    const words = fatal ?? [reason, details.join('; ')].filter((part) => part !== '').join(' ');
    return (0,clipped_text_src/* clipEnd */.O)(words.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), MAX_REASON_LENGTH);
}
function isAside(line) {
    return (/^\s/.test(line) ||
        /^\[\+\] /.test(line) ||
        /\blevel=(?:warning|info|debug)\b/.test(line) ||
        /^(?:WARN|INFO|DEBU)\[\d+\]/.test(line) ||
        /^(?:Usage:|See '|Run ')/.test(line));
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-version.js

/**
 * The oldest that works. `--env-file` more than once came with 2.17, `include` and `--progress` with 2.20; but 2.25
 * prints a wrong `config --format json`, which is what a release is made from, and 2.26 mended it.
 */
const LEAST = { major: 2, minor: 26 };
const ADVICE = `install the Docker Compose plugin ${LEAST.major}.${LEAST.minor} or later there (the package docker-compose-plugin from Docker's repository, or docker-compose-v2 on Ubuntu)`;
/**
 * @param docker the command line up to `compose`
 * @throws ComposeError when there is none that works, with what to install
 */
async function composeVersion(programs, docker, timeoutMs) {
    const asked = await programs.exec([...docker, 'compose', 'version', '--short'], { timeoutMs });
    if (asked.code !== 0)
        throw await missing(programs, asked, timeoutMs);
    const version = parseVersion(asked.stdout);
    if (version === undefined) {
        // A build of one's own says "dev".
        throw new ComposeError(`Docker Compose on the server does not tell its version: ${ADVICE}.`);
    }
    const isOld = version.major < LEAST.major || (version.major === LEAST.major && version.minor < LEAST.minor);
    if (isOld)
        throw new ComposeError(`Docker Compose on the server is ${version.text}, which is too old: ${ADVICE}.`);
    return version;
}
/** The last line that is a version: the login shell may have printed something before. */
function parseVersion(stdout) {
    const [found] = [...stdout.matchAll(/^v?((\d+)\.(\d+)\.(\d+)\S*)\s*$/gm)].slice(-1);
    if (found === undefined)
        return undefined;
    const [, text = '', major, minor, patch] = found;
    return { text, major: Number(major), minor: Number(minor), patch: Number(patch) };
}
async function missing(programs, asked, timeoutMs) {
    const reason = reasonIn(asked.stderr);
    if (asked.code === 127) {
        return new ComposeError(`The program docker was not found on the server, or is not on the PATH of the deploy user: ${ADVICE}, and with it Docker's command line (docker-ce-cli, or docker.io on Debian and Ubuntu).`, { reason });
    }
    const old = await programs.exec(['docker-compose', 'version', '--short'], { timeoutMs });
    const version = old.code === 0 ? parseVersion(old.stdout) : undefined;
    if (version !== undefined) {
        return new ComposeError(version.major >= 2
            ? `Docker Compose ${version.text} is on the server as the program docker-compose but not as the plugin "docker compose", which is what a release uses: ${ADVICE}.`
            : `The server has docker-compose ${version.text} only, which is Compose v1 and no longer maintained: ${ADVICE}.`, { reason });
    }
    return new ComposeError(`The server has no "docker compose": ${ADVICE}.`, { reason });
}

;// CONCATENATED MODULE: ./build/packages/compose/src/stack-scale.js
/** The services, and all that they depend on, directly or not. */
function withDependencies(project, services) {
    const found = new Set();
    const visit = (name) => {
        const service = project.services[name];
        if (service === undefined || found.has(name))
            return;
        found.add(name);
        for (const dependency of Object.keys(service.depends_on ?? {}))
            visit(dependency);
    };
    for (const service of services)
        visit(service);
    return found;
}
function replicasOf(service) {
    return service?.scale ?? service?.deploy?.replicas ?? 1;
}
/**
 * `--scale` for every service that a command touches, so that it makes exactly the containers that are wanted and
 * neither makes nor removes one of another service. Compose refuses the option for services that it does not touch.
 */
function scaleOptions(project, services, count) {
    return [...withDependencies(project, services)]
        .toSorted()
        .flatMap((service) => ['--scale', `${service}=${count(service)}`]);
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-command.js



const QUICK_MS = 60_000;
const CREATE_MS = 3 * 60_000;
/** An image may have to be pulled, and a database to become healthy. */
const START_MS = 15 * 60_000;
const MAX_MODEL_BYTES = 16 * 1024 * 1024;
/**
 * Variables by which a login environment changes what Compose or Docker's command line do. DOCKER_CONFIG is not one
 * of them: the plugin itself and the registries' credentials may be in that folder.
 */
const strayVariables = [
    ...['COMPOSE_ANSI', 'COMPOSE_COMPATIBILITY', 'COMPOSE_CONVERT_WINDOWS_PATHS', 'COMPOSE_DISABLE_ENV_FILE'],
    ...['COMPOSE_ENV_FILES', 'COMPOSE_EXPERIMENTAL', 'COMPOSE_FILE', 'COMPOSE_IGNORE_ORPHANS', 'COMPOSE_MENU'],
    ...['COMPOSE_PARALLEL_LIMIT', 'COMPOSE_PATH_SEPARATOR', 'COMPOSE_PROFILES', 'COMPOSE_PROGRESS'],
    ...['COMPOSE_PROJECT_NAME', 'COMPOSE_REMOVE_ORPHANS', 'COMPOSE_STATUS_STDOUT'],
    ...['DOCKER_API_VERSION', 'DOCKER_CERT_PATH', 'DOCKER_CONTEXT', 'DOCKER_CUSTOM_HEADERS'],
    ...['DOCKER_DEFAULT_PLATFORM', 'DOCKER_HOST', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY'],
];
/**
 * Docker Compose on the server. Nothing secret is on a command line: values are in the files it is pointed at.
 *
 * Containers are made without `--no-deps`, although their dependencies are to be left alone: before 2.29 Compose counts
 * `depends_on` in a container's config hash, and `--no-deps` takes it away, so that a later `docker compose up -d` would
 * replace the container. Instead every dependency is given the scale that it has.
 */
class ComposeCommand {
    #programs;
    #docker;
    /** @param engineSocket path of the Engine's Unix socket on the server */
    constructor(programs, engineSocket) {
        this.#programs = programs;
        this.#docker = [
            'env',
            ...strayVariables.flatMap((name) => ['-u', name]),
            ...['docker', '--host', `unix://${engineSocket}`],
        ];
    }
    /** @throws ComposeError when Compose is missing or too old, with what to install */
    version() {
        return composeVersion(this.#programs, this.#docker, QUICK_MS);
    }
    /** The whole project as JSON: merged, interpolated, every path absolute; `$` is doubled, as in a Compose file. */
    async resolve(source, options = {}) {
        const argv = [
            ...['--project-name', source.projectName, '--project-directory', source.projectDirectory],
            ...source.files.flatMap((file) => ['--file', file]),
            ...(source.envFiles ?? []).flatMap((file) => ['--env-file', file]),
            ...(source.profiles ?? []).flatMap((profile) => ['--profile', profile]),
            ...['config', '--format', 'json'],
        ];
        const stdout = await this.#run('resolve the Compose files', argv, {
            timeoutMs: QUICK_MS,
            ...options,
            maxOutputBytes: MAX_MODEL_BYTES,
        });
        // The login shell may have printed something before.
        const start = /^\{/m.exec(stdout)?.index;
        if (start === undefined) {
            throw new ComposeError('Docker Compose printed no JSON when asked to resolve the Compose files.');
        }
        return stdout.slice(start);
    }
    /** @throws ComposeError when Compose does not accept the file */
    async validate(file, options = {}) {
        const argv = [...released(file), 'config', '--quiet'];
        await this.#run(`check ${file}`, argv, { timeoutMs: QUICK_MS, ...options });
    }
    /** The hash that Compose gives to a container of each service, its label com.docker.compose.config-hash. */
    async hashes(file, options = {}) {
        const argv = [...released(file), 'config', '--hash', '*'];
        const stdout = await this.#run(`hash the services of ${file}`, argv, { timeoutMs: QUICK_MS, ...options });
        return new Map([...stdout.matchAll(/^(\S+) ([0-9a-f]{64})$/gm)].map(([, service = '', hash = '']) => [service, hash]));
    }
    /**
     * Creates, without starting, as many further containers of each service as it has replicas. No container that is
     * there is touched. The images must be on the server.
     */
    async createCandidates(file, services, existing, options = {}) {
        if (services.length === 0)
            return;
        const count = (name) => countOf(existing, name) + (services.includes(name) ? replicasOf(file.project.services[name]) : 0);
        const argv = [
            ...[...released(file.path), 'up', '--no-start', '--no-recreate', '--no-build', '--pull', 'never'],
            ...scaleOptions(file.project, services, count),
            ...services,
        ];
        await this.#run(`create containers of ${compose_command_listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
    }
    /**
     * Starts what is absent or stopped and leaves alone what runs, whatever the file says of it now. Waits, as Compose
     * does, for the conditions of `depends_on` among these services.
     */
    async startKept(file, services, existing, options = {}) {
        if (services.length === 0)
            return;
        const count = (name) => countOf(existing, name) || (services.includes(name) ? replicasOf(file.project.services[name]) : 0);
        const up = [...released(file.path), 'up', '--no-recreate', '--no-build', '--quiet-pull'];
        const purpose = `start ${compose_command_listed(services)}`;
        const limit = { timeoutMs: START_MS, ...options };
        // Created first, with their dependencies in sight, for the sake of the hash; then started without them.
        const scaled = scaleOptions(file.project, services, count);
        await this.#run(purpose, [...up, '--no-start', ...scaled, ...services], limit);
        const own = services.flatMap((service) => ['--scale', `${service}=${count(service)}`]);
        await this.#run(purpose, [...up, '--detach', '--no-deps', ...own, ...services], limit);
    }
    /**
     * Creates and starts these services, and replaces those that differ from the file, each with a gap.
     *
     * @param services must not have `depends_on`
     */
    async upSwitches(file, services, options = {}) {
        await this.#bringUp(file, services, '--detach', options);
    }
    /** Creates these services without starting them, while something else still holds their addresses. */
    async createSwitches(file, services, options = {}) {
        await this.#bringUp(file, services, '--no-start', options);
    }
    async #bringUp(file, services, how, options) {
        if (services.length === 0)
            return;
        const dependent = services.find((name) => Object.keys(file.project.services[name]?.depends_on ?? {}).length > 0);
        if (dependent !== undefined)
            throw new TypeError(`The service ${dependent} must not have depends_on.`);
        const argv = [
            ...[...released(file.path), 'up', how, '--no-deps', '--no-build', '--pull', 'never'],
            ...services,
        ];
        await this.#run(`start ${compose_command_listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
    }
    async #run(purpose, argv, options) {
        const command = [...this.#docker, 'compose', '--ansi', 'never', '--progress', 'plain', ...argv];
        let ended;
        try {
            ended = await this.#programs.exec(command, options);
        }
        catch (error) {
            // What runs programs knows the command by its first word only, which is `env`.
            if (!(error instanceof Error) || error.name !== 'CommandTimeoutError')
                throw error;
            throw new ComposeError(`Docker Compose did not ${purpose} within ${(options.timeoutMs ?? 0) / 1000} s; it may still be at it on the server.`, { cause: error });
        }
        if (ended.code === 0)
            return ended.stdout;
        const reason = reasonIn(ended.stderr);
        const told = reason === '' ? `it ended with code ${ended.code ?? 'unknown'} and gave no reason` : reason;
        throw new ComposeError(`Docker Compose could not ${purpose} on the server: ${/[.!?]$/.test(told) ? told : `${told}.`}`, { reason });
    }
}
/** Which profiles are on was decided when the stack was resolved: what is in a released file, counts. */
function released(path) {
    return ['--file', path, '--profile', '*'];
}
function countOf(counts, service) {
    return counts.get(service) ?? 0;
}
function compose_command_listed(services) {
    return services.join(', ');
}

;// CONCATENATED MODULE: ./build/packages/compose/src/released-project.js




/** Policies by which a plain `up` fetches another image behind the same tag, and would replace a container for it. */
const fetchingPolicies = /^(?:always|refresh|daily|weekly|every_.*)$/;
/** The project as its released file has it; `composeFileText` writes it. */
function releasedProject(project, plans, facts) {
    const routed = Object.values(plans).filter((plan) => plan.role === 'routed');
    const services = {};
    for (const [name, service] of Object.entries(project.services)) {
        const plan = plans[name];
        services[name] =
            plan === undefined || plan.role === 'kept'
                ? keptService(project, service, facts.keptDefinitions[name], facts.movedPaths)
                : shippedService(withMovedMounts(service, facts.movedPaths), plan, plans, {
                    app: facts.app,
                    image: facts.images[name],
                    color: facts.colors[name],
                    slots: facts.slots[name],
                });
    }
    for (const plan of routed) {
        services[switchServiceOf(plan.service)] = switchService(project, plan, plans, facts);
    }
    return {
        ...project,
        name: facts.app,
        services,
        ...released_project_topLevel('volumes', project, facts),
        ...withMovedFiles('secrets', released_project_topLevel('secrets', project, facts), facts.movedPaths),
        ...withMovedFiles('configs', released_project_topLevel('configs', project, facts), facts.movedPaths),
        networks: {
            ...released_project_topLevel('networks', project, facts).networks,
            ...(routed.length > 0 ? { [stackNetwork]: networkOfSlots(facts) } : {}),
        },
    };
}
/**
 * Internal, so that nobody gets a way out of the server by it who had none: a routed service goes out, and a switch is
 * published, through the service's own networks, as before.
 */
function networkOfSlots({ app, network }) {
    return {
        name: `${app}_${stackNetwork}`,
        driver: 'bridge',
        internal: true,
        ipam: {
            config: [{ subnet: network.subnet, gateway: network.gateway, ip_range: network.ipRange }],
        },
        labels: { [stackLabels.app]: app },
    };
}
/** As it is, because every change would be one that a plain `up` replaces its container for. */
function keptService(project, service, definition, movedPaths) {
    const kept = definition?.service ?? withMovedMounts(service, movedPaths);
    const needs = Object.entries(kept.depends_on ?? {});
    const there = needs.filter(([name]) => project.services[name] !== undefined);
    return {
        ...kept,
        // Not part of what Compose compares.
        ...(typeof kept.pull_policy === 'string' && fetchingPolicies.test(kept.pull_policy)
            ? { pull_policy: 'missing' }
            : {}),
        // Compose takes no file in which a service needs one that is gone.
        ...(there.length < needs.length ? { depends_on: Object.fromEntries(there) } : {}),
    };
}
function withMovedMounts(service, movedPaths) {
    if (service.volumes === undefined)
        return service;
    return {
        ...service,
        volumes: service.volumes.map((mount) => {
            const moved = mount.type === 'bind' ? movedPaths.get(mount.source ?? '') : undefined;
            return moved === undefined ? mount : { ...mount, source: moved };
        }),
    };
}
/** What the project defines, and what kept definitions need beside it. */
function released_project_topLevel(kind, project, facts) {
    const added = Object.entries(facts.keptDefinitions)
        .filter(([name]) => project.services[name] !== undefined)
        .flatMap(([, { service, from }]) => {
        const used = usedNames(kind, service);
        return Object.entries(from[kind] ?? {}).filter(([name]) => used.has(name));
    });
    const all = { ...Object.fromEntries(added), ...project[kind] };
    return (Object.keys(all).length > 0 ? { [kind]: all } : {});
}
/** The names of a kind that a service uses. */
function usedNames(kind, service) {
    if (kind === 'networks')
        return new Set(Object.keys(service.networks ?? {}));
    if (kind === 'volumes') {
        return new Set((service.volumes ?? []).flatMap(({ type, source }) => type === 'volume' && source !== undefined ? [source] : []));
    }
    return new Set((service[kind] ?? []).map(({ source }) => source));
}
function withMovedFiles(kind, given, movedPaths) {
    const files = given[kind];
    if (files === undefined)
        return given;
    const entries = Object.entries(files).map(([name, definition]) => {
        const moved = movedPaths.get(definition.file ?? '');
        return [name, moved === undefined ? definition : { ...definition, file: moved }];
    });
    return { [kind]: Object.fromEntries(entries) };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-colors.js




/**
 * A released project in which one service has another colour, and all else is as it was.
 *
 * @param slots Where the service's two colours have their addresses; undefined for one that is not routed.
 */
function recolored(released, service, color, slots) {
    const definition = released.services[service];
    if (definition === undefined)
        throw new TypeError(`the released project has no service ${service}`);
    const networks = slots === undefined
        ? definition.networks
        : { ...definition.networks, [released_names_stackNetwork]: { ipv4_address: slots[color] } };
    return {
        ...released,
        services: {
            ...released.services,
            [service]: {
                ...definition,
                labels: { ...definition.labels, [service_options_stackLabels.color]: color },
                ...(networks === undefined ? {} : { networks }),
            },
        },
    };
}
/**
 * Whether a shipped service of one released project needs no new container to be as the other says: nothing differs but
 * its colour and its slot's address. A secret's new file counts, though Compose itself compares only its name; and so
 * does what it waits for, because Compose before 2.29 would replace a container for that.
 */
function isSameButForColor(before, after, service) {
    const [was, is] = [before.services[service], after.services[service]];
    if (was === undefined || is === undefined)
        return false;
    return colorless(before, was) === colorless(after, is);
}
function colorless(project, service) {
    const { [service_options_stackLabels.color]: _color, ...labels } = service.labels ?? {};
    const { [released_names_stackNetwork]: _slot, ...networks } = service.networks ?? {};
    const kinds = ['networks', 'volumes', 'secrets', 'configs'];
    const used = kinds.map((kind) => {
        const names = usedNames(kind, { ...service, networks });
        return Object.entries(project[kind] ?? {})
            .filter(([name]) => names.has(name))
            .sort(([left], [right]) => (left < right ? -1 : 1));
    });
    return composeFileText([{ ...service, labels, networks }, used]);
}

;// CONCATENATED MODULE: ./build/packages/compose/src/start-waves.js
const conditions = {
    service_started: 'started',
    service_healthy: 'healthy',
    service_completed_successfully: 'completed',
};
const strength = ['started', 'healthy', 'completed'];
/**
 * The order in which what is shipped may start, by `depends_on`, through services that are not shipped too; and what of
 * those must be there, each after what it needs itself.
 */
function startWaves(plans, project) {
    const shipped = Object.keys(plans).filter((name) => plans[name]?.role !== 'kept');
    const kept = (name) => plans[name]?.role === 'kept';
    const needs = (name) => Object.entries(project.services[name]?.depends_on ?? {}).filter(([needed]) => needed in plans);
    const waves = [];
    const waiting = new Map(shipped.map((name) => [name, shippedBelow(name, needs, kept)]));
    while (waiting.size > 0) {
        const ready = [...waiting].filter(([, below]) => ![...below].some((name) => waiting.has(name)));
        // Compose itself refuses a circle, so there is none; if there were, the rest would start together.
        const wave = (ready.length > 0 ? ready : [...waiting]).map(([name]) => name);
        for (const name of wave)
            waiting.delete(name);
        waves.push({ services: wave });
    }
    const needed = new Map();
    const visited = new Set();
    const visit = (name) => {
        if (visited.has(name))
            return;
        visited.add(name);
        for (const [below, { condition }] of needs(name)) {
            if (!kept(below))
                continue;
            visit(below);
            needed.set(below, stronger(needed.get(below), conditions[condition] ?? 'started'));
        }
    };
    for (const name of shipped)
        visit(name);
    return { waves, needed: [...needed].map(([service, condition]) => ({ service, condition })) };
}
/** The shipped services that one needs, itself or by way of services that are kept. */
function shippedBelow(name, needs, isKept) {
    const below = new Set();
    const seen = new Set();
    const queue = [name];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        for (const [needed] of needs(next)) {
            if (seen.has(needed))
                continue;
            seen.add(needed);
            if (isKept(needed))
                queue.push(needed);
            else if (needed !== name)
                below.add(needed);
        }
    }
    return below;
}
function stronger(left, right) {
    return strength[Math.max(strength.indexOf(left ?? 'started'), strength.indexOf(right))] ?? right;
}

// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __webpack_require__(5863);
// EXTERNAL MODULE: ./build/packages/release/src/rollback-request.js
var rollback_request = __webpack_require__(9195);
// EXTERNAL MODULE: ./build/packages/release/src/image-step.js
var image_step = __webpack_require__(3989);
// EXTERNAL MODULE: ./build/packages/release/src/pull.js
var pull = __webpack_require__(7620);
// EXTERNAL MODULE: ./build/packages/release/src/candidate-container.js
var candidate_container = __webpack_require__(6356);
;// CONCATENATED MODULE: ./build/packages/stack/src/new-networks.js

/** Networks that Compose makes for a release go with it when it fails, but for those that something else uses by then. */
async function undoNewNetworks({ server, undo }, app) {
    const { networks } = server.engine;
    const labels = { 'com.docker.compose.project': app };
    const before = new Set((await networks.list({ labels })).map(({ Id }) => Id));
    undo.push('remove the new networks', async () => {
        const fresh = (await networks.list({ labels })).flatMap(({ Id = '' }) => (before.has(Id) ? [] : [Id]));
        for (const id of fresh) {
            await networks.remove(id).catch((error) => {
                if (!(error instanceof engine_error/* EngineError */.NJ && error.status === 403))
                    throw error;
            });
        }
    });
}

;// CONCATENATED MODULE: ./build/packages/stack/src/create-candidates.js





const shownLogLines = 50;
/** For a job that is cancelled or cut off; whoever runs next takes away what has not ended by then. */
const shortPatienceMs = 1000;
/** Longer than Compose's own grace period, after which nothing is left. */
const usualPatienceMs = 15_000;
/**
 * Step 2: the record, the release's file, and beside every service that changes a container that Compose itself has
 * made from that file. None has started, and none of those with a port can be reached by the service's name: that one
 * belongs to the switch.
 */
async function createCandidates(job, ground, plan) {
    const { store, files, progress, reporter, undo } = job;
    const { release, changed } = plan;
    progress.release = release;
    progress.changed = changed;
    await Promise.all([
        store.save(release),
        files.write(release.id, composeFileText(plan.project)),
        journal(job, 'deploy', `ships ${Object.keys(release.services).join(', ')}`),
    ]);
    tellUnchanged(job, plan);
    const shipped = changed.filter((name) => release.services[name]?.role !== 'job');
    if (shipped.length === 0)
        return [];
    const { engine } = job.server;
    await undoNewNetworks(job, release.app);
    const before = await stackContainers(engine, release.app);
    const known = new Set(before.map(({ id }) => id));
    undo.push('remove the new containers', async () => {
        const fresh = (await stackContainers(engine, release.app)).filter(({ id, service, role }) => !known.has(id) && shipped.includes(service) && role !== 'switch');
        await Promise.all(fresh.map(async (container) => {
            const { id, service } = container;
            progress.candidateLog ??= withName(service, await (0,candidate_container/* lastLogLines */.EP)(engine, id, shownLogLines));
            const released = release.services[service];
            // A worker takes jobs as soon as it runs, and a version that has served may be at work for its users.
            if (released && (released.role === 'worker' || progress.switched)) {
                const { stopGraceMs } = released;
                const enough = Math.max(release.rollout.drainTimeoutMs, Math.min(stopGraceMs, usualPatienceMs));
                await retire_services_retire(job, container, stopGraceMs, ground.signal.aborted ? shortPatienceMs : enough);
            }
            else
                await engine.containers.remove(id, { force: true, volumes: true });
        }));
    });
    const file = { path: files.fileOf(release.id), project: plan.project };
    await ground.compose.createCandidates(file, shipped, countsByService(before));
    const after = await stackContainers(engine, release.app);
    const fresh = after.filter(({ id, role }) => !known.has(id) && role !== 'switch');
    const candidates = shipped.flatMap((service) => candidatesOf(service, plan, fresh));
    await Promise.all(candidates.map(async ({ name, plan: one, id }) => {
        if (one.role === 'routed')
            await detachAliases(engine, id);
        reporter.info(`Created ${name} (${one.color}).`);
    }));
    return candidates;
}
/** As many as the service has replicas, of which one with a port has one. */
function candidatesOf(service, plan, fresh) {
    const found = fresh.filter((container) => container.service === service);
    const released = plan.release.services[service];
    if (found.length === 0 || !released)
        throw new Error(`Compose has made no container of ${service}`);
    return found.map(({ id, name }) => ({ service, plan: released, id, name }));
}
function tellUnchanged({ reporter }, { release, changed }) {
    const names = Object.keys(release.services).filter((name) => !changed.includes(name) && release.services[name]?.role !== 'job');
    if (names.length === 0)
        return;
    const [last, ...others] = names.toReversed();
    const list = others.length > 0 ? `${others.toReversed().join(', ')} and ${last} run` : `${last} runs`;
    reporter.info(`${list} on as before.`);
}
/** A log of one of several services says whose it is. */
function withName(service, log) {
    return `${service}:\n${log}`;
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./build/packages/stack/src/needed-services.js




class NeededServiceError extends src/* ExplainedError */.h {
    name = 'NeededServiceError';
}
const patienceMs = 120_000;
const needed_services_pollMs = 200;
/**
 * Starts what this release leaves alone and finds absent or stopped, such as a database on the first deploy, and waits
 * until it is as those that depend on it ask.
 *
 * @throws NeededServiceError when it does not get there
 */
async function ensureNeeded(job, ground, plan) {
    const { reporter, files, server } = job;
    const absent = plan.needed.filter(({ service, condition }) => {
        const there = ground.state.containers.filter((one) => one.service === service);
        return condition === 'completed' ? there.length === 0 : !there.some(isUp);
    });
    if (absent.length > 0) {
        const names = absent.map(({ service }) => service);
        reporter.info(`Starting ${names.join(', ')}, which ${names.length === 1 ? 'does' : 'do'} not run.`);
        const file = { path: files.fileOf(plan.release.id), project: plan.project };
        await ground.compose.startKept(file, names, countsByService(ground.state.containers));
    }
    const deadline = performance.now() + patienceMs;
    for (;;) {
        ground.signal.throwIfAborted();
        const containers = await stackContainers(server.engine, plan.release.app);
        const states = await Promise.all(plan.needed.map((one) => stateOf(job, one, containers)));
        const waiting = states.find((state) => state !== undefined);
        if (waiting === undefined)
            return;
        if (performance.now() > deadline) {
            throw new NeededServiceError(`${waiting}, and others of this release depend on it; look at its log with "docker compose logs" in the stack's folder on the server.`);
        }
        reporter.progress('needed', `${waiting} yet`);
        await (0,promises_.setTimeout)(needed_services_pollMs, undefined, { signal: ground.signal });
    }
}
/** What is still missing, or undefined when it is as it has to be. */
async function stateOf({ server }, { service, condition }, containers) {
    const there = containers.filter((one) => one.service === service);
    const [container] = there;
    if (!container)
        return `${service} is not there`;
    if (condition === 'started')
        return there.some(isUp) ? undefined : `${service} does not run`;
    const { State: state } = (await server.engine.containers.inspect(container.id)) ?? {};
    if (condition === 'healthy') {
        return state?.Health?.Status === 'healthy' ? undefined : `${service} is not healthy`;
    }
    if (state?.Status !== 'exited')
        return `${service} has not ended`;
    if (state.ExitCode === 0)
        return undefined;
    throw new NeededServiceError(`${service} ended with exit code ${state.ExitCode}, and others of this release wait for it to end well; mend it, or name it in "services" so that this release runs it again.`);
}

// EXTERNAL MODULE: ./build/packages/engine/src/run-to-completion.js + 1 modules
var run_to_completion = __webpack_require__(7855);
;// CONCATENATED MODULE: ./build/packages/compose/src/run-job.js



/**
 * Runs a job of the stack in a fresh container that Compose makes, and waits for its end. As after `docker compose up`,
 * the container stays, exited: the one of the run before is removed. What it depends on must run already.
 *
 * @throws ComposeError when the container cannot be made
 * @throws the signal's reason when it fires; the job is stopped before
 */
async function runJob({ compose, engine }, file, service, run) {
    const call = run.signal === undefined ? {} : { signal: run.signal };
    const before = await stackContainers(engine, file.project.name, call);
    const ofJob = (container) => container.service === service && !container.isOneOff;
    for (const { id } of before.filter(ofJob))
        await engine.containers.remove(id, { force: true, ...call });
    const others = before.filter((container) => !ofJob(container));
    await compose.createCandidates(file, [service], countsByService(others), call);
    const [made] = (await stackContainers(engine, file.project.name, call)).filter(ofJob);
    if (made === undefined)
        throw new ComposeError(`Docker Compose made no container of the job ${service}; run again.`);
    const tty = file.project.services[service]?.tty === true;
    return (0,run_to_completion/* startAndFollow */.j)(engine, made.id, { ...run, tty });
}

// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
;// CONCATENATED MODULE: ./build/packages/stack/src/service-probe.js

/** Of what the service says of its health, and the intervals and thresholds that hold for all of them. */
async function probeOf({ server }, rollout, network, { id, service, plan }) {
    const { path, command } = plan.health;
    const health = { ...rollout.health, path, command };
    const [port] = plan.ports;
    const config = { containerPort: port?.port, protocol: port?.protocol ?? 'http' };
    const address = network.slots[service]?.[plan.color];
    const target = {
        containerId: id,
        restartsBefore: 0,
        open: () => {
            if (port === undefined || address === undefined)
                throw new Error(`${service} has no port to connect to`);
            return server.openTcp(address, port.port);
        },
    };
    const inspect = await server.engine.containers.inspect(id);
    const kind = (0,health_gate/* healthKind */.H1)(health, config, inspect !== undefined && (0,image_step/* hasHealthcheck */.zY)(inspect));
    return {
        kind,
        health,
        config,
        target,
        attempt: (0,health_gate/* healthAttempt */.ys)(server.engine, kind, health, config, target),
    };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/start-services.js





const start_services_shownLogLines = 50;
/** As a command before a deploy may take. */
const longestJobMs = 10 * 60_000;
/**
 * Steps 3 and 4: gets the candidates to run, one wave after the other, and waits until each is healthy. Those of which
 * two must never run at once come last, when all the others have proven themselves: only then is an old one stopped.
 */
async function startCandidates(job, ground, plan, rollout, candidates, work) {
    const { timeline } = job;
    const running = [];
    const waitsForOld = (candidate) => candidate.plan.order === 'stop-first' && oldOnes(ground, candidate).length > 0;
    await timeline.run('health', async () => {
        for (const { services } of plan.waves) {
            const jobs = services.filter((name) => plan.changed.includes(name) && plan.release.services[name]?.role === 'job');
            for (const service of jobs)
                await startJob(job, ground, plan, service);
            const inWave = candidates.filter((one) => services.includes(one.service) && !waitsForOld(one));
            running.push(...(await together(ground.signal, inWave.map((one) => (signal) => start(job, plan, rollout, one, signal)))));
            // Nobody has served under these names yet, and the next wave may ask for them.
            const first = inWave.filter(({ service, plan: { role } }) => role === 'routed' && work.created.includes(service));
            await ground.switches.shift(new Map(first.map(({ service, plan: { color } }) => [service, color])));
        }
        const last = candidates.filter(waitsForOld);
        const services = [...new Set(last.map(({ service }) => service))];
        const started = await together(ground.signal, services.map((service) => (signal) => {
            const own = last.filter((one) => one.service === service);
            return replaceOld(job, { ...ground, signal }, plan, rollout, own);
        }));
        running.push(...started.flat());
    });
    return running;
}
function oldOnes(ground, { service, plan }) {
    return othersOf(ground.state, service, plan.color).filter(isUp);
}
async function start(job, plan, rollout, candidate, signal) {
    const { server, reporter, progress } = job;
    const { service, id } = candidate;
    signal.throwIfAborted();
    await server.engine.containers.start(id);
    const probe = await probeOf(job, rollout, plan.release.network, candidate);
    const by = (0,health_gate/* describeHealthKind */._Y)(probe.kind, probe.health, probe.config.containerPort);
    reporter.info(`Waiting until ${service} is healthy, by ${by}.`);
    let checkLatencyMs;
    try {
        const wait = await (0,health_gate/* passHealthGate */.hA)({
            ...probe,
            engine: server.engine,
            signal,
            onAttempt: (text) => reporter.progress(`health ${service}`, `${service}: ${text}`),
        });
        checkLatencyMs = wait.last?.latencyMs ?? 0;
    }
    catch (error) {
        if (!(error instanceof health_gate/* UnhealthyError */.P4))
            throw error;
        progress.candidateLog ??= withName(service, await (0,candidate_container/* lastLogLines */.EP)(server.engine, id, start_services_shownLogLines));
        throw new health_gate/* UnhealthyError */.P4(`${service} is not fit to serve: ${error.message}`, { cause: error });
    }
    return { ...candidate, attempt: probe.attempt, checkLatencyMs };
}
/**
 * The first that fails ends the others, and all of them have ended when it is thrown: the way back meets nothing that
 * still goes on.
 */
async function together(signal, work) {
    const failure = new AbortController();
    const either = AbortSignal.any([signal, failure.signal]);
    const ends = await Promise.allSettled(work.map(async (one) => {
        try {
            return await one(either);
        }
        catch (error) {
            failure.abort(error);
            throw error;
        }
    }));
    if (failure.signal.aborted)
        throw failure.signal.reason;
    return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
/**
 * For what must not run twice, on the way back neither: the old one is stopped before the new one starts, and the new
 * one before the old one starts again.
 *
 * @param candidates all of one service
 */
async function replaceOld(job, ground, plan, rollout, candidates) {
    const { server, reporter, undo, progress } = job;
    const { containers } = server.engine;
    const [first] = candidates;
    if (!first)
        return [];
    const { service } = first;
    const seconds = Math.ceil(first.plan.stopGraceMs / 1000);
    const old = oldOnes(ground, first);
    reporter.info(`Stopping ${old.map(({ name }) => name).join(' and ')} first: two of ${service} must never run at once.`);
    undo.push(`start the old ${service} again`, async () => {
        progress.stopped.add(service);
        const limit = ground.signal.aborted ? Math.min(1, seconds) : seconds;
        await Promise.all(candidates.map(({ id }) => containers.stop(id, limit)));
        for (const { id } of old)
            await containers.start(id);
        progress.stopped.delete(service);
    }, 
    // A new container beside a stopped old one is how the next job knows what to start.
    { restNeedsIt: true });
    progress.stopped.add(service);
    await Promise.all(old.map(({ id }) => containers.stop(id, seconds)));
    const started = await together(ground.signal, candidates.map((one) => (signal) => start(job, plan, rollout, one, signal)));
    progress.stopped.delete(service);
    return started;
}
/** Such as a migration that others wait for: it has to end well before any of them starts. */
async function startJob({ server, reporter, files, progress }, ground, plan, service) {
    reporter.info(`Running ${service} to its end.`);
    const file = { path: files.fileOf(plan.release.id), project: plan.project };
    const run = await runJob({ compose: ground.compose, engine: server.engine }, file, service, {
        timeoutMs: longestJobMs,
        signal: ground.signal,
        onLine: (line) => reporter.foreign(line),
    });
    if (run.exitCode === 0)
        return;
    progress.candidateLog = withName(service, run.output);
    throw new health_gate/* UnhealthyError */.P4(run.timedOut
        ? `${service} did not end within ${longestJobMs / 60_000} minutes and was stopped`
        : `${service} ended with exit code ${run.exitCode}`);
}

// EXTERNAL MODULE: ./build/packages/release/src/prove.js + 1 modules
var prove = __webpack_require__(8209);
;// CONCATENATED MODULE: ./build/packages/stack/src/adopt-services.js




/**
 * Lets the switches take over the addresses that containers of plain Compose hold. An address can be held by one at a
 * time, so this costs a gap, once: from the stop of the old containers until the switches lead to the new ones. All that
 * can be done before is done before.
 */
async function adopt(job, ground, plan, services, moves) {
    if (services.length === 0)
        return;
    const { reporter, progress, undo, files, server } = job;
    const { containers } = server.engine;
    const old = services.flatMap((service) => plainOnes(ground.state.containers, service)).filter(isUp);
    reporter.warning(`${services.join(' and ')} ${services.length === 1 ? 'is' : 'are'} taken over from plain Compose: the address does not answer from the stop of ${old.map(({ name }) => name).join(' and ')} until the switch has it, this once.`);
    const names = services.map(released_names_switchServiceOf);
    undo.push('let plain Compose serve again', async () => {
        for (const service of services)
            progress.stopped.add(service);
        await removeSwitches(job, plan.release.app, names);
        await Promise.all(old.map(({ id }) => containers.start(id)));
        for (const service of services)
            progress.stopped.delete(service);
    }, { restNeedsIt: true });
    const file = { path: files.fileOf(plan.release.id), project: plan.project };
    await ground.compose.createSwitches(file, names);
    const created = await stackContainers(server.engine, plan.release.app);
    const switches = services.map((service) => {
        const container = switchContainerOf(created, service);
        if (!container) {
            throw new src/* ExplainedError */.h(`The container of ${released_names_switchServiceOf(service)} that Compose has made is gone again; look who else works on ${plan.release.app} on this server, and deploy again.`);
        }
        return container;
    });
    const started = performance.now();
    for (const service of services)
        progress.stopped.add(service);
    await Promise.all(old.map(({ id, service }) => {
        const graceMs = plan.release.services[service]?.stopGraceMs ?? 10_000;
        return containers.stop(id, Math.ceil(graceMs / 1000));
    }));
    await Promise.all(switches.map(({ id }) => containers.start(id)));
    await Promise.all(services.map((service) => ground.switches.of(service).ready()));
    const adopted = new Map([...moves].filter(([service]) => services.includes(service)));
    await ground.switches.shift(adopted);
    progress.adoptionGapMs = Math.round(performance.now() - started);
    for (const service of services)
        progress.stopped.delete(service);
    reporter.info(`The addresses have changed hands in ${progress.adoptionGapMs} ms.`);
}

;// CONCATENATED MODULE: ./build/packages/stack/src/switch-services.js







/**
 * Step 6: everything is healthy, and now all services with a port change over at once. A switch that is new is there
 * before; one that takes an address over from plain Compose, or has to be replaced, costs a short gap that is said.
 */
async function moveTraffic(job, ground, plan, rollout, running, work) {
    const { progress, reporter, undo } = job;
    const { release } = plan;
    ground.signal.throwIfAborted();
    const file = job.files.fileOf(release.id);
    await ground.lease.confirm();
    if (work.replaced.length > 0) {
        const names = work.replaced.join(' and ');
        reporter.warning(`The switch of ${names} is replaced, because its image, ports or networks have changed; its address does not answer for a moment.`);
        undo.push('let the switches serve again', () => restoreSwitches(job, ground, work.replaced));
        for (const service of work.replaced)
            progress.stopped.add(service);
        await ground.compose.upSwitches({ path: file, project: plan.project }, work.replaced.map(released_names_switchServiceOf));
        await Promise.all(work.replaced.map((service) => ground.switches.of(service).ready()));
        for (const service of work.replaced)
            progress.stopped.delete(service);
    }
    const moves = colorsToMove(running);
    await adopt(job, ground, plan, work.adopted, moves);
    const back = new Map([...moves.keys()].flatMap((service) => {
        const live = ground.state.live?.services[service];
        return live?.role === 'routed' ? [[service, live.color]] : [];
    }));
    if (back.size > 0) {
        undo.push('let the new version finish', () => letFinish(job, ground, rollout, moves));
        undo.push('switch back', () => switchBack(job, ground, plan, back), { restNeedsIt: true });
    }
    progress.switched = true;
    const started = performance.now();
    await ground.switches.shift(moves);
    progress.switchMs = Math.round((performance.now() - started) * 10) / 10;
    await switch_services_prove(job, ground, rollout, running);
}
/** Only those that have a new container; the others serve on. */
function colorsToMove(running) {
    return new Map(running
        .filter(({ plan: one }) => one.role === 'routed')
        .map(({ service, plan: one }) => [service, one.color]));
}
async function switchBack(job, ground, plan, back) {
    const { timeline, progress, store, files, reporter } = job;
    const { live } = ground.state;
    await timeline.run('switch-back', async () => {
        // First the word, then the deed: the job may be killed at any moment from here on.
        const given = progress.before ?? (0,src_release/* withVerdict */.m3)(progress.release ?? plan.release, 'bad', job.nowMs());
        progress.release = given;
        await store.save(given).catch((error) => {
            reporter.warning(`The record could not be written before the way back: ${(0,src/* sentenceOf */.$)(error)}`);
        });
        await ground.switches.shift(back).catch((error) => {
            // All have gone back, and what is left of the new version may go.
            if (!(error instanceof recorded_traffic/* TrafficMovedError */.F))
                throw error;
            reporter.warning(`${(0,src/* sentenceOf */.$)(error)} The next run tidies up.`);
        });
        progress.rolledBack = true;
        if (live)
            await files.publish(live.id);
        reporter.warning(`Switched back to release ${live?.id}.`);
    });
}
/** What was sent to the new version in the meantime gets its answer before the container goes. */
async function letFinish(job, ground, rollout, moves) {
    const isHurried = ground.signal.aborted;
    const timeoutMs = isHurried ? Math.min(2000, rollout.drainTimeoutMs) : rollout.drainTimeoutMs;
    await Promise.all([...moves].map(([service, color]) => (0,retire/* drain */.Z)(ground.switches.of(service), color, timeoutMs, undefined, (text) => job.reporter.progress(`drain ${service}`, `${service}: ${text}`))));
}
/** A request through each switch is answered by the new version, while that goes on running. */
async function switch_services_prove(job, ground, rollout, running) {
    const { engine } = job.server;
    await Promise.all(running.map(async (candidate) => {
        const [port] = candidate.plan.ports;
        if (candidate.plan.role !== 'routed' || !port)
            return;
        const trafficSwitch = ground.switches.of(candidate.service);
        const health = { ...rollout.health, path: candidate.plan.health.path };
        const config = { containerPort: port.port, protocol: port.protocol };
        await (0,prove/* whileItRuns */.ZI)(engine, { ...candidate, restartsBefore: 0 }, ground.signal, (signal) => (0,prove/* proveThroughSwitch */.ib)(trafficSwitch, candidate.plan.color, health, config, signal));
    }));
}
/** From here on the release is the live one, for the next job and for a person's own `docker compose` as well. */
async function journalLive(job, plan) {
    const { store, files, progress, reporter } = job;
    progress.release = (0,src_release/* withVerdict */.m3)(plan.release, 'live', job.nowMs());
    await Promise.all([
        store.save(progress.release),
        files.publish(plan.release.id),
        journal(job, 'live', `${Object.keys(plan.release.services).join(', ')} serve`),
    ]);
    reporter.info(`Release ${plan.release.id} is live.`);
}

// EXTERNAL MODULE: ./build/packages/release/src/retention.js
var retention = __webpack_require__(8869);
;// CONCATENATED MODULE: ./build/packages/stack/src/tidy-stack.js



/** Step 9: what is too old loses its record, its files and its images. */
async function tidyStack(job, rollout) {
    const { store, files, server } = job;
    const { releases, damaged } = await store.list();
    const forgotten = (0,retention/* releasesToForget */.r)(releases, rollout.keepReleases);
    const kept = releases.filter((release) => !forgotten.includes(release));
    for (const image of imagesToRemove(forgotten, kept)) {
        // An image that something else uses stays; that is no failure of this deploy.
        await removeImage(server.engine, image).catch(() => undefined);
    }
    await Promise.all(forgotten.map(async ({ id }) => {
        await files.forget(id);
        await store.forget(id);
    }));
    const ids = idsWithFiles(kept, damaged);
    await files.sweepFolders(new Set(ids));
    await sweepMounted(job, ids);
}
/** One that was never live is never gone back to; one whose record can't be read may be mended by hand. */
function idsWithFiles(releases, damaged) {
    const served = releases.filter(({ liveAt }) => liveAt !== undefined);
    return [...served.map(({ id }) => id), ...damaged.map(idOfRecord)];
}
/** A release that failed leaves nothing but its record; one that was live, if only for a moment, can be gone back to. */
async function forgetFiles(job, id) {
    const { progress, files, store } = job;
    if (progress.release?.liveAt !== undefined)
        return;
    await files.forget(id);
    const { releases, damaged } = await store.list();
    await sweepMounted(job, idsWithFiles(releases, damaged));
}
/** Takes away the files that services of none of these releases mount. */
async function sweepMounted({ files }, ids) {
    const texts = await Promise.all(ids.map((id) => files.read(id)));
    const known = texts.filter((text) => text !== undefined);
    // What a file that is gone mounts can't be known, so nothing of it may be taken away.
    if (known.length === texts.length)
        await files.sweepMounted(known);
}
function imagesToRemove(forgotten, kept) {
    const inUse = new Set(kept.flatMap((release) => Object.values(release.services).map(({ image }) => image.id)));
    const removed = forgotten
        .flatMap((release) => Object.values(release.services).map(({ image }) => image))
        .filter(({ pulled, digest, id }) => pulled && digest !== undefined && !inUse.has(id));
    return [...new Map(removed.map((image) => [image.runnable, image])).values()];
}
async function removeImage(engine, image) {
    const reference = (0,image_reference/* parseImageReference */.o_)(image.reference);
    if (reference.tag !== undefined) {
        const tagged = (0,image_reference/* formatImageReference */.my)({ ...reference, digest: undefined });
        if ((await engine.images.inspect(tagged))?.Id === image.id)
            await engine.images.remove(tagged);
    }
    await engine.images.remove(image.runnable);
}

// EXTERNAL MODULE: ./build/packages/release/src/watch.js + 2 modules
var watch = __webpack_require__(6087);
;// CONCATENATED MODULE: ./build/packages/stack/src/watch-services.js



class StackTurnedBadError extends src/* ExplainedError */.h {
    name = 'StackTurnedBadError';
}
const watch_services_shownLogLines = 50;
/**
 * Step 7: all that is new is watched while it serves. One that turns bad takes the whole release back.
 *
 * @throws StackTurnedBadError
 */
async function watchStack(job, ground, rollout, running) {
    const done = new AbortController();
    const signal = AbortSignal.any([ground.signal, done.signal]);
    try {
        await Promise.all(running.map((candidate) => watchOne(job, ground, rollout, candidate, signal)));
    }
    finally {
        done.abort();
    }
}
async function watchOne(job, ground, rollout, { service, plan, id, attempt, checkLatencyMs }, signal) {
    const { server, reporter, progress } = job;
    const observer = new watch/* TrafficObserver */.o();
    try {
        if (plan.role === 'routed')
            await observer.start(ground.switches.of(service));
        const old = ground.state.live?.services[service];
        const problem = await (0,watch/* watchLive */.y)({
            engine: server.engine,
            containerId: id,
            restartsBefore: 0,
            color: plan.color,
            oldColor: old?.role === 'routed' ? old.color : undefined,
            observer,
            request: rollout.watch,
            attempt,
            checkLatencyMs,
            signal,
            onProgress: (text) => reporter.progress(`watch ${service}`, `${service}: ${text}`),
        });
        if (problem === undefined)
            return;
        progress.candidateLog ??= withName(service, await (0,candidate_container/* lastLogLines */.EP)(server.engine, id, watch_services_shownLogLines));
        throw new StackTurnedBadError(`${service} turned bad after the switch: ${problem}`);
    }
    finally {
        observer.stop();
    }
}

;// CONCATENATED MODULE: ./build/packages/stack/src/bring-stack-live.js








/**
 * Takes a stack from what serves now to a planned release, all of it or nothing: candidates beside what runs, healthy
 * one wave after the other, all switched together, watched, and only then is the old release taken away.
 *
 * @param beforeStart runs when the candidates are there and none has started
 */
async function bringStackLive(job, ground, plan, rollout, beforeStart) {
    const { timeline, progress, undo } = job;
    const { candidates, work } = await timeline.run('create', async () => {
        const made = await createCandidates(job, ground, plan);
        return { candidates: made, work: await readySwitches(job, ground, plan) };
    });
    // A migration needs the database, on the first deploy too.
    await timeline.run('start', () => ensureNeeded(job, ground, plan));
    await beforeStart();
    const running = await startCandidates(job, ground, plan, rollout, candidates, work);
    await timeline.run('switch', async () => {
        await moveTraffic(job, ground, plan, rollout, running, work);
        await journalLive(job, plan);
    });
    const hasWayBack = ground.state.live !== undefined;
    if (!hasWayBack) {
        // It has proven that it works; with nothing to go back to, taking it away would help nobody.
        undo.clear();
        progress.settled = true;
    }
    if (rollout.watch.durationMs > 0) {
        await timeline.run('watch', () => watchStack(job, ground, rollout, running));
    }
    undo.clear();
    progress.settled = true;
    await timeline.run('drain', () => retireOld(job, ground, plan, rollout, running));
    await timeline.run('tidy', () => tidyStack(job, rollout));
}

// EXTERNAL MODULE: ./build/packages/release/src/overtaken.js
var overtaken = __webpack_require__(5910);
;// CONCATENATED MODULE: ./build/packages/stack/src/interrupted-stack.js




/**
 * Whether an earlier job had moved the stack already to where this rollback would, so that nothing is left to do; the
 * result is then that job's. To choose afresh would leave a good release.
 *
 * @param mend what the record says until then is the trace by which the next rollback knows it too
 * @throws OvertakenError when a job that this one has waited for has changed what is live
 */
async function finishInterrupted(job, ground, request, mend) {
    const { live } = ground.state;
    if (!live) {
        await mend();
        return false;
    }
    const recorded = ground.recorded.map(choosable);
    const interrupted = (0,interrupted_job/* interruptedJob */.A)(request, recorded, choosable(live), ground.restored);
    if (interrupted && (await serves(job, ground, request, live, interrupted))) {
        await mend();
        takeOver(job, live, interrupted);
        return true;
    }
    if (!interrupted) {
        await mend();
        if (request.to === undefined)
            (0,overtaken/* refuseOvertaken */.C)(request.app, ground.recorded, live, ground);
    }
    return false;
}
/** Makes of the interrupted job's end this one's result. */
function takeOver({ progress, reporter }, live, { leftId, story, restored }) {
    progress.release = live;
    progress.changed = [];
    progress.left = leftId;
    progress.settled = true;
    progress.switched = restored?.how === 'switched back';
    if (restored?.switchMs !== undefined)
        progress.switchMs = restored.switchMs;
    reporter.warning(`${story} release ${live.id}; that one serves now, and nothing else was changed. To go back further, run it again.`);
}
/** Whether what an interrupted job has gone back to answers; it may have died with nobody watching. */
async function serves(job, ground, request, live, { mayBoot }) {
    const rollout = (0,rollback_request/* rolloutWith */.yJ)(live.rollout, request);
    const { engine } = job.server;
    const check = async (service) => {
        const plan = live.services[service];
        if (!plan || plan.role === 'job')
            return;
        const own = containerOf(ground.state.containers, service, plan.color);
        if (own?.state !== 'running')
            throw new health_gate/* UnhealthyError */.P4(`${service} does not run`);
        const { signal } = ground;
        if (mayBoot) {
            const inspect = await engine.containers.inspect(own.id);
            const probe = await probeOf(job, rollout, live.network, { service, plan, id: own.id, name: own.name });
            const target = { ...probe.target, restartsBefore: inspect?.RestartCount ?? 0 };
            const onAttempt = (text) => job.reporter.progress(`health ${service}`, `${service}: ${text}`);
            await (0,health_gate/* passHealthGate */.hA)({ ...probe, target, engine, signal, onAttempt });
        }
        const [port] = plan.ports;
        if (plan.role !== 'routed' || !port)
            return;
        const health = { ...rollout.health, path: plan.health.path };
        const config = { containerPort: port.port, protocol: port.protocol };
        await (0,prove/* proveThroughSwitch */.ib)(ground.switches.of(service), plan.color, health, config, signal);
    };
    try {
        await Promise.all(Object.keys(live.services).map(check));
        return true;
    }
    catch (error) {
        ground.signal.throwIfAborted();
        if (!(error instanceof health_gate/* UnhealthyError */.P4 || error instanceof prove/* ProofError */.Dp))
            throw error;
        job.reporter.warning(`Release ${live.id} is live and does not answer: ${error.message}`);
        return false;
    }
}

// EXTERNAL MODULE: ./build/packages/engine/src/server-facts.js
var server_facts = __webpack_require__(1461);
// EXTERNAL MODULE: ./build/packages/release/src/undo-stack.js
var undo_stack = __webpack_require__(184);
// EXTERNAL MODULE: ./build/packages/release/src/prepare.js + 2 modules
var prepare = __webpack_require__(1182);
// EXTERNAL MODULE: ./build/packages/release/src/hook.js
var hook = __webpack_require__(396);
// EXTERNAL MODULE: ./build/packages/release/src/lease.js
var src_lease = __webpack_require__(7353);
;// CONCATENATED MODULE: ./build/packages/stack/src/stack-under-lease.js







/**
 * Does one change of a stack while holding its lease. When the change fails, what it did is undone, newest first, and
 * the result says what serves.
 *
 * Never throws for a change that failed.
 */
async function changeStackUnderLease(request, server, timeline, reporter, signals, change) {
    const stop = AbortSignal.any([signals.cancelled, signals.lost]);
    const clock = { zeroMs: Date.now() - performance.now() };
    const store = release_store/* ReleaseStore */.T.of(server.files, server.home, request.app, parseStackRelease);
    const job = {
        request,
        server,
        timeline,
        reporter,
        store,
        files: new StackFiles(server.files, store.folder),
        undo: new undo_stack/* UndoStack */.Z(),
        progress: { findings: [], stopped: new Set(), switched: false, rolledBack: false, settled: false },
        nowMs: () => clock.zeroMs + performance.now(),
    };
    let lease;
    try {
        const turn = await timeline.run('lease', async () => {
            const [serverTimeMs] = await Promise.all([server.engine.serverTimeMs(), store.prepare()]);
            clock.zeroMs = serverTimeMs - performance.now();
            lease = await (0,prepare/* takeLease */._e)(job, stop);
            const facts = (0,server_facts/* serverFacts */.hk)(await server.engine.info(), server.engine.version);
            return { facts, lease, signal: AbortSignal.any([stop, lease.lost]) };
        });
        await change(job, turn);
        return resultOf(job, 'live', undefined, undefined);
    }
    catch (error) {
        return await fail(job, error, signals.cancelled, lease);
    }
    finally {
        await lease?.release().catch(() => {
            reporter.warning('The lease could not be given back; it expires by itself within a minute.');
        });
    }
}
async function fail(job, thrown, cancelled, lease) {
    const { progress, undo, reporter } = job;
    const error = behindAbort(thrown);
    const isCancelled = cancelled.aborted && [error, error instanceof Error && error.cause].includes(cancelled.reason);
    const reason = reasonOf(error, progress);
    if (error instanceof hook/* PostDeployError */.IA || progress.settled) {
        const wasWatched = job.timeline.entries.some(({ step }) => step === 'drain');
        const rest = wasWatched
            ? 'The new release is live all the same; the next run finishes the rest.'
            : 'It stays, because there is no earlier release to go back to.';
        const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
        if (error instanceof hook/* PostDeployError */.IA)
            return resultOf(job, outcome, reason, error);
        return resultOf(job, outcome, `${reason} ${rest}`, error);
    }
    if (lease && (await isLost(lease))) {
        progress.takenOver = true;
        const rest = 'Nothing was taken back, because another run is in charge.';
        return resultOf(job, 'failed', `${reason} ${rest}`, error);
    }
    const troubles = await undo.run();
    await recordFailure(job, reason).catch((trouble) => troubles.push((0,src/* sentenceOf */.$)(trouble)));
    if (lease)
        await sweepUnfinished(job).catch((trouble) => troubles.push((0,src/* sentenceOf */.$)(trouble)));
    for (const trouble of troubles)
        reporter.warning(`${trouble} (the next run tidies up).`);
    const outcome = isCancelled ? 'cancelled' : progress.rolledBack ? 'switched-back' : 'failed';
    return resultOf(job, outcome, reason, error);
}
/** Writes down that the release did not make it; the last thing that a failure does. */
async function recordFailure(job, why) {
    const { progress, store, reporter } = job;
    const { release, before } = progress;
    // As long as something is down, the record is the trace by which the next job knows what to start again.
    if (!release || progress.stopped.size > 0)
        return;
    const reason = reporter.masked(why);
    const verdict = progress.rolledBack ? 'bad' : 'failed';
    progress.release = before ?? (0,src_release/* withVerdict */.m3)(release, verdict, job.nowMs(), reason);
    await Promise.all([
        store.save(progress.release),
        journal(job, before ? 'rollback-failed' : verdict, reason),
    ]);
}
/** Values of variables are among what a deploy that was refused may have left, and it has no record to be found by. */
async function sweepUnfinished({ store, files }) {
    const { releases, damaged } = await store.list();
    await files.sweepUnfinished(new Set([...releases.map(({ id }) => id), ...damaged.map(idOfRecord)]));
}
async function isLost(lease) {
    if (lease.lost.aborted)
        return true;
    try {
        await lease.confirm();
        return false;
    }
    catch (error) {
        return error instanceof src_lease/* LeaseError */.pS;
    }
}
/** Node's own functions throw an AbortError that says nothing; why the signal fired is its cause. */
function behindAbort(error) {
    return error instanceof Error && error.name === 'AbortError' && error.cause ? error.cause : error;
}
function reasonOf(error, { release, switched, settled }) {
    const text = (0,src/* sentenceOf */.$)(error);
    const sentence = release && /^[a-z]/.test(text) ? `Release ${release.id} ${story()}` : text;
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
    function story() {
        if (settled)
            return `is live, but ${text}`;
        return switched ? `was taken back: ${text}` : `was refused: ${text}`;
    }
}
function resultOf(job, outcome, reason, cause) {
    const { progress, timeline } = job;
    const { release, state } = progress;
    const serves = outcome === 'live' || outcome === 'unwatched' || progress.settled;
    return {
        outcome,
        reason,
        cause,
        nothingServes: !serves && (progress.stopped.size > 0 || (state !== undefined && isEmpty(state))),
        servingNow: servingNow(job, serves),
        release,
        previous: progress.left ?? state?.live?.id,
        switched: progress.switched,
        rolledBack: progress.rolledBack,
        switchMs: progress.switchMs,
        adoptionGapMs: progress.adoptionGapMs,
        services: servicesOf(progress),
        candidateLog: progress.candidateLog,
        findings: progress.findings,
        timeline: timeline.entries,
    };
}
function servicesOf({ release, changed }) {
    return Object.entries(release?.services ?? {}).map(([name, { role, image, color }]) => ({
        name,
        role,
        image: image.reference,
        imageDigest: image.digest,
        color,
        isUnchanged: changed !== undefined && role !== 'job' && !changed.includes(name),
    }));
}
/** Neither a release of ours serves, nor what somebody has started without us. */
function isEmpty({ live, containers }) {
    return !live && !containers.some((one) => isUp(one) && isForeign(one));
}
function servingNow({ progress, request }, serves) {
    const { release, state, rolledBack, switched, stopped, takenOver } = progress;
    if (release && serves)
        return `Release ${release.id} serves.`;
    if (takenOver)
        return 'What serves is for the other run to say.';
    if (stopped.size > 0) {
        return `${[...stopped].join(' and ')} was stopped and could not be started again; run the job again, which starts it.`;
    }
    if (!state)
        return 'Nothing was changed; whatever served before still does.';
    if (isEmpty(state))
        return `No release of ${request.app} serves on this server.`;
    if (!state.live)
        return `What plain Compose had started of ${request.app} serves.`;
    if (switched && !rolledBack) {
        return 'Both versions were left running, and the switches decide which serves; run the job again.';
    }
    return `Release ${state.live.id} ${rolledBack ? 'serves again' : 'still serves'}.`;
}

;// CONCATENATED MODULE: ./build/packages/stack/src/rollback-stack.js














class StackGoneError extends src/* ExplainedError */.h {
    name = 'StackGoneError';
}
/**
 * Takes a stack back to a release that was live before: files, images and environment. It has to prove itself as a new
 * release has; if it can't, the server ends where it began.
 *
 * Never throws for a rollback that failed; the result says so.
 */
async function rollbackStack(request, server, engineSocket, timeline, reporter, signals) {
    return changeStackUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
        const compose = new ComposeCommand(server, engineSocket);
        const chosen = await timeline.run('prepare', async () => {
            const { ground: found, mend } = await prepareStack(job, turn, compose, { runsCommands: false });
            if (await finishInterrupted(job, found, request, mend))
                return undefined;
            const chosenTarget = choose(job, found, request);
            // From here on it is settled that what an interrupted job has gone back to is left.
            await mend();
            return { ground: found, target: chosenTarget };
        });
        // An earlier job had moved the stack already.
        if (!chosen)
            return;
        const { ground, target } = chosen;
        await timeline.run('pull', () => restoreImages(job, ground, target, request.registryAuth));
        const plan = await planRollbackOfStack(job, ground, target, request);
        job.progress.before = { ...target, leaves: undefined };
        const rollout = (0,rollback_request/* rolloutWith */.yJ)(target.rollout, request);
        await bringStackLive(job, ground, plan, rollout, async () => undefined);
    });
}
function choose({ reporter }, { state }, request) {
    const { releases, live } = state;
    const options = releases.map(choosable);
    const { id } = (0,rollback_choice/* chooseTarget */.bx)(request.app, options, live?.id, request.to);
    const target = releases.find((release) => release.id === id);
    if (!target)
        throw new Error(`release ${id} is gone`);
    if (target.verdict === 'bad') {
        reporter.warning(`Release ${id} is bad${target.reason ? ` (${target.reason})` : ''}; going back to it because "to" names it.`);
    }
    reporter.info(`Rolling back${live ? ` from release ${live.id}` : ''} to release ${id}. ${rollback/* schemaRemark */.cC}`);
    reporter.info((0,rollback_choice/* adviseOthers */.gI)(options, live?.id, id));
    return target;
}
/**
 * Works out what a rollback of the stack would do, and changes nothing.
 *
 * @throws the same errors as a rollback, for what can be known without changing anything
 */
async function planStackRollback(request, server, reporter) {
    const reading = await readingOf(request, server, reporter);
    const state = await readStack(reading);
    refuseUnknown(request.app, reading.store.folder, state);
    const foreseen = await foreseeStack(reading, state);
    const restoring = [...foreseen.warnings, ...foreseen.steps];
    const interrupted = state.live && foreseenEnd(request, state, state.live, foreseen);
    if (interrupted && state.live) {
        const { story, leftId, mayBoot } = interrupted;
        const last = mayBoot
            ? `Wait until release ${state.live.id} answers; nothing else. ${story} it.`
            : `Finish the rollback from release ${leftId} to release ${state.live.id}, which was interrupted after it had moved the traffic; nothing else.`;
        const steps = [...restoring, last];
        return { steps, imageDigest: undefined, color: undefined, previous: leftId, target: state.live };
    }
    const target = choose(reading, { state }, request);
    const { release, changed } = await planRollbackOfStack(reading, { state }, target, request);
    const images = await Promise.all(Object.entries(target.services).map(async ([service, { image }]) => (await server.engine.images.inspect(image.runnable)) ? [] : [`Pull ${image.runnable} for ${service}.`]));
    const same = Object.keys(target.services).filter((name) => !changed.includes(name));
    return {
        steps: [
            ...restoring,
            `Go back to release ${target.id}${target.verdict === 'bad' ? ', although it is bad' : ''}.`,
            ...images.flat(),
            ...changed.map((name) => `Create a container of ${name} from its image and configuration of then, and wait until it is healthy.`),
            ...(same.length > 0 ? [`Leave ${same.join(', ')} as they are: nothing of them differs.`] : []),
            'Switch all of it at once, watch it, then drain and remove what is left.',
            ...(release.leaves?.reason === undefined ? [] : [`Mark release ${release.leaves.id} bad.`]),
            rollback/* schemaRemark */.cC,
        ],
        imageDigest: undefined,
        color: undefined,
        previous: state.live?.id,
        target,
    };
}
/** The images by digest, where the server has them no more. */
async function restoreImages({ server, reporter }, ground, target, auth) {
    for (const [service, { image }] of Object.entries(target.services)) {
        if (await server.engine.images.inspect(image.runnable))
            continue;
        if (image.digest === undefined) {
            throw new StackGoneError(`The image of ${service} in release ${target.id} is gone from the server, and it never was in a registry; name another release with "to".`);
        }
        await (0,image_step/* readyImage */.Vo)({
            engine: server.engine,
            facts: ground.facts,
            freeBytes: () => (0,pull/* freeBytesOf */.jw)(server, ground.facts.dockerRootDir),
            signal: ground.signal,
            onProgress: (text) => reporter.progress('pull', `${service}: ${text}`),
            reference: (0,image_reference/* parseImageReference */.o_)(image.runnable),
            text: image.runnable,
            auth,
            policy: 'missing',
            lastImageId: undefined,
        });
    }
}
/** The target's file with the colours that are free now; what it leaves alone is as it is on the server. */
async function planRollbackOfStack({ files }, { state }, target, request) {
    const { live, containers } = state;
    const [text, liveText] = await Promise.all([files.read(target.id), live ? files.read(live.id) : undefined]);
    if (text === undefined) {
        throw new StackGoneError(`The files of release ${target.id} are gone from ${files.folderOf(target.id)}; name another release with "to".`);
    }
    const now = liveText === undefined ? undefined : parseResolvedProject(liveText);
    const roles = rolesIn(target, parseResolvedProject(text));
    const network = live?.network ?? target.network;
    const services = {};
    const changed = [];
    let project = keptAsNow(parseResolvedProject(text), now, roles);
    for (const [name, released] of Object.entries(target.services)) {
        const serving = live?.services[name];
        const isThere = containers.some((one) => one.service === name && one.color === serving?.color && isUp(one) && !one.isOneOff);
        const isSame = isThere && now !== undefined && isSameButForColor(now, project, name);
        const color = !serving ? released.color : isSame ? serving.color : (0,traffic_switch/* otherColor */.I)(serving.color);
        services[name] = { ...released, color };
        // A job has done its work in its time: what it did to a database is not taken back, and not done again.
        if (released.role === 'job')
            continue;
        if (!isSame)
            changed.push(name);
        project = recolored(project, name, color, network.slots[name]);
    }
    const release = { ...target, services, network, leaves: leavingOf(live, target, request) };
    return { release, project, changed, ...startWaves(roles, project) };
}
function leavingOf(live, target, { markBad, reason, origin }) {
    if (!live)
        return undefined;
    const by = origin.actor ? ` by ${origin.actor}` : '';
    return {
        id: live.id,
        reason: markBad ? (reason ?? `rolled back to release ${target.id}${by}`) : undefined,
    };
}
/** What the record says of a released file's services; what it does not ship is kept. */
function rolesIn({ services, app }, project) {
    const switches = new Set(Object.keys(services).map(released_names_switchServiceOf));
    const names = Object.keys(project.services).filter((name) => !switches.has(name));
    return Object.fromEntries(names.map((name) => {
        const released = services[name];
        const because = `release ${app} says so`;
        if (!released)
            return [name, { service: name, role: 'kept', because }];
        if (released.role === 'job')
            return [name, { service: name, role: 'job', because }];
        const { role, order, health, ports } = released;
        return [name, { service: name, role, order, health, ports, because }];
    }));
}
/** Databases and the like stay as they are, so their definitions do too. */
function keptAsNow(before, now, roles) {
    if (!now)
        return before;
    const kept = Object.entries(now.services).filter(([name]) => roles[name]?.role === 'kept');
    return { ...before, services: { ...before.services, ...Object.fromEntries(kept) } };
}

// EXTERNAL MODULE: ./build/actions/rollback/src/show-releases.js
var show_releases = __webpack_require__(7570);
;// CONCATENATED MODULE: ./build/actions/rollback/src/roll-back-stack.js




/**
 * The same for an app that is a whole Compose stack.
 *
 * @throws an explained error when the release is not live, after outputs and summary are written
 */
async function rollBackStack(request, what, place, server, timeline, runner) {
    const reporter = (0,report/* reporterOf */.hw)(runner);
    if (what.list) {
        const found = await (0,before_touching/* beforeTouching */.P)(runner, place, () => listStackReleases(request, server, reporter));
        await (0,show_releases/* showReleases */.e)(runner, place, found);
        return;
    }
    if (what.dryRun) {
        const plan = await (0,before_touching/* beforeTouching */.P)(runner, place, () => planStackRollback(request, server, reporter));
        (0,report/* reportPlan */._S)(runner, place, 'rollback', plan);
        runner.output('release', plan.target.id);
        runner.output('from-release', plan.previous ?? '');
        return;
    }
    const signals = { cancelled: runner.signal, lost: server.lost };
    const result = await rollbackStack(request, server, server.engineSocket, timeline, reporter, signals);
    runner.output('from-release', result.previous ?? '');
    const { release } = result;
    const subject = {
        ...place,
        url: undefined,
        image: undefined,
        commit: release?.origin.commit,
        durationMs: Math.round(performance.now()),
    };
    await (0,report/* reportResult */["if"])(runner, subject, result, release ? [rollback/* schemaRemark */.cC] : []);
}


/***/ })

};
