import { expect, test } from 'vitest';
import type { Engine } from '#engine';
import { fatalState, healthAttempt } from '../src/health-gate.ts';

const padding = 'x'.repeat(190);
const said = `first line\n${padding}Zk9qLm4TtRw7YpX\n`;
const cut = `${padding}Zk9qLm4TtR…`;

/** An engine that answers just what the test needs. */
function engineWith(containers: Partial<Record<keyof Engine['containers'], () => Promise<unknown>>>): Engine {
  return { containers } as unknown as Engine;
}

test('the last line of a failed health command is cut with a mark', async () => {
  const engine = engineWith({ exec: async () => ({ exitCode: 1, output: said, timedOut: false }) });
  const attempt = healthAttempt(
    engine,
    'command',
    { command: ['check'], timeoutMs: 1_000 } as unknown as Parameters<typeof healthAttempt>[2],
    {} as Parameters<typeof healthAttempt>[3],
    { containerId: 'abc' } as Parameters<typeof healthAttempt>[4],
  );
  expect((await attempt()).detail).toBe(`exit code 1: ${cut}`);
});

test.each([
  // Programs colour what they write, and some end with a NUL.
  ['checking\n\u001b[31mqueue is\u0007 down\u001b[0m\0\n', 'queue is down'],
  ['50 %\r100 %: disk\tfull\r\n\0\0', '100 %: disk\tfull'],
  ['\u001b]0;title\u0007\u202egone', 'gone'],
  ['\u001b[0m\0\n', ''],
])('control characters and terminal codes of %j stay out of the reason', async (output, quoted) => {
  const engine = engineWith({
    inspect: async () => ({
      State: { Running: true, Health: { Status: 'unhealthy', Log: [{ Output: output }] } },
    }),
    exec: async () => ({ exitCode: 1, output, timedOut: false }),
  });
  const words = quoted === '' ? '' : `: ${quoted}`;
  expect(await fatalState(engine, 'abc', 0)).toBe(`its HEALTHCHECK says unhealthy${words}`);
  const attempt = healthAttempt(
    engine,
    'command',
    { command: ['check'], timeoutMs: 1_000 } as unknown as Parameters<typeof healthAttempt>[2],
    {} as Parameters<typeof healthAttempt>[3],
    { containerId: 'abc' } as Parameters<typeof healthAttempt>[4],
  );
  expect((await attempt()).detail).toBe(`exit code 1${words}`);
});

test.each([
  [said, cut],
  // The Engine itself cuts at 4,096 bytes, with three dots.
  ['key=Zk9qLm4...', 'key=Zk9qLm4...'],
])("the words of the image's HEALTHCHECK are cut with a mark", async (Output, quoted) => {
  const engine = engineWith({
    inspect: async () => ({ State: { Running: true, Health: { Status: 'unhealthy', Log: [{ Output }] } } }),
  });
  expect(await fatalState(engine, 'abc', 0)).toBe(`its HEALTHCHECK says unhealthy: ${quoted}`);
});
