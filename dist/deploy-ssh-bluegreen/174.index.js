export const id = 174;
export const ids = [174];
export const modules = {

/***/ 174:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deployStack: () => (/* reexport */ deployStack),
  listStackReleases: () => (/* reexport */ listStackReleases),
  planStackDeploy: () => (/* reexport */ planStackDeploy),
  planStackRollback: () => (/* reexport */ planStackRollback),
  rollbackStack: () => (/* reexport */ rollbackStack)
});

// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var explained_error_src = __webpack_require__(7707);
;// CONCATENATED MODULE: ./build/packages/compose/src/compose-error.js


/** Docker Compose is not there, is too old, or did not do what was asked. */
class ComposeError extends explained_error_src/* ExplainedError */.h {
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
    return (0,src/* clipEnd */.O)(words.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), MAX_REASON_LENGTH);
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
        await this.#run(`create containers of ${listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
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
        const purpose = `start ${listed(services)}`;
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
        await this.#run(`start ${listed(services)}`, argv, { timeoutMs: CREATE_MS, ...options });
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
function listed(services) {
    return services.join(', ');
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

// EXTERNAL MODULE: ./build/packages/release/src/hook.js
var src_hook = __webpack_require__(396);
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

;// CONCATENATED MODULE: ./build/packages/compose/src/released-names.js
/** The network, as the released file calls it, in which both colours of every routed service have their addresses. */
const stackNetwork = 'switchyard';
/** The service that stands before a routed one and has its ports and its names. */
function switchServiceOf(service) {
    return `${service}-switch`;
}

// EXTERNAL MODULE: ./build/packages/release/src/release.js
var src_release = __webpack_require__(3126);
// EXTERNAL MODULE: ./build/packages/release/src/retire.js
var retire = __webpack_require__(4732);
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
    const used = new Set(routedServices(release).map(([name]) => switchServiceOf(name)));
    const containers = await stackContainers(server.engine, release.app);
    const useless = containers.filter(({ role, service }) => role === 'switch' && !used.has(service));
    await Promise.all(useless.map(async ({ id, service }) => {
        await server.engine.containers.remove(id, { force: true });
        await server.files.remove(files.switchFolder(service.slice(0, -switchServiceOf('').length)));
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




class NeededServiceError extends explained_error_src/* ExplainedError */.h {
    name = 'NeededServiceError';
}
const patienceMs = 120_000;
const pollMs = 200;
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
        await (0,promises_.setTimeout)(pollMs, undefined, { signal: ground.signal });
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
    return containers.find((one) => one.role === 'switch' && one.service === switchServiceOf(service));
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
            if (container.configHash !== hashes.get(switchServiceOf(service)))
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
        const names = work.created.map(switchServiceOf);
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
// EXTERNAL MODULE: ./build/packages/release/src/image-step.js
var image_step = __webpack_require__(3989);
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
// EXTERNAL MODULE: ./build/packages/switch/src/recorded-traffic.js
var recorded_traffic = __webpack_require__(6722);
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
    const names = services.map(switchServiceOf);
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
            throw new explained_error_src/* ExplainedError */.h(`The container of ${switchServiceOf(service)} that Compose has made is gone again; look who else works on ${plan.release.app} on this server, and deploy again.`);
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

;// CONCATENATED MODULE: ./build/packages/compose/src/parse-resolved-project.js


/** What `docker compose config` printed, or what a released file says, is not a Compose project. */
class ComposeModelError extends explained_error_src/* ExplainedError */.h {
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
        await compose.upSwitches({ path: job.files.fileOf(live.id), project }, [switchServiceOf(service)]);
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
        makers.set(id, [...(makers.get(id) ?? []), switchServiceOf(service)]);
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
        await ground.compose.upSwitches({ path: file, project: plan.project }, work.replaced.map(switchServiceOf));
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
            reporter.warning(`The record could not be written before the way back: ${(0,explained_error_src/* sentenceOf */.$)(error)}`);
        });
        await ground.switches.shift(back).catch((error) => {
            // All have gone back, and what is left of the new version may go.
            if (!(error instanceof recorded_traffic/* TrafficMovedError */.F))
                throw error;
            reporter.warning(`${(0,explained_error_src/* sentenceOf */.$)(error)} The next run tidies up.`);
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

// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __webpack_require__(5863);
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



class StackTurnedBadError extends explained_error_src/* ExplainedError */.h {
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

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/packages/compose/src/compose-tree.js + 3 modules
var compose_tree = __webpack_require__(9983);
// EXTERNAL MODULE: ./build/packages/compose/src/located-value.js
var located_value = __webpack_require__(236);
;// CONCATENATED MODULE: ./build/packages/compose/src/project-name.js


/** The name that the project's own files give it; undefined where they leave that to the folder or the command line. */
function projectName(source) {
    const { folder, documents } = source.tree;
    for (const { root, folder: own, lookup } of documents.toReversed()) {
        const entry = root.entries.get('name');
        const text = entry && (0,located_value/* textOf */.b6)(entry.value);
        if (entry === undefined || text === undefined || own !== folder)
            continue;
        return { name: (0,compose_tree/* interpolated */.cd)(text, entry.at, lookup), at: entry.at };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/shipped-services.js

/** An input names a service that the project does not have. */
class UnknownServiceError extends explained_error_src/* ExplainedError */.h {
    name = 'UnknownServiceError';
}
/**
 * Which services a release ships: those that are asked for, else every one that the project builds and every one that
 * is given an image.
 *
 * @throws UnknownServiceError for a name that is none of the project's services
 */
function shippedServices(project, asked) {
    const all = Object.keys(project.services);
    const images = [...asked.images];
    for (const [input, names] of [
        ['services', asked.services ?? []],
        ['images', images],
    ]) {
        const unknown = names.find((name) => !all.includes(name));
        if (unknown !== undefined) {
            throw new UnknownServiceError(`${input} names ${unknown}, which the Compose project does not have; its services are ${all.join(', ')} (one with a profile is there only where the profile is on).`);
        }
    }
    if (asked.services !== undefined)
        return all.filter((name) => asked.services?.includes(name));
    return all.filter((name) => project.services[name]?.build !== undefined || images.includes(name));
}

;// CONCATENATED MODULE: ./build/packages/compose/src/source-lines.js

/**
 * Where a key such as `['services', 'api', 'container_name']` stands in the user's files: in the last that sets it,
 * which may be one that the service extends. An item of a list is named by its number, or by its text before `=`, so
 * `['services', 'api', 'labels', 'traefik.enable']` is found in both of Compose's ways to write labels.
 */
function lineOf(source, path) {
    const [section, name, ...keys] = path;
    const isInService = section === 'services' && name !== undefined && keys.length > 0;
    const values = isInService
        ? (source.tree.services.get(name) ?? []).map(({ value }) => value)
        : source.tree.documents.map(({ root }) => root);
    for (const value of [...values].reverse()) {
        const { place, covers } = find(value, isInService ? keys : path);
        if (place !== undefined || covers)
            return place;
    }
    return undefined;
}
function find(value, path) {
    let here = value;
    let place;
    let covers = value.tag !== undefined;
    for (const key of path) {
        const next = here.kind === 'map' ? here.entries.get(key) : itemOf(here, key);
        if (next === undefined)
            return { place: undefined, covers };
        place = next.at;
        here = next.value;
        covers ||= here.tag !== undefined;
    }
    return { place: here.tag === 'reset' ? undefined : place, covers };
}
function itemOf(list, key) {
    if (list.kind !== 'list')
        return undefined;
    const numbered = /^\d+$/.test(key) ? list.items[Number(key)] : undefined;
    const item = numbered ??
        list.items.findLast((one) => {
            const text = (0,located_value/* textOf */.b6)(one);
            return text !== undefined && (text === key || text.startsWith(`${key}=`));
        });
    return item === undefined ? undefined : { at: item.at, value: item };
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/packages/compose/src/compose-errors.js
var compose_errors = __webpack_require__(744);
;// CONCATENATED MODULE: ./build/packages/compose/src/variables-file.js

/** What every Compose v2 reads as a name; older ones refuse `-`. */
const variables_file_namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
/**
 * Writes variables as an env file from which Compose reads exactly these values, whatever is in them.
 *
 * Single quotes are literal, line breaks included, but for `\'`, which is a quote; a `\` before the closing quote
 * cannot be written, and a bare carriage return would not survive an editor. Such values stand in double quotes,
 * where `\`, `"` and `$` are escaped.
 *
 * @throws ComposeSourceError for a name or a value that no environment can have; never with the value
 */
function writeVariablesFile(variables) {
    let file = '';
    for (const [name, value] of variables) {
        if (!variables_file_namePattern.test(name)) {
            throw new compose_errors/* ComposeSourceError */.qy(`The variable ${JSON.stringify((0,compose_errors/* shown */.SP)(name))} has no name that Compose reads; use letters, digits and _, and no digit first.`);
        }
        if (value.includes('\0') || !value.isWellFormed()) {
            throw new compose_errors/* ComposeSourceError */.qy(`The variable ${(0,compose_errors/* shown */.SP)(name)} holds a NUL or half a character, which no environment can have; encode it, for example as Base64.`);
        }
        file += `${name}=${quoted(value)}\n`;
    }
    return file;
}
function quoted(value) {
    if (!/['\\\r]/.test(value))
        return `'${value}'`;
    const inside = value.replaceAll(/[\\"$\r]/g, (character) => character === '\r' ? '\\r' : `\\${character}`);
    return `"${inside}"`;
}

;// CONCATENATED MODULE: ./build/packages/stack/src/resolve-source.js



class StackSourceError extends explained_error_src/* ExplainedError */.h {
    name = 'StackSourceError';
}
/**
 * Lets the server's Compose read the project, and puts what containers see of the checkout into place. What was only
 * needed for reading, values of variables among it, is gone afterwards.
 */
async function resolveSource(job, ground, request, id) {
    const { source } = request;
    const { files: remote } = job.server;
    const top = job.files.sourceOf(id);
    const directory = external_node_path_.posix.join(top, source.projectDirectory);
    try {
        const read = source.files.filter(({ isReadByCompose }) => isReadByCompose);
        await writeAll(job, read.map(({ path, content }) => [external_node_path_.posix.join(directory, path), content, 0o600]));
        const variables = external_node_path_.posix.join(top, 'switchyard-variables.env');
        await remote.makeDirectory(top, 0o700);
        await remote.write(variables, writeVariablesFile(request.variables), 0o600);
        const text = await ground.compose.resolve({
            projectName: request.app,
            projectDirectory: directory,
            files: source.composeFiles.map((path) => external_node_path_.posix.join(directory, path)),
            // First, so that env files see them, and last, so that they win.
            envFiles: [variables, ...source.envFiles.map((path) => external_node_path_.posix.join(directory, path)), variables],
            profiles: request.profiles,
        });
        const dataFolder = await dataFolderOf(job, ground, source);
        const moved = new Map();
        for (const { path, sha256 } of source.mounted) {
            moved.set(external_node_path_.posix.join(directory, path), job.files.mounted(sha256, external_node_path_.posix.basename(path)));
        }
        for (const { path, use } of source.absent) {
            if (use === 'bind' && dataFolder !== undefined) {
                moved.set(external_node_path_.posix.join(directory, path), external_node_path_.posix.join(dataFolder, path));
            }
        }
        const project = withSecurityProfiles(parseResolvedProject(text), directory, moved);
        refuseFolderVolumes(source, project, top);
        return { project, sourceFolder: top, movedPaths: moved, dataFolder };
    }
    finally {
        await remote.remove(job.files.folderOf(id));
    }
}
/** Compose reads a seccomp profile as it starts a container, from a path that it leaves as it is written. */
function withSecurityProfiles(project, directory, moved) {
    const services = Object.entries(project.services).map(([name, service]) => {
        const { security_opt: options } = service;
        if (!Array.isArray(options))
            return [name, service];
        const placed = options.map((option) => {
            const [, before = '', path = ''] = /^(seccomp[:=])(.+)$/.exec(String(option)) ?? [];
            const place = moved.get(external_node_path_.posix.join(directory, path));
            return place === undefined ? option : `${before}${place}`;
        });
        return [name, { ...service, security_opt: placed }];
    });
    return { ...project, services: Object.fromEntries(services) };
}
/**
 * A volume that is a folder of the checkout would be another one with each release.
 *
 * @throws StackSourceError
 */
function refuseFolderVolumes(source, project, top) {
    for (const [name, volume] of Object.entries(project.volumes ?? {})) {
        const { driver_opts: options } = (volume ?? {});
        if (typeof options?.device !== 'string' || !options.device.startsWith(`${top}/`))
            continue;
        const place = lineOf(source, ['volumes', name]);
        throw new StackSourceError(`${place ? `${place.file}:${place.line}: ` : ''}the volume ${name} is a folder of the checkout, which is another one with each release; write an absolute path of the server, or mount the folder in the service.`);
    }
}
/** Files and folders of the checkout that containers see, each at the place that its content names. */
async function placeMounted(job, source) {
    const content = new Map(source.files.map((file) => [file.path, file]));
    for (const { path, kind, sha256, files } of source.mounted) {
        const target = job.files.mounted(sha256, external_node_path_.posix.basename(path));
        // By content: what is there is right. A folder that was cut short is not, so its files are written in any case.
        if (kind === 'file' && (await job.server.files.stat(target)))
            continue;
        await writeAll(job, files.map((file) => {
            const found = content.get(file);
            if (!found)
                throw new Error(`${file} was not read`);
            const place = kind === 'file' ? target : external_node_path_.posix.join(target, external_node_path_.posix.relative(path, file));
            // Users inside of containers have to read them; nobody else gets through the folder above.
            return [place, found.content, found.executable ? 0o755 : 0o644];
        }), 
        // As the files: the app's own folder above lets nobody else through.
        0o755);
    }
}
async function writeAll({ server }, files, folderMode = 0o700) {
    const folders = new Set(files.map(([path]) => external_node_path_.posix.dirname(path)));
    for (const folder of folders)
        await server.files.makeDirectory(folder, folderMode);
    await Promise.all(files.map(([path, content, mode]) => server.files.write(path, content, mode)));
}
/**
 * Relative paths that the checkout does not have, such as `./data`, mean a folder that lives on the server: the one
 * beside the files of the stack that runs there.
 *
 * @throws StackSourceError when there is none
 */
async function dataFolderOf({ server }, { state }, { absent }) {
    const known = state.live?.dataFolder ??
        state.containers.find(({ color, role }) => color === undefined && role === undefined)?.workingDirectory;
    for (const { use, path, service, file, line, required } of absent) {
        if (!required)
            continue;
        if (use === 'bind' && known !== undefined && (await server.files.stat(external_node_path_.posix.join(known, path))))
            continue;
        const where = `${file}:${line}`;
        throw new StackSourceError(use === 'bind'
            ? `${where}: ${service} mounts ${path}, which neither the checkout has nor the folder of a stack that runs on the server; write a named volume or an absolute path of the server instead.`
            : `${where}: ${service} needs the file ${path}, which is not in the checkout; add it, or write it in a step before this one.`);
    }
    return known;
}

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
function overridesImage(service) {
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

// EXTERNAL MODULE: ./build/packages/compose/src/service-options.js
var service_options = __webpack_require__(8094);
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
    const said = (0,service_options/* optionPorts */.yg)(options);
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
    if (only !== undefined && others.length === 0 && !overridesImage(service)) {
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
    const { options } = (0,service_options/* readOptionLabels */.HK)(project.services[name]?.labels, facts.splitCommand);
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

;// CONCATENATED MODULE: ./build/packages/compose/src/file-references.js
/** Every path that the project's services mount from the machine: bind mounts, and the files of secrets and configs in use. */
function fileReferences(project) {
    const references = [];
    for (const [name, service] of Object.entries(project.services)) {
        for (const [index, { type, source, read_only: readOnly }] of (service.volumes ?? []).entries()) {
            if (type !== 'bind' || source === undefined)
                continue;
            const at = ['services', name, 'volumes', String(index)];
            references.push({ path: source, at, service: name, isWritable: readOnly !== true });
        }
    }
    for (const kind of ['secrets', 'configs']) {
        const used = new Set(Object.values(project.services)
            .flatMap((service) => service[kind] ?? [])
            .map(({ source }) => source));
        for (const [name, { file }] of Object.entries(project[kind] ?? {})) {
            if (file === undefined || !used.has(name))
                continue;
            references.push({ path: file, at: [kind, name, 'file'], service: undefined, isWritable: false });
        }
    }
    return references;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/network-refusals.js
/** What stops a shipped service in how it stands in the network. */
function networkRefusals(service, plan) {
    if (plan.role === 'kept' || plan.role === 'job')
        return [];
    return [
        ...modeRefusals(service, plan),
        ...(plan.order === 'start-first' ? addressRefusals(service, plan) : []),
    ];
}
function modeRefusals(service, plan) {
    const { network_mode: mode } = service;
    const path = ['services', plan.service, 'network_mode'];
    if (mode === undefined)
        return [];
    if (plan.role === 'routed') {
        return [
            {
                path,
                problem: `${plan.service} has a port and \`network_mode: ${mode}\`, where no switch can stand before it`,
                instead: mode.includes(':')
                    ? 'delete it, or say that the service has no port of its own (label switchyard.port: "none")'
                    : 'delete it, and name the networks under `networks`',
            },
        ];
    }
    if (plan.role === 'worker' && plan.hostPort && plan.order === 'start-first') {
        return [
            {
                path,
                problem: `${plan.service} has port ${plan.hostPort.port} in the server's own network and is start-first, and two containers cannot have one port there`,
                instead: 'delete `network_mode` and publish the port with `ports`, or make it stop-first',
            },
        ];
    }
    return [];
}
/**
 * An address that two containers would have at once. A routed service's fixed IP address is its switch's, because
 * users come by it; a MAC address is what a licence is bound to, and is of no use there.
 */
function addressRefusals(service, { service: name, role }) {
    const keys = [
        ...(role === 'routed' ? [] : ['ipv4_address', 'ipv6_address', 'link_local_ips']),
        'mac_address',
    ];
    const clash = (path, key) => ({
        path: [...path, key],
        problem: `${name} has a fixed \`${key}\`, which two containers cannot have at once`,
        instead: 'delete it, or make the service stop-first (label switchyard.order)',
    });
    const own = service.mac_address === undefined ? [] : [clash(['services', name], 'mac_address')];
    return [
        ...own,
        ...Object.entries(service.networks ?? {}).flatMap(([network, settings]) => keys
            .filter((key) => settings?.[key] !== undefined)
            // What is said once for the service is printed for its network too.
            .filter((key) => key !== 'mac_address' || own.length === 0)
            .map((key) => clash(['services', name, 'networks', network], key))),
    ];
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-refusals.js


/** How many containers of it Compose runs. */
/** What stops one shipped service in its own definition, its networks aside. */
function serviceRefusals(service, plan, givenImages) {
    if (plan.role === 'kept')
        return [];
    return [
        ...imageRefusal(service, plan, givenImages),
        ...replicaRefusal(service, plan),
        ...portRefusals(service, plan),
        ...hookRefusals(service, plan),
        ...providerRefusal(service, plan),
    ];
}
function imageRefusal(service, { service: name }, givenImages) {
    if (givenImages.has(name) || service.image !== undefined || service.provider !== undefined)
        return [];
    return [
        {
            path: ['services', name, ...(service.build === undefined ? [] : ['build'])],
            problem: `${name} is built from its sources, which a release does not do on the server`,
            instead: `add the line ${name}=<image@digest> to the input images, or \`image\` beside \`build\``,
        },
    ];
}
function replicaRefusal(service, { service: name, role }) {
    const replicas = replicasOf(service);
    const path = ['services', name, ...(service.scale !== undefined ? ['scale'] : ['deploy', 'replicas'])];
    if (replicas === 0) {
        return [
            {
                path,
                problem: `${name} is to have no container at all`,
                instead: 'give it a profile that is off, or leave it out of the input services',
            },
        ];
    }
    if (role !== 'routed' || replicas === 1)
        return [];
    return [
        {
            path,
            problem: `${name} has a port and is to have ${replicas} containers, and a switch leads to one`,
            instead: 'write 1 and start more processes in the container, or delete it',
        },
    ];
}
function portRefusals(service, plan) {
    const { service: name } = plan;
    const path = ['services', name, 'ports'];
    if (plan.role === 'routed') {
        const [other] = publishedOtherwise(service);
        if (other === undefined)
            return [];
        return [
            {
                path: [...path, String(service.ports?.indexOf(other) ?? 0)],
                problem: `${name} publishes ${other.target}/${other.protocol}, which its switch cannot pass on`,
                instead: 'give that port a service of its own, which then is stop-first',
            },
        ];
    }
    if (plan.role !== 'worker' || plan.order !== 'start-first' || plan.hostPort)
        return [];
    if ((service.ports ?? []).length === 0)
        return [];
    return [
        {
            path,
            problem: `${name} publishes ports itself and is start-first, and two containers cannot publish one port`,
            instead: 'make it stop-first (label switchyard.order), or let a switch have its TCP port (label switchyard.port)',
        },
    ];
}
/** Compose runs hooks when it starts and stops a container itself, which a release does not leave to it. */
function hookRefusals(service, { service: name }) {
    return ['post_start', 'pre_stop']
        .filter((hook) => Array.isArray(service[hook]) && service[hook].length > 0)
        .map((hook) => ({
        path: ['services', name, hook],
        problem: `${name} has \`${hook}\`, which only Compose's own start and stop run`,
        instead: "put the command into the image's entrypoint, or into the inputs pre-deploy or post-deploy",
    }));
}
function providerRefusal(service, { service: name }) {
    if (service.provider === undefined)
        return [];
    return [
        {
            path: ['services', name, 'provider'],
            problem: `${name} is run by a provider and has no container that a release could replace`,
            instead: 'leave it out of the input services',
        },
    ];
}

;// CONCATENATED MODULE: ./build/packages/compose/src/sharing-refusals.js
/**
 * What ties a service to one container of another, not to its name: when a release replaces that container, the tie
 * leads nowhere.
 */
function sharingRefusals(project, plan, plans) {
    const service = project.services[plan.service] ?? {};
    const isShipped = (name) => plans[name] !== undefined && plans[name]?.role !== 'kept';
    return [
        ...tiesOf(service)
            .map((tie) => ({ ...tie, to: shippedTarget(tie.target, project, isShipped) }))
            .filter(({ to }) => to !== undefined)
            .map(({ path, says, to }) => ({
            path: ['services', plan.service, ...path],
            problem: `${plan.service} has \`${says}\`, which ties it to the container of ${to}, and a release replaces that`,
            instead: 'delete it; services reach each other by name, and share files through a named volume',
        })),
        ...linkRefusals(project, plan, plans),
    ];
}
function tiesOf(service) {
    const modes = ['network_mode', 'pid', 'ipc'].flatMap((key) => {
        const mode = service[key];
        return mode?.includes(':') ? [{ path: [key], says: `${key}: ${mode}`, target: mode }] : [];
    });
    const volumes = (service.volumes_from ?? []).map((text, index) => ({
        path: ['volumes_from', String(index)],
        says: `volumes_from: ${text}`,
        target: text.startsWith('container:') ? text : `service:${text}`,
    }));
    const links = (service.external_links ?? []).map((text, index) => ({
        path: ['external_links', String(index)],
        says: `external_links: ${text}`,
        target: `container:${text}`,
    }));
    return [...modes, ...volumes, ...links];
}
function shippedTarget(target, project, isShipped) {
    const [kind, name = ''] = target.split(':');
    if (kind === 'service')
        return isShipped(name) ? name : undefined;
    return Object.entries(project.services).find(([service, { container_name: own }]) => isShipped(service) && (name === own || name.replace(/[-_]\d+$/, '') === `${project.name}-${service}`))?.[0];
}
/** A link to a shipped service is needless where it is by the service's name, and its other name becomes its switch's. */
function linkRefusals(project, plan, plans) {
    const links = project.services[plan.service]?.links ?? [];
    return links.flatMap((text, index) => {
        const [target = '', alias = target] = text.split(':');
        const path = ['services', plan.service, 'links', String(index)];
        const role = plans[target]?.role;
        if (role === undefined || role === 'kept')
            return [];
        if (plan.role === 'kept') {
            return [
                {
                    path,
                    problem: `${plan.service} is linked to the container of ${target}, which a release replaces`,
                    instead: `delete \`links\`, and name ${plan.service} in the input services once so that it takes effect`,
                },
            ];
        }
        if (alias === target || project.services[alias] === undefined)
            return [];
        return [
            {
                path,
                problem: `${plan.service} calls ${target} ${alias}, which is the name of another service`,
                instead: 'call it something else',
            },
        ];
    });
}

;// CONCATENATED MODULE: ./build/packages/compose/src/refusals.js









/**
 * Everything in a project that stops a release, all of it at once, so that nobody mends one and meets the next. Which
 * attribute of a Compose file is harmless, handled or refused is told in docs/compose-attributes.md.
 */
function findRefusals(project, plans, facts) {
    return [
        ...projectRefusals(project, plans, facts.app),
        ...externalFiles(project),
        ...inlineFiles(project),
        ...missingFiles(project, facts.missingPaths),
        ...Object.values(plans).flatMap((plan) => {
            const service = project.services[plan.service] ?? {};
            return [
                ...(plan.role === 'kept' ? [] : optionRefusals(project, plan.service, facts)),
                ...serviceRefusals(service, plan, facts.givenImages),
                ...(mayTurnOutRouted(project, plan, facts) ? [] : networkRefusals(service, plan)),
                ...sharingRefusals(project, plan, plans),
            ];
        }),
    ];
}
/** Before its image is here: a port that it exposes would give the service a switch, and with it what a worker cannot have. */
function mayTurnOutRouted(project, plan, facts) {
    return (plan.role === 'worker' &&
        facts.imageFacts[plan.service] === undefined &&
        !overridesImage(project.services[plan.service] ?? {}) &&
        optionsOf(project, plan.service, facts).ports === undefined);
}
function projectRefusals(project, plans, app) {
    const refusals = [];
    if (project.name !== app) {
        refusals.push({
            path: ['name'],
            problem: `the Compose project is called ${project.name}, and the app ${app}`,
            instead: `set the input app to ${project.name}, or delete \`name\``,
        });
    }
    for (const [key, network] of Object.entries(project.networks ?? {})) {
        if (key !== stackNetwork && network?.name !== `${app}_${stackNetwork}`)
            continue;
        refusals.push({
            path: ['networks', key],
            problem: `the network ${key} has the name of the one that a release adds`,
            instead: 'call it something else',
        });
    }
    for (const { service, role } of Object.values(plans)) {
        const name = switchServiceOf(service);
        if (role !== 'routed' || project.services[name] === undefined)
            continue;
        refusals.push({
            path: ['services', name],
            problem: `the service ${name} has the name of the switch that a release puts before ${service}`,
            instead: 'call it something else',
        });
    }
    return refusals;
}
function optionRefusals(project, name, facts) {
    const service = project.services[name] ?? {};
    const { problems } = (0,service_options/* readOptionLabels */.HK)(service.labels, facts.splitCommand);
    const open = undecidedPorts(service, optionsOf(project, name, facts), facts.imageFacts[name]);
    return [
        ...problems.map(({ label, problem }) => ({
            path: ['services', name, 'labels', label],
            problem: `the label ${label} of ${name} ${problem}`,
            instead: 'correct it',
        })),
        ...(open.length === 0
            ? []
            : [
                {
                    path: ['services', name],
                    problem: `the image of ${name} exposes the ports ${open.join(', ')}, and nothing says on which it is reached`,
                    instead: `add the label switchyard.port: "${open[0]}", or "none" if nobody reaches it`,
                },
            ]),
    ];
}
function externalFiles(project) {
    return ['secrets', 'configs'].flatMap((kind) => {
        const used = new Set(Object.values(project.services)
            .flatMap((service) => service[kind] ?? [])
            .map(({ source }) => source));
        return Object.entries(project[kind] ?? {})
            .filter(([name, { external }]) => external === true && used.has(name))
            .map(([name]) => ({
            path: [kind, name, 'external'],
            problem: `${kind}.${name} is external, which only Docker Swarm has`,
            instead: 'name a file with `file`',
        }));
    });
}
/** Compose fills such files only where it starts a container itself, and with what its own environment has then. */
function inlineFiles(project) {
    return ['secrets', 'configs'].flatMap((kind) => {
        const used = new Set(Object.values(project.services)
            .flatMap((service) => service[kind] ?? [])
            .map(({ source }) => source));
        return Object.entries(project[kind] ?? {}).flatMap(([name, definition]) => {
            const way = ['environment', 'content'].find((key) => definition[key] !== undefined);
            if (way === undefined || !used.has(name))
                return [];
            return [
                {
                    path: [kind, name, way],
                    problem: `${kind}.${name} is made from \`${way}\`, which only Compose's own start of a container fills`,
                    instead: 'write it to a file in a step before, and name that with `file`',
                },
            ];
        });
    });
}
function missingFiles(project, missing) {
    return fileReferences(project)
        .filter(({ path }) => missing.has(path))
        .map(({ path, at, service }) => ({
        path: at,
        problem: `${service ?? at.slice(0, 2).join('.')} needs ${path}, which is not among the files of the checkout`,
        instead: 'commit it, use a named volume for data, or write the absolute path on the server',
    }));
}

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-refusal.js


class StackRefusal extends explained_error_src/* ExplainedError */.h {
    name = 'StackRefusal';
}
function plansFor(project, request, shipped, imageFacts) {
    const { serviceOptions: options, splitCommand } = request;
    return planServices(project, { shipped, options, imageFacts, splitCommand });
}
/** @throws StackRefusal with every thing that stops the release, each with its line and what to write instead */
function refuse(request, project, plans, imageFacts) {
    const found = findRefusals(project, plans, {
        app: request.app,
        shipped: Object.values(plans).flatMap(({ role, service }) => (role === 'kept' ? [] : [service])),
        options: request.serviceOptions,
        imageFacts,
        splitCommand: request.splitCommand,
        givenImages: new Set(request.images.keys()),
        missingPaths: new Set(),
    });
    if (found.length === 0)
        return;
    const sentences = found.map((refusal) => sentenceOfRefusal(request, refusal));
    throw new StackRefusal(sentences.length === 1
        ? (sentences[0] ?? '')
        : [
            `${sentences.length} things in the Compose project stop this release.`,
            ...sentences.map((sentence) => `- ${sentence}`),
        ].join('\n'));
}
function sentenceOfRefusal(request, { path, problem, instead }) {
    return `${whereIs(request, path)}${problem}; ${instead}.`;
}
/** File and line before a sentence; empty where no file says it. */
function whereIs({ source }, path) {
    let place = lineOf(source, path);
    // What a default or another file has set stands nowhere; then the nearest key above it does.
    for (let length = path.length - 1; !place && length > 0; length -= 1) {
        place = lineOf(source, path.slice(0, length));
    }
    return place ? `${place.file}:${place.line}: ` : '';
}

;// CONCATENATED MODULE: ./build/packages/stack/src/draft-deploy.js






/** Reads the project and refuses what can be refused without an image. */
async function draftDeploy(job, ground, request) {
    const named = projectName(request.source);
    if (named && named.name !== request.app) {
        // Its volumes, and so its data, go by this name.
        throw new StackRefusal(`${named.at.file}:${named.at.line}: the project is called ${named.name} and the app ${request.app}, so the release would not find its volumes; set "app" to ${named.name}, or delete \`name\` there.`);
    }
    const id = newReleaseId(job, ground);
    const resolved = await resolveSource(job, ground, request, id);
    const shipped = shippedServices(resolved.project, {
        services: request.services,
        images: request.images.keys(),
    });
    if (shipped.length === 0) {
        throw new StackRefusal('No service of the project is built by it, so there is nothing to ship; name the services in "services" or give their images in "images".');
    }
    for (const hook of [request.preDeploy, request.postDeploy])
        refuseHook(hook, shipped);
    const images = new Map(shipped.map((name) => [name, imageOf(resolved.project, request, name)]));
    refuse(request, resolved.project, plansFor(resolved.project, request, shipped, {}), {});
    return { ...resolved, id, shipped, images };
}
function newReleaseId(job, { state }) {
    const newest = state.releases.at(-1);
    const nowMs = job.nowMs();
    const idMs = newest ? Math.max(nowMs, (0,src_release/* timeOfReleaseId */.Fh)(newest.id) + 1000) : nowMs;
    return (0,src_release/* releaseId */.Bf)(idMs, (0,external_node_crypto_.randomInt)(36 ** 4)
        .toString(36)
        .padStart(4, '0'));
}
/** A command runs in the new image of a service; what is left alone has none. */
function refuseHook(hook, shipped) {
    if (!hook || shipped.includes(hook.service))
        return;
    throw new StackRefusal(`The command ${hook.command[0]} is to run in the new image of ${hook.service}, which this release does not ship; it ships ${shipped.join(', ')}.`);
}
function imageOf(project, { images, source }, name) {
    const given = images.get(name);
    if (given)
        return given;
    const text = project.services[name]?.image;
    if (text !== undefined)
        return { text, reference: (0,image_reference/* parseImageReference */.o_)(text) };
    const place = lineOf(source, ['services', name, 'build']) ?? lineOf(source, ['services', name]);
    const where = place ? `${place.file}:${place.line}: ` : '';
    throw new StackRefusal(`${where}${name} is built by the project and has no image; add a line ${name}=<image>@<digest> to "images".`);
}

;// CONCATENATED MODULE: ./build/packages/compose/src/edge-labels.js
/** Labels by which an edge that watches containers finds what to send users to. */
const edgeLabel = /^(?:traefik\.|caddy(?:_\d+)?(?:\.|$)|com\.github\.(?:nginx-proxy|jrcs)\.|tsdproxy\.|pangolin\.|cloudflare\.tunnel\.|swag(?:[_.]|$))/i;
/** nginx-proxy and its companion look at the environment. */
const edgeVariable = /^(?:VIRTUAL_(?:HOST|PORT|PATH|DEST|PROTO|HOST_MULTIPORTS)|LETSENCRYPT_\w+)$/;
function splitEdgeLabels(labels) {
    return split(labels, edgeLabel);
}
function splitEdgeVariables(environment) {
    return split(environment, edgeVariable);
}
function split(pairs, pattern) {
    const entries = Object.entries(pairs ?? {});
    return {
        edge: Object.fromEntries(entries.filter(([key]) => pattern.test(key))),
        own: Object.fromEntries(entries.filter(([key]) => !pattern.test(key))),
    };
}

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

;// CONCATENATED MODULE: ./build/packages/switch/src/service-switch-container.js


/**
 * @param folder the switch's folder on the server
 * @param owner whose folder it is, as the container sees it: a rootless Engine makes its user root inside. Low ports need
 * no root, because the Engine lets everybody bind them in a container's own network.
 */
function serviceSwitchContainer(folder, owner) {
    return {
        user: `${owner.uid}:${owner.gid}`,
        entrypoint: ['haproxy'],
        command: ['-W', '-db', '-f', filesInContainer.config, '-S', `${filesInContainer.master},mode,600`],
        restart: 'unless-stopped',
        stop_signal: 'SIGUSR1',
        stop_grace_period: '5s',
        // The folder, not its files: a file's mount would keep showing the file that an atomic write replaced.
        volumes: [{ type: 'bind', source: folder, target: haproxy_config/* folderInContainer */.bD }],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges'],
        read_only: true,
        logging: { driver: 'json-file', options: { 'max-size': '5m', 'max-file': '2' } },
    };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/switch-service.js




const traefikNetwork = 'traefik.docker.network';
/**
 * The service that stands before a routed one: it has its ports, its names on every network of its own, its fixed
 * addresses, and what an edge that watches containers goes by.
 */
function switchService(project, plan, plans, facts) {
    const service = project.services[plan.service] ?? {};
    const { uid, gid, isRootless } = facts.switch;
    const { edge: environment } = splitEdgeVariables(service.environment);
    return {
        image: facts.switch.image,
        ...serviceSwitchContainer(facts.switch.folder(plan.service), isRootless ? { uid: 0, gid: 0 } : { uid, gid }),
        // An Engine that maps users would make the folder's owner somebody else inside.
        ...(isRootless ? {} : { userns_mode: 'host' }),
        // Docker's own setting since 20.10, but a server may have another; without it only root has low ports.
        sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
        labels: {
            ...edgeLabels(project, service),
            [service_options/* stackLabels */.mu.app]: facts.app,
            [service_options/* stackLabels */.mu.role]: 'switch',
            [service_options/* stackLabels */.mu.service]: plan.service,
        },
        ...(Object.keys(environment).length > 0 ? { environment } : {}),
        // An edge that looks for the one port of a container finds the service's.
        expose: plan.ports.map(({ port }) => String(port)),
        ...(service.ports && service.ports.length > 0 ? { ports: service.ports } : {}),
        networks: switchNetworks(project, plan, plans),
    };
}
/** Traefik takes any network of a container that names none, and the stack's own is none that it can reach. */
function edgeLabels(project, service) {
    const { edge } = splitEdgeLabels(service.labels);
    const [only, ...others] = Object.keys(ownNetworks(service));
    const asksTraefik = Object.keys(edge).some((label) => label.startsWith('traefik.'));
    if (!asksTraefik || edge[traefikNetwork] !== undefined || only === undefined || others.length > 0)
        return edge;
    return { ...edge, [traefikNetwork]: project.networks?.[only]?.name ?? `${project.name}_${only}` };
}
function switchNetworks(project, { service: name }, plans) {
    const service = project.services[name] ?? {};
    const names = [
        name,
        // Docker resolves a container's name and host name too.
        ...(service.container_name === undefined ? [] : [service.container_name]),
        ...(service.hostname === undefined ? [] : [service.hostname]),
        ...linkNames(project, name, plans),
    ];
    const entries = Object.entries(ownNetworks(service)).map(([network, settings]) => [
        network,
        {
            aliases: [...new Set([...names, ...(settings?.aliases ?? [])])],
            ...(settings?.ipv4_address === undefined ? {} : { ipv4_address: settings.ipv4_address }),
            ...(settings?.ipv6_address === undefined ? {} : { ipv6_address: settings.ipv6_address }),
            ...(settings?.link_local_ips === undefined ? {} : { link_local_ips: settings.link_local_ips }),
        },
    ]);
    return { ...Object.fromEntries(entries), [stackNetwork]: null };
}
/** What other shipped services call it by their `links`. */
function linkNames(project, name, plans) {
    return Object.entries(project.services).flatMap(([other, { links }]) => plans[other]?.role === 'kept'
        ? []
        : (links ?? []).flatMap((text) => {
            const [target, alias] = text.split(':');
            return target === name && alias !== undefined ? [alias] : [];
        }));
}
/** The networks that the service itself is in; Compose leaves out the default one where nothing else is said. */
function ownNetworks(service) {
    return service.networks ?? { default: null };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/released-service.js




/** What stands only for building, for development or for one container's name; or is settled once the file is resolved. */
const neverReleased = ['build', 'develop', 'container_name', 'pull_policy', 'profiles'];
/** What the switch has in the place of a routed service. */
const movedToSwitch = ['ports', 'hostname', 'scale'];
/** A shipped service as the released file has it. */
function shippedService(service, plan, plans, facts) {
    const isRouted = plan.role === 'routed';
    const left = without(service, [
        ...neverReleased,
        ...(isRouted ? movedToSwitch : []),
        ...(plan.role === 'job' ? ['ports'] : []),
        ...['links', 'depends_on', 'environment', 'labels'],
    ]);
    const environment = withValues(isRouted ? splitEdgeVariables(service.environment).own : service.environment);
    const links = keptLinks(service, plans);
    const needs = withSwitches(service, plans);
    return {
        ...left,
        ...(facts.image === undefined ? {} : { image: facts.image }),
        ...(environment === undefined ? {} : { environment }),
        ...(links.length > 0 ? { links } : {}),
        ...(needs === undefined ? {} : { depends_on: needs }),
        labels: {
            ...(isRouted ? splitEdgeLabels(service.labels).own : service.labels),
            [service_options/* stackLabels */.mu.app]: facts.app,
            [service_options/* stackLabels */.mu.role]: 'service',
            ...(facts.color === undefined ? {} : { [service_options/* stackLabels */.mu.color]: facts.color }),
        },
        ...(isRouted ? { networks: slotNetworks(service, facts) } : {}),
    };
}
/** In its own networks without names or addresses of its own, because the switch has them; and in its slot. */
function slotNetworks(service, { color, slots }) {
    const own = Object.entries(ownNetworks(service)).map(([network, settings]) => {
        const left = without(settings ?? {}, ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips']);
        return [network, Object.keys(left).length > 0 ? left : null];
    });
    const address = color === undefined ? undefined : slots?.[color];
    return {
        ...Object.fromEntries(own),
        [stackNetwork]: address === undefined ? null : { ipv4_address: address },
    };
}
/** A variable without a value is the shell's where Compose runs; the release has settled that there is none. */
function withValues(environment) {
    if (environment === undefined)
        return undefined;
    const entries = Object.entries(environment).flatMap(([key, value]) => value === null ? [] : [[key, value]]);
    return Object.fromEntries(entries);
}
/** A link leads to one container; what is shipped is reached by name instead. */
function keptLinks({ links = [] }, plans) {
    return links.filter((text) => {
        const role = plans[text.split(':')[0] ?? '']?.role;
        return role === undefined || role === 'kept';
    });
}
/** Who needs a routed service reaches it through its switch, so that one has to be there too. */
function withSwitches({ depends_on: needs }, plans) {
    if (needs === undefined)
        return undefined;
    const switches = Object.keys(needs)
        .filter((name) => plans[name]?.role === 'routed')
        .map((name) => [switchServiceOf(name), { condition: 'service_started', required: true }]);
    return { ...needs, ...Object.fromEntries(switches) };
}
function without(value, keys) {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
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
        labels: { [service_options/* stackLabels */.mu.app]: app },
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

;// CONCATENATED MODULE: ./build/packages/compose/src/notices.js





/**
 * What a release does with a project that a person may not expect: two versions side by side for some seconds, and
 * names and files that change hands.
 *
 * @param sourceFolder Where the files of the checkout lie on the server, as an absolute path.
 */
function findNotices(project, plans, sourceFolder) {
    const shipped = Object.values(plans).filter(({ role }) => role !== 'kept');
    return [
        ...shipped.flatMap((plan) => {
            const service = project.services[plan.service] ?? {};
            const path = (...keys) => ['services', plan.service, ...keys];
            return [
                ...sharedData(service, plan, path),
                ...anonymousVolumes(service, plan, path),
                ...names(service, plan, path),
                ...graphics(service, plan, path),
                ...hiddenScheduler(service, plan, path),
                ...traefikNetworks(service, plan, path),
            ];
        }),
        ...writesIntoSource(project, plans, sourceFolder),
        ...variableSecrets(project),
    ];
}
function runsTwice(plan) {
    return (plan.role === 'routed' || plan.role === 'worker') && plan.order === 'start-first';
}
function sharedData(service, plan, path) {
    if (!runsTwice(plan))
        return [];
    return (service.volumes ?? []).flatMap((mount, index) => mount.type === 'volume' && mount.source !== undefined && mount.read_only !== true
        ? [
            {
                path: path('volumes', String(index)),
                text: `both versions of ${plan.service} have the volume ${mount.source} for some seconds; if only one may write to it, add the label switchyard.order: stop-first`,
            },
        ]
        : []);
}
function anonymousVolumes(service, plan, path) {
    if (plan.role === 'job')
        return [];
    return (service.volumes ?? []).flatMap(({ type, source, target }, index) => type === 'volume' && source === undefined
        ? [
            {
                path: path('volumes', String(index)),
                text: `each version of ${plan.service} begins with an empty ${target}, because its volume has no name`,
            },
        ]
        : []);
}
function names(service, plan, path) {
    const notices = [];
    if (service.container_name !== undefined) {
        const still = plan.role === 'routed' ? '; other services still reach it by that name' : '';
        notices.push({
            path: path('container_name'),
            text: `the container of ${plan.service} is no longer called ${service.container_name}, because two need a name${still}`,
        });
    }
    if (service.hostname !== undefined && runsTwice(plan)) {
        const text = plan.role === 'routed'
            ? `${service.hostname} leads to the switch of ${plan.service}, and its containers have host names of their own`
            : `both versions of ${plan.service} have the host name ${service.hostname} for some seconds`;
        notices.push({ path: path('hostname'), text });
    }
    return notices;
}
function graphics(service, plan, path) {
    const { gpus } = service;
    if (!runsTwice(plan) || gpus === undefined || gpus === null)
        return [];
    const text = `both versions of ${plan.service} use the graphics processor for some seconds; if its memory is too small for two, add the label switchyard.order: stop-first`;
    return [{ path: path('gpus'), text }];
}
function hiddenScheduler(service, plan, path) {
    if (plan.role !== 'routed' || !runsTwice(plan))
        return [];
    const scheduler = schedulerOf(commandWords(service, undefined));
    if (scheduler === undefined)
        return [];
    const text = `${plan.service} also runs ${scheduler}, and for some seconds both versions do; if that matters, give it a service of its own`;
    return [{ path: path('command'), text }];
}
function traefikNetworks(service, plan, path) {
    const { edge } = splitEdgeLabels(service.labels);
    const asksTraefik = Object.keys(edge).some((label) => label.startsWith('traefik.'));
    const isClear = edge['traefik.docker.network'] !== undefined || Object.keys(ownNetworks(service)).length < 2;
    if (plan.role !== 'routed' || !asksTraefik || isClear)
        return [];
    const text = `${plan.service} is in several networks and Traefik has to guess one; add the label traefik.docker.network`;
    return [{ path: path('labels'), text }];
}
function writesIntoSource(project, plans, sourceFolder) {
    return fileReferences(project)
        .filter(({ path, isWritable, service }) => {
        const isShipped = service !== undefined && plans[service]?.role !== 'kept';
        return isWritable && isShipped && path.startsWith(`${sourceFolder}/`);
    })
        .map(({ path, at, service }) => ({
        path: at,
        text: `${service} can write to ${path.slice(sourceFolder.length + 1)} of the checkout, and a release that changes it begins with the checkout's again; add :ro, or use a named volume for data`,
    }));
}
function variableSecrets(project) {
    return ['secrets', 'configs'].flatMap((kind) => Object.entries(project[kind] ?? {}).flatMap(([name, { environment }]) => environment === undefined
        ? []
        : [
            {
                path: [kind, name, 'environment'],
                text: `${kind}.${name} comes from the variable ${environment}, which \`docker compose up\` on the server needs too when it makes a container anew`,
            },
        ]));
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
        : { ...definition.networks, [stackNetwork]: { ipv4_address: slots[color] } };
    return {
        ...released,
        services: {
            ...released.services,
            [service]: {
                ...definition,
                labels: { ...definition.labels, [service_options/* stackLabels */.mu.color]: color },
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
    const { [service_options/* stackLabels */.mu.color]: _color, ...labels } = service.labels ?? {};
    const { [stackNetwork]: _slot, ...networks } = service.networks ?? {};
    const kinds = ['networks', 'volumes', 'secrets', 'configs'];
    const used = kinds.map((kind) => {
        const names = usedNames(kind, { ...service, networks });
        return Object.entries(project[kind] ?? {})
            .filter(([name]) => names.has(name))
            .sort(([left], [right]) => (left < right ? -1 : 1));
    });
    return composeFileText([{ ...service, labels, networks }, used]);
}

// EXTERNAL MODULE: ./build/packages/release/src/service-settings.js
var service_settings = __webpack_require__(1268);
;// CONCATENATED MODULE: ./build/packages/stack/src/carried-services.js

/** What the live release ships and this one does not: it goes on running as it does. */
function carriedServices(live, project, shipped) {
    // What the project has no more goes with the release that is left.
    return Object.keys(live?.services ?? {}).filter((name) => project.services[name] !== undefined && !shipped.includes(name));
}
/** The released file with these services, and the switches before them, as the live release's file has them. */
function withCarried(released, live, carried) {
    if (!live || carried.length === 0)
        return released;
    const names = carried.flatMap((name) => [name, switchServiceOf(name)]);
    const services = names.flatMap((name) => {
        const definition = live.services[name];
        return definition ? [[name, definition]] : [];
    });
    const own = live.networks?.[stackNetwork];
    return {
        ...released,
        services: { ...released.services, ...Object.fromEntries(services) },
        networks: { ...(own ? { [stackNetwork]: own } : {}), ...released.networks },
        volumes: { ...live.volumes, ...released.volumes },
        secrets: { ...live.secrets, ...released.secrets },
        configs: { ...live.configs, ...released.configs },
    };
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./build/packages/compose/src/definition-changes.js

/** Members of which only the names are shown: their values may be secret. */
const maps = ['environment', 'labels', 'networks', 'depends_on', 'sysctls'];
/** Members whose value says nothing that is secret. */
const shownValues = ['image', 'restart', 'user', 'network_mode', 'stop_grace_period'];
/** What a container does not have. */
const notOfContainer = new Set(['build', 'develop', 'pull_policy', 'profiles']);
/**
 * What has changed in a service's definition, for people, in the order of the names: "image postgres:16 → postgres:17",
 * "environment: POSTGRES_DB changed". Values that may be secret are never in it.
 */
function definitionChanges(before, after) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .filter((key) => !notOfContainer.has(key))
        .sort();
    return keys.flatMap((key) => {
        const [was, is] = [before[key] ?? undefined, after[key] ?? undefined];
        if ((0,external_node_util_.isDeepStrictEqual)(was, is))
            return [];
        if (maps.some((map) => map === key))
            return namedChanges(key, definition_changes_asMap(was), definition_changes_asMap(is));
        if (key === 'volumes')
            return namedChanges(key, byTarget(before), byTarget(after));
        if (key === 'ports')
            return namedChanges(key, byPort(before), byPort(after));
        if (shownValues.some((shown) => shown === key))
            return [`${key} ${said(was)} → ${said(is)}`];
        return [`${key} ${was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'}`];
    });
}
function namedChanges(key, before, after) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const changes = names.flatMap((name) => {
        if (!Object.hasOwn(before, name))
            return [`${name} added`];
        if (!Object.hasOwn(after, name))
            return [`${name} removed`];
        return (0,external_node_util_.isDeepStrictEqual)(before[name], after[name]) ? [] : [`${name} changed`];
    });
    return changes.length === 0 ? [] : [`${key}: ${changes.join(', ')}`];
}
function byTarget({ volumes = [] }) {
    return Object.fromEntries(volumes.map((mount) => [mount.target, mount]));
}
function byPort({ ports = [] }) {
    return Object.fromEntries(ports.map((port) => [`${port.published ?? ''}:${port.target}/${port.protocol ?? 'tcp'}`, port]));
}
function definition_changes_asMap(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
function said(value) {
    return typeof value === 'string' ? value : 'none';
}

;// CONCATENATED MODULE: ./build/packages/stack/src/kept-definitions.js


/**
 * A database is not recreated because its definition has changed. But the released file has to say of it what its
 * container was made from, or the next `docker compose up` of a person would recreate it. So where the checkout says
 * something else, the definition is looked for that made the container.
 *
 * @param released with the definitions of the checkout, for the services that are kept
 * @param earlier the projects that may have made what runs
 * @param scratch where a file may be written to ask Compose for its hashes
 */
async function keepDefinitions(job, ground, released, kept, earlier, scratch) {
    const there = kept.flatMap((service) => {
        const container = ground.state.containers.find((one) => one.service === service && !one.isOneOff);
        return container ? [container] : [];
    });
    if (there.length === 0)
        return { definitions: {}, notices: [] };
    const now = await hashesOf(job, ground, released, scratch);
    const changed = there.filter(({ service, configHash }) => now.get(service) !== configHash);
    const definitions = {};
    const notices = [];
    for (const { service, configHash } of changed) {
        const made = await whichMade(job, ground, released, earlier, service, configHash, scratch);
        const next = released.services[service];
        if (made && next) {
            definitions[service] = made;
            const changes = definitionChanges(made.service, next);
            notices.push(`The definition of ${service} has changed (${changes.join('; ')}) and was left alone; to bring the change live, name ${service} in "services" of one deploy, which stops it first.`);
        }
        else {
            notices.push(`${service} runs by a definition that is in no file any more, and was left alone; "docker compose up" on the server would recreate it.`);
        }
    }
    return { definitions, notices };
}
async function whichMade(job, ground, released, earlier, service, hash, scratch) {
    for (const from of earlier) {
        const definition = from.services[service];
        if (!definition)
            continue;
        const attempt = { ...released, services: { ...released.services, [service]: definition } };
        const hashes = await hashesOf(job, ground, attempt, scratch).catch(() => undefined);
        if (hashes?.get(service) === hash)
            return { service: definition, from };
    }
    return undefined;
}
/**
 * Networks and volumes that are there stay as they were made. Newer Compose takes every container off a network whose
 * definition has changed and makes it anew, whatever it was asked to do, and asks about a volume.
 */
function keepShared(released, earlier) {
    const notices = [];
    const kept = (kind) => {
        const entries = Object.entries(released[kind] ?? {}).map(([name, definition]) => {
            const before = earlier.find((project) => project[kind]?.[name] !== undefined)?.[kind]?.[name];
            if (before === undefined || (0,external_node_util_.isDeepStrictEqual)(before, definition))
                return [name, definition];
            notices.push(`The definition of the ${kind === 'networks' ? 'network' : 'volume'} ${name} has changed and was left alone: Compose would stop what uses it; change it by hand, with "docker compose down" in the stack's folder on the server, at a time of your choice.`);
            return [name, before];
        });
        return entries.length > 0 ? { [kind]: Object.fromEntries(entries) } : {};
    };
    return { project: { ...released, ...kept('networks'), ...kept('volumes') }, notices };
}
async function hashesOf({ server }, { compose }, project, scratch) {
    await server.files.write(scratch, composeFileText(project), 0o600);
    try {
        return await compose.hashes(scratch);
    }
    finally {
        await server.files.remove(scratch);
    }
}
/** The projects that may have made what runs: the live release's, and the one of plain Compose. */
async function earlierProjects({ request }, { state, compose }, live) {
    const plain = state.containers.find(({ configFiles, color, role }) => color === undefined &&
        role === undefined &&
        !configFiles.some((path) => path.includes('/.switchyard/')));
    const projects = live ? [live] : [];
    if (!plain)
        return projects;
    try {
        const resolved = await compose.resolve({
            projectName: request.app,
            projectDirectory: plain.workingDirectory,
            files: plain.configFiles,
        });
        return [...projects, parseResolvedProject(resolved)];
    }
    catch {
        // The files may be gone, or somebody else's; then nobody knows the definition.
        return projects;
    }
}

// EXTERNAL MODULE: ./build/packages/release/src/pull.js
var pull = __webpack_require__(7620);
;// CONCATENATED MODULE: ./build/packages/stack/src/stack-images.js


/** Step 1: every image is on the server, by digest. */
async function pullStackImages(job, ground, request, draft) {
    const { server, reporter } = job;
    const ready = new Map();
    const byText = new Map();
    for (const [service, { text, reference }] of draft.images) {
        const image = byText.get(text) ??
            (await (0,image_step/* readyImage */.Vo)({
                engine: server.engine,
                facts: ground.facts,
                freeBytes: () => (0,pull/* freeBytesOf */.jw)(server, ground.facts.dockerRootDir),
                signal: ground.signal,
                onProgress: (progress) => reporter.progress('pull', `${service}: ${progress}`),
                reference,
                text,
                auth: authFor(reference, request, draft),
                policy: request.pullPolicy,
                lastImageId: ground.state.live?.services[service]?.image.id,
            }));
        if (!byText.has(text)) {
            reporter.info(`The image ${text} is ready${image.digest ? ` (${image.digest})` : ''}.`);
        }
        byText.set(text, image);
        // An image that an earlier release brought here is still ours to sweep.
        const wasOurs = ground.state.releases.some(({ services }) => Object.values(services).some((one) => one.image.id === image.id && one.image.pulled));
        ready.set(service, { ...image, pulled: image.pulled || wasOurs });
    }
    return ready;
}
/** Pinned like the others, so that a new image behind an old tag is a new definition. */
async function pullSwitchImage(job, ground, request, draft) {
    const { server, reporter } = job;
    const reference = (0,image_reference/* parseImageReference */.o_)(request.switch.image);
    const { runnable } = await (0,image_step/* readyImage */.Vo)({
        engine: server.engine,
        facts: ground.facts,
        freeBytes: () => (0,pull/* freeBytesOf */.jw)(server, ground.facts.dockerRootDir),
        signal: ground.signal,
        onProgress: (progress) => reporter.progress('pull', `switch: ${progress}`),
        reference,
        text: request.switch.image,
        auth: authFor(reference, request, draft),
        policy: request.pullPolicy === 'never' ? 'never' : 'missing',
        lastImageId: undefined,
    });
    return runnable;
}
/** The credentials are those of the registry that the first shipped image comes from; no other one is shown them. */
function authFor({ registry }, { registryAuth }, { images }) {
    const [first] = images.values();
    return first?.reference.registry === registry ? registryAuth : undefined;
}
function factsOf(image) {
    const ports = Object.keys(image.Config?.ExposedPorts ?? {}).flatMap((entry) => {
        const port = /^(\d{1,5})\/tcp$/.exec(entry)?.[1];
        return port === undefined ? [] : [Number(port)];
    });
    const { Entrypoint: entrypoint, Cmd: command } = image.Config ?? {};
    return {
        tcpPorts: ports,
        hasHealthcheck: (0,image_step/* hasHealthcheck */.zY)(image),
        ...(entrypoint ? { entrypoint } : {}),
        ...(command ? { command } : {}),
    };
}

// EXTERNAL MODULE: ./build/packages/engine/src/network-subnet.js + 1 modules
var network_subnet = __webpack_require__(6933);
;// CONCATENATED MODULE: ./build/packages/stack/src/stack-network.js


/** Half of its 64 addresses are for the Engine; the other half holds 15 services. */
const networkPrefix = 26;
/** The stack's own network as it is, with room for services that are new. */
async function networkFor(job, { state }, plans) {
    // Also of a release that failed: its network may be there, and addresses must not change hands.
    const known = state.live?.network ?? state.releases.at(-1)?.network;
    const range = known ? (0,network_subnet/* divideRange */.pG)(known.subnet) : await (0,network_subnet/* findFreeRange */.tk)(job.server.engine, networkPrefix);
    if (!range)
        throw new Error(`${known?.subnet} is no range`);
    const slots = { ...known?.slots };
    const routed = Object.values(plans).flatMap(({ role, service }) => (role === 'routed' ? [service] : []));
    // A service that no release knows any more gives its addresses back.
    const remembered = new Set(state.releases.flatMap(({ services }) => Object.keys(services)));
    for (const name of Object.keys(slots))
        if (!(name in plans) && !remembered.has(name))
            delete slots[name];
    for (const service of routed) {
        if (slots[service])
            continue;
        const taken = new Set(Object.values(slots).flatMap(({ blue, green }) => [blue, green]));
        const [blue, green] = range.fixed.filter((address) => !taken.has(address));
        if (blue === undefined || green === undefined) {
            throw new StackRefusal(`The stack has more services with ports than its network ${range.subnet} has addresses for; split it into two stacks.`);
        }
        slots[service] = { blue, green };
    }
    const { subnet, gateway, ipRange } = range;
    return { subnet, gateway, ipRange, slots };
}

;// CONCATENATED MODULE: ./build/packages/stack/src/plan-deploy.js











/** What Compose gives a service that says nothing. */
const usualGraceMs = 10_000;
const nothingToAsk = { path: undefined, command: undefined, by: 'running' };
/** What exactly is brought live: the record, the released file, and which services need a new container. */
async function planDeployOfStack(job, ground, request, draft, images, switchImage) {
    const { project, id, shipped, movedPaths } = draft;
    const { live } = ground.state;
    const facts = Object.fromEntries([...images].map(([name, image]) => [name, factsOf(image.inspect)]));
    const plans = plansFor(project, request, shipped, facts);
    refuse(request, project, plans, facts);
    for (const plan of Object.values(plans))
        job.reporter.info(`${plan.service}: ${plan.role}, because ${plan.because}.`);
    await placeMounted(job, request.source);
    const network = await networkFor(job, ground, plans);
    const liveProject = await liveProjectOf(job, ground);
    const owner = await ownerOf(job);
    const render = (colors, keptDefinitions = {}) => releasedProject(project, plans, {
        app: request.app,
        images: Object.fromEntries([...images].map(([name, { runnable }]) => [name, runnable])),
        colors,
        network,
        slots: network.slots,
        switch: {
            image: switchImage,
            ...owner,
            isRootless: ground.facts.rootless,
            folder: (service) => job.files.switchFolder(service),
        },
        movedPaths,
        keptDefinitions,
    });
    const same = colorsOf(shipped, live, (color) => color ?? 'blue');
    const unchanged = unchangedOf(ground, render(same), liveProject, shipped);
    const colors = colorsOf(shipped, live, (color, name) => {
        if (color === undefined)
            return 'blue';
        return unchanged.has(name) ? color : (0,traffic_switch/* otherColor */.I)(color);
    });
    const carried = liveProject ? carriedServices(live, project, shipped) : [];
    const kept = Object.values(plans).flatMap(({ role, service }) => role === 'kept' && !carried.includes(service) ? [service] : []);
    const scratch = `${job.files.folderOf(id)}/hashes.yaml`;
    await job.server.files.makeDirectory(job.files.folderOf(id), 0o700);
    const earlier = await earlierProjects(job, ground, liveProject);
    const { definitions, notices } = await keepDefinitions(job, ground, render(colors), kept, earlier, scratch);
    const next = withCarried(render(colors, definitions), liveProject, carried);
    const shared = keepShared(next, earlier);
    for (const notice of [...notices, ...shared.notices])
        job.reporter.warning(notice);
    tellNotices(job, request, project, plans, draft.sourceFolder);
    const at = new Date(job.nowMs()).toISOString();
    const release = {
        format: stackFormat,
        kind: 'stack',
        id,
        app: request.app,
        services: Object.fromEntries([
            ...carried.map((name) => [name, live?.services[name]]),
            ...shipped.map((name) => [name, releasedService(project, plans[name], images.get(name), colors[name])]),
        ]),
        network,
        rollout: (0,service_settings/* rolloutOf */.Z)(request),
        switch: request.switch,
        dataFolder: draft.dataFolder,
        origin: request.origin,
        createdAt: at,
        verdict: 'pending',
        verdictAt: at,
        reason: undefined,
        liveAt: undefined,
    };
    const { waves, needed } = startWaves(plans, project);
    return {
        release,
        project: shared.project,
        changed: shipped.filter((name) => !unchanged.has(name)),
        waves,
        needed: [...needed, ...absentOf(ground, kept, needed)],
    };
}
/** What nobody waits for is started all the same where there is nothing of it. */
function absentOf({ state }, kept, needed) {
    return kept
        .filter((name) => !needed.some(({ service }) => service === name))
        .filter((name) => !state.containers.some((one) => one.service === name && !one.isOneOff))
        .map((service) => ({ service, condition: 'started' }));
}
/** What a person may not expect: two versions side by side for some seconds, names and files that change hands. */
function tellNotices({ reporter }, request, project, plans, sourceFolder) {
    for (const { path, text } of findNotices(project, plans, sourceFolder)) {
        reporter.info(`${whereIs(request, path)}${text}`);
    }
}
function releasedService(project, plan, image, color = 'blue') {
    if (!plan || plan.role === 'kept' || !image)
        throw new Error('a shipped service without a plan or an image');
    const { inspect: _, ...released } = image;
    const grace = project.services[plan.service]?.stop_grace_period;
    return {
        role: plan.role,
        order: plan.role === 'job' ? 'start-first' : plan.order,
        color,
        image: released,
        ports: plan.role === 'routed' ? plan.ports : [],
        health: plan.role === 'job' ? nothingToAsk : plan.health,
        stopGraceMs: (grace === undefined ? undefined : parseComposeDurationMs(grace)) ?? usualGraceMs,
    };
}
function colorsOf(shipped, live, choose) {
    return Object.fromEntries(shipped.map((name) => [name, choose(live?.services[name]?.color, name)]));
}
/** Services whose container is what this release wants already; jobs run with each release. */
function unchangedOf({ state }, next, before, shipped) {
    return new Set(shipped.filter((name) => {
        const released = state.live?.services[name];
        if (!before || !released || released.role === 'job' || !isSameButForColor(before, next, name))
            return false;
        return state.containers.some((container) => container.service === name &&
            container.color === released.color &&
            isUp(container) &&
            !container.isOneOff);
    }));
}
async function liveProjectOf({ files }, { state }) {
    const text = state.live && (await files.read(state.live.id));
    return text === undefined ? undefined : parseResolvedProject(text);
}
/** The user that the switches run as, whose folder they write to. */
async function ownerOf({ server }) {
    const owner = await server.files.stat(server.home);
    if (owner)
        return owner;
    throw new StackRefusal(`The home folder ${server.home} of the user on the server cannot be read, so it is not known as whom to run the switches; look at its permissions.`);
}

// EXTERNAL MODULE: ./build/packages/release/src/switch-in-force.js
var switch_in_force = __webpack_require__(3181);
;// CONCATENATED MODULE: ./build/packages/stack/src/rebuild-stack-release.js





const rebuild_stack_release_usualGraceMs = 10_000;
const rebuild_stack_release_nothingToAsk = { path: undefined, command: undefined, by: 'running' };
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
    const [first] = shipped.filter((name) => project.services[switchServiceOf(name)] !== undefined);
    const switchImage = first === undefined ? undefined : project.services[switchServiceOf(first)]?.image;
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
    const { ports, expose } = project.services[switchServiceOf(name)] ?? {};
    const asGiven = {
        ...definition,
        ...(ports ? { ports } : {}),
        ...(expose ? { expose } : {}),
    };
    const services = { ...project.services, [name]: asGiven };
    const splitCommand = (text) => text.split(/\s+/).filter((word) => word !== '');
    const facts = { shipped, options: {}, imageFacts: {}, splitCommand };
    const plan = planServices({ ...project, services }, facts)[name];
    const isRouted = project.services[switchServiceOf(name)] !== undefined;
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
        health: known?.health ?? (plan.role === 'job' ? rebuild_stack_release_nothingToAsk : plan.health),
        stopGraceMs: parseComposeDurationMs(definition.stop_grace_period ?? '') ?? rebuild_stack_release_usualGraceMs,
    };
}
/** The slots of the other colours are those of another release, or else where a first release has put them. */
function networkOf(project, like) {
    const ipam = project.networks?.[stackNetwork]?.ipam;
    const subnet = ipam?.config?.[0]?.subnet;
    const range = subnet === undefined ? undefined : (0,network_subnet/* divideRange */.pG)(subnet);
    if (!range)
        return undefined;
    const slots = like?.network.subnet === subnet ? { ...like?.network.slots } : {};
    for (const [name, { networks, labels }] of Object.entries(project.services)) {
        const address = networks?.[stackNetwork]?.ipv4_address;
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





class StackRecordError extends explained_error_src/* ExplainedError */.h {
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
// EXTERNAL MODULE: ./build/packages/release/src/mended-verdict.js
var mended_verdict = __webpack_require__(9586);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-log.js
var haproxy_log = __webpack_require__(5550);
// EXTERNAL MODULE: ./build/packages/switch/src/haproxy-runtime.js
var haproxy_runtime = __webpack_require__(4388);
;// CONCATENATED MODULE: ./build/packages/switch/src/haproxy-master.js

const answerLimit = 4096;
/** How long a worker that has ended may still be listed. */
const leavingDeadlineMs = 2000;
const haproxy_master_pollMs = 10;
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
            await new Promise((resolve) => setTimeout(resolve, haproxy_master_pollMs));
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
        const answer = (0,src/* clipEnd */.O)(answers[commands.indexOf(refused)] ?? 'no answer', 200);
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
            const answer = (0,src/* clipEnd */.O)(refusal || shown || 'no answer', 200);
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
        throw new haproxy_runtime/* SwitchError */.nB(`The switch of ${this.#place.service} could not load its new configuration and serves on by the one before; ${reason ? `HAProxy says: ${(0,src/* clipEnd */.O)(reason, 200)}` : `look at the log of its container.`}`);
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
            onFinding(`${container.name}, which an earlier job had left behind, could not be removed: ${(0,explained_error_src/* sentenceOf */.$)(error)}`);
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

// EXTERNAL MODULE: ./build/packages/release/src/restored.js
var restored = __webpack_require__(9101);
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
        onFinding(`${own.name} is of the live release and could not be started again: ${(0,explained_error_src/* sentenceOf */.$)(error)}`);
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
        reporter.warning(`The record could not be written before the way back: ${(0,explained_error_src/* sentenceOf */.$)(error)}`);
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
        onFinding((0,explained_error_src/* sentenceOf */.$)(error));
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
                await removeSwitches(job, release.app, [switchServiceOf(service)]);
            for (const { id, name } of stopped) {
                try {
                    await containers.start(id);
                    onFinding(`Started ${name} again, which an earlier job had stopped.`);
                }
                catch (error) {
                    isWhole = false;
                    onFinding(`${name} could not be started again: ${(0,explained_error_src/* sentenceOf */.$)(error)}`);
                }
            }
        }
    }
    return { ...nothingToServe, isWhole };
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

;// CONCATENATED MODULE: ./build/packages/stack/src/stack-hook.js


const shownLines = 2000;
/**
 * Runs a command once in a container like one that Compose has made, but without its address and its names: nobody is
 * led to it.
 *
 * @param containerId a container of the new release's service; it need not run
 * @throws HookError when it fails or takes too long
 */
async function runStackHook(job, ground, role, hook, containerId) {
    const { server, reporter, progress, request } = job;
    const pattern = await server.engine.containers.inspect(containerId);
    if (!pattern)
        throw new Error(`the container of ${hook.service} is gone`);
    const networks = Object.keys(pattern.NetworkSettings?.Networks ?? {});
    const program = hook.command[0] ?? '';
    let lines = 0;
    reporter.info(`Running ${role} in a container of the new ${hook.service}: ${program}`);
    const run = await (0,run_to_completion/* runToCompletion */.r)(server.engine, {
        name: `${request.app}-${progress.release?.id ?? ''}-${role}`,
        config: oneOff(pattern, request.app, role, hook, networks[0]),
        networks: networks.slice(1),
        timeoutMs: hook.timeoutMs,
        onLine: (line) => {
            lines += 1;
            if (lines <= shownLines)
                reporter.foreign(line);
        },
        signal: ground.signal,
    });
    if (run.exitCode === 0)
        return;
    progress.candidateLog = run.output;
    const how = run.timedOut
        ? `did not end within ${hook.timeoutMs / 1000} s and was stopped`
        : run.outOfMemory
            ? 'ran out of memory'
            : `ended with exit code ${run.exitCode}`;
    throw new src_hook/* HookError */.G_(`the ${role} command ${program} of ${hook.service} ${how}`);
}
function oneOff({ Config, HostConfig, Mounts }, app, role, hook, network) {
    const { Image, Env, User, WorkingDir } = Config ?? {};
    const { Binds, Mounts: mounts, Memory, NanoCpus, ReadonlyRootfs, Init, ExtraHosts, Tmpfs, } = HostConfig ?? {};
    // Named volumes that Compose has mounted by name stand in one of the two; anonymous ones are the other container's.
    void Mounts;
    return {
        ...(Image ? { Image } : {}),
        ...(Env ? { Env } : {}),
        ...(User ? { User } : {}),
        ...(WorkingDir ? { WorkingDir } : {}),
        Cmd: [...hook.command],
        Labels: {
            'switchyard.app': app,
            'switchyard.role': role,
            'switchyard.timeout': String(hook.timeoutMs),
        },
        HostConfig: {
            ...(Binds ? { Binds } : {}),
            ...(mounts ? { Mounts: mounts } : {}),
            ...(Memory ? { Memory } : {}),
            ...(NanoCpus ? { NanoCpus } : {}),
            ...(ReadonlyRootfs ? { ReadonlyRootfs } : {}),
            ...(ExtraHosts ? { ExtraHosts } : {}),
            ...(Tmpfs ? { Tmpfs } : {}),
            ...(Init === undefined || Init === null ? {} : { Init }),
            LogConfig: { Type: 'json-file', Config: {} },
            ...(network === undefined ? {} : { NetworkMode: network }),
            RestartPolicy: { Name: 'no' },
        },
        // The service's health check belongs to the service, not to a command that ends.
        Healthcheck: { Test: ['NONE'] },
    };
}

// EXTERNAL MODULE: ./build/packages/engine/src/server-facts.js
var server_facts = __webpack_require__(1461);
// EXTERNAL MODULE: ./build/packages/release/src/release-store.js + 1 modules
var release_store = __webpack_require__(8246);
// EXTERNAL MODULE: ./build/packages/release/src/undo-stack.js
var undo_stack = __webpack_require__(184);
// EXTERNAL MODULE: ./build/packages/release/src/prepare.js + 2 modules
var prepare = __webpack_require__(1182);
// EXTERNAL MODULE: ./build/packages/release/src/lease.js
var src_lease = __webpack_require__(7353);
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
            throw new explained_error_src/* ExplainedError */.h(`The file of release ${id} is gone from the server (${this.fileOf(id)}); deploy again, which writes another.`);
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
    if (error instanceof src_hook/* PostDeployError */.IA || progress.settled) {
        const wasWatched = job.timeline.entries.some(({ step }) => step === 'drain');
        const rest = wasWatched
            ? 'The new release is live all the same; the next run finishes the rest.'
            : 'It stays, because there is no earlier release to go back to.';
        const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
        if (error instanceof src_hook/* PostDeployError */.IA)
            return resultOf(job, outcome, reason, error);
        return resultOf(job, outcome, `${reason} ${rest}`, error);
    }
    if (lease && (await isLost(lease))) {
        progress.takenOver = true;
        const rest = 'Nothing was taken back, because another run is in charge.';
        return resultOf(job, 'failed', `${reason} ${rest}`, error);
    }
    const troubles = await undo.run();
    await recordFailure(job, reason).catch((trouble) => troubles.push((0,explained_error_src/* sentenceOf */.$)(trouble)));
    if (lease)
        await sweepUnfinished(job).catch((trouble) => troubles.push((0,explained_error_src/* sentenceOf */.$)(trouble)));
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
    const text = (0,explained_error_src/* sentenceOf */.$)(error);
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

;// CONCATENATED MODULE: ./build/packages/stack/src/deploy-stack.js












/**
 * Takes a whole Compose stack on one server from what it serves now to a new release: all of its services, or none.
 *
 * Never throws for a deploy that failed; the result says so.
 */
async function deployStack(request, server, engineSocket, timeline, reporter, signals) {
    return changeStackUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
        if (turn.facts.rootless) {
            throw new StackRefusal('A rootless Engine\'s networks cannot be reached from its server, and so the new containers of a stack could not be asked whether they are healthy; deploy the services one by one with "image", or use a rootful Engine.');
        }
        const compose = new ComposeCommand(server, engineSocket);
        const { ground, draft } = await timeline.run('prepare', async () => {
            const { ground: found, mend } = await prepareStack(job, turn, compose, { runsCommands: true });
            await mend();
            const drafted = await draftDeploy(job, found, request);
            job.undo.push('forget the files of the new release', () => forgetFiles(job, drafted.id));
            return { ground: found, draft: drafted };
        });
        const { images, switchImage } = await timeline.run('pull', async () => ({
            images: await pullStackImages(job, ground, request, draft),
            switchImage: await pullSwitchImage(job, ground, request, draft),
        }));
        const plan = await planDeployOfStack(job, ground, request, draft, images, switchImage);
        await bringStackLive(job, ground, plan, request, () => preDeploy(job, ground, plan, request.preDeploy));
        await postDeploy(job, ground, plan, request.postDeploy);
    });
}
async function preDeploy(job, ground, plan, hook) {
    if (!hook)
        return;
    await job.timeline.run('pre-deploy', async () => {
        await runStackHook(job, ground, 'pre-deploy', hook, await deploy_stack_containerOf(job, plan, hook));
    });
}
async function postDeploy(job, ground, plan, hook) {
    if (!hook)
        return;
    await job.timeline
        .run('post-deploy', async () => {
        await runStackHook(job, ground, 'post-deploy', hook, await deploy_stack_containerOf(job, plan, hook));
    })
        .catch((error) => {
        throw new src_hook/* PostDeployError */.IA((0,explained_error_src/* sentenceOf */.$)(error), { cause: error });
    });
}
/** The container of the new release that a command's is modelled on. */
async function deploy_stack_containerOf({ server }, { release }, { service }) {
    const color = release.services[service]?.color;
    const containers = await stackContainers(server.engine, release.app);
    // An older one of the same colour may still be finishing its work.
    const found = containers.findLast((one) => one.service === service && one.color === color && !one.isOneOff);
    if (!found)
        throw new Error(`${service} has no container of this release`);
    return found.id;
}

// EXTERNAL MODULE: ./build/packages/release/src/rollback-choice.js
var rollback_choice = __webpack_require__(3615);
// EXTERNAL MODULE: ./build/packages/release/src/interrupted-job.js
var interrupted_job = __webpack_require__(507);
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
            ...(stopped.length > 0 ? [`Start ${foresee_stack_listed(stopped)} again, which an earlier job had stopped.`] : []),
            ...(ledAway.length > 0
                ? [`Lead ${foresee_stack_listed(ledAway)} back to release ${live.id}, from which an earlier job had begun to move.`]
                : []),
        ],
        warnings: [
            ...(stopped.length > 0
                ? [
                    `${foresee_stack_listed(stopped)} of release ${live.id} ${stopped.length > 1 ? 'do' : 'does'} not run, because an earlier job had stopped ${stopped.length > 1 ? 'them' : 'it'} and was interrupted; the next deploy or rollback starts ${stopped.length > 1 ? 'them' : 'it'}.`,
                ]
                : []),
            ...(ledAway.length > 0
                ? [
                    `${foresee_stack_listed(ledAway)} still ${isPlural ? 'lead' : 'leads'} to another release than ${live.id}, because an earlier job was interrupted while it moved the traffic; the next deploy or rollback leads ${isPlural ? 'them' : 'it'} back.`,
                ]
                : []),
        ],
    };
}
/** The interrupted job whose end is all that a rollback would have to do. */
function foreseenEnd(request, { releases }, live, { restored }) {
    return (0,interrupted_job/* interruptedJob */.A)(request, releases.map(choosable), choosable(live), restored);
}
function foresee_stack_listed(services) {
    return services.join(' and ');
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

;// CONCATENATED MODULE: ./build/packages/stack/src/plan-stack.js











/**
 * Works out what a deploy of the stack would do. It takes no lease and pulls nothing; what the server's Compose needs to
 * read the project is gone afterwards.
 *
 * @throws the same errors as a deploy, for what can be known without changing anything
 */
async function planStackDeploy(request, server, engineSocket, reporter) {
    const reading = await readingOf(request, server, reporter);
    const compose = new ComposeCommand(server, engineSocket);
    await compose.version();
    const state = await readStack(reading);
    refuseUnknown(request.app, reading.store.folder, state);
    const foreseen = await foreseeStack(reading, state);
    const draft = await draftDeploy(reading, { compose, state }, request);
    const { steps, facts } = await imageSteps(server, request, draft);
    const plans = plansFor(draft.project, request, draft.shipped, facts);
    refuse(request, draft.project, plans, facts);
    const { needed } = startWaves(plans, draft.project);
    const absent = needed
        .map(({ service }) => service)
        .filter((service) => !state.containers.some((one) => one.service === service && isUp(one)));
    const { preDeploy, postDeploy, watch } = request;
    return {
        steps: [
            ...foreseen.warnings,
            ...foreseen.steps,
            ...Object.values(plans).map((plan) => `${plan.service}: ${describe(plan)}, because ${plan.because}.`),
            ...steps,
            ...(preDeploy
                ? [`Run ${preDeploy.command.join(' ')} in a container of the new ${preDeploy.service}.`]
                : []),
            ...(absent.length > 0 ? [`Start ${absent.join(', ')}, which no container runs of.`] : []),
            ...Object.values(plans).flatMap((plan) => serviceSteps(plan, state)),
            ...(watch.durationMs > 0
                ? [`Watch all of it for ${watch.durationMs / 1000} s; take the whole release back if one turns bad.`]
                : []),
            ...(state.live ? [`Drain and remove what release ${state.live.id} runs.`] : []),
            ...(postDeploy
                ? [`Run ${postDeploy.command.join(' ')} in a container of the new ${postDeploy.service}.`]
                : []),
        ],
        imageDigest: undefined,
        color: undefined,
        previous: state.live?.id,
    };
}
function describe(plan) {
    switch (plan.role) {
        case 'routed':
            return `behind a switch on ${plan.ports.map(({ port }) => port).join(', ')} (${plan.order})`;
        case 'worker':
            return `a worker (${plan.order})`;
        case 'job':
            return 'run once to its end';
        case 'kept':
            return 'left alone';
    }
}
async function imageSteps({ engine }, { pullPolicy }, { images }) {
    const steps = [];
    const facts = {};
    for (const [service, { text, reference }] of images) {
        const present = await engine.images.inspect((0,image_reference/* formatImageReference */.my)(reference));
        if (present)
            facts[service] = factsOf(present);
        const isPulled = pullPolicy !== 'never' && (!present || (pullPolicy === 'always' && !reference.digest));
        steps.push(isPulled ? `Pull ${text} for ${service}.` : `Use the image ${text} for ${service}.`);
    }
    return { steps: [...new Set(steps)], facts };
}
function serviceSteps(plan, state) {
    const { service, role } = plan;
    if (role === 'kept')
        return [];
    if (role === 'job')
        return [`Run ${service} to its end.`];
    const old = state.containers.filter((one) => one.service === service && isUp(one)).map(({ name }) => name);
    const steps = [
        `Create a container of ${service} beside ${old.join(', ') || 'nothing'}, and wait until it is healthy.`,
    ];
    if (plan.order === 'stop-first' && old.length > 0) {
        steps.push(`Stop ${old.join(', ')} before it starts: two must never run at once.`);
    }
    if (role !== 'routed' || switchContainerOf(state.containers, service))
        return steps;
    const plain = plainOnes(state.containers, service).filter(isUp);
    return [
        ...steps,
        plain.length > 0
            ? `Take the address of ${service} over from ${plain.map(({ name }) => name).join(', ')}: it does not answer for a moment, this once.`
            : `Create the switch of ${service}.`,
    ];
}

// EXTERNAL MODULE: ./build/packages/release/src/rollback-request.js
var rollback_request = __webpack_require__(9195);
// EXTERNAL MODULE: ./build/packages/release/src/rollback.js + 1 modules
var rollback = __webpack_require__(3100);
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

;// CONCATENATED MODULE: ./build/packages/stack/src/rollback-stack.js














class StackGoneError extends explained_error_src/* ExplainedError */.h {
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
    const switches = new Set(Object.keys(services).map(switchServiceOf));
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

;// CONCATENATED MODULE: ./build/packages/stack/src/index.js






/***/ })

};
