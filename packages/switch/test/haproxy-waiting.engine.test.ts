import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, openEngine, unixSocket } from '../../engine/src/index.ts';
import type { Color, HaproxySwitch, Protocol } from '../src/index.ts';
import { answeredBy, SwitchBench, startBackend, until } from './switch-bench.ts';

describeWithEngine('requests that wait for a slot whose container died', ({ socket }) => {
  let engine: Engine;
  let image: string;

  beforeAll(async () => {
    ({ haproxy: image } = await buildLocalImages());
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(() => engine?.close());

  const waiting = (driver: HaproxySwitch, color: Color, count: number) =>
    until(`${count} wait for ${color}`, async () => (await driver.inFlight(color)) === count);

  it.each<[Protocol, Protocol]>([
    ['http', 'http'],
    ['h2c', 'h2c'],
    ['h2c', 'http'],
    ['http', 'h2c'],
  ])('reach the slot that serves, from %s to %s', async (dead, alive) => {
    await using blue = await startBackend('v1', { PROTOCOL: alive });
    await using green = await startBackend('v2', { PROTOCOL: dead });
    const protocol = dead === alive ? dead : 'h2c';
    await using one = await SwitchBench.create(engine, { image, protocol });
    const both = one.targets(blue, green);
    const targets = {
      blue: { ...both.blue, protocol: alive },
      green: { ...both.green, protocol: dead },
    };
    const driver = await one.driver();
    await driver.ensure('blue', targets);
    await driver.shift('green');
    await green.stop();
    const url = `http://127.0.0.1:${one.listen.port}`;
    const answers = Promise.all(
      [1, 2, 3].flatMap((order) => [
        fetch(`${url}/version`).then(async (got) => `${got.status} ${(await got.text()).trim()}`),
        fetch(`${url}/orders`, { method: 'POST', body: `order-${order}` }).then(
          (got) => `${got.status} ${got.headers.get('x-app-version')}`,
        ),
      ]),
    );
    await waiting(driver, 'green', 6);
    await driver.shift('blue');
    expect((await answers).toSorted()).toEqual([...Array(3).fill('200 v1'), ...Array(3).fill('201 v1')]);
    expect(await (await fetch(`${url}/applied`)).json()).toMatchObject({ orders: 3, duplicates: 0 });
    await waiting(driver, 'green', 0);
  });

  it('are connected to the slot that serves, over tcp', async () => {
    await using blue = await startBackend('v1', { PROTOCOL: 'tcp' });
    await using green = await startBackend('v2', { PROTOCOL: 'tcp' });
    await using one = await SwitchBench.create(engine, { image, protocol: 'tcp' });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await driver.shift('green');
    await green.stop();
    const lines = Promise.all([1, 2, 3].map(() => firstLine(one.listen.port)));
    await waiting(driver, 'green', 3);
    await driver.shift('blue');
    expect(await lines).toEqual(['v1', 'v1', 'v1']);
  });

  it('go on to the new version when the old one died just before the traffic moved', async () => {
    await using blue = await startBackend('v1');
    await using green = await startBackend('v2');
    await using one = await SwitchBench.create(engine, { image });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await blue.stop();
    const answers = Promise.all([1, 2, 3].map(() => answeredBy(one.listen, { 'switchyard-probe': '1' })));
    await waiting(driver, 'blue', 3);
    await driver.shift('green');
    expect(await answers).toEqual(Array(3).fill({ version: 'v2', color: 'green', status: 200 }));
  });

  it('count where they are answered, and are cut with that slot only', async () => {
    await using blue = await startBackend('v1');
    await using green = await startBackend('v2');
    await using one = await SwitchBench.create(engine, { image });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await driver.shift('green');
    await green.stop();
    const slow = fetch(`http://127.0.0.1:${one.listen.port}/slow?ms=60000`);
    const isCut = expect(slow).resolves.toMatchObject({ status: 502 });
    await waiting(driver, 'green', 1);
    await driver.shift('blue');
    await waiting(driver, 'blue', 1);
    expect(await driver.inFlight('green')).toBe(0);
    await driver.closeConnections('green');
    expect(await driver.inFlight('blue')).toBe(1);
    // Also where the process that answers it has been replaced.
    const next = await one.driver({ requestTimeoutMs: 90_000 });
    expect(await next.ensure('blue', one.targets(blue, green))).toBe('replaced');
    expect([await next.inFlight('blue'), await next.inFlight('green')]).toEqual([1, 0]);
    await next.closeConnections('green');
    expect(await next.inFlight('blue')).toBe(1);
    await next.closeConnections('blue');
    await isCut;
    await waiting(next, 'blue', 0);
  });

  it.each(['by the same job', 'by the next job, when the first was killed', 'after a restart of the switch'])(
    'are led rightly again %s',
    async (when) => {
      await using blue = await startBackend('v1');
      await using green = await startBackend('v2');
      await using one = await SwitchBench.create(engine, { image });
      const first = await one.driver();
      const targets = one.targets(blue, green);
      await first.ensure('blue', targets);
      await first.shift('green');
      await green.stop();
      const answer = answeredBy(one.listen);
      await waiting(first, 'green', 1);
      await first.shift('blue');
      expect((await answer).version).toBe('v1');
      if (when === 'after a restart of the switch') await engine.containers.restart(await one.newest(), 5);
      const driver = when === 'by the same job' ? first : await one.driver();
      expect(await driver.recover()).toEqual([]);
      const served = () => answeredBy(one.listen).then(({ version }) => version);
      expect(await until('it serves', () => served().catch(() => undefined))).toBe('v1');

      // The next version in the slot, on another port.
      await using fresh = await startBackend('v3');
      const moved = one.targets(blue, fresh);
      expect(await driver.ensure('blue', moved)).toBe('unchanged');
      expect(await served()).toBe('v1');
      await driver.shift('green');
      for (let count = 0; count < 5; count += 1) expect(await served()).toBe('v3');
      // Whatever happens to it, nobody is led back to the old version while it is the one that serves.
      await fresh.stop();
      const late = answeredBy(one.listen);
      await waiting(driver, 'green', 1);
      await driver.shift('green');
      expect(await driver.inFlight('blue')).toBe(0);
      await blue.stop();
      await driver.closeConnections('blue');
      await using last = await startBackend('v4');
      await driver.ensure('green', one.targets(last, fresh));
      await driver.shift('blue');
      expect((await late).version).toBe('v4');
    },
  );
});

/** The first line that a TCP server says. */
function firstLine(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    socket.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      resolve(text.trim());
      socket.removeAllListeners('close').destroy();
    });
  });
}
