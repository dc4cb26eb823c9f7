import { expect, test } from 'vitest';
import { joined, resultsOf, type ScenarioResult } from '../results.ts';

const scenario = (more: Partial<ScenarioResult>): ScenarioResult => ({
  ...{ walk: 'deploy', fault: 'job killed', moment: 'pull begins', isRandom: false, seed: 1 },
  ...{ allowance: 'none', requests: 10, failed: 0, outageMs: undefined, said: undefined, misses: [] },
  ...more,
});
const part = (scenarios: ScenarioResult[], isComplete = true) =>
  resultsOf(
    { command: 'inside', seed: 1, isComplete, machine: { Node: '24' }, durationMs: 5, secrets: [] },
    scenarios,
  );
const facts = { command: 'npm run test:faults', seed: 1 };

test('what several worlds saw of one fault is one row', () => {
  const all = joined(facts, [
    part([scenario({}), scenario({ isRandom: true, misses: ['it broke'] })]),
    part([scenario({ requests: 5 })]),
  ]);
  expect(all.rows).toEqual([
    expect.objectContaining({ boundaries: 2, random: 1, requests: 25, recovered: 2 }),
  ]);
  expect(all.failed.map(({ misses }) => misses)).toEqual([['it broke']]);
  expect(all).toMatchObject({ isComplete: true, command: 'npm run test:faults' });
});

test.each([
  ['one that was broken off', part([scenario({})], false)],
  ['one that has said nothing', undefined],
])('a world that did not come to its end makes the whole incomplete: %s', (_, other) => {
  expect(joined(facts, [part([scenario({})]), other]).isComplete).toBe(false);
});
