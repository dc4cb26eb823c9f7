import type { ResolvedProject, ResolvedService } from './resolved-project.ts';

/** The services, and all that they depend on, directly or not. */
export function withDependencies(project: ResolvedProject, services: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    const service = project.services[name];
    if (service === undefined || found.has(name)) return;
    found.add(name);
    for (const dependency of Object.keys(service.depends_on ?? {})) visit(dependency);
  };
  for (const service of services) visit(service);
  return found;
}

export function replicasOf(service: ResolvedService | undefined): number {
  return service?.scale ?? service?.deploy?.replicas ?? 1;
}

/**
 * `--scale` for every service that a command touches, so that it makes exactly the containers that are wanted and
 * neither makes nor removes one of another service. Compose refuses the option for services that it does not touch.
 */
export function scaleOptions(
  project: ResolvedProject,
  services: readonly string[],
  count: (service: string) => number,
): string[] {
  return [...withDependencies(project, services)]
    .toSorted()
    .flatMap((service) => ['--scale', `${service}=${count(service)}`]);
}
