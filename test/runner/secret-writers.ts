/** How programs write a value that they print. Made by other means than the masker's own list, to see what that forgets. */
export type WrittenAs = 'json' | 'url' | 'html' | 'source' | 'base64' | 'hex' | 'plain';

export interface SecretWriter {
  readonly program: string;
  readonly form: WrittenAs;
  write(value: string): string;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '"': '\\"',
  '\\': '\\\\',
};

function units(value: string): string[] {
  return Array.from({ length: value.length }, (_, index) => value.charAt(index));
}

function unicodeEscape(unit: string, upper: boolean): string {
  const digits = `0000${unit.charCodeAt(0).toString(16)}`.slice(-4);
  return `\\u${upper ? digits.toUpperCase() : digits}`;
}

/** JSON by a library that also writes some characters as codes, or with a backslash. */
function jsonBy(codes: (unit: string) => boolean, options: { upper?: boolean; slashes?: boolean } = {}) {
  return (value: string) =>
    units(value)
      .map((unit) => {
        if (codes(unit)) return unicodeEscape(unit, options.upper ?? false);
        if (options.slashes === true && unit === '/') return '\\/';
        return shortEscapes[unit] ?? (unit < ' ' ? unicodeEscape(unit, false) : unit);
      })
      .join('');
}

/** Percent signs before each byte of the characters that are not left alone. */
function percentBy(alone: RegExp, options: { lower?: boolean; plus?: boolean } = {}) {
  return (value: string) =>
    Array.from(value)
      .map((character) => {
        if (alone.test(character)) return character;
        if (options.plus === true && character === ' ') return '+';
        return [...Buffer.from(character)]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .map((digits) => `%${options.lower === true ? digits : digits.toUpperCase()}`)
          .join('');
      })
      .join('');
}

function markupBy(entities: Readonly<Record<string, string>>) {
  return (value: string) =>
    units(value)
      .map((unit) => entities[unit] ?? unit)
      .join('');
}

/** A value in single quotes, each of its own between the end of one quotation and the start of the next. */
function writtenBetweenQuotes(quote: string) {
  return (value: string) => value.split("'").join(`'${quote}'`);
}

/** For what means a character itself when there are two of it. */
function twice(character: string) {
  return (value: string) => value.split(character).join(character + character);
}

function octalBytes(value: string): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (byte >= 32 && byte < 127) return "'\\".includes(character) ? `\\${character}` : character;
      return `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}

const brackets = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const isOutsideAscii = (unit: string) => unit > '\x7f';
const isPrintable = (character: string) =>
  character === '\n' || character === '\t' || !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(character);
const unreserved = /^[A-Za-z0-9\-._~]$/;
const nothing = /^$/;
const byJavaScript = jsonBy(() => false);
const byGo = jsonBy((unit) => '<>&\u2028\u2029'.includes(unit));

export const secretWriters: readonly SecretWriter[] = [
  { program: 'JavaScript', form: 'json', write: byJavaScript },
  { program: 'Go, Rails', form: 'json', write: byGo },
  { program: 'Python', form: 'json', write: jsonBy(isOutsideAscii) },
  { program: 'PHP', form: 'json', write: jsonBy(isOutsideAscii, { slashes: true }) },
  { program: 'PHP, unescaped Unicode', form: 'json', write: jsonBy(() => false, { slashes: true }) },
  {
    program: '.NET',
    form: 'json',
    write: jsonBy((unit) => isOutsideAscii(unit) || '"&\'+<>`'.includes(unit), { upper: true }),
  },
  { program: 'Gson', form: 'json', write: jsonBy((unit) => "<>&='".includes(unit)) },
  { program: 'JSON, all as codes', form: 'json', write: jsonBy(() => true) },
  { program: 'JSON, all as codes, upper case', form: 'json', write: jsonBy(() => true, { upper: true }) },
  { program: 'JSON in JSON', form: 'json', write: (value) => byJavaScript(byGo(value)) },
  { program: 'encodeURIComponent', form: 'url', write: percentBy(/^[A-Za-z0-9\-_.!~*'()]$/) },
  { program: 'encodeURI', form: 'url', write: percentBy(/^[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]$/) },
  { program: 'RFC 3986', form: 'url', write: percentBy(unreserved) },
  { program: 'RFC 3986, lower case', form: 'url', write: percentBy(unreserved, { lower: true }) },
  { program: 'a form', form: 'url', write: percentBy(unreserved, { plus: true }) },
  { program: 'a form, lower case', form: 'url', write: percentBy(unreserved, { plus: true, lower: true }) },
  { program: 'percent signs everywhere', form: 'url', write: percentBy(nothing) },
  {
    program: 'percent signs everywhere, lower case',
    form: 'url',
    write: percentBy(nothing, { lower: true }),
  },
  { program: 'HTML text', form: 'html', write: markupBy(brackets) },
  { program: 'HTML by GitHub', form: 'html', write: markupBy({ ...brackets, '"': '&quot;', "'": '&#39;' }) },
  { program: 'HTML by Python', form: 'html', write: markupBy({ ...brackets, '"': '&quot;', "'": '&#x27;' }) },
  { program: 'HTML by Go', form: 'html', write: markupBy({ ...brackets, '"': '&#34;', "'": '&#39;' }) },
  { program: 'XML', form: 'html', write: markupBy({ ...brackets, '"': '&quot;', "'": '&apos;' }) },
  { program: 'JSON in HTML', form: 'html', write: (value) => markupBy(brackets)(byJavaScript(value)) },
  {
    program: 'Python source',
    form: 'source',
    write: markupBy({ '\\': '\\\\', "'": "\\'", '\n': '\\n', '\t': '\\t', '\r': '\\r' }),
  },
  {
    program: 'a shell',
    form: 'source',
    write: (value) => value.replace(/[ !"#$&'()*;<>?[\\\]^`{|}~]/g, (found) => `\\${found}`),
  },
  { program: 'bash -x', form: 'source', write: writtenBetweenQuotes("\\'") },
  { program: 'busybox sh -x', form: 'source', write: writtenBetweenQuotes(`"'"`) },
  { program: 'bash -x that knows only ASCII', form: 'source', write: octalBytes },
  { program: 'SQL and YAML in single quotes', form: 'source', write: twice("'") },
  { program: 'CSV', form: 'source', write: twice('"') },
  { program: 'Compose', form: 'source', write: twice('$') },
  { program: 'systemd', form: 'source', write: twice('%') },
  { program: 'CSV in JSON', form: 'source', write: (value) => byJavaScript(twice('"')(value)) },
  { program: 'JSON by bash -x', form: 'source', write: (value) => writtenBetweenQuotes("\\'")(byGo(value)) },
  { program: 'hexadecimal', form: 'hex', write: (value) => Buffer.from(value).toString('hex') },
  {
    program: 'hexadecimal, upper case',
    form: 'hex',
    write: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  },
  {
    program: 'without control characters',
    form: 'plain',
    write: (value) => Array.from(value).filter(isPrintable).join(''),
  },
  { program: 'in one line', form: 'plain', write: (value) => value.split(/\s+/).join(' ') },
  {
    program: 'without its quotes',
    form: 'plain',
    write: (value) => (/^(['"]).*\1$/s.test(value) ? value.slice(1, -1) : value),
  },
];
