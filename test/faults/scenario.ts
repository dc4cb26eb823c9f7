import { waitFor } from '../../scripts/test-tools-run.ts';
import type { LoadReport } from '../load/report.ts';
import type { OrderVerdict } from '../load/verify-orders.ts';
import { processesWithVariable } from '../runner/process-tree.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { watchArguments } from './argument-watch.ts';
import type { Allowance, Fault, Target } from './fault.ts';
import { describeMoment, type Moment, momentAwaited, stepIn } from './moment.ts';
import { randomFrom } from './random.ts';
import type { Scene } from './scene.ts';
import type { Walk } from './walk.ts';

export interface Scenario {
  readonly number: number;
  readonly walk: Walk;
  readonly fault: Fault;
  readonly moment: Moment;
  /** For what the fault itself leaves to chance. */
  readonly seed: number;
}

/** Everything that was seen, before anybody judges it. */
export interface Observation {
  /** False when the walk was over, or had nothing to hit, before the moment came. */
  readonly hit: boolean;
  readonly allowance: Allowance;
  readonly before: string;
  readonly target: string;
  readonly result: ActionResult;
  /** Versions that answered after the action's end and before anything was done about it. */
  readonly servesAlone: readonly string[];
  /** From the strike until every request was answered again; undefined when that never came. */
  readonly backAfterMs: number | undefined;
  readonly next: { readonly version: string; readonly result: ActionResult; readonly violations: string[] };
  readonly nextServes: string | undefined;
  readonly leftovers: readonly string[];
  readonly argumentLeaks: readonly string[];
  readonly load: LoadReport;
  readonly orders: OrderVerdict;
  /** In the load's time. */
  readonly struckAtMs: number;
  /** When everything was dead that was to die. */
  readonly strikeEndMs: number;
  readonly backAtMs: number;
}

const rate = 120;
const kinds = {
  ...{ pooledConnections: 20, slowPerSecond: 4, slowMs: 300, webSocketClients: 2, webSocketPingMs: 200 },
  ...{ sseClients: 2, idleConnections: 5, idleMinMs: 300, idleMaxMs: 1_000 },
};
const backDeadlineMs = 45_000;
const sampleSize = 15;

export function describeScenario({ walk, fault, moment }: Scenario): string {
  return `${walk.name}: ${fault.name} @ ${describeMoment(moment)}`;
}

/** Plays one fault in one moment of one walk, and the ordinary deploy that follows. */
export async function playScenario(scene: Scene, scenario: Scenario, usualMs: number): Promise<Observation> {
  const { walk, fault, moment, number } = scenario;
  const { stage, engine } = scene;
  await engine.setLiveRestore(fault.liveRestore ?? false);
  const start = await walk.prepare(scene, number);
  await fault.await?.(scene);
  const liveBefore = (await scene.running()).at(-1);
  await using load = await stage.startLoad({ rate, kinds, durationMs: 5 * 60_000, timeoutMs: 8_000 });
  using argumentWatch = watchArguments(stage.canaries);
  const sinceStart = () => Date.now() - load.startedAt;

  const mark = `SWITCHYARD_FAULTS_VICTIM=${number}`;
  const cancelling = new AbortController();
  const awaited = momentAwaited(moment, usualMs);
  const atStrike = { hasSwitched: false };
  let hasSwitched = false;
  let struckAtMs: number | undefined;
  let strikeEndMs: number | undefined;
  let hasEnded = false;
  const target: Omit<Target, 'hasSwitched'> = {
    scene,
    liveBefore,
    random: randomFrom(scenario.seed),
    killAction() {
      for (const pid of processesWithVariable(mark)) process.kill(pid, 'SIGKILL');
    },
    cancelAction: () => cancelling.abort(),
  };
  const striking = awaited.reached.then(async () => {
    if (hasEnded) return false;
    struckAtMs = sinceStart();
    atStrike.hasSwitched = hasSwitched;
    const isHit = await fault.strike({ ...target, hasSwitched });
    strikeEndMs = sinceStart();
    return isHit;
  });
  const walking = walk.run(scene, start, {
    needsLongPull: fault.needsLongPull ?? false,
    runner: { env: { SWITCHYARD_FAULTS_VICTIM: String(number) }, isDebug: true, signal: cancelling.signal },
    onRawLine(line) {
      if (stepIn(line)?.step === 'switch' && !hasSwitched) {
        hasSwitched = true;
        // A walk that is taken back lets the version before it answer once more.
        load.expect(start.before);
      }
      awaited.see(line);
    },
  });
  const result = await walking;
  hasEnded = true;
  const hit = struckAtMs !== undefined && (await striking);
  await fault.lift?.(scene);

  const backAtMs = await waitFor(
    'an answer',
    () => isBack(scene).then((is) => is && sinceStart()),
    backDeadlineMs,
  ).catch(() => undefined);
  const servesAlone = backAtMs === undefined ? [] : await sample(scene);
  if (fault.losesLease || result.signal !== undefined) await scene.ageLease();
  const nextVersion = `n${number}`;
  const next = await scene.deploy(nextVersion);
  const nextServes = await scene.version().catch(() => undefined);
  const report = await load.stop();
  return {
    hit,
    allowance: fault.allows(atStrike),
    ...start,
    result,
    servesAlone,
    backAfterMs: backAtMs === undefined ? undefined : backAtMs - (struckAtMs ?? backAtMs),
    next: { version: nextVersion, result: next.result, violations: next.violations },
    nextServes,
    leftovers: await stage.leftovers(),
    argumentLeaks: argumentWatch.found(),
    load: report,
    orders: await stage.orders(report),
    struckAtMs: struckAtMs ?? 0,
    strikeEndMs: strikeEndMs ?? 0,
    backAtMs: backAtMs ?? Number.POSITIVE_INFINITY,
  };
}

async function isBack(scene: Scene): Promise<boolean> {
  for (let count = 0; count < 3; count += 1) {
    if ((await scene.version().catch(() => undefined)) === undefined) return false;
  }
  return true;
}

async function sample(scene: Scene): Promise<string[]> {
  const versions = new Set<string>();
  for (let count = 0; count < sampleSize; count += 1)
    versions.add(await scene.version().catch((error: Error) => `error: ${error.message}`));
  return [...versions];
}
