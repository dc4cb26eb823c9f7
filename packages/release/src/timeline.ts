export type StepName =
  | 'connect'
  | 'lease'
  | 'prepare'
  | 'pull'
  | 'create'
  | 'start'
  | 'pre-deploy'
  | 'health'
  | 'verify'
  | 'switch'
  | 'watch'
  | 'drain'
  | 'switch-back'
  | 'tidy'
  | 'post-deploy';

export interface TimelineEntry {
  readonly step: StepName;
  /** Since the action's start, in ms. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly outcome: 'done' | 'failed';
}

/** When each step began and how long it took. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly #originMs: number;
  readonly #nowMs: () => number;
  readonly #onStep: (step: StepName, what: 'begins' | 'done' | 'failed') => void;

  constructor(
    originMs: number,
    nowMs: () => number,
    onStep: (step: StepName, what: 'begins' | 'done' | 'failed') => void = () => {},
  ) {
    this.#originMs = originMs;
    this.#nowMs = nowMs;
    this.#onStep = onStep;
  }

  async run<T>(step: StepName, action: () => Promise<T>): Promise<T> {
    const startMs = this.#nowMs() - this.#originMs;
    this.#onStep(step, 'begins');
    const finish = (outcome: 'done' | 'failed'): void => {
      const durationMs = this.#nowMs() - this.#originMs - startMs;
      this.entries.push({ step, startMs: Math.round(startMs), durationMs: Math.round(durationMs), outcome });
      this.#onStep(step, outcome);
    };
    try {
      const result = await action();
      finish('done');
      return result;
    } catch (error) {
      finish('failed');
      throw error;
    }
  }

  durationMs(step: StepName): number {
    return this.entries
      .filter((entry) => entry.step === step)
      .reduce((sum, entry) => sum + entry.durationMs, 0);
  }
}
