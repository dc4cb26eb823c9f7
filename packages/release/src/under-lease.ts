import { serverFacts } from '#engine';
import { sentenceOf } from '#explained-error';
import { candidateLogLines } from './bring-up.ts';
import { lastLogLines } from './candidate-container.ts';
import type { DeployProgress, JobContext, Turn } from './deploy-context.ts';
import { journal } from './deploy-context.ts';
import type { ChangeRequest } from './deploy-request.ts';
import type { DeployOutcome, DeployResult } from './deploy-result.ts';
import { PostDeployError } from './hook.ts';
import { type Lease, LeaseError } from './lease.ts';
import { takeLease } from './prepare.ts';
import { withVerdict } from './release.ts';
import { ReleaseStore } from './release-store.ts';
import type { Reporter, Server } from './server.ts';
import type { Timeline } from './timeline.ts';
import { UndoStack } from './undo-stack.ts';
import { TrafficObserver } from './watch.ts';

/** Why a job has to stop early. */
export interface StopSignals {
  /** The job was cancelled. */
  readonly cancelled: AbortSignal;
  /** The connection to the server is gone. */
  readonly lost: AbortSignal;
}

/**
 * Does one change of an app while holding its lease. When the change fails, what it did is undone, newest first, and
 * the result says what serves.
 *
 * Never throws for a change that failed.
 */
export async function changeUnderLease(
  request: ChangeRequest,
  server: Server,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
  change: (context: JobContext, turn: Turn) => Promise<void>,
): Promise<DeployResult> {
  const stop = AbortSignal.any([signals.cancelled, signals.lost]);
  // From a clock that nobody sets: the runner's own may be put right in the middle of a job.
  const clock = { zeroMs: Date.now() - performance.now() };
  const context: JobContext = {
    request,
    server,
    timeline,
    reporter,
    store: ReleaseStore.ofApp(server.files, server.home, request.app),
    undo: new UndoStack(),
    observer: new TrafficObserver(),
    progress: { findings: [], switched: false, rolledBack: false, settled: false },
    nowMs: () => clock.zeroMs + performance.now(),
  };
  let lease: Lease | undefined;
  try {
    const turn = await timeline.run('lease', async () => {
      const [serverTimeMs] = await Promise.all([server.engine.serverTimeMs(), context.store.prepare()]);
      clock.zeroMs = serverTimeMs - performance.now();
      const asking = server.engine.info();
      asking.catch(() => undefined);
      lease = await takeLease(context, stop);
      return { facts: serverFacts(await asking, server.engine.version), lease, stop };
    });
    await change(context, turn);
    return resultOf(context, 'live', undefined, undefined);
  } catch (error) {
    return await fail(context, error, signals.cancelled, lease);
  } finally {
    context.observer.stop();
    await lease?.release().catch(() => {
      reporter.warning('The lease could not be given back; it expires by itself within a minute.');
    });
  }
}

/** Writes down that the release did not make it; the last thing that a failure does. */
async function recordFailure(context: JobContext, why: string): Promise<void> {
  const { progress, store, reporter } = context;
  const reason = reporter.masked(why);
  const { before, release } = progress;
  // As long as nothing serves, the record is the only trace by which the next job knows that this one stopped it.
  if (!release || isDown(progress)) return;
  const verdict = progress.rolledBack || release.liveAt !== undefined ? 'bad' : 'failed';
  progress.release = before ?? withVerdict(release, verdict, context.nowMs(), reason);
  const event = before ? 'rollback-failed' : verdict;
  await Promise.all([store.save(progress.release), journal(context, event, reason)]);
}

async function fail(
  context: JobContext,
  thrown: unknown,
  cancelled: AbortSignal,
  lease: Lease | undefined,
): Promise<DeployResult> {
  const { progress, undo, reporter } = context;
  const error = behindAbort(thrown);
  const isCancelled = cancelled.aborted && [error, causeOf(error)].includes(cancelled.reason);
  if (error instanceof PostDeployError) {
    const what = isCancelled ? 'the run was cancelled before post-deploy had ended' : error.message;
    const reason = `Release ${progress.release?.id} is live, but ${what}.`;
    return resultOf(context, isCancelled ? 'cancelled' : 'live', reason, error.cause);
  }
  const why = reasonOf(error, progress);
  const reason = progress.advice && !progress.settled ? `${why} ${progress.advice}` : why;
  if (progress.settled) {
    const wasWatched = context.timeline.entries.some(({ step }) => step === 'drain');
    if (!wasWatched) await lookAtTheOnlyOne(context);
    const rest = wasWatched
      ? 'The new release is live all the same; the next run finishes the rest.'
      : 'It stays, because there is no earlier version to go back to.';
    const outcome = isCancelled ? 'cancelled' : wasWatched ? 'live' : 'unwatched';
    return resultOf(context, outcome, `${reason} ${rest}`, error);
  }
  if (lease && (await isLost(lease))) {
    // Another run changes the app now; whatever this one took back could be what that one relies on.
    progress.takenOver = true;
    return resultOf(
      context,
      'failed',
      `${reason} Nothing was taken back, because another run is in charge.`,
      error,
      true,
    );
  }
  const troubles = await undo.run();
  await recordFailure(context, reason).catch((trouble: unknown) => troubles.push(sentenceOf(trouble)));
  for (const trouble of troubles) reporter.warning(`${trouble} (the next run tidies up).`);
  const outcome = isCancelled ? 'cancelled' : progress.rolledBack ? 'switched-back' : 'failed';
  return resultOf(context, outcome, reason, error, troubles.length > 0);
}

/** A first release that failed its watch stays; what it is in by now is what a person wants to know. */
async function lookAtTheOnlyOne({ server: { engine }, progress }: JobContext): Promise<void> {
  const name = progress.containerName;
  if (name === undefined) return;
  progress.candidateLog ??= await lastLogLines(engine, name, candidateLogLines);
  const container = await engine.containers.inspect(name).catch(() => undefined);
  const restarts = container?.RestartCount ?? 0;
  const state = container?.State?.Status ?? 'gone';
  progress.onlyOneIs =
    restarts > 0 ? `${state} after ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : state;
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

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function reasonOf(error: unknown, { release, switched, settled }: DeployProgress): string {
  const text = sentenceOf(error);
  const sentence = release && /^[a-z]/.test(text) ? `Release ${release.id} ${story(text)}` : text;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;

  function story(what: string): string {
    if (!switched) return `was refused: ${what}`;
    if (what.startsWith('it ')) return what.slice('it '.length);
    return settled ? `is live, but ${what}` : `was taken back: ${what}`;
  }
}

function resultOf(
  context: JobContext,
  outcome: DeployOutcome,
  reason: string | undefined,
  cause: unknown,
  isUnsure = false,
): DeployResult {
  const { progress, timeline, request } = context;
  const { release, state } = progress;
  const serves = outcome === 'live' || outcome === 'unwatched' || progress.settled;
  const wasDown = state !== undefined && state.live?.state !== 'running';
  return {
    outcome,
    reason,
    cause,
    nothingServes: !serves && (wasDown || progress.switchIsGone === true || isDown(progress)),
    servingNow: servingNow(progress, request.app, serves, isUnsure),
    release,
    previous: progress.left ?? state?.live?.releaseId,
    image: progress.image,
    color: release?.color,
    container: serves ? progress.containerName : undefined,
    switched: progress.switched,
    rolledBack: progress.rolledBack,
    switchMs: progress.switchMs,
    health: progress.health,
    watch: progress.watch,
    candidateLog: progress.candidateLog,
    findings: progress.findings,
    timeline: timeline.entries,
  };
}

/** The old version was stopped first, and nobody could start it again. */
function isDown(progress: DeployProgress): boolean {
  return isOldDown(progress) && !isNewLeft(progress);
}

/** The new version has the traffic and was not stopped, so the old one, which was stopped first, could not return. */
function isNewLeft(progress: DeployProgress): boolean {
  return isOldDown(progress) && progress.switched && progress.newWasStopped !== true;
}

function isOldDown({ oldWasStopped, oldRunsAgain, takenOver }: DeployProgress): boolean {
  return oldWasStopped === true && oldRunsAgain !== true && takenOver !== true;
}

function servingNow(progress: DeployProgress, app: string, serves: boolean, isUnsure: boolean): string {
  const { release, state, switched, rolledBack } = progress;
  if (release && serves) {
    const { onlyOneIs } = progress;
    return onlyOneIs === undefined
      ? `Release ${release.id} (${release.color}) serves.`
      : `There is only release ${release.id} (${release.color}), and its container is ${onlyOneIs}.`;
  }
  if (progress.takenOver && progress.oldWasStopped) return 'What serves is for the other run to say.';
  const { live } = state ?? {};
  if (live && isDown(progress)) {
    return `Nothing serves, because release ${live.releaseId} (${live.color}) was stopped first and could not be started again; run the job again, which starts it.`;
  }
  if (live && release && isNewLeft(progress)) {
    return `Release ${release.id} (${release.color}) could not be stopped, so it is what serves, if anything does; run the job again, which goes back to release ${live.releaseId} (${live.color}).`;
  }
  if (isUnsure && switched && !rolledBack) {
    return `Both versions were left running, and the switch decides which serves; run the job again.`;
  }
  if (!state) return 'Nothing was changed; whatever served before still does.';
  if (live && progress.switchIsGone) {
    return `Nothing answers, because the switch is gone; release ${live.releaseId} (${live.color}) is behind it.`;
  }
  if (!live) return `Nothing of ${app} serves on this server.`;
  return live.state === 'running'
    ? `Release ${live.releaseId} (${live.color}) ${rolledBack || progress.oldWasStopped ? 'serves again' : 'still serves'}.`
    : `Release ${live.releaseId} (${live.color}) is live, but its container is ${live.state}.`;
}
