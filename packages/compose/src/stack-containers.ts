import { type ContainerSummary, type EndpointSettings, type Engine, EngineError } from '#engine';
import type { ContainerCounts } from './compose-command.ts';

/** A container of a Compose project, by its labels. */
export interface StackContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  /** `created`, `running`, `exited`, `paused`… */
  readonly state: string;
  readonly configHash: string;
  /** What it was made from, by name and by id. */
  readonly image: string;
  readonly imageId: string;
  /** Made by `docker compose run`. */
  readonly isOneOff: boolean;
  /** The files and the folder of the `up` that made it. */
  readonly configFiles: readonly string[];
  readonly workingDirectory: string;
  readonly app: string | undefined;
  readonly color: 'blue' | 'green' | undefined;
  readonly role: string | undefined;
  readonly createdMs: number;
}

/** All containers of a project, running or not, the oldest first. */
export async function stackContainers(
  engine: Engine,
  project: string,
  options: { signal?: AbortSignal } = {},
): Promise<StackContainer[]> {
  const labels = { 'com.docker.compose.project': project };
  const containers = await engine.containers.list({ all: true, labels, ...options });
  return containers
    .map(stackContainer)
    .toSorted((left, right) => left.createdMs - right.createdMs || left.number - right.number);
}

export function stackContainer(container: ContainerSummary): StackContainer {
  const labels = container.Labels ?? {};
  const compose = (name: string) => labels[`com.docker.compose.${name}`] ?? '';
  const color = labels['switchyard.color'];
  return {
    id: container.Id ?? '',
    name: (container.Names?.[0] ?? '').replace(/^\//, ''),
    service: compose('service'),
    number: Number(compose('container-number')) || 0,
    state: container.State ?? '',
    configHash: compose('config-hash'),
    image: container.Image ?? '',
    imageId: container.ImageID ?? '',
    isOneOff: compose('oneoff') === 'True',
    configFiles: compose('project.config_files')
      .split(',')
      .filter((path) => path !== ''),
    workingDirectory: compose('project.working_dir'),
    app: labels['switchyard.app'],
    color: color === 'blue' || color === 'green' ? color : undefined,
    role: labels['switchyard.role'],
    createdMs: (container.Created ?? 0) * 1000,
  };
}

/** How many containers each service has in Compose's eyes: running or not, without one-off ones. */
export function countsByService(containers: readonly StackContainer[]): ContainerCounts {
  const counts = new Map<string, number>();
  for (const { service, isOneOff } of containers) {
    if (!isOneOff) counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  return counts;
}

/**
 * Takes from a container, before its first start, the names that Compose gives it on its networks (the service's name
 * and the user's aliases): they would lead users to it from the moment it runs. Fixed addresses and whatever else was
 * set for its place in a network stay. Its own name, which is no alias, stays too.
 *
 * @param networks names; all of its networks when left out
 * @throws EngineError when it is gone, or runs with such names: its connections would be cut
 */
export async function detachAliases(
  engine: Engine,
  containerId: string,
  networks?: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const container = await engine.containers.inspect(containerId, options);
  if (container?.Id === undefined) {
    throw new EngineError(`The container ${containerId.slice(0, 12)} is gone; run again.`);
  }
  const name = (container.Name ?? '').replace(/^\//, '');
  // Engines before 25 list the short id among the aliases; it comes back by itself.
  const ownNames = [name, container.Id.slice(0, 12)];
  for (const [network, endpoint] of Object.entries(container.NetworkSettings?.Networks ?? {})) {
    if (networks !== undefined && !networks.includes(network)) continue;
    if ((endpoint.Aliases ?? []).every((alias) => ownNames.includes(alias))) continue;
    if (container.State?.Running) {
      throw new EngineError(
        `The container ${name} runs already, so its names on the network ${network} cannot be taken away without cutting its connections.`,
      );
    }
    await engine.networks.disconnect(network, container.Id, options);
    await engine.networks.connect(network, container.Id, withoutAliases(endpoint), options);
  }
}

/** Only what was asked for: the rest of an endpoint is what the Engine found for it. */
export function withoutAliases(endpoint: EndpointSettings): EndpointSettings {
  const kept: EndpointSettings = {};
  if (endpoint.IPAMConfig && Object.keys(endpoint.IPAMConfig).length > 0)
    kept.IPAMConfig = endpoint.IPAMConfig;
  if (endpoint.Links?.length) kept.Links = endpoint.Links;
  if (endpoint.MacAddress) kept.MacAddress = endpoint.MacAddress;
  if (endpoint.DriverOpts && Object.keys(endpoint.DriverOpts).length > 0)
    kept.DriverOpts = endpoint.DriverOpts;
  if (endpoint.GwPriority) kept.GwPriority = endpoint.GwPriority;
  return kept;
}
