import type { ComposeCommand, StackContainer } from '#compose';
import type { ServerFacts } from '#engine';
import type {
  ChangeRequest,
  Lease,
  ReleaseStore,
  Reporter,
  Restored,
  Server,
  Timeline,
  UndoStack,
} from '#release';
import type { Color } from '#switch';
import type { ServiceSwitches } from './service-switches.ts';
import type { StackFiles } from './stack-files.ts';
import type { StackRelease } from './stack-release.ts';

/** What every change of a stack works with, from its first step on. */
export interface StackJob {
  readonly request: ChangeRequest;
  readonly server: Server;
  readonly timeline: Timeline;
  readonly reporter: Reporter;
  readonly store: ReleaseStore<StackRelease>;
  readonly files: StackFiles;
  readonly undo: UndoStack;
  readonly progress: StackProgress;
  /** The server's clock, in ms since 1970. */
  readonly nowMs: () => number;
}

/** As much of it as reading takes. */
export type StackReading = Pick<StackJob, 'request' | 'server' | 'reporter' | 'store' | 'files' | 'nowMs'>;

/** What is known so far; a failure reports as much of it as there is. */
export interface StackProgress {
  readonly findings: string[];
  state?: StackState;
  release?: StackRelease;
  /** Services that get a new container. */
  changed?: readonly string[];
  /** A rollback's release as it was recorded before; a new release has no such record. */
  before?: StackRelease;
  /** The last lines of whatever did not get healthy. */
  candidateLog?: string;
  /** From the first service's flip to the last one's. */
  switchMs?: number;
  /** How long an address did not answer while it changed hands from a plain Compose container to its switch. */
  adoptionGapMs?: number;
  /** The release that an interrupted job had left, where this one had only to finish that. */
  left?: string;
  /** What is down until the job ends or the next one begins: services that were stopped before their successor ran. */
  readonly stopped: Set<string>;
  switched: boolean;
  rolledBack: boolean;
  /** The new release serves and stays, whatever happens from here on. */
  settled: boolean;
  takenOver?: boolean;
}

/** The stack as a job finds it. */
export interface StackState {
  /** Oldest first. */
  readonly releases: readonly StackRelease[];
  /** What the record calls live. */
  readonly live: StackRelease | undefined;
  readonly containers: readonly StackContainer[];
  /** Releases whose record is there and can't be read. */
  readonly damaged: readonly string[];
}

/** The server as a change of the stack finds it, with the right to change it. */
export interface StackGround {
  readonly facts: ServerFacts;
  readonly compose: ComposeCommand;
  readonly lease: Lease;
  /** Fires when the job is cancelled, the connection is gone or the lease is lost. */
  readonly signal: AbortSignal;
  readonly state: StackState;
  /** The releases as the job before has left them. */
  readonly recorded: readonly StackRelease[];
  /** What this job has put right that the job before had left without its traffic or stopped. */
  readonly restored: Restored | undefined;
  readonly switches: ServiceSwitches;
}

export async function journal(job: StackJob, event: string, detail: string): Promise<void> {
  const { store, progress, request } = job;
  await store.note({
    at: new Date(job.nowMs()).toISOString(),
    event,
    ...(progress.release ? { release: progress.release.id } : {}),
    detail,
    runUrl: request.origin.runUrl,
  });
}

/** The containers that a service has beside those of one colour, or all that plain Compose has made. */
export function othersOf(state: StackState, service: string, color: Color): StackContainer[] {
  return state.containers.filter((one) => one.service === service && one.color !== color);
}

export function isUp({ state }: StackContainer): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}
