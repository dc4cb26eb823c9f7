import type { ListenAddress } from './deploy-request.ts';
import { ListenError, servesOn } from './listen-check.ts';
import type { Server } from './server.ts';

/** A claim whose app doesn't serve there yet is believed for this long: its first deploy may still be under way. */
const freshMs = 10 * 60_000;

/**
 * Makes an address an app's own before its switch binds it. Two first deploys at the same time would both find it
 * free, and HAProxy lets both of them listen. The file is created in one step, so one of them is second.
 *
 * @returns how to give it back
 * @throws ListenError when another app has it
 */
export async function claimListenAddress(
  server: Server,
  app: string,
  listen: ListenAddress,
  nowMs: number,
): Promise<() => Promise<void>> {
  const root = `${server.home}/.switchyard`;
  const folder = `${root}/.listen`;
  // Port alone: an address that stands for all collides with every other.
  const path = `${folder}/${listen.port}`;
  await server.files.makeDirectory(folder, 0o700);
  if (!(await server.files.create(path, `${app}\n`, 0o600))) {
    const [text, stat] = await Promise.all([server.files.read(path), server.files.stat(path)]);
    const owner = text?.trim() ?? '';
    if (owner !== app && /^[a-z][a-z0-9-]*$/.test(owner)) {
      const isFresh = stat !== undefined && nowMs - stat.mtimeMs < freshMs;
      if (isFresh || (await servesOn(server, `${root}/${owner}`, listen))) {
        throw new ListenError(
          `The port ${listen.port} on the server is taken by the switch of the app ${owner}; set another address with "listen".`,
        );
      }
    }
    await server.files.write(path, `${app}\n`, 0o600);
    if (owner === app) return async () => {};
  }
  return () => server.files.remove(path);
}
