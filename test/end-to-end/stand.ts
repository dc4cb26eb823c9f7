import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { Agent, get, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ensureEngine } from '../machine/engine.ts';
import { callEngine } from '../machine/engine-call.ts';
import { freePort } from '../machine/free-port.ts';
import { buildTestImages, type TestImageName } from '../machine/images.ts';
import { type PushedImage, startRegistry, type TestRegistry } from '../machine/registry.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../machine/server.ts';
import { startTogether } from '../machine/start-together.ts';
import { processesWithVariable } from '../runner/process-tree.ts';
import type { ActionResult, ActionRun } from '../runner/run-action.ts';
import { errorsOf, headlineOf, readable, runDeploy, runRollback } from './run-deploy.ts';

export { freePort };

// A server, a registry and images: what one file of end-to-end tests shares. Each test has apps of its own in it.

export const secretCanary = 'zk9Q-secret-env-canary-4711';

type Inputs = Readonly<Record<string, string>>;
export type DeployExtras = Omit<ActionRun, 'action' | 'from' | 'inputs'>;

export interface Stand extends AsyncDisposable {
  readonly server: TestServer;
  readonly registry: TestRegistry;
  readonly images: Record<TestImageName, PushedImage>;
  readonly socket: string;
  /** An app of its own name and port; nothing of it exists yet. */
  app(options?: { host?: string; server?: TestServer }): Promise<TestApp>;
  close(): Promise<void>;
}

export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly release: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

export async function openStand(
  images: readonly TestImageName[],
  options: TestServerOptions = {},
): Promise<Stand> {
  const { socket } = await ensureEngine();
  const [server, registry] = await startTogether(startTestServer(options), startRegistry());
  const published = await buildTestImages(registry, [...new Set<TestImageName>(['haproxy', ...images])]);
  const apps: TestApp[] = [];
  const close = async () => {
    for (const app of apps) await app.remove();
    await Promise.all([server.close(), registry.close()]);
  };
  return {
    server,
    registry,
    images: published,
    socket,
    async app({ host = '127.0.0.1', server: other } = {}) {
      const at = { host, port: await freePort(host) };
      const app = new TestApp(other ?? server, registry, published.haproxy.reference, socket, at);
      apps.push(app);
      return app;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

export class TestApp {
  readonly name = `e2e-${randomBytes(4).toString('hex').replace(/^\d/, 'a')}`;
  readonly server: TestServer;
  readonly listen: { readonly host: string; readonly port: number };
  readonly #registry: TestRegistry;
  readonly #switchImage: string;
  readonly #socket: string;

  constructor(
    server: TestServer,
    registry: TestRegistry,
    switchImage: string,
    socket: string,
    listen: { host: string; port: number },
  ) {
    this.server = server;
    this.listen = listen;
    this.#registry = registry;
    this.#switchImage = switchImage;
    this.#socket = socket;
  }

  get folder(): string {
    return join(this.server.home, '.switchyard', this.name);
  }

  /** Quick settings: no watch, a short drain; a test says what it wants otherwise. */
  inputs(more: Inputs = {}): Record<string, string> {
    const { host, port } = this.listen;
    return {
      host: this.server.host,
      port: String(this.server.port),
      username: this.server.username,
      'private-key': this.server.privateKey,
      'known-hosts': this.server.knownHosts,
      app: this.name,
      listen: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      'registry-username': this.#registry.username,
      'registry-password': this.#registry.password,
      'switch-image': this.#switchImage,
      'secret-env': `TOKEN=${secretCanary}`,
      'health-path': '/health',
      'start-timeout': '30s',
      watch: '0s',
      'drain-timeout': '3s',
      'lock-wait': '0s',
      ...more,
    };
  }

  async run(
    image: PushedImage | string,
    more: Inputs = {},
    extras: DeployExtras = {},
  ): Promise<ActionResult> {
    const name = typeof image === 'string' ? image : image.reference;
    const canaries = [this.server.privateKey, this.#registry.password, secretCanary];
    const inputs = this.inputs({ image: name, ...more });
    return runDeploy({ ...extras, inputs, canaries: [...canaries, ...(extras.canaries ?? [])] });
  }

  /** What a person gives at 3 a.m.: the server and the app's name. */
  rollbackInputs(more: Inputs = {}): Record<string, string> {
    return {
      host: this.server.host,
      port: String(this.server.port),
      username: this.server.username,
      'private-key': this.server.privateKey,
      'known-hosts': this.server.knownHosts,
      app: this.name,
      ...more,
    };
  }

  async runRollback(more: Inputs = {}, extras: DeployExtras = {}): Promise<ActionResult> {
    const canaries = [this.server.privateKey, this.#registry.password, secretCanary];
    const inputs = this.rollbackInputs(more);
    return runRollback({ ...extras, inputs, canaries: [...canaries, ...(extras.canaries ?? [])] });
  }

  /** A rollback that must succeed. */
  async rollback(more: Inputs = {}, extras: DeployExtras = {}): Promise<ActionResult> {
    const result = await this.runRollback(more, extras);
    if (result.exitCode !== 0) throw new Error(`The rollback failed:\n${result.log}`);
    return result;
  }

  /** User and password of the registry, as inputs. */
  get registryLogin(): Record<string, string> {
    return {
      'registry-username': this.#registry.username,
      'registry-password': this.#registry.password,
    };
  }

  /** A deploy that must go live. */
  async deploy(
    image: PushedImage | string,
    more: Inputs = {},
    extras: DeployExtras = {},
  ): Promise<ActionResult> {
    const result = await this.run(image, more, extras);
    if (result.exitCode !== 0) throw new Error(`The deploy failed:\n${result.log}`);
    return result;
  }

  /** A deploy whose process is killed, as by a runner that is lost, when it says a line. */
  async runAndKill(
    image: PushedImage,
    more: Inputs,
    line: RegExp,
    onLine: (text: string) => void = () => {},
  ): Promise<ActionResult> {
    return this.run(image, more, this.#killAt(line, onLine));
  }

  async rollbackAndKill(
    more: Inputs,
    line: RegExp,
    onLine: (text: string) => void = () => {},
  ): Promise<ActionResult> {
    return this.runRollback(more, this.#killAt(line, onLine));
  }

  #killAt(line: RegExp, onLine: (text: string) => void): DeployExtras {
    const mark = `SWITCHYARD_TEST_VICTIM=${this.name}`;
    return {
      env: { SWITCHYARD_TEST_VICTIM: this.name },
      onLine: (text) => {
        onLine(text);
        if (!line.test(text)) return;
        for (const pid of processesWithVariable(mark)) process.kill(pid, 'SIGKILL');
      },
    };
  }

  async containers(): Promise<FoundContainer[]> {
    const filters = JSON.stringify({ label: [`switchyard.app=${this.name}`] });
    const query = new URLSearchParams({ all: '1', filters });
    const { text } = await callEngine(this.#socket, `/containers/json?${query}`);
    type Summary = { Id: string; Names: string[]; State: string; Labels: Record<string, string> };
    return (JSON.parse(text) as Summary[])
      .map(({ Id, Names, State, Labels }) => ({
        id: Id,
        name: (Names[0] ?? '').slice(1),
        role: Labels['switchyard.role'] ?? '',
        state: State,
        release: Labels['switchyard.release'] ?? '',
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  // biome-ignore lint/suspicious/noExplicitAny: the Engine's answer, of which each test reads what it needs
  async inspect(container: string): Promise<any> {
    const { status, text } = await callEngine(this.#socket, `/containers/${container}/json`);
    if (status !== 200) throw new Error(text);
    return JSON.parse(text);
  }

  /** Of the release that serves, by the record. */
  async liveContainer(): Promise<FoundContainer> {
    const live = (await this.releases()).find(({ verdict }) => verdict === 'live');
    const found = (await this.containers()).find(
      ({ role, release }) => role === 'app' && release === live?.id,
    );
    if (!found) throw new Error(`${this.name} has no live container.`);
    return found;
  }

  async engine(path: string, method = 'POST', body?: unknown): Promise<string> {
    const answer = await callEngine(this.#socket, path, {
      method,
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.text;
  }

  async networks(): Promise<string[]> {
    const filters = JSON.stringify({ name: [this.name] });
    const { text } = await callEngine(this.#socket, `/networks?${new URLSearchParams({ filters })}`);
    return (JSON.parse(text) as { Name: string }[]).map(({ Name }) => Name);
  }

  /** Every file of the app on the server, with what tells whether it was touched. */
  async files(root = this.folder): Promise<{ path: string; mode: number; mtimeMs: number; size: number }[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const found = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const { mode, mtimeMs, size } = await stat(path);
      found.push({ path: path.slice(root.length + 1), mode: mode & 0o777, mtimeMs, size });
    }
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async releases(): Promise<
    { id: string; verdict: string; reason?: string; color: string; image: { reference: string } }[]
  > {
    const folder = join(this.folder, 'releases');
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).toSorted();
    return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  }

  /** One request through the switch. */
  ask(path = '/', options: RequestOptions = {}): Promise<Answer> {
    return request({ ...this.listen, path, agent: false, timeout: 10_000, ...options });
  }

  /** Which version answers through the switch. */
  async version(): Promise<string> {
    return (await this.ask('/version')).body.trim();
  }

  /** Fifty requests a second through the switch until it is stopped; says which failed and who answered. */
  startPulse(): { stop(): Promise<{ requests: number; failures: string[]; versions: string[] }> } {
    const agent = new Agent({ keepAlive: true });
    const failures: string[] = [];
    const versions = new Set<string>();
    const running = new Set<Promise<void>>();
    let requests = 0;
    const timer = setInterval(() => {
      requests += 1;
      const one = this.ask('/version', { agent: requests % 2 === 0 ? agent : false })
        .then(({ status, body }) => {
          if (status === 200) versions.add(body.trim());
          else failures.push(`${status} ${body}`);
        })
        .catch((error: Error) => void failures.push(error.message))
        .finally(() => running.delete(one));
      running.add(one);
    }, 20);
    return {
      async stop() {
        clearInterval(timer);
        await Promise.all(running);
        agent.destroy();
        return { requests, failures, versions: [...versions].toSorted() };
      },
    };
  }

  /** Everything in the Engine and on the disk is what a finished deploy leaves, and nothing else. */
  async expectTidy(options: { live?: boolean; standby?: number; switch?: boolean } = {}): Promise<void> {
    const { live = true, standby = 0 } = options;
    const containers = await this.containers();
    const apps = containers.filter(({ role }) => role === 'app');
    const liveId = (await this.releases()).filter(({ verdict }) => verdict === 'live').map(({ id }) => id);
    expect(liveId).toHaveLength(live ? 1 : 0);
    expect(apps.filter(({ release }) => release === liveId[0]).map(({ state }) => state)).toEqual(
      live ? ['running'] : [],
    );
    expect(apps.filter(({ release }) => release !== liveId[0])).toHaveLength(standby);
    const switches = containers.filter(({ role, state }) => role === 'switch' && state === 'running');
    const hasSwitch = live && options.switch !== false;
    expect(switches).toHaveLength(hasSwitch ? 1 : 0);
    expect(containers, 'no other containers').toHaveLength(apps.length + switches.length);
    expect(await this.networks()).toEqual(live ? [`switchyard-${this.name}`] : []);
    const expected =
      /^(?:journal\.jsonl|lease|lease\/\d{9}\.json|releases|releases\/\d{8}-\d{6}-[0-9a-z]{4}\.json|switch|switch\/(?:live\.map|listen|haproxy-\d+\.cfg|(?:admin|master)-\d+\.sock|relay\.sock|unrouted\.json|live))$/;
    const files = await this.files();
    expect(files.map(({ path }) => path).filter((path) => !expected.test(path))).toEqual([]);
    const open = files.filter(({ path, mode }) => (mode & 0o077) !== 0 && !path.endsWith('.sock'));
    expect(open, 'only the deploy user may read').toEqual([]);
    if (!hasSwitch) expect(files.filter(({ path }) => path.startsWith('switch/haproxy'))).toEqual([]);
    const leases = files.filter(({ path }) => path.startsWith('lease/'));
    expect(leases.length).toBeLessThanOrEqual(1);
    for (const { path } of leases) {
      expect(JSON.parse(await readFile(join(this.folder, path), 'utf8'))).toMatchObject({ released: true });
    }
  }

  /** Makes the lease of a job that was killed as old as it would be a minute later. */
  async ageLease(): Promise<void> {
    const { utimes } = await import('node:fs/promises');
    const old = new Date(Date.now() - 120_000);
    for (const { path } of await this.files()) {
      if (path.startsWith('lease/')) await utimes(join(this.folder, path), old, old);
    }
  }

  async remove(): Promise<void> {
    for (const { id } of await this.containers()) {
      await callEngine(this.#socket, `/containers/${id}?force=1&v=1`, { method: 'DELETE' });
    }
    for (const name of await this.networks()) {
      await callEngine(this.#socket, `/networks/${name}`, { method: 'DELETE' });
    }
  }
}

export function request(options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = get(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString('utf8'),
          headers: response.headers,
        }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
  });
}

/** A failed deploy, as the person on duty sees it: one annotation, the same first line in the summary. */
export function refusalOf(result: ActionResult): { sentence: string; summary: string } {
  expect(result.exitCode, result.log).toBe(1);
  const errors = errorsOf(result);
  expect(errors).toHaveLength(1);
  const [sentence = ''] = errors;
  expect(sentence).not.toContain('bug in Switchyard');
  expect(sentence).not.toContain('\n');
  expect(headlineOf(result)).toBe(sentence);
  expect(result.hasOpenGroup).toBe(false);
  return { sentence, summary: readable(result.summary) };
}
