export const id = 929;
export const ids = [929];
export const modules = {

/***/ 1413:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NJ: () => (/* binding */ EngineError),
/* harmony export */   c4: () => (/* binding */ isNotFound),
/* harmony export */   df: () => (/* binding */ EngineUnreachableError),
/* harmony export */   dh: () => (/* binding */ isConflict)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);

/** A call to the Docker Engine that did not do what was asked. */
class EngineError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
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


/***/ }),

/***/ 5863:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   my: () => (/* binding */ formatImageReference),
/* harmony export */   o_: () => (/* binding */ parseImageReference),
/* harmony export */   rI: () => (/* binding */ ImageReferenceError)
/* harmony export */ });
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);


class ImageReferenceError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'ImageReferenceError';
}
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/**
 * Reads `[registry/]repository[:tag][@digest]` by the grammar of the distribution project
 * (github.com/distribution/reference). A reference must pin something: without tag and digest it is refused,
 * because "latest by accident" leaves nothing to roll back to.
 *
 * @throws ImageReferenceError one sentence that quotes what is wrong
 */
function parseImageReference(text) {
    const quoted = JSON.stringify((0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(text, 200));
    const refuse = (why) => new ImageReferenceError(`The image ${quoted} ${why}.`);
    if (text === '')
        throw new ImageReferenceError('The image is empty; give a name with a tag, e.g. ghcr.io/team/app:1.2.3.');
    if (/\s/.test(text))
        throw refuse('contains white space');
    if (/^[a-z]+:\/\//i.test(text))
        throw refuse('starts with a URL scheme; leave out "https://"');
    const at = text.indexOf('@');
    const digest = at < 0 ? undefined : text.slice(at + 1);
    if (digest !== undefined && !DIGEST.test(digest)) {
        throw refuse('has a digest that is not "sha256:" and 64 hexadecimal digits in lower case');
    }
    let name = at < 0 ? text : text.slice(0, at);
    let tag;
    const colon = name.lastIndexOf(':');
    if (colon > name.lastIndexOf('/')) {
        tag = name.slice(colon + 1);
        name = name.slice(0, colon);
        if (!TAG.test(tag)) {
            throw refuse('has a tag with other characters than letters, digits, "_", "." and "-", or longer than 128');
        }
    }
    const slash = name.indexOf('/');
    const first = slash < 0 ? '' : name.slice(0, slash);
    // Docker's rule, less one case: it takes `Team/app` for the host "Team", which nobody means.
    const namesRegistry = slash > 0 && (/[.:[]/.test(first) || first === 'localhost');
    const registry = !namesRegistry || first === 'index.docker.io' ? 'docker.io' : first;
    let repository = namesRegistry ? name.slice(slash + 1) : name;
    if (namesRegistry && !HOST.test(registry))
        throw refuse(`has a registry (${JSON.stringify(first)}) that is not a host name`);
    if (registry === 'docker.io' && repository !== '' && !repository.includes('/'))
        repository = `library/${repository}`;
    if (repository === '')
        throw refuse('has no repository name');
    if (repository !== repository.toLowerCase())
        throw refuse('has upper-case letters in its name; image names are lower case');
    if (!repository.split('/').every((component) => COMPONENT.test(component))) {
        throw refuse('is not a valid name: use lower-case letters and digits, separated by ".", "_", "-" or "/"');
    }
    if (registry.length + repository.length > 255)
        throw refuse('is longer than 255 characters');
    if (tag === undefined && digest === undefined) {
        throw refuse('has neither a tag nor a digest; add one, e.g. ":1.2.3" or "@sha256:…"');
    }
    return { registry, repository, tag, digest };
}
/** The full written form, registry included. */
function formatImageReference(reference) {
    const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
    const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
    return `${reference.registry}/${reference.repository}${tag}${digest}`;
}


/***/ }),

/***/ 262:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ LastBytes)
/* harmony export */ });
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8033);

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
    /** UTF-8, after the mark of a cut if there was more; a character cut by the limit is dropped. */
    text() {
        this.#trim();
        const bytes = this.#parts[0] ?? Buffer.alloc(0);
        let start = 0;
        // Bytes 10xxxxxx continue a character whose start was cut off.
        while (this.truncated && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80)
            start += 1;
        return `${this.truncated ? _clipped_text__WEBPACK_IMPORTED_MODULE_0__/* .CUT_MARK */ .H : ''}${bytes.toString('utf8', start)}`;
    }
}


/***/ }),

/***/ 6933:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  pG: () => (/* binding */ divideRange),
  xt: () => (/* binding */ ensureSlotNetwork),
  tk: () => (/* binding */ findFreeRange)
});

// UNUSED EXPORTS: slotNetworkOf

// EXTERNAL MODULE: ./build/packages/engine/src/engine-error.js
var engine_error = __webpack_require__(1413);
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
            if (!(0,engine_error/* isConflict */.dh)(error) && !isOverlap(error))
                throw error;
            refusal = error;
            if (isOverlap(error))
                refused.push(range);
        }
        const made = await findByName(engine, name);
        if (made !== undefined)
            return slotNetworkOf(made, name);
    }
    throw new engine_error/* EngineError */.NJ(`The network ${name} could not be created on the server: each of ${MAX_TRIES} address ranges was taken by something else meanwhile; run again.`, { cause: refusal });
}
/**
 * Finds an address range for a network that Compose is going to make.
 *
 * @throws EngineError when the Engine has none left
 */
async function findFreeRange(engine, prefix) {
    const networks = await engine.networks.list();
    await removeStaleProbes(engine, networks);
    const { range, pool } = carveFromKnownPools(networks, networks.flatMap(rangesOf), prefix) ??
        (await carveFromFreshPool(engine, [], prefix));
    return { ...describeRange(range), pool: formatRange(pool) };
}
/** How a range of ours is divided; also of one that was carved earlier. */
function divideRange(subnet) {
    const range = parseRange(subnet);
    return range && describeRange(range);
}
function describeRange(range) {
    const half = 2 ** (32 - range.prefix - 1);
    return {
        subnet: formatRange(range),
        gateway: formatAddress(range.base + 1),
        ipRange: formatRange({ base: range.base + half, prefix: range.prefix + 1 }),
        fixed: Array.from({ length: half - 2 }, (_, index) => formatAddress(range.base + 2 + index)),
    };
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
        throw new engine_error/* EngineError */.NJ(`A network named ${name} is on the server but was not made for this (no label ${OWNER_LABEL} with a range of its own): rename or remove it.`);
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
        if (!(error instanceof engine_error/* EngineError */.NJ) || error.status === undefined)
            throw error;
    }
}
function carveFromKnownPools(networks, taken, prefix = SLOT_PREFIX) {
    const pools = networks
        .filter((network) => network.Labels?.[OWNER_LABEL] !== undefined)
        .flatMap((network) => parseRange(network.Labels?.[POOL_LABEL] ?? '') ?? []);
    for (const pool of pools) {
        const range = carve(pool, prefix, taken);
        if (range !== undefined)
            return { range, pool };
    }
    return undefined;
}
/** No network that exists can lie in a range that the Engine gives out: only refusals count. */
async function carveFromFreshPool(engine, refused, prefix = SLOT_PREFIX) {
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
        throw new engine_error/* EngineError */.NJ('The Docker Engine has no free address range for another network: remove unused networks, or give it more ranges ("default-address-pools" in the Engine\'s daemon.json).', { cause: error });
    }
    finally {
        // By name: also when the answer to the creation got lost.
        await engine.networks.remove(name);
    }
    const range = pool === undefined ? undefined : carve(pool, prefix, refused);
    if (pool === undefined || range === undefined) {
        throw new engine_error/* EngineError */.NJ(`The address ranges that the Docker Engine gives to networks are too small (at least /${prefix} is needed): change "default-address-pools" in the Engine's daemon.json.`);
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
    return error instanceof engine_error/* EngineError */.NJ && /overlaps with/i.test(error.engineMessage);
}
function isPoolExhausted(error) {
    return (error instanceof engine_error/* EngineError */.NJ &&
        /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(error.engineMessage));
}


/***/ }),

/***/ 7855:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  r: () => (/* binding */ runToCompletion),
  j: () => (/* binding */ startAndFollow)
});

// EXTERNAL MODULE: ./build/packages/engine/src/last-bytes.js
var last_bytes = __webpack_require__(262);
// EXTERNAL MODULE: external "node:string_decoder"
var external_node_string_decoder_ = __webpack_require__(6193);
// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
;// CONCATENATED MODULE: ./build/packages/engine/src/line-splitter.js


const MAX_LINE_LENGTH = 16 * 1024;
/** Cuts a byte stream into lines without their ends; of one longer than 16 KiB it gives the start and the mark of a cut. */
class LineSplitter {
    #decoder = new external_node_string_decoder_.StringDecoder('utf8');
    #rest = '';
    #isInLongLine = false;
    push(bytes) {
        const parts = (this.#rest + this.#decoder.write(bytes)).split('\n');
        // The rest of a line that was cut would look like a line of its own, one that may start within a secret.
        if (this.#isInLongLine && parts.length > 1) {
            parts.shift();
            this.#isInLongLine = false;
        }
        this.#rest = parts.pop() ?? '';
        const lines = parts.map((line) => (0,src/* clipEnd */.O)(line.replace(/\r$/, ''), MAX_LINE_LENGTH));
        if (this.#isInLongLine)
            this.#rest = '';
        else if (this.#rest.length > MAX_LINE_LENGTH) {
            lines.push((0,src/* clipEnd */.O)(this.#rest, MAX_LINE_LENGTH));
            this.#rest = '';
            this.#isInLongLine = true;
        }
        return lines;
    }
    end() {
        const last = this.#isInLongLine ? '' : this.#rest + this.#decoder.end();
        this.#rest = '';
        return last === '' ? [] : [(0,src/* clipEnd */.O)(last, MAX_LINE_LENGTH)];
    }
}

;// CONCATENATED MODULE: ./build/packages/engine/src/run-to-completion.js


const ATTACH_LIMIT_MS = 30_000;
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
    try {
        for (const network of run.networks ?? [])
            await engine.networks.connect(network, id);
        return await startAndFollow(engine, id, { ...run, tty: run.config.Tty === true });
    }
    finally {
        await containers.remove(id, { force: true, volumes: true });
    }
}
/**
 * Starts a container that has been created, passes its lines on and waits for its end. It stays, stopped.
 *
 * @throws EngineError when the container cannot be started
 * @throws the signal's reason when it fires; the container is stopped before
 */
async function startAndFollow(engine, id, run) {
    const { containers } = engine;
    const tail = new last_bytes/* LastBytes */.A(run.maxOutputBytes ?? 64 * 1024);
    const lines = { stdout: new LineSplitter(), stderr: new LineSplitter() };
    const limit = AbortSignal.timeout(run.timeoutMs);
    const stopWaiting = run.signal === undefined ? limit : AbortSignal.any([limit, run.signal]);
    const startedMs = performance.now();
    // Attached before the start: works with every log driver and misses nothing.
    const attached = await unlessAborted(run.signal, (signal) => containers.attach(id, {
        tty: run.tty === true,
        onOutput: (stream, bytes) => {
            tail.add(bytes);
            for (const line of lines[stream].push(bytes))
                run.onLine?.(line, stream);
        },
        headTimeoutMs: Math.min(run.timeoutMs, ATTACH_LIMIT_MS),
        signal,
    }));
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
/** Gives `start` a signal that no longer fires once it is done: the output goes on until the container is stopped. */
async function unlessAborted(signal, start) {
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    if (signal?.aborted)
        onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
        return await start(stop.signal);
    }
    finally {
        signal?.removeEventListener('abort', onAbort);
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


/***/ }),

/***/ 1461:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J4: () => (/* binding */ platformProblem),
/* harmony export */   hk: () => (/* binding */ serverFacts)
/* harmony export */ });
/* unused harmony export imageArchitecture */
/** What decides how a deploy goes, out of GET /info and GET /version. */
function serverFacts(info, version) {
    const root = info.DockerRootDir;
    return {
        architecture: imageArchitecture(word(version.Arch) ?? word(info.Architecture) ?? 'unknown'),
        os: word(version.Os) ?? word(info.OSType) ?? 'unknown',
        rootless: listOf(info.SecurityOptions).some((option) => typeof option === 'string' && option.split(',').includes('name=rootless')),
        containerdImageStore: listOf(info.DriverStatus).some((row) => {
            const [name, value] = listOf(row);
            const isType = name === 'driver-type' && typeof value === 'string';
            return isType && value.startsWith('io.containerd.snapshotter.');
        }),
        loggingDriver: word(info.LoggingDriver) ?? 'json-file',
        dockerRootDir: typeof root === 'string' && root.startsWith('/') ? root : undefined,
        cpus: count(info.NCPU),
        memoryBytes: count(info.MemTotal),
        swarmActive: info.Swarm?.LocalNodeState === 'active',
    };
}
// The types of an answer are what a real Engine sends; something else may answer in its place.
function word(value) {
    return typeof value === 'string' && /^[\w./:+-]{1,100}$/.test(value) ? value : undefined;
}
function listOf(value) {
    return Array.isArray(value) ? value : [];
}
function count(value) {
    return typeof value === 'number' && value >= 0 ? value : undefined;
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
    const os = word(image.Os) ?? server.os;
    const architecture = word(image.Architecture) ?? server.architecture;
    const family = { amd64: ['386'], arm64: ['arm'] };
    const runs = architecture === server.architecture || (family[server.architecture] ?? []).includes(architecture);
    if (os === server.os && runs)
        return undefined;
    const named = word(image.Variant);
    const variant = named === undefined ? '' : `/${named}`;
    return `The image ${reference} is built for ${os}/${architecture}${variant}, but the server is ${server.os}/${server.architecture}: build the image for ${server.os}/${server.architecture}.`;
}


/***/ })

};
