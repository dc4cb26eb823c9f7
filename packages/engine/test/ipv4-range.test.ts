import { describe, expect, it } from 'vitest';
import { carve, formatRange, overlap, parseRange } from '../src/ipv4-range.ts';

const range = (text: string) => {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`not a range: ${text}`);
  return parsed;
};

describe('IPv4 ranges', () => {
  it.each(['10.0.0.0/8', '172.20.0.16/28', '255.255.255.255/32', '0.0.0.0/0'])(
    'reads and writes %s',
    (text) => {
      expect(formatRange(range(text))).toBe(text);
    },
  );

  it('clears host bits', () => {
    expect(formatRange(range('172.20.0.17/28'))).toBe('172.20.0.16/28');
  });

  it.each(['', '10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0/8', 'fd00::/8', '10.0.0.0/8 '])(
    'refuses %j',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );

  it('knows overlaps', () => {
    expect(overlap(range('10.0.0.0/8'), range('10.1.0.0/16'))).toBe(true);
    expect(overlap(range('10.1.0.0/16'), range('10.0.0.0/8'))).toBe(true);
    expect(overlap(range('10.0.0.0/28'), range('10.0.0.16/28'))).toBe(false);
  });
});

describe('carving a range out of a pool', () => {
  it.each([
    ['172.20.0.0/16', [], '172.20.0.0/28'],
    ['172.20.0.0/16', ['172.20.0.0/28'], '172.20.0.16/28'],
    ['172.20.0.0/16', ['172.20.0.16/28'], '172.20.0.0/28'],
    ['172.20.0.0/16', ['172.20.0.0/28', '172.20.0.16/29'], '172.20.0.32/28'],
    ['172.20.0.0/16', ['172.20.0.0/24', '10.0.0.0/8'], '172.20.1.0/28'],
    ['172.20.0.0/28', [], '172.20.0.0/28'],
    ['172.20.0.0/28', ['172.20.0.8/32'], undefined],
    ['172.20.0.0/29', [], undefined],
    ['172.20.0.0/24', ['172.16.0.0/12'], undefined],
    ['255.255.255.0/24', ['255.255.255.0/25'], '255.255.255.128/28'],
  ])('%s without %j: %s', (pool, taken, expected) => {
    const carved = carve(range(pool), 28, taken.map(range));
    expect(carved && formatRange(carved)).toBe(expected);
  });

  it('fits 4,096 networks into one /16 without an overlap', () => {
    const taken: ReturnType<typeof range>[] = [];
    for (
      let next = carve(range('172.20.0.0/16'), 28, []);
      next;
      next = carve({ base: range('172.20.0.0/16').base, prefix: 16 }, 28, [])
    ) {
      taken.push({ base: next.base + 16 * taken.length, prefix: 28 });
      if (taken.length === 4_096) break;
    }
    expect(carve(range('172.20.0.0/16'), 28, taken.slice(0, 4_095))).toEqual(taken[4_095]);
    expect(carve(range('172.20.0.0/16'), 28, taken)).toBeUndefined();
  });
});
