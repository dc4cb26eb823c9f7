import { clipEnd } from '#clipped-text';

/** What a server sent, cut and without control characters, so that it can stand in a log line. */
export function printable(text: string, limit = 120): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return clipEnd(line, limit);
}
