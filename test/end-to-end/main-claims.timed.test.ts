import { expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStage, type StageDeploy } from './stage.ts';

// A thousand requests a second need the machine for themselves, so this is a timed test.
const rate = 1_020;
// Streams never end by themselves, so a drain takes all the time it is given; 2 s responses need most of this.
const pace = { 'drain-timeout': '3s', watch: '0s' };

function facts({ result, verdict, violations }: StageDeploy) {
  return { conclusion: result.conclusion, outcome: verdict?.outcome, violations, log: result.log };
}

describeWithEngine('deploys under 1,000 requests a second, through the built action', () => {
  test('lose nothing, mix nothing, go back when it turns bad, and leave nothing behind', {
    timeout: 180_000,
  }, async () => {
    await using stage = await openStage({ purpose: 'claims' });
    const live = { conclusion: 'success', outcome: 'live', violations: [] };
    const takenBack = { conclusion: 'failure', outcome: 'switched-back', violations: [] };

    const first = await stage.deploy({ image: { version: 'v1' }, inputs: pace });
    expect(facts(first)).toMatchObject(live);
    await using load = await stage.startLoad({ rate, durationMs: 170_000 });

    const second = await stage.deploy({
      image: { version: 'v2' },
      inputs: { ...pace, 'expected-version': 'v2' },
    });
    expect(facts(second)).toMatchObject(live);
    expect(second.verdict?.switchMs).toBeGreaterThan(0);

    // Another time-out is another definition of the switch, so this deploy replaces the switch itself as well.
    const replaced = { ...pace, 'request-timeout': '30s' };
    const third = await stage.deploy({ image: { version: 'v3' }, inputs: replaced });
    expect(facts(third)).toMatchObject(live);
    expect(third.result.log).toContain('Replaced the switch');

    load.expect('v3');
    const failing = await stage.deploy({
      image: { version: 'v4', env: { BAD_AFTER_MS: '300' } },
      inputs: { ...replaced, watch: '20s' },
    });
    expect(facts(failing)).toMatchObject(takenBack);
    expect(failing.result.outputs['rolled-back']).toBe('true');
    expect(failing.result.outputs.reason).toMatch(/requests failed/);

    load.expect('v3');
    const slow = await stage.deploy({
      image: { version: 'v5', env: { SLOW_AFTER_MS: '300', SLOW_MS: '1200' } },
      inputs: { ...replaced, watch: '20s', 'watch-max-latency-p95': '800ms' },
    });
    expect(facts(slow)).toMatchObject(takenBack);
    expect(slow.result.outputs.reason).toMatch(/95th percentile of latency/);

    const last = await stage.deploy({ image: { version: 'v6' }, inputs: replaced });
    expect(facts(last)).toMatchObject(live);
    const report = await load.stop();

    // Only what v4 itself answered may have failed.
    const { 'status 500': ownErrors = 0, ...lost } = report.failuresByReason;
    expect(lost, JSON.stringify(report.failures.filter(({ version }) => version !== 'v4'))).toEqual({});
    expect(new Set(report.failures.map(({ version }) => version))).toEqual(new Set(['v4']));
    expect(report.failed).toBe(ownErrors);
    expect(report.mixedAnswers).toEqual([]);
    expect(report.versions.map(({ version }) => version)).toEqual(['v1', 'v2', 'v3', 'v4', 'v5', 'v6']);
    expect((report.requests * 1_000) / report.durationMs).toBeGreaterThanOrEqual(1_000);
    for (const [kind, { requests }] of Object.entries(report.kinds))
      expect(requests, kind).toBeGreaterThan(0);

    const orders = await stage.orders(report);
    expect(report.orders.acknowledgedIds.length).toBeGreaterThan(1_000);
    expect({ lost: orders.lost, doubled: orders.doubled }).toEqual({ lost: [], doubled: [] });
    // A replaced switch leaves when the last connection that a client keeps has ended; this deploy removes it.
    expect(facts(await stage.deploy({ image: { version: 'v7' }, inputs: replaced }))).toMatchObject(live);
    expect(await stage.leftovers()).toEqual([]);
  });
});
