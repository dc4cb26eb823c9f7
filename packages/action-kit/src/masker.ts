import { cutSecretRanges, type TextRange } from './cut-secrets.ts';
import { secretForms } from './secret-forms.ts';

/**
 * Knows every secret of this run and removes it from text that the runner does not mask for us (the job
 * summary, outputs) and, before the runner does, from the log.
 */
export class Masker {
  readonly #forms = new Set<string>();
  readonly #onForm: (form: string) => void;
  #longestFirst: string[] = [];

  /** `onForm` is told each new form once, so that it can be registered with the runner. */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  add(secret: string): void {
    if (secret.trim() === '') return;
    for (const form of secretForms(secret)) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      this.#onForm(form);
    }
    this.#longestFirst = [...this.#forms].sort((a, b) => b.length - a.length);
  }

  /** Also masks what is left of a secret beside the mark of a cut: text is cut where the secrets are not known. */
  mask(text: string): string {
    let masked = '';
    let done = 0;
    for (const { from, to } of inOrder([
      ...wholeSecretRanges(text, this.#longestFirst),
      ...cutSecretRanges(text, this.#longestFirst),
    ])) {
      masked += `${text.slice(done, from)}***`;
      done = to;
    }
    return masked + text.slice(done);
  }

  isSecretIn(text: string): boolean {
    return this.#longestFirst.some((form) => text.includes(form));
  }
}

function wholeSecretRanges(text: string, forms: readonly string[]): TextRange[] {
  const ranges: TextRange[] = [];
  for (const form of forms) {
    let to = 0;
    for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
      // One that repeats itself (`aaaa` in a line of them) becomes one long range, not one for each place.
      const last = from < to ? ranges.pop() : undefined;
      to = from + form.length;
      ranges.push({ from: last?.from ?? from, to });
    }
  }
  return ranges;
}

/** Ranges that overlap become one: masked one after the other, the first would leave half of the second. */
function inOrder(ranges: readonly TextRange[]): TextRange[] {
  const merged: TextRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && range.from < last.to) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else merged.push(range);
  }
  return merged;
}
