import type { Socket } from 'node:net';
import type { Client } from 'ssh2';

interface Internals {
  _protocol?: {
    _kexinit?: unknown;
    _cipher?: { encrypt(packet: unknown): void };
    _packetRW?: {
      write?: { allocStart: number; alloc(size: number): Uint8Array; finalize(packet: Uint8Array): unknown };
    };
  };
}

// RFC 4253, section 11.2.
const SSH_MSG_IGNORE = 2;
const SMALL_BYTES = 1024;

/**
 * sshd leaves Nagle's algorithm on: its next small packet waits until the last one is acknowledged, which the
 * kernel on this side puts off for 40 ms unless something goes out that carries the acknowledgement. So a small
 * packet that we do not answer anyway is answered with SSH_MSG_IGNORE, which is there to be ignored.
 * It took the first answer of the Engine from about 95 to 56 ms after the start (measure-connect.ts).
 */
export function acknowledgePromptly(client: Client, socket: Socket): void {
  let isDue = false;
  socket.on('data', (chunk: Buffer) => {
    if (isDue || chunk.length > SMALL_BYTES) return;
    isDue = true;
    const written = socket.bytesWritten;
    setImmediate(() => {
      isDue = false;
      if (socket.writable && socket.bytesWritten === written) sendIgnore(client);
    });
  });
}

/** @returns false when it cannot be sent now: during a key exchange, or with an ssh2 that is built differently */
export function sendIgnore(client: Client): boolean {
  const protocol = (client as unknown as Internals)._protocol;
  const writer = protocol?._packetRW?.write;
  if (!protocol?._cipher || !writer || protocol._kexinit !== undefined) return false;
  const packet = writer.alloc(5);
  packet.set([SSH_MSG_IGNORE, 0, 0, 0, 0], writer.allocStart);
  protocol._cipher.encrypt(writer.finalize(packet));
  return true;
}
