import type { SwitchyardResults } from './switchyard-deploys.ts';

export interface Demand {
  what: string;
  found: string;
  met: boolean;
}

/** What the figures must show for the project to keep its promises. */
export function demands(results: SwitchyardResults): Demand[] {
  const { deploys, switchReplacements } = results;
  const demand = (what: string, found: number | string, met: boolean): Demand => ({
    what,
    found: String(found),
    met,
  });
  const failures = (part: typeof deploys) => `${part.failed} failed, ${part.mixed} mixed of ${part.requests}`;
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
      'every order is applied exactly once',
      `${results.orders.lost} lost, ${results.orders.doubled} doubled of ${results.orders.sent}`,
      results.orders.lost + results.orders.doubled === 0,
    ),
    demand(
      'nothing is left behind',
      results.leftovers.join(' ') || 'nothing',
      results.leftovers.length === 0,
    ),
    demand('no secret leaks', results.violations.join(' ') || 'none', results.violations.length === 0),
  ];
}
