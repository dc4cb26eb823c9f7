/** What runs programs on the server; an SSH connection does. */
export interface ProgramRunner {
  exec(
    argv: readonly string[],
    options?: RunOptions,
  ): Promise<{ code: number | undefined; stdout: string; stderr: string }>;
}

export interface RunOptions {
  timeoutMs?: number;
  /** For both streams together. */
  maxOutputBytes?: number;
  signal?: AbortSignal;
  onOutput?: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}
