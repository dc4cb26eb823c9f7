import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { parseReply, RedisClient } from '../redis-client.ts';

test.each([
  ['+OK\r\n', 'OK'],
  [':12\r\n', 12],
  ['$5\r\nhello\r\n', 'hello'],
  ['$4\r\n\r\n\r\n\r\n', '\r\n\r\n'],
  ['$0\r\n\r\n', ''],
  ['$-1\r\n', null],
  ['*-1\r\n', null],
  ['*3\r\n$1\r\na\r\n:2\r\n*1\r\n$-1\r\n', ['a', 2, [null]]],
])('%j is read whole, and not before it is there', (text, value) => {
  const bytes = Buffer.from(`${text}+more\r\n`);
  expect(parseReply(bytes, 0)).toEqual({ value, end: text.length });
  for (let length = 0; length < text.length; length += 1)
    expect(parseReply(bytes.subarray(0, length), 0)).toBeUndefined();
});

/** A server that says what it is told to, one piece for each that it receives. */
async function startSayer(...pieces: (string | undefined)[]) {
  const received: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received.push(chunk.toString('utf8'));
      const piece = pieces.shift();
      if (piece === undefined) socket.destroy();
      else socket.write(piece);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { received, url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}/0`, server };
}

test('commands are written as Redis reads them and answered in their order', async () => {
  const { received, url, server } = await startSayer('+OK\r\n-ERR no such command\r\n:1\r\n');
  const client = new RedisClient(url);
  const answers = await Promise.allSettled([
    client.command('SET', 'a key', 'zwölf'),
    client.command('NONSENSE'),
    client.command('HINCRBY', 'orders', 'one', 1),
  ]);
  expect(received.join('')).toBe(
    '*3\r\n$3\r\nSET\r\n$5\r\na key\r\n$6\r\nzwölf\r\n*1\r\n$8\r\nNONSENSE\r\n' +
      '*4\r\n$7\r\nHINCRBY\r\n$6\r\norders\r\n$3\r\none\r\n$1\r\n1\r\n',
  );
  expect(answers).toEqual([
    { status: 'fulfilled', value: 'OK' },
    { status: 'rejected', reason: new Error('ERR no such command') },
    { status: 'fulfilled', value: 1 },
  ]);
  client.end();
  server.close();
});

test('a command that was under way when the connection broke fails and is not sent again; the next one goes through', async () => {
  const { received, url, server } = await startSayer(undefined, '+PONG\r\n');
  const client = new RedisClient(url);
  await expect(client.command('INCR', 'count')).rejects.toThrow(/closed|ECONNRESET/);
  expect(await client.command('PING')).toBe('PONG');
  expect(received).toEqual(['*2\r\n$4\r\nINCR\r\n$5\r\ncount\r\n', '*1\r\n$4\r\nPING\r\n']);
  client.end();
  server.close();
});
