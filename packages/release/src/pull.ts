import { parseImageReference } from '#engine';
import type { DeployContext, Ground } from './deploy-context.ts';
import { releaseOf } from './deploy-context.ts';
import type { ReadyImage } from './image-step.ts';
import { readyImage } from './image-step.ts';
import type { Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';

/** Undefined where it can't be known: a folder that the deploy user may not see, or one of another machine. */
export async function freeBytesOf(server: Server, folder: string | undefined): Promise<number | undefined> {
  return folder ? await server.files.freeBytes(folder).catch(() => undefined) : undefined;
}

/** Step 1: the app's image and the switch's are on the server, with credentials sent along and never stored. */
export async function pullImages(context: DeployContext, ground: Ground): Promise<ReadyImage> {
  const { request, server, reporter, progress } = context;
  const { facts, signal } = ground;
  const image = await readyImage({
    engine: server.engine,
    facts,
    freeBytes: () => freeBytesOf(server, facts.dockerRootDir),
    signal,
    onProgress: (text) => reporter.progress('pull', text),
    reference: request.image,
    text: request.imageText,
    auth: request.registryAuth,
    policy: request.pullPolicy,
    lastImageId: releaseOf(ground.state)?.image.id,
  });
  const { inspect: _, ...releaseImage } = image;
  progress.image = releaseImage;
  reporter.info(`The image ${image.reference} is ready${image.digest ? ` (${image.digest})` : ''}.`);
  await pullSwitch(context, ground);
  return image;
}

/** The switch's image, where the server doesn't have it. */
export async function pullSwitch(
  context: Pick<DeployContext, 'request' | 'server' | 'progress' | 'reporter' | 'store'>,
  ground: Pick<Ground, 'facts' | 'signal'>,
): Promise<void> {
  const { request, server, progress, reporter } = context;
  const { facts, signal } = ground;
  if (request.switch.kind !== 'haproxy' || (await server.engine.images.inspect(request.switch.image))) return;
  const reference = parseImageReference(request.switch.image);
  await readyImage({
    engine: server.engine,
    facts,
    freeBytes: () => freeBytesOf(server, facts.dockerRootDir),
    signal,
    onProgress: (text) => reporter.progress('pull', text),
    reference,
    text: request.switch.image,
    auth: reference.registry === request.image.registry ? request.registryAuth : undefined,
    policy: request.pullPolicy === 'never' ? 'never' : 'missing',
    lastImageId: undefined,
  });
  // Its image is part of what a switch is; until now it was not known.
  progress.trafficSwitch = await trafficSwitchFor(request, server, facts, context.store.switchFolder);
}
