import { whoIsAtWork } from './lease.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Server } from './server.ts';

/** That a job is at work, as a sentence: what looks like one that was interrupted is then only half-way. */
export async function warnOfJobAtWork(
  { engine, files }: Server,
  app: string,
  { folder }: Pick<ReleaseStore, 'folder'>,
): Promise<string | undefined> {
  const who = await whoIsAtWork(files, { folder, app, nowMs: await engine.serverTimeMs() });
  return (
    who &&
    `A job is changing ${app} right now (${who}), and what follows is its half-way state; look again when it has ended.`
  );
}
