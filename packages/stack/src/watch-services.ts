import { ExplainedError } from '#explained-error';
import { lastLogLines, type RolloutSettings, TrafficObserver, watchLive } from '#release';
import type { RunningCandidate } from './candidates.ts';
import { withName } from './create-candidates.ts';
import type { StackGround, StackJob } from './stack-context.ts';

export class StackTurnedBadError extends ExplainedError {
  override readonly name = 'StackTurnedBadError';
}

const shownLogLines = 50;

/**
 * Step 7: all that is new is watched while it serves. One that turns bad takes the whole release back.
 *
 * @throws StackTurnedBadError
 */
export async function watchStack(
  job: StackJob,
  ground: StackGround,
  rollout: RolloutSettings,
  running: readonly RunningCandidate[],
): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([ground.signal, done.signal]);
  try {
    await Promise.all(running.map((candidate) => watchOne(job, ground, rollout, candidate, signal)));
  } finally {
    done.abort();
  }
}

async function watchOne(
  job: StackJob,
  ground: StackGround,
  rollout: RolloutSettings,
  { service, plan, id, attempt, checkLatencyMs }: RunningCandidate,
  signal: AbortSignal,
): Promise<void> {
  const { server, reporter, progress } = job;
  const observer = new TrafficObserver();
  try {
    if (plan.role === 'routed') await observer.start(ground.switches.of(service));
    const old = ground.state.live?.services[service];
    const problem = await watchLive({
      engine: server.engine,
      containerId: id,
      restartsBefore: 0,
      color: plan.color,
      oldColor: old?.role === 'routed' ? old.color : undefined,
      observer,
      request: rollout.watch,
      attempt,
      checkLatencyMs,
      signal,
      onProgress: (text) => reporter.progress(`watch ${service}`, `${service}: ${text}`),
    });
    if (problem === undefined) return;
    progress.candidateLog ??= withName(service, await lastLogLines(server.engine, id, shownLogLines));
    throw new StackTurnedBadError(`${service} turned bad after the switch: ${problem}`);
  } finally {
    observer.stop();
  }
}
