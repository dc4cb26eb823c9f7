import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { LoadConfig } from './config.ts';
import { HttpConnection } from './http-connection.ts';
import { LatencyHistogram, rounded } from './latency-histogram.ts';
import { type Attempt, bucketMs, Recorder } from './recorder.ts';
import type { LoadBucket, LoadSummary, StreamReport, TrafficKind } from './report.ts';
import type { ResponseHead } from './response-parser.ts';
import { EventStreamClient, hostHeader, WebSocketClient } from './stream-clients.ts';

const tickMs = 2;
const sweepMs = 100;
const lateAfterMs = 10;

type RatedKind = 'keep-alive' | 'new' | 'post' | 'slow';

/** A kind of traffic with its own open-loop timetable: request number n is due at n / rate, come what may. */
interface Timetable {
  kind: RatedKind;
  perMs: number;
  planned: number;
}

/** Sends the load from the event loop of this process. */
export class Generator {
  readonly recorder: Recorder;
  /** Resolves when the last request is answered or given up. */
  readonly finished: Promise<LoadSummary>;
  readonly startedAt: number;
  readonly #config: LoadConfig;
  readonly #origin: number;
  readonly #cpuAtStart = process.cpuUsage();
  readonly #clock = () => performance.now() - this.#origin;
  readonly #timetables: Timetable[];
  readonly #idlePool: HttpConnection[] = [];
  readonly #active = new Set<HttpConnection>();
  readonly #poolEvents = {
    answered: (connection: HttpConnection, head: ResponseHead) => this.#answered(connection, head),
    failed: (connection: HttpConnection, reason: string, head: ResponseHead | undefined) =>
      this.#failed(connection, reason, head),
    idleClosed: (connection: HttpConnection) => this.#idleClosed(connection),
  };
  readonly #quiet: { connection: HttpConnection | undefined; dueMs: number }[];
  readonly #webSocket = emptyStreamReport();
  readonly #sse = emptyStreamReport();
  readonly #streams: (WebSocketClient | EventStreamClient)[];
  readonly #lag = new LatencyHistogram();
  readonly #orderPrefix = `order-${randomBytes(4).toString('hex')}`;
  readonly #ordersOpen = new Set<number>();
  readonly #orderOf = new WeakMap<Attempt, number>();
  readonly #get: string;
  readonly #getAndClose: string;
  readonly #slow: string;
  readonly #slowAndClose: string;
  readonly #timers: NodeJS.Timeout[];
  #resolve: (summary: LoadSummary) => void = () => {};
  #orders = 0;
  #slowCount = 0;
  #planned = 0;
  #late = 0;
  #unsent = 0;
  #idleCloses = 0;
  #stopping = false;
  #stoppedAtMs = 0;

  constructor(config: LoadConfig, emitBucket: (bucket: LoadBucket) => void) {
    this.#config = config;
    this.recorder = new Recorder(emitBucket, config.maxRecords);
    this.startedAt = Date.now();
    this.#origin = performance.now();
    const host = `host: ${hostHeader(config.host, config.port)}\r\n`;
    this.#get = `GET ${config.path} HTTP/1.1\r\n${host}\r\n`;
    this.#getAndClose = `GET ${config.path} HTTP/1.1\r\n${host}connection: close\r\n\r\n`;
    this.#slow = `GET /slow?ms=${config.kinds.slowMs} HTTP/1.1\r\n${host}\r\n`;
    this.#slowAndClose = `GET /slow?ms=${config.kinds.slowMs} HTTP/1.1\r\n${host}connection: close\r\n\r\n`;
    this.#timetables = timetables(config);
    const context = { config, clock: this.#clock, recorder: this.recorder };
    this.#streams = [
      ...times(
        config.kinds.webSocketClients,
        () => new WebSocketClient({ ...context, report: this.#webSocket }),
      ),
      ...times(config.kinds.sseClients, () => new EventStreamClient({ ...context, report: this.#sse })),
    ];
    this.#quiet = times(config.kinds.idleConnections, () => ({ connection: undefined, dueMs: 0 }));
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const stream of this.#streams) stream.start();
    this.#timers = [setInterval(() => this.#tick(), tickMs), setInterval(() => this.#sweep(), sweepMs)];
  }

  /** Sends nothing more; `finished` resolves when what is under way has ended. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#stoppedAtMs = this.#clock();
    clearInterval(this.#timers[0]);
    for (const stream of this.#streams) stream.stop();
    this.#sweep();
  }

  #tick(): void {
    const now = this.#clock();
    if (now >= this.#config.durationMs || this.#planned >= this.#config.maxRequests) {
      this.stop();
      return;
    }
    for (const table of this.#timetables) {
      for (let dueMs = table.planned / table.perMs; dueMs <= now; dueMs = table.planned / table.perMs) {
        // After a moment in which this process did not run, many are due at once.
        if (this.#planned >= this.#config.maxRequests) return;
        table.planned += 1;
        this.#send(table.kind, dueMs);
      }
    }
  }

  #send(kind: RatedKind, dueMs: number): void {
    const now = this.#clock();
    this.#planned += 1;
    this.#lag.add(now - dueMs);
    if (now - dueMs > lateAfterMs) this.#late += 1;
    const attempt: Attempt = { kind, startedMs: now, sentMs: now, reused: false };
    if (this.#active.size >= this.#config.maxInFlight) {
      this.#unsent += 1;
      this.recorder.failed(attempt, 'not sent', now);
      return;
    }
    if (kind === 'new') this.#request(this.#connect(), attempt, this.#getAndClose);
    else if (kind === 'keep-alive') this.#request(this.#pooled(attempt), attempt, this.#get);
    else if (kind === 'post') this.#request(this.#pooled(attempt), attempt, this.#orderRequest(attempt));
    else {
      this.#slowCount += 1;
      if (this.#slowCount % 2 === 0) this.#request(this.#connect(), attempt, this.#slowAndClose);
      else this.#request(this.#pooled(attempt), attempt, this.#slow);
    }
  }

  #request(connection: HttpConnection, attempt: Attempt, bytes: string): void {
    this.#active.add(connection);
    connection.request(attempt, bytes);
  }

  #orderRequest(attempt: Attempt): string {
    const number = this.#orders;
    this.#orders += 1;
    this.#ordersOpen.add(number);
    this.#orderOf.set(attempt, number);
    const id = `${this.#orderPrefix}-${number}`;
    const body = `{"id":"${id}"}`;
    return (
      `POST ${this.#config.orderPath} HTTP/1.1\r\n` +
      `host: ${hostHeader(this.#config.host, this.#config.port)}\r\n` +
      `x-order-id: ${id}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    );
  }

  #connect(): HttpConnection {
    return new HttpConnection(this.#config, this.#clock, this.#poolEvents);
  }

  /** The connection that has been idle longest: stale ones are found soonest this way. */
  #pooled(attempt: Attempt): HttpConnection {
    const connection = this.#idlePool.shift();
    if (connection === undefined) return this.#connect();
    attempt.reused = true;
    return connection;
  }

  #answered(connection: HttpConnection, head: ResponseHead): void {
    const attempt = connection.attempt as Attempt;
    const now = this.#clock();
    this.#active.delete(connection);
    if (head.status < 200 || head.status > 299) {
      this.recorder.failed(attempt, `status ${head.status}`, now, head.version);
    } else if (head.version === undefined) {
      this.recorder.failed(attempt, 'no version', now);
    } else {
      this.recorder.answered(attempt, head.version, now);
      const order = this.#orderOf.get(attempt);
      if (order !== undefined) this.#ordersOpen.delete(order);
    }
    this.#release(connection, attempt.kind, head.keepAlive);
  }

  #release(connection: HttpConnection, kind: TrafficKind, keepAlive: boolean): void {
    connection.attempt = undefined;
    if (kind === 'idle') {
      if (!keepAlive) this.#dropQuiet(connection);
    } else if (
      !keepAlive ||
      kind === 'new' ||
      this.#idlePool.length >= this.#config.kinds.pooledConnections
    ) {
      connection.close();
    } else this.#idlePool.push(connection);
    this.#finishWhenDone();
  }

  #failed(connection: HttpConnection, reason: string, head: ResponseHead | undefined): void {
    const attempt = connection.attempt as Attempt;
    this.#active.delete(connection);
    this.recorder.failed(attempt, reason, this.#clock(), head?.version);
    if (attempt.kind === 'idle') this.#dropQuiet(connection);
    this.#finishWhenDone();
  }

  #idleClosed(connection: HttpConnection): void {
    if (this.#stopping) return;
    this.#idleCloses += 1;
    const at = this.#idlePool.indexOf(connection);
    if (at >= 0) this.#idlePool.splice(at, 1);
    this.#dropQuiet(connection);
  }

  #dropQuiet(connection: HttpConnection): void {
    for (const quiet of this.#quiet) if (quiet.connection === connection) quiet.connection = undefined;
    connection.close();
  }

  #sweep(): void {
    const now = this.#clock();
    this.recorder.advance(now);
    for (const connection of this.#active) {
      const startedMs = connection.attempt?.startedMs ?? now;
      if (now - startedMs > this.#config.timeoutMs) connection.giveUp('timeout');
    }
    if (this.#stopping) {
      this.#finishWhenDone();
      return;
    }
    for (const stream of this.#streams) stream.check(now);
    for (const quiet of this.#quiet) if (quiet.dueMs <= now) this.#useQuiet(quiet, now);
  }

  #useQuiet(quiet: { connection: HttpConnection | undefined; dueMs: number }, now: number): void {
    const { idleMinMs, idleMaxMs } = this.#config.kinds;
    quiet.dueMs = now + idleMinMs + Math.random() * (idleMaxMs - idleMinMs);
    if (quiet.connection?.attempt !== undefined) return;
    const reused = quiet.connection !== undefined;
    quiet.connection ??= this.#connect();
    this.#planned += 1;
    this.#request(quiet.connection, { kind: 'idle', startedMs: now, sentMs: now, reused }, this.#get);
  }

  #finishWhenDone(): void {
    if (!this.#stopping || this.#active.size > 0) return;
    clearInterval(this.#timers[1]);
    for (const connection of this.#idlePool) connection.close();
    for (const quiet of this.#quiet) quiet.connection?.close();
    this.#resolve(this.#summary());
    this.#resolve = () => {};
  }

  #summary(): LoadSummary {
    const used = process.cpuUsage(this.#cpuAtStart);
    const cpuMs = (used.user + used.system) / 1_000;
    const counts = this.recorder.finish(this.#stoppedAtMs);
    return {
      startedAt: this.startedAt,
      durationMs: rounded(this.#stoppedAtMs),
      ...counts,
      idleCloses: this.#idleCloses,
      webSocket: this.#webSocket,
      sse: this.#sse,
      schedule: {
        planned: this.#planned,
        late: this.#late,
        lateAfterMs,
        unsent: this.#unsent,
        lagP50Ms: this.#lag.percentile(0.5),
        lagP99Ms: this.#lag.percentile(0.99),
        lagMaxMs: this.#lag.report().maxMs,
      },
      orders: { prefix: this.#orderPrefix, sent: this.#orders, unacknowledged: [...this.#ordersOpen] },
      cpu: {
        totalMs: rounded(cpuMs),
        perThousandRequestsMs: rounded((cpuMs * 1_000) / Math.max(1, counts.requests)),
      },
      bucketMs,
    };
  }
}

function timetables({ rate, kinds }: LoadConfig): Timetable[] {
  const shares: [RatedKind, number][] = [
    ['keep-alive', kinds.keepAliveShare],
    ['new', kinds.newShare],
    ['post', kinds.postShare],
  ];
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  return [
    ...shares.map(([kind, share]) => ({ kind, perMs: (rate * share) / sum / 1_000, planned: 0 })),
    { kind: 'slow' as const, perMs: kinds.slowPerSecond / 1_000, planned: 0 },
  ].filter(({ perMs }) => perMs > 0);
}

function times<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

function emptyStreamReport(): StreamReport {
  return { opened: 0, closed: 0, cut: 0, messages: 0 };
}
