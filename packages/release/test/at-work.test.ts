import { describe, expect, it } from 'vitest';
import { planDeploy } from '../src/plan.ts';
import { listReleases } from '../src/release-list.ts';
import { planRollback } from '../src/rollback-plan.ts';
import { type RollbackRequest, referenceOf } from '../src/rollback-request.ts';
import { aWorker, FakeServer } from './fake-server.ts';

const [first, old] = ['20261121-010000-zzzz', '20261121-020000-aaaa'];
const startFirst = { ...aWorker(old, 'blue').rollout, order: 'start-first' as const };
const rollbackRequest = {
  ...{ app: 'shop', to: undefined, markBad: true, health: {}, watch: {}, origin: { actor: 'ann' } },
} as RollbackRequest;
const like = aWorker('20261121-000000-like', 'blue');
const deployRequest = {
  app: 'shop',
  origin: { runUrl: undefined, actor: undefined, commit: undefined },
  ...{ lockWaitMs: 0, forceUnlock: false, registryAuth: undefined, pullPolicy: 'missing' as const },
  ...{ image: referenceOf(like), imageText: like.image.reference },
  ...{ config: like.config, switch: like.switch, preDeploy: undefined, postDeploy: undefined },
  ...like.rollout,
};

/** What a person sees who looks in the middle of a job. */
async function look({ server }: FakeServer) {
  const [list, rollback, deploy] = await Promise.all([
    listReleases(server, 'shop'),
    planRollback(rollbackRequest, server),
    planDeploy(deployRequest, server),
  ]);
  return { list, rollback, deploy };
}

const atWork = (who: string) =>
  expect.stringMatching(
    new RegExp(
      `^A job is changing shop right now \\(${who}, since 20\\S+Z\\), and what follows is its half-way state`,
    ),
  );

describe('who looks while a job is at work', () => {
  it('is not told that a rollback which has moved the traffic was interrupted', async () => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict: 'standby', rollout: startFirst }), 'exited');
    server.put(aWorker(old, 'blue', { rollout: startFirst }), 'running');
    server.live = 'blue';
    let seen: ReturnType<typeof look> | undefined;
    server.onWord = (text) => {
      if (text.endsWith('is live.')) seen ??= look(server);
    };
    server.onEngine = async () => void (await seen);
    expect((await server.rollBack()).outcome).toBe('live');
    const { list, rollback, deploy } = (await seen) ?? {};
    const warning = atWork('https://ci.example/runs/2 by ann');
    expect(list?.warnings).toEqual([warning]);
    // Not as the next job would mend it.
    expect(list?.releases.map(({ id, verdict }) => [id, verdict])).toEqual([
      [old, 'live'],
      [first, 'live'],
    ]);
    expect(rollback?.steps[0]).toEqual(warning);
    expect(rollback?.steps.join()).not.toContain('interrupted');
    expect(deploy?.steps[0]).toEqual(warning);
  });

  it('is not told that a stop-first deploy was interrupted in its gap', async () => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict: 'retired' }));
    server.put(aWorker(old, 'blue'), 'running');
    server.live = 'blue';
    let seen: Awaited<ReturnType<typeof look>> | undefined;
    server.onEngine = async (what, id) => {
      if (what === 'start' && id > old) seen = await look(server);
    };
    expect((await server.deploy()).outcome).toBe('live');
    const warning = atWork('https://ci.example/runs/3 by bob');
    expect(seen?.list.warnings).toEqual([warning]);
    expect(seen?.list.releases[0]?.verdict).toBe('pending');
    expect(seen?.deploy.steps.join()).not.toContain('earlier job');
  });

  it('is told of an interrupted job once its turn has expired', async () => {
    const server = new FakeServer();
    server.put(aWorker(first, 'green', { verdict: 'retired' }));
    server.put(aWorker(old, 'blue'), 'exited');
    server.put(
      aWorker('20261121-030000-bbbb', 'green', { verdict: 'pending', liveAt: undefined }),
      'created',
    );
    server.live = 'blue';
    server.holdLease(Date.now() - 100_000);
    for (const [path, entry] of server.files.entries)
      if (path.includes('/lease/')) entry.mtimeMs = Date.now() - 61_000;
    const { warnings } = await listReleases(server.server, 'shop');
    expect(warnings.join()).toContain('was interrupted; the next deploy or rollback starts it');
  });
});
