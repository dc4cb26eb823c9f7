import type { Engine } from '#engine';
import { sentenceOf } from '#explained-error';
import { TrafficMovedError, type TrafficSwitch } from '#switch';
import type { AppContainer, AppState } from './app-state.ts';
import { isUp } from './app-state.ts';
import type { Release } from './release.ts';

/** A release that its job had given up when it died or could not go on: the traffic still goes there. */
export interface BegunWayBack {
  readonly givenUp: AppContainer;
  readonly givenUpRelease: Release;
  readonly old: AppContainer;
}

/**
 * Every way back begins with the record of the release that is given up: it says what it said before, or that it is
 * bad. One that is still to come live is pending, or says what it leaves.
 */
export function begunWayBack({ live, containers, releases }: AppState): BegunWayBack | undefined {
  const recordOf = (id: string | undefined): Release | undefined =>
    releases.find((release) => release.id === id);
  const givenUpRelease = recordOf(live?.releaseId);
  if (!live || !givenUpRelease || givenUpRelease.leaves) return undefined;
  if (givenUpRelease.verdict === 'live' || givenUpRelease.verdict === 'pending') return undefined;
  const old = containers.findLast(
    ({ color, releaseId }) => color !== live.color && recordOf(releaseId)?.verdict === 'live',
  );
  return old && { givenUp: live, givenUpRelease, old };
}

/** Whether a deploy had brought it, and not a rollback: its release is the newest, and a rollback's is as it was. */
export function isDeploys({ givenUpRelease, old }: BegunWayBack): boolean {
  const { verdict, id } = givenUpRelease;
  return (verdict === 'bad' || verdict === 'failed') && id > old.releaseId;
}

export type WayBackEnd =
  | { readonly isBack: true; readonly switchMs: number; readonly givenUpRuns: boolean }
  /** Why the traffic stays where it is, as a sentence. */
  | { readonly isBack: false; readonly problem: string };

/** Gives the old version the traffic again. Two versions of which only one may run never do, here neither. */
export async function finishWayBack(
  { containers }: Engine,
  trafficSwitch: TrafficSwitch,
  { givenUp, givenUpRelease, old }: BegunWayBack,
): Promise<WayBackEnd> {
  const runs = isUp(givenUp);
  if (old.state === 'restarting' && runs) return { isBack: false, problem: 'its container keeps restarting' };
  const { rollout, config } = givenUpRelease;
  const mustStop = runs && !isUp(old) && rollout.order === 'stop-first';
  const stopSeconds = Math.ceil(config.stopTimeoutMs / 1000);
  try {
    if (mustStop) await containers.stop(givenUp.id, stopSeconds);
    await wake(containers, old);
    const startedMs = performance.now();
    const switchMs = await trafficSwitch.shift(old.color).catch((error: unknown) => {
      // The traffic is back; what a restart reads is mended when the switch is looked at next.
      if (error instanceof TrafficMovedError) return performance.now() - startedMs;
      throw error;
    });
    return { isBack: true, switchMs, givenUpRuns: runs && !mustStop };
  } catch (error) {
    if (mustStop && (await trafficSwitch.live().catch(() => undefined)) !== old.color) {
      // A version that was given up is better than none.
      await containers
        .stop(old.id, stopSeconds)
        .then(() => containers.start(givenUp.id))
        .catch(() => undefined);
    }
    return { isBack: false, problem: sentenceOf(error) };
  }
}

async function wake(containers: Engine['containers'], old: AppContainer): Promise<void> {
  if (old.state === 'paused') await containers.unpause(old.id);
  else if (!isUp(old)) await containers.start(old.id);
}
