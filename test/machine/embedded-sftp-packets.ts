// The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02), as far as a server needs them. ssh2 has a server for
// them too, which can neither announce OpenSSH's extensions nor answer statvfs.
import type { Stats } from 'node:fs';

export const request = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  extended: 200,
} as const;

const reply = { version: 2, status: 101, handle: 102, data: 103, name: 104, attrs: 105, extended: 201 };

export const status = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

export type Status = (typeof status)[keyof typeof status];

/** OpenSSH's words. */
const statusText: Readonly<Record<Status, string>> = {
  0: 'Success',
  1: 'End of file',
  2: 'No such file',
  3: 'Permission denied',
  4: 'Failure',
  5: 'Bad message',
  8: 'Operation unsupported',
};

/** As OpenSSH's sftp-server. */
export const maxPacketBytes = 256 * 1024;

const attribute = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x80000000 };

/** What a client wants a file to have. */
export interface WantedAttributes {
  size?: number;
  owner?: { uid: number; gid: number };
  mode?: number;
  times?: { atime: number; mtime: number };
}

/** The fields of one packet, in the order in which they are read. @throws RangeError beyond its end */
export class PacketReader {
  readonly #packet: Buffer;
  #at = 0;

  constructor(packet: Buffer) {
    this.#packet = packet;
  }

  byte(): number {
    return this.#packet.readUInt8(this.#skip(1));
  }

  number(): number {
    return this.#packet.readUInt32BE(this.#skip(4));
  }

  bigNumber(): number {
    return Number(this.#packet.readBigUInt64BE(this.#skip(8)));
  }

  bytes(): Buffer {
    const length = this.number();
    const start = this.#skip(length);
    if (this.#at > this.#packet.length) throw new RangeError('A field is longer than its packet.');
    return this.#packet.subarray(start, this.#at);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  attributes(): WantedAttributes {
    const flags = this.number();
    const wanted: WantedAttributes = {};
    if (flags & attribute.size) wanted.size = this.bigNumber();
    if (flags & attribute.owner) wanted.owner = { uid: this.number(), gid: this.number() };
    if (flags & attribute.mode) wanted.mode = this.number() & 0o7777;
    if (flags & attribute.times) wanted.times = { atime: this.number(), mtime: this.number() };
    return wanted;
  }

  #skip(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

export interface NamedEntry {
  name: string;
  stats?: Stats;
}

export function versionPacket(extensions: Readonly<Record<string, string>>): Buffer {
  return packet(reply.version, number(3), ...Object.entries(extensions).flat().map(text));
}

export function statusPacket(id: number, code: Status): Buffer {
  return packet(reply.status, number(id), number(code), text(statusText[code]), text(''));
}

export function handlePacket(id: number, handle: string): Buffer {
  return packet(reply.handle, number(id), text(handle));
}

export function dataPacket(id: number, data: Buffer): Buffer {
  return packet(reply.data, number(id), number(data.length), data);
}

export function namePacket(id: number, entries: readonly NamedEntry[]): Buffer {
  const fields = entries.flatMap(({ name, stats }) => [
    text(name),
    // The line of an "ls -l", which is for people only.
    text(name),
    stats ? attributes(stats) : number(0),
  ]);
  return packet(reply.name, number(id), number(entries.length), ...fields);
}

export function attributesPacket(id: number, stats: Stats): Buffer {
  return packet(reply.attrs, number(id), attributes(stats));
}

export function extendedPacket(id: number, numbers: readonly number[]): Buffer {
  return packet(reply.extended, number(id), ...numbers.map(bigNumber));
}

function attributes({ size, uid, gid, mode, atimeMs, mtimeMs }: Stats): Buffer {
  const flags = attribute.size | attribute.owner | attribute.mode | attribute.times;
  const seconds = [atimeMs, mtimeMs].map((ms) => number(Math.floor(ms / 1_000)));
  return Buffer.concat([number(flags), bigNumber(size), number(uid), number(gid), number(mode), ...seconds]);
}

function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.of(type), ...fields]);
  return Buffer.concat([number(body.length), body]);
}

function number(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value);
  return field;
}

function bigNumber(value: number): Buffer {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(value));
  return field;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([number(bytes.length), bytes]);
}
