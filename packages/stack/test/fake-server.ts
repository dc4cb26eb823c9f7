import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ResolvedProject } from '../../compose/src/index.ts';
import type { Reporter, RollbackRequest, Server } from '../../release/src/index.ts';
import { Timeline } from '../../release/src/index.ts';
import { MemoryFiles } from '../../release/test/memory-files.ts';
import type { Color } from '../../switch/src/index.ts';
import { deployStack } from '../src/deploy-stack.ts';
import { planStackRollback, rollbackStack } from '../src/rollback-stack.ts';
import type { StackRelease } from '../src/stack-release.ts';
import type { StackResult } from '../src/stack-result.ts';
import { fakeCompose } from './fake-compose.ts';
import { containerOf, type FakeContainer, inspectOf, summaryOf } from './fake-containers.ts';
import { answeringHttp, FakeHaproxy } from './fake-haproxy.ts';
import { projectOf, requestOf, type Services, type ShopRequest, versionOf } from './shop.ts';

const home = '/home/deploy';
export const folder = `${home}/.switchyard/shop`;

/** Files in memory, in which folders of ours have an owner and the content of a mount is text. */
class ServerFiles extends MemoryFiles {
  override async write(path: string, text: string | Uint8Array, mode: number): Promise<void> {
    await super.write(path, typeof text === 'string' ? text : Buffer.from(text).toString(), mode);
  }

  override async stat(path: string) {
    if (path !== home) return await super.stat(path);
    return { uid: 1000, gid: 1000, mode: 0o700, isDirectory: true, mtimeMs: 0, size: 0 };
  }
}

/** A server with an Engine, Compose, files and the stack "shop" on it, all in memory: whole jobs run in milliseconds. */
export class FakeServer {
  readonly files = new ServerFiles();
  containers: FakeContainer[] = [];
  readonly networks = new Set<string>();
  readonly images = new Map<string, { Id: string; RepoDigests: string[] }>();
  /** What the Engine and the switches were told, in order: `start shop-api-2`, `lead api to green`. */
  readonly done: string[] = [];
  readonly said: string[] = [];
  /** Called before anything on the server changes; a test can refuse it, or count. */
  onChange: (what: string) => void | Promise<void> = () => {};
  /** Called with what a job says. */
  onWord: (text: string) => void = () => {};
  isHealthy: (container: FakeContainer) => boolean = () => true;
  /** With which exit code a job ends. */
  jobEndsWith: (container: FakeContainer) => number = () => 0;
  /** Whether it ends when it is told to; otherwise it goes on with its work. */
  isPrompt: (container: FakeContainer) => boolean = () => true;
  inFlight: (service: string, color: Color) => number = () => 0;
  readonly #switches = new Map<string, FakeHaproxy>();
  readonly #observers: (() => void)[] = [];
  #serial = 0;

  constructor() {
    this.files.before = async (call, path) => {
      if (['write', 'append', 'create', 'remove'].includes(call)) await this.onChange(`${call} ${path}`);
    };
  }

  /** The same server once more, so that many things can be tried from one state. */
  copy(): FakeServer {
    const copy = new FakeServer();
    for (const [path, entry] of this.files.entries) copy.files.entries.set(path, { ...entry });
    for (const name of this.networks) copy.networks.add(name);
    for (const [name, image] of this.images) copy.images.set(name, image);
    copy.containers = this.containers.map((one) => ({
      ...one,
      networks: structuredClone(one.networks),
    }));
    copy.#serial = this.#serial;
    for (const one of copy.containers) {
      if (!this.#switches.has(one.id) || one.state !== 'running') continue;
      copy.#boot(one);
      const live = this.#switches.get(one.id)?.live;
      const process = copy.#switches.get(one.id);
      if (process && live !== undefined) process.live = live;
    }
    return copy;
  }

  deploy(request: ShopRequest = {}, cancelled = new AbortController().signal): Promise<StackResult> {
    return deployStack(
      requestOf(request),
      this.server,
      '/run/docker.sock',
      new Timeline(0, () => performance.now()),
      this.reporter,
      { cancelled, lost: new AbortController().signal },
    );
  }

  rollBack(changes: Partial<RollbackRequest> = {}): Promise<StackResult> {
    return rollbackStack(
      rollbackOf(changes),
      this.server,
      '/run/docker.sock',
      new Timeline(0, () => performance.now()),
      this.reporter,
      { cancelled: new AbortController().signal, lost: new AbortController().signal },
    );
  }

  /** What a rollback would do. */
  planRollback(changes: Partial<RollbackRequest> = {}) {
    return planStackRollback(rollbackOf(changes), this.server, this.reporter);
  }

  /** The stack as a person had started it without us. */
  async runPlain(services: Services, version: string, names: readonly string[]): Promise<void> {
    const project = projectOf(services);
    const built: ResolvedProject = {
      ...project,
      services: Object.fromEntries(
        Object.entries(project.services).map(([name, { build, ...service }]) => [
          name,
          build === undefined
            ? service
            : { ...service, image: `registry.example/${name}@sha256:${version.slice(1).padStart(64, '0')}` },
        ]),
      ),
    };
    for (const name of names) {
      const { id } = await this.#create(built, name, 1, '/srv/shop/compose.yaml');
      await this.#start(id);
    }
  }

  /** A person's `docker compose up -d` in the stack's folder. */
  async upByHand(): Promise<void> {
    const { code, stderr } = await this.#exec([
      'docker',
      'compose',
      '--file',
      `${folder}/compose.yaml`,
      'up',
      '--detach',
    ]);
    if (code !== 0) throw new Error(stderr);
  }

  text(path: string): string | undefined {
    return this.files.entries.get(`${folder}/${path}`)?.text;
  }

  /** Paths below a folder of the app's. */
  pathsIn(path: string): string[] {
    const start = `${folder}/${path}/`;
    return [...this.files.entries.keys()].flatMap((known) =>
      known.startsWith(start) ? [known.slice(start.length)] : [],
    );
  }

  get releases(): StackRelease[] {
    return this.pathsIn('releases')
      .toSorted()
      .map((name) => JSON.parse(this.text(`releases/${name}`) ?? '{}'));
  }

  release(id: string | undefined): StackRelease {
    return JSON.parse(this.text(`releases/${id}.json`) ?? '{}');
  }

  get liveReleases(): StackRelease[] {
    return this.releases.filter(({ verdict }) => verdict === 'live');
  }

  find(service: string): FakeContainer[] {
    return this.containers.filter((one) => one.service === service);
  }

  running(service: string): FakeContainer[] {
    return this.find(service).filter(({ state }) => state === 'running');
  }

  /** The version of what runs of a service. */
  versions(service: string): string[] {
    return this.running(service).map(({ definition }) => versionOf(definition.image));
  }

  /** The version that users of a service meet by its name or its address; undefined: nobody answers. */
  answering(service: string): string | undefined {
    const named = this.containers.filter(
      (one) => one.state === 'running' && one.networks.shop_default?.aliases.includes(service),
    );
    const [only, ...others] = named;
    if (!only) return undefined;
    if (others.length > 0) return `both ${named.map(({ name }) => name).join(' and ')}`;
    if (only.labels['switchyard.role'] !== 'switch') return versionOf(only.definition.image);
    const process = this.#switches.get(only.id);
    const target = process?.ports[0] === undefined ? undefined : process.target(process.ports[0]);
    const behind = target && this.#at(target.split(':')[0] ?? '');
    return behind ? versionOf(behind.definition.image) : undefined;
  }

  /** What the file of a switch says, which a restart of it would serve. */
  map(service: string): string | undefined {
    return this.text(`switch/${service}/live.map`)
      ?.trim()
      .replace(/^live /, '');
  }

  process(service: string): FakeHaproxy | undefined {
    const [found] = this.running(`${service}-switch`);
    return found && this.#switches.get(found.id);
  }

  get journal(): { event: string; release: string; detail: string }[] {
    const lines = (this.text('journal.jsonl') ?? '').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  }

  get server(): Server {
    const engine = {
      version: { Arch: 'amd64', Os: 'linux' },
      info: async () => ({}),
      serverTimeMs: async () => Date.now(),
      images: this.#engineImages,
      networks: this.#engineNetworks,
      containers: this.#engineContainers,
    };
    return {
      ...{ engine, files: this.files, home },
      exec: (argv: readonly string[]) => this.#exec(argv),
      openUnixSocket: async (path: string) => this.#openSocket(path),
      openTcp: async (address: string, port: number) => this.#openTcp(address, port),
    } as unknown as Server;
  }

  #exec(argv: readonly string[]) {
    return fakeCompose(argv, {
      containers: () => this.containers,
      create: (...args) => this.#create(...args),
      start: (id) => this.#start(id),
      stop: (id) => this.#stop(id),
      remove: (id) => this.#remove(id),
      addNetwork: (name) => void this.networks.add(name),
      read: (path) => this.files.entries.get(path)?.text,
    });
  }

  get #engineImages() {
    const key = (name: string) => name.replace(/^docker\.io\/(?:library\/)?/, '');
    return {
      inspect: async (name: string) =>
        this.images.get(key(name)) ?? [...this.images.values()].find(({ Id }) => Id === name),
      pull: async (name: string) => {
        await this.onChange(`pull ${key(name)}`);
        const [repository = '', given] = key(name).split('@');
        const digest = given ?? `sha256:${createHash('sha256').update(name).digest('hex')}`;
        const image = {
          Id: `sha256:${createHash('sha256').update(`${repository}${digest}`).digest('hex')}`,
          RepoDigests: [`${repository.replace(/:[^/]*$/, '')}@${digest}`],
        };
        for (const known of [key(name), ...image.RepoDigests]) this.images.set(known, image);
        return { digest };
      },
      remove: async (name: string) => {
        await this.onChange(`remove image ${name}`);
        this.images.delete(key(name));
        return [];
      },
    };
  }

  get #engineNetworks() {
    return {
      list: async () => [pool],
      inspect: async () => undefined,
      disconnect: async (network: string, id: string) => {
        const container = this.#get(id);
        await this.#told(`disconnect ${container.name} from ${network}`);
        delete container.networks[network];
      },
      connect: async (
        network: string,
        id: string,
        endpoint?: { IPAMConfig?: { IPv4Address?: string }; Aliases?: string[] },
      ) => {
        const container = this.#get(id);
        await this.#told(`connect ${container.name} to ${network}`);
        container.networks[network] = {
          aliases: endpoint?.Aliases ?? [],
          fixed: endpoint?.IPAMConfig?.IPv4Address,
          address: '',
        };
      },
    };
  }

  get #engineContainers() {
    return {
      list: async ({ labels }: { labels: Record<string, string> }) =>
        this.containers
          .filter((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value))
          .map(summaryOf),
      inspect: async (id: string) => inspectOf(this.containers.find((one) => one.id === id)),
      start: (id: string) => this.#start(id),
      stop: (id: string, seconds: number, options: { signal?: AbortSignal } = {}) =>
        this.#stop(id, seconds, options.signal),
      remove: (id: string) => this.#remove(id),
      update: async (id: string, change: { RestartPolicy: { Name: string } }) => {
        const container = this.#get(id);
        await this.#told(`never restart ${container.name}`);
        container.restartPolicy = change.RestartPolicy.Name;
      },
      attach: async () => ({ ended: Promise.resolve(), stop: () => undefined }),
      wait: (id: string) => this.#ended(id),
      logs: async () => '',
      exec: async (id: string) => {
        const container = this.#get(id);
        const isWell = container.state === 'running' && this.isHealthy(container);
        return { exitCode: isWell ? 0 : 1, output: '' };
      },
    };
  }

  async #ended(id: string): Promise<number> {
    for (;;) {
      const { state, exitCode } = this.#get(id);
      if (state === 'exited') return exitCode;
      await new Promise<void>((resolve) => this.#observers.push(resolve));
    }
  }

  #get(id: string): FakeContainer {
    const found = this.containers.find((one) => one.id === id);
    if (!found) throw new Error(`No such container: ${id}`);
    return found;
  }

  #at(address: string): FakeContainer | undefined {
    return this.containers.find(
      ({ state, networks }) =>
        state === 'running' && Object.values(networks).some((endpoint) => endpoint.address === address),
    );
  }

  async #told(what: string): Promise<void> {
    await this.onChange(what);
    this.done.push(what);
    this.tellObservers();
  }

  /** Whoever waits for a container's end looks again. */
  tellObservers(): void {
    for (const resolve of this.#observers.splice(0)) setImmediate(resolve);
  }

  async #create(project: ResolvedProject, service: string, number: number, configFile: string) {
    this.#serial += 1;
    const id = `c${String(this.#serial).padStart(12, '0')}`;
    const container = containerOf(project, service, { id, number, configFile, createdSeconds: this.#serial });
    await this.#told(`create ${container.name}`);
    if (this.containers.some(({ name }) => name === container.name))
      throw new Error(`Conflict. The container name "/${container.name}" is already in use`);
    this.containers.push(container);
    return container;
  }

  async #start(id: string): Promise<void> {
    const container = this.#get(id);
    if (container.state === 'running') return;
    await this.#told(`start ${container.name}`);
    this.#serial += 1;
    for (const [name, endpoint] of Object.entries(container.networks)) {
      if (!this.networks.has(name)) this.networks.add(name);
      if (endpoint.fixed !== undefined && this.#at(endpoint.fixed)) throw new Error('Address already in use');
      endpoint.address = endpoint.fixed ?? `10.9.9.${this.#serial}`;
    }
    for (const { published } of container.definition.ports ?? []) {
      const holder = this.containers.find(
        ({ state, definition }) =>
          state === 'running' && definition.ports?.some((port) => port.published === published),
      );
      if (holder) throw new Error(`Bind for 0.0.0.0:${published} failed: port is already allocated`);
    }
    container.state = 'running';
    container.restartPolicy = container.definition.restart ?? 'no';
    if (container.labels['switchyard.role'] === 'switch') this.#boot(container);
    if (container.service === 'migrate') {
      container.state = 'exited';
      container.exitCode = this.jobEndsWith(container);
    }
  }

  #boot(container: FakeContainer): void {
    const service = container.service.replace(/-switch$/, '');
    const process = new FakeHaproxy(
      () => {
        const [config, map] = [
          this.text(`switch/${service}/haproxy.cfg`),
          this.text(`switch/${service}/live.map`),
        ];
        return config === undefined || map === undefined ? undefined : { config, map };
      },
      (what) =>
        this.#told(what.startsWith('lead') ? what.replace('lead', `lead ${service}`) : `${what} ${service}`),
      (color) => this.inFlight(service, color),
    );
    if (process.start()) this.#switches.set(container.id, process);
    else container.state = 'restarting';
  }

  async #stop(id: string, _seconds?: number, signal?: AbortSignal): Promise<void> {
    const container = this.#get(id);
    if (!['running', 'paused', 'restarting'].includes(container.state)) return;
    await this.#told(`stop ${container.name}`);
    if (!this.isPrompt(container)) {
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    }
    container.state = 'exited';
  }

  async #remove(id: string): Promise<void> {
    const container = this.#get(id);
    await this.#told(`remove ${container.name}`);
    container.state = 'exited';
    this.containers = this.containers.filter((one) => one.id !== id);
  }

  #openSocket(path: string): Duplex {
    const [, service = '', socket] = /\/switch\/([^/]+)\/(admin|master)\.sock$/.exec(path) ?? [];
    const process = this.process(service);
    if (!process) throw new Error(`connect ENOENT ${path}`);
    return socket === 'admin' ? process.admin() : process.master();
  }

  #openTcp(address: string, port: number): Duplex {
    const container = this.#at(address);
    if (!container) throw new Error(`connect ECONNREFUSED ${address}:${port}`);
    const process = this.#switches.get(container.id);
    if (!process) return answeringHttp(this.isHealthy(container) ? 200 : 500, undefined);
    const behind = this.#at(process.target(port)?.split(':')[0] ?? '');
    if (!behind) return answeringHttp(503, undefined);
    return answeringHttp(this.isHealthy(behind) ? 200 : 500, process.live);
  }

  get reporter(): Reporter {
    const say = (text: string): void => {
      this.said.push(text);
      this.onWord(text);
    };
    const nothing = () => undefined;
    return {
      ...{ info: say, warning: say, progress: nothing, foreign: nothing, secret: nothing },
      masked: (text: string) => text,
    } as Reporter;
  }
}

function rollbackOf(changes: Partial<RollbackRequest>): RollbackRequest {
  return {
    app: 'shop',
    origin: { runUrl: 'https://ci.example/runs/2', actor: 'ann', commit: undefined },
    ...{ lockWaitMs: 5000, forceUnlock: false, to: undefined, markBad: true, reason: undefined },
    ...{ registryAuth: undefined, health: {}, watch: {}, drainTimeoutMs: undefined },
    ...changes,
  } as RollbackRequest;
}

const pool = {
  ...{ Name: 'switchyard-other', Id: 'n' },
  Labels: { 'switchyard.app': 'other', 'switchyard.pool': '10.9.0.0/16' },
  IPAM: { Config: [{ Subnet: '10.9.0.0/28', Gateway: '10.9.0.1' }] },
};
