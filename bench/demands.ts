import { type RollbackResults, standbys } from './rollbacks.ts';
import type { SwitchyardResults } from './switchyard-deploys.ts';

export interface Demand {
  what: string;
  found: string;
  met: boolean;
}

/** The most that any rollback may take from the action's start until the old version answers; the app boots in 200 ms. */
const rollbackLimitMs = { running: 1_000, paused: 1_000, stopped: 2_000 };

/** What the figures must show for the project to keep its promises. */
export function demands(results: SwitchyardResults, rollbacks: RollbackResults): Demand[] {
  const { deploys, switchReplacements } = results;
  const demand = (what: string, found: number | string, met: boolean): Demand => ({
    what,
    found: String(found),
    met,
  });
  const failures = (part: typeof deploys) => `${part.failed} failed, ${part.mixed} mixed of ${part.requests}`;
  const parts = standbys.map((standby) => ({ standby, ...rollbacks.byStandby[standby] }));
  const total = (of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((sum, part) => sum + of(part), 0);
  const leftovers = [...results.leftovers, ...rollbacks.leftovers];
  const violations = [...results.violations, ...rollbacks.violations];
  const orders = [results, rollbacks].map(({ orders }) => orders);
  const everyReplaced = switchReplacements.each.every(({ replacedSwitch }) => replacedSwitch);
  const everyLive =
    deploys.live === deploys.deploys && switchReplacements.live === switchReplacements.deploys;
  return [
    demand('every deploy goes live', `${deploys.live} of ${deploys.deploys}`, everyLive),
    demand('at least 1,000 requests a second', results.perSecond, results.perSecond >= 1_000),
    demand(
      `no request fails and none is mixed in ${deploys.deploys} deploys`,
      failures(deploys),
      deploys.failed === 0 && deploys.mixed === 0,
    ),
    demand(
      `nor in ${switchReplacements.deploys} replacements of the switch`,
      failures(switchReplacements),
      everyReplaced && switchReplacements.failed === 0 && switchReplacements.mixed === 0,
    ),
    demand('median switch within 15 ms', `${deploys.switchMs.median} ms`, deploys.switchMs.median <= 15),
    demand(
      'median overhead within 1,000 ms',
      `${deploys.overheadMs.median} ms`,
      deploys.overheadMs.median <= 1_000,
    ),
    demand(
      'every rollback goes live',
      `${total(({ live }) => live)} of ${total((part) => part.rollbacks)}`,
      parts.every(({ live, rollbacks: count }) => live === count),
    ),
    demand(
      'no request fails and none is mixed in them',
      `${total(({ failed }) => failed)} failed, ${total(({ mixed }) => mixed)} mixed of ${total(({ requests }) => requests)}`,
      parts.every(({ failed, mixed }) => failed === 0 && mixed === 0),
    ),
    ...parts.map(({ standby, answersMs }) =>
      demand(
        `the slowest rollback to a ${standby} standby answers within ${rollbackLimitMs[standby] / 1_000} s`,
        `${answersMs.max} ms`,
        answersMs.max <= rollbackLimitMs[standby],
      ),
    ),
    demand(
      'every order is applied exactly once',
      `${sum(orders, 'lost')} lost, ${sum(orders, 'doubled')} doubled of ${sum(orders, 'sent')}`,
      sum(orders, 'lost') + sum(orders, 'doubled') === 0,
    ),
    demand('nothing is left behind', leftovers.join(' ') || 'nothing', leftovers.length === 0),
    demand('no secret leaks', violations.join(' ') || 'none', violations.length === 0),
  ];
}

function sum<Key extends string>(rows: readonly Record<Key, number>[], key: Key): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
