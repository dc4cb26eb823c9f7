import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../../test/machine/embedded-ssh-server.ts';
import { connect, RemoteFileError, type SshConnection } from '../src/index.ts';

let server: EmbeddedServer;
beforeAll(async () => {
  server = await startEmbeddedServer();
});
afterEach(() => {
  vi.useRealTimers();
  server.sftpIsSilent = false;
});
afterAll(() => server?.close());

function open(signal?: AbortSignal): Promise<SshConnection> {
  const { host, port, username, privateKey, knownHosts } = server;
  const target = { host, port, username, privateKey, hostKey: { knownHosts } };
  return connect(target, { connectTimeoutMs: 10_000, ...(signal ? { signal } : {}) });
}

test('says which request got no answer, for how long, and what to look at', async () => {
  const connection = await open();
  const files = await connection.files();
  server.sftpIsSilent = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const reading = files.read('.switchyard/shop/record.json');
  const refused = expect(reading).rejects.toThrow(
    new RemoteFileError(
      `Could not read .switchyard/shop/record.json on the server 127.0.0.1:${server.port}: no answer for 30 s; look for a disk or a network home that hangs there.`,
    ),
  );
  vi.advanceTimersByTime(30_000);
  await refused;
  vi.useRealTimers();
  await connection.close();
});

test('says it of the home folder too, which is asked for first', async () => {
  const connection = await open();
  const files = await connection.files();
  server.sftpIsSilent = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const refused = expect(files.home()).rejects.toThrow(
    `Could not find the home folder on the server 127.0.0.1:${server.port}: no answer for 30 s; look for a disk or a network home that hangs there.`,
  );
  vi.advanceTimersByTime(30_000);
  await refused;
  vi.useRealTimers();
  await connection.close();
});

test('a cancelled job gets its own reason for what was under way, and a sentence for what comes after', async () => {
  const cancelling = new AbortController();
  const connection = await open(cancelling.signal);
  const files = await connection.files();
  server.sftpIsSilent = true;
  const started = performance.now();
  const writing = files.write('record.json', 'text', 0o600);
  const reason = new Error('cancelled');
  setImmediate(() => cancelling.abort(reason));
  await expect(writing).rejects.toBe(reason);
  await expect(files.write('record.json', 'text', 0o600)).rejects.toThrow(
    /^Could not write record\.json on /,
  );
  await expect(files.list('.')).rejects.toThrow(/: no answer for \d s; /);
  expect(performance.now() - started).toBeLessThan(7_000);
  await connection.close();
});

test('an answer that comes after all brings the usual patience back', async () => {
  const connection = await open();
  const files = await connection.files();
  expect(await files.read('absent')).toBeUndefined();
  server.sftpIsSilent = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const refused = expect(files.stat('absent')).rejects.toThrow(/no answer for 30 s/);
  vi.advanceTimersByTime(30_000);
  await refused;
  vi.useRealTimers();
  server.sftpIsSilent = false;
  expect(await files.stat('absent')).toBeUndefined();
  await connection.close();
});
