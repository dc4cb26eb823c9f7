import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';

export interface StatusRange {
  from: number;
  to: number;
}
export type StatusRanges = readonly StatusRange[];

export class StatusRangeError extends ExplainedError {
  override readonly name: string = 'StatusRangeError';
}

/**
 * Reads `200-399`, `200,204`, `200, 300-302`.
 *
 * @throws StatusRangeError one sentence that quotes the wrong part
 */
export function parseStatusRanges(text: string): StatusRanges {
  return text.split(',').map((part) => {
    const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part.trim());
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || to < from) {
      throw new StatusRangeError(
        `${JSON.stringify(clipEnd(part.trim(), 50))} is not an HTTP status or a range of them; write "200", "200,204" or "200-399".`,
      );
    }
    return { from, to };
  });
}

export function statusIsIn(status: number, ranges: StatusRanges): boolean {
  return ranges.some(({ from, to }) => status >= from && status <= to);
}
