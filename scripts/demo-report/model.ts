import type {
  FailureRecord,
  Latency,
  LoadBucket,
  LoadReport,
  VersionReport,
} from '../../test/load/report.ts';

/**
 * `live`: serves now. `refused`: never got healthy, nothing was switched. `switched-back`: went bad after the
 * switch. `failed`: anything else.
 */
export type DeployOutcome = 'live' | 'refused' | 'switched-back' | 'failed';

/** A moment of a deploy; what is drawn lasts until the next one. */
export interface DeployMoment {
  /** `start`, `healthy`, `switch`, `watch`, `switch-back`, `drain`, `done`; others are drawn in grey. */
  name: string;
  /** Milliseconds after the start of the load. */
  atMs: number;
}

export interface DemoDeploy {
  image: string;
  version: string;
  outcome: DeployOutcome;
  /** One sentence when the outcome is not `live`. */
  reason?: string;
  /** Null where nothing was switched. */
  switchMs: number | null;
  /** The deploy's time less image pull, app boot and drain; null where it did not run to its end. */
  overheadMs: number | null;
  durationMs: number;
  moments: DeployMoment[];
}

/** What is written to `report.json`, and all that the page shows. */
export interface DemoReport {
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  requests: number;
  failed: number;
  mixed: number;
  longestGapMs: number;
  latency: Latency;
  deploys: DemoDeploy[];
  versions: VersionReport[];
  streams: { cut: number; opened: number };
  failuresByReason: Record<string, number>;
  failures: FailureRecord[];
  /** What it ran on, shown as it is: `{ "Docker Engine": "26.1.5" }`. */
  environment: Record<string, string>;
  /** What the figures can't tell by themselves, as one sentence. */
  remark: string;
  bucketMs: number;
  buckets: LoadBucket[];
}

/** Picks what the report shows out of what the load generator and the deploys gave. */
export function demoReport(
  load: LoadReport,
  deploys: DemoDeploy[],
  environment: Record<string, string>,
  remark: string,
): DemoReport {
  return {
    startedAt: new Date(load.startedAt).toISOString(),
    durationMs: load.durationMs,
    requests: load.requests,
    failed: load.failed,
    mixed: load.mixed,
    longestGapMs: load.longestGapMs,
    latency: load.latency,
    deploys,
    versions: load.versions,
    streams: {
      cut: load.webSocket.cut + load.sse.cut,
      opened: load.webSocket.opened + load.sse.opened,
    },
    failuresByReason: load.failuresByReason,
    failures: load.failures,
    environment,
    remark,
    bucketMs: load.bucketMs,
    buckets: load.buckets,
  };
}

export function median(numbers: readonly (number | null)[]): number | undefined {
  const sorted = numbers.filter((number) => number !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
