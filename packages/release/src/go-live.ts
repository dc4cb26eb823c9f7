import { ExplainedError } from '#explained-error';
import type { ProbeResult } from '#probe';
import { type SwitchChange, TrafficMovedError } from '#switch';
import { allowRestarts } from './allow-restarts.ts';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { journal } from './deploy-context.ts';
import { ensureSwitch } from './ensure-switch.ts';
import { proveThroughSwitch, proveVersion, whileItRuns } from './prove.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import { watchLive } from './watch.ts';
import { planSwitchBack } from './way-back.ts';

export class TurnedBadError extends ExplainedError {
  override readonly name = 'TurnedBadError';
}

/** Steps 6 and 7: moves the traffic, proves it, and watches. Whatever throws in here is taken back. */
export async function goLive(
  context: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Candidate,
  attempt: () => Promise<ProbeResult>,
): Promise<void> {
  const { request, server, timeline, reporter, progress, undo, store } = context;
  await timeline.run('switch', async () => {
    ground.signal.throwIfAborted();
    const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
    const [planned] = await Promise.all([
      request.switch.kind === 'haproxy' ? trafficSwitch.plan(candidate.targets) : undefined,
      ground.lease.confirm(),
      allowRestarts(server.engine, candidate, ground.signal),
    ]);
    await moveTraffic(context, ground, release, candidate, planned?.change ?? 'unchanged');
    await whileItRuns(server.engine, candidate, ground.signal, (signal) => prove(context, release, signal));
    progress.release = withVerdict(release, 'live', context.nowMs());
    await Promise.all([store.save(progress.release), journal(context, 'live', `${release.color} serves`)]);
  });
  reporter.info(`Release ${release.id} (${release.color}) is live.`);
  const hasWayBack = ground.state.live?.state === 'running';
  if (!hasWayBack) {
    // It has proven that it works; with nothing to go back to, taking it away would help nobody.
    undo.clear();
    progress.settled = true;
  }
  if (request.watch.durationMs > 0) {
    await timeline.run('watch', () => watchNew(context, ground, release, candidate, attempt));
  }
  undo.clear();
  progress.settled = true;
  await (progress.trafficSwitch ?? ground.trafficSwitch).settle();
}

async function moveTraffic(
  context: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Candidate,
  planned: SwitchChange,
): Promise<void> {
  const { progress, undo, observer } = context;
  const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
  const { liveColor } = ground.state;
  if (!liveColor) undo.push('take the new switch away', () => trafficSwitch.dismantle());
  const first = liveColor ?? release.color;
  const change = await ensureSwitch(context, ground, first, candidate.targets, planned);
  observer.reset(release.color);
  if (liveColor) {
    // Said before it is done: if the answer is what gets lost, the traffic may have moved all the same.
    planSwitchBack(context, ground, release, candidate, liveColor);
    progress.switched = true;
    const tookMs = await trafficSwitch.shift(release.color).catch((error: unknown) => {
      // What its file says is no news of a job that goes back anyway.
      if (error instanceof TrafficMovedError) ground.signal.throwIfAborted();
      throw error;
    });
    progress.switchMs = Math.round(tookMs * 10) / 10;
  } else if (change === 'created') progress.switched = true;
  else {
    // A switch without a live slot is left over from a first deploy that died; it may point anywhere.
    await trafficSwitch.shift(release.color);
    progress.switched = true;
  }
}

async function prove(
  { request, progress }: DeployContext,
  { color, config }: Release,
  signal: AbortSignal,
): Promise<void> {
  const { switch: wanted, health, version } = request;
  const { trafficSwitch } = progress;
  if (wanted.kind === 'none' || !trafficSwitch) return;
  await proveThroughSwitch(trafficSwitch, color, health, config, signal);
  if (version && config.protocol !== 'tcp') {
    await proveVersion(() => trafficSwitch.openAsClient(), version, health, config);
  }
}

async function watchNew(
  { request, server, reporter, observer, progress }: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Candidate,
  attempt: () => Promise<ProbeResult>,
): Promise<void> {
  const oldColor = ground.state.liveColor;
  const problem = await watchLive({
    engine: server.engine,
    containerId: candidate.id,
    restartsBefore: candidate.restartsBefore,
    color: release.color,
    oldColor,
    observer,
    request: request.watch,
    attempt,
    checkLatencyMs: progress.health?.last?.latencyMs ?? 0,
    signal: ground.signal,
    onProgress: (text) => reporter.progress('watch', text),
  }).finally(() => {
    if (!observer.sees) return;
    progress.watch = {
      fresh: observer.figures(release.color),
      old: oldColor && observer.figures(oldColor),
    };
  });
  if (problem) throw new TurnedBadError(`it turned bad after the switch: ${problem}`);
}
