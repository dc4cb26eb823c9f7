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
 * Which job has died while it was about to bring another release live, having stopped the live version first. A
 * version that no such job can have stopped was stopped by a person.
 */
export function stoppedBy(liveId: string, releases: readonly RecordedRelease[]): Restored | undefined {
  const others = releases.filter(({ id }) => id !== liveId);
  const target = others.find(({ leaves }) => leaves?.id === liveId);
  const insteadOf = target ?? others.findLast(({ verdict }) => verdict === 'pending');
  return insteadOf && { how: 'started', by: target ? 'rollback' : 'deploy', insteadOf: insteadOf.id };
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

/** What the next job will restore before it does anything else. */
export function foresee(app: string, state: AppState): Foreseen {
  const begun = begunWayBack(state);
  if (begun) return foreseeWayBack(app, state, begun);
  const { live, releases } = state;
  const restored = live?.state === 'exited' ? stoppedBy(live.releaseId, releases) : undefined;
  if (!live || !restored) return { state, restored: undefined, steps: [], warnings: [] };
  const started = { ...live, state: 'running' };
  return {
    state: { ...state, live: started, containers: replaced(state.containers, [started]) },
    restored,
    steps: [`Start ${live.name}, which is live and which an earlier job had stopped.`],
    warnings: [
      `Nothing of ${app} runs, because an earlier job had stopped ${live.name} and was interrupted; the next deploy or rollback starts it.`,
    ],
  };
}

function foreseeWayBack(app: string, state: AppState, begun: BegunWayBack): Foreseen {
  const { givenUp, old } = begun;
  const live = { ...old, state: 'running' };
  const left = { ...givenUp, state: 'exited' };
  const now = isUp(givenUp)
    ? `Release ${givenUp.releaseId} of ${app} still has the traffic`
    : `Nothing of ${app} serves`;
  return {
    state: {
      ...state,
      live,
      liveColor: old.color,
      switchColor: state.switchColor && old.color,
      containers: replaced(state.containers, [live, left]),
    },
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
