import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { acceptValue } from '../web-socket-frames.ts';

export interface StandInApp extends AsyncDisposable {
  host: string;
  port: number;
  orders: string[];
  /** How often each path was asked for. */
  paths: Map<string, number>;
  /** Changes what the app does from the next request on. */
  behave(next: Partial<Behaviour>): void;
  /** A clean end of all streams, as an app does on SIGTERM. */
  sayGoodbye(): void;
  /** Resets every open connection. */
  resetAll(): void;
}

export interface Behaviour {
  version: () => string | undefined;
  fault: 'none' | 'reset' | 'close' | 'status 500' | 'silence' | 'garbage' | 'half a body';
  /** Each order is written down this often. */
  applyTimes: number;
  ordersFile: string | undefined;
}

/** The least that honours the contract of the demo app, with every misbehaviour that the load must notice. */
export async function startStandInApp(initial: Partial<Behaviour> = {}): Promise<StandInApp> {
  const behaviour: Behaviour = {
    version: () => 'v1',
    fault: 'none',
    applyTimes: 1,
    ordersFile: undefined,
    ...initial,
  };
  const orders: string[] = [];
  const paths = new Map<string, number>();
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  const webSockets = new Set<Socket>();

  const server = createServer((request, response) => {
    if (misbehave(behaviour, request, response)) return;
    const version = behaviour.version();
    if (version !== undefined) response.setHeader('x-app-version', version);
    const path = request.url ?? '/';
    paths.set(path, (paths.get(path) ?? 0) + 1);
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk;
      });
      request.on('end', async () => {
        const { id } = JSON.parse(body) as { id: string };
        for (let time = 0; time < behaviour.applyTimes; time += 1) orders.push(id);
        if (behaviour.ordersFile !== undefined) await appendFile(behaviour.ordersFile, `${id}\n`);
        response.writeHead(201).end();
      });
    } else if (path.startsWith('/slow')) {
      const ms = Number(new URL(path, 'http://app').searchParams.get('ms'));
      setTimeout(() => response.end('slow'), ms);
    } else if (path.startsWith('/sse')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(`data: ${version}\n\n`), 50);
      streams.add(response);
      response.on('close', () => {
        clearInterval(timer);
        streams.delete(response);
      });
    } else {
      response.end(JSON.stringify({ version }));
    }
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket) => {
    const key = request.headers['sec-websocket-key'] ?? '';
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
        `x-app-version: ${behaviour.version()}\r\nsec-websocket-accept: ${acceptValue(key)}\r\n\r\n`,
    );
    webSockets.add(socket);
    socket.on('close', () => webSockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (frame) => {
      if (behaviour.fault === 'silence') return;
      if (((frame[0] ?? 0) & 0x0f) === 8) {
        socket.end();
        return;
      }
      const length = (frame[1] ?? 0) & 0x7f;
      const payload = Buffer.alloc(length);
      for (let index = 0; index < length; index += 1) {
        payload[index] = (frame[6 + index] ?? 0) ^ (frame[2 + (index % 4)] ?? 0);
      }
      socket.write(Buffer.concat([Buffer.from([0x81, length]), payload]));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    orders,
    paths,
    behave: (next) => Object.assign(behaviour, next),
    sayGoodbye() {
      for (const stream of streams) stream.end();
      for (const socket of webSockets) socket.write(Buffer.from([0x88, 2, 0x03, 0xe9]));
    },
    resetAll() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function misbehave(behaviour: Behaviour, request: IncomingMessage, response: ServerResponse): boolean {
  switch (behaviour.fault) {
    case 'none':
      return false;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'close':
      request.socket.destroy();
      return true;
    case 'silence':
      return true;
    case 'garbage':
      request.socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n');
      return true;
    case 'half a body':
      request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\nx-app-version: v1\r\n\r\nhalf');
      return true;
    default:
      response.writeHead(500, { 'x-app-version': behaviour.version() ?? '' }).end();
      return true;
  }
}
