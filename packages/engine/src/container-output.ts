import type { AttachOptions, LogOptions } from './engine.ts';
import type { EngineHttp, EngineStream } from './engine-http.ts';
import { LastBytes } from './last-bytes.ts';
import { demultiplex, type OutputChunk, rawOutput } from './multiplexed-stream.ts';
import { nameSegment, shownId } from './resource-name.ts';

/** @see EngineContainers.logs */
export async function readLogs(
  http: EngineHttp,
  id: string,
  {
    tail = 50,
    stdout = true,
    stderr = true,
    timestamps = false,
    sinceMs,
    maxBytes = 256 * 1024,
    ...call
  }: LogOptions,
): Promise<string> {
  const stream = await http.stream({
    method: 'GET',
    path: `/containers/${nameSegment(id)}/logs`,
    query: { stdout, stderr, timestamps, tail, since: sinceMs === undefined ? undefined : sinceMs / 1000 },
    purpose: `read the log of the container ${shownId(id)}`,
    ...call,
  });
  const log = new LastBytes(maxBytes);
  for await (const { bytes } of output(stream, await hasTty(http, id, stream))) log.add(bytes);
  return log.text();
}

/** @see EngineContainers.attach */
export async function attachToOutput(
  http: EngineHttp,
  id: string,
  { onOutput, tty = false, signal, headTimeoutMs = 30_000 }: AttachOptions,
): Promise<{ ended: Promise<void>; stop(): void }> {
  const stream = await http.stream({
    method: 'POST',
    path: `/containers/${nameSegment(id)}/attach`,
    query: { stream: true, stdout: true, stderr: true, logs: false },
    purpose: `attach to the container ${shownId(id)}`,
    signal,
    timeoutMs: 0,
    headTimeoutMs,
  });
  const read = async () => {
    for await (const chunk of output(stream, tty)) onOutput(chunk.stream, chunk.bytes);
  };
  const ended = read();
  // Whoever stops listening must not crash the process by the rejection that follows.
  ended.catch(() => undefined);
  return { ended, stop: () => stream.destroy() };
}

function output(stream: EngineStream, tty: boolean): AsyncGenerator<OutputChunk> {
  return tty ? rawOutput(stream.chunks) : demultiplex(stream.chunks);
}

/** From API 1.42 the content type says it; before, both kinds are called the same and the container must tell. */
async function hasTty(http: EngineHttp, id: string, stream: EngineStream): Promise<boolean> {
  if (stream.headers['content-type'] === 'application/vnd.docker.multiplexed-stream') return false;
  try {
    const container = await http.json<{ Config?: { Tty?: unknown } }>({
      method: 'GET',
      path: `/containers/${nameSegment(id)}/json`,
      purpose: `inspect the container ${shownId(id)}`,
    });
    return container.Config?.Tty === true;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
