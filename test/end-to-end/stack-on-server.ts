import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { callEngine } from '../machine/engine-call.ts';
import { networksOf } from './app-on-engine.ts';
import { stackContainers } from './stack-on-engine.ts';

/** All of a stack on its server that a deploy which fails has to leave as it was. */
export interface StackOnServer {
  /** By their names. */
  containers: Record<
    string,
    { id: string; service: string; image: string; running: boolean; startedAt: string }
  >;
  networks: string[];
  /** What a person's `docker compose` goes by; undefined before the first release. */
  composeFile: string | undefined;
  /** Paths in the app's folder, without those of the record and of sockets. */
  files: string[];
}

export async function stackOnServer(socket: string, app: string, folder: string): Promise<StackOnServer> {
  const containers: StackOnServer['containers'] = {};
  for (const { id, name, service, image, running } of await stackContainers(socket, app)) {
    const { text } = await callEngine(socket, `/containers/${id}/json`);
    const { State } = JSON.parse(text) as { State: { StartedAt: string } };
    containers[name] = { id, service, image, running, startedAt: State.StartedAt };
  }
  return {
    containers,
    networks: (await networksOf(socket, app)).toSorted(),
    composeFile: readOrUndefined(join(folder, 'compose.yaml')),
    files: pathsBelow(folder).filter((path) => !isOfRecord(path)),
  };
}

const isOfRecord = (path: string): boolean => /^(?:journal\.jsonl|lease\b|releases\b)|\.sock$/.test(path);

function pathsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .toSorted();
  } catch {
    return [];
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
