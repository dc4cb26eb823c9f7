import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type SshConnection } from '../src/index.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
let connection: SshConnection;
beforeAll(async () => {
  sshd = await startSshd();
  connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
});
afterAll(async () => {
  await connection.close();
  await sshd[Symbol.asyncDispose]();
});

test('arguments arrive as they are, whatever they hold', async () => {
  const words = ["it's", '$HOME', 'a\\b', 'two\nlines', '', '*', '; exit 9'];
  const { stdout, code } = await connection.exec(['printf', '%s\\0', ...words]);
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  expect(code).toBe(0);
});

test('gives stdin, both outputs and the exit code', async () => {
  const result = await connection.exec(['sh', '-c', 'cat; echo oops >&2; exit 7'], { stdin: 'grüße\n' });
  expect(result).toEqual({ code: 7, signal: undefined, stdout: 'grüße\n', stderr: 'oops\n' });
});

test('a command that does not read its stdin ends all the same', async () => {
  expect((await connection.exec(['true'], { stdin: 'x'.repeat(500_000) })).code).toBe(0);
});

test('gives the signal that ended the command', async () => {
  // The login shell itself: sh -c would turn the signal of a child into an exit code.
  const { signal, code } = await connection
    .exec(['exec', 'sh', '-c', 'kill -KILL $$'])
    .catch(() => ({ signal: '', code: 0 }));
  const viaShell = await connection.exec(['sh', '-c', 'kill -KILL $PPID']);
  expect([signal, viaShell.signal]).toContain('SIGKILL');
  expect(code).not.toBe(0);
});

test('a missing program is a result with code 127', async () => {
  const { code, stderr } = await connection.exec(['no-such-program']);
  expect(code).toBe(127);
  expect(stderr).toContain('not found');
});

test('stops waiting after the time limit', async () => {
  await expect(connection.exec(['sleep', '5'], { timeoutMs: 200 })).rejects.toThrow(
    "The command 'sleep 5' at the server",
  );
  expect((await connection.exec(['true'])).code).toBe(0);
});

test('stops a command that prints without end', async () => {
  await expect(connection.exec(['yes'], { maxOutputBytes: 100_000 })).rejects.toThrow(
    'printed more than 98 KiB',
  );
  expect((await connection.exec(['true'])).code).toBe(0);
});

test('passes output on as it comes', async () => {
  const mark = `${sshd.home}/seen-${process.pid}`;
  const seen: string[] = [];
  const ended = await connection.exec(
    ['sh', '-c', 'echo one; until test -e "$1"; do sleep 0.02; done; echo two >&2', 'sh', mark],
    {
      timeoutMs: 10_000,
      onOutput: (stream, bytes) => {
        seen.push(`${stream} ${bytes}`);
        // Only who has seen the first line lets the command go on to the second.
        if (stream === 'stdout') void connection.exec(['touch', mark]);
      },
    },
  );
  expect(seen).toEqual(['stdout one\n', 'stderr two\n']);
  expect(ended).toMatchObject({ code: 0, stdout: 'one\n', stderr: 'two\n' });
});

test('gives a command up when it is told to', async () => {
  const stop = new AbortController();
  const running = connection.exec(['sh', '-c', 'echo ready; sleep 30'], {
    signal: stop.signal,
    onOutput: () => stop.abort(new Error('The job was cancelled.')),
  });
  await expect(running).rejects.toThrow('The job was cancelled.');
  await expect(connection.exec(['true'], { signal: stop.signal })).rejects.toThrow('The job was cancelled.');
  expect((await connection.exec(['true'])).code).toBe(0);
});

test('more commands at once than MaxSessions allows take turns', async () => {
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, index) => connection.exec(['echo', String(index)])),
  );
  expect(results.map(({ stdout }) => Number(stdout))).toEqual(
    Array.from({ length: 30 }, (_, index) => index),
  );
});

test('learns a lower MaxSessions', async () => {
  await sshd.restart('MaxSessions 2');
  const second = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  try {
    const files = await second.files();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => second.exec(['echo', String(index)])),
    );
    expect(results.map(({ code }) => code)).toEqual(Array(8).fill(0));
    expect(await files.home()).toBe(sshd.home);
  } finally {
    await second.close();
  }
});

test('says so when no session is allowed at all', async () => {
  await sshd.restart('MaxSessions 0');
  const none = await connect(sshd.target, { connectTimeoutMs: 10_000 });
  try {
    await expect(none.exec(['true'])).rejects.toThrow('raise MaxSessions in its sshd_config');
  } finally {
    await none.close();
  }
});
