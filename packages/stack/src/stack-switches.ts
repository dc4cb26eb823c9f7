import { type StackContainer, stackContainers, switchServiceOf } from '#compose';
import type { ReleasePlan } from './release-plan.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { routedServices, type StackRelease } from './stack-release.ts';
import { switchDefinition } from './switch-definition.ts';

/** How the switches have to be treated before traffic moves through them. */
export interface SwitchWork {
  /** Not there yet, and nothing else has their address. */
  readonly created: readonly string[];
  /** Their container's definition has changed: a new image, other ports or networks. */
  readonly replaced: readonly string[];
  /** Their address is held by containers of plain Compose. */
  readonly adopted: readonly string[];
}

export function switchContainerOf(
  containers: readonly StackContainer[],
  service: string,
): StackContainer | undefined {
  return containers.find((one) => one.role === 'switch' && one.service === switchServiceOf(service));
}

/** What plain Compose has made of a service: without a colour. */
export function plainOnes(containers: readonly StackContainer[], service: string): StackContainer[] {
  return containers.filter((one) => one.service === service && one.color === undefined);
}

/** Compares the switches that are there with what the release's file says of them. */
export async function switchWork(
  ground: StackGround,
  release: StackRelease,
  file: string,
): Promise<SwitchWork> {
  const hashes = await ground.compose.hashes(file);
  const created: string[] = [];
  const replaced: string[] = [];
  const adopted: string[] = [];
  for (const [service] of routedServices(release)) {
    const container = switchContainerOf(ground.state.containers, service);
    if (container) {
      if (container.configHash !== hashes.get(switchServiceOf(service))) replaced.push(service);
    } else if (plainOnes(ground.state.containers, service).length > 0) adopted.push(service);
    else created.push(service);
  }
  return { created, replaced, adopted };
}

/**
 * Writes what the switches start from, tells those that run what has changed, and makes those that are new and whose
 * address nobody has. They lead nowhere yet.
 */
export async function readySwitches(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
): Promise<SwitchWork> {
  const { files, undo } = job;
  const { release, project } = plan;
  const { live } = ground.state;
  const file = { path: files.fileOf(release.id), project };
  const work = await switchWork(ground, release, file.path);
  const restarted = [...work.created, ...work.replaced, ...work.adopted];
  await Promise.all(
    routedServices(release).map(async ([service, released]) => {
      const definition = switchDefinition(service, released, release, live, project);
      const trafficSwitch = ground.switches.of(service);
      await job.server.files.makeDirectory(files.switchFolder(service), 0o700);
      if (restarted.includes(service)) {
        const serving = live?.services[service];
        await trafficSwitch.prepareFiles(serving?.role === 'routed' ? serving.color : undefined, definition);
      } else await trafficSwitch.apply(definition);
    }),
  );
  if (work.created.length > 0) {
    const names = work.created.map(switchServiceOf);
    undo.push('take the new switches away', () => removeSwitches(job, release.app, names));
    await ground.compose.upSwitches(file, names);
    await Promise.all(work.created.map((service) => ground.switches.of(service).ready()));
  }
  return work;
}

export async function removeSwitches(job: StackJob, app: string, names: readonly string[]): Promise<void> {
  const { engine } = job.server;
  const containers = await stackContainers(engine, app);
  const made = containers.filter(({ role, service }) => role === 'switch' && names.includes(service));
  await Promise.all(made.map(({ id }) => engine.containers.remove(id, { force: true })));
  // The next switch of the service would lead to what this one led to.
  const folders = names.map((name) => job.files.switchFolder(name.replace(/-switch$/, '')));
  await Promise.all(folders.map((folder) => job.server.files.remove(folder)));
}
