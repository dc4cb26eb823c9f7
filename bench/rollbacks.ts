import type { Stage, StageRun } from '../test/end-to-end/stage.ts';
import { type Spread, type Stretch, spread, stretchOf } from './figures.ts';

/** What the version that is left is put on, and so what a rollback finds. */
export const standbys = ['running', 'paused', 'stopped'] as const;
export type Standby = (typeof standbys)[number];

export interface RollbackRow {
  to: string;
  outcome: string;
  /** Why it is not live. */
  reason?: string;
  answersMs: number;
  durationMs: number;
}

export interface RollbackPart extends Stretch {
  rollbacks: number;
  live: number;
  /** From the start of the action's process until the version that was gone back to has answered through the switch. */
  answersMs: Spread;
  each: RollbackRow[];
}

export interface RollbackResults {
  perSecond: number;
  orders: { sent: number; lost: number; doubled: number };
  streams: { opened: number; cut: number };
  failuresByReason: Record<string, number>;
  byStandby: Record<Standby, RollbackPart>;
  leftovers: string[];
  violations: string[];
}

export interface RollbackBenchPlan {
  /** How many for each kind of standby. */
  rollbacks: number;
  rate: number;
  tell: (line: string) => void;
}

/** Streams stay open, so every drain takes all of its time: a little more than the load's slowest request. */
export const drainTimeout = '2500ms';
const pace = { watch: '0s', 'drain-timeout': drainTimeout };

/** Goes back and forth between two releases under load, for each kind of standby. */
export async function benchRollbacks(stage: Stage, plan: RollbackBenchPlan): Promise<RollbackResults> {
  const runs: StageRun[] = [];
  const ship = async (version: string, standby: Standby): Promise<void> => {
    const deploy = await stage.deploy({ image: { version }, inputs: { ...pace, standby } });
    runs.push(deploy);
    if (deploy.verdict?.outcome !== 'live') {
      throw new Error(`A deploy failed: ${deploy.result.outputs.reason || deploy.result.log.slice(-500)}`);
    }
  };
  await ship('r0', 'running');
  await using load = await stage.startLoad({ rate: plan.rate, durationMs: 20 * 60_000 });
  const stretches: { standby: Standby; rows: RollbackRow[]; fromMs: number; toMs: number }[] = [];
  const now = (): number => Math.ceil(load.live().atMs / 100) * 100;
  for (const standby of standbys) {
    const versions = [`${standby}-a`, `${standby}-b`];
    for (const version of versions) await ship(version, standby);
    const fromMs = now();
    const rows: RollbackRow[] = [];
    for (let index = 0; index < plan.rollbacks; index += 1) {
      const to = versions[index % 2] ?? '';
      load.expect(to);
      const run = await stage.rollback({ ...pace, 'mark-bad': 'false' });
      runs.push(run);
      const row = rowOf(to, run);
      rows.push(row);
      const { failed, mixed, perSecond } = load.live();
      plan.tell(
        `rollback to a ${standby} standby ${index + 1}/${plan.rollbacks}: ${row.outcome}, answers after ${row.answersMs} ms, ` +
          `in all ${row.durationMs} ms; load ${perSecond}/s, ${failed} failed, ${mixed} mixed${row.reason ? ` (${row.reason})` : ''}`,
      );
    }
    stretches.push({ standby, rows, fromMs, toMs: now() });
  }
  const report = await load.stop();
  const orders = await stage.orders(report);
  const parts = stretches.map(({ standby, rows, fromMs, toMs }): [Standby, RollbackPart] => [
    standby,
    {
      rollbacks: rows.length,
      live: rows.filter(({ outcome }) => outcome === 'live').length,
      ...stretchOf(report, fromMs, toMs),
      answersMs: spread(rows.map(({ answersMs }) => answersMs)),
      each: rows,
    },
  ]);
  return {
    perSecond: Math.round((report.requests * 1_000) / report.durationMs),
    orders: { sent: report.orders.sentIds.length, lost: orders.lost.length, doubled: orders.doubled.length },
    streams: {
      opened: report.webSocket.opened + report.sse.opened,
      cut: report.webSocket.cut + report.sse.cut,
    },
    failuresByReason: report.failuresByReason,
    byStandby: Object.fromEntries(parts) as Record<Standby, RollbackPart>,
    leftovers: await stage.leftovers(),
    violations: runs.flatMap(({ violations }) => violations),
  };
}

function rowOf(to: string, { verdict, result }: StageRun): RollbackRow {
  // The step ends with a request through the switch that the version has answered.
  const step = verdict?.timeline.find((entry) => entry.step === 'switch' && entry.outcome === 'done');
  return {
    to,
    outcome: verdict?.outcome ?? 'failed',
    ...(result.outputs.reason ? { reason: result.outputs.reason } : {}),
    answersMs: step ? step.startMs + step.durationMs : Number.NaN,
    durationMs: result.durationMs,
  };
}
