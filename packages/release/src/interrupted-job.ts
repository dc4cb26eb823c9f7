import { isTakenBackInSilence } from './mended-verdict.ts';
import type { Restored } from './restored.ts';
import { type Choosable, isKnownAs, leftByInterrupted } from './rollback-choice.ts';
import type { RollbackRequest } from './rollback-request.ts';

/** A job that was interrupted, after which a rollback has nothing to do but to tidy up. */
export interface InterruptedJob {
  /** The release that it left, took back, or did not bring live any more. */
  readonly leftId: string;
  /** What it was and had done, up to the name of the release that is live now. */
  readonly story: string;
  /** The live version may have been started a moment ago. */
  readonly mayBoot: boolean;
  /** This job has moved the traffic for it. */
  readonly restored: Restored | undefined;
}

/**
 * Whether the live release is where a rollback would end: an interrupted job had gone back to it, or this one has in
 * its place. To choose afresh would leave a good version. A rollback that was itself on its way back is no such job: who
 * runs it again wants to leave what serves again.
 *
 * @param recorded the releases as the interrupted job has left them
 * @param restored what this job has put right, or will
 */
export function interruptedJob(
  { app, to }: Pick<RollbackRequest, 'app' | 'to'>,
  recorded: readonly Choosable[],
  live: Choosable,
  restored: Restored | undefined,
): InterruptedJob | undefined {
  const left = leftByInterrupted(recorded, live, to);
  if (left) {
    const story = `An earlier rollback of ${app} had been interrupted after it had brought back`;
    return { leftId: left.id, story, mayBoot: false, restored: undefined };
  }
  const isNamed = to !== undefined && isKnownAs(live, to);
  if (restored && (isNamed || (to === undefined && restored.by === 'deploy'))) {
    const { by, how, insteadOf } = restored;
    const what = how === 'started' ? 'after it had stopped' : 'while it went back to';
    const story = `An earlier ${by} of ${app}, ${by === 'deploy' ? 'of' : 'to'} release ${insteadOf}, had been interrupted ${what}`;
    return { leftId: insteadOf, story, mayBoot: true, restored };
  }
  if (to !== undefined && !isNamed) return undefined;
  const taken = recorded.findLast((release) => isTakenBackInSilence(release, live));
  if (!taken) return undefined;
  const story = `An earlier deploy of ${app}, of release ${taken.id}, had been interrupted after it had gone back to`;
  return { leftId: taken.id, story, mayBoot: true, restored: undefined };
}
