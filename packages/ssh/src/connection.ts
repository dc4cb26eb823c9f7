import type { Client } from 'ssh2';
import { Channels, connectionGone } from './channels.ts';
import { runCommand } from './command.ts';
import type {
  CommandOptions,
  CommandResult,
  RemoteFiles,
  SshConnection,
  SshOptions,
  SshTarget,
  TunnelSocket,
} from './contract.ts';
import { authenticate, openTcpStream } from './handshake.ts';
import { hostKeyCheck } from './host-key.ts';
import { printable } from './printable.ts';
import { readPrivateKey } from './private-key.ts';
import { openRemoteFiles } from './remote-files.ts';
import { SocketRoutes } from './socket-routes.ts';
import { ConnectionLostError, JumpHostError, SshError } from './ssh-errors.ts';
import { subjectOf } from './subject.ts';

const DEFAULT_KEEPALIVE_INTERVAL_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Opens one SSH connection, through the jump host where there is one, with the key and nothing else.
 *
 * @throws PrivateKeyError KnownHostsError FingerprintError before anything is sent;
 *   HostNotFoundError ConnectionRefusedError HostUnreachableError ConnectTimeoutError NotAnSshServerError
 *   ServerClosedError NoCommonAlgorithmError AuthenticationError UnknownHostKeyError ChangedHostKeyError
 *   RevokedHostKeyError JumpHostError, each naming the host it is about
 */
export async function connect(target: SshTarget, options: SshOptions): Promise<SshConnection> {
  const deadline = performance.now() + options.connectTimeoutMs;
  const common = {
    keepaliveIntervalMs: options.keepaliveIntervalMs ?? DEFAULT_KEEPALIVE_INTERVAL_MS,
    deadline,
    timeoutMs: options.connectTimeoutMs,
    signal: options.signal,
  };
  const hop = await prepare(target, 'server');
  const jumpHop = options.jump ? await prepare(options.jump, 'jump host') : undefined;
  if (!jumpHop || !options.jump) {
    const client = await authenticate({
      ...hop,
      ...common,
      openStream: async () => openTcpStream(target.host, target.port),
    });
    return new Connection(client, hop.subject, target.username, { hurry: options.signal });
  }
  const jump = options.jump;
  const jumpClient = await authenticate({
    ...jumpHop,
    ...common,
    openStream: async () => openTcpStream(jump.host, jump.port),
  });
  const jumpConnection = new Connection(jumpClient, jumpHop.subject, jump.username);
  try {
    const client = await authenticate({
      ...hop,
      ...common,
      openStream: () => throughJumpHost(jumpConnection, jumpHop.subject, target, hop.subject),
    });
    return new Connection(client, hop.subject, target.username, {
      hurry: options.signal,
      jump: jumpConnection,
    });
  } catch (error) {
    await jumpConnection.close();
    throw error;
  }
}

async function prepare(target: SshTarget, role: 'server' | 'jump host') {
  const subject = subjectOf(role, target.host, target.port);
  return {
    target,
    subject,
    check: hostKeyCheck(target.hostKey, subject, target.host, target.port),
    key: await readPrivateKey(target.privateKey, target.passphrase),
  };
}

async function throughJumpHost(jump: Connection, jumpSubject: string, target: SshTarget, subject: string) {
  try {
    return await jump.channels.forwardTcp(target.host, target.port);
  } catch (error) {
    if (error instanceof SshError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const what = /prohibited|open failed/i.test(message)
      ? 'does not forward connections: set AllowTcpForwarding yes (or local) in its sshd_config'
      : 'cannot reach it: check the address as the jump host sees it, and its firewall';
    throw new JumpHostError(
      `No way to ${subject} through ${jumpSubject}, which ${what} (it said '${printable(message)}').`,
      { cause: error },
    );
  }
}

class Connection implements SshConnection {
  readonly closed: Promise<Error | undefined>;
  readonly channels: Channels;
  readonly routes: SocketRoutes;
  readonly #client: Client;
  readonly #jump: SshConnection | undefined;
  readonly #hurry: AbortSignal | undefined;
  #files: Promise<RemoteFiles> | undefined;
  #closing = false;

  constructor(
    client: Client,
    subject: string,
    username: string,
    more: { jump?: SshConnection; hurry?: AbortSignal | undefined } = {},
  ) {
    this.#client = client;
    this.#jump = more.jump;
    this.#hurry = more.hurry;
    this.channels = new Channels(client, subject, username);
    this.routes = new SocketRoutes(this.channels);
    let reason: Error | undefined;
    client.on('error', (error) => {
      reason ??= error;
    });
    this.closed = new Promise((resolve) => {
      client.once('close', () => {
        if (this.#closing) {
          this.channels.end(new ConnectionLostError(`The connection to ${subject} has been closed.`), false);
          resolve(undefined);
        } else {
          const lost = connectionGone(subject, reason ?? new Error('the server closed it'));
          this.channels.end(lost, true);
          void this.#jump?.close();
          resolve(lost);
        }
      });
    });
  }

  openUnixSocket(path: string): Promise<TunnelSocket> {
    return this.routes.openUnix(path);
  }

  openTcp(host: string, port: number): Promise<TunnelSocket> {
    return this.routes.openTcp(host, port);
  }

  exec(argv: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return runCommand(this.channels, argv, options);
  }

  files(): Promise<RemoteFiles> {
    this.#files ??= openRemoteFiles(this.channels, this.#hurry).catch((error: unknown) => {
      this.#files = undefined;
      throw error;
    });
    return this.#files;
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#client.end();
    }
    // A server that is gone does not confirm.
    const timer = setTimeout(() => this.#client.destroy(), CLOSE_TIMEOUT_MS);
    await this.closed;
    clearTimeout(timer);
    await this.#jump?.close();
  }
}
