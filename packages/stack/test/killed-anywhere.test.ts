import { beforeAll, describe, expect, it } from 'vitest';
import type { StackRelease } from '../src/stack-release.ts';
import { FakeServer } from './fake-server.ts';
import { routed, shopServices, versionOf } from './shop.ts';

const watch = { durationMs: 40, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };
const isBadWatch = { watch };

interface Kind {
  readonly name: string;
  /** What runs before: `plain` is the stack as plain Compose has made it. */
  readonly from: 'nothing' | 'plain' | 'v1' | 'v2';
  run(server: FakeServer): Promise<unknown>;
  /** What of the new release turns bad as soon as it serves. */
  readonly turnsBad?: 'web';
  readonly isUnhealthy?: 'beat' | 'web';
}

const kinds: readonly Kind[] = [
  { name: 'a deploy', from: 'v2', run: (server) => server.deploy({ version: 'v3', ...isBadWatch }) },
  {
    name: 'a deploy that turns bad',
    from: 'v2',
    turnsBad: 'web',
    run: (server) => server.deploy({ version: 'v3', ...isBadWatch }),
  },
  {
    name: 'a deploy whose scheduler does not get healthy',
    from: 'v2',
    isUnhealthy: 'beat',
    run: (server) => server.deploy({ version: 'v3' }),
  },
  {
    name: 'a deploy of one service',
    from: 'v2',
    run: (server) => server.deploy({ version: 'v2', versions: { api: 'v3' } }),
  },
  {
    name: 'a deploy with another switch',
    from: 'v2',
    run: (server) =>
      server.deploy({
        version: 'v3',
        switch: { image: 'haproxy:3.5', requestTimeoutMs: undefined, trustedProxies: [] },
      }),
  },
  { name: 'a rollback', from: 'v2', run: (server) => server.rollBack({ watch }) },
  {
    name: 'a rollback that turns bad',
    from: 'v2',
    turnsBad: 'web',
    run: (server) => server.rollBack({ watch }),
  },
  { name: 'a first deploy', from: 'nothing', run: (server) => server.deploy({ version: 'v1' }) },
  { name: 'an adoption', from: 'plain', run: (server) => server.deploy({ version: 'v1' }) },
  {
    name: 'an adoption that fails',
    from: 'plain',
    isUnhealthy: 'beat',
    run: (server) => server.deploy({ version: 'v1' }),
  },
];

const before = new Map<Kind['from'], FakeServer>();

beforeAll(async () => {
  const server = new FakeServer();
  before.set('nothing', server.copy());
  await server.deploy({ version: 'v1' });
  before.set('v1', server.copy());
  await server.deploy({ version: 'v2' });
  before.set('v2', server.copy());
  const plain = new FakeServer();
  await plain.runPlain(shopServices, 'v0', ['db', 'api', 'web', 'worker', 'beat']);
  before.set('plain', plain);
});

/** A server whose job dies before a certain one of its changes: that one and all after it never happen. */
function scene(kind: Kind, killedBefore: number) {
  const server = (before.get(kind.from) ?? new FakeServer()).copy();
  const old = new Set(server.containers.map(({ id }) => id));
  let changes = 0;
  server.onChange = () => {
    changes += 1;
    if (changes >= killedBefore) throw new Error('killed');
  };
  server.onWord = (text) => {
    if (kind.turnsBad === undefined || !/^Release \S+ is live\.$/.test(text)) return;
    for (const one of server.find(kind.turnsBad)) if (!old.has(one.id)) one.state = 'restarting';
  };
  server.isHealthy = (one) => old.has(one.id) || one.service !== kind.isUnhealthy;
  return { server, wasKilled: () => changes >= killedBefore };
}

/** The dead job's turn is over, and what kept restarting has found its feet. */
function afterwards(server: FakeServer): void {
  for (const path of server.files.entries.keys())
    if (path.includes('/lease/')) server.files.entries.delete(path);
  server.onChange = () => {};
  server.onWord = () => {};
  server.isHealthy = () => true;
  server.done.length = 0;
  server.said.length = 0;
  for (const one of server.containers) if (one.state === 'restarting') one.state = 'running';
}

/** Calls `next` on a server for each moment, until there are no more. */
async function atEachMoment(
  kind: Kind,
  next: (server: FakeServer, moment: string) => Promise<void>,
): Promise<void> {
  for (let moment = 1; ; moment += 1) {
    const { server, wasKilled } = scene(kind, moment);
    const all: string[] = [];
    const count = server.onChange;
    server.onChange = (what) => {
      all.push(what);
      return count(what);
    };
    await kind.run(server);
    if (!wasKilled()) {
      expect(moment).toBeGreaterThan(20);
      return;
    }
    // What had been sent arrives.
    await new Promise((resolve) => setImmediate(resolve));
    await next(server, `killed before ${moment}: ${all[moment - 1]}`);
  }
}

/** The release that all of the stack runs, and nothing else of it. */
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

function expectTidy(server: FakeServer, at: string): void {
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

describe.each(kinds)('$name, killed at whatever moment', (kind) => {
  it('leaves what serves', async () => {
    await atEachMoment(kind, async (server, at) => {
      expect(server.running('beat').length, at).toBeLessThanOrEqual(1);
      if (kind.from !== 'v2' || kind.turnsBad || kind.name.includes('another switch')) return;
      for (const service of routed)
        expect(['v1', 'v2', 'v3'], `${at}: ${service}`).toContain(server.answering(service));
    });
  });

  it('is tidied up by whatever runs next', async () => {
    await atEachMoment(kind, async (server, at) => {
      afterwards(server);
      const doubled: string[] = [];
      server.onChange = () => {
        if (server.running('beat').length > 1) doubled.push('beat');
      };
      const { reason } = await server.deploy({ services: ['nothing'] });
      expect(reason, at).toContain('services names nothing');
      expect(doubled, at).toEqual([]);
      expectTidy(server, at);
      if (kind.from === 'v2') {
        const live = liveOf(server, at);
        if (!kind.name.includes('rollback')) expect(live.id >= (server.releases[1]?.id ?? ''), at).toBe(true);
        if (!kind.name.includes('rollback'))
          expect(
            server.releases.slice(0, 2).map(({ verdict }) => verdict),
            at,
          ).not.toContain('bad');
        server.done.length = 0;
        await server.upByHand();
        expect(
          server.done.filter((what) => !what.endsWith('migrate-1')),
          at,
        ).toEqual([]);
      } else if (server.liveReleases.length > 0) liveOf(server, at);
      else if (kind.from === 'plain') {
        for (const service of ['api', 'web', 'worker', 'beat'])
          expect(
            server.find(service).map((one) => [one.state, versionOf(one.definition.image)]),
            at,
          ).toEqual([['running', 'v0']]);
        for (const service of routed) expect(server.answering(service), at).toBe('v0');
      } else
        expect(
          server.containers.map(({ service }) => service).filter((name) => !['db'].includes(name)),
          at,
        ).toEqual([]);
    });
  });

  it('is followed by a deploy as any other', async () => {
    await atEachMoment(kind, async (server, at) => {
      afterwards(server);
      const { outcome, reason } = await server.deploy({ version: 'v4' });
      expect([outcome, reason], at).toEqual(['live', undefined]);
      const live = liveOf(server, at);
      expect(versionOf(live.services.api?.image.runnable), at).toBe('v4');
      expectTidy(server, at);
    });
  });

  it('is followed by a rollback that ends at a good version', async () => {
    await atEachMoment(kind, async (server, at) => {
      afterwards(server);
      const wasDone = server.releases[1]?.verdict === 'bad';
      const { outcome, reason } = await server.rollBack();
      expectTidy(server, at);
      if (kind.from !== 'v2' || wasDone) return;
      expect([outcome, reason], at).toEqual(['live', undefined]);
      const live = liveOf(server, at);
      expect(live.verdict, at).toBe('live');
    });
  });
});
