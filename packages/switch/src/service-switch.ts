import type { Duplex } from 'node:stream';
import { clipEnd } from '#clipped-text';
import { streamRequests } from './haproxy-log.ts';
import { HaproxyMaster, type HaproxyProcesses } from './haproxy-master.ts';
import {
  entryInMap,
  inFlightOnPorts,
  liveInMap,
  parseServerAddresses,
  parseStatistics,
  runtimeCommands,
  SwitchError,
  sessionsOn,
} from './haproxy-runtime.ts';
import { recordTraffic } from './recorded-traffic.ts';
import type { ServedAddress } from './served-address.ts';
import {
  filesInContainer,
  liveCommand,
  parseServiceMap,
  renderServiceSwitchConfig,
  type ServiceSwitchDefinition,
  type ServiceSwitchFiles,
  serviceMapText,
  serviceSwitchFiles,
  serviceSwitchMark,
  shiftCommands,
  slotCommands,
} from './service-switch-config.ts';
import type { SwitchConnections, SwitchFolder } from './surroundings.ts';
import type { Color, FinishedRequest, TrafficControl } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

/** Where the switch of one service stands. Compose makes its container and starts it. */
export interface ServiceSwitchPlace {
  /** The service's name, for sentences. */
  readonly service: string;
  /** The switch's folder on the server, which its container has at /switchyard. */
  readonly folder: string;
  /** The container's address in a network that the server reaches; asked anew, because a restart may change it. */
  address(): Promise<string>;
}

export interface ServiceSwitchSurroundings {
  readonly folder: SwitchFolder;
  readonly connections: SwitchConnections;
}

/**
 * What prepareFiles() did to the configuration: `slots` is what a running process can be told, `changed` needs another
 * process.
 */
export type PreparedConfig = 'written' | 'changed' | 'slots' | 'unchanged';

export type AppliedConfig = 'unchanged' | 'slots' | 'reloaded';

const startDeadlineMs = 15_000;
const reloadDeadlineMs = 15_000;
/** How long the socket of a process that the Engine is starting again may be away. */
const absenceMs = 3000;
const pollMs = 10;
/** Of a socket's path, by the kernel. */
const longestSocketPath = 107;

/**
 * HAProxy in front of one service of a Compose stack, for every port of it, driven through its runtime API.
 *
 * What its container is made of is Compose's to change, at the price of a short gap. A new configuration is loaded by
 * the same container without one: the master process starts a new worker, which inherits the listening sockets, and the
 * old one finishes its requests.
 *
 * Whoever calls holds the app's lease, so what was seen once stays true but for what is done here.
 */
export class ServiceSwitch implements TrafficControl {
  readonly #place: ServiceSwitchPlace;
  readonly #files: ServiceSwitchFiles;
  readonly #folder: SwitchFolder;
  readonly #connections: SwitchConnections;
  readonly #master: HaproxyMaster;
  #takesIpv6: boolean | undefined;
  /** The ports that the process serves. */
  #ports: readonly number[] | undefined;
  /** The workers that only finish their requests, as far as they are known. */
  #leaving: readonly number[] | undefined;

  constructor(place: ServiceSwitchPlace, surroundings: ServiceSwitchSurroundings) {
    this.#place = place;
    this.#files = serviceSwitchFiles(place.folder);
    this.#folder = surroundings.folder;
    this.#connections = surroundings.connections;
    // The master's socket comes a moment after its worker's, and is away while it loads a configuration.
    this.#master = new HaproxyMaster(() => this.#open(this.#files.master, absenceMs));
  }

  /**
   * Writes what a start of the container reads: for one that Compose is to make, or to replace. A map that says
   * something is kept, because it says what is live. One that runs and stays is brought on by apply() alone, which puts
   * the file back when the process can't load it.
   *
   * @param first what a new switch serves; undefined: it answers 503 until the first shift
   */
  async prepareFiles(first: Color | undefined, definition: ServiceSwitchDefinition): Promise<PreparedConfig> {
    const { config, map, master } = this.#files;
    const length = Buffer.byteLength(master);
    if (length > longestSocketPath) {
      throw new SwitchError(
        `The sockets of the switch of ${this.#place.service} would have a path of ${length} bytes, and ${longestSocketPath} is the most that a server takes (${master}); give the app or the service a shorter name.`,
      );
    }
    const [written, served, text] = await Promise.all([
      this.#folder.read(config),
      this.#folder.read(map),
      this.#render(definition),
    ]);
    if (parseServiceMap(served ?? '') === undefined) {
      await this.#folder.write(map, serviceMapText((await this.live()) ?? first), 0o600);
    }
    if (written === text) return 'unchanged';
    await this.#folder.write(config, text, 0o600);
    if (written === undefined) return 'written';
    return markIn(written) === markIn(text) ? 'slots' : 'changed';
  }

  /** Waits for the process of a container that has just been started. */
  async ready(timeoutMs = startDeadlineMs): Promise<void> {
    this.#forgetProcess();
    await this.#admin(['show version'], timeoutMs);
  }

  /** Brings the running process and its file to the definition, without losing a request. */
  async apply(definition: ServiceSwitchDefinition): Promise<AppliedConfig> {
    const [text, written, info, takesIpv6] = await Promise.all([
      this.#render(definition),
      this.#folder.read(this.#files.config),
      this.#admin(['show info']),
      this.#ipv6(),
    ]);
    if (markOf(info[0] ?? '') !== serviceSwitchMark(definition, takesIpv6)) {
      await this.#reload(text, written);
      return 'reloaded';
    }
    const moved = await this.pointSlots(definition);
    if (written !== text) await this.#folder.write(this.#files.config, text, 0o600);
    return moved || written !== text ? 'slots' : 'unchanged';
  }

  /** Tells the process where the slots are; says whether that was new to it. */
  async pointSlots(definition: ServiceSwitchDefinition): Promise<boolean> {
    const commands = slotCommands(definition, await this.#servers());
    if (commands.length === 0) return false;
    const answers = await this.#admin(commands);
    // Releases of HAProxy answer each in their own words.
    const refused = slotCommands(definition, await this.#servers())[0];
    if (refused === undefined) return true;
    const answer = clipEnd(answers[commands.indexOf(refused)] ?? 'no answer', 200);
    throw new SwitchError(`The switch of ${this.#place.service} refused "${refused}": ${answer}`);
  }

  /** Undefined also while its process does not run; recorded() says what that will serve. */
  async live(): Promise<Color | undefined> {
    const answer = await this.#adminNow([`show map ${filesInContainer.map}`]).catch((error: unknown) => {
      if (error instanceof AbsentError) return undefined;
      throw error;
    });
    return answer && this.#liveIn(answer[0] ?? '');
  }

  /** What the file says that a start of the container reads. */
  async recorded(): Promise<Color | undefined> {
    const served = parseServiceMap((await this.#folder.read(this.#files.map)) ?? '');
    return served === 'nobody' ? undefined : served;
  }

  /**
   * Makes the map file say what the process does, and ends what a killed job has left of a reload. Returns one sentence
   * for each thing it mended; a switch that does not run has nothing to mend.
   */
  async recover(): Promise<string[]> {
    this.#forgetProcess();
    const answers = await this.#admin([`show map ${filesInContainer.map}`]).catch((error: unknown) => {
      if (error instanceof AbsentError) return undefined;
      throw error;
    });
    if (!answers) return [];
    const live = this.#liveIn(answers[0] ?? '');
    const [written] = await Promise.all([this.#folder.read(this.#files.map), this.#passOn()]);
    const said = parseServiceMap(written ?? '');
    if (said === (live ?? 'nobody')) return [];
    await this.#folder.write(this.#files.map, serviceMapText(live), 0o600);
    const serves = live ?? 'no version';
    return [
      `The switch of ${this.#place.service} serves ${serves} and its file said otherwise; the file now says ${serves} too.`,
    ];
  }

  async shift(color: Color): Promise<number> {
    return await this.#lead(color, shiftCommands(color, await this.#servedPorts()));
  }

  /** Takes the traffic from both slots: what a first release that failed goes back to. */
  async shut(): Promise<number> {
    return await this.#lead(undefined, [liveCommand(undefined)]);
  }

  async inFlight(color: Color): Promise<number> {
    const [statistics] = await this.#admin(['show stat']);
    let count = inFlightOnPorts(parseStatistics(statistics ?? ''), color);
    for (const worker of await this.#leavingWorkers()) {
      const read = (answer: string): number => inFlightOnPorts(parseStatistics(answer), color);
      count += (await this.#askLeaving(worker, 'show stat', read)) ?? 0;
    }
    return count;
  }

  async closeConnections(color: Color): Promise<void> {
    const ports = await this.#servedPorts();
    await this.#admin(
      ports.flatMap((port) =>
        colors.map((backend) => `shutdown sessions server ${backend}_${port}/${color}`),
      ),
    );
    for (const worker of await this.#leavingWorkers()) {
      // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
      const read = (answer: string): string[] => sessionsOn(color, answer);
      for (const session of (await this.#askLeaving(worker, 'show sess', read)) ?? []) {
        await this.#askLeaving(worker, `shutdown session ${session}`, () => undefined);
      }
    }
  }

  async observe(onRequest: (request: FinishedRequest) => void): Promise<{ stop(): void }> {
    return streamRequests(await this.#open(this.#files.admin, absenceMs), onRequest);
  }

  /** @param port one of the service's; without it the lowest that the switch serves */
  async openAsClient(port?: number): Promise<Duplex> {
    const wanted = port ?? Math.min(...(await this.#servedPorts()));
    return await this.#connections.openTcp(await this.#place.address(), wanted);
  }

  async #lead(to: Color | undefined, commands: readonly string[]): Promise<number> {
    const started = performance.now();
    const answers = await this.#admin([...commands, `show map ${filesInContainer.map}`]);
    const tookMs = performance.now() - started;
    const shown = answers.pop() ?? '';
    const refusal = answers.find((answer) => answer !== '');
    const wanted = to ?? 'none';
    if (refusal !== undefined || entryInMap(shown) !== wanted) {
      const answer = clipEnd(refusal || shown || 'no answer', 200);
      throw new SwitchError(
        `The switch of ${this.#place.service} did not take the change to ${wanted}: ${answer}`,
      );
    }
    await this.#record(to);
    return tookMs;
  }

  /** The map lives in memory; the file is what a restart reads. */
  async #record(live: Color | undefined): Promise<void> {
    const serves = `The switch of ${this.#place.service} serves ${live ?? 'no version'}`;
    await recordTraffic(this.#folder, this.#files.map, serviceMapText(live), serves);
  }

  /**
   * @param text the new configuration
   * @param before the one that a restart would go back to when the new one can't be loaded
   */
  async #reload(text: string, before: string | undefined): Promise<void> {
    const { config } = this.#files;
    const [[shown], processes] = await Promise.all([
      this.#admin([`show map ${filesInContainer.map}`]),
      this.#master.processes(),
    ]);
    // Read by the new worker at its start; it must say what the old one does.
    await this.#record(this.#liveIn(shown ?? ''));
    await this.#folder.write(config, text, 0o600);
    this.#forgetProcess();
    try {
      const said = await this.#master.reload(reloadDeadlineMs);
      await this.#reloaded(processes, said, markIn(text));
    } catch (error) {
      if (before !== undefined) await this.#folder.write(config, before, 0o600);
      throw error;
    }
    await this.#passOn();
  }

  /** Waits until a new worker serves by the new configuration. */
  async #reloaded(before: HaproxyProcesses, said: string, mark: string | undefined): Promise<void> {
    const deadline = performance.now() + reloadDeadlineMs;
    for (;;) {
      const now = await this.#master.processes().catch(() => undefined);
      if (now && now.reloads > before.reloads && now.failed > 0) break;
      if (now?.current !== undefined && now.current !== before.current) {
        const runs = await this.#master.ask(now.current, 'show info', markOf).catch(() => undefined);
        if (runs !== undefined && runs === mark) return;
      }
      if (performance.now() > deadline) break;
      await pause(pollMs);
    }
    const reason = /\[ALERT\][^:]*:?\s*(.*)/.exec(said)?.[1];
    throw new SwitchError(
      `The switch of ${this.#place.service} could not load its new configuration and serves on by the one before; ${reason ? `HAProxy says: ${clipEnd(reason, 200)}` : `look at the log of its container.`}`,
    );
  }

  /**
   * Makes the workers that were reloaded pass on what idle connections still bring. Until one has stopped listening it
   * is left alone: the socket for that is shared, and its own requests could come back to itself.
   */
  async #passOn(): Promise<void> {
    const { leaving } = await this.#master.processes();
    const deadline = performance.now() + reloadDeadlineMs;
    for (const worker of leaving) {
      for (;;) {
        const stopping = await this.#master.ask(worker, 'show info', (info) => /^Stopping: 1$/m.test(info));
        if (stopping !== false) break;
        if (performance.now() > deadline) {
          throw new SwitchError(
            `A process of the switch of ${this.#place.service} still listens though another one has followed it; restart its container, which costs a short gap.`,
          );
        }
        await pause(pollMs);
      }
      await this.#master.ask(worker, liveCommand('successor'), () => undefined);
    }
    this.#leaving = leaving;
  }

  async #leavingWorkers(): Promise<readonly number[]> {
    this.#leaving ??= (await this.#master.processes()).leaving;
    return this.#leaving;
  }

  async #askLeaving<T>(worker: number, command: string, read: (answer: string) => T): Promise<T | undefined> {
    const answer = await this.#master.ask(worker, command, (text) => ({ is: read(text) }));
    if (answer === undefined) this.#leaving = this.#leaving?.filter((other) => other !== worker);
    return answer?.is;
  }

  async #servedPorts(): Promise<readonly number[]> {
    if (this.#ports) return this.#ports;
    const [answer] = await this.#admin(['show backend']);
    this.#ports = [...(answer ?? '').matchAll(/^blue_(\d{1,5})$/gm)].map(([, port]) => Number(port));
    return this.#ports;
  }

  async #servers(): Promise<ReadonlyMap<string, ServedAddress>> {
    const [answer] = await this.#admin(['show servers state']);
    return parseServerAddresses(answer ?? '');
  }

  #liveIn(shownMap: string): Color | undefined {
    const live = liveInMap(shownMap);
    if (live || entryInMap(shownMap) === 'none') return live;
    throw new SwitchError(
      `The switch of ${this.#place.service} does not say which version is live; look at the log of its container before you deploy again.`,
    );
  }

  #forgetProcess(): void {
    this.#ports = undefined;
    this.#leaving = undefined;
  }

  async #render(definition: ServiceSwitchDefinition): Promise<string> {
    return renderServiceSwitchConfig(definition, await this.#ipv6());
  }

  async #ipv6(): Promise<boolean> {
    this.#takesIpv6 ??= (await this.#folder.read('/proc/net/if_inet6')) !== undefined;
    return this.#takesIpv6;
  }

  async #admin(commands: readonly string[], patienceMs = absenceMs): Promise<string[]> {
    const stream = await this.#open(this.#files.admin, patienceMs);
    return await runtimeCommands(async () => stream, commands);
  }

  #adminNow(commands: readonly string[]): Promise<string[]> {
    return this.#admin(commands, 0);
  }

  /** @throws AbsentError when nothing listens, so that nothing is serving either */
  async #open(socket: string, patienceMs: number): Promise<Duplex> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return await this.#connections.openUnixSocket(socket);
      } catch (error) {
        if (performance.now() >= deadline) {
          throw new AbsentError(
            `The switch of ${this.#place.service} does not answer at ${socket}; look at its container and at its log.`,
            { cause: error },
          );
        }
      }
      await pause(pollMs);
    }
  }
}

class AbsentError extends SwitchError {}

/** The mark of the configuration that a process runs, by its answer to `show info`. */
function markOf(info: string): string | undefined {
  return /^description: ([0-9a-f]{16})$/m.exec(info)?.[1];
}

function markIn(config: string): string | undefined {
  return /^ {2}description ([0-9a-f]{16})$/m.exec(config)?.[1];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
