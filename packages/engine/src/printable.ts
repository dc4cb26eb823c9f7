import { clipEnd } from '#clipped-text';

/** One line without control characters: what a server says must not be able to write lines of its own to a log. */
export function printable(text: string): string {
  return clipEnd(text, 4_000).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
