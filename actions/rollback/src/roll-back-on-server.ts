import type { Runner } from '#action-kit';
import { Timeline } from '#release';
import { beforeTouching, reporterOf, reportPlan, reportResult, urlOf } from '#release-report';
import { checkKeys, connectToServer } from '#server-access';
import type { Inputs } from './inputs.ts';
import { actionName, type OutputName } from './outputs.ts';
import { showReleases } from './show-releases.ts';

/**
 * Connects, rolls back (or lists, or plans), and tells the runner how it went.
 *
 * @throws an explained error when the release is not live, after outputs and summary are written
 */
export async function rollBackOnServer(inputs: Inputs, runner: Runner<OutputName>): Promise<void> {
  const { access } = inputs;
  // From the process's own start, so that loading our code counts as well.
  const timeline = new Timeline(
    0,
    () => performance.now(),
    (step, what) => runner.log.debug(`Step ${step}: ${what}`),
  );
  const { host, port } = access.ssh.target;
  const place = { action: actionName, app: inputs.rollback.app, host };
  const server = await beforeTouching(runner, place, async () => {
    await checkKeys(access);
    runner.log.info(`Connecting to ${host}:${port}.`);
    return await timeline.run('connect', () =>
      connectToServer(access, runner.signal, () => import('#release')),
    );
  });
  try {
    const { isStack, listReleases, planRollback, rollback, schemaRemark } = await import('#release');
    const { context } = runner;
    const request = {
      ...inputs.rollback,
      origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
    };
    if (await isStack(server, place.app)) {
      const { rollBackStack } = await import('./roll-back-stack.ts');
      await rollBackStack(request, inputs, place, server, timeline, runner);
      return;
    }
    if (inputs.list) {
      const found = await beforeTouching(runner, place, () => listReleases(server, place.app));
      await showReleases(runner, place, found);
      return;
    }
    if (inputs.dryRun) {
      const plan = await beforeTouching(runner, place, () => planRollback(request, server));
      reportPlan(runner, place, 'rollback', plan);
      runner.output('release', plan.target.id);
      runner.output('from-release', plan.previous ?? '');
      return;
    }
    const signals = { cancelled: runner.signal, lost: server.lost };
    const result = await rollback(request, server, timeline, reporterOf(runner), signals);
    const { release } = result;
    runner.output('from-release', result.previous ?? '');
    const subject = {
      ...place,
      url: release && urlOf(release.switch, release.config.protocol),
      image: undefined,
      commit: release?.origin.commit,
      durationMs: Math.round(performance.now()),
    };
    await reportResult(runner, subject, result, release ? [schemaRemark] : []);
  } finally {
    await server.close();
  }
}
