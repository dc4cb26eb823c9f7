import { canonicalHost } from '#switch';

/** One listening TCP socket of the server. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly uid: number;
}

/**
 * Reads the kernel's table of TCP sockets and keeps those that listen (state 0A). Addresses are written as 32-bit
 * words in the machine's byte order; servers are little-endian. Source: proc_net_tcp in the kernel's documentation.
 */
export function parseListeners(table: string): Listener[] {
  const listeners: Listener[] = [];
  for (const line of table.split('\n')) {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A \S+ \S+ \S+\s+(\d+)/.exec(line);
    if (!match?.[1] || !match[2] || !match[3]) continue;
    listeners.push({ host: hostOf(match[1]), port: Number.parseInt(match[2], 16), uid: Number(match[3]) });
  }
  return listeners;
}

function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse(),
  );
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  }
  // Programs with IPv6 sockets for everything (Java) listen on 127.0.0.1 by its mapped address.
  return canonicalHost(groups.join(':'));
}

/** Whether two addresses can't both be listened on: the same one, or one of them stands for all. */
export function collide(a: { host: string; port: number }, b: { host: string; port: number }): boolean {
  if (a.port !== b.port) return false;
  const [one, other] = [a, b].map(({ host }) => canonicalHost(host));
  if (one === other) return true;
  const isAny = (host: string | undefined): boolean => host === '0.0.0.0' || host === '::';
  const sameFamily = one?.includes(':') === other?.includes(':');
  // A socket on :: takes IPv4 too, unless it was told not to.
  return one === '::' || other === '::' || (sameFamily && (isAny(one) || isAny(other)));
}
