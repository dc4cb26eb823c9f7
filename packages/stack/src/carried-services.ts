import { type ResolvedProject, stackNetwork, switchServiceOf } from '#compose';
import type { StackRelease } from './stack-release.ts';

/** What the live release ships and this one does not: it goes on running as it does. */
export function carriedServices(
  live: StackRelease | undefined,
  project: ResolvedProject,
  shipped: readonly string[],
): string[] {
  // What the project has no more goes with the release that is left.
  return Object.keys(live?.services ?? {}).filter(
    (name) => project.services[name] !== undefined && !shipped.includes(name),
  );
}

/** The released file with these services, and the switches before them, as the live release's file has them. */
export function withCarried(
  released: ResolvedProject,
  live: ResolvedProject | undefined,
  carried: readonly string[],
): ResolvedProject {
  if (!live || carried.length === 0) return released;
  const names = carried.flatMap((name) => [name, switchServiceOf(name)]);
  const services = names.flatMap((name) => {
    const definition = live.services[name];
    return definition ? [[name, definition] as const] : [];
  });
  const own = live.networks?.[stackNetwork];
  return {
    ...released,
    services: { ...released.services, ...Object.fromEntries(services) },
    networks: { ...(own ? { [stackNetwork]: own } : {}), ...released.networks },
    volumes: { ...live.volumes, ...released.volumes },
    secrets: { ...live.secrets, ...released.secrets },
    configs: { ...live.configs, ...released.configs },
  };
}
