import { checkedTarget } from './target-address.ts';

export interface LoadKinds {
  /** Shares of `rate`; they are scaled to add up to 1. */
  keepAliveShare: number;
  newShare: number;
  postShare: number;
  /** Idle connections kept for reuse, the longest idle one first. */
  pooledConnections: number;
  slowPerSecond: number;
  slowMs: number;
  webSocketClients: number;
  webSocketPingMs: number;
  sseClients: number;
  /** Connections of their own that send only now and then. */
  idleConnections: number;
  idleMinMs: number;
  idleMaxMs: number;
}

export interface LoadOptions {
  host: string;
  port: number;
  /** Ordinary requests a second (keep-alive, new and post together). */
  rate: number;
  kinds?: Partial<LoadKinds>;
  /** What the ordinary requests get; default `/`. */
  path?: string;
  /** Where orders are posted; default `/orders`. */
  orderPath?: string;
  /** The generator ends by itself after this time. At most 30 minutes. */
  durationMs: number;
  /** The generator ends by itself after this many requests. */
  maxRequests?: number;
  timeoutMs?: number;
  /** The response header that names the version; an answer without it counts as failed. */
  versionHeader?: string;
  /** At most this many requests at once; what does not fit counts as failed. */
  maxInFlight?: number;
  /** How many failures, and how many mixed answers, the report lists; it counts all. */
  maxRecords?: number;
}

export interface LoadConfig extends Required<Omit<LoadOptions, 'kinds'>> {
  kinds: LoadKinds;
}

export const defaultKinds: LoadKinds = {
  keepAliveShare: 0.7,
  newShare: 0.2,
  postShare: 0.1,
  pooledConnections: 50,
  slowPerSecond: 5,
  slowMs: 2_000,
  webSocketClients: 5,
  webSocketPingMs: 1_000,
  sseClients: 5,
  idleConnections: 20,
  idleMinMs: 3_000,
  idleMaxMs: 8_000,
};

/**
 * @throws Error naming the first setting that is out of bounds, or the target when it is not on this machine
 */
export function loadConfig(options: LoadOptions): LoadConfig {
  const kinds = { ...defaultKinds, ...options.kinds };
  const config: LoadConfig = {
    host: checkedTarget(options.host),
    port: bounded('port', options.port, 1, 65_535),
    rate: bounded('rate', options.rate, 0, 20_000),
    kinds,
    path: checkedPath('path', options.path ?? '/'),
    orderPath: checkedPath('orderPath', options.orderPath ?? '/orders'),
    durationMs: bounded('durationMs', options.durationMs, 1, 30 * 60_000),
    maxRequests: bounded('maxRequests', options.maxRequests ?? 2_000_000, 1, 10_000_000),
    timeoutMs: bounded('timeoutMs', options.timeoutMs ?? 10_000, 10, 60_000),
    versionHeader: (options.versionHeader ?? 'x-app-version').toLowerCase(),
    maxInFlight: bounded('maxInFlight', options.maxInFlight ?? 4_000, 1, 20_000),
    maxRecords: bounded('maxRecords', options.maxRecords ?? 200, 1, 100_000),
  };
  for (const [name, value] of Object.entries(kinds)) bounded(`kinds.${name}`, value, 0, 60_000);
  bounded('kinds.pooledConnections', kinds.pooledConnections, 1, 1_000);
  bounded('kinds.webSocketPingMs', kinds.webSocketPingMs, 10, 60_000);
  bounded('kinds.webSocketClients', kinds.webSocketClients, 0, 500);
  bounded('kinds.sseClients', kinds.sseClients, 0, 500);
  bounded('kinds.idleConnections', kinds.idleConnections, 0, 500);
  bounded('kinds.slowPerSecond', kinds.slowPerSecond, 0, 500);
  bounded('kinds.idleMinMs', kinds.idleMinMs, 10, 60_000);
  bounded('kinds.idleMaxMs', kinds.idleMaxMs, kinds.idleMinMs, 60_000);
  const shares = kinds.keepAliveShare + kinds.newShare + kinds.postShare;
  if (config.rate > 0 && shares <= 0) throw new Error('The load needs a share above 0 of at least one kind.');
  return config;
}

function checkedPath(name: string, path: string): string {
  if (/^\/[\x21-\x7e]*$/.test(path)) return path;
  throw new Error(`The load setting ${name} is ${JSON.stringify(path)}; it must be a path of a URL.`);
}

function bounded(name: string, value: number, lowest: number, highest: number): number {
  if (!(value >= lowest && value <= highest)) {
    throw new Error(`The load setting ${name} is ${value}; it must be from ${lowest} to ${highest}.`);
  }
  return value;
}
