import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { run } from '../../scripts/test-tools-run.ts';
import { descendants, signalAll } from './processes.ts';

const namespaces = [
  ...['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc', '--kill-child'],
] as const;

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Time for a world to tidy up after the signal, before it is taken away with everything in it. */
const usualGraceMs = 30_000;

/** Runs a program, passes signals on to it, and resolves with its exit code. */
export function follow(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env });
  return endOf(child, (signal) => child.kill(signal));
}

/**
 * Runs a program in network, process and mount namespaces of its own: an Engine in it fights with no other over
 * iptables, 127.0.0.1 has every port free, and nothing survives the program. Needs root.
 *
 * @param graceMs how long the program may go on after a signal that asks it to end
 */
export function runInOwnWorld(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { graceMs = usualGraceMs, stdin = 'inherit' as 'inherit' | 'ignore' } = {},
): Promise<number> {
  const stdio = [stdin, 'inherit', 'inherit'] as const;
  const child = spawn('unshare', [...namespaces, '--', ...argv], { stdio: [...stdio], env });
  const firstInside = () => descendants(child.pid ?? 0).slice(0, 1);
  let grace: NodeJS.Timeout | undefined;
  // The end of its first process is the end of a world: the kernel kills all that is in it, and only then lets unshare
  // reap that one and end (with a word about the signal, and code 1). Its own death would leave nobody to wait for them.
  const takeAway = () => signalAll(firstInside(), 'SIGKILL');
  return endOf(child, (signal) => {
    // unshare itself lets no signal through.
    const first = firstInside();
    if (first.length === 0) child.kill('SIGKILL');
    signalAll(first, signal);
    grace ??= setTimeout(takeAway, graceMs).unref();
  }).finally(() => clearTimeout(grace));
}

function endOf(child: ChildProcess, pass: (signal: NodeJS.Signals) => void): Promise<number> {
  for (const signal of passedOn) process.on(signal, pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    for (const signal of passedOn) process.off(signal, pass);
  });
}

/** What a new world lacks: an empty /run, and the loopback device. */
export async function furnishOwnWorld(): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  await mkdir('/run/lock', { mode: 0o1777 });
  await run('ip', ['link', 'set', 'lo', 'up']);
}
