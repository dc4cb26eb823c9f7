import { clipEnd } from '#clipped-text';
import { EngineError } from './engine-error.ts';

/**
 * A container or network name as a path segment. The Engine's own rule for names; it keeps `..`, `/` and `?`
 * out of request paths.
 */
export function nameSegment(name: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name)) {
    throw new EngineError(
      `${JSON.stringify(clipEnd(name, 100))} is not a Docker name: use letters, digits, "_", "." and "-".`,
    );
  }
  return name;
}

/** An image name, `name:tag`, `name@digest` or id as part of a path. */
export function imageSegment(reference: string): string {
  const wellFormed = /^[a-zA-Z0-9[][\w./:@[\]-]{0,511}$/.test(reference);
  if (!wellFormed || reference.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new EngineError(`${JSON.stringify(clipEnd(reference, 100))} is not the name of an image.`);
  }
  return reference.replaceAll('[', '%5B').replaceAll(']', '%5D');
}

/** A container's name, or as much of its id as `docker ps` shows. */
export function shownId(idOrName: string): string {
  return /^[0-9a-f]{64}$/.test(idOrName) ? idOrName.slice(0, 12) : idOrName;
}
