import type { Color } from '../../switch/src/index.ts';
import { appLabels } from '../src/app-container.ts';
import { deploy } from '../src/deploy.ts';
import type { DeployRequest } from '../src/deploy-request.ts';
import type { DeployResult } from '../src/deploy-result.ts';
import type { Release } from '../src/release.ts';
import { rollback } from '../src/rollback.ts';
import { type RollbackRequest, referenceOf } from '../src/rollback-request.ts';
import type { Reporter, Server } from '../src/server.ts';
import { Timeline } from '../src/timeline.ts';
import { MemoryFiles } from './memory-files.ts';
import { aRelease } from './releases.ts';

const folder = '/home/deploy/.switchyard/shop';

interface FakeContainer {
  readonly id: string;
  readonly releaseId: string;
  readonly color: Color | undefined;
  readonly role: string;
  state: string;
  restartPolicy: string;
}

/** A release of a service without a port, which is healthy as soon as it runs. */
export function aWorker(id: string, color: Color, changes: Partial<Release> = {}): Release {
  const { config, rollout, ...rest } = aRelease({ id, color });
  return {
    ...rest,
    switch: { kind: 'none' },
    config: { ...config, containerPort: undefined, protocol: 'tcp' },
    rollout: {
      ...rollout,
      order: 'stop-first',
      health: { ...rollout.health, path: undefined, command: ['check'], intervalMs: 1, timeoutMs: 500 },
      watch: { ...rollout.watch, durationMs: 0 },
      drainTimeoutMs: 10,
    },
    ...changes,
  };
}

/** A server with an Engine, files and the app "shop" on it, all in memory: whole jobs run on it in milliseconds. */
export class FakeServer {
  readonly files = new MemoryFiles();
  containers: FakeContainer[] = [];
  /** What the Engine was told, in order: `stop <release>`. */
  readonly done: string[] = [];
  /** What the jobs have said. */
  readonly said: string[] = [];
  /** Called before the Engine does something; a test can refuse it, or change what is there. */
  onEngine: (what: string, releaseId: string) => void | Promise<void> = () => {};
  /** Called with what a job says. */
  onWord: (text: string) => void = () => {};
  isHealthy: (releaseId: string) => boolean = () => true;

  /** @param state of its container; none without */
  put(release: Release, state?: string): void {
    this.#write(`releases/${release.id}.json`, JSON.stringify(release));
    if (state === undefined) return;
    const { id, color } = release;
    const restartPolicy = 'unless-stopped';
    this.containers.push({ id: `c-${id}`, releaseId: id, color, role: 'app', state, restartPolicy });
  }

  putOneOff(releaseId: string): void {
    const rest = { role: 'pre-deploy', state: 'running', restartPolicy: 'no', color: undefined };
    this.containers.push({ id: `one-${releaseId}`, releaseId, ...rest });
  }

  get live(): string | undefined {
    return this.files.entries
      .get(`${folder}/switch/live.map`)
      ?.text.trim()
      .replace(/^live /, '');
  }

  set live(color: Color) {
    this.#write('switch/live.map', `live ${color}\n`);
  }

  #write(path: string, text: string): void {
    this.files.entries.set(`${folder}/${path}`, { text, mode: 0o600, mtimeMs: Date.now() });
  }

  /** Another job has the turn and gives it back, having had it for a while, once this one has begun to wait. */
  holdLease(sinceMs: number): void {
    const lease = (released: boolean) =>
      this.#write(
        'lease/000000001.json',
        JSON.stringify({ token: 'x', since: new Date(sinceMs).toISOString(), released }),
      );
    lease(false);
    setTimeout(() => lease(true), 20);
  }

  release(id: string): Release {
    return JSON.parse(this.files.entries.get(`${folder}/releases/${id}.json`)?.text ?? '{}');
  }

  get releases(): Release[] {
    const records = [...this.files.entries].filter(([path]) => path.includes('/releases/'));
    return records.map(([, { text }]) => JSON.parse(text));
  }

  get journal(): { event: string; release: string; detail: string }[] {
    const text = this.files.entries.get(`${folder}/journal.jsonl`)?.text ?? '';
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  stateOf(releaseId: string): string | undefined {
    return this.containers.find((container) => container.releaseId === releaseId)?.state;
  }

  setState(releaseId: string, state: string): void {
    for (const container of this.containers) if (container.releaseId === releaseId) container.state = state;
  }

  rollBack(changes: Partial<RollbackRequest> = {}): Promise<DeployResult> {
    const request = {
      app: 'shop',
      origin: { runUrl: 'https://ci.example/runs/2', actor: 'ann', commit: undefined },
      ...{ lockWaitMs: 5000, forceUnlock: false, to: undefined, markBad: true, reason: undefined },
      ...{ registryAuth: undefined, health: {}, watch: {}, drainTimeoutMs: undefined },
      ...changes,
    } as RollbackRequest;
    return rollback(request, this.server, timeline(), this.#reporter, never);
  }

  deploy(changes: Partial<DeployRequest> = {}): Promise<DeployResult> {
    const like = aWorker('20261121-000000-like', 'blue');
    const request: DeployRequest = {
      app: 'shop',
      origin: { runUrl: 'https://ci.example/runs/3', actor: 'bob', commit: undefined },
      ...{ lockWaitMs: 5000, forceUnlock: false, registryAuth: undefined, pullPolicy: 'missing' as const },
      ...{ image: referenceOf(like), imageText: like.image.reference },
      ...{ config: like.config, switch: like.switch, preDeploy: undefined, postDeploy: undefined },
      ...like.rollout,
      ...changes,
    };
    return deploy(request, this.server, timeline(), this.#reporter, never);
  }

  /** A deploy that is refused as soon as it has tidied up what it has found. */
  deployInVain(): Promise<DeployResult> {
    const { config } = aWorker('20261121-000000-like', 'blue');
    return this.deploy({ config: { ...config, networks: ['not-there'] } });
  }

  get server(): Server {
    const engine = {
      version: { Arch: 'amd64', Os: 'linux' },
      info: async () => ({}),
      serverTimeMs: async () => Date.now(),
      images: { inspect: async () => ({ Id: `sha256:${'1'.repeat(64)}`, Config: {} }) },
      networks: { inspect: async () => undefined, list: async () => [slotNetwork] },
      containers: this.#engineContainers,
    };
    return { engine, files: this.files, home: '/home/deploy' } as unknown as Server;
  }

  get #engineContainers() {
    const find = (name: string) =>
      this.containers.find(({ id, releaseId }) => id === name || `shop-${releaseId}` === name);
    /** @param isPossible what a real Engine refuses otherwise */
    const told = async (
      what: string,
      id: string,
      state?: string,
      isPossible: (container: FakeContainer) => boolean = () => true,
    ): Promise<void> => {
      const container = find(id);
      if (!container) throw new Error(`no container ${id}`);
      if (!isPossible(container)) throw new Error(`cannot ${what} ${id}, which is ${container.state}`);
      this.done.push(`${what} ${container.releaseId}`);
      await this.onEngine(what, container.releaseId);
      if (state !== undefined) container.state = state;
    };
    return {
      list: async ({ labels }: { labels: Record<string, string> }) =>
        Object.values(labels).includes('switch') ? [] : this.containers.map(summaryOf),
      inspect: async (id: string) => inspectOf(find(id)),
      start: (id: string) => told('start', id, 'running', ({ state }) => state !== 'paused'),
      stop: (id: string) => told('stop', id, 'exited'),
      pause: (id: string) => told('pause', id, 'paused', ({ state }) => state === 'running'),
      unpause: (id: string) => told('unpause', id, 'running', ({ state }) => state === 'paused'),
      wait: (id: string) => told('wait for', id, 'exited'),
      remove: async (id: string) => {
        await told('remove', id);
        this.containers = this.containers.filter((container) => container.id !== id);
      },
      update: async (id: string, change: { RestartPolicy: { Name: string } }) => {
        const container = find(id);
        if (container) container.restartPolicy = change.RestartPolicy.Name;
      },
      create: async (_: string, { Labels }: { Labels: Record<string, string> }) => {
        const releaseId = Labels[appLabels.release] ?? '';
        const [id, color] = [`c-${releaseId}`, Labels[appLabels.color] as Color];
        this.containers.push({ id, releaseId, color, role: 'app', state: 'created', restartPolicy: 'no' });
        await told('create', id);
        return id;
      },
      logs: async () => '',
      exec: async (id: string) => {
        const { releaseId = '', state } = find(id) ?? {};
        return { exitCode: state === 'running' && this.isHealthy(releaseId) ? 0 : 1, output: '' };
      },
    };
  }

  get #reporter(): Reporter {
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

const never = { cancelled: new AbortController().signal, lost: new AbortController().signal };

const timeline = () => new Timeline(0, () => performance.now());

const slotNetwork = {
  ...{ Name: 'switchyard-shop', Id: 'n' },
  Labels: { 'switchyard.app': 'shop', 'switchyard.pool': '10.9.0.0/16' },
  IPAM: { Config: [{ Subnet: '10.9.0.0/28', Gateway: '10.9.0.1' }] },
};

function summaryOf({ id, releaseId, state, role, color }: FakeContainer) {
  const { app, role: roleLabel, release, color: colorLabel } = appLabels;
  const Labels = { [app]: 'shop', [roleLabel]: role, [release]: releaseId, [colorLabel]: color ?? '' };
  const name = role === 'app' ? `shop-${releaseId}` : `shop-${releaseId}-${role}`;
  return { Id: id, Names: [`/${name}`], State: state, Created: Date.now() / 1000, Labels };
}

function inspectOf(container: FakeContainer | undefined) {
  if (!container) return undefined;
  const { id, state, restartPolicy } = container;
  const [Running, Restarting] = [state === 'running', state === 'restarting'];
  return {
    ...{ Id: id, RestartCount: 0, Config: {} },
    State: { Running, Restarting, Paused: state === 'paused', Status: state, ExitCode: 0 },
    HostConfig: { RestartPolicy: { Name: restartPolicy } },
  };
}
