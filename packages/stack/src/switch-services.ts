import { switchServiceOf } from '#compose';
import { sentenceOf } from '#explained-error';
import { drain, proveThroughSwitch, type RolloutSettings, whileItRuns, withVerdict } from '#release';
import { type Color, TrafficMovedError } from '#switch';
import { adopt } from './adopt-services.ts';
import type { RunningCandidate } from './candidates.ts';
import { restoreSwitches } from './keep-switches.ts';
import type { ReleasePlan } from './release-plan.ts';
import { journal, type StackGround, type StackJob } from './stack-context.ts';
import type { SwitchWork } from './stack-switches.ts';

/**
 * Step 6: everything is healthy, and now all services with a port change over at once. A switch that is new is there
 * before; one that takes an address over from plain Compose, or has to be replaced, costs a short gap that is said.
 */
export async function moveTraffic(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  rollout: RolloutSettings,
  running: readonly RunningCandidate[],
  work: SwitchWork,
): Promise<void> {
  const { progress, reporter, undo } = job;
  const { release } = plan;
  ground.signal.throwIfAborted();
  const file = job.files.fileOf(release.id);
  await ground.lease.confirm();
  if (work.replaced.length > 0) {
    const names = work.replaced.join(' and ');
    reporter.warning(
      `The switch of ${names} is replaced, because its image, ports or networks have changed; its address does not answer for a moment.`,
    );
    undo.push('let the switches serve again', () => restoreSwitches(job, ground, work.replaced));
    for (const service of work.replaced) progress.stopped.add(service);
    await ground.compose.upSwitches(
      { path: file, project: plan.project },
      work.replaced.map(switchServiceOf),
    );
    await Promise.all(work.replaced.map((service) => ground.switches.of(service).ready()));
    for (const service of work.replaced) progress.stopped.delete(service);
  }
  const moves = colorsToMove(running);
  await adopt(job, ground, plan, work.adopted, moves);
  const back = new Map<string, Color>(
    [...moves.keys()].flatMap((service) => {
      const live = ground.state.live?.services[service];
      return live?.role === 'routed' ? [[service, live.color] as const] : [];
    }),
  );
  if (back.size > 0) {
    undo.push('let the new version finish', () => letFinish(job, ground, rollout, moves));
    undo.push('switch back', () => switchBack(job, ground, plan, back), { restNeedsIt: true });
  }
  progress.switched = true;
  const started = performance.now();
  await ground.switches.shift(moves);
  progress.switchMs = Math.round((performance.now() - started) * 10) / 10;
  await prove(job, ground, rollout, running);
}

/** Only those that have a new container; the others serve on. */
function colorsToMove(running: readonly RunningCandidate[]): Map<string, Color> {
  return new Map(
    running
      .filter(({ plan: one }) => one.role === 'routed')
      .map(({ service, plan: one }) => [service, one.color]),
  );
}

async function switchBack(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  back: ReadonlyMap<string, Color>,
): Promise<void> {
  const { timeline, progress, store, files, reporter } = job;
  const { live } = ground.state;
  await timeline.run('switch-back', async () => {
    // First the word, then the deed: the job may be killed at any moment from here on.
    const given = progress.before ?? withVerdict(progress.release ?? plan.release, 'bad', job.nowMs());
    progress.release = given;
    await store.save(given).catch((error: unknown) => {
      reporter.warning(`The record could not be written before the way back: ${sentenceOf(error)}`);
    });
    await ground.switches.shift(back).catch((error: unknown) => {
      // All have gone back, and what is left of the new version may go.
      if (!(error instanceof TrafficMovedError)) throw error;
      reporter.warning(`${sentenceOf(error)} The next run tidies up.`);
    });
    progress.rolledBack = true;
    if (live) await files.publish(live.id);
    reporter.warning(`Switched back to release ${live?.id}.`);
  });
}

/** What was sent to the new version in the meantime gets its answer before the container goes. */
async function letFinish(
  job: StackJob,
  ground: StackGround,
  rollout: RolloutSettings,
  moves: ReadonlyMap<string, Color>,
): Promise<void> {
  const isHurried = ground.signal.aborted;
  const timeoutMs = isHurried ? Math.min(2000, rollout.drainTimeoutMs) : rollout.drainTimeoutMs;
  await Promise.all(
    [...moves].map(([service, color]) =>
      drain(ground.switches.of(service), color, timeoutMs, undefined, (text) =>
        job.reporter.progress(`drain ${service}`, `${service}: ${text}`),
      ),
    ),
  );
}

/** A request through each switch is answered by the new version, while that goes on running. */
async function prove(
  job: StackJob,
  ground: StackGround,
  rollout: RolloutSettings,
  running: readonly RunningCandidate[],
): Promise<void> {
  const { engine } = job.server;
  await Promise.all(
    running.map(async (candidate) => {
      const [port] = candidate.plan.ports;
      if (candidate.plan.role !== 'routed' || !port) return;
      const trafficSwitch = ground.switches.of(candidate.service);
      const health = { ...rollout.health, path: candidate.plan.health.path };
      const config = { containerPort: port.port, protocol: port.protocol };
      await whileItRuns(engine, { ...candidate, restartsBefore: 0 }, ground.signal, (signal) =>
        proveThroughSwitch(trafficSwitch, candidate.plan.color, health, config, signal),
      );
    }),
  );
}

/** From here on the release is the live one, for the next job and for a person's own `docker compose` as well. */
export async function journalLive(job: StackJob, plan: ReleasePlan): Promise<void> {
  const { store, files, progress, reporter } = job;
  progress.release = withVerdict(plan.release, 'live', job.nowMs());
  await Promise.all([
    store.save(progress.release),
    files.publish(plan.release.id),
    journal(job, 'live', `${Object.keys(plan.release.services).join(', ')} serve`),
  ]);
  reporter.info(`Release ${plan.release.id} is live.`);
}
