import type {
  Engine,
  HealthConfig,
  ImageInspect,
  ImageReference,
  PullTotals,
  RegistryAuth,
  ServerFacts,
} from '#engine';
import { formatImageReference, platformProblem } from '#engine';
import { ExplainedError } from '#explained-error';
import type { PullPolicy } from './deploy-request.ts';
import type { ReleaseImage } from './release.ts';

export class ImageError extends ExplainedError {
  override readonly name = 'ImageError';
}

export interface ReadyImage extends ReleaseImage {
  readonly inspect: ImageInspect;
}

const MiB = 1024 * 1024;
/** What a pull is assumed to need when nothing is known of the image: less left over makes Engines stumble anyway. */
const leastFreeBytes = 512 * MiB;

/**
 * @returns why a pull must not be tried, or undefined. The room that the app's last image takes is the best guess
 * for the next.
 */
export function diskProblem(
  freeBytes: number | undefined,
  lastImageBytes: number | undefined,
  folder: string,
): string | undefined {
  const neededBytes = Math.max(leastFreeBytes, lastImageBytes ?? 0);
  if (freeBytes === undefined || freeBytes >= neededBytes) return undefined;
  return `The server's disk is too full to pull the image: ${folder} has ${Math.floor(freeBytes / MiB)} MiB free and ${Math.ceil(neededBytes / MiB)} MiB are needed; remove images that are no longer used ("docker image prune -a" keeps those of containers).`;
}

/**
 * Makes sure that the server has the image, and pins it by digest.
 *
 * @throws ImageError when the policy forbids a pull, the disk is too full, or the image is for another platform
 * @throws PullError when the registry refuses
 */
export async function readyImage(options: {
  engine: Engine;
  reference: ImageReference;
  text: string;
  auth: RegistryAuth | undefined;
  policy: PullPolicy;
  facts: ServerFacts;
  freeBytes: () => Promise<number | undefined>;
  lastImageId: string | undefined;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}): Promise<ReadyImage> {
  const { engine, reference, text, policy } = options;
  const name = formatImageReference(reference);
  const present = await engine.images.inspect(name);
  if (!present && policy === 'never') {
    throw new ImageError(
      `The server does not have the image ${text}, and "pull-policy" is never; load it first or allow the pull.`,
    );
  }
  const pulls = needsPull(policy, reference, present);
  let pulledDigest: string | undefined;
  if (pulls) {
    const last = options.lastImageId ? await engine.images.inspect(options.lastImageId) : undefined;
    const folder = options.facts.dockerRootDir ?? "the Engine's folder";
    const problem = diskProblem(await options.freeBytes(), last?.Size, folder);
    if (problem) throw new ImageError(problem);
    const pull = await engine.images.pull(name, {
      ...(options.auth ? { auth: options.auth } : {}),
      signal: options.signal,
      onProgress: (event, totals) => options.onProgress(describePull(event, totals)),
    });
    pulledDigest = pull.digest;
  }
  const inspect = pulls ? await engine.images.inspect(name) : present;
  if (!inspect?.Id)
    throw new ImageError(`The image ${text} is not on the server after the pull; run the deploy again.`);
  // Under a tag that moves, such as latest, there may have been another image before.
  const pulled = pulls && present?.Id !== inspect.Id;
  const mismatch = platformProblem(text, inspect, options.facts);
  if (mismatch) {
    if (pulled) await takeOff(engine, name, reference, present?.Id);
    throw new ImageError(mismatch);
  }
  const digest = digestOf(inspect, reference, pulledDigest);
  return {
    reference: text,
    digest,
    id: inspect.Id,
    runnable: digest ? `${repositoryName(reference)}@${digest}` : inspect.Id,
    pulled,
    inspect,
  };
}

/** Removes an image that is of no use here, and gives its tag back to the image that had it before. */
async function takeOff(
  { images }: Engine,
  name: string,
  { tag, digest }: ImageReference,
  formerId: string | undefined,
): Promise<void> {
  await images.remove(name).catch(() => []);
  if (formerId === undefined || tag === undefined || digest !== undefined) return;
  await images.tag(formerId, name).catch(() => undefined);
}

export function needsPull(
  policy: PullPolicy,
  reference: ImageReference,
  present: ImageInspect | undefined,
): boolean {
  // A digest can't change its meaning, so what is there is right.
  return policy === 'always' ? !(present && reference.digest) : policy === 'missing' && !present;
}

/**
 * The digest under which the registry knows this image. It may know it under several: an annotation makes another
 * manifest of the same image. What the reference names comes first, then what the pull brought.
 */
export function digestOf(
  inspect: ImageInspect,
  reference: ImageReference,
  pulled?: string,
): string | undefined {
  const own = `${repositoryName(reference)}@`;
  const digests = (inspect.RepoDigests ?? [])
    .filter((entry) => entry.startsWith(own))
    .map((entry) => entry.slice(own.length));
  return [reference.digest, pulled].find((digest) => digest && digests.includes(digest)) ?? digests[0];
}

/** As the Engine writes it: images of Docker Hub without the registry and without `library/`. */
export function repositoryName(reference: ImageReference): string {
  if (reference.registry !== 'docker.io') return `${reference.registry}/${reference.repository}`;
  return reference.repository.replace(/^library\//, '');
}

function describePull(event: { id?: string; status: string }, totals: PullTotals): string {
  if (totals.layers === 0) return `Pulling: ${event.status.toLowerCase()}`;
  const layers = `${totals.layersDone + totals.layersPresent} of ${totals.layers} layers`;
  const size =
    totals.totalBytes > 0
      ? `, ${megabytes(totals.downloadedBytes)} of ${megabytes(totals.totalBytes)} MB`
      : '';
  const layer = event.id ? ` (${event.id}: ${event.status.toLowerCase()})` : '';
  return `Pulling: ${layers}${size}${layer}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/**
 * The port that the app listens on: as given, else the only one that the image exposes.
 *
 * @throws ImageError when it can't be told
 */
export function containerPort(given: number | undefined, inspect: ImageInspect, text: string): number {
  if (given !== undefined) return given;
  const exposed = Object.keys(inspect.Config?.ExposedPorts ?? {})
    .map((entry) => /^(\d{1,5})\/tcp$/.exec(entry)?.[1])
    .filter((port) => port !== undefined);
  if (exposed.length === 1) return Number(exposed[0]);
  throw new ImageError(
    exposed.length === 0
      ? `The image ${text} exposes no port; say with "container-port" which one the app listens on.`
      : `The image ${text} exposes several ports (${exposed.join(', ')}); say with "container-port" which one serves.`,
  );
}

/**
 * The commit that an image says it was built from, by the labels that build tools set (OCI image annotations). Labels
 * are inherited from the base image, so it is only believed of the repository whose run this is.
 */
export function revisionOf(
  inspect: { Config?: { Labels?: Record<string, string> | null } },
  runUrl: string | undefined,
): string | undefined {
  const labels = inspect.Config?.Labels ?? {};
  const source = labels['org.opencontainers.image.source']?.replace(/(?:\.git)?\/?$/, '');
  if (!source || runUrl?.toLowerCase().startsWith(`${source.toLowerCase()}/actions/`) !== true)
    return undefined;
  const revision = labels['org.opencontainers.image.revision'];
  return revision !== undefined && /^[0-9a-f]{7,64}$/i.test(revision) ? revision.toLowerCase() : undefined;
}

/** Of an image, or of a container, which has its image's. */
export function hasHealthcheck(inspect: { Config?: { Healthcheck?: HealthConfig } }): boolean {
  const test = inspect.Config?.Healthcheck?.Test;
  return Array.isArray(test) && test.length > 0 && test[0] !== 'NONE';
}
