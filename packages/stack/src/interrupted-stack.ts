import {
  type InterruptedJob,
  interruptedJob,
  ProofError,
  passHealthGate,
  proveThroughSwitch,
  type RollbackRequest,
  refuseOvertaken,
  rolloutWith,
  UnhealthyError,
} from '#release';
import { probeOf } from './service-probe.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { containerOf } from './stack-parts.ts';
import { choosable, type StackRelease } from './stack-release.ts';

/**
 * Whether an earlier job had moved the stack already to where this rollback would, so that nothing is left to do; the
 * result is then that job's. To choose afresh would leave a good release.
 *
 * @param mend what the record says until then is the trace by which the next rollback knows it too
 * @throws OvertakenError when a job that this one has waited for has changed what is live
 */
export async function finishInterrupted(
  job: StackJob,
  ground: StackGround,
  request: RollbackRequest,
  mend: () => Promise<void>,
): Promise<boolean> {
  const { live } = ground.state;
  if (!live) {
    await mend();
    return false;
  }
  const recorded = ground.recorded.map(choosable);
  const interrupted = interruptedJob(request, recorded, choosable(live), ground.restored);
  if (interrupted && (await serves(job, ground, request, live, interrupted))) {
    await mend();
    takeOver(job, live, interrupted);
    return true;
  }
  if (!interrupted) {
    await mend();
    if (request.to === undefined) refuseOvertaken(request.app, ground.recorded, live, ground);
  }
  return false;
}

/** Makes of the interrupted job's end this one's result. */
function takeOver(
  { progress, reporter }: StackJob,
  live: StackRelease,
  { leftId, story, restored }: InterruptedJob,
): void {
  progress.release = live;
  progress.changed = [];
  progress.left = leftId;
  progress.settled = true;
  progress.switched = restored?.how === 'switched back';
  if (restored?.switchMs !== undefined) progress.switchMs = restored.switchMs;
  reporter.warning(
    `${story} release ${live.id}; that one serves now, and nothing else was changed. To go back further, run it again.`,
  );
}

/** Whether what an interrupted job has gone back to answers; it may have died with nobody watching. */
async function serves(
  job: StackJob,
  ground: StackGround,
  request: RollbackRequest,
  live: StackRelease,
  { mayBoot }: InterruptedJob,
): Promise<boolean> {
  const rollout = rolloutWith(live.rollout, request);
  const { engine } = job.server;
  const check = async (service: string): Promise<void> => {
    const plan = live.services[service];
    if (!plan || plan.role === 'job') return;
    const own = containerOf(ground.state.containers, service, plan.color);
    if (own?.state !== 'running') throw new UnhealthyError(`${service} does not run`);
    const { signal } = ground;
    if (mayBoot) {
      const inspect = await engine.containers.inspect(own.id);
      const probe = await probeOf(job, rollout, live.network, { service, plan, id: own.id, name: own.name });
      const target = { ...probe.target, restartsBefore: inspect?.RestartCount ?? 0 };
      const onAttempt = (text: string): void =>
        job.reporter.progress(`health ${service}`, `${service}: ${text}`);
      await passHealthGate({ ...probe, target, engine, signal, onAttempt });
    }
    const [port] = plan.ports;
    if (plan.role !== 'routed' || !port) return;
    const health = { ...rollout.health, path: plan.health.path };
    const config = { containerPort: port.port, protocol: port.protocol };
    await proveThroughSwitch(ground.switches.of(service), plan.color, health, config, signal);
  };
  try {
    await Promise.all(Object.keys(live.services).map(check));
    return true;
  } catch (error) {
    ground.signal.throwIfAborted();
    if (!(error instanceof UnhealthyError || error instanceof ProofError)) throw error;
    job.reporter.warning(`Release ${live.id} is live and does not answer: ${error.message}`);
    return false;
  }
}
