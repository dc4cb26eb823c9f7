import type { ResolvedProject, ServicePlan } from './resolved-project.ts';

/** Services that may start together once every wave before theirs is up: healthy, or, a job, at its end. */
export interface StartWave {
  readonly services: readonly string[];
}

/** A service that the release leaves alone, and the condition in which others need it. */
export interface NeededService {
  readonly service: string;
  readonly condition: NeededCondition;
}

export type NeededCondition = 'started' | 'healthy' | 'completed';

const conditions: Readonly<Record<string, NeededCondition>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};
const strength: readonly NeededCondition[] = ['started', 'healthy', 'completed'];

/**
 * The order in which what is shipped may start, by `depends_on`, through services that are not shipped too; and what of
 * those must be there, each after what it needs itself.
 */
export function startWaves(
  plans: Readonly<Record<string, ServicePlan>>,
  project: ResolvedProject,
): { waves: StartWave[]; needed: NeededService[] } {
  const shipped = Object.keys(plans).filter((name) => plans[name]?.role !== 'kept');
  const kept = (name: string) => plans[name]?.role === 'kept';
  const needs = (name: string) =>
    Object.entries(project.services[name]?.depends_on ?? {}).filter(([needed]) => needed in plans);

  const waves: StartWave[] = [];
  const waiting = new Map(shipped.map((name) => [name, shippedBelow(name, needs, kept)]));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, below]) => ![...below].some((name) => waiting.has(name)));
    // Compose itself refuses a circle, so there is none; if there were, the rest would start together.
    const wave = (ready.length > 0 ? ready : [...waiting]).map(([name]) => name);
    for (const name of wave) waiting.delete(name);
    waves.push({ services: wave });
  }

  const needed = new Map<string, NeededCondition>();
  const visited = new Set<string>();
  const visit = (name: string) => {
    if (visited.has(name)) return;
    visited.add(name);
    for (const [below, { condition }] of needs(name)) {
      if (!kept(below)) continue;
      visit(below);
      needed.set(below, stronger(needed.get(below), conditions[condition] ?? 'started'));
    }
  };
  for (const name of shipped) visit(name);
  return { waves, needed: [...needed].map(([service, condition]) => ({ service, condition })) };
}

/** The shipped services that one needs, itself or by way of services that are kept. */
function shippedBelow(
  name: string,
  needs: (name: string) => readonly (readonly [string, unknown])[],
  isKept: (name: string) => boolean,
): ReadonlySet<string> {
  const below = new Set<string>();
  const seen = new Set<string>();
  const queue = [name];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const [needed] of needs(next)) {
      if (seen.has(needed)) continue;
      seen.add(needed);
      if (isKept(needed)) queue.push(needed);
      else if (needed !== name) below.add(needed);
    }
  }
  return below;
}

function stronger(left: NeededCondition | undefined, right: NeededCondition): NeededCondition {
  return strength[Math.max(strength.indexOf(left ?? 'started'), strength.indexOf(right))] ?? right;
}
