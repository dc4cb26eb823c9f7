import { expect, test } from 'vitest';
import { type HaproxySuite, ToolUnavailable } from '../../scripts/test-tools.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishUnpackedHaproxy } from '../machine/unpacked-haproxy.ts';
import { containersOf } from './app-on-engine.ts';
import { openStage, type StageDeploy } from './stage.ts';

const pace = { 'drain-timeout': '3s', watch: '0s' };

function expectLive({ version, result, verdict, violations }: StageDeploy): void {
  expect(`${version} ${result.conclusion} ${verdict?.outcome}`, result.log).toBe(`${version} success live`);
  expect(violations).toEqual([]);
}

const suites: Readonly<Record<HaproxySuite, RegExp>> = { trixie: /^3\.0\./, forky: /^3\.[2-9]\./ };

describeWithEngine('the switch under load becomes another release of HAProxy', () => {
  for (const [suite, expected] of Object.entries(suites) as [HaproxySuite, RegExp][]) {
    test(`Debian ${suite}'s, does everything there, and goes back`, { timeout: 240_000 }, async (context) => {
      await using stage = await openStage({ purpose: `haproxy-${suite}` });
      const newer = await publishUnpackedHaproxy(stage.registry, suite).catch((error) => {
        if (error instanceof ToolUnavailable) context.skip(error.message);
        throw error;
      });
      expect(newer.version).toMatch(expected);
      const own = { ...pace };
      const inputs = { ...pace, 'switch-image': newer.image.image };

      expectLive(await stage.deploy({ image: { version: 'v1' }, inputs: own }));
      await using load = await stage.startLoad({
        rate: 1_020,
        durationMs: 230_000,
      });

      // From the old release of HAProxy to the new one: the sockets move between the two.
      const second = await stage.deploy({ image: { version: 'v2' }, inputs });
      expectLive(second);
      expect(second.result.log).toContain('Replaced the switch');
      const running = (await containersOf(stage.engine.socket, stage.app)).filter(
        ({ labels, running }) => running && labels['switchyard.role'] === 'switch',
      );
      expect(running.map(({ name }) => name)).toContain(`switchyard-${stage.app}-switch-2`);

      // The map's change, and streams that outlive the drain: the stop cuts or ends them.
      const third = await stage.deploy({ image: { version: 'v3' }, inputs });
      expectLive(third);
      expect(third.verdict?.switchMs).toBeGreaterThan(0);
      expect(third.result.log).not.toContain('Replaced the switch');

      // Two generations of the new release: what the leaving one still serves is asked of its master.
      const inputs30 = { ...inputs, 'request-timeout': '30s' };
      const fourth = await stage.deploy({ image: { version: 'v4' }, inputs: inputs30 });
      expectLive(fourth);
      expect(fourth.result.log).toContain('Replaced the switch');

      // A paused standby has its connections cut by the switch.
      const fifth = await stage.deploy({
        image: { version: 'v5' },
        inputs: { ...inputs30, standby: 'paused' },
      });
      expectLive(fifth);

      // The requests that the watch judges by come out of the switch's ring.
      load.expect('v5');
      const bad = await stage.deploy({
        image: { version: 'v6', env: { BAD_AFTER_MS: '300' } },
        inputs: { ...inputs30, watch: '20s' },
      });
      expect(bad.verdict?.outcome, bad.result.log).toBe('switched-back');
      expect(bad.result.outputs.reason).toMatch(/requests failed/);

      // Back to the machine's own release, as a person does whom the new one troubles.
      const back = await stage.deploy({ image: { version: 'v7' }, inputs: own });
      expectLive(back);
      expect(back.result.log).toContain('Replaced the switch');
      const last = await stage.deploy({ image: { version: 'v8' }, inputs: own });
      expectLive(last);

      const report = await load.stop();
      const { 'status 500': ownErrors = 0, ...lost } = report.failuresByReason;
      expect(
        lost,
        JSON.stringify(report.failures.filter(({ version }) => version !== 'v6').slice(0, 5)),
      ).toEqual({});
      expect(new Set(report.failures.map(({ version }) => version))).toEqual(new Set(['v6']));
      expect(report.failed).toBe(ownErrors);
      expect(report.mixedAnswers).toEqual([]);
      expect((report.requests * 1_000) / report.durationMs).toBeGreaterThanOrEqual(1_000);
      const orders = await stage.orders(report);
      expect({ lost: orders.lost, doubled: orders.doubled }).toEqual({ lost: [], doubled: [] });
      // A replaced switch leaves when the last connection that a client keeps has ended; this deploy removes it.
      expectLive(await stage.deploy({ image: { version: 'v9' }, inputs: own }));
      expect(await stage.leftovers()).toEqual([]);
      console.log(
        `HAProxy ${newer.version}: ${report.requests} requests, ${report.failed - ownErrors} lost, switch ` +
          [second, third, fourth, fifth, back, last]
            .map(({ verdict }) => `${verdict?.switchMs} ms`)
            .join(', '),
      );
    });
  }
});
