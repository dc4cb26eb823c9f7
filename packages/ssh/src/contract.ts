import type { Duplex } from 'node:stream';

/** How the server proves who it is: lines in OpenSSH's known_hosts format, or 'SHA256:…' fingerprints. */
export type HostKeyPolicy = { knownHosts: string } | { fingerprint: string };

export interface SshTarget {
  host: string;
  port: number;
  username: string;
  /** The key's text: OpenSSH, PEM or PKCS#8. */
  privateKey: string;
  passphrase?: string;
  hostKey: HostKeyPolicy;
}

export interface SshOptions {
  jump?: SshTarget;
  /** For everything together: name lookup, TCP, handshake and authentication, of the jump host too. */
  connectTimeoutMs: number;
  /** How often a silent server is asked whether it is there; it counts as gone after three unanswered. Default 5,000. */
  keepaliveIntervalMs?: number;
  /** Ends the opening; later it shortens how long a silent server is waited for with its files, from 30 s to 5 s. */
  signal?: AbortSignal;
}

export interface CommandOptions {
  stdin?: string;
  /** Default 60,000. The command itself may run on at the server: it only loses its connection. */
  timeoutMs?: number;
  /** For stdout and stderr together; default 1 MiB. */
  maxOutputBytes?: number;
  /** Each piece as it comes, wherever the server has cut it; the result holds all of them. */
  onOutput?: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** When it fires, the call fails with its reason; the command at the server is sent SIGTERM. */
  signal?: AbortSignal;
}

export interface CommandResult {
  code: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
}

/** A byte stream through the connection, usable wherever Node expects a socket (http.Agent for one). */
export interface TunnelSocket extends Duplex {
  /** Emits 'timeout' after so many milliseconds without traffic; 0 turns it off. */
  setTimeout(idleMs: number, onTimeout?: () => void): this;
  setNoDelay(): this;
  setKeepAlive(): this;
  ref(): this;
  unref(): this;
}

/** How sockets are reached: by SSH forwarding, or by `docker system dial-stdio` where forwarding is off. */
export type Route = 'forwarding' | 'dial-stdio';

export interface SshConnection {
  openUnixSocket(path: string): Promise<TunnelSocket>;
  openTcp(host: string, port: number): Promise<TunnelSocket>;
  exec(argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  files(): Promise<RemoteFiles>;
  /** Undefined until the first socket has been opened. */
  readonly routes: { unix: Route | undefined; tcp: Route | undefined };
  /** Resolves when the connection ends: with the reason, or with undefined after `close()`. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  close(): Promise<void>;
}

export interface RemoteEntry {
  name: string;
  isDirectory: boolean;
  /** A plain file, and no link to one. */
  isFile: boolean;
  mtimeMs: number;
  size: number;
}

export interface RemoteStat {
  uid: number;
  gid: number;
  /** Type and permission bits, as in stat(2). */
  mode: number;
  isDirectory: boolean;
  mtimeMs: number;
  size: number;
}

/** Files on the server. A relative path starts in the user's home. */
export interface RemoteFiles {
  home(): Promise<string>;
  /** Undefined when the file is absent; throws above 4 MiB. */
  read(path: string): Promise<string | undefined>;
  /** Replaces the file in one step: a reader sees the old content or the new, never a part. */
  write(path: string, text: string | Uint8Array, mode: number): Promise<void>;
  /** Creates the file with its whole content in one step; false when the name is taken. */
  create(path: string, text: string, mode: number): Promise<boolean>;
  append(path: string, text: string, mode: number): Promise<void>;
  /** Parents too; fine when it is there already. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Without '.' and '..'; empty when the folder is absent. */
  list(path: string): Promise<RemoteEntry[]>;
  /** A file, or a folder with all it holds; fine when it is absent. Does not follow symbolic links. */
  remove(path: string): Promise<void>;
  /**
   * Removes the temporary files of writes that were cut short in a folder. Younger ones than `olderThanMs` stay,
   * because they may be somebody's who is at work; `nowMs` is the server's clock.
   */
  sweep(path: string, age?: { olderThanMs: number; nowMs: number }): Promise<void>;
  /** Follows symbolic links; undefined when absent. */
  stat(path: string): Promise<RemoteStat | undefined>;
  /** What a user who is not root may still write there; undefined when the server does not tell. */
  freeBytes(path: string): Promise<number | undefined>;
}
