import type { LoadReport } from '../load/report.ts';
import type { OrderVerdict } from '../load/verify-orders.ts';
import { processesWithVariable } from '../runner/process-tree.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { type AnswerProbe, probeAnswers } from './answer-probe.ts';
import { watchArguments } from './argument-watch.ts';
import type { Allowance, Fault, Target } from './fault.ts';
import { type Gap, gapOf, isLeftOpen, type StepTimes, type WalkEnd } from './gap.ts';
import { describeMoment, type Moment, momentAwaited, stepIn } from './moment.ts';
import { randomFrom } from './random.ts';
import type { Scene } from './scene.ts';
import { secretsInLogs } from './secret-search.ts';
import type { Walk } from './walk.ts';

export interface Scenario {
  readonly number: number;
  readonly walk: Walk;
  readonly fault: Fault;
  readonly moment: Moment;
  /** For what the fault itself leaves to chance. */
  readonly seed: number;
}

/** What became of the strike: the walk was over before its moment came, or nothing was there to hit. */
export type Struck = 'hit' | 'too-late' | 'nothing-there';

/** Everything that was seen, before anybody judges it. */
export interface Observation {
  readonly struck: Struck;
  readonly allowance: Allowance;
  readonly outageLimitMs: number | undefined;
  /** In which nothing need answer, whatever the fault. */
  readonly gap: Gap | undefined;
  /** The job has died in the gap, which the next one has to close. */
  readonly isGapLeftOpen: boolean;
  readonly before: string;
  readonly target: string;
  readonly result: ActionResult;
  /** Versions that answered after the action's end and before anything was done about it. */
  readonly servesAlone: readonly string[];
  readonly next: { readonly version: string; readonly result: ActionResult; readonly violations: string[] };
  readonly nextServes: string | undefined;
  readonly leftovers: readonly string[];
  readonly argumentLeaks: readonly string[];
  readonly logLeaks: readonly string[];
  readonly load: LoadReport;
  readonly orders: OrderVerdict;
  /** In the load's time, as all that follows. */
  readonly stepTimes: StepTimes;
  readonly struckAtMs: number;
  /** When everything was dead that was to die. */
  readonly strikeEndMs: number;
  /** From where an outage is counted: the end of the strike, or when the fault began to start again what it stopped. */
  readonly outageFromMs: number;
  /** When the first request was sent from which on they were answered; infinite when that never came. */
  readonly backAtMs: number;
}

const rate = 120;
const kinds = {
  ...{ pooledConnections: 20, slowPerSecond: 4, slowMs: 300, webSocketClients: 2, webSocketPingMs: 200 },
  ...{ sseClients: 2, idleConnections: 5, idleMinMs: 300, idleMaxMs: 1_000 },
};
/** As many as a server fails that is off for the whole of a walk, and some more. */
const maxRecords = 50_000;
/** A request that waits longer is not answered, for the probe. */
const probeTimeoutMs = 500;
const backDeadlineMs = 45_000;
const openGapLookMs = 1_000;
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
  await using load = await stage.startLoad({
    rate,
    kinds,
    durationMs: 5 * 60_000,
    timeoutMs: 8_000,
    maxRecords,
  });
  using argumentWatch = watchArguments(stage.canaries);
  const sinceStart = () => Date.now() - load.startedAt;
  using probes = new DisposableStack();
  const probe = (): AnswerProbe => probes.use(probeAnswers(() => scene.version(probeTimeoutMs), sinceStart));

  const mark = `SWITCHYARD_FAULTS_VICTIM=${number}`;
  const cancelling = new AbortController();
  const awaited = momentAwaited(moment, usualMs);
  const atStrike = { hasSwitched: false };
  let hasSwitched = false;
  let struckAtMs: number | undefined;
  let strikeEndMs: number | undefined;
  let outageFromMs: number | undefined;
  let probing: AnswerProbe | undefined;
  let hasEnded = false;
  const stepTimes = new Map<string, number>();
  const startsAgain = () => {
    outageFromMs = sinceStart();
    probing ??= probe();
  };
  const target: Omit<Target, 'hasSwitched'> = {
    scene,
    liveBefore,
    random: randomFrom(scenario.seed),
    killAction() {
      for (const pid of processesWithVariable(mark)) process.kill(pid, 'SIGKILL');
    },
    cancelAction: () => cancelling.abort(),
    startsAgain,
  };
  const striking = awaited.reached.then(async (): Promise<Struck> => {
    if (hasEnded) return 'too-late';
    struckAtMs = sinceStart();
    atStrike.hasSwitched = hasSwitched;
    const isHit = await fault.strike({ ...target, hasSwitched });
    strikeEndMs = sinceStart();
    probing ??= probe();
    return isHit ? 'hit' : 'nothing-there';
  });
  const walking = walk.run(scene, start, {
    needsLongPull: fault.needsLongPull ?? false,
    runner: { env: { SWITCHYARD_FAULTS_VICTIM: String(number) }, isDebug: true, signal: cancelling.signal },
    onRawLine(line) {
      const seen = stepIn(line);
      const name = `${seen?.step} ${seen?.what}`;
      if (seen && !stepTimes.has(name)) stepTimes.set(name, sinceStart());
      if (seen?.step === 'switch' && !hasSwitched) {
        hasSwitched = true;
        // A walk that is taken back lets the version before it answer once more.
        load.expect(start.before);
      }
      awaited.see(line);
    },
  });
  const result = await walking;
  hasEnded = true;
  const endMs = sinceStart();
  const struck = struckAtMs === undefined ? 'too-late' : await striking;
  const end: WalkEnd = {
    hasSucceeded: result.exitCode === 0,
    canTakeBack: struck !== 'hit' || (!fault.losesLease && result.signal === undefined),
    endMs,
  };
  await fault.lift?.(scene, startsAgain);

  const isGapLeftOpen = isLeftOpen(walk, stepTimes, end);
  const backAtMs = await (isGapLeftOpen
    ? probe().back(openGapLookMs)
    : (probing ?? probe()).back(backDeadlineMs));
  const servesAlone = backAtMs === undefined ? [] : await sample(scene);
  const logLeaks = new Set(await secretsInLogs(scene));
  if (fault.losesLease || result.signal !== undefined) await scene.ageLease();
  const nextVersion = `n${number}`;
  const next = await scene.deploy(nextVersion);
  const nextEndMs = sinceStart();
  const nextServes = await scene.version().catch(() => undefined);
  const report = await load.stop();
  for (const leak of await secretsInLogs(scene)) logLeaks.add(leak);
  return {
    struck,
    allowance: struck === 'hit' ? fault.allows(atStrike) : 'none',
    outageLimitMs: fault.outageLimitMs,
    gap: gapOf(walk, stepTimes, end, nextEndMs),
    isGapLeftOpen,
    ...start,
    result,
    servesAlone,
    next: { version: nextVersion, result: next.result, violations: next.violations },
    nextServes,
    leftovers: await stage.leftovers(),
    argumentLeaks: argumentWatch.found(),
    logLeaks: [...logLeaks],
    load: report,
    orders: await stage.orders(report),
    stepTimes,
    struckAtMs: struckAtMs ?? 0,
    strikeEndMs: strikeEndMs ?? 0,
    outageFromMs: outageFromMs ?? strikeEndMs ?? 0,
    backAtMs: backAtMs ?? Number.POSITIVE_INFINITY,
  };
}

async function sample(scene: Scene): Promise<string[]> {
  const versions = new Set<string>();
  for (let count = 0; count < sampleSize; count += 1)
    versions.add(await scene.version().catch((error: Error) => `error: ${error.message}`));
  return [...versions];
}
