import type { Latency } from './report.ts';

const growth = Math.log(1.02);
const lowestMs = 0.01;

/** Percentiles of any number of durations in constant memory, exact to 2 %. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(1_024);
  #total = 0;
  #maxMs = 0;

  add(durationMs: number): void {
    const slot = durationMs <= lowestMs ? 0 : Math.ceil(Math.log(durationMs / lowestMs) / growth);
    const index = Math.min(slot, this.#counts.length - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  percentile(share: number): number {
    if (this.#total === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return Math.min(this.#maxMs, rounded(lowestMs * Math.exp(index * growth)));
    }
    return this.#maxMs;
  }

  report(): Latency {
    return {
      p50Ms: this.percentile(0.5),
      p95Ms: this.percentile(0.95),
      p99Ms: this.percentile(0.99),
      maxMs: rounded(this.#maxMs),
    };
  }
}

/** Milliseconds to two decimals: more is noise and makes reports large. */
export function rounded(durationMs: number): number {
  return Math.round(durationMs * 100) / 100;
}
