import { expect, test } from 'vitest';
import { engineGenerations, needEngine, runTestsIn } from '../machine/tests-in-engine.ts';

// What differs between Engines: the API's fields, the image store and its digests, the words of errors, fixed
// addresses after a reconnect.
const files = ['test/end-to-end/main-claims.timed.test.ts', 'test/end-to-end/refusals.engine.test.ts'];

for (const generation of engineGenerations) {
  test(`deploys lose nothing and refusals explain themselves with Engine ${generation}`, async (context) => {
    await needEngine(context, generation);
    const { code, passed, failed } = await runTestsIn(generation, files);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(1);
    expect(code).toBe(0);
  });
}
