import type { Duplex } from 'node:stream';
import { classifyConnectionError, describeConnectionError, isRefusal } from './connection-error.ts';
import type { OpenConnection, ProbeOptions, ProbeResult } from './probe-result.ts';

/** What a protocol's exchange found out; everything that goes wrong with the stream is thrown. */
export type Exchange = Omit<ProbeResult, 'latencyMs'>;

/**
 * One attempt: opens a stream, lets `exchange` talk, and turns errors and the time limit into an outcome. Never
 * rejects, except with the signal's reason. The stream is always destroyed.
 */
export async function attempt(
  open: OpenConnection,
  options: ProbeOptions,
  exchange: (stream: Duplex, signal: AbortSignal) => Promise<Exchange>,
): Promise<ProbeResult> {
  options.signal?.throwIfAborted();
  const classify = options.classifyError ?? classifyConnectionError;
  const startedMs = performance.now();
  const latencyMs = () => Math.round((performance.now() - startedMs) * 100) / 100;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  let over = false;
  let stream: Duplex | undefined;

  const talk = async (): Promise<ProbeResult> => {
    try {
      const opened = await open();
      if (over) {
        opened.on('error', () => undefined).destroy();
        return { outcome: 'unmeasured', latencyMs: latencyMs(), detail: 'too late' };
      }
      stream = opened;
      // The exchange listens itself; this one remains for errors after its end.
      stream.on('error', () => undefined);
      return { connected: true, ...(await exchange(stream, signal)), latencyMs: latencyMs() };
    } catch (error) {
      const connected = stream !== undefined && !isRefusal(error);
      return {
        outcome: classify(error),
        latencyMs: latencyMs(),
        detail: describeConnectionError(error),
        connected,
      };
    }
  };

  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const limit = new Promise<ProbeResult>((resolve, reject) => {
    timer = setTimeout(() => {
      // A tunnel that cannot even open a stream says nothing about the app.
      const opened = stream !== undefined;
      resolve({
        outcome: opened ? 'unhealthy' : 'unmeasured',
        latencyMs: latencyMs(),
        detail: `${opened ? 'no answer' : 'no connection'} within ${options.timeoutMs} ms`,
        connected: opened,
      });
    }, options.timeoutMs);
    onAbort = () => reject(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
  });

  try {
    return await Promise.race([talk(), limit]);
  } finally {
    over = true;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    stop.abort();
    stream?.destroy();
  }
}
