import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError, InputReader } from '#action-kit';
import type { Engine } from '#engine';
import { type AppInputs, readInputs } from '../../actions/deploy-ssh-bluegreen/src/inputs.ts';
import { readyImage } from '../../packages/release/src/image-step.ts';
import { parseRelease } from '../../packages/release/src/parse-release.ts';
import type { Release } from '../../packages/release/src/release.ts';
import { rolloutOf } from '../../packages/release/src/service-settings.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { type ActionManifest, inputVariables, readManifest } from '../runner/action-manifest.ts';

// What the inputs accept, the record reads back. A record that can't be read is a release that nobody can go back to.

const place = {
  host: 'app.example.com',
  username: 'deploy',
  'private-key': 'any',
  'host-fingerprint': `SHA256:${'A'.repeat(43)}`,
  app: 'shop',
  image: 'registry.example/shop:1',
};
const hex = (letter: string, length = 64) => letter.repeat(length);
const long = (length: number) => 'x'.repeat(length);

/** Values near the edge of what an input takes, beyond it too; those that are refused are counted and left out. */
const values: Record<string, readonly string[]> = {
  app: ['a', 'shop-2', `a${'-b'.repeat(19)}c`, 'a'.repeat(40)],
  image: [
    'app:1',
    'ghcr.io/team/app:main',
    `ghcr.io/team/app@sha256:${hex('a')}`,
    `ghcr.io/team/app:1.2@sha512:${hex('0', 128)}`,
    'localhost:5000/a__b/c--d:v1_2',
    '[fd00::1]:5000/app:1',
    '[::ffff:10.0.0.1]/team/app:1',
    '[2001:DB8::1]/app:LATEST',
    `registry.example/${long(200)}:${'t'.repeat(128)}`,
    'Host.Example:443/app:_1',
  ],
  'container-port': ['', '1', '65535'],
  protocol: ['http', 'h2c', 'tcp'],
  listen: ['127.0.0.1:1', '0.0.0.0:65535', '[::]:8080', '[::FFFF:10.0.0.1]:80', '[fe80::1%eth0]:80'],
  'request-timeout': ['', '100ms', '24h', '576h'],
  'trusted-proxies': [
    '',
    '10.0.0.0/8',
    '::/0, ::ffff:1.2.3.4/128',
    'fe80::1%eth0',
    '1.2.3.4,'.repeat(12_000),
  ],
  env: [
    '',
    'A=',
    'a.b-c==x=',
    '__proto__=1',
    'A=\u001b[31mred\u0007',
    'K<<END\na\n\nb\nEND',
    `A=${long(100_000)}`,
    'ü=1',
  ],
  'secret-env': ['', 'TOKEN=s3cret', 'KEY<<END\r\na\r\nEND', 'constructor=1'],
  volumes: [
    '',
    'data:/data',
    '/:/host:ro,z',
    '/a b:/ü:rshared',
    'data:/a\u0007b',
    'x:/y:exec',
    `/${long(9000)}:/y`,
  ],
  networks: ['', 'db', 'a_b.c-d, net2', long(255), long(256)],
  command: [
    '',
    'node server.mjs "two words"',
    '["sh","-c","a\\u0001\\nb"]',
    '["a\\u0000b"]',
    '["a","\\ud800"]',
    '["a",""]',
    `["${long(20_000)}"]`,
  ],
  memory: ['', '6MiB', '8000TB', '9007TB', '1.5GB'],
  cpus: ['', '0.01', '1024', '0.123456789'],
  user: ['', 'node', '1000:1000', long(11_000), '..:--'],
  'read-only': ['true', 'False'],
  'stop-signal': ['', 'SIGTERM', 'SIGRTMIN+3', 'SIGRTMAX-1', '9', `SIG${'A'.repeat(40)}`],
  'stop-timeout': ['1s', '24h'],
  labels: ['', 'a=1', 'traefik.http.routers/x_y=Host(`a`)', '__proto__=x'],
  'log-max-size': ['10000B', '9007TB'],
  'health-path': ['', '/', '/a?b=%20&c="', `/${long(20_000)}`],
  'health-command': ['', 'true', '["a\\u0000b"]', "sh -c 'echo \u0007'"],
  'health-host': ['localhost', 'ü.example', long(11_000), 'a\u0007b'],
  'health-status': ['200', '100-599', '200,'.repeat(12_000).concat('204')],
  'health-interval': ['10ms', '576h', '600h'],
  'healthy-threshold': ['1', '1000'],
  'start-timeout': ['100ms', '576h'],
  'expected-version': ['', '1.2.3', 'a\u2028b\u0085c', long(11_000)],
  'version-path': ['', '/v', `/${long(11_000)}`],
  watch: ['0s', '24h'],
  'watch-max-error-rate': ['0%', '0.000000001', '5%', '100%', '1'],
  'watch-max-latency-p95': ['', '1ms', '576h'],
  'drain-timeout': ['0s', '24h'],
  'keep-releases': ['2', '1000'],
  standby: ['stopped', 'paused', 'running'],
  order: ['start-first', 'stop-first'],
  switch: ['haproxy', 'nginx', 'none'],
  'switch-image': ['haproxy:3.4', '[fd00::1]:5000/haproxy:3', `haproxy@sha256:${hex('b')}`],
  'nginx-command': ['sudo -n nginx', '["nginx","-c","/a b"]', '["nginx\\u0000"]'],
  'nginx-container': ['', 'nginx_1.a-b', long(255), long(256)],
};

let manifest: ActionManifest;
beforeAll(async () => {
  manifest = await readManifest(join(projectRoot, 'actions', 'deploy-ssh-bluegreen'));
});

/** The inputs as the action reads them, or undefined when it refuses them. */
function accepted(changes: Readonly<Record<string, string>>): AppInputs['deploy'] | undefined {
  const { variables } = inputVariables(manifest, { ...place, ...changes }, {});
  try {
    const { wanted } = readInputs(new InputReader(variables, () => undefined));
    if (wanted.kind !== 'app') throw new Error('a single image is not taken for a stack');
    return wanted.deploy;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The release that a deploy records, its image as the Engine would have it after the pull. */
async function releaseOf(deploy: AppInputs['deploy']): Promise<Release> {
  const { registry, repository, digest = `sha256:${hex('d')}` } = deploy.image;
  const name = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
  const found = {
    Id: `sha256:${hex('1')}`,
    RepoDigests: [`${name}@${digest}`],
    Os: 'linux',
    Architecture: 'amd64',
  };
  const images = { inspect: async () => found, pull: async () => ({ digest }) };
  const { inspect: _, ...image } = await readyImage({
    engine: { images } as unknown as Engine,
    reference: deploy.image,
    text: deploy.imageText,
    auth: undefined,
    policy: 'always',
    facts: { os: 'linux', architecture: 'amd64' } as unknown as Parameters<typeof readyImage>[0]['facts'],
    freeBytes: async () => undefined,
    lastImageId: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(image.digest).toBe(digest);
  const at = '2026-11-21T03:12:05.000Z';
  return {
    format: 1,
    id: '20261121-031205-3f9a',
    app: deploy.app,
    color: 'blue',
    image,
    config: deploy.config,
    rollout: rolloutOf(deploy),
    switch: deploy.switch,
    origin: { runUrl: undefined, actor: 'ann', commit: undefined },
    createdAt: at,
    verdict: 'live',
    verdictAt: at,
    reason: undefined,
    liveAt: at,
  };
}

async function expectReadBack(deploy: AppInputs['deploy']): Promise<void> {
  const release = await releaseOf(deploy);
  const read = parseRelease(
    JSON.stringify(release),
    `/home/u/.switchyard/${release.app}/releases/${release.id}.json`,
  );
  expect(read).toEqual(release);
}

describe('what the inputs accept, the record reads back', () => {
  test.each(Object.keys(values))('%s', async (name) => {
    let taken = 0;
    for (const value of values[name] ?? []) {
      // Some values need others beside them.
      for (const beside of [
        {},
        { switch: 'nginx' },
        { switch: 'none', 'container-port': '80' },
        { 'expected-version': '1' },
      ]) {
        const deploy = accepted({ ...beside, [name]: value });
        if (!deploy) continue;
        taken += 1;
        await expectReadBack(deploy);
      }
    }
    expect(taken).toBeGreaterThan(0);
  });

  test('all of them together, by chance', async () => {
    // The same chance in every run (mulberry32), so that a failure comes again.
    let state = 20_261_129;
    const below = (limit: number): number => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    };
    let taken = 0;
    for (let round = 0; round < 3000; round += 1) {
      const changes = Object.fromEntries(
        Object.entries(values)
          .filter(() => below(4) === 0)
          .map(([name, choices]) => [name, choices.filter(({ length }) => length < 500)] as const)
          .map(([name, choices]) => [name, choices[below(choices.length)] ?? '']),
      );
      const deploy = accepted(changes);
      if (!deploy) continue;
      taken += 1;
      await expectReadBack(deploy);
    }
    expect(taken).toBeGreaterThan(30);
  });
});
