import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const longestWaitMs = 5 * 60_000;
const pollMs = 100;

/**
 * Keeps two builds of one checkout apart: ncc's module numbers depend on the path of the compiled files, so every
 * build has to use the same folder. A lock whose process is gone is taken over.
 * @throws Error when another build holds the lock for five minutes.
 */
export async function withBuildLock<T>(path: string, build: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + longestWaitMs;
  while (!(await tryLock(path))) {
    if (Date.now() > deadline) throw new Error(`Another build has held ${path} for five minutes.`);
    await pause(pollMs);
  }
  try {
    return await build();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
