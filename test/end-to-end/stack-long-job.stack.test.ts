import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeStack } from './describe-stack.ts';
import type { StackStage } from './stack-stage.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// A worker that needs an hour to finish its job does so while the pipeline goes on.

const withTime = (text: string) =>
  text.replace('  celery-worker:\n', '  celery-worker:\n    stop_grace_period: 1h\n');

const workers = async (stage: StackStage) =>
  Object.entries((await stage.onServer()).containers).flatMap(([name, { service, running }]) =>
    service === 'celery-worker' && running ? [name] : [],
  );

describeStack(
  "a worker with an hour's job in hand",
  { purpose: 'stacklongjob', compose: withTime },
  (stage) => {
    let job = '';
    let busy = '';
    const replacedWhileBusy = async (version: string) => {
      await using load = await loadOn(stage());
      const run = await stage().deployStack({ version }, brisk);
      expectLive(run);
      await nothingLostBut(load);
      // It drains for as long as a request may take, not for an hour.
      expect(run.result.durationMs).toBeLessThan(40_000);
      expect(await workers(stage())).toHaveLength(2);
      expect(await workers(stage())).toContain(busy);
      return run;
    };
    const nothingLostBut = async (load: Parameters<typeof nothingLost>[1]) => {
      const report = await load.stop();
      expect([...report.frontend.failures, ...report.backend.failures, ...report.jobs.failures]).toEqual([]);
      const { accepted: _, ...verdict } = await stage().jobs();
      expect(verdict).toEqual({ lost: [], doubled: [], cut: [], open: [job] });
    };

    test('does not hold up the deploy that replaces it', async () => {
      job = await stage().startLongJob();
      [busy = ''] = await workers(stage());
      const { result } = await replacedWhileBusy('v2');
      expect(result.log).toContain(
        `${busy} still finishes its work, for at most 3600 s in all; the next run takes it away.`,
      );
    });

    test('nor the ones after that, which leave it alone', async () => {
      await replacedWhileBusy('v3');
      await replacedWhileBusy('v4');
    });

    test('nor a rollback', async () => {
      await using load = await loadOn(stage());
      load.expectWayBack('v3', 'v4');
      expectLive(await stage().rollback(brisk));
      await nothingLostBut(load);
      expect(await workers(stage())).toContain(busy);
    });

    test('is taken away by the deploy that finds its job done, which was done once', async () => {
      await stage().endLongJob(job);
      await waitFor('the end of the worker', async () => !(await workers(stage())).includes(busy));
      await using load = await loadOn(stage());
      expectLive(await stage().deployStack({ version: 'v5' }, brisk));
      await expectServes(stage(), 'v5');
      await nothingLost(stage(), load);
      await expectTidy(stage());
      expect(await stage().inService('redis', 'redis-cli', 'HMGET', 'jobs:done', job)).toBe('1\n');
    });
  },
  async (stage) => {
    expectLive(await stage.deployStack({ version: 'v1' }, brisk));
    await stage.ready();
  },
);
