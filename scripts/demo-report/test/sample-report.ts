import type { LoadBucket } from '../../../test/load/report.ts';
import type { DemoDeploy, DemoReport } from '../model.ts';

const bucketMs = 100;

/** A run as the demo makes it, with figures that a formula makes up. */
export function sampleReport(change: { failing?: boolean; version?: string } = {}): DemoReport {
  const second = change.version ?? 'v2';
  const deploys: DemoDeploy[] = [
    deploy('v1', 'live', -1, 2_000),
    deploy(second, 'live', 12_000, 9_000),
    {
      ...deploy('v3', 'refused', 30_000, 6_000),
      switchMs: null,
      overheadMs: null,
      reason: 'The candidate exited with code 1 before it was healthy: "listen EADDRINUSE".',
      moments: moments(30_000, ['start', 'done'], [0, 6_000]),
    },
    {
      ...deploy('v4', 'switched-back', 46_000, 8_000),
      reason: 'The error rate of the new version was 41 %, the limit is 5 %.',
      overheadMs: null,
      moments: moments(
        46_000,
        ['start', 'healthy', 'switch', 'watch', 'switch-back', 'drain', 'done'],
        [0, 700, 710, 715, 3_200, 3_210, 8_000],
      ),
    },
    deploy('v5', 'live', 68_000, 9_000),
  ];
  const buckets: LoadBucket[] = Array.from({ length: 900 }, (_, index) => {
    const atMs = index * bucketMs;
    const wave = 1 + 0.06 * Math.sin(index / 7) + 0.04 * Math.sin(index / 2.3);
    const busy = deploys.some(
      ({ moments }) => atMs >= (moments[0]?.atMs ?? 0) && atMs <= (moments.at(-1)?.atMs ?? 0),
    );
    const p50Ms = 0.55 * wave * (busy ? 1.4 : 1);
    const failed = change.failing === true && index > 480 && index < 492 ? 30 : 0;
    const versions: Record<string, number> = {};
    const serving = servingAt(atMs, second);
    versions[serving] = 104 - failed;
    if (atMs > 12_700 && atMs < 14_800) versions.v1 = 1;
    return {
      atMs,
      versions,
      failed,
      mixed: 0,
      p50Ms,
      p95Ms: p50Ms * 3.1,
      p99Ms: p50Ms * (busy ? 14 : 7),
      maxMs: p50Ms * 20,
    };
  });
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  const answered = buckets.reduce(
    (sum, { versions }) => sum + Object.values(versions).reduce((a, b) => a + b, 0),
    0,
  );
  return {
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 90_040,
    requests: answered + failed,
    failed,
    mixed: 0,
    longestGapMs: 22.4,
    latency: { p50Ms: 0.6, p95Ms: 2.4, p99Ms: 8.1, maxMs: 41 },
    deploys,
    versions: ['v1', second, 'v4', 'v5'].map((version) => ({
      version,
      answers: 1,
      firstAnswerMs: 0,
      lastAnswerMs: 1,
    })),
    streams: { cut: 0, opened: 40 },
    remark: 'v3 was slow by itself.',
    failuresByReason: failed > 0 ? { 'status 502': failed } : {},
    failures: buckets
      .filter((bucket) => bucket.failed > 0)
      .map(({ atMs }) => ({ atMs, startedMs: atMs - 1, kind: 'new', reason: 'status 502', reused: false })),
    environment: { 'Docker Engine': '26.1.5', HAProxy: '3.2', 'Node.js': '24.21.0', Processors: '2' },
    bucketMs,
    buckets,
  };
}

function servingAt(atMs: number, second: string): string {
  if (atMs < 12_700) return 'v1';
  if (atMs >= 46_700 && atMs < 49_200) return 'v4';
  return atMs < 68_700 ? second : 'v5';
}

function deploy(
  version: string,
  outcome: DemoDeploy['outcome'],
  atMs: number,
  durationMs: number,
): DemoDeploy {
  return {
    image: `localhost:5000/demo/shop:${version}@sha256:${'4f'.repeat(32)}`,
    version,
    outcome,
    switchMs: 4.4,
    overheadMs: 540 + atMs / 1_000,
    durationMs,
    moments: moments(
      Math.max(0, atMs),
      ['start', 'healthy', 'switch', 'watch', 'drain', 'done'],
      [0, 690, 700, 705, durationMs - 2_000, durationMs],
    ),
  };
}

function moments(atMs: number, names: string[], afterMs: number[]) {
  return names.map((name, index) => ({ name, atMs: atMs + (afterMs[index] ?? 0) }));
}
