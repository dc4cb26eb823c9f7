import type { DeployVerdict } from '../end-to-end/deploy-figures.ts';
import type { FailureRecord } from '../load/report.ts';
import type { Moment } from './moment.ts';
import type { Observation, Struck } from './scenario.ts';

/** What a request that was under way when its component died needs to have begun by, with the clocks' unsharpness. */
const toleranceMs = 150;
/** Those of the load and of the probe, and the time that a probe takes to leave. */
const clockToleranceMs = 20;
const longestWalkMs = 90_000;

/** A step's boundary is the same in every run, so a fault that can't hit it is planned wrongly; a random moment may miss. */
export function judgeStrike(struck: Struck, moment: Moment): string[] {
  if (struck === 'hit' || moment.at === 'random') return [];
  return struck === 'too-late'
    ? [`The walk was over before "${moment.step} ${moment.what}" came, so the fault never struck.`]
    : ['Nothing was there that the fault could hit.'];
}

/** From where an outage is counted until requests were answered again; infinite when they never were. */
export function outageOf({ backAtMs, outageFromMs }: Pick<Observation, 'backAtMs' | 'outageFromMs'>): number {
  return Math.max(0, Math.round(backAtMs - outageFromMs));
}

/** What is not as it must be, each as one line; none when all is well. */
export function judge(seen: Observation): string[] {
  return [
    ...judgeAction(seen),
    ...judgeService(seen),
    ...judgeTraffic(seen),
    ...judgeOutage(seen),
    ...judgeNext(seen),
    ...seen.leftovers,
    ...seen.argumentLeaks,
    ...seen.logLeaks,
  ];
}

function judgeAction({ result, servesAlone, before, target }: Observation): string[] {
  const problems = result.leaks.map(
    ({ place, form, excerpt }) => `A secret leaked (${form}) into ${place}: ${excerpt}`,
  );
  if (result.orphans.length > 0) problems.push('A process outlived the action.');
  if (result.log.includes('This is a bug in Switchyard')) {
    const line = result.log.split('\n').find((text) => text.includes('This is a bug in Switchyard'));
    problems.push(`The action called it a bug: ${line}`);
  }
  if (result.durationMs > longestWalkMs) problems.push(`The action took ${result.durationMs} ms to end.`);
  const wasCancelled = result.sentSignals.length > 0;
  if (wasCancelled && result.signal !== undefined) problems.push('The cancelled action had to be killed.');
  if (result.signal === undefined && result.exitCode !== 0 && result.exitCode !== 1)
    problems.push(`The action ended with exit code ${result.exitCode}.`);
  // What the job said last must be true.
  const verdict = result.outputs.verdict
    ? (JSON.parse(result.outputs.verdict) as DeployVerdict & { servingNow?: string })
    : undefined;
  const said = /^Release \S+ \((?:blue|green)\) (still serves|serves again|serves)\.$/.exec(
    verdict?.servingNow ?? '',
  )?.[1];
  const meant = said === undefined ? undefined : said === 'serves' ? target : before;
  if (meant !== undefined && !(servesAlone.length === 1 && servesAlone[0] === meant))
    problems.push(`It said "${verdict?.servingNow}", and ${servesAlone.join(' and ') || 'nothing'} serves.`);
  return problems;
}

function judgeService({ servesAlone, before, target, isGapLeftOpen }: Observation): string[] {
  const [version, ...others] = servesAlone;
  if (version === undefined && isGapLeftOpen) return [];
  if (version === undefined) return ['The app did not answer any more, until the next deploy.'];
  if (others.length > 0) return [`Several versions answered: ${servesAlone.join(', ')}.`];
  if (version !== before && version !== target) return [`${version} answered.`];
  return [];
}

/** An outage must end in time; one that never ends is told by what serves. */
function judgeOutage(seen: Observation): string[] {
  const lastedMs = outageOf(seen);
  const limitMs = seen.outageLimitMs ?? 0;
  if (seen.allowance !== 'outage' || !Number.isFinite(lastedMs) || lastedMs <= limitMs) return [];
  return [
    `It took ${lastedMs} ms until requests were answered again, and at most ${limitMs} ms are allowed.`,
  ];
}

function judgeTraffic(seen: Observation): string[] {
  const { load, orders, allowance, struckAtMs, strikeEndMs, backAtMs, gap } = seen;
  const problems: string[] = [];
  const inGap = ({ startedMs, atMs }: FailureRecord) =>
    gap !== undefined && startedMs <= gap.toMs + clockToleranceMs && atMs >= gap.fromMs - clockToleranceMs;
  const mayBeginUntilMs = {
    none: Number.NEGATIVE_INFINITY,
    held: strikeEndMs + toleranceMs,
    // What the killed component held belongs to it, also where others answered before traffic came to it.
    outage: Math.max(backAtMs + clockToleranceMs, strikeEndMs + toleranceMs),
  }[allowance];
  const ofTheFault = ({ startedMs, atMs }: FailureRecord) =>
    startedMs <= mayBeginUntilMs && atMs >= struckAtMs - clockToleranceMs;
  const inexcusable = load.failures.filter((failure) => !inGap(failure) && !ofTheFault(failure));
  if (load.failures.length < load.failed)
    problems.push(`Only ${load.failures.length} of ${load.failed} failed requests are known one by one.`);
  if (inexcusable.length > 0) {
    const shown = inexcusable
      .slice(0, 5)
      .map(
        ({ kind, reason, startedMs, atMs }) =>
          `${kind} ${reason} (${Math.round(startedMs)} to ${Math.round(atMs)} ms)`,
      );
    problems.push(
      `${inexcusable.length} requests failed, struck at ${Math.round(struckAtMs)} ms, back at ${Math.round(backAtMs)} ms: ${shown.join(', ')}.`,
    );
  }
  const cut = load.webSocket.cut + load.sse.cut;
  if (allowance === 'none' && gap === undefined && cut > 0) problems.push(`${cut} streams were cut.`);
  if (load.mixed > 0) {
    const [first] = load.mixedAnswers;
    problems.push(
      `${load.mixed} answers of an old version after a newer one, the first ${first?.version} after ${first?.newest}.`,
    );
  }
  if (orders.lost.length > 0) problems.push(`${orders.lost.length} confirmed orders were lost.`);
  if (orders.doubled.length > 0) problems.push(`${orders.doubled.length} orders were applied twice.`);
  return problems;
}

function judgeNext({ next, nextServes }: Observation): string[] {
  if (next.result.exitCode !== 0) {
    const reasons = next.result.annotations
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message);
    return [`The next deploy failed: ${reasons.join(' ')}`];
  }
  if (nextServes !== next.version) return [`After the next deploy ${nextServes ?? 'nothing'} serves.`];
  return next.violations;
}
