import type { TextRange } from './text-range.ts';

/** Forms are found by their first characters, all of them in one walk over the text, however many there are. */
const KEY_LENGTH = 4;
/** Every four characters of a text are looked up here first; almost none are of a secret. */
const SIEVE_BITS = 16;

/** Finds any of many strings in a text. */
export class FormIndex {
  readonly #forms: readonly string[];
  readonly #short: string[] = [];
  readonly #byStart = new Map<number, string[]>();
  readonly #sieve = new Uint8Array(1 << SIEVE_BITS);
  #byPiece: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(forms: Iterable<string>) {
    this.#forms = [...forms];
    for (const form of this.#forms) {
      if (form.length < KEY_LENGTH) this.#short.push(form);
      else {
        const key = keyAt(form, 0);
        this.#sieve[slotOf(key)] = 1;
        const known = this.#byStart.get(key);
        if (known === undefined) this.#byStart.set(key, [form]);
        else known.push(form);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  /** Where forms are in the text. The ranges may overlap, and are in no order. */
  rangesIn(text: string): TextRange[] {
    const ranges: TextRange[] = [];
    for (const form of this.#short) addRangesOf(form, text, ranges);
    if (this.#byStart.size === 0) return ranges;
    const sieve = this.#sieve;
    let key = keyAt(text, 0);
    for (let from = 0; from + KEY_LENGTH <= text.length; from += 1) {
      if (sieve[slotOf(key)] === 1) {
        for (const form of this.#byStart.get(key) ?? []) {
          if (text.startsWith(form, from)) ranges.push({ from, to: from + form.length });
        }
      }
      key = withNext(key, text.charCodeAt(from + KEY_LENGTH));
    }
    return ranges;
  }

  /** The forms that have these characters anywhere; made when first asked, because few texts need it. */
  formsWith(piece: string): readonly string[] {
    this.#byPiece ??= piecesOf(this.#forms);
    const found = this.#byPiece.get(piece.slice(0, KEY_LENGTH)) ?? [];
    return piece.length > KEY_LENGTH ? found.filter((form) => form.includes(piece)) : found;
  }
}

function keyAt(text: string, at: number): number {
  let key = 0;
  for (let index = at; index < at + KEY_LENGTH; index += 1) key = withNext(key, text.charCodeAt(index));
  return key;
}

/** The last four characters, eight bits of each, so that the oldest falls out by itself. */
function withNext(key: number, code: number): number {
  return (key << 8) | (code & 0xff);
}

function slotOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - SIEVE_BITS);
}

function addRangesOf(form: string, text: string, ranges: TextRange[]): void {
  for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
    ranges.push({ from, to: from + form.length });
  }
}

function piecesOf(forms: readonly string[]): Map<string, string[]> {
  const byPiece = new Map<string, string[]>();
  for (const form of forms) {
    for (let at = 0; at + KEY_LENGTH <= form.length; at += 1) {
      const piece = form.slice(at, at + KEY_LENGTH);
      const known = byPiece.get(piece);
      if (known === undefined) byPiece.set(piece, [form]);
      else if (known.at(-1) !== form) known.push(form);
    }
  }
  return byPiece;
}
