import type { ImageFacts } from '#compose';
import { type ImageInspect, type ImageReference, parseImageReference, type RegistryAuth } from '#engine';
import { freeBytesOf, hasHealthcheck, type ReadyImage, readyImage } from '#release';
import type { StackDraft } from './draft-deploy.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import type { StackDeployRequest } from './stack-request.ts';

/** Step 1: every image is on the server, by digest. */
export async function pullStackImages(
  job: StackJob,
  ground: StackGround,
  request: StackDeployRequest,
  draft: StackDraft,
): Promise<ReadonlyMap<string, ReadyImage>> {
  const { server, reporter } = job;
  const ready = new Map<string, ReadyImage>();
  const byText = new Map<string, ReadyImage>();
  for (const [service, { text, reference }] of draft.images) {
    const image =
      byText.get(text) ??
      (await readyImage({
        engine: server.engine,
        facts: ground.facts,
        freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
        signal: ground.signal,
        onProgress: (progress) => reporter.progress('pull', `${service}: ${progress}`),
        reference,
        text,
        auth: authFor(reference, request, draft),
        policy: request.pullPolicy,
        lastImageId: ground.state.live?.services[service]?.image.id,
      }));
    if (!byText.has(text)) {
      reporter.info(`The image ${text} is ready${image.digest ? ` (${image.digest})` : ''}.`);
    }
    byText.set(text, image);
    // An image that an earlier release brought here is still ours to sweep.
    const wasOurs = ground.state.releases.some(({ services }) =>
      Object.values(services).some((one) => one.image.id === image.id && one.image.pulled),
    );
    ready.set(service, { ...image, pulled: image.pulled || wasOurs });
  }
  return ready;
}

/** Pinned like the others, so that a new image behind an old tag is a new definition. */
export async function pullSwitchImage(
  job: StackJob,
  ground: StackGround,
  request: StackDeployRequest,
  draft: StackDraft,
): Promise<string> {
  const { server, reporter } = job;
  const reference = parseImageReference(request.switch.image);
  const { runnable } = await readyImage({
    engine: server.engine,
    facts: ground.facts,
    freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
    signal: ground.signal,
    onProgress: (progress) => reporter.progress('pull', `switch: ${progress}`),
    reference,
    text: request.switch.image,
    auth: authFor(reference, request, draft),
    policy: request.pullPolicy === 'never' ? 'never' : 'missing',
    lastImageId: undefined,
  });
  return runnable;
}

/** The credentials are those of the registry that the first shipped image comes from; no other one is shown them. */
function authFor(
  { registry }: ImageReference,
  { registryAuth }: StackDeployRequest,
  { images }: StackDraft,
): RegistryAuth | undefined {
  const [first] = images.values();
  return first?.reference.registry === registry ? registryAuth : undefined;
}

export function factsOf(image: ImageInspect): ImageFacts {
  const ports = Object.keys(image.Config?.ExposedPorts ?? {}).flatMap((entry) => {
    const port = /^(\d{1,5})\/tcp$/.exec(entry)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  const { Entrypoint: entrypoint, Cmd: command } = image.Config ?? {};
  return {
    tcpPorts: ports,
    hasHealthcheck: hasHealthcheck(image),
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
  };
}
