import type { ContainerCreateRequest } from '#engine';
import type { Color, Protocol } from '#switch';
import type { HookRequest } from './deploy-request.ts';
import type { Release, ReleaseConfig } from './release.ts';

export const appLabels = {
  app: 'switchyard.app',
  role: 'switchyard.role',
  release: 'switchyard.release',
  color: 'switchyard.color',
  port: 'switchyard.port',
  protocol: 'switchyard.protocol',
  /** How long a one-off container may run, in ms; on itself, because the job that knows it may be gone. */
  timeout: 'switchyard.timeout',
  /** Home of the user who deploys the app; on its network. */
  home: 'switchyard.home',
} as const;

const protocols: readonly Protocol[] = ['http', 'h2c', 'tcp'];

export const labelPrefix = 'switchyard.';

/** The name of a release's container; colors alternate, release ids never repeat. */
export function containerName(app: string, id: string): string {
  return `${app}-${id}`;
}

export function slotNetworkName(app: string): string {
  return `switchyard-${app}`;
}

export interface Placement {
  readonly network: string;
  /** The slot's fixed address; one-off containers have none. */
  readonly address: string | undefined;
  /** A rootless Engine's networks can't be reached from the server; there the port is published for our probes. */
  readonly publishForProbes: boolean;
  /** The Engine's own; one that somebody has chosen for the whole server holds for the app as well. */
  readonly loggingDriver: string;
}

/** The definition of a release's container, not yet started. It may not restart until it is proven healthy. */
export function appContainer(release: Release, placement: Placement): ContainerCreateRequest {
  const { config } = release;
  const port = config.containerPort === undefined ? undefined : `${config.containerPort}/tcp`;
  return {
    ...sharedConfig(release, config.command),
    Labels: {
      ...config.labels,
      ...ownLabels(release, 'app'),
      [appLabels.color]: release.color,
      [appLabels.protocol]: config.protocol,
      ...(config.containerPort === undefined ? {} : { [appLabels.port]: String(config.containerPort) }),
    },
    ...(placement.publishForProbes && port ? { ExposedPorts: { [port]: {} } } : {}),
    HostConfig: {
      ...hostConfig(config),
      ...logConfig(config, placement.loggingDriver),
      NetworkMode: placement.network,
      RestartPolicy: { Name: 'no' },
      ...(placement.publishForProbes && port
        ? { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }
        : {}),
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [placement.network]: placement.address ? { IPAMConfig: { IPv4Address: placement.address } } : {},
      },
    },
  };
}

/** A container of the same image and configuration that runs one command, such as a migration. */
export function oneOffContainer(
  release: Release,
  role: 'pre-deploy' | 'post-deploy',
  { command, timeoutMs }: HookRequest,
  network: string,
): ContainerCreateRequest {
  return {
    ...sharedConfig(release, command),
    Labels: { ...ownLabels(release, role), [appLabels.timeout]: String(timeoutMs) },
    HostConfig: {
      ...hostConfig(release.config),
      // Read back at once, and gone with the container.
      ...logConfig(release.config, 'json-file'),
      NetworkMode: network,
      RestartPolicy: { Name: 'no' },
    },
    // The image's health check belongs to the service, not to a command that ends.
    Healthcheck: { Test: ['NONE'] },
  };
}

function sharedConfig(
  release: Release,
  command: readonly string[] | undefined,
): Pick<ContainerCreateRequest, 'Image' | 'Env' | 'Cmd' | 'User' | 'StopSignal' | 'StopTimeout'> {
  const { config, image } = release;
  return {
    Image: image.runnable,
    Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
    ...(command ? { Cmd: [...command] } : {}),
    ...(config.user ? { User: config.user } : {}),
    ...(config.stopSignal ? { StopSignal: config.stopSignal } : {}),
    StopTimeout: Math.ceil(config.stopTimeoutMs / 1000),
  };
}

function ownLabels(release: Release, role: string): Record<string, string> {
  return { [appLabels.app]: release.app, [appLabels.role]: role, [appLabels.release]: release.id };
}

type HostConfig = NonNullable<ContainerCreateRequest['HostConfig']>;

function hostConfig(config: ReleaseConfig): HostConfig {
  return {
    Binds: [...config.volumes],
    // A program that is not made to be process 1 ignores SIGTERM; with an init it stops in 0.1 s, not in 10.
    Init: config.init,
    ReadonlyRootfs: config.readOnly,
    ...(config.memoryBytes === undefined ? {} : { Memory: config.memoryBytes }),
    ...(config.cpus === undefined ? {} : { NanoCpus: Math.round(config.cpus * 1e9) }),
  };
}

/** Only these two keep files that have a size; what others do with a log is the server's business. */
const driversOfFiles = ['json-file', 'local'] as const;

function logConfig(config: ReleaseConfig, driver: string): Pick<HostConfig, 'LogConfig'> {
  const Type = driversOfFiles.find((name) => name === driver);
  if (Type === undefined) return {};
  return {
    LogConfig: { Type, Config: { 'max-size': String(config.logMaxSizeBytes), 'max-file': '3' } },
  };
}

/** Two versions share a writable volume for the seconds in which both run; the user should know. */
export function writableVolumes(volumes: readonly string[]): string[] {
  return volumes.filter((volume) => !volume.split(':').slice(2).join(':').split(',').includes('ro'));
}

export function colorOf(labels: Readonly<Record<string, string>> | undefined): Color | undefined {
  const color = labels?.[appLabels.color];
  return color === 'blue' || color === 'green' ? color : undefined;
}

export function portOf(labels: Readonly<Record<string, string>> | undefined): number | undefined {
  const port = Number(labels?.[appLabels.port]);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

export function protocolOf(labels: Readonly<Record<string, string>> | undefined): Protocol | undefined {
  return protocols.find((protocol) => protocol === labels?.[appLabels.protocol]);
}
