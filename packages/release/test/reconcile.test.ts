import { describe, expect, it } from 'vitest';
import type { AppContainer, AppState } from '../src/app-state.ts';
import { type ReconcileOptions, reconcile } from '../src/reconcile.ts';
import type { Release } from '../src/release.ts';
import { aRelease } from './releases.ts';

const old = aRelease({ id: '20261121-030000-aaaa', color: 'blue', verdict: 'live' });
const fresh = aRelease({ id: '20261121-040000-bbbb', color: 'green', verdict: 'pending', liveAt: undefined });

const container = ({ id, color }: Release, state: string): AppContainer => ({
  ...{ id: `c-${id}`, name: `shop-${id}`, color, releaseId: id, port: 8080, protocol: 'http', state },
});

/** Reconciles on an Engine, a switch and a record that only write down what they are told. */
async function reconciled(
  releases: readonly Release[],
  containers: readonly AppContainer[],
  live: AppContainer,
  more: Partial<ReconcileOptions> & { oneOffs?: AppState['oneOffs']; isBroken?: boolean } = {},
) {
  const { oneOffs = [], isBroken = false, ...options } = more;
  const done: string[] = [];
  const findings: string[] = [];
  const note = (what: string) => async (id: string) => void done.push(`${what} ${id}`);
  const { mend } = await reconcile({
    engine: {
      containers: {
        start: isBroken ? () => Promise.reject(new Error('no Engine')) : note('start'),
        stop: note('stop'),
        remove: note('remove'),
        wait: () => Promise.reject(new Error('the connection was cut')),
      },
    },
    store: {
      save: async ({ id, verdict, leaves }: Release) =>
        void done.push(`save ${id} ${verdict}${leaves ? ' leaving' : ''}`),
      note: async () => undefined,
    },
    trafficSwitch: { inFlight: async () => 0, shift: note('shift') },
    state: { containers, releases, oneOffs, live, liveColor: live.color, switchColor: live.color },
    ...{ standby: 'stopped', runsCommands: true, drainTimeoutMs: 10, stopTimeoutMs: 10 },
    ...{ nowMs: 0, runUrl: undefined, signal: new AbortController().signal, onProgress: () => undefined },
    onFinding: (sentence: string) => void findings.push(sentence),
    onRestored: () => undefined,
    ...options,
  } as unknown as ReconcileOptions);
  await mend();
  return { done, findings };
}

describe('a version that a stop-first job had stopped', () => {
  const stopped = container(old, 'exited');

  it('is started again once the new one is out of its way', async () => {
    const { done } = await reconciled([old, fresh], [stopped, container(fresh, 'running')], stopped);
    expect(done).toEqual([
      `stop c-${fresh.id}`,
      `save ${fresh.id} bad`,
      `start ${stopped.id}`,
      `remove c-${fresh.id}`,
      `save ${fresh.id} failed`,
    ]);
  });

  it('is tried again by the next job where it could not be started', async () => {
    const { done, findings } = await reconciled([old, fresh], [stopped], stopped, { isBroken: true });
    // The record of the new one is what the next job knows it by.
    expect(done).toEqual([`save ${fresh.id} bad`]);
    const givenUp = { ...fresh, verdict: 'bad' as const };
    expect((await reconciled([old, givenUp], [stopped], stopped)).done[0]).toBe(`start ${stopped.id}`);
    expect(findings.join()).toContain('could not be started again: no Engine');
  });

  it('gets the traffic back where the job died while it took its release back', async () => {
    const bad = { ...fresh, verdict: 'bad' as const };
    const live = container(bad, 'exited');
    const { done, findings } = await reconciled([old, bad], [stopped, live], live);
    expect(done).toEqual([`start ${stopped.id}`, 'shift blue', `save ${bad.id} bad`]);
    expect(findings).toEqual([`Switched back to release ${old.id} (blue), as an earlier job had begun to.`]);
  });

  it('gets it back too where the job had only gone back to a release that then failed', async () => {
    const given = aRelease({ id: '20261121-020000-cccc', color: 'green', verdict: 'retired' });
    const live = container(given, 'exited');
    const { done } = await reconciled([given, old], [live, stopped], live);
    expect(done).toEqual([`start ${stopped.id}`, 'shift blue']);
  });

  it('does not, and keeps no job from its work, where it cannot be started any more', async () => {
    const bad = { ...fresh, verdict: 'bad' as const };
    const live = container(bad, 'exited');
    const { done, findings } = await reconciled([old, bad], [stopped, live], live, { isBroken: true });
    expect(done).toEqual([`save ${bad.id} bad`]);
    expect(findings.join()).toContain('Could not switch back to release');
  });

  it('does not where a rollback to a bad release was killed before it was live', async () => {
    const wanted = { ...fresh, verdict: 'bad' as const, leaves: { id: old.id, reason: undefined } };
    const live = container(wanted, 'exited');
    const { done } = await reconciled([old, wanted], [container(old, 'running'), live], live);
    expect(done).not.toContain('shift blue');
  });

  it('stays down where a person has stopped it', async () => {
    const { done } = await reconciled([old], [stopped], stopped);
    expect(done).toEqual([]);
  });
});

it('a rollback that was killed before the traffic moved leaves no trace of what it was leaving', async () => {
  const target = aRelease({ id: old.id, verdict: 'standby', leaves: { id: fresh.id, reason: 'it broke' } });
  const live = container({ ...fresh, verdict: 'live' }, 'running');
  const { done } = await reconciled(
    [target, { ...fresh, verdict: 'live' }],
    [container(target, 'exited'), live],
    live,
  );
  expect(done).toEqual([`save ${target.id} standby`]);
});

describe('a command that an earlier job has left running', () => {
  const live = container(old, 'running');
  const oneOffs = [
    { Id: 'one', Names: ['/shop-pre-deploy'], State: 'running', Created: 0, Labels: {} },
  ] as unknown as AppState['oneOffs'];

  it('is left alone by a job that runs no commands', async () => {
    const { done, findings } = await reconciled([old], [live], live, { oneOffs, runsCommands: false });
    expect(done).toEqual([]);
    expect(findings.join()).toContain(
      'shop-pre-deploy, a command of an earlier job, still runs and was left alone',
    );
  });

  it('is not stopped because the Engine could not be asked', async () => {
    await expect(reconciled([old], [live], live, { oneOffs })).rejects.toThrow('the connection was cut');
  });

  it('is stopped when its own time is up', async () => {
    const { done } = await reconciled([old], [live], live, { oneOffs, nowMs: 3_600_000 });
    expect(done).toEqual(['stop one', 'remove one']);
  });
});
