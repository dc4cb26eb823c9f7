import type { StepName, TimelineEntry } from '#release';

/** The part of the action's `verdict` output that figures are made of. */
export interface DeployVerdict {
  outcome: 'live' | 'failed' | 'switched-back' | 'unwatched' | 'cancelled';
  reason?: string;
  release?: string;
  switchMs?: number;
  health?: { attempts: number; durationMs: number; firstHealthyMs?: number };
  /** What the switch counted of the new and the old version. */
  watch?: unknown;
  timeline: TimelineEntry[];
}

export interface HealthPace {
  intervalMs: number;
  threshold: number;
}

/** What the action does when nothing else is asked of it. */
export const defaultPace: HealthPace = { intervalMs: 50, threshold: 2 };

export interface DeployFigures {
  /** From the start of the action's process to its end. */
  durationMs: number;
  pullMs: number;
  /** From the start call's return to the first healthy answer. */
  bootMs: number;
  /** The watch that was asked for. */
  watchMs: number;
  /** Waiting for requests in flight, and the old version's own end. */
  drainMs: number;
  /** What is left: the time that the tool itself takes. */
  overheadMs: number;
  /** The parts of the overhead by step; `process` is Node's start, loading our code, and the end. */
  overheadBySteps: Record<string, number>;
}

const excluded: readonly StepName[] = ['pull', 'watch', 'drain'];

/**
 * The one place that says what a deploy's overhead is: the action's whole duration less image pull, app boot, watch,
 * and drain with the stop of the old version. Creating and starting the container and every health check after the
 * first good one count as overhead.
 *
 * @param durationMs from spawn to exit, as the runner measures it
 */
export function deployFigures(
  verdict: DeployVerdict,
  durationMs: number,
  pace: HealthPace = defaultPace,
): DeployFigures {
  const spent = (step: StepName) =>
    verdict.timeline.filter((entry) => entry.step === step).reduce((sum, entry) => sum + entry.durationMs, 0);
  const bootMs = Math.min(spent('health'), bootOf(verdict.health, pace));
  const overheadBySteps: Record<string, number> = {};
  for (const { step } of verdict.timeline) {
    if (excluded.includes(step)) continue;
    overheadBySteps[step] = spent(step) - (step === 'health' ? bootMs : 0);
  }
  const inSteps = verdict.timeline.reduce((sum, entry) => sum + entry.durationMs, 0);
  overheadBySteps.process = Math.max(0, durationMs - inSteps);
  const [pullMs, watchMs, drainMs] = [spent('pull'), spent('watch'), spent('drain')];
  return {
    durationMs,
    pullMs,
    bootMs,
    watchMs,
    drainMs,
    overheadMs: Math.round(durationMs - pullMs - bootMs - watchMs - drainMs),
    overheadBySteps,
  };
}

/** Without the exact time only the pauses between the failed checks are taken for boot, which is a little less. */
function bootOf(health: DeployVerdict['health'], pace: HealthPace): number {
  if (health === undefined) return 0;
  return health.firstHealthyMs ?? Math.max(0, health.attempts - pace.threshold) * pace.intervalMs;
}

export interface Moment {
  /** `start`, `healthy`, `switch`, `watch`, `switch-back`, `drain`, `done`. */
  name: string;
  /** Milliseconds since the action's process started. */
  atMs: number;
}

/** The deploy's phases, each lasting until the next, in the order in which they happened. */
export function deployMoments(verdict: DeployVerdict, durationMs: number): Moment[] {
  const moments: Moment[] = [{ name: 'start', atMs: 0 }];
  for (const { step, startMs, durationMs: took, outcome } of verdict.timeline) {
    if (step === 'health' && outcome === 'done') moments.push({ name: 'healthy', atMs: startMs + took });
    if (step === 'switch' || step === 'watch' || step === 'switch-back' || step === 'drain') {
      moments.push({ name: step, atMs: startMs });
    }
  }
  moments.push({ name: 'done', atMs: durationMs });
  return moments.sort((a, b) => a.atMs - b.atMs);
}
