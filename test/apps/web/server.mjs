// The app that tests and the demo deploy. Node alone, no dependencies; one file, so that versions of it share
// every layer of their images but the one that holds /app/VERSION.
//
// PROTOCOL       http (default), h2c or tcp            PORT   8080
// VERSION        instead of the file beside this one   BOOT_MS  waits before it listens
// NEVER_LISTEN   runs and never listens                NEVER_HEALTHY  /health answers 503
// BAD_AFTER_MS   all but /health and /version answer 500, this long after the first request that is neither
// SLOW_AFTER_MS  the same, but answers SLOW_MS (1000) late instead
// EXIT_AFTER_MS  ends with code 1                      IGNORE_SIGTERM, ABRUPT  bad manners at the end
// ORDERS_FILE    applied orders are appended to it     ORDERS_TO  host:port; applied orders are sent to it
import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { connect, createServer as createTcpServer } from 'node:net';
import { hostname } from 'node:os';

const env = process.env;
const port = Number(env.PORT ?? 8080);
const protocol = env.PROTOCOL ?? 'http';
const version = env.VERSION ?? readVersion();
let firstUserRequestAt;
let ending = false;
const streams = new Set();
const webSockets = new Set();
const sockets = new Set();
const applied = new Map();
let duplicates = 0;

function readVersion() {
  try {
    return readFileSync(new URL('VERSION', import.meta.url), 'utf8').trim();
  } catch {
    return 'dev';
  }
}

const ordersFile = env.ORDERS_FILE ? createWriteStream(env.ORDERS_FILE, { flags: 'a' }) : undefined;
let ordersSocket;
if (env.ORDERS_TO) {
  const at = env.ORDERS_TO.lastIndexOf(':');
  ordersSocket = connect(Number(env.ORDERS_TO.slice(at + 1)), env.ORDERS_TO.slice(0, at));
  ordersSocket.on('error', (error) => console.error(`orders: ${error.message}`));
}

/** Applies an order and resolves when it is on its way to where it is counted. */
async function apply(id) {
  const times = (applied.get(id) ?? 0) + 1;
  applied.set(id, times);
  if (times > 1) duplicates += 1;
  const line = `${id} ${version} ${hostname()}\n`;
  for (const sink of [ordersFile, ordersSocket]) {
    if (sink)
      await new Promise((resolve, reject) =>
        sink.write(line, (error) => (error ? reject(error) : resolve())),
      );
  }
}

function has(name, since) {
  return env[name] !== undefined && since !== undefined && performance.now() - since >= Number(env[name]);
}

function answer(response, status, body, headers = {}) {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const extra = ending && protocol === 'http' ? { connection: 'close' } : {};
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'x-app-version': version,
    ...extra,
    ...headers,
  });
  response.end(text);
}

async function read(request, limit = 1_048_576) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function handle(request, response) {
  const url = new URL(request.url, 'http://app');
  const number = (name, fallback) => Number(url.searchParams.get(name) ?? fallback);
  if (url.pathname === '/health') {
    return env.NEVER_HEALTHY ? answer(response, 503, 'not ready\n') : answer(response, 200, 'ok\n');
  }
  if (url.pathname === '/version') return answer(response, 200, `${version}\n`);
  firstUserRequestAt ??= performance.now();
  if (has('BAD_AFTER_MS', firstUserRequestAt)) {
    request.resume();
    return answer(response, 500, `${version} is broken\n`);
  }
  if (has('SLOW_AFTER_MS', firstUserRequestAt)) await delay(Number(env.SLOW_MS ?? 1000));
  switch (url.pathname) {
    case '/':
      return answer(response, 200, `hello from ${version}\n`);
    case '/orders': {
      if (request.method !== 'POST') return answer(response, 405, 'POST only\n', { allow: 'POST' });
      const body = await read(request);
      const id = request.headers['x-order-id'] ?? body.trim().split('\n')[0];
      if (!id) return answer(response, 400, 'an order needs an id\n');
      await apply(id);
      return answer(response, 201, { id, version, times: applied.get(id) });
    }
    case '/applied':
      return answer(response, 200, { version, orders: applied.size, duplicates });
    case '/slow':
      await delay(number('ms', 2000));
      return answer(response, 200, `slow hello from ${version}\n`);
    case '/upload': {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of request) {
        bytes += chunk.length;
        hash.update(chunk);
      }
      return answer(response, 200, { version, bytes, sha256: hash.digest('hex') });
    }
    case '/download':
      return download(response, number('bytes', 1_048_576), number('chunk', 65_536), number('everyMs', 0));
    case '/ip':
      return answer(response, 200, { version, peer: request.socket.remoteAddress, headers: request.headers });
    case '/many-headers': {
      const many = Array.from({ length: number('count', 150) }, (_, index) => [`x-many-${index}`, 'a']);
      return answer(response, 200, 'many\n', Object.fromEntries(many));
    }
    case '/env':
      return answer(response, 200, { version, value: env[url.searchParams.get('name') ?? ''] ?? null });
    case '/status':
      return answer(response, number('code', 200), `${version}\n`);
    case '/sse':
      return serveEvents(response, number('everyMs', 1000));
    default:
      return answer(response, 404, 'no such page\n');
  }
}

async function download(response, bytes, chunk, everyMs) {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'x-app-version': version });
  for (let left = bytes; left > 0 && !response.destroyed; left -= chunk) {
    response.write(Buffer.alloc(Math.min(chunk, left), 120));
    await delay(everyMs);
  }
  response.end();
}

function serveEvents(response, everyMs) {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-app-version': version,
  });
  let count = 0;
  const send = () => response.write(`id: ${count}\ndata: ${version} ${count++}\n\n`);
  send();
  // 0 sends the first event only: a quiet stream, which no proxy may cut.
  const timer = everyMs > 0 ? setInterval(send, everyMs) : undefined;
  const stream = { end: () => response.end(`event: bye\ndata: ${version}\n\n`) };
  streams.add(stream);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(stream);
  });
}

// RFC 6455: the handshake, then text and ping are answered; enough for a client that tests with short frames.
function upgrade(request, socket, head) {
  const url = new URL(request.url, 'http://app');
  const key = request.headers['sec-websocket-key'];
  if (url.pathname !== '/ws' || !key)
    return socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n');
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\nX-App-Version: ${version}\r\n\r\n`,
  );
  socket.setNoDelay(true);
  const frame = (opcode, payload) => {
    const length =
      payload.length < 126
        ? Buffer.from([0x80 | opcode, payload.length])
        : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff]);
    return Buffer.concat([length, payload]);
  };
  const code = (status) => Buffer.from([status >> 8, status & 0xff]);
  const webSocket = { end: () => socket.end(frame(8, code(1001))) };
  webSockets.add(webSocket);
  socket.on('close', () => webSockets.delete(webSocket));
  socket.on('error', () => socket.destroy());
  socket.write(frame(1, Buffer.from(`hello from ${version}`)));
  let buffer = Buffer.alloc(0);
  const onData = (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      if (buffer.length < 2) return;
      const opcode = buffer[0] & 0x0f;
      const masked = (buffer[1] & 0x80) !== 0;
      let length = buffer[1] & 0x7f;
      let offset = 2;
      if (length === 127) return socket.end(frame(8, code(1009)));
      if (length === 126) {
        if (buffer.length < 4) return;
        length = buffer.readUInt16BE(2);
        offset = 4;
      }
      const start = offset + (masked ? 4 : 0);
      if (buffer.length < start + length) return;
      const payload = Buffer.from(buffer.subarray(start, start + length));
      if (masked) for (let i = 0; i < length; i += 1) payload[i] ^= buffer[offset + (i % 4)];
      buffer = buffer.subarray(start + length);
      if (opcode === 8) return socket.end(frame(8, payload.subarray(0, 2)));
      if (opcode === 9) socket.write(frame(10, payload));
      if (opcode === 1) socket.write(frame(1, Buffer.concat([Buffer.from(`${version} `), payload])));
    }
  };
  socket.on('data', onData);
  if (head.length > 0) onData(head);
}

function createServer() {
  if (protocol === 'tcp') {
    return createTcpServer((socket) => {
      socket.write(`${version}\n`);
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => socket.write(chunk));
      const connection = { end: () => socket.end(`bye ${version}\n`) };
      streams.add(connection);
      socket.on('close', () => streams.delete(connection));
    });
  }
  const safely = (request, response) =>
    handle(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) answer(response, 500, `${error.message}\n`);
      else response.destroy();
    });
  if (protocol === 'h2c') return createHttp2Server(safely);
  const server = createHttpServer(safely);
  // Node's default of five minutes for a whole request would end long uploads.
  server.requestTimeout = 0;
  if (env.KEEP_ALIVE_MS) server.keepAliveTimeout = Number(env.KEEP_ALIVE_MS);
  server.on('upgrade', upgrade);
  return server;
}

const server = createServer();
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});
if (protocol === 'h2c') {
  server.on('session', (session) => {
    streams.add({ end: () => session.close() });
  });
}

function end(signal) {
  if (env.IGNORE_SIGTERM) return console.log(`${version} ignores ${signal}`);
  if (env.ABRUPT) process.exit(1);
  if (ending) return;
  ending = true;
  console.log(`${version} ends after ${signal}`);
  server.close(() => {
    ordersSocket?.end();
    if (ordersFile) ordersFile.end(() => process.exit(0));
    else process.exit(0);
  });
  for (const stream of streams) stream.end();
  for (const webSocket of webSockets) webSocket.end();
  server.closeIdleConnections?.();
  setInterval(() => {
    server.closeIdleConnections?.();
    // A proxy's spare connection, on which no request ever came, would keep server.close() waiting.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, 250).unref();
}
process.on('SIGTERM', end);
process.on('SIGINT', end);

if (env.EXIT_AFTER_MS) {
  setTimeout(() => {
    console.error(`${version} cannot go on: lost its database`);
    process.exit(1);
  }, Number(env.EXIT_AFTER_MS));
}
console.log(`${version} starts`);
if (env.BOOT_MS) await delay(Number(env.BOOT_MS));
if (env.NEVER_LISTEN) setInterval(() => undefined, 60_000);
else server.listen(port, '::', () => console.log(`${version} listens on ${port} (${protocol})`));
