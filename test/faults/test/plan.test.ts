import { expect, test } from 'vitest';
import { allFaults } from '../all-faults.ts';
import { deployWalk } from '../deploy-walk.ts';
import { describeMoment, momentAwaited, stepIn } from '../moment.ts';
import { readOptions } from '../options.ts';
import { atEveryBoundary, drawer, shareOf } from '../plan.ts';
import { rollbackWalk } from '../rollback-walk.ts';
import { rollbackWithPullWalk } from '../rollback-with-pull-walk.ts';
import { stopFirstWalk } from '../stop-first-walk.ts';

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
    atEveryBoundary(
      deployWalk,
      allFaults.filter((fault) => name.test(fault.name)),
      1,
    ).map(({ moment }) => describeMoment(moment));
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

test('a rollback that has to pull is struck by what becomes of the registry, before and in the pull', () => {
  const planned = atEveryBoundary(rollbackWithPullWalk, allFaults, 1);
  const struck = planned.map(({ fault, moment }) => `${fault.name} @ ${describeMoment(moment)}`);
  for (const name of ['registry refuses', 'registry hangs, job cancelled', 'pull cut half-way']) {
    expect(struck).toContain(`${name} @ pull begins`);
  }
  expect(struck).not.toContain('switch killed @ pull begins');
});

test('a deploy that stops the old version first is struck by what ends its job, in its gap too', () => {
  const planned = atEveryBoundary(stopFirstWalk, allFaults, 1);
  expect([...new Set(planned.map(({ fault }) => fault.name))]).toEqual([
    'job killed (SIGKILL)',
    'job cancelled (SIGINT, SIGTERM)',
    'SSH connection cut',
  ]);
  expect(planned.map(({ moment }) => describeMoment(moment))).toContain('health begins');
});

test('a fault that allows an outage says how long it may last', () => {
  for (const fault of allFaults) {
    const isAllowed = [true, false].some((hasSwitched) => fault.allows({ hasSwitched }) === 'outage');
    expect(fault.outageLimitMs !== undefined, fault.name).toBe(isAllowed);
  }
});

test('worlds share one sequence: none is played twice, none is left out', () => {
  const names = (draw: ReturnType<typeof drawer>, count: number) =>
    Array.from({ length: count }, () => JSON.stringify(draw()));
  const walks = [deployWalk, rollbackWalk];
  const all = names(drawer(walks, allFaults, 3), 60);
  const dealt = [0, 1, 2].map((world) => names(drawer(walks, allFaults, 3, world, 3), 20));
  expect(dealt.flat().toSorted()).toEqual(all.toSorted());
  const boundaries = atEveryBoundary(deployWalk, allFaults, 1);
  expect([0, 1].flatMap((world) => shareOf(boundaries, world, 2)).length).toBe(boundaries.length);
});

test('what a person types to have a run again says all that it was asked', () => {
  const asked = ['--seed', '7', '--boundaries', 'job killed', '--count', '12', '--out', '/tmp/out.json'];
  const { command, seed, count, bounded } = readOptions(asked);
  expect(command).toBe("npm run test:faults -- --seed 7 --count 12 --boundaries 'job killed'");
  expect([seed, count, bounded.map(({ name }) => name)]).toEqual([7, 12, ['job killed (SIGKILL)']]);
  expect(() => readOptions(['--count', 'many'])).toThrow('--count must be a whole number');
  expect(() => readOptions(['--faults', 'meteor'])).toThrow('No fault is named like "meteor"');
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
