export const id = 646;
export const ids = [646];
export const modules = {

/***/ 7646:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  EngineError: () => (/* reexport */ engine_error/* EngineError */.NJ),
  EngineUnreachableError: () => (/* reexport */ engine_error/* EngineUnreachableError */.df),
  ImageReferenceError: () => (/* reexport */ image_reference/* ImageReferenceError */.rI),
  PullError: () => (/* reexport */ PullError),
  classifyPullFailure: () => (/* reexport */ classifyPullFailure),
  divideRange: () => (/* reexport */ network_subnet/* divideRange */.pG),
  ensureSlotNetwork: () => (/* reexport */ network_subnet/* ensureSlotNetwork */.xt),
  findFreeRange: () => (/* reexport */ network_subnet/* findFreeRange */.tk),
  formatImageReference: () => (/* reexport */ image_reference/* formatImageReference */.my),
  isConflict: () => (/* reexport */ engine_error/* isConflict */.dh),
  isNotFound: () => (/* reexport */ engine_error/* isNotFound */.c4),
  openEngine: () => (/* reexport */ openEngine),
  parseImageReference: () => (/* reexport */ image_reference/* parseImageReference */.o_),
  platformProblem: () => (/* reexport */ server_facts/* platformProblem */.J4),
  runToCompletion: () => (/* reexport */ run_to_completion/* runToCompletion */.r),
  serverFacts: () => (/* reexport */ server_facts/* serverFacts */.hk),
  startAndFollow: () => (/* reexport */ run_to_completion/* startAndFollow */.j),
  unixSocket: () => (/* reexport */ unixSocket)
});

// EXTERNAL MODULE: ./build/packages/engine/src/engine-error.js
var engine_error = __webpack_require__(1413);
// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __webpack_require__(5863);
// EXTERNAL MODULE: ./build/packages/engine/src/network-subnet.js + 1 modules
var network_subnet = __webpack_require__(6933);
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
        throw new engine_error/* EngineError */.NJ('What answers on the Docker socket is not a Docker Engine: its /version names no API version.');
    }
    const engine = `Docker Engine ${/^[\w.+~-]{1,64}$/.test(version.Version ?? '') ? version.Version : 'of unknown version'}`;
    if (compareApiVersions(offered, OLDEST_API_VERSION) < 0) {
        throw new engine_error/* EngineError */.NJ(`The server runs ${engine} (API ${offered}), which is too old: update it to Docker Engine 20.10 or newer (API ${OLDEST_API_VERSION}).`);
    }
    const least = version.MinAPIVersion;
    if (typeof least === 'string' && compareApiVersions(least, NEWEST_KNOWN_API_VERSION) > 0) {
        throw new engine_error/* EngineError */.NJ(`The server runs ${engine}, which no longer speaks API ${NEWEST_KNOWN_API_VERSION}: use a newer release of Switchyard.`);
    }
    return compareApiVersions(offered, NEWEST_KNOWN_API_VERSION) < 0 ? offered : NEWEST_KNOWN_API_VERSION;
}
/** Negative when `left` is older. 1.9 is older than 1.41. */
function compareApiVersions(left, right) {
    const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
    const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
    return leftMajor - rightMajor || leftMinor - rightMinor;
}

// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
;// CONCATENATED MODULE: ./build/packages/engine/src/printable.js

/** One line without control characters: what a server says must not be able to write lines of its own to a log. */
function printable(text) {
    return (0,src/* clipEnd */.O)(text, 4_000).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

;// CONCATENATED MODULE: ./build/packages/engine/src/engine-words.js

/** What an Engine says in a place where text belongs, as text; another type is shown as it was sent. */
function engineWords(value) {
    if (value === undefined || value === null)
        return '';
    return printable(typeof value === 'string' ? value : JSON.stringify(value)).trim();
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
                throw new engine_error/* EngineError */.NJ("The Docker Engine's output stream is damaged: a frame header makes no sense.");
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
        throw new engine_error/* EngineError */.NJ(`${JSON.stringify((0,src/* clipEnd */.O)(name, 100))} is not a Docker name: use letters, digits, "_", "." and "-".`);
    }
    return name;
}
/** An image name, `name:tag`, `name@digest` or id as part of a path. */
function imageSegment(reference) {
    const wellFormed = /^[a-zA-Z0-9[][\w./:@[\]-]{0,511}$/.test(reference);
    if (!wellFormed || reference.split('/').some((part) => part === '' || part === '.' || part === '..')) {
        throw new engine_error/* EngineError */.NJ(`${JSON.stringify((0,src/* clipEnd */.O)(reference, 100))} is not the name of an image.`);
    }
    return reference.replaceAll('[', '%5B').replaceAll(']', '%5D');
}
/** A container's name, or as much of its id as `docker ps` shows. */
function shownId(idOrName) {
    return /^[0-9a-f]{64}$/.test(idOrName) ? idOrName.slice(0, 12) : idOrName;
}

;// CONCATENATED MODULE: ./build/packages/engine/src/container-exec.js





/**
 * Creates, runs and reads an exec (https://docs.docker.com/reference/api/engine/, Exec). The Engine cannot end an
 * exec: after the time limit the connection is dropped and the program runs on inside the container.
 */
async function execInContainer(http, container, argv, options) {
    if (argv.length === 0)
        throw new engine_error/* EngineError */.NJ('There is no command to run in the container.');
    const { timeoutMs = 60_000, maxOutputBytes = 256 * 1024, signal } = options;
    const purpose = `run ${argv[0]} in the container ${container}`;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
    const kept = { output: [], stdout: [], stderr: [] };
    let size = 0;
    const cut = { output: false, stdout: false, stderr: false };
    const text = (name) => `${Buffer.concat(kept[name]).toString('utf8')}${cut[name] ? src/* CUT_MARK */.H : ''}`;
    const result = (exitCode, timedOut) => ({
        exitCode,
        output: text('output'),
        stdout: text('stdout'),
        stderr: text('stderr'),
        timedOut,
        truncated: cut.output,
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
        const id = nameSegment(engineWords(created.Id));
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
            const part = bytes.subarray(0, Math.max(0, maxOutputBytes - size));
            size += part.length;
            for (const into of ['output', name]) {
                // An empty part would keep the whole chunk that it is cut from.
                if (part.length > 0)
                    kept[into].push(part);
                cut[into] ||= part.length < bytes.length;
            }
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

// EXTERNAL MODULE: ./build/packages/engine/src/last-bytes.js
var last_bytes = __webpack_require__(262);
;// CONCATENATED MODULE: ./build/packages/engine/src/container-output.js



/** @see EngineContainers.logs */
async function readLogs(http, id, { tail = 50, stdout = true, stderr = true, timestamps = false, sinceMs, maxBytes = 256 * 1024, ...call }) {
    const stream = await http.stream({
        method: 'GET',
        path: `/containers/${nameSegment(id)}/logs`,
        query: { stdout, stderr, timestamps, tail, since: sinceMs === undefined ? undefined : sinceMs / 1000 },
        purpose: `read the log of the container ${shownId(id)}`,
        ...call,
    });
    const log = new last_bytes/* LastBytes */.A(maxBytes);
    for await (const { bytes } of output(stream, await hasTty(http, id, stream)))
        log.add(bytes);
    return log.text();
}
/** @see EngineContainers.attach */
async function attachToOutput(http, id, { onOutput, tty = false, signal, headTimeoutMs = 30_000 }) {
    const stream = await http.stream({
        method: 'POST',
        path: `/containers/${nameSegment(id)}/attach`,
        query: { stream: true, stdout: true, stderr: true, logs: false },
        purpose: `attach to the container ${shownId(id)}`,
        signal,
        timeoutMs: 0,
        headTimeoutMs,
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
            purpose: `inspect the container ${shownId(id)}`,
        });
        return container.Config?.Tty === true;
    }
    catch (error) {
        stream.destroy();
        throw error;
    }
}

// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var explained_error_src = __webpack_require__(7707);
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
            const watchSilence = (limitMs) => {
                if (limitMs === 0)
                    return;
                stall ??= setTimeout(() => stop(stalled(purpose, limitMs)), limitMs);
                stall.refresh();
            };
            const progress = () => watchSilence(timeoutMs);
            const headCame = () => {
                clearTimeout(stall);
                stall = undefined;
                progress();
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
            watchSilence(timeoutMs || (request.headTimeoutMs ?? 0));
            signal?.addEventListener('abort', onAbort, { once: true });
            outgoing.once('response', (response) => {
                headCame();
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
                headCame();
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
            const reset = error instanceof engine_error/* EngineUnreachableError */.df && isReset(error.cause);
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
            return parseObject(text, status, request.purpose);
        },
        async list(request) {
            const { text, status } = await call(request);
            return status === 404 ? [] : parseList(text, status, request.purpose);
        },
        async find(request) {
            const { text, status } = await call({ ...request, alsoFine: [404] });
            return status === 404 ? undefined : parseObject(text, status, request.purpose);
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
        throw new engine_error/* EngineError */.NJ(`The Docker Engine's answer to "${purpose}" is larger than ${Math.round(maxBytes / MEBIBYTE)} MiB and was refused.`, { status: answer.status });
    }
    return Buffer.concat(parts).toString('utf8', 0, Math.min(size, maxBytes));
}
/** @throws EngineError when the text is not a JSON object */
function parseObject(text, status, purpose) {
    return parseAs(text, 'an object', isObject, status, purpose);
}
/** @throws EngineError when the text is not a JSON list of objects */
function parseList(text, status, purpose) {
    const isList = (value) => Array.isArray(value) && value.every(isObject);
    return parseAs(text, 'a list', isList, status, purpose);
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function parseAs(text, what, isRight, status, purpose) {
    try {
        const value = JSON.parse(text);
        if (!isRight(value))
            throw new TypeError(`not ${what}`);
        return value;
    }
    catch (cause) {
        throw new engine_error/* EngineError */.NJ(`What answers on the Docker socket is not a Docker Engine: to "${purpose}" it sent ${excerpt(text)} in place of ${what} in JSON.`, { status, cause });
    }
}
function engineRefusal(status, text, purpose) {
    const engineMessage = messageOf(text);
    const said = engineMessage === '' ? 'without a reason' : `: ${engineMessage}`;
    const message = status >= 300 && status < 400
        ? `The Docker Engine sent a redirect (HTTP ${status}) when asked to ${purpose}; something else answers on its socket.`
        : `The Docker Engine refused to ${purpose} (HTTP ${status})${said.startsWith(':') ? said : ` ${said}`}`;
    return new engine_error/* EngineError */.NJ(endWithStop(message), { status, engineMessage });
}
function messageOf(text) {
    try {
        const value = JSON.parse(text);
        if (typeof value === 'object' && value !== null && 'message' in value) {
            return engineWords(value.message);
        }
    }
    catch {
        // Proxies and other servers answer with plain text or HTML.
    }
    return text.trim() === '' ? '' : excerpt(text);
}
function excerpt(text) {
    const line = printable(text).trim();
    return line === '' ? 'nothing' : JSON.stringify((0,src/* clipEnd */.O)(line, 200));
}
function endWithStop(sentence) {
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
function stalled(purpose, timeoutMs) {
    return new engine_error/* EngineError */.NJ(`The Docker Engine gave no answer for ${seconds(timeoutMs)} when asked to ${purpose}; it is overloaded or hangs.`, { timedOut: true });
}
function seconds(ms) {
    return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
function explainTransport(error, purpose) {
    // What opened the stream knows best why it could not (host key, no access to the socket, …).
    if (error instanceof explained_error_src/* ExplainedError */.h)
        return error;
    const code = codeOf(error);
    if (code?.startsWith('HPE_')) {
        return new engine_error/* EngineError */.NJ(`What answers on the Docker socket does not speak HTTP (${code}); is the path the Engine's socket?`, { cause: error });
    }
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') {
        const why = code === 'ENOENT'
            ? 'there is no such socket; is the Docker Engine installed and running?'
            : 'this user may not use it; add the user to the "docker" group.';
        return new engine_error/* EngineUnreachableError */.df(`The Docker Engine's socket cannot be opened: ${why}`, {
            cause: error,
        });
    }
    if (code === 'ECONNREFUSED') {
        return new engine_error/* EngineUnreachableError */.df('Nothing listens on the Docker socket; start the Docker Engine.', {
            cause: error,
        });
    }
    return new engine_error/* EngineUnreachableError */.df(endWithStop(`The connection to the Docker Engine broke when asked to ${purpose}: ${printable((0,explained_error_src/* sentenceOf */.$)(error))}`), { cause: error });
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
        list: ({ labels, all = false, name, ...options } = {}) => http.list({
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
            return nameSegment(engineWords(created.Id));
        },
        start: (id, options) => act(id, 'start', `start the container ${shownId(id)}`, options, { alsoFine: [304], timeoutMs: 60_000 }),
        stop: (id, timeoutSeconds, options) => act(id, 'stop', `stop the container ${shownId(id)}`, options, {
            query: { t: Math.ceil(timeoutSeconds) },
            alsoFine: [304],
            timeoutMs: timeoutSeconds * 1000 + STOP_GRACE_MS,
        }),
        kill: (id, signal, options) => act(id, 'kill', `send ${signal} to the container ${shownId(id)}`, options, { query: { signal } }),
        restart: (id, timeoutSeconds, options) => act(id, 'restart', `restart the container ${shownId(id)}`, options, {
            query: { t: Math.ceil(timeoutSeconds) },
            timeoutMs: timeoutSeconds * 1000 + 2 * STOP_GRACE_MS,
        }),
        async remove(id, { force = false, volumes = false, ...options } = {}) {
            try {
                await http.call({
                    method: 'DELETE',
                    path: `/containers/${nameSegment(id)}`,
                    query: { force, v: volumes },
                    purpose: `remove the container ${shownId(id)}`,
                    alsoFine: [404],
                    timeoutMs: 60_000,
                    ...options,
                });
            }
            catch (error) {
                const underWay = error instanceof engine_error/* EngineError */.NJ && error.status === 409;
                if (underWay && /removal of container .* is already in progress/i.test(error.engineMessage))
                    return;
                throw error;
            }
        },
        inspect: (id, options = {}) => http.find({
            method: 'GET',
            path: `/containers/${nameSegment(id)}/json`,
            purpose: `inspect the container ${shownId(id)}`,
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
                    purpose: `wait for the end of the container ${shownId(id)}`,
                    timeoutMs: 0,
                    signal: AbortSignal.any(signals),
                });
                if (ended.Error?.Message) {
                    throw new engine_error/* EngineError */.NJ(`The Docker Engine could not wait for the container ${shownId(id)}: ${engineWords(ended.Error.Message)}`);
                }
                if (typeof ended.StatusCode !== 'number') {
                    throw new engine_error/* EngineError */.NJ(`The Docker Engine named no exit code for the container ${shownId(id)}.`);
                }
                return ended.StatusCode;
            }
            catch (error) {
                if (limit?.aborted && !signal?.aborted) {
                    throw new engine_error/* EngineError */.NJ(`The container ${shownId(id)} did not end within ${(timeoutMs ?? 0) / 1000} s.`, {
                        timedOut: true,
                        cause: error,
                    });
                }
                throw error;
            }
        },
        pause: (id, options) => act(id, 'pause', `pause the container ${shownId(id)}`, options),
        unpause: (id, options) => act(id, 'unpause', `unpause the container ${shownId(id)}`, options),
        update: (id, change, options) => act(id, 'update', `update the container ${shownId(id)}`, options, { body: change }),
        rename: (id, name, options) => act(id, 'rename', `rename the container ${shownId(id)} to ${name}`, options, {
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
            throw new engine_error/* EngineError */.NJ('The Docker Engine sent a line of more than 1 MiB in a stream of JSON lines.');
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
    throw new engine_error/* EngineError */.NJ(`The Docker Engine sent something other than JSON in a stream of JSON lines: ${JSON.stringify((0,src/* clipEnd */.O)(line, 100))}.`);
}

;// CONCATENATED MODULE: ./build/packages/engine/src/pull-failure.js



/** An image that could not be pulled, with the reason sorted out. */
class PullError extends engine_error/* EngineError */.NJ {
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
    const said = (0,src/* clipEnd */.O)(printable(details.engineMessage).trim(), 500);
    // Not three dots: they are the mark of a cut.
    const quote = said === '' ? '' : ` (${said.replace(/(?<!\.)\.?\s*$/, '')})`;
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
        const status = (0,src/* clipEnd */.O)(line.status, 500);
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
    return message === undefined || message === null ? undefined : engineWords(message);
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
        list: ({ labels, reference, dangling, ...options } = {}) => http.list({
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
                throw new engine_error/* EngineError */.NJ(`${name} cannot be given to an image: it must have a tag and no digest.`);
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
            return await http.list({
                method: 'DELETE',
                path: `/images/${imageSegment(reference)}`,
                query: { force, noprune: noPrune },
                purpose: `remove the image ${reference}`,
                alsoFine: [404],
                timeoutMs: 120_000,
                ...options,
            });
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
    if (!(error instanceof engine_error/* EngineError */.NJ) ||
        error instanceof PullError ||
        error instanceof engine_error/* EngineUnreachableError */.df) {
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
            return nameSegment(engineWords(created.Id));
        },
        inspect: (nameOrId, options = {}) => http.find({
            method: 'GET',
            path: `/networks/${nameSegment(nameOrId)}`,
            purpose: `inspect the network ${nameOrId}`,
            ...options,
        }),
        list: ({ labels, ...options } = {}) => http.list({
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
                if (error instanceof engine_error/* EngineError */.NJ && /is not connected to/i.test(error.engineMessage))
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
                throw new engine_error/* EngineError */.NJ("The Docker Engine's answer carries no date.");
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

// EXTERNAL MODULE: ./build/packages/engine/src/run-to-completion.js + 1 modules
var run_to_completion = __webpack_require__(7855);
// EXTERNAL MODULE: ./build/packages/engine/src/server-facts.js
var server_facts = __webpack_require__(1461);
;// CONCATENATED MODULE: ./build/packages/engine/src/unix-socket.js
/** Opens connections to an Engine on this machine, e.g. `/var/run/docker.sock`. */
function unixSocket(path) {
    return async () => {
        const { createConnection } = process.getBuiltinModule('node:net');
        const socket = createConnection({ path });
        await new Promise((resolve, reject) => {
            socket.once('connect', resolve);
            socket.once('error', reject);
        });
        socket.removeAllListeners('error');
        return socket;
    };
}

;// CONCATENATED MODULE: ./build/packages/engine/src/index.js










/***/ })

};
