import { expect, test } from 'vitest';
import { type Engine, EngineError } from '#engine';
import { allowRestarts } from '../src/allow-restarts.ts';

const refusal = new EngineError(
  'The Docker Engine refused to update the container shop-1 (HTTP 500): runc did not …',
  {
    status: 500,
  },
);
const signal = new AbortController().signal;

/** An Engine that refuses the update, and then says of the container one state after the other. */
function engineWith(...states: readonly object[]): Engine {
  const left = [...states];
  const containers = {
    update: async () => Promise.reject(refusal),
    inspect: async () => ({ State: left.length > 1 ? left.shift() : left[0] }),
  };
  return { containers } as unknown as Engine;
}

test('a version that ends before it may restart is refused for its end, not for the words of the Engine', async () => {
  const ended = { Running: false, Status: 'exited', ExitCode: 3 };
  const engine = engineWith({ Running: true, Status: 'running' }, ended);
  await expect(allowRestarts(engine, { id: 'abc', restartsBefore: 0 }, signal)).rejects.toMatchObject({
    name: 'UnhealthyError',
    message: 'it ended with exit code 3, just after it had become healthy',
    cause: refusal,
  });
});

test('what the Engine refuses for a version that runs is told as it is', async () => {
  const engine = engineWith({ Running: true, Status: 'running' });
  await expect(allowRestarts(engine, { id: 'abc', restartsBefore: 0 }, signal)).rejects.toBe(refusal);
});
