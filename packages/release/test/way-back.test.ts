import { describe, expect, it } from 'vitest';
import type { Release } from '../src/release.ts';
import { listReleases } from '../src/release-list.ts';
import { planRollback } from '../src/rollback-plan.ts';
import type { RollbackRequest } from '../src/rollback-request.ts';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old, fresh] = ['20261121-010000-zzzz', '20261121-020000-aaaa', '20261121-030000-bbbb'];
const startFirst = { ...aWorker(old, 'blue').rollout, order: 'start-first' as const };
const watched = { durationMs: 10_000, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };
const takenBack = 'it was taken back, and the job ended before it could write down why';

/** A server with an old release in blue and a newer one in green that has the traffic. */
function scene(
  states: { old: string; fresh: string },
  changes: Partial<Release> = { verdict: 'bad' },
  rollout = aWorker(old, 'blue').rollout,
): FakeServer {
  const server = new FakeServer();
  server.put(aWorker(old, 'blue', { rollout }), states.old);
  server.put(aWorker(fresh, 'green', { liveAt: undefined, rollout, ...changes }), states.fresh);
  server.live = 'green';
  return server;
}

/** The new release of a deploy or rollback ends as soon as it is live. */
function endsOnceLive(server: FakeServer, after: () => void = () => {}): void {
  server.onWord = (text) => {
    const id = /^Release (\S+) \(\w+\) is live\.$/.exec(text)?.[1];
    if (id === undefined) return;
    server.setState(id, 'restarting');
    after();
  };
}

describe('a way back that its job could not finish is finished by the next', () => {
  it('where both still run: the traffic goes back, and what is given up is drained and stopped', async () => {
    const server = scene({ old: 'running', fresh: 'running' }, { verdict: 'bad' }, startFirst);
    const { servingNow } = await server.deployInVain();
    expect(servingNow).toBe(`Release ${old} (blue) still serves.`);
    expect(server.live).toBe('blue');
    expect(server.done).toEqual([`stop ${fresh}`]);
    expect(server.release(old).verdict).toBe('live');
    expect(server.release(fresh)).toMatchObject({ verdict: 'bad', reason: takenBack });
    expect(server.journal).toMatchObject([{ event: 'bad', release: fresh, detail: takenBack }]);
  });

  it('where the traffic could not be moved back by the rollback itself', async () => {
    const rollout = { ...startFirst, watch: watched };
    const server = new FakeServer();
    server.put(aWorker(old, 'green', { verdict: 'standby', rollout }), 'exited');
    server.put(aWorker(fresh, 'blue', { rollout }), 'running');
    server.live = 'blue';
    endsOnceLive(server, () => {
      server.files.before = (call, path) => {
        if (call === 'write' && path.endsWith('live.map')) throw new Error('No space left');
      };
    });
    expect((await server.rollBack()).outcome).toBe('failed');
    expect(server.live).toBe('green');
    server.files.before = () => {};
    server.onWord = () => {};

    await server.deployInVain();
    expect(server.live).toBe('blue');
    expect(server.stateOf(fresh)).toBe('running');
    expect(server.release(fresh).verdict).toBe('live');
    expect(server.release(old).verdict).toBe('standby');
    expect(server.release(old)).not.toHaveProperty('reason');
    expect(server.journal.at(-1)).toMatchObject({ event: 'rollback-failed', release: old });
  });

  it('where a stop-first job was killed while the new one still stopped: never do both run', async () => {
    const server = scene({ old: 'exited', fresh: 'running' });
    await server.deployInVain();
    expect(server.done).toEqual([`stop ${fresh}`, `start ${old}`]);
    expect(server.live).toBe('blue');
  });

  it('without a gap where both may run', async () => {
    const server = scene({ old: 'exited', fresh: 'running' }, { verdict: 'bad' }, startFirst);
    await server.deployInVain();
    expect(server.done).toEqual([`start ${old}`, `stop ${fresh}`]);
  });

  it('but what has the traffic keeps it where the old version cannot be started', async () => {
    const server = scene({ old: 'exited', fresh: 'running' });
    server.onEngine = (what, id) => {
      if (what === 'start' && id === old) throw new Error('address already in use');
    };
    await server.deployInVain();
    expect([server.live, server.stateOf(fresh)]).toEqual(['green', 'running']);
    expect(server.said.join()).toContain(`Could not switch back to release ${old} (blue)`);
    expect(server.release(old).verdict).toBe('live');
  });

  it('and so it does, alone, where the traffic cannot be moved', async () => {
    const server = scene({ old: 'exited', fresh: 'running' });
    server.files.before = (call, path) => {
      if (call === 'write' && path.endsWith('live.map')) throw new Error('No space left');
    };
    await server.deployInVain();
    expect([server.live, server.stateOf(fresh), server.stateOf(old)]).toEqual(['green', 'running', 'exited']);
    expect(server.done).toEqual([`stop ${fresh}`, `start ${old}`, `stop ${old}`, `start ${fresh}`]);
  });

  it('and not where the old one keeps restarting while the new one runs', async () => {
    const server = scene({ old: 'restarting', fresh: 'running' });
    await server.deployInVain();
    expect(server.live).toBe('green');
  });

  it('together with a command that an earlier job has left running', async () => {
    const server = scene({ old: 'exited', fresh: 'exited' });
    server.putOneOff(first);
    await server.deployInVain();
    expect(server.done).toEqual([`start ${old}`, `wait for ${first}`, `remove ${first}`]);
  });
});

describe('a release that was given up and could not be left', () => {
  it('stays bad, with its reason, when a deploy replaces it, and the old one is retired', async () => {
    const server = scene({ old: 'exited', fresh: 'exited' }, { verdict: 'bad', reason: 'loses orders' });
    server.onEngine = (what, id) => {
      if (what === 'start' && id === old) throw new Error('address already in use');
    };
    expect((await server.deploy()).outcome).toBe('live');
    expect(server.release(fresh)).toMatchObject({ verdict: 'bad', reason: 'loses orders' });
    expect(server.stateOf(old)).toBeUndefined();
    expect(server.release(old).verdict).toBe('retired');
  });
});

describe('the way back of a stop-first deploy', () => {
  const deployed = (server: FakeServer) => server.deploy({ watch: watched });
  const onlyOld = () => {
    const server = new FakeServer();
    server.put(aWorker(old, 'blue'), 'running');
    server.live = 'blue';
    return server;
  };

  it('has written down that the release is bad before that one is told to stop', async () => {
    const server = onlyOld();
    endsOnceLive(server);
    let verdict: string | undefined;
    server.onEngine = (what, id) => {
      if (what === 'stop' && id !== old) verdict ??= server.release(id).verdict;
    };
    expect((await deployed(server)).outcome).toBe('switched-back');
    expect(verdict).toBe('bad');
  });

  it('goes on where that can not be written', async () => {
    const server = onlyOld();
    endsOnceLive(server, () => {
      server.files.before = (call, path) => {
        if (call === 'write' && path.includes('/releases/')) throw new Error('No space left');
      };
    });
    expect((await deployed(server)).rolledBack).toBe(true);
    expect([server.live, server.stateOf(old)]).toEqual(['blue', 'running']);
  });

  it('remembers that the release was live', async () => {
    const server = onlyOld();
    endsOnceLive(server);
    const { release } = await deployed(server);
    expect(server.release(release?.id ?? '')).toMatchObject({ verdict: 'bad', liveAt: expect.any(String) });
  });

  it('does not say that nothing serves where the new version could not be stopped', async () => {
    const server = onlyOld();
    endsOnceLive(server);
    server.onEngine = (what, id) => {
      if (what === 'stop' && id !== old) throw new Error('did not receive an exit event');
    };
    const { nothingServes, servingNow, release } = await deployed(server);
    expect(nothingServes).toBe(false);
    expect(servingNow).toBe(
      `Release ${release?.id} (green) could not be stopped, so it is what serves, if anything does; run the job again, which goes back to release ${old} (blue).`,
    );
    server.onEngine = () => {};
    await server.deployInVain();
    expect([server.live, server.stateOf(old)]).toEqual(['blue', 'running']);
  });

  it('leaves the trace by which the old version is started again where the traffic never moved', async () => {
    const server = onlyOld();
    let isFull = true;
    server.files.before = (call, path) => {
      if (isFull && call === 'write' && path.endsWith('live.map')) throw new Error('No space left');
    };
    server.onEngine = (what, id) => {
      if (what === 'start' && id === old) throw new Error('no Engine');
    };
    expect((await deployed(server)).nothingServes).toBe(true);
    isFull = false;
    server.onEngine = () => {};
    await server.deployInVain();
    expect([server.live, server.stateOf(old)]).toEqual(['blue', 'running']);
  });
});

it('a live version that was stopped is started before a left command is waited for', async () => {
  const server = new FakeServer();
  server.put(aWorker(old, 'blue'), 'exited');
  server.put(aWorker(fresh, 'green', { verdict: 'pending', liveAt: undefined }), 'running');
  server.putOneOff(first);
  server.live = 'blue';
  await server.deployInVain();
  expect(server.done).toEqual([
    ...[`stop ${fresh}`, `start ${old}`, `remove ${fresh}`],
    ...[`wait for ${first}`, `remove ${first}`],
  ]);
});

describe('a job that is cut off after it has put something right', () => {
  const cutOff = (server: FakeServer) => {
    server.putOneOff(first);
    server.onEngine = (what) => {
      if (what === 'wait for') throw new Error('the connection was cut');
    };
    return server.deploy();
  };

  it('says what serves by then, and what it did', async () => {
    const server = scene({ old: 'running', fresh: 'running' }, { verdict: 'bad' }, startFirst);
    const { outcome, servingNow, previous, findings } = await cutOff(server);
    expect([outcome, servingNow, previous]).toEqual(['failed', `Release ${old} (blue) still serves.`, old]);
    expect(findings).toEqual([`Switched back to release ${old} (blue), as an earlier job had begun to.`]);
    expect(server.said).toContain(findings[0]);
  });

  it('says so too where it was a start', async () => {
    const server = new FakeServer();
    server.put(aWorker(old, 'blue'), 'exited');
    server.put(aWorker(fresh, 'green', { verdict: 'pending', liveAt: undefined }), 'created');
    server.live = 'blue';
    const { servingNow, nothingServes, findings } = await cutOff(server);
    expect([servingNow, nothingServes]).toEqual([`Release ${old} (blue) still serves.`, false]);
    expect(findings[0]).toContain(`Started shop-${old}`);
  });
});

describe('who only looks while a way back is unfinished', () => {
  const nothingElse = { app: 'shop', to: undefined, markBad: true, health: {}, watch: {} };
  const request = { ...nothingElse, origin: { actor: 'ann' } } as RollbackRequest;

  it('sees what the next job will find, and that nothing serves until then', async () => {
    const server = scene({ old: 'exited', fresh: 'exited' });
    server.put(aWorker(first, 'green', { verdict: 'retired' }));
    const { releases, warnings } = await listReleases(server.server, 'shop');
    expect(releases.map(({ id, verdict, isLive, isNext }) => [id, verdict, isLive, isNext])).toEqual([
      [fresh, 'bad', false, false],
      [old, 'live', true, false],
      [first, 'retired', false, false],
    ]);
    // What they are now.
    expect(releases.map(({ container }) => container)).toEqual(['exited', 'exited', undefined]);
    expect(warnings.join()).toContain('Nothing of shop serves, because a job that went back from it');
    const { steps, target } = await planRollback(request, server.server);
    expect(target.id).toBe(old);
    expect(steps.join()).toContain(`Switch back from release ${fresh} to release ${old} (blue)`);
    expect(steps.at(-1)).toContain(`Wait until release ${old} answers; nothing else.`);
    expect(server.done).toEqual([]);
  });

  it('sees where a rollback goes on from', async () => {
    const server = new FakeServer();
    server.put(aWorker(old, 'green', { verdict: 'standby' }), 'exited');
    server.put(aWorker(fresh, 'blue'), 'exited');
    server.live = 'green';
    const { releases } = await listReleases(server.server, 'shop');
    expect(releases.map(({ id, isLive, isNext }) => [id, isLive, isNext])).toEqual([
      [fresh, true, false],
      [old, false, true],
    ]);
    const { steps } = await planRollback(request, server.server);
    expect(steps[1]).toContain(`Switch back from release ${old} to release ${fresh} (blue)`);
    expect(steps.join()).toContain(`Switch from blue (release ${fresh}) to green.`);
  });

  it('is warned that a live version was stopped by an interrupted job', async () => {
    const server = new FakeServer();
    server.put(aWorker(old, 'blue'), 'exited');
    server.put(aWorker(fresh, 'green', { verdict: 'pending', liveAt: undefined }), 'running');
    server.live = 'blue';
    const { warnings } = await listReleases(server.server, 'shop');
    expect(warnings.join()).toContain(`an earlier job had stopped shop-${old} and was interrupted`);
  });
});
