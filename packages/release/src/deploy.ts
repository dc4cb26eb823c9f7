import { sentenceOf } from '#explained-error';
import { bringUp } from './bring-up.ts';
import type { DeployContext, Ground } from './deploy-context.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { DeployResult } from './deploy-result.ts';
import { finish } from './finish.ts';
import { goLive } from './go-live.ts';
import { PostDeployError, runHook } from './hook.ts';
import { checkGround, type PrepareRequest, prepare } from './prepare.ts';
import { pullImages } from './pull.ts';
import type { Reporter, Server } from './server.ts';
import { rolloutOf } from './service-settings.ts';
import type { Timeline } from './timeline.ts';
import { changeUnderLease, type StopSignals } from './under-lease.ts';

/**
 * Takes one app on one server from what it serves now to a new release. Whatever happens, a healthy version serves at
 * every moment: a failure before the switch leaves the old one alone, a failure after it goes back to it.
 *
 * Never throws for a deploy that failed; the result says so.
 */
export async function deploy(
  request: DeployRequest,
  server: Server,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
): Promise<DeployResult> {
  return changeUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
    const context: DeployContext = { ...job, request, leaving: { verdict: 'standby' } };
    const ground = await timeline.run('prepare', async () => {
      const { ground: found, mend } = await prepare(job, deployAsFound(request), turn);
      await mend();
      await checkGround(context, found);
      return found;
    });
    await walk(context, ground);
  });
}

/** What a deploy looks for on the server before it changes anything. */
export function deployAsFound(request: DeployRequest): PrepareRequest {
  return {
    ...request,
    runsCommands: true,
    fallback: { rollout: rolloutOf(request), switch: request.switch, from: 'this deploy' },
  };
}

async function walk(context: DeployContext, ground: Ground): Promise<void> {
  const { request, timeline, progress } = context;
  const image = await timeline.run('pull', () => pullImages(context, ground));
  const { candidate, attempt } = await bringUp(context, ground, image);
  const release = progress.release;
  if (!release) throw new Error('a candidate without a release');
  await goLive(context, ground, release, candidate, attempt);
  await finish(context, ground, candidate);
  const { postDeploy } = request;
  if (!postDeploy) return;
  await timeline
    .run('post-deploy', () => runHook(context, release, 'post-deploy', postDeploy, ground.signal))
    .catch((error: unknown) => {
      throw new PostDeployError(sentenceOf(error), { cause: error });
    });
}
