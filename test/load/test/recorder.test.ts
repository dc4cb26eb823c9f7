import { expect, test } from 'vitest';
import { Recorder } from '../recorder.ts';

test('lists as many failures and mixed answers as it was told, and counts all', () => {
  const recorder = new Recorder(() => {}, 3);
  const attempt = (startedMs: number) => ({
    kind: 'new' as const,
    startedMs,
    sentMs: startedMs,
    reused: false,
  });
  recorder.answered(attempt(0), 'v1', 1);
  recorder.answered(attempt(2), 'v2', 3);
  for (let ms = 10; ms < 15; ms += 1) {
    recorder.failed(attempt(ms), 'refused', ms);
    recorder.answered(attempt(ms), 'v1', ms);
  }
  const { failed, failures, mixed, mixedAnswers } = recorder.finish(100);
  expect([failed, mixed]).toEqual([5, 5]);
  expect(failures.map(({ startedMs }) => startedMs)).toEqual([10, 11, 12]);
  expect(mixedAnswers.map(({ startedMs }) => startedMs)).toEqual([10, 11, 12]);
});
