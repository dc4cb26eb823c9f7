/**
 * Stands where text was cut. Whoever masks secrets looks for it: right beside it half a secret may stand, which
 * nothing else would find. So text of others is never cut without it.
 */
export const CUT_MARK = '…';

/** At most `length` characters from the start of a text, and then the mark if there were more. */
export function clipEnd(text: string, length: number): string {
  if (text.length <= length) return text;
  const splitsACharacter = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '');
  return `${text.slice(0, splitsACharacter ? length - 1 : length)}${CUT_MARK}`;
}
