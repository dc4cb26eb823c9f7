import type { ImageFacts } from './image-facts.ts';
import type { ResolvedProject, ResolvedService, ServiceOrder, ServicePlan } from './resolved-project.ts';
import { schedulerOf, soundsLikeScheduler } from './schedulers.ts';
import { servedPorts } from './served-ports.ts';
import { commandWords } from './service-command.ts';
import { serviceHealth } from './service-health.ts';
import { readOptionLabels, type ServiceOptions, type SplitCommand } from './service-options.ts';

/** What is known beside the project itself. */
export interface PlanningFacts {
  /** The services that the release ships. */
  readonly shipped: readonly string[];
  /** Of the input `service-options`; they win over a service's labels. */
  readonly options: Readonly<Record<string, ServiceOptions>>;
  /** Of every service that is shipped and whose image is known. */
  readonly imageFacts: Readonly<Record<string, ImageFacts>>;
  readonly splitCommand: SplitCommand;
}

/** How each service of the project is brought live, by the service's name, in the project's order. */
export function planServices(project: ResolvedProject, facts: PlanningFacts): Record<string, ServicePlan> {
  return Object.fromEntries(
    Object.keys(project.services).map((name) => [name, planService(project, name, facts)]),
  );
}

/** What the options and the labels of a service say together. */
export function optionsOf(project: ResolvedProject, name: string, facts: PlanningFacts): ServiceOptions {
  const { options } = readOptionLabels(project.services[name]?.labels, facts.splitCommand);
  return { ...options, ...facts.options[name] };
}

function planService(project: ResolvedProject, name: string, facts: PlanningFacts): ServicePlan {
  const service = project.services[name] ?? {};
  if (!facts.shipped.includes(name)) {
    return { service: name, role: 'kept', because: 'this release does not ship it' };
  }
  const options = optionsOf(project, name, facts);
  const image = facts.imageFacts[name];
  const waiting = waitsForItsEnd(project, name);
  if (waiting !== undefined) {
    return { service: name, role: 'job', because: `${waiting} waits until it has completed` };
  }
  const { ports, because } = servedPorts(service, options, image);
  const scheduler = schedulerOf(commandWords(service, image));
  const saysItStaysUp = options.order !== undefined || options.singleton !== undefined;
  if (ports.length === 0 && endsByItself(service) && !saysItStaysUp && scheduler === undefined) {
    return { service: name, role: 'job', because: 'it has no port and is never restarted' };
  }
  const told = toldOrder(service, options);
  const [first] = ports;
  const health = serviceHealth(service, options, image, first !== undefined);
  const data = ownedVolume(service);
  const isData = isDatabase(service.image) || !saysWhereItIsReached(service);
  if (data !== undefined && isData && told === undefined && options.ports === undefined) {
    // Two databases on one volume would be the end of it.
    const because = `it is not built by the project and owns the volume ${data}, stop-first because only one may write to it`;
    return { service: name, role: 'worker', order: 'stop-first', health, because };
  }
  if (first !== undefined && !hasNetworkOfServer(service)) {
    return {
      service: name,
      role: 'routed',
      order: told?.order ?? 'start-first',
      ports,
      health,
      because: told ? `${because}, ${told.order} because ${told.because}` : because,
    };
  }
  const { order, because: orderBecause } = told ?? workerOrder(name, service, scheduler, first !== undefined);
  return {
    service: name,
    role: 'worker',
    order,
    health,
    ...(first ? { hostPort: first } : {}),
    because: `${first ? "its port is in the server's own network" : because}, ${order} because ${orderBecause}`,
  };
}

/** The file itself leads users to it; what an image exposes, every database does. */
function saysWhereItIsReached({ ports = [], expose = [], labels = {} }: ResolvedService): boolean {
  return (
    ports.length + expose.length > 0 || Object.keys(labels).some((label) => label.startsWith('traefik.'))
  );
}

const databases =
  /(?:^|[/-])(?:postgres|postgresql|postgis|timescaledb|mysql|mariadb|percona|mongo|mongodb|redis|valkey|keydb|rabbitmq|nats|kafka|elasticsearch|opensearch|clickhouse|influxdb|minio|couchdb|cassandra|etcd|meilisearch|qdrant)(?:-[\w.-]*)?$/;

function isDatabase(image = ''): boolean {
  return databases.test(image.replace(/@.*$/, '').replace(/:[\w.-]+$/, ''));
}

/** The volume of a service such as a database, that somebody else has made the program of. */
function ownedVolume({ build, volumes = [] }: ResolvedService): string | undefined {
  if (build !== undefined) return undefined;
  return volumes.find(
    ({ type, source, read_only: isReadOnly }) =>
      type === 'volume' && source !== undefined && isReadOnly !== true,
  )?.source;
}

/** Who waits for a service's completion. */
function waitsForItsEnd(project: ResolvedProject, name: string): string | undefined {
  return Object.entries(project.services).find(
    ([, { depends_on: needs }]) => needs?.[name]?.condition === 'service_completed_successfully',
  )?.[0];
}

/** The file says so itself; what it leaves out says nothing, though Compose takes it for `no`. */
function endsByItself({ restart, deploy }: ResolvedService): boolean {
  return restart === 'no' || (restart === undefined && deploy?.restart_policy?.condition === 'none');
}

function hasNetworkOfServer({ network_mode: mode }: ResolvedService): boolean {
  return mode === 'host';
}

interface OrderReason {
  readonly order: ServiceOrder;
  readonly because: string;
}

/** What a person has said of the order. */
function toldOrder(service: ResolvedService, options: ServiceOptions): OrderReason | undefined {
  if (options.order !== undefined) return { order: options.order, because: 'it is told to be' };
  if (options.singleton === true) return { order: 'stop-first', because: 'it is a singleton' };
  const order = service.deploy?.update_config?.order;
  return order === 'start-first' || order === 'stop-first'
    ? { order, because: '`deploy.update_config.order` says so' }
    : undefined;
}

function workerOrder(
  name: string,
  service: ResolvedService,
  scheduler: string | undefined,
  hasHostPort: boolean,
): OrderReason {
  const stopFirst = (because: string): OrderReason => ({ order: 'stop-first', because });
  if (hasHostPort) return stopFirst('two containers cannot have one port there');
  if (scheduler !== undefined) return stopFirst(`its command is ${scheduler}`);
  if ((service.ports ?? []).length > 0) return stopFirst('two containers cannot publish one port');
  if (soundsLikeScheduler(name)) return stopFirst('its name is that of a scheduler');
  return { order: 'start-first', because: 'nothing forbids two of it at once' };
}
