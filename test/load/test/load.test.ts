import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LoadKinds } from '../config.ts';
import type { LoadReport } from '../report.ts';
import { type Load, startLoad } from '../start-load.ts';
import { verifyOrders } from '../verify-orders.ts';
import { type Behaviour, type StandInApp, startStandInApp } from './stand-in-app.ts';

const nothing: Partial<LoadKinds> = {
  slowPerSecond: 0,
  webSocketClients: 0,
  sseClients: 0,
  idleConnections: 0,
};

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited 10 s in vain: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

/** Some load on a good app, then on one that misbehaves, then on a good one. */
async function loadThrough(fault: Partial<Behaviour>, kinds: Partial<LoadKinds> = nothing, timeoutMs = 300) {
  await using app = await startStandInApp();
  await using load = await startLoad({ ...app, rate: 200, durationMs: 20_000, kinds, timeoutMs });
  await until('answers', () => load.live().answered > 20);
  app.behave(fault);
  await until('failures or mixing', () => load.live().failed + load.live().mixed > 5);
  app.behave({ fault: 'none', version: () => 'v1' });
  return load.stop();
}

describe('a good app', () => {
  it('gets every kind of traffic at once and not one failure is seen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'load-'));
    const ordersFile = join(folder, 'orders');
    await using app = await startStandInApp({ ordersFile });
    await using load = await startLoad({
      ...app,
      rate: 500,
      durationMs: 60_000,
      kinds: { slowMs: 200, webSocketPingMs: 50, idleConnections: 5, idleMinMs: 100, idleMaxMs: 300 },
    });
    load.mark('begin');
    await until('a thousand answers', () => load.live().answered > 1_000);
    app.behave({ version: () => 'v2' });
    await until('both versions', () => load.live().answered > 1_500);
    expect(load.live().versions).toContain('v2');
    const report = await load.stop();

    expect(report.failures).toEqual([]);
    expect(report.failed).toBe(0);
    expect(report.mixedAnswers).toEqual([]);
    expect(report.versions.map(({ version }) => version)).toEqual(['v1', 'v2']);
    for (const [kind, { requests, p50Ms }] of Object.entries(report.kinds)) {
      expect(requests, kind).toBeGreaterThan(3);
      expect(p50Ms, kind).toBeGreaterThan(0);
    }
    expect(report.kinds.slow.p50Ms).toBeGreaterThanOrEqual(190);
    expect(report.webSocket).toMatchObject({ opened: 5, closed: 0, cut: 0 });
    expect(report.webSocket.messages).toBeGreaterThan(20);
    expect(report.sse.messages).toBeGreaterThan(20);
    expect(report.schedule.unsent).toBe(0);
    expect(report.idleCloses).toBe(0);
    expect(report.marks[0]?.name).toBe('begin');
    expect(sumOfBuckets(report)).toBe(report.requests);

    const { sentIds, acknowledgedIds } = report.orders;
    expect(sentIds.length).toBe(report.kinds.post.requests);
    expect(verifyOrders(sentIds, acknowledgedIds, await readFile(ordersFile, 'utf8'))).toEqual({
      lost: [],
      doubled: [],
      unconfirmed: [],
    });
    await rm(folder, { recursive: true });
  });

  it('is asked for the paths that were set and for no others', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({
      ...app,
      rate: 200,
      durationMs: 20_000,
      kinds: nothing,
      path: '/page',
      orderPath: '/jobs',
    });
    await until('answers', () => load.live().answered > 50);
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect([...app.paths.keys()].toSorted()).toEqual(['/jobs', '/page']);
    expect(app.paths.get('/jobs')).toBe(report.kinds.post.requests);
    expect(app.orders).toEqual(report.orders.sentIds);
  });

  it('is left alone after the time that was set', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({ ...app, rate: 100, durationMs: 300, kinds: nothing });
    await until('the end', () => load.live().answered >= 28);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    const report = await load.stop();
    expect(report.requests).toBeLessThanOrEqual(32);
    expect(report.durationMs).toBeLessThan(600);
  });

  it('is left alone after the number of requests that was set', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({
      ...app,
      rate: 500,
      durationMs: 20_000,
      maxRequests: 40,
      kinds: nothing,
    });
    await until('the end', () => load.live().answered >= 40);
    expect((await load.stop()).requests).toBe(40);
  });
});

describe('what goes wrong is seen', () => {
  it.each([
    ['reset', 'reset'],
    ['close', 'closed'],
    ['status 500', 'status 500'],
    ['silence', 'timeout'],
    ['garbage', 'malformed: not an HTTP/1.1 answer'],
    ['half a body', 'closed'],
  ] as const)('%s', async (fault, reason) => {
    const report = await loadThrough({ fault });
    expect(report.failed).toBeGreaterThan(5);
    expect(report.failuresByReason[reason]).toBe(report.failed);
    expect(report.failures.length).toBe(Math.min(200, report.failed));
    expect(new Set(report.failures.map(({ kind }) => kind)).size).toBeGreaterThan(1);
    expect(report.failures.some(({ reused }) => reused)).toBe(true);
    expect(report.mixed).toBe(0);
    expect(sumOfBuckets(report)).toBe(report.requests);
  });

  it('an answer without its version', async () => {
    const report = await loadThrough({ version: () => undefined });
    expect(report.failuresByReason['no version']).toBe(report.failed);
  });

  it('an answer whose version is in another header than the one that was set', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({
      ...app,
      rate: 200,
      durationMs: 20_000,
      kinds: nothing,
      versionHeader: 'X-Version',
    });
    await until('failures', () => load.live().failed > 5);
    const report = await load.stop();
    expect(report.failuresByReason['no version']).toBe(report.requests);
  });

  it('nobody listens any more', async () => {
    const load = await withApp(async (app) => {
      const started = await startLoad({ ...app, rate: 200, durationMs: 20_000, kinds: nothing });
      await until('answers', () => started.live().answered > 20);
      return started;
    });
    await until('failures', () => load.live().failed > 20);
    const report = await load.stop();
    expect(report.failuresByReason.refused).toBeGreaterThan(10);
    expect(report.longestGapMs).toBeGreaterThan(80);
  });

  it('two versions that answer in turns', async () => {
    let turn = 0;
    const report = await loadThrough({ version: () => (turn++ % 2 === 0 ? 'v2' : 'v1') });
    expect(report.failed).toBe(0);
    expect(report.mixed).toBeGreaterThan(5);
    expect(report.mixedAnswers[0]).toMatchObject({ version: 'v1', newest: 'v2' });
    expect(sum(report.buckets.map(({ mixed }) => mixed))).toBe(report.mixed);
  });

  it('a switch back, unless it was announced', async () => {
    const backAndForth = async (announce: boolean): Promise<LoadReport> => {
      await using app = await startStandInApp();
      await using load = await startLoad({ ...app, rate: 200, durationMs: 20_000, kinds: nothing });
      await until('v1', () => load.live().versions.includes('v1'));
      if (announce) load.expect('v1');
      app.behave({ version: () => 'v2' });
      await until('v2', () => load.live().versions.includes('v2'));
      app.behave({ version: () => 'v1' });
      const before = load.live().answered;
      await until('more answers', () => load.live().answered > before + 50);
      return load.stop();
    };
    expect((await backAndForth(false)).mixed).toBeGreaterThan(10);
    expect((await backAndForth(true)).mixed).toBe(0);
  });

  it('orders applied twice, and orders that got lost', async () => {
    const applied = async (applyTimes: number) => {
      await using app = await startStandInApp({ applyTimes });
      await using load = await startLoad({ ...app, rate: 200, durationMs: 20_000, kinds: nothing });
      await until('answers', () => load.live().answered > 100);
      const { orders } = await load.stop();
      expect(orders.acknowledgedIds.length).toBeGreaterThan(5);
      const { lost, doubled } = verifyOrders(orders.sentIds, orders.acknowledgedIds, app.orders.join('\n'));
      return [lost.length, doubled.length, orders.sentIds.length];
    };
    const [, doubled, sentTwice] = await applied(2);
    expect(doubled).toBe(sentTwice);
    const [lost, , sentInVain] = await applied(0);
    expect(lost).toBe(sentInVain);
  });

  it('streams: a clean end and a cut are told apart, silence is a failure', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({
      ...app,
      rate: 0,
      durationMs: 60_000,
      timeoutMs: 400,
      kinds: { ...nothing, webSocketClients: 3, sseClients: 3, webSocketPingMs: 50 },
    });
    await until('6 streams', () => load.live().answered === 6);
    app.sayGoodbye();
    await until('6 streams again', () => load.live().answered === 12);
    app.resetAll();
    await until('6 streams once more', () => load.live().answered === 18);
    app.behave({ fault: 'silence' });
    await until('silence noticed', () => load.live().failed >= 3);
    const report = await load.stop();
    expect(report.webSocket).toMatchObject({ closed: 3, cut: 6 });
    expect(report.sse).toMatchObject({ closed: 3, cut: 3 });
    expect(report.failuresByReason).toMatchObject({ silent: 3 });
  });

  it('idle connections that the server gives up are no failed requests, but they are counted', async () => {
    await using app = await startStandInApp();
    await using load = await startLoad({
      ...app,
      rate: 0,
      durationMs: 60_000,
      kinds: { ...nothing, idleConnections: 5, idleMinMs: 600, idleMaxMs: 700 },
    });
    await until('5 answers', () => load.live().answered === 5);
    app.resetAll();
    await until('5 more', () => load.live().answered >= 10);
    const report = await load.stop();
    expect(report.idleCloses).toBe(5);
    expect(report.failed).toBe(0);
  });

  it('a generator that may not send', async () => {
    await expect(startLoad({ host: '8.8.8.8', port: 80, rate: 1, durationMs: 1_000 })).rejects.toThrow(
      /refuses to send to "8.8.8.8"/,
    );
  });

  it('a generator that falls behind: requests that could not be sent count as failed', async () => {
    await using app = await startStandInApp({ fault: 'silence' });
    await using load = await startLoad({
      ...app,
      rate: 500,
      durationMs: 20_000,
      timeoutMs: 1_000,
      maxInFlight: 10,
      kinds: nothing,
    });
    await until('failures', () => load.live().failed > 20);
    const report = await load.stop();
    expect(report.schedule.unsent).toBe(report.failuresByReason['not sent']);
    expect(report.schedule.unsent).toBeGreaterThan(20);
  });
});

async function withApp(work: (app: StandInApp) => Promise<Load>): Promise<Load> {
  await using app = await startStandInApp();
  return await work(app);
}

function sumOfBuckets(report: LoadReport): number {
  return sum(report.buckets.map((bucket) => bucket.failed + sum(Object.values(bucket.versions))));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
