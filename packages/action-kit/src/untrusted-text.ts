import { stripVTControlCharacters } from 'node:util';
import { clipEnd } from '#clipped-text';

const LONGEST_LINE = 2000;

/**
 * Makes text safe to print in a step's log: the runner obeys any line that starts with `::` and any `##[`
 * anywhere in a line, so both are broken up. Everything else stays as it is.
 */
export function disarmCommands(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => (/^\s*::/.test(line) ? `| ${line}` : line).replaceAll('##[', '# #['))
    .join('\n');
}

/**
 * Lines of text that somebody else wrote (a server's log, an HTTP answer): without terminal codes and control
 * characters, long lines cut. Still to be passed through disarmCommands or escapeHtml for where it goes.
 */
export function plainLines(text: string): string[] {
  const lines = removeTerminalCodes(text).split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    const clean = removeControlCharacters(line);
    return clean.length > LONGEST_LINE ? `${clipEnd(clean, LONGEST_LINE)} (line cut)` : clean;
  });
}

/** Removes colours, cursor moves and the like. */
export function removeTerminalCodes(text: string): string {
  return stripVTControlCharacters(text);
}

/**
 * C0 and C1 controls (not tab and line break) and the marks that reverse the reading direction, for a regular expression.
 * Written out, because `\p{Cc}` takes milliseconds of every action's start.
 */
export const UNSEEN = String.raw`[\0-\b\v-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]`;
const EVERY_UNSEEN = new RegExp(UNSEEN, 'g');

export function removeControlCharacters(text: string): string {
  return text.replace(EVERY_UNSEEN, '');
}

/** Every run of space, line breaks too, as one space. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A short single-line quotation of a value for an error message: at most 60 characters. */
export function quoteBriefly(value: string): string {
  const line = inOneLine(removeControlCharacters(value));
  return line.length > 60 ? `"${clipEnd(line, 57)}"` : `"${line}"`;
}
