// node scripts/measure-startup.ts: the start-up of every bundle against an empty Node script, in one run.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { connectingSubjects, distSubjects, type StartupSubject } from './startup-subjects.ts';

export { connectingSubjects, distSubjects, type StartupSubject };

export interface StartupFigure {
  readonly name: string;
  /** Median wall time from spawn to the end of the measured part, in milliseconds. */
  readonly medianMs: number;
  /** Median over the median of an empty script in the same run. */
  readonly ratio: number;
  /** The same of the lower quartiles, which other programs on the machine disturb less. */
  readonly quartileRatio: number;
}

export interface StartupReport {
  readonly emptyScriptMs: number;
  readonly figures: readonly StartupFigure[];
}

/**
 * Starts every subject in turn, round after round, an empty script among them, so that whatever slows the machine
 * slows all of them alike. Two warm-up rounds are not counted.
 */
export async function measureStartup(
  subjects: readonly StartupSubject[],
  rounds = 15,
): Promise<StartupReport> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-startup-'));
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const empty: StartupSubject = { name: 'empty script', script: join(folder, 'empty.mjs') };
    await writeFile(empty.script, '');
    const all: readonly StartupSubject[] = [empty, ...subjects];
    const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
    for (let round = -2; round < rounds; round++) {
      for (const subject of all) {
        const ms = await timeRun(subject, folder, server);
        if (round >= 0) times.get(subject.name)?.push(ms);
      }
    }
    const timesOf = (name: string) => (times.get(name) ?? []).sort((a, b) => a - b);
    const emptyTimes = timesOf(empty.name);
    const figures = subjects.map(({ name }) => {
      const own = timesOf(name);
      return {
        name,
        medianMs: quantile(own, 0.5),
        ratio: quantile(own, 0.5) / quantile(emptyTimes, 0.5),
        quartileRatio: quantile(own, 0.25) / quantile(emptyTimes, 0.25),
      };
    });
    return { emptyScriptMs: quantile(emptyTimes, 0.5), figures };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeRun(subject: StartupSubject, cwd: string, server: Server): Promise<number> {
  const address =
    subject.until === 'connection'
      ? { INPUT_HOST: '127.0.0.1', INPUT_PORT: String((server.address() as AddressInfo).port) }
      : {};
  const startedMs = performance.now();
  const child = spawn(process.execPath, [subject.script], {
    cwd,
    env: { ...subject.env, ...address },
    stdio: 'ignore',
  });
  const ended = once(child, 'close').then(() => performance.now() - startedMs);
  if (subject.until !== 'connection') return ended;
  return timeConnection(subject.name, child, ended, server, startedMs);
}

async function timeConnection(
  name: string,
  child: ChildProcess,
  ended: Promise<number>,
  server: Server,
  startedMs: number,
): Promise<number> {
  const listening = new AbortController();
  try {
    return await Promise.race([
      once(server, 'connection', { signal: listening.signal }).then(([socket]) => {
        const tookMs = performance.now() - startedMs;
        socket.destroy();
        return tookMs;
      }),
      ended.then(() => Promise.reject(new Error(`${name} ended before it opened a connection.`))),
    ]);
  } finally {
    listening.abort();
    child.kill('SIGKILL');
    await ended;
  }
}

/** By linear interpolation, of sorted values. */
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const lower = sorted[Math.floor(place)] ?? 0;
  const upper = sorted[Math.ceil(place)] ?? lower;
  return lower + (upper - lower) * (place - Math.floor(place));
}

if (import.meta.main) {
  const subjects = [...(await distSubjects(projectRoot)), ...(await connectingSubjects(projectRoot))];
  const { emptyScriptMs, figures } = await measureStartup(subjects, 25);
  console.log(`empty script  ${emptyScriptMs.toFixed(1)} ms`);
  for (const { name, medianMs, ratio, quartileRatio } of figures) {
    console.log(
      `${name}  ${medianMs.toFixed(1)} ms, ${ratio.toFixed(2)} times the empty script (lower quartiles: ${quartileRatio.toFixed(2)})`,
    );
  }
}
