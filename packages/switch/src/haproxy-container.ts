import { createHash } from 'node:crypto';
import type { HaproxyDefinition } from './haproxy-config.ts';
import { folderInContainer, renderHaproxyConfig, switchFiles } from './haproxy-config.ts';
import type { SwitchContainerConfig } from './surroundings.ts';
import type { SlotTargets } from './traffic-switch.ts';

/**
 * `host`: the switch listens in the host's own network, sees the client's address and can hand its sockets over.
 * `published`: a rootless Engine has no host network to offer; the port is published and a replacement costs a
 * restart.
 */
export type SwitchNetwork =
  | { readonly mode: 'host' }
  | { readonly mode: 'published'; readonly network: string };

export interface SwitchProcess {
  readonly app: string;
  /** Image id, so that a new image behind an old tag is a new definition. */
  readonly imageId: string;
  readonly image: string;
  readonly network: SwitchNetwork;
  /** The switch's folder on the server. */
  readonly folder: string;
  /** The user whose folder it is; a rootless Engine maps this user to root inside. */
  readonly uid: number;
  readonly gid: number;
}

export const switchLabels = {
  app: 'switchyard.app',
  role: 'switchyard.role',
  definition: 'switchyard.switch.definition',
  generation: 'switchyard.switch.generation',
} as const;

const lowestUnprivilegedPort = 1024;

/**
 * To bind, to become the user, to make sockets in the user's folder and give them to the user, and to pass the stop
 * signal on to the process that has become the user.
 */
const rootStartCapabilities = [
  'NET_BIND_SERVICE',
  ...['SETUID', 'SETGID'],
  ...['CHOWN', 'FOWNER', 'DAC_OVERRIDE'],
  'KILL',
];

/** Only root may bind a low port in the host's network, so there the process starts as root and becomes the user. */
export function becomeUser(
  process: SwitchProcess,
  ports: readonly number[],
): { uid: number; gid: number } | undefined {
  const isLow = ports.some((port) => port < lowestUnprivilegedPort);
  return process.network.mode === 'host' && isLow && process.uid !== 0
    ? { uid: process.uid, gid: process.gid }
    : undefined;
}

/**
 * Tells two switches apart: what a running one can't be told by its runtime API. The slots' addresses are left
 * out, because the runtime API changes them.
 */
export function definitionHash(
  process: SwitchProcess,
  definition: HaproxyDefinition,
  targets: SlotTargets,
): string {
  const placeholder = { host: '0.0.0.0', port: 1 };
  const config = renderHaproxyConfig(
    definition,
    { blue: { ...targets.blue, ...placeholder }, green: { ...targets.green, ...placeholder } },
    '0',
  );
  const shape = containerShape(process, definition, '0', undefined);
  return createHash('sha256')
    .update(JSON.stringify([config, shape]))
    .digest('hex')
    .slice(0, 16);
}

/** The container of one generation of an app's switch. `handover` is the generation that it replaces. */
export function switchContainerConfig(
  process: SwitchProcess,
  definition: HaproxyDefinition,
  targets: SlotTargets,
  generation: string,
  handover: string | undefined,
): SwitchContainerConfig {
  return {
    ...containerShape(process, definition, generation, handover),
    Labels: {
      [switchLabels.app]: process.app,
      [switchLabels.role]: 'switch',
      [switchLabels.definition]: definitionHash(process, definition, targets),
      [switchLabels.generation]: generation,
    },
  };
}

function containerShape(
  process: SwitchProcess,
  definition: HaproxyDefinition,
  generation: string,
  handover: string | undefined,
): Omit<SwitchContainerConfig, 'Labels'> {
  const files = switchFiles(folderInContainer, generation);
  const owner = definition.becomeUser;
  const masterOwner = owner ? `,uid,${owner.uid},gid,${owner.gid}` : '';
  const addresses = [definition.listen, ...(definition.alsoListen ? [definition.alsoListen] : [])];
  return {
    Image: process.imageId,
    User: owner || process.network.mode === 'published' ? '0:0' : `${process.uid}:${process.gid}`,
    Entrypoint: ['haproxy'],
    Cmd: [
      ...['-W', '-db', '-f', files.config, '-S', `${files.master}${masterOwner},mode,600`],
      ...(handover === undefined ? [] : ['-x', switchFiles(folderInContainer, handover).admin]),
    ],
    StopSignal: 'SIGUSR1',
    StopTimeout: 5,
    ...(process.network.mode === 'published'
      ? { ExposedPorts: Object.fromEntries(addresses.map(({ port }) => [`${port}/tcp`, {}])) }
      : {}),
    HostConfig: {
      NetworkMode: process.network.mode === 'host' ? 'host' : process.network.network,
      // An Engine that maps users refuses the host's network to a container that is mapped.
      ...(process.network.mode === 'host' ? { UsernsMode: 'host' } : {}),
      // The folder, not its files: a file's mount would keep showing the file that an atomic write replaced.
      Binds: [`${process.folder}:${folderInContainer}`],
      CapDrop: ['ALL'],
      CapAdd: owner ? rootStartCapabilities : [],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
      ...(process.network.mode === 'published'
        ? {
            PortBindings: Object.fromEntries(
              addresses.map(({ host, port }) => [`${port}/tcp`, [{ HostIp: host, HostPort: String(port) }]]),
            ),
          }
        : {}),
    },
  };
}
