import { ensureSlotNetwork } from '#engine';
import { appLabels, slotNetworkName } from './app-container.ts';
import { openContainer } from './candidate-container.ts';
import type { Ground, JobContext } from './deploy-context.ts';
import { healthAttempt, healthKind, passHealthGate, UnhealthyError } from './health-gate.ts';
import { hasHealthcheck } from './image-step.ts';
import type { InterruptedJob } from './interrupted-job.ts';
import { ProofError, proveThroughSwitch } from './prove.ts';
import type { Release } from './release.ts';
import { asDeploy, type RollbackRequest } from './rollback-request.ts';

/** Whether what an interrupted job has gone back to answers; it may have died with nobody watching. */
export async function serves(
  job: JobContext,
  request: RollbackRequest,
  ground: Ground,
  live: Release,
  { mayBoot }: InterruptedJob,
): Promise<boolean> {
  if (ground.state.live?.state !== 'running') return false;
  try {
    if (mayBoot) await waitForBoot(job, request, ground, live);
    await answersThroughSwitch(job, ground, live);
    return true;
  } catch (error) {
    ground.signal.throwIfAborted();
    if (!(error instanceof UnhealthyError || error instanceof ProofError)) throw error;
    job.reporter.warning(`Release ${live.id} is live and does not answer: ${error.message}`);
    return false;
  }
}

async function answersThroughSwitch(
  { progress: { trafficSwitch } }: JobContext,
  ground: Ground,
  live: Release,
): Promise<void> {
  if (live.switch.kind === 'none' || !trafficSwitch) return;
  const { config, rollout, color } = live;
  await proveThroughSwitch(trafficSwitch, color, rollout.health, config, ground.signal);
}

/** @throws UnhealthyError when it does not come up in the time that a deploy would give it */
async function waitForBoot(
  { server, progress, reporter }: JobContext,
  request: RollbackRequest,
  { state, facts, signal }: Ground,
  live: Release,
): Promise<void> {
  const { engine } = server;
  const { app, config, color } = live;
  const containerId = state.live?.id ?? '';
  const labels = { [appLabels.app]: app, [appLabels.home]: server.home };
  const [inspect, { addresses }] = await Promise.all([
    engine.containers.inspect(containerId),
    ensureSlotNetwork(engine, slotNetworkName(app), labels),
  ]);
  const { health } = asDeploy(request, live, live, live.switch);
  const slot = { host: addresses[color], port: config.containerPort ?? 1, protocol: config.protocol };
  const target = {
    containerId,
    restartsBefore: inspect?.RestartCount ?? 0,
    open: openContainer(server, containerId, slot, facts.rootless),
  };
  const kind = healthKind(health, config, inspect !== undefined && hasHealthcheck(inspect));
  await passHealthGate({
    ...{ engine, kind, health, config, target, signal },
    attempt: healthAttempt(engine, kind, health, config, target),
    onAttempt: (text) => reporter.progress('prepare', text),
    onEnd: (wait) => {
      progress.health = wait;
    },
  });
}

/** Makes of the interrupted job's end this one's result. */
export function finishInterrupted(
  { progress, reporter }: JobContext,
  live: Release,
  { leftId, story, restored }: InterruptedJob,
): void {
  progress.release = live;
  progress.image = live.image;
  progress.left = leftId;
  progress.settled = true;
  progress.switched = restored?.how === 'switched back';
  if (restored?.switchMs !== undefined) progress.switchMs = restored.switchMs;
  const name = progress.state?.live?.name;
  if (name !== undefined) progress.containerName = name;
  reporter.warning(
    `${story} release ${live.id}; that one serves now, and nothing else was changed. To go back further, run it again.`,
  );
}
