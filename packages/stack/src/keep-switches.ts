import { composeFileText, parseResolvedProject, type StackContainer, switchServiceOf } from '#compose';
import type { StackJob } from './stack-context.ts';
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
