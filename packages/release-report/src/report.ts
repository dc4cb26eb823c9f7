import { bugSentence, isUnexpected, type Runner } from '#action-kit';
import { ExplainedError } from '#explained-error';
import type { DeployPlan, Reporter } from '#release';
import type { ReleaseOutput } from './release-outputs.ts';
import { writeSummary } from './summary.ts';
import { type ReportedResult, type ReportSubject, verdictOf } from './verdict.ts';

class JobFailed extends ExplainedError {
  override readonly name = 'JobFailed';
}

/** Not explained, so that run() calls it a bug and shows the stack of its cause. */
class JobBroken extends Error {
  override readonly name = 'JobBroken';
}

/** Lets the steps of a deploy write to the step's log. */
export function reporterOf(runner: Pick<Runner, 'log' | 'maskUnlessCommon' | 'masked'>): Reporter {
  const { log } = runner;
  return {
    info: (text) => log.info(text),
    warning: (text) => log.warning(text),
    progress: (topic, text) => log.progress(topic, text),
    foreign: (text) => log.untrusted(text),
    secret: (value) => runner.maskUnlessCommon(value),
    masked: (text) => runner.masked(text),
  };
}

/**
 * Sets the outputs and writes the summary.
 *
 * @param remarks what a person must know whatever came of it, as paragraphs of the summary
 * @throws JobFailed when the release is not live as it should be
 * @throws JobBroken when that is our own fault
 */
export async function reportResult(
  runner: Runner<ReleaseOutput>,
  subject: ReportSubject,
  result: ReportedResult,
  remarks: readonly string[] = [],
): Promise<void> {
  const { durationMs } = subject;
  const isBug = result.reason !== undefined && result.cause !== undefined && isUnexpected(result.cause);
  const told = isBug ? { ...result, reason: bugSentence(result.reason) } : result;
  // Where nothing serves there is nowhere to point to.
  const shown = result.nothingServes ? { ...subject, url: undefined } : subject;
  runner.output('release', result.release?.id ?? '');
  runner.output('previous-release', result.previous ?? '');
  runner.output('image-digest', result.image?.digest ?? '');
  runner.output('container', result.container ?? '');
  runner.output('color', result.color ?? '');
  runner.output('url', shown.url ?? '');
  runner.output('switched', result.switched);
  runner.output('rolled-back', result.rolledBack);
  runner.output('reason', told.reason ?? '');
  runner.output('switch-ms', result.switchMs ?? '');
  runner.output('duration-ms', durationMs);
  runner.output('verdict', JSON.stringify(verdictOf(shown, told)));
  writeSummary(runner.summary, shown, told, remarks);
  if (result.candidateLog && result.outcome !== 'live') {
    await runner.log.group('The last log lines of the new version', async () => {
      runner.log.untrusted(result.candidateLog ?? '');
    });
  }
  if (result.reason !== undefined) {
    const Failure = isBug ? JobBroken : JobFailed;
    throw new Failure(`${result.reason} ${result.servingNow}`, { cause: result.cause });
  }
  runner.log.info(`${result.servingNow} Took ${(durationMs / 1000).toFixed(1)} s.`);
}

/** What a dry run has worked out; nothing was changed. */
export function reportPlan(
  runner: Runner<ReleaseOutput>,
  { action, app, host }: Pick<ReportSubject, 'action' | 'app' | 'host'>,
  verb: string,
  plan: DeployPlan,
): void {
  runner.log.info(`Dry run, nothing was changed. A ${verb} would:`);
  for (const [index, step] of plan.steps.entries()) runner.log.info(`${index + 1}. ${step}`);
  runner.summary
    .headline('unknown', `Dry run: what a ${verb} of ${app} to ${host} would do`)
    .list(plan.steps);
  runner.output('image-digest', plan.imageDigest ?? '');
  runner.output('previous-release', plan.previous ?? '');
  runner.output('color', plan.color ?? '');
  runner.output('switched', false);
  runner.output('rolled-back', false);
  runner.output('duration-ms', Math.round(performance.now()));
  const { steps, imageDigest, color, previous } = plan;
  const shown = { steps, imageDigest, color, previous };
  runner.output('verdict', JSON.stringify({ format: 1, action, outcome: 'planned', app, plan: shown }));
}
