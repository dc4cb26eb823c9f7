// How long until the first byte of an API answer, against ssh2 as it comes: node packages/ssh/test/measure-connect.ts
import { chmodSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import { connect } from '../src/index.ts';
import { startSshd } from './sshd.ts';

interface Way {
  connected: number[];
  firstByte: number[];
  next: number[];
}

const ROUNDS = 15;

await using sshd = await startSshd();
const server = http.createServer((_request, response) => response.end('{}'));
const path = join(sshd.folder, 'api.sock');
await new Promise<void>((resolve) => server.listen(path, resolve));
chmodSync(path, 0o777);

async function request(open: () => Promise<Duplex>): Promise<void> {
  const socket = await open();
  socket.write('GET / HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
}

async function measure(way: Way, login: () => Promise<{ open: () => Promise<Duplex>; close: () => void }>) {
  const started = performance.now();
  const { open, close } = await login();
  way.connected.push(performance.now() - started);
  await request(open);
  way.firstByte.push(performance.now() - started);
  const again = performance.now();
  await request(open);
  way.next.push(performance.now() - again);
  close();
}

const ours: Way = { connected: [], firstByte: [], next: [] };
const plain: Way = { connected: [], firstByte: [], next: [] };
for (let round = 0; round <= ROUNDS; round++) {
  await measure(ours, async () => {
    const connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
    return { open: () => connection.openUnixSocket(path), close: () => void connection.close() };
  });
  await measure(plain, async () => {
    const client = new ssh2.Client();
    const { host, port, username, privateKey } = sshd.target;
    await new Promise((resolve, reject) =>
      client
        .on('ready', () => resolve(undefined))
        .on('error', reject)
        .connect({ host, port, username, privateKey }),
    );
    const open = () =>
      new Promise<Duplex>((resolve, reject) =>
        client.openssh_forwardOutStreamLocal(path, (error, channel) =>
          error ? reject(error) : resolve(channel),
        ),
      );
    return { open, close: () => void client.end() };
  });
}
for (const [name, way] of Object.entries({ ours, 'ssh2 as it comes': plain })) {
  // The first round warms up.
  const line = Object.entries(way).map(([what, all]) => `${what} ${describe(all.slice(1))}`);
  console.log(`${name}: ${line.join(', ')} ms`);
}
server.close();

function describe(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(1);
  return `${at(Math.floor(sorted.length / 2))} [${at(0)}..${at(sorted.length - 1)}]`;
}
