import { parseResolvedProject, type ResolvedProject, type StackContainer } from '#compose';
import { ExplainedError } from '#explained-error';
import { rebuildStackRelease } from './rebuild-stack-release.ts';
import { isUp, type StackReading, type StackState } from './stack-context.ts';
import { isOfService, madeFor } from './stack-parts.ts';
import type { StackRelease } from './stack-release.ts';

export class StackRecordError extends ExplainedError {
  override readonly name = 'StackRecordError';
}

/** A release that serves and whose record is missing or damaged, made anew; not saved yet. */
export interface FoundRelease {
  readonly release: StackRelease;
  /** Its file, as the folder of the stack has it. */
  readonly text: string;
  /** What is wrong with the record, and what could not be known. */
  readonly warning: string;
}

/**
 * Looks for a release that runs and that the record does not have. Who runs it is known by the containers' labels; what
 * it is, by its file, or by the stack's own, which is the live release's.
 *
 * @param live what the record calls live
 */
export async function findLostRelease(
  { files, server, request, nowMs }: StackReading,
  state: StackState,
): Promise<FoundRelease | undefined> {
  const { releases, live, containers, damaged } = state;
  const ids = lostIds(state);
  if (ids.length === 0) return undefined;
  const [published, liveText] = await Promise.all([
    server.files.read(files.live),
    live ? files.read(live.id) : undefined,
  ]);
  if (live && published === liveText) return undefined;
  const like = releases.findLast(({ liveAt }) => liveAt !== undefined) ?? releases.at(-1);
  for (const id of ids) {
    const own = await files.read(id);
    // What was never made the stack's own file was never live.
    if (live && own !== published) continue;
    const text = own ?? published;
    const project = text === undefined ? undefined : readProject(text);
    if (text === undefined || !project) continue;
    const lost = { id, app: request.app, project };
    const release = rebuildStackRelease(lost, containers, like, nowMs());
    if (!release) continue;
    const what = damaged.includes(id) ? 'damaged' : 'missing';
    const from = like ? `release ${like.id}` : "the actions' defaults";
    return {
      release,
      text,
      warning: `The record of release ${id} was ${what} and was made anew from its file and its containers; who deployed it and when it was live is not known, and the way it was deployed was taken from ${from}.`,
    };
  }
  return undefined;
}

/** Releases that containers were made for and that have no readable record, the newest first. */
function lostIds({ containers, releases }: StackState): string[] {
  const known = new Set(releases.map(({ id }) => id));
  const ids = containers.filter(isOfService).flatMap((container) => madeFor(container) ?? []);
  return [...new Set(ids)]
    .filter((id) => !known.has(id))
    .toSorted()
    .reverse();
}

function readProject(text: string): ResolvedProject | undefined {
  try {
    return parseResolvedProject(text);
  } catch {
    return undefined;
  }
}

/**
 * Nothing may be changed where it is not known what serves: a running container would be taken for a leftover.
 *
 * @throws StackRecordError
 */
export function refuseUnknown(app: string, folder: string, { live, containers, releases }: StackState): void {
  if (live) return;
  const known = new Set<string | undefined>(releases.map(({ id }) => id));
  const unknown = containers.filter((one) => isOfService(one) && isUp(one) && !known.has(madeFor(one)));
  if (unknown.length === 0) return;
  throw new StackRecordError(
    `${named(unknown)} of ${app} ${unknown.length === 1 ? 'runs' : 'run'} on this server, but the record in ${folder} does not say of which release, so nothing was changed; bring that folder back from a backup, or end the stack with "docker compose --project-name ${app} down" and deploy it anew.`,
  );
}

function named(containers: readonly StackContainer[]): string {
  const names = containers.map(({ name }) => name);
  return names.length <= 3
    ? names.join(' and ')
    : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
