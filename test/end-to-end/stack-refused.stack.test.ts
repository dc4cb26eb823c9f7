import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/test-tools-run.ts';
import type { StackVersion } from '../machine/stack-images.ts';
import { describeStack } from './describe-stack.ts';
import { errorsOf } from './run-deploy.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// All or nothing: one service that is no good, and the whole stack is as it was, with nothing of the failed release left
// but its entry in the record.

const faults: Record<
  string,
  {
    version: string;
    env: StackVersion['env'];
    inputs?: Record<string, string>;
    outcome?: 'failed' | 'switched-back';
    says: RegExp;
    log: RegExp;
    stops?: string;
  }
> = {
  'a backend that never gets healthy': {
    version: 'sick',
    env: { backend: { NEVER_HEALTHY: '1' } },
    inputs: { 'start-timeout': '4s' },
    says: /^Release \S+ was refused: backend is not fit to serve: .*exit code 1.* Release \S+ still serves\.$/s,
    log: /backend:\n/,
  },
  'a worker that crashes': {
    version: 'crash',
    env: { workers: { CRASHES: 'worker' } },
    says: /^Release \S+ was refused: celery-worker is not fit to serve: it .*(?:restarting|ended with exit code 3).* Release \S+ still serves\.$/s,
    log: /celery-worker:\n.*The worker finds no settings/s,
  },
  'a scheduler that crashes, for which the old one was stopped': {
    version: 'mute',
    env: { workers: { CRASHES: 'beat' } },
    says: /^Release \S+ was refused: celery-beat is not fit to serve: it .*(?:restarting|ended with exit code 3).* Release \S+ still serves\.$/s,
    log: /celery-beat:\n.*The beat finds no settings/s,
    stops: 'celery-beat',
  },
  'a backend that turns bad while it is watched': {
    version: 'sickens',
    env: { backend: { SICKENS_MS: '1500' } },
    inputs: { watch: '10s' },
    outcome: 'switched-back',
    says: /^Release \S+ was taken back: backend turned bad after the switch: .* Release \S+ serves again\.$/s,
    log: /backend:\n/,
    stops: 'celery-beat',
  },
};

describeStack(
  'a stack of which one service is no good',
  { purpose: 'stackrefused' },
  (stage) => {
    test.each(Object.entries(faults))(
      '%s',
      async (_, { version, env, inputs, outcome = 'failed', says, log, stops }) => {
        const before = await stage().onServer();
        const ticks = await stage().ticks();
        await using load = await loadOn(stage());
        load.expectWayBack('v1', version);
        const { result, verdict, violations } = await stage().deployStack(
          { version, ...(env && { env }) },
          { ...brisk, ...inputs },
        );
        expect(result.exitCode).toBe(1);
        expect(violations).toEqual([]);
        expect(errorsOf(result)).toEqual([expect.stringMatching(says)]);
        expect(result.summary).toMatch(log);
        expect(verdict?.outcome).toBe(outcome);
        await expectServes(stage(), 'v1');
        await waitFor(
          'a tick of the scheduler',
          async () => (await stage().ticks()).runs.at(-1)?.version === 'v1',
        );
        await nothingLost(stage(), load);

        const after = await stage().onServer();
        // One that has served can be gone back to by its name.
        const kept = outcome === 'switched-back' ? `stacks/${result.outputs.release}` : undefined;
        after.files = after.files.filter((path) => kept === undefined || !path.startsWith(kept));
        for (const { containers } of [before, after]) {
          for (const one of Object.values(containers)) if (one.service === stops) one.startedAt = 'either';
        }
        expect(after).toEqual(before);
        const runs = (await stage().ticks()).runs.slice(ticks.runs.length);
        expect(runs.filter((run) => run.version === 'v1')).toHaveLength(stops ? 1 : 0);
      },
    );

    test('and the next release goes live', async () => {
      await using load = await loadOn(stage());
      expectLive(await stage().deployStack({ version: 'v2' }, brisk));
      await expectServes(stage(), 'v2');
      await nothingLost(stage(), load);
      await expectTidy(stage());
    });
  },
  async (stage) => {
    expectLive(await stage.deployStack({ version: 'v1' }, brisk));
    await stage.ready();
  },
);
