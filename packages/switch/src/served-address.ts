/** Where a switch serves; an IPv6 host has no brackets. */
export interface ServedAddress {
  readonly host: string;
  readonly port: number;
}

/** One spelling for each IP address: IPv6 by the URL parser's rules, and IPv4 that is written as IPv6 as IPv4. */
export function canonicalHost(host: string): string {
  if (!host.includes(':')) return host;
  let canonical: string;
  try {
    canonical = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  } catch {
    return host;
  }
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

export function isSameAddress(a: ServedAddress, b: ServedAddress): boolean {
  return a.port === b.port && canonicalHost(a.host) === canonicalHost(b.host);
}

/** Whether a socket on the first address takes all that comes to the second. */
export function coversAddress(wide: ServedAddress, narrow: ServedAddress): boolean {
  if (isSameAddress(wide, narrow)) return true;
  if (wide.port !== narrow.port) return false;
  const [all, one] = [canonicalHost(wide.host), canonicalHost(narrow.host)];
  return all === '::' || (all === '0.0.0.0' && !one.includes(':'));
}

/** Where a client on the server itself reaches what listens there. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

/** For sentences: 127.0.0.1:8080, [::1]:8080. */
export function printedAddress({ host, port }: ServedAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
