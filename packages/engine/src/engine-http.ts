import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { clipEnd } from '#clipped-text';
import { ExplainedError, sentenceOf } from '#explained-error';
import type { OpenConnection } from './engine.ts';
import { EngineError, EngineUnreachableError } from './engine-error.ts';
import { engineWords } from './engine-words.ts';
import { printable } from './printable.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_ANSWER_BYTES = 32 * MEBIBYTE;
const MAX_ERROR_BYTES = 64 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;

export interface EngineRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** Starts with `/`, without the API version. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Longest silence in ms; 0 switches it off. */
  timeoutMs?: number | undefined;
  /** With `timeoutMs` 0: the longest silence all the same until the answer begins. */
  headTimeoutMs?: number | undefined;
  /** Statuses beside 2xx that are no error for the caller. */
  alsoFine?: readonly number[];
  /** What is being done, for messages: `start the container app-blue`. */
  purpose: string;
  /** Ask the Engine to hand over the bare connection (`exec` with input). */
  upgrade?: boolean;
}

export interface EngineAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

export interface EngineStream {
  status: number;
  headers: IncomingMessage['headers'];
  /** Ends with an EngineError when the connection breaks, stalls, or the signal fires. */
  chunks: AsyncIterable<Buffer>;
  /** Only with `upgrade`: the way to write to the program. */
  input: Duplex | undefined;
  destroy(): void;
}

export interface EngineHttp {
  call(request: EngineRequest): Promise<EngineAnswer>;
  /** An answer that is one object. */
  json<T>(request: EngineRequest): Promise<T>;
  /** An answer that is a list of objects; empty for a 404 that is `alsoFine`. */
  list<T>(request: EngineRequest): Promise<T[]>;
  /** Undefined for 404. */
  find<T>(request: EngineRequest): Promise<T | undefined>;
  stream(request: EngineRequest): Promise<EngineStream>;
  /** From here on all paths get this prefix: `/v1.51`. */
  useVersion(apiVersion: string): void;
  close(): void;
}

/**
 * The Engine's HTTP on node:http. node:http and not fetch: fetch cannot use a stream that somebody else opened.
 * `getBuiltinModule` and not `import`: a static or dynamic `import 'node:http'` evaluates all its exports, among
 * them a getter that loads undici, which more than doubles the start-up of an unbundled script.
 */
export function engineHttp(open: OpenConnection): EngineHttp {
  const http = process.getBuiltinModule('node:http');
  const agent = agentOver(http.Agent, open);
  let prefix = '';

  function begin(request: EngineRequest): Promise<EngineStream> {
    const { signal, purpose } = request;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers: Record<string, string | number> = { host: 'docker', ...request.headers };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (body !== undefined || request.method === 'POST') headers['content-length'] = body?.length ?? 0;
    if (request.upgrade) Object.assign(headers, { connection: 'Upgrade', upgrade: 'tcp' });

    return new Promise<EngineStream>((resolve, reject) => {
      let stall: NodeJS.Timeout | undefined;
      let failure: unknown;
      let outgoing: ClientRequest;

      const watchSilence = (limitMs: number) => {
        if (limitMs === 0) return;
        stall ??= setTimeout(() => stop(stalled(purpose, limitMs)), limitMs);
        stall.refresh();
      };
      const progress = () => watchSilence(timeoutMs);
      const headCame = () => {
        clearTimeout(stall);
        stall = undefined;
        progress();
      };
      const stop = (reason: unknown) => {
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
      } catch (error) {
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
        if (head.length > 0) socket.unshift(head);
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

      async function* chunksOf(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
        try {
          for await (const chunk of source) {
            progress();
            yield chunk;
          }
          if (failure !== undefined) throw failure;
        } catch (error) {
          throw failure ?? explainTransport(error, purpose);
        } finally {
          finish();
        }
      }
    });
  }

  async function stream(request: EngineRequest): Promise<EngineStream> {
    const answer = await beginWithOneRetry(request);
    const fine =
      (answer.status >= 200 && answer.status < 300) ||
      (request.upgrade === true && answer.status === 101) ||
      request.alsoFine?.includes(answer.status);
    if (fine) return answer;
    throw engineRefusal(answer.status, await readText(answer, MAX_ERROR_BYTES, 'cut'), request.purpose);
  }

  /** A pooled connection can be closed by the other side at the very moment it is used; a GET may be repeated. */
  async function beginWithOneRetry(request: EngineRequest): Promise<EngineStream> {
    try {
      return await begin(request);
    } catch (error) {
      const reset = error instanceof EngineUnreachableError && isReset(error.cause);
      if (!reset || request.method === 'POST' || request.method === 'DELETE') throw error;
      return await begin(request);
    }
  }

  async function call(request: EngineRequest): Promise<EngineAnswer> {
    const answer = await stream(request);
    const text = await readText(answer, MAX_ANSWER_BYTES, 'refuse', request.purpose);
    return { status: answer.status, headers: answer.headers, text };
  }

  return {
    call,
    stream,
    async json<T>(request: EngineRequest): Promise<T> {
      const { text, status } = await call(request);
      return parseObject<T>(text, status, request.purpose);
    },
    async list<T>(request: EngineRequest): Promise<T[]> {
      const { text, status } = await call(request);
      return status === 404 ? [] : parseList<T>(text, status, request.purpose);
    },
    async find<T>(request: EngineRequest): Promise<T | undefined> {
      const { text, status } = await call({ ...request, alsoFine: [404] });
      return status === 404 ? undefined : parseObject<T>(text, status, request.purpose);
    },
    useVersion: (apiVersion) => {
      prefix = `/v${apiVersion}`;
    },
    close: () => agent.destroy(),
  };
}

/** An http.Agent whose connections come from `open`. At most 8 at once: sshd allows 10 sessions by default. */
function agentOver(AgentClass: typeof Agent, open: OpenConnection): Agent {
  const agent = new AgentClass({ keepAlive: true, maxSockets: 8, maxFreeSockets: 8 });
  let closed = false;
  const destroyAgent = agent.destroy.bind(agent);
  agent.destroy = () => {
    closed = true;
    destroyAgent();
  };
  type Callback = (error: Error | null, stream?: Duplex) => void;
  const createConnection = (_options: unknown, callback: Callback): undefined => {
    open().then(
      (stream) => {
        if (closed) {
          stream.destroy();
          callback(new Error('the client was closed'));
          return;
        }
        callback(null, likeSocket(stream));
      },
      (error) => callback(error instanceof Error ? error : new Error(String(error))),
    );
    return undefined;
  };
  agent.createConnection = createConnection as unknown as typeof agent.createConnection;
  return agent;
}

/** http.Agent calls methods of net.Socket that a channel of an SSH connection does not have. */
function likeSocket(stream: Duplex): Duplex {
  const socket = stream as unknown as Record<string, unknown>;
  for (const method of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    socket[method] ??= () => stream;
  }
  return stream;
}

async function readText(
  answer: EngineStream,
  maxBytes: number,
  tooLong: 'cut' | 'refuse',
  purpose = '',
): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.chunks) {
    size += chunk.length;
    parts.push(chunk);
    if (size <= maxBytes) continue;
    answer.destroy();
    if (tooLong === 'cut') break;
    throw new EngineError(
      `The Docker Engine's answer to "${purpose}" is larger than ${Math.round(maxBytes / MEBIBYTE)} MiB and was refused.`,
      { status: answer.status },
    );
  }
  return Buffer.concat(parts).toString('utf8', 0, Math.min(size, maxBytes));
}

/** @throws EngineError when the text is not a JSON object */
function parseObject<T>(text: string, status: number, purpose: string): T {
  return parseAs<T>(text, 'an object', isObject, status, purpose);
}

/** @throws EngineError when the text is not a JSON list of objects */
function parseList<T>(text: string, status: number, purpose: string): T[] {
  const isList = (value: unknown) => Array.isArray(value) && value.every(isObject);
  return parseAs<T[]>(text, 'a list', isList, status, purpose);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseAs<T>(
  text: string,
  what: string,
  isRight: (value: unknown) => boolean,
  status: number,
  purpose: string,
): T {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRight(value)) throw new TypeError(`not ${what}`);
    return value as T;
  } catch (cause) {
    throw new EngineError(
      `What answers on the Docker socket is not a Docker Engine: to "${purpose}" it sent ${excerpt(text)} in place of ${what} in JSON.`,
      { status, cause },
    );
  }
}

function engineRefusal(status: number, text: string, purpose: string): EngineError {
  const engineMessage = messageOf(text);
  const said = engineMessage === '' ? 'without a reason' : `: ${engineMessage}`;
  const message =
    status >= 300 && status < 400
      ? `The Docker Engine sent a redirect (HTTP ${status}) when asked to ${purpose}; something else answers on its socket.`
      : `The Docker Engine refused to ${purpose} (HTTP ${status})${said.startsWith(':') ? said : ` ${said}`}`;
  return new EngineError(endWithStop(message), { status, engineMessage });
}

function messageOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'message' in value) {
      return engineWords(value.message);
    }
  } catch {
    // Proxies and other servers answer with plain text or HTML.
  }
  return text.trim() === '' ? '' : excerpt(text);
}

function excerpt(text: string): string {
  const line = printable(text).trim();
  return line === '' ? 'nothing' : JSON.stringify(clipEnd(line, 200));
}

function endWithStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function stalled(purpose: string, timeoutMs: number): EngineError {
  return new EngineError(
    `The Docker Engine gave no answer for ${seconds(timeoutMs)} when asked to ${purpose}; it is overloaded or hangs.`,
    { timedOut: true },
  );
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

function explainTransport(error: unknown, purpose: string): unknown {
  // What opened the stream knows best why it could not (host key, no access to the socket, …).
  if (error instanceof ExplainedError) return error;
  const code = codeOf(error);
  if (code?.startsWith('HPE_')) {
    return new EngineError(
      `What answers on the Docker socket does not speak HTTP (${code}); is the path the Engine's socket?`,
      { cause: error },
    );
  }
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') {
    const why =
      code === 'ENOENT'
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
  return new EngineUnreachableError(
    endWithStop(
      `The connection to the Docker Engine broke when asked to ${purpose}: ${printable(sentenceOf(error))}`,
    ),
    { cause: error },
  );
}

function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

function queryString(query: EngineRequest['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** Engine API filters for labels: https://docs.docker.com/reference/api/engine/ ("filters"). */
export function labelFilters(labels: Readonly<Record<string, string | true>> | undefined): string[] {
  return Object.entries(labels ?? {}).map(([name, value]) => (value === true ? name : `${name}=${value}`));
}

/** The `filters` parameter, or undefined when there is none. */
export function filtersParameter(filters: Readonly<Record<string, readonly string[]>>): string | undefined {
  const set = Object.fromEntries(Object.entries(filters).filter(([, values]) => values.length > 0));
  return Object.keys(set).length === 0 ? undefined : JSON.stringify(set);
}
