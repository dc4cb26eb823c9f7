import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../../scripts/test-tools-run.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import type { ReleaseFacts, ResolvedProject, ServicePlan } from '../src/index.ts';
import {
  composeFileText,
  fileReferences,
  findRefusals,
  parseResolvedProject,
  planServices,
  recolored,
  releasedProject,
  shippedServices,
} from '../src/index.ts';
import { factsOf, releaseFactsOf } from './projects.ts';

const source = join(import.meta.dirname, 'fixtures/shop');

describeWithEngine('the released file and Docker Compose', () => {
  let folder: string;
  let resolvedText: string;
  let project: ResolvedProject;
  let plans: Record<string, ServicePlan>;
  let facts: ReleaseFacts;
  let shipped: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-compose-'));
    resolvedText = await compose(join(source, 'compose.yaml'), ['config', '--format', 'json']);
    project = parseResolvedProject(resolvedText);
    shipped = shippedServices(project, { services: undefined, images: [] });
    plans = planServices(project, factsOf(shipped));
    facts = releaseFactsOf(
      ['frontend', 'backend'],
      { frontend: 'blue', backend: 'green', 'celery-worker': 'blue', 'celery-beat': 'blue', migrate: 'blue' },
      {
        movedPaths: new Map(
          fileReferences(project)
            .filter(({ service }) => service !== 'postgres')
            .map(({ path }) => [path, path.replace(source, '/home/deploy/.switchyard/shop/files/0a1b')]),
        ),
      },
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes a Compose file and asks Compose of it, without the variables of its source. */
  async function ask(name: string, text: string, args: readonly string[]): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return compose(path, args, {});
  }

  const hashesOf = async (name: string, text: string) => {
    const lines = (await ask(name, text, ['config', '--hash', '*'])).trim().split('\n');
    return new Map(lines.map((line) => line.split(' ') as [string, string]));
  };

  it('gives each service of a usual stack its role', () => {
    expect(shipped.sort()).toEqual(['backend', 'celery-beat', 'celery-worker', 'frontend', 'migrate']);
    expect(Object.fromEntries(Object.values(plans).map(({ service, role }) => [service, role]))).toEqual({
      backend: 'routed',
      'celery-beat': 'worker',
      'celery-worker': 'worker',
      frontend: 'routed',
      migrate: 'job',
      postgres: 'kept',
      redis: 'kept',
      'uptime-kuma': 'kept',
    });
    expect(
      findRefusals(project, plans, {
        ...factsOf(shipped),
        app: 'shop',
        givenImages: new Set(shipped),
        missingPaths: new Set(),
      }),
    ).toEqual([]);
  });

  it('is taken by Compose, and means to it what it says', async () => {
    const text = composeFileText(releasedProject(project, plans, facts));
    await ask('released.json', text, ['config', '--quiet']);
    const again = parseResolvedProject(await ask('released.json', text, ['config', '--format', 'json']));
    expect(again.services.backend?.labels).toEqual({
      'com.example.team': 'shop',
      'switchyard.app': 'shop',
      'switchyard.color': 'green',
      'switchyard.role': 'service',
    });
    expect(again.services.backend?.environment).toEqual({
      DATABASE_URL: 'postgres://shop:p$ss@postgres:5432/shop',
      LOG_LEVEL: 'info',
      PRICE: '5$',
    });
    expect(again.services['backend-switch']?.labels?.['traefik.http.routers.backend.rule']).toBe(
      'Host(`api.example.com`) || HostRegexp(`^.+\\.example\\.com$`)',
    );
    expect(again.services.frontend?.ports).toBeUndefined();
    expect(again.services['frontend-switch']?.ports).toEqual(project.services.frontend?.ports);
    expect(again.secrets?.['db-password']?.file).toBe(
      '/home/deploy/.switchyard/shop/files/0a1b/secrets/db-password.txt',
    );
    // What Compose makes of it is what it is made from: nothing is left to resolve.
    const third = await ask('again.json', composeFileText(again), ['config', '--format', 'json']);
    expect(parseResolvedProject(third)).toEqual(again);
  });

  it('leaves every service that is kept as the running container was made', async () => {
    const resolved = await hashesOf('resolved.json', resolvedText);
    const released = await hashesOf('hashes.json', composeFileText(releasedProject(project, plans, facts)));
    const kept = Object.values(plans).filter(({ role }) => role === 'kept');
    expect(kept).toHaveLength(3);
    for (const { service } of kept)
      expect([service, released.get(service)]).toEqual([service, resolved.get(service)]);
    expect(released.get('backend')).not.toBe(resolved.get('backend'));
  });

  it('changes nothing else when one service gets its other colour', async () => {
    const before = releasedProject(project, plans, facts);
    const after = recolored(before, 'backend', 'blue', facts.slots.backend);
    const was = await hashesOf('before.json', composeFileText(before));
    const is = await hashesOf('after.json', composeFileText(after));
    expect(
      [...is].filter(([service, hash]) => was.get(service) !== hash).map(([service]) => service),
    ).toEqual(['backend']);
    const back = recolored(after, 'backend', 'green', facts.slots.backend);
    expect(composeFileText(back)).toBe(composeFileText(before));
  });
});

function compose(
  file: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = { DB_PASSWORD: 'p$ss' },
): Promise<string> {
  return run('docker', ['compose', '--project-name', 'shop', '--file', file, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
  });
}
