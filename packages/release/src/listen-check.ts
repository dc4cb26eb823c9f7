import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';
import { isSameAddress, printedAddress, servedAddresses } from '#switch';
import { collide, parseListeners } from './listeners.ts';
import type { Server } from './server.ts';
import type { ListenAddress } from './service-settings.ts';

export class ListenError extends ExplainedError {
  override readonly name = 'ListenError';
}

/**
 * Refuses a listening address that something else has; what the app's own switch listens on, the new one takes over.
 * HAProxy would not notice: two switches of one user can bind
 * the same address, and the kernel would deal the requests out between them.
 *
 * @throws ListenError naming who has it
 */
export async function checkListenAddress(server: Server, app: string, listen: ListenAddress): Promise<void> {
  const root = `${server.home}/.switchyard`;
  const own = await servedBy(server, `${root}/${app}`);
  if (own.some((address) => isSameAddress(address, listen))) return;
  const taken = parseListeners(await readTables(server, listen)).find(
    (listener) => collide(listener, listen) && !own.some((address) => isSameAddress(address, listener)),
  );
  if (!taken) return;
  const who =
    (await otherSwitch(server, root, app, listen)) ??
    // One of the two may stand for all addresses, and only the kernel knows which.
    (await otherSwitch(server, root, app, taken)) ??
    (await nameOf(server, taken));
  throw new ListenError(
    `The address ${printedAddress(listen)} on the server is taken by ${who}; free it or set another one with "listen".`,
  );
}

/**
 * The kernel's tables of sockets. A server without IPv6 has no second one, and only then may it be missing.
 *
 * @throws ListenError when they can't be read: what is not known is not taken for free
 */
async function readTables(server: Server, listen: ListenAddress): Promise<string> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'] as const;
  // Listening sockets come first; the rest may be megabytes.
  const answer = await server.exec(['head', '-q', '-c', '65536', ...tables], { timeoutMs: 10_000 });
  // What a start-up file of the login shell prints may come before it, without an end of line.
  const isTable = /sl\s+local_address\s/.test(answer.stdout);
  if (isTable && answer.code === 0) return answer.stdout;
  if (isTable) {
    const [first, second] = await Promise.all(
      tables.map((table) => server.exec(['test', '-e', table], { timeoutMs: 10_000 })),
    );
    if (first?.code === 0 && second?.code === 1) return answer.stdout;
  }
  const said = lastLine(answer.stderr) || `head ended with exit code ${answer.code ?? 'unknown'}`;
  throw new ListenError(
    `Whether ${printedAddress(listen)} on the server is free is not known, because ${tables.join(' and ')} could not be read there (${said}); the deploy user must be able to read both with "head".`,
  );
}

/** The last line that a command has said, as it may stand in a sentence. */
function lastLine(text: string): string {
  return clipEnd((text.trim().split('\n').at(-1) ?? '').replaceAll(/\p{Cc}+/gu, ' '), 200);
}

/** The addresses that the switch of the app in this folder is configured to listen on. */
async function servedBy(server: Server, folder: string): Promise<ListenAddress[]> {
  const names = (await server.files.list(`${folder}/switch`)).map(({ name }) => name);
  const configs = names.filter((name) => /^haproxy-\d+\.cfg$/.test(name));
  const texts = await Promise.all(configs.map((name) => server.files.read(`${folder}/switch/${name}`)));
  return texts.flatMap((text) => servedAddresses(text ?? ''));
}

async function otherSwitch(
  server: Server,
  root: string,
  app: string,
  listen: ListenAddress,
): Promise<string | undefined> {
  for (const { name, isDirectory } of await server.files.list(root)) {
    if (!isDirectory || name === app) continue;
    const served = await servedBy(server, `${root}/${name}`);
    if (served.some((address) => isSameAddress(address, listen))) return `the switch of the app ${name}`;
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
