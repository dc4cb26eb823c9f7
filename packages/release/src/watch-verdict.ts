import type { FinishedRequest } from '#switch';

const sampleLimit = 20_000;
/** Fewer requests than this say too little to judge a share or a percentile by before the watch is over. */
const fewestRequests = 20;
const fewestErrors = 3;

export interface RequestFigures {
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number;
  readonly latencyP95Ms: number | undefined;
}

/** Counts what the switch reports of one version. Keeps the newest latencies, at most 20,000. */
export class RequestSample {
  #requests = 0;
  #errors = 0;
  readonly #latencies: number[] = [];

  add(request: FinishedRequest): void {
    this.#requests += 1;
    if (request.failed || (request.status !== undefined && request.status >= 500)) this.#errors += 1;
    if (request.latencyMs !== undefined)
      this.#latencies[(this.#requests - 1) % sampleLimit] = request.latencyMs;
  }

  figures(): RequestFigures {
    return {
      requests: this.#requests,
      errors: this.#errors,
      errorRate: this.#requests === 0 ? 0 : this.#errors / this.#requests,
      latencyP95Ms: percentile95(this.#latencies),
    };
  }
}

/** Nearest-rank 95th percentile; undefined without values. */
export function percentile95(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1];
}

export interface WatchLimits {
  readonly maxErrorRate: number;
  readonly maxLatencyP95Ms: number | undefined;
}

/**
 * Why the new version must be taken back, or undefined while there is no reason. A limit that the old version broke
 * just as badly is no reason: going back would not help anybody. When the watch is over, few requests must do.
 */
export function watchProblem(
  fresh: RequestFigures,
  old: RequestFigures | undefined,
  limits: WatchLimits,
  isOver = false,
): string | undefined {
  if (fresh.requests < (isOver ? fewestErrors : fewestRequests)) return undefined;
  const hadErrors = old !== undefined && old.requests >= fewestRequests ? old.errorRate : 0;
  if (fresh.errors >= fewestErrors && fresh.errorRate > Math.max(limits.maxErrorRate, hadErrors)) {
    const than = old && old.requests > 0 ? ` (${percent(old.errorRate)} of the old version's)` : '';
    return `${percent(fresh.errorRate)} of its ${fresh.requests} requests failed${than}, and ${percent(limits.maxErrorRate)} are allowed`;
  }
  const { maxLatencyP95Ms } = limits;
  const p95 = fresh.latencyP95Ms;
  if (
    maxLatencyP95Ms !== undefined &&
    p95 !== undefined &&
    p95 > maxLatencyP95Ms &&
    fresh.requests >= fewestRequests
  ) {
    if (old?.latencyP95Ms !== undefined && old.requests >= fewestRequests && p95 <= old.latencyP95Ms)
      return undefined;
    const than = old?.latencyP95Ms === undefined ? '' : ` (the old version's ${old.latencyP95Ms} ms)`;
    return `its 95th percentile of latency is ${p95} ms${than}, and ${maxLatencyP95Ms} ms are allowed`;
  }
  return undefined;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
