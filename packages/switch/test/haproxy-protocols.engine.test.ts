import { connect as connectHttp2 } from 'node:http2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, ensureSlotNetwork, openEngine, unixSocket } from '../../engine/src/index.ts';
import type { FinishedRequest } from '../src/index.ts';
import { answeredBy, SwitchBench, startBackend, until } from './switch-bench.ts';
import { http2Get, TcpClient } from './switch-clients.ts';

describeWithEngine('what an HAProxy switch carries', ({ socket }) => {
  let engine: Engine;
  let image: string;
  let appImages: [string, string];

  beforeAll(async () => {
    const images = await buildLocalImages();
    image = images.haproxy;
    appImages = [images.v1, images.v2];
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(() => engine?.close());

  it('h2c: streams of HTTP/2 clients, and HTTP/1 clients too', async () => {
    await using blue = await startBackend('v1', { PROTOCOL: 'h2c' });
    await using green = await startBackend('v2', { PROTOCOL: 'h2c' });
    await using one = await SwitchBench.create(engine, { image, protocol: 'h2c' });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    const client = connectHttp2(`http://127.0.0.1:${one.listen.port}`);
    try {
      expect(await http2Get(client, '/')).toEqual({ status: 200, version: 'v1' });
      const slow = Promise.all([1, 2, 3].map(() => http2Get(client, '/slow?ms=1000')));
      await until('three are in flight', async () => (await driver.inFlight('blue')) === 3);
      await driver.shift('green');
      expect(await http2Get(client, '/')).toEqual({ status: 200, version: 'v2' });
      expect(await http2Get(client, '/orders', 'order-1')).toEqual({ status: 201, version: 'v2' });
      expect(await slow).toEqual(Array(3).fill({ status: 200, version: 'v1' }));
      expect(await answeredBy(one.listen, { 'switchyard-probe': '1' })).toMatchObject({
        version: 'v2',
        color: 'green',
      });
      const next = await one.driver({ requestTimeoutMs: 9000 });
      expect(await next.ensure('blue', one.targets(blue, green))).toBe('replaced');
      await next.shift('blue');
      const again = connectHttp2(`http://127.0.0.1:${one.listen.port}`);
      expect(await http2Get(again, '/')).toEqual({ status: 200, version: 'v1' });
      again.destroy();
    } finally {
      client.destroy();
    }
  });

  it('a release that moves from HTTP/1 to h2c and back, without a request lost between', async () => {
    await using blue = await startBackend('v1');
    await using green = await startBackend('v2', { PROTOCOL: 'h2c' });
    await using one = await SwitchBench.create(engine, { image });
    const targets = one.targets(blue, green);
    await (await one.driver()).ensure('blue', targets);
    const mixed = { ...targets, green: { ...targets.green, protocol: 'h2c' as const } };
    const driver = await one.driver({ protocol: 'h2c' });
    expect(await driver.ensure('blue', mixed)).toBe('replaced');
    expect((await answeredBy(one.listen)).version).toBe('v1');
    await driver.shift('green');
    expect((await answeredBy(one.listen)).version).toBe('v2');
    await driver.shift('blue');
    expect((await answeredBy(one.listen)).version).toBe('v1');
  });

  it('tcp: connections stay with the version they began with', async () => {
    await using blue = await startBackend('v1', { PROTOCOL: 'tcp' });
    await using green = await startBackend('v2', { PROTOCOL: 'tcp' });
    await using one = await SwitchBench.create(engine, { image, protocol: 'tcp', requestTimeoutMs: 60_000 });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    const seen: FinishedRequest[] = [];
    const observation = await driver.observe((request) => seen.push(request));
    const old = await TcpClient.open(one.listen.port);
    expect(await old.line()).toBe('v1');
    await driver.shift('green');
    const fresh = await TcpClient.open(one.listen.port);
    expect(await fresh.line()).toBe('v2');
    expect(await old.echo('ping')).toBe('ping');
    expect(await driver.inFlight('blue')).toBe(1);
    const next = await one.driver({ requestTimeoutMs: 61_000 });
    expect(await next.ensure('blue', one.targets(blue, green))).toBe('replaced');
    expect(await old.echo('pong')).toBe('pong');
    expect(await fresh.echo('pong')).toBe('pong');
    expect(await next.inFlight('blue')).toBe(1);
    expect(await next.inFlight('green')).toBe(1);
    await next.closeConnections('blue');
    await until('the old connection is cut', () => old.hasEnded);
    expect(await fresh.echo('on')).toBe('on');
    fresh.end();
    await until('none is left', async () => (await next.inFlight('green')) === 0);
    await until('both are reported', () => seen.length >= 2);
    expect(seen.map(({ color, status }) => `${color} ${status}`).toSorted()).toEqual([
      'blue undefined',
      'green undefined',
    ]);
    observation.stop();
  });

  it('a published port, as a rootless Engine needs it: replaced by a restart', async () => {
    const isRoot = process.getuid?.() === 0;
    // Rootless, the deploy user is root inside; here only root is, so the folder must be root's.
    if (!isRoot) return expect(isRoot).toBe(false);
    const probe = await SwitchBench.create(engine, { image, uid: 0 });
    const name = `switchyard-${probe.app}`;
    const labels = { 'switchyard.app': probe.app };
    const network = await ensureSlotNetwork(engine, name, labels);
    const made: string[] = [];
    try {
      for (const [index, color] of (['blue', 'green'] as const).entries()) {
        const id = await engine.containers.create(`${probe.app}-${color}`, {
          Image: appImages[index] ?? '',
          HostConfig: { NetworkMode: name, Init: true },
          NetworkingConfig: {
            EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: network.addresses[color] } } },
          },
        });
        made.push(id);
        await engine.containers.start(id);
      }
      const targets = {
        blue: { host: network.addresses.blue, port: 8080, protocol: 'http' },
        green: { host: network.addresses.green, port: 8080, protocol: 'http' },
      } as const;
      await using one = await SwitchBench.create(engine, {
        image,
        uid: 0,
        network: { mode: 'published', network: name },
      });
      const driver = await one.driver();
      expect(await driver.ensure('blue', targets)).toBe('created');
      const answer = () =>
        until('an answer', () =>
          answeredBy(one.listen).then(
            ({ version, status }) => status === 200 && version,
            () => undefined,
          ),
        );
      expect(await answer()).toBe('v1');
      await driver.shift('green');
      expect(await answer()).toBe('v2');
      const changed = await one.driver({ requestTimeoutMs: 9000 });
      expect((await changed.plan(targets)).change).toBe('restarted');
      expect(await changed.ensure('blue', targets)).toBe('restarted');
      expect(await answer()).toBe('v2');
      expect(await changed.live()).toBe('green');
      expect(await one.generations()).toHaveLength(1);
      const { busybox } = await buildLocalImages();
      await expect((await one.driver({ image: busybox })).ensure('blue', targets)).rejects.toThrow();
      expect(await answer()).toBe('v2');
      await engine.containers.restart(await one.newest(), 5);
      expect(await answer()).toBe('v2');
    } finally {
      for (const id of made) await engine.containers.remove(id, { force: true });
      await probe[Symbol.asyncDispose]();
      await until('the network is free', () =>
        engine.networks.remove(name).then(
          () => true,
          () => false,
        ),
      );
    }
  });
});
