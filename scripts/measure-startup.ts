// node scripts/measure-startup.ts: the start-up of every bundle against an empty Node script, in one run.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

export interface StartupSubject {
  readonly name: string;
  /** The file for Node to run. */
  readonly script: string;
  /** Its whole environment, inputs included. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface StartupFigure {
  readonly name: string;
  /** Median wall time from spawn to exit, in milliseconds. */
  readonly medianMs: number;
  /** Median over the median of an empty script in the same run. */
  readonly ratio: number;
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
  try {
    const empty = { name: 'empty script', script: join(folder, 'empty.mjs') };
    await writeFile(empty.script, '');
    const all: readonly StartupSubject[] = [empty, ...subjects];
    const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
    for (let round = -2; round < rounds; round++) {
      for (const subject of all) {
        const ms = await timeRun(subject, folder);
        if (round >= 0) times.get(subject.name)?.push(ms);
      }
    }
    const emptyScriptMs = median(times.get(empty.name) ?? []);
    const figures = subjects.map(({ name }) => {
      const medianMs = median(times.get(name) ?? []);
      return { name, medianMs, ratio: medianMs / emptyScriptMs };
    });
    return { emptyScriptMs, figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every bundle of dist/, started without inputs, so that it stops at its input check. */
export async function distSubjects(root: string): Promise<StartupSubject[]> {
  const names = (await readdir(join(root, 'dist')).catch(() => [])).sort();
  return names.map((name) => ({ name, script: join(root, 'dist', name, 'index.js') }));
}

function timeRun({ script, env }: StartupSubject, cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [script], { cwd, env: { ...env }, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', () => resolve(performance.now() - startedMs));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

if (import.meta.main) {
  const { emptyScriptMs, figures } = await measureStartup(await distSubjects(projectRoot));
  console.log(`empty script  ${emptyScriptMs.toFixed(1)} ms`);
  for (const { name, medianMs, ratio } of figures) {
    console.log(`${name}  ${medianMs.toFixed(1)} ms, ${ratio.toFixed(2)} times the empty script`);
  }
}
