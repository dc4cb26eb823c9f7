import type { TrafficSwitch } from '#switch';
import { isUp, listAppContainers } from './app-state.ts';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { releaseOf } from './deploy-context.ts';
import { withVerdict } from './release.ts';
import { imagesToRemove, releasesToForget } from './retention.ts';
import { drain, putOnStandby } from './retire.ts';

/** Step 8, and the standby of step 9: remove from the switch, drain, stop signal, stop. Never in another order. */
export async function retireOld(
  { request, server, store, reporter }: DeployContext,
  ground: Ground,
  candidate: Candidate,
  trafficSwitch: TrafficSwitch,
): Promise<void> {
  const old = ground.state.live;
  if (!old) return;
  const release = releaseOf(ground.state);
  if (isUp(old) && !candidate.oldWasStopped) {
    const left = await drain(trafficSwitch, old.color, request.drainTimeoutMs, ground.signal, (text) =>
      reporter.progress('drain', text),
    );
    if (left > 0) {
      reporter.info(
        `${left} requests or streams were still open after ${request.drainTimeoutMs / 1000} s; the old version is asked to end them.`,
      );
    }
    await putOnStandby({
      engine: server.engine,
      trafficSwitch,
      containerId: old.id,
      color: old.color,
      mode: request.standby,
      stopTimeoutMs: release?.config.stopTimeoutMs ?? request.config.stopTimeoutMs,
      connectionsLeft: left,
    });
  }
  if (release) await store.save(withVerdict(release, 'standby', await server.engine.serverTimeMs()));
}

/** Step 9: what is neither live nor standby loses its container; what is too old loses its record and image. */
export async function tidy(
  { request, server, store, progress }: DeployContext,
  ground: Ground,
  candidate: Candidate,
  trafficSwitch: TrafficSwitch,
): Promise<void> {
  const { engine } = server;
  progress.findings.push(...(await trafficSwitch.recover()));
  const keep = new Set([candidate.id, ground.state.live?.id]);
  const [{ containers }, { releases }, nowMs] = await Promise.all([
    listAppContainers(engine, request.app),
    store.list(),
    engine.serverTimeMs(),
  ]);
  const retired = new Set<string>();
  for (const container of containers) {
    if (keep.has(container.id)) continue;
    await engine.containers.remove(container.id, { force: true, volumes: true });
    retired.add(container.releaseId);
  }
  const current = releases.map((release) =>
    release.verdict === 'standby' && retired.has(release.id)
      ? withVerdict(release, 'retired', nowMs)
      : release,
  );
  for (const [index, release] of current.entries())
    if (release !== releases[index]) await store.save(release);
  const forgotten = releasesToForget(current, request.keepReleases);
  const kept = current.filter((release) => !forgotten.includes(release));
  for (const image of imagesToRemove(forgotten, kept)) {
    // An image that something else uses stays; that is no failure of this deploy.
    await engine.images.remove(image).catch(() => []);
  }
  for (const release of forgotten) await store.forget(release.id);
}
