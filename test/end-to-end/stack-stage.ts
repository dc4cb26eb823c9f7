import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run, waitFor } from '../../scripts/test-tools-run.ts';
import type { OrderVerdict } from '../load/verify-orders.ts';
import { publishPostgres, publishRedis } from '../machine/database-images.ts';
import { type EngineHandle, ensureEngine } from '../machine/engine.ts';
import { callEngine } from '../machine/engine-call.ts';
import { freePort } from '../machine/free-port.ts';
import { buildTestImages } from '../machine/images.ts';
import { ownedFolder } from '../machine/owned-folder.ts';
import { type PushedImage, startRegistry, type TestRegistry } from '../machine/registry.ts';
import { startTestServer, type TestServer } from '../machine/server.ts';
import { publishStackImages, type StackVersion } from '../machine/stack-images.ts';
import { startTogether } from '../machine/start-together.ts';
import { appName } from './app-on-engine.ts';
import { type JobVerdict, judgeJobs } from './job-verdict.ts';
import { jobHistory, ordersOf, ticksSoFar } from './redis-of-stack.ts';
import {
  composeFileName,
  envFileName,
  type ShippedService,
  type StackService,
  shippedServices,
  stackFiles,
} from './stack-files.ts';
import { type StackLoad, type StackLoadOptions, type StackReport, startStackLoad } from './stack-load.ts';
import {
  inContainer,
  pullImage,
  removeStack,
  type StackContainer,
  stackContainers,
  sweepKilledStacks,
} from './stack-on-engine.ts';
import { type StackOnServer, stackOnServer } from './stack-on-server.ts';
import { needBundles, type RunOptions, runOnStage, type StageRun } from './stage-run.ts';
import { judgeTicks, type TickVerdict } from './tick-verdict.ts';

export interface StackStageOptions {
  /** Names the stack, so that what a killed run left is found by the next one. Small letters. */
  purpose: string;
  /** Changes the Compose file before it is written anywhere. */
  compose?: (text: string) => string;
  signal?: AbortSignal;
}

/** Whether a container is the one it was. */
export interface Continuity {
  id: string;
  startedAt: string;
}

/**
 * A server, and a repository's checkout with a Compose file: a frontend, a backend, a worker, a scheduler, PostgreSQL and
 * Redis. Nothing of it runs yet.
 */
export interface StackStage extends AsyncDisposable {
  readonly engine: EngineHandle;
  readonly server: TestServer;
  readonly registry: TestRegistry;
  /** The app's and the Compose project's name. */
  readonly app: string;
  readonly ports: { readonly frontend: number; readonly backend: number };
  /** The repository as the runner has checked it out. */
  readonly checkout: string;
  /** Where plain Compose is used on the server. */
  readonly serverFolder: string;
  /** Where the deploys keep the app's record and files on the server. */
  readonly folder: string;
  /** Secrets of this stage, which must not show up anywhere but where they are needed. */
  readonly canaries: readonly string[];
  /** Puts a version's images into the registry; gives the image of each service that the project builds. */
  publish(version: StackVersion): Promise<Record<ShippedService, PushedImage>>;
  /**
   * Deploys with the built action and nothing but a Compose file, images, variables and where to.
   *
   * @param inputs besides these
   */
  deployStack(
    version: StackVersion,
    inputs?: Readonly<Record<string, string>>,
    how?: RunOptions,
  ): Promise<StageRun>;
  rollback(inputs?: Readonly<Record<string, string>>, how?: RunOptions): Promise<StageRun>;
  /** As people do it today: the images are there already, as if built on the server, then `docker compose up -d`. */
  composeUp(version: StackVersion): Promise<{ durationMs: number }>;
  /** Compose on the server's folder, in the user's own words. */
  compose(...words: string[]): Promise<string>;
  /** Compose in the folder of the deploys, as the user who deploys. */
  composeOfRelease(...words: string[]): Promise<string>;
  /** Which version each service that the project builds runs, of which one container must run. */
  versions(): Promise<Record<ShippedService, string>>;
  /** All that a deploy which fails has to leave as it was. */
  onServer(): Promise<StackOnServer>;
  /** Makes the lease of a job that was killed as old as it would be a minute later. */
  ageLease(): Promise<void>;
  /** Waits until both addresses answer as they should. */
  ready(): Promise<void>;
  /** Load on both addresses, on the frontend's calls inside and on the workers. Its jobs are judged by `jobs()`. */
  startLoad(options: StackLoadOptions): Promise<StackLoad>;
  /** Gives the worker an hour's work and waits until it has it in hand. */
  startLongJob(): Promise<string>;
  /** Lets an hour's work be done. */
  endLongJob(id: string): Promise<void>;
  /** Whether each job that was accepted was done once; waits for those in hand, but not for an hour's work. */
  jobs(): Promise<JobVerdict>;
  /** Whether there was never more than one scheduler. */
  ticks(): Promise<TickVerdict>;
  /** Whether each order of a load was applied once. */
  orders(report: StackReport): Promise<OrderVerdict>;
  /** Which PostgreSQL runs, and since when. */
  postgres(): Promise<Continuity>;
  containers(): Promise<StackContainer[]>;
  /** What a command writes in the one running container of a service. */
  inService(service: StackService, ...command: string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * @throws Error with one sentence when a part of the machine is missing or the action has not been built
 * @throws ToolUnavailable where this machine cannot have the databases
 */
export async function openStackStage(options: StackStageOptions): Promise<StackStage> {
  needBundles();
  const engine = await ensureEngine();
  const { socket } = engine;
  await sweepKilledStacks(socket, options.purpose);
  const app = appName(options.purpose);
  const [server, registry] = await startTogether(startTestServer(), startRegistry());
  const checkout = await ownedFolder('checkout');
  const serverFolder = join(server.home, app);
  const close = async () => {
    await removeStack(socket, app, registry.address);
    await Promise.all([server.close(), registry.close()]);
    await rm(checkout, { recursive: true, force: true });
  };
  try {
    const { haproxy } = await buildTestImages(registry, ['haproxy']);
    const [postgres, redis] = [await publishPostgres(registry), await publishRedis(registry)];
    // Plain Compose has no login at the registry, and needs none for what is there.
    for (const image of [postgres, redis]) await pullImage(socket, registry, image.image);
    const ports = { frontend: await freePort('0.0.0.0'), backend: await freePort('0.0.0.0') };
    while (ports.backend === ports.frontend) ports.backend = await freePort('0.0.0.0');
    const files = stackFiles({ frontendPort: ports.frontend, backendPort: ports.backend, postgres, redis });
    files[composeFileName] = options.compose?.(files[composeFileName] ?? '') ?? files[composeFileName] ?? '';
    const password = `canary-${randomBytes(12).toString('hex')}`;
    await writeFiles(checkout, files);
    await writeFiles(
      serverFolder,
      { ...files, '.env': `${files[envFileName]}DB_PASSWORD=${password}\n` },
      server,
    );
    return stageOn({
      ...{ options, engine, server, registry, app, ports, checkout, serverFolder, password, close },
      switchImage: haproxy.image,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

interface StageParts
  extends Pick<StackStage, 'engine' | 'server' | 'registry' | 'app' | 'ports' | 'checkout' | 'serverFolder'> {
  options: StackStageOptions;
  password: string;
  switchImage: string;
  close: () => Promise<void>;
}

function stageOn(parts: StageParts): StackStage {
  const { engine, server, registry, app, ports, checkout, serverFolder, password } = parts;
  const { socket } = engine;
  const published = new Map<string, Promise<Record<ShippedService, PushedImage>>>();
  const accepted: string[] = [];
  const longJobs = new Set<string>();
  const canaries = [server.privateKey, registry.password, password];
  const place: Record<string, string> = {
    host: server.host,
    port: String(server.port),
    username: server.username,
    'private-key': server.privateKey,
    'known-hosts': server.knownHosts,
    app,
  };

  const publish = (version: StackVersion): Promise<Record<ShippedService, PushedImage>> => {
    const key = JSON.stringify(version);
    const images = published.get(key) ?? publishServices(registry, version);
    published.set(key, images);
    return images;
  };
  const runAction = (
    action: 'deploy-ssh-bluegreen' | 'rollback',
    inputs: Record<string, string>,
    how: RunOptions = {},
  ) => {
    const env = { GITHUB_WORKSPACE: checkout, ...how.runner?.env };
    const { signal } = parts.options;
    return runOnStage(
      { action, inputs, canaries, ...(signal ? { signal } : {}) },
      { ...how, runner: { ...how.runner, env } },
    );
  };
  const containers = () => stackContainers(socket, app);
  const running = async (service: StackService): Promise<StackContainer> => {
    const found = (await containers()).filter((one) => one.service === service && one.running);
    const [only] = found;
    if (only === undefined || found.length > 1)
      throw new Error(`One ${service} must run, and ${found.length} do.`);
    return only;
  };
  const inService: StackStage['inService'] = async (service, ...command) =>
    inContainer(socket, (await running(service)).id, command);
  const askRedis = (...words: string[]) => inService('redis', 'redis-cli', ...words);
  const folder = join(server.home, '.switchyard', app);
  const jobsNow = async () => judgeJobs(await jobHistory(askRedis, accepted));
  const compose = (...words: string[]) =>
    run('docker', ['compose', ...words], {
      cwd: serverFolder,
      env: { ...process.env, DOCKER_HOST: `unix://${socket}` },
    });

  const stage: StackStage = {
    ...{ engine, server, registry, app, ports, checkout, serverFolder, folder, canaries },
    publish,
    async deployStack(version, inputs = {}, how = {}) {
      const images = Object.entries(await publish(version));
      return runAction(
        'deploy-ssh-bluegreen',
        {
          ...place,
          'registry-username': registry.username,
          'registry-password': registry.password,
          'switch-image': parts.switchImage,
          'compose-file': composeFileName,
          'env-file': envFileName,
          'secret-env': `DB_PASSWORD=${password}`,
          images: images.map(([service, image]) => `${service}=${image.reference}`).join('\n'),
          ...inputs,
        },
        how,
      );
    },
    rollback: (inputs = {}, how = {}) => runAction('rollback', { ...place, ...inputs }, how),
    async composeUp(version) {
      for (const [service, image] of Object.entries(await publish(version)))
        await pullImage(socket, registry, image.reference, `${app}-${service}`);
      const began = performance.now();
      await compose('up', '-d');
      return { durationMs: performance.now() - began };
    },
    compose,
    composeOfRelease(...words) {
      const command = ['docker', 'compose', ...words];
      const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, HOME: server.home };
      const asUser = process.getuid?.() === 0 ? ['runuser', '-u', server.username, '--'] : [];
      const [program = '', ...args] = [...asUser, ...command];
      return run(program, args, { cwd: folder, env });
    },
    async versions() {
      const found = Object.keys(shippedServices).map(async (service) => [
        service,
        (await inService(service as ShippedService, 'cat', '/app/VERSION')).trim(),
      ]);
      return Object.fromEntries(await Promise.all(found)) as Record<ShippedService, string>;
    },
    onServer: () => stackOnServer(socket, app, folder),
    async ageLease() {
      const old = new Date(Date.now() - 120_000);
      const leases = await readdir(join(folder, 'lease'));
      await Promise.all(leases.map((name) => utimes(join(folder, 'lease', name), old, old)));
    },
    async ready() {
      for (const [port, path] of [
        [ports.backend, '/health'],
        [ports.frontend, '/page'],
      ] as const)
        await waitFor(`an answer of ${path}`, () => answersWell(port, path));
    },
    async startLoad(load) {
      const started = await startStackLoad(ports, load);
      return {
        ...started,
        async stop() {
          const report = await started.stop();
          accepted.push(...report.jobs.orders.acknowledgedIds);
          return report;
        },
      };
    },
    async startLongJob() {
      const id = `long-${randomUUID()}`;
      const answer = await fetch(`http://127.0.0.1:${ports.backend}/jobs?ms=3600000`, {
        method: 'POST',
        body: JSON.stringify({ id }),
      });
      if (!answer.ok) throw new Error(`The job was refused: ${answer.status} ${await answer.text()}`);
      accepted.push(id);
      longJobs.add(id);
      await waitFor('a worker that takes the job', async () =>
        (await jobHistory(askRedis, [])).inHand.includes(id),
      );
      return id;
    },
    async endLongJob(id) {
      longJobs.delete(id);
      await askRedis('SADD', 'jobs:enough', id);
    },
    async jobs() {
      // A worker that was killed counts as alive for 3 s more, and what it had in hand as open.
      await waitFor(
        'the workers to be done',
        async () => (await jobsNow()).open.every((id) => longJobs.has(id)),
        60_000,
        200,
      );
      return jobsNow();
    },
    ticks: async () => judgeTicks(await ticksSoFar(askRedis)),
    orders: (report) => ordersOf(askRedis, report.backend.orders),
    async postgres() {
      const { id } = await running('postgres');
      const { text } = await callEngine(socket, `/containers/${id}/json`);
      return { id, startedAt: (JSON.parse(text) as { State: { StartedAt: string } }).State.StartedAt };
    },
    containers,
    inService,
    close: parts.close,
    [Symbol.asyncDispose]: parts.close,
  };
  return stage;
}

async function publishServices(
  registry: TestRegistry,
  version: StackVersion,
): Promise<Record<ShippedService, PushedImage>> {
  const images = await publishStackImages(registry, version);
  const services = Object.entries(shippedServices).map(([service, image]) => [service, images[image]]);
  return Object.fromEntries(services) as Record<ShippedService, PushedImage>;
}

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  owner?: { uid: number; gid: number },
): Promise<void> {
  const made = new Set([folder]);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    made.add(dirname(path)).add(path);
  }
  if (owner === undefined || process.getuid?.() !== 0) return;
  for (const path of made) await chown(path, owner.uid, owner.gid);
}

async function answersWell(port: number, path: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.ok === true;
}
