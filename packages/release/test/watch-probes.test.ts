import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../probe/src/index.ts';
import { WatchProbes } from '../src/watch-probes.ts';

/** Checks whose answers the test gives, and a clock that it sets. */
function stage() {
  let nowMs = 0;
  const open: ((outcome: ProbeResult['outcome']) => void)[] = [];
  const attempt = () =>
    new Promise<ProbeResult>((resolve) => {
      open.push((outcome) => resolve({ outcome, latencyMs: 1, detail: 'no answer within 5 s' }));
    });
  const probes = new WatchProbes(attempt, () => nowMs);
  return {
    probes,
    open,
    at(ms: number, isOver = false) {
      nowMs = ms;
      probes.askInTime(isOver);
    },
    async answer(outcome: ProbeResult['outcome']) {
      const heard = probes.answered;
      open.shift()?.(outcome);
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
