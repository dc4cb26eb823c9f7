import type { Duplex } from 'node:stream';
import { clipEnd } from '#clipped-text';
import { sentenceOf } from '#explained-error';
import type { HaproxyDefinition } from './haproxy-config.ts';
import {
  folderInContainer,
  mapText,
  parseHaproxyAddress,
  parseMapText,
  renderHaproxyConfig,
  servedAddresses,
  switchFiles,
} from './haproxy-config.ts';
import type { SwitchProcess } from './haproxy-container.ts';
import { becomeUser, definitionHash, switchLabels } from './haproxy-container.ts';
import type { SwitchSurroundings } from './haproxy-generations.ts';
import { generationOf, HaproxyGenerations, nextGeneration } from './haproxy-generations.ts';
import { streamRequests } from './haproxy-log.ts';
import { inFlightOn, liveInMap, parseStatistics, SwitchError, sessionsOn } from './haproxy-runtime.ts';
import { writeHaproxyAddress } from './haproxy-sections.ts';
import { recordTraffic } from './recorded-traffic.ts';
import {
  canonicalHost,
  coversAddress,
  isSameAddress,
  printedAddress,
  reachableHost,
  type ServedAddress,
} from './served-address.ts';
import type { SwitchContainer, SwitchContainers, SwitchFolder } from './surroundings.ts';
import type { Color, FinishedRequest, SlotTargets, SwitchChange, TrafficSwitch } from './traffic-switch.ts';
import { colors, otherColor } from './traffic-switch.ts';

export interface HaproxyOptions extends Omit<HaproxyDefinition, 'alsoListen' | 'becomeUser' | 'isPublished'> {
  /** A rollback serves on where the running switch does: going back is no time to replace it or to lose an edge. */
  readonly keepsFormerAddress?: boolean | undefined;
}

interface Planned {
  readonly definition: HaproxyDefinition;
  /** The configuration file of the switch that runs. */
  readonly running: string | undefined;
}

/** How long a switch that the Engine lists as running may take to answer, in ms. */
const settleMs = 3000;
const mapInContainer = switchFiles(folderInContainer, '0').map;

/**
 * HAProxy in one container per app, driven through its runtime API.
 *
 * A switch's definition (image, listening address, time-outs) changes by handover: a new generation starts beside
 * the old one and inherits its listening sockets (`-x`), the old one stops listening, passes what it still receives
 * to the new one, and leaves when its last request has ended. So no moment is without a listener.
 *
 * Whoever calls holds the app's lease, so what was seen once stays true but for what is done here; every look would
 * cost a round trip.
 */
export class HaproxySwitch implements TrafficSwitch {
  readonly #process: SwitchProcess;
  readonly #options: HaproxyOptions;
  /** What the switch is to be, once it is known which address it served before. */
  #wanted: HaproxyDefinition | undefined;
  /** What plan() has found; ensure() comes right after it. */
  #planned: Planned | undefined;
  /** The address that the last deploy which went well asked for, as its file says it. */
  #settled: string | undefined;
  readonly #containers: SwitchContainers;
  readonly #folder: SwitchFolder;
  readonly #openTcp: (host: string, port: number) => Promise<Duplex>;
  readonly #generations: HaproxyGenerations;
  /** The one that listens, once it is known. */
  #current: SwitchContainer | undefined;
  /** Those that only finish their requests, and those that have. */
  #leaving: SwitchContainer[] = [];
  #left: SwitchContainer[] = [];

  constructor(process: SwitchProcess, options: HaproxyOptions, surroundings: SwitchSurroundings) {
    this.#process = process;
    const { host, port } = options.listen;
    // Another spelling of an address is no change.
    this.#options = { ...options, listen: { host: canonicalHost(host), port } };
    this.#containers = surroundings.containers;
    this.#folder = surroundings.folder;
    this.#openTcp = (host, port) => surroundings.connections.openTcp(host, port);
    this.#generations = new HaproxyGenerations(process, surroundings);
  }

  async live(): Promise<Color | undefined> {
    const current = await this.#look();
    return current ? await this.#liveOf(current) : undefined;
  }

  async recover(): Promise<string[]> {
    const findings: string[] = [];
    this.#current = undefined;
    const all = await this.#generations.allAfterSweep();
    const current = (await this.#listening(all)) ?? (await this.#revive(all, findings));
    if (!current) return findings;
    this.#current = current;
    this.#leaving = [];
    for (const container of all) {
      if (container.id === current.id) continue;
      if (!container.running) {
        await this.#generations.remove(container);
        continue;
      }
      this.#leaving.push(container);
      if (!(await this.#generations.answers(container))) await this.#generations.passOn(container);
      else {
        findings.push(`A replacement of the switch was half done; ${current.name} now serves alone.`);
        await this.#generations.retire(container);
      }
    }
    const [live, written] = await Promise.all([
      this.#liveOf(current),
      this.#folder.read(this.#mapPath),
      this.#containers.setRestartPolicy(current.id, 'unless-stopped'),
    ]);
    if (parseMapText(written ?? '') !== live) {
      await this.#folder.write(this.#mapPath, mapText(live), 0o600);
      findings.push(`The switch serves ${live} and its file said otherwise; the file now says ${live} too.`);
    }
    return findings;
  }

  async plan(targets: SlotTargets): Promise<{ change: SwitchChange; because: string }> {
    const current = await this.#look();
    if (!current) return { change: 'created', because: 'the app has no switch that runs' };
    this.#planned = await this.#define(current);
    const { definition } = this.#planned;
    if (this.#isUpToDate(current, definition, targets)) {
      return { change: 'unchanged', because: 'its definition is the same' };
    }
    const isHost = this.#process.network.mode === 'host';
    const how = isHost
      ? 'the new one takes over the listening sockets'
      : 'a published port can only be bound again';
    const because = [`its definition has changed; ${how}`, this.notice].filter((text) => text !== undefined);
    return { change: isHost ? 'replaced' : 'restarted', because: because.join('. ').replace(/\.$/, '') };
  }

  get notice(): string | undefined {
    const { listen, alsoListen } = this.#wanted ?? {};
    if (!listen || !alsoListen || coversAddress(listen, alsoListen)) return undefined;
    return `It serves on ${printedAddress(listen)}, and on ${printedAddress(alsoListen)} as before until the deploy after this one: point your edge at the new address until then.`;
  }

  async settle(): Promise<void> {
    const address = writeHaproxyAddress(this.#options.listen);
    const path = switchFiles(this.#process.folder, '0').listen;
    this.#settled ??= await this.#folder.read(path);
    if (this.#settled?.trim() === address) return;
    await this.#folder.write(path, `${address}\n`, 0o600);
    this.#settled = address;
  }

  async ensure(first: Color, targets: SlotTargets): Promise<SwitchChange> {
    const current = await this.#look();
    if (!current) {
      await this.#createAnew(first, targets);
      return 'created';
    }
    const planned = this.#planned ?? (await this.#define(current));
    const { definition } = planned;
    this.#planned = undefined;
    if (this.#isUpToDate(current, definition, targets)) {
      await this.#pointSlots(current, planned, targets);
      return 'unchanged';
    }
    const [all, live] = await Promise.all([this.#generations.all(), this.#liveOf(current)]);
    // The map file is read by the new process at its start; it must say what the old one does.
    await this.#folder.write(this.#mapPath, mapText(live), 0o600);
    if (this.#process.network.mode === 'host') {
      this.#current = await this.#generations.create(definition, targets, nextGeneration(all), current);
      this.#leaving.push(current);
      await this.#generations.retire(current);
      return 'replaced';
    }
    await this.#generations.vacate(current);
    try {
      this.#current = await this.#generations.create(definition, targets, nextGeneration(all), undefined);
    } catch (error) {
      await this.#containers.start(current.id);
      throw error;
    }
    await this.#generations.remove(current);
    return 'restarted';
  }

  async dismantle(): Promise<void> {
    for (const container of await this.#generations.all()) await this.#generations.remove(container);
    const { map, relay, listen } = switchFiles(this.#process.folder, '0');
    await Promise.all([map, relay, listen].map((path) => this.#folder.remove(path)));
    this.#current = undefined;
    this.#settled = undefined;
    this.#leaving = [];
  }

  async shift(color: Color): Promise<number> {
    const current = await this.#running();
    const left = otherColor(color);
    // A slot is given its weight before anything is led to it, and the one that is left loses its own, so that what
    // still waits for its container goes to the spare, the slot that serves. A leaving process refuses that.
    const commands = [
      `set server ${color}/${color} weight 1`,
      `set map ${mapInContainer} live ${color}`,
      `set server ${left}/${left} weight 0`,
      `show map ${mapInContainer}`,
    ];
    const started = performance.now();
    const answers = await this.#generations.admin(current, commands);
    const tookMs = performance.now() - started;
    const shown = answers.pop() ?? '';
    const refusal = answers.find((answer) => answer !== '');
    if (refusal !== undefined || liveInMap(shown) !== color) {
      const answer = clipEnd(refusal || shown || 'no answer', 200);
      throw new SwitchError(`The switch ${current.name} did not take the change to ${color}: ${answer}`);
    }
    // The map lives in memory; the file is what a restart reads.
    await recordTraffic(this.#folder, this.#mapPath, mapText(color), `The switch serves ${color}`);
    return tookMs;
  }

  async closeConnections(color: Color): Promise<void> {
    const current = await this.#look();
    if (!current) return;
    await this.#generations.admin(
      current,
      colors.map((backend) => `shutdown sessions server ${backend}/${color}`),
    );
    for (const leaving of this.#leaving) {
      // One that is leaving refuses that command ("Proxy is disabled"), but not the same session by session.
      const sessions = await this.#generations.askLeaving(leaving, 'show sess', (answer) =>
        sessionsOn(color, answer),
      );
      for (const session of sessions ?? []) {
        await this.#generations.askLeaving(leaving, `shutdown session ${session}`, () => undefined);
      }
    }
  }

  openAsClient(): Promise<Duplex> {
    const { host, port } = this.#options.listen;
    return this.#openTcp(reachableHost(host), port);
  }

  async inFlight(color: Color): Promise<number> {
    const current = await this.#look();
    // Removed by a person; recover() would have started one that can be.
    if (!current) return 0;
    const [statistics] = await this.#generations.admin(current, ['show stat']);
    let count = inFlightOn(parseStatistics(statistics ?? ''), color);
    for (const leaving of this.#leaving) {
      const read = (answer: string): number => inFlightOn(parseStatistics(answer), color);
      const left = await this.#generations.askLeaving(leaving, 'show stat', read);
      if (left === undefined) {
        this.#leaving = this.#leaving.filter((other) => other !== leaving);
        this.#left.push(leaving);
      } else count += left;
    }
    return count;
  }

  async sweep(): Promise<void> {
    if (this.#leaving.length > 0) {
      const running = (await this.#generations.all()).filter(({ running }) => running).map(({ id }) => id);
      this.#left.push(...this.#leaving.filter(({ id }) => !running.includes(id)));
      this.#leaving = this.#leaving.filter(({ id }) => running.includes(id));
    }
    await Promise.all(this.#left.splice(0).map((container) => this.#generations.remove(container)));
  }

  async observe(onRequest: (request: FinishedRequest) => void): Promise<{ stop(): void }> {
    return streamRequests(await this.#generations.openAdmin(await this.#running()), onRequest);
  }

  /** The newest generation that listens, looked up once. */
  async #look(): Promise<SwitchContainer | undefined> {
    if (this.#current) return this.#current;
    const all = await this.#generations.all();
    this.#current = await this.#listening(all);
    this.#leaving = this.#current ? all.filter(({ id, running }) => running && id !== this.#current?.id) : [];
    return this.#current;
  }

  /** Replaced ones that only finish their requests have closed their socket. */
  async #listening(all: readonly SwitchContainer[]): Promise<SwitchContainer | undefined> {
    for (const container of all.toReversed()) {
      if (container.running && (await this.#generations.answers(container))) return container;
    }
    return undefined;
  }

  /** Starts the newest switch that can be; one that can't is left to ensure(), which makes a new one. */
  async #revive(all: readonly SwitchContainer[], findings: string[]): Promise<SwitchContainer | undefined> {
    const leaving = await this.#generations.thatLeave(all);
    const candidates = all.filter(({ id }) => !leaving.includes(id));
    const newest = candidates.at(-1);
    const state = newest?.running ? await this.#generations.settled(newest, settleMs) : 'ended';
    if (newest && state === 'silent') {
      // It may well serve. A second one beside it would share its address without a word.
      if (!(await this.#canRestart(newest))) {
        throw new SwitchError(
          `The switch ${newest.name} runs and may well serve, but its files in ${this.#process.folder} are gone, so it can be changed no more and must not be restarted, because it would not come up; deploy again after "docker rm -f ${newest.name}", which costs a gap until that deploy is live.`,
        );
      }
      throw new SwitchError(
        `The switch ${newest.name} runs, but its admin socket in ${this.#process.folder} does not answer; "docker restart ${newest.name}" mends that at the price of a short gap.`,
      );
    }
    if (newest && state === 'answers') return newest;
    for (const container of candidates.toReversed()) {
      try {
        // Else the Engine would start one that can't run again and again; recover() allows it to one that can.
        await this.#containers.setRestartPolicy(container.id, 'no');
        // Also one that is listed as running: just after a container's end the Engine's list is not up to date.
        await this.#generations.start(container);
      } catch (error) {
        findings.push(`The switch was down and could not be started: ${sentenceOf(error)}`);
        continue;
      }
      findings.push(`The switch did not run; started it again (${container.name}).`);
      return { ...container, running: true };
    }
    return undefined;
  }

  /** Whether the files that a start reads are there. */
  async #canRestart(container: SwitchContainer): Promise<boolean> {
    const { config, map } = switchFiles(this.#process.folder, generationOf(container));
    const texts = await Promise.all([this.#folder.read(config), this.#folder.read(map)]);
    return texts.every((text) => text !== undefined);
  }

  /** For an app without a switch that listens; what is left of an earlier one goes when the new one serves. */
  async #createAnew(first: Color, targets: SlotTargets): Promise<void> {
    const [left, known] = await Promise.all([this.#generations.all(), this.#folder.read(this.#mapPath)]);
    await this.#folder.write(this.#mapPath, mapText(first), 0o600);
    try {
      const definition = this.#definitionWith(undefined);
      this.#current = await this.#generations.create(definition, targets, nextGeneration(left), undefined);
    } catch (error) {
      // What an earlier switch of a live version has left is the last word on it.
      if (left.length === 0 && known === undefined) await this.dismantle().catch(() => undefined);
      throw error;
    }
    for (const container of left) {
      // One that runs and doesn't listen may still have requests to finish.
      if (container.running) await this.#containers.setRestartPolicy(container.id, 'no');
      else await this.#generations.remove(container);
    }
  }

  async #running(): Promise<SwitchContainer> {
    const current = await this.#look();
    if (current) return current;
    throw new SwitchError(
      `The switch of ${this.#process.app} does not run on this server; look at "docker ps -a --filter label=${switchLabels.app}=${this.#process.app}".`,
    );
  }

  async #liveOf(container: SwitchContainer): Promise<Color> {
    const [answer] = await this.#generations.admin(container, [`show map ${mapInContainer}`]);
    const live = liveInMap(answer ?? '');
    if (live) return live;
    throw new SwitchError(
      `The switch ${container.name} does not say which slot is live; look at "docker logs ${container.name}" before you deploy again.`,
    );
  }

  /** A release on another port moves its slot; the runtime API tells the process, the file tells a restart. */
  async #pointSlots(
    container: SwitchContainer,
    { definition, running }: Planned,
    targets: SlotTargets,
  ): Promise<void> {
    const generation = generationOf(container);
    const path = switchFiles(this.#process.folder, generation).config;
    const config = renderHaproxyConfig(definition, targets, generation);
    if (running === config) return;
    const commands = colors.flatMap((color) => {
      const { host, port } = targets[color];
      return colors.map((backend) => `set server ${backend}/${color} addr ${host} port ${port}`);
    });
    await this.#generations.admin(container, commands);
    await this.#folder.write(path, config, 0o600);
  }

  /**
   * An edge still points at the address that was served before, also when the deploy that changes it fails. So that
   * one is served on until a deploy that follows one that went well.
   */
  async #define(current: SwitchContainer): Promise<Planned> {
    const { listen, config } = switchFiles(this.#process.folder, generationOf(current));
    const [settled, running] = await Promise.all([this.#folder.read(listen), this.#folder.read(config)]);
    this.#settled = settled;
    const [served, earlier] = servedAddresses(running ?? '');
    const isAsked = served && isSameAddress(served, this.#options.listen);
    const former = this.#options.keepsFormerAddress && isAsked ? earlier : undefined;
    const before = former ?? parseHaproxyAddress(settled ?? '') ?? served;
    this.#wanted = this.#definitionWith(this.#besides(before) ?? this.#besides(this.#covered(earlier)));
    return { definition: this.#wanted, running };
  }

  /** What is served beside the wanted address: another one, which a published port can't be given twice. */
  #besides(address: ServedAddress | undefined): ServedAddress | undefined {
    const { listen } = this.#options;
    if (!address || isSameAddress(address, listen)) return undefined;
    const isRefused = address.port === listen.port && this.#process.network.mode === 'published';
    return isRefused ? undefined : address;
  }

  #covered(address: ServedAddress | undefined): ServedAddress | undefined {
    return address && coversAddress(this.#options.listen, address) ? address : undefined;
  }

  #definitionWith(alsoListen: ServedAddress | undefined): HaproxyDefinition {
    const ports = [this.#options.listen.port, ...(alsoListen ? [alsoListen.port] : [])];
    return {
      ...this.#options,
      alsoListen,
      becomeUser: becomeUser(this.#process, ports),
      isPublished: this.#process.network.mode === 'published',
    };
  }

  #isUpToDate(container: SwitchContainer, definition: HaproxyDefinition, targets: SlotTargets): boolean {
    const hash = definitionHash(this.#process, definition, targets);
    return container.labels[switchLabels.definition] === hash;
  }

  get #mapPath(): string {
    return switchFiles(this.#process.folder, '0').map;
  }
}
