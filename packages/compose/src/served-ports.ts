import type { Protocol } from '#switch';
import type { ImageFacts } from './image-facts.ts';
import type { ResolvedPort, ResolvedService, RoutedPort } from './resolved-project.ts';
import { commandWords, overridesImage } from './service-command.ts';
import { optionPorts, type ServiceOptions } from './service-options.ts';

/** The ports that a service is reached on, the one that is probed first, and what says so. */
export interface ServedPorts {
  readonly ports: readonly RoutedPort[];
  /** Ends "it is routed because …". */
  readonly because: string;
}

/** Ports of protocols that are not plain HTTP, or may be HTTP/2 without a proxy's help; TCP passes all of them on. */
const tcpPorts: ReadonlySet<number> = new Set([
  ...[21, 22, 23, 25, 53, 110, 143, 443, 465, 587, 636, 853, 993, 995],
  ...[1433, 1521, 1883, 2379, 3306, 4222, 5222, 5432, 5671, 5672, 6379, 8443, 8883, 9042, 9092, 11211],
  ...[27017, 50051],
]);
const httpNames: ReadonlySet<string> = new Set(['http', 'ws']);
const h2cNames: ReadonlySet<string> = new Set(['h2c', 'grpc', 'http2']);
const traefikPort = /^traefik\.(?:http|tcp)\.services\.[^.]+\.loadbalancer\.server\.port$/i;
const mostExposed = 100;

/**
 * The ports by which users and other services reach a service; none makes it a worker. Its name leads to its switch,
 * so every port that the file tells of is served there, whatever says which one is probed.
 */
export function servedPorts(
  service: ResolvedService,
  options: ServiceOptions,
  image: ImageFacts | undefined,
): ServedPorts {
  const said = optionPorts(options);
  if (said?.length === 0) return { ports: [], because: 'it is told to have no port' };
  const kind = protocolsOf(service, options, image);
  const sources = [
    { ports: said?.map(({ port }) => port) ?? [], because: 'its port is given' },
    { ports: publishedTcp(service).map(({ target }) => target), because: 'it has `ports`' },
    { ports: exposedTcp(service.expose ?? []), because: 'it has `expose`' },
    { ports: labelledPorts(service), because: 'its Traefik labels name a port' },
  ];
  const first = sources.find(({ ports }) => ports.length > 0);
  if (first) {
    const all = [...new Set(sources.flatMap(({ ports }) => ports))];
    const ports = all.map(
      (port) => said?.find((given) => given.port === port && isOwn(options, port)) ?? kind(port),
    );
    return { ports, because: first.because };
  }
  const [only, ...others] = image?.tcpPorts ?? [];
  if (only !== undefined && others.length === 0 && !overridesImage(service)) {
    return { ports: [kind(only)], because: `its image exposes port ${only}` };
  }
  return { ports: [], because: 'it has no port' };
}

/** The ports that an image exposes and the file leaves open which of them is served, if any; a person has to say. */
export function undecidedPorts(
  service: ResolvedService,
  options: ServiceOptions,
  image: ImageFacts | undefined,
): readonly number[] {
  const exposed = image?.tcpPorts ?? [];
  if (exposed.length < 2 || overridesImage(service) || options.ports !== undefined) return [];
  return servedPorts(service, options, image).ports.length === 0 ? exposed : [];
}

/** What a service publishes by TCP; Compose leaves the protocol out where it is that. */
export function publishedTcp(service: ResolvedService): readonly ResolvedPort[] {
  return (service.ports ?? []).filter(({ protocol }) => (protocol ?? 'tcp') === 'tcp');
}

/** What it publishes by UDP or SCTP, which no switch passes on. */
export function publishedOtherwise(service: ResolvedService): readonly ResolvedPort[] {
  return (service.ports ?? []).filter(({ protocol }) => (protocol ?? 'tcp') !== 'tcp');
}

function isOwn(options: ServiceOptions, port: number): boolean {
  return (
    options.protocol !== undefined ||
    options.ports?.find((given) => given.port === port)?.protocol !== undefined
  );
}

/** What is spoken on a port: what is said of it, else what is known of it, else HTTP. */
function protocolsOf(
  service: ResolvedService,
  options: ServiceOptions,
  image: ImageFacts | undefined,
): (port: number) => RoutedPort {
  const speaksFastCgi = commandWords(service, image).some((word) => /^php-fpm[\d.]*$/.test(word));
  return (port) => {
    const name = service.ports?.find(({ target }) => target === port)?.app_protocol?.toLowerCase();
    let protocol: Protocol = 'http';
    if (options.protocol !== undefined) protocol = options.protocol;
    else if (name !== undefined && h2cNames.has(name)) protocol = 'h2c';
    else if (name !== undefined) protocol = httpNames.has(name) ? 'http' : 'tcp';
    else if (tcpPorts.has(port) || (speaksFastCgi && port === 9000)) protocol = 'tcp';
    return { port, protocol };
  };
}

/** `8000`, `8000/tcp` or a range, as `expose` has them. */
function exposedTcp(expose: readonly string[]): number[] {
  return expose.flatMap((text) => {
    const [, from, to = from, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(text) ?? [];
    if (from === undefined || protocol !== 'tcp') return [];
    const length = Math.min(Number(to) - Number(from) + 1, mostExposed);
    return Array.from({ length: Math.max(length, 0) }, (_, index) => Number(from) + index).filter(isPort);
  });
}

function labelledPorts(service: ResolvedService): number[] {
  return Object.entries(service.labels ?? {})
    .filter(([label]) => traefikPort.test(label))
    .map(([, value]) => Number(value))
    .filter(isPort);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
