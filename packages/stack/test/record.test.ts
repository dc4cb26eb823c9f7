import { beforeAll, describe, expect, it } from 'vitest';
import { listStackReleases } from '../src/list-stack.ts';
import { newestLive } from '../src/prepare-stack.ts';
import type { StackRelease } from '../src/stack-release.ts';
import { type FakeServer, folder } from './fake-server.ts';
import { routed, versionOf } from './shop.ts';
import { beginnings, expectLive, expectTidy } from './stack-states.ts';

let before: Awaited<ReturnType<typeof beginnings>>;
let ids: string[];

beforeAll(async () => {
  before = await beginnings();
  ids = before.v2.releases.map(({ id }) => id);
});

const inVain = (server: FakeServer) => server.deploy({ services: ['nothing'] });

function idsOf(server: FakeServer): string[] {
  return server.containers.map(({ id, state }) => `${id} ${state}`);
}

function damage(server: FakeServer, path: string): void {
  server.files.entries.set(`${folder}/${path}`, { text: '{"format": 2, "ki', mode: 0o600, mtimeMs: 0 });
}

function withoutImages(services: StackRelease['services']): unknown {
  return Object.fromEntries(Object.entries(services).map(([name, { image: _, ...rest }]) => [name, rest]));
}

describe('the record of the release that serves', () => {
  const losses: [string, (server: FakeServer) => void][] = [
    ['is damaged', (server) => damage(server, `releases/${ids[1]}.json`)],
    ['is gone', (server) => void server.files.entries.delete(`${folder}/releases/${ids[1]}.json`)],
    [
      'is gone with all others',
      (server) => {
        for (const name of server.pathsIn('releases'))
          server.files.entries.delete(`${folder}/releases/${name}`);
      },
    ],
    [
      "is gone with the stack's own file",
      (server) => {
        server.files.entries.delete(`${folder}/releases/${ids[1]}.json`);
        server.files.entries.delete(`${folder}/compose.yaml`);
      },
    ],
    [
      "is gone with the release's file",
      (server) => {
        server.files.entries.delete(`${folder}/releases/${ids[1]}.json`);
        server.files.entries.delete(`${folder}/stacks/${ids[1]}/compose.yaml`);
      },
    ],
    [
      'is damaged before the old one was called retired',
      (server) => {
        damage(server, `releases/${ids[1]}.json`);
        const first = { ...server.release(ids[0]), verdict: 'live' };
        server.files.entries.set(`${folder}/releases/${ids[0]}.json`, {
          ...{ text: JSON.stringify(first), mode: 0o600, mtimeMs: 0 },
        });
      },
    ],
  ];

  it.each(losses)('is made anew when it %s', async (_, lose) => {
    const server = before.v2.copy();
    const whole = server.release(ids[1]);
    lose(server);
    const containers = idsOf(server);
    const { reason } = await inVain(server);
    expect(reason).toContain('services names nothing');
    expect(idsOf(server)).toEqual(containers);
    expect(server.said.join('\n')).toMatch(
      new RegExp(`The record of release ${ids[1]} was (?:damaged|missing) and was made anew`),
    );
    const { services, network, switch: switched } = server.release(ids[1]);
    expect(withoutImages(services)).toEqual(withoutImages(whole.services));
    expect(network).toEqual(whole.network);
    expect(switched.image).toContain('haproxy@sha256:');
    await expectLive(server, 'made anew');
    expectTidy(server, 'made anew');
    const next = await server.deploy({ version: 'v3' });
    expect(next.outcome).toBe('live');
    expect(next.previous).toBe(ids[1]);
    await expectLive(server, 'deployed on it');
  });

  it('is made anew, and gone back to', async () => {
    const server = before.v2.copy();
    damage(server, `releases/${ids[1]}.json`);
    await server.deploy({ version: 'v3' });
    const { outcome } = await server.rollBack();
    expect(outcome).toBe('live');
    expect((await expectLive(server, 'rolled back')).id).toBe(ids[1]);
  });

  it.each(['deploy', 'rollback'])('stops a %s where nothing tells what it was', async (what) => {
    const server = before.v2.copy();
    for (const path of [...server.files.entries.keys()]) server.files.entries.delete(path);
    const containers = idsOf(server);
    const { outcome, reason } =
      what === 'deploy' ? await server.deploy({ version: 'v3' }) : await server.rollBack();
    expect(outcome).toBe('failed');
    expect(reason).toMatch(
      /^shop-\S+, shop-\S+ and 2 more of shop run on this server, but the record in \S+ does not say of which release, so nothing was changed; bring that folder back from a backup, or end the stack with "docker compose --project-name shop down" and deploy it anew\.$/,
    );
    expect(idsOf(server)).toEqual(containers);
    expect(server.done).toEqual([]);
  });

  it('is refused when a newer Switchyard has written it', async () => {
    const server = before.v2.copy();
    const text = JSON.stringify({ ...server.release(ids[1]), format: 3 });
    server.files.entries.set(`${folder}/releases/${ids[1]}.json`, { text, mode: 0o600, mtimeMs: 0 });
    const containers = idsOf(server);
    const { outcome } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('failed');
    expect(idsOf(server)).toEqual(containers);
  });
});

describe('the record of another release', () => {
  it('is left where it is with its file when it is damaged', async () => {
    const server = before.v2.copy();
    damage(server, `releases/${ids[0]}.json`);
    const { outcome } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('live');
    expect(server.said.join('\n')).toContain(`${ids[0]}.json is damaged and was left where it is`);
    expect(server.text(`stacks/${ids[0]}/compose.yaml`)).toBeDefined();
    server.files.entries.delete(`${folder}/releases/${ids[0]}.json`);
    await expectLive(server, 'deployed');
  });

  it('is no reason to go back to it when it is damaged while its containers are there', async () => {
    const server = before.v2.copy();
    server.onChange = (what) => {
      if (what === 'lead web to blue') throw new Error('killed');
      if (server.done.includes('lead api to blue')) throw new Error('killed');
    };
    await server.deploy({ version: 'v3' });
    await new Promise((resolve) => setImmediate(resolve));
    server.onChange = () => {};
    for (const path of [...server.files.entries.keys()])
      if (path.includes('/lease/')) server.files.entries.delete(path);
    damage(server, `releases/${server.releases.map(({ id }) => id).at(-1)}.json`);
    expect(server.answering('api')).toBe('v3');
    await inVain(server);
    for (const service of routed) expect(server.answering(service)).toBe('v2');
    for (const service of [...routed, 'worker', 'beat']) expect(server.versions(service)).toEqual(['v2']);
  });
});

describe('two records called live', () => {
  const release = (id: string, verdictAt: string, leaves?: string): StackRelease => ({
    ...before.v2.release(ids[0]),
    ...{
      id,
      verdictAt,
      verdict: 'live',
      leaves: leaves === undefined ? undefined : { id: leaves, reason: 'bad' },
    },
  });
  const [older, newer] = ['20261121-010000-aaaa', '20261121-020000-aaaa'];

  it('mean the newer one, also when the clock was put back meanwhile', () => {
    const releases = [release(older, '2026-11-21T05:00:00.000Z'), release(newer, '2026-11-21T04:00:00.000Z')];
    expect(newestLive(releases)?.id).toBe(newer);
  });

  it('mean the one that a rollback has brought back', () => {
    const releases = [
      release(older, '2026-11-21T04:00:00.000Z', newer),
      release(newer, '2026-11-21T05:00:00.000Z'),
    ];
    expect(newestLive(releases)?.id).toBe(older);
  });
});

describe('the switch of a service that is live', () => {
  const losses: [string, (server: FakeServer) => void, string][] = [
    [
      'does not run',
      (server) => {
        for (const one of server.find('api-switch')) one.state = 'exited';
      },
      'Started shop-api-switch-1, which did not run.',
    ],
    [
      'is gone',
      (server) => {
        server.containers = server.containers.filter(({ service }) => service !== 'api-switch');
      },
      'Made the switch of api anew, which was gone.',
    ],
    [
      'is gone with its folder',
      (server) => {
        server.containers = server.containers.filter(({ service }) => service !== 'api-switch');
        for (const name of server.pathsIn('switch/api'))
          server.files.entries.delete(`${folder}/switch/api/${name}`);
      },
      'Made the switch of api anew, which was gone.',
    ],
    [
      'leads elsewhere',
      (server) => {
        const process = server.process('api');
        if (process) process.live = 'none';
      },
      'Led api back to green, from which an earlier job had begun to move it.',
    ],
  ];

  it.each(losses)('serves again when it %s', async (_, lose, finding) => {
    const server = before.v2.copy();
    lose(server);
    expect(server.answering('api')).toBeUndefined();
    const { findings } = await inVain(server);
    expect(findings).toContain(finding);
    await expectLive(server, finding);
    expectTidy(server, finding);
    expect((await server.rollBack()).outcome).toBe('live');
    await expectLive(server, 'rolled back');
  });
});

describe("the live release's file", () => {
  it('is made anew from the copy that people use', async () => {
    const server = before.v2.copy();
    const text = server.text(`stacks/${ids[1]}/compose.yaml`);
    server.files.entries.delete(`${folder}/stacks/${ids[1]}/compose.yaml`);
    await inVain(server);
    expect(server.text(`stacks/${ids[1]}/compose.yaml`)).toBe(text);
  });

  it('is missed, but no reason to stop', async () => {
    const server = before.v2.copy();
    server.files.entries.delete(`${folder}/stacks/${ids[1]}/compose.yaml`);
    server.files.entries.delete(`${folder}/compose.yaml`);
    const { findings, outcome } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('live');
    expect(findings.join('\n')).toContain('is gone; the next deploy makes every service anew');
    await expectLive(server, 'deployed');
  });
});

describe('a container of the live release that a person has removed', () => {
  it('is made by the next deploy', async () => {
    const server = before.v2.copy();
    server.containers = server.containers.filter(({ service }) => service !== 'web');
    expect((await inVain(server)).findings).toEqual([]);
    const { outcome } = await server.deploy({ version: 'v2' });
    expect(outcome).toBe('live');
    await expectLive(server, 'made');
  });
});

describe('a migration that outlived its job', () => {
  async function withMigration(): Promise<FakeServer> {
    const server = before.v2.copy();
    server.onChange = (what) => {
      if (server.done.includes('start shop-migrate-1') || what === 'start shop-worker-3')
        throw new Error('killed');
    };
    await server.deploy({ version: 'v3' });
    server.onChange = () => {};
    for (const path of [...server.files.entries.keys()])
      if (path.includes('/lease/')) server.files.entries.delete(path);
    for (const one of server.find('migrate')) one.state = 'running';
    return server;
  }

  it('is waited for by a deploy, which runs its own', async () => {
    const server = await withMigration();
    const [old] = server.find('migrate');
    const order: string[] = [];
    server.onChange = (what) => {
      if (what.includes('migrate')) order.push(`${what}: ${old?.state}`);
    };
    setTimeout(() => {
      if (old) old.state = 'exited';
      server.tellObservers();
    }, 20);
    const { outcome } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('live');
    expect(order[0]).toBe('remove shop-migrate-1: exited');
    await expectLive(server, 'deployed');
  });

  it('is left alone by a rollback', async () => {
    const server = await withMigration();
    const { outcome } = await server.rollBack();
    expect(outcome).toBe('live');
    expect(server.find('migrate').map(({ state }) => state)).toEqual(['running']);
    expect(server.said.join('\n')).toContain(
      'shop-migrate-1, a command of an earlier job, still runs and was left alone.',
    );
  });
});

it('takes away what a pre-deploy of a killed job has left', async () => {
  const server = before.v2.copy();
  const [pattern] = server.find('api');
  if (!pattern) throw new Error('no container of api');
  const labels = { 'switchyard.app': 'shop', 'switchyard.role': 'pre-deploy' };
  const name = 'shop-20261121-010000-aaaa-pre-deploy';
  server.containers.push({
    ...pattern,
    id: 'left',
    name,
    service: '',
    labels,
    networks: {},
    state: 'exited',
  });
  const { findings } = await inVain(server);
  expect(findings).toEqual([`Removed ${name}, which an earlier job had left behind.`]);
  await expectLive(server, 'taken away');
});

it('lists one live release, also where its record is lost', async () => {
  const server = before.v2.copy();
  const request = { app: 'shop', lockWaitMs: 0, forceUnlock: false, origin: server.release(ids[0]).origin };
  const shown = await listStackReleases(request, server.server, server.reporter);
  expect(shown.releases.map(({ isLive, container }) => [isLive, container])).toEqual([
    [true, '4 of 4 run'],
    [false, undefined],
  ]);
  damage(server, `releases/${ids[1]}.json`);
  const files = JSON.stringify([...server.files.entries]);
  const { releases } = await listStackReleases(request, server.server, server.reporter);
  expect(releases.map(({ id, isLive, isNext }) => [id, isLive, isNext])).toEqual([
    [ids[1], true, false],
    [ids[0], false, true],
  ]);
  expect(JSON.stringify([...server.files.entries])).toBe(files);
  expect(versionOf(server.release(ids[0]).services.api?.image.runnable)).toBe('v1');
});
