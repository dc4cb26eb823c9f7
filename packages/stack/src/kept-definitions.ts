import {
  composeFileText,
  definitionChanges,
  parseResolvedProject,
  type ResolvedProject,
  type ResolvedService,
  type StackContainer,
} from '#compose';
import type { StackGround, StackJob } from './stack-context.ts';

export interface KeptDefinitions {
  /** Instead of what the checkout says now, for services that this release leaves alone. */
  readonly definitions: Readonly<Record<string, ResolvedService>>;
  /** One sentence for each service whose definition has changed. */
  readonly notices: readonly string[];
}

/**
 * A database is not recreated because its definition has changed. But the released file has to say of it what its
 * container was made from, or the next `docker compose up` of a person would recreate it. So where the checkout says
 * something else, the definition is looked for that made the container: in the live release's file, or in the files of
 * the stack that plain Compose runs.
 *
 * @param released with the definitions of the checkout, for the services that are kept
 * @param scratch where a file may be written to ask Compose for its hashes
 */
export async function keepDefinitions(
  job: StackJob,
  ground: StackGround,
  released: ResolvedProject,
  kept: readonly string[],
  scratch: string,
): Promise<KeptDefinitions> {
  const there = kept.flatMap((service) => {
    const container = ground.state.containers.find((one) => one.service === service && !one.isOneOff);
    return container ? [container] : [];
  });
  if (there.length === 0) return { definitions: {}, notices: [] };
  const now = await hashesOf(job, ground, released, scratch);
  const changed = there.filter(({ service, configHash }) => now.get(service) !== configHash);
  if (changed.length === 0) return { definitions: {}, notices: [] };
  const definitions: Record<string, ResolvedService> = {};
  const notices: string[] = [];
  const earlier = await earlierProjects(job, ground, changed);
  for (const { service, configHash } of changed) {
    const made = await whichMade(job, ground, released, earlier, service, configHash, scratch);
    const next = released.services[service];
    if (made && next) {
      definitions[service] = made;
      const changes = definitionChanges(made, next);
      notices.push(
        `The definition of ${service} has changed (${changes.join('; ')}) and was left alone; name ${service} in "services" to bring the change live.`,
      );
    } else {
      notices.push(
        `${service} runs by a definition that is in no file any more, and was left alone; "docker compose up" on the server would recreate it, and so does naming it in "services".`,
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
): Promise<ResolvedService | undefined> {
  for (const { services } of earlier) {
    const definition = services[service];
    if (!definition) continue;
    const attempt = { ...released, services: { ...released.services, [service]: definition } };
    const hashes = await hashesOf(job, ground, attempt, scratch).catch(() => undefined);
    if (hashes?.get(service) === hash) return definition;
  }
  return undefined;
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
async function earlierProjects(
  { files, request }: StackJob,
  { state, compose }: StackGround,
  changed: readonly StackContainer[],
): Promise<ResolvedProject[]> {
  const projects: ResolvedProject[] = [];
  const text = state.live && (await files.read(state.live.id));
  if (text !== undefined) projects.push(parseResolvedProject(text));
  const plain = changed.find(
    ({ configFiles }) => !configFiles.some((path) => path.includes('/.switchyard/')),
  );
  if (plain) {
    try {
      const resolved = await compose.resolve({
        projectName: request.app,
        projectDirectory: plain.workingDirectory,
        files: plain.configFiles,
      });
      projects.push(parseResolvedProject(resolved));
    } catch {
      // The files may be gone, or somebody else's; then nobody knows the definition.
    }
  }
  return projects;
}
