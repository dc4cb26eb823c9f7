// npm run test:faults: kills, cuts, fills and restarts whatever can be, in every moment of a walk, under load.
//   --seed N        where the random moments come from; printed, so that a run can be had again
//   --count N       random moments (100)
//   --boundaries X  faults that strike at every step's boundary: a pattern of their names, all (the default), none
//   --faults X      pattern of the faults that may strike at all
//   --only X        pattern of scenarios as they are printed
//   --minutes N     stops drawing random moments after this time, and fails for those that are left
//   --out FILE      results as JSON (test-results/faults.json)
import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoEnvironment } from '../../scripts/demo-environment.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { provideEngine } from '../../scripts/test-tools.ts';
import { furnishOwnWorld, runInOwnWorld } from '../machine/own-world.ts';
import { ownedFolder, pidNamespace } from '../machine/owned-folder.ts';
import { removeUsersOf } from '../machine/server-user.ts';
import { deployWalk } from './deploy-walk.ts';
import { atEveryBoundary, drawer, faultsNamed } from './plan.ts';
import { rowsOf, tableOf } from './results.ts';
import { rollbackWalk } from './rollback-walk.ts';
import { openScene } from './scene.ts';
import { Series } from './series.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '100' },
    boundaries: { type: 'string', default: 'all' },
    faults: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '120' },
    out: { type: 'string', default: join(projectRoot, 'test-results', 'faults.json') },
  },
});

const folder = process.env.SWITCHYARD_FAULTS_FOLDER;
const exitCode = await (folder === undefined ? outside() : inside(folder)).catch((error: Error) => {
  console.error(error.stack);
  return 1;
});
// What a scenario that went wrong has left open must not keep the run alive.
process.exit(exitCode);

async function outside(): Promise<number> {
  await provideEngine('26');
  const own = await ownedFolder('faults', '/var/tmp');
  try {
    const argv = ['tini-static', '--', process.execPath, import.meta.filename, ...process.argv.slice(2)];
    const env: NodeJS.ProcessEnv = { ...process.env, SWITCHYARD_FAULTS_FOLDER: own };
    delete env.DOCKER_HOST;
    delete env.DOCKER_CONTEXT;
    return await runInOwnWorld(argv, env);
  } finally {
    const namespace = await readFile(namespaceIn(own), 'utf8').catch(() => undefined);
    if (namespace !== undefined) await removeUsersOf(namespace);
    await rm(own, { recursive: true, force: true });
  }
}

function namespaceIn(own: string): string {
  return join(own, 'namespace');
}

async function inside(own: string): Promise<number> {
  await furnishOwnWorld();
  // A run that is killed can't take its users away.
  await writeFile(namespaceIn(own), pidNamespace());
  const seed = Number(values.seed ?? randomInt(1_000_000));
  console.log(`Seed ${seed}; the same run again: npm run test:faults -- --seed ${seed}`);
  const faults = faultsNamed(new RegExp(values.faults));
  const bounded =
    values.boundaries === 'all'
      ? faults
      : values.boundaries === 'none'
        ? []
        : faultsNamed(new RegExp(values.boundaries));
  const walks = [deployWalk, rollbackWalk];
  const only = new RegExp(values.only);
  const startedMs = performance.now();
  const isTimeUp = () => performance.now() - startedMs > Number(values.minutes) * 60_000;

  await using scene = await openScene(own);
  const machine = await demoEnvironment(scene.engine.version);
  await mkdir(dirname(values.out), { recursive: true });
  const series = new Series(scene, only);
  const count = Number(values.count);
  /** After every scenario, so that a run that is broken off has told what it saw. */
  const save = async (secrets: readonly string[], isComplete = false) => {
    const results = {
      date: new Date().toISOString(),
      command: `npm run test:faults -- --seed ${seed}`,
      seed,
      isComplete,
      machine,
      durationMs: Math.round(performance.now() - startedMs),
      rows: rowsOf(series.results),
      secrets,
      failed: series.results.filter(({ misses }) => misses.length > 0),
      scenarios: series.results,
    };
    await writeFile(values.out, `${JSON.stringify(results, null, 2)}\n`);
    return results;
  };
  await series.warmUp(walks);
  for (const walk of walks) {
    for (const scenario of atEveryBoundary(walk, bounded, seed)) {
      await series.play(scenario);
      await save([]);
    }
  }
  const draw = drawer(walks, faults, seed);
  for (let hits = 0; hits < count && !isTimeUp(); ) {
    if (await series.play(draw())) hits += 1;
    await save([]);
  }
  const secrets = await series.searchEngine();
  const { rows, failed, durationMs } = await save(secrets, true);
  console.log(`\n${tableOf(rows)}\n`);
  for (const line of secrets) console.log(`✕ ${line}`);
  const drawn = series.results.filter(({ isRandom }) => isRandom).length;
  if (drawn < count) console.log(`✕ Only ${drawn} of ${count} random moments in ${values.minutes} minutes.`);
  console.log(
    `${series.results.length} scenarios, ${failed.length} failed, seed ${seed}, after ${Math.round(durationMs / 1000)} s; ${values.out}`,
  );
  return failed.length === 0 && secrets.length === 0 && drawn >= count ? 0 : 1;
}
