import type { Color, Protocol, SlotTarget, SlotTargets } from './traffic-switch.ts';
import { otherColor } from './traffic-switch.ts';

// The parts of HAProxy's configuration that every switch has, as lines. Written for HAProxy 2.6 and later
// (https://docs.haproxy.org/3.4/configuration.html).

const longest = '24d';
const networksALine = 50;
/** Four tries a second for each of a thousand requests that wait cost a tenth of a processor, ten tries a quarter. */
const tryAgainMs = 250;
/** How long a request waits for a container that is not there, as while it starts again. */
const patienceMs = 10_000;

interface SocketOwner {
  readonly uid: number;
  readonly gid: number;
}

/** What follows a socket's path: whose it is, where the process starts as somebody else. */
export function socketOwner(owner: SocketOwner | undefined): string {
  return owner ? ` uid ${owner.uid} gid ${owner.gid}` : '';
}

/** The section `global`, and the ring that keeps the last requests for whoever asks. */
export function processSection(adminSocket: string, owner: SocketOwner | undefined): string[] {
  return [
    'global',
    ...(owner ? [`  uid ${owner.uid}`, `  gid ${owner.gid}`] : []),
    `  stats socket ${adminSocket}${socketOwner(owner)} mode 600 level admin expose-fd listeners`,
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
  ];
}

/**
 * Time-outs are as long as HAProxy knows, because the app decides how long an upload, a WebSocket or an event stream
 * may last. Only the request's head is limited, and the app's silence where somebody asks for it.
 */
export function connectionDefaults(requestTimeoutMs: number | undefined): string[] {
  return [
    // Also the pause between two tries. The app is on this server, where a connection takes no time: one that is not
    // there by then has met a full queue or a container that is gone, and a new try gets in sooner than an old one.
    `  timeout connect ${tryAgainMs}ms`,
    `  timeout client ${longest}`,
    `  timeout server ${requestTimeoutMs === undefined ? longest : `${requestTimeoutMs}ms`}`,
    `  timeout tunnel ${longest}`,
    '  option clitcpka',
    '  option srvtcpka',
    '  option splice-auto',
    // Only a connection that did not come about is tried again: no request reaches the app twice.
    `  retries ${patienceMs / tryAgainMs}`,
    '  retry-on conn-failure',
    '  option redispatch 1',
  ];
}

/**
 * - `http-server-close`: an idle connection to the app could be closed by the app in the moment that a request is
 *   sent on it, and that request, if it is a POST, would be lost.
 * - `idle-close-on-response`: a process that is being replaced ends idle connections with an answer, never with a
 *   reset.
 */
export function httpDefaults(): string[] {
  return [
    '  timeout http-request 60s',
    // Longer than common edges keep their connections to us (Google Cloud 10, Cloudflare 15 minutes), so that the
    // edge is the one to close.
    '  timeout http-keep-alive 16m',
    '  option http-server-close',
    '  option idle-close-on-response',
  ];
}

/** What parseLogLine() reads. */
export function requestLog(protocol: Protocol): string[] {
  // The time until the app's answer began: how long a stream or a slow client goes on says nothing of the app.
  const format = protocol === 'tcp' ? '%b %s - -1 %Tt %ts' : '%b %s %ST %Tr %Ta %ts';
  return ['  log global', `  log-format "${format}"`];
}

/** @param port the one that clients know the app by */
export function forwardedHeaders(port: number, trustedProxies: readonly string[]): string[] {
  return [
    ...trustedEdge(trustedProxies),
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
export function probeAnswer(): string[] {
  return [
    '  http-request set-var(txn.probe) req.hdr(Switchyard-Probe)',
    '  http-request del-header Switchyard-Probe',
    '  http-response set-header Switchyard-Color %s if { var(txn.probe) -m found }',
  ];
}

/**
 * The servers of one slot's backend, with the other slot as a spare. While the slot has weight, the spare gets nothing,
 * however the slot does; without weight, as the runtime API sets it for the slot that is left, what still waits for the
 * slot goes to the spare with its next try (`option redispatch 1`: HAProxy keeps a server's address from the first try
 * on).
 */
export function slotServers(color: Color, targets: SlotTargets, protocol: Protocol): string[] {
  const server = (slot: Color): string => {
    const h2 = protocol !== 'tcp' && targets[slot].protocol === 'h2c' ? ' proto h2' : '';
    return `  server ${slot} ${writeHaproxyAddress(targets[slot])}${h2}`;
  };
  return [server(color), `${server(otherColor(color))} backup`];
}

/** The way from a process that was replaced to the one that replaced it. */
export function successorServer(relaySocket: string): string {
  return `  server successor unix@${relaySocket} send-proxy-v2`;
}

/** An address as a `bind` or `server` line wants it; IPv6 gets its brackets. */
export function writeHaproxyAddress(address: Pick<SlotTarget, 'host' | 'port'>): string {
  return address.host.includes(':')
    ? `ipv6@[${address.host}]:${address.port}`
    : `ipv4@${address.host}:${address.port}`;
}
