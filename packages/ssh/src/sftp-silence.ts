const USUAL = {
  limitMs: 30_000,
  /** For what is asked once the limit has passed: the disk may be back, but nobody waits that long again. */
  moreMs: 2_000,
};
/**
 * A cancelled job has ten seconds in all. Its way back is a file that must be written, which a healthy disk under load
 * takes seconds for, and what comes after it must be done in the rest.
 */
const HURRIED = { limitMs: 5_000, moreMs: 200 };

interface Waiting {
  readonly sentMs: number;
  readonly giveUp: (silentMs: number, cancelled: { reason: unknown } | undefined) => void;
}

/**
 * Ends the waiting for a server that owes answers and gives none, as one does whose disk or network home hangs. Any
 * answer counts as a sign of life, because a slow line answers many requests one after the other.
 */
export class SftpSilence {
  readonly #hurry: AbortSignal | undefined;
  /** In the order in which they were sent. */
  readonly #waiting = new Set<Waiting>();
  /** Undefined while it owes no answer. One that nobody waits for any more is still owed, until another comes. */
  #silentSinceMs: number | undefined;
  #hurriedAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param hurry once it fires, the server is waited for no longer than a cancelled job can */
  constructor(hurry: AbortSignal | undefined) {
    this.#hurry = hurry;
    const onHurry = () => {
      this.#hurriedAtMs = performance.now();
      this.#check();
    };
    hurry?.addEventListener('abort', onHurry, { once: true });
  }

  /**
   * @param giveUp is called when the waiting is over; `cancelled` for what was under way when the job was cancelled
   * @returns to be called when the answer is there, however late
   */
  asked(giveUp: Waiting['giveUp']): () => void {
    const waiting = { sentMs: performance.now(), giveUp };
    this.#silentSinceMs ??= waiting.sentMs;
    this.#waiting.add(waiting);
    if (this.#timer === undefined) this.#check();
    return () => {
      this.#waiting.delete(waiting);
      const isAllAnswered = this.#waiting.size === 0;
      this.#silentSinceMs = isAllAnswered ? undefined : performance.now();
      if (isAllAnswered) this.#stopTimer();
    };
  }

  /** Gives up what is due, and looks again when the next will be, unless an answer has come by then. */
  #check(): void {
    this.#stopTimer();
    const { moreMs } = this.#hurry?.aborted ? HURRIED : USUAL;
    for (const waiting of this.#waiting) {
      const nowMs = performance.now();
      const sinceMs = this.#silentSinceMs ?? waiting.sentMs;
      const leftMs = Math.max(this.#limitFrom(sinceMs), waiting.sentMs + moreMs) - nowMs;
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#check(), Math.ceil(leftMs));
        return;
      }
      this.#waiting.delete(waiting);
      const isCutShort = this.#hurry?.aborted && waiting.sentMs <= this.#hurriedAtMs;
      waiting.giveUp(nowMs - sinceMs, isCutShort ? { reason: this.#hurry?.reason } : undefined);
    }
  }

  /** When a silence has lasted too long. What it lasted before the hurry says nothing about a disk in a short time. */
  #limitFrom(sinceMs: number): number {
    const usualMs = sinceMs + USUAL.limitMs;
    if (!this.#hurry?.aborted) return usualMs;
    return Math.min(usualMs, Math.max(sinceMs, this.#hurriedAtMs) + HURRIED.limitMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
