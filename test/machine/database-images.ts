import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provideDatabases } from '../../scripts/test-tools.ts';
import type { ImageLayer } from './image-archive.ts';
import { busyboxPart, textLayer } from './images.ts';
import { publishImage } from './publish-image.ts';
import type { PushedImage, TestRegistry } from './registry.ts';
import type { TarEntry } from './tar.ts';
import { filesAsEntries, openUnpacked } from './unpacked-programs.ts';

const postgresPrograms = ['initdb', 'pg_ctl', 'pg_isready', 'postgres', 'psql'];
/** What a cluster is made with; the rest of the packages is extensions, translations and the compiler. */
const postgresModules = ['dict_snowball.so', 'plpgsql.so', 'libpqwalreceiver.so'];
const postgresAt = 'usr/lib/postgresql/15';
const sharedAt = 'usr/share/postgresql/15';

/** Programs with their libraries, at the paths that were built into them unless another is given. */
async function unpackedLayer(
  root: string,
  name: string,
  programs: Readonly<Record<string, string>>,
  more: ReadonlyMap<string, string> = new Map(),
): Promise<ImageLayer> {
  const unpacked = openUnpacked(root);
  const files = new Map(more);
  for (const [inImage, program] of Object.entries(programs)) {
    files.set(inImage, join(root, program));
    for (const [library, path] of await unpacked.libraries(program)) files.set(library, path);
  }
  return {
    content: `${name} 1 ${await readFile(join(root, 'packages.txt'), 'utf8')}`,
    files: () => filesAsEntries(files),
  };
}

function foldersLayer(folders: Readonly<Record<string, number>>): ImageLayer {
  const entries = Object.entries(folders).map(([name, mode]): TarEntry => ({ name: `${name}/`, mode }));
  return { content: `folders ${JSON.stringify(folders)}`, files: async () => entries };
}

/** Links on the PATH to programs that must stay where they are: they look for each other beside themselves. */
function linksLayer(programs: readonly string[]): ImageLayer {
  const entries = programs.map(
    (name): TarEntry => ({
      name: `usr/local/bin/${name}`,
      linkTo: `/${postgresAt}/bin/${name}`,
      mode: 0o777,
    }),
  );
  return { content: `links ${JSON.stringify(entries)}`, files: async () => entries };
}

function filesBelow(root: string, folder: string): Map<string, string> {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/extension'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length + 1), path]),
  );
}

const userFiles = (user: string) => ({
  'etc/passwd': `root:x:0:0:root:/:/bin/sh\n${user}:x:999:999:${user}:/tmp:/bin/sh\n`,
  'etc/group': `root:x:0:\n${user}:x:999:\n`,
});

/** As the official image, which is made without the protected mode: other containers may connect. */
const redisEntrypoint = `#!/bin/sh
if [ "$1" = 'redis-server' ]; then set -- "$@" --protected-mode no; fi
exec "$@"
`;

/**
 * Redis 7 of Debian 12, published as `team/redis:7`.
 *
 * @throws ToolUnavailable where this machine cannot have it
 */
export async function publishRedis(registry: TestRegistry): Promise<PushedImage> {
  const root = await provideDatabases();
  // The package redis-server holds a link to this program, which is the server when it is called so.
  const programs = { 'usr/local/bin/redis-server': 'usr/bin/redis-check-rdb' };
  const spec = {
    name: 'switchyard-test/redis:7',
    layers: [
      await busyboxPart(),
      await unpackedLayer(root, 'redis', { ...programs, 'usr/local/bin/redis-cli': 'usr/bin/redis-cli' }),
      textLayer({ ...userFiles('redis'), 'usr/local/bin/docker-entrypoint.sh': redisEntrypoint }),
    ],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server'],
      User: '999:999',
      WorkingDir: '/data',
      ExposedPorts: { '6379/tcp': {} },
    },
  };
  return publishImage(registry, spec, 'team/redis:7');
}

/**
 * PostgreSQL 15 of Debian 12, published as `team/postgres:15`; POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB as with the
 * official image.
 *
 * @throws ToolUnavailable where this machine cannot have it
 */
export async function publishPostgres(registry: TestRegistry): Promise<PushedImage> {
  const root = await provideDatabases();
  const entrypoint = join(import.meta.dirname, '../apps/stack/postgres-entrypoint.sh');
  const programs = Object.fromEntries(
    [
      ...postgresPrograms.map((name) => `${postgresAt}/bin/${name}`),
      ...postgresModules.map((name) => `${postgresAt}/lib/${name}`),
    ].map((path) => [path, path]),
  );
  const shared = new Map([
    ...filesBelow(root, sharedAt),
    ...['plpgsql.control', 'plpgsql--1.0.sql'].map((name): [string, string] => [
      `${sharedAt}/extension/${name}`,
      join(root, sharedAt, 'extension', name),
    ]),
  ]);
  const spec = {
    name: 'switchyard-test/postgres:15',
    layers: [
      await busyboxPart(),
      await unpackedLayer(root, 'postgres', programs, shared),
      linksLayer(postgresPrograms),
      // The server's user makes its folder in a volume that takes this one's rights over.
      foldersLayer({
        'var/lib/postgresql/data': 0o777,
        'var/run/postgresql': 0o777,
        'docker-entrypoint-initdb.d': 0o755,
      }),
      textLayer({
        ...userFiles('postgres'),
        'usr/local/bin/docker-entrypoint.sh': readFileSync(entrypoint, 'utf8'),
      }),
    ],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Env: ['PGDATA=/var/lib/postgresql/data/cluster', 'TZ=UTC'],
      User: '999:999',
      ExposedPorts: { '5432/tcp': {} },
      StopSignal: 'SIGINT',
    },
  };
  return publishImage(registry, spec, 'team/postgres:15');
}
