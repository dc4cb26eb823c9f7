import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { distribution } from '../../scripts/test-tools-cache.ts';
import { programPath } from '../../scripts/test-tools-debian.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { findEngine, likelySockets } from './engine.ts';
import { type Lacking, type NamedPart, needsSentence } from './needs-sentence.ts';

/** The demo ships one kind of switch; the tests ship them all. */
export type Purpose = 'demo' | 'tests';

interface Part extends NamedPart {
  isThere(): boolean | Promise<boolean>;
}

const shared: readonly Part[] = [
  program('docker-registry'),
  program('htpasswd', 'apache2-utils'),
  program('haproxy'),
  { name: 'a static busybox', package: 'busybox-static', isThere: hasStaticBusybox },
  program('flock', 'util-linux'),
  program('setpriv', 'util-linux'),
  program('ldd', 'libc-bin'),
];

const parts: Readonly<Record<Purpose, readonly Part[]>> = {
  demo: shared,
  tests: [...shared, program('nginx')],
};

function program(name: string, packageName = name): Part {
  return { name, package: packageName, isThere: () => programPath(name) !== undefined };
}

/** Whether what is missing is installed on the way, without a question. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && ['debian', 'ubuntu'].includes(distribution().id);
}

/** Whether OpenSSH's sshd is here or will be; SWITCHYARD_SSHD says when it is not to be used. */
export function canHaveSshd(): boolean {
  return process.env.SWITCHYARD_SSHD !== 'embedded' && (canInstall() || programPath('sshd') !== undefined);
}

/** The static one runs in an image FROM scratch; the plain package's needs its libraries. */
export async function hasStaticBusybox(): Promise<boolean> {
  const path = programPath('busybox');
  return path !== undefined && !/=>/.test(await run('ldd', [path]).catch(() => ''));
}

/**
 * Looks for all that the demo or the tests need, before anything is started.
 *
 * @returns one sentence that says what to install; undefined when nothing is missing or it will be installed by itself
 */
export async function missingFromMachine(purpose: Purpose): Promise<string | undefined> {
  if (canInstall()) return undefined;
  const looked = await Promise.all(
    parts[purpose].map(async (part) => ((await part.isThere()) ? undefined : part)),
  );
  const { parts: engine, ...rest } = await lackingEngine();
  return needsSentence({ ...rest, parts: [...looked.filter((part) => part !== undefined), ...engine] });
}

async function lackingEngine(): Promise<Lacking> {
  if (await findEngine()) return { parts: [] };
  const sockets = await likelySockets();
  for (const socket of sockets) {
    const code = await access(socket, constants.R_OK | constants.W_OK).catch((error) => error.code);
    if (code === 'EACCES') return { parts: [], forbidden: { socket, username: userInfo().username } };
  }
  return {
    parts: [{ name: `a Docker Engine that answers on ${sockets.join(' or ')}`, package: 'docker.io' }],
  };
}
