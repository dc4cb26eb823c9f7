import { expect, test } from 'vitest';
import { firstOfRun, probeAnswers } from '../answer-probe.ts';

const outcomes = (text: string) =>
  [...text].map((sign, index) => ({
    sentMs: index * 20,
    isAnswered: sign === '?' ? undefined : sign === '+',
  }));

test.each<[string, number | undefined]>([
  ['+++++', 0],
  ['--+++++', 40],
  ['++++-+++++', 100],
  ['++++', undefined],
  ['-----', undefined],
  // The one under way may turn out to be the first of the run.
  ['--?+++++', undefined],
  ['--+++++?', 40],
])('of %s the run begins at %s ms', (text, ms) => {
  expect(firstOfRun(outcomes(text), 5)).toBe(ms);
});

test('says when answers came back, though it is asked much later, and sends nothing more', async () => {
  let sent = 0;
  using probe = probeAnswers(
    async () => {
      sent += 1;
      if (sent <= 3) throw new Error('refused');
    },
    () => sent,
  );
  while (sent < 8) await new Promise(setImmediate);
  expect(await probe.back(5_000)).toBe(3);
  expect(sent).toBe(8);
});

test('gives up when the time is up', async () => {
  using probe = probeAnswers(
    () => Promise.reject(new Error('refused')),
    () => 0,
  );
  expect(await probe.back(100)).toBeUndefined();
});
