import type { Color } from '#switch';
import { splitEdgeLabels, splitEdgeVariables } from './edge-labels.ts';
import { stackNetwork, switchServiceOf } from './released-names.ts';
import type {
  Dependency,
  ResolvedService,
  ServiceNetwork,
  ServicePlan,
  SlotAddresses,
} from './resolved-project.ts';
import { stackLabels } from './service-options.ts';
import { ownNetworks } from './switch-service.ts';

export interface ShippedFacts {
  readonly app: string;
  readonly image: string | undefined;
  readonly color: Color | undefined;
  readonly slots: SlotAddresses | undefined;
}

/** What stands only for building, for development or for one container's name; or is settled once the file is resolved. */
const neverReleased = ['build', 'develop', 'container_name', 'pull_policy', 'profiles'] as const;
/** What the switch has in the place of a routed service. */
const movedToSwitch = ['ports', 'hostname', 'scale'] as const;

/** A shipped service as the released file has it. */
export function shippedService(
  service: ResolvedService,
  plan: ServicePlan,
  plans: Readonly<Record<string, ServicePlan>>,
  facts: ShippedFacts,
): ResolvedService {
  const isRouted = plan.role === 'routed';
  const left = without(service, [
    ...neverReleased,
    ...(isRouted ? movedToSwitch : []),
    ...(plan.role === 'job' ? (['ports'] as const) : []),
    ...(['links', 'depends_on', 'environment', 'labels'] as const),
  ]);
  const environment = withValues(
    isRouted ? splitEdgeVariables(service.environment).own : service.environment,
  );
  const links = keptLinks(service, plans);
  const needs = withSwitches(service, plans);
  return {
    ...left,
    ...(facts.image === undefined ? {} : { image: facts.image }),
    ...(environment === undefined ? {} : { environment }),
    ...(links.length > 0 ? { links } : {}),
    ...(needs === undefined ? {} : { depends_on: needs }),
    labels: {
      ...(isRouted ? splitEdgeLabels(service.labels).own : service.labels),
      [stackLabels.app]: facts.app,
      [stackLabels.role]: 'service',
      ...(facts.color === undefined ? {} : { [stackLabels.color]: facts.color }),
    },
    ...(isRouted ? { networks: slotNetworks(service, facts) } : {}),
  };
}

/** In its own networks without names or addresses of its own, because the switch has them; and in its slot. */
function slotNetworks(
  service: ResolvedService,
  { color, slots }: ShippedFacts,
): Record<string, ServiceNetwork | null> {
  const own = Object.entries(ownNetworks(service)).map(([network, settings]) => {
    const left = without(settings ?? {}, ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips']);
    return [network, Object.keys(left).length > 0 ? left : null] as const;
  });
  const address = color === undefined ? undefined : slots?.[color];
  return {
    ...Object.fromEntries(own),
    [stackNetwork]: address === undefined ? null : { ipv4_address: address },
  };
}

/** A variable without a value is the shell's where Compose runs; the release has settled that there is none. */
function withValues(
  environment: Readonly<Record<string, string | null>> | undefined,
): Record<string, string> | undefined {
  if (environment === undefined) return undefined;
  const entries = Object.entries(environment).flatMap(([key, value]): [string, string][] =>
    value === null ? [] : [[key, value]],
  );
  return Object.fromEntries(entries);
}

/** A link leads to one container; what is shipped is reached by name instead. */
function keptLinks({ links = [] }: ResolvedService, plans: Readonly<Record<string, ServicePlan>>): string[] {
  return links.filter((text) => {
    const role = plans[text.split(':')[0] ?? '']?.role;
    return role === undefined || role === 'kept';
  });
}

/** Who needs a routed service reaches it through its switch, so that one has to be there too. */
function withSwitches(
  { depends_on: needs }: ResolvedService,
  plans: Readonly<Record<string, ServicePlan>>,
): Record<string, Dependency> | undefined {
  if (needs === undefined) return undefined;
  const switches = Object.keys(needs)
    .filter((name) => plans[name]?.role === 'routed')
    .map((name) => [switchServiceOf(name), { condition: 'service_started', required: true }] as const);
  return { ...needs, ...Object.fromEntries(switches) };
}

function without<T extends object>(value: T, keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as T;
}
