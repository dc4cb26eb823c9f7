import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

async function startApp(env: Record<string, string> = {}) {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const child = spawn(process.execPath, [join(import.meta.dirname, '../apps/web/server.mjs')], {
    env: { PORT: String(port), VERSION: 'v9', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('listens on') && resolve());
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: () => child.kill('SIGTERM'),
    exit,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

test('says its version, applies an order once for each time it is sent, and counts an upload', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-app-'));
  const file = join(folder, 'orders');
  await using app = await startApp({ ORDERS_FILE: file });
  const answer = await fetch(`${app.url}/`);
  expect([answer.status, answer.headers.get('x-app-version'), await answer.text()]).toEqual([
    200,
    'v9',
    'hello from v9\n',
  ]);
  for (const id of ['a', 'b', 'b']) {
    const order = await fetch(`${app.url}/orders`, { method: 'POST', body: `${id}\n` });
    expect(order.status).toBe(201);
  }
  expect(await (await fetch(`${app.url}/applied`)).json()).toEqual({
    version: 'v9',
    orders: 2,
    duplicates: 1,
  });
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => line.split(' ').slice(0, 2))).toEqual([
    ['a', 'v9'],
    ['b', 'v9'],
    ['b', 'v9'],
  ]);
  const upload = await fetch(`${app.url}/upload`, {
    method: 'POST',
    body: new Uint8Array(randomBytes(3_000_000)),
  });
  expect(await upload.json()).toMatchObject({ bytes: 3_000_000 });
  await rm(folder, { recursive: true });
});

test('turns bad after its first user’s request, and stays healthy meanwhile', async () => {
  await using app = await startApp({ BAD_AFTER_MS: '0' });
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
  expect((await fetch(`${app.url}/version`)).status).toBe(200);
  expect((await fetch(`${app.url}/`)).status).toBe(500);
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
});

test('ends politely: the slow answer comes, streams and web sockets are told', async () => {
  await using app = await startApp();
  const slow = fetch(`${app.url}/slow?ms=600`).then((response) => response.text());
  const events = await fetch(`${app.url}/sse?everyMs=0`).then((response) => response.body?.getReader());
  const decoder = new TextDecoder();
  const first = await events?.read();
  expect(decoder.decode(first?.value)).toBe('id: 0\ndata: v9 0\n\n');
  const webSocket = new WebSocket(`ws://127.0.0.1:${app.port}/ws`);
  const messages: unknown[] = [];
  const echoed = new Promise<void>((resolve) => {
    webSocket.addEventListener('message', ({ data }) => {
      messages.push(data);
      if (messages.length === 1) webSocket.send('x'.repeat(300));
      else resolve();
    });
  });
  await echoed;
  expect(messages).toEqual(['hello from v9', `v9 ${'x'.repeat(300)}`]);
  const closed = new Promise<number>((resolve) =>
    webSocket.addEventListener('close', ({ code }) => resolve(code)),
  );
  // A connection on which nothing was ever sent, as proxies keep them.
  const spare = connect(app.port, '127.0.0.1');
  await new Promise((resolve) => spare.once('connect', resolve));
  app.stop();
  expect(await closed).toBe(1001);
  const last = await events?.read();
  expect(decoder.decode(last?.value)).toBe('event: bye\ndata: v9\n\n');
  expect(await slow).toBe('slow hello from v9\n');
  expect(await app.exit).toBe(0);
});

test('speaks HTTP/2 without TLS', async () => {
  await using app = await startApp({ PROTOCOL: 'h2c' });
  const session = connectHttp2(app.url);
  const stream = session.request({ ':path': '/' });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text).toBe('hello from v9\n');
  session.close();
  app.stop();
  expect(await app.exit).toBe(0);
});

test('speaks plain TCP: greets, echoes, says goodbye', async () => {
  await using app = await startApp({ PROTOCOL: 'tcp' });
  const socket = connect(app.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text === 'v9\n') socket.write('ping\n');
    if (text === 'v9\nping\n') app.stop();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  expect(text).toBe('v9\nping\nbye v9\n');
  expect(await app.exit).toBe(0);
});

test('ABRUPT breaks off what is under way', async () => {
  await using app = await startApp({ ABRUPT: '1' });
  const broken = new Promise<string>((resolve) => {
    const sent = request(`${app.url}/slow?ms=5000`, () => resolve('answered'));
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    sent.end();
  });
  await fetch(`${app.url}/`);
  app.stop();
  expect(await broken).toBe('ECONNRESET');
  expect(await app.exit).toBe(1);
});
