import { afterAll, beforeAll, expect, test } from 'vitest';
import { ToolUnavailable } from '../../scripts/test-tools.ts';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import type { StackLoad } from './stack-load.ts';
import { openStackStage, type StackStage } from './stack-stage.ts';

// The instruments for stacks, before they judge us: a plain `docker compose up -d` is measured by them, and each fault that
// they are for is made on purpose and seen.

const inOrder = { lost: [], doubled: [], cut: [], open: [] };

/** Both addresses answer only with this version, calls inside included, and have done so for a while. */
async function allAnswerWith(load: StackLoad, version: string): Promise<void> {
  await waitFor(`answers of ${version} alone`, () => {
    const seen = [load.frontend, load.backend].map((one) => one.live());
    const wanted = [`${version}+${version}`, version];
    return seen.every(({ versions, perSecond }, at) => perSecond > 50 && versions.join() === wanted[at]);
  });
}

/** As the frontend that runs has counted them since it began. */
async function failuresInside(stage: StackStage): Promise<number> {
  const told = await stage.inService('frontend', 'wget', '-q', '-O', '-', 'http://127.0.0.1:3000/inside');
  const { failures } = JSON.parse(told) as { failures: Record<string, number> };
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

describeWithEngine('a stack under plain Compose', () => {
  let stage: StackStage;
  let unavailable: string | undefined;
  beforeAll(async () => {
    try {
      stage = await openStackStage({ purpose: 'stack' });
      await stage.composeUp({ version: 'v1' });
      await stage.ready();
    } catch (error) {
      if (!(error instanceof ToolUnavailable)) throw error;
      unavailable = error.message;
    }
  });
  afterAll(() => stage?.close());

  test('costs requests at every address with each version, but no job, no order and no database', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const database = await stage.postgres();
    await using load = await stage.startLoad({ durationMs: 10 * 60_000 });
    await allAnswerWith(load, 'v1');
    await waitFor('some jobs and orders', () => load.jobs.live().answered > 20);
    load.mark('up');
    const { durationMs } = await stage.composeUp({ version: 'v2' });
    await allAnswerWith(load, 'v2');
    const report = await load.stop();

    expect(report.frontend.failed, 'requests that failed at the frontend').toBeGreaterThan(0);
    expect(report.backend.failed, 'requests that failed at the backend').toBeGreaterThan(0);
    console.log(
      `docker compose up -d took ${Math.round(durationMs)} ms and cost ${report.failed} of ${report.requests} requests, ` +
        `${report.failedInside} of them by calls inside; ${report.mixed} mixed; gaps ` +
        `${Math.round(report.frontend.longestGapMs)} and ${Math.round(report.backend.longestGapMs)} ms; ` +
        JSON.stringify([report.frontend.failuresByReason, report.backend.failuresByReason]),
    );
    const pages = report.frontend.versions.map(({ version }) => version);
    expect(pages).toEqual(expect.arrayContaining(['v1+v1', 'v2+v2']));
    expect(report.backend.versions.map(({ version }) => version)).toEqual(['v1', 'v2']);

    const { accepted, ...verdict } = await stage.jobs();
    expect(verdict).toEqual(inOrder);
    expect(accepted).toBe(report.jobs.orders.acknowledgedIds.length);
    expect(accepted).toBeGreaterThan(20);
    const { runs, overlaps, longestGapMs } = await stage.ticks();
    expect(overlaps).toEqual([]);
    expect(runs.map(({ version }) => version)).toEqual(['v1', 'v2']);
    expect(longestGapMs).toBeGreaterThan(190);
    const { lost, doubled } = await stage.orders(report);
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    expect(report.backend.orders.acknowledgedIds.length).toBeGreaterThan(20);
    expect(await stage.postgres()).toEqual(database);
    const rows = ['psql', '-U', 'shop', '-d', 'shop', '-A', '-t', '-c', 'SELECT count(*) FROM products'];
    expect((await stage.inService('postgres', ...rows)).trim()).toBe('2');
  });

  test('nothing is reported where nothing happens', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const before = await stage.ticks();
    await using load = await stage.startLoad({ durationMs: 60_000 });
    await waitFor(
      'some answers',
      () => load.frontend.live().answered > 300 && load.jobs.live().answered > 10,
    );
    const report = await load.stop();
    expect([...report.frontend.failures, ...report.backend.failures, ...report.jobs.failures]).toEqual([]);
    expect({ failed: report.failed, inside: report.failedInside, mixed: report.mixed }).toEqual({
      failed: 0,
      inside: 0,
      mixed: 0,
    });
    expect(await stage.jobs()).toMatchObject(inOrder);
    const after = await stage.ticks();
    expect(after.runs).toHaveLength(before.runs.length);
    expect(after.runs.at(-1)?.ticks).toBeGreaterThan(before.runs.at(-1)?.ticks ?? 0);
  });

  test('a backend that goes away while its frontend stays fails the calls inside', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const before = await failuresInside(stage);
    await using load = await stage.startLoad({ durationMs: 60_000 });
    await allAnswerWith(load, 'v2');
    await stage.compose('restart', 'backend');
    await allAnswerWith(load, 'v2');
    const { frontend, failedInside } = await load.stop();
    expect(failedInside).toBeGreaterThan(0);
    expect(frontend.failuresByReason).toEqual({ 'status 502': failedInside });
    expect(new Set(frontend.failures.map(({ version }) => version))).toEqual(new Set(['v2']));
    expect((await failuresInside(stage)) - before).toBe(failedInside);
    expect(await stage.jobs()).toMatchObject(inOrder);
  });

  test('a second scheduler is seen', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const before = await stage.ticks();
    await stage.compose('up', '-d', '--no-recreate', '--scale', 'celery-beat=2', 'celery-beat');
    await waitFor(
      'the second one',
      async () => (await stage.ticks()).overlaps.length > before.overlaps.length,
    );
    await stage.compose('up', '-d', '--no-recreate', '--scale', 'celery-beat=1', 'celery-beat');
    const after = await stage.ticks();
    expect(after.overlaps).toHaveLength(before.overlaps.length + 1);
    expect(after.runs).toHaveLength(before.runs.length + 1);
  });

  test('a worker that is stopped ends with 0 after the job in hand, one that is killed leaves it cut', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const finished = await stage.startLongJob();
    const stopped = stage.compose('stop', '--timeout', '60', 'celery-worker');
    // It has been told to end, and does not: the job is in its hands.
    await waitFor('the signal', async () =>
      (await stage.compose('logs', '--no-log-prefix', 'celery-worker')).includes('ends after SIGTERM'),
    );
    expect((await stage.jobs()).open).toEqual([finished]);
    await stage.endLongJob(finished);
    await stopped;
    // The Engine's list of containers is a moment behind the answer to the stop.
    await waitFor('the end of the worker', async () =>
      (await stage.containers()).some(({ service, running }) => service === 'celery-worker' && !running),
    );
    expect(await stage.compose('ps', '--all', '--format', '{{.ExitCode}}', 'celery-worker')).toBe('0\n');
    expect(await stage.jobs()).toMatchObject(inOrder);

    await stage.compose('start', 'celery-worker');
    const cut = await stage.startLongJob();
    await stage.compose('kill', 'celery-worker');
    await stage.endLongJob(cut);
    expect(await stage.jobs()).toMatchObject({ ...inOrder, cut: [cut] });
  });
});
