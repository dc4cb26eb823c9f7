import { mkdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/test-tools-run.ts';

/** A file system of its own at a folder, so that it can be full while the machine's disk is not. */
export interface SmallDisk {
  /** Leaves no byte free. */
  fill(): Promise<void>;
  /** As much room as before. */
  empty(): Promise<void>;
  unmount(): Promise<void>;
}

const pageBytes = 4096;

/**
 * Mounts it over the folder.
 *
 * @param keepIn where the folder's files lie meanwhile, when they are to be there afterwards as well
 */
export async function mountSmallDisk(folder: string, sizeBytes: number, keepIn?: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const { uid, gid, mode } = await stat(folder);
  if (keepIn !== undefined) await run('cp', ['-a', folder, join(keepIn, 'kept')]);
  const owner = `uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`;
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},${owner}`, 'tmpfs', folder]);
  if (keepIn !== undefined) await run('cp', ['-a', `${join(keepIn, 'kept')}/.`, folder]);
  const resize = (bytes: number) => run('mount', ['-o', `remount,size=${bytes}`, folder]);
  return {
    async fill() {
      // Files grow while this looks, and a size below what is in use is refused.
      for (let attempt = 1; ; attempt += 1) {
        const { blocks, bfree, bsize } = await statfs(folder);
        try {
          await resize((blocks - bfree) * bsize + (attempt - 1) * pageBytes);
          return;
        } catch (error) {
          if (attempt === 20) throw error;
        }
      }
    },
    empty: async () => void (await resize(sizeBytes)),
    unmount: async () => void (await run('umount', ['-l', folder])),
  };
}
