import { escapedForms, jsonForm, usualEscapedForms } from './escaped-forms.ts';
import { withoutFormatMarks, withVisibleFormatMarks } from './format-marks.ts';
import { unescapeOnce } from './unescaped-text.ts';
import { inOneLine, removeControlCharacters, removeTerminalCodes } from './untrusted-text.ts';

/** A line of a longer secret shorter than this is no secret (`{`, `}`), and masking it would shred the log. */
const SHORTEST_LINE = 4;
const SHORTEST_ENCODED = 8;
/** Shorter ones are among the numbers and short digests of an ordinary log. */
const SHORTEST_HEX = 12;
const PEM_BOUNDARY = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/**
 * The forms in which a secret is likely to appear in a log: its lines (a log is masked line by line), those as they
 * are after control characters are gone and escapes are read, the same escaped for JSON, HTML and URLs, in
 * hexadecimal, and base64 at each of the three byte offsets. Longest first. They are few, because the runner is told
 * each of them; forms that a program makes by other rules are found by reading them (see Masker).
 */
export function secretForms(secret: string): string[] {
  const forms = new Set<string>();
  addForms(forms, secret);
  const unquoted = /^(["'`])(.+)\1$/s.exec(secret.trim())?.[2] ?? '';
  if (!isTooCommonToMask(unquoted)) addForms(forms, unquoted);
  for (const form of forms) {
    if (form.trim() === '' || form.includes('\n')) forms.delete(form);
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** The secret where its line breaks are kept: its lines by themselves may be too short to be masked. */
export function multiLineForms(secret: string): string[] {
  const trimmed = secret.trim().replaceAll('\r\n', '\n');
  // The boundary of a key stays readable.
  if (!trimmed.includes('\n') || trimmed.length < SHORTEST_ENCODED || trimmed.startsWith('-----')) return [];
  return [...new Set([trimmed, removeControlCharacters(trimmed)])];
}

/** True when masking the value would hide ordinary words of every log: `1`, `on`, `true`. */
export function isTooCommonToMask(value: string): boolean {
  const trimmed = value.trim();
  return trimmed.length < SHORTEST_LINE || /^(?:true|false|null|none|info|debug|warn|error)$/i.test(trimmed);
}

/** True for a secret of several lines of which none is long enough to be masked where it stands alone. */
export function hasNoLineToMask(value: string): boolean {
  return value.trim() !== '' && secretLines(value).length === 0;
}

function addForms(forms: Set<string>, secret: string): void {
  // Space around it is no part of the secret, and hides no form of it.
  const whole = secret.trim();
  const lines = secretLines(secret);
  for (const line of [secret, whole, ...lines]) forms.add(line);
  for (const value of new Set([whole, ...lines])) {
    if (PEM_BOUNDARY.test(value)) continue;
    for (const spelling of spellingsOf(value)) if (!isTooCommonToMask(spelling)) forms.add(spelling);
    // The lines by themselves may be too short to be masked.
    if (inOneLine(value).length >= SHORTEST_ENCODED) forms.add(inOneLine(value));
    // Of a line of a key only the usual ones: every form of every line would slow down the runner's masking.
    const escaped = value === whole && !value.includes('\n') ? escapedForms(value) : usualEscapedForms(value);
    for (const form of escaped) if (form !== value && form.length >= SHORTEST_LINE) forms.add(form);
  }
  // A registry's credentials are JSON in base64.
  for (const text of new Set([secret, whole, jsonForm(whole)])) addBase64(forms, text);
  addHex(forms, whole);
}

function secretLines(secret: string): string[] {
  const lines = secret.split(/\r\n|\n|\r/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  if (filled.length <= 1) return filled;
  return filled.filter((line) => line.length >= SHORTEST_LINE && !PEM_BOUNDARY.test(line));
}

/** The value as it is printed by what drops or changes characters of it: our own quotations, and what reads escapes. */
function spellingsOf(value: string): string[] {
  const clean = [value, removeTerminalCodes(value)].map(removeControlCharacters);
  const read = unescapeOnce(value)?.text;
  const lines = [...clean, ...clean.filter((line) => !line.includes('\n')).map(inOneLine)];
  // None is ASCII, as a key is, which every start masks line by line.
  const isAscii = Buffer.byteLength(value) === value.length;
  const marked = isAscii ? [] : [withoutFormatMarks(value), withVisibleFormatMarks(value)];
  return [...lines, ...marked, ...(read === undefined ? [] : secretLines(read))];
}

function addHex(forms: Set<string>, value: string): void {
  const hex = Buffer.from(value, 'utf8').toString('hex');
  if (hex.length < SHORTEST_HEX) return;
  forms.add(hex);
  forms.add(hex.toUpperCase());
}

function addBase64(forms: Set<string>, value: string): void {
  const bytes = Buffer.from(value, 'utf8');
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters at both ends also depend on the neighbouring bytes, so only the inner ones always appear.
    const start = Math.ceil((offset * 8) / 6);
    const whole = (offset + bytes.length) % 3 === 0;
    const inner = encoded.slice(start, whole ? encoded.length : -1);
    if (inner.length >= SHORTEST_ENCODED) {
      forms.add(inner);
      forms.add(inner.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
}
