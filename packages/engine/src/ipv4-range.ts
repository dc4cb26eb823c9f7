/** An IPv4 network in CIDR form; `base` is its first address as a number. */
export interface Ipv4Range {
  base: number;
  prefix: number;
}

/** Returns undefined for anything but a well-formed IPv4 CIDR (host bits are cleared). */
export function parseRange(cidr: string): Ipv4Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const [, ...numbers] = match.map(Number);
  const [first = 256, second = 256, third = 256, fourth = 256, prefix = 33] = numbers;
  if (Math.max(first, second, third, fourth) > 255 || prefix > 32) return undefined;
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  return { base: address - (address % sizeOf(prefix)), prefix };
}

export function formatRange(range: Ipv4Range): string {
  return `${formatAddress(range.base)}/${range.prefix}`;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function overlap(left: Ipv4Range, right: Ipv4Range): boolean {
  return left.base < right.base + sizeOf(right.prefix) && right.base < left.base + sizeOf(left.prefix);
}

/** The first range of the wanted size inside `pool` that overlaps none of `taken`, or undefined. */
export function carve(pool: Ipv4Range, prefix: number, taken: readonly Ipv4Range[]): Ipv4Range | undefined {
  if (prefix < pool.prefix) return undefined;
  const end = pool.base + sizeOf(pool.prefix);
  const size = sizeOf(prefix);
  let base = pool.base;
  while (base + size <= end) {
    const candidate = { base, prefix };
    const blocking = taken.find((range) => overlap(range, candidate));
    if (blocking === undefined) return candidate;
    // Behind the blocking range, rounded up to where a range of this size may begin.
    base = Math.ceil(Math.max(base + 1, blocking.base + sizeOf(blocking.prefix)) / size) * size;
  }
  return undefined;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}
