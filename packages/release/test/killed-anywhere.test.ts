import { describe, expect, it } from 'vitest';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old] = ['20261121-010000-zzzz', '20261121-020000-aaaa'];
const watch = { durationMs: 10_000, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };
type Order = 'start-first' | 'stop-first';
type Kind = 'deploy' | 'rollback';

/** A server whose job dies before a certain one of its changes: that one and all after it never happen. */
function scene(order: Order, kind: Kind, killedBefore: number) {
  const server = new FakeServer();
  const rollout = { ...aWorker(old, 'blue').rollout, order };
  server.put(
    aWorker(first, 'green', { verdict: kind === 'rollback' ? 'standby' : 'retired', rollout }),
    kind === 'rollback' ? 'exited' : undefined,
  );
  server.put(aWorker(old, 'blue', { rollout }), 'running');
  server.live = 'blue';
  let changes = 0;
  const count = () => {
    changes += 1;
    if (changes >= killedBefore) throw new Error('killed');
  };
  server.files.before = (call) => void (['write', 'append', 'create', 'remove'].includes(call) && count());
  server.onEngine = count;
  // What comes live ends at once, and is to be taken back.
  server.onWord = (text) => {
    const id = /^Release (\S+) \(\w+\) is live\.$/.exec(text)?.[1];
    if (id !== undefined) server.setState(id, 'restarting');
  };
  return { server, wasKilled: () => changes >= killedBefore };
}

/** The dead job's turn is over, and what kept restarting has found its feet. */
function afterwards(server: FakeServer): void {
  for (const path of server.files.entries.keys())
    if (path.includes('/lease/')) server.files.entries.delete(path);
  server.files.before = () => {};
  server.onEngine = () => {};
  server.onWord = () => {};
  for (const { releaseId, state } of server.containers)
    if (state === 'restarting') server.setState(releaseId, 'running');
}

/** The one that runs and has the traffic, if the record says the same. */
function liveOf(server: FakeServer): string {
  const running = server.containers.filter(({ state }) => state === 'running');
  expect(running.map(({ color }) => color)).toEqual([server.live]);
  const id = running[0]?.releaseId ?? '';
  expect(server.releases.filter(({ verdict }) => verdict === 'live').map((release) => release.id)).toEqual([
    id,
  ]);
  return id;
}

describe.each<[Order, Kind]>([
  ['start-first', 'deploy'],
  ['start-first', 'rollback'],
  ['stop-first', 'deploy'],
  ['stop-first', 'rollback'],
])('a %s %s whose release turns bad, killed at whatever moment', (order, kind) => {
  /** Calls `next` on a server for each moment, until there are no more. */
  const atEachMoment = async (next: (server: FakeServer, wasGivenUp: boolean) => Promise<void>) => {
    for (let moment = 1; ; moment += 1) {
      const { server, wasKilled } = scene(order, kind, moment);
      if (kind === 'deploy') await server.deploy({ order, watch });
      else await server.rollBack({ watch });
      if (!wasKilled()) return;
      // What had been sent arrives.
      await new Promise((resolve) => setImmediate(resolve));
      const leading = server.containers.find(({ color }) => color === server.live)?.releaseId ?? '';
      const { verdict, leaves } = server.release(leading);
      afterwards(server);
      await next(server, leading !== old && leaves === undefined && !['live', 'pending'].includes(verdict));
    }
  };

  it('leaves one version that serves to whatever runs next, and not the one that was given up', async () => {
    await atEachMoment(async (server, wasGivenUp) => {
      await server.deployInVain();
      const live = liveOf(server);
      if (wasGivenUp) expect(live).toBe(old);
      if (kind === 'deploy') expect(server.release(old).verdict).not.toBe('bad');
    });
  });

  it('lets a rollback end at a good version', async () => {
    await atEachMoment(async (server) => {
      await server.rollBack();
      expect([first, old]).toContain(liveOf(server));
    });
  });
});
