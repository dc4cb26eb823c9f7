import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LoadOptions, loadConfig } from './config.ts';
import type {
  GeneratorCommand,
  GeneratorMessage,
  LoadBucket,
  LoadMark,
  LoadReport,
  LoadSummary,
} from './report.ts';

export type { LoadKinds, LoadOptions } from './config.ts';

export interface LiveLoad {
  atMs: number;
  answered: number;
  failed: number;
  mixed: number;
  /** Answers in the last second. */
  perSecond: number;
  /** The worst p99 of a tenth of a second in the last second. */
  p99Ms: number;
  /** Versions that answered in the last second. */
  versions: string[];
}

export interface Load extends AsyncDisposable {
  /** Milliseconds since the epoch at which the load began. */
  readonly startedAt: number;
  /** Remembers a moment under a name, for the report. */
  mark(name: string): void;
  /** Announces that answers may go back to each of `versions` once: call it before the switch back can happen. */
  expect(...versions: string[]): void;
  live(): LiveLoad;
  /** Ends the load, waits for what is under way (at most the request time-out) and reports. */
  stop(): Promise<LoadReport>;
}

/**
 * Starts the load in a process of its own and resolves when it is sending.
 *
 * @throws Error when a setting is out of bounds, the target is not on this machine, or the process fails
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const config = loadConfig(options);
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const buckets: LoadBucket[] = [];
  const marks: LoadMark[] = [];
  let answered = 0;
  let failed = 0;
  let mixed = 0;
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-4_000);
  });
  // The child may be gone when it is told to stop.
  child.stdin.on('error', () => {});

  const started = Promise.withResolvers<number>();
  const finished = Promise.withResolvers<LoadSummary>();
  // Whoever calls stop() sees the failure; until then it must not end the process.
  finished.promise.catch(() => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as GeneratorMessage;
    if ('bucket' in message) {
      const { bucket } = message;
      buckets.push(bucket);
      answered += sum(bucket);
      failed += bucket.failed;
      mixed += bucket.mixed;
    } else if ('summary' in message) finished.resolve(message.summary);
    else if ('started' in message) started.resolve(message.started);
    else complaint = message.error;
  });
  child.once('error', (error) => {
    complaint = error.message;
  });
  child.once('close', (code) => {
    const error = new Error(`The load generator ended with ${code} before its report. ${complaint}`.trim());
    started.reject(error);
    finished.reject(error);
  });
  child.stdin.write(`${JSON.stringify(config)}\n`);
  const startedAt = await started.promise;

  const tell = (command: GeneratorCommand) => {
    if (child.stdin.writable) child.stdin.write(`${JSON.stringify(command)}\n`);
  };
  const stop = async (): Promise<LoadReport> => {
    tell({ stop: true });
    const { orders, ...summary } = await finished.promise;
    child.stdin.end();
    const open = new Set(orders.unacknowledged);
    const ids = Array.from({ length: orders.sent }, (_, number) => `${orders.prefix}-${number}`);
    const acknowledgedIds = ids.filter((_, number) => !open.has(number));
    return { ...summary, orders: { sentIds: ids, acknowledgedIds }, buckets, marks };
  };
  return {
    startedAt,
    mark(name) {
      marks.push({ name, atMs: Date.now() - startedAt });
    },
    expect(...versions) {
      tell({ expect: versions });
    },
    live() {
      const recent = buckets.slice(-10);
      return {
        atMs: Date.now() - startedAt,
        answered,
        failed,
        mixed,
        perSecond: recent.reduce((total, bucket) => total + sum(bucket), 0),
        p99Ms: Math.max(0, ...recent.map((bucket) => bucket.p99Ms)),
        versions: [...new Set(recent.flatMap((bucket) => Object.keys(bucket.versions)))],
      };
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop().catch(() => {});
    },
  };
}

function sum(bucket: LoadBucket): number {
  return Object.values(bucket.versions).reduce((total, count) => total + count, 0);
}
