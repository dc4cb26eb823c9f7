import { sentenceOf } from '#explained-error';
import type { ProbeResult } from '#probe';

const everyMs = 1000;
/** A version that answers one at a time must have as long for its users as for its checks. */
const latenciesApart = 2;
const failuresInARow = 3;

/**
 * The health checks of a watch, one a second, or fewer of a version that takes long for an answer. None waits for the
 * one before: of a version that hangs, the first three would otherwise take three times the check's own time-out.
 */
export class WatchProbes {
  readonly #attempt: () => Promise<ProbeResult>;
  readonly #nowMs: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** How long the last good answer took. */
  #latencyMs: number;
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

  /** The last answer was a good one, and none is waited for. */
  get areWell(): boolean {
    return this.#open === 0 && this.#failures === 0;
  }

  /** Resolves when the next check has ended. */
  get answered(): Promise<void> {
    return this.#heard.promise;
  }

  /** Starts a check when it is time; after the end of the watch only while there is doubt. */
  askInTime(isOver: boolean): void {
    const apartMs = Math.max(everyMs, latenciesApart * this.#latencyMs);
    if (this.#nowMs() < this.#lastMs + apartMs || (isOver && this.#failures === 0)) return;
    this.#lastMs = this.#nowMs();
    this.#open += 1;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const failed = await this.#attempt().then(({ outcome, detail, latencyMs }) => {
      if (outcome === 'healthy') this.#latencyMs = latencyMs;
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
