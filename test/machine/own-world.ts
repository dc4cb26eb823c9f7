import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { run } from '../../scripts/test-tools-run.ts';

const namespaces = [
  ...['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc', '--kill-child'],
] as const;

/** Runs a program, passes signals on to it, and resolves with its exit code. */
export function follow(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program in network, process and mount namespaces of its own: an Engine in it fights with no other over
 * iptables, 127.0.0.1 has every port free, and nothing survives the program. Needs root.
 */
export function runInOwnWorld(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return follow('unshare', [...namespaces, '--', ...argv], env);
}

/** What a new world lacks: an empty /run, and the loopback device. */
export async function furnishOwnWorld(): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  await mkdir('/run/lock', { mode: 0o1777 });
  await run('ip', ['link', 'set', 'lo', 'up']);
}
