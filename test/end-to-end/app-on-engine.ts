import { callEngine } from '../machine/engine-call.ts';
import { isRunning } from '../machine/processes.ts';

export interface AppContainer {
  id: string;
  name: string;
  running: boolean;
  labels: Record<string, string>;
}

interface ContainerSummary {
  Id: string;
  Names: string[];
  State: string;
  Labels: Record<string, string>;
}

/** Everything of one app that the Engine has, by label and by name: something unlabeled is left behind as well. */
export async function containersOf(socket: string, app: string): Promise<AppContainer[]> {
  const { text } = await callEngine(socket, '/containers/json?all=1');
  return (JSON.parse(text) as ContainerSummary[])
    .map(({ Id, Names, State, Labels }) => ({
      id: Id,
      name: Names[0]?.replace(/^\//, '') ?? '',
      running: State === 'running',
      labels: Labels,
    }))
    .filter(
      ({ name, labels }) =>
        labels['switchyard.app'] === app ||
        name.startsWith(`${app}-`) ||
        name.startsWith(`switchyard-${app}`),
    );
}

/** What a container is made of, as text to search in. */
export async function containerText(socket: string, id: string): Promise<string> {
  return (await callEngine(socket, `/containers/${id}/json`)).text;
}

export async function networksOf(socket: string, app: string): Promise<string[]> {
  const { text } = await callEngine(socket, '/networks');
  return (JSON.parse(text) as { Name: string; Labels: Record<string, string> | null }[])
    .filter(({ Name, Labels }) => Labels?.['switchyard.app'] === app || Name.includes(app))
    .map(({ Name }) => Name);
}

/** Removes every container and network of an app, and the images that came from a registry of ours. */
export async function removeApp(socket: string, app: string, registryAddress?: string): Promise<void> {
  for (const { id } of await containersOf(socket, app)) {
    await callEngine(socket, `/containers/${id}?force=1&v=1`, { method: 'DELETE' });
  }
  for (const name of await networksOf(socket, app)) {
    await callEngine(socket, `/networks/${name}`, { method: 'DELETE' });
  }
  if (registryAddress === undefined) return;
  const { text } = await callEngine(socket, '/images/json');
  const images = JSON.parse(text) as { RepoTags: string[] | null; RepoDigests: string[] | null }[];
  for (const { RepoTags, RepoDigests } of images) {
    for (const name of [...(RepoTags ?? []), ...(RepoDigests ?? [])]) {
      if (!name.startsWith(`${registryAddress}/`)) continue;
      await callEngine(socket, `/images/${name}`, { method: 'DELETE' });
    }
  }
}

/** Apps are named after the process that made them, so that what a killed run left behind is known as such. */
export function appName(purpose: string): string {
  return `${purpose}-pid${process.pid}`;
}

/** Removes what killed runs with the same purpose have left on the Engine. */
export async function sweepKilledRuns(socket: string, purpose: string): Promise<void> {
  const { text } = await callEngine(socket, '/containers/json?all=1');
  const pattern = new RegExp(`^${purpose}-pid(\\d+)$`);
  for (const { Labels } of JSON.parse(text) as ContainerSummary[]) {
    const app = Labels['switchyard.app'] ?? '';
    const pid = Number(pattern.exec(app)?.[1] ?? 0);
    if (pid > 0 && !isRunning(pid)) await removeApp(socket, app);
  }
}
