import { cutSecretRanges } from './cut-secrets.ts';
import { FormIndex } from './form-index.ts';
import { multiLineForms, secretForms } from './secret-forms.ts';
import { mergeRanges, type TextRange } from './text-range.ts';
import { collapseQuotations, hasQuotations, joinBase64, unescapeOnce } from './unescaped-text.ts';

/** JSON in JSON in a URL in HTML is as far as anybody goes; a hostile text could go on for ever. */
const MOST_LAYERS = 4;
/** Shorter ones are in the escapes of every text: `%31`, `\\x31`. */
const SHORTEST_ESCAPED = 4;
const SHORTEST_READ = 2;

/**
 * Knows every secret of this run and removes it from text that the runner does not mask for us (the job
 * summary, outputs) and, before the runner does, from the log.
 */
export class Masker {
  readonly #forms = new Set<string>();
  readonly #onForm: (form: string) => void;
  #index: FormIndex | undefined;
  /** The forms that quotations change, as they are in a text whose quotations are collapsed. */
  #collapsed: FormIndex | undefined;

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
    // Not for the runner, which would mask each of the lines as well, however short.
    for (const form of multiLineForms(secret)) this.#forms.add(form);
    this.#index = undefined;
    this.#collapsed = undefined;
  }

  /** Also masks what is left of a secret beside the mark of a cut: text is cut where the secrets are not known. */
  mask(text: string): string {
    let masked = '';
    let done = 0;
    for (const { from, to } of mergeRanges(this.#rangesIn(text, withCuts))) {
      masked += `${text.slice(done, from)}***`;
      done = to;
    }
    return masked + text.slice(done);
  }

  isSecretIn(text: string): boolean {
    return this.#rangesIn(text, (layer, index) => index.rangesIn(layer)).length > 0;
  }

  #rangesIn(text: string, find: Find): TextRange[] {
    this.#index ??= new FormIndex(this.#forms);
    this.#collapsed ??= new FormIndex(
      [...this.#forms].filter(hasQuotations).map((form) => collapseQuotations(form)?.text ?? form),
    );
    return rangesInLayers(text, find, this.#index, this.#collapsed);
  }
}

type Find = (layer: string, index: FormIndex) => readonly TextRange[];
type ToOriginal = (range: TextRange) => TextRange;

const withCuts: Find = (layer, index) => [...index.rangesIn(layer), ...cutSecretRanges(layer, index)];

/**
 * What is found in the text, and in the text with its escapes read: whichever characters a program escapes, and
 * however, the secret itself comes out. Each of these is also looked at without its quotations.
 */
function rangesInLayers(text: string, find: Find, index: FormIndex, collapsed: FormIndex): TextRange[] {
  const ranges = [...find(text, index)];
  const originals: ToOriginal[] = [];
  const add = (found: readonly TextRange[]) => {
    for (const one of found) {
      if (one.to - one.from < SHORTEST_READ) continue;
      const range = originals.reduce((inner, originalOf) => originalOf(inner), one);
      if (range.to - range.from >= SHORTEST_ESCAPED) ranges.push(range);
    }
  };
  const addWithoutQuotations = (layer: string) => {
    const plain = collapsed.isEmpty ? undefined : collapseQuotations(layer);
    if (plain) add(find(plain.text, collapsed).map(plain.originalOf));
  };
  addWithoutQuotations(text);
  const joined = joinBase64(text);
  if (joined) add(index.rangesIn(joined.text).map(joined.originalOf));
  let layer = unescapeOnce(text);
  for (let depth = 1; layer !== undefined && depth <= MOST_LAYERS; depth += 1) {
    originals.unshift(layer.originalOf);
    add(find(layer.text, index));
    addWithoutQuotations(layer.text);
    layer = unescapeOnce(layer.text);
  }
  return ranges;
}
