import type { ServerFacts } from '#engine';
import type { HealthyWait } from '#probe';
import type { SlotTargets, TrafficSwitch } from '#switch';
import type { AppState } from './app-state.ts';
import type { ChangeRequest, DeployRequest } from './deploy-request.ts';
import type { Lease } from './lease.ts';
import type { Release, ReleaseImage } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Restored } from './restored.ts';
import type { Reporter, Server } from './server.ts';
import type { Timeline } from './timeline.ts';
import type { UndoStack } from './undo-stack.ts';
import type { TrafficObserver } from './watch.ts';
import type { RequestFigures } from './watch-verdict.ts';

/** What every change of an app works with, from its first step on. */
export interface JobContext {
  readonly request: ChangeRequest;
  readonly server: Server;
  readonly timeline: Timeline;
  readonly reporter: Reporter;
  readonly store: ReleaseStore;
  readonly undo: UndoStack;
  readonly observer: TrafficObserver;
  readonly progress: DeployProgress;
  /** The server's clock, in ms since 1970. Read once: each question would cost a round trip. */
  readonly nowMs: () => number;
}

/** What the steps that bring a release live work with. */
export interface DeployContext extends JobContext {
  readonly request: DeployRequest;
  /** What becomes of the version that is left. */
  readonly leaving: { readonly verdict: 'standby' } | { readonly verdict: 'bad'; readonly reason: string };
}

/** What is known so far; a failure reports as much of it as there is. */
export interface DeployProgress {
  readonly findings: string[];
  state?: AppState;
  trafficSwitch?: TrafficSwitch;
  image?: ReleaseImage;
  release?: Release;
  /** A rollback's release as it was recorded before; a new release has no such record. */
  before?: Release;
  /** What an interrupted job had left without its traffic or stopped, and this one has put right first of all. */
  restored?: Restored;
  /** The release that an interrupted rollback had left, where this job only finishes that one. */
  left?: string;
  /** What else a person may try if this fails, as a sentence. */
  advice?: string;
  containerName?: string;
  health?: HealthyWait;
  watch?: { readonly fresh: RequestFigures; readonly old: RequestFigures | undefined };
  candidateLog?: string;
  /** State of the container of a first release that failed its watch and stays. */
  onlyOneIs?: string;
  /** There is a live version, but no switch that leads to it. */
  switchIsGone?: boolean;
  switchMs?: number;
  /** The old version was stopped before the new one served, as `order` asked. */
  oldWasStopped?: boolean;
  /** Another run is in charge of the app by now. */
  takenOver?: boolean;
  /** It runs again. */
  oldRunsAgain?: boolean;
  /** The new version was stopped on the way back to one that had been stopped first. */
  newWasStopped?: boolean;
  switched: boolean;
  rolledBack: boolean;
  /** The new release serves and stays, whatever happens from here on. */
  settled: boolean;
}

/** The right to change the app, and what is known of the server. */
export interface Turn {
  readonly facts: ServerFacts;
  readonly lease: Lease;
  /** Fires when the job is cancelled or the connection is gone. */
  readonly stop: AbortSignal;
}

/** The server as a deploy finds it, with the right to change it. */
export interface Ground {
  readonly facts: ServerFacts;
  readonly lease: Lease;
  /** Fires when the job is cancelled, the connection is gone or the lease is lost. */
  readonly signal: AbortSignal;
  readonly trafficSwitch: TrafficSwitch;
  readonly state: AppState;
}

/** A healthy container of the new release that no user has met yet. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly targets: SlotTargets;
  /** How often the Engine had restarted it before; a version that has served may have fallen once. */
  readonly restartsBefore: number;
  /** The old version was stopped first, as `order` asked. */
  readonly oldWasStopped: boolean;
}

export async function journal(context: JobContext, event: string, detail: string): Promise<void> {
  const { store, progress, request } = context;
  await store.note({
    at: new Date(context.nowMs()).toISOString(),
    event,
    ...(progress.release ? { release: progress.release.id } : {}),
    detail,
    runUrl: request.origin.runUrl,
  });
}

/** A job that is being cancelled has ten seconds in all, and the way back goes first. */
export function stopSecondsNow(stopSeconds: number, signal: AbortSignal): number {
  return signal.aborted ? Math.min(1, stopSeconds) : stopSeconds;
}

/** The record of what was live when the deploy began. */
export function releaseOf(state: AppState): Release | undefined {
  return state.releases.find(({ id }) => id === state.live?.releaseId);
}
