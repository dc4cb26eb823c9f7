import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../../scripts/test-tools-run.ts';
import { connect, type RemoteFiles, type SshConnection } from '../src/index.ts';
import { type RoundTrips, roundTripsOf, sftpOf } from './round-trips.ts';
import { type Sshd, startSshd } from './sshd.ts';

const small = 'x'.repeat(10_000);
const large = 'x'.repeat(400_000);

let sshd: Sshd;
let connection: SshConnection;
let files: RemoteFiles;
let roundTrips: RoundTrips;
beforeAll(async () => {
  sshd = await startSshd();
  connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  files = await connection.files();
  roundTrips = roundTripsOf(files);
  await files.makeDirectory('work', 0o700);
  await files.write('work/small', small, 0o600);
  await files.write('work/empty', '', 0o600);
});
afterAll(async () => {
  await connection.close();
  await sshd[Symbol.asyncDispose]();
});

test('the count is that of requests which wait for each other', async () => {
  const alone = () => files.stat('work');
  expect(await roundTrips.of(alone)).toBe(1);
  expect(await roundTrips.of(() => Promise.all([alone(), alone()]))).toBe(1);
  expect(await roundTrips.of(() => alone().then(alone))).toBe(2);
});

test.each<[string, number, () => Promise<unknown>]>([
  ['write', 3, () => files.write('work/written', small, 0o600)],
  ['write of 400 kB', 3, () => files.write('work/large', large, 0o600)],
  ['create', 3, () => files.create('work/created', small, 0o600)],
  ['create of a name that is taken', 2, () => files.create('work/small', small, 0o600)],
  ['read', 2, () => files.read('work/small')],
  ['read of 400 kB', 3, () => files.read('work/large')],
  ['read of an empty file', 2, () => files.read('work/empty')],
  ['read of what is absent', 1, () => files.read('work/none')],
  ['append', 2, () => files.append('work/journal', 'one\n', 0o600)],
  ['makeDirectory when present', 1, () => files.makeDirectory('work', 0o700)],
  // One to see that it is not there, which happens once in the life of an app.
  ['makeDirectory with four parts', 3, () => files.makeDirectory('work/a/b/c/d', 0o700)],
  ['list', 2, () => files.list('work')],
  ['list of what is absent', 1, () => files.list('work/none')],
  ['remove', 1, () => files.remove('work/small')],
  ['remove of what is absent', 1, () => files.remove('work/none')],
  ['stat', 1, () => files.stat('work')],
  ['freeBytes', 1, () => files.freeBytes('.')],
])('%s takes at most %i', async (_name, most, operation) => {
  expect(await roundTrips.of(operation)).toBeLessThanOrEqual(most);
});

describe('what takes more', () => {
  test('4 MiB go out and come back whole, many requests at a time', async () => {
    const text = Array.from({ length: 4 * 1024 * 64 }, (_, line) => `${line}`.padStart(15, '.')).join('\n');
    expect(await roundTrips.of(() => files.write('work/whole', text, 0o600))).toBeLessThanOrEqual(130);
    expect(readFileSync(join(sshd.home, 'work/whole'), 'utf8') === text).toBe(true);
    let read: string | undefined;
    const taken = await roundTrips.of(async () => {
      read = await files.read('work/whole');
    });
    expect(read === text).toBe(true);
    expect(taken).toBeLessThanOrEqual(6);
  });

  test('a server that takes only little at a time', async () => {
    const sftp = sftpOf(files);
    const usual = sftp._maxWriteLen;
    sftp._maxWriteLen = 1000;
    try {
      const text = Array.from({ length: 20_000 }, (_, line) => `${line}`).join('\n');
      await files.write('work/little', text, 0o600);
      expect(await files.read('work/little')).toBe(text);
    } finally {
      sftp._maxWriteLen = usual;
    }
  });

  test('a folder of 2,500 comes whole, more and more requests at a time', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `file-${index}`);
    mkdirSync(join(sshd.home, 'many'));
    for (const name of names) writeFileSync(join(sshd.home, 'many', name), '');
    let listed: string[] = [];
    const taken = await roundTrips.of(async () => {
      listed = (await files.list('many')).map(({ name }) => name);
    });
    expect(listed.sort()).toEqual(names.sort());
    expect(taken).toBeLessThanOrEqual(6);
  });

  test('a file without a size, as in /proc, comes whole, many requests at a time', async () => {
    const { stdout } = await connection.exec(['sh', '-c', 'sleep 60 >/dev/null 2>&1 & echo $!']);
    const pid = Number(stdout);
    // Until then it is the shell that starts it, or still being loaded.
    await waitFor('the process to sleep', () =>
      readFileSync(`/proc/${pid}/stat`, 'utf8').startsWith(`${pid} (sleep) S`),
    );
    // 'smaps' counts what changes, but its ranges of addresses stay.
    const ranges = (text: string) => text.match(/^[0-9a-f]+-[0-9a-f]+ .*$/gm);
    let read: string | undefined;
    const taken = await roundTrips.of(async () => {
      read = await files.read(`/proc/${pid}/smaps`);
    });
    expect(read?.length).toBeGreaterThan(8 * 1024);
    expect(ranges(read ?? '')).toEqual(ranges(readFileSync(`/proc/${pid}/smaps`, 'utf8')));
    expect(taken).toBeLessThanOrEqual(5);
    process.kill(pid);
  });
});
