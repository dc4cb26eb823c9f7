import type { TestProject } from 'vitest/node';
import { aptProvide } from '../../scripts/test-tools-debian.ts';
import { type EngineHandle, ensureEngine } from './engine.ts';
import { canHaveSshd, missingFromMachine } from './machine-needs.ts';

/** What the tests find: an Engine, or the sentence that says why there is none. */
export type FoundEngine = EngineHandle | { missing: string };

declare module 'vitest' {
  export interface ProvidedContext {
    engine: FoundEngine;
    /** Why tests that need a part cannot run here; a part that is there has no entry. */
    missingParts: Partial<Record<'engine' | 'sshd', string>>;
  }
}

async function findEngine(): Promise<FoundEngine> {
  if (process.env.SWITCHYARD_ENGINE === 'none') return { missing: 'SWITCHYARD_ENGINE is "none".' };
  // Everything that is missing at once: one after the other is what a person would learn from the tests.
  const lacking = await missingFromMachine('tests');
  if (lacking !== undefined) return { missing: lacking };
  try {
    return await ensureEngine();
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** Why the tests of an sshd are left out (vitest.config.ts), after an attempt to install one where that may be. */
async function findSshd(): Promise<string | undefined> {
  if (process.env.SWITCHYARD_SSHD === 'embedded') return 'SWITCHYARD_SSHD is "embedded".';
  if (!canHaveSshd()) return 'OpenSSH’s sshd is missing; install openssh-server.';
  try {
    await aptProvide({ sshd: 'openssh-server' });
    return undefined;
  } catch (error) {
    return `OpenSSH’s sshd is missing and could not be installed: ${(error as Error).message}`;
  }
}

/**
 * Runs once before all tests. Without an Engine or an sshd the tests that need one are skipped or left out, and all
 * others run. In CI that is a proof nobody gave: scripts/run-tests.ts fails a run with skipped tests, and what was left
 * out it cannot see.
 */
export default async function setup(project: TestProject): Promise<void> {
  const engine = await findEngine();
  const sshdMissing = await findSshd();
  if (sshdMissing !== undefined && process.env.CI === 'true') throw new Error(sshdMissing);
  const missingParts: Partial<Record<'engine' | 'sshd', string>> = {};
  if (sshdMissing !== undefined) missingParts.sshd = sshdMissing;
  if ('missing' in engine) {
    missingParts.engine = engine.missing;
  }
  for (const reason of Object.values(missingParts)) console.warn(`Tests are skipped: ${reason}`);
  project.provide('engine', engine);
  project.provide('missingParts', missingParts);
}
