import { expect, test } from 'vitest';
import type { FailureRecord, LoadReport } from '../../load/report.ts';
import type { ActionResult } from '../../runner/run-action.ts';
import { judge, judgeStrike } from '../judge.ts';
import type { Observation } from '../scenario.ts';

const failure = (startedMs: number): FailureRecord => ({
  atMs: startedMs + 10,
  startedMs,
  kind: 'new',
  reason: 'refused',
  reused: false,
});
const streams = { opened: 1, closed: 1, cut: 0, messages: 1 };
const load = (more: Partial<LoadReport> = {}) =>
  ({
    requests: 9,
    failed: 0,
    mixed: 0,
    failures: [],
    webSocket: streams,
    sse: streams,
    ...more,
  }) as unknown as LoadReport;
const action = (more: Partial<ActionResult> = {}) =>
  ({
    ...{ exitCode: 1, signal: undefined, log: '', outputs: {}, leaks: [], orphans: [], sentSignals: [] },
    ...{ annotations: [], durationMs: 1_000 },
    ...more,
  }) as unknown as ActionResult;

function observed(more: Partial<Observation> = {}): Observation {
  return {
    ...{
      struck: 'hit',
      allowance: 'none',
      before: 'v1',
      target: 'v2',
      result: action(),
      servesAlone: ['v1'],
    },
    ...{ nextServes: 'v3', leftovers: [], argumentLeaks: [], logLeaks: [], load: load() },
    ...{ struckAtMs: 1_000, strikeEndMs: 1_100, outageFromMs: 1_100, backAtMs: 2_000 },
    ...{ stepTimes: new Map(), outageLimitMs: 5_000, gap: undefined, isGapLeftOpen: false },
    next: { version: 'v3', result: action({ exitCode: 0 }), violations: [] },
    orders: { lost: [], doubled: [], unconfirmed: [] },
    ...more,
  };
}

test('all is well when the old or the new version serves and nothing was lost', () => {
  expect(judge(observed())).toEqual([]);
  expect(judge(observed({ servesAlone: ['v2'] }))).toEqual([]);
});

test.each<[string, Partial<Observation>, string]>([
  ['nothing serves', { servesAlone: [] }, 'did not answer any more'],
  ['two versions serve', { servesAlone: ['v1', 'v2'] }, 'Several versions'],
  ['a third one serves', { servesAlone: ['v9'] }, 'v9 answered'],
  [
    'the next deploy fails',
    { next: { version: 'v3', result: action(), violations: [] } },
    'next deploy failed',
  ],
  ['the next deploy is not live', { nextServes: 'v1' }, 'After the next deploy v1 serves'],
  ['a secret is in a log', { logLeaks: ['A secret is in the journal.'] }, 'in the journal'],
  ['a secret is in an argument', { argumentLeaks: ['A secret was among them.'] }, 'among them'],
  ['something is left', { leftovers: ['a.tmp was left'] }, 'a.tmp was left'],
  ['a stream was cut', { load: load({ sse: { ...streams, cut: 1 } }) }, '1 streams were cut'],
  ['versions were mixed', { load: load({ mixed: 2, mixedAnswers: [] }) }, '2 answers of an old version'],
  ['an order was applied twice', { orders: { lost: [], doubled: ['a'], unconfirmed: [] } }, 'applied twice'],
  ['it called it a bug', { result: action({ log: 'This is a bug in Switchyard' }) }, 'called it a bug'],
  [
    'a cancelled job had to be killed',
    { result: action({ signal: 'SIGKILL', sentSignals: [{ signal: 'SIGINT', afterMs: 0 }] }) },
    'had to be killed',
  ],
])('is not well when %s', (_, more, said) => {
  expect(judge(observed(more)).join('\n')).toContain(said);
});

test('what the job said last must be true', () => {
  const said = (servingNow: string) => action({ outputs: { verdict: JSON.stringify({ servingNow }) } });
  const still = 'Release 20261121-075240-4pnz (blue) still serves.';
  expect(judge(observed({ result: said(still) }))).toEqual([]);
  expect(judge(observed({ result: said(still), servesAlone: ['v2'] })).join()).toContain('and v2 serves');
});

const failing = (more: Partial<Observation>, startedMs: number, atMs = startedMs + 10) =>
  judge(observed({ ...more, load: load({ failed: 1, failures: [{ ...failure(startedMs), atMs }] }) })).length;

test('requests may fail only as the fault allows', () => {
  expect(failing({ allowance: 'none' }, 900)).toBe(1);
  expect(failing({ allowance: 'held' }, 1_200)).toBe(0);
  expect(failing({ allowance: 'held' }, 1_500)).toBe(1);
  expect(failing({ allowance: 'outage' }, 1_900)).toBe(0);
  expect(failing({ allowance: 'outage' }, 2_100)).toBe(1);
  // The traffic came to the killed one only after others had been seen to answer.
  expect(failing({ allowance: 'outage', backAtMs: 1_105 }, 1_200)).toBe(0);
  expect(failing({ allowance: 'outage', backAtMs: 1_105 }, 1_300)).toBe(1);
});

test.each(['held', 'outage'] as const)(
  'what had failed before the strike is not excused by it: %s',
  (allowance) => {
    expect(failing({ allowance }, 900, 1_050)).toBe(0);
    expect(failing({ allowance }, 900, 950)).toBe(1);
  },
);

test('an outage must end within its limit, which is counted from where what was stopped is started again', () => {
  const judged = (more: Partial<Observation>) => judge(observed({ allowance: 'outage', ...more })).join();
  expect(judged({ backAtMs: 6_100 })).toBe('');
  expect(judged({ backAtMs: 6_200 })).toContain(
    '5100 ms until requests were answered again, and at most 5000',
  );
  expect(judged({ backAtMs: 9_000, outageFromMs: 8_000 })).toBe('');
  expect(judged({ backAtMs: Number.POSITIVE_INFINITY, servesAlone: [] })).toContain(
    'did not answer any more',
  );
});

test('more failures than are known one by one can not be judged', () => {
  const failures = Array.from({ length: 200 }, () => failure(1_200));
  const judged = (failed: number) =>
    judge(observed({ allowance: 'outage', load: load({ failed, failures }) }));
  expect(judged(200)).toEqual([]);
  expect(judged(201)).toEqual(['Only 200 of 201 failed requests are known one by one.']);
});

test('in a gap by design requests fail, streams are cut, and before and after it none', () => {
  const gap = { fromMs: 1_500, toMs: 3_000 };
  expect(failing({ gap }, 1_400, 1_600)).toBe(0);
  expect(failing({ gap }, 3_000)).toBe(0);
  expect(failing({ gap }, 1_400, 1_450)).toBe(1);
  expect(failing({ gap }, 3_100)).toBe(1);
  expect(judge(observed({ gap, load: load({ sse: { ...streams, cut: 1 } }) }))).toEqual([]);
  expect(judge(observed({ gap, servesAlone: [] }))).not.toEqual([]);
  expect(judge(observed({ gap, servesAlone: [], isGapLeftOpen: true }))).toEqual([]);
});

test('a boundary must be hit, a random moment may come too late', () => {
  const boundary = { at: 'step', step: 'pull', what: 'begins' } as const;
  const random = { at: 'random', share: 0.5 } as const;
  expect(judgeStrike('hit', boundary)).toEqual([]);
  expect(judgeStrike('too-late', boundary).join()).toContain('over before "pull begins" came');
  expect(judgeStrike('nothing-there', boundary).join()).toContain('Nothing was there');
  for (const struck of ['too-late', 'nothing-there'] as const)
    expect(judgeStrike(struck, random)).toEqual([]);
});
