import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenConnection, unixSocket } from '../src/index.ts';

export interface FakeEngine extends AsyncDisposable {
  path: string;
  open: OpenConnection;
  connections(): number;
}

/** Something that answers in an Engine's place, on a Unix socket of its own. */
export async function fakeEngine(answer: RequestListener): Promise<FakeEngine> {
  const server = createServer((request, response) => {
    if (request.url === '/version')
      response.end(JSON.stringify({ ApiVersion: '1.45', MinAPIVersion: '1.24', Version: '26.1.5' }));
    else answer(request, response);
  });
  return listening(server);
}

/** The same on the level of bytes. */
export async function fakeSocket(talk: (socket: Socket) => void): Promise<FakeEngine> {
  return listening(createTcpServer(talk));
}

async function listening(server: Server): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  const path = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    open: unixSocket(path),
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
