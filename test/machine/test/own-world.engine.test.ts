import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { descendants, isRunning } from '../processes.ts';

const fixture = new URL('fixtures/world-that-is-stopped.ts', import.meta.url).pathname;

/** Only root makes worlds. */
const testAsRoot = test.runIf(process.getuid?.() === 0);

async function stopWorld(behaviour: string, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [fixture, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const ended = once(child, 'close');
  let inside: number[] = [];
  let stoppedMs = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line !== 'ready') continue;
    inside = descendants(child.pid ?? 0);
    stoppedMs = performance.now();
    child.kill(signal);
  }
  await ended;
  return { lines, tookMs: performance.now() - stoppedMs, inside };
}

testAsRoot.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a world is told of %s, tidies up and ends',
  async (signal) => {
    const { lines, tookMs, inside } = await stopWorld('ends', signal);
    expect(lines).toEqual(['ready', 'The run was broken off.', 'ended with 3']);
    expect(inside.length).toBeGreaterThanOrEqual(3);
    expect(inside.filter(isRunning)).toEqual([]);
    expect(tookMs).toBeLessThan(1_000);
  },
);

testAsRoot('a world that does not end is taken away, with all that runs in it', async () => {
  const { lines, tookMs, inside } = await stopWorld('stays', 'SIGTERM');
  expect(lines).toEqual(['ready', 'The run was broken off.', 'ended with 1']);
  expect(inside.filter(isRunning)).toEqual([]);
  expect(tookMs).toBeGreaterThanOrEqual(990);
  expect(tookMs).toBeLessThan(10_000);
});
