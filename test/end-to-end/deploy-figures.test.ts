import { expect, test } from 'vitest';
import type { TimelineEntry } from '#release';
import { type DeployVerdict, deployFigures, deployMoments } from './deploy-figures.ts';

const entry = (step: TimelineEntry['step'], startMs: number, durationMs: number): TimelineEntry => ({
  step,
  startMs,
  durationMs,
  outcome: 'done',
});

const verdict: DeployVerdict = {
  outcome: 'live',
  health: { attempts: 4, durationMs: 330 },
  timeline: [
    entry('connect', 80, 50),
    entry('pull', 130, 70),
    entry('start', 200, 200),
    entry('health', 400, 330),
    entry('switch', 730, 40),
    entry('watch', 770, 3_000),
    entry('drain', 3_770, 2_100),
    entry('tidy', 5_870, 30),
  ],
};

test('overhead is the whole less pull, boot, watch and drain', () => {
  const figures = deployFigures(verdict, 5_950, { intervalMs: 100, threshold: 2 });
  expect(figures).toMatchObject({ pullMs: 70, bootMs: 200, watchMs: 3_000, drainMs: 2_100, overheadMs: 580 });
  expect(figures.overheadBySteps).toEqual({
    connect: 50,
    start: 200,
    health: 130,
    switch: 40,
    tidy: 30,
    process: 130,
  });
  expect(Object.values(figures.overheadBySteps).reduce((sum, ms) => sum + ms, 0)).toBe(figures.overheadMs);
});

test('the first healthy answer, where it is known, ends the boot', () => {
  const exact = { ...verdict, health: { attempts: 4, durationMs: 330, firstHealthyMs: 222 } };
  expect(deployFigures(exact, 5_950)).toMatchObject({ bootMs: 222, overheadMs: 558 });
});

test('the phases come in order', () => {
  expect(deployMoments(verdict, 5_950).map(({ name, atMs }) => `${name} ${atMs}`)).toEqual([
    'start 0',
    'healthy 730',
    'switch 730',
    'watch 770',
    'drain 3770',
    'done 5950',
  ]);
});
