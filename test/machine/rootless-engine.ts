import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, link, mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { provideEngine, provideRootlessParts, ToolUnavailable } from '../../scripts/test-tools.ts';
import { programPath } from '../../scripts/test-tools-debian.ts';
import { run, waitFor } from '../../scripts/test-tools-run.ts';
import { dyingWithUs } from './dying-with-us.ts';
import { engineAnswering, installClient, startDaemon } from './engine.ts';
import { ownedFolder } from './owned-folder.ts';
import { descendants, isRunning, signalAll } from './processes.ts';
import type { TestServer } from './server.ts';

export interface RootlessEngine extends AsyncDisposable {
  /** `$XDG_RUNTIME_DIR/docker.sock` of the server's user. */
  readonly socket: string;
  readonly version: string;
  /** The address by which this Engine reaches what listens on the host's 127.0.0.1, such as a registry. */
  readonly hostAddress: string;
  /** Kills every process of the Engine and of its containers at once, as a power cut does, and starts it again. */
  reboot(): Promise<void>;
  close(): Promise<void>;
}

// slirp4netns's own address for the host.
const hostAddress = '10.0.2.2';
const programs = ['sbin/dockerd', 'sbin/docker-proxy', 'bin/containerd', 'bin/containerd-shim-runc-v2'];

/**
 * An Engine of the server's user, who is not root and not in the docker group: started by Docker's own script in
 * namespaces of that user, with a Docker context that names its socket, as Docker's set-up tool leaves it.
 *
 * @throws ToolUnavailable with one sentence where this machine cannot have it
 */
export async function startRootlessEngine(server: TestServer): Promise<RootlessEngine> {
  await provideRootlessParts();
  const tools = await provideEngine('26');
  await installClient(tools);
  const subordinate = await readFile('/etc/subuid', 'utf8').catch(() => '');
  if (!subordinate.split('\n').some((line) => line.startsWith(`${server.username}:`))) {
    throw new ToolUnavailable('useradd on this machine gives users no subordinate ids (/etc/subuid).');
  }
  const folder = await ownedFolder('rootless', '/var/tmp');
  await chmod(folder, 0o755);
  await offerPrograms(tools.path, folder);
  const data = join(folder, 'data');
  await mkdir(data);
  await chown(data, server.uid, server.gid);
  const runtime = `/run/user/${server.uid}`;
  const socket = join(runtime, 'docker.sock');
  const as = ['setpriv', '--reuid', `${server.uid}`, '--regid', `${server.gid}`, '--clear-groups', '--'];
  const env = [
    `HOME=${server.home}`,
    `USER=${server.username}`,
    `XDG_RUNTIME_DIR=${runtime}`,
    `PATH=${join(folder, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  ];
  const log = join(folder, 'dockerd.log');
  let top = 0;
  let version = '';

  const start = async () => {
    await rm(runtime, { recursive: true, force: true });
    await mkdir(runtime, { recursive: true, mode: 0o700 });
    await chown(runtime, server.uid, server.gid);
    const argv = dyingWithUs([
      // A process namespace of its own dies with its first process: nothing of the Engine can be left over.
      ...(['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'] as const),
      ...[...as, 'env', '-i', ...env],
      // Without this the Engine could not pull from a registry on this machine's 127.0.0.1.
      'DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false',
      ...['sh', join(folder, 'dockerd-rootless.sh'), '--data-root', data],
      ...['--insecure-registry', `${hostAddress}/32`],
    ]);
    top = await startDaemon(argv, '', log);
    version = await engineAnswering(socket, top, log);
  };
  const kill = async () => {
    signalAll([...descendants(top), top], 'SIGKILL');
    await waitFor('the end of the rootless Engine', () => !isRunning(top), 10_000);
  };
  const close = async () => {
    if (top > 0) await kill();
    await rm(runtime, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
    const docker = programPath('docker') ?? 'docker';
    const asUser = (...argv: string[]) =>
      run('setpriv', [...as.slice(1), 'env', '-i', ...env, docker, ...argv]);
    await asUser('context', 'create', 'rootless', '--docker', `host=unix://${socket}`);
    await asUser('context', 'use', 'rootless');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    socket,
    version,
    hostAddress,
    reboot: async () => {
      await kill();
      await start();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Root's cache is closed to others; linked where it can be, because the programs are large. */
async function offerPrograms(path: string, folder: string): Promise<void> {
  const root = join(path.split(':')[0] ?? '', '..');
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const program of programs) {
    const target = join(bin, program.split('/')[1] ?? '');
    await link(join(root, program), target).catch(() => copyFile(join(root, program), target));
  }
  await symlink(await readlink(join(root, 'bin/docker-init')), join(bin, 'docker-init'));
  const script = join(root, 'share/docker.io/contrib/dockerd-rootless.sh');
  if (!existsSync(script)) throw new ToolUnavailable('This Engine came without dockerd-rootless.sh.');
  await copyFile(script, join(folder, 'dockerd-rootless.sh'));
}
