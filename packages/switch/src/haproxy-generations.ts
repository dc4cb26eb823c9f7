import type { Duplex } from 'node:stream';
import { clipEnd } from '#clipped-text';
import type { HaproxyDefinition } from './haproxy-config.ts';
import { folderInContainer, renderHaproxyConfig, switchFiles } from './haproxy-config.ts';
import type { SwitchProcess } from './haproxy-container.ts';
import { switchContainerConfig, switchLabels } from './haproxy-container.ts';
import { parseStatistics, runtimeCommands, SwitchError, slotRow } from './haproxy-runtime.ts';
import { printedAddress } from './served-address.ts';
import type { SwitchConnections, SwitchContainer, SwitchContainers, SwitchFolder } from './surroundings.ts';
import type { SlotTargets } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

const startDeadlineMs = 15_000;
const handoverDeadlineMs = 10_000;
const leavingDeadlineMs = 2000;
/** How long a published port stays shut at most, so that requests in flight can end. */
const vacateDeadlineMs = 3000;
const pollMs = 10;

export interface SwitchSurroundings {
  readonly containers: SwitchContainers;
  readonly folder: SwitchFolder;
  readonly connections: SwitchConnections;
}

/**
 * The switch containers of one app. Each is a generation with a number, files and sockets of its own, so that two
 * can run side by side while one takes over from the other.
 */
export class HaproxyGenerations {
  readonly #process: SwitchProcess;
  readonly #containers: SwitchContainers;
  readonly #folder: SwitchFolder;
  readonly #connections: SwitchConnections;

  constructor(process: SwitchProcess, surroundings: SwitchSurroundings) {
    this.#process = process;
    this.#containers = surroundings.containers;
    this.#folder = surroundings.folder;
    this.#connections = surroundings.connections;
  }

  /** Every generation, oldest first. */
  async all(): Promise<SwitchContainer[]> {
    const found = await this.#containers.list({
      [switchLabels.app]: this.#process.app,
      [switchLabels.role]: 'switch',
    });
    return found.toSorted((a, b) => Number(generationOf(a)) - Number(generationOf(b)));
  }

  /**
   * As all(), after it has taken away the files of generations that are gone: a container that a person removed leaves
   * a configuration behind, which would go on telling where the app serves.
   */
  async allAfterSweep(): Promise<SwitchContainer[]> {
    const [all, entries] = await Promise.all([this.all(), this.#folder.list(this.#process.folder)]);
    const present = all.map(generationOf);
    const stale = new Set(
      entries.flatMap(({ name }) => {
        const generation = generationOfFile(name);
        return generation === undefined || present.includes(generation) ? [] : [generation];
      }),
    );
    await Promise.all([...stale].map((generation) => this.#removeFiles(generation)));
    return all;
  }

  async answers(container: SwitchContainer): Promise<boolean> {
    try {
      await this.admin(container, ['show version']);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * For one that is listed as running and may just have been started, by somebody else or by the Engine, or just have
   * ended: the Engine's list is a moment behind.
   */
  async settled(container: SwitchContainer, timeoutMs: number): Promise<'answers' | 'silent' | 'ended'> {
    const deadline = performance.now() + timeoutMs;
    let fails = false;
    while (!(await this.answers(container))) {
      const now = (await this.all()).find(({ id }) => id === container.id);
      if (!now?.running) return 'ended';
      // One that ends again and again serves nobody.
      fails ||= now.restarting === true;
      if (performance.now() > deadline) return fails ? 'ended' : 'silent';
      await pause(pollMs);
    }
    return 'answers';
  }

  /** Ids of those that only finish their requests: they have closed their admin socket, but not their master's. */
  async thatLeave(all: readonly SwitchContainer[]): Promise<string[]> {
    const running = all.filter((container) => container.running);
    const leaves = await Promise.all(
      running.map((container) =>
        this.askLeaving(container, 'show info', (answer) => /^Stopping: 1$/m.test(answer)).catch(() => false),
      ),
    );
    return running.filter((_, index) => leaves[index] === true).map(({ id }) => id);
  }

  openAdmin(container: SwitchContainer): Promise<Duplex> {
    return this.#connections.openUnixSocket(this.#files(container).admin);
  }

  admin(container: SwitchContainer, commands: readonly string[]): Promise<string[]> {
    return runtimeCommands(() => this.openAdmin(container), commands);
  }

  /**
   * Asks a generation that no longer listens. Its own admin socket is closed, but its master's is not. Undefined when
   * it has left meanwhile.
   */
  async askLeaving<T>(
    container: SwitchContainer,
    command: string,
    read: (answer: string) => T,
  ): Promise<T | undefined> {
    const { master } = this.#files(container);
    const deadline = performance.now() + leavingDeadlineMs;
    for (;;) {
      try {
        const open = (): Promise<Duplex> => this.#connections.openUnixSocket(master);
        const [answer] = await runtimeCommands(open, [`@1 ${command}`]);
        // Its master outlives it for a moment and then answers something else.
        return read(answer ?? '');
      } catch (error) {
        if (!(await this.#isRunning(container))) return undefined;
        // The Engine goes on listing a container as running for a moment after its process has ended.
        if (performance.now() > deadline) throw error;
      }
      await pause(pollMs);
    }
  }

  /** @param handover the generation whose listening sockets the new one inherits */
  async create(
    definition: HaproxyDefinition,
    targets: SlotTargets,
    generation: string,
    handover: SwitchContainer | undefined,
  ): Promise<SwitchContainer> {
    const { config: path } = switchFiles(this.#process.folder, generation);
    await this.#folder.write(path, renderHaproxyConfig(definition, targets, generation), 0o600);
    const from = handover && generationOf(handover);
    const config = switchContainerConfig(this.#process, definition, targets, generation, from);
    const name = `switchyard-${this.#process.app}-switch-${generation}`;
    let id: string | undefined;
    try {
      id = await this.#containers.create(name, config);
      const container: SwitchContainer = { id, name, running: true, labels: config.Labels };
      await this.start(container);
      await this.#containers.setRestartPolicy(id, 'unless-stopped');
      return container;
    } catch (error) {
      // A lost connection fails here too; the first error is the one to tell.
      const created = id;
      if (created !== undefined) await this.#containers.remove(created).catch(() => undefined);
      await this.#removeFiles(generation).catch(() => undefined);
      throw error;
    }
  }

  /** @throws SwitchError with HAProxy's own reason when it doesn't come up */
  async start(container: SwitchContainer): Promise<void> {
    await this.#containers.start(container.id);
    const deadline = performance.now() + startDeadlineMs;
    for (;;) {
      try {
        await this.admin(container, ['show version']);
        return;
      } catch (error) {
        const isRunning = await this.#isRunning(container);
        if (!isRunning || performance.now() > deadline) {
          const log = await this.#containers.lastLines(container.id, 20);
          throw new SwitchError(startFailure(log, isRunning, this.#process.image), { cause: error });
        }
      }
      await pause(pollMs);
    }
  }

  /**
   * Makes a generation that was replaced stop listening, pass on what idle connections still bring, and leave when
   * its last request has ended. Until it has stopped listening nothing is passed on: the socket for that is shared,
   * and its own requests could come back to itself.
   */
  async retire(old: SwitchContainer): Promise<void> {
    await this.#containers.setRestartPolicy(old.id, 'no');
    await this.#containers.kill(old.id, 'SIGUSR1');
    const deadline = performance.now() + handoverDeadlineMs;
    while (await this.answers(old)) {
      if (performance.now() > deadline) {
        throw new SwitchError(
          `The replaced switch ${old.name} still listens after ${handoverDeadlineMs / 1000} s; remove it with "docker rm -f ${old.name}".`,
        );
      }
      await pause(pollMs);
    }
    await this.passOn(old);
  }

  /**
   * Ends a generation whose published port its successor must have: as soon as its last request has ended. To wait
   * for its idle connections as well would keep the port shut for as long as they like.
   */
  async vacate(old: SwitchContainer): Promise<void> {
    await this.#containers.setRestartPolicy(old.id, 'no');
    await this.#containers.kill(old.id, 'SIGUSR1');
    const deadline = performance.now() + vacateDeadlineMs;
    const inFlight = (answer: string): number => {
      const rows = parseStatistics(answer);
      return colors.reduce((sum, color) => sum + slotRow(rows, color).inFlight, 0);
    };
    while (performance.now() < deadline) {
      if (!(await this.askLeaving(old, 'show stat', inFlight))) break;
      await pause(pollMs);
    }
    await this.#containers.stop(old.id, 0);
  }

  /** Points a generation that is leaving to the one that took over. Said again, it changes nothing. */
  async passOn(leaving: SwitchContainer): Promise<void> {
    const { map } = switchFiles(folderInContainer, generationOf(leaving));
    await this.askLeaving(leaving, `set map ${map} live successor`, () => undefined);
  }

  async remove(container: SwitchContainer): Promise<void> {
    await this.#containers.remove(container.id);
    await this.#removeFiles(generationOf(container));
  }

  #files(container: SwitchContainer): ReturnType<typeof switchFiles> {
    return switchFiles(this.#process.folder, generationOf(container));
  }

  async #isRunning(container: SwitchContainer): Promise<boolean> {
    return (await this.all()).some(({ id, running }) => id === container.id && running);
  }

  async #removeFiles(generation: string): Promise<void> {
    const { config, admin, master } = switchFiles(this.#process.folder, generation);
    await Promise.all([config, admin, master].map((path) => this.#folder.remove(path)));
  }
}

/** The sentence for a switch that doesn't come up, from the end of its log. */
export function startFailure(log: string, isRunning: boolean, image: string): string {
  // In HAProxy's words: cannot bind socket (Address already in use) for [127.0.0.1:8080]
  const [, refusal = '', host = '', port] =
    /cannot bind (?:UNIX )?socket \(([^)]*)\)(?: for)? \[([^\]\n]+):(\d+)\]/.exec(log) ?? [];
  const address = printedAddress({ host, port: Number(port) });
  if (/already in use/i.test(refusal)) {
    return `The switch cannot listen on ${address}, because something else on the server does; free that port or set another address with "listen".`;
  }
  if (/cannot assign/i.test(refusal)) {
    return `The switch cannot listen on ${address}, because the server has no such address; set one that it has with "listen".`;
  }
  const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? '';
  const what = isRunning ? 'does not answer on its admin socket' : 'ended at once';
  return `The switch from image ${image} ${what}: ${clipEnd(reason, 300)}`;
}

export function nextGeneration(all: readonly SwitchContainer[]): string {
  return String(Math.max(0, ...all.map((container) => Number(generationOf(container)))) + 1);
}

/** The label is ours, but anybody on the server can set one: only a number becomes part of a path. */
export function generationOf(container: SwitchContainer): string {
  const generation = container.labels[switchLabels.generation] ?? '';
  if (!/^\d{1,9}$/.test(generation)) {
    throw new SwitchError(
      `The container ${container.name} carries the switch's labels without a generation; remove it or its labels.`,
    );
  }
  return generation;
}

function generationOfFile(name: string): string | undefined {
  return /^(?:haproxy-(\d{1,9})\.cfg|(?:admin|master)-(\d{1,9})\.sock)$/.exec(name)?.slice(1).find(Boolean);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
