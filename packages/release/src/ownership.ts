import { ExplainedError } from '#explained-error';
import { nginxFiles, parseUpstream, switchLabels } from '#switch';
import { appLabels, slotNetworkName } from './app-container.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Server } from './server.ts';
import type { SwitchedApp } from './switch-driver.ts';

export class OwnershipError extends ExplainedError {
  override readonly name = 'OwnershipError';
}

/**
 * Refuses an app that another user of the server deploys: record and lease are in that user's home, so this job would
 * take what it finds for leftovers.
 *
 * @throws OwnershipError before anything is touched
 */
export async function checkOwner(server: Server, app: string): Promise<void> {
  const network = await server.engine.networks.inspect(slotNetworkName(app));
  const home = network?.Labels?.[appLabels.home];
  if (home === undefined || home === server.home) return;
  throw new OwnershipError(
    `The app ${app} on this server belongs to the user whose home is ${home}, and this job's is ${server.home}; log in as that user, or give the app another name.`,
  );
}

/**
 * Refuses to leave one kind of switch for another: whatever still points at the old one would be left without an
 * answer.
 *
 * @throws OwnershipError before anything is touched
 */
export async function checkSwitchKind(
  server: Server,
  request: Pick<SwitchedApp, 'app' | 'switch'>,
  store: ReleaseStore,
): Promise<void> {
  const labels = { [switchLabels.app]: request.app, [switchLabels.role]: 'switch' };
  const [haproxies, nginx] = await Promise.all([
    server.engine.containers.list({ all: true, labels }),
    server.files.read(nginxFiles(`${store.switchFolder}/nginx`).upstream),
  ]);
  // A first deploy that failed leaves the file, because nginx includes it; it then says that nothing serves.
  const isWithNginx = nginx !== undefined && parseUpstream(nginx)?.live !== 'none';
  const present = haproxies.length > 0 ? 'haproxy' : isWithNginx ? 'nginx' : undefined;
  if (present === undefined || present === request.switch.kind) return;
  throw new OwnershipError(
    `The app ${request.app} is served by "switch: ${present}", and this deploy asks for ${request.switch.kind}; deploy it under another app name, move your edge there, then take the old one off.`,
  );
}
