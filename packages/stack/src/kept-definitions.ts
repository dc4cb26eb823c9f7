import { isDeepStrictEqual } from 'node:util';
import {
  composeFileText,
  definitionChanges,
  type KeptDefinition,
  parseResolvedProject,
  type ResolvedProject,
} from '#compose';
import type { StackGround, StackJob } from './stack-context.ts';

export interface KeptDefinitions {
  /** Instead of what the checkout says now, for services that this release leaves alone. */
  readonly definitions: Readonly<Record<string, KeptDefinition>>;
  /** One sentence for each service whose definition has changed. */
  readonly notices: readonly string[];
}

/**
 * A database is not recreated because its definition has changed. But the released file has to say of it what its
 * container was made from, or the next `docker compose up` of a person would recreate it. So where the checkout says
 * something else, the definition is looked for that made the container.
 *
 * @param released with the definitions of the checkout, for the services that are kept
 * @param earlier the projects that may have made what runs
 * @param scratch where a file may be written to ask Compose for its hashes
 */
export async function keepDefinitions(
  job: StackJob,
  ground: StackGround,
  released: ResolvedProject,
  kept: readonly string[],
  earlier: readonly ResolvedProject[],
  scratch: string,
): Promise<KeptDefinitions> {
  const there = kept.flatMap((service) => {
    const container = ground.state.containers.find((one) => one.service === service && !one.isOneOff);
    return container ? [container] : [];
  });
  if (there.length === 0) return { definitions: {}, notices: [] };
  const now = await hashesOf(job, ground, released, scratch);
  const changed = there.filter(({ service, configHash }) => now.get(service) !== configHash);
  const definitions: Record<string, KeptDefinition> = {};
  const notices: string[] = [];
  for (const { service, configHash } of changed) {
    const made = await whichMade(job, ground, released, earlier, service, configHash, scratch);
    const next = released.services[service];
    if (made && next) {
      definitions[service] = made;
      const changes = definitionChanges(made.service, next);
      notices.push(
        `The definition of ${service} has changed (${changes.join('; ')}) and was left alone; to bring the change live, name ${service} in "services" of one deploy, which stops it first.`,
      );
    } else {
      notices.push(
        `${service} runs by a definition that is in no file any more, and was left alone; "docker compose up" on the server would recreate it.`,
      );
    }
  }
  return { definitions, notices };
}

async function whichMade(
  job: StackJob,
  ground: StackGround,
  released: ResolvedProject,
  earlier: readonly ResolvedProject[],
  service: string,
  hash: string,
  scratch: string,
): Promise<KeptDefinition | undefined> {
  for (const from of earlier) {
    const definition = from.services[service];
    if (!definition) continue;
    const attempt = { ...released, services: { ...released.services, [service]: definition } };
    const hashes = await hashesOf(job, ground, attempt, scratch).catch(() => undefined);
    if (hashes?.get(service) === hash) return { service: definition, from };
  }
  return undefined;
}

/**
 * Networks and volumes that are there stay as they were made. Newer Compose takes every container off a network whose
 * definition has changed and makes it anew, whatever it was asked to do, and asks about a volume.
 */
export function keepShared(
  released: ResolvedProject,
  earlier: readonly ResolvedProject[],
): { project: ResolvedProject; notices: string[] } {
  const notices: string[] = [];
  const kept = (kind: 'networks' | 'volumes'): Record<string, unknown> => {
    const entries = Object.entries(released[kind] ?? {}).map(([name, definition]) => {
      const before = earlier.find((project) => project[kind]?.[name] !== undefined)?.[kind]?.[name];
      if (before === undefined || isDeepStrictEqual(before, definition)) return [name, definition] as const;
      notices.push(
        `The definition of the ${kind === 'networks' ? 'network' : 'volume'} ${name} has changed and was left alone: Compose would stop what uses it; change it by hand, with "docker compose down" in the stack's folder on the server, at a time of your choice.`,
      );
      return [name, before] as const;
    });
    return entries.length > 0 ? { [kind]: Object.fromEntries(entries) } : {};
  };
  return { project: { ...released, ...kept('networks'), ...kept('volumes') }, notices };
}

async function hashesOf(
  { server }: StackJob,
  { compose }: StackGround,
  project: ResolvedProject,
  scratch: string,
): Promise<Map<string, string>> {
  await server.files.write(scratch, composeFileText(project), 0o600);
  try {
    return await compose.hashes(scratch);
  } finally {
    await server.files.remove(scratch);
  }
}

/** The projects that may have made what runs: the live release's, and the one of plain Compose. */
export async function earlierProjects(
  { request }: StackJob,
  { state, compose }: StackGround,
  live: ResolvedProject | undefined,
): Promise<ResolvedProject[]> {
  const plain = state.containers.find(
    ({ configFiles, color, role }) =>
      color === undefined &&
      role === undefined &&
      !configFiles.some((path) => path.includes('/.switchyard/')),
  );
  const projects = live ? [live] : [];
  if (!plain) return projects;
  try {
    const resolved = await compose.resolve({
      projectName: request.app,
      projectDirectory: plain.workingDirectory,
      files: plain.configFiles,
    });
    return [...projects, parseResolvedProject(resolved)];
  } catch {
    // The files may be gone, or somebody else's; then nobody knows the definition.
    return projects;
  }
}
