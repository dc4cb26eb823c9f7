import type { Duplex } from 'node:stream';
import type { SwitchConnections, SwitchFolder } from './surroundings.ts';

export interface NginxFolder extends SwitchFolder {
  makeDirectory(path: string, mode: number): Promise<void>;
}

export interface CommandOutcome {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is known of the container that nginx runs in. */
export interface NginxContainer {
  readonly id: string;
  readonly running: boolean;
  /** Process id on the server; 0 when it does not run. */
  readonly pid: number;
  /** The Engine's word: a network's name, `host`, `none` or `container:ID`. */
  readonly networkMode: string;
  readonly networks: readonly string[];
  readonly mounts: readonly { readonly source: string; readonly destination: string }[];
}

export interface NginxContainers {
  inspect(nameOrId: string): Promise<NginxContainer | undefined>;
  exec(id: string, argv: readonly string[], timeoutMs: number): Promise<CommandOutcome>;
  connect(network: string, id: string): Promise<void>;
  disconnect(network: string, id: string): Promise<void>;
}

/** One request over a new connection; never throws, `status` is missing when there was no answer. */
export type AskOverHttp = (
  open: () => Promise<Duplex>,
  request: {
    readonly host: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  },
) => Promise<{
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly detail: string;
}>;

export interface NginxSurroundings {
  readonly ask: AskOverHttp;
  readonly folder: NginxFolder;
  readonly connections: SwitchConnections;
  /** Runs a program of the server itself. */
  exec(argv: readonly string[], options: { timeoutMs: number }): Promise<CommandOutcome>;
  readonly containers: NginxContainers;
}
