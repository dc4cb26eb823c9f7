import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { locked } from '../../scripts/test-tools-cache.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { addDockerGroup } from './engine.ts';
import { pidNamespace } from './owned-folder.ts';
import { isRunning } from './processes.ts';

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
  home: string;
  /** Made for this server alone, so its home is ours to fill and to remove. */
  isOwn: boolean;
  remove(): Promise<void>;
}

interface PasswdLine {
  name: string;
  uid: number;
  gid: number;
  comment: string;
  home: string;
}

const prefix = 'switchyard-test-';
let count = 0;

function accounts(): PasswdLine[] {
  return readFileSync('/etc/passwd', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid, comment = '', home = '']) => ({
      name,
      uid: Number(uid),
      gid: Number(gid),
      comment,
      home,
    }));
}

async function removeUser(name: string): Promise<void> {
  // -f: removed even while one of its processes is ending.
  await run('userdel', ['-f', '-r', name]).catch((error: Error) => {
    if (accounts().some((account) => account.name === name)) throw error;
  });
}

/** Users of test runs that were killed. Other process namespaces have numbers of their own, so theirs stay. */
async function sweep(): Promise<void> {
  for (const account of accounts()) {
    const [, pid, namespace] = account.comment.match(/^switchyard test pid (\d+) in (\d+)$/) ?? [];
    if (!account.name.startsWith(prefix) || namespace !== pidNamespace()) continue;
    if (!isRunning(Number(pid))) await removeUser(account.name);
  }
}

/** Users of a process namespace that has ended. */
export async function removeUsersOf(namespace: string): Promise<void> {
  await locked('users', async () => {
    for (const { name, comment } of accounts()) {
      if (name.startsWith(prefix) && comment.endsWith(` in ${namespace}`)) await removeUser(name);
    }
  });
}

/**
 * The user a test server is reached as. Root makes one for each server, with a home of its own and, unless told
 * otherwise, in the docker group; anybody else lends himself, and must be able to use Docker already.
 */
export async function serverUser(options: { inDockerGroup: boolean }): Promise<ServerUser> {
  if (process.getuid?.() !== 0) {
    const { username, uid, gid, homedir } = userInfo();
    return { name: username, uid, gid, home: homedir, isOwn: false, remove: async () => undefined };
  }
  return locked('users', async () => {
    await sweep();
    if (options.inDockerGroup) await addDockerGroup();
    count += 1;
    // Another namespace may have a process of the same number.
    const name = `${prefix}${pidNamespace().slice(-4)}-${process.pid}-${count}`;
    const comment = `switchyard test pid ${process.pid} in ${pidNamespace()}`;
    // '*' is no password at all; useradd's own '!' counts as a locked account to an sshd without PAM.
    const groups = options.inDockerGroup ? ['-G', 'docker'] : [];
    await run('useradd', [
      '-m',
      '-k',
      '/nonexistent',
      '-s',
      '/bin/sh',
      '-p',
      '*',
      '-c',
      comment,
      ...groups,
      name,
    ]);
    const account = accounts().find((found) => found.name === name);
    if (!account) throw new Error(`useradd made no user ${name}.`);
    return {
      ...account,
      isOwn: true,
      remove: () => locked('users', () => removeUser(name)),
    };
  });
}
