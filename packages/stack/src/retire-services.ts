import type { StackContainer } from '#compose';
import { drain, type RolloutSettings, withVerdict } from '#release';
import type { RunningCandidate } from './candidates.ts';
import { isUp, othersOf, type StackGround, type StackJob } from './stack-context.ts';

/**
 * Step 8: remove from the switch (done), drain, stop signal, stop; then the old containers go, because a later
 * `docker compose up` would take them away anyway. What takes long to finish its work does so while the job ends.
 */
export async function retireOld(
  job: StackJob,
  ground: StackGround,
  rollout: RolloutSettings,
  running: readonly RunningCandidate[],
): Promise<void> {
  const { store, reporter } = job;
  const { live } = ground.state;
  if (live) await ground.lease.confirm();
  await Promise.all(
    running.map(async ({ service, plan }) => {
      const old = othersOf(ground.state, service, plan.color);
      const color = live?.services[service]?.color;
      if (plan.role === 'routed' && color !== undefined && old.some(isUp)) {
        const left = await drain(
          ground.switches.of(service),
          color,
          rollout.drainTimeoutMs,
          ground.signal,
          (text) => reporter.progress(`drain ${service}`, `${service}: ${text}`),
        );
        if (left > 0) {
          reporter.info(
            `${service}: ${left} requests or streams were still open after ${rollout.drainTimeoutMs / 1000} s; the old version is asked to end them.`,
          );
        }
      }
      const graceMs = live?.services[service]?.stopGraceMs ?? plan.stopGraceMs;
      await Promise.all(old.map((one) => retire(job, one, graceMs, rollout.drainTimeoutMs)));
    }),
  );
  if (!live) return;
  const { leaves } = job.progress.release ?? {};
  const reason = leaves?.id === live.id ? leaves.reason : undefined;
  await store.save(withVerdict(live, reason === undefined ? 'retired' : 'bad', job.nowMs(), reason));
}

/**
 * Stops a container that nothing is sent to any more and removes it. The Engine goes on stopping one that takes longer
 * than `patienceMs`, also when nobody waits for it; the next run finds it ended.
 */
export async function retire(
  { server, reporter }: Pick<StackJob, 'server' | 'reporter'>,
  { id, name, ...container }: StackContainer,
  graceMs: number,
  patienceMs: number,
): Promise<boolean> {
  const { containers } = server.engine;
  if (isUp({ id, name, ...container })) {
    // Else a restart of the Engine would let it run again, with all its work before it.
    await containers.update(id, { RestartPolicy: { Name: 'no' } });
    const limit = AbortSignal.timeout(Math.max(patienceMs, 1000));
    try {
      await containers.stop(id, Math.ceil(graceMs / 1000), { signal: limit });
    } catch (error) {
      if (!limit.aborted) throw error;
      reporter.info(
        `${name} still finishes its work, for at most ${Math.ceil(graceMs / 1000)} s in all; the next run takes it away.`,
      );
      return false;
    }
  }
  await containers.remove(id, { volumes: true });
  return true;
}
