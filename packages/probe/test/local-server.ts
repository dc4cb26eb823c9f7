import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import type { OpenConnection } from '../src/index.ts';

export interface LocalServer extends AsyncDisposable {
  port: number;
  open: OpenConnection;
}

/** A TCP server on a free loopback port; `talk` gets each connection. */
export async function localServer(talk: (socket: Socket) => void): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: openPort(port),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function openPort(port: number): OpenConnection {
  return () =>
    new Promise((resolve, reject) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => resolve(socket));
      socket.once('error', reject);
    });
}

/** Writes `answer` when a request's head is complete. */
export function answering(
  answer: string | Buffer,
  then?: (socket: Socket) => void,
): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => {
      socket.write(answer);
      then?.(socket);
    });
  };
}
