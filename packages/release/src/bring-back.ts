import type { ContainerInspectResponse, Engine } from '#engine';
import { ensureSlotNetwork } from '#engine';
import { ExplainedError, sentenceOf } from '#explained-error';
import type { ProbeResult } from '#probe';
import type { Color } from '#switch';
import { otherColor } from '#switch';
import { appLabels, slotNetworkName } from './app-container.ts';
import type { AppContainer, AppState } from './app-state.ts';
import { blindLimits } from './blind-limits.ts';
import { candidateLogLines, clearSlot, createInSlot, slotTargets, startAndProve } from './bring-up.ts';
import { lastLogLines } from './candidate-container.ts';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { journal, stopSecondsNow } from './deploy-context.ts';
import { readyImage } from './image-step.ts';
import { freeBytesOf, pullSwitch } from './pull.ts';
import type { Release, ReleaseImage } from './release.ts';

export class ReleaseGoneError extends ExplainedError {
  override readonly name = 'ReleaseGoneError';
}

/** A release's container that only has to be woken, and where it has to be for that. */
export function standingContainer(state: AppState, target: Release): AppContainer | undefined {
  const color = idleColor(state);
  return state.containers.find(
    (container) =>
      container.releaseId === target.id &&
      container.color === color &&
      ['running', 'paused', 'exited'].includes(container.state),
  );
}

export function idleColor(state: AppState): Color {
  return state.liveColor ? otherColor(state.liveColor) : 'blue';
}

/**
 * Gets a release that was live before to run in the idle slot, and waits until it is healthy. Its container is woken
 * where it still exists; else it is created anew, from the same image and configuration.
 *
 * @throws ReleaseGoneError before anything is touched, when its image can't be had any more
 */
export async function bringBack(
  context: DeployContext,
  ground: Ground,
  target: Release,
): Promise<{ release: Release; candidate: Candidate; attempt: () => Promise<ProbeResult> }> {
  const { request, timeline, progress, store, leaving, reporter } = context;
  const blind = blindLimits(request);
  if (blind !== undefined) reporter.warning(blind);
  const left = ground.state.live;
  const standing = standingContainer(ground.state, target);
  const runnable = await timeline.run('pull', async () => {
    const name = standing ? target.image.runnable : await haveImage(context, ground, target);
    await pullSwitch(context, ground);
    return name;
  });
  // If the job dies right after the traffic has moved, this record has to know it all.
  const release: Release = {
    ...target,
    color: idleColor(ground.state),
    switch: request.switch,
    leaves: left && {
      id: left.releaseId,
      reason: leaving.verdict === 'bad' ? leaving.reason : undefined,
    },
  };
  progress.release = release;
  const from = left?.releaseId ?? 'nothing';
  const written = (): Promise<void>[] => [
    store.save(release),
    journal(context, 'rollback', `from ${from} to ${release.id}`),
  ];
  if (standing) return { release, ...(await wake(context, ground, release, standing, written)) };
  const candidate = await timeline.run('create', async () => {
    await removeRemains(context, ground, release);
    const named = { ...release, image: { ...release.image, runnable } };
    return createInSlot(context, ground, named, written());
  });
  const { containers } = context.server.engine;
  const inspect = (await containers.inspect(candidate.id)) ?? {};
  const start = (): Promise<void> => containers.start(candidate.id);
  const fresh = { ...candidate, restartsBefore: 0 };
  return { release, ...(await startAndProve(context, ground, release, fresh, inspect, start)) };
}

async function wake(
  context: DeployContext,
  ground: Ground,
  release: Release,
  standing: AppContainer,
  written: () => Promise<void>[],
): Promise<{ candidate: Candidate; attempt: () => Promise<ProbeResult> }> {
  const { server, timeline, undo, progress, reporter, request } = context;
  const { engine } = server;
  const { network, inspect } = await timeline.run('create', async () => {
    const labels = { [appLabels.app]: release.app, [appLabels.home]: server.home };
    const [slots, found] = await Promise.all([
      ensureSlotNetwork(engine, slotNetworkName(release.app), labels),
      engine.containers.inspect(standing.id),
      ...written(),
    ]);
    await clearSlot(context, ground, release.color, standing.id);
    return { network: slots, inspect: found ?? {} };
  });
  progress.containerName = standing.name;
  const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
  undo.push('put the standby back as it was', async () => {
    progress.candidateLog ??= await lastLogLines(engine, standing.id, candidateLogLines);
    await putBack(context, standing, inspect, stopSecondsNow(stopSeconds, ground.signal));
  });
  const how = { running: 'runs', paused: 'is paused', exited: 'is stopped' }[standing.state] ?? 'is there';
  reporter.info(`${standing.name} is still in the ${release.color} slot and ${how}.`);
  const candidate = {
    id: standing.id,
    name: standing.name,
    targets: slotTargets(network.addresses, release, ground),
    // A start sets the Engine's count back.
    restartsBefore: standing.state === 'exited' ? 0 : restartsOf(inspect),
  };
  const start = async (): Promise<void> => {
    if (standing.state === 'paused') await engine.containers.unpause(standing.id);
    if (standing.state === 'exited') await engine.containers.start(standing.id);
  };
  return startAndProve(context, ground, release, candidate, inspect, start);
}

function restartsOf(inspect: ContainerInspectResponse): number {
  return inspect.RestartCount ?? 0;
}

async function putBack(
  { server }: DeployContext,
  standing: AppContainer,
  was: ContainerInspectResponse,
  stopSeconds: number,
): Promise<void> {
  const { containers } = server.engine;
  if (standing.state === 'exited') await containers.stop(standing.id, stopSeconds);
  else {
    const isPaused = (await containers.inspect(standing.id))?.State?.Paused === true;
    if (!isPaused) await containers.start(standing.id);
    if (standing.state === 'paused' && !isPaused) await containers.pause(standing.id);
  }
  // It was allowed to restart by itself when it got the traffic.
  const Name = was.HostConfig?.RestartPolicy?.Name ?? 'no';
  await containers.update(standing.id, { RestartPolicy: { Name } });
}

/** A container of the release that can't be woken has its name, and nothing else is of use in it. */
async function removeRemains({ server }: DeployContext, { state }: Ground, release: Release): Promise<void> {
  for (const { id, releaseId } of state.containers) {
    if (releaseId !== release.id || id === state.live?.id) continue;
    await server.engine.containers.remove(id, { force: true, volumes: true });
  }
}

/** The name by which the server has an image, or undefined when it does not have it. */
export async function hasImage(
  { images }: Pick<Engine, 'images'>,
  image: ReleaseImage,
): Promise<string | undefined> {
  if (await images.inspect(image.runnable)) return image.runnable;
  // Its name in the registry may have been taken off while the image is still there.
  return (await images.inspect(image.id)) ? image.id : undefined;
}

/** @param error what kept the registry from giving it; undefined for an image that never was in one */
export function imageIsGone({ id, image }: Release, error?: unknown): ReleaseGoneError {
  const why =
    error === undefined ? 'it never was in a registry.' : `it could not be pulled: ${sentenceOf(error)}`;
  return new ReleaseGoneError(
    `The image ${image.reference} of release ${id} is not on the server any more, and ${why}`,
    { cause: error },
  );
}

/** @returns the name to create a container from */
async function haveImage(context: DeployContext, ground: Ground, target: Release): Promise<string> {
  const { server, request, progress, reporter } = context;
  const { image } = target;
  const present = await hasImage(server.engine, image);
  if (present !== undefined) return present;
  if (image.digest === undefined) throw imageIsGone(target);
  try {
    await readyImage({
      engine: server.engine,
      reference: request.image,
      text: image.runnable,
      auth: request.registryAuth,
      policy: 'missing',
      facts: ground.facts,
      freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
      lastImageId: ground.state.releases.at(-1)?.image.id,
      signal: ground.signal,
      onProgress: (text) => reporter.progress('pull', text),
    });
  } catch (error) {
    ground.signal.throwIfAborted();
    throw imageIsGone(target, error);
  }
  progress.image = { ...image, pulled: true };
  reporter.info(`Pulled ${image.runnable}, which was not on the server any more.`);
  return image.runnable;
}
