import { withoutFormatMarks, withVisibleFormatMarks } from './format-marks.ts';

/** A line of a longer secret shorter than this is no secret (`{`, `}`), and masking it would shred the log. */
const SHORTEST_LINE = 4;
const SHORTEST_ENCODED = 8;
const PEM_BOUNDARY = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/**
 * Every form in which a secret could appear in a log: its lines (a log is masked line by line), the same
 * escaped for JSON, HTML and URLs, and base64 at each of the three byte offsets. Longest first.
 */
export function secretForms(secret: string): string[] {
  const forms = new Set<string>();
  const plain = secretLines(secret);
  for (const value of new Set([secret, secret.trim(), ...plain])) {
    if (value === '') continue;
    if (!value.includes('\n') && (plain.includes(value) || value === secret)) forms.add(value);
    if (PEM_BOUNDARY.test(value)) continue;
    addIfLong(forms, JSON.stringify(value).slice(1, -1), value);
    addIfLong(forms, percentEncode(value), value);
    addIfLong(forms, escapeHtmlForms(value), value);
    // As it is printed by whoever makes such marks visible or takes them away.
    addIfLong(forms, withoutFormatMarks(value), value);
    addIfLong(forms, withVisibleFormatMarks(value), value);
    // Only of the whole: every form of every line of a key would slow down the runner's masking.
    if (value === secret || value === secret.trim()) addBase64(forms, value);
  }
  for (const form of forms) {
    if (form.trim() === '' || form.includes('\n')) forms.delete(form);
  }
  return [...forms].sort((a, b) => b.length - a.length);
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

function secretLines(secret: string): string[] {
  const lines = secret.split(/\r\n|\n|\r/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  if (filled.length <= 1) return filled;
  return filled.filter((line) => line.length >= SHORTEST_LINE && !PEM_BOUNDARY.test(line));
}

function addIfLong(forms: Set<string>, form: string, value: string): void {
  if (form !== value && form.length >= SHORTEST_LINE) forms.add(form);
}

function percentEncode(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    // A lone surrogate has no URL form.
    return value;
  }
}

function escapeHtmlForms(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
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
