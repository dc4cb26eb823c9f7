import { type ResolvedProject, type ServicePlan, switchServiceOf, usedNames } from '#compose';
import type { ReleasedService, StackRelease } from './stack-release.ts';

/** Services that the live release runs and the next one does not ship: they stay as they are, switches and all. */
export interface CarriedServices {
  readonly plans: Readonly<Record<string, ServicePlan>>;
  readonly services: Readonly<Record<string, ReleasedService>>;
  /** The released project with their definitions as they are live. */
  readonly definedIn: (released: ResolvedProject) => ResolvedProject;
}

const kinds = ['networks', 'volumes', 'secrets', 'configs'] as const;

/** @param project what the checkout says; a service that it has no more is not carried on */
export function carriedServices(
  live: StackRelease | undefined,
  liveProject: ResolvedProject | undefined,
  project: ResolvedProject,
  shipped: readonly string[],
): CarriedServices {
  const carried = Object.entries(live?.services ?? {}).filter(
    ([name, { role }]) =>
      role !== 'job' && !shipped.includes(name) && project.services[name] && liveProject?.services[name],
  );
  const because = `release ${live?.id} runs it, and this one does not ship it`;
  return {
    plans: Object.fromEntries(carried.map(([name, released]) => [name, planOf(name, released, because)])),
    services: Object.fromEntries(carried),
    definedIn: (released) => (liveProject ? withDefinitions(released, liveProject, carried) : released),
  };
}

function planOf(
  service: string,
  { role, order, health, ports }: ReleasedService,
  because: string,
): ServicePlan {
  const same = { service, order, health, because };
  return role === 'routed' ? { ...same, role, ports } : { ...same, role: 'worker' };
}

function withDefinitions(
  released: ResolvedProject,
  live: ResolvedProject,
  carried: readonly (readonly [string, ReleasedService])[],
): ResolvedProject {
  const names = carried.flatMap(([name, { role }]) =>
    role === 'routed' ? [name, switchServiceOf(name)] : [name],
  );
  const definitions = names.flatMap((name) => {
    const definition = live.services[name];
    return definition ? [[name, definition] as const] : [];
  });
  const services = { ...released.services, ...Object.fromEntries(definitions) };
  for (const [name, definition] of definitions) {
    const needs = Object.entries(definition.depends_on ?? {});
    const there = needs.filter(([needed]) => services[needed] !== undefined);
    // Compose takes no file in which a service needs one that is gone.
    if (there.length < needs.length)
      services[name] = { ...definition, depends_on: Object.fromEntries(there) };
  }
  const shared = kinds.map((kind) => {
    const used = new Set(definitions.flatMap(([, definition]) => [...usedNames(kind, definition)]));
    const theirs = Object.entries(live[kind] ?? {}).filter(([name]) => used.has(name));
    const all = { ...Object.fromEntries(theirs), ...released[kind] };
    return Object.keys(all).length > 0 ? { [kind]: all } : {};
  });
  return Object.assign({ ...released, services }, ...shared) as ResolvedProject;
}
