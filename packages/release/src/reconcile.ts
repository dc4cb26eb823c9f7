import { sentenceOf } from '#explained-error';
import type { AppState } from './app-state.ts';
import { type BegunWayBack, begunWayBack, finishWayBack, isDeploys } from './begun-way-back.ts';
import { clearOneOffs, type OneOffOptions } from './clear-one-offs.ts';
import { type LeftoverOptions, retire, treatLeftovers } from './leftovers.ts';
import { mendedVerdict, takenBack } from './mended-verdict.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import { type Restored, restoredByWayBack, stoppedBy } from './restored.ts';

export interface ReconcileOptions extends OneOffOptions, LeftoverOptions {
  readonly store: ReleaseStore;
  readonly state: AppState;
  readonly runUrl: string | undefined;
}

export interface Reconciled {
  /** One sentence for each thing that was done. */
  readonly findings: readonly string[];
  /** What got its traffic back or was started again. */
  readonly restored: Restored | undefined;
}

/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched, unless its own job had given it up.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled> {
  const findings: string[] = [];
  const begun = begunWayBack(options.state);
  if (begun) return reconcileWayBack(options, begun, findings);
  const { releases, live: container } = options.state;
  const live = releases.find(({ id }) => id === container?.releaseId);
  const removed = await treatLeftovers(options, live, new Set([container?.id]), findings);
  // Before anything that may have to wait.
  const started = await startLive(options, findings);
  await clearOneOffs(options, findings);
  // What could not be started is tried again by the next job, which knows it by these records.
  if (started !== 'failed') await mendRecords(options, live, removed, releases, findings);
  return { findings, restored: started === 'failed' ? undefined : started };
}

/** Whichever of the two has the traffic in the end, neither is a leftover for this job, and each keeps its record. */
async function reconcileWayBack(
  options: ReconcileOptions,
  begun: BegunWayBack,
  findings: string[],
): Promise<Reconciled> {
  const { givenUp, givenUpRelease, old } = begun;
  const { releases } = options.state;
  const name = `release ${old.releaseId} (${old.color})`;
  const end = await finishWayBack(options.engine, options.trafficSwitch, begun);
  const { isBack } = end;
  // A job that brings a new release needs the old one no more, so it goes on.
  findings.push(
    end.isBack
      ? `Switched back to ${name}, as an earlier job had begun to.`
      : `Could not switch back to ${name}, as an earlier job had begun to: ${end.problem}`,
  );
  await writeGivenUp(options, begun, isBack);
  const live = releases.find(({ id }) => id === (isBack ? old : givenUp).releaseId);
  if (end.isBack && end.givenUpRuns) {
    const mode =
      givenUpRelease.verdict === 'standby' ? (live?.rollout.standby ?? options.standby) : 'stopped';
    await retire(options, givenUp, mode);
  }
  const removed = await treatLeftovers(options, live, new Set([givenUp.id, old.id]), findings);
  await clearOneOffs(options, findings);
  const others = releases.filter(({ id }) => id !== givenUp.releaseId && id !== old.releaseId);
  await mendRecords(options, live, removed, others, findings);
  return { findings, restored: end.isBack ? restoredByWayBack(begun, end.switchMs) : undefined };
}

/** The job that gave it up could not say how that ended. A rollback's release is as it was before. */
async function writeGivenUp(
  { store, nowMs, runUrl }: ReconcileOptions,
  begun: BegunWayBack,
  isBack: boolean,
): Promise<void> {
  const { givenUpRelease: release } = begun;
  const at = new Date(nowMs).toISOString();
  if (!isDeploys(begun)) {
    const detail = 'it was given up, and the traffic went back';
    if (isBack) await store.note({ at, event: 'rollback-failed', release: release.id, detail, runUrl });
    return;
  }
  const detail = release.reason ?? takenBack;
  if (release.verdict !== 'bad' || release.reason === undefined)
    await store.save(withVerdict(release, 'bad', nowMs, detail));
  if (isBack) await store.note({ at, event: 'bad', release: release.id, detail, runUrl });
}

async function mendRecords(
  { store, state, nowMs, runUrl }: ReconcileOptions,
  live: Release | undefined,
  removed: ReadonlySet<string>,
  releases: readonly Release[],
  findings: string[],
): Promise<void> {
  for (const release of releases) {
    const { id } = release;
    const hasContainer = !removed.has(id) && state.containers.some(({ releaseId }) => releaseId === id);
    const mended = mendedVerdict(release, live, hasContainer);
    if (!mended) {
      // A rollback that was killed before the traffic moved has left nothing.
      if (release.leaves && id !== live?.id) await store.save({ ...release, leaves: undefined });
      continue;
    }
    const { verdict, reason } = mended;
    await store.save(withVerdict(release, verdict, nowMs, reason));
    const because = reason === undefined ? '' : `, because ${reason}`;
    findings.push(
      verdict === release.verdict
        ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
        : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`,
    );
    if (reason === undefined) continue;
    const at = new Date(nowMs).toISOString();
    await store.note({ at, event: verdict, release: id, detail: reason, runUrl });
  }
}

/**
 * A job that stopped the live version first, and was killed before the new one served, has left nothing to serve. A
 * version that no such job can have stopped was stopped by a person, and stays so.
 */
async function startLive(
  { engine, state }: ReconcileOptions,
  findings: string[],
): Promise<Restored | 'failed' | undefined> {
  const { live, releases } = state;
  const restored = live?.state === 'exited' ? stoppedBy(live.releaseId, releases) : undefined;
  if (!live || !restored) return undefined;
  try {
    await engine.containers.start(live.id);
    findings.push(`Started ${live.name}, which is live and which an earlier job had stopped.`);
    return restored;
  } catch (error) {
    findings.push(`${live.name} is live and could not be started again: ${sentenceOf(error)}`);
    return 'failed';
  }
}
