import { expect, test } from 'vitest';
import type { FailureRecord, LoadReport } from '../../load/report.ts';
import type { ActionResult } from '../../runner/run-action.ts';
import { judge } from '../judge.ts';
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
    ...{ hit: true, allowance: 'none', before: 'v1', target: 'v2', result: action(), servesAlone: ['v1'] },
    ...{ backAfterMs: 5, nextServes: 'v3', leftovers: [], argumentLeaks: [], load: load() },
    ...{ struckAtMs: 1_000, strikeEndMs: 1_100, backAtMs: 2_000 },
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

test('requests may fail only as the fault allows', () => {
  const failing = (allowance: Observation['allowance'], startedMs: number) =>
    judge(observed({ allowance, load: load({ failed: 1, failures: [failure(startedMs)] }) })).length;
  expect(failing('none', 900)).toBe(1);
  expect(failing('held', 1_200)).toBe(0);
  expect(failing('held', 1_500)).toBe(1);
  expect(failing('outage', 1_900)).toBe(0);
  expect(failing('outage', 2_100)).toBe(1);
});
