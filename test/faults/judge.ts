import type { DeployVerdict } from '../end-to-end/deploy-figures.ts';
import type { FailureRecord } from '../load/report.ts';
import type { Observation } from './scenario.ts';

/** What a request that was under way when its component died needs to have begun by, with the clocks' unsharpness. */
const toleranceMs = 150;
const longestWalkMs = 90_000;

/** What is not as it must be, each as one line; none when all is well. */
export function judge(seen: Observation): string[] {
  return [
    ...judgeAction(seen),
    ...judgeService(seen),
    ...judgeTraffic(seen),
    ...judgeNext(seen),
    ...seen.leftovers,
    ...seen.argumentLeaks,
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

function judgeService({ servesAlone, before, target }: Observation): string[] {
  const [version, ...others] = servesAlone;
  if (version === undefined) return ['The app did not answer any more, until the next deploy.'];
  if (others.length > 0) return [`Several versions answered: ${servesAlone.join(', ')}.`];
  if (version !== before && version !== target) return [`${version} answered.`];
  return [];
}

function judgeTraffic({ load, orders, allowance, struckAtMs, strikeEndMs, backAtMs }: Observation): string[] {
  const problems: string[] = [];
  const excused = (failure: FailureRecord) =>
    allowance === 'outage'
      ? failure.startedMs <= backAtMs
      : allowance === 'held' && failure.startedMs <= strikeEndMs + toleranceMs;
  const inexcusable = load.failures.filter((failure) => !excused(failure));
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
  if (allowance === 'none' && cut > 0) problems.push(`${cut} streams were cut.`);
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
