import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineGenerations, needEngine, runTestsIn } from './tests-in-engine.ts';

// The product's own claims, which take longer, are test/end-to-end/engines.full.test.ts's.
const parts = globSync('{packages/*/test,test/machine}/*.engine.test.ts', {
  cwd: join(import.meta.dirname, '../..'),
});

for (const generation of engineGenerations) {
  test(`the parts that need an Engine work with Engine ${generation}`, async (context) => {
    await needEngine(context, generation);
    const { code, passed, failed } = await runTestsIn(generation, parts);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
}
