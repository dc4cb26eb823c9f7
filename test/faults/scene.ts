import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { containersOf } from '../end-to-end/app-on-engine.ts';
import { type DeployOptions, openStage, type Stage, type StageDeploy } from '../end-to-end/stage.ts';
import { request } from '../end-to-end/stand.ts';
import { callEngine } from '../machine/engine-call.ts';
import { type FaultProxy, startFaultProxy } from '../machine/fault-proxy.ts';
import { type OwnEngine, startOwnEngine } from './own-engine.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

const MiB = 1024 * 1024;

/** One server with everything on it that faults can hit. */
export interface Scene extends AsyncDisposable {
  readonly stage: Stage;
  readonly engine: OwnEngine;
  /** Between the runner and sshd. */
  readonly network: FaultProxy;
  readonly homeDisk: SmallDisk;
  readonly engineDisk: SmallDisk;
  /** What every action here is told. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Makes sure that a version is live, with an ordinary deploy if need be; says which. */
  ensureLive(): Promise<string>;
  /** An ordinary deploy, without any help. */
  deploy(version: string): Promise<StageDeploy>;
  /** The version that answers, in one request on a connection of its own. */
  version(timeoutMs?: number): Promise<string>;
  /** A deploy of a version with something about it, which has to succeed. */
  ship(version: string, options?: ShipOptions): Promise<void>;
  /** Ids of the app's containers that run, those of older releases first. */
  running(): Promise<string[]>;
  /** Takes every container that does not run and its image away, as a person does who needs the room. */
  loseStandbys(): Promise<void>;
  /** Makes the lease of a job that died as old as it will be a minute later. */
  ageLease(): Promise<void>;
  /** A server that has never seen the app, for what follows a scenario that went wrong. */
  startOver(): Promise<void>;
}

interface ShipOptions {
  readonly image?: Omit<DeployOptions['image'], 'version'>;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** @param folder for logs and other things that may go when this process does */
export async function openScene(folder: string): Promise<Scene> {
  const spare = await mkdtemp(join(folder, 'disk-'));
  const engineDisk = await mountSmallDisk('/var/lib/docker', 6_000 * MiB);
  const engine = await startOwnEngine(join(folder, 'dockerd.log'));
  const stage = await openStage({ purpose: 'faults' });
  const { server } = stage;
  const homeDisk = await mountSmallDisk(server.home, 32 * MiB, spare);
  const network = await startFaultProxy({ port: server.port });
  const inputs = {
    port: String(network.port),
    'known-hosts': server.knownHostsFor(network.port),
    'connect-timeout': '5s',
    'start-timeout': '10s',
    'drain-timeout': '500ms',
    'stop-timeout': '3s',
    'keep-releases': '2',
    'lock-wait': '0s',
    watch: '0s',
  };
  const record = join(server.home, '.switchyard', stage.app);

  const version = async (timeoutMs = 3_000) => {
    const answer = await request({
      host: '127.0.0.1',
      port: stage.port,
      path: '/version',
      agent: false,
      timeout: timeoutMs,
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.slice(0, 80)}`);
    return answer.body.trim();
  };
  const deploy = (wanted: string, { image = {}, inputs: more = {} }: ShipOptions = {}) =>
    stage.deploy({
      image: { version: wanted, ...image },
      inputs: { ...inputs, 'expected-version': wanted, ...more },
    });
  const appContainers = async () => {
    const found = await containersOf(engine.socket, stage.app);
    const release = ({ labels }: (typeof found)[number]) => labels['switchyard.release'] ?? '';
    return found
      .filter(({ labels }) => labels['switchyard.role'] === 'app')
      .toSorted((one, other) => (release(one) < release(other) ? -1 : 1));
  };
  let fresh = 0;
  const scene: Scene = {
    stage,
    engine,
    network,
    homeDisk,
    engineDisk,
    inputs,
    async ensureLive() {
      const found = await version().catch(() => undefined);
      if (found !== undefined) return found;
      fresh += 1;
      await scene.ship(`first${fresh}`);
      return version();
    },
    deploy,
    async ship(wanted, options) {
      const { result } = await deploy(wanted, options);
      if (result.exitCode !== 0) throw new Error(`The deploy of ${wanted} failed:\n${result.log}`);
    },
    version,
    async running() {
      const found = (await appContainers()).filter(({ running }) => running);
      return found.map(({ id }) => id);
    },
    async loseStandbys() {
      for (const { id, running } of await appContainers()) {
        if (running) continue;
        const { text } = await callEngine(engine.socket, `/containers/${id}/json`);
        const { Image } = JSON.parse(text) as { Image: string };
        await callEngine(engine.socket, `/containers/${id}?force=1&v=1`, { method: 'DELETE' });
        await callEngine(engine.socket, `/images/${Image}?force=1`, { method: 'DELETE' });
      }
    },
    async ageLease() {
      const old = new Date(Date.now() - 120_000);
      // Other apps' claims lie beside this one's, so an unfinished one is not taken away before it is old either.
      for (const folder of [join(record, 'lease'), join(record, '../.listen')]) {
        for (const name of await readdir(folder).catch(() => [])) await utimes(join(folder, name), old, old);
      }
    },
    async startOver() {
      network.setFault({ kind: 'none' });
      stage.registry.faults.setFault({ kind: 'none' });
      await Promise.all([homeDisk.empty(), engineDisk.empty()]);
      if (server.sshd.openSessions() === undefined) await server.sshd.start();
      await engine.powerOn();
      await waitFor(
        'the Engine',
        () =>
          stage.clearApp().then(
            () => true,
            () => false,
          ),
        60_000,
        500,
      );
      await rm(join(server.home, '.switchyard'), { recursive: true, force: true });
    },
    async [Symbol.asyncDispose]() {
      await network.close();
      await stage.clearApp().catch(() => undefined);
      await homeDisk.unmount();
      await stage.close().catch(() => undefined);
      await engine.powerOff();
      await engineDisk.unmount();
      await rm(spare, { recursive: true, force: true });
    },
  };
  return scene;
}
