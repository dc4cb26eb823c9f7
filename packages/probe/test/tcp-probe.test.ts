import { describe, expect, it } from 'vitest';
import { probeTcp } from '../src/index.ts';
import { localServer, openPort } from './local-server.ts';

describe('a TCP probe', () => {
  it('is healthy when the port accepts', async () => {
    await using server = await localServer(() => {});
    expect(await probeTcp(server.open, 500)).toMatchObject({ outcome: 'healthy', connected: true });
  });

  it('is unhealthy when the connection is closed at once, as a proxy with nothing behind it does', async () => {
    await using server = await localServer((socket) => socket.end());
    expect(await probeTcp(server.open, 500)).toMatchObject({
      outcome: 'unhealthy',
      detail: 'connection closed at once',
    });
  });

  it('is healthy when the server greets and closes', async () => {
    await using server = await localServer((socket) => socket.end('220 ready\r\n'));
    expect((await probeTcp(server.open, 500)).outcome).toBe('healthy');
  });

  it('is unhealthy when refused', async () => {
    const server = await localServer(() => {});
    await server[Symbol.asyncDispose]();
    expect(await probeTcp(openPort(server.port), 500)).toMatchObject({
      outcome: 'unhealthy',
      detail: 'connection refused',
    });
  });
});
