import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../probe/src/index.ts';
import { WatchProbes } from '../src/watch-probes.ts';

/** Checks whose answers the test gives, and a clock that it sets. */
function stage(latencyMs = 1) {
  let nowMs = 0;
  const open: ((outcome: ProbeResult['outcome'], latencyMs?: number) => void)[] = [];
  const attempt = () =>
    new Promise<ProbeResult>((resolve) => {
      open.push((outcome, tookMs = 1) =>
        resolve({ outcome, latencyMs: tookMs, detail: 'no answer within 5 s' }),
      );
    });
  const probes = new WatchProbes(attempt, latencyMs, () => nowMs);
  return {
    probes,
    open,
    at(ms: number, isOver = false) {
      nowMs = ms;
      probes.askInTime(isOver);
    },
    async answer(outcome: ProbeResult['outcome'], tookMs?: number) {
      const heard = probes.answered;
      open.shift()?.(outcome, tookMs);
      await heard;
    },
  };
}

describe('the health checks of a watch', () => {
  it('start once a second, whether or not those before have ended', () => {
    const { at, open } = stage();
    for (const ms of [0, 200, 999, 1000, 1200, 2000]) at(ms);
    expect(open.length).toBe(3);
  });

  it('leave a version that takes long for an answer the time for its users', async () => {
    const { at, open, answer } = stage(2500);
    for (const ms of [0, 1000, 2500, 4999]) at(ms);
    expect(open.length).toBe(1);
    await answer('healthy', 3000);
    at(5000);
    expect(open.length).toBe(0);
    at(6000);
    expect(open.length).toBe(1);
    // A failure says nothing of how long a good answer takes.
    await answer('unhealthy', 30_000);
    at(12_000);
    await answer('healthy', 10);
    at(13_000);
    expect(open.length).toBe(1);
  });

  it('are one a second again once it fails in no time', async () => {
    const { probes, at, answer, open } = stage(4000);
    at(0);
    await answer('unhealthy', 5);
    at(1000);
    await answer('unhealthy', 5);
    at(2000);
    expect(open.length).toBe(1);
    await answer('unhealthy', 5);
    expect(probes.problem).toContain('3 health checks in a row failed');
  });

  it('are two at least, also of a version that takes longer for an answer than the watch', async () => {
    const { probes, at, answer, open } = stage(8000);
    at(0);
    at(10_000, true);
    expect(open.length).toBe(1);
    await answer('healthy', 11_000);
    expect(probes.areWell).toBe(false);
    at(11_000, true);
    expect(open.length).toBe(1);
    await answer('healthy', 11_000);
    expect(probes.areWell).toBe(true);
    at(60_000, true);
    expect(open.length).toBe(0);
  });

  it('do not overload a version that answers one at a time', async () => {
    const serviceMs = 3000;
    let [nowMs, freeAtMs, unhealthy] = [0, 0, 0];
    const answers: { atMs: number; give: () => void }[] = [];
    const probes = new WatchProbes(
      () => {
        const askedMs = nowMs;
        freeAtMs = Math.max(nowMs, freeAtMs) + serviceMs;
        const [atMs, latencyMs] = [freeAtMs, freeAtMs - askedMs];
        const outcome = latencyMs > 5000 ? 'unhealthy' : 'healthy';
        if (outcome === 'unhealthy') unhealthy += 1;
        return new Promise((resolve) => {
          answers.push({ atMs, give: () => resolve({ outcome, latencyMs, detail: '' }) });
        });
      },
      serviceMs,
      () => nowMs,
    );
    for (; nowMs <= 60_000; nowMs += 200) {
      while (answers[0] && answers[0].atMs <= nowMs) {
        const heard = probes.answered;
        answers.shift()?.give();
        await heard;
      }
      probes.askInTime(false);
    }
    expect(unhealthy).toBe(0);
    expect(probes.problem).toBeUndefined();
  });

  it('call a version bad after three in a row', async () => {
    const { probes, at, answer } = stage();
    for (const ms of [0, 1000, 2000, 3000, 4000, 5000]) at(ms);
    for (const outcome of ['unhealthy', 'unhealthy', 'healthy', 'unhealthy', 'unhealthy'] as const)
      await answer(outcome);
    expect(probes.problem).toBeUndefined();
    await answer('unhealthy');
    expect(probes.problem).toBe('3 health checks in a row failed, the last with: no answer within 5 s');
  });

  it('go on after the end of the watch while one is open or the last has failed', async () => {
    const { probes, open, at, answer } = stage();
    at(0);
    expect(probes.areWell).toBe(false);
    at(1000, true);
    expect(open.length).toBe(1);
    await answer('unhealthy');
    expect(probes.areWell).toBe(false);
    at(2000, true);
    expect(open.length).toBe(1);
    await answer('healthy');
    expect(probes.areWell).toBe(true);
  });
});
