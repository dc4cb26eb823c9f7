import { describe, expect, it } from 'vitest';
import type { StandbyMode } from '../src/service-settings.ts';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old] = ['20261121-010000-zzzz', '20261121-020000-aaaa'];
const watch = { durationMs: 10_000, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };
type Order = 'start-first' | 'stop-first';
type Kind = 'deploy' | 'rollback';
type Fate = 'turns bad' | 'stays';
const stateOnStandby = { stopped: 'exited', paused: 'paused', running: 'running' };

/** A server whose job dies before a certain one of its changes: that one and all after it never happen. */
function scene(order: Order, kind: Kind, standby: StandbyMode, fate: Fate, killedBefore: number) {
  const server = new FakeServer();
  const rollout = { ...aWorker(old, 'blue').rollout, order, standby };
  server.put(
    aWorker(first, 'green', { verdict: kind === 'rollback' ? 'standby' : 'retired', rollout }),
    kind === 'rollback' ? stateOnStandby[standby] : undefined,
  );
  server.put(aWorker(old, 'blue', { rollout }), 'running');
  server.live = 'blue';
  const wasKilled = killBefore(server, killedBefore);
  // What comes live ends at once, and is to be taken back.
  server.onWord = (text) => {
    if (fate === 'stays') return;
    const id = /^Release (\S+) \(\w+\) is live\.$/.exec(text)?.[1];
    if (id !== undefined) server.setState(id, 'restarting');
  };
  return { server, wasKilled };
}

/** @returns whether the job got as far as that */
function killBefore(server: FakeServer, change: number): () => boolean {
  let changes = 0;
  const count = () => {
    changes += 1;
    if (changes >= change) throw new Error('killed');
  };
  server.files.before = (call) => void (['write', 'append', 'create', 'remove'].includes(call) && count());
  server.onEngine = count;
  return () => changes >= change;
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
function liveOf(server: FakeServer, standby: StandbyMode): string {
  const running = server.containers.filter(({ state }) => state === 'running');
  const leading = running.filter(({ color }) => color === server.live);
  expect(leading).toHaveLength(1);
  if (standby !== 'running') expect(running).toEqual(leading);
  const id = leading[0]?.releaseId ?? '';
  expect(server.releases.filter(({ verdict }) => verdict === 'live').map((release) => release.id)).toEqual([
    id,
  ]);
  return id;
}

const walks = (['start-first', 'stop-first'] as const).flatMap((order) =>
  (['deploy', 'rollback'] as const).flatMap((kind) =>
    (['stopped', 'paused', 'running'] as const).flatMap((standby) =>
      (['turns bad', 'stays'] as const).map((fate) => ({ order, kind, standby, fate })),
    ),
  ),
);

describe.each<{
  order: Order;
  kind: Kind;
  standby: StandbyMode;
  fate: Fate;
}>(walks)(
  'a $order $kind whose release $fate, standby $standby, killed at whatever moment',
  ({ order, kind, standby, fate }) => {
    /** Calls `next` on a server for each moment, until there are no more. */
    const atEachMoment = async (next: (server: FakeServer, wasGivenUp: boolean) => Promise<void>) => {
      for (let moment = 1; ; moment += 1) {
        const { server, wasKilled } = scene(order, kind, standby, fate, moment);
        const looks = fate === 'stays' ? { ...watch, durationMs: 0 } : watch;
        if (kind === 'deploy') await server.deploy({ order, standby, watch: looks });
        else await server.rollBack({ watch: looks });
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
        const live = liveOf(server, standby);
        if (wasGivenUp) expect(live).toBe(old);
        if (kind === 'deploy') expect(server.release(old).verdict).not.toBe('bad');
      });
    });

    it('lets a rollback end at a good version', async () => {
      await atEachMoment(async (server) => {
        await server.rollBack();
        expect([first, old]).toContain(liveOf(server, standby));
      });
    });
  },
);

/** What is sent arrives, and the turn of the dead job ends. */
async function settled(server: FakeServer): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  afterwards(server);
}

it.each(['start-first', 'stop-first'] as const)(
  'a rollback that would stay where an interrupted %s deploy had gone back to stays there also when it is run again',
  async (order) => {
    const interrupted = async (moment: number) => {
      const { server, wasKilled } = scene(order, 'deploy', 'stopped', 'turns bad', moment);
      await server.deploy({ order, watch });
      await settled(server);
      return { server, wasKilled };
    };
    let again = 0;
    for (let moment = 1; ; moment += 1) {
      const undisturbed = await interrupted(moment);
      if (!undisturbed.wasKilled()) break;
      if ((await undisturbed.server.rollBack()).release?.id !== old) continue;
      if (!undisturbed.server.said.join().includes('To go back further, run it again.')) continue;
      for (let change = 1; ; change += 1) {
        const { server } = await interrupted(moment);
        const wasKilled = killBefore(server, change);
        const { outcome } = await server.rollBack();
        // What it had not done any more is to give its lease back.
        if (!wasKilled() || outcome === 'live') break;
        await settled(server);
        expect((await server.rollBack()).release?.id).toBe(old);
        again += 1;
      }
    }
    expect(again).toBeGreaterThan(20);
  },
);
