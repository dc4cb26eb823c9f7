import type { Runner } from '#action-kit';
import { ExplainedError } from '#explained-error';
import { Timeline } from '#release';
import { beforeTouching, reporterOf, reportPlan, reportResult } from '#release-report';
import { checkKeys, connectToServer } from '#server-access';
import type { StackInputs } from '#stack-inputs';
import type { Inputs } from './inputs.ts';
import { actionName, type OutputName } from './outputs.ts';

class NoCheckoutError extends ExplainedError {
  override readonly name = 'NoCheckoutError';
}

/**
 * Reads the stack from the checkout, connects, deploys, and tells the runner how it went.
 *
 * @throws an explained error when the new release is not live, after outputs and summary are written
 */
export async function deployStackToServer(
  { access, dryRun }: Inputs,
  { composeFiles, envFiles, deploy }: StackInputs,
  runner: Runner<OutputName>,
): Promise<void> {
  // From the process's own start, so that loading our code counts as well.
  const timeline = new Timeline(
    0,
    () => performance.now(),
    (step, what) => runner.log.debug(`Step ${step}: ${what}`),
  );
  const { host, port } = access.ssh.target;
  const { context } = runner;
  const place = { action: actionName, app: deploy.app, host };
  const { server, source } = await beforeTouching(runner, place, async () => {
    const { workspace } = context;
    if (workspace === undefined) {
      throw new NoCheckoutError(
        'The Compose file is read from the checkout, and GITHUB_WORKSPACE says of none; run actions/checkout in a step before.',
      );
    }
    const { readComposeSource } = await import('#compose');
    const { variables } = deploy;
    const [read] = await Promise.all([
      readComposeSource({ workspace, composeFiles, envFiles, variables }),
      checkKeys(access),
    ]);
    runner.log.info(`Connecting to ${host}:${port}.`);
    const connected = await timeline.run('connect', () =>
      connectToServer(access, runner.signal, () => import('#stack')),
    );
    return { server: connected, source: read };
  });
  try {
    const { deployStack, planStackDeploy } = await import('#stack');
    const request = {
      ...deploy,
      source,
      origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
    };
    if (dryRun) {
      const plan = await beforeTouching(runner, place, () =>
        planStackDeploy(request, server, server.engineSocket, reporterOf(runner)),
      );
      reportPlan(runner, place, 'deploy', plan);
      return;
    }
    const signals = { cancelled: runner.signal, lost: server.lost };
    const result = await deployStack(
      request,
      server,
      server.engineSocket,
      timeline,
      reporterOf(runner),
      signals,
    );
    const subject = {
      ...place,
      url: undefined,
      image: undefined,
      commit: context.sha,
      durationMs: Math.round(performance.now()),
    };
    await reportResult(runner, subject, result);
  } finally {
    await server.close();
  }
}
