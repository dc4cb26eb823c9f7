import type { Runner } from '#action-kit';
import { sentenceOf } from '#explained-error';
import type { OutputName } from './outputs.ts';

/**
 * Runs what comes before anything on the server is touched. If it throws, outputs and summary say so, because later
 * steps that run `if: always()` read them.
 *
 * @throws what `action` throws
 */
export async function beforeTouching<T>(
  runner: Runner<OutputName>,
  known: { readonly app: string; readonly host: string },
  action: () => T | Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    tellUntouched(runner, known, sentenceOf(error));
    throw error;
  }
}

function tellUntouched(
  runner: Runner<OutputName>,
  known: { readonly app: string; readonly host: string },
  reason: string,
): void {
  const servingNow = 'Nothing was changed; whatever served before still does.';
  const durationMs = Math.round(performance.now());
  const verdict = {
    format: 1,
    action: 'deploy-ssh-bluegreen',
    outcome: runner.signal.aborted ? 'cancelled' : 'failed',
    reason,
    servingNow,
    ...known,
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
