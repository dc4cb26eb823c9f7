import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptProvide, programPath } from '../../scripts/test-tools-debian.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { dyingWithUs } from './dying-with-us.ts';
import { ensureEngine } from './engine.ts';
import { callEngine } from './engine-call.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { ownedFolder } from './owned-folder.ts';

export interface TestRegistry extends AsyncDisposable {
  /** The registry's own port, past `faults`. */
  port: number;
  /** `localhost:PORT`, to which Docker speaks plain HTTP. Every connection passes through `faults`. */
  address: string;
  username: string;
  password: string;
  faults: FaultProxy;
  /** Pushes an image of the Engine under `repository:tag`; gives the full name and the manifest's digest. */
  push(localImage: string, repositoryAndTag: string, socket?: string): Promise<PushedImage>;
  /** A manifest's digest by its tag, undefined when there is none. */
  digest(repository: string, tag: string): Promise<string | undefined>;
  deleteManifest(repository: string, digest: string): Promise<void>;
  log(): string;
  close(): Promise<void>;
}

export interface PushedImage {
  /** `localhost:PORT/repository:tag` */
  image: string;
  digest: string;
  /** `localhost:PORT/repository@sha256:…` */
  reference: string;
}

/** Credentials for the Engine's X-Registry-Auth header: base64url that, unlike most, must keep its padding. */
export function registryAuth(credentials: {
  username: string;
  password: string;
  serveraddress: string;
}): string {
  return Buffer.from(JSON.stringify(credentials))
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/**
 * A real registry (docker-registry) with a password, on ports of the kernel's choice. Needs `docker-registry`
 * and `htpasswd`, which are installed when root on Debian or Ubuntu.
 */
export async function startRegistry(): Promise<TestRegistry> {
  if (process.getuid?.() === 0) {
    await aptProvide({ 'docker-registry': 'docker-registry', htpasswd: 'apache2-utils' });
  }
  for (const program of ['docker-registry', 'htpasswd']) {
    if (programPath(program) === undefined) {
      throw new Error(`The program ${program} is missing; install docker-registry and apache2-utils.`);
    }
  }
  const folder = await ownedFolder('registry');
  const username = 'deployer';
  const password = randomBytes(18).toString('base64url');
  const line = await run('htpasswd', ['-B', '-i', '-n', username], { input: `${password}\n` });
  await writeFile(join(folder, 'htpasswd'), `${line.trim()}\n`, { mode: 0o600 });
  const settings = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    auth: { htpasswd: { realm: 'switchyard-test', path: join(folder, 'htpasswd') } },
    http: { addr: '127.0.0.1:0', relativeurls: true },
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(settings));
  const [program, ...args] = dyingWithUs(['docker-registry', 'serve', join(folder, 'config.yml')]);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
  });
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const onData = (chunk: string) => {
      output = (output + chunk).slice(-200_000);
      const found = output.match(/listening on [^ "]*:(\d+)/);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.setEncoding('utf8').on('data', onData);
    child.stderr.setEncoding('utf8').on('data', onData);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`docker-registry ended with code ${code}: ${output.slice(-800)}`)),
    );
  });
  const faults = await startFaultProxy({ port });
  const address = `localhost:${faults.port}`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const call = (path: string, method: string) =>
    fetch(`http://127.0.0.1:${port}/v2/${path}`, {
      method,
      headers: {
        authorization,
        accept:
          'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, ' +
          'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json',
      },
    });
  const digest = async (repository: string, tag: string) => {
    const response = await call(`${repository}/manifests/${tag}`, 'HEAD');
    return response.ok ? (response.headers.get('docker-content-digest') ?? undefined) : undefined;
  };
  const push = async (
    localImage: string,
    repositoryAndTag: string,
    socket?: string,
  ): Promise<PushedImage> => {
    const engine = socket ?? (await ensureEngine()).socket;
    const [repository, tag] = repositoryAndTag.split(':') as [string, string];
    const name = `${address}/${repository}`;
    const tagged = await callEngine(
      engine,
      `/images/${localImage}/tag?${new URLSearchParams({ repo: name, tag })}`,
      { method: 'POST' },
    );
    if (tagged.status !== 201) throw new Error(`The Engine could not tag ${localImage}: ${tagged.text}`);
    const auth = registryAuth({ username, password, serveraddress: address });
    const pushed = await callEngine(engine, `/images/${name}/push?tag=${encodeURIComponent(tag)}`, {
      method: 'POST',
      headers: { 'X-Registry-Auth': auth },
    });
    if (pushed.status !== 200 || pushed.text.includes('"errorDetail"')) {
      throw new Error(`The Engine could not push ${name}:${tag}: ${pushed.text.slice(-800)}`);
    }
    // Untagged again, so that a deploy really pulls.
    await callEngine(engine, `/images/${name}:${tag}`, { method: 'DELETE' });
    const found = await digest(repository, tag);
    if (found === undefined) throw new Error(`The registry does not have ${name}:${tag} after the push.`);
    return { image: `${name}:${tag}`, digest: found, reference: `${name}@${found}` };
  };
  const close = async () => {
    await faults.close();
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (child.kill('SIGKILL')) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    port,
    address,
    username,
    password,
    faults,
    push,
    digest,
    deleteManifest: async (repository, manifest) => {
      const response = await call(`${repository}/manifests/${manifest}`, 'DELETE');
      if (!response.ok) throw new Error(`The registry refused to delete ${manifest}: ${response.status}`);
    },
    log: () => output,
    close,
    [Symbol.asyncDispose]: close,
  };
}
