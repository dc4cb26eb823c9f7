import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { type EngineTools, provideEngine } from '../../scripts/test-tools.ts';
import { cacheFolder, distribution, locked } from '../../scripts/test-tools-cache.ts';
import { aptProvide, programPath } from '../../scripts/test-tools-debian.ts';
import { run, waitFor } from '../../scripts/test-tools-run.ts';
import { isRunning } from './processes.ts';

export interface EngineHandle {
  /** Path of the Engine's Unix socket. */
  socket: string;
  /** The Engine's version, such as `26.1.5`. */
  version: string;
}

const defaultSocket = '/var/run/docker.sock';

/** The version of the Engine that answers on a Unix socket, undefined where none does. */
export function engineVersion(socket: string, timeoutMs = 5_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request({ socketPath: socket, path: '/version', timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        try {
          resolve(String((JSON.parse(text) as { Version: string }).Version));
        } catch {
          resolve(undefined);
        }
      });
      response.on('error', () => resolve(undefined));
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(undefined));
    sent.end();
  });
}

/** The sockets a person's own Docker may be on, the most explicit first. */
export async function likelySockets(): Promise<string[]> {
  const sockets: string[] = [];
  const named = process.env.DOCKER_HOST;
  if (named?.startsWith('unix://')) sockets.push(named.slice('unix://'.length));
  else if (programPath('docker')) {
    try {
      const context = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
        timeoutMs: 10_000,
      });
      if (context.startsWith('unix://')) sockets.push(context.trim().slice('unix://'.length));
    } catch {
      // An unreadable context is no reason to give up on the usual place.
    }
  }
  sockets.push(defaultSocket);
  return [...new Set(sockets)];
}

/** The Engine that answers, undefined where none does. */
export async function findEngine(): Promise<EngineHandle | undefined> {
  for (const socket of await likelySockets()) {
    const version = await engineVersion(socket);
    if (version !== undefined) return { socket, version };
  }
  return undefined;
}

let ensured: Promise<EngineHandle> | undefined;

/**
 * An Engine to test with: the one that answers (DOCKER_HOST, the current Docker context, the default socket),
 * else, as root on Debian or Ubuntu, one that is installed and started here. An Engine that was found is never
 * stopped. One that was started here keeps running after the tests, because the next run would only start it
 * again; its process id and log are in the cache folder.
 * @throws Error with one sentence that says what to install, where none can be had.
 */
export function ensureEngine(): Promise<EngineHandle> {
  ensured ??= locked('engine', async () => (await findEngine()) ?? (await startDefaultEngine()));
  return ensured;
}

async function startDefaultEngine(): Promise<EngineHandle> {
  const { id, codename, name } = distribution();
  if (process.getuid?.() !== 0 || (id !== 'debian' && id !== 'ubuntu')) {
    throw new Error(
      `No Docker Engine answers on ${(await likelySockets()).join(' or ')}, and only root on Debian or Ubuntu ` +
        `may have one installed here (this is ${name}); install Docker Engine, start it, and run again.`,
    );
  }
  let tools: EngineTools;
  if (id === 'debian' && codename === 'bookworm') {
    tools = await provideEngine('26');
    await installClient(tools);
  } else {
    const client = id === 'debian' ? 'docker-cli' : 'docker.io';
    await aptProvide({ dockerd: 'docker.io', docker: client, iptables: 'iptables', tini: 'tini' });
    tools = { path: '/usr/sbin:/usr/bin', dockerConfig: undefined };
    // Where systemd runs, the package has already started the Engine.
    const started = await waitFor('the packaged Engine', findEngine, 5_000).catch(() => undefined);
    if (started) return started;
  }
  const state = join(cacheFolder(), 'engine-state');
  await mkdir(state, { recursive: true });
  await addDockerGroup();
  // A pid file of a dockerd that was killed (a container's restart keeps /var/run) stops the next start.
  await rm('/var/run/docker.pid', { force: true });
  const log = join(state, 'dockerd.log');
  const pid = await startDaemon(
    ['dockerd', '-H', `unix://${defaultSocket}`, '-G', 'docker'],
    tools.path,
    log,
  );
  await writeFile(join(state, 'dockerd.pid'), `${pid}\n`);
  const version = await answering(defaultSocket, pid, log);
  return { socket: defaultSocket, version };
}

/** The Docker CLI and its plug-ins where users who may not read root's cache find them, unless there are some. */
export async function installClient(tools: EngineTools): Promise<void> {
  const cli = tools.path
    .split(':')
    .map((folder) => join(folder, 'docker'))
    .find((path) => existsSync(path));
  if (cli && programPath('docker') === undefined) await copyFile(cli, '/usr/local/bin/docker');
  if (tools.dockerConfig === undefined) return;
  for (const plugin of ['docker-compose', 'docker-buildx']) {
    const places = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'];
    if (places.some((place) => existsSync(join(place, 'docker/cli-plugins', plugin)))) continue;
    await mkdir('/usr/local/lib/docker/cli-plugins', { recursive: true });
    const target = join('/usr/local/lib/docker/cli-plugins', plugin);
    await copyFile(join(tools.dockerConfig, 'cli-plugins', plugin), target);
  }
}

export async function addDockerGroup(): Promise<void> {
  if (/^docker:/m.test(readFileSync('/etc/group', 'utf8'))) return;
  await run('groupadd', ['--system', 'docker']);
}

/** Starts a daemon in a session of its own, so that neither Ctrl-C nor the end of the tests reaches it. */
export async function startDaemon(argv: readonly string[], path: string, log: string): Promise<number> {
  const output = openSync(log, 'a');
  chmodSync(log, 0o600);
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
    env: { ...process.env, PATH: `${path}:${process.env.PATH}:/usr/sbin:/sbin` },
  });
  closeSync(output);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return child.pid as number;
}

async function answering(socket: string, pid: number, log: string): Promise<string> {
  const end = () =>
    existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-5).join(' | ') : '';
  return waitFor(
    `Docker Engine on ${socket}; its log is ${log}`,
    async () => {
      if (!isRunning(pid)) throw new Error(`Docker Engine did not start: ${end()}`);
      return engineVersion(socket);
    },
    60_000,
  );
}

export { answering as engineAnswering };
