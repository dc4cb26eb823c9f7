import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import { type Engine, openEngine, unixSocket } from '../../engine/src/index.ts';
import type { Backend } from './switch-bench.ts';
import { answeredBy, SwitchBench, startBackend, until } from './switch-bench.ts';
import { KeptConnection } from './switch-clients.ts';

describeWithEngine('connections through an HAProxy switch that is replaced', ({ socket }) => {
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

  it('leads idle connections of two replaced generations to what is live now', async () => {
    await using one = await SwitchBench.create(engine, { image });
    const targets = one.targets(blue, green);
    await (await one.driver()).ensure('blue', targets);
    const [oldest, once, twice] = await Promise.all([1, 2, 3].map(() => KeptConnection.open(one.listen)));
    expect(await oldest?.get()).toBe('v1');
    expect(await once?.get()).toBe('v1');
    expect(await twice?.get()).toBe('v1');
    const silent = await KeptConnection.open(one.listen);
    const second = await one.driver({ requestTimeoutMs: 9000 });
    await second.ensure('blue', targets);
    expect(await once?.get()).toBe('v1');
    await second.shift('green');
    expect(await twice?.get()).toBe('v2');
    const younger = await KeptConnection.open(one.listen);
    expect(await younger.get()).toBe('v2');
    const third = await one.driver({ requestTimeoutMs: 8000 });
    await third.ensure('blue', targets);
    await third.shift('blue');
    expect(await silent.get()).toBe('v1');
    expect(await oldest?.get('/ip')).toBe('v1');
    expect(await younger.get()).toBe('v1');
    expect(await oldest?.ended).toBe('closed');
    expect(await younger.ended).toBe('closed');
    await until('the old generations have left', async () => {
      return (await one.generations()).filter(({ running }) => running).length === 1;
    });
  });

  it('lets slow answers end across replacement and shift, and counts them until they have', async () => {
    await using one = await SwitchBench.create(engine, { image });
    const targets = one.targets(blue, green);
    const first = await one.driver();
    await first.ensure('blue', targets);
    const url = `http://127.0.0.1:${one.listen.port}/slow?ms=2000`;
    const slow = Promise.all(
      [1, 2, 3].map(async () => {
        const answer = await fetch(url, { headers: { connection: 'close' } });
        return `${answer.status} ${(await answer.text()).trim()}`;
      }),
    );
    await until('three are in flight', async () => (await first.inFlight('blue')) === 3);
    const second = await one.driver({ requestTimeoutMs: 9000 });
    expect(await second.ensure('blue', targets)).toBe('replaced');
    await second.shift('green');
    expect(await second.inFlight('blue')).toBe(3);
    expect(await (await one.driver({ requestTimeoutMs: 9000 })).inFlight('blue')).toBe(3);
    expect(await second.inFlight('green')).toBe(0);
    expect((await answeredBy(one.listen)).version).toBe('v2');
    expect(await slow).toEqual(Array(3).fill('200 slow hello from v1'));
    await until('none is left', async () => (await second.inFlight('blue')) === 0);
  });

  it('lets a slow upload, a quiet WebSocket and a quiet event stream live through both', async () => {
    await using one = await SwitchBench.create(engine, { image, requestTimeoutMs: 1000 });
    const targets = one.targets(blue, green);
    const first = await one.driver();
    await first.ensure('blue', targets);
    const upload = slowUpload(one.listen.port, 5_500);
    const quiet = await QuietWebSocket.open(one.listen.port);
    const events = await fetch(
      `http://127.0.0.1:${one.listen.port}/download?bytes=600&chunk=100&everyMs=900`,
    );
    const second = await one.driver({ requestTimeoutMs: 1100 });
    await second.ensure('blue', targets);
    await second.shift('green');
    expect(await second.inFlight('blue')).toBe(3);
    expect((await events.text()).length).toBe(600);
    const done = await upload;
    expect(done).toEqual({ status: 200, version: 'v1', bytes: 56 * 1000 });
    await quiet.quietFor(8_000);
    expect(await quiet.echo('still there')).toBe('v1 still there');
    expect(await second.inFlight('blue')).toBe(1);
    await second.closeConnections('blue');
    await until('the WebSocket ends', () => quiet.hasEnded);
    await until('nothing is left', async () => (await second.inFlight('blue')) === 0);
  }, 40_000);
});

function slowUpload(
  port: number,
  durationMs: number,
): Promise<{ status: number | undefined; version: string; bytes: number }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/upload', method: 'POST' });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${text}`));
        const { version, bytes } = JSON.parse(text) as { version: string; bytes: number };
        resolve({ status: response.statusCode, version, bytes });
      });
    });
    sent.write(Buffer.alloc(1000));
    let left = Math.round(durationMs / 100);
    const timer = setInterval(() => {
      sent.write(Buffer.alloc(1000));
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      sent.end();
    }, durationMs / left);
  });
}

/** The little of RFC 6455 that is needed to be quiet and then say one thing. */
class QuietWebSocket {
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
    });
    this.ended = new Promise((resolve) => socket.on('error', () => {}).once('close', () => resolve()));
  }

  static async open(port: number): Promise<QuietWebSocket> {
    const socket = connect(port, '127.0.0.1');
    const web = new QuietWebSocket(socket);
    socket.write(
      'GET /ws HTTP/1.1\r\nhost: app\r\nconnection: Upgrade\r\nupgrade: websocket\r\n' +
        'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await until('the handshake', () => web.#bytes.includes('hello from'));
    return web;
  }

  /** Resolves if the connection was still open and silent when the time was up. */
  async quietFor(durationMs: number): Promise<void> {
    const before = this.#bytes.length;
    const timer = AbortSignal.timeout(durationMs);
    await Promise.race([this.ended, new Promise((resolve) => timer.addEventListener('abort', resolve))]);
    expect(this.#socket.destroyed).toBe(false);
    expect(this.#bytes.length).toBe(before);
  }

  get hasEnded(): boolean {
    return this.#socket.destroyed;
  }

  async echo(text: string): Promise<string> {
    this.#bytes = Buffer.alloc(0);
    const mask = Buffer.from([1, 2, 3, 4]);
    const payload = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload]));
    return await until('the echo', () =>
      this.#bytes.length > 2 ? this.#bytes.subarray(2).toString('utf8') : undefined,
    );
  }
}
