import { bugSentence, isUnexpected, type Runner } from '#action-kit';
import { sentenceOf } from '#explained-error';
import type { ReleaseOutput } from './release-outputs.ts';
import type { ReportSubject } from './verdict.ts';

type Place = Pick<ReportSubject, 'action' | 'app' | 'host'>;

/**
 * Runs what comes before anything on the server is touched. If it throws, outputs and summary say so, because later
 * steps that run `if: always()` read them.
 *
 * @throws what `action` throws
 */
export async function beforeTouching<T>(
  runner: Runner<ReleaseOutput>,
  place: Place,
  action: () => T | Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const sentence = sentenceOf(error);
    tellUntouched(runner, place, isUnexpected(error) ? bugSentence(sentence) : sentence);
    throw error;
  }
}

function tellUntouched(runner: Runner<ReleaseOutput>, { action, app, host }: Place, reason: string): void {
  const servingNow = 'Nothing was changed; whatever served before still does.';
  const durationMs = Math.round(performance.now());
  const verdict = {
    format: 1,
    action,
    outcome: runner.signal.aborted ? 'cancelled' : 'failed',
    reason,
    servingNow,
    app,
    host,
    switched: false,
    rolledBack: false,
    durationMs,
  };
  runner.output('switched', false);
  runner.output('rolled-back', false);
  runner.output('reason', reason);
  runner.output('duration-ms', durationMs);
  runner.output('verdict', JSON.stringify(verdict));
  runner.summary.paragraph(servingNow);
}
