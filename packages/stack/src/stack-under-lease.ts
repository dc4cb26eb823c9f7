import type { ServerFacts } from '#engine';
import { serverFacts } from '#engine';
import { sentenceOf } from '#explained-error';
import {
  type ChangeRequest,
  type DeployOutcome,
  type Lease,
  LeaseError,
  PostDeployError,
  ReleaseStore,
  type Reporter,
  type Server,
  type StopSignals,
  type Timeline,
  takeLease,
  UndoStack,
  withVerdict,
} from '#release';
import { parseStackRelease } from './parse-stack-release.ts';
import { isUp, journal, type StackJob, type StackState } from './stack-context.ts';
import { StackFiles } from './stack-files.ts';
import { idOfRecord, isForeign } from './stack-parts.ts';
import type { StackResult, StackServiceResult } from './stack-result.ts';

export interface StackTurn {
  readonly facts: ServerFacts;
  readonly lease: Lease;
  /** Fires when the job is cancelled, the connection is gone or the lease is lost. */
  readonly signal: AbortSignal;
}

/**
 * Does one change of a stack while holding its lease. When the change fails, what it did is undone, newest first, and
 * the result says what serves.
 *
 * Never throws for a change that failed.
 */
export async function changeStackUnderLease(
  request: ChangeRequest,
  server: Server,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
  change: (job: StackJob, turn: StackTurn) => Promise<void>,
): Promise<StackResult> {
  const stop = AbortSignal.any([signals.cancelled, signals.lost]);
  const clock = { zeroMs: Date.now() - performance.now() };
  const store = ReleaseStore.of(server.files, server.home, request.app, parseStackRelease);
  const job: StackJob = {
    request,
    server,
    timeline,
    reporter,
    store,
    files: new StackFiles(server.files, store.folder),
    undo: new UndoStack(),
    progress: { findings: [], stopped: new Set(), switched: false, rolledBack: false, settled: false },
    nowMs: () => clock.zeroMs + performance.now(),
  };
  let lease: Lease | undefined;
  try {
    const turn = await timeline.run('lease', async (): Promise<StackTurn> => {
      const [serverTimeMs] = await Promise.all([server.engine.serverTimeMs(), store.prepare()]);
      clock.zeroMs = serverTimeMs - performance.now();
      lease = await takeLease(job, stop);
      const facts = serverFacts(await server.engine.info(), server.engine.version);
      return { facts, lease, signal: AbortSignal.any([stop, lease.lost]) };
    });
    await change(job, turn);
    return resultOf(job, 'live', undefined, undefined);
  } catch (error) {
    return await fail(job, error, signals.cancelled, lease);
  } finally {
    await lease?.release().catch(() => {
      reporter.warning('The lease could not be given back; it expires by itself within a minute.');
    });
  }
}

async function fail(
  job: StackJob,
  thrown: unknown,
  cancelled: AbortSignal,
  lease: Lease | undefined,
): Promise<StackResult> {
  const { progress, undo, reporter } = job;
  const error = behindAbort(thrown);
  const isCancelled =
    cancelled.aborted && [error, error instanceof Error && error.cause].includes(cancelled.reason);
  const reason = reasonOf(error, progress);
  if (error instanceof PostDeployError || progress.settled) {
    const wasWatched = job.timeline.entries.some(({ step }) => step === 'drain');
    const rest = wasWatched
      ? 'The new release is live all the same; the next run finishes the rest.'
      : 'It stays, because there is no earlier release to go back to.';
    const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
    if (error instanceof PostDeployError) return resultOf(job, outcome, reason, error);
    return resultOf(job, outcome, `${reason} ${rest}`, error);
  }
  if (lease && (await isLost(lease))) {
    progress.takenOver = true;
    const rest = 'Nothing was taken back, because another run is in charge.';
    return resultOf(job, 'failed', `${reason} ${rest}`, error);
  }
  const troubles = await undo.run();
  await recordFailure(job, reason).catch((trouble: unknown) => troubles.push(sentenceOf(trouble)));
  if (lease) await sweepUnfinished(job).catch((trouble: unknown) => troubles.push(sentenceOf(trouble)));
  for (const trouble of troubles) reporter.warning(`${trouble} (the next run tidies up).`);
  const outcome = isCancelled ? 'cancelled' : progress.rolledBack ? 'switched-back' : 'failed';
  return resultOf(job, outcome, reason, error);
}

/** Writes down that the release did not make it; the last thing that a failure does. */
async function recordFailure(job: StackJob, why: string): Promise<void> {
  const { progress, store, reporter } = job;
  const { release, before } = progress;
  // As long as something is down, the record is the trace by which the next job knows what to start again.
  if (!release || progress.stopped.size > 0) return;
  const reason = reporter.masked(why);
  const verdict = progress.rolledBack ? 'bad' : 'failed';
  progress.release = before ?? withVerdict(release, verdict, job.nowMs(), reason);
  await Promise.all([
    store.save(progress.release),
    journal(job, before ? 'rollback-failed' : verdict, reason),
  ]);
}

/** Values of variables are among what a deploy that was refused may have left, and it has no record to be found by. */
async function sweepUnfinished({ store, files }: StackJob): Promise<void> {
  const { releases, damaged } = await store.list();
  await files.sweepUnfinished(new Set([...releases.map(({ id }) => id), ...damaged.map(idOfRecord)]));
}

async function isLost(lease: Lease): Promise<boolean> {
  if (lease.lost.aborted) return true;
  try {
    await lease.confirm();
    return false;
  } catch (error) {
    return error instanceof LeaseError;
  }
}

/** Node's own functions throw an AbortError that says nothing; why the signal fired is its cause. */
function behindAbort(error: unknown): unknown {
  return error instanceof Error && error.name === 'AbortError' && error.cause ? error.cause : error;
}

function reasonOf(error: unknown, { release, switched, settled }: StackJob['progress']): string {
  const text = sentenceOf(error);
  const sentence = release && /^[a-z]/.test(text) ? `Release ${release.id} ${story()}` : text;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;

  function story(): string {
    if (settled) return `is live, but ${text}`;
    return switched ? `was taken back: ${text}` : `was refused: ${text}`;
  }
}

function resultOf(
  job: StackJob,
  outcome: DeployOutcome,
  reason: string | undefined,
  cause: unknown,
): StackResult {
  const { progress, timeline } = job;
  const { release, state } = progress;
  const serves = outcome === 'live' || outcome === 'unwatched' || progress.settled;
  return {
    outcome,
    reason,
    cause,
    nothingServes: !serves && (progress.stopped.size > 0 || (state !== undefined && isEmpty(state))),
    servingNow: servingNow(job, serves),
    release,
    previous: progress.left ?? state?.live?.id,
    switched: progress.switched,
    rolledBack: progress.rolledBack,
    switchMs: progress.switchMs,
    adoptionGapMs: progress.adoptionGapMs,
    services: servicesOf(progress),
    candidateLog: progress.candidateLog,
    findings: progress.findings,
    timeline: timeline.entries,
  };
}

function servicesOf({ release, changed }: StackJob['progress']): StackServiceResult[] {
  return Object.entries(release?.services ?? {}).map(([name, { role, image, color }]) => ({
    name,
    role,
    image: image.reference,
    imageDigest: image.digest,
    color,
    isUnchanged: changed !== undefined && role !== 'job' && !changed.includes(name),
  }));
}

/** Neither a release of ours serves, nor what somebody has started without us. */
function isEmpty({ live, containers }: StackState): boolean {
  return !live && !containers.some((one) => isUp(one) && isForeign(one));
}

function servingNow({ progress, request }: StackJob, serves: boolean): string {
  const { release, state, rolledBack, switched, stopped, takenOver } = progress;
  if (release && serves) return `Release ${release.id} serves.`;
  if (takenOver) return 'What serves is for the other run to say.';
  if (stopped.size > 0) {
    return `${[...stopped].join(' and ')} was stopped and could not be started again; run the job again, which starts it.`;
  }
  if (!state) return 'Nothing was changed; whatever served before still does.';
  if (isEmpty(state)) return `No release of ${request.app} serves on this server.`;
  if (!state.live) return `What plain Compose had started of ${request.app} serves.`;
  if (switched && !rolledBack) {
    return 'Both versions were left running, and the switches decide which serves; run the job again.';
  }
  return `Release ${state.live.id} ${rolledBack ? 'serves again' : 'still serves'}.`;
}
