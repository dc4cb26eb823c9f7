import { beforeAll, describe, expect, it } from 'vitest';
import type { FakeServer } from './fake-server.ts';
import { routed, shopServices, versionOf } from './shop.ts';
import { beginnings, expectLive, expectPlain, expectTidy } from './stack-states.ts';

const watch = { durationMs: 30, maxErrorRate: 0.05, maxLatencyP95Ms: undefined };

let before: Awaited<ReturnType<typeof beginnings>>;

beforeAll(async () => {
  before = await beginnings();
});

/** Where something stands among what was done; the test fails where it does not. */
function placeOf({ done }: FakeServer, what: string): number {
  expect(done).toContain(what);
  return done.indexOf(what);
}

describe('the order of a deploy', () => {
  let server: FakeServer;
  let live = 0;

  beforeAll(async () => {
    server = before.v2.copy();
    server.done.length = 0;
    server.inFlight = (service, color) => {
      server.done.push(`count ${service} ${color}`);
      return 0;
    };
    server.onWord = (text) => {
      if (text.endsWith(' is live.')) live = server.done.length;
    };
    const { outcome } = await server.deploy({ version: 'v3', watch });
    expect(outcome).toBe('live');
    server.inFlight = () => 0;
  });

  it('makes every candidate before anything is stopped', () => {
    const firstStop = server.done.findIndex((what) => what.startsWith('stop '));
    for (const service of ['api', 'web', 'worker', 'beat'])
      expect(placeOf(server, `create shop-${service}-3`)).toBeLessThan(firstStop);
  });

  it("takes the services' names from what has a port before it starts", () => {
    for (const service of routed) {
      const start = placeOf(server, `start shop-${service}-3`);
      expect(placeOf(server, `connect shop-${service}-3 to shop_default`)).toBeLessThan(start);
      expect(placeOf(server, `connect shop-${service}-3 to shop_switchyard`)).toBeLessThan(start);
      const [container] = server.find(service);
      expect(Object.values(container?.networks ?? {}).flatMap(({ aliases }) => aliases)).toEqual([]);
    }
    expect(server.done).not.toContain('disconnect shop-worker-3 from shop_default');
  });

  it('runs a migration to its end before what waits for it, and starts what others need first', () => {
    expect(placeOf(server, 'start shop-migrate-1')).toBeLessThan(placeOf(server, 'start shop-api-3'));
    expect(placeOf(server, 'start shop-api-3')).toBeLessThan(placeOf(server, 'start shop-web-3'));
  });

  it('stops a scheduler only when all others are healthy, and starts the new one after it', () => {
    const stop = placeOf(server, 'stop shop-beat-2');
    for (const service of ['api', 'web', 'worker'])
      expect(placeOf(server, `start shop-${service}-3`)).toBeLessThan(stop);
    expect(placeOf(server, 'start shop-beat-3')).toBeGreaterThan(stop);
  });

  it('moves all services at once when all are healthy', () => {
    const leads = routed.map((service) => placeOf(server, `lead ${service} to blue`));
    expect(Math.min(...leads)).toBeGreaterThan(placeOf(server, 'start shop-beat-3'));
    expect(Math.max(...leads) - Math.min(...leads)).toBe(1);
  });

  it('drains, stops and removes the old release only after the watch', () => {
    for (const service of routed) {
      const places = [`count ${service} green`, `stop shop-${service}-2`, `remove shop-${service}-2`];
      const order = places.map((what) => placeOf(server, what));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(order[1]).toBeGreaterThanOrEqual(live);
    }
    expect(placeOf(server, 'never restart shop-worker-2')).toBeGreaterThanOrEqual(live);
    expect(placeOf(server, 'never restart shop-worker-2')).toBeLessThan(
      placeOf(server, 'stop shop-worker-2'),
    );
  });

  it('leaves the database and the switches alone', async () => {
    const touched = server.done.filter((what) => /shop-(?:db|\w+-switch)-/.test(what));
    expect(touched).toEqual([]);
    await expectLive(server, 'after the deploy');
    expectTidy(server, 'after the deploy');
  });
});

describe('a deploy', () => {
  it('leaves what has not changed as it is', async () => {
    const server = before.v2.copy();
    const kept = ['web', 'worker', 'beat'].map((service) => server.find(service)[0]?.id);
    const { outcome, services } = await server.deploy({ version: 'v2', versions: { api: 'v3' } });
    expect(outcome).toBe('live');
    expect(['web', 'worker', 'beat'].map((service) => server.find(service)[0]?.id)).toEqual(kept);
    expect(server.versions('api')).toEqual(['v3']);
    const changed = services.filter(({ isUnchanged }) => !isUnchanged).map(({ name }) => name);
    expect(changed).toEqual(['migrate', 'api']);
    await expectLive(server, 'one service');
  });

  it('takes everything back when one service turns bad in the watch', async () => {
    const server = before.v2.copy();
    server.onWord = (text) => {
      if (text.endsWith(' is live.')) for (const one of server.find('worker')) one.restartCount = 1;
    };
    const result = await server.deploy({ version: 'v3', watch });
    expect(result).toMatchObject({ outcome: 'switched-back', rolledBack: true, nothingServes: false });
    expect(result.reason).toContain('worker turned bad after the switch: it keeps restarting');
    expect(result.servingNow).toBe(`Release ${result.previous} serves again.`);
    for (const one of server.find('worker')) one.restartCount = 0;
    await expectLive(server, 'taken back');
    expectTidy(server, 'taken back');
    expect(server.release(result.release?.id)).toMatchObject({ verdict: 'bad', liveAt: expect.any(String) });
  });

  it('lets a worker end the jobs that it has taken before its release failed', async () => {
    const server = before.v2.copy();
    server.isHealthy = ({ name }) => name !== 'shop-web-3';
    server.isPrompt = ({ name }) => name !== 'shop-worker-3';
    expect((await server.deploy({ version: 'v3' })).outcome).toBe('failed');
    placeOf(server, 'stop shop-worker-3');
    expect(server.done).not.toContain('remove shop-worker-3');
    const [, fresh] = server.find('worker');
    expect(fresh).toMatchObject({ state: 'running', restartPolicy: 'no' });
    server.isPrompt = () => true;
    server.isHealthy = () => true;
    expect((await server.deploy({ services: ['nothing'] })).findings).toEqual([
      'Removed shop-worker-3, which an earlier job had left behind.',
    ]);
    await expectLive(server, 'ended');
  });

  it('starts nothing that waits for a migration that failed', async () => {
    const server = before.v2.copy();
    server.done.length = 0;
    server.jobEndsWith = () => 3;
    const { outcome, reason } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('failed');
    expect(reason).toContain('migrate ended with exit code 3');
    expect(server.done).not.toContain('start shop-api-3');
    expect(server.done).not.toContain('stop shop-beat-2');
    for (const service of routed) expect(server.answering(service)).toBe('v2');
  });

  it('says that a scheduler is down when it could not be started again, and the next job starts it', async () => {
    const server = before.v2.copy();
    server.isHealthy = (one) => !one.name.endsWith('-3');
    server.isHealthy = (one) => one.service !== 'beat' || one.name === 'shop-beat-2';
    server.onChange = (what) => {
      if (what === 'start shop-beat-2') throw new Error('The Engine is busy.');
    };
    const result = await server.deploy({ version: 'v3' });
    expect(result).toMatchObject({ outcome: 'failed', nothingServes: true });
    expect(result.servingNow).toBe(
      'beat was stopped and could not be started again; run the job again, which starts it.',
    );
    expect(server.running('beat')).toEqual([]);
    for (const service of routed) expect(server.answering(service)).toBe('v2');
    server.onChange = () => {};
    server.isHealthy = () => true;
    const next = await server.deploy({ services: ['nothing'] });
    expect(next.findings).toContain('Started shop-beat-2 again, which an earlier job had stopped.');
    await expectLive(server, 'started again');
    expectTidy(server, 'started again');
  });

  it('goes on when something that an earlier job had left cannot be removed', async () => {
    const server = before.v1.copy();
    server.isPrompt = ({ name }) => name !== 'shop-worker-1';
    await server.deploy({ version: 'v2' });
    for (const one of server.find('worker')) if (one.name === 'shop-worker-1') one.state = 'exited';
    server.onChange = (what) => {
      if (what === 'remove shop-worker-1') throw new Error('The Engine is busy.');
    };
    const { outcome, findings } = await server.deploy({ version: 'v3' });
    expect(outcome).toBe('live');
    expect(findings).toEqual([
      'shop-worker-1, which an earlier job had left behind, could not be removed: The Engine is busy.',
    ]);
    for (const service of routed) expect(server.answering(service)).toBe('v3');
  });

  it('does not start what a person has stopped', async () => {
    const server = before.v2.copy();
    for (const one of server.find('beat')) one.state = 'exited';
    const { findings } = await server.deploy({ services: ['nothing'] });
    expect(findings).toEqual([]);
    expect(server.running('beat')).toEqual([]);
  });

  it('ends at what serves when it is cancelled', async () => {
    const server = before.v2.copy();
    const cancel = new AbortController();
    server.onChange = (what) => {
      if (what === 'lead web to blue') cancel.abort(new Error('The run was cancelled.'));
    };
    const { outcome } = await server.deploy({ version: 'v3', watch }, cancel.signal);
    expect(outcome).toBe('cancelled');
    server.onChange = () => {};
    await expectLive(server, 'cancelled');
    expectTidy(server, 'cancelled');
    for (const service of routed) expect(server.answering(service)).toBe('v2');
  });
});

describe('a rollback', () => {
  it('brings back images and files, and leaves the release that it left bad', async () => {
    const server = before.v2.copy();
    const [first, second] = server.releases;
    const { outcome, previous } = await server.rollBack({ reason: 'slow' });
    expect(server.done.filter((what) => what.includes('migrate'))).toEqual([]);
    expect([outcome, previous]).toEqual(['live', second?.id]);
    const live = await expectLive(server, 'rolled back');
    expect(live.id).toBe(first?.id);
    expect(server.release(second?.id)).toMatchObject({ verdict: 'bad', reason: 'slow' });
    expectTidy(server, 'rolled back');
    const again = await server.rollBack();
    expect(again.reason).toContain('There is no release of shop to go back to');
  });

  it('does not mark what it leaves when it is told not to', async () => {
    const server = before.v2.copy();
    await server.rollBack({ markBad: false });
    expect(server.releases.map(({ verdict }) => verdict)).toEqual(['live', 'retired']);
  });
});

describe('a first deploy', () => {
  it('starts the database, and leads each switch to its service when that is healthy', async () => {
    const server = before.nothing.copy();
    const { outcome } = await server.deploy();
    expect(outcome).toBe('live');
    expect(placeOf(server, 'start shop-db-1')).toBeLessThan(placeOf(server, 'start shop-migrate-1'));
    expect(placeOf(server, 'start shop-api-1')).toBeLessThan(placeOf(server, 'lead api to blue'));
    await expectLive(server, 'first');
  });

  it('stays when it fails its watch, and says that it was not watched to the end', async () => {
    const server = before.nothing.copy();
    server.onWord = (text) => {
      if (text.endsWith(' is live.')) for (const one of server.find('web')) one.restartCount = 1;
    };
    const result = await server.deploy({ watch });
    expect(result).toMatchObject({ outcome: 'unwatched', nothingServes: false });
    expect(result.reason).toMatch(/It stays, because there is no earlier release to go back to\.$/);
    expect(server.answering('web')).toBe('v1');
  });

  it('leads nobody to a version that is not healthy yet, after one that failed', async () => {
    const server = before.nothing.copy();
    server.isHealthy = ({ service }) => service !== 'web';
    expect((await server.deploy()).outcome).toBe('failed');
    server.isHealthy = () => true;
    const met: (string | undefined)[] = [];
    server.onChange = (what) => {
      if (what === 'start shop-api-1') met.push(server.process('api')?.live);
    };
    expect((await server.deploy()).outcome).toBe('live');
    expect(met).toEqual(['none']);
  });
});

describe('an adoption', () => {
  it('costs the addresses one gap, after all is healthy, and measures it', async () => {
    const server = before.plain.copy();
    server.done.length = 0;
    const { outcome, adoptionGapMs } = await server.deploy();
    expect(outcome).toBe('live');
    expect(adoptionGapMs).toBeGreaterThanOrEqual(0);
    const stop = placeOf(server, 'stop shop-api-1');
    for (const service of ['api', 'web', 'worker', 'beat'])
      expect(placeOf(server, `start shop-${service}-2`)).toBeLessThan(stop);
    expect(placeOf(server, 'create shop-api-switch-1')).toBeLessThan(stop);
    expect(server.find('db').map(({ name }) => name)).toEqual(['shop-db-1']);
    expect(server.said.join('\n')).toContain('the address does not answer from the stop of');
    await expectLive(server, 'adopted');
    expectTidy(server, 'adopted');
  });

  it('gives the addresses back to plain Compose when the new release does not answer', async () => {
    const server = before.plain.copy();
    server.onWord = (text) => {
      if (text.startsWith('The addresses have changed hands'))
        for (const one of server.find('web')) if (one.state === 'running') one.state = 'restarting';
    };
    const result = await server.deploy();
    expect(result.outcome).toBe('failed');
    expect(result.servingNow).toBe('What plain Compose had started of shop serves.');
    expectPlain(server, 'given back');
    expectTidy(server, 'given back');
  });
});

describe('a worker that takes long to finish', () => {
  it('drains on while later jobs come and go, and is no more than a leftover for them', async () => {
    const server = before.v1.copy();
    server.isPrompt = ({ name }) => name !== 'shop-worker-1';
    const second = await server.deploy({ version: 'v2' });
    expect(second.outcome).toBe('live');
    expect(server.said.join('\n')).toContain(
      'shop-worker-1 still finishes its work, for at most 3600 s in all',
    );
    const [old] = server.find('worker');
    expect(old).toMatchObject({ name: 'shop-worker-1', state: 'running', restartPolicy: 'no' });
    // The next one of its colour.
    const third = await server.deploy({ version: 'v3' });
    expect(third.outcome).toBe('live');
    expect(server.find('worker').map(({ name }) => name)).toEqual(['shop-worker-1', 'shop-worker-3']);
    if (old)
      server.containers = server.containers.map((one) =>
        one.id === old.id ? { ...one, state: 'exited' } : one,
      );
    const { findings } = await server.deploy({ services: ['nothing'] });
    expect(findings).toEqual(['Removed shop-worker-1, which an earlier job had left behind.']);
    await expectLive(server, 'drained');
  });
});

describe('a service with a port that takes long to end', () => {
  it('gives its address to the next version of its colour, and finishes its work without it', async () => {
    const server = before.v1.copy();
    server.isPrompt = ({ name }) => name !== 'shop-api-1';
    expect((await server.deploy({ version: 'v2' })).outcome).toBe('live');
    const { outcome, findings, reason } = await server.rollBack();
    expect([outcome, reason]).toEqual(['live', undefined]);
    expect(findings).toEqual([
      'Took its address from shop-api-1, which still finishes its work: the next version needs it.',
    ]);
    expect(server.answering('api')).toBe('v1');
    const [old, ...others] = server.find('api');
    expect(old).toMatchObject({ name: 'shop-api-1', state: 'running' });
    expect(others.map(({ name, state }) => [name, state])).toEqual([['shop-api-3', 'running']]);
    server.isPrompt = () => true;
    // Its address is gone already.
    expect((await server.deploy({ services: ['nothing'] })).findings).toEqual([
      'Removed shop-api-1 of an earlier release, which has finished its work.',
    ]);
    await expectLive(server, 'ended');
  });
});

describe('retention', () => {
  const settings = (version: string) => ({ text: version, sha256: version.repeat(32) });

  it('forgets what is too old: record, files, what they mount and images', async () => {
    const server = before.nothing.copy();
    for (const version of ['v1', 'v2', 'v3', 'v4'])
      await server.deploy({ version, keepReleases: 2, settings: settings(version) });
    expect(server.releases.map(({ services }) => versionOf(services.api?.image.runnable))).toEqual([
      'v3',
      'v4',
    ]);
    expectTidy(server, 'swept');
    expect(server.pathsIn('files').map((path) => path.slice(0, 2))).toEqual(['v3', 'v4']);
    const images = [...server.images.keys()].filter((name) => name.includes('/api@')).map(versionOf);
    expect(images).toEqual(['v3', 'v4']);
    const web = server.find('web')[0]?.definition.volumes?.[0]?.source ?? '';
    expect(server.files.entries.get(web)?.text).toBe('v4');
  });

  it('keeps what the files of a release mount as long as it can be gone back to', async () => {
    const server = before.nothing.copy();
    await server.deploy({ version: 'v1', settings: settings('v1') });
    await server.deploy({ version: 'v2', settings: settings('v2') });
    await server.rollBack();
    const web = server.find('web')[0]?.definition.volumes?.[0]?.source ?? '';
    expect(server.files.entries.get(web)?.text).toBe('v1');
    await expectLive(server, 'rolled back');
  });
});

it('takes a service away with its address that the project has no more, and brings it back', async () => {
  const server = before.v2.copy();
  const { web: _, ...rest } = shopServices;
  expect((await server.deploy({ version: 'v3', project: rest })).outcome).toBe('live');
  expect(server.containers.filter(({ service }) => service.startsWith('web'))).toEqual([]);
  expect(server.pathsIn('switch/web')).toEqual([]);
  await expectLive(server, 'without web');
  expect((await server.rollBack()).outcome).toBe('live');
  expect(server.answering('web')).toBe('v2');
  await expectLive(server, 'with web');
});

describe('a deploy of some services only', () => {
  it('leaves the others behind their switches, where the next release finds them', async () => {
    const server = before.v2.copy();
    const kept = ['web', 'worker', 'beat', 'web-switch'].map((service) => server.find(service)[0]?.id);
    expect((await server.deploy({ version: 'v3', services: ['api'] })).outcome).toBe('live');
    await server.deploy({ services: ['nothing'] });
    expect(['web', 'worker', 'beat', 'web-switch'].map((service) => server.find(service)[0]?.id)).toEqual(
      kept,
    );
    expect([server.answering('api'), server.answering('web')]).toEqual(['v3', 'v2']);
    await expectLive(server, 'one of them');
    expect((await server.deploy({ version: 'v4' })).outcome).toBe('live');
    expect([server.answering('api'), server.answering('web')]).toEqual(['v4', 'v4']);
    await expectLive(server, 'all of them');
    expect((await server.rollBack()).outcome).toBe('live');
    expect([server.answering('api'), server.answering('web')]).toEqual(['v3', 'v2']);
    await expectLive(server, 'back');
    expectTidy(server, 'back');
  });
});
