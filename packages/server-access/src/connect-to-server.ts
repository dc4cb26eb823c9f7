import type { Duplex } from 'node:stream';
import { clipEnd } from '#clipped-text';
import type { Engine } from '#engine';
import { ExplainedError } from '#explained-error';
import type { RemoteFiles, SshConnection } from '#ssh';
import type { ServerAccess } from './access-inputs.ts';

export class DockerHostError extends ExplainedError {
  override readonly name = 'DockerHostError';
}

/** One server, reached over one connection. */
export interface ConnectedServer {
  readonly engine: Engine;
  /** Where on the server the Engine listens, for programs of the server itself. */
  readonly engineSocket: string;
  readonly files: RemoteFiles;
  /** The home folder of the user who has logged in. */
  readonly home: string;
  openUnixSocket(path: string): Promise<Duplex>;
  openTcp(host: string, port: number): Promise<Duplex>;
  exec(
    argv: readonly string[],
    options?: { timeoutMs?: number; maxOutputBytes?: number; signal?: AbortSignal },
  ): Promise<{ code: number | undefined; stdout: string; stderr: string }>;
  /** Fires when the connection is gone, with the reason. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens the one SSH connection of a job and everything that goes through it.
 *
 * @param load code that is needed next; it is loaded while the server answers
 * @throws a sentence that says which part failed, at which host, and what to do
 */
export async function connectToServer(
  access: ServerAccess,
  signal: AbortSignal,
  load: () => Promise<unknown>,
): Promise<ConnectedServer> {
  const { connect } = await import('#ssh');
  const { target, jump, connectTimeoutMs } = access.ssh;
  const connecting = connect(target, { ...(jump ? { jump } : {}), connectTimeoutMs, signal });
  const [ssh] = await Promise.all([connecting, import('#engine'), load()]);
  try {
    const opening = ssh.files();
    const [{ engine, socket }, files, home] = await unlessAborted(
      signal,
      Promise.all([
        access.dockerSocket ? engineAt(ssh, access.dockerSocket) : contextEngine(ssh, opening),
        opening,
        opening.then((remote) => remote.home()),
      ]),
    );
    const lost = new AbortController();
    void ssh.closed.then((error) => error && lost.abort(error));
    return {
      engine,
      engineSocket: socket,
      files,
      home,
      lost: lost.signal,
      openUnixSocket: (path) => ssh.openUnixSocket(path),
      openTcp: (host, port) => ssh.openTcp(host, port),
      exec: (argv, options) => ssh.exec(argv, options),
      async close() {
        engine.close();
        await ssh.close();
      },
    };
  } catch (error) {
    await ssh.close();
    throw error;
  }
}

/** A server that has let us in and then says nothing more is waited for longer than a cancelled job can. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const usualSocket = '/var/run/docker.sock';

interface EngineAt {
  readonly engine: Engine;
  readonly socket: string;
}

async function engineAt(ssh: SshConnection, socket: string): Promise<EngineAt> {
  const { openEngine } = await import('#engine');
  return { engine: await openEngine(() => ssh.openUnixSocket(socket)), socket };
}

/** The Engine of the server's own Docker commands. It is opened at the usual place while the server is asked. */
async function contextEngine(ssh: SshConnection, files: Promise<RemoteFiles>): Promise<EngineAt> {
  const usual = engineAt(ssh, usualSocket);
  // Whether anything is wrong there only matters when the answer is that this is the place.
  usual.catch(() => undefined);
  const dismiss = (): void => void usual.then(({ engine }) => engine.close()).catch(() => undefined);
  let socket: string;
  try {
    socket = await contextSocket(ssh, files);
  } catch (error) {
    dismiss();
    throw error;
  }
  if (socket === usualSocket) return await usual;
  dismiss();
  return await engineAt(ssh, socket);
}

/**
 * Where the server's own Docker commands go. Asking the docker command takes it 40 ms to start, so it is only asked
 * when something on the server says that the answer may not be the usual one.
 */
async function contextSocket(ssh: SshConnection, files: Promise<RemoteFiles>): Promise<string> {
  const [set, config] = await Promise.all([
    ssh.exec(['printenv', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'], { timeoutMs: 10_000 }),
    files.then((remote) => remote.read('.docker/config.json')).catch(() => undefined),
  ]);
  // printenv ends with 1 when one of the names is not set, and says nothing when none is.
  const isUsual = set.code === 1 && set.stdout === '' && usesDefaultContext(config);
  return isUsual ? usualSocket : await askDocker(ssh);
}

/** Whether a Docker configuration names no context of its own. */
export function usesDefaultContext(config: string | undefined): boolean {
  if (config === undefined) return true;
  try {
    const { currentContext } = JSON.parse(config) as { currentContext?: unknown };
    return currentContext === undefined || currentContext === '' || currentContext === 'default';
  } catch {
    return false;
  }
}

async function askDocker(ssh: SshConnection): Promise<string> {
  const template = `${marks[0]}{{.Endpoints.docker.Host}}${marks[1]}`;
  const command = ['docker', 'context', 'inspect', '--format', template];
  const answer = await ssh.exec(command, { timeoutMs: 10_000 });
  const host = markedHost(answer.stdout);
  if (answer.code !== 0 || host === '') return usualSocket;
  const path = /^unix:\/\/(\/\S+)$/.exec(host)?.[1];
  if (path !== undefined) return path;
  throw new DockerHostError(
    `The Docker context of the user on the server points to ${clipEnd(host, 120)}, which is not on that server; set "docker-host" to its socket, like unix:///var/run/docker.sock.`,
  );
}

/** A start-up file of the login shell may print something before the answer, and nothing of that looks like these. */
const marks = ['<switchyard-docker-host>', '</switchyard-docker-host>'] as const;

/** The answer between its marks, on one line; empty when there is none. */
export function markedHost(stdout: string): string {
  const [, host = ''] = /<switchyard-docker-host>([^<>]*)<\/switchyard-docker-host>/.exec(stdout) ?? [];
  return host.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
