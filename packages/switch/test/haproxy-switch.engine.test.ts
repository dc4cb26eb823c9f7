import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, openEngine, unixSocket } from '../../engine/src/index.ts';
import { switchFiles } from '../src/haproxy-config.ts';
import { runtimeCommands } from '../src/haproxy-runtime.ts';
import type { FinishedRequest } from '../src/index.ts';
import { SwitchError } from '../src/index.ts';
import type { Backend, BenchSettings } from './switch-bench.ts';
import { answeredBy, freePort, localConnections, SwitchBench, startBackend, until } from './switch-bench.ts';

describeWithEngine('an HAProxy switch', ({ socket }) => {
  let engine: Engine;
  let image: string;
  let blue: Backend;
  let green: Backend;

  beforeAll(async () => {
    ({ haproxy: image } = await buildLocalImages());
    engine = await openEngine(unixSocket(socket));
    [blue, green] = await Promise.all([startBackend('v1'), startBackend('v2')]);
  });

  afterAll(async () => {
    await Promise.all([blue?.stop(), green?.stop()]);
    engine?.close();
  });

  const bench = (settings: Partial<BenchSettings> = {}) => SwitchBench.create(engine, { image, ...settings });
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  it('is made once, serves the slot it was told, and moves to the other', async () => {
    await using one = await bench();
    const driver = await one.driver();
    const targets = one.targets(blue, green);
    expect(await driver.live()).toBeUndefined();
    expect((await driver.plan(targets)).change).toBe('created');
    expect(await driver.ensure('blue', targets)).toBe('created');
    expect(await driver.live()).toBe('blue');
    expect((await answeredBy(one.listen)).version).toBe('v1');
    expect((await driver.plan(targets)).change).toBe('unchanged');
    expect(await driver.ensure('green', targets)).toBe('unchanged');
    expect(await driver.live()).toBe('blue');
    expect(await driver.shift('green')).toBeLessThan(500);
    expect(await (await one.driver()).live()).toBe('green');
    expect((await answeredBy(one.listen)).version).toBe('v2');
    expect(await one.files.read(`${one.folder}/live.map`)).toBe('live green\n');
    const inspect = await engine.containers.inspect(await one.newest());
    expect(inspect?.HostConfig?.RestartPolicy?.Name).toBe('unless-stopped');
    expect(inspect?.Config?.User).toBe(`${one.uid}:${one.uid}`);
    expect(await engine.containers.logs(await one.newest())).not.toMatch(/WARNING|ALERT/);
  });

  it('tells a deploy which slot answered, and nobody else', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('green', one.targets(blue, green));
    expect(await answeredBy(one.listen, { 'switchyard-probe': '1' })).toEqual({
      version: 'v2',
      color: 'green',
      status: 200,
    });
    expect((await answeredBy(one.listen)).color).toBeUndefined();
    const answer = await fetch(`http://127.0.0.1:${one.listen.port}/ip`, {
      headers: { 'switchyard-probe': '1' },
    });
    const { headers } = (await answer.json()) as { headers: Record<string, string> };
    expect(headers).not.toHaveProperty('switchyard-probe');
  });

  it('comes back on the right version after a restart, a crash and a stop', async () => {
    await using one = await bench();
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await driver.shift('green');
    const back = () =>
      until('the switch answers again', () =>
        answeredBy(one.listen)
          .then(({ version }) => version)
          .catch(() => undefined),
      );
    await engine.containers.restart(await one.newest(), 5);
    expect(await back()).toBe('v2');
    await one.crash();
    expect(await back()).toBe('v2');
    expect(await (await one.driver()).recover()).toEqual([]);
    await engine.containers.stop(await one.newest(), 1);
    expect(await (await one.driver()).live()).toBeUndefined();
    expect((await (await one.driver()).recover()).join()).toContain('did not run; started it again');
    expect(await back()).toBe('v2');
    await engine.containers.kill(await one.newest(), 'SIGKILL');
    await until('it is down', async () => !(await one.generations())[0]?.running);
    const again = await one.driver();
    expect(await again.recover()).toHaveLength(1);
    expect(await again.live()).toBe('green');
    expect(await again.ensure('blue', one.targets(blue, green))).toBe('unchanged');
    expect(await back()).toBe('v2');
  });

  it('goes back on a disk that was too full to write down that it had gone', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    const driver = await one.driver();
    const write = vi.spyOn(one.files, 'write').mockRejectedValue(new Error('the disk is full'));
    await expect(driver.shift('green')).rejects.toThrow('the disk is full');
    await expect(driver.shift('blue')).resolves.toBeGreaterThan(0);
    write.mockRestore();
    expect(await driver.live()).toBe('blue');
    expect(await (await one.driver()).recover()).toEqual([]);
  });

  it('mends a map file that says something else than the process', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    for (const wrong of ['live green\n', '', 'garbage', undefined]) {
      if (wrong === undefined) await one.files.remove(`${one.folder}/live.map`);
      else await one.files.write(`${one.folder}/live.map`, wrong, 0o600);
      expect((await (await one.driver()).recover()).join()).toContain('its file said otherwise');
      expect(await one.files.read(`${one.folder}/live.map`)).toBe('live blue\n');
    }
    expect((await answeredBy(one.listen)).version).toBe('v1');
  });

  it('comes back although the map file was damaged while it was down', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    await engine.containers.stop(await one.newest(), 1);
    await one.files.write(`${one.folder}/live.map`, 'live blue', 0o600);
    await (await one.driver()).recover();
    expect((await answeredBy(one.listen)).version).toBe('v1');
  });

  it('points a slot to another port without a new process, and remembers it', async () => {
    await using one = await bench();
    await using moved = await startBackend('v3');
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    const id = await one.newest();
    expect(await driver.ensure('blue', one.targets(blue, moved))).toBe('unchanged');
    await driver.shift('green');
    expect((await answeredBy(one.listen)).version).toBe('v3');
    await engine.containers.restart(id, 5);
    const version = await until('it is back', () =>
      answeredBy(one.listen).then(
        (answer) => answer.version,
        () => undefined,
      ),
    );
    expect(version).toBe('v3');
    expect(await one.newest()).toBe(id);
  });

  it('says what is wrong when the address is taken, and leaves nothing behind', async () => {
    await using one = await bench();
    const squatter = createServer().listen(one.listen.port, '127.0.0.1');
    try {
      const ensure = (await one.driver()).ensure('blue', one.targets(blue, green));
      await expect(ensure).rejects.toThrow(SwitchError);
      await expect(ensure).rejects.toThrow(
        `cannot listen on 127.0.0.1:${one.listen.port}, because something else on the server does`,
      );
    } finally {
      squatter.close();
    }
    expect(await one.generations()).toEqual([]);
    expect(await one.files.list(one.folder)).toEqual([]);
  });

  it.each(['is down', 'ends again and again'])('moves to a free address when it %s', async (trouble) => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    await engine.containers.stop(await one.newest(), 1);
    const squatter = createServer().listen(one.listen.port, '127.0.0.1');
    try {
      if (trouble === 'ends again and again') await engine.containers.start(await one.newest());
      const listen = { host: '127.0.0.1', port: await freePort() };
      const driver = await one.driver({ listen });
      expect((await driver.recover()).join()).toContain('could not be started');
      expect(await driver.live()).toBeUndefined();
      expect(await driver.ensure('green', one.targets(blue, green))).toBe('created');
      expect((await answeredBy(listen)).version).toBe('v2');
      expect(await one.generations()).toHaveLength(1);
    } finally {
      squatter.close();
    }
  });

  it('says what is wrong with a configuration or image that it cannot run', async () => {
    await using one = await bench();
    const { busybox } = await buildLocalImages();
    const driver = await one.driver({ image: busybox });
    await expect(driver.ensure('blue', one.targets(blue, green))).rejects.toThrow();
    const nowhere = await one.driver({ listen: { host: '203.0.113.7', port: one.listen.port } });
    await expect(nowhere.ensure('blue', one.targets(blue, green))).rejects.toThrow(
      `cannot listen on 203.0.113.7:${one.listen.port}, because the server has no such address`,
    );
    expect(await one.generations()).toEqual([]);
    expect(await one.files.list(one.folder)).toEqual([]);
  });

  it('keeps serving when its replacement cannot start', async () => {
    await using one = await bench();
    const { busybox } = await buildLocalImages();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    for (const change of [
      { image: busybox },
      { listen: { host: '203.0.113.7', port: one.listen.port } },
      { trustedProxies: ['not-a-network'] },
    ]) {
      await expect((await one.driver(change)).ensure('blue', one.targets(blue, green))).rejects.toThrow();
      expect((await answeredBy(one.listen)).version).toBe('v1');
      expect(await one.generations()).toHaveLength(1);
    }
    const driver = await one.driver();
    expect(await driver.recover()).toEqual([]);
    expect(await driver.ensure('green', one.targets(blue, green))).toBe('unchanged');
    expect(await driver.live()).toBe('blue');
  });

  it('takes itself away with all its files', async () => {
    await using one = await bench();
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    await driver.dismantle();
    expect(await one.generations()).toEqual([]);
    expect(await one.files.list(one.folder)).toEqual([]);
    expect(await driver.live()).toBeUndefined();
    await driver.dismantle();
  });

  it('passes as many headers on as usual app servers accept, both ways', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`x-many-${index}`, 'a']));
    const seen = await headersSeen(one.listen.port, '127.0.0.1', many);
    expect(seen).toMatchObject(many);
    const answer = await fetch(`http://127.0.0.1:${one.listen.port}/many-headers?count=400`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-many-399')).toBe('a');
  });

  it('forgets the files of a switch that a person has removed', async () => {
    await using one = await bench();
    const first = await one.driver();
    const targets = one.targets(blue, green);
    await first.ensure('blue', targets);
    await engine.containers.remove(await one.newest(), { force: true });
    const second = await one.driver();
    expect(await second.recover()).toEqual([]);
    const left = async () => (await one.files.list(one.folder)).map(({ name }) => name).toSorted();
    expect(await left()).toEqual(['live.map', 'relay.sock']);
    expect(await second.ensure('blue', targets)).toBe('created');
    expect(await second.recover()).toEqual([]);
    expect(await left()).toContain('haproxy-1.cfg');
    expect((await answeredBy(one.listen)).version).toBe('v1');
  });

  it('reports each request with its status and latency', async () => {
    await using one = await bench();
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    const seen: FinishedRequest[] = [];
    const observation = await driver.observe((request) => seen.push(request));
    const url = `http://127.0.0.1:${one.listen.port}`;
    for (const code of [200, 204, 404, 500, 503]) await fetch(`${url}/status?code=${code}`);
    await fetch(`${url}/slow?ms=300`);
    await driver.shift('green');
    await fetch(`${url}/`);
    await until('seven reports', () => seen.length === 7);
    expect(seen.map(({ color, status, failed }) => [color, status, failed])).toEqual([
      ...[200, 204, 404, 500, 503, 200].map((status) => ['blue', status, false]),
      ['green', 200, false],
    ]);
    expect(seen[5]?.latencyMs).toBeGreaterThanOrEqual(295);
    expect(seen[5]?.latencyMs).toBeLessThan(2000);
    observation.stop();
  });

  it('reports an app that is gone as failed, and answers 503 when it does not come back', async () => {
    await using one = await bench({ requestTimeoutMs: 300 });
    await using dying = await startBackend('v1');
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(dying, green));
    const seen: FinishedRequest[] = [];
    const observation = await driver.observe((request) => seen.push(request));
    const url = `http://127.0.0.1:${one.listen.port}`;
    expect((await fetch(`${url}/slow?ms=3000`)).status).toBe(504);
    await dying.stop();
    expect((await fetch(`${url}/`)).status).toBe(503);
    await until('both reports', () => seen.length === 2);
    expect(seen.map(({ color, status, failed }) => [color, status, failed])).toEqual([
      ['blue', 504, true],
      ['blue', 503, true],
    ]);
    observation.stop();
  });

  it("knows clients by the edge's headers if it trusts the edge, and by their address if not", async () => {
    await using one = await bench({ trustedProxies: ['127.0.0.1/32'] });
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    const forged = {
      'x-forwarded-for': '198.51.100.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-port': '443',
      'x-real-ip': '198.51.100.9',
      forwarded: 'for=198.51.100.9',
    };
    const trusted = await headersSeen(one.listen.port, '127.0.0.1', forged);
    expect(trusted).toMatchObject({ ...forged, 'x-forwarded-for': '198.51.100.9, 127.0.0.1' });
    const stranger = await headersSeen(one.listen.port, '127.0.0.2', forged);
    expect(stranger).toMatchObject({
      'x-forwarded-for': '127.0.0.2',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'app.example',
      'x-forwarded-port': String(one.listen.port),
      'x-real-ip': '127.0.0.2',
    });
    expect(stranger).not.toHaveProperty('forwarded');
    expect(await headersSeen(one.listen.port, '127.0.0.1', {})).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
  });

  it('never sends a POST twice, whatever becomes of the app', async () => {
    await using one = await bench();
    let received = 0;
    const rude = createServer((connection) => {
      connection.on('error', () => {});
      connection.once('data', () => {
        received += 1;
        connection.resetAndDestroy();
      });
    }).listen(0, '127.0.0.1');
    await until('the rude app listens', () => rude.listening);
    try {
      const address = rude.address() as { port: number };
      const driver = await one.driver();
      const slot = { host: '127.0.0.1', port: address.port, protocol: 'http' } as const;
      await driver.ensure('blue', { blue: slot, green: slot });
      for (let count = 1; count <= 3; count += 1) {
        const answer = await fetch(`http://127.0.0.1:${one.listen.port}/`, {
          method: 'POST',
          body: 'x',
          headers: { connection: 'close' },
        });
        expect(answer.status).toBe(502);
        expect(received).toBe(count);
      }
    } finally {
      rude.close();
    }
  });

  it('cuts the connections of one slot when asked, and only those', async () => {
    await using one = await bench();
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    const open = () => fetch(`http://127.0.0.1:${one.listen.port}/sse?everyMs=0`);
    const onBlue = await open();
    await driver.shift('green');
    const onGreen = await open();
    expect(await driver.inFlight('blue')).toBe(1);
    expect(await driver.inFlight('green')).toBe(1);
    await driver.closeConnections('blue');
    await expect(onBlue.text()).rejects.toThrow();
    await until('blue has none', async () => (await driver.inFlight('blue')) === 0);
    expect(await driver.inFlight('green')).toBe(1);
    await onGreen.body?.cancel();
  });

  it('starts as root only to bind a low port, and can be replaced there', async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    const port = await until('a free low port', async () => {
      // fetch refuses some low ports; it knows none from 700 to 988.
      const candidate = 700 + Math.floor(Math.random() * 280);
      return await new Promise<number | undefined>((resolve) => {
        const server = createServer().once('error', () => resolve(undefined));
        server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(candidate)));
      });
    });
    await using one = await bench({ listen: { host: '127.0.0.1', port } });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    expect((await answeredBy(one.listen)).version).toBe('v1');
    expect((await engine.containers.inspect(await one.newest()))?.Config?.User).toBe('0:0');
    const successor = await one.driver({ requestTimeoutMs: 9000 });
    expect(await successor.ensure('blue', one.targets(blue, green))).toBe('replaced');
    await successor.shift('green');
    expect((await answeredBy(one.listen)).version).toBe('v2');
    await until('the old one has left', async () => !(await one.generations())[0]?.running);
    expect(await (await one.driver({ requestTimeoutMs: 9000 })).recover()).toEqual([]);
    expect(await one.generations()).toHaveLength(1);
    await engine.containers.restart(await one.newest(), 5);
    const version = await until('it is back', () =>
      answeredBy(one.listen).then(
        (answer) => answer.version,
        () => undefined,
      ),
    );
    expect(version).toBe('v2');
  });

  it('listens on IPv6', async () => {
    await using one = await bench({ listen: { host: '::1', port: await freePort('::1') } });
    const driver = await one.driver();
    await driver.ensure('blue', one.targets(blue, green));
    expect((await answeredBy(one.listen)).version).toBe('v1');
    const stream = await driver.openAsClient();
    stream.destroy();
    expect((await headersSeen(one.listen.port, '::1', {}, '::1'))['x-forwarded-for']).toBe('::1');
  });

  it('stands beside the switch of another app and knows its own only', async () => {
    await using one = await bench();
    await using other = await bench();
    const [first, second] = [await one.driver(), await other.driver()];
    await Promise.all([
      first.ensure('blue', one.targets(blue, green)),
      second.ensure('green', other.targets(blue, green)),
    ]);
    await first.shift('green');
    await first.shift('blue');
    expect(await second.live()).toBe('green');
    await second.dismantle();
    expect(await first.live()).toBe('blue');
    expect((await answeredBy(one.listen)).version).toBe('v1');
  });

  it('finishes a replacement that was interrupted', async () => {
    for (const when of ['before it starts', 'before the old one is told', 'before the old one leaves']) {
      await using one = await bench();
      await (await one.driver()).ensure('blue', one.targets(blue, green));
      const dies = (): never => {
        throw new Error('the job was killed');
      };
      let killed = false;
      const interrupted = await one.driverWith(
        { requestTimeoutMs: 9000 },
        {
          ...one.containers,
          start: (id) => (when === 'before it starts' ? dies() : one.containers.start(id)),
          remove: (id) => (killed ? dies() : one.containers.remove(id)),
          setRestartPolicy: (id, policy) =>
            policy === 'no' && when === 'before the old one is told'
              ? dies()
              : one.containers.setRestartPolicy(id, policy),
          kill: (id, signal) => {
            if (when === 'before the old one leaves') dies();
            return one.containers.kill(id, signal);
          },
        },
      );
      killed = true;
      await expect(interrupted.ensure('blue', one.targets(blue, green))).rejects.toThrow('job was killed');
      expect(await one.generations()).toHaveLength(2);
      expect((await answeredBy(one.listen)).version).toBe('v1');
      const next = await one.driver({ requestTimeoutMs: 9000 });
      await next.recover();
      expect(await next.live()).toBe('blue');
      expect(await next.ensure('blue', one.targets(blue, green))).toBe(
        when === 'before it starts' ? 'replaced' : 'unchanged',
      );
      await next.shift('green');
      for (let count = 0; count < 20; count += 1) expect((await answeredBy(one.listen)).version).toBe('v2');
      await until('one is left running', async () => {
        const running = (await one.generations()).filter((generation) => generation.running);
        return running.length === 1;
      });
      await (await one.driver()).recover();
      expect(await one.generations()).toHaveLength(1);
      expect(await exists(`${one.folder}/haproxy-1.cfg`)).toBe(false);
    }
  });

  it('refuses to guess when the process does not say which slot is live', async () => {
    await using one = await bench();
    await (await one.driver()).ensure('blue', one.targets(blue, green));
    const { admin } = switchFiles(one.folder, '1');
    await runtimeCommands(() => localConnections.openUnixSocket(admin), ['clear map /switchyard/live.map']);
    const driver = await one.driver();
    await expect(driver.live()).rejects.toThrow('does not say which slot is live');
    await expect(driver.shift('green')).rejects.toThrow(SwitchError);
    expect((await one.generations())[0]?.running).toBe(true);
  });

  async function headersSeen(
    port: number,
    from: string,
    headers: Record<string, string>,
    to = '127.0.0.1',
  ): Promise<Record<string, string>> {
    const { request } = await import('node:http');
    return await new Promise((resolve, reject) => {
      const sent = request({
        host: to,
        port,
        path: '/ip',
        localAddress: from,
        headers: { host: 'app.example', ...headers },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () =>
          resolve((JSON.parse(text) as { headers: Record<string, string> }).headers),
        );
      });
      sent.end();
    });
  }
});
