import type { Color } from '#switch';
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
  const stopNew = (): Promise<void> => {
    const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
    return server.engine.containers.stop(candidate.id, stopSecondsNow(stopSeconds, ground.signal));
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
  const switchBack = async (): Promise<void> => {
    // Beside the switch back, which does not wait for it: the job may be killed at any moment from here on.
    progress.release = progress.before ?? withVerdict(release, 'bad', context.nowMs());
    recorded = store.save(progress.release).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (live && candidate.oldWasStopped) {
      await stopNew();
      await server.engine.containers.start(live.id);
      progress.oldRunsAgain = true;
    }
    await trafficSwitch.shift(oldColor);
    progress.rolledBack = true;
    const to = live ? `release ${live.releaseId}` : 'the old version';
    reporter.warning(`Switched back to ${to} (${oldColor}).`);
  };
  // Where the traffic is can't be known if it fails, so both versions have to stay.
  undo.push('switch back', () => timeline.run('switch-back', switchBack), { restNeedsIt: true });
}
