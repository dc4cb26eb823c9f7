export const id = 786;
export const ids = [786];
export const modules = {

/***/ 9786:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  checkKnownHosts: () => (/* reexport */ checkKnownHosts),
  checkPrivateKey: () => (/* reexport */ checkPrivateKey),
  connect: () => (/* reexport */ connect)
});

// UNUSED EXPORTS: AuthenticationError, ChangedHostKeyError, CommandError, CommandOutputError, CommandTimeoutError, ConnectTimeoutError, ConnectionLostError, ConnectionRefusedError, FingerprintError, ForwardingError, HostNotFoundError, HostUnreachableError, JumpHostError, KnownHostsError, NoCommonAlgorithmError, NotAnSshServerError, PrivateKeyError, RemoteFileError, RevokedHostKeyError, ServerClosedError, SessionLimitError, SocketMissingError, SocketPermissionError, SocketRefusedError, SshError, UnknownHostKeyError, fingerprintOf, parseFingerprints, shellCommand

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var src = __webpack_require__(8033);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var explained_error_src = __webpack_require__(7707);
;// CONCATENATED MODULE: ./build/packages/ssh/src/ssh-errors.js

/** Everything that can go wrong with SSH and that a person can mend. */
class SshError extends explained_error_src/* ExplainedError */.h {
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

;// CONCATENATED MODULE: ./build/packages/ssh/src/channel-socket.js



const MAX_STDERR_CHARACTERS = 2048;
/**
 * An SSH channel as a socket. ssh2's own Channel cannot stand for one: it lacks the socket methods http.Agent
 * calls, ignores the error given to destroy(), never calls back a write after the other side closed, and ends
 * cleanly when the connection breaks, so that a cut answer looks like a whole one.
 *
 * As with net.connect(), end() sends the end of our side and the other may go on; the other side's end ends ours.
 */
class ChannelSocket extends external_node_stream_.Duplex {
    #channel;
    #pendingWrite;
    #idleMs = 0;
    #idleTimer;
    #explainSilence;
    #stderr = '';
    constructor(channel, options = {}) {
        super({ allowHalfOpen: false });
        this.#channel = channel;
        this.#explainSilence = options.explainSilence;
        // Whoever uses the socket listens for errors; one that nobody waits for any more must not end the process.
        this.on('error', () => { });
        channel.on('data', (chunk) => {
            this.#explainSilence = undefined;
            this.#touch();
            if (!this.push(chunk))
                channel.pause();
        });
        channel.on('end', () => {
            if (!this.#explainSilence)
                this.push(null);
        });
        channel.on('error', (error) => this.destroy(error));
        channel.on('close', (code) => this.#closedByServer(code ?? undefined));
        channel.stderr.on('data', (chunk) => {
            this.#stderr = (0,src/* clipEnd */.O)(this.#stderr + chunk.toString('utf8'), MAX_STDERR_CHARACTERS);
        });
    }
    /** The connection below is gone: what was read so far is not the whole. */
    connectionLost(error) {
        if (!this.destroyed)
            this.destroy(error);
    }
    _read() {
        this.#channel.resume();
    }
    _write(chunk, _encoding, done) {
        this.#touch();
        if (!this.#channel.writable) {
            done(closedByServer());
            return;
        }
        this.#pendingWrite = done;
        this.#channel.write(chunk, (error) => this.#written(error));
    }
    /** One packet for what was written while another was under way: an HTTP head and its body, usually. */
    _writev(chunks, done) {
        this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
    }
    _final(done) {
        this.#channel.end();
        done();
    }
    _destroy(error, done) {
        clearTimeout(this.#idleTimer);
        this.#pendingWrite = undefined;
        this.#channel.close();
        // ssh2 frees a channel when its data have been read to the end.
        this.#channel.resume();
        done(error);
    }
    setTimeout(idleMs, onTimeout) {
        this.#idleMs = idleMs;
        clearTimeout(this.#idleTimer);
        this.#idleTimer = undefined;
        if (onTimeout) {
            if (idleMs > 0)
                this.once('timeout', onTimeout);
            else
                this.off('timeout', onTimeout);
        }
        if (idleMs > 0 && !this.destroyed) {
            this.#idleTimer = setTimeout(() => this.emit('timeout'), idleMs);
            this.#idleTimer.unref();
        }
        return this;
    }
    get timeout() {
        return this.#idleMs;
    }
    // These belong to the one TCP connection below, which sets them itself.
    setNoDelay() {
        return this;
    }
    setKeepAlive() {
        return this;
    }
    ref() {
        return this;
    }
    unref() {
        return this;
    }
    #touch() {
        this.#idleTimer?.refresh();
    }
    #written(error) {
        const done = this.#pendingWrite;
        this.#pendingWrite = undefined;
        done?.(error);
    }
    #closedByServer(code) {
        const silence = this.#explainSilence?.(code, this.#stderr);
        if (silence) {
            this.destroy(silence);
            return;
        }
        if (this.#explainSilence)
            this.push(null);
        const done = this.#pendingWrite;
        this.#pendingWrite = undefined;
        if (done)
            done(closedByServer());
        else if (this.readableEnded)
            this.destroy();
        else
            this.once('end', () => this.destroy());
    }
}
function closedByServer() {
    const error = new ConnectionLostError('The other side closed the forwarded connection while data were being sent to it.');
    return Object.assign(error, { code: 'EPIPE' });
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/printable.js

/** What a server sent, cut and without control characters, so that it can stand in a log line. */
function printable(text, limit = 120) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
    const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
    return (0,src/* clipEnd */.O)(line, limit);
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/session-slots.js
/**
 * Counts channels of a kind and lets the surplus wait. sshd allows ten session channels a connection unless
 * told otherwise (MaxSessions) and refuses more; forwarded sockets do not count among them.
 */
class SessionSlots {
    #limit;
    #taken = 0;
    #open = 0;
    /** How many were open at once: so many the server does allow. */
    #proven = 0;
    #waiting = [];
    constructor(limit) {
        this.#limit = limit;
    }
    /** Resolves when there is a place. */
    async take() {
        if (this.#taken < this.#limit)
            this.#taken++;
        else
            await new Promise((resolve) => this.#waiting.push(resolve));
        let isOpen = false;
        let isReleased = false;
        return {
            opened: () => {
                isOpen = true;
                this.#open++;
                this.#proven = Math.max(this.#proven, this.#open);
            },
            release: () => {
                if (isReleased)
                    return;
                isReleased = true;
                if (isOpen)
                    this.#open--;
                this.#taken--;
                this.#admit();
            },
        };
    }
    /**
     * The server has refused a channel, so its limit is lower than thought. False: it has never opened one.
     * A refusal below what it has proven to allow is only a channel that it has not finished closing.
     */
    refused() {
        this.#limit = Math.min(this.#limit, Math.max(1, this.#proven, this.#taken - 1));
        return this.#proven > 0 || this.#taken > 1;
    }
    #admit() {
        while (this.#taken < this.#limit) {
            const next = this.#waiting.shift();
            if (!next)
                return;
            this.#taken++;
            next();
        }
    }
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/address.js
/** host:port, with brackets around an IPv6 address. */
function address(host, port) {
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/subject.js

/** Says which server an error is about. */
function subjectOf(role, host, port) {
    return `the ${role} ${address(host, port)}`;
}
function capitalised(subject) {
    return subject.charAt(0).toUpperCase() + subject.slice(1);
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/channels.js





const MAX_SESSIONS = 10;
const OPEN_TIMEOUT_MS = 30_000;
const REFUSED_PAUSE_MS = 20;
/** A server's refusal of a channel, with RFC 4254's reason code (5.1). */
class ChannelRefusal extends Error {
    name = 'ChannelRefusal';
    reason;
    constructor(cause) {
        super(printable(cause.message.replace(/^\(SSH\) Channel open failure: /, '')), { cause });
        const reason = cause.reason;
        this.reason = typeof reason === 'number' ? reason : undefined;
    }
}
/** RFC 4254, section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
const PROHIBITED = 1;
/** The channels of one connection; all of them end with an error when it breaks. */
class Channels {
    subject;
    username;
    #client;
    #sockets = new Set();
    #sessions = new SessionSlots(MAX_SESSIONS);
    #lost;
    constructor(client, subject, username) {
        this.#client = client;
        this.subject = subject;
        this.username = username;
    }
    async forwardUnix(path) {
        return this.#open((opened) => this.#client.openssh_forwardOutStreamLocal(path, opened), (channel) => this.#socket(channel));
    }
    async forwardTcp(host, port) {
        return this.#open((opened) => this.#client.forwardOut('127.0.0.1', 0, host, port, opened), (channel) => this.#socket(channel));
    }
    /** A command with its channel as a socket; counts among the server's sessions until the socket has closed. */
    async commandSocket(command, options) {
        const { opened, release } = await this.#session((done) => this.#client.exec(command, done), (channel) => this.#socket(channel, options));
        if (opened.destroyed)
            release();
        else
            opened.once('close', release);
        return opened;
    }
    /**
     * @param attach adds the listeners; called before the channel can emit anything, because a short command's exit
     *   status may come in the same packet as the channel's opening
     * @returns to be called when the channel has closed
     */
    async command(command, attach) {
        const { release } = await this.#session((done) => this.#client.exec(command, done), attach);
        return release;
    }
    async sftp() {
        const { opened, release } = await this.#session((done) => this.#client.sftp(done), (channel) => channel);
        opened.once('close', release);
        return opened;
    }
    /** Why nothing can be opened any more; undefined while the connection stands. */
    get lost() {
        return this.#lost;
    }
    end(lost, isFailure) {
        this.#lost = lost;
        for (const socket of this.#sockets) {
            if (isFailure)
                socket.connectionLost(lost);
            else
                socket.destroy();
        }
    }
    #socket(channel, options) {
        const socket = new ChannelSocket(channel, options);
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        if (this.#lost)
            socket.connectionLost(this.#lost);
        return socket;
    }
    async #session(start, wrap) {
        const giveUpAt = performance.now() + OPEN_TIMEOUT_MS;
        for (;;) {
            const slot = await this.#slot(giveUpAt);
            try {
                const opened = await this.#open(start, (channel) => {
                    slot.opened();
                    return wrap(channel);
                });
                return { opened, release: slot.release };
            }
            catch (error) {
                if (!(error instanceof ChannelRefusal) || error.reason === undefined) {
                    slot.release();
                    throw error;
                }
                const isFull = this.#sessions.refused();
                slot.release();
                if (!isFull || performance.now() > giveUpAt)
                    throw this.#sessionsExhausted(error);
                await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
            }
        }
    }
    async #slot(giveUpAt) {
        const slot = this.#sessions.take();
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(() => reject(this.#sessionsExhausted()), Math.max(1, giveUpAt - performance.now()));
        });
        try {
            return await Promise.race([slot, late]);
        }
        catch (error) {
            slot.then(({ release }) => release());
            throw error;
        }
        finally {
            clearTimeout(timer);
        }
    }
    #sessionsExhausted(cause) {
        return new SessionLimitError(`${capitalised(this.subject)} opens no further session on this connection: raise MaxSessions in its sshd_config (the default is 10), and check that it lets '${this.username}' run commands.`, { cause });
    }
    #open(start, wrap) {
        return new Promise((resolve, reject) => {
            if (this.#lost) {
                reject(this.#lost);
                return;
            }
            let late = false;
            const timer = setTimeout(() => {
                late = true;
                reject(new ConnectionLostError(`${capitalised(this.subject)} did not open a channel within ${OPEN_TIMEOUT_MS / 1000} s.`));
            }, OPEN_TIMEOUT_MS);
            const opened = (error, channel) => {
                clearTimeout(timer);
                if (late)
                    channel?.end?.();
                else if (this.#lost)
                    reject(this.#lost);
                else if (error)
                    reject(new ChannelRefusal(error));
                else
                    resolve(wrap(channel));
            };
            try {
                start(opened);
            }
            catch (error) {
                clearTimeout(timer);
                reject(this.#lost ?? connectionGone(this.subject, error));
            }
        });
    }
}
function connectionGone(subject, cause) {
    const why = cause instanceof Error && cause.message !== '' ? ` (${printable(cause.message)})` : '';
    return new ConnectionLostError(`The connection to ${subject} was lost${why}: check that the server is up and reachable, then run again.`, { cause });
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/shell-words.js

// sshd takes a whole command in one packet of at most 256 KiB.
const MAX_COMMAND_BYTES = 128 * 1024;
/**
 * One command line for the user's login shell that gives exactly these arguments. Every word is quoted, so
 * that no word can act as a keyword, an alias or an assignment; quotes and backslashes stand outside the
 * quotes, because fish reads `\` inside them where POSIX shells do not.
 *
 * @throws CommandError when there is no command, an argument holds a NUL, or the line is too long
 */
function shellCommand(argv) {
    if (argv.length === 0 || argv[0] === '')
        throw new CommandError('A command to run on the server is empty.');
    const line = argv.map(shellWord).join(' ');
    if (Buffer.byteLength(line) > MAX_COMMAND_BYTES) {
        throw new CommandError(`The command '${argv[0]}' for the server is longer than ${MAX_COMMAND_BYTES / 1024} KiB: pass the data by stdin or in a file.`);
    }
    return line;
}
function shellWord(word) {
    if (word.includes('\0')) {
        throw new CommandError('An argument of a command for the server holds a NUL character, which no program can take.');
    }
    if (word === '')
        return "''";
    return (word.match(/['\\]|[^'\\]+/g) ?? [])
        .map((part) => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`))
        .join('');
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/command.js


const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;
/**
 * Runs one program on the server. What it is told to do ends with its result, not with this call: after a
 * timeout it has lost its connection, and one that prints nothing runs on to its end.
 *
 * @throws CommandTimeoutError CommandOutputError ConnectionLostError SessionLimitError, and the signal's reason when
 *   it fires; an exit code other than 0 is a result, not an error
 */
async function runCommand(channels, argv, options = {}) {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const maxOutputBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
    const { signal: stop } = options;
    stop?.throwIfAborted();
    const command = shellCommand(argv);
    const name = `'${argv.slice(0, 2).join(' ')}'`;
    return new Promise((resolve, reject) => {
        const run = (channel) => {
            const stdout = [];
            const stderr = [];
            let size = 0;
            let code;
            let signal;
            const settle = () => {
                clearTimeout(timer);
                stop?.removeEventListener('abort', onStop);
            };
            const giveUp = (error) => {
                settle();
                reject(error);
                channel.close();
            };
            const collect = (stream, into) => (chunk) => {
                size += chunk.length;
                if (size > maxOutputBytes)
                    return giveUp(printedTooMuch(name, channels, maxOutputBytes));
                into.push(chunk);
                options.onOutput?.(stream, chunk);
            };
            const onStop = () => {
                channel.signal('TERM');
                giveUp(stop?.reason);
            };
            const timer = setTimeout(() => {
                channel.signal('TERM');
                giveUp(tookTooLong(name, channels, timeoutMs));
            }, timeoutMs);
            stop?.addEventListener('abort', onStop, { once: true });
            if (stop?.aborted)
                onStop();
            channel.on('data', collect('stdout', stdout));
            channel.stderr.on('data', collect('stderr', stderr));
            channel.on('error', giveUp);
            channel.on('exit', (exitCode, exitSignal) => {
                code = exitCode ?? undefined;
                signal = exitSignal;
            });
            channel.on('close', () => {
                settle();
                closed.resolve();
                if (code === undefined && signal === undefined)
                    reject(channels.lost ?? endedOddly(name, channels));
                else
                    resolve({ code, signal, stdout: command_text(stdout), stderr: command_text(stderr) });
            });
            channel.end(options.stdin ?? '');
        };
        const closed = Promise.withResolvers();
        channels.command(command, run).then((release) => closed.promise.then(release), reject);
    });
}
function printedTooMuch(name, { subject }, maxOutputBytes) {
    const limit = `${Math.round(maxOutputBytes / 1024)} KiB`;
    return new CommandOutputError(`The command ${name} at ${subject} printed more than ${limit}, so it was cut off.`);
}
function tookTooLong(name, { subject }, timeoutMs) {
    return new CommandTimeoutError(`The command ${name} at ${subject} did not end within ${timeoutMs / 1000} s; it may still be running there.`);
}
function endedOddly(name, { subject }) {
    return new CommandError(`The command ${name} at ${subject} ended without an exit status: check that its user may run commands (ForceCommand, a restricted shell).`);
}
function command_text(chunks) {
    return Buffer.concat(chunks).toString('utf8');
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/packages/ssh/src/known-hosts.js


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
    return new KnownHostsError(`Line ${line} of known-hosts ${what}; \`ssh-keyscan HOST\` prints lines in the right form.`);
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
        const digest = (0,external_node_crypto_.createHmac)('sha1', hashed.salt).update(name).digest();
        return digest.length === hashed.hash.length && (0,external_node_crypto_.timingSafeEqual)(digest, hashed.hash);
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

;// CONCATENATED MODULE: ./build/packages/ssh/src/host-key.js



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
    return `SHA256:${(0,external_node_crypto_.createHash)('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
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
        ? knownHostsCheck(parseKnownHosts(policy.knownHosts), subject, host, port)
        : fingerprintCheck(parseFingerprints(policy.fingerprint), subject, host, port);
}
/**
 * Whether the lines are well-formed and could serve for this host. A host without an entry passes: only a
 * connection can tell which line is missing, and its error prints that line.
 *
 * @throws KnownHostsError for an empty text, a malformed line, or entries that can never be used
 */
function checkKnownHosts(text, host, port) {
    const entries = parseKnownHosts(text);
    if (entries.length === 0) {
        throw new KnownHostsError(`known-hosts holds no line: add the one that \`ssh-keyscan -p ${port} ${host}\` prints, after comparing its key with the server's.`);
    }
    usableEntries(entries, host, port);
}
function usableEntries(all, host, port) {
    const entries = entriesFor(all, host, port);
    const plain = entries.filter((entry) => entry.marker === undefined);
    const usable = plain.filter((entry) => ALGORITHMS_OF_TYPE.has(entry.type));
    const first = entries.find((entry) => entry.marker === 'cert-authority') ?? plain[0];
    if (usable.length === 0 && first) {
        const why = first.marker === 'cert-authority'
            ? 'a @cert-authority line, and host certificates are not supported'
            : `a key of type ${first.type}, which is not supported`;
        throw new KnownHostsError(`known-hosts has for ${knownHostName(host, port)} only ${why} (line ${first.line}): add a line with the server's own ssh-ed25519, ECDSA or RSA key.`);
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
                return new RevokedHostKeyError(`Refused ${subject}: its key ${fingerprintOf(key)} is marked @revoked in line ${revocation.line} of known-hosts, so give the server a new key or find out who answers in its place.`);
            }
            const line = knownHostLine(host, port, key);
            if (usable.length === 0) {
                return new UnknownHostKeyError(`Refused ${subject}: known-hosts has no key for it; if ${fingerprintOf(key)} is what \`ssh-keygen -lf\` shows for the ${describeType(key)} key on the server itself, add this line to known-hosts: ${line}`);
            }
            const expected = usable
                .map((entry) => `${entry.type} ${fingerprintOf(entry.key)} (line ${entry.line})`)
                .join(' or ');
            return new ChangedHostKeyError(`Refused ${subject}: its host key is not the known one, which means a reinstalled server or somebody in between; expected ${expected}, got ${typeOfKey(key)} ${fingerprintOf(key)}; only if the server itself confirms the new key, replace its entry in known-hosts by this line: ${line}`);
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
            const got = shown.map((each) => `${typeOfKey(each)} ${fingerprintOf(each)}`).join(', ');
            return new ChangedHostKeyError(`Refused ${subject}: none of its host keys has the fingerprint ${expected.join(' or ')}; it showed ${got}; only if the server itself confirms one of them, put it into host-fingerprint, or this line into known-hosts: ${knownHostLine(host, port, key)}`);
        },
    };
}
function noUsableKey(subject) {
    return new UnknownHostKeyError(`Refused ${subject}: it has no ssh-ed25519, ECDSA or RSA host key that could be checked; make one with \`ssh-keygen -A\` on the server.`);
}
function describeType(key) {
    const type = typeOfKey(key) ?? '';
    return type.startsWith('ecdsa') ? 'ECDSA' : type === 'ssh-rsa' ? 'RSA' : 'ED25519';
}
/**
 * One or more SHA-256 fingerprints, with or without the prefix and the padding, or as a line of `ssh-keygen -l`.
 *
 * @throws FingerprintError for MD5 and for anything that is no SHA-256 fingerprint
 */
function parseFingerprints(text) {
    if (/(?:^|\s|MD5:)(?:[0-9a-f]{2}:){15}[0-9a-f]{2}(?:\s|$)/i.test(text)) {
        throw new FingerprintError('host-fingerprint is an MD5 fingerprint, which can be forged: give the SHA-256 one, which `ssh-keygen -lf FILE` prints.');
    }
    const prefixed = [...text.matchAll(/SHA256:([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/=])/g)].map((match) => match[1]);
    const found = prefixed.length > 0 ? prefixed : bareFingerprints(text);
    if (found.length === 0 || (text.match(/SHA256:/g) ?? []).length > prefixed.length) {
        throw new FingerprintError("host-fingerprint is not of the form 'SHA256:' and 43 characters: take it from `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the server.");
    }
    return [...new Set(found.map((hash) => `SHA256:${hash}`))];
}
function bareFingerprints(text) {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    return words.every((word) => /^[A-Za-z0-9+/]{43}=?$/.test(word))
        ? words.map((word) => word.slice(0, 43))
        : [];
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/host-key-proof.js
/**
 * After the login OpenSSH tells all its host keys, and ssh2 asks for proof of each. Nobody uses the answer here,
 * and it is dear: sshd signs with every key before it serves the first channel. A host key that ssh2 cannot read
 * would even end the connection.
 *
 * @returns false when this ssh2 is built differently; then it stays as it is
 */
function skipHostKeyProof(client) {
    const handlers = client._protocol?._handlers;
    const original = handlers?.GLOBAL_REQUEST;
    if (!handlers || !original)
        return false;
    handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
        if (name !== 'hostkeys-00@openssh.com')
            original(protocol, name, wantReply, data);
        else if (wantReply)
            protocol.requestSuccess();
    };
    return true;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/prompt-acknowledgement.js
// RFC 4253, section 11.2.
const SSH_MSG_IGNORE = 2;
const SMALL_BYTES = 1024;
/**
 * sshd leaves Nagle's algorithm on: its next small packet waits until the last one is acknowledged, which the
 * kernel on this side puts off for 40 ms unless something goes out that carries the acknowledgement. So a small
 * packet that we do not answer anyway is answered with SSH_MSG_IGNORE, which is there to be ignored.
 * It took the first answer of the Engine from about 95 to 56 ms after the start (measure-connect.ts).
 */
function acknowledgePromptly(client, socket) {
    let isDue = false;
    socket.on('data', (chunk) => {
        if (isDue || chunk.length > SMALL_BYTES)
            return;
        isDue = true;
        const written = socket.bytesWritten;
        setImmediate(() => {
            isDue = false;
            if (socket.writable && socket.bytesWritten === written)
                sendIgnore(client);
        });
    });
}
/** @returns false when it cannot be sent now: during a key exchange, or with an ssh2 that is built differently */
function sendIgnore(client) {
    const protocol = client._protocol;
    const writer = protocol?._packetRW?.write;
    if (!protocol?._cipher || !writer || protocol._kexinit !== undefined)
        return false;
    const packet = writer.alloc(5);
    packet.set([SSH_MSG_IGNORE, 0, 0, 0, 0], writer.allocStart);
    protocol._cipher.encrypt(writer.finalize(packet));
    return true;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/handshake.js









/** @throws SshError subclasses, one for each way it can fail, each naming the server */
async function authenticate(hop) {
    const { check } = hop;
    const shown = [];
    let types = check.types;
    while (types.length > 0) {
        const outcome = await attemptOnce(hop, types);
        if ('client' in outcome)
            return outcome.client;
        if (outcome.shownKey)
            shown.push(outcome.shownKey);
        if (!outcome.shownKey || !check.triesOtherTypes)
            break;
        const shownType = typeOfKey(outcome.shownKey);
        types = types.filter((type) => type !== shownType);
    }
    // The error shows the key the server has, so a server none of whose keys was asked for is asked once more.
    if (shown.length === 0) {
        const outcome = await attemptOnce({ ...hop, check: { ...check, accepts: () => false } }, allHostKeyTypes);
        if ('shownKey' in outcome && outcome.shownKey)
            shown.push(outcome.shownKey);
    }
    throw check.refusal(shown);
}
/** Either a client that is in, or the key the server showed and that was refused (undefined: no such type). */
async function attemptOnce(hop, types) {
    let earlyFailure;
    // The network works while the library loads. Nothing is read before somebody listens; ssh2 resumes the stream.
    const opening = hop.openStream().then((stream) => {
        stream.pause();
        stream.once('error', (error) => {
            earlyFailure = error;
        });
        return stream;
    });
    opening.catch(() => { });
    // Without this Node would send nothing before the library is loaded.
    await new Promise((resolve) => setImmediate(resolve));
    const { default: Client } = await Promise.all(/* import() */[__webpack_require__.e(789), __webpack_require__.e(297)]).then(__webpack_require__.t.bind(__webpack_require__, 6297, 19));
    const client = new Client();
    const state = {
        phase: 'connecting',
        greeting: '',
        shownKey: undefined,
        keyRefused: false,
        methodsLeft: [],
        partialSuccess: false,
    };
    try {
        await withDeadline(hop, state, async (fail) => {
            const stream = await opening;
            if (earlyFailure !== undefined)
                throw earlyFailure;
            await handshake(hop, client, stream, state, types, fail);
        });
        return { client };
    }
    catch (error) {
        client.on('error', () => { });
        // It may still be opening when time is up.
        void opening.then((opened) => opened.on('error', () => { }).destroy(), () => { });
        if (state.keyRefused)
            return { shownKey: state.shownKey };
        if (/no matching host key format/.test(String(error)))
            return { shownKey: undefined };
        throw error instanceof SshError ? error : explain(error, hop, state);
    }
}
async function withDeadline(hop, state, work) {
    const { signal } = hop;
    if (signal?.aborted)
        throw gaveUp(hop);
    let timer;
    let onAbort;
    try {
        await new Promise((resolve, reject) => {
            timer = setTimeout(() => reject(timedOut(hop, state)), Math.max(1, hop.deadline - performance.now()));
            onAbort = () => reject(gaveUp(hop));
            signal?.addEventListener('abort', onAbort, { once: true });
            work(reject).then(resolve, reject);
        });
    }
    finally {
        clearTimeout(timer);
        if (onAbort)
            signal?.removeEventListener('abort', onAbort);
    }
}
function handshake(hop, client, stream, state, types, fail) {
    return new Promise((resolve, reject) => {
        let asked = false;
        if (stream instanceof external_node_net_.Socket && stream.connecting)
            stream.once('connect', () => {
                state.phase = 'greeting';
            });
        else
            state.phase = 'greeting';
        client.once('ready', () => {
            client.removeAllListeners('error');
            client.removeAllListeners('close');
            // ssh2 needs a listener at any time; the connection adds its own at once.
            client.on('error', () => { });
            if (stream instanceof external_node_net_.Socket)
                acknowledgePromptly(client, stream);
            resolve();
        });
        client.on('handshake', () => {
            state.phase = 'authentication';
        });
        client.on('error', reject);
        client.on('close', () => fail(new Error('closed')));
        client.connect({
            sock: stream,
            username: hop.target.username,
            readyTimeout: 0,
            keepaliveInterval: hop.keepaliveIntervalMs,
            keepaliveCountMax: 3,
            strictVendor: false,
            algorithms: { serverHostKey: algorithmsOf(types) },
            hostVerifier: (key) => {
                state.shownKey = key;
                state.keyRefused = !hop.check.accepts(key);
                return !state.keyRefused;
            },
            authHandler: (methodsLeft, partialSuccess, next) => {
                state.methodsLeft = methodsLeft ?? state.methodsLeft;
                state.partialSuccess = partialSuccess ?? false;
                // Going straight for the key saves the round trip in which ssh2 asks with 'none' what is allowed.
                // biome-ignore lint/suspicious/noExplicitAny: false is how ssh2 is told to stop; its types lack it
                if (asked)
                    return next(false);
                asked = true;
                next({ type: 'publickey', username: hop.target.username, key: hop.key });
            },
        });
        skipHostKeyProof(client);
        // After connect(), which has paused the stream: these bytes are only looked at.
        const look = (chunk) => {
            state.greeting = (0,src/* clipEnd */.O)(state.greeting + chunk.toString('latin1'), 1024);
            if (/^SSH-/m.test(state.greeting)) {
                state.phase = state.phase === 'greeting' ? 'handshake' : state.phase;
                stream.off('data', look);
            }
            else if (state.greeting.length >= 1024)
                stream.off('data', look);
        };
        stream.on('data', look);
    });
}
function timedOut(hop, state) {
    const seconds = `${Math.round(hop.timeoutMs / 100) / 10} s`;
    const { subject } = hop;
    switch (state.phase) {
        case 'connecting':
            return new ConnectTimeoutError(`No answer from ${subject} within ${seconds}: check the host and port, and that a firewall lets this runner in.`);
        case 'greeting':
            return new ConnectTimeoutError(`Something accepts connections at ${subject} but sent no SSH greeting within ${seconds}: check that the port is the SSH server's and that it is not overloaded.`);
        case 'handshake':
            return new ConnectTimeoutError(`The key exchange with ${subject} did not finish within ${seconds}: check the network between (large packets lost to a wrong MTU look like this), or raise connect-timeout.`);
        case 'authentication':
            return new ConnectTimeoutError(`The login as '${hop.target.username}' at ${subject} did not finish within ${seconds}: check the server's log (a hanging PAM module or name lookup looks like this), or raise connect-timeout.`);
    }
}
function gaveUp({ subject, signal }) {
    return new ServerClosedError(`Gave up connecting to ${subject}: the run was cancelled.`, {
        cause: signal?.reason,
    });
}
function explain(error, hop, state) {
    const { subject } = hop;
    const cause = { cause: error };
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL' || code === 'ENODATA') {
        const again = code === 'EAI_AGAIN' ? ' (the name server did not answer, so this may pass)' : '';
        return new HostNotFoundError(`The name '${hop.target.host}' of ${subject} could not be resolved${again}: check its spelling and that this runner's DNS knows it.`, cause);
    }
    if (state.phase === 'connecting') {
        if (code === 'ECONNREFUSED') {
            return new ConnectionRefusedError(`The connection to ${subject} was refused: check that sshd runs there and listens on this port.`, cause);
        }
        return new HostUnreachableError(`There is no way to ${subject} (${printable(code ?? message)}): check the address, the route and the firewall.`, cause);
    }
    const algorithm = /no matching (.+)$/.exec(message)?.[1];
    if (algorithm) {
        return new NoCommonAlgorithmError(`This client and ${subject} have no ${printable(algorithm)} in common: allow a current one in its sshd_config, or update its SSH server.`, cause);
    }
    if (/authentication methods failed/.test(message))
        return authenticationRefused(hop, state, error);
    if (state.phase === 'greeting') {
        const said = printable(state.greeting);
        if (said === '') {
            return new ServerClosedError(`${capitalised(subject)} closed the connection before its SSH greeting: check that this address may connect (hosts.deny, fail2ban, MaxStartups) and that the port is the SSH server's.`, cause);
        }
        if (/MaxStartups|Not allowed at this time/i.test(said)) {
            return new ServerClosedError(`${capitalised(subject)} turned the connection away ('${said}'): too many logins at once or failed ones before, so wait a little or raise MaxStartups in its sshd_config.`, cause);
        }
        return new NotAnSshServerError(`What answers at ${subject} is not an SSH server (it said '${said}'): check the port.`, cause);
    }
    const reason = message === 'closed' ? (codeOf(error) ?? 'no reason given') : printable(message);
    const during = state.phase === 'handshake' ? 'the key exchange' : `the login as '${hop.target.username}'`;
    return new ServerClosedError(`${capitalised(subject)} ended the connection during ${during} (${reason}): its log says why.`, cause);
}
function authenticationRefused(hop, state, cause) {
    const { subject } = hop;
    const { username } = hop.target;
    const key = `${hop.key.type} ${fingerprintOf(hop.key.getPublicSSH())}`;
    if (state.partialSuccess) {
        return new AuthenticationError(`${capitalised(subject)} accepted the key of '${username}' but wants ${state.methodsLeft.join(' or ')} besides: allow this user to log in with a key alone (AuthenticationMethods in sshd_config).`, { cause });
    }
    if (state.methodsLeft.length > 0 && !state.methodsLeft.includes('publickey')) {
        return new AuthenticationError(`${capitalised(subject)} does not let '${username}' log in with a key, only with ${state.methodsLeft.join(' or ')}: set PubkeyAuthentication yes in its sshd_config.`, { cause });
    }
    return new AuthenticationError(`${capitalised(subject)} did not accept the key ${key} for '${username}': check the user name, and that this key's public half is in that user's ~/.ssh/authorized_keys, in a folder only the user can write to.`, { cause });
}
function codeOf(error) {
    if (error instanceof AggregateError)
        return codeOf(error.errors[0]);
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}
/** A TCP connection of our own: ssh2's would leave Nagle's algorithm on, which costs 40 ms an exchange. */
function openTcpStream(host, port) {
    const socket = new external_node_net_.Socket();
    socket.setNoDelay(true);
    socket.connect({ host, port });
    return socket;
}

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
            throw new PrivateKeyError('private-key is encrypted with a cipher that is not supported: encrypt it anew with `ssh-keygen -p -f FILE`.');
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
        throw new PrivateKeyError('private-key is empty: check that the secret exists and has this name.');
    if (/^PuTTY-User-Key-File-\d/.test(text)) {
        throw new PrivateKeyError("private-key is in PuTTY's format: convert it with `puttygen key.ppk -O private-openssh -o key` and use the new file.");
    }
    if (/^(?:(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ AAAA|---- BEGIN SSH2 PUBLIC KEY|-----BEGIN (?:[A-Z]+ )?PUBLIC KEY-----)/.test(text)) {
        throw new PrivateKeyError('private-key is a public key: give the other file of the pair, the one whose name does not end in .pub.');
    }
    const begin = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
    const label = begin?.[1];
    if (!begin || label === undefined || !label.endsWith('PRIVATE KEY')) {
        throw new PrivateKeyError("private-key is not a private key: it must be the whole file, from '-----BEGIN … PRIVATE KEY-----' to '-----END … PRIVATE KEY-----'.");
    }
    const end = text.indexOf(`-----END ${label}-----`);
    if (end < 0) {
        throw new PrivateKeyError(`private-key is cut off: its last line '-----END ${label}-----' is missing, so copy the whole file.`);
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
    return new PrivateKeyError('private-key is encrypted and there is no passphrase: set passphrase, or use a key without one.');
}
function passphraseWrong() {
    return new PrivateKeyError('passphrase does not open private-key: check that both belong together and that the key is whole.');
}
function damaged() {
    return new PrivateKeyError('private-key is damaged or cut: copy the whole file again, from the BEGIN line to the END line, with its line breaks.');
}
function unsupported(type) {
    const why = type.startsWith('sk-')
        ? 'a key on a hardware token, which nobody can touch during a run'
        : `of type ${(0,src/* clipEnd */.O)(type, 40)}, which is not supported`;
    return new PrivateKeyError(`private-key is ${why}: make another with \`ssh-keygen -t ed25519\`.`);
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/packages/ssh/src/login-noise.js


const timeoutMs = 3_000;
/**
 * What a start-up file of the login shell prints before every command (bash reads ~/.bashrc for sshd too), as the
 * first half of a sentence; undefined when nothing is printed. A program's answer can be told from it, a byte pipe's
 * bytes can't.
 */
async function describeLoginNoise(channels) {
    const { stdout } = await runCommand(channels, ['true'], { timeoutMs });
    if (stdout === '')
        return undefined;
    const line = printable(stdout.trim().split('\n')[0] ?? '', 80);
    return `A start-up file of the login shell of '${channels.username}' on ${channels.subject} (such as ~/.bashrc) prints something before every command ('${line}')`;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/sftp-silence.js
const USUAL = {
    limitMs: 30_000,
    /** For what is asked once the limit has passed: the disk may be back, but nobody waits that long again. */
    moreMs: 2_000,
};
/**
 * A cancelled job has ten seconds in all. Its way back is a file that must be written, which a healthy disk under load
 * takes seconds for, and what comes after it must be done in the rest.
 */
const HURRIED = { limitMs: 5_000, moreMs: 200 };
/**
 * Ends the waiting for a server that owes answers and gives none, as one does whose disk or network home hangs. Any
 * answer counts as a sign of life, because a slow line answers many requests one after the other.
 */
class SftpSilence {
    #hurry;
    /** In the order in which they were sent. */
    #waiting = new Set();
    /** Undefined while it owes no answer. One that nobody waits for any more is still owed, until another comes. */
    #silentSinceMs;
    #hurriedAtMs = Number.NEGATIVE_INFINITY;
    #timer;
    /** @param hurry once it fires, the server is waited for no longer than a cancelled job can */
    constructor(hurry) {
        this.#hurry = hurry;
        const onHurry = () => {
            this.#hurriedAtMs = performance.now();
            this.#check();
        };
        hurry?.addEventListener('abort', onHurry, { once: true });
    }
    /**
     * @param giveUp is called when the waiting is over; `cancelled` for what was under way when the job was cancelled
     * @returns to be called when the answer is there, however late
     */
    asked(giveUp) {
        const waiting = { sentMs: performance.now(), giveUp };
        this.#silentSinceMs ??= waiting.sentMs;
        this.#waiting.add(waiting);
        if (this.#timer === undefined)
            this.#check();
        return () => {
            this.#waiting.delete(waiting);
            const isAllAnswered = this.#waiting.size === 0;
            this.#silentSinceMs = isAllAnswered ? undefined : performance.now();
            if (isAllAnswered)
                this.#stopTimer();
        };
    }
    /** Gives up what is due, and looks again when the next will be, unless an answer has come by then. */
    #check() {
        this.#stopTimer();
        const { moreMs } = this.#hurry?.aborted ? HURRIED : USUAL;
        for (const waiting of this.#waiting) {
            const nowMs = performance.now();
            const sinceMs = this.#silentSinceMs ?? waiting.sentMs;
            const leftMs = Math.max(this.#limitFrom(sinceMs), waiting.sentMs + moreMs) - nowMs;
            if (leftMs > 0) {
                this.#timer = setTimeout(() => this.#check(), Math.ceil(leftMs));
                return;
            }
            this.#waiting.delete(waiting);
            const isCutShort = this.#hurry?.aborted && waiting.sentMs <= this.#hurriedAtMs;
            waiting.giveUp(nowMs - sinceMs, isCutShort ? { reason: this.#hurry?.reason } : undefined);
        }
    }
    /** When a silence has lasted too long. What it lasted before the hurry says nothing about a disk in a short time. */
    #limitFrom(sinceMs) {
        const usualMs = sinceMs + USUAL.limitMs;
        if (!this.#hurry?.aborted)
            return usualMs;
        return Math.min(usualMs, Math.max(sinceMs, this.#hurriedAtMs) + HURRIED.limitMs);
    }
    #stopTimer() {
        clearTimeout(this.#timer);
        this.#timer = undefined;
    }
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/remote-files-requests.js



/** Every server takes this much in one request (draft-ietf-secsh-filexfer-02, section 3). */
const CHUNK_BYTES = 32 * 1024;
// SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7).
const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;
/**
 * The requests of one SFTP session. Each is sent at once when its method is called, and the server works them off in
 * that order as far as they concern the same file (draft-ietf-secsh-filexfer-02, section 6.1), so that requests that
 * need no earlier answer cost one round trip together.
 */
class SftpRequests {
    #sftp;
    #channels;
    #silence;
    /** @param hurry when it fires, a server that is silent is waited for no longer than a cancelled job can */
    constructor(sftp, channels, hurry) {
        this.#sftp = sftp;
        this.#channels = channels;
        this.#silence = new SftpSilence(hurry);
    }
    offers(extension, version) {
        return this.#inside._extensions[extension] === version;
    }
    /** How much one read or write request may carry; ssh2 would cut a larger one into requests that wait for each other. */
    get chunkBytes() {
        const { _maxReadLen, _maxWriteLen } = this.#inside;
        return Math.max(1, Math.min(CHUNK_BYTES, _maxReadLen, _maxWriteLen));
    }
    realpath(task, path) {
        return this.#call(task, isText, (done) => this.#sftp.realpath(path, done));
    }
    open(task, path, how, mode) {
        return this.#call(task, isHandle, (done) => this.#sftp.open(path, how, mode === undefined ? {} : { mode }, done));
    }
    close(task, handle) {
        return this.#do(task, (done) => this.#sftp.close(handle, done));
    }
    /** At most `length` bytes; none at the end of the file. */
    read(task, handle, length, offset) {
        const buffer = Buffer.alloc(length);
        return this.#call(task, Buffer.isBuffer, (done) => this.#sftp.read(handle, buffer, 0, length, offset, (error, count) => {
            if (error && isCode(error, END_OF_FILE))
                done(undefined, buffer.subarray(0, 0));
            else
                done(error, buffer.subarray(0, count));
        }));
    }
    write(task, handle, data, offset) {
        return this.#do(task, (done) => this.#sftp.write(handle, data, 0, data.length, offset, done));
    }
    chmod(task, handle, mode) {
        return this.#do(task, (done) => this.#sftp.fchmod(handle, mode, done));
    }
    /** Only where 'fsync@openssh.com' is offered. */
    sync(task, handle) {
        return this.#do(task, (done) => this.#sftp.ext_openssh_fsync(handle, done));
    }
    statOpen(task, handle) {
        return this.#call(task, isStats, (done) => this.#sftp.fstat(handle, done));
    }
    /** Undefined when absent. */
    stat(task, path) {
        return unlessAbsent(this.#call(task, isStats, (done) => this.#sftp.stat(path, done)));
    }
    /** As `stat`, but of a symbolic link itself. */
    lstat(task, path) {
        return unlessAbsent(this.#call(task, isStats, (done) => this.#sftp.lstat(path, done)));
    }
    openFolder(task, path) {
        return this.#call(task, isHandle, (done) => this.#sftp.opendir(path, done));
    }
    /** Some more entries, without '.' and '..'; undefined when all have been read. */
    readFolder(task, handle) {
        return this.#call(task, isEntriesOrEnd, (done) => this.#sftp.readdir(handle, (error, entries) => {
            if (error && isCode(error, END_OF_FILE))
                done(undefined, undefined);
            else
                done(error, entries ?? null);
        }));
    }
    makeFolder(task, path, mode) {
        return this.#do(task, (done) => this.#sftp.mkdir(path, { mode }, done));
    }
    removeFolder(task, path) {
        return this.#do(task, (done) => this.#sftp.rmdir(path, done));
    }
    unlink(task, path) {
        return this.#do(task, (done) => this.#sftp.unlink(path, done));
    }
    /** SFTP's own: refuses when the new name is taken. */
    rename(task, from, to) {
        return this.#do(task, (done) => this.#sftp.rename(from, to, done));
    }
    /** Replaces what has the new name. Only where 'posix-rename@openssh.com' is offered. */
    replace(task, from, to) {
        return this.#do(task, (done) => this.#sftp.ext_openssh_rename(from, to, done));
    }
    /** Only where 'hardlink@openssh.com' is offered. */
    link(task, from, to) {
        return this.#do(task, (done) => this.#sftp.ext_openssh_hardlink(from, to, done));
    }
    /** Only where 'statvfs@openssh.com' is offered. */
    space(task, path) {
        return this.#call(task, isVfsAnswer, (done) => this.#inside.ext_openssh_statvfs(path, done));
    }
    failed({ verb, path }, reason, cause) {
        return new RemoteFileError(`Could not ${verb} ${printable(path)} on ${this.#channels.subject}: ${reason}.`, { cause });
    }
    get #inside() {
        return this.#sftp;
    }
    #do(task, start) {
        return this.#call(task, isNothing, (done) => start((error) => done(error, undefined)));
    }
    #call(task, isRight, start) {
        return new Promise((resolve, reject) => {
            const refuse = (reason, cause) => reject(this.#channels.lost ?? this.failed(task, reason, cause));
            if (this.#channels.lost)
                return reject(this.#channels.lost);
            if (task.path === '' || task.path.includes('\0'))
                return refuse('this is not a file name');
            // ssh2 drops what is sent now without a word, and its callback would never be called.
            if (this.#inside.outgoing.state !== 'open')
                return refuse('the SFTP session has ended');
            const answered = this.#silence.asked((silentMs, cancelled) => {
                if (cancelled)
                    reject(cancelled.reason);
                else
                    refuse(silent(silentMs));
            });
            try {
                start((error, value) => {
                    answered();
                    if (error)
                        refuse(this.#reason(error), error);
                    else if (isRight(value))
                        resolve(value);
                    else
                        refuse('the server gave an answer that does not belong to the question');
                });
            }
            catch (error) {
                answered();
                refuse('the SFTP session has ended', error);
            }
        });
    }
    #reason(error) {
        if (isCode(error, NO_SUCH_FILE))
            return 'there is no such file or folder';
        if (isCode(error, PERMISSION_DENIED))
            return `the user '${this.#channels.username}' may not do this`;
        return printable(error.message);
    }
}
function silent(ms) {
    return `no answer for ${Math.round(ms / 1000)} s; look for a disk or a network home that hangs there`;
}
/** SFTP's status code, of ssh2's error or of ours that was made from it. */
function isCode(error, ...codes) {
    const { code, cause } = (error ?? {});
    if (typeof code === 'number')
        return codes.includes(code);
    return cause !== undefined && isCode(cause, ...codes);
}
async function unlessAbsent(operation) {
    try {
        return await operation;
    }
    catch (error) {
        if (isCode(error, NO_SUCH_FILE))
            return undefined;
        throw error;
    }
}
/**
 * Waits for every answer, so that nothing is under way afterwards.
 * @throws the error of the first request, in the order in which they were sent
 */
async function allAnswered(answers) {
    const settled = await Promise.allSettled(answers);
    for (const answer of settled)
        if (answer.status === 'rejected')
            throw answer.reason;
}
function isNothing(value) {
    return value === undefined;
}
function isText(value) {
    return typeof value === 'string';
}
function isHandle(value) {
    return Buffer.isBuffer(value) && value.length > 0;
}
function isStats(value) {
    return typeof value?.isDirectory === 'function';
}
function isEntriesOrEnd(value) {
    return value === undefined || Array.isArray(value);
}
function isVfsAnswer(value) {
    return value?.f_bavail !== undefined;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/remote-files-transfer.js

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** 512 KiB with the usual requests: more would keep a slow line so busy that the keep-alive's answers come too late. */
const WRITES_UNDER_WAY = 16;
const READS_UNDER_WAY = 32;
/**
 * The kernel fills one page (4 KiB) with whole lines for one read of a file in /proc, so that a larger read ends
 * somewhere before the page does; half a page always comes in full, and the next offset is known beforehand.
 */
const READ_OF_UNKNOWN_SIZE_BYTES = 2 * 1024;
/**
 * Writes the whole content and closes the handle, in one round trip up to 512 KiB.
 * @param exactly gives the file this mode, whatever the umask, and brings it to the disk where the server offers that
 */
async function fill(requests, task, handle, data, exactly) {
    const answers = [];
    const send = (answer) => {
        answer.catch(() => { });
        answers.push(answer);
    };
    if (exactly)
        send(requests.chmod(task, handle, exactly.mode));
    const { chunkBytes } = requests;
    for (let offset = 0; offset < data.length; offset += chunkBytes) {
        if (answers.length >= WRITES_UNDER_WAY && !(await isGood(answers.at(-WRITES_UNDER_WAY))))
            break;
        send(requests.write(task, handle, data.subarray(offset, offset + chunkBytes), offset));
    }
    if (exactly && requests.offers('fsync@openssh.com', '1'))
        send(requests.sync(task, handle));
    send(requests.close(task, handle));
    await allAnswered(answers);
}
/** The whole content, in one round trip up to 32 KiB. */
async function readAll(requests, task, handle) {
    const [{ size = 0 }, first] = await Promise.all([
        requests.statOpen(task, handle),
        requests.read(task, handle, requests.chunkBytes, 0),
    ]);
    if (size > MAX_FILE_BYTES)
        throw tooLarge(requests, task);
    const parts = [first];
    let offset = first.length;
    let isAtEnd = first.length === 0;
    // Files in /proc have no size: they end where nothing more comes.
    const chunkBytes = Math.min(requests.chunkBytes, size > 0 ? Infinity : READ_OF_UNKNOWN_SIZE_BYTES);
    while (!isAtEnd && !(size > 0 && offset >= size)) {
        const start = offset;
        const left = size > 0 ? Math.ceil((size - start) / chunkBytes) : READS_UNDER_WAY;
        const answers = await Promise.all(Array.from({ length: Math.min(left, READS_UNDER_WAY) }, (_, index) => requests.read(task, handle, chunkBytes, start + index * chunkBytes)));
        for (const answer of answers) {
            parts.push(answer);
            offset += answer.length;
            isAtEnd = answer.length === 0;
            // After a short answer the next one would leave a gap.
            if (answer.length < chunkBytes)
                break;
        }
        if (offset > MAX_FILE_BYTES)
            throw tooLarge(requests, task);
    }
    return Buffer.concat(parts);
}
function tooLarge(requests, task) {
    return requests.failed(task, `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
}
function isGood(answer) {
    return Promise.resolve(answer).then(() => true, () => false);
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/remote-files.js







// As in stat(2).
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 64;
const MAX_FOLDER_READS_AT_ONCE = 16;
const MAX_REMOVALS_AT_ONCE = 64;
const FULL_BELOW_BYTES = 32 * 1024;
/**
 * @param hurry when it fires, a server that is silent is waited for no longer than a cancelled job can
 * @throws RemoteFileError when the server offers no SFTP
 */
async function openRemoteFiles(channels, hurry) {
    let sftp;
    try {
        sftp = await channels.sftp();
    }
    catch (error) {
        if (error instanceof SshError)
            throw error;
        const noise = await describeLoginNoise(channels).catch(() => undefined);
        if (noise !== undefined) {
            throw new RemoteFileError(`${noise}, and that spoils SFTP: let that file print only when the shell is interactive, or set 'Subsystem sftp internal-sftp' in its sshd_config.`, { cause: error });
        }
        throw new RemoteFileError(`${capitalised(channels.subject)} offers no SFTP: add 'Subsystem sftp internal-sftp' to its sshd_config.`, { cause: error });
    }
    sftp.on('error', () => { });
    return new SftpFiles(sftp, channels, hurry);
}
/** Over a network an operation takes as long as its round trips: what needs no earlier answer is sent together. */
class SftpFiles {
    /** Not private to the language, so that a test can take extensions away and count requests. */
    sftp;
    #requests;
    constructor(sftp, channels, hurry) {
        this.sftp = sftp;
        this.#requests = new SftpRequests(sftp, channels, hurry);
    }
    home() {
        return this.#requests.realpath({ verb: 'find', path: 'the home folder' }, '.');
    }
    async read(path) {
        const task = { verb: 'read', path };
        const handle = await unlessAbsent(this.#requests.open(task, path, 'r'));
        if (!handle)
            return undefined;
        try {
            return (await readAll(this.#requests, task, handle)).toString('utf8');
        }
        finally {
            this.#closeLater(task, handle);
        }
    }
    async write(path, text, mode) {
        const task = { verb: 'write', path };
        const data = this.#checked(task, text);
        const temporary = temporaryBeside(path);
        const handle = await this.#requests.open(task, temporary, 'wx', mode);
        await this.#fillTemporary(task, temporary, handle, data, mode);
        try {
            // Not sent along with the content: a content that could not be written must not replace the old one.
            if (this.#requests.offers('posix-rename@openssh.com', '1')) {
                await this.#requests.replace(task, temporary, path);
            }
            else {
                await this.#requests.rename({ verb: 'replace', path }, temporary, path);
            }
        }
        catch (error) {
            await this.#discard(temporary);
            throw error;
        }
    }
    async create(path, text, mode) {
        const task = { verb: 'create', path };
        const data = this.#checked(task, text);
        if (this.#requests.offers('hardlink@openssh.com', '1')) {
            const isCreated = await this.#createBy('link', task, data, mode);
            if (isCreated !== undefined)
                return isCreated;
        }
        return (await this.#createBy('rename', task, data, mode)) ?? false;
    }
    async append(path, text, mode) {
        const task = { verb: 'append to', path };
        const data = this.#checked(task, text);
        const handle = await this.#requests.open(task, path, 'a', mode);
        await this.#fill(task, handle, data);
    }
    async makeDirectory(path, mode) {
        // Nearly always it is there.
        if ((await this.#lookAt(path))?.isDirectory())
            return;
        const all = withParents(path);
        const found = await Promise.allSettled(all.map((part) => this.#lookAt(part)));
        const missing = [];
        for (const [index, part] of all.entries()) {
            const stats = valueOrThrow(found[index]);
            if (stats?.isDirectory())
                break;
            if (stats)
                throw this.#requests.failed(makingOf(part), 'a file has this name');
            missing.unshift(part);
        }
        const attempts = await Promise.all(missing.map(async (part) => {
            const [made, after] = await Promise.allSettled([
                this.#requests.makeFolder(makingOf(part), part, mode),
                this.#lookAt(part),
            ]);
            return { made, after };
        }));
        for (const { made, after } of attempts) {
            // Somebody else may have made it in the meantime.
            if (made.status === 'rejected' && !(after.status === 'fulfilled' && after.value?.isDirectory()))
                throw made.reason;
        }
    }
    async list(path) {
        const task = { verb: 'list', path };
        const handle = await unlessAbsent(this.#requests.openFolder(task, path));
        if (!handle)
            return [];
        try {
            return await this.#readFolder(task, handle);
        }
        finally {
            this.#closeLater(task, handle);
        }
    }
    async remove(path) {
        const name = external_node_path_.posix.basename(external_node_path_.posix.normalize(path));
        if (name === '' || name === '.' || name === '..')
            throw this.#requests.failed({ verb: 'remove', path }, 'it is not the name of a file');
        // With a slash at its end the name of a link would mean what the link leads to.
        const itself = path.replace(/\/+$/, '');
        if (!(await this.#removeUnlessFolder(itself)))
            await this.#removeFolder(itself, 0);
    }
    async sweep(path, age) {
        const isOld = (entry) => age === undefined || age.nowMs - entry.mtimeMs > age.olderThanMs;
        const abandoned = (await this.list(path)).filter((entry) => !entry.isDirectory && temporaryName.test(entry.name) && isOld(entry));
        await allAnswered(abandoned.map(({ name }) => this.remove(external_node_path_.posix.join(path, name))));
    }
    async stat(path) {
        const stats = await this.#lookAt(path);
        if (!stats)
            return undefined;
        const { uid, gid, mode, mtime, size } = stats;
        return { uid, gid, mode, isDirectory: stats.isDirectory(), mtimeMs: mtime * 1000, size };
    }
    async freeBytes(path) {
        if (!this.#requests.offers('statvfs@openssh.com', '2'))
            return undefined;
        const answer = await this.#requests.space({ verb: 'measure the space at', path }, path);
        return Number(answer.f_bavail) * Number(answer.f_frsize);
    }
    /** True when created, false when the name is taken, undefined when the file system has no hard links. */
    async #createBy(way, task, data, mode) {
        const { path } = task;
        const temporary = temporaryBeside(path);
        const [taken, opened] = await Promise.allSettled([
            this.#isTaken(path),
            this.#requests.open(task, temporary, 'wx', mode),
        ]);
        if (taken.status === 'rejected' || taken.value) {
            if (opened.status === 'fulfilled') {
                this.#closeLater(task, opened.value);
                await this.#discard(temporary);
            }
            valueOrThrow(taken);
            return false;
        }
        await this.#fillTemporary(task, temporary, valueOrThrow(opened), data, mode);
        // SFTP has no status for a name that is taken: looking for it right after tells.
        const [placed, takenNow] = await Promise.allSettled([
            this.#requests[way](task, temporary, path),
            this.#isTaken(path),
            this.#discard(temporary),
        ]);
        if (placed.status === 'fulfilled')
            return true;
        if (takenNow.status === 'fulfilled' && takenNow.value)
            return false;
        if (way === 'link' && isCode(placed.reason, FAILURE, UNSUPPORTED, PERMISSION_DENIED))
            return undefined;
        throw placed.reason;
    }
    /** The file beside the target gets its final mode and is on the disk, so that only a rename is left to do. */
    async #fillTemporary(task, temporary, handle, data, mode) {
        try {
            await this.#fill(task, handle, data, { mode });
        }
        catch (error) {
            await this.#discard(temporary);
            throw error;
        }
    }
    async #fill(task, handle, data, exactly) {
        try {
            await fill(this.#requests, task, handle, data, exactly);
        }
        catch (error) {
            throw (await this.#isDiskFull(task.path))
                ? this.#requests.failed(task, 'the disk is full', error)
                : error;
        }
    }
    async #isDiskFull(path) {
        try {
            const free = await this.freeBytes(external_node_path_.posix.dirname(path));
            return free !== undefined && free < FULL_BELOW_BYTES;
        }
        catch {
            return false;
        }
    }
    #checked(task, text) {
        const data = typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text);
        if (data.length > MAX_FILE_BYTES)
            throw tooLarge(this.#requests, task);
        return data;
    }
    async #readFolder(task, handle) {
        const entries = [];
        let sent = 0;
        // Two suffice for a small folder: its entries, and that these were all.
        for (let atOnce = 2;; atOnce = Math.min(2 * atOnce, MAX_FOLDER_READS_AT_ONCE)) {
            const answers = await Promise.allSettled(Array.from({ length: atOnce }, () => this.#requests.readFolder(task, handle)));
            for (const answer of answers) {
                const some = valueOrThrow(answer);
                if (!some)
                    return entries;
                for (const { filename, attrs } of some) {
                    if (filename === '.' || filename === '..' || /[/\0]/.test(filename))
                        continue;
                    entries.push({
                        name: filename,
                        isDirectory: attrs.isDirectory(),
                        isFile: (attrs.mode & S_IFMT) === S_IFREG,
                        mtimeMs: attrs.mtime * 1000,
                        size: attrs.size,
                    });
                }
                sent += 1;
                if (entries.length > MAX_ENTRIES || sent > MAX_ENTRIES)
                    throw this.#requests.failed(task, `it holds more than ${MAX_ENTRIES} entries`);
            }
        }
    }
    /** False when it is a folder: then nothing has happened. */
    async #removeUnlessFolder(path) {
        const task = { verb: 'remove', path };
        const [unlinked, looked] = await Promise.allSettled([
            this.#requests.unlink(task, path),
            this.#requests.lstat(task, path),
        ]);
        if (unlinked.status === 'fulfilled' || isCode(unlinked.reason, NO_SUCH_FILE))
            return true;
        const stats = valueOrThrow(looked);
        if (stats && !stats.isDirectory())
            throw unlinked.reason;
        return !stats;
    }
    async #removeFolder(path, depth) {
        const task = { verb: 'remove', path };
        if (depth > MAX_DEPTH)
            throw this.#requests.failed(task, `its folders lie more than ${MAX_DEPTH} deep`);
        const inside = (await this.list(path)).map(({ name }) => external_node_path_.posix.join(path, name));
        const folders = [];
        for (let start = 0; start < inside.length; start += MAX_REMOVALS_AT_ONCE) {
            await allAnswered(inside.slice(start, start + MAX_REMOVALS_AT_ONCE).map(async (entry) => {
                if (!(await this.#removeUnlessFolder(entry)))
                    folders.push(entry);
            }));
        }
        for (const folder of folders)
            await this.#removeFolder(folder, depth + 1);
        await unlessAbsent(this.#requests.removeFolder(task, path));
    }
    #lookAt(path) {
        return this.#requests.stat({ verb: 'look at', path }, path);
    }
    async #isTaken(path) {
        return (await this.#requests.lstat({ verb: 'look at', path }, path)) !== undefined;
    }
    async #discard(temporary) {
        await this.#requests.unlink({ verb: 'remove', path: temporary }, temporary).catch(() => { });
    }
    /** Nobody waits for the answer: nothing depends on it. */
    #closeLater(task, handle) {
        this.#requests.close(task, handle).catch(() => { });
    }
}
function makingOf(path) {
    return { verb: 'make the folder', path };
}
/** The path, its parent, and so on upwards. */
function withParents(path) {
    const all = [path];
    for (let part = path;;) {
        const parent = external_node_path_.posix.dirname(part);
        if (parent === part || parent === '.')
            return all;
        all.push(parent);
        part = parent;
    }
}
const temporaryName = /^\..{1,100}\.[0-9a-f]{16}\.tmp$/s;
function temporaryBeside(path) {
    const name = `.${external_node_path_.posix.basename(path).slice(0, 100)}.${(0,external_node_crypto_.randomBytes)(8).toString('hex')}.tmp`;
    return external_node_path_.posix.join(external_node_path_.posix.dirname(path), name);
}
function valueOrThrow(settled) {
    if (settled?.status === 'fulfilled')
        return settled.value;
    throw settled?.reason;
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/socket-routes.js









// Below sshd's default of ten sessions a connection, which SFTP and commands share.
const MAX_DIALS = 8;
// The CLI's ping may take 2 s of it.
const TRIAL_TIMEOUT_MS = 3_000;
/**
 * Opens sockets on the server, by SSH forwarding or, where sshd forbids it, through
 * `docker -H … system dial-stdio`, which is a plain byte pipe to any socket, not only to an Engine. It has two
 * costs: each one is a session, and the CLI first opens a connection of its own to the same socket, sends
 * `HEAD /_ping` there and, when nothing answers or closes it, waits 2 s before it opens ours.
 *
 * Which way it is stays for the life of the connection, so that only the first socket pays for finding out.
 */
class SocketRoutes {
    #channels;
    #dials = new SessionSlots(MAX_DIALS);
    #trials = new Map();
    #silence;
    unix;
    tcp;
    constructor(channels) {
        this.#channels = channels;
    }
    /**
     * @throws SocketMissingError SocketPermissionError SocketRefusedError ForwardingError ConnectionLostError
     */
    async openUnix(path) {
        if (!path.startsWith('/') || path.includes('\0')) {
            throw new SocketMissingError(`'${printable(path)}' is not the absolute path of a Unix socket.`);
        }
        const endpoint = `unix://${path}`;
        if (this.unix !== 'dial-stdio') {
            try {
                const socket = await this.#channels.forwardUnix(path);
                this.unix = 'forwarding';
                return socket;
            }
            catch (error) {
                if (!(error instanceof ChannelRefusal))
                    throw error;
                // sshd gives the same answer for forwarding that is off, a missing socket and one that may not be used.
                if (this.unix === 'forwarding')
                    throw await this.#explainUnix(path, error);
            }
            await this.#tryDial(endpoint, (obstacle, detail) => this.#unixObstacle(path, obstacle, detail));
            // Another socket may have found meanwhile that forwarding works.
            this.unix ??= 'dial-stdio';
        }
        return this.#dial(endpoint, (obstacle, detail) => this.#unixObstacle(path, obstacle, detail));
    }
    /**
     * By forwarding, a port nothing listens on is refused here; by dial-stdio the socket itself fails.
     *
     * @throws SocketRefusedError ForwardingError ConnectionLostError
     */
    async openTcp(host, port) {
        const endpoint = `tcp://${address(host, port)}`;
        const explain = (obstacle, detail) => this.#tcpObstacle(host, port, obstacle, detail);
        if (this.tcp !== 'dial-stdio') {
            try {
                const socket = await this.#channels.forwardTcp(host, port);
                this.tcp = 'forwarding';
                return socket;
            }
            catch (error) {
                if (!(error instanceof ChannelRefusal))
                    throw error;
                if (error.reason !== PROHIBITED)
                    throw this.#tcpObstacle(host, port, 'refused', error.message);
            }
            try {
                await this.#tryDial(endpoint, explain);
                this.tcp = 'dial-stdio';
            }
            catch (error) {
                // The CLI works; only the port does not answer yet.
                if (error instanceof SocketRefusedError)
                    this.tcp = 'dial-stdio';
                throw error;
            }
        }
        return this.#dial(endpoint, explain);
    }
    async #dial(endpoint, explain) {
        const { release } = await this.#dials.take();
        try {
            const socket = await this.#channels.commandSocket(shellCommand(dialCommand(endpoint)), {
                explainSilence: (code, stderr) => code === 0 ? undefined : explain(obstacleOf(code, stderr), stderr),
            });
            socket.once('close', release);
            return socket;
        }
        catch (error) {
            release();
            throw error;
        }
    }
    /** Whether dial-stdio reaches the endpoint: opened and closed at once, because a pipe itself cannot tell. */
    #tryDial(endpoint, explain) {
        const running = this.#trials.get(endpoint);
        if (running)
            return running;
        const trial = this.#dialOnce(endpoint, explain).finally(() => this.#trials.delete(endpoint));
        this.#trials.set(endpoint, trial);
        return trial;
    }
    async #dialOnce(endpoint, explain) {
        let result;
        try {
            result = await runCommand(this.#channels, dialCommand(endpoint), { timeoutMs: TRIAL_TIMEOUT_MS });
        }
        catch (error) {
            // A server that keeps its side open has been reached.
            if (!(error instanceof CommandTimeoutError))
                throw error;
        }
        if (result && result.code !== 0)
            throw explain(obstacleOf(result.code, result.stderr), result.stderr);
        this.#silence ??= this.#checkSilence();
        await this.#silence;
    }
    /** A byte pipe can't tell what a start-up file of the login shell prints from what the other end sends. */
    async #checkSilence() {
        const noise = await describeLoginNoise(this.#channels).catch(() => undefined);
        if (noise === undefined)
            return;
        throw new ForwardingError(`${noise}, and that spoils the connections through its docker command: let that file print only when the shell is interactive, or set AllowStreamLocalForwarding yes and AllowTcpForwarding yes in its sshd_config.`);
    }
    async #explainUnix(path, cause) {
        if (!(await this.#test('-e', path)))
            return this.#unixObstacle(path, 'missing', cause.message);
        if (!(await this.#test('-w', path)))
            return this.#unixObstacle(path, 'permission', cause.message);
        return this.#unixObstacle(path, 'refused', cause.message);
    }
    async #test(flag, path) {
        return ((await runCommand(this.#channels, ['test', flag, path], { timeoutMs: TRIAL_TIMEOUT_MS })).code === 0);
    }
    #unixObstacle(path, obstacle, detail) {
        const { subject, username } = this.#channels;
        const cause = { cause: new Error(printable(detail, 500)) };
        switch (obstacle) {
            case 'missing':
                return new SocketMissingError(`There is no socket ${path} on ${subject}: ${isOurs(path)
                    ? 'the switch that made it is gone; check with "docker ps" that it runs there'
                    : 'check that the Docker Engine runs there and which socket it listens on (docker-host)'}.`, cause);
            case 'permission':
                return new SocketPermissionError(isOurs(path)
                    ? `The user '${username}' may not use ${path} on ${subject}: give the socket back to that user with chown there and run again.`
                    : `The user '${username}' may not use ${path} on ${subject}: add the user to the socket's group there (\`sudo usermod -aG docker ${username}\`) and run again.`, cause);
            case 'refused':
                return new SocketRefusedError(`Nothing listens on ${path} on ${subject}: ${isOurs(path)
                    ? 'the switch that it belongs to has ended; look into its log there with "docker logs"'
                    : 'start the Docker Engine there (`sudo systemctl start docker`)'}.`, cause);
            default:
                return this.#noRoute(path, 'AllowStreamLocalForwarding', obstacle, detail);
        }
    }
    #tcpObstacle(host, port, obstacle, detail) {
        if (obstacle === 'no-cli' || obstacle === 'old-cli' || obstacle === 'other') {
            return this.#noRoute(address(host, port), 'AllowTcpForwarding', obstacle, detail);
        }
        return new SocketRefusedError(`Nothing answers at ${address(host, port)} as seen from ${this.#channels.subject} (${printable(lastLine(detail))}).`, { cause: new Error(printable(detail, 500)) });
    }
    #noRoute(end, option, obstacle, detail) {
        const { subject } = this.#channels;
        const why = {
            'no-cli': 'it has no docker command to go round it with',
            'old-cli': 'its docker command is too old to go round it (18.09 or newer is needed)',
            other: `its docker command could not go round it (${printable(lastLine(detail))})`,
        }[obstacle];
        return new ForwardingError(`${capitalised(subject)} did not forward a connection to ${end}, and ${why}: set ${option} yes in its sshd_config (and no DisableForwarding), or mend the docker command.`, { cause: new Error(printable(detail, 500)) });
    }
}
function dialCommand(endpoint) {
    // Set on the server, these would make the CLI ask for TLS, or for another Engine, on a plain socket.
    return [
        'env',
        'DOCKER_TLS_VERIFY=',
        'DOCKER_TLS=',
        'DOCKER_CONTEXT=',
        'docker',
        '-H',
        endpoint,
        'system',
        'dial-stdio',
    ];
}
function obstacleOf(code, stderr) {
    if (/no such file or directory/i.test(stderr) && /dial unix/.test(stderr))
        return 'missing';
    if (/permission denied/i.test(stderr) && /dial unix/.test(stderr))
        return 'permission';
    if (/dial (?:tcp|unix)/.test(stderr))
        return 'refused';
    if (code === 127 || code === 126)
        return 'no-cli';
    if (/not a docker command|unknown (?:shorthand )?(?:flag|command)/i.test(stderr))
        return 'old-cli';
    return 'other';
}
/** A socket of a switch, in the folder of an app, and no Engine's. */
function isOurs(path) {
    return path.includes('/.switchyard/');
}
function lastLine(text) {
    return text.trim().split('\n').at(-1) ?? '';
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/connection.js










const DEFAULT_KEEPALIVE_INTERVAL_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/**
 * Opens one SSH connection, through the jump host where there is one, with the key and nothing else.
 *
 * @throws PrivateKeyError KnownHostsError FingerprintError before anything is sent;
 *   HostNotFoundError ConnectionRefusedError HostUnreachableError ConnectTimeoutError NotAnSshServerError
 *   ServerClosedError NoCommonAlgorithmError AuthenticationError UnknownHostKeyError ChangedHostKeyError
 *   RevokedHostKeyError JumpHostError, each naming the host it is about
 */
async function connect(target, options) {
    const deadline = performance.now() + options.connectTimeoutMs;
    const common = {
        keepaliveIntervalMs: options.keepaliveIntervalMs ?? DEFAULT_KEEPALIVE_INTERVAL_MS,
        deadline,
        timeoutMs: options.connectTimeoutMs,
        signal: options.signal,
    };
    const hop = await prepare(target, 'server');
    const jumpHop = options.jump ? await prepare(options.jump, 'jump host') : undefined;
    if (!jumpHop || !options.jump) {
        const client = await authenticate({
            ...hop,
            ...common,
            openStream: async () => openTcpStream(target.host, target.port),
        });
        return new Connection(client, hop.subject, target.username, { hurry: options.signal });
    }
    const jump = options.jump;
    const jumpClient = await authenticate({
        ...jumpHop,
        ...common,
        openStream: async () => openTcpStream(jump.host, jump.port),
    });
    const jumpConnection = new Connection(jumpClient, jumpHop.subject, jump.username);
    try {
        const client = await authenticate({
            ...hop,
            ...common,
            openStream: () => throughJumpHost(jumpConnection, jumpHop.subject, target, hop.subject),
        });
        return new Connection(client, hop.subject, target.username, {
            hurry: options.signal,
            jump: jumpConnection,
        });
    }
    catch (error) {
        await jumpConnection.close();
        throw error;
    }
}
async function prepare(target, role) {
    const subject = subjectOf(role, target.host, target.port);
    return {
        target,
        subject,
        check: hostKeyCheck(target.hostKey, subject, target.host, target.port),
        key: await readPrivateKey(target.privateKey, target.passphrase),
    };
}
async function throughJumpHost(jump, jumpSubject, target, subject) {
    try {
        return await jump.channels.forwardTcp(target.host, target.port);
    }
    catch (error) {
        if (error instanceof SshError)
            throw error;
        const message = error instanceof Error ? error.message : String(error);
        const what = /prohibited|open failed/i.test(message)
            ? 'does not forward connections: set AllowTcpForwarding yes (or local) in its sshd_config'
            : 'cannot reach it: check the address as the jump host sees it, and its firewall';
        throw new JumpHostError(`No way to ${subject} through ${jumpSubject}, which ${what} (it said '${printable(message)}').`, { cause: error });
    }
}
class Connection {
    closed;
    channels;
    routes;
    #client;
    #jump;
    #hurry;
    #files;
    #closing = false;
    constructor(client, subject, username, more = {}) {
        this.#client = client;
        this.#jump = more.jump;
        this.#hurry = more.hurry;
        this.channels = new Channels(client, subject, username);
        this.routes = new SocketRoutes(this.channels);
        let reason;
        client.on('error', (error) => {
            reason ??= error;
        });
        this.closed = new Promise((resolve) => {
            client.once('close', () => {
                if (this.#closing) {
                    this.channels.end(new ConnectionLostError(`The connection to ${subject} has been closed.`), false);
                    resolve(undefined);
                }
                else {
                    const lost = connectionGone(subject, reason ?? new Error('the server closed it'));
                    this.channels.end(lost, true);
                    void this.#jump?.close();
                    resolve(lost);
                }
            });
        });
    }
    openUnixSocket(path) {
        return this.routes.openUnix(path);
    }
    openTcp(host, port) {
        return this.routes.openTcp(host, port);
    }
    exec(argv, options) {
        return runCommand(this.channels, argv, options);
    }
    files() {
        this.#files ??= openRemoteFiles(this.channels, this.#hurry).catch((error) => {
            this.#files = undefined;
            throw error;
        });
        return this.#files;
    }
    async close() {
        if (!this.#closing) {
            this.#closing = true;
            this.#client.end();
        }
        // A server that is gone does not confirm.
        const timer = setTimeout(() => this.#client.destroy(), CLOSE_TIMEOUT_MS);
        await this.closed;
        clearTimeout(timer);
        await this.#jump?.close();
    }
}

;// CONCATENATED MODULE: ./build/packages/ssh/src/index.js







/***/ })

};
