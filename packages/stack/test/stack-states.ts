import { expect } from 'vitest';
import type { StackRelease } from '../src/stack-release.ts';
import { FakeServer } from './fake-server.ts';
import { routed, shopServices, versionOf } from './shop.ts';

/** Servers in the states that jobs begin at; `plain` is the stack as plain Compose has made it. */
export async function beginnings(): Promise<Record<'nothing' | 'plain' | 'v1' | 'v2', FakeServer>> {
  const server = new FakeServer();
  const nothing = server.copy();
  await server.deploy({ version: 'v1' });
  const v1 = server.copy();
  await server.deploy({ version: 'v2' });
  const plain = new FakeServer();
  await plain.runPlain(shopServices, 'v0', ['db', 'api', 'web', 'worker', 'beat']);
  return { nothing, plain, v1, v2: server };
}

/** The release that all of the stack runs, and nothing else of it; and nothing that a person's `up` would change. */
export async function expectLive(server: FakeServer, at: string): Promise<StackRelease> {
  const live = liveOf(server, at);
  server.done.length = 0;
  await server.upByHand();
  expect(
    server.done.filter((what) => !what.endsWith('migrate-1')),
    at,
  ).toEqual([]);
  return live;
}

export function expectPlain(server: FakeServer, at: string): void {
  for (const service of ['api', 'web', 'worker', 'beat']) {
    const is = server.find(service).map((one) => [one.state, versionOf(one.definition.image)]);
    expect(is, at).toEqual([['running', 'v0']]);
  }
  for (const service of routed) expect(server.answering(service), at).toBe('v0');
}

function liveOf(server: FakeServer, at: string): StackRelease {
  expect(
    server.liveReleases.map(({ id }) => id),
    at,
  ).toHaveLength(1);
  const [live] = server.liveReleases as [StackRelease];
  for (const [service, { image, color, role }] of Object.entries(live.services)) {
    if (role === 'job') continue;
    const is = server
      .find(service)
      .map((one) => [one.state, one.labels['switchyard.color'], one.definition.image]);
    expect(is, `${at}: ${service}`).toEqual([['running', color, image.runnable]]);
    if (role !== 'routed') continue;
    expect(server.answering(service), `${at}: ${service}`).toBe(versionOf(image.runnable));
    expect(server.map(service), `${at}: ${service}`).toBe(color);
    expect(
      server.find(`${service}-switch`).map(({ state }) => state),
      at,
    ).toEqual(['running']);
  }
  return live;
}

export function expectTidy(server: FakeServer, at: string): void {
  const ids = server.releases.map(({ id }) => id);
  const folders = new Set(server.pathsIn('stacks').map((path) => path.split('/')[0] ?? ''));
  expect(
    [...folders].filter((id) => !ids.includes(id)),
    at,
  ).toEqual([]);
  expect(
    server.pathsIn('stacks').filter((path) => !/^[^/]+\/compose\.yaml$/.test(path)),
    at,
  ).toEqual([]);
  expect(
    server.releases.filter(({ verdict }) => verdict === 'pending').map(({ id }) => id),
    at,
  ).toEqual([]);
  const leaving = server.releases.filter(({ verdict, leaves }) => leaves && verdict !== 'live');
  expect(
    leaving.map(({ id }) => id),
    at,
  ).toEqual([]);
  for (const { verdict, reason, id } of server.releases)
    if (verdict === 'bad' || verdict === 'failed') expect(reason, `${at}: ${id}`).toBeTruthy();
  const [live] = server.liveReleases;
  if (live) expect(server.text('compose.yaml'), at).toBe(server.text(`stacks/${live.id}/compose.yaml`));
  expect(server.find('db').length, at).toBeLessThanOrEqual(1);
}
