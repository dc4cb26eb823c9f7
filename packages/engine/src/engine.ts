import type { Duplex } from 'node:stream';
import type {
  ContainerCreateRequest,
  ContainerInspectResponse,
  ContainerSummary,
  ContainerUpdateRequest,
  DistributionInspect,
  EndpointSettings,
  EventMessage,
  ImageDeleteResponseItem,
  ImageInspect,
  ImageSummary,
  NetworkCreateRequest,
  NetworkInspect,
  NetworkSummary,
  SystemDataUsageResponse,
  SystemInfo,
  SystemVersion,
} from './docker-types.ts';

/** Opens one new byte stream to the Docker Engine's socket: a Unix socket, or a channel of an SSH connection. */
export type OpenConnection = () => Promise<Duplex>;

/** Sent with one call as a header and never stored on the server. */
export interface RegistryAuth {
  username: string;
  password: string;
}

/** Label filters: a name alone (`switchyard.app`) or a name with its value. */
export type LabelFilter = Readonly<Record<string, string | true>>;

export interface CallOptions {
  signal?: AbortSignal;
  /** Longest silence before the call is given up. */
  timeoutMs?: number;
}

export interface Engine {
  /** The Engine's answer to GET /version, fetched once on opening. */
  readonly version: SystemVersion;
  /** The API version all calls use, e.g. `1.51`. */
  readonly apiVersion: string;
  readonly system: EngineSystem;
  readonly images: EngineImages;
  readonly containers: EngineContainers;
  readonly networks: EngineNetworks;
  /** Same as `system.info`. */
  info(options?: CallOptions): Promise<SystemInfo>;
  /** The server's clock in ms since 1970, from the HTTP Date header: right to half a second. */
  serverTimeMs(options?: CallOptions): Promise<number>;
  /** Events as they happen, until the signal fires (the loop then ends without an error) or the loop is left. */
  events(options?: EventOptions): AsyncIterable<EventMessage>;
  /** Ends all connections; running calls fail. */
  close(): void;
}

export interface EngineSystem {
  info(options?: CallOptions): Promise<SystemInfo>;
  ping(options?: CallOptions): Promise<void>;
  /** Slow on servers with many images (seconds): the Engine counts bytes. */
  diskUsage(options?: CallOptions): Promise<SystemDataUsageResponse>;
}

export interface EventOptions {
  /** e.g. `{ type: ['container'], container: [id], event: ['die', 'health_status'] }` */
  filters?: Record<string, readonly string[]>;
  /** Also replay what happened since this server time. */
  sinceMs?: number;
  signal?: AbortSignal;
}

export interface EngineImages {
  /** `undefined` when the server does not have it. */
  inspect(reference: string, options?: CallOptions): Promise<ImageInspect | undefined>;
  list(
    options?: CallOptions & { labels?: LabelFilter; reference?: string; dangling?: boolean },
  ): Promise<ImageSummary[]>;
  /** Throws {@link PullError}. When the signal fires, the Engine stops pulling too. */
  pull(reference: string, options?: PullOptions): Promise<PullResult>;
  /** `name` must hold a tag: `localhost:5000/app:kept`. */
  tag(reference: string, name: string, options?: CallOptions): Promise<void>;
  /** `[]` when it was not there. Throws a conflict (`isConflict`) when a container uses it. */
  remove(
    reference: string,
    options?: CallOptions & { force?: boolean; noPrune?: boolean },
  ): Promise<ImageDeleteResponseItem[]>;
  /** What the registry holds under this name, without pulling it. Throws {@link PullError}. */
  distributionInspect(
    reference: string,
    options?: CallOptions & { auth?: RegistryAuth },
  ): Promise<DistributionInspect>;
}

export interface PullOptions {
  auth?: RegistryAuth;
  onProgress?: (event: PullEvent, totals: PullTotals) => void;
  signal?: AbortSignal;
  /** Longest time without any news from the Engine (default 120 s). */
  stallTimeoutMs?: number;
  /** e.g. `linux/arm64`; by default the server's own. */
  platform?: string;
}

/** One line of news about a pull. `id` is a layer, or undefined for news about the whole image. */
export interface PullEvent {
  id?: string;
  status: string;
  current?: number;
  total?: number;
}

export interface PullTotals {
  layers: number;
  layersDone: number;
  /** Layers the server had already. */
  layersPresent: number;
  downloadedBytes: number;
  /** Of the layers that are known so far; 0 while none is. */
  totalBytes: number;
}

export interface PullResult {
  /** The manifest's digest as the Engine reported it: `sha256:…` */
  digest: string | undefined;
  totals: PullTotals;
  /** False when the server had exactly this image already. */
  changed: boolean;
}

export interface EngineContainers {
  list(
    options?: CallOptions & { labels?: LabelFilter; all?: boolean; name?: string },
  ): Promise<ContainerSummary[]>;
  /** Returns the id. Throws a conflict (`isConflict`) when the name is taken, not-found when the image is missing. */
  create(name: string, config: ContainerCreateRequest, options?: CallOptions): Promise<string>;
  /** Fine when it runs already. */
  start(id: string, options?: CallOptions): Promise<void>;
  /** Sends the stop signal, waits `timeoutSeconds`, then SIGKILL. Fine when it is stopped already. */
  stop(id: string, timeoutSeconds: number, options?: CallOptions): Promise<void>;
  /** Throws a conflict when it does not run. */
  kill(id: string, signal: string, options?: CallOptions): Promise<void>;
  restart(id: string, timeoutSeconds: number, options?: CallOptions): Promise<void>;
  /** Fine when it is gone already, or is being removed. */
  remove(id: string, options?: CallOptions & { force?: boolean; volumes?: boolean }): Promise<void>;
  /** `undefined` when there is none of this id or name. */
  inspect(id: string, options?: CallOptions): Promise<ContainerInspectResponse | undefined>;
  /** The last lines, both streams in order, control sequences kept; at most `maxBytes` from the end. */
  logs(id: string, options?: LogOptions): Promise<string>;
  /** Waits for the end and returns the exit code. */
  wait(id: string, options?: WaitOptions): Promise<number>;
  pause(id: string, options?: CallOptions): Promise<void>;
  unpause(id: string, options?: CallOptions): Promise<void>;
  update(id: string, change: ContainerUpdateRequest, options?: CallOptions): Promise<void>;
  rename(id: string, name: string, options?: CallOptions): Promise<void>;
  /**
   * Runs a program inside a running container. The Engine has no call to end it: after `timeoutMs` this call
   * returns with `timedOut`, and the program runs on until it ends by itself or the container stops.
   */
  exec(id: string, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * The raw output stream of a container that may not have been started yet; both streams are passed to
   * `onOutput`. `attached` resolves once nothing can be missed, `ended` when the output is complete.
   */
  attach(id: string, options: AttachOptions): Promise<{ ended: Promise<void>; stop(): void }>;
}

export interface LogOptions extends CallOptions {
  /** Number of lines from the end (default 50). */
  tail?: number;
  stdout?: boolean;
  stderr?: boolean;
  timestamps?: boolean;
  /** Only what was written at or after this server time. */
  sinceMs?: number;
  /** Default 256 KiB. */
  maxBytes?: number;
}

export interface WaitOptions {
  signal?: AbortSignal;
  /** Throws an EngineError (`timedOut`) afterwards; the container keeps running. Default: no limit. */
  timeoutMs?: number;
  /** Use `next-exit` before `start` to miss nothing (default `not-running`). */
  condition?: 'not-running' | 'next-exit' | 'removed';
}

export interface ExecOptions {
  env?: readonly string[];
  user?: string;
  workingDir?: string;
  stdin?: string;
  timeoutMs?: number;
  /** Default 256 KiB for both streams together; the rest is dropped (`truncated`). */
  maxOutputBytes?: number;
  signal?: AbortSignal;
}

export interface ExecResult {
  /** Undefined when it timed out. */
  exitCode: number | undefined;
  /** Both streams in the order they came. */
  output: string;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  truncated: boolean;
}

export interface AttachOptions {
  onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  tty?: boolean;
  signal?: AbortSignal;
  /** How long the Engine may take to begin its answer, in ms (default 30,000). */
  headTimeoutMs?: number;
}

export interface EngineNetworks {
  /** Returns the id. Throws a conflict (`isConflict`) when the name is taken. */
  create(config: NetworkCreateRequest, options?: CallOptions): Promise<string>;
  inspect(nameOrId: string, options?: CallOptions): Promise<NetworkInspect | undefined>;
  list(options?: CallOptions & { labels?: LabelFilter }): Promise<NetworkSummary[]>;
  connect(
    network: string,
    container: string,
    endpoint?: EndpointSettings,
    options?: CallOptions,
  ): Promise<void>;
  /** Fine when it was not connected. Cuts the container's connections in this network. */
  disconnect(network: string, container: string, options?: CallOptions & { force?: boolean }): Promise<void>;
  /** Fine when it is gone already. */
  remove(nameOrId: string, options?: CallOptions): Promise<void>;
}
