import { readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './processes.ts';

/** Process ids mean something only together with this. */
export function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

/** Whether a user may remove what another has left: the temporary folder is shared, and only root may do everything. */
export function isSweptBy(uid: number, owner: number): boolean {
  return uid === 0 || uid === owner;
}

/** A temporary folder that names its process; those whose process was killed are removed on the way. */
export async function ownedFolder(kind: string, parent = tmpdir()): Promise<string> {
  const prefix = `switchyard-${kind}-${pidNamespace()}-`;
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : 0;
    if (pid === 0 || isRunning(pid)) continue;
    const path = join(parent, name);
    const owner = (await lstat(path).catch(() => undefined))?.uid;
    if (owner !== undefined && isSweptBy(process.getuid?.() ?? owner, owner))
      await rm(path, { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}
