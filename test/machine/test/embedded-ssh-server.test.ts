import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  connect,
  type RemoteFiles,
  type SshConnection,
  type SshTarget,
} from '../../../packages/ssh/src/index.ts';
import { startEmbeddedServer } from '../embedded-ssh-server.ts';
import { isRunning } from '../processes.ts';
import type { TestServer } from '../server.ts';

let server: TestServer;
let connection: SshConnection;
beforeAll(async () => {
  server = await startEmbeddedServer();
  connection = await open();
});
afterAll(async () => {
  await connection.close();
  await server.close();
  expect(existsSync(server.home)).toBe(false);
});

const target = (change: Partial<SshTarget> = {}): SshTarget => ({
  host: server.host,
  port: server.port,
  username: server.username,
  privateKey: server.privateKey,
  hostKey: { knownHosts: server.knownHosts },
  ...change,
});
async function openPlain(to: TestServer): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  client.connect({ host: to.host, port: to.port, username: to.username, privateKey: to.privateKey });
  await once(client, 'ready');
  return client;
}
const open = (change?: Partial<SshTarget>) => connect(target(change), { connectTimeoutMs: 10_000 });

describe('logins', () => {
  test('the host key is the one it says', async () => {
    const byFingerprint = await open({ hostKey: { fingerprint: server.fingerprint } });
    await byFingerprint.close();
    await using other = await startEmbeddedServer();
    const knownHosts = other.knownHostsFor(server.port);
    await expect(open({ hostKey: { knownHosts } })).rejects.toMatchObject({ name: 'ChangedHostKeyError' });
  });

  test('another key and another user are refused', async () => {
    await using other = await startEmbeddedServer();
    await expect(open({ privateKey: other.privateKey })).rejects.toMatchObject({
      name: 'AuthenticationError',
    });
    await expect(open({ username: 'nobody' })).rejects.toMatchObject({ name: 'AuthenticationError' });
    await server.authorize(other.publicKey);
    await (await open({ privateKey: other.privateKey })).close();
  });
});

describe('commands', () => {
  test('get their input and give both outputs and the exit code', async () => {
    const result = await connection.exec(['sh', '-c', 'cat; echo oops >&2; exit 7'], { stdin: 'grüße\n' });
    expect(result).toEqual({ code: 7, signal: undefined, stdout: 'grüße\n', stderr: 'oops\n' });
    expect((await connection.exec(['no-such-program'])).code).toBe(127);
    expect((await connection.exec(['true'], { stdin: 'x'.repeat(500_000) })).code).toBe(0);
  });

  test('give all of a long output', async () => {
    const result = await connection.exec(['head', '-c', '5000000', '/dev/zero'], {
      maxOutputBytes: 6_000_000,
    });
    expect(result.stdout.length).toBe(5_000_000);
    const complaint = await connection.exec(['sh', '-c', 'head -c 3000000 /dev/zero >&2'], {
      maxOutputBytes: 6_000_000,
    });
    expect(complaint.stderr.length).toBe(3_000_000);
  });

  test('end by a signal, which is told', async () => {
    expect(await connection.exec(['kill', '-KILL', '0'])).toMatchObject({
      code: undefined,
      signal: 'SIGKILL',
    });
  });

  test('find the home folder and nothing of the environment of the tests', async () => {
    process.env.SWITCHYARD_EMBEDDED_CANARY = 'seen';
    const { stdout } = await connection.exec(['env']);
    delete process.env.SWITCHYARD_EMBEDDED_CANARY;
    expect(stdout).not.toContain('CANARY');
    expect(stdout).toContain(`HOME=${server.home}\n`);
    expect(stdout).toMatch(/^SSH_CONNECTION=127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+$/m);
    expect((await connection.exec(['pwd'])).stdout).toBe(`${server.home}\n`);
  });

  test('get the signals that a client sends, with all they have started', async () => {
    const client = await openPlain(server);
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.exec('trap "echo told; exit 3" TERM; echo up; sleep 60 & wait', (error, opened) =>
        error ? reject(error) : resolve(opened),
      ),
    );
    const ended = once(channel, 'exit');
    const closed = once(channel, 'close');
    let output = '';
    channel.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await expect.poll(() => output).toBe('up\n');
    channel.signal('TERM');
    expect(await ended).toEqual([3]);
    await closed;
    // A sleep that had not been told would hold the channel open.
    expect(output).toBe('up\ntold\n');
    client.end();
    await once(client, 'close');
  });

  test('go on when their client leaves, and end with the server', async () => {
    await using own = await startEmbeddedServer();
    const leaving = await openPlain(own);
    leaving.exec('echo $$ > pid; exec sleep 60', () => undefined);
    await expect.poll(() => existsSync(join(own.home, 'pid'))).toBe(true);
    await expect.poll(() => readFileSync(join(own.home, 'pid'), 'utf8')).toMatch(/\n/);
    const pid = Number(readFileSync(join(own.home, 'pid'), 'utf8'));
    leaving.end();
    await expect.poll(() => own.sshd.openSessions()).toBe(1);
    expect(isRunning(pid)).toBe(true);
    await own.sshd.stop();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('wait for their turn when the server allows fewer at once', async () => {
    await using small = await startEmbeddedServer({ maxSessions: 2 });
    const toSmall = await connect(
      {
        ...target(),
        port: small.port,
        privateKey: small.privateKey,
        hostKey: { knownHosts: small.knownHosts },
      },
      { connectTimeoutMs: 10_000 },
    );
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((count) => toSmall.exec(['echo', `${count}`])));
    expect(results.map(({ stdout }) => stdout.trim()).join('')).toBe('123456');
    await toSmall.close();
  });
});

describe('files', () => {
  let files: RemoteFiles;
  beforeAll(async () => {
    files = await connection.files();
    await files.makeDirectory('work/deep/down', 0o700);
  });
  const onDisk = (path: string) => join(server.home, path);
  const modeOf = (path: string) => (statSync(onDisk(path)).mode & 0o7777).toString(8);

  test('paths start in the home folder, and what is not there is no error', async () => {
    expect(await files.home()).toBe(server.home);
    expect(await files.read('work/none')).toBeUndefined();
    expect(await files.read('work/deep/down/none/at/all')).toBeUndefined();
    expect(await files.list('work/none')).toEqual([]);
    expect(modeOf('work/deep')).toBe('700');
  });

  test('are written with their mode, replaced in one step and read back', async () => {
    const long = 'zwölf 🚀\n'.repeat(100_000);
    await files.write('work/a', long, 0o666);
    expect(await files.read('work/a')).toBe(long);
    expect(modeOf('work/a')).toBe('666');
    await files.write('work/a', 'new', 0o600);
    expect(readFileSync(onDisk('work/a'), 'utf8')).toBe('new');
    expect(await files.stat('work/a')).toMatchObject({ uid: server.uid, gid: server.gid, size: 3 });
  });

  test('of many that create the same file exactly one succeeds', async () => {
    const other = await open();
    const all = [files, await other.files()];
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, index) => all[index % 2]?.create('work/lock', `owner ${index}`, 0o600)),
    );
    await other.close();
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await files.read('work/lock')).toBe(`owner ${won.indexOf(true)}`);
  });

  test('an existing name is refused without hard links too', async () => {
    const plain = await open();
    const withoutExtensions = await plain.files();
    (withoutExtensions as unknown as { sftp: { _extensions: object } }).sftp._extensions = {};
    expect(await withoutExtensions.create('work/plain', 'one', 0o600)).toBe(true);
    expect(await withoutExtensions.create('work/plain', 'two', 0o600)).toBe(false);
    await plain.close();
    expect(await files.read('work/plain')).toBe('one');
  });

  test('are appended to', async () => {
    await files.append('work/journal', 'one\n', 0o600);
    await files.append('work/journal', 'two\n', 0o600);
    expect(await files.read('work/journal')).toBe('one\ntwo\n');
  });

  test('are listed with what they are, more than fit into one answer', async () => {
    await files.makeDirectory('work/many', 0o700);
    await Promise.all(
      Array.from({ length: 250 }, (_, index) => files.write(`work/many/${index}`, 'x', 0o600)),
    );
    symlinkSync('0', onDisk('work/many/link'));
    const entries = await files.list('work/many');
    expect(entries).toHaveLength(251);
    expect(entries.find(({ name }) => name === 'link')).toMatchObject({ isFile: false, isDirectory: false });
    expect(entries.find(({ name }) => name === '7')).toMatchObject({ isFile: true, size: 1 });
  });

  test('a sweep removes what was cut short, and a removal what a folder holds', async () => {
    await files.makeDirectory('work/swept', 0o700);
    const [old, young] = ['.a.json.0123456789abcdef.tmp', '.b.fedcba9876543210.tmp'];
    for (const name of ['kept', old, young]) await files.write(`work/swept/${name}`, 'x', 0o600);
    utimesSync(onDisk(`work/swept/${old}`), 0, 0);
    await files.sweep('work/swept', { olderThanMs: 60_000, nowMs: Date.now() });
    expect(readdirSync(onDisk('work/swept')).toSorted()).toEqual([young, 'kept']);
    await files.remove('work/swept');
    expect(existsSync(onDisk('work/swept'))).toBe(false);
  });

  test('refusals are those of OpenSSH', async () => {
    await expect(files.write('work/many', 'x', 0o600)).rejects.toThrow('Could not write work/many');
    await expect(files.read('work')).rejects.toThrow('Failure');
    await expect(files.makeDirectory('work/a/below', 0o700)).rejects.toThrow('a file has this name');
    expect(readdirSync(onDisk('work')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('the free space is told', async () => {
    expect(await files.freeBytes('.')).toBeGreaterThan(1024 * 1024);
  });
});

describe('forwarding', () => {
  test.each(['tcp', 'unix'])('%s carries both ways, and the end of each by itself', async (kind) => {
    const path = join(server.home, `${kind}.sock`);
    // Answers only when all has come, so that an end that took both directions would leave no answer.
    const echo = createServer({ allowHalfOpen: true }, async (socket) => socket.end(await text(socket)));
    if (kind === 'tcp') echo.listen(0, '127.0.0.1');
    else echo.listen(path);
    await once(echo, 'listening');
    const socket =
      kind === 'tcp'
        ? await connection.openTcp('127.0.0.1', (echo.address() as AddressInfo).port)
        : await connection.openUnixSocket(path);
    const long = 'x'.repeat(3_000_000);
    socket.end(long);
    expect((await text(socket)).length).toBe(long.length);
    expect(connection.routes[kind as 'tcp' | 'unix']).toBe('forwarding');
    echo.close();
  });

  test('what either end has sent before it closes arrives', async () => {
    const received: string[] = [];
    const greeter = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.end('hello');
      socket.setEncoding('utf8').on('data', (chunk: string) => received.push(chunk));
    }).listen(0, '127.0.0.1');
    await once(greeter, 'listening');
    const socket = await connection.openTcp('127.0.0.1', (greeter.address() as AddressInfo).port);
    socket.write('early');
    expect(await text(socket)).toBe('hello');
    await expect.poll(() => received.join('')).toBe('early');
    greeter.close();
  });

  test('refuses a port nobody listens on and a socket that is not there', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    await expect(connection.openTcp('127.0.0.1', port)).rejects.toMatchObject({ name: 'SocketRefusedError' });
    const missing = join(server.home, 'missing.sock');
    await expect(connection.openUnixSocket(missing)).rejects.toMatchObject({ name: 'SocketMissingError' });
  });

  test('can be forbidden', async () => {
    await using strict = await startEmbeddedServer({ disableForwarding: true });
    const client = await openPlain(strict);
    const refusal = (start: (done: (error: unknown) => void) => void) =>
      new Promise<number>((resolve) => start((error) => resolve((error as { reason: number }).reason)));
    // As sshd: administratively prohibited, and a failed connection (RFC 4254, 5.1).
    expect(await refusal((done) => client.forwardOut('127.0.0.1', 0, '127.0.0.1', strict.port, done))).toBe(
      1,
    );
    expect(await refusal((done) => client.openssh_forwardOutStreamLocal('/dev/null', done))).toBe(2);
    client.end();
    await once(client, 'close');
  });
});

test('is stopped, started and cut like an sshd', async () => {
  const lasting = await open();
  const running = lasting.exec(['sleep', '60']).catch((error: Error) => error.name);
  await expect.poll(() => server.sshd.openSessions()).toBeGreaterThanOrEqual(3);
  expect(server.sshd.cutConnections()).toBeGreaterThanOrEqual(3);
  expect(await running).toBe('ConnectionLostError');
  await connection.closed;
  await expect.poll(() => server.sshd.openSessions()).toBe(0);
  await server.sshd.stop();
  expect(server.sshd.openSessions()).toBeUndefined();
  await expect(open()).rejects.toMatchObject({ name: 'ConnectionRefusedError' });
  await server.sshd.start();
  connection = await open();
  expect((await connection.exec(['echo', 'back'])).stdout).toBe('back\n');
  await server.sshd.changeHostKeys();
  await server.sshd.restart();
  await expect(open()).rejects.toMatchObject({ name: 'ChangedHostKeyError' });
  expect(server.log()).toContain('Accepted publickey for');
});

test('says what it cannot do', async () => {
  await expect(startEmbeddedServer({ config: ['UsePAM yes'] })).rejects.toThrow('install openssh-server');
  await expect(startEmbeddedServer({ inDockerGroup: false })).rejects.toThrow('install openssh-server');
});
