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

/**
 * Runs once before all tests. Without an Engine the tests that need one are skipped, each with the reason; in CI
 * that would be a proof nobody gave, so there it is a failure.
 */
export default async function setup(project: TestProject): Promise<void> {
  const engine = await findEngine();
  const missingParts: Partial<Record<'engine' | 'sshd', string>> = {};
  if (programPath('sshd') === undefined) {
    const canInstall = process.getuid?.() === 0 && programPath('apt-get') !== undefined;
    if (canInstall) await aptProvide({ sshd: 'openssh-server' });
    else missingParts.sshd = 'OpenSSH’s sshd is missing; install openssh-server.';
  }
  if ('missing' in engine) {
    missingParts.engine = engine.missing;
  }
  const reasons = Object.values(missingParts);
  if (reasons.length > 0 && process.env.CI === 'true') {
    throw new Error(`CI needs every part of the test machine. ${reasons.join(' ')}`);
  }
  for (const reason of reasons) console.warn(`Tests are skipped: ${reason}`);
  project.provide('engine', engine);
  project.provide('missingParts', missingParts);
}
