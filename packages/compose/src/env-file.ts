import { type Place, refusal } from './compose-errors.ts';
import { InterpolationProblem, interpolate, type Lookup } from './interpolation.ts';

/** As Compose's parser counts it: white space that ends no line. */
const spaces = /[\t\v\f\r \u0085\u00a0]*/y;
const blanks = /[\s\u0085]*/y;
const exported = /export\s+/y;
const namePart = /[\p{L}\p{N}_.[\]\t\v\f\r \u0085\u00a0-]*/uy;
const escapes = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const escaped: Readonly<Record<string, string>> = {
  '\\a': '\u0007',
  '\\b': '\b',
  '\\f': '\f',
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '\\v': '\v',
  '\\"': '"',
  '\\\\': '\\',
  // Left for the interpolation that follows.
  '\\$': '$$',
};

/**
 * Reads an env file as Compose does (its rules are those of compose-go's dotenv package): values may use the
 * variables before them, and `environment` goes before the file.
 *
 * @throws ComposeSourceError with the line and never with a value
 */
export function parseEnvFile(content: string, file: string, environment: Lookup): Map<string, string> {
  const values = new Map<string, string>();
  const lookup: Lookup = (name) => environment(name) ?? values.get(name);
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content;
  const lineAt = lineCounter(text, file);
  let position = 0;
  const skip = (pattern: RegExp): string => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0] ?? '';
    position += found.length;
    return found;
  };
  while (true) {
    skip(blanks);
    if (position >= text.length) return values;
    if (text[position] === '#') {
      position = endOfLine(text, position);
      continue;
    }
    const at = lineAt(position);
    skip(exported);
    const name = skip(namePart).trim();
    const sign = text[position];
    if (sign !== undefined && !'=:\n'.includes(sign)) {
      throw refusal(at, 'does not start with a name and =; write KEY=value');
    }
    if (/\s/.test(name)) throw refusal(at, 'has a name with a space in it; write KEY=value');
    position += 1;
    if (sign === undefined || sign === '\n') {
      // A name alone takes its value from the environment.
      const inherited = environment(name);
      if (inherited !== undefined) values.set(name, inherited);
      continue;
    }
    skip(spaces);
    const quote = text[position];
    if (quote === "'" || quote === '"') {
      const end = closingQuote(text, position, quote);
      if (end < 0) throw refusal(at, `has a ${quote} that is never closed; close it`);
      const inside = text
        .slice(position + 1, end)
        .replaceAll(quote === '"' ? /\\(["\\])/g : /\\(['\\])/g, (pair, of) => (of === '\\' ? pair : of));
      values.set(name, quote === '"' ? expanded(withEscapes(inside), lookup, at) : inside);
      position = end + 1;
    } else {
      const end = endOfLine(text, position);
      const [value = ''] = text.slice(position, end).split(' #', 1);
      values.set(name, expanded(value.trimEnd(), lookup, at));
      position = end;
    }
  }
}

function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function withEscapes(text: string): string {
  return text.replaceAll(escapes, (sequence) => {
    const known = escaped[sequence];
    if (known !== undefined) return known;
    const digits = /^\\0(\d{3})$/.exec(sequence)?.[1];
    const code =
      digits === undefined ? Number.NaN : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
    return code <= 0xff ? String.fromCodePoint(code) : sequence;
  });
}

function expanded(value: string, lookup: Lookup, at: Place): string {
  try {
    return interpolate(value, lookup);
  } catch (cause) {
    if (!(cause instanceof InterpolationProblem)) throw cause;
    throw refusal(at, `${cause.message}`, { cause });
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Positions are asked for in rising order, so the text is walked once. */
function lineCounter(text: string, file: string): (position: number) => Place {
  let line = 1;
  let counted = 0;
  return (position) => {
    for (; counted < position; counted += 1) if (text[counted] === '\n') line += 1;
    return { file, line };
  };
}
