import type { StackContainer } from '#compose';
import type { Color } from '#switch';
import type { StackRelease } from './stack-release.ts';

const sameGoMs = 2000;

/**
 * The container of a service that a release means by its colour. One of the release before the last may finish its work
 * under the same colour; the newest is meant.
 *
 * @param containers oldest first
 */
export function containerOf(
  containers: readonly StackContainer[],
  service: string,
  color: Color,
): StackContainer | undefined {
  return containers.findLast((one) => one.service === service && one.color === color && isOfService(one));
}

/** All that belong to the same release as that one: a worker may have replicas. */
export function containersOf(
  containers: readonly StackContainer[],
  service: string,
  color: Color,
): readonly StackContainer[] {
  const alike = containers.filter(
    (one) => one.service === service && one.color === color && isOfService(one),
  );
  const found = alike.splice(-1);
  for (const one of alike.toReversed()) {
    const [next] = found;
    if (!next || !areSiblings(one, next)) break;
    found.unshift(one);
  }
  return found;
}

/** Compose makes replicas in one go. A release that was gone back to may still end what it had begun before. */
function areSiblings(one: StackContainer, next: StackContainer): boolean {
  const isOfSame = madeFor(one) !== undefined && madeFor(one) === madeFor(next);
  return isOfSame && (next.number - one.number === 1 || next.createdMs - one.createdMs <= sameGoMs);
}

/** Made by a release, and no switch. */
export function isOfService({ role, color, isOneOff }: StackContainer): boolean {
  return role === 'service' && color !== undefined && !isOneOff;
}

/** The id of the release for which Compose has made a container; later ones may have left it as it was. */
export function madeFor({ configFiles }: StackContainer): string | undefined {
  const [file = ''] = configFiles;
  return /\/stacks\/([^/]+)\/compose\.yaml$/.exec(file)?.[1];
}

/** The record of that release. */
export function makerOf(
  releases: readonly StackRelease[],
  container: StackContainer,
): StackRelease | undefined {
  const id = madeFor(container);
  return releases.find((release) => release.id === id);
}

/** Whether users can have met it: a release that is bad has served. */
export function hasServed({ liveAt, verdict }: StackRelease): boolean {
  return liveAt !== undefined || verdict === 'bad';
}

/** Started without us, by a person or by plain Compose. */
export function isForeign({ color, role, isOneOff, configFiles }: StackContainer): boolean {
  const isOurs = role !== undefined || color !== undefined;
  return !isOurs && !isOneOff && !configFiles.some((path) => path.includes('/.switchyard/'));
}

/** The release whose record a path is. */
export function idOfRecord(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
}
