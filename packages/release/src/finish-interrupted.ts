import { ensureSlotNetwork } from '#engine';
import { appLabels, slotNetworkName } from './app-container.ts';
import { openContainer } from './candidate-container.ts';
import type { DeployContext, Ground, JobContext } from './deploy-context.ts';
import { restoreSwitch } from './ensure-switch.ts';
import { healthAttempt, healthKind, passHealthGate, UnhealthyError } from './health-gate.ts';
import { hasHealthcheck } from './image-step.ts';
import type { InterruptedJob } from './interrupted-job.ts';
import { ProofError, proveThroughSwitch } from './prove.ts';
import type { Release } from './release.ts';

/**
 * Whether what an interrupted job has gone back to answers; it may have died with nobody watching.
 *
 * @param context as that of a rollback to it
 */
export async function serves(
  context: DeployContext,
  ground: Ground,
  live: Release,
  { mayBoot }: InterruptedJob,
): Promise<boolean> {
  if (ground.state.live?.state !== 'running') return false;
  try {
    // Without its switch the best version does not answer.
    await restoreSwitch(context, ground);
    if (mayBoot) await waitForBoot(context, ground, live);
    await answersThroughSwitch(context, ground, live);
    return true;
  } catch (error) {
    ground.signal.throwIfAborted();
    if (!(error instanceof UnhealthyError || error instanceof ProofError)) throw error;
    context.reporter.warning(`Release ${live.id} is live and does not answer: ${error.message}`);
    return false;
  }
}

async function answersThroughSwitch(
  { request: { health }, progress: { trafficSwitch } }: DeployContext,
  ground: Ground,
  { switch: { kind }, config, color }: Release,
): Promise<void> {
  if (kind === 'none' || !trafficSwitch) return;
  await proveThroughSwitch(trafficSwitch, color, health, config, ground.signal);
}

/** @throws UnhealthyError when it does not come up in the time that a deploy would give it */
async function waitForBoot(
  { server, progress, reporter, request: { health } }: DeployContext,
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
