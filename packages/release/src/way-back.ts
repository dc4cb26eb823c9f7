import { type Color, TrafficMovedError, type TrafficSwitch } from '#switch';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { stopSecondsNow } from './deploy-context.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import { drain } from './retire.ts';

/** The way back, last step first: traffic, record, requests in flight, stop signal; then the container may go. */
export function planSwitchBack(
  context: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Candidate,
  oldColor: Color,
): void {
  const { request, server, reporter, progress, undo, timeline, store } = context;
  const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
  const { live } = ground.state;
  const stopNew = async (): Promise<void> => {
    const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
    await server.engine.containers.stop(candidate.id, stopSecondsNow(stopSeconds, ground.signal));
    progress.newWasStopped = true;
  };
  undo.push('let the new version finish', () =>
    timeline.run('drain', async () => {
      const isHurried = ground.signal.aborted;
      const timeoutMs = isHurried ? Math.min(2000, request.drainTimeoutMs) : request.drainTimeoutMs;
      const onProgress = (text: string): void => reporter.progress('drain', text);
      try {
        await drain(trafficSwitch, release.color, timeoutMs, undefined, onProgress);
      } finally {
        // The removal that comes next is a kill, and what the drain did not wait for still hopes for its answer.
        await stopNew();
      }
    }),
  );
  let recorded: Promise<unknown> = Promise.resolve();
  undo.push('record that it was taken back', async () => {
    const trouble = await recorded;
    if (trouble !== undefined) throw trouble;
  });
  let unwritten: TrafficMovedError | undefined;
  undo.push('write down where the traffic is', async () => {
    if (unwritten) throw unwritten;
  });
  // Beside the switch back, which does not wait for it: the job may be killed at any moment from here on.
  const giveUp = (): void => {
    progress.release = progress.before ?? withVerdict(progress.release ?? release, 'bad', context.nowMs());
    recorded = store.save(progress.release).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const switchBack = async (): Promise<void> => {
    if (!candidate.oldWasStopped || (await hasTraffic(trafficSwitch, release.color))) giveUp();
    if (live && candidate.oldWasStopped) {
      // With nothing running, the record is what tells the next job which of the two is to be started.
      await recorded;
      await stopNew();
      await server.engine.containers.start(live.id);
      progress.oldRunsAgain = true;
    }
    await trafficSwitch.shift(oldColor).catch((error: unknown) => {
      // It has gone back, and what is left of the new version may go.
      if (!(error instanceof TrafficMovedError)) throw error;
      unwritten = error;
    });
    progress.rolledBack = true;
    const to = live ? `release ${live.releaseId}` : 'the old version';
    reporter.warning(`Switched back to ${to} (${oldColor}).`);
  };
  // Where the traffic is can't be known if it fails, so both versions have to stay.
  undo.push('switch back', () => timeline.run('switch-back', switchBack), { restNeedsIt: true });
}

/**
 * Whether the traffic has reached a slot. As long as it has not, the record of a version that is to come is the only
 * trace by which the next job knows that the old one was stopped for it.
 */
function hasTraffic(trafficSwitch: TrafficSwitch, color: Color): Promise<boolean> {
  return trafficSwitch.live().then(
    (live) => live === color,
    () => true,
  );
}
