import type { Walk } from './walk.ts';

/** A stretch of the load's time in which nothing need answer, by the walk's design. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When each step began and ended, as `start begins`; what has not happened is not in it. */
export type StepTimes = ReadonlyMap<string, number>;

/** How the walk ended. */
export interface WalkEnd {
  readonly hasSucceeded: boolean;
  /** The job ended by itself and could reach the server until then. */
  readonly canTakeBack: boolean;
  readonly endMs: number;
}

/** The job has left the gap open, and could do nothing about it. */
export function isLeftOpen({ gap }: Pick<Walk, 'gap'>, times: StepTimes, { canTakeBack }: WalkEnd): boolean {
  return gap !== undefined && !canTakeBack && times.has(`${gap.from} begins`) && !hasClosed(gap, times);
}

/**
 * A walk that succeeds closes it as the step ends that is its last. One that is taken back closes it before the job
 * ends, and what a job leaves open the next one closes.
 */
export function gapOf(
  { gap }: Pick<Walk, 'gap'>,
  times: StepTimes,
  end: WalkEnd,
  nextEndMs: number,
): Gap | undefined {
  const fromMs = gap && times.get(`${gap.from} begins`);
  if (gap === undefined || fromMs === undefined) return undefined;
  if (isLeftOpen({ gap }, times, end)) return { fromMs, toMs: nextEndMs };
  const closedMs = times.get(`${gap.until} done`) ?? end.endMs;
  return { fromMs, toMs: end.canTakeBack && !end.hasSucceeded ? end.endMs : closedMs };
}

function hasClosed(gap: NonNullable<Walk['gap']>, times: StepTimes): boolean {
  return times.has(`${gap.until} done`);
}
