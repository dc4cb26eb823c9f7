import { spawn } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  timeoutMs?: number;
}

/**
 * Runs a program with an argument array, never through a shell, and returns what it wrote to stdout.
 * @throws Error with the last lines of its output when it cannot start, fails or takes too long.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const timeoutMs = options.timeoutMs ?? 300_000;
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-8_000);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  child.on('error', reject);
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) return resolve(stdout);
    const how = code === null ? `was killed by ${signal} (limit ${timeoutMs} ms)` : `ended with code ${code}`;
    reject(
      new Error(`${program} ${args[0] ?? ''} ${how}: ${(stderr.trim() || stdout.trim()).slice(-2_000)}`),
    );
  });
  return promise;
}

/** Polls until the condition gives something, at most `timeoutMs` milliseconds. @throws Error with `what`. */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
