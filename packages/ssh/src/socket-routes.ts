import { address } from './address.ts';
import { ChannelRefusal, type Channels, PROHIBITED } from './channels.ts';
import { runCommand } from './command.ts';
import type { CommandResult, Route, TunnelSocket } from './contract.ts';
import { describeLoginNoise } from './login-noise.ts';
import { printable } from './printable.ts';
import { SessionSlots } from './session-slots.ts';
import { shellCommand } from './shell-words.ts';
import {
  CommandTimeoutError,
  ForwardingError,
  SocketMissingError,
  SocketPermissionError,
  SocketRefusedError,
  type SshError,
} from './ssh-errors.ts';
import { capitalised } from './subject.ts';

// Below sshd's default of ten sessions a connection, which SFTP and commands share.
const MAX_DIALS = 8;
// The CLI's ping may take 2 s of it.
const TRIAL_TIMEOUT_MS = 3_000;

/** What a failed `docker … dial-stdio` says of the end it was to reach, or of itself. */
type Obstacle = 'missing' | 'permission' | 'refused' | 'no-cli' | 'old-cli' | 'other';

/**
 * Opens sockets on the server, by SSH forwarding or, where sshd forbids it, through
 * `docker -H … system dial-stdio`, which is a plain byte pipe to any socket, not only to an Engine. It has two
 * costs: each one is a session, and the CLI first opens a connection of its own to the same socket, sends
 * `HEAD /_ping` there and, when nothing answers or closes it, waits 2 s before it opens ours.
 *
 * Which way it is stays for the life of the connection, so that only the first socket pays for finding out.
 */
export class SocketRoutes {
  readonly #channels: Channels;
  readonly #dials = new SessionSlots(MAX_DIALS);
  readonly #trials = new Map<string, Promise<void>>();
  #silence: Promise<void> | undefined;
  unix: Route | undefined;
  tcp: Route | undefined;

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  /**
   * @throws SocketMissingError SocketPermissionError SocketRefusedError ForwardingError ConnectionLostError
   */
  async openUnix(path: string): Promise<TunnelSocket> {
    if (!path.startsWith('/') || path.includes('\0')) {
      throw new SocketMissingError(`'${printable(path)}' is not the absolute path of a Unix socket.`);
    }
    const endpoint = `unix://${path}`;
    if (this.unix !== 'dial-stdio') {
      try {
        const socket = await this.#channels.forwardUnix(path);
        this.unix = 'forwarding';
        return socket;
      } catch (error) {
        if (!(error instanceof ChannelRefusal)) throw error;
        // sshd gives the same answer for forwarding that is off, a missing socket and one that may not be used.
        if (this.unix === 'forwarding') throw await this.#explainUnix(path, error);
      }
      await this.#tryDial(endpoint, (obstacle, detail) => this.#unixObstacle(path, obstacle, detail));
      // Another socket may have found meanwhile that forwarding works.
      this.unix ??= 'dial-stdio';
    }
    return this.#dial(endpoint, (obstacle, detail) => this.#unixObstacle(path, obstacle, detail));
  }

  /**
   * By forwarding, a port nothing listens on is refused here; by dial-stdio the socket itself fails.
   *
   * @throws SocketRefusedError ForwardingError ConnectionLostError
   */
  async openTcp(host: string, port: number): Promise<TunnelSocket> {
    const endpoint = `tcp://${address(host, port)}`;
    const explain = (obstacle: Obstacle, detail: string) => this.#tcpObstacle(host, port, obstacle, detail);
    if (this.tcp !== 'dial-stdio') {
      try {
        const socket = await this.#channels.forwardTcp(host, port);
        this.tcp = 'forwarding';
        return socket;
      } catch (error) {
        if (!(error instanceof ChannelRefusal)) throw error;
        if (error.reason !== PROHIBITED) throw this.#tcpObstacle(host, port, 'refused', error.message);
      }
      try {
        await this.#tryDial(endpoint, explain);
        this.tcp = 'dial-stdio';
      } catch (error) {
        // The CLI works; only the port does not answer yet.
        if (error instanceof SocketRefusedError) this.tcp = 'dial-stdio';
        throw error;
      }
    }
    return this.#dial(endpoint, explain);
  }

  async #dial(
    endpoint: string,
    explain: (obstacle: Obstacle, detail: string) => SshError,
  ): Promise<TunnelSocket> {
    const { release } = await this.#dials.take();
    try {
      const socket = await this.#channels.commandSocket(shellCommand(dialCommand(endpoint)), {
        explainSilence: (code, stderr) =>
          code === 0 ? undefined : explain(obstacleOf(code, stderr), stderr),
      });
      socket.once('close', release);
      return socket;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Whether dial-stdio reaches the endpoint: opened and closed at once, because a pipe itself cannot tell. */
  #tryDial(endpoint: string, explain: (obstacle: Obstacle, detail: string) => SshError): Promise<void> {
    const running = this.#trials.get(endpoint);
    if (running) return running;
    const trial = this.#dialOnce(endpoint, explain).finally(() => this.#trials.delete(endpoint));
    this.#trials.set(endpoint, trial);
    return trial;
  }

  async #dialOnce(
    endpoint: string,
    explain: (obstacle: Obstacle, detail: string) => SshError,
  ): Promise<void> {
    let result: CommandResult | undefined;
    try {
      result = await runCommand(this.#channels, dialCommand(endpoint), { timeoutMs: TRIAL_TIMEOUT_MS });
    } catch (error) {
      // A server that keeps its side open has been reached.
      if (!(error instanceof CommandTimeoutError)) throw error;
    }
    if (result && result.code !== 0) throw explain(obstacleOf(result.code, result.stderr), result.stderr);
    this.#silence ??= this.#checkSilence();
    await this.#silence;
  }

  /** A byte pipe can't tell what a start-up file of the login shell prints from what the other end sends. */
  async #checkSilence(): Promise<void> {
    const noise = await describeLoginNoise(this.#channels).catch(() => undefined);
    if (noise === undefined) return;
    throw new ForwardingError(
      `${noise}, and that spoils the connections through its docker command: let that file print only when the shell is interactive, or set AllowStreamLocalForwarding yes and AllowTcpForwarding yes in its sshd_config.`,
    );
  }

  async #explainUnix(path: string, cause: Error): Promise<SshError> {
    if (!(await this.#test('-e', path))) return this.#unixObstacle(path, 'missing', cause.message);
    if (!(await this.#test('-w', path))) return this.#unixObstacle(path, 'permission', cause.message);
    return this.#unixObstacle(path, 'refused', cause.message);
  }

  async #test(flag: '-e' | '-w', path: string): Promise<boolean> {
    return (
      (await runCommand(this.#channels, ['test', flag, path], { timeoutMs: TRIAL_TIMEOUT_MS })).code === 0
    );
  }

  #unixObstacle(path: string, obstacle: Obstacle, detail: string): SshError {
    const { subject, username } = this.#channels;
    const cause = { cause: new Error(printable(detail, 500)) };
    switch (obstacle) {
      case 'missing':
        return new SocketMissingError(
          `There is no socket ${path} on ${subject}: ${
            isOurs(path)
              ? 'the switch that made it is gone; check with "docker ps" that it runs there'
              : 'check that the Docker Engine runs there and which socket it listens on (docker-host)'
          }.`,
          cause,
        );
      case 'permission':
        return new SocketPermissionError(
          isOurs(path)
            ? `The user '${username}' may not use ${path} on ${subject}: give the socket back to that user with chown there and run again.`
            : `The user '${username}' may not use ${path} on ${subject}: add the user to the socket's group there (\`sudo usermod -aG docker ${username}\`) and run again.`,
          cause,
        );
      case 'refused':
        return new SocketRefusedError(
          `Nothing listens on ${path} on ${subject}: ${
            isOurs(path)
              ? 'the switch that it belongs to has ended; look into its log there with "docker logs"'
              : 'start the Docker Engine there (`sudo systemctl start docker`)'
          }.`,
          cause,
        );
      default:
        return this.#noRoute(path, 'AllowStreamLocalForwarding', obstacle, detail);
    }
  }

  #tcpObstacle(host: string, port: number, obstacle: Obstacle, detail: string): SshError {
    if (obstacle === 'no-cli' || obstacle === 'old-cli' || obstacle === 'other') {
      return this.#noRoute(address(host, port), 'AllowTcpForwarding', obstacle, detail);
    }
    return new SocketRefusedError(
      `Nothing answers at ${address(host, port)} as seen from ${this.#channels.subject} (${printable(lastLine(detail))}).`,
      { cause: new Error(printable(detail, 500)) },
    );
  }

  #noRoute(end: string, option: string, obstacle: Obstacle, detail: string): ForwardingError {
    const { subject } = this.#channels;
    const why = {
      'no-cli': 'it has no docker command to go round it with',
      'old-cli': 'its docker command is too old to go round it (18.09 or newer is needed)',
      other: `its docker command could not go round it (${printable(lastLine(detail))})`,
    }[obstacle as 'no-cli' | 'old-cli' | 'other'];
    return new ForwardingError(
      `${capitalised(subject)} did not forward a connection to ${end}, and ${why}: set ${option} yes in its sshd_config (and no DisableForwarding), or mend the docker command.`,
      { cause: new Error(printable(detail, 500)) },
    );
  }
}

function dialCommand(endpoint: string): string[] {
  // Set on the server, these would make the CLI ask for TLS, or for another Engine, on a plain socket.
  return [
    'env',
    'DOCKER_TLS_VERIFY=',
    'DOCKER_TLS=',
    'DOCKER_CONTEXT=',
    'docker',
    '-H',
    endpoint,
    'system',
    'dial-stdio',
  ];
}

function obstacleOf(code: number | undefined, stderr: string): Obstacle {
  if (/no such file or directory/i.test(stderr) && /dial unix/.test(stderr)) return 'missing';
  if (/permission denied/i.test(stderr) && /dial unix/.test(stderr)) return 'permission';
  if (/dial (?:tcp|unix)/.test(stderr)) return 'refused';
  if (code === 127 || code === 126) return 'no-cli';
  if (/not a docker command|unknown (?:shorthand )?(?:flag|command)/i.test(stderr)) return 'old-cli';
  return 'other';
}

/** A socket of a switch, in the folder of an app, and no Engine's. */
function isOurs(path: string): boolean {
  return path.includes('/.switchyard/');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
