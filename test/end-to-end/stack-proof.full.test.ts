import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../scripts/project-root.ts';
import { describeStack } from './describe-stack.ts';
import type { StackReport } from './stack-load.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// What the README claims of stacks, in one run: `docker compose up -d`, taking over what it runs, and ten deploys.

const deploys = 10;

interface Measured {
  requests: number;
  failed: number;
  failedInside: number;
  longestGapMs: { frontend: number; backend: number };
  durationsMs: number[];
}

const figures: {
  compose?: Measured;
  takenOver?: Measured & { adoptionGapMs: number | undefined };
  deploys?: Measured & {
    switchMs: (number | undefined)[];
    steps: Record<string, number[]>;
    jobs: number;
    schedulerGapMs: number;
  };
} = {};

const measured = (report: StackReport, durationsMs: number[]): Measured => ({
  requests: report.requests,
  failed: report.failed,
  failedInside: report.failedInside,
  longestGapMs: {
    frontend: Math.round(report.frontend.longestGapMs),
    backend: Math.round(report.backend.longestGapMs),
  },
  durationsMs: durationsMs.map(Math.round),
});

async function written(): Promise<void> {
  const folder = join(projectRoot, 'test-results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'stack.json'), `${JSON.stringify(figures, null, 2)}\n`);
}

describeStack(
  'a stack, deployed again and again under load',
  { purpose: 'stackproof' },
  (stage) => {
    test('costs requests with `docker compose up -d`', async () => {
      await using load = await loadOn(stage());
      const { durationMs } = await stage().composeUp({ version: 'c2' });
      await stage().ready();
      const report = await load.stop();
      figures.compose = measured(report, [durationMs]);
      expect(report.failed).toBeGreaterThan(0);
      await written();
    });

    test('is taken over once', async () => {
      await using load = await loadOn(stage());
      const run = await stage().deployStack({ version: 'v0' }, brisk);
      expectLive(run);
      const report = await load.stop();
      const { adoptionGapMs } = run.verdict as { adoptionGapMs?: number };
      figures.takenOver = { ...measured(report, [run.result.durationMs]), adoptionGapMs };
      await written();
    });

    test(`loses nothing in ${deploys} deploys`, async () => {
      const database = await stage().postgres();
      const before = await stage().ticks();
      const durations: number[] = [];
      const switchMs: (number | undefined)[] = [];
      const steps: Record<string, number[]> = {};
      await using load = await loadOn(stage());
      for (let count = 1; count <= deploys; count += 1) {
        const run = await stage().deployStack({ version: `v${count}` }, brisk);
        expectLive(run);
        durations.push(run.result.durationMs);
        switchMs.push(run.verdict?.switchMs);
        for (const { step, durationMs } of run.verdict?.timeline ?? [])
          steps[step] = [...(steps[step] ?? []), durationMs];
      }
      const report = await nothingLost(stage(), load);
      await expectServes(stage(), `v${deploys}`);
      await expectTidy(stage());
      expect(await stage().postgres()).toEqual(database);
      const { runs, overlaps, longestGapMs } = await stage().ticks();
      expect(overlaps).toEqual([]);
      expect(runs).toHaveLength(before.runs.length + deploys);
      const jobs = report.jobs.orders.acknowledgedIds.length;
      figures.deploys = {
        ...measured(report, durations),
        switchMs,
        steps,
        jobs,
        schedulerGapMs: longestGapMs,
      };
      await written();
      console.log(JSON.stringify(figures));
    });
  },
  async (stage) => {
    await stage.composeUp({ version: 'c1' });
    await stage.ready();
  },
);
