import { BlockList, isIPv4, isIPv6 } from 'node:net';

const allowed = new BlockList();
allowed.addSubnet('127.0.0.0', 8, 'ipv4');
allowed.addAddress('::1', 'ipv6');
allowed.addSubnet('172.16.0.0', 12, 'ipv4');

/**
 * The address to send load to. A load generator pointed at somebody else's machine is an attack, so only this
 * machine and the address range of Docker's own networks are accepted, and no name is ever resolved.
 *
 * @throws Error when the host is anything else
 */
export function checkedTarget(host: string): string {
  const address = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  // An IPv4-mapped address would pass the IPv4 rules; nothing here needs one.
  const mapped = family === 'ipv6' && address !== '::1';
  if (family === undefined || mapped || !allowed.check(address, family)) {
    throw new Error(
      `The load generator refuses to send to "${host}": only 127.0.0.0/8, ::1 and 172.16.0.0/12 are allowed.`,
    );
  }
  return address;
}
