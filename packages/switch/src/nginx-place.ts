import { clipEnd } from '#clipped-text';
import { SwitchError } from './haproxy-runtime.ts';
import { countCommand, countConnections, countPeers, socketStatisticsCommand } from './nginx-connections.ts';
import type { CommandOutcome, NginxContainer, NginxSurroundings } from './nginx-surroundings.ts';

const commandTimeoutMs = 30_000;
const longestQuote = 300;

export interface NginxPlaceOptions {
  /** nginx as the deploy user calls it there, e.g. `sudo -n nginx`. */
  readonly command: readonly string[];
  /** Name of the container that nginx runs in; undefined when it runs on the server itself. */
  readonly container: string | undefined;
}

/** Where nginx runs: on the server itself or in a container. */
export class NginxPlace {
  readonly #options: NginxPlaceOptions;
  readonly #surroundings: NginxSurroundings;
  #hasSocketStatistics = true;

  constructor(options: NginxPlaceOptions, surroundings: NginxSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** @throws SwitchError with nginx's own complaint about its configuration */
  async test(): Promise<void> {
    const outcome = await this.#run(['-t']);
    if (outcome.code !== 0) throw new SwitchError(`nginx refuses its configuration: ${complaintOf(outcome)}`);
  }

  /** @throws SwitchError when the running nginx could not be told; it goes on with what it has */
  async reload(): Promise<void> {
    const outcome = await this.#run(['-s', 'reload']);
    if (outcome.code === 0) return;
    if (/invalid PID number|\.pid".*No such file|No such process/i.test(outcome.stderr)) {
      throw new SwitchError(
        `nginx does not run ${this.#where()}, so it could not be told to reload; start it, then deploy again.`,
      );
    }
    throw new SwitchError(`nginx could not be told to reload: ${complaintOf(outcome)}`);
  }

  /**
   * Gives nginx's container a way to the slots. Returns how to take it away again, or undefined when there was one.
   *
   * @throws SwitchError when the container is missing, stopped or has no network of its own
   */
  async connectTo(network: string): Promise<(() => Promise<void>) | undefined> {
    const container = await this.#container();
    if (!container || container.networkMode === 'host') return undefined;
    const owner = await this.#networkOwner(container);
    if (owner.networkMode === 'host' || owner.networks.includes(network)) return undefined;
    if (owner.networkMode === 'none') {
      throw new SwitchError(
        `The container ${this.#options.container} has no network ("none"), so its nginx cannot reach the app; give it one.`,
      );
    }
    await this.#surroundings.containers.connect(network, owner.id);
    return () => this.#surroundings.containers.disconnect(network, owner.id);
  }

  /**
   * The folder as nginx sees it.
   *
   * @throws SwitchError when nginx's container does not see it, or sees a copy that a rename does not reach
   */
  async folderAsSeen(folder: string): Promise<string> {
    const container = await this.#container();
    if (!container) return folder;
    for (const { source, destination } of container.mounts) {
      if (folder === source) return destination;
      if (folder.startsWith(`${source}/`)) return `${destination}${folder.slice(source.length)}`;
    }
    const file = container.mounts.some(({ source }) => source.startsWith(`${folder}/`));
    throw new SwitchError(
      `The container ${this.#options.container} ${file ? 'mounts single files of' : 'does not mount'} the folder ${folder}; start it with the whole folder mounted, e.g. "-v ${folder}:/etc/nginx/switchyard:ro", because a single file's mount never shows a new version.`,
    );
  }

  /** Connections that nginx, with all its old workers, has to an address. */
  async connectionsTo(host: string): Promise<number> {
    const container = await this.#container();
    if (!container || container.networkMode === 'host') return await this.#connectionsOfServer(host);
    // The process's own view of the network, which needs no program inside the container.
    const count = await this.#countIn(`/proc/${container.pid}/net/tcp`, host);
    if (count !== undefined) return count;
    const outcome = await this.#run(['/proc/net/tcp'], ['cat']);
    if (outcome.code === 0) return countConnections(outcome.stdout, host);
    throw new SwitchError(
      `The connections of nginx in the container ${this.#options.container} cannot be counted, because neither /proc/${container.pid}/net/tcp on the server nor "cat" in the container could be used: ${complaintOf(outcome)}`,
    );
  }

  async #connectionsOfServer(host: string): Promise<number> {
    if (this.#hasSocketStatistics) {
      const outcome = await this.#surroundings.exec(socketStatisticsCommand(host), {
        timeoutMs: commandTimeoutMs,
      });
      if (outcome.code === 0) return countPeers(outcome.stdout, host);
      this.#hasSocketStatistics = false;
    }
    const count = await this.#countIn('/proc/net/tcp', host);
    if (count !== undefined) return count;
    throw new SwitchError(
      'The connections of nginx cannot be counted, because the server has neither "ss" nor /proc/net/tcp; install iproute2.',
    );
  }

  /** Undefined when the server does not show that table. */
  async #countIn(path: string, host: string): Promise<number | undefined> {
    const outcome = await this.#surroundings
      .exec(countCommand(path, host), { timeoutMs: commandTimeoutMs })
      .catch(() => undefined);
    // grep ends with 1 when it has found nothing.
    if ((outcome?.code === 0 || outcome?.code === 1) && /^\d+$/.test(outcome.stdout.trim()))
      return Number(outcome.stdout);
    const table = await this.#surroundings.folder.read(path).catch(() => undefined);
    return table?.includes('local_address') ? countConnections(table, host) : undefined;
  }

  async #run(
    words: readonly string[],
    program: readonly string[] = this.#options.command,
  ): Promise<CommandOutcome> {
    const argv = [...program, ...words];
    const container = await this.#container();
    const outcome = container
      ? await this.#surroundings.containers.exec(container.id, argv, commandTimeoutMs)
      : await this.#surroundings.exec(argv, { timeoutMs: commandTimeoutMs });
    if (outcome.code === 0 || program !== this.#options.command) return outcome;
    if (!container && /^sudo: |is not (?:allowed to|in the sudoers)/m.test(outcome.stderr))
      throw await this.#sudoRefusal(argv, outcome);
    if (outcome.code === 126 || outcome.code === 127) {
      throw new SwitchError(
        `The program "${argv[0]}" could not be run ${this.#where()}; say with "nginx-command" how nginx is called there: ${complaintOf(outcome)}`,
      );
    }
    return outcome;
  }

  async #sudoRefusal(argv: readonly string[], outcome: CommandOutcome): Promise<SwitchError> {
    const asked = await this.#surroundings.exec(['id', '-un'], { timeoutMs: commandTimeoutMs });
    const user = /^[\w.-]+$/.exec(asked.stdout.trim())?.[0] ?? 'the deploy user';
    return new SwitchError(
      `${user} may not run "${argv.join(' ')}" on the server without a password (${complaintOf(outcome)}); put "${user} ALL=(root) NOPASSWD: /usr/sbin/nginx -t, /usr/sbin/nginx -s reload" into /etc/sudoers.d/switchyard, or set "nginx-command".`,
    );
  }

  async #container(): Promise<NginxContainer | undefined> {
    const name = this.#options.container;
    if (name === undefined) return undefined;
    const container = await this.#surroundings.containers.inspect(name);
    if (!container) {
      throw new SwitchError(
        `The server has no container ${name}; set "nginx-container" to the one that nginx runs in.`,
      );
    }
    if (container.running) return container;
    throw new SwitchError(
      `The container ${name}, in which nginx should run, is stopped; start it, then deploy again.`,
    );
  }

  async #networkOwner(container: NginxContainer): Promise<NginxContainer> {
    const other = /^container:(.+)$/.exec(container.networkMode)?.[1];
    const owner = other === undefined ? container : await this.#surroundings.containers.inspect(other);
    if (owner) return owner;
    throw new SwitchError(
      `The container ${this.#options.container} uses the network of a container that is gone; create it again.`,
    );
  }

  #where(): string {
    return this.#options.container === undefined
      ? 'on the server'
      : `in the container ${this.#options.container}`;
  }
}

/** nginx's own first error line, else the last thing said. */
export function complaintOf(outcome: CommandOutcome): string {
  const lines = `${outcome.stderr}\n${outcome.stdout}`
    // biome-ignore lint/suspicious/noControlCharactersInRegex: another program's words end up in our log
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((text) => /\[(?:emerg|alert|crit|error)\]/.test(text)) ?? lines.at(-1);
  if (line === undefined) return `it ended with code ${outcome.code ?? 'unknown'} and said nothing`;
  return clipEnd(line, longestQuote);
}
