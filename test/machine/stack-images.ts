import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageConfig, ImageSpec } from './image-archive.ts';
import { nodeParts, textLayer } from './images.ts';
import { publishImage } from './publish-image.ts';
import type { PushedImage, TestRegistry } from './registry.ts';

/** The images that a project with this stack builds: the worker and the scheduler are two commands of one. */
export const stackImageNames = ['frontend', 'backend', 'workers'] as const;
export type StackImageName = (typeof stackImageNames)[number];

export interface StackVersion {
  /** Tag of the images, and what the programs say they are. */
  version: string;
  /** Variables of one image's own, such as NEVER_HEALTHY. */
  env?: Readonly<Partial<Record<StackImageName, Readonly<Record<string, string>>>>>;
}

/** The health checks of people's stacks call curl, which has more libraries than a test wants. */
const curl = `#!/bin/sh
for url; do :; done
exec wget -q -O - "$(echo "$url" | sed 's#//localhost#//127.0.0.1#')"
`;

const celery = '#!/bin/sh\nexec node /app/celery.mjs "$@"\n';

const parts: Readonly<Record<StackImageName, { files: readonly string[]; config: ImageConfig }>> = {
  frontend: {
    files: ['frontend.mjs', 'web-service.mjs'],
    config: { Cmd: ['node', '/app/frontend.mjs'], ExposedPorts: { '3000/tcp': {} } },
  },
  backend: {
    files: ['backend.mjs', 'redis-client.ts', 'web-service.mjs'],
    config: { Cmd: ['node', '/app/backend.mjs'], ExposedPorts: { '8000/tcp': {} } },
  },
  workers: {
    files: ['beat.mjs', 'celery.mjs', 'redis-client.ts', 'web-service.mjs', 'worker.mjs'],
    config: { Cmd: ['celery', '-A', 'celery_app', 'worker'] },
  },
};

async function stackSpec(name: StackImageName, { version, env }: StackVersion): Promise<ImageSpec> {
  const { files, config } = parts[name];
  const folder = join(import.meta.dirname, '../apps/stack');
  const programs = files.map((file): [string, string] => [
    `app/${file}`,
    readFileSync(join(folder, file), 'utf8'),
  ]);
  return {
    name: `switchyard-test/stack-${name}:${version}`,
    layers: [
      ...(await nodeParts()),
      textLayer({
        ...Object.fromEntries(programs),
        // The services are found by name.
        'etc/nsswitch.conf': 'hosts: files dns\n',
        'usr/local/bin/curl': curl,
        ...(name === 'workers' ? { 'usr/local/bin/celery': celery } : {}),
      }),
      textLayer({ 'app/VERSION': `${version}\n` }),
    ],
    config: {
      ...config,
      User: '1000:1000',
      WorkingDir: '/app',
      Env: Object.entries(env?.[name] ?? {}).map(([key, value]) => `${key}=${value}`),
    },
  };
}

/** Publishes one version of the stack's own images as `team/stack-frontend:v1` and so on. */
export async function publishStackImages(
  registry: TestRegistry,
  version: StackVersion,
): Promise<Record<StackImageName, PushedImage>> {
  const published: [StackImageName, PushedImage][] = [];
  for (const name of stackImageNames) {
    const spec = await stackSpec(name, version);
    published.push([name, await publishImage(registry, spec, `team/stack-${name}:${version.version}`)]);
  }
  return Object.fromEntries(published) as Record<StackImageName, PushedImage>;
}
