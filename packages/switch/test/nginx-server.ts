import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { aptProvide, programPath } from '../../../scripts/test-tools-debian.ts';
import { waitFor } from '../../../scripts/test-tools-run.ts';
import { dyingWithUs } from '../../../test/machine/dying-with-us.ts';
import type { TestServer } from '../../../test/machine/server.ts';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface HostNginx extends AsyncDisposable {
  readonly port: number;
  readonly command: readonly string[];
  /** A command that answers like nginx but does nothing when it is told to reload. */
  readonly deafCommand: readonly string[];
  configure(inHttp: string, inLocation: string): void;
}

/** nginx as a process of the server's user, with a configuration of its own; no sudo is needed to reload it. */
export async function startHostNginx(server: TestServer): Promise<HostNginx> {
  if (process.getuid?.() === 0) await aptProvide({ nginx: 'nginx' });
  const program = programPath('nginx');
  if (program === undefined) throw new Error('nginx is missing; install nginx.');
  const prefix = join(server.home, 'nginx');
  const port = await freePort();
  const own = (path: string): void => chownSync(path, server.uid, server.gid);
  mkdirSync(prefix);
  own(prefix);
  const config = join(prefix, 'nginx.conf');
  const configure = (inHttp: string, inLocation: string): void => {
    writeFileSync(
      config,
      `worker_processes 2;
daemon off;
pid ${prefix}/nginx.pid;
error_log ${prefix}/error.log notice;
events { worker_connections 2048; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${prefix}/${kind};`).join(' ')}
  ${inHttp}
  server {
    listen 127.0.0.1:${port};
    add_header Users-Own yes;
    location / { ${inLocation} }
  }
}
`,
    );
    own(config);
  };
  configure('', 'return 404;');
  const command = [program, '-p', `${prefix}/`, '-e', `${prefix}/error.log`, '-c', config];
  const deaf = join(prefix, 'deaf-nginx');
  writeFileSync(
    deaf,
    `#!/bin/sh\ncase "$*" in *reload*) exit 0;; esac\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`,
    { mode: 0o755 },
  );
  own(deaf);
  const [first, ...rest] = dyingWithUs(command as [string, ...string[]]);
  const child = spawn(first, rest, { uid: server.uid, gid: server.gid, stdio: 'ignore' });
  await waitFor('nginx', () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  return {
    port,
    command,
    deafCommand: [deaf],
    configure,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export interface Backend extends AsyncDisposable {
  readonly port: number;
}

/** One version of the test app as a process. */
export async function startBackend(version: string): Promise<Backend> {
  const port = await freePort();
  const [first, ...rest] = dyingWithUs([
    process.execPath,
    join(import.meta.dirname, '../../../test/apps/web/server.mjs'),
  ]);
  const child = spawn(first, rest, {
    env: { ...process.env, PORT: String(port), VERSION: version },
    stdio: 'ignore',
  });
  await waitFor(`the app ${version}`, () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    port,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
