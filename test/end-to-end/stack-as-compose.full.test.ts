import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeStack } from './describe-stack.ts';
import { composeFileName } from './stack-files.ts';
import type { StackStage } from './stack-stage.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// After a deploy the server is what somebody who knows Compose expects, and what a release does not change it leaves alone.

const containersOf = async (stage: StackStage) => (await stage.onServer()).containers;
const oneOf = async (stage: StackStage, service: string) =>
  Object.values(await containersOf(stage)).find((one) => one.service === service);

/** A service's definition in the checkout, changed. */
async function rewrite(stage: StackStage, from: string, to: string): Promise<void> {
  const path = join(stage.checkout, composeFileName);
  const text = await readFile(path, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  await writeFile(path, text.replace(from, to));
}

describeStack(
  'a stack that was deployed',
  { purpose: 'stackcompose' },
  (stage) => {
    test('is shown by ps, and read by logs', async () => {
      const listed = (
        await stage().composeOfRelease('ps', '--format', '{{.Service}} {{.State}} {{.Ports}}')
      ).trim();
      const lines = listed.split('\n').toSorted();
      expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
        [
          'backend',
          'backend-switch',
          'celery-beat',
          'celery-worker',
          'frontend',
          'frontend-switch',
          'postgres',
          'redis',
        ].map((service) => `${service} running`),
      );
      expect(lines.find((line) => line.startsWith('backend-switch'))).toContain(
        `0.0.0.0:${stage().ports.backend}->8000/tcp`,
      );
      expect(await stage().composeOfRelease('logs', '--no-log-prefix', 'backend')).toContain(
        'v2 listens on 8000',
      );
      expect(await stage().composeOfRelease('logs', 'celery-worker')).toMatch(
        /celery-worker-\d+ {2}\| v2-\w+ takes jobs/,
      );
    });

    test('is not changed by a plain `docker compose up -d`', async () => {
      const before = await stage().onServer();
      await using load = await loadOn(stage());
      await stage().composeOfRelease('up', '-d');
      await nothingLost(stage(), load);
      expect(await stage().onServer()).toEqual(before);
    });

    test.each(['backend', 'celery-worker', 'frontend-switch'])(
      'serves on after `restart %s`',
      async (service) => {
        const before = await containersOf(stage());
        await stage().composeOfRelease('restart', service);
        await waitFor('an answer', () =>
          stage()
            .ready()
            .then(() => true),
        );
        await expectServes(stage(), 'v2');
        const after = await containersOf(stage());
        for (const [name, one] of Object.entries(before)) {
          if (one.service === service) expect(after[name]?.startedAt).not.toBe(one.startedAt);
          else expect(after[name]).toEqual(one);
          expect(after[name]?.id).toBe(one.id);
        }
        const load = await loadOn(stage());
        await nothingLost(stage(), load);
      },
    );

    test('keeps the containers of services that a release does not change', async () => {
      const before = await containersOf(stage());
      const [same, next] = [
        await stage().publish({ version: 'v2' }),
        await stage().publish({ version: 'v3' }),
      ];
      const images = Object.entries({ ...same, backend: next.backend });
      await using load = await loadOn(stage());
      const run = await stage().deployStack(
        { version: 'v3' },
        { ...brisk, images: images.map(([service, { reference }]) => `${service}=${reference}`).join('\n') },
      );
      expectLive(run);
      await nothingLost(stage(), load);
      expect(await stage().versions()).toEqual({
        ...{ frontend: 'v2', 'celery-worker': 'v2', 'celery-beat': 'v2' },
        backend: 'v3',
      });
      const after = await containersOf(stage());
      const isBackend = ([, { service }]: [string, { service: string }]) => service === 'backend';
      const without = (all: typeof before) => Object.entries(all).filter((entry) => !isBackend(entry));
      expect(without(after)).toEqual(without(before));
      expect(run.result.log).toContain('celery-beat, celery-worker and frontend run on as before.');
      expect(run.result.summary.match(/as before/g)).toHaveLength(3);
      await expectTidy(stage());
    });

    test('shows a changed definition of the database, and leaves the database alone', async () => {
      const database = await stage().postgres();
      await rewrite(
        stage(),
        '      POSTGRES_DB: shop\n',
        '      POSTGRES_DB: shop\n      TZ: Europe/Berlin\n',
      );
      await using load = await loadOn(stage());
      const { result, violations } = await stage().deployStack({ version: 'v3' }, brisk);
      expect({ exitCode: result.exitCode, violations }).toEqual({ exitCode: 0, violations: [] });
      expect(result.log).toMatch(
        /The definition of postgres has changed \(.*TZ.*\) and was left alone; to bring the change live, name postgres in "services" of one deploy/,
      );
      expect(await stage().postgres()).toEqual(database);
      const before = await stage().onServer();
      await stage().composeOfRelease('up', '-d');
      expect(await stage().onServer()).toEqual(before);
      await nothingLost(stage(), load);
    });

    test('recreates the database when it is named, and never runs two on its data', async () => {
      const before = await stage().postgres();
      const run = await stage().deployStack(
        { version: 'v3' },
        { ...brisk, services: 'frontend, backend, celery-worker, celery-beat, postgres' },
      );
      expectLive(run);
      expect(run.result.log).toMatch(
        /postgres: worker, because it .* owns the volume postgres_data, stop-first because only one may write to it/,
      );
      const after = await stage().postgres();
      expect(after.id).not.toBe(before.id);
      expect(await stage().inService('postgres', 'sh', '-c', 'echo "$TZ"')).toBe('Europe/Berlin\n');
      const rows = ['psql', '-U', 'shop', '-d', 'shop', '-A', '-t', '-c', 'SELECT count(*) FROM products'];
      expect((await stage().inService('postgres', ...rows)).trim()).toBe('2');
      const serving = await stage().onServer();
      await stage().composeOfRelease('up', '-d');
      expect(await stage().onServer()).toEqual(serving);
      expect((await oneOf(stage(), 'redis'))?.running).toBe(true);
    });
  },
  async (stage) => {
    expectLive(await stage.deployStack({ version: 'v1' }, brisk));
    await stage.ready();
    expectLive(await stage.deployStack({ version: 'v2' }, brisk));
  },
);
