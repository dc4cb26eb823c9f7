import { listStackContainers, type StackContainer } from '#compose';
import { withVerdict } from '#release';
import type { ReleasePlan } from './release-plan.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { routedServices, type StackRelease } from './stack-release.ts';

/** How the switches have to be treated before traffic moves through them. */
export interface SwitchWork {
  /** Not there yet, and nothing else has their address. */
  readonly created: readonly string[];
  /** Their container's definition has changed: a new image, other ports or networks. */
  readonly replaced: readonly string[];
  /** Their address is held by containers of plain Compose. */
  readonly adopted: readonly string[];
}

export function switchName(service: string): string {
  return `${service}-switch`;
}

export function switchContainerOf(
  containers: readonly StackContainer[],
  service: string,
): StackContainer | undefined {
  return containers.find((one) => one.role === 'switch' && one.service === switchName(service));
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
      if (container.configHash !== hashes.get(switchName(service))) replaced.push(service);
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
  const { release } = plan;
  const file = files.fileOf(release.id);
  const work = await switchWork(ground, release, file);
  await Promise.all(
    routedServices(release).map(async ([service, { ports }]) => {
      const slots = release.network.slots[service];
      if (!slots) throw new Error(`${service} has no slots`);
      const { requestTimeoutMs, trustedProxies } = release.switch;
      await ground.switches.of(service).prepare({ ports, slots, requestTimeoutMs, trustedProxies });
    }),
  );
  if (work.created.length > 0) {
    const names = work.created.map(switchName);
    undo.push('take the new switches away', () => removeSwitches(job, release.app, names));
    await ground.compose.upSwitches(file, names);
  }
  return work;
}

export async function removeSwitches(job: StackJob, app: string, names: readonly string[]): Promise<void> {
  const { engine } = job.server;
  const containers = await listStackContainers(engine, app);
  const made = containers.filter(({ role, service }) => role === 'switch' && names.includes(service));
  await Promise.all(made.map(({ id }) => engine.containers.remove(id, { force: true })));
}
