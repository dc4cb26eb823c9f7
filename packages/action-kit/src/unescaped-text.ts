import type { TextRange } from './text-range.ts';
import { UNSEEN } from './untrusted-text.ts';

/** A text without the escapes of one layer, which knows where each of its characters came from. */
export interface UnescapedText {
  readonly text: string;
  /** The same range of the text with its escapes; half of an escape counts as the whole. */
  originalOf(range: TextRange): TextRange;
}

const HEX = '[0-9a-fA-F]';
const OCTAL_MORE = String.raw`\\2[0-7]{2}`;
/**
 * JSON, JavaScript, PHP, Python, Ruby and shells; URLs; HTML and XML; and the characters that our own texts drop. Bytes
 * are those of UTF-8.
 */
const ESCAPE = new RegExp(
  [
    String.raw`\\u${HEX}{4}|\\u\{${HEX}{1,6}\}`,
    ...['%', String.raw`\\x`].map((mark) => {
      const more = `${mark}[89abAB]${HEX}`;
      return `${mark}[cdCD]${HEX}${more}|${mark}[eE]${HEX}(?:${more}){2}|${mark}[fF][0-4](?:${more}){3}|${mark}${HEX}{2}`;
    }),
    // A shell's, of bytes: \303\274.
    ...[
      String.raw`\\3[0-3][0-7]${OCTAL_MORE}`,
      String.raw`\\3[45][0-7](?:${OCTAL_MORE}){2}`,
      String.raw`\\36[0-4](?:${OCTAL_MORE}){3}`,
      String.raw`\\[0-3][0-7]{2}`,
    ],
    String.raw`\\[nrtbf]|\\[^0-9a-zA-Z\s]|\\ `,
    UNSEEN,
    `<br>|&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX]${HEX}{1,6});`,
  ].join('|'),
  'g',
);
const MAY_ESCAPE = new RegExp(String.raw`[\\%&]|<br>|${UNSEEN}`);
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const HIGHEST_CODE_POINT = 0x10ffff;

/**
 * What programs write for a character that would end a quotation or mean something else: `'\''` and `'"'"'` by shells,
 * `''` by SQL and YAML, `""` by CSV, `$$` by Compose, `%%` by systemd.
 */
const QUOTED = /(?:'\\''|'"'"'|')+|"{2,}|\${2,}|%{2,}/g;
const MAY_QUOTE = /'['"\\]|""|\$\$|%%/;
const WITHIN_BASE64 = /\r?\n(?<=[A-Za-z0-9+/]{64}\r?\n)(?=[A-Za-z0-9+/=])/g;
const OF_QUOTATIONS = /['"$%]/;

/** The text with every escape of every kind read once, or undefined when there is none. */
export function unescapeOnce(text: string): UnescapedText | undefined {
  return MAY_ESCAPE.test(text) ? rewrite(text, ESCAPE, readEscape) : undefined;
}

/**
 * The text with each of these characters once where there are several, or undefined when there is no such place. Not
 * what the program has read, because two may be meant; secrets are looked for that have been treated alike.
 */
export function collapseQuotations(text: string): UnescapedText | undefined {
  return MAY_QUOTE.test(text) ? rewrite(text, QUOTED, (found) => found.charAt(0)) : undefined;
}

/** Long base64 as one line, or undefined when none goes on in the next. Programs break it after 64 or 76 characters. */
export function joinBase64(text: string): UnescapedText | undefined {
  return text.includes('\n') ? rewrite(text, WITHIN_BASE64, () => '') : undefined;
}

/** Whether quotations can change how the text is written. */
export function hasQuotations(text: string): boolean {
  return OF_QUOTATIONS.test(text);
}

function rewrite(text: string, what: RegExp, read: (found: string) => string): UnescapedText | undefined {
  const parts: string[] = [];
  /** Where each escape was, and where what it stands for is now. */
  const originals: TextRange[] = [];
  const places: TextRange[] = [];
  let done = 0;
  let length = 0;
  for (const { 0: found, index } of text.matchAll(what)) {
    const value = read(found);
    parts.push(text.slice(done, index), value);
    const from = length + index - done;
    done = index + found.length;
    length = from + value.length;
    originals.push({ from: index, to: done });
    places.push({ from, to: length });
  }
  if (places.length === 0) return undefined;
  parts.push(text.slice(done));
  /** The escape that stands for what is on both sides of the position, or the position itself as a range of nothing. */
  const originalAt = (at: number): TextRange => {
    const count = countUntil(places, at);
    if ((places[count]?.from ?? at) < at) return originals[count] as TextRange;
    const position = (originals[count - 1]?.to ?? 0) + at - (places[count - 1]?.to ?? 0);
    return { from: position, to: position };
  };
  return {
    text: parts.join(''),
    originalOf: ({ from, to }) => ({ from: originalAt(from).from, to: originalAt(to).to }),
  };
}

/** How many of the ranges, which are in order, end at the position or before it. */
function countUntil(ranges: readonly TextRange[], at: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readEscape(found: string): string {
  if (found.length === 1) return '';
  if (found.startsWith('<')) return '\n';
  if (found.startsWith('&')) return readEntity(found.slice(1, -1).toLowerCase()) ?? found;
  if (found.startsWith('%') || /^\\x/i.test(found)) return readBytes(found);
  if (/^\\[0-3]/.test(found)) return readBytes(found);
  const kind = found.charAt(1);
  if (found.length === 2) return CONTROLS[kind] ?? (/[a-z]/i.test(kind) ? found : kind);
  const code = Number.parseInt(found.replace(/[^0-9a-f]/gi, ''), 16);
  // One half of a pair of surrogates stays one: the other half is the next escape.
  if (found.length === 6 && !found.includes('{')) return String.fromCharCode(code);
  return characterOf(code) ?? found;
}

function readEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name];
  return characterOf(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

function readBytes(found: string): string {
  const isOctal = /^\\[0-3]/.test(found);
  const digits = found.match(isOctal ? /[0-7]{3}/g : /[0-9a-f]{2}/gi) ?? [];
  const bytes = digits.map((byte) => Number.parseInt(byte, isOctal ? 8 : 16));
  // A single byte from 128 on is no UTF-8, and what \xe4 means in JavaScript and Python.
  return bytes.length === 1 ? String.fromCharCode(...bytes) : Buffer.from(bytes).toString();
}

function characterOf(code: number): string | undefined {
  return code <= HIGHEST_CODE_POINT ? String.fromCodePoint(code) : undefined;
}
