import { describe, expect, it } from 'vitest';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old, fresh] = ['20261121-010000-zzzz', '20261121-020000-aaaa', '20261121-030000-bbbb'];
const startFirst = { ...aWorker(old, 'blue').rollout, order: 'start-first' as const };

describe('a standby that is to be paused', () => {
  const rollout = { ...startFirst, standby: 'paused' as const };
  const aServer = (state: string) => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict: 'standby', rollout }), state);
    server.put(aWorker(old, 'blue', { rollout }), 'running');
    server.live = 'blue';
    return server;
  };

  it('is paused again after a rollback that was killed had woken it', async () => {
    const server = aServer('running');
    await server.deployInVain();
    expect(server.done).toEqual([`pause ${first}`]);
  });

  it('is stopped where it keeps restarting, which the Engine does not pause', async () => {
    const server = aServer('restarting');
    await server.deployInVain();
    expect(server.done).toEqual([`stop ${first}`]);
    expect((await server.deploy({ ...rollout })).outcome).toBe('live');
  });
});

it.each(['retired', 'standby', 'pending', 'bad'] as const)(
  'a container that is up gets its stop signal, whatever it is (%s): it may still have requests',
  async (verdict) => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict, rollout: startFirst }), 'running');
    server.put(aWorker(old, 'blue', { rollout: startFirst }), 'running');
    server.live = 'blue';
    await server.deployInVain();
    expect(server.done[0]).toBe(`stop ${first}`);
    expect(server.done.slice(1)).toEqual(verdict === 'standby' ? [] : [`remove ${first}`]);
  },
);

describe('a live version that an earlier job had stopped', () => {
  const aServer = () => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict: 'bad', reason: 'it broke' }), 'exited');
    server.put(aWorker(old, 'blue'), 'exited');
    server.put(aWorker(fresh, 'green', { verdict: 'pending', liveAt: undefined }), 'created');
    server.live = 'blue';
    return server;
  };

  it('is started also where a leftover cannot be removed', async () => {
    const server = aServer();
    server.onEngine = (what, id) => {
      if (what === 'remove' && id === first) throw new Error('device or resource busy');
    };
    const { findings } = await server.deployInVain();
    expect(server.stateOf(old)).toBe('running');
    expect(findings.join()).toContain(
      `shop-${first}, which had been kept for its logs, could not be removed: device or resource busy`,
    );
  });

  it('and that cannot be started leaves nothing that serves', async () => {
    const server = aServer();
    server.onEngine = (what) => {
      if (what === 'start') throw new Error('no Engine');
    };
    const { nothingServes, servingNow } = await server.deployInVain();
    expect(nothingServes).toBe(true);
    expect(servingNow).toBe(`Release ${old} (blue) is live, but its container is exited.`);
  });
});
