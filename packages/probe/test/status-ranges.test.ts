import { describe, expect, it } from 'vitest';
import { parseStatusRanges, StatusRangeError, statusIsIn } from '../src/status-ranges.ts';

describe('status ranges', () => {
  it.each([
    ['200', [{ from: 200, to: 200 }]],
    ['200-399', [{ from: 200, to: 399 }]],
    [
      '200, 204,300-302',
      [
        { from: 200, to: 200 },
        { from: 204, to: 204 },
        { from: 300, to: 302 },
      ],
    ],
  ])('reads %s', (text, ranges) => {
    expect(parseStatusRanges(text)).toEqual(ranges);
  });

  it.each(['', '2xx', '200-', '399-200', '99', '600', '200;204', '200 204', '-200'])('refuses %j', (text) => {
    expect(() => parseStatusRanges(text)).toThrow(StatusRangeError);
  });

  it('includes both ends', () => {
    const ranges = parseStatusRanges('200-204,301');
    expect([199, 200, 204, 205, 301].map((status) => statusIsIn(status, ranges))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });
});
