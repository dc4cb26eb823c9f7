import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { type EngineGeneration, provideEngine, ToolUnavailable } from '../../scripts/test-tools.ts';

const root = join(import.meta.dirname, '../..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

export const engineGenerations: readonly EngineGeneration[] = ['20.10', '26', 'newest'];

export interface InnerRun {
  code: number | null;
  passed: number;
  /** Names of the tests that failed, with the first lines of why. */
  failed: string[];
}

interface JsonReport {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

/** Skips the test, with the reason, where this machine cannot have that Engine. */
export async function needEngine(context: TestContext, generation: EngineGeneration): Promise<void> {
  try {
    await provideEngine(generation);
  } catch (error) {
    if (error instanceof ToolUnavailable) context.skip(error.message);
    throw error;
  }
}

/**
 * Runs test files in a process of its own, in a world in which that Engine is the one that answers.
 *
 * @param filters as vitest takes them: parts of the files' paths, and options
 */
export async function runTestsIn(
  generation: EngineGeneration,
  filters: readonly string[],
): Promise<InnerRun> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-full-'));
  try {
    const path = join(folder, 'report.json');
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'with-engine.ts'),
        generation,
        ...[process.execPath, vitest, 'run', '--project', 'machine', '--project', 'timed'],
        // Files that load the machine must not disturb each other; what fails then has a cause.
        ...['--no-file-parallelism', ...filters],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${path}`],
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
    const report = JSON.parse(await readFile(path, 'utf8')) as JsonReport;
    const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const tests = assertionResults
        .filter((result) => result.status === 'failed')
        .map(
          ({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.[0]?.slice(0, 2_000) ?? ''}`,
        );
      return tests.length === 0 && status === 'failed' ? [`${name}: ${message ?? ''}`] : tests;
    });
    return { code, passed: report.numPassedTests, failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
