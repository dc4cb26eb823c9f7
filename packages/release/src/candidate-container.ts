import type { Duplex } from 'node:stream';
import type { Engine } from '#engine';
import { isConflict } from '#engine';
import { ExplainedError } from '#explained-error';
import type { SlotTarget } from '#switch';
import type { Placement } from './app-container.ts';
import { appContainer, containerName } from './app-container.ts';
import type { Release } from './release.ts';
import type { Server } from './server.ts';

/** Creates the release's container in its slot and joins it to its networks; doesn't start it. */
export async function createCandidate(
  engine: Engine,
  release: Release,
  placement: Placement,
): Promise<{ id: string; name: string }> {
  const name = containerName(release.app, release.id);
  let id: string;
  try {
    id = await engine.containers.create(name, appContainer(release, placement));
  } catch (error) {
    if (!isConflict(error)) throw error;
    // The same second and the same four random letters: only a leftover can have that name.
    throw new ExplainedError(
      `the container name ${name} is taken; remove what has it with "docker rm -f ${name}"`,
      { cause: error },
    );
  }
  try {
    for (const network of release.config.networks) await engine.networks.connect(network, id);
  } catch (error) {
    await engine.containers.remove(id, { force: true });
    throw error;
  }
  return { id, name };
}

/**
 * A way to the container's port past the switch: by its fixed address, or, where the Engine's networks can't be
 * reached from the server, by the port published for this.
 */
export function openContainer(
  server: Server,
  id: string,
  target: SlotTarget,
  published: boolean,
): () => Promise<Duplex> {
  if (!published) return () => server.openTcp(target.host, target.port);
  let port: number | undefined;
  return async () => {
    if (port === undefined) {
      const inspect = await server.engine.containers.inspect(id);
      const binding = inspect?.NetworkSettings?.Ports?.[`${target.port}/tcp`]?.[0];
      if (!binding?.HostPort) throw new Error('connect ECONNREFUSED: the port is not published yet');
      port = Number(binding.HostPort);
    }
    return server.openTcp('127.0.0.1', port);
  };
}

/** The last lines of its log, or what kept them from being read. */
export async function lastLogLines(engine: Engine, id: string, lines: number): Promise<string> {
  try {
    return await engine.containers.logs(id, { tail: lines });
  } catch (error) {
    return `(its log could not be read: ${error instanceof Error ? error.message : String(error)})`;
  }
}
