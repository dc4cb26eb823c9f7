import type { Runner } from '#action-kit';
import { ExplainedError } from '#explained-error';
import type { DeployRequest, Reporter } from '#release';
import { Timeline } from '#release';
import { checkKnownHosts, checkPrivateKey } from '#ssh';
import type { Inputs } from './inputs.ts';
import type { OutputName } from './outputs.ts';
import { connectToServer } from './server-connection.ts';
import { writeSummary } from './summary.ts';
import { beforeTouching } from './untouched.ts';
import { urlOf, verdictOf } from './verdict.ts';

class DeployFailed extends ExplainedError {
  override readonly name = 'DeployFailed';
}

/**
 * Connects, deploys, and tells the runner how it went.
 *
 * @throws DeployFailed when the new release is not live, after outputs and summary are written
 */
export async function deployToServer(inputs: Inputs, runner: Runner<OutputName>): Promise<void> {
  // From the process's own start, so that loading our code counts as well.
  const timeline = new Timeline(
    0,
    () => performance.now(),
    (step, what) => runner.log.debug(`Step ${step}: ${what}`),
  );
  const { host, port } = inputs.ssh.target;
  const server = await beforeTouching(runner, { app: inputs.deploy.app, host }, async () => {
    await checkKeys(inputs);
    runner.log.info(`Connecting to ${host}:${port}.`);
    return await timeline.run('connect', () => connectToServer(inputs, runner.signal));
  });
  try {
    const { deploy, planDeploy } = await import('#release');
    const { context } = runner;
    const request: DeployRequest = {
      ...inputs.deploy,
      origin: { runUrl: context.runUrl, actor: context.actor, commit: context.sha },
    };
    if (inputs.dryRun) {
      const plan = await planDeploy(request, server);
      runner.log.info('Dry run, nothing was changed. A deploy would:');
      for (const [index, step] of plan.steps.entries()) runner.log.info(`${index + 1}. ${step}`);
      runner.summary
        .headline('unknown', `Dry run: what a deploy of ${request.app} to ${host} would do`)
        .list(plan.steps);
      const verdict = {
        format: 1,
        action: 'deploy-ssh-bluegreen',
        outcome: 'planned',
        app: request.app,
        plan,
      };
      runner.output('image-digest', plan.imageDigest ?? '');
      runner.output('previous-release', plan.previous ?? '');
      runner.output('color', plan.color);
      runner.output('switched', false);
      runner.output('rolled-back', false);
      runner.output('duration-ms', Math.round(performance.now()));
      runner.output('verdict', JSON.stringify(verdict));
      return;
    }
    const signals = { cancelled: runner.signal, lost: server.lost };
    const result = await deploy(request, server, timeline, reporterOf(runner), signals);
    const durationMs = Math.round(performance.now());
    const verdict = verdictOf(request, result, host, durationMs);
    runner.output('release', result.release?.id ?? '');
    runner.output('previous-release', result.previous ?? '');
    runner.output('image-digest', result.image?.digest ?? '');
    runner.output('container', result.container ?? '');
    runner.output('color', result.color ?? '');
    runner.output('url', urlOf(request) ?? '');
    runner.output('switched', result.switched);
    runner.output('rolled-back', result.rolledBack);
    runner.output('reason', result.reason ?? '');
    runner.output('switch-ms', result.switchMs ?? '');
    runner.output('duration-ms', durationMs);
    runner.output('verdict', JSON.stringify(verdict));
    writeSummary(runner.summary, request, result, host, durationMs);
    if (result.candidateLog && result.outcome !== 'live') {
      await runner.log.group('The last log lines of the new version', async () => {
        runner.log.untrusted(result.candidateLog ?? '');
      });
    }
    if (result.reason === undefined) {
      runner.log.info(`${result.servingNow} Took ${(durationMs / 1000).toFixed(1)} s.`);
      return;
    }
    throw new DeployFailed(`${result.reason} ${result.servingNow}`, { cause: result.cause });
  } finally {
    await server.close();
  }
}

/** What can be told from the key and the known hosts alone is told before a connection is opened. */
async function checkKeys({ ssh: { target, jump } }: Inputs): Promise<void> {
  for (const one of jump ? [target, jump] : [target]) {
    await checkPrivateKey(one.privateKey, one.passphrase).catch((error: unknown) => {
      throw one === jump && one.privateKey !== target.privateKey ? asJumpKeyError(error) : error;
    });
    if ('knownHosts' in one.hostKey) checkKnownHosts(one.hostKey.knownHosts, one.host, one.port);
  }
}

/** The same sentence with the names that the jump host's inputs have. */
function asJumpKeyError(error: unknown): unknown {
  if (!(error instanceof ExplainedError)) return error;
  const sentence = error.message.replaceAll(
    /(?<![\w-])private-key|^passphrase|(?<=set )passphrase/g,
    'jump-$&',
  );
  return new ExplainedError(sentence, { cause: error });
}

function reporterOf({ log }: Runner<OutputName>): Reporter {
  return {
    info: (text) => log.info(text),
    warning: (text) => log.warning(text),
    progress: (topic, text) => log.progress(topic, text),
    foreign: (text) => log.untrusted(text),
  };
}
