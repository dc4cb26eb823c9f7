import { canonicalHost, type ServedAddress } from './served-address.ts';
import type { Color, Protocol, SlotTargets } from './traffic-switch.ts';
import { colors, otherColor } from './traffic-switch.ts';

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

/** An address as a `bind` or `server` line wants it; IPv6 gets its brackets. */
export function writeHaproxyAddress(address: ServedAddress): string {
  return address.host.includes(':')
    ? `ipv6@[${address.host}]:${address.port}`
    : `ipv4@${address.host}:${address.port}`;
}

const longest = '24d';
const networksALine = 50;
/** Four tries a second for each of a thousand requests that wait cost a tenth of a processor, ten tries a quarter. */
const tryAgainMs = 250;
/** How long a request waits for a container that is not there, as while it starts again. */
const patienceMs = 10_000;

/**
 * HAProxy's configuration for one app. Written for HAProxy 2.6 and later
 * (https://docs.haproxy.org/3.4/configuration.html).
 *
 * - `use_backend` looks the live slot up in a map for every request. The runtime API changes that map in one
 *   step, so no request can find both slots or none.
 * - Time-outs are as long as HAProxy knows, because the app decides how long an upload, a WebSocket or an event
 *   stream may last. Only the request's head is limited.
 * - `http-server-close`: an idle connection to the app could be closed by the app in the moment that a request is
 *   sent on it, and that request, if it is a POST, would be lost.
 * - Each backend has the other slot as a spare. While the slot has weight, the spare gets nothing, however the slot
 *   does; without weight, as the runtime API sets it for the slot that is left, what still waits for the slot goes to
 *   the spare with its next try (`option redispatch 1`: HAProxy keeps a server's address from the first try on).
 * - `idle-close-on-response`: a switch that is being replaced ends idle connections with an answer, never with a
 *   reset.
 * - The backend `successor` passes the requests that still reach a replaced switch to the one that replaced it, by
 *   the socket `relay`, which the new process inherits with the other listening sockets.
 */
export function renderHaproxyConfig(
  definition: HaproxyDefinition,
  targets: SlotTargets,
  generation: string,
): string {
  const files = switchFiles(folderInContainer, generation);
  const tcp = definition.protocol === 'tcp';
  const owner = definition.becomeUser;
  const socketOwner = owner ? ` uid ${owner.uid} gid ${owner.gid}` : '';
  const serverTimeout =
    definition.requestTimeoutMs === undefined ? longest : `${definition.requestTimeoutMs}ms`;
  // The time until the app's answer began: how long a stream or a slow client goes on says nothing of the app.
  const logFormat = tcp ? '%b %s - -1 %Tt %ts' : '%b %s %ST %Tr %Ta %ts';
  const lookUp = `use_backend %[str(live),map(${files.map})]`;
  const addresses = [definition.listen, ...(definition.alsoListen ? [definition.alsoListen] : [])];
  const binds = addresses.map(({ host, port }) => ({
    host: definition.isPublished ? '0.0.0.0' : host,
    port,
  }));
  const lines: string[] = [
    ...addresses.map(listenRemark),
    'global',
    ...(owner ? [`  uid ${owner.uid}`, `  gid ${owner.gid}`] : []),
    `  stats socket ${files.admin}${socketOwner} mode 600 level admin expose-fd listeners`,
    '  stats timeout 1h',
    '  log ring@requests format raw local0',
    // Engines give a container up to a million file descriptors, and HAProxy allocates for all of them at once.
    '  fd-hard-limit 65536',
    // As much head as the usual app servers accept; HAProxy's own limits of 16 kB and 101 lines refuse some of it.
    '  tune.bufsize 32768',
    '  tune.http.maxhdr 1000',
    '',
    'ring requests',
    '  format raw',
    '  maxlen 200',
    '  size 262144',
    '',
    'defaults',
    `  mode ${tcp ? 'tcp' : 'http'}`,
    // Also the pause between two tries. The app is on this server, where a connection takes no time: one that is not
    // there by then has met a full queue or a container that is gone, and a new try gets in sooner than an old one.
    `  timeout connect ${tryAgainMs}ms`,
    `  timeout client ${longest}`,
    `  timeout server ${serverTimeout}`,
    `  timeout tunnel ${longest}`,
    '  option clitcpka',
    '  option srvtcpka',
    '  option splice-auto',
    // Only a connection that did not come about is tried again: no request reaches the app twice.
    `  retries ${patienceMs / tryAgainMs}`,
    '  retry-on conn-failure',
    '  option redispatch 1',
    ...(tcp
      ? []
      : [
          '  timeout http-request 60s',
          // Longer than common edges keep their connections to us (Google Cloud 10, Cloudflare 15 minutes), so that the
          // edge is the one to close.
          '  timeout http-keep-alive 16m',
          '  option http-server-close',
          '  option idle-close-on-response',
        ]),
    '',
    'frontend app',
    // On some servers IPv6 sockets would leave IPv4 out.
    ...binds.map((bind) => `  bind ${writeHaproxyAddress(bind)}${bind.host === '::' ? ' v4v6' : ''}`),
    '  log global',
    `  log-format "${logFormat}"`,
    ...(tcp ? [] : forwardedHeaders(definition)),
    ...(tcp ? [] : probeAnswer()),
    `  ${lookUp}`,
    '',
    'frontend relay',
    `  bind unix@${files.relay}${socketOwner} mode 600 accept-proxy`,
    '  log global',
    `  log-format "${logFormat}"`,
    ...(tcp ? [] : probeAnswer()),
    `  ${lookUp}`,
    '',
  ];
  const server = (color: Color): string => {
    const h2 = !tcp && targets[color].protocol === 'h2c' ? ' proto h2' : '';
    return `  server ${color} ${writeHaproxyAddress(targets[color])}${h2}`;
  };
  for (const color of colors) {
    lines.push(`backend ${color}`, server(color), `${server(otherColor(color))} backup`, '');
  }
  lines.push('backend successor', `  server successor unix@${files.relay} send-proxy-v2`, '');
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

function forwardedHeaders(definition: HaproxyDefinition): string[] {
  const port = definition.listen.port;
  return [
    ...trustedEdge(definition.trustedProxies),
    ...[
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'X-Forwarded-Host',
      'X-Forwarded-Port',
      'X-Real-IP',
      'Forwarded',
    ].map((name) => `  http-request del-header ${name} if !trusted_edge`),
    '  http-request set-header X-Forwarded-Proto http if !{ req.hdr(X-Forwarded-Proto) -m found }',
    '  http-request set-header X-Forwarded-Host %[req.hdr(Host)] if !{ req.hdr(X-Forwarded-Host) -m found } { req.hdr(Host) -m found }',
    `  http-request set-header X-Forwarded-Port ${port} if !{ req.hdr(X-Forwarded-Port) -m found }`,
    // An edge that tells the client's address only by X-Forwarded-For must not be taken for the client.
    '  http-request set-header X-Real-IP %[src] if !trusted_edge',
    '  option forwardfor',
  ];
}

/** HAProxy takes 64 words a line; several lines of one name are an "or". */
function trustedEdge(networks: readonly string[]): string[] {
  const lines: string[] = networks.length > 0 ? [] : ['  acl trusted_edge always_false'];
  for (let index = 0; index < networks.length; index += networksALine) {
    lines.push(`  acl trusted_edge src ${networks.slice(index, index + networksALine).join(' ')}`);
  }
  return lines;
}

/** Answers a deploy's own question "which slot?"; other clients' requests don't carry the header. */
function probeAnswer(): string[] {
  return [
    '  http-request set-var(txn.probe) req.hdr(Switchyard-Probe)',
    '  http-request del-header Switchyard-Probe',
    '  http-response set-header Switchyard-Color %s if { var(txn.probe) -m found }',
  ];
}
