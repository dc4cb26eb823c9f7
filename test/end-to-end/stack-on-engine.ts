import { run } from '../../scripts/test-tools-run.ts';
import { callEngine } from '../machine/engine-call.ts';
import { isRunning } from '../machine/processes.ts';
import { registryAuth, type TestRegistry } from '../machine/registry.ts';
import { removeApp } from './app-on-engine.ts';

/** A container that Compose, or a deploy of a Compose stack, has made. */
export interface StackContainer {
  id: string;
  name: string;
  service: string;
  running: boolean;
  image: string;
  labels: Record<string, string>;
}

interface ContainerSummary {
  Id: string;
  Names: string[];
  State: string;
  Image: string;
  Labels: Record<string, string>;
}

const projectLabel = 'com.docker.compose.project';

async function listed<T>(socket: string, kind: 'containers' | 'volumes', label: string): Promise<T> {
  const query = new URLSearchParams({ all: '1', filters: JSON.stringify({ label: [label] }) });
  const path = kind === 'containers' ? '/containers/json' : '/volumes';
  return JSON.parse((await callEngine(socket, `${path}?${query}`)).text) as T;
}

export async function stackContainers(socket: string, project: string): Promise<StackContainer[]> {
  const found = await listed<ContainerSummary[]>(socket, 'containers', `${projectLabel}=${project}`);
  return found
    .map(({ Id, Names, State, Image, Labels }) => ({
      id: Id,
      name: (Names[0] ?? '').slice(1),
      service: Labels['com.docker.compose.service'] ?? '',
      running: State === 'running',
      image: Image,
      labels: Labels,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Makes an image of the registry exist in the Engine, under one more name if that is wanted. */
export async function pullImage(
  socket: string,
  registry: TestRegistry,
  image: string,
  alsoCalled?: string,
): Promise<void> {
  const auth = registryAuth({ ...registry, serveraddress: registry.address });
  const pulled = await callEngine(socket, `/images/create?${new URLSearchParams({ fromImage: image })}`, {
    method: 'POST',
    headers: { 'X-Registry-Auth': auth },
  });
  if (pulled.status !== 200 || pulled.text.includes('"errorDetail"'))
    throw new Error(`The Engine could not pull ${image}: ${pulled.text.slice(-800)}`);
  if (alsoCalled === undefined) return;
  const name = new URLSearchParams({ repo: alsoCalled, tag: 'latest' });
  const tagged = await callEngine(socket, `/images/${image}/tag?${name}`, { method: 'POST' });
  if (tagged.status !== 201) throw new Error(`The Engine could not tag ${image}: ${tagged.text}`);
}

/** What a command in a container writes to its standard output. */
export function inContainer(socket: string, id: string, command: readonly string[]): Promise<string> {
  return run('docker', ['-H', `unix://${socket}`, 'exec', id, ...command]);
}

/** Removes all of a stack: containers, networks, volumes with their data, and its images. */
export async function removeStack(socket: string, project: string, registryAddress?: string): Promise<void> {
  for (const { id } of await stackContainers(socket, project))
    await callEngine(socket, `/containers/${id}?force=1&v=1`, { method: 'DELETE' });
  await removeApp(socket, project, registryAddress);
  const label = `${projectLabel}=${project}`;
  const { Volumes } = await listed<{ Volumes: { Name: string }[] | null }>(socket, 'volumes', label);
  for (const { Name } of Volumes ?? []) await callEngine(socket, `/volumes/${Name}`, { method: 'DELETE' });
  const { text } = await callEngine(socket, '/images/json');
  for (const { Id, RepoTags } of JSON.parse(text) as { Id: string; RepoTags: string[] | null }[]) {
    // By its id, with all its names: a killed run's registry is not known any more.
    if (RepoTags?.some((name) => name.startsWith(`${project}-`)))
      await callEngine(socket, `/images/${Id}?force=1`, { method: 'DELETE' });
  }
}

/** Removes what killed runs with the same purpose have left on the Engine. */
export async function sweepKilledStacks(socket: string, purpose: string): Promise<void> {
  const pattern = new RegExp(`^${purpose}-pid(\\d+)$`);
  const found = await listed<ContainerSummary[]>(socket, 'containers', projectLabel);
  for (const project of new Set(found.map(({ Labels }) => Labels[projectLabel] ?? ''))) {
    const pid = Number(pattern.exec(project)?.[1] ?? 0);
    if (pid > 0 && !isRunning(pid)) await removeStack(socket, project);
  }
}
