// What each file operation costs over a network of 30 ms: node packages/ssh/test/measure-files.ts
import { startFaultProxy } from '../../../test/machine/fault-proxy.ts';
import { connect } from '../src/index.ts';
import { publicKey, startSshd } from './sshd.ts';

const ROUND_TRIP_MS = 30;
const ROUNDS = 9;

await using sshd = await startSshd();
await using proxy = await startFaultProxy({ port: sshd.port });
proxy.setFault({ kind: 'delay', delayMs: ROUND_TRIP_MS / 2 });
const connection = await connect(
  {
    ...sshd.target,
    port: proxy.port,
    hostKey: { knownHosts: `[${sshd.host}]:${proxy.port} ${publicKey(sshd.hostKeyFile('ed25519'))}` },
  },
  { connectTimeoutMs: 20_000 },
);
const files = await connection.files();
await files.makeDirectory('work/few', 0o700);
await files.makeDirectory('work/many', 0o700);
await connection.exec([
  'sh',
  '-c',
  'i=0; while [ $i -lt 1000 ]; do : > work/many/file-$i; i=$((i+1)); done; : > work/few/one',
]);
await files.write('work/small', 'x'.repeat(2_000), 0o600);
const large = 'x'.repeat(1024 * 1024);

const operations: Record<string, (round: number) => Promise<unknown>> = {
  'write 2 KB': () => files.write('work/written', 'x'.repeat(2_000), 0o600),
  'write 1 MiB': () => files.write('work/large', large, 0o600),
  create: (round) => files.create(`work/created-${round}`, 'x', 0o600),
  'create, name taken': () => files.create('work/small', 'x', 0o600),
  'read 2 KB': () => files.read('work/small'),
  'read 1 MiB': () => files.read('work/large'),
  'read /proc/crypto': () => files.read('/proc/crypto'),
  'read, absent': () => files.read('work/none'),
  append: () => files.append('work/journal', 'one\n', 0o600),
  'makeDirectory, present': () => files.makeDirectory('work/few', 0o700),
  'makeDirectory, 4 missing parts': (round) => files.makeDirectory(`work/new-${round}/b/c/d`, 0o700),
  'list, 1 entry': () => files.list('work/few'),
  'list, 1,000 entries': () => files.list('work/many'),
  'remove, file': (round) => files.remove(`work/created-${round}`),
  'remove, absent': () => files.remove('work/none'),
  'remove, folders 4 deep': (round) => files.remove(`work/new-${round}`),
  stat: () => files.stat('work/small'),
};
console.log('| operation | ms, median | round trips |\n|---|---|---|');
for (const [name, operation] of Object.entries(operations)) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await operation(round);
    times.push(performance.now() - started);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  console.log(`| ${name} | ${median.toFixed(0)} | ${(median / ROUND_TRIP_MS).toFixed(1)} |`);
}
await connection.close();
