import type { Duplex } from 'node:stream';
import type { FinishedRequest } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

/**
 * Reads one line of the switch's log: backend (`blue`, or `blue_8000` where there are several ports), server (`<NOSRV>`:
 * none was reached), status, time until the answer began (-1: it never did), active time, both in ms, termination state.
 * The server is who answered; a backend's spare is the other slot. Lines of other backends and lines that are damaged
 * give undefined: the ring drops its oldest lines under pressure.
 */
export function parseLogLine(line: string): FinishedRequest | undefined {
  const match =
    /(?:^|\s)(blue|green)(?:_\d{1,5})? (\S{1,20}) (-|\d{1,3}|-1) (-?\d{1,12}) (-?\d{1,12}) (\S{2})$/.exec(
      line.trimEnd(),
    );
  if (!match) return undefined;
  const [, backend, server, statusText, untilAnswer, active, termination] = match;
  const color =
    colors.find((candidate) => candidate === server) ?? colors.find((candidate) => candidate === backend);
  const tookMs = Number(untilAnswer) >= 0 ? Number(untilAnswer) : Number(active);
  if (!color || tookMs < 0) return undefined;
  // TCP has no answers: what it took is how long the connection was open, and that says nothing of the app's pace.
  const latencyMs = statusText === '-' ? undefined : tookMs;
  const status = statusText === '-' || statusText === '-1' ? undefined : Number(statusText);
  // The first character says who ended it early: S the server (app), s its time-out, otherwise the client or nobody.
  const failed = termination?.startsWith('S') === true || termination?.startsWith('s') === true;
  return { color, status, latencyMs, failed };
}

/** Cuts a byte stream into whole lines; a line that never ends is dropped. */
export class LineSplitter {
  #rest = '';

  push(chunk: string): string[] {
    const lines = (this.#rest + chunk).split('\n');
    const rest = lines.pop() ?? '';
    this.#rest = rest.length > 4096 ? '' : rest;
    return lines;
  }
}

/** Reads the log from the ring that the configuration keeps it in. */
export function streamRequests(
  adminSocket: Duplex,
  onRequest: (request: FinishedRequest) => void,
): { stop(): void } {
  const lines = new LineSplitter();
  adminSocket.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk.toString('latin1'))) {
      const request = parseLogLine(line);
      if (request) onRequest(request);
    }
  });
  // Figures are a help, not a condition: without them the watch still has probes.
  adminSocket.on('error', () => adminSocket.destroy());
  adminSocket.write('show events requests -wn\n');
  return { stop: () => adminSocket.destroy() };
}
