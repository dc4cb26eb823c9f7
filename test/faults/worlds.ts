import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { provideEngine } from '../../scripts/test-tools.ts';
import { runInOwnWorld } from '../machine/own-world.ts';
import { ownedFolder } from '../machine/owned-folder.ts';
import { removeUsersOf } from '../machine/server-user.ts';
import type { SuiteOptions } from './options.ts';
import { joined, type SuiteResults, tableOf } from './results.ts';
import { stopAsked } from './stop-asked.ts';
import { namespaceFile, type WorldPlace } from './world.ts';

/** What a world may still do when the run is broken off: take its Engine and disks away. The rest of 15 s is for ours. */
const graceMs = 9_000;

/** By which the process inside a world knows that it is there, and which part is its own. */
export const worldVariable = 'SWITCHYARD_FAULTS_WORLD';

/**
 * Plays the suite in several worlds at once, because a walk mostly waits, and joins what they saw. A run that is broken
 * off says what it has seen until then.
 *
 * @returns the exit code
 */
export async function playInWorlds(options: SuiteOptions, program: string): Promise<number> {
  await provideEngine('26');
  console.log(`The same run again: ${options.command}`);
  const own = await ownedFolder('faults', '/var/tmp');
  // The worlds are told by what follows them; here the signal must not end what joins their results.
  using stop = stopAsked();
  try {
    const places = Array.from(
      { length: options.worlds },
      (_, index): WorldPlace => ({
        index,
        folder: join(own, `world-${index}`),
        out: join(own, `world-${index}.json`),
      }),
    );
    stop.signal.addEventListener('abort', () => console.log('Broken off: the worlds are ending.'));
    const codes = await Promise.all(places.map((place) => playInWorld(place, program, options.seed)));
    const parts = await Promise.all(places.map(({ out }) => readPart(out)));
    const results = joined(options, parts);
    await mkdir(dirname(options.out), { recursive: true });
    await writeFile(options.out, `${JSON.stringify(results, null, 2)}\n`);
    return report(results, options, codes);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function playInWorld(place: WorldPlace, program: string, seed: number): Promise<number> {
  await mkdir(place.folder);
  const env: NodeJS.ProcessEnv = { ...process.env, [worldVariable]: JSON.stringify(place) };
  delete env.DOCKER_HOST;
  delete env.DOCKER_CONTEXT;
  const given = [...process.argv.slice(2), '--seed', String(seed)];
  const argv = ['tini-static', '--', process.execPath, program, ...given];
  try {
    // Were the terminal theirs as well, its Ctrl-C would go to the world that came last.
    return await runInOwnWorld(argv, env, { graceMs, stdin: 'ignore' });
  } finally {
    // A world that was killed can't take its users away.
    const namespace = await readFile(namespaceFile(place), 'utf8').catch(() => undefined);
    if (namespace !== undefined) await removeUsersOf(namespace);
  }
}

async function readPart(path: string): Promise<SuiteResults | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as SuiteResults);
}

function report(results: SuiteResults, { count, out }: SuiteOptions, codes: readonly number[]): number {
  const { rows, secrets, failed, scenarios, durationMs, seed } = results;
  console.log(`\n${tableOf(rows)}\n`);
  for (const line of secrets) console.log(`✕ ${line}`);
  for (const { walk, fault, moment, misses } of failed) {
    console.log(`✕ ${walk}: ${fault} @ ${moment}: ${misses.join(' ')}`);
  }
  const atRandom = scenarios.filter(({ isRandom }) => isRandom).length;
  if (atRandom < count) console.log(`✕ Only ${atRandom} of ${count} random moments.`);
  console.log(
    `${scenarios.length} scenarios, ${failed.length} failed, seed ${seed}, after ${Math.round(durationMs / 1000)} s; ${out}`,
  );
  const isWhole = codes.every((code) => code === 0) && results.isComplete && atRandom >= count;
  return isWhole && failed.length === 0 && secrets.length === 0 ? 0 : 1;
}
