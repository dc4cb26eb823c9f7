import { expect, test } from 'vitest';
import { judgeTicks, parseTick, type Tick } from './tick-verdict.ts';

const ticks = (instance: string, version: string, fromMs: number, toMs: number): Tick[] =>
  Array.from({ length: (toMs - fromMs) / 200 + 1 }, (_, index) => ({
    instance,
    version,
    atMs: fromMs + index * 200,
  }));

test('one scheduler after the other is in order, and the gap between them is the longest', () => {
  const verdict = judgeTicks([...ticks('one', 'v1', 0, 1_000), ...ticks('two', 'v2', 1_900, 3_100)]);
  expect(verdict.overlaps).toEqual([]);
  expect(verdict.longestGapMs).toBe(900);
  expect(verdict.runs).toEqual([
    { instance: 'one', version: 'v1', fromMs: 0, toMs: 1_000, ticks: 6 },
    { instance: 'two', version: 'v2', fromMs: 1_900, toMs: 3_100, ticks: 7 },
  ]);
});

test('two schedulers at the same time are found, with how long they were', () => {
  const verdict = judgeTicks([...ticks('one', 'v1', 0, 1_000), ...ticks('two', 'v2', 500, 2_100)]);
  expect(verdict.overlaps).toEqual([{ earlier: 'one', later: 'two', ms: 500 }]);
});

test('a second one that only came up and went again within the first is found', () => {
  const verdict = judgeTicks([...ticks('one', 'v1', 0, 2_000), ...ticks('two', 'v2', 700, 700)]);
  expect(verdict.overlaps).toEqual([{ earlier: 'one', later: 'two', ms: 0 }]);
});

test('an old one that comes back while the new one is at work is found beside the others', () => {
  const back = [
    ...ticks('one', 'v1', 0, 400),
    ...ticks('two', 'v2', 600, 1_000),
    ...ticks('one', 'v1', 1_200, 1_400),
  ];
  expect(judgeTicks(back).overlaps).toEqual([{ earlier: 'one', later: 'two', ms: 400 }]);
});

test('no ticks are no runs', () => {
  expect(judgeTicks([])).toEqual({ runs: [], overlaps: [], longestGapMs: 0 });
});

test('a tick is read as the scheduler writes it, and nothing else is taken for one', () => {
  expect(parseTick('3fa1 v2 1700000000123')).toEqual({
    instance: '3fa1',
    version: 'v2',
    atMs: 1_700_000_000_123,
  });
  expect(() => parseTick('3fa1 v2')).toThrow('This is no tick: 3fa1 v2');
});
