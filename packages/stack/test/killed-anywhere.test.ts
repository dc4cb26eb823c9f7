import { beforeAll, describe, expect, it } from 'vitest';
import { listStackReleases } from '../src/list-stack.ts';
import type { FakeServer } from './fake-server.ts';
import { routed, versionOf } from './shop.ts';
import { beginnings, expectLive, expectPlain, expectTidy } from './stack-states.ts';

const watch = { durationMs: 40, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };

interface Kind {
  readonly name: string;
  readonly is: 'deploy' | 'rollback';
  /** An address is silent for a moment. */
  readonly hasGap?: true;
  /** What runs before: `plain` is the stack as plain Compose has made it. */
  readonly from: 'nothing' | 'plain' | 'v2';
  run(server: FakeServer): Promise<unknown>;
  /** What of the new release turns bad as soon as it serves. */
  readonly turnsBad?: 'web';
  readonly isUnhealthy?: 'beat' | 'web';
}

const kinds: readonly Kind[] = [
  { name: 'a deploy', is: 'deploy', from: 'v2', run: (server) => server.deploy({ version: 'v3', watch }) },
  {
    name: 'a deploy that turns bad',
    is: 'deploy',
    from: 'v2',
    turnsBad: 'web',
    run: (server) => server.deploy({ version: 'v3', watch }),
  },
  {
    name: 'a deploy whose scheduler does not get healthy',
    is: 'deploy',
    from: 'v2',
    isUnhealthy: 'beat',
    run: (server) => server.deploy({ version: 'v3' }),
  },
  {
    name: 'a deploy of one service',
    is: 'deploy',
    from: 'v2',
    run: (server) => server.deploy({ version: 'v2', versions: { api: 'v3' } }),
  },
  {
    name: 'a deploy with another switch',
    is: 'deploy',
    hasGap: true,
    from: 'v2',
    run: (server) =>
      server.deploy({
        version: 'v3',
        switch: { image: 'haproxy:3.5', requestTimeoutMs: undefined, trustedProxies: [] },
      }),
  },
  { name: 'a rollback', is: 'rollback', from: 'v2', run: (server) => server.rollBack({ watch }) },
  {
    name: 'a rollback that turns bad',
    is: 'rollback',
    from: 'v2',
    turnsBad: 'web',
    run: (server) => server.rollBack({ watch }),
  },
  {
    name: 'a first deploy',
    is: 'deploy',
    from: 'nothing',
    run: (server) => server.deploy({ version: 'v1' }),
  },
  { name: 'an adoption', is: 'deploy', from: 'plain', run: (server) => server.deploy({ version: 'v1' }) },
  {
    name: 'an adoption that fails',
    is: 'deploy',
    from: 'plain',
    isUnhealthy: 'beat',
    run: (server) => server.deploy({ version: 'v1' }),
  },
];

const origin = { runUrl: undefined, actor: undefined, commit: undefined };

let before: Awaited<ReturnType<typeof beginnings>>;

beforeAll(async () => {
  before = await beginnings();
});

/** A server whose job dies before a certain one of its changes: that one and all after it never happen. */
function scene(kind: Kind, killedBefore: number) {
  const server = before[kind.from].copy();
  const old = new Set(server.containers.map(({ id }) => id));
  const changes: string[] = [];
  server.done.length = 0;
  server.onChange = (what) => {
    changes.push(what);
    if (changes.length >= killedBefore) throw new Error('killed');
  };
  server.onWord = (text) => {
    if (kind.turnsBad === undefined || !/^Release \S+ is live\.$/.test(text)) return;
    for (const one of server.find(kind.turnsBad)) if (!old.has(one.id)) one.state = 'restarting';
  };
  server.isHealthy = (one) => old.has(one.id) || one.service !== kind.isUnhealthy;
  return { server, changes, wasKilled: () => changes.length >= killedBefore };
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

interface Killed {
  readonly server: FakeServer;
  /** The moment, for the message of what fails there. */
  readonly at: string;
}

/** The server as the job has left it when it was killed before its first change, its second, and so on. */
async function killedAtEachMoment(kind: Kind): Promise<Killed[]> {
  const scenes: Killed[] = [];
  for (;;) {
    const moment = scenes.length + 1;
    const { server, wasKilled, changes } = scene(kind, moment);
    await kind.run(server);
    if (!wasKilled()) return scenes;
    // What had been sent arrives.
    await new Promise((resolve) => setImmediate(resolve));
    scenes.push({ server, at: `killed before ${moment}, ${changes[moment - 1]}` });
  }
}

/** Whether the release before a deploy has to be brought back, or was brought back by a job that could not say so. */
function leavesWork(server: FakeServer): boolean {
  const { verdict, reason } = server.releases[2] ?? {};
  const isLed = [...routed, 'beat'].some((service) => {
    const serving = service === 'beat' ? server.versions(service)[0] : server.answering(service);
    return serving !== 'v2';
  });
  return isLed || verdict === 'live' || (verdict === 'bad' && reason === undefined);
}

/** What a person is told before anything is changed. */
async function list(server: FakeServer) {
  const request = { app: 'shop', lockWaitMs: 0, forceUnlock: false, origin };
  const { releases } = await listStackReleases(request, server.server, server.reporter);
  return {
    live: releases.filter(({ isLive }) => isLive).map(({ id }) => id),
    next: releases.find(({ isNext }) => isNext)?.id,
  };
}

describe.each(kinds)('$name, killed at whatever moment', (kind) => {
  let scenes: Killed[] = [];

  beforeAll(async () => {
    scenes = await killedAtEachMoment(kind);
  });

  /** What a later job finds. */
  const found = ({ server }: Killed): FakeServer => {
    const copy = server.copy();
    afterwards(copy);
    return copy;
  };

  it('leaves what serves', () => {
    expect(scenes.length).toBeGreaterThan(20);
    for (const { server, at } of scenes) {
      expect(server.running('beat').length, at).toBeLessThanOrEqual(1);
      if (kind.from !== 'v2' || kind.turnsBad || kind.hasGap) continue;
      for (const service of routed)
        expect(['v1', 'v2', 'v3'], `${at}: ${service}`).toContain(server.answering(service));
    }
  });

  it('is tidied up by whatever runs next', async () => {
    for (const killed of scenes) {
      const { at } = killed;
      const server = found(killed);
      const doubled: string[] = [];
      server.onChange = (what) => {
        if (server.running('beat').length > 1) doubled.push(what);
      };
      const listed = await list(server);
      const { reason } = await server.deploy({ services: ['nothing'] });
      expect(reason, at).toContain('services names nothing');
      expect(listed.live, at).toEqual(server.liveReleases.map(({ id }) => id));
      expect(doubled, at).toEqual([]);
      expectTidy(server, at);
      if (server.liveReleases.length > 0) await expectLive(server, at);
      else if (kind.from === 'plain') expectPlain(server, at);
      else
        expect(
          server.containers.filter(({ service }) => service !== 'db'),
          at,
        ).toEqual([]);
      if (kind.from !== 'v2') continue;
      expect(server.liveReleases, at).toHaveLength(1);
      const earlier = server.releases.slice(0, 2).map(({ verdict }) => verdict);
      if (kind.is === 'deploy') expect(earlier, at).not.toContain('bad');
      // Whatever is left to put right would be told again.
      const again = await server.deploy({ services: ['nothing'] });
      expect(again.findings, at).toEqual([]);
    }
  });

  it('is followed by a deploy as any other', async () => {
    for (const killed of scenes) {
      const server = found(killed);
      const { outcome, reason } = await server.deploy({ version: 'v4' });
      expect([outcome, reason], killed.at).toEqual(['live', undefined]);
      const live = await expectLive(server, killed.at);
      expect(versionOf(live.services.api?.image.runnable), killed.at).toBe('v4');
      expectTidy(server, killed.at);
    }
  });

  it('is followed by a rollback that ends where a person means', async () => {
    for (const killed of scenes) {
      const { at } = killed;
      const server = found(killed);
      const isLeft = leavesWork(server);
      const { next } = await list(server);
      const wasDone = server.releases[1]?.verdict === 'bad';
      const { outcome, reason } = await server.rollBack();
      expectTidy(server, at);
      if (kind.from !== 'v2' || wasDone) continue;
      expect([outcome, reason], at).toEqual(['live', undefined]);
      const live = await expectLive(server, at);
      const meant = kind.is === 'deploy' && isLeft ? 'v2' : 'v1';
      // Where nothing is to be chosen any more, an earlier job had gone there already.
      if (next !== undefined) expect(live.id, at).toBe(next);
      else expect(server.said.join('\n'), at).toContain('had been interrupted');
      expect(versionOf(live.services.web?.image.runnable), at).toBe(meant);
    }
  });

  it('is followed by a rollback that ends there, although a rollback between them was killed too', async () => {
    if (kind.from !== 'v2') return;
    for (const [index, killed] of scenes.entries()) {
      // Some of all pairs of moments; each is met by one kind or another.
      if (index % 6 !== 3) continue;
      for (let moment = 2 + (index % 4); ; moment += 5) {
        const server = found(killed);
        const meant = kind.is === 'deploy' && leavesWork(server) ? 'v2' : 'v1';
        const changes: string[] = [];
        server.onChange = (what) => {
          changes.push(what);
          if (changes.length >= moment) throw new Error('killed');
        };
        await server.rollBack();
        if (changes.length < moment) break;
        await new Promise((resolve) => setImmediate(resolve));
        const at = `${killed.at}; a rollback killed before ${moment}, ${changes[moment - 1]}`;
        afterwards(server);
        const [first, second] = server.releases;
        // It has said so already.
        if (first?.verdict === 'live' && second?.verdict === 'bad') break;
        if (meant === 'v2' && server.releases[2]?.reason !== undefined) break;
        const { outcome, reason } = await server.rollBack();
        expect([outcome, reason], at).toEqual(['live', undefined]);
        const live = await expectLive(server, at);
        expect(versionOf(live.services.web?.image.runnable), at).toBe(meant);
        expectTidy(server, at);
      }
    }
  });
});
