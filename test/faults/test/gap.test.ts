import { expect, test } from 'vitest';
import { gapOf, isLeftOpen, type WalkEnd } from '../gap.ts';
import { stopFirstWalk } from '../stop-first-walk.ts';

const stopped = new Map([['start begins', 100]]);
const switched = new Map([...stopped, ['switch done', 300]]);
const good: WalkEnd = { hasSucceeded: true, canTakeBack: true, endMs: 900 };
const takenBack: WalkEnd = { ...good, hasSucceeded: false };
const dead: WalkEnd = { ...takenBack, canTakeBack: false };

test.each([
  ['a walk that succeeds, as the traffic is with the new version', switched, good, 300],
  ['a job that takes back what it did, before it ends', stopped, takenBack, 900],
  ['a job that takes back after the switch, before it ends', switched, takenBack, 900],
  ['the next job, where one has died in it', stopped, dead, 2_000],
  ['the switch, where the job died after it', switched, dead, 300],
])('the gap is closed by %s', (_, times, end, toMs) => {
  expect(gapOf(stopFirstWalk, times, end, 2_000)).toEqual({ fromMs: 100, toMs });
  expect(isLeftOpen(stopFirstWalk, times, end)).toBe(toMs === 2_000);
});

test('there is no gap before the old version is stopped, nor in another walk', () => {
  expect(gapOf(stopFirstWalk, new Map(), dead, 2_000)).toBeUndefined();
  expect(isLeftOpen(stopFirstWalk, new Map(), dead)).toBe(false);
  expect(gapOf({}, stopped, dead, 2_000)).toBeUndefined();
  expect(isLeftOpen({}, stopped, dead)).toBe(false);
});
