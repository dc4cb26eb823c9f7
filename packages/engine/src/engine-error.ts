import { ExplainedError } from '#explained-error';

/** A call to the Docker Engine that did not do what was asked. */
export class EngineError extends ExplainedError {
  override readonly name: string = 'EngineError';
  /** The HTTP status, or undefined when the Engine gave no (usable) answer. */
  readonly status: number | undefined;
  /** The Engine's own words, for matching; not for people. */
  readonly engineMessage: string;
  readonly timedOut: boolean;

  constructor(
    message: string,
    details: { status?: number; engineMessage?: string; timedOut?: boolean; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.engineMessage = details.engineMessage ?? '';
    this.timedOut = details.timedOut ?? false;
  }
}

/** The stream to the Engine could not be opened or broke: nothing is known about the effect of a running call. */
export class EngineUnreachableError extends EngineError {
  override readonly name: string = 'EngineUnreachableError';
}

/** A name that is taken, an image in use, a container in the wrong state. */
export function isConflict(error: unknown): error is EngineError {
  return error instanceof EngineError && error.status === 409;
}

export function isNotFound(error: unknown): error is EngineError {
  return error instanceof EngineError && error.status === 404;
}
