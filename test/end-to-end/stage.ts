import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { LoadReport } from '../load/report.ts';
import { type Load, type LoadOptions, startLoad } from '../load/start-load.ts';
import { type OrderVerdict, verifyOrders } from '../load/verify-orders.ts';
import { type EngineHandle, ensureEngine } from '../machine/engine.ts';
import { type AppImage, buildTestImages, publishAppImage } from '../machine/images.ts';
import { ownedFolder } from '../machine/owned-folder.ts';
import { type PushedImage, startRegistry, type TestRegistry } from '../machine/registry.ts';
import { startTestServer, type TestServer } from '../machine/server.ts';
import { startTogether } from '../machine/start-together.ts';
import { appName, removeApp, sweepKilledRuns } from './app-on-engine.ts';
import { findLeftovers, temporaryFiles } from './leftovers.ts';
import { type Action, needBundles, type RunOptions, runOnStage, type StageRun } from './stage-run.ts';

export type { RunOptions, StageRun } from './stage-run.ts';

export interface StageOptions {
  /** Names the app, so that what a killed run left is found by the next one. Small letters. */
  purpose: string;
  signal?: AbortSignal;
}

export interface DeployOptions extends RunOptions {
  image: AppImage;
  /** Inputs besides those that every deploy here has. */
  inputs?: Readonly<Record<string, string>>;
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
  needBundles();
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

  const run = (action: Action, wanted: Record<string, string>, how: RunOptions = {}): Promise<StageRun> =>
    runOnStage(
      { action, inputs: wanted, canaries, ...(options.signal ? { signal: options.signal } : {}) },
      how,
    );

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
