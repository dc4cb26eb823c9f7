import type { Color, Protocol } from '#switch';

/**
 * A Compose project as `docker compose config --format json` prints it, as far as a release reads it: everything
 * interpolated, merged and with absolute paths. What is not named here is kept as it is.
 * (https://docs.docker.com/reference/compose-file/)
 */
export interface ResolvedProject {
  readonly name: string;
  readonly services: Readonly<Record<string, ResolvedService>>;
  readonly networks?: Readonly<Record<string, ResolvedNetwork | null>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, ResolvedFile>>;
  readonly configs?: Readonly<Record<string, ResolvedFile>>;
  readonly [other: string]: unknown;
}

export interface ResolvedService {
  readonly image?: string;
  readonly build?: unknown;
  readonly container_name?: string;
  readonly command?: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly ResolvedPort[];
  readonly expose?: readonly string[];
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly healthcheck?: Healthcheck;
  readonly volumes?: readonly Mount[];
  readonly deploy?: Deployment | null;
  readonly scale?: number;
  readonly restart?: string;
  /** A duration as Compose writes it, such as `1m30s`. */
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly profiles?: readonly string[];
  readonly hostname?: string;
  readonly mac_address?: string;
  readonly links?: readonly string[];
  readonly external_links?: readonly string[];
  readonly volumes_from?: readonly string[];
  readonly pid?: string;
  readonly ipc?: string;
  readonly secrets?: readonly FileUse[];
  readonly configs?: readonly FileUse[];
  readonly [other: string]: unknown;
}

export interface Deployment {
  readonly replicas?: number;
  readonly restart_policy?: { readonly condition?: string; readonly [other: string]: unknown };
  readonly update_config?: { readonly order?: string; readonly [other: string]: unknown };
  readonly [other: string]: unknown;
}

/** A secret or a config that a service mounts. */
export interface FileUse {
  readonly source: string;
  readonly [other: string]: unknown;
}

export interface ResolvedPort {
  readonly mode?: string;
  readonly host_ip?: string;
  /** In the container. */
  readonly target: number;
  /** On the server; a number or a range, as text; absent where the Engine chooses. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
  readonly [other: string]: unknown;
}

export interface ServiceNetwork {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly mac_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly [other: string]: unknown;
}

export interface Dependency {
  /** `service_started`, `service_healthy` or `service_completed_successfully`. */
  readonly condition: string;
  readonly required?: boolean;
  readonly restart?: boolean;
}

export interface Healthcheck {
  readonly test?: readonly string[];
  readonly disable?: boolean;
  readonly [other: string]: unknown;
}

export interface Mount {
  /** `bind`, `volume`, `tmpfs`… */
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly [other: string]: unknown;
}

export interface ResolvedNetwork {
  readonly name?: string;
  readonly external?: boolean;
  readonly [other: string]: unknown;
}

export interface ResolvedFile {
  readonly name?: string;
  readonly file?: string;
  /** The variable that holds what it says, in the place of a file. */
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly [other: string]: unknown;
}

/** How a release brings one service live. */
export type ServicePlan = RoutedPlan | WorkerPlan | JobPlan | KeptPlan;

export type ServiceOrder = 'start-first' | 'stop-first';

interface Planned {
  readonly service: string;
  /** Why it has this role, for the log: "because its command is Celery's beat". */
  readonly because: string;
}

/** It has ports, and users or other services reach it through its switch. */
export interface RoutedPlan extends Planned {
  readonly role: 'routed';
  readonly order: ServiceOrder;
  /** In the container; the first is the one that is probed. */
  readonly ports: readonly RoutedPort[];
  readonly health: ServiceHealth;
}

export interface RoutedPort {
  readonly port: number;
  readonly protocol: Protocol;
}

/** It has no port and takes its work from somewhere. */
export interface WorkerPlan extends Planned {
  readonly role: 'worker';
  readonly order: ServiceOrder;
  readonly health: ServiceHealth;
  /** The port that it has in the server's own network, where no switch can stand before it. */
  readonly hostPort?: RoutedPort;
}

/** It runs once, before what depends on it. */
export interface JobPlan extends Planned {
  readonly role: 'job';
}

/** Not shipped: started where it is absent, and otherwise left alone. */
export interface KeptPlan extends Planned {
  readonly role: 'kept';
}

/** What the service itself says of its health; the inputs' intervals and thresholds hold for all of them. */
export interface ServiceHealth {
  readonly path: string | undefined;
  /** Run inside the container; 0 is healthy. Also the service's own `healthcheck.test`. */
  readonly command: readonly string[] | undefined;
  readonly by: HealthSource;
}

/**
 * Where the check comes from: an option or a label (`path`, `command`), `healthcheck` in the Compose file, HEALTHCHECK
 * of the image, or, where nothing is said, that something listens on the port or that the container stays up.
 */
export const healthSources = ['path', 'command', 'healthcheck', 'image', 'port', 'running'] as const;
export type HealthSource = (typeof healthSources)[number];

/** The fixed addresses of a service's two colours on the stack's own network. */
export type SlotAddresses = Readonly<Record<Color, string>>;
