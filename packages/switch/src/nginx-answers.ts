import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { askColor } from './nginx-files.ts';
import type { AskOverHttp } from './nginx-surroundings.ts';
import type { Color } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

export interface NginxQuestion {
  /** Host and path that lead to the location which includes our file. */
  readonly host: string;
  readonly path: string;
}

export interface NginxAnswer {
  /** Undefined when the answer names no slot, so it did not come by way of our files. */
  readonly slot: Color | 'none' | undefined;
  readonly connected: boolean;
  readonly detail: string;
}

/** How to reach nginx as a client does, and what to ask there. */
export interface NginxDoor {
  readonly open: () => Promise<Duplex>;
  readonly ask: AskOverHttp;
  readonly question: NginxQuestion;
}

const questionTimeoutMs = 3_000;

/** Asks the running nginx over a new connection which slot it serves; the app is not bothered. */
export async function askNginx(door: NginxDoor): Promise<NginxAnswer> {
  const answer = await door.ask(door.open, {
    ...door.question,
    headers: { 'switchyard-probe': askColor },
    timeoutMs: questionTimeoutMs,
  });
  const named = answer.headers?.['switchyard-color'];
  const slot = [...colors, 'none' as const].find((candidate) => candidate === named);
  const detail = answer.status === undefined ? answer.detail : `status ${answer.status}`;
  return { slot, connected: answer.status !== undefined, detail };
}

/**
 * Workers of before a reload go on accepting for some 150 ms and answer by their old configuration, so neither the
 * first new answer nor a quick row of them proves anything.
 */
const answersInARow = 10;
const rowSpanMs = 250;
const pauseMs = 25;

/** A row of the same answers; `sinceMs` is when it began, by performance.now(). */
export type Settled = { readonly slot: Color | 'none'; readonly sinceMs: number };

/**
 * Asks until the answers agree for long enough, on `wanted` if it is given. When the time is up, returns the last
 * answer instead.
 */
export async function untilSettled(
  door: NginxDoor,
  wanted: Color | undefined,
  deadlineMs: number,
): Promise<Settled | { readonly last: NginxAnswer }> {
  const deadline = performance.now() + deadlineMs;
  let row: { slot: Color | 'none'; sinceMs: number; count: number } | undefined;
  for (;;) {
    const last = await askNginx(door);
    const now = performance.now();
    if (last.slot === undefined || (wanted !== undefined && last.slot !== wanted)) row = undefined;
    else if (row?.slot === last.slot) row.count += 1;
    else row = { slot: last.slot, sinceMs: now, count: 1 };
    if (row && row.count >= answersInARow && now - row.sinceMs >= rowSpanMs) return row;
    if (now >= deadline) return { last };
    await delay(pauseMs);
  }
}
