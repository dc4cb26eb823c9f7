import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';

/** Where something stands: the file as the repository has it, and the line in it from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** The user's Compose files, or what they name, cannot be taken as they are. */
export class ComposeSourceError extends ExplainedError {
  override readonly name = 'ComposeSourceError';
}

export function refusal(at: Place, what: string, options?: ErrorOptions): ComposeSourceError {
  return new ComposeSourceError(`${atPlace(at)} ${what}.`, options);
}

export function atPlace({ file, line }: Place): string {
  return `${shown(file)}:${line}`;
}

/** A path or a name of the user's in a sentence: one line, without control characters, not endless. */
export function shown(text: string): string {
  return clipEnd(text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' '), 120);
}
