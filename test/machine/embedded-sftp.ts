import { constants, type Stats } from 'node:fs';
import * as files from 'node:fs/promises';
import { posix } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import {
  attributesPacket,
  dataPacket,
  extendedPacket,
  handlePacket,
  maxPacketBytes,
  type NamedEntry,
  namePacket,
  PacketReader,
  request,
  type Status,
  status,
  statusPacket,
  versionPacket,
  type WantedAttributes,
} from './embedded-sftp-packets.ts';

type Opened = { file: files.FileHandle } | { folder: string; names: string[] };

/** Those of OpenSSH's that the client here knows what to do with. */
const extensions = {
  'posix-rename@openssh.com': '1',
  'statvfs@openssh.com': '2',
  'hardlink@openssh.com': '1',
  'fsync@openssh.com': '1',
};

const readMaxBytes = maxPacketBytes - 1_024;
const entriesAtOnce = 100;

/** What ails the server's disk. */
export interface DiskTrouble {
  /** Requests are taken and never answered, as on a disk or a network home that hangs. */
  sftpIsSilent: boolean;
  /** What it takes to bring a file to the disk, as on one that is healthy and has much to do. */
  fsyncMs: number;
}

/** Serves SFTP on a channel until the client ends it. Relative paths start in the home folder. */
export function serveSftp(channel: ServerChannel, home: string, trouble: () => Readonly<DiskTrouble>): void {
  const session = new SftpSession(home);
  let received = Buffer.alloc(0);
  // One after the other, as a process of OpenSSH's sftp-server does: clients send the next request before the answer.
  let work = Promise.resolve();
  channel.on('error', () => undefined);
  channel.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4) {
      const length = received.readUInt32BE(0);
      if (length === 0 || length > maxPacketBytes) {
        channel.close();
        return;
      }
      if (received.length < 4 + length) return;
      const packet = received.subarray(4, 4 + length);
      received = received.subarray(4 + length);
      work = work.then(async () => {
        const { sftpIsSilent, fsyncMs } = trouble();
        if (sftpIsSilent) return;
        if (fsyncMs > 0 && isFsync(packet)) await setTimeout(fsyncMs);
        const answer = await session.answer(packet).catch(() => undefined);
        // Not even a number to answer to: OpenSSH's sftp-server ends then.
        if (answer) channel.write(answer);
        else channel.close();
      });
    }
  });
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    work = work.then(async () => {
      await session.close();
      channel.exit(0);
      channel.end();
    });
  };
  channel.once('end', end);
  channel.once('close', end);
}

function isFsync(packet: Buffer): boolean {
  const reader = new PacketReader(packet);
  if (reader.byte() !== request.extended) return false;
  reader.number();
  return reader.text() === 'fsync@openssh.com';
}

class SftpSession {
  readonly #home: string;
  readonly #opened = new Map<string, Opened>();
  #lastHandle = 0;

  constructor(home: string) {
    this.#home = home;
  }

  async answer(packet: Buffer): Promise<Buffer> {
    const reader = new PacketReader(packet);
    const type = reader.byte();
    if (type === request.init) return versionPacket(extensions);
    const id = reader.number();
    try {
      const answer = await this.#answer(type, id, reader);
      return typeof answer === 'number' ? statusPacket(id, answer) : answer;
    } catch (error) {
      return statusPacket(id, statusOf(error));
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(
      [...this.#opened.values()].map((opened) => 'file' in opened && opened.file.close()),
    );
    this.#opened.clear();
  }

  async #answer(type: number, id: number, reader: PacketReader): Promise<Buffer | Status> {
    switch (type) {
      case request.open: {
        const path = this.#path(reader);
        const flags = openFlags(reader.number());
        const { mode = 0o666 } = reader.attributes();
        return handlePacket(id, this.#remember({ file: await files.open(path, flags, mode) }));
      }
      case request.close: {
        const handle = reader.text();
        const opened = this.#opened.get(handle);
        if (!opened) return status.failure;
        this.#opened.delete(handle);
        if ('file' in opened) await opened.file.close();
        return status.ok;
      }
      case request.read:
        return this.#read(id, this.#file(reader), reader.bigNumber(), reader.number());
      case request.write: {
        const file = this.#file(reader);
        const offset = reader.bigNumber();
        await writeAll(file, reader.bytes(), offset);
        return status.ok;
      }
      case request.stat:
        return attributesPacket(id, await files.stat(this.#path(reader)));
      case request.lstat:
        return attributesPacket(id, await files.lstat(this.#path(reader)));
      case request.fstat:
        return attributesPacket(id, await this.#file(reader).stat());
      case request.setstat:
        return this.#change(this.#path(reader), reader.attributes());
      case request.fsetstat:
        return change(this.#file(reader), reader.attributes());
      case request.opendir: {
        const folder = this.#path(reader);
        const names = ['.', '..', ...(await files.readdir(folder))];
        return handlePacket(id, this.#remember({ folder, names }));
      }
      case request.readdir:
        return this.#readFolder(id, reader.text());
      case request.remove:
        await files.unlink(this.#path(reader));
        return status.ok;
      case request.mkdir:
        await files.mkdir(this.#path(reader), { mode: reader.attributes().mode ?? 0o777 });
        return status.ok;
      case request.rmdir:
        await files.rmdir(this.#path(reader));
        return status.ok;
      case request.realpath:
        return namePacket(id, [{ name: await files.realpath(this.#path(reader)) }]);
      case request.rename:
        await renameUnlessTaken(this.#path(reader), this.#path(reader));
        return status.ok;
      case request.extended:
        return this.#extended(id, reader.text(), reader);
      default:
        return status.unsupported;
    }
  }

  async #extended(id: number, name: string, reader: PacketReader): Promise<Buffer | Status> {
    switch (name) {
      case 'posix-rename@openssh.com':
        await files.rename(this.#path(reader), this.#path(reader));
        return status.ok;
      case 'hardlink@openssh.com':
        await files.link(this.#path(reader), this.#path(reader));
        return status.ok;
      case 'fsync@openssh.com':
        await this.#file(reader).sync();
        return status.ok;
      case 'statvfs@openssh.com': {
        const { bsize, blocks, bfree, bavail, files: inodes, ffree } = await files.statfs(this.#path(reader));
        // Linux counts in blocks of the one size; identity and flags are not told, and nobody asks for them.
        return extendedPacket(id, [bsize, bsize, blocks, bfree, bavail, inodes, ffree, ffree, 0, 0, 255]);
      }
      default:
        return status.unsupported;
    }
  }

  async #read(id: number, file: files.FileHandle, offset: number, length: number): Promise<Buffer | Status> {
    const buffer = Buffer.alloc(Math.min(length, readMaxBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return bytesRead === 0 ? status.endOfFile : dataPacket(id, buffer.subarray(0, bytesRead));
  }

  async #readFolder(id: number, handle: string): Promise<Buffer | Status> {
    const opened = this.#opened.get(handle);
    if (!opened || !('folder' in opened)) return status.failure;
    const names = opened.names.splice(0, entriesAtOnce);
    if (names.length === 0) return status.endOfFile;
    const entries = await Promise.all(
      names.map(async (name): Promise<NamedEntry | undefined> => {
        // Gone since: passed over.
        const stats = await files.lstat(posix.join(opened.folder, name)).catch(() => undefined);
        return stats && { name, stats };
      }),
    );
    return namePacket(
      id,
      entries.filter((entry) => entry !== undefined),
    );
  }

  async #change(path: string, wanted: WantedAttributes): Promise<Status> {
    const { size, mode, times, owner } = wanted;
    if (size !== undefined) await files.truncate(path, size);
    if (mode !== undefined) await files.chmod(path, mode);
    if (times !== undefined) await files.utimes(path, times.atime, times.mtime);
    if (owner !== undefined) await files.chown(path, owner.uid, owner.gid);
    return status.ok;
  }

  #remember(opened: Opened): string {
    this.#lastHandle += 1;
    const handle = String(this.#lastHandle);
    this.#opened.set(handle, opened);
    return handle;
  }

  #file(reader: PacketReader): files.FileHandle {
    const opened = this.#opened.get(reader.text());
    if (!opened || !('file' in opened)) throw Object.assign(new Error('No such handle.'), { code: 'EIO' });
    return opened.file;
  }

  /** Not normalised: `link/..` is the parent of what the link leads to. */
  #path(reader: PacketReader): string {
    const path = reader.text();
    return path.startsWith('/') ? path : `${this.#home}/${path}`;
  }
}

async function change(file: files.FileHandle, wanted: WantedAttributes): Promise<Status> {
  const { size, mode, times, owner } = wanted;
  if (size !== undefined) await file.truncate(size);
  if (mode !== undefined) await file.chmod(mode);
  if (times !== undefined) await file.utimes(times.atime, times.mtime);
  if (owner !== undefined) await file.chown(owner.uid, owner.gid);
  return status.ok;
}

async function writeAll(file: files.FileHandle, data: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await file.write(data, done, data.length - done, offset + done)).bytesWritten;
  }
}

/** SFTP's own rename never replaces; for a file OpenSSH lets the kernel see to it by a second name. */
async function renameUnlessTaken(from: string, to: string): Promise<void> {
  const stats: Stats = await files.lstat(from);
  if (stats.isFile()) {
    await files.link(from, to);
    await files.unlink(from);
    return;
  }
  const isTaken = await files.lstat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) throw Object.assign(new Error('The name is taken.'), { code: 'EEXIST' });
  await files.rename(from, to);
}

// draft-ietf-secsh-filexfer-02, 6.3.
const openFlag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 };

function openFlags(wanted: number): number {
  const isRead = (wanted & openFlag.read) !== 0;
  const isWrite = (wanted & openFlag.write) !== 0;
  let flags = isRead && isWrite ? constants.O_RDWR : isWrite ? constants.O_WRONLY : constants.O_RDONLY;
  if (wanted & openFlag.append) flags |= constants.O_APPEND;
  if (wanted & openFlag.create) flags |= constants.O_CREAT;
  if (wanted & openFlag.truncate) flags |= constants.O_TRUNC;
  if (wanted & openFlag.exclusive) flags |= constants.O_EXCL;
  return flags;
}

/** The status that OpenSSH's sftp-server gives for a failure of the system. */
function statusOf(error: unknown): Status {
  if (error instanceof RangeError) return status.badMessage;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EBADF':
    case 'ELOOP':
      return status.noSuchFile;
    case 'EPERM':
    case 'EACCES':
    case 'EFAULT':
      return status.permissionDenied;
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return status.badMessage;
    case 'ENOSYS':
      return status.unsupported;
    default:
      return status.failure;
  }
}
