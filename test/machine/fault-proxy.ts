import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to connections: passed on, refused, accepted and never answered, or cut after some bytes. */
export type Fault =
  | { kind: 'none' }
  | { kind: 'refuse' }
  | { kind: 'hang' }
  | { kind: 'cut'; afterBytes: number }
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'delay'; delayMs: number };

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** For new connections; those that are open go on as they are, except that `delay` counts from now. */
  setFault(fault: Fault): void;
  /** Cuts every open connection with a reset. */
  cutAll(): void;
  /** Connections accepted so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

/**
 * A TCP proxy on a port of the kernel's choice that can misbehave. Bytes for `cut` and `stall` are counted in
 * the direction from the server to the client, per connection.
 */
export async function startFaultProxy(
  target: { port: number; host?: string },
  listen: { port?: number; host?: string } = {},
): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' };
  let accepted = 0;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    accepted += 1;
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const now = fault;
    if (now.kind === 'refuse') return void client.resetAndDestroy();
    if (now.kind === 'hang') return void client.pause();
    const upstream = connect({ port: target.port, host: target.host ?? '127.0.0.1', allowHalfOpen: true });
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    open.add(upstream);
    upstream.on('close', () => {
      open.delete(upstream);
      client.destroy();
    });
    upstream.on('error', () => client.resetAndDestroy());
    client.on('close', () => upstream.destroy());
    if (now.kind === 'none') {
      client.pipe(upstream);
      upstream.pipe(client);
      return;
    }
    if (now.kind === 'delay') {
      const forward = (from: Socket, to: Socket) => {
        from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), now.delayMs));
        from.on('end', () => setTimeout(() => to.end(), now.delayMs));
      };
      forward(client, upstream);
      forward(upstream, client);
      return;
    }
    client.pipe(upstream);
    let left = now.afterBytes;
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left > 0) return;
      if (now.kind === 'stall') upstream.pause();
      else client.end(() => client.destroy());
    });
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port ?? 0, listen.host ?? '127.0.0.1', resolve);
  });
  const cutAll = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      cutAll();
    });
  return {
    port: (server.address() as AddressInfo).port,
    setFault: (next) => {
      fault = next;
    },
    cutAll,
    get accepted() {
      return accepted;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
