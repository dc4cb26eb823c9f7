import { ExplainedError } from '#explained-error';
import type { Server } from '#release';
import type { SshConnection } from '#ssh';
import type { Inputs } from './inputs.ts';

export class DockerHostError extends ExplainedError {
  override readonly name = 'DockerHostError';
}

export interface ConnectedServer extends Server {
  /** Fires when the connection is gone, with the reason. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens the one SSH connection of a deploy and everything that goes through it.
 *
 * @throws a sentence that says which part failed, at which host, and what to do
 */
export async function connectToServer(inputs: Inputs, signal: AbortSignal): Promise<ConnectedServer> {
  const { connect } = await import('#ssh');
  const { target, jump, connectTimeoutMs } = inputs.ssh;
  const ssh = await connect(target, { ...(jump ? { jump } : {}), connectTimeoutMs, signal });
  try {
    const [files, socket] = await Promise.all([ssh.files(), inputs.dockerSocket ?? contextSocket(ssh)]);
    const { openEngine } = await import('#engine');
    const [engine, home] = await Promise.all([openEngine(() => ssh.openUnixSocket(socket)), files.home()]);
    const lost = new AbortController();
    void ssh.closed.then((error) => error && lost.abort(error));
    return {
      engine,
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

/** Where the server's own Docker commands go; the usual place when it has no Docker command to ask. */
async function contextSocket(ssh: SshConnection): Promise<string> {
  const usual = '/var/run/docker.sock';
  const answer = await ssh.exec(['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
    timeoutMs: 10_000,
  });
  const host = answer.stdout.trim();
  if (answer.code !== 0 || host === '') return usual;
  const path = /^unix:\/\/(\/\S+)$/.exec(host)?.[1];
  if (path !== undefined) return path;
  throw new DockerHostError(
    `The Docker context of the user on the server points to ${host.slice(0, 120)}, which is not on that server; set "docker-host" to its socket, like unix:///var/run/docker.sock.`,
  );
}
