import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { SFTPWrapper, Stats } from 'ssh2';
import type { Channels } from './channels.ts';
import type { RemoteEntry, RemoteFiles, RemoteStat } from './contract.ts';
import { describeLoginNoise } from './login-noise.ts';
import {
  allAnswered,
  FAILURE,
  isCode,
  NO_SUCH_FILE,
  PERMISSION_DENIED,
  SftpRequests,
  type Task,
  UNSUPPORTED,
  unlessAbsent,
} from './remote-files-requests.ts';
import { fill, MAX_FILE_BYTES, readAll, tooLarge } from './remote-files-transfer.ts';
import { RemoteFileError, SshError } from './ssh-errors.ts';
import { capitalised } from './subject.ts';

// As in stat(2).
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 64;
const MAX_FOLDER_READS_AT_ONCE = 16;
const MAX_REMOVALS_AT_ONCE = 64;
const FULL_BELOW_BYTES = 32 * 1024;

/**
 * @param hurry when it fires, a server that is silent is waited for no longer than a cancelled job can
 * @throws RemoteFileError when the server offers no SFTP
 */
export async function openRemoteFiles(channels: Channels, hurry?: AbortSignal): Promise<RemoteFiles> {
  let sftp: SFTPWrapper;
  try {
    sftp = await channels.sftp();
  } catch (error) {
    if (error instanceof SshError) throw error;
    const noise = await describeLoginNoise(channels).catch(() => undefined);
    if (noise !== undefined) {
      throw new RemoteFileError(
        `${noise}, and that spoils SFTP: let that file print only when the shell is interactive, or set 'Subsystem sftp internal-sftp' in its sshd_config.`,
        { cause: error },
      );
    }
    throw new RemoteFileError(
      `${capitalised(channels.subject)} offers no SFTP: add 'Subsystem sftp internal-sftp' to its sshd_config.`,
      { cause: error },
    );
  }
  sftp.on('error', () => {});
  return new SftpFiles(sftp, channels, hurry);
}

/** Over a network an operation takes as long as its round trips: what needs no earlier answer is sent together. */
class SftpFiles implements RemoteFiles {
  /** Not private to the language, so that a test can take extensions away and count requests. */
  protected readonly sftp: SFTPWrapper;
  readonly #requests: SftpRequests;

  constructor(sftp: SFTPWrapper, channels: Channels, hurry: AbortSignal | undefined) {
    this.sftp = sftp;
    this.#requests = new SftpRequests(sftp, channels, hurry);
  }

  home(): Promise<string> {
    return this.#requests.realpath({ verb: 'find', path: 'the home folder' }, '.');
  }

  async read(path: string): Promise<string | undefined> {
    const task = { verb: 'read', path };
    const handle = await unlessAbsent(this.#requests.open(task, path, 'r'));
    if (!handle) return undefined;
    try {
      return (await readAll(this.#requests, task, handle)).toString('utf8');
    } finally {
      this.#closeLater(task, handle);
    }
  }

  async write(path: string, text: string | Uint8Array, mode: number): Promise<void> {
    const task = { verb: 'write', path };
    const data = this.#checked(task, text);
    const temporary = temporaryBeside(path);
    const handle = await this.#requests.open(task, temporary, 'wx', mode);
    await this.#fillTemporary(task, temporary, handle, data, mode);
    try {
      // Not sent along with the content: a content that could not be written must not replace the old one.
      if (this.#requests.offers('posix-rename@openssh.com', '1')) {
        await this.#requests.replace(task, temporary, path);
      } else {
        await this.#requests.rename({ verb: 'replace', path }, temporary, path);
      }
    } catch (error) {
      await this.#discard(temporary);
      throw error;
    }
  }

  async create(path: string, text: string, mode: number): Promise<boolean> {
    const task = { verb: 'create', path };
    const data = this.#checked(task, text);
    if (this.#requests.offers('hardlink@openssh.com', '1')) {
      const isCreated = await this.#createBy('link', task, data, mode);
      if (isCreated !== undefined) return isCreated;
    }
    return (await this.#createBy('rename', task, data, mode)) ?? false;
  }

  async append(path: string, text: string, mode: number): Promise<void> {
    const task = { verb: 'append to', path };
    const data = this.#checked(task, text);
    const handle = await this.#requests.open(task, path, 'a', mode);
    await this.#fill(task, handle, data);
  }

  async makeDirectory(path: string, mode: number): Promise<void> {
    // Nearly always it is there.
    if ((await this.#lookAt(path))?.isDirectory()) return;
    const all = withParents(path);
    const found = await Promise.allSettled(all.map((part) => this.#lookAt(part)));
    const missing: string[] = [];
    for (const [index, part] of all.entries()) {
      const stats = valueOrThrow(found[index]);
      if (stats?.isDirectory()) break;
      if (stats) throw this.#requests.failed(makingOf(part), 'a file has this name');
      missing.unshift(part);
    }
    const attempts = await Promise.all(
      missing.map(async (part) => {
        const [made, after] = await Promise.allSettled([
          this.#requests.makeFolder(makingOf(part), part, mode),
          this.#lookAt(part),
        ]);
        return { made, after };
      }),
    );
    for (const { made, after } of attempts) {
      // Somebody else may have made it in the meantime.
      if (made.status === 'rejected' && !(after.status === 'fulfilled' && after.value?.isDirectory()))
        throw made.reason;
    }
  }

  async list(path: string): Promise<RemoteEntry[]> {
    const task = { verb: 'list', path };
    const handle = await unlessAbsent(this.#requests.openFolder(task, path));
    if (!handle) return [];
    try {
      return await this.#readFolder(task, handle);
    } finally {
      this.#closeLater(task, handle);
    }
  }

  async remove(path: string): Promise<void> {
    const name = posix.basename(posix.normalize(path));
    if (name === '' || name === '.' || name === '..')
      throw this.#requests.failed({ verb: 'remove', path }, 'it is not the name of a file');
    // With a slash at its end the name of a link would mean what the link leads to.
    const itself = path.replace(/\/+$/, '');
    if (!(await this.#removeUnlessFolder(itself))) await this.#removeFolder(itself, 0);
  }

  async sweep(path: string, age?: { olderThanMs: number; nowMs: number }): Promise<void> {
    const isOld = (entry: RemoteEntry) => age === undefined || age.nowMs - entry.mtimeMs > age.olderThanMs;
    const abandoned = (await this.list(path)).filter(
      (entry) => !entry.isDirectory && temporaryName.test(entry.name) && isOld(entry),
    );
    await allAnswered(abandoned.map(({ name }) => this.remove(posix.join(path, name))));
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    const stats = await this.#lookAt(path);
    if (!stats) return undefined;
    const { uid, gid, mode, mtime, size } = stats;
    return { uid, gid, mode, isDirectory: stats.isDirectory(), mtimeMs: mtime * 1000, size };
  }

  async freeBytes(path: string): Promise<number | undefined> {
    if (!this.#requests.offers('statvfs@openssh.com', '2')) return undefined;
    const answer = await this.#requests.space({ verb: 'measure the space at', path }, path);
    return Number(answer.f_bavail) * Number(answer.f_frsize);
  }

  /** True when created, false when the name is taken, undefined when the file system has no hard links. */
  async #createBy(
    way: 'link' | 'rename',
    task: Task,
    data: Buffer,
    mode: number,
  ): Promise<boolean | undefined> {
    const { path } = task;
    const temporary = temporaryBeside(path);
    const [taken, opened] = await Promise.allSettled([
      this.#isTaken(path),
      this.#requests.open(task, temporary, 'wx', mode),
    ]);
    if (taken.status === 'rejected' || taken.value) {
      if (opened.status === 'fulfilled') {
        this.#closeLater(task, opened.value);
        await this.#discard(temporary);
      }
      valueOrThrow(taken);
      return false;
    }
    await this.#fillTemporary(task, temporary, valueOrThrow(opened), data, mode);
    // SFTP has no status for a name that is taken: looking for it right after tells.
    const [placed, takenNow] = await Promise.allSettled([
      this.#requests[way](task, temporary, path),
      this.#isTaken(path),
      this.#discard(temporary),
    ]);
    if (placed.status === 'fulfilled') return true;
    if (takenNow.status === 'fulfilled' && takenNow.value) return false;
    if (way === 'link' && isCode(placed.reason, FAILURE, UNSUPPORTED, PERMISSION_DENIED)) return undefined;
    throw placed.reason;
  }

  /** The file beside the target gets its final mode and is on the disk, so that only a rename is left to do. */
  async #fillTemporary(
    task: Task,
    temporary: string,
    handle: Buffer,
    data: Buffer,
    mode: number,
  ): Promise<void> {
    try {
      await this.#fill(task, handle, data, { mode });
    } catch (error) {
      await this.#discard(temporary);
      throw error;
    }
  }

  async #fill(task: Task, handle: Buffer, data: Buffer, exactly?: { mode: number }): Promise<void> {
    try {
      await fill(this.#requests, task, handle, data, exactly);
    } catch (error) {
      throw (await this.#isDiskFull(task.path))
        ? this.#requests.failed(task, 'the disk is full', error)
        : error;
    }
  }

  async #isDiskFull(path: string): Promise<boolean> {
    try {
      const free = await this.freeBytes(posix.dirname(path));
      return free !== undefined && free < FULL_BELOW_BYTES;
    } catch {
      return false;
    }
  }

  #checked(task: Task, text: string | Uint8Array): Buffer {
    const data = typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text);
    if (data.length > MAX_FILE_BYTES) throw tooLarge(this.#requests, task);
    return data;
  }

  async #readFolder(task: Task, handle: Buffer): Promise<RemoteEntry[]> {
    const entries: RemoteEntry[] = [];
    let sent = 0;
    // Two suffice for a small folder: its entries, and that these were all.
    for (let atOnce = 2; ; atOnce = Math.min(2 * atOnce, MAX_FOLDER_READS_AT_ONCE)) {
      const answers = await Promise.allSettled(
        Array.from({ length: atOnce }, () => this.#requests.readFolder(task, handle)),
      );
      for (const answer of answers) {
        const some = valueOrThrow(answer);
        if (!some) return entries;
        for (const { filename, attrs } of some) {
          if (filename === '.' || filename === '..' || /[/\0]/.test(filename)) continue;
          entries.push({
            name: filename,
            isDirectory: attrs.isDirectory(),
            isFile: (attrs.mode & S_IFMT) === S_IFREG,
            mtimeMs: attrs.mtime * 1000,
            size: attrs.size,
          });
        }
        sent += 1;
        if (entries.length > MAX_ENTRIES || sent > MAX_ENTRIES)
          throw this.#requests.failed(task, `it holds more than ${MAX_ENTRIES} entries`);
      }
    }
  }

  /** False when it is a folder: then nothing has happened. */
  async #removeUnlessFolder(path: string): Promise<boolean> {
    const task = { verb: 'remove', path };
    const [unlinked, looked] = await Promise.allSettled([
      this.#requests.unlink(task, path),
      this.#requests.lstat(task, path),
    ]);
    if (unlinked.status === 'fulfilled' || isCode(unlinked.reason, NO_SUCH_FILE)) return true;
    const stats = valueOrThrow(looked);
    if (stats && !stats.isDirectory()) throw unlinked.reason;
    return !stats;
  }

  async #removeFolder(path: string, depth: number): Promise<void> {
    const task = { verb: 'remove', path };
    if (depth > MAX_DEPTH) throw this.#requests.failed(task, `its folders lie more than ${MAX_DEPTH} deep`);
    const inside = (await this.list(path)).map(({ name }) => posix.join(path, name));
    const folders: string[] = [];
    for (let start = 0; start < inside.length; start += MAX_REMOVALS_AT_ONCE) {
      await allAnswered(
        inside.slice(start, start + MAX_REMOVALS_AT_ONCE).map(async (entry) => {
          if (!(await this.#removeUnlessFolder(entry))) folders.push(entry);
        }),
      );
    }
    for (const folder of folders) await this.#removeFolder(folder, depth + 1);
    await unlessAbsent(this.#requests.removeFolder(task, path));
  }

  #lookAt(path: string): Promise<Stats | undefined> {
    return this.#requests.stat({ verb: 'look at', path }, path);
  }

  async #isTaken(path: string): Promise<boolean> {
    return (await this.#requests.lstat({ verb: 'look at', path }, path)) !== undefined;
  }

  async #discard(temporary: string): Promise<void> {
    await this.#requests.unlink({ verb: 'remove', path: temporary }, temporary).catch(() => {});
  }

  /** Nobody waits for the answer: nothing depends on it. */
  #closeLater(task: Task, handle: Buffer): void {
    this.#requests.close(task, handle).catch(() => {});
  }
}

function makingOf(path: string): Task {
  return { verb: 'make the folder', path };
}

/** The path, its parent, and so on upwards. */
function withParents(path: string): string[] {
  const all = [path];
  for (let part = path; ; ) {
    const parent = posix.dirname(part);
    if (parent === part || parent === '.') return all;
    all.push(parent);
    part = parent;
  }
}

const temporaryName = /^\..{1,100}\.[0-9a-f]{16}\.tmp$/s;

function temporaryBeside(path: string): string {
  const name = `.${posix.basename(path).slice(0, 100)}.${randomBytes(8).toString('hex')}.tmp`;
  return posix.join(posix.dirname(path), name);
}

function valueOrThrow<T>(settled: PromiseSettledResult<T> | undefined): T {
  if (settled?.status === 'fulfilled') return settled.value;
  throw settled?.reason;
}
