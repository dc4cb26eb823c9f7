import type { Duplex } from 'node:stream';
import { sentenceOf } from '#explained-error';
import { SwitchError } from './haproxy-runtime.ts';
import type { NginxAnswer, NginxDoor, NginxQuestion } from './nginx-answers.ts';
import { askNginx, untilSettled } from './nginx-answers.ts';
import type { NginxFiles, NginxState, SlotAddresses } from './nginx-files.ts';
import { includeLine, nginxFiles, parseUpstream, renderLocation, renderUpstream } from './nginx-files.ts';
import type { NginxPlaceOptions } from './nginx-place.ts';
import { NginxPlace } from './nginx-place.ts';
import type { NginxFolder, NginxSurroundings } from './nginx-surroundings.ts';
import { printedAddress, reachableHost } from './served-address.ts';
import type { Color, SlotTargets, SwitchChange, TrafficSwitch } from './traffic-switch.ts';
import { colors } from './traffic-switch.ts';

/** nginx's container may run as another user; the folder above is closed to everybody else on the server. */
const folderMode = 0o755;
const fileMode = 0o644;
const quickMs = 1_000;

export interface NginxOptions extends NginxPlaceOptions {
  readonly app: string;
  /** The switch's folder on the server. */
  readonly folder: string;
  /** Where nginx answers plain HTTP for this app. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The network of the app's slots. */
  readonly network: string;
  /** A request that nginx sends to the location that serves the app. */
  readonly question: NginxQuestion;
  /** Networks whose X-Forwarded-* headers are believed, as CIDR. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How long a reload may take, in ms; default 15,000. */
  readonly reloadDeadlineMs?: number | undefined;
  /** How long nginx may take to answer by files it has just been told of, in ms; default 5,000. */
  readonly includeDeadlineMs?: number | undefined;
}

/**
 * An nginx that the server already runs. It includes two files of ours; a switch writes one of them anew, has
 * nginx test and reload it, and believes only nginx's own answers.
 *
 * nginx does not tell of single requests and cannot end single connections: `observe` answers undefined, and
 * `closeConnections` does nothing. Old workers keep their connections until they end, or until nginx's
 * `worker_shutdown_timeout`.
 */
export class NginxSwitch implements TrafficSwitch {
  readonly #options: NginxOptions;
  readonly #files: NginxFiles;
  readonly #place: NginxPlace;
  readonly #folder: NginxFolder;
  readonly #surroundings: NginxSurroundings;
  readonly #door: NginxDoor;
  #slots: SlotAddresses | undefined;
  #takeNetworkAway: (() => Promise<void>) | undefined;
  /** Our folder as nginx sees it. */
  #seen: string | undefined;

  constructor(options: NginxOptions, surroundings: NginxSurroundings) {
    this.#options = options;
    this.#files = nginxFiles(`${options.folder}/nginx`);
    this.#place = new NginxPlace(options, surroundings);
    this.#folder = surroundings.folder;
    this.#surroundings = surroundings;
    this.#door = { open: () => this.openAsClient(), ask: surroundings.ask, question: options.question };
  }

  async live(): Promise<Color | undefined> {
    const text = await this.#folder.read(this.#files.upstream);
    if (text === undefined) return undefined;
    const said = parseUpstream(text)?.live;
    const real = await this.#reality(said);
    const live = real ?? said;
    if (live === undefined) {
      throw new SwitchError(
        `It can't be told which version nginx serves, because ${this.#files.upstream} was changed by hand and nginx does not say; put "# switchyard: blue" (or green) and its address back.`,
      );
    }
    return live === 'none' ? undefined : live;
  }

  async recover(): Promise<string[]> {
    const findings: string[] = [];
    for (const { name } of await this.#folder.list(this.#files.folder)) {
      if (!/^\.(?:upstream|location)\.conf\.[0-9a-f]+\.tmp$/.test(name)) continue;
      await this.#folder.remove(`${this.#files.folder}/${name}`);
      findings.push(`Removed ${name}, a half-written file of an earlier job.`);
    }
    const text = await this.#folder.read(this.#files.upstream);
    if (text === undefined) return findings;
    if ((await this.#folder.read(this.#files.location)) === undefined) {
      await this.#writeLocation();
      findings.push(`${this.#files.location} was missing; wrote it again.`);
    }
    const said = parseUpstream(text);
    const real = await this.#reality(said?.live);
    if (real === undefined || !said || said.live === real) return findings;
    if (real === 'none') await this.#writeUpstream(this.#render({ live: 'none' }));
    else if (said.live !== 'none') await this.#writeUpstream(this.#render({ live: real, slots: said.slots }));
    else return findings;
    findings.push(`nginx serves ${real} and its file said ${said.live}; the file now says ${real} too.`);
    return findings;
  }

  async plan(targets: SlotTargets): Promise<{ change: SwitchChange; because: string }> {
    this.#checkProtocols(targets);
    const seen = await this.#place.folderAsSeen(this.#files.folder);
    const state = await this.#state();
    if (state && state.live !== 'none')
      return { change: 'unchanged', because: 'nginx already includes its files' };
    return {
      change: 'created',
      because: `nothing of the app serves through nginx yet, which must have ${this.#includeLines(seen)}`,
    };
  }

  /** @throws SwitchError that shows the two include lines when nginx does not have them */
  async ensure(first: Color, targets: SlotTargets): Promise<SwitchChange> {
    this.#checkProtocols(targets);
    this.#slots = {
      blue: { host: targets.blue.host, port: targets.blue.port },
      green: { host: targets.green.host, port: targets.green.port },
    };
    const live = await this.live();
    await this.#writeMissingFiles();
    const seen = await this.#place.folderAsSeen(this.#files.folder);
    this.#seen = seen;
    const undo = await this.#place.connectTo(this.#options.network);
    this.#takeNetworkAway ??= undo;
    if (live !== undefined) {
      // A file that was damaged by hand must not be what a failed switch puts back.
      if (!(await this.#state())) await this.#writeUpstream(this.#render({ live, slots: this.#slots }));
      // What keeps nginx from switching must come to light while there is nothing to switch back.
      await this.#place.test();
      if ((await this.#ask()).slot === undefined) await this.#meetNginx(seen);
      return 'unchanged';
    }
    try {
      await this.#meetNginx(seen);
      await this.shift(first);
      return 'created';
    } catch (error) {
      // Nothing is served over it yet, and an empty network could not be removed with it.
      await undo?.();
      throw error;
    }
  }

  /** The files stay, saying that nothing serves: nginx includes them and would not start without them. */
  async dismantle(): Promise<void> {
    const text = await this.#folder.read(this.#files.upstream);
    const empty = this.#render({ live: 'none' });
    if (text !== undefined && text !== empty) {
      await this.#writeUpstream(empty);
      await this.#place.test();
      await this.#place.reload();
    }
    await this.#takeNetworkAway?.();
    this.#takeNetworkAway = undefined;
  }

  async shift(color: Color): Promise<number> {
    const before = await this.#folder.read(this.#files.upstream);
    const state = parseUpstream(before ?? '');
    const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
    if (before === undefined || !slots) {
      throw new SwitchError(
        `nginx cannot be switched to ${color}, because ${this.#files.upstream} does not say where that is; deploy again.`,
      );
    }
    const after = this.#render({ live: color, slots });
    const location = await this.#folder.read(this.#files.location);
    const isWritten = before === after && location === this.#location();
    const started = performance.now();
    if (isWritten && 'slot' in (await this.#settled(color, quickMs))) return performance.now() - started;
    try {
      if (location !== this.#location()) await this.#writeLocation();
      await this.#writeUpstream(after);
      await this.#place.test();
    } catch (error) {
      const now = await this.#putBack(before, location).then(
        () => 'the old files are back and nginx serves as before',
        () => 'its files could not be put back, but nginx was not told to reload and serves as before',
      );
      throw new SwitchError(`${asClause(error)}; ${now}.`, { cause: error });
    }
    const reloading = performance.now();
    let trouble: unknown;
    try {
      await this.#place.reload();
      const settled = await this.#settled(color, this.#options.reloadDeadlineMs ?? 15_000);
      if ('slot' in settled) return settled.sinceMs - reloading;
      trouble = this.#notTaken(color, settled.last);
    } catch (error) {
      trouble = error;
    }
    throw await this.#switchBack(before, location, state, trouble);
  }

  /** nginx has no way to end connections of one upstream; stopping the old container ends them. */
  async closeConnections(): Promise<void> {}

  async sweep(): Promise<void> {}

  async settle(): Promise<void> {}

  openAsClient(): Promise<Duplex> {
    const { host, port } = this.#options.listen;
    return this.#surroundings.connections.openTcp(reachableHost(host), port);
  }

  async inFlight(color: Color): Promise<number> {
    const state = await this.#state();
    const slots = this.#slots ?? (state && state.live !== 'none' ? state.slots : undefined);
    return slots ? await this.#place.connectionsTo(slots[color].host) : 0;
  }

  async observe(): Promise<undefined> {
    return undefined;
  }

  /** What nginx itself says; asked again and again when that is not what the file says. */
  async #reality(said: Color | 'none' | undefined): Promise<Color | 'none' | undefined> {
    const answer = await this.#ask();
    if (answer.slot === said || answer.slot === undefined) return answer.slot;
    const settled = await this.#settled(undefined, 5 * quickMs);
    return 'slot' in settled ? settled.slot : undefined;
  }

  /** Makes sure, before anything is switched, that the running nginx has our files. */
  async #meetNginx(seen: string): Promise<void> {
    try {
      await this.#place.test();
    } catch (error) {
      throw new SwitchError(`${asClause(error)}; it needs ${this.#includeLines(seen)}.`, { cause: error });
    }
    if ((await this.#ask()).slot !== undefined) return;
    await this.#place.reload();
    const settled = await this.#settled(undefined, this.#options.includeDeadlineMs ?? 5_000);
    if (!('slot' in settled)) throw this.#notIncluded(settled.last, seen);
  }

  #notIncluded(last: NginxAnswer, seen: string): SwitchError {
    const at = printedAddress(this.#options.listen);
    const { question } = this.#options;
    return new SwitchError(
      last.connected
        ? `nginx at ${at} answers http://${question.host}${question.path} without the files of ${this.#options.app} (${last.detail}); give it ${this.#includeLines(seen)}, then deploy again.`
        : `Nothing answers on ${at} of the server (${last.detail}); set "listen" to where nginx serves ${this.#options.app} over plain HTTP, and give nginx ${this.#includeLines(seen)}.`,
    );
  }

  #includeLines(folder: string): string {
    const { upstream, location } = nginxFiles(folder);
    return `"${includeLine(upstream)}" in its http block and "${includeLine(location)}" in the location of the app`;
  }

  #notTaken(color: Color, last: NginxAnswer): SwitchError {
    const at = printedAddress(this.#options.listen);
    const said =
      last.slot === undefined
        ? `at last it answers at ${at} without the files of ${this.#options.app} (${last.detail}); it must have ${this.#includeLines(this.#seen ?? this.#files.folder)}`
        : `at last it serves ${last.slot}; look into its error log`;
    return new SwitchError(`nginx was told to reload but did not settle on ${color}: ${said}`);
  }

  async #switchBack(
    before: string,
    location: string | undefined,
    state: NginxState | undefined,
    trouble: unknown,
  ): Promise<SwitchError> {
    const what = asClause(trouble);
    try {
      await this.#putBack(before, location);
      await this.#place.reload();
    } catch (error) {
      return new SwitchError(`${what}; putting the old files back failed as well: ${sentenceOf(error)}`, {
        cause: trouble,
      });
    }
    if (state === undefined || state.live === 'none')
      return new SwitchError(`${what}; the old files are back.`, { cause: trouble });
    const settled = await this.#settled(state.live, 5 * quickMs);
    const now =
      'slot' in settled
        ? `the old files are back and nginx serves ${state.live}`
        : `the old files are back, but nginx does not confirm that it serves ${state.live}`;
    return new SwitchError(`${what}; ${now}.`, { cause: trouble });
  }

  /** The rename of one file after the other: location.conf knows no slot, so their order tells nothing apart. */
  async #putBack(upstream: string, location: string | undefined): Promise<void> {
    await this.#writeUpstream(upstream);
    if (location !== undefined && location !== this.#location())
      await this.#folder.write(this.#files.location, location, fileMode);
  }

  async #writeMissingFiles(): Promise<void> {
    await this.#folder.makeDirectory(this.#files.folder, folderMode);
    if ((await this.#folder.read(this.#files.location)) === undefined) await this.#writeLocation();
    if ((await this.#folder.read(this.#files.upstream)) === undefined)
      await this.#writeUpstream(this.#render({ live: 'none' }));
  }

  #checkProtocols(targets: SlotTargets): void {
    const other = colors.map((color) => targets[color].protocol).find((protocol) => protocol !== 'http');
    if (other === undefined) return;
    throw new SwitchError(
      `"switch: nginx" moves plain HTTP only, and ${this.#options.app} speaks ${other}; use "switch: haproxy".`,
    );
  }

  async #state(): Promise<NginxState | undefined> {
    return parseUpstream((await this.#folder.read(this.#files.upstream)) ?? '');
  }

  #ask(): Promise<NginxAnswer> {
    return askNginx(this.#door);
  }

  #settled(wanted: Color | undefined, deadlineMs: number): ReturnType<typeof untilSettled> {
    return untilSettled(this.#door, wanted, deadlineMs);
  }

  #render(state: NginxState): string {
    return renderUpstream(this.#options.app, state, this.#options.trustedProxies);
  }

  #location(): string {
    return renderLocation(this.#options.app);
  }

  #writeUpstream(text: string): Promise<void> {
    return this.#folder.write(this.#files.upstream, text, fileMode);
  }

  #writeLocation(): Promise<void> {
    return this.#folder.write(this.#files.location, this.#location(), fileMode);
  }
}

/** A sentence that more is to be said after. */
function asClause(error: unknown): string {
  return sentenceOf(error).replace(/[.\s]+$/, '');
}
