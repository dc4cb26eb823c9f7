import { parseHaproxyAddress, writeHaproxyAddress } from '#switch';
import { checkListenAddress, ListenError } from './listen-check.ts';
import { collide } from './listeners.ts';
import type { Server } from './server.ts';
import type { ListenAddress } from './service-settings.ts';

/** A claim is held while a switch is being made. One that is older was left by a job that has died. */
const freshMs = 10 * 60_000;

/** A file that takes longer to write than this is nobody's any more. */
const writingMs = 60_000;

/**
 * Takes away what a job of the app has left that was killed while it claimed an address; only for whoever holds the
 * app's lease. Other apps may be claiming theirs.
 */
export async function sweepListenClaims(server: Server, app: string, nowMs: number): Promise<void> {
  const folder = `${server.home}/.switchyard/.listen`;
  await Promise.all([
    server.files.remove(`${folder}/${app}`),
    server.files.sweep(folder, { olderThanMs: writingMs, nowMs }),
  ]);
}

/**
 * Runs what makes a switch listen, with the address claimed for the app. Two first deploys at the same time would
 * both find it free, and HAProxy lets both of them listen. Each writes its claim before it looks for others, so two
 * that collide can't both go on; that both are refused is possible and harms nobody.
 *
 * @throws ListenError when another app is about to listen there
 */
export async function withListenClaim<T>(
  server: Server,
  app: string,
  listen: ListenAddress,
  nowMs: number,
  action: () => Promise<T>,
): Promise<T> {
  const folder = `${server.home}/.switchyard/.listen`;
  const own = `${folder}/${app}`;
  await server.files.makeDirectory(folder, 0o700);
  await server.files.write(own, `${writeHaproxyAddress(listen)}\n`, 0o600);
  try {
    for (const { name, mtimeMs } of await server.files.list(folder)) {
      if (name === app || !/^[a-z][a-z0-9-]*$/.test(name) || nowMs - mtimeMs > freshMs) continue;
      const claimed = parseHaproxyAddress((await server.files.read(`${folder}/${name}`)) ?? '');
      if (!claimed || !collide(claimed, listen)) continue;
      throw new ListenError(
        `The port ${listen.port} on the server is being taken by the switch of the app ${name} at this moment; set another address with "listen".`,
      );
    }
    // One that was quicker may listen by now.
    await checkListenAddress(server, app, listen);
    return await action();
  } finally {
    // One that stays is believed for ten minutes and does no harm after that.
    await server.files.remove(own).catch(() => undefined);
  }
}
