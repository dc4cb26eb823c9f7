import { basename } from 'node:path/posix';
import type { ImageFacts } from './image-facts.ts';
import type { ResolvedService } from './resolved-project.ts';

/** Whether the Compose file runs something else than what the image was made to run. */
export function overridesImage(service: ResolvedService): boolean {
  return isSet(service.command) || isSet(service.entrypoint);
}

/**
 * The words of all that a service runs, its entrypoint's first; a shell's script is split too. Programs are named
 * without their folder.
 */
export function commandWords(service: ResolvedService, image: ImageFacts | undefined): string[] {
  const entrypoint = isSet(service.entrypoint) ? service.entrypoint : (image?.entrypoint ?? []);
  // As Docker does: another entrypoint makes the image's own command void.
  const inherited = isSet(service.entrypoint) ? [] : (image?.command ?? []);
  const command = isSet(service.command) ? service.command : inherited;
  return [...entrypoint, ...command]
    .flatMap((argument) => argument.split(/[\s;&|()'"]+/))
    .filter((word) => word !== '')
    .map((word) => (word.includes('/') ? basename(word) : word));
}

function isSet(value: readonly string[] | null | undefined): value is readonly string[] {
  return value !== null && value !== undefined && value.length > 0;
}
