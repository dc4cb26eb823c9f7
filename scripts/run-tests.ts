// node scripts/run-tests.ts test|full [vitest arguments]: one run, its report in test-results/.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { countTier, exitCodePath, reportPath, type Tier, tiers } from './testing/test-counts.ts';

const projects: Record<Tier, readonly string[]> = { test: ['unit', 'machine', 'timed'], full: ['full'] };

const [word, ...rest] = process.argv.slice(2);
const tier = tiers.find((name) => name === word);
if (tier === undefined) {
  console.error(`Say which tests to run: ${tiers.join(' or ')}.`);
  process.exit(2);
}

const folder = join(projectRoot, 'test-results');
await mkdir(folder, { recursive: true });
await Promise.all([reportPath, exitCodePath].map((path) => rm(path(folder, tier), { force: true })));

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportPath(folder, tier)}`,
];
if (tier === 'full') args.push('--passWithNoTests');
for (const project of projects[tier]) args.push('--project', project);

const child = spawn(process.execPath, [vitest, ...args, ...rest], { cwd: projectRoot, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const exitCode = await new Promise<number>((resolve) => {
  child.on('error', () => resolve(1));
  child.on('close', (code) => resolve(code ?? 1));
});
await writeFile(exitCodePath(folder, tier), `${exitCode}\n`);

const { failed, skipped, reasons, retried } = await countTier(folder, tier);
if (skipped > 0) console.log(`${skipped} skipped:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
if (retried.length > 0)
  console.log(`Passed only after a retry:\n${retried.map((line) => `  ${line}`).join('\n')}`);
// The full tier may lack one of its Engines on another distribution; npm test proves every claim or fails.
const skippedInCi = tier === 'test' && skipped > 0 && process.env.CI === 'true';
if (skippedInCi) {
  console.error('CI=true: a test that was skipped has not been passed.');
  // Also for the count: .ci/run sums what is in this folder.
  await writeFile(exitCodePath(folder, tier), '1\n');
}
process.exitCode = exitCode !== 0 || failed > 0 || skippedInCi ? 1 : 0;
