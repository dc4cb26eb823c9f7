import {
  parseComposeDurationMs,
  planServices,
  type ResolvedProject,
  type SlotAddresses,
  type StackContainer,
  stackNetwork,
  switchServiceOf,
} from '#compose';
import { divideRange } from '#engine';
import { timeOfReleaseId, usualRollout } from '#release';
import { containerOf } from './stack-parts.ts';
import { type ReleasedService, type StackNetwork, type StackRelease, stackFormat } from './stack-release.ts';

const usualGraceMs = 10_000;
const nothingToAsk = { path: undefined, command: undefined, by: 'running' } as const;

export interface LostRelease {
  readonly id: string;
  readonly app: string;
  /** What its file says. */
  readonly project: ResolvedProject;
}

/**
 * The record of the release that serves made anew from its file and its containers; undefined where they don't agree.
 *
 * @param like another release of the stack, which was most likely deployed in the same way
 */
export function rebuildStackRelease(
  { id, app, project }: LostRelease,
  containers: readonly StackContainer[],
  like: StackRelease | undefined,
  nowMs: number,
): StackRelease | undefined {
  const network = networkOf(project, like);
  const shipped = Object.entries(project.services).flatMap(([name, { labels }]) =>
    labels?.['switchyard.role'] === 'service' ? [name] : [],
  );
  const services = shipped.map(
    (name) => [name, serviceOf(project, name, shipped, containers, like?.services[name])] as const,
  );
  const isWhole = services.every(([, service]) => service !== undefined);
  if (!network || shipped.length === 0 || !isWhole) return undefined;
  const [first] = shipped.filter((name) => project.services[switchServiceOf(name)] !== undefined);
  const switchImage = first === undefined ? undefined : project.services[switchServiceOf(first)]?.image;
  const at = new Date(timeOfReleaseId(id)).toISOString();
  return {
    format: stackFormat,
    kind: 'stack',
    ...{ id, app, network },
    services: Object.fromEntries(services) as Record<string, ReleasedService>,
    rollout: like?.rollout ?? usualRollout,
    switch: {
      image: switchImage ?? like?.switch.image ?? 'haproxy',
      requestTimeoutMs: like?.switch.requestTimeoutMs,
      trustedProxies: like?.switch.trustedProxies ?? [],
    },
    dataFolder: like?.dataFolder,
    origin: { runUrl: undefined, actor: undefined, commit: undefined },
    createdAt: at,
    verdict: 'live',
    verdictAt: new Date(nowMs).toISOString(),
    reason: undefined,
    liveAt: at,
  };
}

/** Undefined when no container of it runs as the file says. */
function serviceOf(
  project: ResolvedProject,
  name: string,
  shipped: readonly string[],
  containers: readonly StackContainer[],
  like: ReleasedService | undefined,
): ReleasedService | undefined {
  const definition = project.services[name] ?? {};
  const color = definition.labels?.['switchyard.color'];
  if (color !== 'blue' && color !== 'green') return undefined;
  // Its switch has the ports that made it what it is.
  const { ports, expose } = project.services[switchServiceOf(name)] ?? {};
  const asGiven = {
    ...definition,
    ...(ports ? { ports } : {}),
    ...(expose ? { expose } : {}),
  };
  const services = { ...project.services, [name]: asGiven };
  const splitCommand = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  const facts = { shipped, options: {}, imageFacts: {}, splitCommand };
  const plan = planServices({ ...project, services }, facts)[name];
  const isRouted = project.services[switchServiceOf(name)] !== undefined;
  if (!plan || plan.role === 'kept' || (plan.role === 'routed') !== isRouted) return undefined;
  const own = containerOf(containers, name, color);
  if (plan.role !== 'job' && own?.state !== 'running') return undefined;
  // The input service-options, which no file of the server has, may have said more.
  const known = like?.role === plan.role ? like : undefined;
  const image = definition.image ?? '';
  return {
    role: plan.role,
    order: known?.order ?? (plan.role === 'job' ? 'start-first' : plan.order),
    color,
    image: {
      reference: image,
      digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1],
      id: own?.imageId || image,
      runnable: image,
      // Not known to be ours: a sweep leaves it alone.
      pulled: false,
    },
    ports: plan.role === 'routed' ? plan.ports : [],
    health: known?.health ?? (plan.role === 'job' ? nothingToAsk : plan.health),
    stopGraceMs: parseComposeDurationMs(definition.stop_grace_period ?? '') ?? usualGraceMs,
  };
}

/** The slots of the other colours are those of another release, or else where a first release has put them. */
function networkOf(project: ResolvedProject, like: StackRelease | undefined): StackNetwork | undefined {
  const ipam = project.networks?.[stackNetwork]?.ipam as
    | { config?: readonly { subnet?: string }[] }
    | undefined;
  const subnet = ipam?.config?.[0]?.subnet;
  const range = subnet === undefined ? undefined : divideRange(subnet);
  if (!range) return undefined;
  const slots: Record<string, SlotAddresses> =
    like?.network.subnet === subnet ? { ...like?.network.slots } : {};
  for (const [name, { networks, labels }] of Object.entries(project.services)) {
    const address = networks?.[stackNetwork]?.ipv4_address;
    const color = labels?.['switchyard.color'];
    if (address === undefined || (color !== 'blue' && color !== 'green')) continue;
    if (slots[name]?.[color] === address) continue;
    // Addresses are given in pairs, blue's first.
    const index = range.fixed.indexOf(address);
    const other = range.fixed[index + (color === 'blue' ? 1 : -1)];
    if (index === -1 || other === undefined) return undefined;
    slots[name] = color === 'blue' ? { blue: address, green: other } : { blue: other, green: address };
  }
  return { subnet: range.subnet, gateway: range.gateway, ipRange: range.ipRange, slots };
}
