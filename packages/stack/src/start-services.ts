import { runJob } from '#compose';
import {
  describeHealthKind,
  lastLogLines,
  passHealthGate,
  type RolloutSettings,
  UnhealthyError,
} from '#release';
import type { Candidate, RunningCandidate } from './candidates.ts';
import { withName } from './create-candidates.ts';
import type { ReleasePlan } from './release-plan.ts';
import { probeOf } from './service-probe.ts';
import { isUp, othersOf, type StackGround, type StackJob } from './stack-context.ts';
import type { SwitchWork } from './stack-switches.ts';

const shownLogLines = 50;
/** As a command before a deploy may take. */
const longestJobMs = 10 * 60_000;

/**
 * Steps 3 and 4: gets the candidates to run, one wave after the other, and waits until each is healthy. Those of which
 * two must never run at once come last, when all the others have proven themselves: only then is an old one stopped.
 */
export async function startCandidates(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  candidates: readonly Candidate[],
  work: SwitchWork,
): Promise<RunningCandidate[]> {
  const { timeline } = job;
  const running: RunningCandidate[] = [];
  const waitsForOld = (candidate: Candidate): boolean =>
    candidate.plan.order === 'stop-first' && oldOnes(ground, candidate).length > 0;
  await timeline.run('health', async () => {
    for (const { services } of plan.waves) {
      const jobs = services.filter(
        (name) => plan.changed.includes(name) && plan.release.services[name]?.role === 'job',
      );
      for (const service of jobs) await startJob(job, ground, plan, service);
      const inWave = candidates.filter((one) => services.includes(one.service) && !waitsForOld(one));
      running.push(
        ...(await together(
          ground.signal,
          inWave.map((one) => (signal) => start(job, plan, rollout, one, signal)),
        )),
      );
      // Nobody has served under these names yet, and the next wave may ask for them.
      const first = inWave.filter(
        ({ service, plan: { role } }) => role === 'routed' && work.created.includes(service),
      );
      await ground.switches.shift(new Map(first.map(({ service, plan: { color } }) => [service, color])));
    }
    const last = candidates.filter(waitsForOld);
    const services = [...new Set(last.map(({ service }) => service))];
    const started = await together(
      ground.signal,
      services.map((service) => (signal) => {
        const own = last.filter((one) => one.service === service);
        return replaceOld(job, { ...ground, signal }, plan, rollout, own);
      }),
    );
    running.push(...started.flat());
  });
  return running;
}

function oldOnes(ground: StackGround, { service, plan }: Candidate) {
  return othersOf(ground.state, service, plan.color).filter(isUp);
}

async function start(
  job: StackJob,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<RunningCandidate> {
  const { server, reporter, progress } = job;
  const { service, id } = candidate;
  signal.throwIfAborted();
  await server.engine.containers.start(id);
  const probe = await probeOf(job, rollout, plan.release.network, candidate);
  const by = describeHealthKind(probe.kind, probe.health, probe.config.containerPort);
  reporter.info(`Waiting until ${service} is healthy, by ${by}.`);
  let checkLatencyMs: number;
  try {
    const wait = await passHealthGate({
      ...probe,
      engine: server.engine,
      signal,
      onAttempt: (text) => reporter.progress(`health ${service}`, `${service}: ${text}`),
    });
    checkLatencyMs = wait.last?.latencyMs ?? 0;
  } catch (error) {
    if (!(error instanceof UnhealthyError)) throw error;
    progress.candidateLog ??= withName(service, await lastLogLines(server.engine, id, shownLogLines));
    throw new UnhealthyError(`${service} is not fit to serve: ${error.message}`, { cause: error });
  }
  return { ...candidate, attempt: probe.attempt, checkLatencyMs };
}

/**
 * The first that fails ends the others, and all of them have ended when it is thrown: the way back meets nothing that
 * still goes on.
 */
async function together<T>(
  signal: AbortSignal,
  work: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const ends = await Promise.allSettled(
    work.map(async (one) => {
      try {
        return await one(either);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  if (failure.signal.aborted) throw failure.signal.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

/**
 * For what must not run twice, on the way back neither: the old one is stopped before the new one starts, and the new
 * one before the old one starts again.
 *
 * @param candidates all of one service
 */
async function replaceOld(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  candidates: readonly Candidate[],
): Promise<RunningCandidate[]> {
  const { server, reporter, undo, progress } = job;
  const { containers } = server.engine;
  const [first] = candidates;
  if (!first) return [];
  const { service } = first;
  const seconds = Math.ceil(first.plan.stopGraceMs / 1000);
  const old = oldOnes(ground, first);
  reporter.info(
    `Stopping ${old.map(({ name }) => name).join(' and ')} first: two of ${service} must never run at once.`,
  );
  undo.push(
    `start the old ${service} again`,
    async () => {
      progress.stopped.add(service);
      const limit = ground.signal.aborted ? Math.min(1, seconds) : seconds;
      await Promise.all(candidates.map(({ id }) => containers.stop(id, limit)));
      for (const { id } of old) await containers.start(id);
      progress.stopped.delete(service);
    },
    // A new container beside a stopped old one is how the next job knows what to start.
    { restNeedsIt: true },
  );
  progress.stopped.add(service);
  await Promise.all(old.map(({ id }) => containers.stop(id, seconds)));
  const started = await together(
    ground.signal,
    candidates.map((one) => (signal) => start(job, plan, rollout, one, signal)),
  );
  progress.stopped.delete(service);
  return started;
}

/** Such as a migration that others wait for: it has to end well before any of them starts. */
async function startJob(
  { server, reporter, files, progress }: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  service: string,
): Promise<void> {
  reporter.info(`Running ${service} to its end.`);
  const file = { path: files.fileOf(plan.release.id), project: plan.project };
  const run = await runJob({ compose: ground.compose, engine: server.engine }, file, service, {
    timeoutMs: longestJobMs,
    signal: ground.signal,
    onLine: (line) => reporter.foreign(line),
  });
  if (run.exitCode === 0) return;
  progress.candidateLog = withName(service, run.output);
  throw new UnhealthyError(
    run.timedOut
      ? `${service} did not end within ${longestJobMs / 60_000} minutes and was stopped`
      : `${service} ended with exit code ${run.exitCode}`,
  );
}
