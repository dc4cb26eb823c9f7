import { describe, expect, it, vi } from 'vitest';
import { type ProbeOutcome, type ProbeResult, waitUntilHealthy } from '../src/index.ts';

const result = (outcome: ProbeOutcome, detail: string = outcome, connected = true): ProbeResult => ({
  outcome,
  detail,
  latencyMs: 1,
  connected,
});

/** Gives the outcomes one after the other and then the last one for ever. */
function script(...outcomes: ProbeResult[]): () => Promise<ProbeResult> {
  let next = 0;
  return async () => outcomes[Math.min(next++, outcomes.length - 1)] as ProbeResult;
}

const quick = { intervalMs: 1, healthyThreshold: 2, deadlineMs: 2_000, watchIntervalMs: 1 };

describe('waiting until healthy', () => {
  it('needs its passes in a row', async () => {
    const seen: [string, number, number][] = [];
    const report = await waitUntilHealthy({
      ...quick,
      attempt: script(
        result('unhealthy', 'HTTP 503'),
        result('healthy'),
        result('unhealthy', 'HTTP 500'),
        result('healthy'),
        result('healthy'),
      ),
      onAttempt: (attempt, number, passes) => seen.push([attempt.outcome, number, passes]),
    });
    expect(report).toMatchObject({
      healthy: true,
      outcome: 'healthy',
      attempts: 5,
      counts: { healthy: 3, unhealthy: 2, unmeasured: 0 },
      firstProblem: { detail: 'HTTP 503' },
      lastProblem: { detail: 'HTTP 500' },
    });
    expect(seen.map(([, , passes]) => passes)).toEqual([0, 1, 0, 1, 2]);
  });

  it('lets an unmeasured attempt neither break nor make a row', async () => {
    const report = await waitUntilHealthy({
      ...quick,
      attempt: script(result('healthy'), result('unmeasured'), result('healthy')),
    });
    expect(report).toMatchObject({ outcome: 'healthy', attempts: 3 });
  });

  it('ends at once when the watch says the container is done for, even while an attempt hangs', async () => {
    const startedMs = performance.now();
    const report = await waitUntilHealthy({
      ...quick,
      deadlineMs: 30_000,
      attempt: () => new Promise(() => {}),
      watch: async () =>
        performance.now() - startedMs > 20 ? { reason: 'it ended with exit code 1' } : undefined,
    });
    expect(report).toMatchObject({
      healthy: false,
      outcome: 'fatal',
      fatal: 'it ended with exit code 1',
      attempts: 0,
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('asks the watch once more before it believes in health', async () => {
    const watch = vi
      .fn()
      .mockResolvedValueOnce(undefined)
      .mockResolvedValue({ reason: 'it keeps restarting' });
    const report = await waitUntilHealthy({
      ...quick,
      watchIntervalMs: 10_000,
      attempt: script(result('healthy')),
      watch,
    });
    expect(report).toMatchObject({ outcome: 'fatal', reason: 'it keeps restarting' });
  });

  it('reports what it saw when time is up', async () => {
    const report = await waitUntilHealthy({
      ...quick,
      deadlineMs: 60,
      attempt: script(result('unhealthy', 'connection refused', false)),
    });
    expect(report).toMatchObject({
      outcome: 'late',
      everConnected: false,
      reason: 'not healthy within 0.1 s (last: connection refused)',
    });
    expect(report.attempts).toBeGreaterThan(1);
  });

  it('does not let a hanging attempt outlast the deadline', async () => {
    const report = await waitUntilHealthy({ ...quick, deadlineMs: 50, attempt: () => new Promise(() => {}) });
    expect(report).toMatchObject({ outcome: 'unmeasured', attempts: 0 });
  });

  it('knows nothing of the app when nothing could be measured', async () => {
    const report = await waitUntilHealthy({
      ...quick,
      deadlineMs: 60,
      attempt: script(result('unmeasured', 'SSH lost')),
    });
    expect(report).toMatchObject({ healthy: false, outcome: 'unmeasured', everConnected: false });
    expect(report.reason).toMatch(/SSH lost/);
  });

  it('stops with the signal and stops the attempt too', async () => {
    const stop = new AbortController();
    let attemptSignal: AbortSignal | undefined;
    const waiting = waitUntilHealthy({
      ...quick,
      signal: stop.signal,
      attempt: (signal) => {
        attemptSignal = signal;
        return new Promise(() => {});
      },
    });
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    expect(attemptSignal?.aborted).toBe(true);
  });

  it('passes on what the watch throws', async () => {
    const watch = () => Promise.reject(new Error('The connection was lost.'));
    await expect(waitUntilHealthy({ ...quick, attempt: () => new Promise(() => {}), watch })).rejects.toThrow(
      'The connection was lost.',
    );
  });
});
