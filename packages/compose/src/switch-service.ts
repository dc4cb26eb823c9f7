import { serviceSwitchContainer } from '#switch';
import { splitEdgeLabels, splitEdgeVariables } from './edge-labels.ts';
import { stackNetwork } from './released-names.ts';
import type {
  ResolvedProject,
  ResolvedService,
  RoutedPlan,
  ServiceNetwork,
  ServicePlan,
} from './resolved-project.ts';
import { stackLabels } from './service-options.ts';

/** What a stack's switches are made from; one is like the other but for its service. */
export interface SwitchFacts {
  /** HAProxy's image, by digest. */
  readonly image: string;
  /** Whose folder on the server it is; a rootless Engine maps this user to root inside. */
  readonly uid: number;
  readonly gid: number;
  readonly isRootless: boolean;
  /** The folder of a service's switch on the server, as an absolute path. */
  folder(service: string): string;
}

const traefikNetwork = 'traefik.docker.network';

/**
 * The service that stands before a routed one: it has its ports, its names on every network of its own, its fixed
 * addresses, and what an edge that watches containers goes by.
 */
export function switchService(
  project: ResolvedProject,
  plan: RoutedPlan,
  plans: Readonly<Record<string, ServicePlan>>,
  facts: { readonly app: string; readonly switch: SwitchFacts },
): ResolvedService {
  const service = project.services[plan.service] ?? {};
  const { uid, gid, isRootless } = facts.switch;
  const { edge: environment } = splitEdgeVariables(service.environment);
  return {
    image: facts.switch.image,
    ...serviceSwitchContainer(
      facts.switch.folder(plan.service),
      isRootless ? { uid: 0, gid: 0 } : { uid, gid },
    ),
    // An Engine that maps users would make the folder's owner somebody else inside.
    ...(isRootless ? {} : { userns_mode: 'host' }),
    // Docker's own setting since 20.10, but a server may have another; without it only root has low ports.
    sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    labels: {
      ...edgeLabels(project, service),
      [stackLabels.app]: facts.app,
      [stackLabels.role]: 'switch',
      [stackLabels.service]: plan.service,
    },
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    // An edge that looks for the one port of a container finds the service's.
    expose: plan.ports.map(({ port }) => String(port)),
    ...(service.ports && service.ports.length > 0 ? { ports: service.ports } : {}),
    networks: switchNetworks(project, plan, plans),
  };
}

/** Traefik takes any network of a container that names none, and the stack's own is none that it can reach. */
function edgeLabels(project: ResolvedProject, service: ResolvedService): Readonly<Record<string, string>> {
  const { edge } = splitEdgeLabels(service.labels);
  const [only, ...others] = Object.keys(ownNetworks(service));
  const asksTraefik = Object.keys(edge).some((label) => label.startsWith('traefik.'));
  if (!asksTraefik || edge[traefikNetwork] !== undefined || only === undefined || others.length > 0)
    return edge;
  return { ...edge, [traefikNetwork]: project.networks?.[only]?.name ?? `${project.name}_${only}` };
}

function switchNetworks(
  project: ResolvedProject,
  { service: name }: RoutedPlan,
  plans: Readonly<Record<string, ServicePlan>>,
): Record<string, ServiceNetwork | null> {
  const service = project.services[name] ?? {};
  const names = [
    name,
    // Docker resolves a container's name and host name too.
    ...(service.container_name === undefined ? [] : [service.container_name]),
    ...(service.hostname === undefined ? [] : [service.hostname]),
    ...linkNames(project, name, plans),
  ];
  const entries = Object.entries(ownNetworks(service)).map(
    ([network, settings]): [string, ServiceNetwork] => [
      network,
      {
        aliases: [...new Set([...names, ...(settings?.aliases ?? [])])],
        ...(settings?.ipv4_address === undefined ? {} : { ipv4_address: settings.ipv4_address }),
        ...(settings?.ipv6_address === undefined ? {} : { ipv6_address: settings.ipv6_address }),
        ...(settings?.link_local_ips === undefined ? {} : { link_local_ips: settings.link_local_ips }),
      },
    ],
  );
  return { ...Object.fromEntries(entries), [stackNetwork]: null };
}

/** What other shipped services call it by their `links`. */
function linkNames(
  project: ResolvedProject,
  name: string,
  plans: Readonly<Record<string, ServicePlan>>,
): string[] {
  return Object.entries(project.services).flatMap(([other, { links }]) =>
    plans[other]?.role === 'kept'
      ? []
      : (links ?? []).flatMap((text) => {
          const [target, alias] = text.split(':');
          return target === name && alias !== undefined ? [alias] : [];
        }),
  );
}

/** The networks that the service itself is in; Compose leaves out the default one where nothing else is said. */
export function ownNetworks(service: ResolvedService): Readonly<Record<string, ServiceNetwork | null>> {
  return service.networks ?? { default: null };
}
