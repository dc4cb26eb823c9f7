import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built and unpacked tools live: outside the checkout, so that a new clone finds them. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard');
}

/**
 * Runs the work while this process alone holds the named lock. The lock is `flock`'s, held by a child that
 * lives as long as its stdin: a killed test run leaves no stale lock behind.
 */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = join(cacheFolder(), 'locks');
  await mkdir(folder, { recursive: true });
  const holder = spawn('flock', [join(folder, `${name}.lock`), 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', (cause) =>
        reject(new Error('The program flock is missing; install util-linux.', { cause })),
      );
      holder.once('exit', (code) => reject(new Error(`flock ended with code ${code} before the work.`)));
      holder.stdout.once('data', () => resolve());
      holder.stdin.write('locked\n');
    });
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/** Folders of tools are complete or absent: they are made under another name and renamed. */
export async function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheFolder(), key);
  if (existsSync(target)) return target;
  return locked(`make-${key}`, async () => {
    if (existsSync(target)) return target;
    await mkdir(cacheFolder(), { recursive: true });
    const folder = await mkdtemp(join(cacheFolder(), `.${key}-`));
    try {
      await make(folder);
      await rename(folder, target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return target;
  });
}

export interface Distribution {
  id: string;
  codename: string;
  name: string;
}

/** What /etc/os-release says; empty strings where it says nothing. */
export function distribution(): Distribution {
  let text = '';
  try {
    text = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // Not a Linux that tells; the caller treats it as unknown.
  }
  const field = (name: string) => text.match(new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm'))?.[1] ?? '';
  return {
    id: field('ID'),
    codename: field('VERSION_CODENAME'),
    name: field('PRETTY_NAME') || 'this system',
  };
}
