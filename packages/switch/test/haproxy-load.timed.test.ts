import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Load } from '../../../test/load/start-load.ts';
import { startLoad } from '../../../test/load/start-load.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { callEngine } from '../../../test/machine/engine-call.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, openEngine, unixSocket } from '../../engine/src/index.ts';
import { otherColor } from '../src/index.ts';
import type { Backend } from './switch-bench.ts';
import { SwitchBench, startBackend, until } from './switch-bench.ts';

describeWithEngine('an HAProxy switch under load', ({ socket }) => {
  let engine: Engine;
  let image: string;
  let otherImage: string;
  let blue: Backend;
  let green: Backend;

  beforeAll(async () => {
    ({ haproxy: image } = await buildLocalImages());
    engine = await openEngine(unixSocket(socket));
    otherImage = await imageWithAnotherId(image);
    [blue, green] = await Promise.all([startBackend('v1'), startBackend('v2')]);
  });

  afterAll(async () => {
    await Promise.all([blue?.stop(), green?.stop()]);
    if (otherImage) await engine.images.remove(otherImage, { force: true });
    engine?.close();
  });

  /** The same program behind another image id, as a new release of the image would be. */
  async function imageWithAnotherId(of: string): Promise<string> {
    const id = await engine.containers.create(`switch-test-image-${process.pid}`, { Image: of });
    try {
      const tag = `other-${process.pid}`;
      const path = `/commit?container=${id}&repo=switchyard-test/haproxy&tag=${tag}&changes=LABEL%20other=1`;
      const made = await callEngine(socket, path, { method: 'POST' });
      expect(made.status).toBe(201);
      return `switchyard-test/haproxy:${tag}`;
    } finally {
      await engine.containers.remove(id, { force: true });
    }
  }

  const load = (one: SwitchBench, rate = 1000): Promise<Load> =>
    startLoad({
      ...one.listen,
      rate,
      durationMs: 60_000,
      kinds: { slowMs: 1000, idleMinMs: 500, idleMaxMs: 2500 },
    });

  it('shifts 30 times at 1,000 requests a second without one that fails or meets the old version', async () => {
    await using one = await SwitchBench.create(engine, { image });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await using traffic = await load(one);
    await until('it is loaded', () => traffic.live().answered > 500);
    const times: number[] = [];
    // Longer than one of the generator's reports: it has read an announcement, and seen what was announced last.
    const aWhile = () => {
      const before = traffic.live().answered;
      return until('more requests', () => traffic.live().answered > before + 120);
    };
    for (let count = 1; count <= 30; count += 1) {
      const to = count % 2 === 1 ? 'green' : 'blue';
      traffic.expect(to === 'green' ? 'v2' : 'v1');
      await aWhile();
      times.push(await driver.shift(to));
      await aWhile();
    }
    const report = await traffic.stop();
    expect(report.failuresByReason).toEqual({});
    expect(report.mixedAnswers).toEqual([]);
    expect(report.requests).toBeGreaterThan(3000);
    expect(report.webSocket.cut + report.sse.cut).toBe(0);
    times.sort((a, b) => a - b);
    console.log(
      `30 shifts, ${report.requests} requests: median ${times[15]?.toFixed(1)} ms, longest ${times[29]?.toFixed(1)} ms`,
    );
    expect(times[15]).toBeLessThan(15);
  });

  it('is replaced five times at 1,000 requests a second without one that fails', async () => {
    await using one = await SwitchBench.create(engine, { image });
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    await using traffic = await load(one);
    await until('it is loaded', () => traffic.live().answered > 500);
    const changes = [
      { requestTimeoutMs: 30_000 },
      { requestTimeoutMs: 30_000, image: otherImage },
      { requestTimeoutMs: 31_000 },
      { requestTimeoutMs: 31_000, trustedProxies: [] },
      {},
    ];
    let live: 'blue' | 'green' = 'blue';
    const times: number[] = [];
    for (const change of changes) {
      const driver = await one.driver(change);
      expect(await driver.recover()).toEqual([]);
      const started = performance.now();
      traffic.mark('replace');
      expect(await driver.ensure('blue', one.targets(blue, green))).toBe('replaced');
      times.push(performance.now() - started);
      traffic.mark('replaced');
      expect(await driver.live()).toBe(live);
      live = otherColor(live);
      traffic.expect(live === 'green' ? 'v2' : 'v1');
      const before = traffic.live().answered;
      await until('more requests', () => traffic.live().answered > before + 220);
      await driver.shift(live);
    }
    const after = traffic.live().atMs;
    await until('every idle connection is used again', () => traffic.live().atMs > after + 3000);
    const report = await traffic.stop();
    if (report.failed > 0) console.log(JSON.stringify([report.marks, report.failures, report.schedule]));
    expect(report.failuresByReason).toEqual({});
    expect(report.mixedAnswers).toEqual([]);
    expect(report.webSocket.cut + report.sse.cut).toBe(0);
    console.log(
      `5 replacements, ${report.requests} requests, ${report.idleCloses} idle closes: ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
    );
    await until('only the newest runs', async () => {
      return (await one.generations()).filter(({ running }) => running).length === 1;
    });
    await (await one.driver()).recover();
    expect(await one.generations()).toHaveLength(1);
    expect((await one.files.list(one.folder)).map(({ name }) => name).toSorted()).toEqual([
      'admin-6.sock',
      'haproxy-6.cfg',
      'live.map',
      'master-6.sock',
      'relay.sock',
    ]);
  });
});
