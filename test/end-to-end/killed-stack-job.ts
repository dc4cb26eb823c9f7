import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeStack } from './describe-stack.ts';
import { killedAt } from './killed-job.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

/** At which line of a deploy's log its job is killed, and which version serves then. */
export interface Death {
  at: RegExp;
  serves: 'old' | 'new';
  /** What the next deploy says that it found, where there is something. */
  found?: RegExp;
  inputs?: Record<string, string>;
}

/** Kills deploys of a stack at each of these moments, and lets the next one make one release of what it finds. */
export function describeKilledJobs(
  name: string,
  purpose: string,
  deaths: Readonly<Record<string, Death>>,
): void {
  describeStack(
    name,
    { purpose },
    (stage) => {
      let serving = 'v1';
      let count = 0;
      test.each(Object.entries(deaths))('%s', async (_, { at, serves, found, inputs }) => {
        count += 2;
        const [killed, next] = [`v${count}`, `v${count + 1}`];
        const database = await stage().postgres();
        await using load = await loadOn(stage());
        load.expectWayBack(serving, killed);
        const dead = await stage().deployStack({ version: killed }, { ...brisk, ...inputs }, killedAt(at));
        expect(dead.result.signal, dead.result.log).toBe('SIGKILL');
        // What its connection had started on the server ends with it, or is done in a moment.
        await waitFor('the end of its sessions', () => stage().server.sshd.openSessions() === 0);
        const seen = await fetch(`http://127.0.0.1:${stage().ports.backend}/version`).then((answer) =>
          answer.text(),
        );
        expect(seen.trim()).toBe(serves === 'old' ? serving : killed);
        await stage().ageLease();
        const run = await stage().deployStack({ version: next }, brisk);
        expectLive(run);
        if (found) expect(run.result.log).toMatch(found);
        await expectServes(stage(), next);
        serving = next;
        await nothingLost(stage(), load);
        await expectTidy(stage());
        expect(await stage().postgres()).toEqual(database);
        const before = await stage().onServer();
        await stage().composeOfRelease('up', '-d');
        expect(await stage().onServer()).toEqual(before);
      });
    },
    async (stage) => {
      expectLive(await stage.deployStack({ version: 'v1' }, brisk));
      await stage.ready();
    },
  );
}
