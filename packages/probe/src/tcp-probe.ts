import type { Duplex } from 'node:stream';
import { attempt } from './probe-attempt.ts';
import type { OpenConnection, ProbeOptions, ProbeResult } from './probe-result.ts';

/** How long an accepted connection must stay open: a userland proxy accepts first and closes when nobody is behind. */
const STAYS_OPEN_MS = 20;

/**
 * Healthy when the port accepts a connection and keeps it open for a moment, or greets.
 *
 * @param options the time limit in ms, or all options
 */
export function probeTcp(open: OpenConnection, options: number | ProbeOptions): Promise<ProbeResult> {
  const settled = typeof options === 'number' ? { timeoutMs: options } : options;
  return attempt(open, settled, async (stream) => {
    if (await closesAtOnce(stream)) return { outcome: 'unhealthy', detail: 'connection closed at once' };
    return { outcome: 'healthy', detail: 'connection accepted' };
  });
}

function closesAtOnce(stream: Duplex): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), STAYS_OPEN_MS);
    const settle = (closed: boolean) => {
      clearTimeout(timer);
      resolve(closed);
    };
    stream.once('data', () => settle(false));
    stream.once('end', () => settle(true));
    stream.once('close', () => settle(true));
    stream.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
