import type { Duplex, Readable } from 'node:stream';
import { CUT_MARK, clipEnd } from '#clipped-text';
import { attempt, type Exchange } from './probe-attempt.ts';
import type { OpenConnection, ProbeOptions, ProbeResult } from './probe-result.ts';
import { type StatusRanges, statusIsIn } from './status-ranges.ts';

export interface HttpProbe extends ProbeOptions {
  /** With the query: `/up?full=1`. */
  path: string;
  /** The Host header (`:authority` with h2c). */
  host: string;
  /** Default GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  protocol: 'http' | 'h2c';
  expectedStatus: StatusRanges;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * One request over a new connection, then the connection is closed. Redirects are an answer like any other and
 * not followed. The body counts too: an answer whose body breaks off is unhealthy.
 */
export function probeHttp(open: OpenConnection, request: HttpProbe): Promise<ProbeResult> {
  const exchange = request.protocol === 'h2c' ? http2Exchange : http1Exchange;
  return attempt(open, request, (stream) => exchange(stream, request));
}

function http1Exchange(stream: Duplex, request: HttpProbe): Promise<Exchange> {
  // Not imported: importing node:http evaluates all its exports, and one of them loads undici.
  const http = process.getBuiltinModule('node:http');
  return new Promise<Exchange>((resolve, reject) => {
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
      readBody(response).then(
        (body) => resolve(judge(request, response.statusCode ?? 0, response.headers, body)),
        reject,
      );
    });
    // 101 is an answer too: whoever probes a WebSocket path wants to see it.
    outgoing.once('upgrade', (response) => {
      resolve(judge(request, response.statusCode ?? 0, response.headers, ''));
    });
    outgoing.end();
  });
}

function http2Exchange(stream: Duplex, request: HttpProbe): Promise<Exchange> {
  const http2 = process.getBuiltinModule('node:http2');
  return new Promise<Exchange>((resolve, reject) => {
    const session = http2.connect('http://localhost', {
      createConnection: () => withSocketMethods(stream),
    });
    const done = (exchange: Exchange) => {
      session.destroy();
      resolve(exchange);
    };
    const fail = (error: unknown) => {
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
      readHttp2Body(outgoing).then(
        (body) => done(judge(request, headers[':status'] ?? 0, headers, body)),
        fail,
      );
    });
    outgoing.end();
  });
}

function connectionEnded(): Error {
  return Object.assign(new Error('the connection ended before the answer'), { code: 'ECONNRESET' });
}

async function readBody(source: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    parts.push(part);
    size += part.length;
    // Enough: an endless answer (a stream of events, a download) is an answer all the same.
    if (size >= MAX_BODY_BYTES) break;
  }
  return bodyText(Buffer.concat(parts));
}

/** At the limit nobody has looked whether more comes, so that counts as cut. */
function bodyText(bytes: Buffer): string {
  const text = bytes.subarray(0, MAX_BODY_BYTES).toString('utf8');
  return bytes.length < MAX_BODY_BYTES ? text : `${text}${CUT_MARK}`;
}

/**
 * An answer that arrives in one piece ends its stream before an iterator has looked at it, which the iterator then
 * takes for a premature close; through an SSH channel that is every third answer.
 */
function readHttp2Body(source: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = () => resolve(bodyText(Buffer.concat(parts)));
    source.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= MAX_BODY_BYTES) finish();
    });
    source.once('end', finish);
    source.once('close', () => reject(connectionEnded()));
  });
}

function judge(
  request: HttpProbe,
  status: number,
  rawHeaders: Readonly<Record<string, string | string[] | number | undefined>>,
  body: string,
): Exchange {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(rawHeaders)) {
    if (value === undefined || name.startsWith(':')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  const healthy = statusIsIn(status, request.expectedStatus);
  const location = status >= 300 && status < 400 && headers.location;
  const target = location ? ` (redirect to ${clipEnd(location, 200).replace(/\p{Cc}/gu, '')})` : '';
  return {
    outcome: healthy ? 'healthy' : 'unhealthy',
    detail: `HTTP ${status}${target}`,
    status,
    headers,
    body,
  };
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** node:http and node:http2 call methods of net.Socket that a channel of an SSH connection does not have. */
function withSocketMethods(stream: Duplex): Duplex {
  const socket = stream as unknown as Record<string, unknown>;
  for (const method of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    socket[method] ??= () => stream;
  }
  return stream;
}
