import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshTarget } from '../src/index.ts';

export interface Sshd extends AsyncDisposable {
  host: string;
  port: number;
  username: string;
  home: string;
  folder: string;
  privateKey: string;
  /** A known_hosts line for the ED25519 key. */
  knownHosts: string;
  /** Path of the public half of a host key. */
  hostKeyFile(type: string): string;
  target: SshTarget;
  pid: number;
  restart(extraConfig: string): Promise<void>;
  stop(): Promise<void>;
}

const SSHD = '/usr/sbin/sshd';

/** A real sshd on a free loopback port, with its own keys, for a new user when we are root. */
export async function startSshd(extraConfig = '', hostKeyTypes = ['ed25519', 'ecdsa', 'rsa']): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-test-'));
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  const username = isRoot ? `sytest${process.pid % 10_000}${Math.floor(Math.random() * 1000)}` : userName();
  const home = join(folder, 'home');
  if (isRoot) {
    // '*' rather than no password: an account without one counts as locked.
    execFileSync('useradd', ['-p', '*', '-s', '/bin/sh', '-m', '-d', home, username]);
    mkdirSync('/run/sshd', { recursive: true });
  } else mkdirSync(home);
  const keyFile = join(folder, 'user_key');
  keygen('ed25519', keyFile);
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${keyFile}.pub`));
  for (const type of hostKeyTypes) keygen(type, join(folder, `host_${type}`));
  const port = await freePort();
  const host = '127.0.0.1';
  const config = (extra: string) =>
    [
      extra,
      `Port ${port}`,
      `ListenAddress ${host}`,
      ...hostKeyTypes.map((type) => `HostKey ${join(folder, `host_${type}`)}`),
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      `PidFile ${join(folder, 'pid')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'StrictModes no',
      ...(extra.includes('Subsystem') ? [] : ['Subsystem sftp internal-sftp']),
      '',
    ].join('\n');
  let child: ChildProcess | undefined;
  const start = async (extra: string) => {
    writeFileSync(join(folder, 'config'), config(extra));
    child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += chunk;
    });
    await untilListening(host, port, () => log);
    return child.pid ?? 0;
  };
  const stop = async () => {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    await new Promise((resolve) => {
      running.once('exit', resolve);
      running.kill('SIGTERM');
    });
  };
  const knownHosts = `[${host}]:${port} ${publicKey(join(folder, `host_${hostKeyTypes[0]}.pub`))}`;
  const privateKey = readFileSync(keyFile, 'utf8');
  const sshd: Sshd = {
    host,
    port,
    username,
    home,
    folder,
    privateKey,
    knownHosts,
    hostKeyFile: (type) => join(folder, `host_${type}.pub`),
    target: { host, port, username, privateKey, hostKey: { knownHosts } },
    pid: await start(extraConfig),
    restart: async (extra) => {
      await stop();
      sshd.pid = await start(extra);
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      if (isRoot) {
        await userIsIdle(username);
        execFileSync('userdel', ['-f', username], { stdio: 'ignore' });
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return sshd;
}

export function publicKey(file: string): string {
  return readFileSync(file, 'utf8').trim().split(' ').slice(0, 2).join(' ');
}

export function keygen(type: string, file: string, ...extra: string[]): void {
  const passphrase = extra.includes('-N') ? [] : ['-N', ''];
  execFileSync('ssh-keygen', ['-q', '-t', type, '-f', file, ...passphrase, ...extra], { stdio: 'ignore' });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

function userName(): string {
  return execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
}

async function userIsIdle(username: string): Promise<void> {
  await until(() => {
    try {
      execFileSync('pgrep', ['-u', username]);
      return false;
    } catch {
      return true;
    }
  }, 5_000).catch(() => {});
}

async function untilListening(host: string, port: number, log: () => string): Promise<void> {
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connectTcp({ host, port });
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
    10_000,
  ).catch(() => {
    throw new Error(`sshd does not listen: ${log()}`);
  });
}

/** Polls a condition; rejects when it does not come true in time. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`not true within ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
