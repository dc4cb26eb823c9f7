import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { deployVersions, statesOf, verdictsOf } from './deployed-releases.ts';
import { headlineOf } from './run-deploy.ts';
import { type Answer, openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// A rollback that does not get to its end: its target is no good, or its job is cancelled or killed. What served before
// serves on, no request is lost, and whatever comes next works.

describeWithEngine('a rollback that fails', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
  });
  afterEach(() => app.remove());

  describe('under load', () => {
    afterEach(async () => {
      const { failures } = await pulse.stop();
      expect(failures).toEqual([]);
    });

    test.each(['stopped', 'paused', 'running'])(
      'leaves all as it was when a %s standby does not become healthy',
      async (standby) => {
        const [v0 = '', v1 = '', v2 = ''] = await deployVersions(stand, app, ['v3', 'v1', 'v2'], { standby });
        const before = [await verdictsOf(app), await statesOf(app), await app.releases()];
        pulse = app.startPulse();
        const result = await app.runRollback({ 'health-path': '/nowhere', 'start-timeout': '1s' });
        const { sentence } = refusalOf(result);
        expect(sentence).toContain(`Other releases to try with "to": ${v0} (`);
        expect(sentence).toMatch(new RegExp(`Release ${v2} \\(blue\\) still serves\\.$`));
        expect(result.outputs).toMatchObject({ release: v1, switched: 'false', 'rolled-back': 'false' });
        expect(await app.version()).toBe('v2');
        expect([await verdictsOf(app), await statesOf(app), await app.releases()]).toEqual(before);
        await app.expectTidy({ standby: 1 });
        // It was the check that was wrong.
        await app.rollback();
        expect(await app.version()).toBe('v1');
      },
    );

    test.each([
      ['whose standby is stopped', 'stopped', false],
      ['whose standby is paused', 'paused', false],
      ['whose container is gone', 'stopped', true],
    ])('to a release that turns bad in the watch, %s, ends where it began', async (_, standby, isGone) => {
      const first = await app.deploy(stand.images.v1, { standby, env: 'BAD_AFTER_MS=100' });
      const [v2 = '', v3 = ''] = await deployVersions(stand, app, isGone ? ['v2', 'v3'] : ['v2'], {
        standby,
      });
      const live = isGone ? v3 : v2;
      const v1 = first.outputs.release ?? '';
      const before = [await verdictsOf(app), await app.releases()];
      const statesBefore = await statesOf(app);
      pulse = app.startPulse();
      const asked: Promise<Answer>[] = [];
      const result = await app.runRollback(
        { to: v1, watch: '30s' },
        {
          onLine: (text) => {
            if (/Watching: /.test(text)) for (let count = 0; count < 20; count += 1) asked.push(app.ask('/'));
          },
        },
      );
      await Promise.all(asked);
      const { sentence } = refusalOf(result);
      expect(sentence).toContain(`Release ${v1} turned bad after the switch`);
      expect(sentence).toMatch(new RegExp(`Release ${live} \\(\\w+\\) serves again\\.$`));
      expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true' });
      expect(await app.version()).toBe(isGone ? 'v3' : 'v2');
      expect([await verdictsOf(app), await app.releases()]).toEqual(before);
      // The standby of the slot is gone where the release's own container had to be made anew.
      expect(await statesOf(app)).toEqual(statesBefore);
      await app.expectTidy({ standby: 1 });
    });
  });

  describe('killed without a word', () => {
    beforeEach(async () => {
      pulse = app.startPulse();
      await pulse.stop();
    });

    test.each([
      ['while it waits for health', { 'healthy-threshold': '1000' }, /Health check 1: /, 'v2'],
      ['while it watches', { watch: '60s' }, /Watching: /, 'v1'],
      ['while it drains', { 'drain-timeout': '60s' }, /Draining: /, 'v1'],
    ] as const)('%s: the next deploy mends it', async (step, inputs, line, serves) => {
      await deployVersions(stand, app, ['v1', 'v2']);
      pulse = app.startPulse();
      let slow: Promise<Answer> | undefined;
      const result = await app.rollbackAndKill(inputs, line, (text) => {
        if (step.includes('drains') && /Waiting until/.test(text))
          slow = app.ask('/slow?ms=9000', { timeout: 30_000 });
      });
      expect(result.signal).toBe('SIGKILL');
      expect(await app.version()).toBe(serves);
      await app.ageLease();
      const next = await app.deploy(stand.images.v3, { 'lock-wait': '20s', 'drain-timeout': '20s' });
      expect(await app.version()).toBe('v3');
      expect((await slow)?.body ?? 'slow hello from v2').toContain('slow hello from v2');
      await app.expectTidy({ standby: 1 });
      const back = await app.rollback();
      expect(back.outputs['from-release']).toBe(next.outputs.release);
      expect(await app.version()).toBe(serves);
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('by a cancelled job: the old version serves on, the standby is as it was', async () => {
      const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], { standby: 'paused' });
      pulse = app.startPulse();
      const result = await app.runRollback(
        { watch: '60s' },
        { cancelAfter: (text) => /Watching: /.test(text) },
      );
      expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(green\) serves again\.$/);
      expect(await app.version()).toBe('v2');
      expect(await statesOf(app)).toEqual({ [v1]: 'paused', [v2]: 'running' });
      expect(await verdictsOf(app)).toEqual({ [v1]: 'standby', [v2]: 'live' });
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('its turn can be taken over at once', async () => {
      await deployVersions(stand, app, ['v1', 'v2']);
      await app.rollbackAndKill({ 'healthy-threshold': '1000' }, /Health check 1: /);
      const refused = refusalOf(await app.runRollback({ 'lock-wait': '0s' }));
      expect(refused.sentence).toContain('set "force-unlock"');
      const result = await app.rollback({ 'lock-wait': '0s', 'force-unlock': 'true' });
      expect(result.annotations.map(({ message }) => message).join()).toMatch(
        /Took the right to change \S+ from another job, as "force-unlock" asks \(/,
      );
      expect(await app.version()).toBe('v1');
      await app.expectTidy({ standby: 1 });
    });
  });
});
