import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needEngine } from '../machine/tests-in-engine.ts';
import type { FaultRow, ScenarioResult } from './results.ts';

// The long form, every fault at every step, is npm run test:faults. This one has a bound on its time instead: two
// halves play at once, each in a world of its own, because a walk mostly waits.
const halves = [
  { count: 50, boundaries: 'job killed' },
  { count: 50, boundaries: 'none' },
] as const;
const longestMs = 14 * 60_000;

interface Outcome {
  readonly code: number | null;
  readonly rows: readonly FaultRow[];
  readonly failed: readonly ScenarioResult[];
}

async function play({ count, boundaries }: (typeof halves)[number], out: string): Promise<Outcome> {
  const options = ['--count', String(count), '--boundaries', boundaries, '--out', out];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // The variables of the run around this one would make the inner one think it is a worker of it.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))),
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (!existsSync(out)) throw new Error(`The fault suite ended with code ${code} and without results.`);
  return { code, ...(JSON.parse(await readFile(out, 'utf8')) as Omit<Outcome, 'code'>) };
}

test('whatever dies in the middle of a walk: no request is lost and the next one works', {
  timeout: longestMs,
  // A request that was lost once is what this is looking for.
  retry: 0,
}, async (context) => {
  await needEngine(context, '26');
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-faults-test-'));
  try {
    const outcomes = await Promise.all(
      halves.map((half, index) => play(half, join(folder, `faults-${index}.json`))),
    );
    const misses = outcomes.flatMap(({ failed }) => failed);
    expect(misses.map(({ fault, moment, misses }) => `${fault} @ ${moment}: ${misses.join(' ')}`)).toEqual(
      [],
    );
    const rows = outcomes.flatMap((outcome) => outcome.rows);
    expect(rows.reduce((sum, { random }) => sum + random, 0)).toBeGreaterThanOrEqual(100);
    expect(rows.reduce((sum, { boundaries }) => sum + boundaries, 0)).toBeGreaterThan(0);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
