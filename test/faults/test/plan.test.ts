import { expect, test } from 'vitest';
import { allFaults } from '../all-faults.ts';
import { deployWalk } from '../deploy-walk.ts';
import { describeMoment, momentAwaited, stepIn } from '../moment.ts';
import { atEveryBoundary, drawer, faultsNamed } from '../plan.ts';
import { rollbackWalk } from '../rollback-walk.ts';

const described = (seed: number) => {
  const draw = drawer([deployWalk], allFaults, seed);
  return Array.from({ length: 200 }, () => {
    const { fault, moment, seed: own } = draw();
    return `${fault.name} ${describeMoment(moment)} ${own}`;
  });
};

test('one seed draws the same scenarios, another draws others, and every fault is among them', () => {
  expect(described(7)).toEqual(described(7));
  expect(described(7)).not.toEqual(described(8));
  for (const { name } of allFaults) expect(described(7).join()).toContain(name);
});

test('a fault strikes at every boundary at which it can, the last one too', () => {
  const moments = (name: RegExp) =>
    atEveryBoundary(deployWalk, faultsNamed(name), 1).map(({ moment }) => describeMoment(moment));
  expect(moments(/^job killed/)).toEqual([
    ...deployWalk.steps.map((step) => `${step} begins`),
    'post-deploy done',
  ]);
  expect(moments(/^registry refuses/)).toEqual(
    ['connect', 'lease', 'prepare', 'pull'].map((step) => `${step} begins`),
  );
});

test('a walk that pulls nothing is not struck by what becomes of the registry', () => {
  const faults = atEveryBoundary(rollbackWalk, allFaults, 1).map(({ fault }) => fault.name);
  expect(faults).toContain('job killed (SIGKILL)');
  const draw = drawer([rollbackWalk], allFaults, 1);
  const drawn = Array.from({ length: 200 }, () => draw().fault.name);
  for (const name of ['registry refuses', 'pull cut half-way']) {
    expect(faults).not.toContain(name);
    expect(drawn).not.toContain(name);
  }
});

test('a moment is reached when the debug log says so, and not before', async () => {
  const { reached, see } = momentAwaited({ at: 'step', step: 'switch', what: 'begins' }, 1_000);
  let isReached = false;
  void reached.then(() => {
    isReached = true;
  });
  for (const line of ['Step switch: begins', '::debug::Step verify: done', '::debug::Step switch: done'])
    see(line);
  await Promise.resolve();
  expect(isReached).toBe(false);
  see('::debug::Step switch: begins');
  await reached;
  expect(isReached).toBe(true);
  expect(stepIn('::debug::Step pre-deploy: failed')).toEqual({ step: 'pre-deploy', what: 'failed' });
});
