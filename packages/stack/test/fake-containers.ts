import { createHash } from 'node:crypto';
import { composeFileText, type ResolvedProject, type ResolvedService } from '../../compose/src/index.ts';

export type FakeState = 'created' | 'running' | 'exited' | 'paused' | 'restarting';

export interface FakeEndpoint {
  aliases: string[];
  /** Asked for; undefined: the Engine gives one at the start. */
  fixed: string | undefined;
  address: string;
}

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly definition: ResolvedService;
  readonly hash: string;
  readonly configFile: string;
  readonly networks: Record<string, FakeEndpoint>;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdSeconds: number;
  state: FakeState;
  restartPolicy: string;
  restartCount: number;
  exitCode: number;
}

/** As Compose does: of what makes the container, without who waits for whom and how many there are. */
export function hashOf({ build, pull_policy, scale, deploy, depends_on, ...rest }: ResolvedService): string {
  const { replicas: _, ...deployment } = deploy ?? {};
  const text = composeFileText({ ...rest, deployment });
  return createHash('sha256').update(text).digest('hex');
}

export function containerOf(
  project: ResolvedProject,
  service: string,
  place: { id: string; number: number; configFile: string; createdSeconds: number },
): FakeContainer {
  const definition = project.services[service] ?? {};
  const hash = hashOf(definition);
  const { name } = project;
  const networks = Object.entries(definition.networks ?? { default: null }).map(
    ([network, settings]): [string, FakeEndpoint] => [
      project.networks?.[network]?.name ?? `${name}_${network}`,
      {
        aliases: [service, ...(settings?.aliases ?? [])],
        fixed: settings?.ipv4_address,
        address: '',
      },
    ],
  );
  return {
    ...place,
    name: definition.container_name ?? `${name}-${service}-${place.number}`,
    ...{ service, definition, hash },
    networks: Object.fromEntries(networks),
    labels: {
      ...definition.labels,
      'com.docker.compose.project': name,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': String(place.number),
      'com.docker.compose.config-hash': hash,
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.project.config_files': place.configFile,
      'com.docker.compose.project.working_dir': place.configFile.replace(/\/[^/]*$/, ''),
    },
    state: 'created',
    restartPolicy: definition.restart ?? 'no',
    restartCount: 0,
    exitCode: 0,
  };
}

/** Each is a second younger than the one before it, and none older than some minutes. */
const firstSeconds = Math.floor(Date.now() / 1000) - 300;

export function summaryOf({ id, name, state, labels, createdSeconds, definition }: FakeContainer) {
  return {
    ...{ Id: id, Names: [`/${name}`], State: state, Created: firstSeconds + createdSeconds, Labels: labels },
    ...{ Image: definition.image ?? '', ImageID: `id of ${definition.image}` },
  };
}

export function inspectOf(container: FakeContainer | undefined) {
  if (!container) return undefined;
  const { id, name, state, restartPolicy, restartCount, exitCode, networks, definition } = container;
  const [Running, Restarting] = [state === 'running' || state === 'paused', state === 'restarting'];
  return {
    ...{ Id: id, Name: `/${name}`, RestartCount: restartCount },
    Config: { Image: definition.image, Labels: container.labels },
    State: { Running, Restarting, Paused: state === 'paused', Status: state, ExitCode: exitCode },
    HostConfig: { RestartPolicy: { Name: restartPolicy } },
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(networks).map(([network, { aliases, fixed, address }]) => [
          network,
          {
            Aliases: [...aliases, id.slice(0, 12)],
            IPAMConfig: fixed === undefined ? null : { IPv4Address: fixed },
            IPAddress: state === 'running' ? address : '',
          },
        ]),
      ),
    },
  };
}
