import type { LoadReport } from '../test/load/report.ts';

export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** All three are NaN (null in JSON) without values, and so meet no demand. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
  const middle = sorted.length / 2;
  const lower = sorted[Math.ceil(middle) - 1] ?? min;
  const upper = sorted[Math.floor(middle)] ?? max;
  return { median: round((lower + upper) / 2), min: round(min), max: round(max) };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface Stretch {
  requests: number;
  failed: number;
  mixed: number;
  /** The longest time without an answer, in steps of the load's slices of 100 ms. */
  outageMs: number;
}

/** What the load saw in one stretch of its time, in milliseconds after its start. */
export function stretchOf(report: LoadReport, fromMs: number, toMs: number): Stretch {
  const stretch: Stretch = { requests: 0, failed: 0, mixed: 0, outageMs: 0 };
  let silentMs = 0;
  for (const bucket of report.buckets) {
    if (bucket.atMs < fromMs || bucket.atMs >= toMs) continue;
    const answered = Object.values(bucket.versions).reduce((sum, count) => sum + count, 0);
    stretch.requests += answered + bucket.failed;
    stretch.failed += bucket.failed;
    stretch.mixed += bucket.mixed;
    silentMs = answered === 0 ? silentMs + report.bucketMs : 0;
    stretch.outageMs = Math.max(stretch.outageMs, silentMs);
  }
  return stretch;
}
