import type { Duplex } from 'node:stream';
import { runtimeCommands, SwitchError } from './haproxy-runtime.ts';

const answerLimit = 4096;
/** How long a worker that has ended may still be listed. */
const leavingDeadlineMs = 2000;
const pollMs = 10;

/** The workers of one HAProxy, by process id, as its master process lists them. */
export interface HaproxyProcesses {
  /** The one that listens. */
  readonly current: number | undefined;
  /** Those that only finish their requests. */
  readonly leaving: readonly number[];
  /** How often the master has loaded a configuration, and how many of the last loads failed in a row. */
  readonly reloads: number;
  readonly failed: number;
}

/**
 * Talks to the master process of HAProxy's master-worker mode, which outlives its workers. Source:
 * https://docs.haproxy.org/3.4/management.html#9.4
 */
export class HaproxyMaster {
  readonly #open: () => Promise<Duplex>;

  constructor(open: () => Promise<Duplex>) {
    this.#open = open;
  }

  async processes(): Promise<HaproxyProcesses> {
    const [answer] = await runtimeCommands(this.#open, ['show proc']);
    return parseProcesses(answer ?? '');
  }

  /**
   * A worker's answer as it is read; undefined when the worker has left. One that leaves while it is asked closes without
   * an answer, or its master answers something else for it.
   */
  async ask<T>(worker: number, command: string, read: (answer: string) => T): Promise<T | undefined> {
    const deadline = performance.now() + leavingDeadlineMs;
    for (;;) {
      try {
        const [answer = ''] = await runtimeCommands(this.#open, [`@!${worker} ${command}`]);
        if (/^Can't (?:find|connect to) the target/.test(answer)) throw new SwitchError(answer);
        return read(answer);
      } catch (error) {
        const { current, leaving } = await this.processes();
        if (current !== worker && !leaving.includes(worker)) return undefined;
        if (performance.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  /**
   * Makes the master read its configuration anew. Returns when it has taken the command: HAProxy 2.6 says no more and
   * closes; 2.7 and later answer with what came of it, which is returned.
   */
  async reload(timeoutMs: number): Promise<string> {
    const stream = await this.#open();
    return await new Promise((resolve) => {
      let text = '';
      const finish = (): void => {
        clearTimeout(timer);
        stream.removeAllListeners('data');
        stream.destroy();
        resolve(text);
      };
      const timer = setTimeout(finish, timeoutMs);
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString('utf8')).slice(-answerLimit);
      });
      // The master that was asked is gone as soon as it has become the next one.
      stream.once('error', finish).once('close', finish).once('end', finish);
      stream.write('reload\n');
    });
  }
}

/** Parses `show proc`: a line for each process, under headings for the workers of now and of before. */
export function parseProcesses(answer: string): HaproxyProcesses {
  const [, reloads, failed] = /^\d+\s+master\s+(\d+)(?:\s+\[failed: (\d+)\])?/m.exec(answer) ?? [];
  if (reloads === undefined) throw new SwitchError("The switch's master process did not list its workers.");
  const workers: Record<string, number[]> = {};
  let heading = '';
  for (const line of answer.split('\n')) {
    if (line.startsWith('# ')) heading = line.slice(2).trim();
    const [, pid] = /^(\d+)\s+worker\s/.exec(line) ?? [];
    if (pid === undefined) continue;
    workers[heading] = [...(workers[heading] ?? []), Number(pid)];
  }
  return {
    current: workers.workers?.[0],
    leaving: workers['old workers'] ?? [],
    reloads: Number(reloads),
    failed: Number(failed ?? 0),
  };
}
