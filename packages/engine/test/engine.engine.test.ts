import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import {
  type Engine,
  isConflict,
  openEngine,
  platformProblem,
  runToCompletion,
  serverFacts,
  unixSocket,
} from '../src/index.ts';

describeWithEngine('the Engine client on a real Engine', ({ socket }) => {
  const run = randomBytes(4).toString('hex');
  const labels = { 'switchyard.test': run };
  const name = (what: string) => `engine-test-${run}-${what}`;
  let engine: Engine;
  let busybox: string;
  let otherArchitecture: string;

  beforeAll(async () => {
    ({ busybox, otherArchitecture } = await buildLocalImages());
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(async () => {
    for (const { Id } of await engine.containers.list({ all: true, labels })) {
      await engine.containers.remove(Id ?? '', { force: true });
    }
    engine.close();
  });

  const start = async (what: string, script: string, more: object = {}) => {
    const id = await engine.containers.create(name(what), {
      Image: busybox,
      Cmd: ['sh', '-c', script],
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Init: true },
      ...more,
    });
    await engine.containers.start(id);
    return id;
  };

  it('knows the server', async () => {
    const facts = serverFacts(await engine.info(), engine.version);
    expect(facts.os).toBe('linux');
    expect(facts.dockerRootDir).toMatch(/^\//);
    expect(Math.abs((await engine.serverTimeMs()) - Date.now())).toBeLessThan(1_500);
    await engine.system.ping();
    const foreign = await engine.images.inspect(otherArchitecture);
    const own = await engine.images.inspect(busybox);
    expect(foreign && platformProblem('x:1', foreign, facts)).toMatch(/is built for linux\//);
    expect(own && platformProblem('x:1', own, facts)).toBeUndefined();
  });

  it('takes a container through its life', async () => {
    const id = await start('life', 'trap "exit 7" TERM; while :; do sleep 0.05; done');
    const { containers } = engine;
    await containers.start(id);
    expect((await containers.inspect(name('life')))?.State?.Status).toBe('running');
    expect((await containers.list({ labels })).map((one) => one.Id)).toContain(id);
    const taken = await containers.create(name('life'), { Image: busybox }).catch((error) => error);
    expect(isConflict(taken)).toBe(true);
    await containers.update(id, { RestartPolicy: { Name: 'unless-stopped' } });
    expect((await containers.inspect(id))?.HostConfig?.RestartPolicy?.Name).toBe('unless-stopped');
    await containers.pause(id);
    expect((await containers.inspect(id))?.State?.Paused).toBe(true);
    await containers.unpause(id);
    await containers.rename(id, name('renamed'));
    const ended = containers.wait(id);
    await containers.stop(id, 5);
    expect(await ended).toBe(7);
    await containers.stop(id, 5);
    await expect(containers.kill(id, 'SIGTERM')).rejects.toMatchObject({ status: 409 });
    await containers.remove(id);
    await containers.remove(id);
    expect(await containers.inspect(id)).toBeUndefined();
  });

  it('reads logs of both streams, the last lines only, raw with a TTY', async () => {
    const id = await start('logs', 'for n in 1 2 3 4 5; do echo out $n; done; sleep 0.1; echo err >&2');
    await engine.containers.wait(id);
    expect(await engine.containers.logs(id, { tail: 3 })).toBe('out 4\nout 5\nerr\n');
    expect(await engine.containers.logs(id, { stderr: false, maxBytes: 6 })).toBe('…out 5\n');
    const tty = await start('tty', 'echo hello', { Tty: true });
    await engine.containers.wait(tty);
    expect(await engine.containers.logs(tty)).toBe('hello\r\n');
  });

  it('runs programs inside a container', async () => {
    const id = await start('exec', 'sleep 60');
    const { containers } = engine;
    expect(
      await containers.exec(id, ['sh', '-c', 'echo $A; echo bad >&2; exit 3'], { env: ['A=b c'] }),
    ).toMatchObject({
      exitCode: 3,
      stdout: 'b c\n',
      stderr: 'bad\n',
      timedOut: false,
      truncated: false,
    });
    expect(await containers.exec(id, ['cat'], { stdin: 'over the bare connection\n' })).toMatchObject({
      exitCode: 0,
      stdout: 'over the bare connection\n',
    });
    const long = await containers.exec(id, ['sh', '-c', 'head -c 100000 /dev/zero'], {
      maxOutputBytes: 1_000,
    });
    expect([long.output.length, long.truncated, long.exitCode]).toEqual([1_001, true, 0]);
    const startedMs = performance.now();
    expect(await containers.exec(id, ['sleep', '30'], { timeoutMs: 200 })).toMatchObject({
      timedOut: true,
      exitCode: undefined,
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    const missing = await containers.exec(id, ['no-such-program']).catch((error) => error);
    expect(missing instanceof Error || missing.exitCode === 126 || missing.exitCode === 127).toBe(true);
    await containers.kill(id, 'SIGKILL');
  });

  it('limits waiting', async () => {
    const id = await start('wait', 'sleep 60');
    await expect(engine.containers.wait(id, { timeoutMs: 100 })).rejects.toMatchObject({ timedOut: true });
    await engine.containers.remove(id, { force: true });
  });

  it('reports events', async () => {
    const stop = new AbortController();
    const seen: (string | undefined)[] = [];
    const sinceMs = await engine.serverTimeMs();
    const id = await start('events', 'exit 0');
    const limit = setTimeout(() => stop.abort(), 20_000);
    for await (const event of engine.events({
      filters: { container: [id] },
      sinceMs: sinceMs - 2_000,
      signal: stop.signal,
    })) {
      seen.push(event.Action);
      if (event.Action === 'die') stop.abort();
    }
    clearTimeout(limit);
    expect(seen).toEqual(expect.arrayContaining(['create', 'start', 'die']));
  });

  it('runs a one-off container to its end', async () => {
    const lines: string[] = [];
    const config = { Image: busybox, Labels: labels, HostConfig: { NetworkMode: 'none' } };
    const result = await runToCompletion(engine, {
      name: name('once'),
      config: { ...config, Cmd: ['sh', '-c', 'echo one; echo two >&2; printf three; exit 4'] },
      timeoutMs: 30_000,
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(result).toMatchObject({ exitCode: 4, timedOut: false, outOfMemory: false });
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three']);
    expect(result.output).toContain('two\n');
    expect(await engine.containers.inspect(name('once'))).toBeUndefined();
  });

  it('stops and removes a one-off container that takes too long or is cancelled', async () => {
    const config = {
      Image: busybox,
      Labels: labels,
      HostConfig: { NetworkMode: 'none', Init: true },
      Cmd: ['sh', '-c', 'echo begun; sleep 60'],
    };
    const late = await runToCompletion(engine, {
      name: name('late'),
      config,
      timeoutMs: 500,
      stopTimeoutSeconds: 1,
    });
    expect(late).toMatchObject({ exitCode: undefined, timedOut: true, output: 'begun\n' });
    const cancel = new AbortController();
    const running = runToCompletion(engine, {
      name: name('cancelled'),
      config,
      timeoutMs: 60_000,
      stopTimeoutSeconds: 1,
      signal: cancel.signal,
      onLine: () => cancel.abort(new Error('cancelled')),
    });
    await expect(running).rejects.toThrow('cancelled');
    for (const what of ['late', 'cancelled'])
      expect(await engine.containers.inspect(name(what))).toBeUndefined();
  });

  it('removes a one-off container that cannot start', async () => {
    const run = runToCompletion(engine, {
      name: name('broken'),
      config: { Image: busybox, Labels: labels, Cmd: ['/no/such/program'] },
      timeoutMs: 5_000,
    });
    await expect(run).rejects.toMatchObject({ name: 'EngineError' });
    expect(await engine.containers.inspect(name('broken'))).toBeUndefined();
  });

  it('tags, lists and removes images', async () => {
    const tag = `switchyard-test/${name('tag')}:1`;
    await engine.images.tag(busybox, tag);
    expect((await engine.images.list({ reference: `switchyard-test/${name('tag')}` })).length).toBe(1);
    expect(await engine.images.remove(tag)).not.toEqual([]);
    expect(await engine.images.remove(tag)).toEqual([]);
  });
});
