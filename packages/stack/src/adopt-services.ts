import { stackContainers, switchServiceOf } from '#compose';
import { ExplainedError } from '#explained-error';
import type { Color } from '#switch';
import type { ReleasePlan } from './release-plan.ts';
import { isUp, type StackGround, type StackJob } from './stack-context.ts';
import { plainOnes, removeSwitches, switchContainerOf } from './stack-switches.ts';

/**
 * Lets the switches take over the addresses that containers of plain Compose hold. An address can be held by one at a
 * time, so this costs a gap, once: from the stop of the old containers until the switches lead to the new ones. All that
 * can be done before is done before.
 */
export async function adopt(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
  services: readonly string[],
  moves: ReadonlyMap<string, Color>,
): Promise<void> {
  if (services.length === 0) return;
  const { reporter, progress, undo, files, server } = job;
  const { containers } = server.engine;
  const old = services.flatMap((service) => plainOnes(ground.state.containers, service)).filter(isUp);
  reporter.warning(
    `${services.join(' and ')} ${services.length === 1 ? 'is' : 'are'} taken over from plain Compose: the address does not answer from the stop of ${old.map(({ name }) => name).join(' and ')} until the switch has it, this once.`,
  );
  const names = services.map(switchServiceOf);
  undo.push(
    'let plain Compose serve again',
    async () => {
      for (const service of services) progress.stopped.add(service);
      await removeSwitches(job, plan.release.app, names);
      await Promise.all(old.map(({ id }) => containers.start(id)));
      for (const service of services) progress.stopped.delete(service);
    },
    { restNeedsIt: true },
  );
  const file = { path: files.fileOf(plan.release.id), project: plan.project };
  await ground.compose.createSwitches(file, names);
  const created = await stackContainers(server.engine, plan.release.app);
  const switches = services.map((service) => {
    const container = switchContainerOf(created, service);
    if (!container) {
      throw new ExplainedError(
        `The container of ${switchServiceOf(service)} that Compose has made is gone again; look who else works on ${plan.release.app} on this server, and deploy again.`,
      );
    }
    return container;
  });
  const started = performance.now();
  for (const service of services) progress.stopped.add(service);
  await Promise.all(
    old.map(({ id, service }) => {
      const graceMs = plan.release.services[service]?.stopGraceMs ?? 10_000;
      return containers.stop(id, Math.ceil(graceMs / 1000));
    }),
  );
  await Promise.all(switches.map(({ id }) => containers.start(id)));
  await Promise.all(services.map((service) => ground.switches.of(service).ready()));
  const adopted = new Map([...moves].filter(([service]) => services.includes(service)));
  await ground.switches.shift(adopted);
  progress.adoptionGapMs = Math.round(performance.now() - started);
  for (const service of services) progress.stopped.delete(service);
  reporter.info(`The addresses have changed hands in ${progress.adoptionGapMs} ms.`);
}
