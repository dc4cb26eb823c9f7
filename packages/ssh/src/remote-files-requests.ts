import type { FileEntryWithStats, OpenMode, SFTPWrapper, Stats } from 'ssh2';
import type { Channels } from './channels.ts';
import { printable } from './printable.ts';
import { SftpSilence } from './sftp-silence.ts';
import { RemoteFileError } from './ssh-errors.ts';

/** Every server takes this much in one request (draft-ietf-secsh-filexfer-02, section 3). */
const CHUNK_BYTES = 32 * 1024;

// SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7).
const END_OF_FILE = 1;
export const NO_SUCH_FILE = 2;
export const PERMISSION_DENIED = 3;
export const FAILURE = 4;
export const UNSUPPORTED = 8;

/** For the error sentences: what was to be done to what. */
export interface Task {
  verb: string;
  path: string;
}

/** What ssh2 knows but its types do not show. */
interface Inside {
  _extensions: Record<string, string | undefined>;
  _maxReadLen: number;
  _maxWriteLen: number;
  outgoing: { state: string };
  ext_openssh_statvfs(path: string, done: Callback<VfsAnswer>): void;
}

interface VfsAnswer {
  f_frsize: number | bigint;
  f_bavail: number | bigint;
}

type Callback<T> = (error: Error | null | undefined, value: T) => void;
type StatusCallback = (error?: Error | null) => void;

/**
 * The requests of one SFTP session. Each is sent at once when its method is called, and the server works them off in
 * that order as far as they concern the same file (draft-ietf-secsh-filexfer-02, section 6.1), so that requests that
 * need no earlier answer cost one round trip together.
 */
export class SftpRequests {
  readonly #sftp: SFTPWrapper;
  readonly #channels: Channels;
  readonly #silence: SftpSilence;

  /** @param hurry when it fires, a server that is silent is waited for no longer than a cancelled job can */
  constructor(sftp: SFTPWrapper, channels: Channels, hurry?: AbortSignal) {
    this.#sftp = sftp;
    this.#channels = channels;
    this.#silence = new SftpSilence(hurry);
  }

  offers(extension: string, version: string): boolean {
    return this.#inside._extensions[extension] === version;
  }

  /** How much one read or write request may carry; ssh2 would cut a larger one into requests that wait for each other. */
  get chunkBytes(): number {
    const { _maxReadLen, _maxWriteLen } = this.#inside;
    return Math.max(1, Math.min(CHUNK_BYTES, _maxReadLen, _maxWriteLen));
  }

  realpath(task: Task, path: string): Promise<string> {
    return this.#call(task, isText, (done) => this.#sftp.realpath(path, done));
  }

  open(task: Task, path: string, how: OpenMode, mode?: number): Promise<Buffer> {
    return this.#call(task, isHandle, (done) =>
      this.#sftp.open(path, how, mode === undefined ? {} : { mode }, done),
    );
  }

  close(task: Task, handle: Buffer): Promise<void> {
    return this.#do(task, (done) => this.#sftp.close(handle, done));
  }

  /** At most `length` bytes; none at the end of the file. */
  read(task: Task, handle: Buffer, length: number, offset: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    return this.#call(task, Buffer.isBuffer, (done: Callback<Buffer>) =>
      this.#sftp.read(handle, buffer, 0, length, offset, (error, count) => {
        if (error && isCode(error, END_OF_FILE)) done(undefined, buffer.subarray(0, 0));
        else done(error, buffer.subarray(0, count));
      }),
    );
  }

  write(task: Task, handle: Buffer, data: Buffer, offset: number): Promise<void> {
    return this.#do(task, (done) => this.#sftp.write(handle, data, 0, data.length, offset, done));
  }

  chmod(task: Task, handle: Buffer, mode: number): Promise<void> {
    return this.#do(task, (done) => this.#sftp.fchmod(handle, mode, done));
  }

  /** Only where 'fsync@openssh.com' is offered. */
  sync(task: Task, handle: Buffer): Promise<void> {
    return this.#do(task, (done) => this.#sftp.ext_openssh_fsync(handle, done));
  }

  statOpen(task: Task, handle: Buffer): Promise<Stats> {
    return this.#call(task, isStats, (done) => this.#sftp.fstat(handle, done));
  }

  /** Undefined when absent. */
  stat(task: Task, path: string): Promise<Stats | undefined> {
    return unlessAbsent(this.#call(task, isStats, (done) => this.#sftp.stat(path, done)));
  }

  /** As `stat`, but of a symbolic link itself. */
  lstat(task: Task, path: string): Promise<Stats | undefined> {
    return unlessAbsent(this.#call(task, isStats, (done) => this.#sftp.lstat(path, done)));
  }

  openFolder(task: Task, path: string): Promise<Buffer> {
    return this.#call(task, isHandle, (done) => this.#sftp.opendir(path, done));
  }

  /** Some more entries, without '.' and '..'; undefined when all have been read. */
  readFolder(task: Task, handle: Buffer): Promise<FileEntryWithStats[] | undefined> {
    return this.#call(task, isEntriesOrEnd, (done) =>
      this.#sftp.readdir(handle, (error, entries) => {
        if (error && isCode(error, END_OF_FILE)) done(undefined, undefined);
        else done(error, entries ?? null);
      }),
    );
  }

  makeFolder(task: Task, path: string, mode: number): Promise<void> {
    return this.#do(task, (done) => this.#sftp.mkdir(path, { mode }, done));
  }

  removeFolder(task: Task, path: string): Promise<void> {
    return this.#do(task, (done) => this.#sftp.rmdir(path, done));
  }

  unlink(task: Task, path: string): Promise<void> {
    return this.#do(task, (done) => this.#sftp.unlink(path, done));
  }

  /** SFTP's own: refuses when the new name is taken. */
  rename(task: Task, from: string, to: string): Promise<void> {
    return this.#do(task, (done) => this.#sftp.rename(from, to, done));
  }

  /** Replaces what has the new name. Only where 'posix-rename@openssh.com' is offered. */
  replace(task: Task, from: string, to: string): Promise<void> {
    return this.#do(task, (done) => this.#sftp.ext_openssh_rename(from, to, done));
  }

  /** Only where 'hardlink@openssh.com' is offered. */
  link(task: Task, from: string, to: string): Promise<void> {
    return this.#do(task, (done) => this.#sftp.ext_openssh_hardlink(from, to, done));
  }

  /** Only where 'statvfs@openssh.com' is offered. */
  space(task: Task, path: string): Promise<VfsAnswer> {
    return this.#call(task, isVfsAnswer, (done) => this.#inside.ext_openssh_statvfs(path, done));
  }

  failed({ verb, path }: Task, reason: string, cause?: unknown): RemoteFileError {
    return new RemoteFileError(
      `Could not ${verb} ${printable(path)} on ${this.#channels.subject}: ${reason}.`,
      { cause },
    );
  }

  get #inside(): Inside {
    return this.#sftp as unknown as Inside;
  }

  #do(task: Task, start: (done: StatusCallback) => void): Promise<void> {
    return this.#call(task, isNothing, (done) => start((error) => done(error, undefined)));
  }

  #call<T>(
    task: Task,
    isRight: (value: unknown) => value is T,
    start: (done: Callback<unknown>) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const refuse = (reason: string, cause?: unknown) =>
        reject(this.#channels.lost ?? this.failed(task, reason, cause));
      if (this.#channels.lost) return reject(this.#channels.lost);
      if (task.path === '' || task.path.includes('\0')) return refuse('this is not a file name');
      // ssh2 drops what is sent now without a word, and its callback would never be called.
      if (this.#inside.outgoing.state !== 'open') return refuse('the SFTP session has ended');
      const answered = this.#silence.asked((silentMs, cancelled) => {
        if (cancelled) reject(cancelled.reason);
        else refuse(silent(silentMs));
      });
      try {
        start((error, value) => {
          answered();
          if (error) refuse(this.#reason(error), error);
          else if (isRight(value)) resolve(value);
          else refuse('the server gave an answer that does not belong to the question');
        });
      } catch (error) {
        answered();
        refuse('the SFTP session has ended', error);
      }
    });
  }

  #reason(error: Error): string {
    if (isCode(error, NO_SUCH_FILE)) return 'there is no such file or folder';
    if (isCode(error, PERMISSION_DENIED)) return `the user '${this.#channels.username}' may not do this`;
    return printable(error.message);
  }
}

function silent(ms: number): string {
  return `no answer for ${Math.round(ms / 1000)} s; look for a disk or a network home that hangs there`;
}

/** SFTP's status code, of ssh2's error or of ours that was made from it. */
export function isCode(error: unknown, ...codes: number[]): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'number') return codes.includes(code);
  return cause !== undefined && isCode(cause, ...codes);
}

export async function unlessAbsent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (isCode(error, NO_SUCH_FILE)) return undefined;
    throw error;
  }
}

/**
 * Waits for every answer, so that nothing is under way afterwards.
 * @throws the error of the first request, in the order in which they were sent
 */
export async function allAnswered(answers: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(answers);
  for (const answer of settled) if (answer.status === 'rejected') throw answer.reason;
}

function isNothing(value: unknown): value is undefined {
  return value === undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isHandle(value: unknown): value is Buffer {
  return Buffer.isBuffer(value) && value.length > 0;
}

function isStats(value: unknown): value is Stats {
  return typeof (value as Partial<Stats> | undefined)?.isDirectory === 'function';
}

function isEntriesOrEnd(value: unknown): value is FileEntryWithStats[] | undefined {
  return value === undefined || Array.isArray(value);
}

function isVfsAnswer(value: unknown): value is VfsAnswer {
  return (value as Partial<VfsAnswer> | undefined)?.f_bavail !== undefined;
}
