import { ExplainedError } from '#explained-error';

/** What a person reads of an error that nobody has foreseen. */
export function bugSentence(sentence: string): string {
  return `This is a bug in Switchyard, please report it: ${sentence}`;
}

/** Whether an error is our own fault: neither explained nor only the word of a signal that was. */
export function isUnexpected(error: unknown): boolean {
  if (error instanceof ExplainedError) return false;
  // Node's own functions throw this one when a signal fires; why it has fired is its cause.
  if (error instanceof Error && error.name === 'AbortError' && error.cause !== undefined)
    return isUnexpected(error.cause);
  return true;
}
