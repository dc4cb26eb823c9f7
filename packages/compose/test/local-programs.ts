import { spawn } from 'node:child_process';
import type { ProgramRunner } from '../src/index.ts';

/** Programs of this machine, in the place of a server's. */
export function localPrograms(env: NodeJS.ProcessEnv = process.env): ProgramRunner {
  return {
    exec([program = '', ...args], { timeoutMs = 60_000, signal, onOutput } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<{
        code: number | undefined;
        stdout: string;
        stderr: string;
      }>();
      const child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
        env,
        ...(signal === undefined ? {} : { signal }),
      });
      const output = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].on('data', (bytes: Buffer) => {
          output[stream] += bytes;
          onOutput?.(stream, bytes);
        });
      }
      child.once('error', (error: NodeJS.ErrnoException) => {
        // As a shell says it.
        if (error.code === 'ENOENT') resolve({ code: 127, stdout: '', stderr: error.message });
        else reject(error);
      });
      child.once('close', (code) => resolve({ code: code ?? undefined, ...output }));
      return promise;
    },
  };
}
