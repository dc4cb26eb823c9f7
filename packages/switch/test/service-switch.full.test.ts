import { connect as connectHttp2 } from 'node:http2';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Load } from '../../../test/load/start-load.ts';
import { startLoad } from '../../../test/load/start-load.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, openEngine, unixSocket } from '../../engine/src/index.ts';
import { runtimeCommands } from '../src/haproxy-runtime.ts';
import type { Color, FinishedRequest, ServiceSwitch } from '../src/index.ts';
import { SwitchError } from '../src/index.ts';
import { portOf, ServiceSwitchBench, type SlotImages } from './service-switch-bench.ts';
import { answeredBy, localConnections, until } from './switch-bench.ts';
import { http2Get, KeptConnection, TcpClient } from './switch-clients.ts';

describeWithEngine('the switch of one service of a stack', ({ socket }) => {
  let engine: Engine;
  let image: string;
  let http: SlotImages;
  let every: SlotImages;

  beforeAll(async () => {
    const images = await buildLocalImages();
    image = images.haproxy;
    http = { http: { blue: images.v1, green: images.v2 } };
    every = {
      ...http,
      h2c: { blue: images.h2c, green: images.h2c2 },
      tcp: { blue: images.tcp, green: images.tcp2 },
    };
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(() => engine?.close());

  const bench = (images: SlotImages, sysctls?: Record<string, string>) =>
    ServiceSwitchBench.create(engine, image, images, sysctls);
  const version = async (one: ServiceSwitchBench) => (await answeredBy(one.published)).version;
  const back = (one: ServiceSwitchBench) =>
    until('the switch answers again', () => version(one).catch(() => undefined));
  const waiting = (driver: ServiceSwitch, color: Color, count: number) =>
    until(`${count} wait for ${color}`, async () => (await driver.inFlight(color)) === count);

  it('answers at once that nothing is live, and then serves every port of a version in one step', async () => {
    await using one = await bench(every);
    const driver = await one.start(undefined);
    expect(await driver.live()).toBeUndefined();
    expect(await one.files.read(`${one.folder}/live.map`)).toBe('live none\n');
    const started = performance.now();
    expect((await answeredBy(one.published)).status).toBe(503);
    const tcp = await TcpClient.open(portOf.tcp, one.at('tcp').host);
    await until('the connection is refused', () => tcp.hasEnded);
    const { host } = one.at('h2c');
    const before = connectHttp2(`http://${host}:${portOf.h2c}`);
    expect((await http2Get(before, '/')).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(2000);
    before.destroy();

    const seen: FinishedRequest[] = [];
    const observation = await driver.observe((request) => seen.push(request));
    for (const [color, versions] of [
      ['blue', ['v1', 'h2c', 'tcp']],
      ['green', ['v2', 'h2c-2', 'tcp-2']],
    ] as const) {
      await driver.shift(color);
      expect(await one.driver().live()).toBe(color);
      expect(await one.driver().recorded()).toBe(color);
      const probe = await answeredBy(one.at('http'), { 'switchyard-probe': '1' });
      expect(probe).toMatchObject({ version: versions[0], color });
      const client = connectHttp2(`http://${host}:${portOf.h2c}`);
      expect((await http2Get(client, '/')).version).toBe(versions[1]);
      client.destroy();
      const bytes = await TcpClient.open(portOf.tcp, host);
      expect(await bytes.line()).toBe(versions[2]);
      expect(await bytes.echo('ping')).toBe('ping');
      bytes.end();
    }
    await until('all are told of', () => seen.length === 6);
    expect(seen.map(({ color, status }) => `${color} ${status}`)).toEqual([
      ...['blue 200', 'blue 200', 'blue undefined'],
      ...['green 200', 'green 200', 'green undefined'],
    ]);
    observation.stop();
    for (const port of [undefined, portOf.tcp]) (await driver.openAsClient(port)).destroy();
    await driver.shut();
    expect((await answeredBy(one.published)).status).toBe(503);
    expect(await driver.live()).toBeUndefined();
    await one.restart();
    await driver.ready();
    expect((await answeredBy(one.at('http'))).status).toBe(503);
    expect(await one.log()).not.toMatch(/ALERT/);
  });

  it('tells the app who asks, believes nobody, and says the published port', async () => {
    await using one = await bench(http);
    await one.start('blue');
    const { host, port } = one.at('http');
    const answer = await fetch(`http://${host}:${port}/ip`, {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'switchyard-probe': '1' },
    });
    const { headers } = (await answer.json()) as { headers: Record<string, string> };
    expect(headers['x-forwarded-for']).not.toContain('203.0.113.9');
    expect(headers['x-real-ip']).toBe(headers['x-forwarded-for']);
    expect(headers['x-forwarded-proto']).toBe('http');
    expect(headers['x-forwarded-port']).toBe(String(one.published.port));
    expect(headers).not.toHaveProperty('switchyard-probe');
  });

  it('listens on IPv6 in a container that has it', async () => {
    await using one = await bench(http, { 'net.ipv6.conf.all.disable_ipv6': '0' });
    await one.start('blue');
    expect(await one.inside(['wget', '-q', '-O', '-', `http://[::1]:${portOf.http}/version`])).toBe('v1');
  });

  const load = (one: ServiceSwitchBench): Promise<Load> =>
    startLoad({
      ...one.published,
      rate: 200,
      durationMs: 60_000,
      kinds: { slowMs: 700, idleMinMs: 300, idleMaxMs: 1500, webSocketClients: 3, sseClients: 3 },
    });

  it('loses nothing under load, whether it flips or loads a new configuration', async () => {
    await using one = await bench(every);
    await one.start('blue');
    await using traffic = await load(one);
    const aWhile = () => {
      const before = traffic.live().answered;
      return until('more requests', () => traffic.live().answered > before + 60);
    };
    await aWhile();
    const changes = [
      { requestTimeoutMs: 30_000 },
      { ports: one.definition().ports.slice(0, 1) },
      { trustedProxies: ['10.0.0.0/8'] },
      {},
    ];
    let live: Color = 'blue';
    for (const [round, change] of changes.entries()) {
      const driver = one.driver();
      expect(await driver.recover()).toEqual([]);
      traffic.mark('load');
      expect(await driver.apply(one.definition(change))).toBe('reloaded');
      expect(await driver.live()).toBe(live);
      for (let flips = 0; flips < 2 + (round % 2); flips += 1) {
        live = live === 'blue' ? 'green' : 'blue';
        traffic.expect(live === 'blue' ? 'v1' : 'v2');
        await aWhile();
        traffic.mark(`to ${live}`);
        expect(await driver.shift(live)).toBeLessThan(500);
        await aWhile();
      }
    }
    const after = traffic.live().atMs;
    await until('every idle connection is used again', () => traffic.live().atMs > after + 2000);
    const report = await traffic.stop();
    if (report.failed > 0) console.log(JSON.stringify([report.marks, report.failures]));
    expect(report.failuresByReason).toEqual({});
    expect(report.mixedAnswers).toEqual([]);
    expect(report.webSocket.cut + report.sse.cut).toBe(0);
    expect(report.requests).toBeGreaterThan(500);
    expect((await one.files.list(one.folder)).map(({ name }) => name).toSorted()).toEqual([
      ...['admin.sock', 'haproxy.cfg', 'live.map', 'master.sock'],
      ...['relay-80.sock', 'relay-8001.sock', 'relay-8002.sock'],
    ]);
  });

  it('lets what is under way end across reloads, counts it, and leads idle connections on', async () => {
    await using one = await bench(every);
    const driver = await one.start('blue');
    const idle = await KeptConnection.open(one.at('http'));
    expect(await idle.get()).toBe('v1');
    const older = await KeptConnection.open(one.at('http'));
    expect(await older.get()).toBe('v1');
    const bytes = await TcpClient.open(portOf.tcp, one.at('tcp').host);
    expect(await bytes.line()).toBe('tcp');
    const slow = fetch(`http://127.0.0.1:${one.published.port}/slow?ms=2500`).then(
      async (answer) => `${answer.status} ${(await answer.text()).trim()}`,
    );
    await waiting(driver, 'blue', 2);
    expect(await driver.apply(one.definition({ requestTimeoutMs: 9000 }))).toBe('reloaded');
    expect(await driver.inFlight('blue')).toBe(2);
    await driver.shift('green');
    expect(await idle.get()).toBe('v2');
    expect(await one.driver().apply(one.definition({ requestTimeoutMs: 8000 }))).toBe('reloaded');
    // A job that knows nothing of the two before it.
    const next = one.driver();
    expect(await next.recover()).toEqual([]);
    expect([await next.inFlight('blue'), await next.inFlight('green')]).toEqual([2, 0]);
    await next.shift('blue');
    expect(await older.get()).toBe('v1');
    expect(await older.ended).toBe('closed');
    expect(await slow).toBe('200 slow hello from v1');
    expect(await bytes.echo('still there')).toBe('still there');
    await waiting(next, 'blue', 1);
    await next.closeConnections('green');
    expect(await bytes.echo('still there')).toBe('still there');
    await next.closeConnections('blue');
    await until('the connection is cut', () => bytes.hasEnded);
    await waiting(next, 'blue', 0);
  });

  it('serves on when it cannot load a configuration, and a restart goes by the one before', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    await driver.shift('green');
    const broken = one.definition({ trustedProxies: ['not-a-network'] });
    const refused = driver.apply(broken);
    await expect(refused).rejects.toThrow(SwitchError);
    await expect(refused).rejects.toThrow('serves on by the one before');
    expect(await version(one)).toBe('v2');
    expect(await driver.live()).toBe('green');
    await driver.shift('blue');
    expect(await version(one)).toBe('v1');
    expect(await one.driver().apply(one.definition())).toBe('unchanged');
    expect(await one.driver().apply(one.definition({ requestTimeoutMs: 7000 }))).toBe('reloaded');
    await expect(one.driver().apply(broken)).rejects.toThrow(SwitchError);
    await one.restart();
    expect(await back(one)).toBe('v1');
  });

  it('comes back on the right version after a restart and a crash', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    await driver.shift('green');
    await one.restart();
    expect(await back(one)).toBe('v2');
    await one.crash();
    expect(await back(one)).toBe('v2');
    expect(await driver.recover()).toEqual([]);
    await driver.shift('blue');
    await one.crash();
    // The socket is away for a moment; that is waited for.
    expect(await driver.inFlight('blue')).toBe(0);
    expect(await back(one)).toBe('v1');
  });

  it('lets requests wait for a live container that starts again, and leads them on when it does not', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    const blue = one.slots['http-blue'] ?? '';
    await engine.containers.kill(blue, 'SIGKILL');
    const restarted = version(one);
    await waiting(driver, 'blue', 1);
    await engine.containers.start(blue);
    expect(await restarted).toBe('v1');
    await engine.containers.kill(blue, 'SIGKILL');
    const { port } = one.published;
    const answers = Promise.all(
      ['order-1', 'order-2', 'order-3'].map((body) =>
        fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', body }).then(
          (answer) => `${answer.status} ${answer.headers.get('x-app-version')}`,
        ),
      ),
    );
    await waiting(driver, 'blue', 3);
    await driver.shift('green');
    expect(await answers).toEqual(Array(3).fill('201 v2'));
    const applied = await fetch(`http://127.0.0.1:${port}/applied`);
    expect(await applied.json()).toMatchObject({ orders: 3, duplicates: 0 });
    await waiting(driver, 'blue', 0);
  });

  it('is told where its slots are, and remembers it', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    const moved = one.withHttpSlots({ green: one.target('http', 'blue') });
    expect(await driver.apply(moved)).toBe('slots');
    expect(await driver.apply(moved)).toBe('unchanged');
    await driver.shift('green');
    expect(await version(one)).toBe('v1');
    await one.restart();
    expect(await back(one)).toBe('v1');
    expect(await driver.prepareFiles('blue', one.definition())).toBe('slots');
    expect(await driver.prepareFiles('blue', one.definition())).toBe('unchanged');
    expect(await driver.pointSlots(one.definition())).toBe(true);
    expect(await version(one)).toBe('v2');
    expect(await driver.recorded()).toBe('green');
  });

  it('is brought to its definition by a job that follows a killed one', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    const changed = one.definition({ requestTimeoutMs: 9000 });
    expect(await driver.prepareFiles('green', changed)).toBe('changed');
    expect(await one.driver().prepareFiles('green', changed)).toBe('unchanged');
    expect(await one.driver().apply(changed)).toBe('reloaded');
    expect(await one.driver().apply(changed)).toBe('unchanged');
    expect(await version(one)).toBe('v1');
  });

  it('mends a map file that says something else than the process', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    for (const wrong of ['live green\n', 'live none\n', '', 'garbage', undefined]) {
      if (wrong === undefined) await one.files.remove(`${one.folder}/live.map`);
      else await one.files.write(`${one.folder}/live.map`, wrong, 0o600);
      expect((await one.driver().recover()).join()).toContain('its file said otherwise');
      expect(await one.files.read(`${one.folder}/live.map`)).toBe('live blue\n');
    }
    // A damaged file is made to say what the process serves, not what a new switch would.
    await one.files.write(`${one.folder}/live.map`, 'garbage', 0o600);
    await driver.prepareFiles('green', one.definition());
    expect(await driver.recorded()).toBe('blue');
  });

  it('goes back on a disk that was too full to write down that it had gone', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    const write = vi.spyOn(one.files, 'write').mockRejectedValue(new Error('the disk is full'));
    await expect(driver.shift('green')).rejects.toThrow('the disk is full');
    await expect(driver.shift('blue')).resolves.toBeGreaterThan(0);
    write.mockRestore();
    expect(await driver.live()).toBe('blue');
    expect(await one.driver().recover()).toEqual([]);
  });

  it('refuses to guess when the process does not say which version is live', async () => {
    await using one = await bench(http);
    const driver = await one.start('blue');
    const open = () => localConnections.openUnixSocket(`${one.folder}/admin.sock`);
    await runtimeCommands(open, ['clear map /switchyard/live.map']);
    await expect(driver.live()).rejects.toThrow('does not say which version is live');
    await expect(driver.shift('green')).rejects.toThrow(SwitchError);
    await expect(driver.apply(one.definition({ requestTimeoutMs: 1 }))).rejects.toThrow('does not say');
  });
});
