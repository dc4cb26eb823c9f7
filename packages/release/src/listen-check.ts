import { ExplainedError } from '#explained-error';
import { listenRemark } from '#switch';
import type { ListenAddress } from './deploy-request.ts';
import { collide, parseListeners } from './listeners.ts';
import type { Server } from './server.ts';

export class ListenError extends ExplainedError {
  override readonly name = 'ListenError';
}

/**
 * Refuses a listening address that something else has. HAProxy would not notice: two switches of one user can bind
 * the same address, and the kernel would deal the requests out between them.
 *
 * @throws ListenError naming who has it
 */
export async function checkListenAddress(server: Server, app: string, listen: ListenAddress): Promise<void> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => server.files.read(path)),
  );
  const taken = tables
    .flatMap((table) => parseListeners(table ?? ''))
    .find((listener) => collide(listener, listen));
  if (!taken) return;
  const owners = await switchesOn(server, listen);
  if (owners.includes(app)) return;
  const who = owners[0] ? `the switch of the app ${owners[0]}` : await nameOf(server, taken);
  throw new ListenError(
    `The address ${listen.host}:${listen.port} on the server is taken by ${who}; free it or set another one with "listen".`,
  );
}

/** Apps whose switch is configured to listen there. */
async function switchesOn(server: Server, listen: ListenAddress): Promise<string[]> {
  const root = `${server.home}/.switchyard`;
  const apps: string[] = [];
  for (const { name, isDirectory } of await server.files.list(root)) {
    if (!isDirectory) continue;
    for (const file of await server.files.list(`${root}/${name}/switch`)) {
      if (!/^haproxy-\d+\.cfg$/.test(file.name)) continue;
      const config = await server.files.read(`${root}/${name}/switch/${file.name}`);
      if (config?.startsWith(`${listenRemark(listen)}\n`)) apps.push(name);
    }
  }
  return apps;
}

async function nameOf(server: Server, taken: { port: number; uid: number }): Promise<string> {
  for (const container of await server.engine.containers.list()) {
    const name = container.Names?.[0]?.replace(/^\//, '');
    if (name && container.Ports?.some((port) => port.PublicPort === taken.port))
      return `the container ${name}`;
  }
  const users = (await server.files.read('/etc/passwd').catch(() => undefined)) ?? '';
  const user = users
    .split('\n')
    .find((line) => line.split(':')[2] === String(taken.uid))
    ?.split(':')[0];
  return user ? `a process of the user ${user}` : `a process of user id ${taken.uid}`;
}
