import type { RolloutSettings } from '#release';
import { createCandidates } from './create-candidates.ts';
import { ensureNeeded } from './needed-services.ts';
import type { ReleasePlan } from './release-plan.ts';
import { retireOld } from './retire-services.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { readySwitches } from './stack-switches.ts';
import { startCandidates } from './start-services.ts';
import { journalLive, moveTraffic } from './switch-services.ts';
import { tidyStack } from './tidy-stack.ts';
import { watchStack } from './watch-services.ts';

/**
 * Takes a stack from what serves now to a planned release, all of it or nothing: candidates beside what runs, healthy
 * one wave after the other, all switched together, watched, and only then is the old release taken away.
 *
 * @param beforeStart runs when the candidates are there and none has started
 */
export async function bringStackLive(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  beforeStart: () => Promise<void>,
): Promise<void> {
  const { timeline, progress, undo } = job;
  const { candidates, work } = await timeline.run('create', async () => {
    const made = await createCandidates(job, ground, plan);
    return { candidates: made, work: await readySwitches(job, ground, plan) };
  });
  // A migration needs the database, on the first deploy too.
  await timeline.run('start', () => ensureNeeded(job, ground, plan));
  await beforeStart();
  const running = await startCandidates(job, ground, plan, rollout, candidates, work);
  await timeline.run('switch', async () => {
    await moveTraffic(job, ground, plan, rollout, running, work);
    await journalLive(job, plan);
  });
  const hasWayBack = ground.state.live !== undefined;
  if (!hasWayBack) {
    // It has proven that it works; with nothing to go back to, taking it away would help nobody.
    undo.clear();
    progress.settled = true;
  }
  if (rollout.watch.durationMs > 0) {
    await timeline.run('watch', () => watchStack(job, ground, rollout, running));
  }
  undo.clear();
  progress.settled = true;
  await timeline.run('drain', () => retireOld(job, ground, plan, rollout, running));
  await timeline.run('tidy', () => tidyStack(job, rollout));
}
