import { randomBytes } from 'node:crypto';
import type { LoadConfig } from './config.ts';
import { HttpConnection } from './http-connection.ts';
import type { Attempt, Recorder } from './recorder.ts';
import type { StreamReport, TrafficKind } from './report.ts';
import type { ResponseHead } from './response-parser.ts';
import { acceptValue, clientFrame, FrameReader, opcode } from './web-socket-frames.ts';

const reopenAfterMs = 100;
const reopenAfterFailureMs = 500;
// RFC 6455, 7.4.1: normal, going away; 1012 is "service restart".
const cleanCloseCodes = new Set([1000, 1001, 1012]);

export interface StreamContext {
  config: LoadConfig;
  clock: () => number;
  recorder: Recorder;
  report: StreamReport;
}

/** One client that keeps one stream open, opens it again when it ended, and says how it ended. */
abstract class StreamClient {
  protected readonly context: StreamContext;
  protected connection: HttpConnection | undefined;
  protected open = false;
  protected lastHeardMs = 0;
  readonly #kind: TrafficKind;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(kind: TrafficKind, context: StreamContext) {
    this.#kind = kind;
    this.context = context;
  }

  start(): void {
    const { config, clock } = this.context;
    const now = clock();
    this.open = false;
    this.lastHeardMs = now;
    this.connection = new HttpConnection(config, clock, {
      head: (_, head) => this.#head(head),
      answered: (connection, head) => {
        connection.close();
        if (this.open) this.ended('closed');
        else this.#refused(`status ${head.status}`, head);
      },
      failed: (_, reason, head) => {
        if (this.open) this.streamLost(reason);
        else this.#refused(reason, head);
      },
      body: (_, chunk) => this.received(chunk),
      raw: (_, chunk) => this.received(chunk),
    });
    this.connection.request(
      { kind: this.#kind, startedMs: now, sentMs: now, reused: false },
      this.requestBytes(),
    );
  }

  /** Looks for silence; called now and then. */
  check(nowMs: number): void {
    if (this.#stopped || this.#timer !== undefined) return;
    if (nowMs - this.lastHeardMs <= this.context.config.timeoutMs) return;
    this.connection?.giveUp('timeout');
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.connection?.close();
  }

  protected abstract requestBytes(): string;
  protected abstract accepts(head: ResponseHead): boolean;
  protected abstract received(chunk: Buffer): void;
  protected streamOpened(): void {}

  /** An open stream ended without a goodbye; silence is a request that failed. */
  protected streamLost(reason: string): void {
    if (reason === 'timeout') this.#fail('silent', undefined);
    this.ended('cut');
  }

  protected ended(how: 'closed' | 'cut'): void {
    this.context.report[how] += 1;
    this.connection?.close();
    this.#again(reopenAfterMs);
  }

  #head(head: ResponseHead): void {
    if (!this.accepts(head)) return;
    this.open = true;
    this.lastHeardMs = this.context.clock();
    this.context.report.opened += 1;
    const attempt = this.connection?.attempt as Attempt;
    if (head.version === undefined) this.#fail('no version', head);
    else this.context.recorder.answered(attempt, head.version, this.context.clock());
    this.streamOpened();
  }

  #refused(reason: string, head: ResponseHead | undefined): void {
    this.#fail(reason, head);
    this.#again(reopenAfterFailureMs);
  }

  #fail(reason: string, head: ResponseHead | undefined): void {
    const attempt = this.connection?.attempt as Attempt;
    this.context.recorder.failed(attempt, reason, this.context.clock(), head?.version);
  }

  #again(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, afterMs);
  }
}

/** GET /sse: server-sent events; a clean end is the last chunk of the chunked body. */
export class EventStreamClient extends StreamClient {
  constructor(context: StreamContext) {
    super('sse', context);
  }

  protected override requestBytes(): string {
    const { host, port } = this.context.config;
    return `GET /sse?everyMs=250 HTTP/1.1\r\nhost: ${hostHeader(host, port)}\r\naccept: text/event-stream\r\n\r\n`;
  }

  protected override accepts(head: ResponseHead): boolean {
    return head.status === 200;
  }

  protected override received(chunk: Buffer): void {
    this.lastHeardMs = this.context.clock();
    // An event ends with an empty line; a chunk that ends with one ends at least one event.
    if (chunk.length > 1 && chunk[chunk.length - 1] === 10 && chunk[chunk.length - 2] === 10) {
      this.context.report.messages += 1;
    }
  }
}

/** GET /ws: sends a text every `webSocketPingMs` and expects it back; a clean end is a close frame. */
export class WebSocketClient extends StreamClient {
  #key = '';
  #frames = new FrameReader(() => {});
  #pinging: NodeJS.Timeout | undefined;
  #unanswered = 0;

  constructor(context: StreamContext) {
    super('websocket', context);
  }

  override stop(): void {
    clearInterval(this.#pinging);
    if (this.open) this.connection?.socket.write(clientFrame(opcode.close, closePayload(1001)));
    super.stop();
  }

  override check(nowMs: number): void {
    if (!this.open || this.#unanswered > 0) super.check(nowMs);
  }

  protected override requestBytes(): string {
    const { host, port } = this.context.config;
    this.#key = randomBytes(16).toString('base64');
    return (
      `GET /ws HTTP/1.1\r\nhost: ${hostHeader(host, port)}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${this.#key}\r\n\r\n`
    );
  }

  protected override accepts(head: ResponseHead): boolean {
    return head.status === 101 && head.webSocketAccept === acceptValue(this.#key);
  }

  protected override streamOpened(): void {
    this.#unanswered = 0;
    this.#frames = new FrameReader((code, payload) => this.#frame(code, payload));
    clearInterval(this.#pinging);
    this.#pinging = setInterval(() => {
      // The silence that `check` measures begins with the first text that is not answered.
      if (this.#unanswered === 0) this.lastHeardMs = this.context.clock();
      this.#unanswered += 1;
      this.connection?.socket.write(clientFrame(opcode.text, Buffer.from(`ping ${this.#unanswered}`)));
    }, this.context.config.kinds.webSocketPingMs);
  }

  protected override received(chunk: Buffer): void {
    if (!this.open) return;
    try {
      this.#frames.write(chunk);
    } catch {
      this.connection?.giveUp('malformed');
    }
  }

  protected override ended(how: 'closed' | 'cut'): void {
    clearInterval(this.#pinging);
    super.ended(how);
  }

  #frame(code: number, payload: Buffer): void {
    this.lastHeardMs = this.context.clock();
    if (code === opcode.text || code === opcode.binary) {
      this.context.report.messages += 1;
      this.#unanswered = Math.max(0, this.#unanswered - 1);
    } else if (code === opcode.ping) {
      this.connection?.socket.write(clientFrame(opcode.pong, payload.subarray(0, 125)));
    } else if (code === opcode.close) {
      const status = payload.length >= 2 ? payload.readUInt16BE(0) : 1000;
      this.connection?.socket.write(clientFrame(opcode.close, closePayload(status)));
      this.ended(cleanCloseCodes.has(status) ? 'closed' : 'cut');
    }
  }
}

export function hostHeader(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function closePayload(status: number): Buffer {
  const payload = Buffer.allocUnsafe(2);
  payload.writeUInt16BE(status, 0);
  return payload;
}
