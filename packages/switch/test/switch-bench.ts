import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Engine } from '#engine';
import { isRunning } from '../../../test/machine/processes.ts';
import type { HaproxyOptions } from '../src/haproxy-switch.ts';
import type {
  Protocol,
  SlotTargets,
  SwitchConnections,
  SwitchContainers,
  SwitchFolder,
  SwitchNetwork,
} from '../src/index.ts';
import { HaproxySwitch, switchLabels } from '../src/index.ts';

/** Nobody on the machine has it: the switch must need no more than a folder of its own user. */
export const strangeUid = 23_456;

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function openSocket(target: { path: string } | { host: string; port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

export const localConnections: SwitchConnections = {
  openUnixSocket: (path): Promise<Duplex> => openSocket({ path }),
  openTcp: (host, port): Promise<Duplex> => openSocket({ host, port }),
};

/** This machine's files as the deploy user would write them over SFTP. */
export function localFolder(uid: number, gid: number): SwitchFolder {
  return {
    read: (path) =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    async write(path, text, mode) {
      const temporary = `${path}.${randomBytes(4).toString('hex')}`;
      await writeFile(temporary, text, { mode });
      if (process.getuid?.() === 0) await chown(temporary, uid, gid);
      await rename(temporary, path);
    },
    async list(path) {
      return (await readdir(path)).map((name) => ({ name }));
    },
    remove: (path) => rm(path, { force: true }),
  };
}

export function engineContainers(engine: Engine): SwitchContainers {
  return {
    async list(labels) {
      const found = await engine.containers.list({ all: true, labels });
      return found.map((summary) => ({
        id: summary.Id ?? '',
        name: summary.Names?.[0]?.replace(/^\//, '') ?? '',
        running: summary.State === 'running' || summary.State === 'restarting',
        restarting: summary.State === 'restarting',
        labels: summary.Labels ?? {},
      }));
    },
    create: (name, config) => engine.containers.create(name, config),
    start: (id) => engine.containers.start(id),
    stop: (id, timeoutSeconds) => engine.containers.stop(id, timeoutSeconds),
    kill: (id, signal) => engine.containers.kill(id, signal),
    remove: (id) => engine.containers.remove(id, { force: true, volumes: true }),
    setRestartPolicy: (id, policy) => engine.containers.update(id, { RestartPolicy: { Name: policy } }),
    lastLines: (id, lines) => engine.containers.logs(id, { tail: lines }),
  };
}

const appProgram = fileURLToPath(new URL('../../../test/apps/web/server.mjs', import.meta.url));

export interface Backend extends AsyncDisposable {
  readonly version: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** The test app as a plain process on a loopback port. */
export async function startBackend(version: string, env: Record<string, string> = {}): Promise<Backend> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [appProgram], {
    env: { PATH: process.env.PATH, PORT: String(port), VERSION: version, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until(`backend ${version}`, async () => {
    const socket = await openSocket({ host: '127.0.0.1', port }).catch(() => undefined);
    socket?.destroy();
    return socket !== undefined;
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { version, port, stop, [Symbol.asyncDispose]: stop };
}

export interface BenchSettings {
  readonly image: string;
  readonly listen?: { host: string; port: number };
  readonly protocol?: Protocol;
  readonly requestTimeoutMs?: number;
  readonly trustedProxies?: readonly string[];
  readonly network?: SwitchNetwork;
  readonly uid?: number;
}

/** One app's switch on this machine; every call of `driver` is a new job that knows nothing of the one before. */
export class SwitchBench implements AsyncDisposable {
  readonly app: string;
  readonly folder: string;
  readonly uid: number;
  readonly containers: SwitchContainers;
  readonly files: SwitchFolder;
  readonly listen: { host: string; port: number };
  readonly #engine: Engine;
  readonly #settings: BenchSettings;

  private constructor(
    engine: Engine,
    settings: BenchSettings,
    folder: string,
    uid: number,
    listen: { host: string; port: number },
  ) {
    this.#engine = engine;
    this.#settings = settings;
    this.app = `switch-test-${randomBytes(4).toString('hex')}`;
    this.folder = folder;
    this.uid = uid;
    this.listen = listen;
    this.containers = engineContainers(engine);
    this.files = localFolder(uid, uid);
  }

  static async create(engine: Engine, settings: BenchSettings): Promise<SwitchBench> {
    const isRoot = process.getuid?.() === 0;
    const uid = isRoot ? (settings.uid ?? strangeUid) : (process.getuid?.() ?? 0);
    const folder = join(await mkdtemp(join(tmpdir(), 'switch-bench-')), 'switch');
    await mkdir(folder, { mode: 0o700 });
    if (isRoot) await chown(folder, uid, uid);
    const listen = settings.listen ?? { host: '127.0.0.1', port: await freePort() };
    return new SwitchBench(engine, settings, folder, uid, listen);
  }

  driver(changes: Partial<HaproxyOptions> & { image?: string } = {}): Promise<HaproxySwitch> {
    return this.driverWith(changes, this.containers);
  }

  async driverWith(
    changes: Partial<HaproxyOptions> & { image?: string },
    containers: SwitchContainers,
    connections: SwitchConnections = localConnections,
  ): Promise<HaproxySwitch> {
    const { image = this.#settings.image, ...options } = changes;
    const imageId = (await this.#engine.images.inspect(image))?.Id ?? image;
    return new HaproxySwitch(
      {
        app: this.app,
        image,
        imageId,
        network: this.#settings.network ?? { mode: 'host' },
        folder: this.folder,
        uid: this.uid,
        gid: this.uid,
      },
      {
        listen: this.listen,
        protocol: this.#settings.protocol ?? 'http',
        requestTimeoutMs: this.#settings.requestTimeoutMs,
        trustedProxies: this.#settings.trustedProxies ?? ['127.0.0.1/32', '::1/128'],
        ...options,
      },
      { containers, folder: this.files, connections },
    );
  }

  targets(blue: Backend, green: Backend): SlotTargets {
    const protocol = this.#settings.protocol ?? 'http';
    return {
      blue: { host: '127.0.0.1', port: blue.port, protocol },
      green: { host: '127.0.0.1', port: green.port, protocol },
    };
  }

  generations(): Promise<{ id: string; name: string; running: boolean; generation: number }[]> {
    return this.containers.list({ [switchLabels.app]: this.app }).then((found) =>
      found
        .map(({ id, name, running, labels }) => ({
          id,
          name,
          running,
          generation: Number(labels[switchLabels.generation]),
        }))
        .toSorted((a, b) => a.generation - b.generation),
    );
  }

  async newest(): Promise<string> {
    const { id } = (await this.generations()).at(-1) ?? {};
    if (!id) throw new Error('there is no switch');
    return id;
  }

  /** Makes the switch's process end as by a crash, so that the Engine's restart policy counts. */
  async crash(): Promise<void> {
    const found = await this.#engine.containers.inspect(await this.newest());
    const pid = found?.State?.Pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await until('it has crashed', () => !isRunning(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { id } of await this.generations()) await this.containers.remove(id);
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

/** The color that answers a new client through the switch, by the version its backend says. */
export async function answeredBy(
  listen: { host: string; port: number },
  headers: Record<string, string> = {},
): Promise<{ version: string; color: string | undefined; status: number }> {
  const url = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}/`;
  const answer = await fetch(url, { headers: { connection: 'close', ...headers } });
  await answer.arrayBuffer();
  return {
    version: answer.headers.get('x-app-version') ?? '',
    color: answer.headers.get('switchyard-color') ?? undefined,
    status: answer.status,
  };
}
