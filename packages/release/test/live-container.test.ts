import { expect, it } from 'vitest';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old] = ['20261121-010000-zzzz', '20261121-020000-aaaa'];

it('what is up in the live slot is live, and not what ended there later', async () => {
  const startFirst = { ...aWorker(old, 'blue').rollout, order: 'start-first' as const };
  const server = new FakeServer();
  server.put(aWorker(first, 'blue', { verdict: 'standby', rollout: startFirst }), 'restarting');
  server.put(aWorker(old, 'blue', { verdict: 'bad', reason: 'it broke', rollout: startFirst }), 'exited');
  server.live = 'blue';
  const { servingNow } = await server.deployInVain();
  expect(servingNow).toBe(`Release ${first} (blue) is live, but its container is restarting.`);
});
