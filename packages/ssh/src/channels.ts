import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import { ChannelSocket, type ChannelSocketOptions } from './channel-socket.ts';
import { printable } from './printable.ts';
import { SessionSlots, type Slot } from './session-slots.ts';
import { ConnectionLostError, SessionLimitError, type SshError } from './ssh-errors.ts';
import { capitalised } from './subject.ts';

const MAX_SESSIONS = 10;
const OPEN_TIMEOUT_MS = 30_000;
const REFUSED_PAUSE_MS = 20;

type Opened<T> = (error: Error | undefined, channel: T) => void;

/** A server's refusal of a channel, with RFC 4254's reason code (5.1). */
export class ChannelRefusal extends Error {
  override readonly name = 'ChannelRefusal';
  readonly reason: number | undefined;

  constructor(cause: Error) {
    super(printable(cause.message.replace(/^\(SSH\) Channel open failure: /, '')), { cause });
    const reason = (cause as { reason?: unknown }).reason;
    this.reason = typeof reason === 'number' ? reason : undefined;
  }
}

/** RFC 4254, section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED. */
export const PROHIBITED = 1;

/** The channels of one connection; all of them end with an error when it breaks. */
export class Channels {
  readonly subject: string;
  readonly username: string;
  readonly #client: Client;
  readonly #sockets = new Set<ChannelSocket>();
  readonly #sessions = new SessionSlots(MAX_SESSIONS);
  #lost: SshError | undefined;

  constructor(client: Client, subject: string, username: string) {
    this.#client = client;
    this.subject = subject;
    this.username = username;
  }

  async forwardUnix(path: string): Promise<ChannelSocket> {
    return this.#open<ClientChannel, ChannelSocket>(
      (opened) => this.#client.openssh_forwardOutStreamLocal(path, opened),
      (channel) => this.#socket(channel),
    );
  }

  async forwardTcp(host: string, port: number): Promise<ChannelSocket> {
    return this.#open<ClientChannel, ChannelSocket>(
      (opened) => this.#client.forwardOut('127.0.0.1', 0, host, port, opened),
      (channel) => this.#socket(channel),
    );
  }

  /** A command with its channel as a socket; counts among the server's sessions until the socket has closed. */
  async commandSocket(command: string, options: ChannelSocketOptions): Promise<ChannelSocket> {
    const { opened, release } = await this.#session<ClientChannel, ChannelSocket>(
      (done) => this.#client.exec(command, done),
      (channel) => this.#socket(channel, options),
    );
    if (opened.destroyed) release();
    else opened.once('close', release);
    return opened;
  }

  /**
   * @param attach adds the listeners; called before the channel can emit anything, because a short command's exit
   *   status may come in the same packet as the channel's opening
   * @returns to be called when the channel has closed
   */
  async command(command: string, attach: (channel: ClientChannel) => void): Promise<() => void> {
    const { release } = await this.#session<ClientChannel, void>(
      (done) => this.#client.exec(command, done),
      attach,
    );
    return release;
  }

  async sftp(): Promise<SFTPWrapper> {
    const { opened, release } = await this.#session<SFTPWrapper, SFTPWrapper>(
      (done) => this.#client.sftp(done),
      (channel) => channel,
    );
    opened.once('close', release);
    return opened;
  }

  /** Why nothing can be opened any more; undefined while the connection stands. */
  get lost(): SshError | undefined {
    return this.#lost;
  }

  end(lost: SshError, isFailure: boolean): void {
    this.#lost = lost;
    for (const socket of this.#sockets) {
      if (isFailure) socket.connectionLost(lost);
      else socket.destroy();
    }
  }

  #socket(channel: ClientChannel, options?: ChannelSocketOptions): ChannelSocket {
    const socket = new ChannelSocket(channel, options);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#lost) socket.connectionLost(this.#lost);
    return socket;
  }

  async #session<T, R>(
    start: (opened: Opened<T>) => void,
    wrap: (channel: T) => R,
  ): Promise<{ opened: R; release: () => void }> {
    const giveUpAt = performance.now() + OPEN_TIMEOUT_MS;
    for (;;) {
      const slot = await this.#slot(giveUpAt);
      try {
        const opened = await this.#open(start, (channel: T) => {
          slot.opened();
          return wrap(channel);
        });
        return { opened, release: slot.release };
      } catch (error) {
        if (!(error instanceof ChannelRefusal) || error.reason === undefined) {
          slot.release();
          throw error;
        }
        const isFull = this.#sessions.refused();
        slot.release();
        if (!isFull || performance.now() > giveUpAt) throw this.#sessionsExhausted(error);
        await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
      }
    }
  }

  async #slot(giveUpAt: number): Promise<Slot> {
    const slot = this.#sessions.take();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#sessionsExhausted()), Math.max(1, giveUpAt - performance.now()));
    });
    try {
      return await Promise.race([slot, late]);
    } catch (error) {
      slot.then(({ release }) => release());
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #sessionsExhausted(cause?: unknown): SessionLimitError {
    return new SessionLimitError(
      `${capitalised(this.subject)} opens no further session on this connection: raise MaxSessions in its sshd_config (the default is 10), and check that it lets '${this.username}' run commands.`,
      { cause },
    );
  }

  #open<T, R>(start: (opened: Opened<T>) => void, wrap: (channel: T) => R): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#lost) {
        reject(this.#lost);
        return;
      }
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(
          new ConnectionLostError(
            `${capitalised(this.subject)} did not open a channel within ${OPEN_TIMEOUT_MS / 1000} s.`,
          ),
        );
      }, OPEN_TIMEOUT_MS);
      const opened: Opened<T> = (error, channel) => {
        clearTimeout(timer);
        if (late) (channel as { end?: () => void } | undefined)?.end?.();
        else if (this.#lost) reject(this.#lost);
        else if (error) reject(new ChannelRefusal(error));
        else resolve(wrap(channel));
      };
      try {
        start(opened);
      } catch (error) {
        clearTimeout(timer);
        reject(this.#lost ?? connectionGone(this.subject, error));
      }
    });
  }
}

export function connectionGone(subject: string, cause?: unknown): ConnectionLostError {
  const why = cause instanceof Error && cause.message !== '' ? ` (${printable(cause.message)})` : '';
  return new ConnectionLostError(
    `The connection to ${subject} was lost${why}: check that the server is up and reachable, then run again.`,
    { cause },
  );
}
