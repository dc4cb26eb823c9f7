import type { Duplex } from 'node:stream';

/** What the switch needs of the Docker Engine; `#engine` fits it as it is. */
export interface SwitchContainers {
  list(labels: Readonly<Record<string, string>>): Promise<SwitchContainer[]>;
  /** Creates, doesn't start; answers with the container's id. */
  create(name: string, config: SwitchContainerConfig): Promise<string>;
  start(id: string): Promise<void>;
  stop(id: string, timeoutSeconds: number): Promise<void>;
  kill(id: string, signal: string): Promise<void>;
  remove(id: string): Promise<void>;
  setRestartPolicy(id: string, policy: 'no' | 'unless-stopped'): Promise<void>;
  /** The last lines of its log, as one text. */
  lastLines(id: string, lines: number): Promise<string>;
}

export interface SwitchContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** Its process has ended and the Engine will start it again. */
  readonly restarting?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** The part of the Engine's container definition that the switch uses, in the Engine's own words. */
export interface SwitchContainerConfig {
  readonly Image: string;
  readonly User: string;
  readonly Entrypoint: string[];
  readonly Cmd: string[];
  readonly Labels: Record<string, string>;
  readonly StopSignal: string;
  readonly StopTimeout: number;
  readonly ExposedPorts?: Record<string, Record<string, never>>;
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly UsernsMode?: string;
    readonly Binds: string[];
    readonly CapDrop: string[];
    readonly CapAdd: string[];
    readonly SecurityOpt: string[];
    readonly ReadonlyRootfs: boolean;
    readonly RestartPolicy: { readonly Name: 'no' };
    readonly LogConfig: { readonly Type: 'json-file'; readonly Config: Record<string, string> };
    readonly PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>;
  };
}

/** What the switch needs of the server's files. */
export interface SwitchFolder {
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string, mode: number): Promise<void>;
  list(path: string): Promise<{ name: string }[]>;
  remove(path: string): Promise<void>;
}

/** Ways into the server. */
export interface SwitchConnections {
  openUnixSocket(path: string): Promise<Duplex>;
  openTcp(host: string, port: number): Promise<Duplex>;
}
