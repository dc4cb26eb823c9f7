import { allFaults } from './all-faults.ts';
import type { Fault } from './fault.ts';
import type { Moment } from './moment.ts';
import { pick, type Random, randomFrom } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Walk } from './walk.ts';

/** Every fault at every boundary of a walk at which it can strike. */
export function atEveryBoundary(
  walk: Walk,
  faults: readonly Fault[],
  seed: number,
): Omit<Scenario, 'number'>[] {
  const last = walk.steps.at(-1);
  return faults.filter(strikes(walk)).flatMap((fault) => {
    const steps = walk.steps.filter((step) => fault.steps?.includes(step) ?? true);
    const moments: Moment[] = steps.map((step) => ({ at: 'step', step, what: 'begins' }));
    if (last !== undefined && steps.includes(last)) moments.push({ at: 'step', step: last, what: 'done' });
    return moments.map((moment, index) => ({ walk, fault, moment, seed: seed + index }));
  });
}

/** Draws a walk, a fault and a moment, again and again, always the same for one seed. */
export function drawer(
  walks: readonly Walk[],
  faults: readonly Fault[],
  seed: number,
): () => Omit<Scenario, 'number'> {
  const random: Random = randomFrom(seed);
  return () => {
    const walk = pick(random, walks);
    const fault = pick(random, faults.filter(strikes(walk)));
    const [from, to] = fault.shares ?? [0, 0.97];
    const share = from + random() * (to - from);
    return { walk, fault, moment: { at: 'random', share }, seed: Math.floor(random() * 2 ** 31) };
  };
}

function strikes({ pulls }: Walk): (fault: Fault) => boolean {
  return ({ isOfThePull }) => pulls || !isOfThePull;
}

export function faultsNamed(pattern: RegExp): Fault[] {
  return allFaults.filter(({ name }) => pattern.test(name));
}
