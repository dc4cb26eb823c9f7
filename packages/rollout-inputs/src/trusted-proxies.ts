import { type InputReader, ipVersion } from '#action-kit';
import { clipEnd } from '#clipped-text';

/** The networks of the edge, whose headers are believed. */
export function readTrustedProxies(reader: InputReader): string[] {
  const networks = reader.list('trusted-proxies');
  for (const network of networks) {
    if (isNetwork(network)) continue;
    reader.problem('trusted-proxies', `must hold networks like 10.0.0.0/8, not "${clipEnd(network, 80)}"`);
  }
  return networks;
}

/** An IP address, with or without the length of its network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix = '0', ...rest] = text.split('/');
  const version = address.includes('%') ? undefined : ipVersion(address);
  const bits = version === undefined ? -1 : { 4: 32, 6: 128 }[version];
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}
