import { describe, expect, it } from 'vitest';
import { isReleaseId } from '../src/release.ts';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old, fresh] = ['20261121-010000-zzzz', '20261121-020000-aaaa', '20261121-030000-bbbb'];

/** With an old release in blue, and one before it of which only the record is left. */
function aServer(oldState: string, live: 'blue' | 'green'): FakeServer {
  const server = new FakeServer();
  server.put(aWorker(first, 'green', { verdict: 'retired' }));
  server.put(aWorker(old, 'blue'), oldState);
  server.live = live;
  return server;
}

describe('a rollback after a deploy that was killed', () => {
  const onItsWayBack = () => {
    const server = aServer('exited', 'green');
    server.put(aWorker(fresh, 'green', { verdict: 'bad', liveAt: undefined }), 'exited');
    return server;
  };
  const rightAfterIt = () => {
    const server = aServer('running', 'blue');
    server.put(aWorker(fresh, 'green', { verdict: 'bad', liveAt: undefined }), 'running');
    return server;
  };
  const beforeItCouldWriteSo = () => {
    const server = aServer('running', 'blue');
    server.put(aWorker(fresh, 'green'), 'running');
    return server;
  };
  const inTheGap = () => {
    const server = aServer('exited', 'blue');
    server.put(aWorker(fresh, 'green', { verdict: 'pending', liveAt: undefined }), 'running');
    return server;
  };

  it.each([
    ['on its way back', onItsWayBack, true],
    ['right after its way back', rightAfterIt, false],
    ['before it could write that it went back', beforeItCouldWriteSo, false],
    ['when it had stopped the old version', inTheGap, false],
  ])('%s ends at the version that serves again, and the next one goes on', async (_, scene, switched) => {
    const server = scene();
    const result = await server.rollBack();
    expect(result).toMatchObject({ outcome: 'live', previous: fresh, switched, reason: undefined });
    expect(result.release?.id).toBe(old);
    expect([server.live, server.stateOf(old), server.release(old).verdict]).toEqual([
      'blue',
      'running',
      'live',
    ]);
    expect(server.said.at(-1)).toContain('To go back further, run it again.');

    expect((await server.rollBack()).release?.id).toBe(first);
  });

  it.each([
    ['on its way back', onItsWayBack],
    ['when it had stopped the old version', inTheGap],
  ])('%s ends there too where "to" names that version', async (_, scene) => {
    const server = scene();
    const { outcome, release } = await server.rollBack({ to: old });
    expect([outcome, release?.id]).toEqual(['live', old]);
  });

  it('goes where "to" says', async () => {
    const { outcome, release } = await onItsWayBack().rollBack({ to: first });
    expect([outcome, release?.id]).toEqual(['live', first]);
  });

  it('waits until the version that was started a moment ago has come up', async () => {
    const server = onItsWayBack();
    let asked = 0;
    server.isHealthy = () => {
      asked += 1;
      return asked > 5;
    };
    expect((await server.rollBack()).release?.id).toBe(old);
    expect(asked).toBeGreaterThan(5);
  });

  const withAReason = () => {
    const server = onItsWayBack();
    server.put(aWorker(fresh, 'green', { verdict: 'bad', reason: 'it turned bad', liveAt: undefined }));
    return server;
  };

  it.each([
    ['on its way back', onItsWayBack],
    ['on its way back, and had said why', withAReason],
    ['right after its way back', rightAfterIt],
    ['before it could write that it went back', beforeItCouldWriteSo],
    ['when it had stopped the old version', inTheGap],
  ])('%s ends there also where the first try was cut off itself', async (_, scene) => {
    const server = scene();
    server.isHealthy = () => {
      throw new Error('the connection was cut');
    };
    expect((await server.rollBack()).outcome).toBe('failed');
    server.isHealthy = () => true;
    const { outcome, release } = await server.rollBack();
    expect([outcome, release?.id]).toEqual(['live', old]);
    expect(server.release(old).verdict).toBe('live');
    expect(['bad', 'failed']).toContain(server.release(fresh).verdict);

    expect((await server.rollBack()).release?.id).toBe(first);
  });

  it('goes further back where that version does not come up', async () => {
    const server = onItsWayBack();
    server.onWord = (text) => {
      if (text.startsWith('Switched back')) server.setState(old, 'restarting');
    };
    expect((await server.rollBack()).release?.id).toBe(first);
  });
});

describe('a rollback after a rollback that was killed', () => {
  it('on its way back, goes where that one wanted to go', async () => {
    const server = new FakeServer();
    server.put(aWorker(old, 'green', { verdict: 'standby' }), 'exited');
    server.put(aWorker(fresh, 'blue'), 'exited');
    server.live = 'green';
    const { outcome, release } = await server.rollBack();
    expect([outcome, release?.id]).toEqual(['live', old]);
    expect(server.release(fresh).verdict).toBe('bad');
    // It was back at what it was to leave in between, and both never ran at once.
    expect(server.done).toEqual([`start ${fresh}`, `stop ${fresh}`, `start ${old}`]);
  });

  it('in the gap, goes where that one wanted to go', async () => {
    const server = new FakeServer();
    const leaves = { id: fresh, reason: 'it broke' };
    server.put(aWorker(old, 'green', { verdict: 'standby', leaves }), 'exited');
    server.put(aWorker(fresh, 'blue'), 'exited');
    server.live = 'blue';
    expect((await server.rollBack()).release?.id).toBe(old);
  });

  it('goes further, also after waiting, where what that one has brought back does not serve', async () => {
    const server = new FakeServer();
    const sinceMs = Date.now() - 55_000;
    server.put(aWorker(first, 'blue', { verdict: 'retired' }));
    const verdictAt = new Date(sinceMs + 5000).toISOString();
    server.put(aWorker(old, 'green', { leaves: { id: fresh, reason: 'it broke' }, verdictAt }), 'restarting');
    server.put(aWorker(fresh, 'blue'), 'running');
    server.live = 'green';
    server.holdLease(sinceMs);
    expect((await server.rollBack()).release?.id).toBe(first);
  });
});

describe('a rollback that has waited for a deploy', () => {
  const waited = async (takenBackMs: number) => {
    const sinceMs = Date.now() - 30_000;
    const server = aServer('running', 'blue');
    const verdictAt = new Date(sinceMs + takenBackMs).toISOString();
    server.put(aWorker(fresh, 'green', { verdict: 'bad', reason: 'it turned bad', verdictAt }));
    server.holdLease(sinceMs);
    return server.rollBack();
  };

  it('changes nothing where that one has taken its release back by itself', async () => {
    const { outcome, reason } = await waited(10_000);
    expect(outcome).toBe('failed');
    expect(reason).toBe(
      `A job in front of this rollback of shop has taken release ${fresh} back, and release ${old} serves again, so nothing was changed; if that one is to be left as well, run it again.`,
    );
  });

  it.each(['pending', 'live'] as const)(
    'changes nothing where that one died when it had moved the traffic (%s)',
    async (verdict) => {
      const server = new FakeServer();
      server.put(aWorker(old, 'blue'), 'exited');
      const verdictAt = new Date(Date.now() + 5).toISOString();
      const liveAt = verdict === 'live' ? verdictAt : undefined;
      server.put(aWorker(fresh, 'green', { verdict, verdictAt, liveAt }), 'running');
      server.live = 'green';
      server.holdLease(Date.now() - 30_000);
      const { outcome, reason } = await server.rollBack();
      expect([outcome, server.live, server.stateOf(fresh)]).toEqual(['failed', 'green', 'running']);
      expect(reason).toContain(`release ${fresh} live, so nothing was changed`);

      expect((await server.rollBack()).release?.id).toBe(old);
    },
  );

  it('does its work where that was done long before', async () => {
    expect((await waited(-10_000)).release?.id).toBe(first);
  });
});

it.each(['20261399-000000-abcd', '99991231-235959-abcd'])(
  'the record of a release %s, which is no id, disturbs no deploy',
  async (id) => {
    const server = aServer('running', 'blue');
    server.put(aWorker(id, 'green', { verdict: 'failed', liveAt: undefined }));
    const { outcome, release } = await server.deploy();
    expect(outcome).toBe('live');
    expect(isReleaseId(release?.id ?? '')).toBe(true);
  },
);
