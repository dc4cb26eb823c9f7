import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import type { Channels } from './channels.ts';
import type { RemoteEntry, RemoteFiles, RemoteStat } from './contract.ts';
import { printable } from './printable.ts';
import { RemoteFileError, SshError } from './ssh-errors.ts';
import { capitalised } from './subject.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 64;
const CHUNK_BYTES = 32 * 1024;

// SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7).
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

/** What ssh2 knows of the server's extensions but its types do not show. */
interface Extended {
  _extensions: Record<string, string | undefined>;
  ext_openssh_statvfs(path: string, done: (error: Error | undefined, answer: VfsAnswer) => void): void;
}

interface VfsAnswer {
  f_frsize: number | bigint;
  f_bavail: number | bigint;
}

type Callback<T> = (error: Error | null | undefined, value: T) => void;

/** @throws RemoteFileError when the server offers no SFTP */
export async function openRemoteFiles(channels: Channels): Promise<RemoteFiles> {
  let sftp: SFTPWrapper;
  try {
    sftp = await channels.sftp();
  } catch (error) {
    if (error instanceof SshError) throw error;
    throw new RemoteFileError(
      `${capitalised(channels.subject)} offers no SFTP: add 'Subsystem sftp internal-sftp' to its sshd_config.`,
      { cause: error },
    );
  }
  sftp.on('error', () => {});
  return new SftpFiles(sftp, channels);
}

class SftpFiles implements RemoteFiles {
  /** Not private to the language, so that a test can take extensions away. */
  private readonly sftp: SFTPWrapper;
  readonly #channels: Channels;

  constructor(sftp: SFTPWrapper, channels: Channels) {
    this.sftp = sftp;
    this.#channels = channels;
  }

  home(): Promise<string> {
    return this.#call('find the home folder', '.', (done: Callback<string>) => this.sftp.realpath('.', done));
  }

  async read(path: string): Promise<string | undefined> {
    const handle = await this.#unlessAbsent(
      this.#call('read', path, (done: Callback<Buffer>) => this.sftp.open(path, 'r', done)),
    );
    if (!handle) return undefined;
    try {
      const { size } = await this.#call('read', path, (done: Callback<Stats>) =>
        this.sftp.fstat(handle, done),
      );
      if (size > MAX_FILE_BYTES) throw this.#tooLarge('read', path);
      return (await this.#readAll(path, handle)).toString('utf8');
    } finally {
      await this.#close(handle);
    }
  }

  async write(path: string, text: string, mode: number): Promise<void> {
    const temporary = await this.#writeTemporary('write', path, text, mode);
    try {
      if (this.#offers('posix-rename@openssh.com', '1')) {
        await this.#do('write', path, (done) => this.sftp.ext_openssh_rename(temporary, path, done));
      } else {
        await this.#do('replace', path, (done) => this.sftp.rename(temporary, path, done));
      }
    } catch (error) {
      await this.#discard(temporary);
      throw error;
    }
  }

  async create(path: string, text: string, mode: number): Promise<boolean> {
    if (await this.#exists(path)) return false;
    const temporary = await this.#writeTemporary('create', path, text, mode);
    let moved = false;
    try {
      if (this.#offers('hardlink@openssh.com', '1')) {
        try {
          await this.#do('create', path, (done) => this.sftp.ext_openssh_hardlink(temporary, path, done));
          return true;
        } catch (error) {
          if (!isCode(error, FAILURE, UNSUPPORTED)) throw error;
          if (await this.#exists(path)) return false;
          // A file system without hard links: rename, which SFTP's own refuses when the name is taken.
        }
      }
      try {
        await this.#do('create', path, (done) => this.sftp.rename(temporary, path, done));
        moved = true;
        return true;
      } catch (error) {
        if (isCode(error, FAILURE) && (await this.#exists(path))) return false;
        throw error;
      }
    } finally {
      if (!moved) await this.#discard(temporary);
    }
  }

  async append(path: string, text: string, mode: number): Promise<void> {
    const data = this.#checked('append to', path, text);
    const handle = await this.#call('append to', path, (done: Callback<Buffer>) =>
      this.sftp.open(path, 'a', { mode }, done),
    );
    try {
      await this.#writeAll('append to', path, handle, data);
    } finally {
      await this.#close(handle);
    }
  }

  async makeDirectory(path: string, mode: number): Promise<void> {
    const present = await this.stat(path);
    if (present?.isDirectory) return;
    if (present) throw this.#failed('make the folder', path, 'a file has this name');
    const parent = posix.dirname(path);
    if (parent !== path && parent !== '.') await this.makeDirectory(parent, mode);
    try {
      await this.#do('make the folder', path, (done) => this.sftp.mkdir(path, { mode }, done));
    } catch (error) {
      // Somebody else may have made it in the meantime.
      if (!(await this.stat(path))?.isDirectory) throw error;
    }
  }

  async list(path: string): Promise<RemoteEntry[]> {
    const entries = await this.#unlessAbsent(
      this.#call('list', path, (done: Callback<FileEntryWithStats[]>) => this.sftp.readdir(path, done)),
    );
    if (!entries) return [];
    if (entries.length > MAX_ENTRIES)
      throw this.#failed('list', path, `it holds more than ${MAX_ENTRIES} entries`);
    return entries
      .filter(({ filename }) => filename !== '.' && filename !== '..' && !/[/\0]/.test(filename))
      .map(({ filename, attrs }) => ({
        name: filename,
        isDirectory: attrs.isDirectory(),
        mtimeMs: attrs.mtime * 1000,
        size: attrs.size,
      }));
  }

  async remove(path: string): Promise<void> {
    const name = posix.basename(posix.normalize(path));
    if (name === '' || name === '.' || name === '..')
      throw this.#failed('remove', path, 'it is not the name of a file');
    await this.#remove(path, 0);
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    const stats = await this.#unlessAbsent(
      this.#call('look at', path, (done: Callback<Stats>) => this.sftp.stat(path, done)),
    );
    if (!stats) return undefined;
    const { uid, gid, mode, mtime, size } = stats;
    return { uid, gid, mode, isDirectory: stats.isDirectory(), mtimeMs: mtime * 1000, size };
  }

  async freeBytes(path: string): Promise<number | undefined> {
    if (!this.#offers('statvfs@openssh.com', '2')) return undefined;
    const answer = await this.#call('measure the space at', path, (done: Callback<VfsAnswer>) =>
      this.#extended.ext_openssh_statvfs(path, done),
    );
    return Number(answer.f_bavail) * Number(answer.f_frsize);
  }

  get #extended(): Extended {
    return this.sftp as unknown as Extended;
  }

  #offers(extension: string, version: string): boolean {
    return this.#extended._extensions[extension] === version;
  }

  /** A new file beside the target, in its final mode and on the disk, so that only a rename is left to do. */
  async #writeTemporary(verb: string, path: string, text: string, mode: number): Promise<string> {
    const data = this.#checked(verb, path, text);
    const temporary = posix.join(
      posix.dirname(path),
      `.${posix.basename(path).slice(0, 100)}.${randomBytes(8).toString('hex')}.tmp`,
    );
    const handle = await this.#call(verb, path, (done: Callback<Buffer>) =>
      this.sftp.open(temporary, 'wx', { mode }, done),
    );
    try {
      try {
        // The server's umask has taken bits from the mode given at open.
        await this.#do(verb, path, (done) => this.sftp.fchmod(handle, mode, done));
        await this.#writeAll(verb, path, handle, data);
        if (this.#offers('fsync@openssh.com', '1')) {
          await this.#do(verb, path, (done) => this.sftp.ext_openssh_fsync(handle, done));
        }
      } finally {
        await this.#close(handle);
      }
    } catch (error) {
      await this.#discard(temporary);
      throw error;
    }
    return temporary;
  }

  #checked(verb: string, path: string, text: string): Buffer {
    const data = Buffer.from(text, 'utf8');
    if (data.length > MAX_FILE_BYTES) throw this.#tooLarge(verb, path);
    return data;
  }

  async #writeAll(verb: string, path: string, handle: Buffer, data: Buffer): Promise<void> {
    for (let offset = 0; offset < data.length; offset += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, data.length - offset);
      try {
        await this.#do(verb, path, (done) => this.sftp.write(handle, data, offset, length, offset, done));
      } catch (error) {
        throw (await this.#diskIsFull(path)) ? this.#failed(verb, path, 'the disk is full', error) : error;
      }
    }
  }

  async #diskIsFull(path: string): Promise<boolean> {
    try {
      const free = await this.freeBytes(posix.dirname(path));
      return free !== undefined && free < CHUNK_BYTES;
    } catch {
      return false;
    }
  }

  async #readAll(path: string, handle: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let offset = 0;
    for (;;) {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      const bytes = await this.#call('read', path, (done: Callback<number>) =>
        this.sftp.read(handle, buffer, 0, CHUNK_BYTES, offset, (error, count) => {
          // The end of the file.
          if (error && isCode(error, 1)) done(undefined, 0);
          else done(error, count);
        }),
      );
      if (bytes === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytes));
      offset += bytes;
      if (offset > MAX_FILE_BYTES) throw this.#tooLarge('read', path);
    }
  }

  async #remove(path: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw this.#failed('remove', path, `its folders lie more than ${MAX_DEPTH} deep`);
    const stats = await this.#unlessAbsent(
      this.#call('remove', path, (done: Callback<Stats>) => this.sftp.lstat(path, done)),
    );
    if (!stats) return;
    if (!stats.isDirectory()) {
      await this.#unlessAbsent(this.#do('remove', path, (done) => this.sftp.unlink(path, done)));
      return;
    }
    for (const entry of await this.list(path)) await this.#remove(posix.join(path, entry.name), depth + 1);
    await this.#unlessAbsent(this.#do('remove', path, (done) => this.sftp.rmdir(path, done)));
  }

  async #exists(path: string): Promise<boolean> {
    const stats = await this.#unlessAbsent(
      this.#call('look at', path, (done: Callback<Stats>) => this.sftp.lstat(path, done)),
    );
    return stats !== undefined;
  }

  async #discard(temporary: string): Promise<void> {
    await this.#do('remove', temporary, (done) => this.sftp.unlink(temporary, done)).catch(() => {});
  }

  async #close(handle: Buffer): Promise<void> {
    await this.#do('close', 'a file', (done) => this.sftp.close(handle, done)).catch(() => {});
  }

  async #unlessAbsent<T>(operation: Promise<T>): Promise<T | undefined> {
    try {
      return await operation;
    } catch (error) {
      if (isCode(error, NO_SUCH_FILE)) return undefined;
      throw error;
    }
  }

  #do(verb: string, path: string, start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return this.#call<void>(verb, path, (done) => start((error) => done(error, undefined)));
  }

  #call<T>(verb: string, path: string, start: (done: Callback<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#channels.lost) {
        reject(this.#channels.lost);
        return;
      }
      if (path === '' || path.includes('\0')) {
        reject(this.#failed(verb, path, 'this is not a file name'));
        return;
      }
      try {
        start((error, value) => {
          if (error) reject(this.#channels.lost ?? this.#failed(verb, path, this.#reason(error), error));
          else resolve(value);
        });
      } catch (error) {
        reject(this.#channels.lost ?? this.#failed(verb, path, 'the SFTP session has ended', error));
      }
    });
  }

  #reason(error: Error): string {
    if (isCode(error, NO_SUCH_FILE)) return 'there is no such file or folder';
    if (isCode(error, PERMISSION_DENIED)) return `the user '${this.#channels.username}' may not do this`;
    return printable(error.message);
  }

  #tooLarge(verb: string, path: string): RemoteFileError {
    return this.#failed(verb, path, `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
  }

  #failed(verb: string, path: string, reason: string, cause?: unknown): RemoteFileError {
    return new RemoteFileError(
      `Could not ${verb} ${printable(path)} on ${this.#channels.subject}: ${reason}.`,
      { cause },
    );
  }
}

/** SFTP's status code, of ssh2's error or of ours that was made from it. */
function isCode(error: unknown, ...codes: number[]): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'number') return codes.includes(code);
  return cause !== undefined && isCode(cause, ...codes);
}
