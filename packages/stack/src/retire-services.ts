import { type StackContainer, stackContainers, switchServiceOf } from '#compose';
import { drain, type RolloutSettings, withVerdict } from '#release';
import type { RunningCandidate } from './candidates.ts';
import type { ReleasePlan } from './release-plan.ts';
import { isUp, othersOf, type StackGround, type StackJob } from './stack-context.ts';
import { type ReleasedService, routedServices, type StackRelease } from './stack-release.ts';

/**
 * Step 8: remove from the switch (done), drain, stop signal, stop; then the old containers go, because a later
 * `docker compose up` would take them away anyway. What takes long to finish its work does so while the job ends.
 */
export async function retireOld(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  running: readonly RunningCandidate[],
): Promise<void> {
  const { store } = job;
  const { live, containers } = ground.state;
  if (live) await ground.lease.confirm();
  const replaced = new Map(running.map(({ service, plan: released }) => [service, released]));
  const dropped = droppedServices(live, plan);
  await Promise.all([
    ...[...replaced].map(async ([service, released]) => {
      const old = othersOf(ground.state, service, released.color);
      const before = live?.services[service];
      if (released.role === 'routed' && before !== undefined && old.some(isUp)) {
        await drainOld(job, ground, rollout, service, before);
      }
      const graceMs = before?.stopGraceMs ?? released.stopGraceMs;
      await Promise.all(old.map((one) => retire(job, one, graceMs, rollout.drainTimeoutMs)));
    }),
    ...dropped.map(async ([service, { stopGraceMs }]) => {
      const old = containers.filter((one) => one.service === service && one.color !== undefined);
      job.reporter.info(`${service} is in the project no more and is taken away.`);
      await Promise.all(old.map((one) => retire(job, one, stopGraceMs, rollout.drainTimeoutMs)));
    }),
  ]);
  await removeUselessSwitches(job, plan);
  if (!live) return;
  const { leaves } = job.progress.release ?? {};
  const reason = leaves?.id === live.id ? leaves.reason : undefined;
  await store.save(withVerdict(live, reason === undefined ? 'retired' : 'bad', job.nowMs(), reason));
}

async function drainOld(
  { reporter }: StackJob,
  ground: StackGround,
  { drainTimeoutMs }: RolloutSettings,
  service: string,
  { color }: ReleasedService,
): Promise<void> {
  const onProgress = (text: string) => reporter.progress(`drain ${service}`, `${service}: ${text}`);
  const left = await drain(ground.switches.of(service), color, drainTimeoutMs, ground.signal, onProgress);
  if (left === 0) return;
  reporter.info(
    `${service}: ${left} requests or streams were still open after ${drainTimeoutMs / 1000} s; the old version is asked to end them.`,
  );
}

function droppedServices(
  live: StackRelease | undefined,
  { project, release }: ReleasePlan,
): [string, ReleasedService][] {
  return Object.entries(live?.services ?? {}).filter(
    ([name]) => release.services[name] === undefined && project.services[name] === undefined,
  );
}

/** Of services that have no port any more, or are gone. */
async function removeUselessSwitches({ server, files }: StackJob, { release }: ReleasePlan): Promise<void> {
  const used = new Set(routedServices(release).map(([name]) => switchServiceOf(name)));
  const containers = await stackContainers(server.engine, release.app);
  const useless = containers.filter(({ role, service }) => role === 'switch' && !used.has(service));
  await Promise.all(
    useless.map(async ({ id, service }) => {
      await server.engine.containers.remove(id, { force: true });
      await server.files.remove(files.switchFolder(service.slice(0, -switchServiceOf('').length)));
    }),
  );
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
