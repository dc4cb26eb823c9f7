import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ExplainedError } from '#explained-error';
import {
  EngineError,
  EngineUnreachableError,
  isConflict,
  isNotFound,
  openEngine,
  PullError,
  unixSocket,
} from '../src/index.ts';
import { fakeEngine, fakeSocket } from './fake-engine.ts';

const json = (value: unknown) => JSON.stringify(value);

describe('talking to an Engine', () => {
  it('agrees on a version, reuses connections and asks for what it should', async () => {
    const urls: string[] = [];
    await using fake = await fakeEngine((request, response) => {
      urls.push(`${request.method} ${request.url}`);
      response.end('[]');
    });
    const engine = await openEngine(fake.open);
    expect(engine.apiVersion).toBe('1.45');
    await engine.containers.list({
      all: true,
      labels: { 'switchyard.app': 'shop', 'switchyard.slot': true },
    });
    await engine.images.list();
    expect(decodeURIComponent(urls[0] ?? '')).toBe(
      'GET /v1.45/containers/json?all=true&filters={"label":["switchyard.app=shop","switchyard.slot"]}',
    );
    expect(fake.connections()).toBe(1);
    engine.close();
  });

  it('turns 404 into undefined, keeps conflicts apart, takes 304 for done', async () => {
    await using fake = await fakeEngine((request, response) => {
      const url = request.url ?? '';
      response.statusCode = url.includes('/start') ? 304 : url.includes('/create') ? 409 : 404;
      response.end(response.statusCode === 304 ? undefined : json({ message: 'the name is in use' }));
    });
    const engine = await openEngine(fake.open);
    expect(await engine.containers.inspect('app')).toBeUndefined();
    expect(await engine.images.inspect('app:1')).toBeUndefined();
    expect(await engine.networks.inspect('app')).toBeUndefined();
    await engine.containers.start('app');
    await engine.containers.remove('app');
    const conflict = await engine.containers.create('app', { Image: 'x' }).catch((error) => error);
    expect(isConflict(conflict)).toBe(true);
    expect(conflict.message).toBe(
      'The Docker Engine refused to create the container app (HTTP 409): the name is in use.',
    );
    const missing = await engine.containers.kill('app', 'SIGTERM').catch((error) => error);
    expect(isNotFound(missing)).toBe(true);
    engine.close();
  });

  it.each(['../info', 'a/b', 'a?force=1', '', 'a\r\nb', '-x'])(
    'sends no request for the container name %j',
    async (name) => {
      await using fake = await fakeEngine((_request, response) => response.end('{}'));
      const engine = await openEngine(fake.open);
      await expect(async () => engine.containers.inspect(name)).rejects.toThrow(/is not a Docker name/);
      engine.close();
    },
  );

  it.each(['../info', 'a//b:1', 'a?x', 'a b', ''])('sends no request for the image name %j', async (name) => {
    await using fake = await fakeEngine((_request, response) => response.end('{}'));
    const engine = await openEngine(fake.open);
    await expect(async () => engine.images.inspect(name)).rejects.toThrow(/is not the name of an image/);
    engine.close();
  });

  it('sends the credentials of a pull as padded base64url, and only then', async () => {
    const headers: (string | string[] | undefined)[] = [];
    await using fake = await fakeEngine((request, response) => {
      headers.push(request.headers['x-registry-auth']);
      response.end(
        `${json({ status: 'Pulling from a', id: '1' })}\n${json({ status: `Digest: sha256:${'b'.repeat(64)}` })}\n`,
      );
    });
    const engine = await openEngine(fake.open);
    const auth = { username: 'ü', password: 'p?>~' };
    const result = await engine.images.pull('r.example/a:1', { auth });
    await engine.images.pull('r.example/a:1');
    expect(result).toMatchObject({ digest: `sha256:${'b'.repeat(64)}`, changed: true });
    expect(headers[1]).toBeUndefined();
    expect(String(headers[0])).toMatch(/^[\w-]+={0,2}$/);
    expect(String(headers[0]).length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(String(headers[0]), 'base64url').toString())).toEqual({
      ...auth,
      serveraddress: 'r.example',
    });
    engine.close();
  });

  it('finds the error inside a pull that began well', async () => {
    await using fake = await fakeEngine((_request, response) => {
      response.end(
        `${json({ status: 'Pulling from a', id: '1' })}\r\n${json({ errorDetail: { message: 'no space left on device' }, error: 'x' })}\r\n`,
      );
    });
    const engine = await openEngine(fake.open);
    const failure = await engine.images.pull('r.example/a:1').catch((error) => error);
    expect(failure).toBeInstanceOf(PullError);
    expect(failure).toMatchObject({ kind: 'no-space' });
    engine.close();
  });

  it('gives up a pull without progress', async () => {
    await using fake = await fakeEngine((_request, response) => {
      response.write(`${json({ status: 'Waiting', id: 'aaaaaaaaaaaa' })}\n`);
    });
    const engine = await openEngine(fake.open);
    const failure = await engine.images
      .pull('r.example/a:1', { stallTimeoutMs: 100 })
      .catch((error) => error);
    expect(failure).toMatchObject({ name: 'PullError', kind: 'timeout', timedOut: false });
    engine.close();
  });

  it('gives up a silent Engine and stops with the signal', async () => {
    await using fake = await fakeEngine(() => {});
    const engine = await openEngine(fake.open);
    await expect(engine.info({ timeoutMs: 80 })).rejects.toMatchObject({
      name: 'EngineError',
      timedOut: true,
    });
    const stop = new AbortController();
    const asking = engine.info({ signal: stop.signal });
    stop.abort(new Error('cancelled'));
    await expect(asking).rejects.toThrow('cancelled');
    engine.close();
  });

  it('asks a second time when a pooled connection breaks before a GET is answered', async () => {
    let cut = true;
    await using fake = await fakeEngine((request, response) => {
      if (request.url?.endsWith('/info') && cut) {
        cut = false;
        request.socket.destroy();
      } else response.end('{"Name":"server"}');
    });
    const engine = await openEngine(fake.open);
    expect(await engine.info()).toEqual({ Name: 'server' });
    engine.close();
  });

  it('never repeats what changes something', async () => {
    let starts = 0;
    await using fake = await fakeEngine((request) => {
      starts += 1;
      request.socket.destroy();
    });
    const engine = await openEngine(fake.open);
    await expect(engine.containers.start('app')).rejects.toBeInstanceOf(EngineUnreachableError);
    expect(starts).toBe(1);
    engine.close();
  });

  it('yields events until the signal fires', async () => {
    await using fake = await fakeEngine((_request, response) => {
      response.write(`${json({ Action: 'start' })}\n${json({ Action: 'die' })}\n`);
    });
    const engine = await openEngine(fake.open);
    const stop = new AbortController();
    const seen: (string | undefined)[] = [];
    for await (const event of engine.events({ signal: stop.signal })) {
      seen.push(event.Action);
      if (event.Action === 'die') stop.abort();
    }
    expect(seen).toEqual(['start', 'die']);
    engine.close();
  });
});

describe('whatever else may sit on the socket', () => {
  it.each([
    ['an SSH server', 'SSH-2.0-OpenSSH_9.2\r\n', /does not speak HTTP/],
    ['a web page', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>', /not a Docker Engine.*<html>/],
    ['JSON that is no object', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull', /not a Docker Engine/],
    ['an empty object', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', /names no API version/],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n', /redirect/],
    ['an error page', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\n<h1>\n502 ', /HTTP 502/],
    [
      'half an answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{',
      /connection to the Docker Engine broke/,
    ],
    ['nothing', '', /connection to the Docker Engine broke/],
  ])('%s gives one sentence', async (_name, answer, message) => {
    await using fake = await fakeSocket((socket) => {
      socket.once('data', () => socket.end(answer));
    });
    const failure = await openEngine(fake.open).catch((error) => error);
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^[^\n\r]*[.?]$/);
  });

  it.each([
    ['a list', '{}', 'it sent "{}" in place of a list in JSON.'],
    ['a list of objects', '[null]', 'it sent "[null]" in place of a list in JSON.'],
  ])('an answer that is not %s is refused where one belongs', async (_name, answer, told) => {
    await using fake = await fakeEngine((_request, response) => response.end(answer));
    const engine = await openEngine(fake.open);
    for (const listing of [engine.containers.list(), engine.images.list(), engine.networks.list()]) {
      const failure = await listing.catch((error) => error);
      expect(failure).toBeInstanceOf(EngineError);
      expect(failure.message).toContain(told);
    }
    engine.close();
  });

  it('a list is refused where an object belongs', async () => {
    await using fake = await fakeEngine((_request, response) => response.end('[]'));
    const engine = await openEngine(fake.open);
    for (const answer of [engine.info(), engine.containers.inspect('app'), engine.images.inspect('app:1')]) {
      await expect(answer).rejects.toThrow('it sent "[]" in place of an object in JSON.');
    }
    engine.close();
  });

  it('an error that is no text is shown as it was sent', async () => {
    await using fake = await fakeEngine((request, response) => {
      const isPull = request.url?.includes('/images/create');
      if (!isPull) response.statusCode = 500;
      response.end(isPull ? '{"errorDetail":{"message":{"b":1}}}\n' : '{"message":{"a":1}}');
    });
    const engine = await openEngine(fake.open);
    await expect(engine.info()).rejects.toThrow(/\(HTTP 500\): \{"a":1\}\.$/);
    await expect(engine.images.pull('r.example/a:1')).rejects.toThrow(
      /could not pull r\.example\/a:1: \{"b":1\}\.$/,
    );
    engine.close();
  });

  it('refuses an endless answer', async () => {
    const piece = Buffer.alloc(1024 * 1024, ' ');
    await using fake = await fakeSocket((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on('drain', more);
        more();
      });
    });
    await expect(openEngine(fake.open)).rejects.toThrow(/larger than 32 MiB/);
  });

  it('says what is wrong with the socket', async () => {
    await expect(openEngine(unixSocket('/nonexistent/docker.sock'))).rejects.toThrow(
      /there is no such socket/,
    );
  });

  it('leaves the words to whoever opens the connection', async () => {
    const refused = new ExplainedError('The SSH server refused the key.');
    await expect(openEngine(() => Promise.reject(refused))).rejects.toBe(refused);
  });

  it('needs nothing of a socket but a duplex stream', async () => {
    await using fake = await fakeEngine((_request, response) => response.end('{"Name":"server"}'));
    const bare = async () => {
      const socket = await fake.open();
      return Duplex.from({ readable: socket, writable: socket });
    };
    const engine = await openEngine(bare);
    expect(await engine.info()).toEqual({ Name: 'server' });
    expect(await engine.info()).toEqual({ Name: 'server' });
    engine.close();
  });
});
