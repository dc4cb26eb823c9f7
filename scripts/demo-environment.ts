import { cpus, release, totalmem } from 'node:os';
import { distribution } from './test-tools-cache.ts';
import { programPath } from './test-tools-debian.ts';
import { run } from './test-tools-run.ts';

/** What the figures were measured on, for people to compare. Programs that are not there are left out. */
export async function demoEnvironment(engineVersion: string): Promise<Record<string, string>> {
  const processors = cpus();
  const haproxy = await firstMatch('haproxy', ['-v'], /version (\S+)/);
  const compose = await firstMatch('docker', ['compose', 'version', '--short'], /^(\S+)/);
  return {
    Processors: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    Memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    System: `${distribution().name}, Linux ${release()}`,
    Node: process.version.slice(1),
    'Docker Engine': engineVersion,
    ...(haproxy ? { HAProxy: haproxy } : {}),
    ...(compose ? { 'Docker Compose': compose } : {}),
  };
}

async function firstMatch(
  program: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  try {
    return pattern.exec(await run(programPath(program) ?? program, args, { timeoutMs: 10_000 }))?.[1];
  } catch {
    return undefined;
  }
}
