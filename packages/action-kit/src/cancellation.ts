import { ExplainedError } from '#explained-error';

/** Why work has to stop: the run was cancelled, the runner is about to kill us, or we have a bug. */
export type CancellationKind = 'cancelled' | 'terminated' | 'crashed';

const SENTENCES: Readonly<Record<CancellationKind, string>> = {
  cancelled: 'The run was cancelled.',
  terminated: 'The run was cancelled and had no time left to finish what it was doing.',
  crashed: 'The action stopped because of an unexpected error.',
};

/** The `reason` of the runner's AbortSignals. */
export class Cancellation extends ExplainedError {
  override readonly name = 'Cancellation';
  readonly kind: CancellationKind;

  constructor(kind: CancellationKind, options?: ErrorOptions) {
    super(SENTENCES[kind], options);
    this.kind = kind;
  }
}
