import type { Runner } from '#action-kit';
import { type RollbackRequest, schemaRemark, type Timeline } from '#release';
import { beforeTouching, reporterOf, reportPlan, reportResult } from '#release-report';
import type { ConnectedServer } from '#server-access';
import { listStackReleases, planStackRollback, rollbackStack } from '#stack';
import type { OutputName } from './outputs.ts';
import { showReleases } from './show-releases.ts';

/**
 * The same for an app that is a whole Compose stack.
 *
 * @throws an explained error when the release is not live, after outputs and summary are written
 */
export async function rollBackStack(
  request: RollbackRequest,
  what: { readonly list: boolean; readonly dryRun: boolean },
  place: { readonly action: string; readonly app: string; readonly host: string },
  server: ConnectedServer,
  timeline: Timeline,
  runner: Runner<OutputName>,
): Promise<void> {
  const reporter = reporterOf(runner);
  if (what.list) {
    const found = await beforeTouching(runner, place, () => listStackReleases(request, server, reporter));
    await showReleases(runner, place, found);
    return;
  }
  if (what.dryRun) {
    const plan = await beforeTouching(runner, place, () => planStackRollback(request, server, reporter));
    reportPlan(runner, place, 'rollback', plan);
    runner.output('release', plan.target.id);
    runner.output('from-release', plan.previous ?? '');
    return;
  }
  const signals = { cancelled: runner.signal, lost: server.lost };
  const result = await rollbackStack(request, server, server.engineSocket, timeline, reporter, signals);
  runner.output('from-release', result.previous ?? '');
  const { release } = result;
  const subject = {
    ...place,
    url: undefined,
    image: undefined,
    commit: release?.origin.commit,
    durationMs: Math.round(performance.now()),
  };
  await reportResult(runner, subject, result, release ? [schemaRemark] : []);
}
