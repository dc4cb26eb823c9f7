import type { Color } from '#switch';
import { stackNetwork, switchServiceOf } from './released-names.ts';
import { shippedService } from './released-service.ts';
import type {
  ResolvedFile,
  ResolvedNetwork,
  ResolvedProject,
  ResolvedService,
  ServicePlan,
  SlotAddresses,
} from './resolved-project.ts';
import { stackLabels } from './service-options.ts';
import { type SwitchFacts, switchService } from './switch-service.ts';

type ByService<T> = Readonly<Record<string, T>>;

export interface ReleaseFacts {
  readonly app: string;
  /** Of each shipped service, as name@sha256:…. */
  readonly images: ByService<string>;
  /** Of each shipped service but jobs. */
  readonly colors: ByService<Color>;
  /** Of each routed service. */
  readonly slots: ByService<SlotAddresses>;
  readonly network: { readonly subnet: string; readonly gateway: string; readonly ipRange: string };
  readonly switch: SwitchFacts;
  /** From a path in the folder of the user's files to where its content lies for good. */
  readonly movedPaths: ReadonlyMap<string, string>;
  /** The definitions that running containers were made from, in the place of what the project says now. */
  readonly keptDefinitions: ByService<KeptDefinition>;
}

/** A service of another project file, with that file, because it may name networks and volumes that are new here. */
export interface KeptDefinition {
  readonly service: ResolvedService;
  readonly from: ResolvedProject;
}

/** Policies by which a plain `up` fetches another image behind the same tag, and would replace a container for it. */
const fetchingPolicies = /^(?:always|refresh|daily|weekly|every_.*)$/;

/** The project as its released file has it; `composeFileText` writes it. */
export function releasedProject(
  project: ResolvedProject,
  plans: ByService<ServicePlan>,
  facts: ReleaseFacts,
): ResolvedProject {
  const routed = Object.values(plans).filter((plan) => plan.role === 'routed');
  const services: Record<string, ResolvedService> = {};
  for (const [name, service] of Object.entries(project.services)) {
    const plan = plans[name];
    services[name] =
      plan === undefined || plan.role === 'kept'
        ? keptService(project, service, facts.keptDefinitions[name], facts.movedPaths)
        : shippedService(withMovedMounts(service, facts.movedPaths), plan, plans, {
            app: facts.app,
            image: facts.images[name],
            color: facts.colors[name],
            slots: facts.slots[name],
          });
  }
  for (const plan of routed) {
    services[switchServiceOf(plan.service)] = switchService(project, plan, plans, facts);
  }
  return {
    ...project,
    name: facts.app,
    services,
    ...topLevel('volumes', project, facts),
    ...withMovedFiles('secrets', topLevel('secrets', project, facts), facts.movedPaths),
    ...withMovedFiles('configs', topLevel('configs', project, facts), facts.movedPaths),
    networks: {
      ...topLevel('networks', project, facts).networks,
      ...(routed.length > 0 ? { [stackNetwork]: networkOfSlots(facts) } : {}),
    },
  };
}

/**
 * Internal, so that nobody gets a way out of the server by it who had none: a routed service goes out, and a switch is
 * published, through the service's own networks, as before.
 */
function networkOfSlots({ app, network }: ReleaseFacts): ResolvedNetwork {
  return {
    name: `${app}_${stackNetwork}`,
    driver: 'bridge',
    internal: true,
    ipam: {
      config: [{ subnet: network.subnet, gateway: network.gateway, ip_range: network.ipRange }],
    },
    labels: { [stackLabels.app]: app },
  };
}

/** As it is, because every change would be one that a plain `up` replaces its container for. */
function keptService(
  project: ResolvedProject,
  service: ResolvedService,
  definition: KeptDefinition | undefined,
  movedPaths: ReadonlyMap<string, string>,
): ResolvedService {
  const kept = definition?.service ?? withMovedMounts(service, movedPaths);
  const needs = Object.entries(kept.depends_on ?? {});
  const there = needs.filter(([name]) => project.services[name] !== undefined);
  return {
    ...kept,
    // Not part of what Compose compares.
    ...(typeof kept.pull_policy === 'string' && fetchingPolicies.test(kept.pull_policy)
      ? { pull_policy: 'missing' }
      : {}),
    // Compose takes no file in which a service needs one that is gone.
    ...(there.length < needs.length ? { depends_on: Object.fromEntries(there) } : {}),
  };
}

function withMovedMounts(service: ResolvedService, movedPaths: ReadonlyMap<string, string>): ResolvedService {
  if (service.volumes === undefined) return service;
  return {
    ...service,
    volumes: service.volumes.map((mount) => {
      const moved = mount.type === 'bind' ? movedPaths.get(mount.source ?? '') : undefined;
      return moved === undefined ? mount : { ...mount, source: moved };
    }),
  };
}

type Kind = 'volumes' | 'networks' | 'secrets' | 'configs';

/** What the project defines, and what kept definitions need beside it. */
function topLevel<K extends Kind>(
  kind: K,
  project: ResolvedProject,
  facts: ReleaseFacts,
): Pick<ResolvedProject, K> {
  const added = Object.entries(facts.keptDefinitions)
    .filter(([name]) => project.services[name] !== undefined)
    .flatMap(([, { service, from }]) => {
      const used = usedNames(kind, service);
      return Object.entries(from[kind] ?? {}).filter(([name]) => used.has(name));
    });
  const all = { ...Object.fromEntries(added), ...project[kind] };
  return (Object.keys(all).length > 0 ? { [kind]: all } : {}) as Pick<ResolvedProject, K>;
}

/** The names of a kind that a service uses. */
export function usedNames(kind: Kind, service: ResolvedService): ReadonlySet<string> {
  if (kind === 'networks') return new Set(Object.keys(service.networks ?? {}));
  if (kind === 'volumes') {
    return new Set(
      (service.volumes ?? []).flatMap(({ type, source }) =>
        type === 'volume' && source !== undefined ? [source] : [],
      ),
    );
  }
  return new Set((service[kind] ?? []).map(({ source }) => source));
}

function withMovedFiles<K extends 'secrets' | 'configs'>(
  kind: K,
  given: Pick<ResolvedProject, K>,
  movedPaths: ReadonlyMap<string, string>,
): Pick<ResolvedProject, K> {
  const files: Readonly<Record<string, ResolvedFile>> | undefined = given[kind];
  if (files === undefined) return given;
  const entries = Object.entries(files).map(([name, definition]) => {
    const moved = movedPaths.get(definition.file ?? '');
    return [name, moved === undefined ? definition : { ...definition, file: moved }] as const;
  });
  return { [kind]: Object.fromEntries(entries) } as unknown as Pick<ResolvedProject, K>;
}
