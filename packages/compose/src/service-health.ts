import type { ImageFacts } from './image-facts.ts';
import type { ResolvedService, ServiceHealth } from './resolved-project.ts';
import type { ServiceOptions } from './service-options.ts';

/** How a service's new container is asked whether it is well: by what is said for us first, by what it says itself next. */
export function serviceHealth(
  service: ResolvedService,
  options: ServiceOptions,
  image: ImageFacts | undefined,
  hasPort: boolean,
): ServiceHealth {
  if (options.healthPath !== undefined && hasPort) {
    return { path: options.healthPath, command: undefined, by: 'path' };
  }
  if (options.healthCommand !== undefined) {
    return { path: undefined, command: options.healthCommand, by: 'command' };
  }
  const command = healthcheckCommand(service);
  if (command !== undefined) return { path: undefined, command, by: 'healthcheck' };
  const asksImage = image?.hasHealthcheck === true && !isHealthcheckOff(service);
  const by = asksImage ? 'image' : hasPort ? 'port' : 'running';
  return { path: undefined, command: undefined, by };
}

/** The service's own `healthcheck.test` as arguments; Docker gives the text of CMD-SHELL to /bin/sh. */
function healthcheckCommand(service: ResolvedService): readonly string[] | undefined {
  if (isHealthcheckOff(service)) return undefined;
  const [kind, ...rest] = service.healthcheck?.test ?? [];
  if (kind === 'CMD' && rest.length > 0) return rest;
  return kind === 'CMD-SHELL' && rest[0] !== undefined ? ['/bin/sh', '-c', rest[0]] : undefined;
}

function isHealthcheckOff({ healthcheck }: ResolvedService): boolean {
  return healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';
}
