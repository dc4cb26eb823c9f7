import { readdirSync, readFileSync } from 'node:fs';

/** The process and everything it started that is still its descendant; empty when it is gone (Linux). */
export function descendants(rootPid: number): number[] {
  const found = [rootPid];
  for (let index = 0; index < found.length; index += 1) found.push(...childrenOf(found[index] ?? 0));
  return found;
}

/** Command line of a process, undefined when it has ended. */
export function commandLineOf(pid: number): string | undefined {
  const text = readOrUndefined(`/proc/${pid}/cmdline`);
  return text === undefined || text === '' ? undefined : text.replaceAll('\0', ' ').trim();
}

/** Processes that carry this variable in the environment they were started with, whoever their parent is now. */
export function processesWithVariable(assignment: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOrUndefined(`/proc/${pid}/environ`)?.split('\0').includes(assignment) === true)
    .filter((pid) => !/^\d+ \(.*\) Z/s.test(readOrUndefined(`/proc/${pid}/stat`) ?? ''))
    .map(Number);
}

export function killTree(rootPid: number): void {
  for (const pid of descendants(rootPid).reverse()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (readOrUndefined(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
