import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect, type RemoteFiles, type SshConnection } from '../src/index.ts';
import { type OpenSftp, sftpOf } from './round-trips.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
let connection: SshConnection;
let files: RemoteFiles;
let sftp: OpenSftp;
beforeAll(async () => {
  sshd = await startSshd();
  connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  files = await connection.files();
  sftp = sftpOf(files);
  await files.makeDirectory('work', 0o700);
});
afterEach(() => {
  // What a test has put before ssh2's own methods.
  for (const name of Object.keys(sftp))
    if (!name.startsWith('_') && name in Object.getPrototypeOf(sftp)) Reflect.deleteProperty(sftp, name);
  const names = readdirSync(sshd.home, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
afterAll(async () => {
  await connection.close();
  await sshd[Symbol.asyncDispose]();
});

/** Instead of the server's answer; the request itself is not sent. */
function answer(request: keyof OpenSftp, error: Error | undefined, value?: unknown): void {
  Object.assign(sftp, {
    [request]: (...args: unknown[]) => {
      const done = args.at(-1) as (error: Error | undefined, value: unknown) => void;
      process.nextTick(() => done(error, value));
    },
  });
}
const status = (code: number, message: string) => Object.assign(new Error(message), { code });
const onDisk = (path: string) => join(sshd.home, path);

test.each(['fchmod', 'write', 'ext_openssh_fsync', 'close', 'ext_openssh_rename'] as const)(
  'when %s fails, the old content stays',
  async (request) => {
    await files.write('work/kept', 'old', 0o600);
    answer(request, status(4, 'Broken'));
    await expect(files.write('work/kept', 'new', 0o600)).rejects.toThrow(
      `Could not write work/kept on the server 127.0.0.1:${sshd.port}: Broken.`,
    );
    expect(readFileSync(onDisk('work/kept'), 'utf8')).toBe('old');
  },
);

test.each(['fchmod', 'write', 'ext_openssh_fsync', 'close'] as const)(
  'when %s fails, nothing is created',
  async (request) => {
    answer(request, status(4, 'Broken'));
    await expect(files.create('work/uncreated', 'new', 0o600)).rejects.toThrow(
      `Could not create work/uncreated on the server 127.0.0.1:${sshd.port}: Broken.`,
    );
    expect(readdirSync(onDisk('work'))).not.toContain('uncreated');
  },
);

test.each([
  [3, 'Permission denied'],
  [4, 'Failure'],
  [8, 'Operation unsupported'],
])('creates on a file system whose refusal of hard links is %i', async (code, message) => {
  answer('ext_openssh_hardlink', status(code, message));
  expect(await files.create(`work/unlinked-${code}`, 'one', 0o600)).toBe(true);
  expect(await files.create(`work/unlinked-${code}`, 'two', 0o600)).toBe(false);
  expect(readFileSync(onDisk(`work/unlinked-${code}`), 'utf8')).toBe('one');
});

test('a name taken while the content is on its way is taken', async () => {
  const close = sftp.close.bind(sftp);
  sftp.close = (handle, done) => {
    execFileSync('sh', ['-c', 'printf other > "$1"', 'sh', onDisk('work/raced')]);
    close(handle, done);
  };
  expect(await files.create('work/raced', 'mine', 0o600)).toBe(false);
  expect(readFileSync(onDisk('work/raced'), 'utf8')).toBe('other');
});

test('short answers leave no gaps', async () => {
  const text = Array.from({ length: 40_000 }, (_, line) => `${line}`).join('\n');
  await files.write('work/gaps', text, 0o600);
  const read = sftp.read.bind(sftp);
  sftp.read = (handle, buffer, offset, length, position, done) =>
    read(handle, buffer, offset, Math.min(length, 20_011), position, done);
  expect(await files.read('work/gaps')).toBe(text);
});

test('says which part of a path cannot be made', async () => {
  await expect(files.makeDirectory('/etc/switchyard-test/a/b', 0o700)).rejects.toThrow(
    `Could not make the folder /etc/switchyard-test on the server 127.0.0.1:${sshd.port}: the user '${sshd.username}' may not do this.`,
  );
});

test('many that make the same folders all succeed', async () => {
  await Promise.all(Array.from({ length: 10 }, () => files.makeDirectory('work/same/a/b', 0o700)));
  expect((await files.stat('work/same/a/b'))?.isDirectory).toBe(true);
});

test('removes a link to a folder, with a slash at the end too, but not what is in the folder', async () => {
  await files.makeDirectory('work/target', 0o700);
  await files.write('work/target/file', 'kept', 0o600);
  symlinkSync(onDisk('work/target'), onDisk('work/link'));
  await files.remove('work/link/');
  expect(readdirSync(onDisk('work'))).not.toContain('link');
  expect(await files.read('work/target/file')).toBe('kept');
});

test('removes hundreds of files at once, and says what it may not remove', async () => {
  await connection.exec(['sh', '-c', 'mkdir -p work/all/in; cd work/all; seq 300 | xargs touch; touch in/x']);
  await files.remove('work/all');
  expect(await files.stat('work/all')).toBeUndefined();
  await expect(files.remove('/etc/hostname')).rejects.toThrow(
    `Could not remove /etc/hostname on the server 127.0.0.1:${sshd.port}: the user '${sshd.username}' may not do this.`,
  );
});

test.runIf(process.getuid?.() === 0)('says when the disk is full', async (context) => {
  mkdirSync(onDisk('tiny'), { recursive: true });
  const user = execFileSync('id', ['-u', sshd.username], { encoding: 'utf8' }).trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=256k,uid=${user}`, 'tmpfs', onDisk('tiny')]);
  } catch {
    return context.skip('mounting is not allowed here');
  }
  try {
    await files.write('tiny/file', 'old', 0o600);
    const large = 'x'.repeat(1024 * 1024);
    const sentence = (verb: string, name: string) =>
      `Could not ${verb} tiny/${name} on the server 127.0.0.1:${sshd.port}: the disk is full.`;
    await expect(files.write('tiny/file', large, 0o600)).rejects.toThrow(sentence('write', 'file'));
    await expect(files.create('tiny/new', large, 0o600)).rejects.toThrow(sentence('create', 'new'));
    expect(readdirSync(onDisk('tiny'))).toEqual(['file']);
    expect(await files.read('tiny/file')).toBe('old');
    await expect(files.append('tiny/journal', large, 0o600)).rejects.toThrow(
      sentence('append to', 'journal'),
    );
  } finally {
    execFileSync('umount', [onDisk('tiny')]);
  }
});

describe('a server that answers as no server should', () => {
  const nonsense = 'the server gave an answer that does not belong to the question';

  test.each([
    ['open', undefined],
    ['open', Buffer.alloc(0)],
    ['open', []],
    ['fstat', undefined],
    ['fstat', Buffer.from('handle')],
  ] as const)('to %s with %o', async (request, value) => {
    await files.write('work/asked', 'x', 0o600);
    answer(request, undefined, value);
    await expect(files.read('work/asked')).rejects.toThrow(nonsense);
  });

  test.each([
    ['stat', undefined, () => files.stat('work')],
    ['opendir', undefined, () => files.list('work')],
    ['readdir', undefined, () => files.list('work')],
    ['readdir', Buffer.from('handle'), () => files.list('work')],
    ['realpath', undefined, () => files.home()],
    ['ext_openssh_statvfs', {}, () => files.freeBytes('.')],
  ] as const)('to %s with %o', async (request, value, operation) => {
    answer(request as keyof OpenSftp, undefined, value);
    await expect(operation()).rejects.toThrow(nonsense);
  });

  test('with a folder that never ends, of nothing or of files', async () => {
    answer('readdir', undefined, []);
    await expect(files.list('work')).rejects.toThrow('it holds more than 10000 entries');
    const entry = { filename: 'x', attrs: { isDirectory: () => false, mtime: 0, size: 0 } };
    answer('readdir', undefined, Array(100).fill(entry));
    await expect(files.list('work')).rejects.toThrow('it holds more than 10000 entries');
  });

  test('with a file that is larger than it said', async () => {
    await connection.exec(['sh', '-c', 'head -c 5000000 /dev/zero > work/liar']);
    answer('fstat', undefined, { size: 0, isDirectory: () => false });
    await expect(files.read('work/liar')).rejects.toThrow('larger than 4 MiB');
  });

  test('with garbage: what is under way fails, and what comes after, but nothing waits for ever', async () => {
    const doomed = await connect(sshd.target, { connectTimeoutMs: 10_000 });
    try {
      const remote = await doomed.files();
      const underWay = remote.stat('work');
      // A handle (102) without its number.
      sftpOf(remote).push(Buffer.from([0, 0, 0, 1, 102]));
      await expect(underWay).rejects.toThrow('Could not look at work');
      await expect(remote.write('work/late', 'x', 0o600)).rejects.toThrow('the SFTP session has ended');
      await expect(remote.list('work')).rejects.toThrow('the SFTP session has ended');
    } finally {
      await doomed.close();
    }
  });
});
