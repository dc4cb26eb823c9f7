/**
 * An error whose message a person can act on: one plain sentence that says what happened, where, and what to
 * do. Anything that is not an ExplainedError is our own fault and is reported with its stack.
 */
export class ExplainedError extends Error {
  override readonly name: string = 'ExplainedError';
}

/** The sentence of an unknown thrown value, never empty. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(sentenceOf).join('; ');
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
