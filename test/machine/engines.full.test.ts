import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { provideEngine, ToolUnavailable } from '../../scripts/test-tools.ts';

const root = join(import.meta.dirname, '../..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Every test that needs an Engine, in a process of its own, with that Engine. */
async function runMachineTests(generation: string): Promise<{ code: number | null; report: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-full-'));
  try {
    const report = join(folder, 'report.json');
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'with-engine.ts'),
        generation,
        ...[process.execPath, vitest, 'run', '--project', 'machine', '.engine.test'],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      // The variables of the run around this one would make the inner one think it is a worker of it.
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))),
      },
    );
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return { code, report: await readFile(report, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const generation of ['20.10', '26', 'newest'] as const) {
  test(`everything that needs an Engine works with Engine ${generation}`, async (context) => {
    try {
      await provideEngine(generation);
    } catch (error) {
      if (error instanceof ToolUnavailable) context.skip(error.message);
      throw error;
    }
    const { code, report } = await runMachineTests(generation);
    const counts = JSON.parse(report) as { numPassedTests: number; numFailedTests: number };
    expect(counts.numFailedTests).toBe(0);
    expect(counts.numPassedTests).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
}
