import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { processesWithVariable } from '../runner/process-tree.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// A job that is killed leaves its lease behind. Nobody has to clear it away: it runs out by itself.

const timeToLiveMs = 60_000;

describeWithEngine('the lease of a job that was killed', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());

  const owner = 'https://github.com/octo-org/octo-repo/actions/runs/4711 by unlucky';

  /** An app that serves v1, after a deploy of v2 was killed before it was live. */
  const killed = async (): Promise<TestApp> => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const result = await app.run(
      stand.images.v2,
      { 'healthy-threshold': '1000' },
      {
        env: { SWITCHYARD_TEST_VICTIM: app.name, GITHUB_RUN_ID: '4711', GITHUB_ACTOR: 'unlucky' },
        onLine: (text) => {
          if (!/Health check 1: /.test(text)) return;
          for (const pid of processesWithVariable(`SWITCHYARD_TEST_VICTIM=${app.name}`))
            process.kill(pid, 'SIGKILL');
        },
      },
    );
    expect(result.signal).toBe('SIGKILL');
    return app;
  };
  const othersTurn = (app: TestApp) =>
    new RegExp(
      `^Another deploy of ${app.name} is at work on this server \\(${owner}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\); .*set "force-unlock"`,
    );

  test('is believed at first and runs out by itself, while the old version serves on', async () => {
    const app = await killed();
    const killedAt = performance.now();
    const pulse = app.startPulse();
    expect(refusalOf(await app.run(stand.images.v3, { 'lock-wait': '0s' })).sentence).toMatch(
      othersTurn(app),
    );
    expect(refusalOf(await app.runRollback({ 'lock-wait': '0s' })).sentence).toMatch(othersTurn(app));

    let goesOnAt = Number.NaN;
    const next = await app.deploy(
      stand.images.v3,
      { 'lock-wait': '2m' },
      {
        onLine: (text) => {
          if (text.includes('Live now: ')) goesOnAt = performance.now();
        },
      },
    );
    expect(next.log).toContain(`Waiting for another deploy of ${app.name} to end (${owner}, since `);
    expect(next.log).toMatch(/Removed \S+, which an earlier job had left behind/);
    // The last sign of life was at most a quarter of its life before the end.
    expect(goesOnAt - killedAt).toBeGreaterThan((timeToLiveMs * 3) / 4 - 5_000);
    expect(goesOnAt - killedAt).toBeLessThan(timeToLiveMs + 10_000);
    expect(await app.version()).toBe('v3');
    await app.expectTidy({ standby: 1 });
    const { failures, versions } = await pulse.stop();
    expect(failures).toEqual([]);
    expect(versions).toEqual(['v1', 'v3']);
  });

  test('is taken over at once by who sets force-unlock', async () => {
    const app = await killed();
    const pulse = app.startPulse();
    const startedAt = performance.now();
    const next = await app.deploy(stand.images.v3, { 'lock-wait': '0s', 'force-unlock': 'true' });
    expect(performance.now() - startedAt).toBeLessThan(timeToLiveMs / 2);
    expect(next.annotations.map(({ message }) => message).join('\n')).toContain(
      `Took the right to change ${app.name} from another job, as "force-unlock" asks (${owner}, since `,
    );
    expect(await app.version()).toBe('v3');
    await app.expectTidy({ standby: 1 });
    expect((await pulse.stop()).failures).toEqual([]);
  });
});
