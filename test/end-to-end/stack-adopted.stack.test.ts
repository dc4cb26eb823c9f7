import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeStack } from './describe-stack.ts';
import { errorsOf } from './run-deploy.ts';
import { composeFileName } from './stack-files.ts';
import type { StackStage } from './stack-stage.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// A stack that already runs under plain Compose becomes ours at the price of one gap, and is given back as easily.

const isDatabase = ({ service }: { service: string }) => service === 'postgres' || service === 'redis';

async function containersOf(stage: StackStage, which: (one: { service: string }) => boolean = () => true) {
  const { containers } = await stage.onServer();
  return Object.fromEntries(Object.entries(containers).filter(([, one]) => which(one)));
}

/** What stopped and started again is the same container all the same. */
const withoutTimes = (containers: Awaited<ReturnType<typeof containersOf>>) =>
  Object.fromEntries(Object.entries(containers).map(([name, { startedAt: _, ...one }]) => [name, one]));

describeStack(
  'a stack that plain Compose runs',
  { purpose: 'stackadopted' },
  (stage) => {
    test('is told beforehand what it will cost', async () => {
      const before = await stage().onServer();
      const { result } = await stage().deployStack({ version: 'v2' }, { ...brisk, 'dry-run': 'true' });
      expect(result.exitCode, result.log).toBe(0);
      for (const service of ['frontend', 'backend']) {
        expect(result.log).toMatch(
          new RegExp(
            `Take the address of ${service} over from \\S+-${service}-1: it does not answer for a moment, this once\\.`,
          ),
        );
      }
      expect({ ...(await stage().onServer()), files: [] }).toEqual({ ...before, files: [] });
    });

    test('serves again when an address cannot be taken', async () => {
      const before = await stage().onServer();
      const path = join(stage().checkout, composeFileName);
      const text = await readFile(path, 'utf8');
      const taken = createServer().listen(0, '0.0.0.0');
      await once(taken, 'listening');
      const address = taken.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      await writeFile(path, text.replace(`"${stage().ports.backend}:8000"`, `"${port}:8000"`));
      try {
        const { result, violations } = await stage().deployStack({ version: 'v2' }, brisk);
        expect(result.exitCode).toBe(1);
        expect(violations).toEqual([]);
        expect(errorsOf(result)).toEqual([expect.stringMatching(/already (?:in use|allocated)/)]);
      } finally {
        taken.close();
        await writeFile(path, text);
      }
      await stage().ready();
      await expectServes(stage(), 'v1');
      expect(withoutTimes(await containersOf(stage()))).toEqual(withoutTimes(before.containers));
      expect(await containersOf(stage(), isDatabase)).toEqual(
        Object.fromEntries(Object.entries(before.containers).filter(([, one]) => isDatabase(one))),
      );
      expect((await stage().onServer()).networks).toEqual(before.networks);
      const load = await loadOn(stage());
      await nothingLost(stage(), load);
    });

    test('is taken over with one gap, which is measured, and its databases are not touched', async () => {
      const databases = await containersOf(stage(), isDatabase);
      await using load = await loadOn(stage());
      const run = await stage().deployStack({ version: 'v2' }, brisk);
      expectLive(run);
      expect(run.result.log).toMatch(
        /backend and frontend are taken over from plain Compose: the address does not answer from the stop of .* until the switch has it, this once\./,
      );
      const { adoptionGapMs = 0 } = run.verdict as { adoptionGapMs?: number };
      expect(adoptionGapMs).toBeGreaterThan(0);
      expect(run.result.summary).toContain(`${adoptionGapMs} ms without an answer, this once`);
      const report = await load.stop();
      const gaps = [report.frontend.longestGapMs, report.backend.longestGapMs];
      console.log(
        `Taking over took ${adoptionGapMs} ms by our own word and ${gaps.map(Math.round).join(' and ')} ms at the two addresses; ${report.failed} of ${report.requests} requests failed.`,
      );
      for (const gap of gaps) expect(gap).toBeLessThan(adoptionGapMs + 500);
      await expectServes(stage(), 'v2');
      expect(await containersOf(stage(), isDatabase)).toEqual(databases);
      const { accepted: _, ...jobs } = await stage().jobs();
      expect(jobs).toEqual({ lost: [], doubled: [], cut: [], open: [] });
      expect((await stage().ticks()).overlaps).toEqual([]);
      await expectTidy(stage());
      const before = await stage().onServer();
      await stage().composeOfRelease('up', '-d');
      expect(await stage().onServer()).toEqual(before);
    });

    test('costs nothing from then on', async () => {
      const databases = await containersOf(stage(), isDatabase);
      await using load = await loadOn(stage());
      const run = await stage().deployStack({ version: 'v3' }, brisk);
      expectLive(run);
      await nothingLost(stage(), load);
      expect(run.verdict).not.toHaveProperty('adoptionGapMs');
      await expectServes(stage(), 'v3');
      expect(await containersOf(stage(), isDatabase)).toEqual(databases);
    });

    test("runs without us by the last release's file", async () => {
      await stage().composeOfRelease('down');
      expect(await containersOf(stage())).toEqual({});
      await stage().composeOfRelease('up', '-d');
      await stage().ready();
      await expectServes(stage(), 'v3');
      const load = await loadOn(stage());
      await nothingLost(stage(), load);
    });

    test("and by the user's own files", async () => {
      const volumes = ['psql', '-U', 'shop', '-d', 'shop', '-A', '-t', '-c', 'SELECT count(*) FROM products'];
      await stage().compose('up', '-d', '--remove-orphans');
      await stage().ready();
      await expectServes(stage(), 'v1');
      expect((await stage().inService('postgres', ...volumes)).trim()).toBe('2');
      const services = Object.values(await containersOf(stage())).map(({ service }) => service);
      expect(services.toSorted()).toEqual([
        'backend',
        'celery-beat',
        'celery-worker',
        'frontend',
        'postgres',
        'redis',
      ]);
      const load = await loadOn(stage());
      await nothingLost(stage(), load);
    });

    test('and is taken over again', async () => {
      expectLive(await stage().deployStack({ version: 'v4' }, brisk));
      await stage().ready();
      await expectServes(stage(), 'v4');
      await using load = await loadOn(stage());
      await nothingLost(stage(), load);
    });
  },
  async (stage) => {
    await stage.composeUp({ version: 'v1' });
    await stage.ready();
  },
);
