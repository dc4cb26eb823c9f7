import { EngineError } from './engine-error.ts';

export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

/** A frame is at most 16 KiB from the Engine's own writers and 1 MiB from log drivers; more is garbage. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * Splits the Engine's two-in-one output: frames of 8 bytes header (stream, 3 zero bytes, length big endian) and
 * payload, see "Stream format" of https://docs.docker.com/reference/api/engine/ (ContainerAttach). Payloads are
 * passed on as they come, without waiting for whole frames.
 *
 * @throws EngineError on bytes that are no such stream
 */
export async function* demultiplex(chunks: AsyncIterable<Buffer>): AsyncGenerator<OutputChunk> {
  let header = Buffer.alloc(0);
  let remaining = 0;
  let stream: OutputChunk['stream'] = 'stdout';
  for await (const chunk of chunks) {
    let rest = chunk;
    while (rest.length > 0) {
      if (remaining > 0) {
        const bytes = rest.subarray(0, remaining);
        remaining -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield { stream, bytes };
        continue;
      }
      const missing = 8 - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < 8) break;
      const kind = header[0] ?? 255;
      const length = header.readUInt32BE(4);
      if (kind > 3 || header.readUIntBE(1, 3) !== 0 || length > MAX_FRAME_BYTES) {
        throw new EngineError("The Docker Engine's output stream is damaged: a frame header makes no sense.");
      }
      // 3 is the Engine's own error channel; it belongs to what a person must see.
      stream = kind <= 1 ? 'stdout' : 'stderr';
      remaining = length;
      header = Buffer.alloc(0);
    }
  }
}

/** The output of a container with a TTY: one stream, no frames. */
export async function* rawOutput(chunks: AsyncIterable<Buffer>): AsyncGenerator<OutputChunk> {
  for await (const bytes of chunks) yield { stream: 'stdout', bytes };
}
