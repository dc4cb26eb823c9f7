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
  [said, cut],
  // The Engine itself cuts at 4,096 bytes, with three dots.
  ['key=Zk9qLm4...', 'key=Zk9qLm4...'],
])("the words of the image's HEALTHCHECK are cut with a mark", async (Output, quoted) => {
  const engine = engineWith({
    inspect: async () => ({ State: { Running: true, Health: { Status: 'unhealthy', Log: [{ Output }] } } }),
  });
  expect(await fatalState(engine, 'abc', 0)).toBe(`its HEALTHCHECK says unhealthy: ${quoted}`);
});
