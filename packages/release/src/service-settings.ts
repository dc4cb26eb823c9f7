import type { StatusRanges } from '#probe';

export type StandbyMode = 'stopped' | 'paused' | 'running';
/** `start-first`: old and new run side by side for some seconds; `stop-first`: never two at once, with a gap. */
export type UpdateOrder = 'start-first' | 'stop-first';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export type SwitchRequest =
  | {
      readonly kind: 'haproxy';
      readonly listen: ListenAddress;
      readonly image: string;
      readonly requestTimeoutMs: number | undefined;
      readonly trustedProxies: readonly string[];
    }
  | {
      readonly kind: 'nginx';
      readonly listen: ListenAddress;
      /** nginx as this user runs it on the server, e.g. `sudo -n nginx`. */
      readonly command: readonly string[];
      /** Name of the container that nginx runs in; undefined when it runs on the server itself. */
      readonly container: string | undefined;
      /** Networks whose X-Forwarded-* headers are believed, as CIDR. */
      readonly trustedProxies?: readonly string[];
    }
  | { readonly kind: 'none' };

export interface HealthRequest {
  readonly path: string | undefined;
  readonly command: readonly string[] | undefined;
  /** The Host header of our own requests. */
  readonly host: string;
  readonly statuses: StatusRanges;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Passes in a row that make a container healthy. */
  readonly threshold: number;
  readonly startTimeoutMs: number;
}

export interface WatchRequest {
  readonly durationMs: number;
  /** Share of 5xx answers, 0 to 1, above which the new version is taken back. */
  readonly maxErrorRate: number;
  readonly maxLatencyP95Ms: number | undefined;
}

/** The build that must answer. */
export interface VersionRequest {
  readonly expected: string;
  readonly path: string;
}

/** How a release was brought live; a rollback to it does it the same way unless it is told otherwise. */
export interface RolloutSettings {
  readonly order: UpdateOrder;
  readonly health: HealthRequest;
  readonly version: VersionRequest | undefined;
  readonly watch: WatchRequest;
  readonly drainTimeoutMs: number;
  readonly standby: StandbyMode;
  readonly keepReleases: number;
}

/** The part of a larger request that a release keeps. */
export function rolloutOf(request: RolloutSettings): RolloutSettings {
  const { order, health, version, watch, drainTimeoutMs, standby, keepReleases } = request;
  return { order, health, version, watch, drainTimeoutMs, standby, keepReleases };
}
