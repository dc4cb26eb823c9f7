import type { TestProject } from 'vitest/node';
import { aptProvide, programPath } from '../../scripts/test-tools-debian.ts';
import { type EngineHandle, ensureEngine } from './engine.ts';

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
  try {
    return await ensureEngine();
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** Why there is no sshd, after an attempt to install it; undefined when there is one. */
async function findSshd(): Promise<string | undefined> {
  if (programPath('sshd') !== undefined) return undefined;
  const canInstall = process.getuid?.() === 0 && programPath('apt-get') !== undefined;
  if (!canInstall) return 'OpenSSH’s sshd is missing; install openssh-server.';
  try {
    await aptProvide({ sshd: 'openssh-server' });
    return undefined;
  } catch (error) {
    return `OpenSSH’s sshd is missing and could not be installed: ${(error as Error).message}`;
  }
}

/**
 * Runs once before all tests. Without an Engine or an sshd the tests that need one are skipped, each with the
 * reason, and all others run. In CI a skipped test is a proof nobody gave: scripts/run-tests.ts fails such a run.
 */
export default async function setup(project: TestProject): Promise<void> {
  const engine = await findEngine();
  const missingParts: Partial<Record<'engine' | 'sshd', string>> = {};
  const sshdMissing = await findSshd();
  if (sshdMissing !== undefined) missingParts.sshd = sshdMissing;
  if ('missing' in engine) {
    missingParts.engine = engine.missing;
  }
  for (const reason of Object.values(missingParts)) console.warn(`Tests are skipped: ${reason}`);
  project.provide('engine', engine);
  project.provide('missingParts', missingParts);
}
