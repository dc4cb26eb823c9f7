import {
  composeFileText,
  parseResolvedProject,
  type StackContainer,
  stackContainers,
  switchServiceOf,
} from '#compose';
import { ensureSwitch } from './ensure-switch.ts';
import type { StackGround, StackJob } from './stack-context.ts';
import { madeFor } from './stack-parts.ts';
import { routedServices, type StackRelease } from './stack-release.ts';
import { switchContainerOf } from './stack-switches.ts';

/**
 * A release that failed may have replaced switches, and to put the old ones back would cost another gap. They serve as
 * well, so the live release's file says what they are made from: else a person's `docker compose up` would replace them.
 */
export async function keepSwitches(
  { files }: Pick<StackJob, 'files'>,
  live: StackRelease,
  containers: readonly StackContainer[],
): Promise<void> {
  const makers = new Map<string, string[]>();
  for (const [service] of routedServices(live)) {
    const container = switchContainerOf(containers, service);
    const id = container && madeFor(container);
    if (id === undefined || id === live.id) continue;
    makers.set(id, [...(makers.get(id) ?? []), switchServiceOf(service)]);
  }
  if (makers.size === 0) return;
  const text = await files.read(live.id);
  if (text === undefined) return;
  let project = parseResolvedProject(text);
  for (const [id, names] of makers) {
    const made = await files.read(id);
    if (made === undefined) continue;
    const { services } = parseResolvedProject(made);
    for (const name of names) {
      const definition = services[name];
      if (definition) project = { ...project, services: { ...project.services, [name]: definition } };
    }
  }
  const kept = composeFileText(project);
  if (kept !== text) await files.write(live.id, kept);
}

/** After a replacement that failed, or whose release did: each of them runs, the new one or the old. */
export async function restoreSwitches(
  job: StackJob,
  ground: StackGround,
  replaced: readonly string[],
): Promise<void> {
  const { live } = ground.state;
  if (!live) return;
  const { server, files, progress, request } = job;
  const containers = await stackContainers(server.engine, request.app);
  const text = await files.read(live.id);
  const project = text === undefined ? undefined : parseResolvedProject(text);
  const found = { ...ground, state: { ...ground.state, containers } };
  for (const [service, released] of routedServices(live)) {
    if (!replaced.includes(service)) continue;
    progress.stopped.add(service);
    await ensureSwitch(job, found, live, project, service, released, () => undefined);
    progress.stopped.delete(service);
  }
  await keepSwitches(job, live, await stackContainers(server.engine, request.app));
  await files.publish(live.id);
}
