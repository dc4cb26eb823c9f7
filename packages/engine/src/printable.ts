/** One line without control characters: what a server says must not be able to write lines of its own to a log. */
export function printable(text: string): string {
  return text.slice(0, 4_000).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
