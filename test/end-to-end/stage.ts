import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project-root.ts';
import type { LoadReport } from '../load/report.ts';
import { type Load, type LoadOptions, startLoad } from '../load/start-load.ts';
import { type OrderVerdict, verifyOrders } from '../load/verify-orders.ts';
import { type EngineHandle, ensureEngine } from '../machine/engine.ts';
import { type AppImage, buildTestImages, publishAppImage } from '../machine/images.ts';
import { ownedFolder } from '../machine/owned-folder.ts';
import { type PushedImage, startRegistry, type TestRegistry } from '../machine/registry.ts';
import { startTestServer, type TestServer } from '../machine/server.ts';
import { startTogether } from '../machine/start-together.ts';
import { type ActionResult, type ActionRun, runAction } from '../runner/run-action.ts';
import { appName, removeApp, sweepKilledRuns } from './app-on-engine.ts';
import {
  type DeployFigures,
  type DeployVerdict,
  deployFigures,
  deployMoments,
  type Moment,
} from './deploy-figures.ts';
import { findLeftovers, temporaryFiles } from './leftovers.ts';

const actions = ['deploy-ssh-bluegreen', 'rollback'] as const;

export interface StageOptions {
  /** Names the app, so that what a killed run left is found by the next one. Small letters. */
  purpose: string;
  signal?: AbortSignal;
}

/** How an action is run, and who sees what it writes. */
export interface RunOptions {
  /** Sees the log as it comes, without workflow commands but for warnings and errors. */
  onLine?: (line: string) => void;
  /** Sees every line as the action writes it. */
  onRawLine?: (line: string) => void;
  /** How the runner runs it. */
  runner?: Pick<ActionRun, 'env' | 'isDebug' | 'signal'>;
}

export interface DeployOptions extends RunOptions {
  image: AppImage;
  /** Inputs besides those that every deploy here has. */
  inputs?: Readonly<Record<string, string>>;
}

/** What a job of either action gave. */
export interface StageRun {
  result: ActionResult;
  /** Undefined when the action failed before it could say anything. */
  verdict: DeployVerdict | undefined;
  figures: DeployFigures | undefined;
  moments: Moment[];
  /** When the action's process started, in milliseconds since the epoch. */
  startedAt: number;
  /** What must never happen, whatever the outcome: leaked secrets, processes that outlive the step. */
  violations: string[];
}

export interface StageDeploy extends StageRun {
  image: string;
  version: string;
}

/** A server with the built action ready to deploy one app to it, and load to send through the switch. */
export interface Stage extends AsyncDisposable {
  readonly engine: EngineHandle;
  readonly server: TestServer;
  readonly registry: TestRegistry;
  readonly app: string;
  /** Where the switch serves. */
  readonly port: number;
  /** Secrets of this stage, which must not show up anywhere but where they are needed. */
  readonly canaries: readonly string[];
  deploy(options: DeployOptions): Promise<StageDeploy>;
  /** @param inputs besides those that say which server and which app */
  rollback(inputs?: Readonly<Record<string, string>>, how?: RunOptions): Promise<StageRun>;
  startLoad(options: Omit<LoadOptions, 'host' | 'port'>): Promise<Load>;
  /** Compares the orders sent with those that the app, in all its versions, has applied. */
  orders(report: LoadReport): Promise<OrderVerdict>;
  /** What deploys have left on the server that should not be there. */
  leftovers(): Promise<string[]>;
  /** Removes the app, its switch and its network, so that its port is free for something else. */
  clearApp(): Promise<void>;
  /** Takes everything away again. */
  close(): Promise<void>;
}

/** @throws Error with one sentence when a part of the machine is missing or the action has not been built */
export async function openStage(options: StageOptions): Promise<Stage> {
  const missing = actions.find((name) => !existsSync(join(projectRoot, 'dist', name, 'index.js')));
  if (missing) throw new Error(`The bundle dist/${missing} is missing; run "npm run build" first.`);
  const engine = await ensureEngine();
  await sweepKilledRuns(engine.socket, options.purpose);
  const app = appName(options.purpose);
  const [server, registry] = await startTogether(startTestServer(), startRegistry());
  const ordersFolder = await ownedFolder('orders');
  const ordersFile = join(ordersFolder, 'orders');
  // The app's user inside its containers is neither the server's nor ours.
  await chmod(ordersFolder, 0o777);
  await writeFile(ordersFile, '');
  await chmod(ordersFile, 0o666);
  const appSecret = `canary-${randomBytes(12).toString('hex')}`;
  const { haproxy } = await buildTestImages(registry, ['haproxy']);
  const port = await freePort();
  const temporaryBefore = await temporaryFiles(server.uid);
  const published = new Map<string, PushedImage>();

  const place: Record<string, string> = {
    host: server.host,
    port: String(server.port),
    username: server.username,
    'private-key': server.privateKey,
    'known-hosts': server.knownHosts,
    app,
  };
  const inputs: Record<string, string> = {
    ...place,
    'registry-username': registry.username,
    'registry-password': registry.password,
    'switch-image': haproxy.image,
    listen: `127.0.0.1:${port}`,
    'health-path': '/health',
    env: 'ORDERS_FILE=/orders/orders',
    'secret-env': `CANARY=${appSecret}`,
    volumes: `${ordersFolder}:/orders`,
  };
  const canaries = [server.privateKey, registry.password, appSecret];
  const keyBody = server.privateKey.split('\n').slice(1, -2);
  const secrets = {
    "the registry's password": registry.password,
    "the registry's password in base64": Buffer.from(`${registry.username}:${registry.password}`).toString(
      'base64',
    ),
    // Its first lines name the format, the later ones are the key itself.
    'the private key': keyBody[2] ?? server.privateKey,
  };

  async function publish(image: AppImage): Promise<PushedImage> {
    const key = JSON.stringify(image);
    const pushed = published.get(key) ?? (await publishAppImage(registry, image));
    published.set(key, pushed);
    return pushed;
  }

  async function run(
    action: (typeof actions)[number],
    wanted: Record<string, string>,
    { onLine, onRawLine, runner }: RunOptions = {},
  ): Promise<StageRun> {
    let firstLineAt: number | undefined;
    const result = await runAction({
      action,
      inputs: wanted,
      canaries,
      onLine(line) {
        firstLineAt ??= Date.now();
        onRawLine?.(line);
        const text = readableLine(line);
        if (text !== undefined) onLine?.(text);
      },
      ...(options.signal ? { signal: options.signal } : {}),
      ...runner,
    });
    const verdict = result.outputs.verdict
      ? (JSON.parse(result.outputs.verdict) as DeployVerdict)
      : undefined;
    // A job that stopped before it was connected has no timeline.
    const timeline = verdict?.timeline === undefined ? undefined : verdict;
    // The first line comes as the connection begins, and the verdict says how far the process was then.
    const connectMs = timeline?.timeline.find(({ step }) => step === 'connect')?.startMs ?? 0;
    return {
      result,
      verdict,
      figures: timeline && deployFigures(timeline, result.durationMs),
      moments: timeline ? deployMoments(timeline, result.durationMs) : [],
      startedAt: (firstLineAt ?? Date.now()) - connectMs,
      violations: violationsOf(result),
    };
  }

  const stage: Stage = {
    engine,
    server,
    registry,
    app,
    port,
    canaries,
    async deploy({ image, inputs: more = {}, ...rest }) {
      const pushed = await publish(image);
      const wanted: Record<string, string> = { ...inputs, image: pushed.image, ...more };
      if (more.env !== undefined) wanted.env = `${inputs.env}\n${more.env}`;
      const done = await run('deploy-ssh-bluegreen', wanted, rest);
      return { ...done, image: pushed.image, version: image.version };
    },
    rollback: (more = {}, how = {}) => run('rollback', { ...place, ...more }, how),
    startLoad: (load) => startLoad({ ...load, host: '127.0.0.1', port }),
    async orders(report) {
      const text = await readFile(ordersFile, 'utf8');
      return verifyOrders(report.orders.sentIds, report.orders.acknowledgedIds, text);
    },
    leftovers: () =>
      findLeftovers({
        socket: engine.socket,
        server,
        app,
        secrets,
        appSecrets: [appSecret],
        temporaryBefore,
      }),
    clearApp: () => removeApp(engine.socket, app),
    async close() {
      await removeApp(engine.socket, app, registry.address);
      await Promise.all([server.close(), registry.close()]);
      await rm(ordersFolder, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => stage.close(),
  };
  return stage;
}

function violationsOf(result: ActionResult): string[] {
  return [
    ...result.leaks.map(({ place, form, excerpt }) => `A secret leaked (${form}) into ${place}: ${excerpt}`),
    ...result.orphans.map((pid) => `The process ${pid} outlived the action.`),
    ...(result.hasOpenGroup ? ['The log has a group that never ends.'] : []),
    ...(result.signal === undefined ? [] : [`The action was ended by ${result.signal}.`]),
  ];
}

/** A line as a person would see it in the run's log; workflow commands are not for reading. */
function readableLine(line: string): string | undefined {
  const annotation = /^::(?:error|warning|notice)[^:]*::(.*)$/.exec(line)?.[1];
  if (annotation !== undefined) {
    return annotation.replaceAll('%0A', ' ').replaceAll('%0D', '').replaceAll('%25', '%');
  }
  return line.startsWith('::') || line.trim() === '' ? undefined : line;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
