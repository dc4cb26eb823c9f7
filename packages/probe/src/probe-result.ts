import type { Duplex } from 'node:stream';

/** Opens one new byte stream to the probed port: a TCP connection, or a channel of an SSH connection. */
export type OpenConnection = () => Promise<Duplex>;

/** `unmeasured`: the way to the app failed, so nothing is known about the app. */
export type ProbeOutcome = 'healthy' | 'unhealthy' | 'unmeasured';

export interface ProbeResult {
  outcome: ProbeOutcome;
  latencyMs: number;
  /** What happened, in a few words: `HTTP 503`, `connection refused`. */
  detail: string;
  /** False when nothing accepted the connection. */
  connected?: boolean;
  status?: number;
  /** Lower-case names; repeated headers joined with ", ". */
  headers?: Record<string, string>;
  /** First 64 KiB, as UTF-8. */
  body?: string;
}

export interface ProbeOptions {
  timeoutMs: number;
  /**
   * Judges an error of opening the stream or of the stream itself: was it the app (`unhealthy`) or the way to it
   * (`unmeasured`)? Default: {@link classifyConnectionError}.
   */
  classifyError?: ((error: unknown) => Exclude<ProbeOutcome, 'healthy'>) | undefined;
  signal?: AbortSignal | undefined;
}
