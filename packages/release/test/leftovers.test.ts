import { describe, expect, it } from 'vitest';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old] = ['20261121-010000-zzzz', '20261121-020000-aaaa'];
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
