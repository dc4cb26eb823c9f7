/** Part of a text, `to` not included. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** In order; ranges that overlap become one: hidden one after the other, the first would leave half of the second. */
export function mergeRanges(ranges: readonly TextRange[]): TextRange[] {
  const merged: TextRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && range.from < last.to) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else merged.push(range);
  }
  return merged;
}
