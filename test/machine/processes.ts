import { readdirSync, readFileSync } from 'node:fs';

/** The processes that descend from one, children before grandchildren. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The program's name is in brackets and may hold anything, so the fields are counted from the last bracket.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended meanwhile.
    }
  }
  const found: number[] = [];
  for (let queue = [pid]; queue.length > 0; ) {
    const next = queue.flatMap((parent) => children.get(parent) ?? []);
    found.push(...next);
    queue = next;
  }
  return found;
}

/** Sends a signal to each; those that have ended are passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

/**
 * Stops processes where they are, as a network that went silent. One of them may be starting another as it is stopped,
 * so they are listed again until there is no new one.
 *
 * @returns what lets them go on
 */
export function freezeAll(list: () => readonly number[]): () => void {
  const frozen = new Set<number>();
  for (;;) {
    const fresh = list().filter((pid) => !frozen.has(pid));
    if (fresh.length === 0) break;
    signalAll(fresh, 'SIGSTOP');
    for (const pid of fresh) frozen.add(pid);
    // The signal is sent at once and met a little later.
    while (fresh.some(isAtWork)) {}
  }
  return () => signalAll([...frozen], 'SIGCONT');
}

function isAtWork(pid: number): boolean {
  try {
    return !/^State:\s+[TtZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Whether a process is there and has not ended already (a zombie has). */
export function isRunning(pid: number): boolean {
  try {
    // Not asked by a signal: another user's process takes none, and runs all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
