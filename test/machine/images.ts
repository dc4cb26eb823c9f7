import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptProvide, programPath } from '../../scripts/test-tools-debian.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { ensureEngine } from './engine.ts';
import {
  type ImageConfig,
  type ImageLayer,
  type ImageSpec,
  loadImages,
  ownArchitecture,
} from './image-archive.ts';
import { hasStaticBusybox } from './machine-needs.ts';
import { publishImage } from './publish-image.ts';
import type { PushedImage, TestRegistry } from './registry.ts';
import type { TarEntry } from './tar.ts';

const repository = 'switchyard-test';
const second = 1_000_000_000;

/** Small files of a test's own; a script is one that begins as scripts do. */
export function textLayer(files: Readonly<Record<string, string>>): ImageLayer {
  const entries = Object.entries(files).map(
    ([name, text]): TarEntry => ({
      name,
      data: Buffer.from(text),
      mode: text.startsWith('#!') ? 0o755 : 0o644,
    }),
  );
  return {
    content: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
    files: async () => entries,
  };
}

/** A file counts as changed when its path, size or time does; reading 120 MB of Node each time is too slow. */
function stamp(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

/** The program and every library that `ldd` names, each at the path where the loader looks for it. */
async function programLayer(program: string, at: string): Promise<ImageLayer> {
  const libraries = [...(await run('ldd', [program])).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(
    (match) => match[1] as string,
  );
  const files = [...new Map([[at, program], ...libraries.map((path): [string, string] => [path, path])])];
  return {
    content: JSON.stringify([at, files.map(([, path]) => stamp(path))]),
    files: async () =>
      Promise.all(
        files.map(async ([name, path]) => ({
          name: name.slice(1),
          data: await readFile(path),
          mode: 0o755,
        })),
      ),
  };
}

const applets = (
  'sh ash cat cp chmod chown cut date dd df echo env false find grep head hostname id kill killall ln ls mkdir mv nc ' +
  'netstat ping ps pwd rm sed sleep sort stat sync tail tar tee test touch tr true uname wc wget which whoami xargs'
).split(' ');

/** A shell and its usual company from one static program, and the folders that programs expect to find. */
function busyboxLayer(program: string): ImageLayer {
  const folders: TarEntry[] = [
    { name: 'tmp/', mode: 0o1777 },
    { name: 'run/', mode: 0o755 },
    { name: 'etc/', mode: 0o755 },
    { name: 'bin/', mode: 0o755 },
    { name: 'data/', mode: 0o777 },
    {
      name: 'etc/passwd',
      data: Buffer.from('root:x:0:0:root:/:/bin/sh\nnode:x:1000:1000:node:/tmp:/bin/sh\n'),
    },
    { name: 'etc/group', data: Buffer.from('root:x:0:\nnode:x:1000:\n') },
  ];
  return {
    content: `busybox 2 ${stamp(program)}`,
    files: async () => [
      ...folders,
      { name: 'bin/busybox', data: await readFile(program), mode: 0o755 },
      ...applets.map((name) => ({ name: `bin/${name}`, linkTo: 'busybox', mode: 0o777 })),
    ],
  };
}

/** Node 24 as GitHub's runners have it, whatever Node the machine has. */
function nodeProgram(): string {
  if (process.version.startsWith('v24.')) return realpathSync(process.execPath);
  return join(import.meta.dirname, `../../node_modules/node-linux-${process.arch}/bin/node`);
}

export interface AppImage {
  /** Tag of the image and, unless VERSION is in `env`, what the app says it is. */
  version: string;
  tag?: string;
  env?: Readonly<Record<string, string>>;
  config?: ImageConfig;
  architecture?: string;
  /** Bytes that can't be compressed, as a layer of its own: a pull that takes a while. */
  ballastBytes?: number;
}

/** The same bytes for the same name. */
function ballastLayer(name: string, sizeBytes: number): ImageLayer {
  return {
    content: `ballast ${sizeBytes} ${name}`,
    files: async () => {
      const cipher = createCipheriv('aes-128-ctr', createHash('md5').update(name).digest(), Buffer.alloc(16));
      return [{ name: 'app/ballast', data: cipher.update(Buffer.alloc(sizeBytes)) }];
    },
  };
}

async function requiredProgram(program: string, packageName: string): Promise<string> {
  if (programPath(program) === undefined && process.getuid?.() === 0)
    await aptProvide({ [program]: packageName });
  const path = programPath(program);
  if (path === undefined) throw new Error(`The program ${program} is missing; install ${packageName}.`);
  return realpathSync(path);
}

async function staticBusybox(): Promise<string> {
  if (!(await hasStaticBusybox()) && process.getuid?.() === 0)
    await aptProvide({ 'busybox-static-is-missing': 'busybox-static' });
  return requiredProgram('busybox', 'busybox-static');
}

let parts: Promise<{ busybox: ImageLayer; node: ImageLayer; server: ImageLayer }> | undefined;

function appParts(): NonNullable<typeof parts> {
  parts ??= (async () => ({
    busybox: busyboxLayer(await staticBusybox()),
    node: await programLayer(nodeProgram(), '/usr/local/bin/node'),
    server: textLayer({
      'app/server.mjs': readFileSync(join(import.meta.dirname, '../apps/web/server.mjs'), 'utf8'),
    }),
  }))();
  return parts;
}

/** Node on top of a shell: what every program of a test that is written for Node needs. */
export async function nodeParts(): Promise<ImageLayer[]> {
  const { busybox, node } = await appParts();
  return [busybox, node];
}

async function appSpec(image: AppImage): Promise<ImageSpec> {
  const { busybox, node, server } = await appParts();
  return {
    name: `${repository}/app:${image.tag ?? image.version}`,
    layers: [
      ...[busybox, node, server, textLayer({ 'app/VERSION': `${image.version}\n` })],
      ...(image.ballastBytes ? [ballastLayer(image.version, image.ballastBytes)] : []),
    ],
    config: {
      Cmd: ['node', '/app/server.mjs'],
      ExposedPorts: { '8080/tcp': {} },
      User: '1000:1000',
      Env: Object.entries(image.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ...image.config,
    },
    ...(image.architecture === undefined ? {} : { architecture: image.architecture }),
  };
}

/** Makes app images exist in the Engine and returns their local names, in the order asked for. */
export async function buildAppImages(images: readonly AppImage[], socket?: string): Promise<string[]> {
  const specs = await Promise.all(images.map(appSpec));
  await loadImages(socket ?? (await ensureEngine()).socket, specs);
  return specs.map((spec) => spec.name);
}

const healthcheck = {
  Test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/health'],
  Interval: second / 2,
  Timeout: second,
  Retries: 2,
};

const otherArchitecture = () => (ownArchitecture() === 'arm64' ? 'amd64' : 'arm64');

const appImages = {
  v1: { version: 'v1' },
  v2: { version: 'v2' },
  v3: { version: 'v3' },
  v4: { version: 'v4' },
  v5: { version: 'v5' },
  /** /health answers 503 for ever. */
  neverHealthy: { version: 'v3', tag: 'v3-never-healthy', env: { NEVER_HEALTHY: '1' } },
  /** Answers 500 to everything but /health and /version, one second after its first user's request. */
  turnsBad: { version: 'v4', tag: 'v4-turns-bad', env: { BAD_AFTER_MS: '1000' } },
  turnsSlow: { version: 'v4', tag: 'v4-turns-slow', env: { SLOW_AFTER_MS: '1000' } },
  /** Runs, but nothing listens on its port. */
  neverListens: { version: 'never-listens', env: { NEVER_LISTEN: '1' } },
  ignoresSigterm: { version: 'ignores-sigterm', env: { IGNORE_SIGTERM: '1' } },
  /** Dies at once on SIGTERM, with requests in flight. */
  abrupt: { version: 'abrupt', env: { ABRUPT: '1' } },
  crashesLater: { version: 'crashes-later', env: { EXIT_AFTER_MS: '3000' } },
  healthcheck: { version: 'healthcheck', config: { Healthcheck: healthcheck } },
  unhealthy: { version: 'unhealthy', env: { NEVER_HEALTHY: '1' }, config: { Healthcheck: healthcheck } },
  /** Says a CPU architecture that this machine does not have. */
  otherArchitecture: { version: 'other-architecture', architecture: otherArchitecture() },
  h2c: { version: 'h2c', env: { PROTOCOL: 'h2c' } },
  h2c2: { version: 'h2c-2', env: { PROTOCOL: 'h2c' } },
  tcp: { version: 'tcp', env: { PROTOCOL: 'tcp' } },
  tcp2: { version: 'tcp-2', env: { PROTOCOL: 'tcp' } },
} satisfies Record<string, AppImage>;

export type TestImageName = keyof typeof appImages | 'busybox' | 'exits' | 'haproxy' | 'nginx';

/** As the official image's: `-f …` alone and `haproxy -f …` both run the master-worker mode in the foreground. */
const haproxyEntrypoint = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then set -- haproxy "$@"; fi
if [ "$1" = 'haproxy' ]; then shift; set -- haproxy -W -db "$@"; fi
exec "$@"
`;

const nginxConfig = `worker_processes auto;
error_log /dev/stderr notice;
pid /run/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  include /etc/nginx/conf.d/*.conf;
}
`;

function haproxyImage(tag: string, busybox: ImageLayer, haproxy: ImageLayer): ImageSpec {
  return {
    name: `${repository}/haproxy:${tag}`,
    layers: [
      busybox,
      haproxy,
      textLayer({
        'usr/local/bin/docker-entrypoint.sh': haproxyEntrypoint,
        'etc/passwd': 'root:x:0:0:root:/:/bin/sh\nhaproxy:x:99:99:haproxy:/var/lib/haproxy:/bin/sh\n',
        'etc/group': 'root:x:0:\nhaproxy:x:99:\n',
        'usr/local/etc/haproxy/README': 'The configuration goes here.\n',
        'var/lib/haproxy/.keep': '',
      }),
    ],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
      User: 'haproxy',
      WorkingDir: '/var/lib/haproxy',
      StopSignal: 'SIGUSR1',
    },
  };
}

/** The image of another HAProxy than the machine's own, published as `team/haproxy:TAG`. */
export async function publishHaproxy(
  registry: TestRegistry,
  tag: string,
  haproxy: ImageLayer,
): Promise<PushedImage> {
  const spec = haproxyImage(tag, busyboxLayer(await staticBusybox()), haproxy);
  return publishImage(registry, spec, `team/haproxy:${tag}`);
}

export async function busyboxPart(): Promise<ImageLayer> {
  return busyboxLayer(await staticBusybox());
}

/** Each made only when it is wanted: the demo must not need nginx. */
const otherSpecs = {
  busybox: async () => ({
    name: `${repository}/busybox:1`,
    layers: [await busyboxPart()],
    config: { Cmd: ['sh'] },
  }),
  exits: async () => ({
    name: `${repository}/exits:1`,
    layers: [await busyboxPart()],
    config: { Cmd: ['sh', '-c', 'echo starting; echo "FATAL: cannot reach the database" >&2; exit 3'] },
  }),
  haproxy: async () => {
    const haproxy = await programLayer(
      await requiredProgram('haproxy', 'haproxy'),
      '/usr/local/sbin/haproxy',
    );
    return haproxyImage('1', await busyboxPart(), haproxy);
  },
  nginx: async () => ({
    name: `${repository}/nginx:1`,
    layers: [
      await busyboxPart(),
      await programLayer(await requiredProgram('nginx', 'nginx'), '/usr/sbin/nginx'),
      textLayer({
        'etc/nginx/nginx.conf': nginxConfig,
        'etc/nginx/conf.d/.keep': '',
        'etc/passwd': 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
        'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
        'var/lib/nginx/.keep': '',
        'var/log/nginx/.keep': '',
      }),
    ],
    config: { Cmd: ['nginx', '-g', 'daemon off;'], StopSignal: 'SIGQUIT', ExposedPorts: { '80/tcp': {} } },
  }),
} satisfies Record<string, () => Promise<ImageSpec>>;

const allNames = [...Object.keys(appImages), ...Object.keys(otherSpecs)] as TestImageName[];

/** What the images that tests use are made of, by the name tests call them. */
export async function testImageSpecs(
  names: readonly TestImageName[] = allNames,
): Promise<Record<TestImageName, ImageSpec>> {
  const specs: [string, ImageSpec][] = [];
  for (const name of names) {
    specs.push([
      name,
      name in otherSpecs
        ? await otherSpecs[name as keyof typeof otherSpecs]()
        : await appSpec(appImages[name as keyof typeof appImages]),
    ]);
  }
  return Object.fromEntries(specs) as Record<TestImageName, ImageSpec>;
}

/** Every image that tests use, made to exist in the Engine; seconds the first time, then milliseconds. */
export async function buildLocalImages(socket?: string): Promise<Record<TestImageName, string>> {
  const specs = await testImageSpecs();
  await loadImages(socket ?? (await ensureEngine()).socket, Object.values(specs));
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.name])) as Record<
    TestImageName,
    string
  >;
}

/**
 * Publishes images in the registry without any Engine: `team/app:v1` and so on. A deploy that names them really
 * pulls. About a second for all of them; the first time longer, while the compressed layers are made and kept.
 */
export async function buildTestImages(
  registry: TestRegistry,
  names?: readonly TestImageName[],
): Promise<Record<TestImageName, PushedImage>> {
  const specs = await testImageSpecs(names);
  const published: [TestImageName, PushedImage][] = [];
  for (const [name, spec] of Object.entries(specs) as [TestImageName, ImageSpec][]) {
    const target = spec.name.replace(`${repository}/`, 'team/');
    published.push([name, await publishImage(registry, spec, target)]);
  }
  return Object.fromEntries(published) as Record<TestImageName, PushedImage>;
}

/** An app image of a test's own, published as `team/app:TAG`. */
export async function publishAppImage(registry: TestRegistry, image: AppImage): Promise<PushedImage> {
  return publishImage(registry, await appSpec(image), `team/app:${image.tag ?? image.version}`);
}
