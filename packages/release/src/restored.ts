import type { AppContainer, AppState } from './app-state.ts';
import { isUp } from './app-state.ts';
import { type BegunWayBack, begunWayBack, isDeploys } from './begun-way-back.ts';
import type { RecordedRelease } from './release.ts';

/** The version that an interrupted job had left without its traffic or stopped, and that serves again. */
export interface Restored {
  readonly how: 'switched back' | 'started';
  /** What that job was. */
  readonly by: 'deploy' | 'rollback';
  /** The release that it had been bringing. */
  readonly insteadOf: string;
  readonly switchMs?: number;
}

export function restoredByWayBack(begun: BegunWayBack, switchMs?: number): Restored {
  return {
    how: 'switched back',
    by: isDeploys(begun) ? 'deploy' : 'rollback',
    insteadOf: begun.givenUp.releaseId,
    ...(switchMs === undefined ? {} : { switchMs: Math.round(switchMs * 10) / 10 }),
  };
}

/**
 * Which job has died while it was about to bring another release live, having stopped the live version first; the one
 * that was to start it again may have died as well. A version that no such job can have stopped was stopped by a person.
 */
export function stoppedBy(liveId: string, releases: readonly RecordedRelease[]): Restored | undefined {
  const others = releases.filter(({ id }) => id !== liveId);
  const target = others.find(({ leaves }) => leaves?.id === liveId);
  const insteadOf =
    target ??
    others.findLast(
      ({ id, verdict, reason }) =>
        verdict === 'pending' || (verdict === 'bad' && reason === undefined && id > liveId),
    );
  return insteadOf && { how: 'started', by: target ? 'rollback' : 'deploy', insteadOf: insteadOf.id };
}

/** What there is once an old version has been given its traffic again. */
export function afterWayBack(state: AppState, { givenUp, old }: BegunWayBack): AppState {
  const live = { ...old, state: 'running' };
  const left = { ...givenUp, state: 'exited' };
  return {
    ...state,
    live,
    liveColor: old.color,
    switchColor: state.switchColor && old.color,
    containers: replaced(state.containers, [live, left]),
  };
}

/** What there is once the live version has been started again. */
export function afterStart(state: AppState, live: AppContainer): AppState {
  const started = { ...live, state: 'running' };
  return { ...state, live: started, containers: replaced(state.containers, [started]) };
}

/** What the next job will do first of all. */
export interface Foreseen {
  /** As that job will find it then. */
  readonly state: AppState;
  readonly restored: Restored | undefined;
  /** What it does, as a step of a plan; what is until then, as a warning. */
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * What the next job will restore before it does anything else.
 *
 * @param atWork that a job is at work, as a sentence; then nothing is known of the next one
 */
export function foresee(app: string, state: AppState, atWork: string | undefined): Foreseen {
  if (atWork !== undefined) return { state, restored: undefined, steps: [], warnings: [atWork] };
  const begun = begunWayBack(state);
  if (begun) return foreseeWayBack(app, state, begun);
  const { live, releases } = state;
  const restored = live?.state === 'exited' ? stoppedBy(live.releaseId, releases) : undefined;
  if (!live || !restored) return { state, restored: undefined, steps: [], warnings: [] };
  return {
    state: afterStart(state, live),
    restored,
    steps: [`Start ${live.name}, which is live and which an earlier job had stopped.`],
    warnings: [
      `Nothing of ${app} runs, because an earlier job had stopped ${live.name} and was interrupted; the next deploy or rollback starts it.`,
    ],
  };
}

function foreseeWayBack(app: string, state: AppState, begun: BegunWayBack): Foreseen {
  const { givenUp, old } = begun;
  const now = isUp(givenUp)
    ? `Release ${givenUp.releaseId} of ${app} still has the traffic`
    : `Nothing of ${app} serves`;
  return {
    state: afterWayBack(state, begun),
    restored: restoredByWayBack(begun),
    steps: [
      `Switch back from release ${givenUp.releaseId} to release ${old.releaseId} (${old.color}), as an earlier job had begun to.`,
    ],
    warnings: [
      `${now}, because a job that went back from it to release ${old.releaseId} was interrupted; the next deploy or rollback finishes that.`,
    ],
  };
}

function replaced(containers: readonly AppContainer[], changed: readonly AppContainer[]): AppContainer[] {
  return containers.map((container) => changed.find(({ id }) => id === container.id) ?? container);
}
