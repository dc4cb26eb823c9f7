import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2';
import { opensshEd25519 } from '../../packages/ssh/src/openssh-ed25519.ts';
import { type DiskTrouble, serveSftp } from './embedded-sftp.ts';
import { runCommandLine } from './embedded-ssh-commands.ts';
import { forward } from './embedded-ssh-forwarding.ts';
import { ownedFolder } from './owned-folder.ts';
import type { TestServer, TestServerOptions } from './server.ts';

const { Server, utils } = ssh2;

export type EmbeddedServer = TestServer & DiskTrouble;

/**
 * A server to deploy to for a machine that has no sshd: it speaks SSH in this process, as the user who runs it, with a
 * home folder of its own. What it is asked for behaves as OpenSSH's does; what it has not is refused.
 *
 * @throws Error with one sentence for what only an sshd can do
 */
export async function startEmbeddedServer(options: TestServerOptions = {}): Promise<EmbeddedServer> {
  if (options.inDockerGroup === false || options.config !== undefined) {
    throw new Error(
      'The embedded SSH server runs as you and reads no sshd_config, so it can have neither another user nor settings; install openssh-server.',
    );
  }
  const folder = await ownedFolder('ssh');
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  const { username, uid, gid } = userInfo();
  const host = options.host ?? '127.0.0.1';
  const client = makeKey('switchyard-test');
  const authorized = [client.public];
  let hostKey = makeKey('host');
  const shownKey = hostKey.public.split(' ').slice(0, 2).join(' ');
  let output = '';
  const log = (line: string) => {
    output += `${line}\n`;
  };
  let listener: EmbeddedListener | undefined;
  let port = 0;
  const start = async () => {
    if (listener !== undefined) return;
    const starting = new EmbeddedListener({
      ...options,
      host,
      hostKey: hostKey.private,
      username,
      home,
      authorized,
      log,
      trouble: () => server,
    });
    port = await starting.listen(port);
    listener = starting;
  };
  const stop = async () => {
    const ending = listener;
    listener = undefined;
    await ending?.close();
  };
  await start();
  const knownHostsFor = (atPort: number, atHost = host) =>
    `${atPort === 22 ? atHost : `[${atHost}]:${atPort}`} ${shownKey}\n`;
  const fingerprint = fingerprintOf(shownKey);
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  const server: EmbeddedServer = {
    software: 'embedded SSH server',
    sftpIsSilent: false,
    fsyncMs: 0,
    host,
    port,
    username,
    privateKey: client.private,
    publicKey: client.public,
    knownHosts: knownHostsFor(port),
    knownHostsFor,
    fingerprint,
    fingerprints: { 'ssh-ed25519': fingerprint },
    home,
    uid,
    gid,
    sshd: {
      pid: undefined,
      stop,
      start,
      restart: async () => {
        await stop();
        await start();
      },
      cutConnections: () => listener?.cutConnections() ?? 0,
      openSessions: () => listener?.openSessions(),
      changeHostKeys: async () => {
        hostKey = makeKey('host');
      },
    },
    log: () => output,
    authorize: async (key) => void authorized.push(key.trim()),
    close,
    [Symbol.asyncDispose]: close,
  };
  return server;
}

interface ListenerOptions extends TestServerOptions {
  host: string;
  hostKey: string;
  username: string;
  home: string;
  /** Read at each login. */
  authorized: readonly string[];
  log: (line: string) => void;
  /** Asked at each request. */
  trouble: () => Readonly<DiskTrouble>;
}

/** What stands between a start and the next stop. */
class EmbeddedListener {
  readonly #options: ListenerOptions;
  readonly #net: NetServer;
  readonly #sockets = new Set<Socket>();
  /** Each kills one command that is running. */
  readonly #commands = new Set<() => void>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    const ssh = new Server({ hostKeys: [options.hostKey] }, (connection, { ip, port }) =>
      this.#serve(connection, `${ip} ${port}`),
    );
    // The sockets are our own, because ssh2 has no way to cut one.
    this.#net = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      ssh.injectSocket(socket);
    });
  }

  /** @param port 0 for one of the kernel's choice. @returns the port */
  async listen(port: number): Promise<number> {
    const { host, log } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#net.once('error', reject);
      this.#net.listen(port, host, resolve);
    });
    const address = this.#net.address() as AddressInfo;
    log(`Server listening on ${host} port ${address.port}.`);
    return address.port;
  }

  openSessions(): number {
    return this.#sockets.size + this.#commands.size;
  }

  /** Ends the connections and the commands that they brought. @returns how many there were */
  cutConnections(): number {
    const count = this.openSessions();
    for (const kill of this.#commands) kill();
    for (const socket of this.#sockets) socket.destroy();
    return count;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#net.close(resolve));
    this.cutConnections();
    await closed;
  }

  #serve(connection: Connection, client: string): void {
    const { log, username, maxSessions = 100 } = this.#options;
    const forwarded = new Set<Socket>();
    const sessions = new Set<Session>();
    connection.on('error', (error) => log(`Connection from ${client} failed: ${error.message}`));
    connection.on('authentication', (context) => {
      if (!this.#mayEnter(context)) {
        if (context.method === 'publickey') log(`Failed publickey for ${context.username} from ${client}`);
        context.reject(['publickey']);
        return;
      }
      if (context.method === 'publickey' && context.signature)
        log(`Accepted publickey for ${username} from ${client}`);
      context.accept();
    });
    connection.on('session', (accept, reject) => {
      if (sessions.size >= maxSessions) return reject();
      const session = accept() as Session;
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
      this.#serveSession(session, client);
    });
    this.#serveForwarding(connection, forwarded);
    connection.on('close', () => {
      // ssh2 itself tells a session of its end only when the client does.
      for (const session of sessions) session.emit('close');
      for (const socket of forwarded) socket.destroy();
      log(`Connection closed by ${client}`);
    });
  }

  #mayEnter(context: AuthContext): boolean {
    const { username, authorized } = this.#options;
    if (context.method !== 'publickey' || context.username !== username) return false;
    const key = authorized.map(parsed).find((candidate) => candidate.getPublicSSH().equals(context.key.data));
    if (!key) return false;
    // Without a signature the client only asks whether this key would do.
    if (!context.signature || !context.blob) return true;
    return key.verify(context.blob, context.signature, context.hashAlgo) === true;
  }

  #serveSession(session: Session, client: string): void {
    const { home, username, host, log, trouble, sftp = true } = this.#options;
    session.on('exec', (accept, _reject, { command }) => {
      log(`Starting session: command for ${username} from ${client}`);
      const { port } = this.#net.address() as AddressInfo;
      const surroundings = { home, username, client, server: `${host} ${port}` };
      const kill = runCommandLine(command, session, accept(), surroundings, () =>
        this.#commands.delete(kill),
      );
      this.#commands.add(kill);
    });
    session.on('subsystem', (accept, reject, { name }) => {
      if (name !== 'sftp' || !sftp) return reject();
      log(`Starting session: subsystem 'sftp' for ${username} from ${client}`);
      serveSftp(accept(), home, trouble);
    });
  }

  #serveForwarding(connection: Connection, forwarded: Set<Socket>): void {
    const { allowTcpForwarding, allowStreamLocalForwarding, disableForwarding } = this.#options;
    const allows = (setting: string | undefined) =>
      !disableForwarding && (setting === undefined || setting === 'yes' || setting === 'local');
    const keep = (socket: Socket) => {
      forwarded.add(socket);
      socket.once('close', () => forwarded.delete(socket));
    };
    // ssh2 answers what nobody listens to as sshd answers a forbidden TCP forwarding: "administratively prohibited".
    if (allows(allowTcpForwarding)) {
      connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
        keep(forward({ host: destIP, port: destPort }, accept, reject));
      });
    }
    connection.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      if (allows(allowStreamLocalForwarding)) keep(forward({ path: socketPath }, accept, reject));
      else reject();
    });
  }
}

/** Not by ssh2, a few of whose new keys in a thousand it cannot read itself. */
function makeKey(comment: string): { private: string; public: string } {
  const key = opensshEd25519(generateKeyPairSync('ed25519').privateKey);
  return { private: key, public: `ssh-ed25519 ${parsed(key).getPublicSSH().toString('base64')} ${comment}` };
}

function parsed(text: string): ParsedKey {
  const key = utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
