import { sentenceOf } from '#explained-error';
import type { ProbeResult } from '#probe';

const everyMs = 1000;
/** A version that answers one at a time must have as long for its users as for its checks. */
const latenciesApart = 2;
const failuresInARow = 3;
/** The first one of a watch says no more than the health gate did. */
const leastInAWatch = 2;

/**
 * The health checks of a watch, one a second, or fewer of a version that takes long for an answer. None waits for the
 * one before: of a version that hangs, the first three would otherwise take three times the check's own time-out.
 */
export class WatchProbes {
  readonly #attempt: () => Promise<ProbeResult>;
  readonly #nowMs: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** How long the last good answer took, or a quicker bad one. */
  #latencyMs: number;
  #asked = 0;
  #open = 0;
  #failures = 0;
  #problem: string | undefined;
  #heard = Promise.withResolvers<void>();

  /** @param latencyMs how long the version took for an answer before it had users */
  constructor(attempt: () => Promise<ProbeResult>, latencyMs: number, nowMs = () => performance.now()) {
    this.#attempt = attempt;
    this.#latencyMs = latencyMs;
    this.#nowMs = nowMs;
  }

  /** Why the version must be taken back: enough checks in a row have failed. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** There were enough answers, the last was a good one, and none is waited for. */
  get areWell(): boolean {
    return this.#asked >= leastInAWatch && this.#open === 0 && this.#failures === 0;
  }

  /** Resolves when the next check has ended. */
  get answered(): Promise<void> {
    return this.#heard.promise;
  }

  /** Starts a check when it is time; after the end of the watch only while there is doubt, or were too few. */
  askInTime(isOver: boolean): void {
    const apartMs = Math.max(everyMs, latenciesApart * this.#latencyMs);
    const isDue = this.#nowMs() >= this.#lastMs + apartMs && (!isOver || this.#failures > 0);
    const isLacking = isOver && this.#open === 0 && this.#asked < leastInAWatch;
    if (!isDue && !isLacking) return;
    this.#lastMs = this.#nowMs();
    this.#asked += 1;
    this.#open += 1;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const failed = await this.#attempt().then(({ outcome, detail, latencyMs }) => {
      const isQuickRefusal = outcome === 'unhealthy' && latencyMs < this.#latencyMs;
      if (outcome === 'healthy' || isQuickRefusal) this.#latencyMs = latencyMs;
      return outcome === 'unhealthy' ? detail : undefined;
    }, sentenceOf);
    this.#failures = failed === undefined ? 0 : this.#failures + 1;
    if (this.#failures >= failuresInARow)
      this.#problem ??= `${this.#failures} health checks in a row failed, the last with: ${failed}`;
    this.#open -= 1;
    this.#heard.resolve();
    this.#heard = Promise.withResolvers();
  }
}
