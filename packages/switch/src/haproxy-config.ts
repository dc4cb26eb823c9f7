import {
  connectionDefaults,
  forwardedHeaders,
  httpDefaults,
  probeAnswer,
  processSection,
  requestLog,
  slotServers,
  socketOwner,
  successorServer,
  writeHaproxyAddress,
} from './haproxy-sections.ts';
import { canonicalHost, type ServedAddress } from './served-address.ts';
import type { Color, Protocol, SlotTargets } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

/** The folder of the app's switch as its container sees it. */
export const folderInContainer = '/switchyard';

export interface HaproxyDefinition {
  /** The server's address that clients reach. */
  readonly listen: ServedAddress;
  /**
   * The address that was served before, until a deploy after the one that changed it: an edge needs time to move. One
   * that `listen` covers stays for good: to close its socket would reset whoever is just connecting to it.
   */
  readonly alsoListen: ServedAddress | undefined;
  /** `tcp` passes bytes on; `http` and `h2c` are both HTTP at the front, each slot says which it speaks. */
  readonly protocol: Protocol;
  /** Longest silence of the app before the switch answers 504, in ms; undefined: as long as the app likes. */
  readonly requestTimeoutMs: number | undefined;
  /** Networks whose X-Forwarded-* headers are believed, as CIDR. */
  readonly trustedProxies: readonly string[];
  /** Set when the process must start as root to bind a port below 1024; it then becomes this user. */
  readonly becomeUser: { readonly uid: number; readonly gid: number } | undefined;
  /** The Engine publishes the port, so the process listens on every address of its own network. */
  readonly isPublished: boolean;
}

/** Names of one generation's files; a new switch gets a new generation, so that two can run side by side. */
export interface SwitchFiles {
  readonly config: string;
  readonly admin: string;
  readonly master: string;
  readonly map: string;
  readonly relay: string;
  /** Holds the address that the last deploy which went well asked for. */
  readonly listen: string;
}

export function switchFiles(folder: string, generation: string): SwitchFiles {
  return {
    config: `${folder}/haproxy-${generation}.cfg`,
    admin: `${folder}/admin-${generation}.sock`,
    master: `${folder}/master-${generation}.sock`,
    map: `${folder}/live.map`,
    relay: `${folder}/relay.sock`,
    listen: `${folder}/listen`,
  };
}

/** The map's one line: which backend serves. Read at start, so a restart comes back on the right version. */
export function mapText(backend: Color): string {
  return `live ${backend}\n`;
}

export function parseMapText(text: string): Color | undefined {
  const backend = /^live (\w+)\s*$/m.exec(text)?.[1];
  return colors.find((color) => color === backend);
}

/** The line by which another deploy sees which address a switch serves. */
export function listenRemark(listen: ServedAddress): string {
  return `# Serves ${writeHaproxyAddress(listen)}`;
}

/** Every address that a configuration's remarks name; the first is the one that was asked for. */
export function servedAddresses(config: string): ServedAddress[] {
  const remarks = /^(?:# Serves \S+\n){1,2}/.exec(config)?.[0] ?? '';
  return [...remarks.matchAll(/^# Serves (\S+)$/gm)].flatMap(
    ([, text = '']) => parseHaproxyAddress(text) ?? [],
  );
}

/** Reads what `writeHaproxyAddress` writes. */
export function parseHaproxyAddress(text: string): ServedAddress | undefined {
  const match = /^ipv(?:4@([\d.]+)|6@\[([\da-fA-F:.]+)\]):(\d{1,5})$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  return host === undefined ? undefined : { host: canonicalHost(host), port: Number(match?.[3]) };
}

/**
 * HAProxy's configuration for one app.
 *
 * - `use_backend` looks the live slot up in a map for every request. The runtime API changes that map in one
 *   step, so no request can find both slots or none.
 * - The backend `successor` passes the requests that still reach a replaced switch to the one that replaced it, by
 *   the socket `relay`, which the new process inherits with the other listening sockets.
 */
export function renderHaproxyConfig(
  definition: HaproxyDefinition,
  targets: SlotTargets,
  generation: string,
): string {
  const { protocol } = definition;
  const files = switchFiles(folderInContainer, generation);
  const tcp = protocol === 'tcp';
  const owner = definition.becomeUser;
  const lookUp = `  use_backend %[str(live),map(${files.map})]`;
  const addresses = [definition.listen, ...(definition.alsoListen ? [definition.alsoListen] : [])];
  const binds = addresses.map(({ host, port }) => ({
    host: definition.isPublished ? '0.0.0.0' : host,
    port,
  }));
  const lines: string[] = [
    ...addresses.map(listenRemark),
    ...processSection(files.admin, owner),
    'defaults',
    `  mode ${tcp ? 'tcp' : 'http'}`,
    ...connectionDefaults(definition.requestTimeoutMs),
    ...(tcp ? [] : httpDefaults()),
    '',
    'frontend app',
    // On some servers IPv6 sockets would leave IPv4 out.
    ...binds.map((bind) => `  bind ${writeHaproxyAddress(bind)}${bind.host === '::' ? ' v4v6' : ''}`),
    ...requestLog(protocol),
    ...(tcp ? [] : forwardedHeaders(definition.listen.port, definition.trustedProxies)),
    ...(tcp ? [] : probeAnswer()),
    lookUp,
    '',
    'frontend relay',
    `  bind unix@${files.relay}${socketOwner(owner)} mode 600 accept-proxy`,
    ...requestLog(protocol),
    ...(tcp ? [] : probeAnswer()),
    lookUp,
    '',
    ...colors.flatMap((color) => [`backend ${color}`, ...slotServers(color, targets, protocol), '']),
    ...['backend successor', successorServer(files.relay), ''],
  ];
  return lines.join('\n');
}

/** Reads back what a configuration was made of; undefined when it is not as it was written. */
export function parseHaproxyConfig(text: string):
  | (Pick<HaproxyDefinition, 'listen' | 'requestTimeoutMs' | 'trustedProxies'> & {
      readonly protocol: 'http' | 'tcp';
    })
  | undefined {
  const [listen] = servedAddresses(text);
  const mode = /^ {2}mode (http|tcp)$/m.exec(text)?.[1];
  const serverTimeout = /^ {2}timeout server (\S+)$/m.exec(text)?.[1];
  if (listen === undefined || mode === undefined || serverTimeout === undefined) return undefined;
  const limit = /^(\d+)ms$/.exec(serverTimeout)?.[1];
  return {
    listen,
    requestTimeoutMs: limit === undefined ? undefined : Number(limit),
    trustedProxies: [...text.matchAll(/^ {2}acl trusted_edge src (.+)$/gm)].flatMap(([, networks = '']) =>
      networks.split(' '),
    ),
    protocol: mode === 'tcp' ? 'tcp' : 'http',
  };
}
