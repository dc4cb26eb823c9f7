import { ExplainedError } from '#explained-error';
import { servesAddress } from '#switch';
import { collide, parseListeners } from './listeners.ts';
import type { Server } from './server.ts';
import type { ListenAddress } from './service-settings.ts';

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
  const root = `${server.home}/.switchyard`;
  if (await servesOn(server, `${root}/${app}`, listen)) return;
  // Listening sockets come first in the kernel's tables; the rest may be megabytes.
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
  const answer = await server.exec(['head', '-q', '-c', '65536', ...tables], { timeoutMs: 10_000 });
  const taken = parseListeners(answer.stdout).find((listener) => collide(listener, listen));
  if (!taken) return;
  const who =
    (await otherSwitch(server, root, listen)) ??
    // One of the two may stand for all addresses, and only the kernel knows which.
    (await otherSwitch(server, root, taken)) ??
    (await nameOf(server, taken));
  throw new ListenError(
    `The address ${listen.host}:${listen.port} on the server is taken by ${who}; free it or set another one with "listen".`,
  );
}

/** Whether the app in this folder has a switch that is configured to listen there. */
export async function servesOn(server: Server, folder: string, listen: ListenAddress): Promise<boolean> {
  const names = (await server.files.list(`${folder}/switch`)).map(({ name }) => name);
  const configs = names.filter((name) => /^haproxy-\d+\.cfg$/.test(name));
  const texts = await Promise.all(configs.map((name) => server.files.read(`${folder}/switch/${name}`)));
  return texts.some((text) => text !== undefined && servesAddress(text, listen));
}

async function otherSwitch(server: Server, root: string, listen: ListenAddress): Promise<string | undefined> {
  for (const { name, isDirectory } of await server.files.list(root)) {
    if (isDirectory && (await servesOn(server, `${root}/${name}`, listen)))
      return `the switch of the app ${name}`;
  }
  return undefined;
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
