import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeStack } from './describe-stack.ts';
import { composeFileName } from './stack-files.ts';
import type { StackStage } from './stack-stage.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// Releases that are about a part of the stack, or that change what it consists of.

async function rewrite(stage: StackStage, change: (text: string) => string): Promise<void> {
  const path = join(stage.checkout, composeFileName);
  const text = await readFile(path, 'utf8');
  expect(change(text)).not.toBe(text);
  await writeFile(path, change(text));
}

async function containersOf(stage: StackStage, services?: readonly string[]) {
  const { containers } = await stage.onServer();
  return Object.values(containers).filter(({ service }) => services?.includes(service) ?? true);
}

async function expectComposeChangesNothing(stage: StackStage): Promise<void> {
  const before = await stage.onServer();
  await stage.composeOfRelease('up', '-d');
  expect(await stage.onServer()).toEqual(before);
}

describeStack(
  'a stack of which a part changes',
  { purpose: 'stackchanges' },
  (stage) => {
    test('keeps what a release does not ship, and goes on with it', async () => {
      const others = ['frontend', 'frontend-switch', 'celery-beat', 'postgres', 'redis'];
      const before = await containersOf(stage(), others);
      await using load = await loadOn(stage());
      const run = await stage().deployStack(
        { version: 'v2' },
        { ...brisk, services: 'backend, celery-worker' },
      );
      expectLive(run);
      expect(run.result.log).toContain('celery-beat and frontend run on as before.');
      expect(await stage().versions()).toEqual({
        ...{ frontend: 'v1', 'celery-beat': 'v1' },
        ...{ backend: 'v2', 'celery-worker': 'v2' },
      });
      expect(await containersOf(stage(), others)).toEqual(before);
      await expectComposeChangesNothing(stage());
      expectLive(await stage().deployStack({ version: 'v3' }, brisk));
      await expectServes(stage(), 'v3');
      await nothingLost(stage(), load);
      await expectTidy(stage());
    });

    test('goes back to what a release of a part had left', async () => {
      await using load = await loadOn(stage());
      expectLive(await stage().rollback(brisk));
      await nothingLost(stage(), load);
      expect(await stage().versions()).toEqual({
        ...{ frontend: 'v1', 'celery-beat': 'v1' },
        ...{ backend: 'v2', 'celery-worker': 'v2' },
      });
      await expectComposeChangesNothing(stage());
    });

    test('has as many workers as it is told to', async () => {
      await rewrite(stage(), (text) =>
        text.replace('  celery-worker:\n', '  celery-worker:\n    deploy: { replicas: 2 }\n'),
      );
      await using load = await loadOn(stage());
      for (const version of ['v4', 'v5']) {
        expectLive(await stage().deployStack({ version }, brisk));
        const workers = await containersOf(stage(), ['celery-worker']);
        expect(workers).toHaveLength(2);
        expect(new Set(workers.map(({ image, running }) => `${image} ${running}`)).size).toBe(1);
        await expectComposeChangesNothing(stage());
      }
      await nothingLost(stage(), load);
    });

    test('loses a service that its files have no more, and that alone', async () => {
      await rewrite(stage(), (text) => text.replace(/ {2}celery-beat:\n(?: {4}.*\n)+\n/, ''));
      const images = await stage().publish({ version: 'v6' });
      const lines = Object.entries(images).flatMap(([service, { reference }]) =>
        service === 'celery-beat' ? [] : [`${service}=${reference}`],
      );
      await using load = await loadOn(stage());
      expectLive(await stage().deployStack({ version: 'v6' }, { ...brisk, images: lines.join('\n') }));
      await nothingLost(stage(), load);
      expect(await containersOf(stage(), ['celery-beat'])).toEqual([]);
      await rewrite(stage(), (text) => text.replace(/ {2}frontend:\n(?: {4}.*\n)+\n/, ''));
      const fewer = lines.filter((line) => !line.startsWith('frontend='));
      expectLive(await stage().deployStack({ version: 'v6' }, { ...brisk, images: fewer.join('\n') }));
      const left = (await containersOf(stage())).map(({ service }) => service).toSorted();
      expect(left).toEqual([
        'backend',
        'backend-switch',
        'celery-worker',
        'celery-worker',
        'postgres',
        'redis',
      ]);
      await expectComposeChangesNothing(stage());
    });
  },
  async (stage) => {
    expectLive(await stage.deployStack({ version: 'v1' }, brisk));
    await stage.ready();
  },
);
