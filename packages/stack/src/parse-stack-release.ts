import { healthSources, type RoutedPort, type ServiceHealth, type SlotAddresses } from '#compose';
import {
  command,
  durationMs,
  filledLine,
  image,
  networkRanges,
  openRecord,
  port,
  RecordError,
  recordedMembers,
  rollout,
  type Shape,
  ShapeError,
  shaped,
  shapes,
  urlPath,
} from '#release';
import {
  type ReleasedService,
  type StackNetwork,
  type StackRelease,
  type StackSwitchSettings,
  stackFormat,
} from './stack-release.ts';

const { list, number, object, oneOf, optional, text } = shapes;

/**
 * Reads a stack release's file, of which every part is checked.
 *
 * @returns undefined for a damaged file
 * @throws RecordError for one that a newer Switchyard has written, or that is of a single app
 */
export function parseStackRelease(content: string, path: string): StackRelease | undefined {
  const file = openRecord(content, path);
  if (file && file.kind === undefined && file.format === 1) {
    throw new RecordError(
      `${path} is a release of a single image, so this app is deployed with "image"; give the stack an "app" of its own.`,
    );
  }
  return file && shaped(file.value, path, stackShape);
}

/** What Compose allows as a service's name. */
const serviceName = /^[a-zA-Z0-9._-]+$/;
const ipv4 = text(/^\d{1,3}(?:\.\d{1,3}){3}$/);
const ipv4Range = text(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/);

const service: Shape<ReleasedService> = object<ReleasedService>({
  role: oneOf('routed', 'worker', 'job'),
  order: oneOf('start-first', 'stop-first'),
  color: oneOf('blue', 'green'),
  image,
  ports: list(object<RoutedPort>({ port, protocol: oneOf('http', 'h2c', 'tcp') }), { max: 100 }),
  health: object<ServiceHealth>({
    path: optional(urlPath),
    command: optional(command),
    by: oneOf(...healthSources),
  }),
  stopGraceMs: durationMs,
});

const network: Shape<StackNetwork> = object<StackNetwork>({
  subnet: ipv4Range,
  gateway: ipv4,
  ipRange: ipv4Range,
  slots: byService(object<SlotAddresses>({ blue: ipv4, green: ipv4 })),
});

const stackShape: Shape<StackRelease> = object<StackRelease>({
  ...recordedMembers,
  format: oneOf(stackFormat),
  kind: oneOf('stack'),
  services: byService(service),
  network,
  rollout,
  switch: object<StackSwitchSettings>({
    image: filledLine,
    requestTimeoutMs: optional(number({ min: 0, max: 366 * 24 * 3_600_000 })),
    trustedProxies: networkRanges,
  }),
  dataFolder: optional(text(/^\//, 4096)),
});

function byService<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ShapeError('not an object');
    }
    const entries = Object.entries(value).map(([name, item]): [string, T] => {
      if (!serviceName.test(name)) throw new ShapeError('not a name of a service');
      return [name, shape(item)];
    });
    return Object.fromEntries(entries);
  };
}
