import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { aptProvide, programPath } from '../../scripts/test-tools-debian.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { dyingWithUs } from './dying-with-us.ts';
import { canHaveSshd } from './machine-needs.ts';
import { ownedFolder } from './owned-folder.ts';
import { descendants, signalAll } from './processes.ts';
import { serverUser } from './server-user.ts';

export interface TestServerOptions {
  /** A loopback address; every 127.x.y.z works on Linux. Default 127.0.0.1. */
  host?: string;
  /** sshd's own word. Default `yes`. */
  allowTcpForwarding?: 'yes' | 'no' | 'local' | 'remote';
  allowStreamLocalForwarding?: 'yes' | 'no' | 'local' | 'remote';
  disableForwarding?: boolean;
  /** Sessions (exec, SFTP) that one connection may have open; forwarded channels do not count. */
  maxSessions?: number;
  sftp?: boolean;
  /** False makes a user who may not touch the Docker socket. Needs root. */
  inDockerGroup?: boolean;
  /** Lines for sshd_config, put first, where sshd heeds them. */
  config?: readonly string[];
  logLevel?: 'VERBOSE' | 'DEBUG1' | 'DEBUG2' | 'DEBUG3';
}

export interface TestServer extends AsyncDisposable {
  /** What people are told it is. */
  software: 'sshd' | 'embedded SSH server';
  host: string;
  port: number;
  username: string;
  /** In OpenSSH's own format, without a passphrase. */
  privateKey: string;
  publicKey: string;
  /** Lines for known_hosts, one for each of the server's keys. */
  knownHosts: string;
  /** The same keys under another port, for a proxy in front. */
  knownHostsFor(port: number, host?: string): string;
  /** `SHA256:…` of the Ed25519 host key. */
  fingerprint: string;
  /** Every host key's fingerprint, by key type. */
  fingerprints: Readonly<Record<string, string>>;
  home: string;
  uid: number;
  gid: number;
  sshd: {
    /** Of the listening sshd; an embedded server has no process of its own. */
    readonly pid: number | undefined;
    /** Ends the listener and every connection at once. */
    stop(): Promise<void>;
    /** On the same port with the same keys. */
    start(): Promise<void>;
    restart(): Promise<void>;
    /** Kills the connections; the listener goes on. Resolves with how many processes there were. */
    cutConnections(): number;
    /** Connections and what runs for them, in processes of sshd; undefined while nothing listens. */
    openSessions(): number | undefined;
    /** New host keys from the next start on; the fields of this server keep the old. */
    changeHostKeys(): Promise<void>;
  };
  /** What sshd has written so far. */
  log(): string;
  /** One more key that may log in, such as one with a passphrase. */
  authorize(publicKey: string): Promise<void>;
  close(): Promise<void>;
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function makeKey(path: string, type: 'ed25519' | 'ecdsa', comment: string): Promise<string> {
  await rm(path, { force: true });
  await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', path]);
  return (await readFile(`${path}.pub`, 'utf8')).trim();
}

function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function sshdConfig(
  folder: string,
  port: number,
  keys: string,
  home: string,
  options: TestServerOptions,
): string {
  const isRoot = process.getuid?.() === 0;
  const lines = [
    ...(options.config ?? []),
    `ListenAddress ${options.host ?? '127.0.0.1'}:${port}`,
    `HostKey ${folder}/host_ed25519`,
    `HostKey ${folder}/host_ecdsa`,
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin no',
    `AuthorizedKeysFile ${keys}`,
    // A plain user's keys lie in a temporary folder, whose parents belong to others.
    `StrictModes ${isRoot ? 'yes' : 'no'}`,
    // Many tests log in at once; sshd would drop some of them by chance.
    'MaxStartups 100:30:200',
    'LoginGraceTime 30',
    `MaxSessions ${options.maxSessions ?? 100}`,
    `AllowTcpForwarding ${options.allowTcpForwarding ?? 'yes'}`,
    `AllowStreamLocalForwarding ${options.allowStreamLocalForwarding ?? 'yes'}`,
    `DisableForwarding ${options.disableForwarding ? 'yes' : 'no'}`,
    `LogLevel ${options.logLevel ?? 'VERBOSE'}`,
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
  ];
  if (!isRoot) lines.push(`SetEnv HOME=${home}`);
  if (options.sftp !== false) lines.push(`Subsystem sftp internal-sftp${isRoot ? '' : ` -d ${home}`}`);
  return `${lines.join('\n')}\n`;
}

/**
 * A server to deploy to: OpenSSH's sshd on a loopback port of its own, with its own host keys, and a user that
 * is not root. Root makes a user with a home for each server and removes both with it; anybody else runs sshd
 * for himself. Many may run at once. It ends with the thread that started it, whatever happens to the tests.
 *
 * Where no sshd can be had, or where SWITCHYARD_SSHD is "embedded", it is a small SSH server in this process.
 * @throws Error with one sentence when sshd cannot be installed, or is needed for what the options ask.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const isRoot = process.getuid?.() === 0;
  if (!canHaveSshd()) return (await import('./embedded-ssh-server.ts')).startEmbeddedServer(options);
  if (isRoot) await aptProvide({ sshd: 'openssh-server', 'ssh-keygen': 'openssh-client' });
  const sshd = programPath('sshd');
  if (sshd === undefined)
    throw new Error('The package openssh-server was installed and has no program sshd.');
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = await ownedFolder('sshd');
  const user = await serverUser({ inDockerGroup: options.inDockerGroup ?? true });
  const host = options.host ?? '127.0.0.1';
  const home = user.isOwn ? user.home : join(folder, 'home');
  const keysFolder = user.isOwn ? join(home, '.ssh') : folder;
  const authorizedKeys = join(keysFolder, 'authorized_keys');
  await mkdir(home, { recursive: true });
  await mkdir(keysFolder, { recursive: true, mode: 0o700 });
  const publicKey = await makeKey(join(folder, 'client'), 'ed25519', 'switchyard-test');
  const privateKey = await readFile(join(folder, 'client'), 'utf8');
  const authorized = [publicKey];
  const writeKeys = async () => {
    await writeFile(authorizedKeys, `${authorized.join('\n')}\n`, { mode: 0o600 });
    for (const path of isRoot ? [keysFolder, authorizedKeys] : []) await chown(path, user.uid, user.gid);
  };
  await writeKeys();
  const makeHostKeys = async () => [
    await makeKey(join(folder, 'host_ed25519'), 'ed25519', 'host'),
    await makeKey(join(folder, 'host_ecdsa'), 'ecdsa', 'host'),
  ];
  const hostKeys = await makeHostKeys();

  let port = 0;
  let child: ChildProcess | undefined;
  let output = '';
  const start = async () => {
    const [program, ...args] = dyingWithUs([sshd, '-D', '-e', '-f', join(folder, 'sshd_config')]);
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const from = output.length;
    await new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.slice(from).includes('Server listening on')) resolve();
      });
      started.once('error', reject);
      started.once('exit', (code) =>
        reject(new Error(`sshd ended with code ${code}: ${output.slice(-800)}`)),
      );
    });
    child = started;
  };
  const processes = () => (child?.pid === undefined ? [] : descendants(child.pid));
  const stop = async () => {
    const ending = child;
    if (!ending?.pid) return;
    child = undefined;
    const ended =
      ending.exitCode !== null || ending.signalCode !== null
        ? undefined
        : new Promise((resolve) => ending.once('exit', resolve));
    signalAll([ending.pid, ...descendants(ending.pid)], 'SIGKILL');
    await ended;
  };
  for (let attempt = 1; ; attempt += 1) {
    port = await freePort(host);
    await writeFile(join(folder, 'sshd_config'), sshdConfig(folder, port, authorizedKeys, home, options));
    try {
      await start();
      break;
    } catch (error) {
      // Between asking the kernel for a free port and sshd's taking it, somebody else may have.
      if (attempt === 5 || !output.includes('Address already in use')) throw error;
    }
  }
  const knownHostsFor = (atPort: number, atHost = host) =>
    hostKeys
      .map((key) => key.split(' ').slice(0, 2).join(' '))
      .map((key) => `${atPort === 22 ? atHost : `[${atHost}]:${atPort}`} ${key}\n`)
      .join('');
  const close = async () => {
    await stop();
    await user.remove();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    software: 'sshd',
    host,
    port,
    username: user.name,
    privateKey,
    publicKey,
    knownHosts: knownHostsFor(port),
    knownHostsFor,
    fingerprint: fingerprintOf(hostKeys[0] as string),
    fingerprints: Object.fromEntries(
      hostKeys.map((key) => [key.split(' ')[0] as string, fingerprintOf(key)]),
    ),
    home,
    uid: user.uid,
    gid: user.gid,
    sshd: {
      get pid() {
        return child?.pid;
      },
      stop,
      start,
      restart: async () => {
        await stop();
        await start();
      },
      cutConnections: () => {
        const found = processes();
        signalAll(found, 'SIGKILL');
        return found.length;
      },
      openSessions: () => (child === undefined ? undefined : processes().length),
      changeHostKeys: async () => void (await makeHostKeys()),
    },
    log: () => output,
    authorize: async (key) => {
      authorized.push(key.trim());
      await writeKeys();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
