import { randomInt } from 'node:crypto';
import { lineOf, projectName, type ResolvedProject, shippedServices } from '#compose';
import { parseImageReference } from '#engine';
import { releaseId, timeOfReleaseId } from '#release';
import { type ResolvedSource, resolveSource } from './resolve-source.ts';
import type { StackGround, StackJob, StackReading } from './stack-context.ts';
import { plansFor, refuse, StackRefusal } from './stack-refusal.ts';
import type { GivenImage, StackDeployRequest, StackHook } from './stack-request.ts';

/** What a deploy of the stack is going to be, before an image is pulled. */
export interface StackDraft extends ResolvedSource {
  readonly id: string;
  readonly shipped: readonly string[];
  /** The image of every service that is shipped. */
  readonly images: ReadonlyMap<string, GivenImage>;
}

/** Reads the project and refuses what can be refused without an image. */
export async function draftDeploy(
  job: StackReading,
  ground: Pick<StackGround, 'compose' | 'state'>,
  request: StackDeployRequest,
): Promise<StackDraft> {
  const named = projectName(request.source);
  if (named && named.name !== request.app) {
    // Its volumes, and so its data, go by this name.
    throw new StackRefusal(
      `${named.at.file}:${named.at.line}: the project is called ${named.name} and the app ${request.app}, so the release would not find its volumes; set "app" to ${named.name}, or delete \`name\` there.`,
    );
  }
  const id = newReleaseId(job, ground);
  const resolved = await resolveSource(job, ground, request, id);
  const shipped = shippedServices(resolved.project, {
    services: request.services,
    images: request.images.keys(),
  });
  if (shipped.length === 0) {
    throw new StackRefusal(
      'No service of the project is built by it, so there is nothing to ship; name the services in "services" or give their images in "images".',
    );
  }
  for (const hook of [request.preDeploy, request.postDeploy]) refuseHook(hook, shipped);
  const images = new Map(shipped.map((name) => [name, imageOf(resolved.project, request, name)]));
  refuse(request, resolved.project, plansFor(resolved.project, request, shipped, {}), {});
  return { ...resolved, id, shipped, images };
}

function newReleaseId(job: Pick<StackJob, 'nowMs'>, { state }: Pick<StackGround, 'state'>): string {
  const newest = state.releases.at(-1);
  const nowMs = job.nowMs();
  const idMs = newest ? Math.max(nowMs, timeOfReleaseId(newest.id) + 1000) : nowMs;
  return releaseId(
    idMs,
    randomInt(36 ** 4)
      .toString(36)
      .padStart(4, '0'),
  );
}

/** A command runs in the new image of a service; what is left alone has none. */
function refuseHook(hook: StackHook | undefined, shipped: readonly string[]): void {
  if (!hook || shipped.includes(hook.service)) return;
  throw new StackRefusal(
    `The command ${hook.command[0]} is to run in the new image of ${hook.service}, which this release does not ship; it ships ${shipped.join(', ')}.`,
  );
}

function imageOf(project: ResolvedProject, { images, source }: StackDeployRequest, name: string): GivenImage {
  const given = images.get(name);
  if (given) return given;
  const text = project.services[name]?.image;
  if (text !== undefined) return { text, reference: parseImageReference(text) };
  const place = lineOf(source, ['services', name, 'build']) ?? lineOf(source, ['services', name]);
  const where = place ? `${place.file}:${place.line}: ` : '';
  throw new StackRefusal(
    `${where}${name} is built by the project and has no image; add a line ${name}=<image>@<digest> to "images".`,
  );
}
