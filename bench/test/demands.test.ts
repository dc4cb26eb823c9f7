import { expect, test } from 'vitest';
import { demands } from '../demands.ts';
import type { RollbackResults } from '../rollbacks.ts';
import type { SwitchyardResults } from '../switchyard-deploys.ts';

const orders = { sent: 9, lost: 0, doubled: 0 };
const counts = { requests: 9, failed: 0, mixed: 0, outageMs: 0 };
const spread = (max: number) => ({ median: 8, min: 7, max });
const deploys = { ...counts, deploys: 1, live: 1, each: [], switchMs: spread(9), overheadMs: spread(900) };
const switchyard = {
  ...{ perSecond: 1_020, orders, leftovers: [], violations: [] },
  deploys,
  switchReplacements: deploys,
} as unknown as SwitchyardResults;

function unmet(slowestMs: Record<'running' | 'paused' | 'stopped', number>): string[] {
  const byStandby = Object.fromEntries(
    Object.entries(slowestMs).map(([standby, max]) => [
      standby,
      { ...counts, rollbacks: 3, live: 3, answersMs: spread(max), each: [] },
    ]),
  );
  const rollbacks = { byStandby, orders, leftovers: [], violations: [] } as unknown as RollbackResults;
  return demands(switchyard, rollbacks)
    .filter(({ met }) => !met)
    .map(({ what, found }) => `${what}: ${found}`);
}

test('a single rollback that is too slow is one too many', () => {
  expect(unmet({ running: 1_000, paused: 1_000, stopped: 2_000 })).toEqual([]);
  expect(unmet({ running: 1_001, paused: 1_000, stopped: 2_001 })).toEqual([
    'the slowest rollback to a running standby answers within 1 s: 1001 ms',
    'the slowest rollback to a stopped standby answers within 2 s: 2001 ms',
  ]);
});
