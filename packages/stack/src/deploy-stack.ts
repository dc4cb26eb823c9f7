import { ComposeCommand, stackContainers } from '#compose';
import { sentenceOf } from '#explained-error';
import { PostDeployError, type Reporter, type Server, type StopSignals, type Timeline } from '#release';
import { bringStackLive } from './bring-stack-live.ts';
import { draftDeploy } from './draft-deploy.ts';
import { planDeployOfStack } from './plan-deploy.ts';
import { prepareStack } from './prepare-stack.ts';
import type { ReleasePlan } from './release-plan.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { runStackHook } from './stack-hook.ts';
import { pullStackImages, pullSwitchImage } from './stack-images.ts';
import { StackRefusal } from './stack-refusal.ts';
import type { StackDeployRequest, StackHook } from './stack-request.ts';
import type { StackResult } from './stack-result.ts';
import { changeStackUnderLease } from './stack-under-lease.ts';
import { forgetFiles } from './tidy-stack.ts';

/**
 * Takes a whole Compose stack on one server from what it serves now to a new release: all of its services, or none.
 *
 * Never throws for a deploy that failed; the result says so.
 */
export async function deployStack(
  request: StackDeployRequest,
  server: Server,
  engineSocket: string,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
): Promise<StackResult> {
  return changeStackUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
    if (turn.facts.rootless) {
      throw new StackRefusal(
        'A rootless Engine\'s networks cannot be reached from its server, and so the new containers of a stack could not be asked whether they are healthy; deploy the services one by one with "image", or use a rootful Engine.',
      );
    }
    const compose = new ComposeCommand(server, engineSocket);
    const { ground, draft } = await timeline.run('prepare', async () => {
      const { ground: found, mend } = await prepareStack(job, turn, compose, { runsCommands: true });
      await mend();
      const drafted = await draftDeploy(job, found, request);
      job.undo.push('forget the files of the new release', () => forgetFiles(job, drafted.id));
      return { ground: found, draft: drafted };
    });
    const { images, switchImage } = await timeline.run('pull', async () => ({
      images: await pullStackImages(job, ground, request, draft),
      switchImage: await pullSwitchImage(job, ground, request, draft),
    }));
    const plan = await planDeployOfStack(job, ground, request, draft, images, switchImage);
    await bringStackLive(job, ground, plan, request, () => preDeploy(job, ground, plan, request.preDeploy));
    await postDeploy(job, ground, plan, request.postDeploy);
  });
}

async function preDeploy(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  hook: StackHook | undefined,
): Promise<void> {
  if (!hook) return;
  await job.timeline.run('pre-deploy', async () => {
    await runStackHook(job, ground, 'pre-deploy', hook, await containerOf(job, plan, hook));
  });
}

async function postDeploy(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  hook: StackHook | undefined,
): Promise<void> {
  if (!hook) return;
  await job.timeline
    .run('post-deploy', async () => {
      await runStackHook(job, ground, 'post-deploy', hook, await containerOf(job, plan, hook));
    })
    .catch((error: unknown) => {
      throw new PostDeployError(sentenceOf(error), { cause: error });
    });
}

/** The container of the new release that a command's is modelled on. */
async function containerOf(
  { server }: StackJob,
  { release }: ReleasePlan,
  { service }: StackHook,
): Promise<string> {
  const color = release.services[service]?.color;
  const containers = await stackContainers(server.engine, release.app);
  // An older one of the same colour may still be finishing its work.
  const found = containers.findLast((one) => one.service === service && one.color === color && !one.isOneOff);
  if (!found) throw new Error(`${service} has no container of this release`);
  return found.id;
}
