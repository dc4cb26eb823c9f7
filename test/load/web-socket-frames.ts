import { createHash, randomBytes } from 'node:crypto';

export const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const maxPayload = 64 * 1024;

/** The value that proves that the server understood the handshake (RFC 6455, 4.2.2). */
export function acceptValue(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A masked frame, as a client must send it (RFC 6455, 5.3). The payload must be shorter than 126 bytes. */
export function clientFrame(code: number, payload: Buffer): Buffer {
  if (payload.length > 125) throw new RangeError('Only payloads up to 125 bytes are sent.');
  const mask = randomBytes(4);
  const frame = Buffer.allocUnsafe(6 + payload.length);
  frame[0] = 0x80 | code;
  frame[1] = 0x80 | payload.length;
  mask.copy(frame, 2);
  for (let index = 0; index < payload.length; index += 1) {
    frame[6 + index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  }
  return frame;
}

/** Reads a server's frames. Fragmented messages are given as their frames. */
export class FrameReader {
  readonly #onFrame: (code: number, payload: Buffer) => void;
  #pending = Buffer.alloc(0);

  constructor(onFrame: (code: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws RangeError when a frame is larger than 64 KiB */
  write(chunk: Buffer): void {
    let bytes: Buffer = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      if (bytes.length < 2) break;
      const short = (bytes[1] ?? 0) & 0x7f;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < at) break;
      const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number.MAX_SAFE_INTEGER : short;
      if (length > maxPayload) throw new RangeError('The server sent a frame of more than 64 KiB.');
      if (bytes.length < at + length) break;
      const payload = Buffer.from(bytes.subarray(at, at + length));
      const code = (bytes[0] ?? 0) & 0x0f;
      bytes = bytes.subarray(at + length);
      this.#onFrame(code, payload);
    }
    this.#pending = Buffer.from(bytes);
  }
}
