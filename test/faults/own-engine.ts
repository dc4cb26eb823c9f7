import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { provideEngine } from '../../scripts/test-tools.ts';
import { run, waitFor } from '../../scripts/test-tools-run.ts';
import { dyingWithUs } from '../machine/dying-with-us.ts';
import { addDockerGroup, engineAnswering, startDaemon } from '../machine/engine.ts';
import { callEngine } from '../machine/engine-call.ts';
import { descendants, isRunning, signalAll } from '../machine/processes.ts';

/** The Engine of this world, which faults may hit. */
export interface OwnEngine {
  readonly socket: string;
  readonly version: string;
  /** The daemon's own log. */
  readonly log: string;
  /** Whether containers outlive the daemon; read by the daemon while it runs. */
  setLiveRestore(isOn: boolean): Promise<void>;
  /**
   * Ends the daemon as a service manager does, and starts it again.
   *
   * @param onStopped between the two
   */
  restart(onStopped?: () => void): Promise<void>;
  /** Kills the daemon alone, and starts it again. */
  crash(): Promise<void>;
  /** Kills every process of the Engine and of its containers at once. */
  powerOff(): Promise<void>;
  /** Starts what does not run. */
  powerOn(): Promise<void>;
  /** Kills a container's processes past the Engine, as the kernel does when memory runs out. */
  killContainer(id: string): Promise<void>;
}

const socket = '/var/run/docker.sock';
const configPath = '/run/switchyard-daemon.json';
const endDeadlineMs = 60_000;

/**
 * Starts the Engine in a process namespace of its own inside this world: its containers are children of that
 * namespace's first process, so they can outlive the daemon, and one kill ends them all.
 */
export async function startOwnEngine(log: string): Promise<OwnEngine> {
  const tools = await provideEngine('26');
  await addDockerGroup();
  // What is mounted later, such as a small disk for a home, is there for the containers as well.
  await run('mount', ['--make-rshared', '/']);
  let top = 0;
  let first = 0;
  let daemon = 0;

  const boot = async () => {
    const [program, ...args] = dyingWithUs([
      ...(['unshare', '--pid', '--fork', '--kill-child', '--mount', '--propagation', 'slave'] as const),
      ...['--mount-proc', '--', 'tini-static', '--', 'sleep', 'infinity'],
    ]);
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', () => undefined);
    top = child.pid ?? 0;
    // tini, and what it waits for.
    first = await waitFor('a namespace', () => (descendants(top).length >= 2 ? descendants(top)[0] : false));
  };
  const startDockerd = async () => {
    await rm('/var/run/docker.pid', { force: true });
    daemon = await startDaemon(
      [
        ...['nsenter', '--target', String(first), '--pid', '--mount', '--'],
        ...['dockerd', '-H', `unix://${socket}`, '-G', 'docker', '--config-file', configPath],
      ],
      tools.path,
      log,
    );
    return engineAnswering(socket, daemon, log);
  };
  /** `nsenter` stays outside and waits for it. */
  const dockerd = () => descendants(daemon).slice(0, 1);
  const ended = () => waitFor('the end of the Engine', () => !isRunning(daemon), endDeadlineMs, 10);

  await writeFile(configPath, JSON.stringify({ 'live-restore': false }));
  await boot();
  const version = await startDockerd();
  return {
    socket,
    version,
    log,
    async setLiveRestore(isOn) {
      if ((await isLiveRestoring()) === isOn) return;
      await writeFile(configPath, JSON.stringify({ 'live-restore': isOn }));
      signalAll(dockerd(), 'SIGHUP');
      await waitFor('the new configuration', async () => (await isLiveRestoring()) === isOn);
    },
    async restart(onStopped) {
      signalAll(dockerd(), 'SIGTERM');
      await ended();
      onStopped?.();
      await startDockerd();
    },
    async crash() {
      signalAll(dockerd(), 'SIGKILL');
      await ended();
      await startDockerd();
    },
    async powerOff() {
      signalAll([top], 'SIGKILL');
      await ended();
      await waitFor('the end of every container', () => !isRunning(first), 60_000, 10);
      for (const path of ['/run/docker', '/run/containerd', '/run/docker.pid', socket])
        await rm(path, { recursive: true, force: true });
    },
    async powerOn() {
      if (!isRunning(first)) await boot();
      if (!isRunning(daemon)) await startDockerd();
    },
    async killContainer(id) {
      const { text } = await callEngine(socket, `/containers/${id}/json`);
      const { State } = JSON.parse(text) as { State?: { Pid?: number } };
      if (State?.Pid) signalAll(processesNumbered(State.Pid), 'SIGKILL');
    },
  };

  async function isLiveRestoring(): Promise<boolean> {
    const { text } = await callEngine(socket, '/info');
    return (JSON.parse(text) as { LiveRestoreEnabled: boolean }).LiveRestoreEnabled;
  }
}

/** The process that the Engine's own namespace knows by this number. */
function processesNumbered(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const numbers = /^NSpid:\s+(.*)$/m
          .exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]
          ?.split('\t');
        return numbers?.[1] === String(pid);
      } catch {
        // It ended meanwhile.
        return false;
      }
    })
    .map(Number);
}
