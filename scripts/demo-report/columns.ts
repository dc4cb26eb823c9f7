import type { DemoReport } from './model.ts';

/** A slice of time as wide as one step of the chart. */
export interface Column {
  fromMs: number;
  toMs: number;
  perSecond: Record<string, number>;
  failed: number;
  mixed: number;
  /** Undefined where nothing was answered. The p50 is the middle one, the others the worst in the column. */
  p50Ms: number | undefined;
  p95Ms: number | undefined;
  p99Ms: number | undefined;
}

/**
 * Joins the load's slices of 100 ms into at most `most` columns. Failures after the end of the load (requests
 * that timed out) are kept in the last column: not one may get lost on the way into the picture.
 */
export function columnsOf(report: DemoReport, most: number): Column[] {
  const whole = Math.max(1, Math.floor(report.durationMs / report.bucketMs));
  const perColumn = Math.ceil(whole / most);
  const count = Math.max(1, Math.floor(whole / perColumn));
  const spanMs = perColumn * report.bucketMs;
  const columns = Array.from({ length: count }, (_, index): Column & { medians: number[] } => ({
    fromMs: index * spanMs,
    toMs: (index + 1) * spanMs,
    perSecond: {},
    failed: 0,
    mixed: 0,
    p50Ms: undefined,
    p95Ms: undefined,
    p99Ms: undefined,
    medians: [],
  }));
  for (const bucket of report.buckets) {
    const index = Math.floor(bucket.atMs / spanMs);
    const column = columns[Math.min(index, count - 1)];
    if (column === undefined) continue;
    column.failed += bucket.failed;
    column.mixed += bucket.mixed;
    if (index >= count) continue;
    for (const [version, answers] of Object.entries(bucket.versions)) {
      column.perSecond[version] = (column.perSecond[version] ?? 0) + (answers * 1_000) / spanMs;
    }
    if (bucket.maxMs === 0) continue;
    column.medians.push(bucket.p50Ms);
    column.p95Ms = Math.max(column.p95Ms ?? 0, bucket.p95Ms);
    column.p99Ms = Math.max(column.p99Ms ?? 0, bucket.p99Ms);
  }
  return columns.map(({ medians, ...column }) => ({
    ...column,
    p50Ms: medians.sort((a, b) => a - b)[medians.length >> 1],
  }));
}
