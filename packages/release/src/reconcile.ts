import { sentenceOf } from '#explained-error';
import type { AppState } from './app-state.ts';
import { type BegunWayBack, begunWayBack, finishWayBack, isDeploys } from './begun-way-back.ts';
import { clearOneOffs, type OneOffOptions } from './clear-one-offs.ts';
import {
  findLeftovers,
  type LeftoverOptions,
  removeLeftovers,
  retire,
  retireLeftovers,
} from './leftovers.ts';
import { mendedVerdict, takenBack } from './mended-verdict.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import type { JournalEntry, ReleaseStore } from './release-store.ts';
import { afterStart, afterWayBack, type Restored, restoredByWayBack, stoppedBy } from './restored.ts';

export interface ReconcileOptions extends OneOffOptions, LeftoverOptions {
  readonly store: ReleaseStore;
  readonly state: AppState;
  readonly runUrl: string | undefined;
  /** Called at once with what got its traffic back or was started again, because what comes next may fail. */
  readonly onRestored: (restored: Restored, state: AppState) => void;
}

export interface Reconciled {
  /** As they are once `mend` has written them. */
  readonly releases: Release[];
  /** Until it is called, the record tells the next job as well what an interrupted one had been at. */
  readonly mend: () => Promise<void>;
}

/** One record that is to say something else, or an end that nobody has noted. */
interface Mending {
  readonly release: Release;
  readonly finding?: string;
  readonly note?: Pick<JournalEntry, 'event' | 'detail'>;
}

/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched, unless its own job had given it up.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled> {
  const begun = begunWayBack(options.state);
  if (begun) return reconcileWayBack(options, begun);
  const { releases, live: container } = options.state;
  const live = releases.find(({ id }) => id === container?.releaseId);
  const leftovers = findLeftovers(options, live, new Set([container?.id]));
  // Of what may run only once, it is in the way of the start. All that may have to wait or fail comes after that.
  await retireLeftovers(options, leftovers);
  const isStarted = await startLive(options);
  const removed = await removeLeftovers(options, leftovers);
  await clearOneOffs(options);
  // What could not be started is tried again by the next job, which knows it by these records.
  return reconciled(options, isStarted ? mendings(options, live, removed, releases) : []);
}

/** Whichever of the two has the traffic in the end, neither is a leftover for this job, and each keeps its record. */
async function reconcileWayBack(options: ReconcileOptions, begun: BegunWayBack): Promise<Reconciled> {
  const { givenUp, givenUpRelease, old } = begun;
  const { releases } = options.state;
  const name = `release ${old.releaseId} (${old.color})`;
  if (isDeploys(begun)) await giveUp(options, givenUpRelease);
  const end = await finishWayBack(options.engine, options.trafficSwitch, begun);
  const { isBack } = end;
  if (end.isBack) {
    options.onRestored(restoredByWayBack(begun, end.switchMs), afterWayBack(options.state, begun));
    options.onFinding(`Switched back to ${name}, as an earlier job had begun to.`);
  } else {
    // A job that brings a new release needs the old one no more, so it goes on.
    options.onFinding(`Could not switch back to ${name}, as an earlier job had begun to: ${end.problem}`);
  }
  const live = releases.find(({ id }) => id === (isBack ? old : givenUp).releaseId);
  if (end.isBack && end.givenUpRuns) {
    const mode =
      givenUpRelease.verdict === 'standby' ? (live?.rollout.standby ?? options.standby) : 'stopped';
    await retire(options, givenUp, mode);
  }
  const leftovers = findLeftovers(options, live, new Set([givenUp.id, old.id]));
  await retireLeftovers(options, leftovers);
  const removed = await removeLeftovers(options, leftovers);
  await clearOneOffs(options);
  const others = releases.filter(({ id }) => id !== givenUp.releaseId && id !== old.releaseId);
  return reconciled(options, [
    givenUpMending(options, begun, isBack),
    ...mendings(options, live, removed, others),
  ]);
}

/**
 * Written before what it says is done, as by every way back: the record by which a rollback knows that what serves was
 * gone back to a moment ago. It says no reason; whoever mends the records adds it, and then that trace is gone.
 */
async function giveUp({ store, nowMs }: ReconcileOptions, release: Release): Promise<void> {
  if (release.verdict === 'bad' && release.reason === undefined) return;
  // What serves no more must not wait for a disk that is full.
  await store.save({ ...withVerdict(release, 'bad', nowMs), reason: undefined }).catch(() => undefined);
}

/** The job that gave it up could not say how that ended. A rollback's release is as it was before. */
function givenUpMending({ nowMs }: ReconcileOptions, begun: BegunWayBack, isBack: boolean): Mending {
  const { givenUpRelease: release } = begun;
  if (!isDeploys(begun)) {
    const detail = 'it was given up, and the traffic went back';
    return { release, ...(isBack ? { note: { event: 'rollback-failed', detail } } : {}) };
  }
  const detail = release.reason ?? takenBack;
  const note = { event: 'bad', detail };
  return { release: withVerdict(release, 'bad', nowMs, detail), ...(isBack ? { note } : {}) };
}

function mendings(
  { state, nowMs }: ReconcileOptions,
  live: Release | undefined,
  removed: ReadonlySet<string>,
  releases: readonly Release[],
): Mending[] {
  return releases.flatMap((release): Mending[] => {
    const { id } = release;
    const hasContainer = !removed.has(id) && state.containers.some(({ releaseId }) => releaseId === id);
    const mended = mendedVerdict(release, live, hasContainer);
    if (!mended) {
      // A rollback that was killed before the traffic moved has left nothing.
      return release.leaves && id !== live?.id ? [{ release: { ...release, leaves: undefined } }] : [];
    }
    const { verdict, reason } = mended;
    const because = reason === undefined ? '' : `, because ${reason}`;
    const finding =
      verdict === release.verdict
        ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
        : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`;
    const note = reason === undefined ? {} : { note: { event: verdict, detail: reason } };
    return [{ release: withVerdict(release, verdict, nowMs, reason), finding, ...note }];
  });
}

function reconciled(
  { state, store, nowMs, runUrl, onFinding }: ReconcileOptions,
  changes: readonly Mending[],
): Reconciled {
  const at = new Date(nowMs).toISOString();
  const mend = async (): Promise<void> => {
    for (const { release, finding, note } of changes) {
      if (note) await store.note({ at, ...note, release: release.id, runUrl });
      if (!state.releases.includes(release)) await store.save(release);
      if (finding !== undefined) onFinding(finding);
    }
  };
  const changed = new Map(changes.map(({ release }) => [release.id, release]));
  return { releases: state.releases.map((release) => changed.get(release.id) ?? release), mend };
}

/**
 * A job that stopped the live version first, and was killed before the new one served, has left nothing to serve. A
 * version that no such job can have stopped was stopped by a person, and stays so.
 *
 * @returns false when it had to be started and could not be
 */
async function startLive(options: ReconcileOptions): Promise<boolean> {
  const { engine, state, onFinding, onRestored } = options;
  const { live, releases } = state;
  const restored = live?.state === 'exited' ? stoppedBy(live.releaseId, releases) : undefined;
  if (!live || !restored) return true;
  const pending = releases.find(({ id, verdict }) => id === restored.insteadOf && verdict === 'pending');
  if (pending) await giveUp(options, pending);
  try {
    await engine.containers.start(live.id);
  } catch (error) {
    onFinding(`${live.name} is live and could not be started again: ${sentenceOf(error)}`);
    return false;
  }
  onRestored(restored, afterStart(state, live));
  onFinding(`Started ${live.name}, which is live and which an earlier job had stopped.`);
  return true;
}
