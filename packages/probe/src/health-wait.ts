import type { ProbeOutcome, ProbeResult } from './probe-result.ts';

/** Why waiting longer is pointless: `it ended with exit code 1`. */
export interface HealthWatch {
  reason: string;
}

export interface WaitForHealth {
  /** One probe. The signal fires when its result is of no interest any more. */
  attempt: (signal: AbortSignal) => Promise<ProbeResult>;
  /** From the end of one attempt to the start of the next. */
  intervalMs: number;
  /** Healthy attempts in a row that are needed. */
  healthyThreshold: number;
  /** Counted from now. */
  deadlineMs: number;
  /** Looks at the container; a reason why waiting longer is pointless ends the wait at once. */
  watch?: (signal: AbortSignal) => Promise<HealthWatch | undefined>;
  /** From the end of one look to the start of the next (default 100). */
  watchIntervalMs?: number;
  /** `attempt` counts from 1. */
  onAttempt?: (result: ProbeResult, attempt: number, passesInARow: number) => void;
  signal?: AbortSignal;
  /** For tests: ms that only go forward. */
  clock?: () => number;
}

export interface HealthyWait {
  healthy: boolean;
  /**
   * `healthy`; `fatal`: the watch said so; `late`: the app did not pass in time; `unmeasured`: in time not one
   * attempt could be carried out, so nothing is known about the app.
   */
  outcome: 'healthy' | 'fatal' | 'late' | 'unmeasured';
  /** One sentence without a full stop. */
  reason: string;
  /** What the watch said. */
  fatal: string | undefined;
  durationMs: number;
  attempts: number;
  counts: Record<ProbeOutcome, number>;
  /** False when in not one attempt anything accepted a connection. */
  everConnected: boolean;
  /** From the start of the wait to the first healthy answer: how long the app took to come up. */
  firstHealthyMs: number | undefined;
  first: ProbeResult | undefined;
  /** First and last attempt that was not healthy. */
  firstProblem: ProbeResult | undefined;
  lastProblem: ProbeResult | undefined;
  last: ProbeResult | undefined;
}

/**
 * Probes until `healthyThreshold` attempts in a row are healthy, the watch knows better, or time is up. An
 * unmeasured attempt breaks no row and makes none.
 *
 * @throws the signal's reason when it fires; errors of `watch`; errors of `attempt`
 */
export async function waitUntilHealthy(wait: WaitForHealth): Promise<HealthyWait> {
  const clock = wait.clock ?? (() => performance.now());
  const startedMs = clock();
  const counts = { healthy: 0, unhealthy: 0, unmeasured: 0 };
  let attempts = 0;
  let everConnected = false;
  let firstHealthyMs: number | undefined;
  const seen: Pick<HealthyWait, 'first' | 'firstProblem' | 'lastProblem' | 'last'> = {
    first: undefined,
    firstProblem: undefined,
    lastProblem: undefined,
    last: undefined,
  };
  const over = new AbortController();
  const signal = wait.signal === undefined ? over.signal : AbortSignal.any([over.signal, wait.signal]);
  const end = (outcome: HealthyWait['outcome'], reason: string): HealthyWait => ({
    healthy: outcome === 'healthy',
    outcome,
    reason,
    fatal: outcome === 'fatal' ? reason : undefined,
    durationMs: Math.round(clock() - startedMs),
    attempts,
    counts: { ...counts },
    firstHealthyMs,
    everConnected,
    ...seen,
  });
  wait.signal?.throwIfAborted();

  const watching = watchForTheWorst(wait, signal);
  const passing = probeUntilPassed();
  const cancelled = rejectOnAbort(wait.signal, over.signal);
  // An attempt that hangs does not outlast the deadline.
  const late = pause(wait.deadlineMs, signal).then(timeIsUp);
  // Whichever loses the race is told to stop; its own end is of no interest.
  for (const one of [watching, passing, cancelled, late]) one.catch(() => undefined);
  try {
    const first = await Promise.race([watching, passing, cancelled, late]);
    return 'outcome' in first ? first : end('fatal', first.reason);
  } finally {
    over.abort();
  }

  async function probeUntilPassed(): Promise<HealthyWait> {
    let passesInARow = 0;
    for (;;) {
      const result = await wait.attempt(signal);
      attempts += 1;
      counts[result.outcome] += 1;
      if (result.connected !== false && result.outcome !== 'unmeasured') everConnected = true;
      seen.first ??= result;
      if (result.outcome === 'healthy') firstHealthyMs ??= Math.round(clock() - startedMs);
      seen.last = result;
      if (result.outcome !== 'healthy') {
        seen.firstProblem ??= result;
        seen.lastProblem = result;
      }
      if (result.outcome === 'healthy') passesInARow += 1;
      else if (result.outcome === 'unhealthy') passesInARow = 0;
      if (signal.aborted) return new Promise(() => {});
      wait.onAttempt?.(result, attempts, passesInARow);

      if (passesInARow >= wait.healthyThreshold) {
        // An app can answer and die in the same moment; the container has the last word.
        const fatal = await wait.watch?.(signal);
        if (fatal !== undefined) return end('fatal', fatal.reason);
        return end('healthy', `healthy after ${attempts} attempt${attempts === 1 ? '' : 's'}`);
      }
      if (clock() - startedMs + wait.intervalMs >= wait.deadlineMs) return timeIsUp();
      await pause(wait.intervalMs, signal);
    }
  }

  function timeIsUp(): HealthyWait {
    const within = `within ${Math.round(wait.deadlineMs / 100) / 10} s`;
    const last = seen.last?.detail ?? 'no attempt';
    if (counts.healthy + counts.unhealthy === 0) {
      return end('unmeasured', `the app could not be reached to measure it ${within} (last: ${last})`);
    }
    const passes =
      counts.healthy === 0
        ? 'not healthy'
        : `not healthy ${wait.healthyThreshold} times in a row (${counts.healthy} of ${attempts} attempts were)`;
    return end('late', `${passes} ${within} (last: ${(seen.lastProblem ?? seen.last)?.detail ?? last})`);
  }
}

async function watchForTheWorst(wait: WaitForHealth, signal: AbortSignal): Promise<HealthWatch> {
  if (wait.watch === undefined) return new Promise(() => {});
  for (;;) {
    const fatal = await wait.watch(signal);
    if (fatal !== undefined) return fatal;
    await pause(wait.watchIntervalMs ?? 100, signal);
  }
}

/** Rejects when the signal fires, so that a stop interrupts a hanging attempt as well. */
function rejectOnAbort(signal: AbortSignal | undefined, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
  });
}

/** Rejects when the signal fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
