/**
 * Counts the connections to an IPv4 address in one of the kernel's tables of TCP sockets: established (01) and
 * being opened (02). Addresses are written as 32-bit words in the machine's byte order; servers are
 * little-endian. Source: proc_net_tcp in the kernel's documentation.
 */
export function countConnections(table: string, remoteHost: string): number {
  const remote = remoteHost
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0').toUpperCase())
    .reverse()
    .join('');
  let count = 0;
  for (const line of table.split('\n')) {
    if (/^\s*\d+: [0-9A-F]{8}:[0-9A-F]{4} ([0-9A-F]{8}):[0-9A-F]{4} 0[12] /.exec(line)?.[1] === remote)
      count += 1;
  }
  return count;
}

/** The same count by the kernel's own filter: a busy server's whole table can have megabytes. */
export function socketStatisticsCommand(remoteHost: string): string[] {
  return ['ss', '-Htn', 'state', 'established', 'state', 'syn-sent', 'dst', remoteHost];
}

export function countLines(output: string): number {
  return output.split('\n').filter((line) => line.trim() !== '').length;
}
