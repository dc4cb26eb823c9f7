import type { OpenConnection } from './engine.ts';

/** Opens connections to an Engine on this machine, e.g. `/var/run/docker.sock`. */
export function unixSocket(path: string): OpenConnection {
  return async () => {
    const { createConnection } = process.getBuiltinModule('node:net');
    const socket = createConnection({ path });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    return socket;
  };
}
