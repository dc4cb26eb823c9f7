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

  mask(text: string): string {
    let masked = text;
    for (const form of this.#longestFirst) {
      if (masked.includes(form)) masked = masked.replaceAll(form, '***');
    }
    return masked;
  }

  isSecretIn(text: string): boolean {
    return this.#longestFirst.some((form) => text.includes(form));
  }
}
