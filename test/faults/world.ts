import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoEnvironment } from '../../scripts/demo-environment.ts';
import { furnishOwnWorld } from '../machine/own-world.ts';
import { pidNamespace } from '../machine/owned-folder.ts';
import { allWalks } from './all-walks.ts';
import type { SuiteOptions } from './options.ts';
import { atEveryBoundary, drawer, type Planned, shareOf } from './plan.ts';
import { resultsOf } from './results.ts';
import { openScene } from './scene.ts';
import { Series } from './series.ts';
import { stopAsked } from './stop-asked.ts';

/** One of the worlds in which the suite plays. */
export interface WorldPlace {
  /** From 0 on. */
  readonly index: number;
  /** For logs and other things that may go when the world does. */
  readonly folder: string;
  /** Where its results go. */
  readonly out: string;
}

/** Holds the world's process namespace, by which its users are known. */
export function namespaceFile({ folder }: WorldPlace): string {
  return join(folder, 'namespace');
}

/**
 * Plays this world's part of the suite, every `worlds`th scenario.
 *
 * @returns the exit code: 0 when all of it was played, whatever came of it
 * @throws RunStopped when the run is broken off; the Engine and the disks are away then
 */
export async function playHere(place: WorldPlace, options: SuiteOptions): Promise<number> {
  await furnishOwnWorld();
  await writeFile(namespaceFile(place), pidNamespace());
  const { index } = place;
  const { seed, worlds } = options;
  const startedMs = performance.now();
  const isTimeUp = () => performance.now() - startedMs > options.minutes * 60_000;

  using stop = stopAsked();
  await using scene = await stop.orStopped(openScene(place.folder));
  const machine = await demoEnvironment(scene.engine.version);
  const series = new Series(scene, options.only);
  /** After every scenario, so that a run that is broken off has told what it saw. */
  const save = async (secrets: readonly string[], isComplete: boolean) => {
    // What fails because everything is being taken away says nothing.
    if (stop.signal.aborted) return;
    const durationMs = Math.round(performance.now() - startedMs);
    const facts = { command: options.command, seed, isComplete, machine, durationMs, secrets };
    await writeFile(`${place.out}.new`, JSON.stringify(resultsOf(facts, series.results)));
    // The end may come at any time.
    await rename(`${place.out}.new`, place.out);
  };
  const play = async (planned: Planned) => {
    const hit = await stop.orStopped(series.play(planned));
    await save([], false);
    return hit;
  };
  await save([], false);
  await stop.orStopped(series.warmUp(allWalks));
  const left = shareOf(
    allWalks.flatMap((walk) => atEveryBoundary(walk, options.bounded, seed)),
    index,
    worlds,
  );
  while (left.length > 0 && !isTimeUp()) await play(left.shift() as Planned);
  const draw = drawer(allWalks, options.drawn, seed, index, worlds);
  let toHit = shareOf(Array.from({ length: options.count }), index, worlds).length;
  while (toHit > 0 && !isTimeUp()) {
    if (await play(draw())) toHit -= 1;
  }
  const isComplete = left.length === 0 && toHit === 0;
  if (!isComplete)
    console.log(`✕ World ${index}: ${left.length + toHit} scenarios are left, the time is up.`);
  await save(await stop.orStopped(series.searchEngine()), isComplete);
  return isComplete ? 0 : 1;
}
