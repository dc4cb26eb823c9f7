import { ExplainedError } from '#explained-error';
import type { ResolvedProject } from './resolved-project.ts';

/** An input names a service that the project does not have. */
export class UnknownServiceError extends ExplainedError {
  override readonly name = 'UnknownServiceError';
}

/**
 * Which services a release ships: those that are asked for, else every one that the project builds and every one that
 * is given an image.
 *
 * @throws UnknownServiceError for a name that is none of the project's services
 */
export function shippedServices(
  project: ResolvedProject,
  asked: { readonly services: readonly string[] | undefined; readonly images: Iterable<string> },
): string[] {
  const all = Object.keys(project.services);
  const images = [...asked.images];
  for (const [input, names] of [
    ['services', asked.services ?? []],
    ['images', images],
  ] as const) {
    const unknown = names.find((name) => !all.includes(name));
    if (unknown !== undefined) {
      throw new UnknownServiceError(
        `${input} names ${unknown}, which the Compose project does not have; its services are ${all.join(', ')} (one with a profile is there only where the profile is on).`,
      );
    }
  }
  if (asked.services !== undefined) return all.filter((name) => asked.services?.includes(name));
  return all.filter((name) => project.services[name]?.build !== undefined || images.includes(name));
}
