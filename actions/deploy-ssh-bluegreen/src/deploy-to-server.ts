import type { Runner } from '#action-kit';
import { type DeployRequest, Timeline } from '#release';
import { beforeTouching, reporterOf, reportPlan, reportResult, urlOf } from '#release-report';
import { checkKeys, connectToServer } from '#server-access';
import type { AppInputs, Inputs } from './inputs.ts';
import { actionName, type OutputName } from './outputs.ts';

/**
 * Connects, deploys, and tells the runner how it went.
 *
 * @throws an explained error when the new release is not live, after outputs and summary are written
 */
export async function deployToServer(
  { access, dryRun }: Inputs,
  wanted: AppInputs,
  runner: Runner<OutputName>,
): Promise<void> {
  // From the process's own start, so that loading our code counts as well.
  const timeline = new Timeline(
    0,
    () => performance.now(),
    (step, what) => runner.log.debug(`Step ${step}: ${what}`),
  );
  const { host, port } = access.ssh.target;
  const place = { action: actionName, app: wanted.deploy.app, host };
  const server = await beforeTouching(runner, place, async () => {
    await checkKeys(access);
    runner.log.info(`Connecting to ${host}:${port}.`);
    return await timeline.run('connect', () =>
      connectToServer(access, runner.signal, () => import('#release')),
    );
  });
  try {
    const { deploy, planDeploy } = await import('#release');
    const { context } = runner;
    const request: DeployRequest = {
      ...wanted.deploy,
      origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
    };
    if (dryRun) {
      const plan = await beforeTouching(runner, place, () => planDeploy(request, server));
      reportPlan(runner, place, 'deploy', plan);
      return;
    }
    const signals = { cancelled: runner.signal, lost: server.lost };
    const result = await deploy(request, server, timeline, reporterOf(runner), signals);
    const subject = {
      ...place,
      url: urlOf(request.switch, request.config.protocol),
      image: request.imageText,
      commit: result.release?.origin.commit ?? context.sha,
      durationMs: Math.round(performance.now()),
    };
    await reportResult(runner, subject, result);
  } finally {
    await server.close();
  }
}
