import type { DeployFigures } from '../test/end-to-end/deploy-figures.ts';
import type { Stage, StageDeploy } from '../test/end-to-end/stage.ts';
import { type Spread, type Stretch, spread, stretchOf } from './figures.ts';

export interface DeployRow {
  version: string;
  outcome: string;
  /** Why it is not live. */
  reason?: string;
  replacedSwitch: boolean;
  switchMs: number;
  overheadMs: number;
  durationMs: number;
  bootMs: number;
  pullMs: number;
  drainMs: number;
}

export interface DeployPart extends Stretch {
  deploys: number;
  live: number;
  switchMs: Spread;
  overheadMs: Spread;
  durationMs: Spread;
  /** Medians of the overhead's parts. */
  overheadBySteps: Record<string, number>;
  each: DeployRow[];
}

export interface SwitchyardResults {
  /** Not watched (watch: 0s), so that the deploys' durations are the tool's own. */
  watch: string;
  drainTimeout: string;
  perSecond: number;
  latency: { p50Ms: number; p99Ms: number; maxMs: number };
  longestGapMs: number;
  orders: { sent: number; lost: number; doubled: number };
  streams: { opened: number; cut: number };
  failuresByReason: Record<string, number>;
  deploys: DeployPart;
  /** Deploys that replace the switch itself as well, because its definition has changed. */
  switchReplacements: DeployPart;
  leftovers: string[];
  violations: string[];
}

export interface SwitchyardPlan {
  deploys: number;
  replacements: number;
  rate: number;
  tell: (line: string) => void;
}

const pace = { watch: '0s', 'drain-timeout': '3s' };

/** Deploys version after version under load, and then some that replace the switch as well. */
export async function benchSwitchyard(stage: Stage, plan: SwitchyardPlan): Promise<SwitchyardResults> {
  let number = 0;
  const ship = async (inputs: Record<string, string>): Promise<StageDeploy> => {
    number += 1;
    return stage.deploy({ image: { version: `n${number}` }, inputs: { ...pace, ...inputs } });
  };
  const first = await ship({});
  if (first.verdict?.outcome !== 'live') {
    throw new Error(
      `The first deploy failed: ${first.result.outputs.reason || first.result.log.slice(-500)}`,
    );
  }
  await using load = await stage.startLoad({ rate: plan.rate, durationMs: 20 * 60_000 });
  const many = async (count: number, what: string, inputsOf: (index: number) => Record<string, string>) => {
    const deploys: StageDeploy[] = [];
    for (let index = 0; index < count; index += 1) {
      const deploy = await ship(inputsOf(index));
      deploys.push(deploy);
      const { failed, mixed, perSecond } = load.live();
      const row = rowOf(deploy);
      plan.tell(
        `${what} ${index + 1}/${count}: ${row.outcome}, switch ${row.switchMs} ms, overhead ${row.overheadMs} ms, ` +
          `in all ${row.durationMs} ms; load ${perSecond}/s, ${failed} failed, ${mixed} mixed${row.reason ? ` (${row.reason})` : ''}`,
      );
    }
    return deploys;
  };
  const plain = await many(plan.deploys, 'deploy', () => ({}));
  const turnedAtMs = Math.ceil(load.live().atMs / 100) * 100;
  const replacing = await many(plan.replacements, 'deploy with a new switch', (index) => ({
    'request-timeout': `${31 + index}s`,
  }));
  const report = await load.stop();
  // A replaced switch leaves when the last connection that a client keeps has ended; the next deploy removes it.
  const settled = await ship({ 'request-timeout': `${30 + plan.replacements}s` });
  const orders = await stage.orders(report);
  return {
    watch: pace.watch,
    drainTimeout: pace['drain-timeout'],
    perSecond: Math.round((report.requests * 1_000) / report.durationMs),
    latency: { p50Ms: report.latency.p50Ms, p99Ms: report.latency.p99Ms, maxMs: report.latency.maxMs },
    longestGapMs: report.longestGapMs,
    orders: { sent: report.orders.sentIds.length, lost: orders.lost.length, doubled: orders.doubled.length },
    streams: {
      opened: report.webSocket.opened + report.sse.opened,
      cut: report.webSocket.cut + report.sse.cut,
    },
    failuresByReason: report.failuresByReason,
    deploys: partOf(plain, stretchOf(report, 0, turnedAtMs)),
    switchReplacements: partOf(replacing, stretchOf(report, turnedAtMs, Number.POSITIVE_INFINITY)),
    leftovers: await stage.leftovers(),
    violations: [first, ...plain, ...replacing, settled].flatMap(({ violations }) => violations),
  };
}

function rowOf({ version, verdict, figures, result }: StageDeploy): DeployRow {
  return {
    version,
    outcome: verdict?.outcome ?? 'failed',
    ...(result.outputs.reason ? { reason: result.outputs.reason } : {}),
    replacedSwitch: result.log.includes('Replaced the switch'),
    switchMs: verdict?.switchMs ?? Number.NaN,
    overheadMs: figures?.overheadMs ?? Number.NaN,
    durationMs: result.durationMs,
    bootMs: figures?.bootMs ?? Number.NaN,
    pullMs: figures?.pullMs ?? Number.NaN,
    drainMs: figures?.drainMs ?? Number.NaN,
  };
}

function partOf(deploys: readonly StageDeploy[], stretch: Stretch): DeployPart {
  const each = deploys.map(rowOf);
  const live = each.filter(({ outcome }) => outcome === 'live');
  const figures = deploys.flatMap(({ figures: found }): DeployFigures[] => (found ? [found] : []));
  const steps = [...new Set(figures.flatMap(({ overheadBySteps }) => Object.keys(overheadBySteps)))];
  return {
    deploys: deploys.length,
    live: live.length,
    ...stretch,
    switchMs: spread(live.map(({ switchMs }) => switchMs)),
    overheadMs: spread(live.map(({ overheadMs }) => overheadMs)),
    durationMs: spread(live.map(({ durationMs }) => durationMs)),
    overheadBySteps: Object.fromEntries(
      steps.map((step) => [
        step,
        spread(figures.map(({ overheadBySteps }) => overheadBySteps[step] ?? 0)).median,
      ]),
    ),
    each,
  };
}
