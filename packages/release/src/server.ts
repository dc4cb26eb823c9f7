import type { Engine } from '#engine';
import type { CommandOptions, RemoteFiles } from '#ssh';
import type { SwitchConnections } from '#switch';

/** One server, reached over one connection. */
export interface Server extends SwitchConnections {
  readonly engine: Engine;
  readonly files: RemoteFiles;
  /** The deploy user's home folder. */
  readonly home: string;
  /** Runs a program of the server itself: nginx, and Docker Compose. */
  exec(
    argv: readonly string[],
    options?: Omit<CommandOptions, 'stdin'>,
  ): Promise<{ code: number | undefined; stdout: string; stderr: string }>;
}

/** Where a deploy says what it does. Texts of others (logs of containers) go through `foreign`. */
export interface Reporter {
  info(text: string): void;
  warning(text: string): void;
  /** A line that may come often; the reporter thins it out. */
  progress(topic: string, text: string): void;
  foreign(text: string): void;
  /** From now on the value is removed from everything that is said. */
  secret(value: string): void;
  /** A text as it may be written down: a later run, which shows it, does not know the secrets of this one. */
  masked(text: string): string;
}
