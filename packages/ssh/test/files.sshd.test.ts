import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connect, type RemoteFiles, type SshConnection } from '../src/index.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
let connection: SshConnection;
let files: RemoteFiles;
beforeAll(async () => {
  sshd = await startSshd();
  connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  files = await connection.files();
  await files.makeDirectory('work', 0o700);
});
afterEach(() => {
  expect(temporaries(), 'temporary files left behind').toEqual([]);
});
afterAll(async () => {
  await connection.close();
  await sshd[Symbol.asyncDispose]();
});

function temporaries(): string[] {
  return readdirSync(sshd.home, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tmp'),
  );
}
const onDisk = (path: string) => join(sshd.home, path);
const modeOf = (path: string) => (statSync(onDisk(path)).mode & 0o7777).toString(8);

test('knows the home folder', async () => {
  expect(await files.home()).toBe(sshd.home);
});

test('what is not there is no error', async () => {
  expect(await files.read('work/none')).toBeUndefined();
  expect(await files.stat('work/none')).toBeUndefined();
  expect(await files.list('work/none')).toEqual([]);
  await expect(files.remove('work/none')).resolves.toBeUndefined();
});

test.each([0o600, 0o644, 0o666])('writes with exactly mode %o, whatever the umask', async (mode) => {
  const path = `work/mode-${mode.toString(8)}`;
  await files.write(path, 'zwölf 🚀\n', mode);
  expect(await files.read(path)).toBe('zwölf 🚀\n');
  expect(modeOf(path)).toBe(mode.toString(8));
});

test('sweeps what a write that was cut short has left, and nothing else', async () => {
  await files.makeDirectory('work/swept', 0o700);
  const names = ['.kept', 'kept.tmp', '.kept.tmp', '.kept.0123456789abcdef.tmp.json'];
  const abandoned = ['.a.json.0123456789abcdef.tmp', '.b.fedcba9876543210.tmp'];
  for (const name of [...names, ...abandoned]) await files.write(`work/swept/${name}`, 'x', 0o600);
  const nowMs = Date.now();
  utimesSync(onDisk(`work/swept/${abandoned[0]}`), new Date(0), new Date(0));
  const left = async () => (await files.list('work/swept')).map(({ name }) => name).toSorted();
  await files.sweep('work/swept', { olderThanMs: 60_000, nowMs });
  expect(await left()).toEqual([...names, abandoned[1]].toSorted());
  await files.sweep('work/swept');
  expect(await left()).toEqual(names.toSorted());
  await files.sweep('work/none');
  await files.remove('work/swept');
});

test('replaces in one step: a reader sees the old whole or the new whole', async () => {
  const contents = ['a', 'b'].map((letter) => letter.repeat(200_000));
  await files.write('work/swap', contents[0] ?? '', 0o600);
  const seen = new Set<string>();
  let writing = true;
  const writer = (async () => {
    for (let round = 1; round <= 10; round++)
      await files.write('work/swap', contents[round % 2] ?? '', 0o600);
    writing = false;
  })();
  while (writing) {
    seen.add(readFileSync(onDisk('work/swap'), 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writer;
  expect([...seen].every((content) => contents.includes(content))).toBe(true);
});

test('of many that create the same file exactly one succeeds, with its whole content', async () => {
  const others = await Promise.all([1, 2, 3].map(() => connect(sshd.target, { connectTimeoutMs: 10_000 })));
  const all = [files, ...(await Promise.all(others.map((other) => other.files())))];
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      all[index % all.length]?.create('work/lock', `owner ${index}`, 0o600),
    ),
  );
  await Promise.all(others.map((other) => other.close()));
  expect(results.filter((won) => won)).toHaveLength(1);
  expect(await files.read('work/lock')).toBe(`owner ${results.indexOf(true)}`);
  expect(modeOf('work/lock')).toBe('600');
});

test('creates without hard links too, and still refuses what exists', async () => {
  const plain = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  try {
    const withoutExtensions = await plain.files();
    forgetExtensions(withoutExtensions);
    expect(await withoutExtensions.create('work/plain', 'one', 0o600)).toBe(true);
    expect(await withoutExtensions.create('work/plain', 'two', 0o600)).toBe(false);
    expect(await files.read('work/plain')).toBe('one');
    expect(await withoutExtensions.freeBytes('.')).toBeUndefined();
  } finally {
    await plain.close();
  }
});

test('a file that cannot be put in place leaves nothing behind', async () => {
  await files.makeDirectory('work/taken', 0o700);
  await expect(files.write('work/taken', 'x', 0o600)).rejects.toThrow(
    'Could not write work/taken on the server',
  );
});

test('appends, and creates for it', async () => {
  await files.append('work/journal', 'one\n', 0o600);
  await files.append('work/journal', 'two\n', 0o600);
  expect(await files.read('work/journal')).toBe('one\ntwo\n');
  expect(modeOf('work/journal')).toBe('600');
});

test('makes folders with their parents, twice without harm', async () => {
  await files.makeDirectory('work/a/b/c', 0o700);
  await files.makeDirectory('work/a/b/c', 0o700);
  expect(modeOf('work/a/b')).toBe('700');
  await expect(files.makeDirectory('work/journal/x', 0o700)).rejects.toThrow('a file has this name');
});

test('lists names with what they are', async () => {
  await files.write('work/a/file', '12345', 0o600);
  symlinkSync('file', onDisk('work/a/to-file'));
  const entries = await files.list('work/a');
  expect(entries.map(({ name, isDirectory, isFile }) => [name, isDirectory, isFile]).sort()).toEqual([
    ['b', true, false],
    ['file', false, true],
    ['to-file', false, false],
  ]);
  const file = entries.find(({ name }) => name === 'file');
  expect(file?.size).toBe(5);
  expect(Math.abs((file?.mtimeMs ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('removes a folder with all it holds, but not what a link leads to', async () => {
  await files.write('work/kept', 'kept', 0o600);
  await files.makeDirectory('work/keep-me', 0o700);
  await files.write('work/keep-me/file', 'kept', 0o600);
  symlinkSync(onDisk('work/keep-me'), onDisk('work/a/link'));
  symlinkSync('/nowhere', onDisk('work/a/dangling'));
  await files.remove('work/a');
  expect(await files.stat('work/a')).toBeUndefined();
  expect(await files.read('work/keep-me/file')).toBe('kept');
});

test.each(['', '/', '.', '..', 'work/..'])("never removes '%s'", async (path) => {
  await expect(files.remove(path)).rejects.toThrow('Could not remove');
});

test('stat tells owner, mode, size and time', async () => {
  await files.write('work/stat', 'abc', 0o640);
  const stat = await files.stat('work/stat');
  const uid = Number(execFileSync('id', ['-u', sshd.username], { encoding: 'utf8' }));
  expect(stat).toMatchObject({ uid, size: 3, isDirectory: false });
  expect(((stat?.mode ?? 0) & 0o777).toString(8)).toBe('640');
});

test('tells the free space', async () => {
  expect(await files.freeBytes('.')).toBeGreaterThan(1024 * 1024);
});

test('refuses files above 4 MiB both ways', async () => {
  const text = 'x'.repeat(4 * 1024 * 1024 + 1);
  await expect(files.write('work/big', text, 0o600)).rejects.toThrow('larger than 4 MiB');
  await connection.exec(['sh', '-c', 'head -c 5000000 /dev/zero > work/big']);
  await expect(files.read('work/big')).rejects.toThrow('larger than 4 MiB');
  await expect(files.read('/dev/zero')).rejects.toThrow('larger than 4 MiB');
});

test('says who may not do what where', async () => {
  await expect(files.write('/root/x', 'x', 0o600)).rejects.toThrow(
    `Could not write /root/x on the server 127.0.0.1:${sshd.port}: the user '${sshd.username}' may not do this.`,
  );
  await expect(files.read('a\0b')).rejects.toThrow('not a file name');
});

test('says so when the server offers no SFTP', async () => {
  await sshd.restart('Subsystem sftp /does/not/exist');
  const without = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  try {
    await expect(without.files()).rejects.toThrow('offers no SFTP');
  } finally {
    await without.close();
  }
});

/** As a server that offers none of OpenSSH's extensions. */
function forgetExtensions(remote: RemoteFiles): void {
  const { sftp } = remote as unknown as { sftp: { _extensions: Record<string, string> } };
  sftp._extensions = {};
}
