import type { Fault } from './fault.ts';
import type { Moment } from './moment.ts';
import { pick, type Random, randomFrom } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Walk } from './walk.ts';

/** A scenario before it has a number. */
export type Planned = Omit<Scenario, 'number'>;

/** Every fault at every boundary of a walk at which it can strike. */
export function atEveryBoundary(walk: Walk, faults: readonly Fault[], seed: number): Planned[] {
  const last = walk.steps.at(-1);
  return faults.filter(walk.isStruckBy).flatMap((fault) => {
    const steps = walk.steps.filter((step) => fault.steps?.includes(step) ?? true);
    const moments: Moment[] = steps.map((step) => ({ at: 'step', step, what: 'begins' }));
    if (last !== undefined && steps.includes(last)) moments.push({ at: 'step', step: last, what: 'done' });
    return moments.map((moment, index) => ({ walk, fault, moment, seed: seed + index }));
  });
}

/**
 * Draws a walk, a fault and a moment, again and again, always the same for one seed. Of several worlds each gets what
 * is its own of the one sequence.
 */
export function drawer(
  walks: readonly Walk[],
  faults: readonly Fault[],
  seed: number,
  world = 0,
  worlds = 1,
): () => Planned {
  const random: Random = randomFrom(seed);
  const struck = walks
    .map((walk) => ({ walk, faults: faults.filter(walk.isStruckBy) }))
    .filter((choice) => choice.faults.length > 0);
  let drawn = 0;
  const draw = (): Planned => {
    const choice = pick(random, struck);
    const fault = pick(random, choice.faults);
    const [from, to] = fault.shares ?? [0, 0.97];
    const share = from + random() * (to - from);
    return {
      walk: choice.walk,
      fault,
      moment: { at: 'random', share },
      seed: Math.floor(random() * 2 ** 31),
    };
  };
  return () => {
    for (;;) {
      const planned = draw();
      drawn += 1;
      if ((drawn - 1) % worlds === world) return planned;
    }
  };
}

/** What one world gets of a list that is dealt out. */
export function shareOf<T>(all: readonly T[], world: number, worlds: number): T[] {
  return all.filter((_, index) => index % worlds === world);
}
