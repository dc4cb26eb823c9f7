import { ReleaseStore, type Reporter, type Server } from '#release';
import { parseStackRelease } from './parse-stack-release.ts';
import type { StackReading } from './stack-context.ts';
import { StackFiles } from './stack-files.ts';

/** What reading a stack takes, without a lease and without a change. */
export async function readingOf(
  request: StackReading['request'],
  server: Server,
  reporter: Reporter,
): Promise<StackReading> {
  const store = ReleaseStore.of(server.files, server.home, request.app, parseStackRelease);
  const files = new StackFiles(server.files, store.folder);
  const serverTimeMs = await server.engine.serverTimeMs();
  return { request, server, reporter, store, files, nowMs: () => serverTimeMs };
}
