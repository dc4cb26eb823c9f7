import type { FormIndex } from './form-index.ts';
import type { TextRange } from './text-range.ts';

/** A shorter piece says too little of a secret, and would too often be a piece of an ordinary word. */
const SHORTEST_PIECE = 4;
/** `-----BEGIN … PRIVATE KEY-----` is in sentences of our own. */
const PEM_BOUNDARY_PIECE = /^(?:-----[A-Z0-9 ]*-{0,5}|[A-Z0-9 ]*-----)$/;
/** Of a secret that is a URL, however its signs are escaped. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,30}(?::|%3a)(?:\\?\/|%2f){2}/i;
/** Our own mark of a cut, and the one that Docker and many programs set. */
const CUT_MARKS = /(?:…|\.{3,})+/gu;

/**
 * Where a text was cut through a secret: the start of a form before a mark of a cut, the end of one behind it, or
 * the middle of one between two. Space, and the sign for half a character, may stand between.
 */
export function cutSecretRanges(text: string, forms: FormIndex): TextRange[] {
  const ranges: TextRange[] = [];
  const withPiece = (piece: string) => (piece.length < SHORTEST_PIECE ? [] : forms.formsWith(piece));
  let lastMarkTo: number | undefined;
  for (const mark of text.matchAll(CUT_MARKS)) {
    const from = skipBack(text, mark.index);
    const to = mark.index + mark[0].length;
    for (const end of new Set([from, mark.index])) {
      const tail = text.slice(Math.max(0, end - SHORTEST_PIECE), end);
      for (const form of withPiece(tail)) {
        const length = startBefore(text, end, tail, form);
        if (length > 0 && length > schemeLength(form)) ranges.push({ from: end - length, to: end });
      }
    }
    const start = to + (/^\uFFFD+/.exec(text.slice(to, to + 4))?.[0].length ?? 0);
    const head = text.slice(start, start + SHORTEST_PIECE);
    for (const form of withPiece(head)) {
      const length = endBehind(text, start, head, form);
      if (length > 0) ranges.push({ from: start, to: start + length });
    }
    if (lastMarkTo !== undefined && from - lastMarkTo >= SHORTEST_PIECE) {
      const between = text.slice(lastMarkTo, from);
      const isSecret = (form: string) => form.lastIndexOf(between) + between.length > schemeLength(form);
      if (forms.formsWith(between).some(isSecret)) ranges.push({ from: lastMarkTo, to: from });
    }
    lastMarkTo = start;
  }
  return ranges.filter(({ from, to }) => !PEM_BOUNDARY_PIECE.test(text.slice(from, to)));
}

/** A scheme is no secret, and a word of ordinary sentences: "Waiting for postgres...". */
function schemeLength(form: string): number {
  return SCHEME.exec(form)?.[0].length ?? 0;
}

/** By hand: a regular expression for space at an end takes quadratic time on a text of spaces. */
function skipBack(text: string, from: number): number {
  let at = from;
  while (at > 0 && /[\s\uFFFD]/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}

/** Length of the longest start of the form that ends here, 0 for none. `tail` are the last characters before. */
function startBefore(text: string, end: number, tail: string, form: string): number {
  for (let at = form.lastIndexOf(tail); at >= 0; at = at === 0 ? -1 : form.lastIndexOf(tail, at - 1)) {
    let same = 0;
    const before = end - SHORTEST_PIECE;
    while (same < at && form[at - 1 - same] === text[before - 1 - same]) same += 1;
    if (same === at) return at + SHORTEST_PIECE;
  }
  return 0;
}

/** Length of the longest end of the form that starts here, 0 for none. `head` are the first characters. */
function endBehind(text: string, start: number, head: string, form: string): number {
  for (let at = form.indexOf(head); at >= 0; at = form.indexOf(head, at + 1)) {
    let same = SHORTEST_PIECE;
    while (at + same < form.length && form[at + same] === text[start + same]) same += 1;
    if (at + same === form.length) return same;
  }
  return 0;
}
