import type { Duplex } from 'node:stream';
import { sentenceOf } from '#explained-error';
import type { HaproxyDefinition } from './haproxy-config.ts';
import {
  folderInContainer,
  mapText,
  parseMapText,
  renderHaproxyConfig,
  switchFiles,
} from './haproxy-config.ts';
import type { SwitchProcess } from './haproxy-container.ts';
import { becomeUser, definitionHash, switchContainerConfig, switchLabels } from './haproxy-container.ts';
import { LineSplitter, parseLogLine } from './haproxy-log.ts';
import {
  parseStatistics,
  runtimeCommands,
  SwitchError,
  sessionsOn,
  slotCounters,
  slotRow,
} from './haproxy-runtime.ts';
import type { SwitchConnections, SwitchContainer, SwitchContainers, SwitchFolder } from './surroundings.ts';
import type {
  Color,
  FinishedRequest,
  SlotCounters,
  SlotTargets,
  SwitchChange,
  TrafficSwitch,
} from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

const startDeadlineMs = 15_000;
const handoverDeadlineMs = 10_000;
const pollMs = 10;
const leavingDeadlineMs = 2000;

export type HaproxyOptions = Omit<HaproxyDefinition, 'becomeUser' | 'isPublished'>;

/**
 * HAProxy in one container per app, driven through its runtime API.
 *
 * A switch's definition (image, listening address, time-outs) changes by handover: a new generation starts beside
 * the old one and inherits its listening sockets (`-x`), the old one passes what it still receives to the new one,
 * then stops listening and leaves when its last request has ended. So no moment is without a listener.
 */
export class HaproxySwitch implements TrafficSwitch {
  readonly #process: SwitchProcess;
  readonly #definition: HaproxyDefinition;
  readonly #containers: SwitchContainers;
  readonly #folder: SwitchFolder;
  readonly #connections: SwitchConnections;
  /** The one that listens, once it is known. */
  #known: SwitchContainer | undefined;

  constructor(
    process: SwitchProcess,
    options: HaproxyOptions,
    surroundings: { containers: SwitchContainers; folder: SwitchFolder; connections: SwitchConnections },
  ) {
    this.#process = process;
    this.#definition = {
      ...options,
      becomeUser: becomeUser(process, options.listen.port),
      isPublished: process.network.mode === 'published',
    };
    this.#containers = surroundings.containers;
    this.#folder = surroundings.folder;
    this.#connections = surroundings.connections;
  }

  async live(): Promise<Color | undefined> {
    const current = await this.#listening();
    return current ? await this.#liveOf(current) : undefined;
  }

  async recover(): Promise<string[]> {
    const findings: string[] = [];
    let current = await this.#listening();
    const all = await this.#all();
    current ??= await this.#revive(all, findings);
    if (!current) return findings;
    this.#known = current;
    for (const container of all) {
      if (container.id === current.id) continue;
      if (!container.running) await this.#removeGeneration(container);
      else if (await this.#answers(container)) {
        findings.push(`A replacement of the switch was half done; ${current.name} now serves alone.`);
        await this.#retire(container);
      }
    }
    await this.#containers.setRestartPolicy(current.id, 'unless-stopped');
    const live = await this.#liveOf(current);
    const file = this.#path('map');
    if (live && parseMapText((await this.#folder.read(file)) ?? '') !== live) {
      await this.#folder.write(file, mapText(live), 0o600);
      findings.push(`The switch serves ${live} and its file said otherwise; the file now says ${live} too.`);
    }
    return findings;
  }

  /** Starts the newest switch that can be; one that can't is left to ensure(), which makes a new one. */
  async #revive(all: readonly SwitchContainer[], findings: string[]): Promise<SwitchContainer | undefined> {
    for (const container of all.toReversed()) {
      try {
        // Else the Engine would start one that can't run again and again; recover() allows it to one that can.
        await this.#containers.setRestartPolicy(container.id, 'no');
        // Also one that is listed as running: just after a container's end the Engine's list is not up to date.
        await this.#containers.start(container.id);
        await this.#untilItAnswers(container);
      } catch (error) {
        findings.push(`The switch was down and could not be started: ${sentenceOf(error)}`);
        continue;
      }
      findings.push(`The switch did not run; started it again (${container.name}).`);
      return { ...container, running: true };
    }
    return undefined;
  }

  async plan(targets: SlotTargets): Promise<{ change: SwitchChange; because: string }> {
    const current = await this.#listening();
    if (!current) return { change: 'created', because: 'the app has no switch that runs' };
    if (this.#isUpToDate(current, targets))
      return { change: 'unchanged', because: 'its definition is the same' };
    return this.#process.network.mode === 'host'
      ? {
          change: 'replaced',
          because: 'its definition has changed; the new one takes over the listening sockets',
        }
      : {
          change: 'restarted',
          because: 'its definition has changed, and a published port can only be bound again',
        };
  }

  async ensure(first: Color, targets: SlotTargets): Promise<SwitchChange> {
    const current = await this.#listening();
    if (!current) {
      await this.#createAnew(first, targets);
      return 'created';
    }
    this.#known = current;
    if (this.#isUpToDate(current, targets)) {
      await this.#pointSlots(current, targets);
      return 'unchanged';
    }
    const next = nextGeneration(await this.#all());
    // The map file is read by the new process at its start; it must say what the old one does.
    await this.#folder.write(this.#path('map'), mapText((await this.#liveOf(current)) ?? first), 0o600);
    if (this.#process.network.mode === 'host') {
      const handover = switchFiles(folderInContainer, generationOf(current)).admin;
      this.#known = await this.#create(targets, next, handover);
      await this.#retire(current);
      return 'replaced';
    }
    await this.#containers.stop(current.id, 5);
    try {
      this.#known = await this.#create(targets, next, undefined);
    } catch (error) {
      await this.#containers.start(current.id);
      throw error;
    }
    await this.#removeGeneration(current);
    return 'restarted';
  }

  /** For an app without a switch that listens; what is left of an earlier one goes when the new one serves. */
  async #createAnew(first: Color, targets: SlotTargets): Promise<void> {
    const left = await this.#all();
    await this.#folder.write(this.#path('map'), mapText(first), 0o600);
    try {
      this.#known = await this.#create(targets, nextGeneration(left), undefined);
    } catch (error) {
      if (left.length === 0) await attempt(() => this.dismantle());
      throw error;
    }
    for (const container of left) {
      // One that runs and doesn't listen may still have requests to finish.
      if (container.running) await this.#containers.setRestartPolicy(container.id, 'no');
      else await this.#removeGeneration(container);
    }
  }

  async dismantle(): Promise<void> {
    for (const container of await this.#all()) await this.#removeGeneration(container);
    for (const file of ['map', 'relay'] as const) await this.#folder.remove(this.#path(file));
    this.#known = undefined;
  }

  async shift(color: Color): Promise<number> {
    const current = await this.#running();
    const map = `${folderInContainer}/live.map`;
    const started = performance.now();
    const [set, shown] = await this.#admin(current, [`set map ${map} live ${color}`, `show map ${map}`]);
    const tookMs = performance.now() - started;
    if (set !== '' || liveInMap(shown ?? '') !== color) {
      const answer = (set || shown || 'no answer').slice(0, 200);
      throw new SwitchError(`The switch ${current.name} did not take the change to ${color}: ${answer}`);
    }
    // The map lives in memory; the file is what a restart reads.
    const file = this.#path('map');
    await this.#folder.write(file, mapText(color), 0o600);
    if (parseMapText((await this.#folder.read(file)) ?? '') !== color) {
      throw new SwitchError(`The switch serves ${color}, but ${file} could not be made to say so.`);
    }
    return tookMs;
  }

  async closeConnections(color: Color): Promise<void> {
    const current = await this.#running();
    await this.#admin(current, [`shutdown sessions server ${color}/${color}`]);
    for (const leaving of await this.#leaving(current)) {
      // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
      const sessions = await this.#askLeaving(leaving, 'show sess', (answer) => sessionsOn(color, answer));
      for (const session of sessions ?? []) {
        await this.#askLeaving(leaving, `shutdown session ${session}`, () => undefined);
      }
    }
  }

  openAsClient(): Promise<Duplex> {
    const { host, port } = this.#definition.listen;
    const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    return this.#connections.openTcp(reachable, port);
  }

  async inFlight(color: Color): Promise<number> {
    const current = await this.#running();
    const [statistics] = await this.#admin(current, ['show stat']);
    const row = slotRow(parseStatistics(statistics ?? ''), color);
    let count = row.inFlight + row.queued;
    for (const leaving of await this.#leaving(current))
      count += await this.#inFlightOfLeaving(leaving, color);
    return count;
  }

  async counters(color: Color): Promise<SlotCounters> {
    const [statistics] = await this.#admin(await this.#running(), ['show stat']);
    return slotCounters(parseStatistics(statistics ?? ''), color);
  }

  async observe(onRequest: (request: FinishedRequest) => void): Promise<{ stop(): void }> {
    const current = await this.#running();
    const stream = await this.#openAdmin(current);
    const lines = new LineSplitter();
    stream.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk.toString('latin1'))) {
        const request = parseLogLine(line);
        if (request) onRequest(request);
      }
    });
    // Figures are a help, not a condition: without them the watch still has probes and counters.
    stream.on('error', () => stream.destroy());
    stream.write('show events requests -wn\n');
    return { stop: () => stream.destroy() };
  }

  /** Generations that no longer listen but still have requests. */
  async #leaving(current: SwitchContainer): Promise<SwitchContainer[]> {
    return (await this.#all()).filter((container) => container.running && container.id !== current.id);
  }

  async #inFlightOfLeaving(container: SwitchContainer, color: Color): Promise<number> {
    const count = await this.#askLeaving(
      container,
      'show stat',
      (answer) => slotRow(parseStatistics(answer), color).inFlight,
    );
    return count ?? 0;
  }

  /** Its own admin socket is closed, but its master's is not. Undefined when it has left meanwhile. */
  async #askLeaving<T>(
    container: SwitchContainer,
    command: string,
    read: (answer: string) => T,
  ): Promise<T | undefined> {
    const path = switchFiles(this.#process.folder, generationOf(container)).master;
    const deadline = performance.now() + leavingDeadlineMs;
    for (;;) {
      try {
        const [answer] = await runtimeCommands(
          () => this.#connections.openUnixSocket(path),
          [`@1 ${command}`],
        );
        // Its master outlives it for a moment and then answers something else.
        return read(answer ?? '');
      } catch (error) {
        const stillRuns = (await this.#all()).some(({ id, running }) => id === container.id && running);
        if (!stillRuns) return undefined;
        // The Engine goes on listing a container as running for a moment after its process has ended.
        if (performance.now() > deadline) throw error;
      }
      await pause(pollMs);
    }
  }

  async #create(
    targets: SlotTargets,
    generation: string,
    handover: string | undefined,
  ): Promise<SwitchContainer> {
    const files = switchFiles(this.#process.folder, generation);
    await this.#folder.write(files.config, renderHaproxyConfig(this.#definition, targets, generation), 0o600);
    const config = switchContainerConfig(this.#process, this.#definition, targets, generation, handover);
    const name = `switchyard-${this.#process.app}-switch-${generation}`;
    let id: string | undefined;
    try {
      id = await this.#containers.create(name, config);
      await this.#containers.start(id);
      const container: SwitchContainer = { id, name, running: true, labels: config.Labels };
      await this.#untilItAnswers(container);
      await this.#containers.setRestartPolicy(id, 'unless-stopped');
      return container;
    } catch (error) {
      // A lost connection fails here too; the first error is the one to tell.
      const created = id;
      if (created !== undefined) await attempt(() => this.#containers.remove(created));
      await attempt(() => this.#removeFiles(generation));
      throw error;
    }
  }

  async #untilItAnswers(container: SwitchContainer): Promise<void> {
    const deadline = performance.now() + startDeadlineMs;
    for (;;) {
      try {
        await this.#admin(container, ['show version']);
        return;
      } catch (error) {
        const running = (await this.#all()).some(({ id, running }) => id === container.id && running);
        if (!running || performance.now() > deadline) {
          throw await this.#startFailure(container, running, error);
        }
      }
      await pause(pollMs);
    }
  }

  async #startFailure(container: SwitchContainer, running: boolean, cause: unknown): Promise<SwitchError> {
    const log = await this.#containers.lastLines(container.id, 20);
    const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? '';
    // In HAProxy's words: cannot bind socket (Address already in use) for [127.0.0.1:8080]
    const [, refusal = '', address] =
      /cannot bind (?:UNIX )?socket \(([^)]*)\)(?: for)? \[([^\]\n]+:\d+)\]/.exec(log) ?? [];
    if (/already in use/i.test(refusal)) {
      return new SwitchError(
        `The switch cannot listen on ${address}, because something else on the server does; free that port or set another address with "listen".`,
        { cause },
      );
    }
    if (/cannot assign/i.test(refusal)) {
      return new SwitchError(
        `The switch cannot listen on ${address}, because the server has no such address; set one that it has with "listen".`,
        { cause },
      );
    }
    const what = running ? 'does not answer on its admin socket' : 'ended at once';
    return new SwitchError(`The switch from image ${this.#process.image} ${what}: ${reason.slice(0, 300)}`, {
      cause,
    });
  }

  /** Makes an older generation pass its requests on, stop listening, and leave when the last has ended. */
  async #retire(old: SwitchContainer): Promise<void> {
    await this.#admin(old, [`set map ${folderInContainer}/live.map live successor`]);
    await this.#containers.setRestartPolicy(old.id, 'no');
    await this.#containers.kill(old.id, 'SIGUSR1');
    const deadline = performance.now() + handoverDeadlineMs;
    while (await this.#answers(old)) {
      if (performance.now() > deadline) {
        throw new SwitchError(
          `The replaced switch ${old.name} still listens after ${handoverDeadlineMs / 1000} s; remove it with "docker rm -f ${old.name}".`,
        );
      }
      await pause(pollMs);
    }
  }

  async #answers(container: SwitchContainer): Promise<boolean> {
    try {
      await this.#admin(container, ['show version']);
      return true;
    } catch {
      return false;
    }
  }

  /** The newest generation that listens. Replaced ones that only finish their requests have closed their socket. */
  async #listening(): Promise<SwitchContainer | undefined> {
    for (const container of (await this.#all()).toReversed()) {
      if (container.running && (await this.#answers(container))) return container;
    }
    return undefined;
  }

  async #running(): Promise<SwitchContainer> {
    this.#known ??= await this.#listening();
    if (this.#known) return this.#known;
    throw new SwitchError(
      `The switch of ${this.#process.app} does not run on this server; look at "docker ps -a --filter label=${switchLabels.app}=${this.#process.app}".`,
    );
  }

  async #liveOf(container: SwitchContainer): Promise<Color | undefined> {
    const [answer] = await this.#admin(container, [`show map ${folderInContainer}/live.map`]);
    const live = liveInMap(answer ?? '');
    if (live) return live;
    throw new SwitchError(
      `The switch ${container.name} does not say which slot is live; look at "docker logs ${container.name}" before you deploy again.`,
    );
  }

  /** A release on another port moves its slot; the runtime API tells the process, the file tells a restart. */
  async #pointSlots(container: SwitchContainer, targets: SlotTargets): Promise<void> {
    const generation = generationOf(container);
    const path = switchFiles(this.#process.folder, generation).config;
    const config = renderHaproxyConfig(this.#definition, targets, generation);
    if ((await this.#folder.read(path)) === config) return;
    for (const color of colors) {
      const { host, port } = targets[color];
      await this.#admin(container, [`set server ${color}/${color} addr ${host} port ${port}`]);
    }
    await this.#folder.write(path, config, 0o600);
  }

  #isUpToDate(container: SwitchContainer, targets: SlotTargets): boolean {
    return (
      container.labels[switchLabels.definition] === definitionHash(this.#process, this.#definition, targets)
    );
  }

  /** Every generation, oldest first. */
  async #all(): Promise<SwitchContainer[]> {
    const found = await this.#containers.list({
      [switchLabels.app]: this.#process.app,
      [switchLabels.role]: 'switch',
    });
    return found.toSorted((a, b) => Number(generationOf(a)) - Number(generationOf(b)));
  }

  async #removeGeneration(container: SwitchContainer): Promise<void> {
    await this.#containers.remove(container.id);
    await this.#removeFiles(generationOf(container));
  }

  async #removeFiles(generation: string): Promise<void> {
    const { config, admin, master } = switchFiles(this.#process.folder, generation);
    for (const path of [config, admin, master]) await this.#folder.remove(path);
  }

  #path(file: 'map' | 'relay'): string {
    return switchFiles(this.#process.folder, '0')[file];
  }

  #openAdmin(container: SwitchContainer): Promise<Duplex> {
    return this.#connections.openUnixSocket(switchFiles(this.#process.folder, generationOf(container)).admin);
  }

  #admin(container: SwitchContainer, commands: readonly string[]): Promise<string[]> {
    return runtimeCommands(() => this.#openAdmin(container), commands);
  }
}

function nextGeneration(all: readonly SwitchContainer[]): string {
  return String(Math.max(0, ...all.map((container) => Number(generationOf(container)))) + 1);
}

/** For clearing up after an error that matters more. */
async function attempt(work: () => Promise<void>): Promise<void> {
  await work().catch(() => undefined);
}

function liveInMap(answer: string): Color | undefined {
  const backend = /^\S+ live (\S+)$/m.exec(answer)?.[1];
  return colors.find((color) => color === backend);
}

/** The label is ours, but anybody on the server can set one: only a number becomes part of a path. */
function generationOf(container: SwitchContainer): string {
  const generation = container.labels[switchLabels.generation] ?? '';
  if (!/^\d{1,9}$/.test(generation)) {
    throw new SwitchError(
      `The container ${container.name} carries the switch's labels without a generation; remove it or its labels.`,
    );
  }
  return generation;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
