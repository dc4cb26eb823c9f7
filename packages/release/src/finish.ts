import type { Engine } from '#engine';
import { formatImageReference, parseImageReference } from '#engine';
import type { TrafficSwitch } from '#switch';
import { isUp, listAppContainers } from './app-state.ts';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { releaseOf } from './deploy-context.ts';
import type { ReleaseImage } from './release.ts';
import { withVerdict } from './release.ts';
import { imagesToRemove, releasesToForget } from './retention.ts';
import { drain, putOnStandby } from './retire.ts';

/**
 * Steps 8 and 9, after the new version has proven itself. What is too old for either version to need it goes while the
 * old one drains: waiting takes no time from anybody.
 */
export async function finish(context: DeployContext, ground: Ground, candidate: Candidate): Promise<void> {
  const { timeline, progress } = context;
  const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
  let tidying: Promise<void> | undefined;
  await timeline.run('drain', async () => {
    if (ground.state.live) await ground.lease.confirm();
    tidying = tidy(context, ground, candidate);
    // Told where it is waited for; until then the drain may have a reason of its own to fail.
    tidying.catch(() => undefined);
    await retireOld(context, ground, candidate, trafficSwitch);
  });
  // A switch that was replaced has usually left by now.
  await timeline.run('tidy', () => Promise.all([tidying, trafficSwitch.sweep()]));
}

/** Step 8, and the standby of step 9: remove from the switch, drain, stop signal, stop. Never in another order. */
async function retireOld(
  context: DeployContext,
  ground: Ground,
  candidate: Candidate,
  trafficSwitch: TrafficSwitch,
): Promise<void> {
  const { request, server, store, reporter } = context;
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
  if (!release) return;
  const { leaving } = context;
  // An earlier job had given it up and could not go back; why, is in its record.
  if (release.verdict === 'bad') return;
  const reason = leaving.verdict === 'bad' ? leaving.reason : undefined;
  await store.save(withVerdict(release, leaving.verdict, context.nowMs(), reason));
  if (reason === undefined) return;
  const at = new Date(context.nowMs()).toISOString();
  await store.note({ at, event: 'bad', release: release.id, detail: reason, runUrl: request.origin.runUrl });
}

/** Step 9: what is neither live nor standby loses its container; what is too old loses its record and image. */
async function tidy(context: DeployContext, ground: Ground, candidate: Candidate): Promise<void> {
  const { request, server, store } = context;
  const { engine } = server;
  const keep = new Set([candidate.id, ground.state.live?.id]);
  const [{ containers }, { releases }] = await Promise.all([
    listAppContainers(engine, request.app),
    store.list(),
  ]);
  const surplus = containers.filter(({ id }) => !keep.has(id));
  const retired = new Set(surplus.map(({ releaseId }) => releaseId));
  const current = releases.map((release) =>
    ['standby', 'live'].includes(release.verdict) && retired.has(release.id)
      ? withVerdict(release, 'retired', context.nowMs())
      : release,
  );
  const changed = current.filter((release, index) => release !== releases[index]);
  await Promise.all([
    ...surplus.map(({ id }) => engine.containers.remove(id, { force: true, volumes: true })),
    ...changed.map((release) => store.save(release)),
  ]);
  const forgotten = releasesToForget(current, request.keepReleases);
  const kept = current.filter((release) => !forgotten.includes(release));
  for (const image of imagesToRemove(forgotten, kept)) {
    // An image that something else uses stays; that is no failure of this deploy.
    await removeImage(engine, image).catch(() => undefined);
  }
  await Promise.all(forgotten.map(({ id }) => store.forget(id)));
}

async function removeImage(engine: Engine, image: ReleaseImage): Promise<void> {
  const reference = parseImageReference(image.reference);
  if (reference.tag !== undefined) {
    // While a tag points to it, the Engine only forgets its digest. A tag that has moved on is another image's.
    const tagged = formatImageReference({ ...reference, digest: undefined });
    if ((await engine.images.inspect(tagged))?.Id === image.id) await engine.images.remove(tagged);
  }
  await engine.images.remove(image.runnable);
}
