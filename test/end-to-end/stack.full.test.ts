import { afterAll, beforeAll, expect, test } from 'vitest';
import { ToolUnavailable } from '../../scripts/test-tools.ts';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStackStage, type StackStage } from './stack-stage.ts';

// The seeds' kind of stack, deployed as one release under load: no request lost at either address or inside, no job lost or
// done twice, the scheduler never doubled, the database untouched.

const inOrder = { lost: [], doubled: [], cut: [], open: [] };
const quick = { watch: '1s', 'drain-timeout': '3s' };

describeWithEngine('a Compose stack as one release', () => {
  let stage: StackStage;
  let unavailable: string | undefined;
  beforeAll(async () => {
    try {
      stage = await openStackStage({ purpose: 'stackdeploy' });
    } catch (error) {
      if (!(error instanceof ToolUnavailable)) throw error;
      unavailable = error.message;
    }
  });
  afterAll(() => stage?.close());

  test('goes live on an empty server, databases first', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const { result, violations } = await stage.deployStack({ version: 'v1' }, quick, {
      onLine: (line) => console.log(line),
    });
    expect(result.log).toContain('is live');
    expect(result.exitCode).toBe(0);
    expect(violations).toEqual([]);
    await stage.ready();
  });

  test('is replaced under load without a lost request', async (context) => {
    context.skip(unavailable !== undefined, unavailable);
    const database = await stage.postgres();
    await using load = await stage.startLoad({ durationMs: 10 * 60_000 });
    await waitFor('some jobs', () => load.jobs.live().answered > 20);
    const { result, violations } = await stage.deployStack({ version: 'v2' }, quick, {
      onLine: (line) => console.log(line),
    });
    expect(result.exitCode).toBe(0);
    expect(violations).toEqual([]);
    await waitFor('some more jobs', () => load.jobs.live().answered > 60);
    const report = await load.stop();
    console.log(
      JSON.stringify({
        requests: report.requests,
        failed: report.failed,
        inside: report.failedInside,
        mixed: report.mixed,
      }),
      JSON.stringify([
        report.frontend.failuresByReason,
        report.backend.failuresByReason,
        report.jobs.failuresByReason,
      ]),
      JSON.stringify([report.frontend.versions, report.backend.versions]),
    );
    expect([...report.frontend.failures, ...report.backend.failures, ...report.jobs.failures]).toEqual([]);
    const { accepted: _, ...verdict } = await stage.jobs();
    expect(verdict).toEqual(inOrder);
    expect((await stage.ticks()).overlaps).toEqual([]);
    expect(await stage.postgres()).toEqual(database);
  });
});
