import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ExplainedError } from '#explained-error';
import { type HttpProbe, parseStatusRanges, probeHttp } from '../src/index.ts';
import { answering, localServer, openPort } from './local-server.ts';

const request: HttpProbe = {
  path: '/up',
  host: 'app.example',
  protocol: 'http',
  timeoutMs: 1_000,
  expectedStatus: parseStatusRanges('200-299'),
};

describe('an HTTP probe', () => {
  it('reports status, headers, body and latency of a healthy app', async () => {
    let head = '';
    await using server = await localServer((socket) => {
      socket.once('data', (data) => {
        head = data.toString();
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-App-Version: v2\r\n\r\nhello');
      });
    });
    const result = await probeHttp(server.open, { ...request, headers: { 'x-probe': '1' } });
    expect(result).toMatchObject({ outcome: 'healthy', status: 200, body: 'hello', connected: true });
    expect(result.headers).toMatchObject({ 'x-app-version': 'v2' });
    expect(result.latencyMs).toBeGreaterThan(0);
    expect(head).toMatch(/^GET \/up HTTP\/1\.1\r\nhost: app\.example\r\n/i);
    expect(head).toMatch(/x-probe: 1/);
  });

  it('takes another status for unhealthy and does not follow a redirect', async () => {
    let connections = 0;
    await using server = await localServer((socket) => {
      connections += 1;
      answering('HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n')(socket);
    });
    const result = await probeHttp(server.open, request);
    expect(result).toMatchObject({
      outcome: 'unhealthy',
      status: 302,
      detail: 'HTTP 302 (redirect to /login)',
    });
    expect(connections).toBe(1);
  });

  it('keeps 64 KiB of an endless body and calls the app healthy', async () => {
    await using server = await localServer(
      answering('HTTP/1.1 200 OK\r\n\r\n', (socket) => {
        socket.write(Buffer.alloc(1024 * 1024, 'x'));
      }),
    );
    const result = await probeHttp(server.open, request);
    expect(result.outcome).toBe('healthy');
    expect(result.body).toBe(`${'x'.repeat(64 * 1024)}…`);
  });

  it('marks where it cuts the target of a redirect', async () => {
    const target = `/${'x'.repeat(190)}Zk9qLm4TtRw7YpX`;
    await using server = await localServer(
      answering(`HTTP/1.1 302 Found\r\nLocation: ${target}\r\nContent-Length: 0\r\n\r\n`),
    );
    expect((await probeHttp(server.open, request)).detail).toBe(
      `HTTP 302 (redirect to /${'x'.repeat(190)}Zk9qLm4Tt…)`,
    );
  });

  it('does not wait for the end of an event stream beyond the time limit', async () => {
    await using server = await localServer(
      answering('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'),
    );
    const result = await probeHttp(server.open, { ...request, timeoutMs: 150 });
    expect(result).toMatchObject({
      outcome: 'unhealthy',
      detail: 'no answer within 150 ms',
      connected: true,
    });
  });

  it.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', /not HTTP/],
    ['a body that breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf', /./],
    ['nothing', '', /closed before the answer/],
  ])('calls %s unhealthy', async (_name, answer, detail) => {
    await using server = await localServer(answering(answer, (socket) => socket.end()));
    const result = await probeHttp(server.open, request);
    expect(result.outcome).toBe('unhealthy');
    expect(result.detail).toMatch(detail);
  });

  it('calls a refused connection unhealthy and not connected', async () => {
    const server = await localServer(() => {});
    await server[Symbol.asyncDispose]();
    const result = await probeHttp(openPort(server.port), request);
    expect(result).toMatchObject({ outcome: 'unhealthy', detail: 'connection refused', connected: false });
  });

  it('is unmeasured when the way to the app fails', async () => {
    const lost = () =>
      Promise.reject(new ExplainedError('The SSH connection was lost.', { cause: { code: 'ECONNRESET' } }));
    expect(await probeHttp(lost, request)).toMatchObject({
      outcome: 'unmeasured',
      detail: 'The SSH connection was lost.',
    });
    const never = () => new Promise<Duplex>(() => {});
    expect(await probeHttp(never, { ...request, timeoutMs: 50 })).toMatchObject({ outcome: 'unmeasured' });
    const breaks = async () =>
      new Duplex({
        read() {},
        write: (_chunk, _encoding, done) => done(new ExplainedError('The SSH connection was lost.')),
      });
    expect(await probeHttp(breaks, request)).toMatchObject({ outcome: 'unmeasured' });
  });

  it('lets the caller judge errors', async () => {
    const fails = () => Promise.reject(new Error('gone'));
    expect((await probeHttp(fails, { ...request, classifyError: () => 'unhealthy' })).outcome).toBe(
      'unhealthy',
    );
  });

  it('stops when the signal fires', async () => {
    await using server = await localServer(() => {});
    const stop = new AbortController();
    const probing = probeHttp(server.open, { ...request, signal: stop.signal });
    stop.abort(new Error('cancelled'));
    await expect(probing).rejects.toThrow('cancelled');
  });

  it('speaks HTTP/2 without TLS', async () => {
    const server = createHttp2Server();
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': headers[':path'] === '/up' ? 200 : 503, 'x-app-version': 'v3' });
      stream.end(`${headers[':authority']}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const open = openPort((server.address() as AddressInfo).port);
      const h2c = { ...request, protocol: 'h2c' as const };
      expect(await probeHttp(open, h2c)).toMatchObject({
        outcome: 'healthy',
        status: 200,
        body: 'app.example',
        headers: { 'x-app-version': 'v3' },
      });
      expect(await probeHttp(open, { ...h2c, path: '/down' })).toMatchObject({
        outcome: 'unhealthy',
        detail: 'HTTP 503',
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('calls an HTTP/1.1 server unhealthy when asked for h2c', async () => {
    await using server = await localServer(
      answering('HTTP/1.1 400 Bad Request\r\n\r\n', (socket) => socket.end()),
    );
    expect((await probeHttp(server.open, { ...request, protocol: 'h2c' })).outcome).toBe('unhealthy');
  });
});
