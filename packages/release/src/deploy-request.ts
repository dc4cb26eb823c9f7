import type { ImageReference, RegistryAuth } from '#engine';
import type { StatusRanges } from '#probe';
import type { ReleaseConfig, ReleaseOrigin } from './release.ts';

export type PullPolicy = 'always' | 'missing' | 'never';
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

export interface HookRequest {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** One deploy, with every input read and checked. */
export interface DeployRequest {
  readonly app: string;
  readonly image: ImageReference;
  /** The image as the user wrote it. */
  readonly imageText: string;
  readonly registryAuth: RegistryAuth | undefined;
  readonly pullPolicy: PullPolicy;
  /** `containerPort` may be missing when the image exposes exactly one port. */
  readonly config: ReleaseConfig;
  readonly switch: SwitchRequest;
  readonly order: UpdateOrder;
  readonly health: HealthRequest;
  readonly version: { readonly expected: string; readonly path: string } | undefined;
  readonly preDeploy: HookRequest | undefined;
  readonly postDeploy: HookRequest | undefined;
  readonly watch: WatchRequest;
  readonly drainTimeoutMs: number;
  readonly keepReleases: number;
  readonly standby: StandbyMode;
  readonly lockWaitMs: number;
  readonly origin: ReleaseOrigin;
}
