import type { LoadReport } from '../load/report.ts';
import { type Load, type LoadKinds, startLoad } from '../load/start-load.ts';

export interface StackLoadOptions {
  /** Requests a second at each of the two addresses; default 100. */
  rate?: number;
  /** Jobs a second; default 5, half of what one worker does. */
  jobRate?: number;
  durationMs: number;
}

export interface StackReport {
  /** Pages, each of them with a call from the frontend to the backend inside the stack; versions are `v1+v1`. */
  frontend: LoadReport;
  backend: LoadReport;
  jobs: LoadReport;
  requests: number;
  /** At both addresses, pages for whose sake a call inside failed among them. */
  failed: number;
  /** Pages that the frontend itself could not make, because its call inside failed. */
  failedInside: number;
  mixed: number;
}

/** Load on both addresses of a stack, and jobs for its workers. */
export interface StackLoad extends AsyncDisposable {
  readonly frontend: Load;
  readonly backend: Load;
  readonly jobs: Load;
  /** Remembers a moment under a name, in all reports. */
  mark(name: string): void;
  /** Announces that answers may go back from one version to another, before the way back can happen. */
  expectWayBack(from: string, to: string): void;
  stop(): Promise<StackReport>;
}

const ordinary: Partial<LoadKinds> = {
  slowPerSecond: 2,
  webSocketClients: 0,
  sseClients: 0,
  idleConnections: 10,
};
const postsOnly: Partial<LoadKinds> = {
  ...ordinary,
  keepAliveShare: 0,
  newShare: 0,
  postShare: 1,
  slowPerSecond: 0,
  idleConnections: 0,
};

export async function startStackLoad(
  ports: { frontend: number; backend: number },
  { rate = 100, jobRate = 5, durationMs }: StackLoadOptions,
): Promise<StackLoad> {
  const common = { host: '127.0.0.1', durationMs, maxRecords: 20_000 };
  const started: Load[] = [];
  try {
    const start = async (options: Parameters<typeof startLoad>[0]) => {
      const load = await startLoad(options);
      started.push(load);
      return load;
    };
    const frontend = await start({
      ...common,
      port: ports.frontend,
      rate,
      path: '/page',
      kinds: { ...ordinary, postShare: 0 },
    });
    const backend = await start({
      ...common,
      port: ports.backend,
      rate,
      path: '/api/version',
      kinds: ordinary,
    });
    const jobs = await start({
      ...common,
      port: ports.backend,
      rate: jobRate,
      orderPath: '/jobs',
      kinds: postsOnly,
    });
    return {
      frontend,
      backend,
      jobs,
      mark: (name) => started.forEach((load) => void load.mark(name)),
      expectWayBack(from, to) {
        // The two services do not go back within the same microsecond.
        frontend.expect(`${to}+${from}`, `${from}+${to}`, `${to}+${to}`);
        for (const load of [backend, jobs]) load.expect(to);
      },
      async stop() {
        const [pages, answers, posted] = await Promise.all([frontend.stop(), backend.stop(), jobs.stop()]);
        return summedUp(pages, answers, posted);
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(started.map((load) => load[Symbol.asyncDispose]()));
      },
    };
  } catch (error) {
    await Promise.all(started.map((load) => load[Symbol.asyncDispose]()));
    throw error;
  }
}

function summedUp(frontend: LoadReport, backend: LoadReport, jobs: LoadReport): StackReport {
  const reports = [frontend, backend, jobs];
  const sum = (of: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  // A proxy's own 502 names no version.
  const failedInside = frontend.failures.filter(({ version }) => version !== undefined).length;
  return {
    frontend,
    backend,
    jobs,
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    failedInside,
    mixed: sum(({ mixed }) => mixed),
  };
}
