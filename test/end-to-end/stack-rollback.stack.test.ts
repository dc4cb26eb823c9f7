import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeStack } from './describe-stack.ts';
import { envFileName } from './stack-files.ts';
import type { StackStage } from './stack-stage.ts';
import { brisk, expectLive, expectServes, expectTidy, loadOn, nothingLost } from './stack-verdict.ts';

// The whole stack goes back in one step: images, files and environment.

interface Recorded {
  id: string;
  verdict: string;
  reason?: string;
}

function recorded({ folder }: StackStage): Record<string, Recorded> {
  const releases = readdirSync(join(folder, 'releases'))
    .toSorted()
    .map((name): Recorded => JSON.parse(readFileSync(join(folder, 'releases', name), 'utf8')));
  return Object.fromEntries(
    releases.map(({ id, verdict, reason }) => [id, { id, verdict, ...(reason && { reason }) }]),
  );
}

const verdicts = (stage: StackStage) =>
  Object.fromEntries(Object.values(recorded(stage)).map(({ id, verdict }) => [id, verdict]));

/** The checkout as it is at one version: its variables, and a file that a service mounts. */
async function checkOut(stage: StackStage, version: string): Promise<void> {
  const path = join(stage.checkout, envFileName);
  const text = (await readFile(path, 'utf8')).replace(
    /^PROXY_URL=.*$/m,
    `PROXY_URL=http://proxy.example.com/${version}`,
  );
  await writeFile(path, text);
  await writeFile(join(stage.checkout, 'backend.conf'), `version = ${version}\n`);
}

/** What the services see of a version: its programs, its variables and its files. */
async function expectAll(stage: StackStage, version: string): Promise<void> {
  await expectServes(stage, version);
  for (const service of ['backend', 'celery-worker'] as const)
    expect(await stage.inService(service, 'sh', '-c', 'echo "$PROXY_URL"')).toBe(
      `http://proxy.example.com/${version}\n`,
    );
  expect(await stage.inService('backend', 'cat', '/app/backend.conf')).toBe(`version = ${version}\n`);
}

const withFile = (text: string) =>
  text.replace(
    /( {2}backend:\n(?:.*\n)*?)( {4}depends_on:)/,
    '$1    volumes:\n      - ./backend.conf:/app/backend.conf:ro\n$2',
  );

describeStack(
  'a rollback of a stack',
  { purpose: 'stackrollback', compose: withFile },
  (stage) => {
    const ids: string[] = [];
    const deploy = async (version: string) => {
      await checkOut(stage(), version);
      const run = await stage().deployStack({ version }, brisk);
      expectLive(run);
      ids.push(run.result.outputs.release ?? '');
    };

    test('brings all of the release before back under load, and calls the one it leaves bad', async () => {
      for (const version of ['v1', 'v2', 'v3']) await deploy(version);
      const [v1 = '', v2 = '', v3 = ''] = ids;
      await expectAll(stage(), 'v3');
      const database = await stage().postgres();
      await using load = await loadOn(stage());
      load.expectWayBack('v2', 'v3');
      const run = await stage().rollback(brisk);
      expectLive(run);
      expect(run.result.outputs).toMatchObject({ release: v2, 'from-release': v3, switched: 'true' });
      await nothingLost(stage(), load);
      await expectAll(stage(), 'v2');
      expect(verdicts(stage())).toEqual({ [v1]: 'retired', [v2]: 'live', [v3]: 'bad' });
      expect(await stage().postgres()).toEqual(database);
      await expectTidy(stage());
    });

    test('after which `docker compose up -d` changes nothing', async () => {
      const before = await stage().onServer();
      await stage().composeOfRelease('up', '-d');
      expect(await stage().onServer()).toEqual(before);
    });

    test('goes one further back when it is run again, not to the bad one', async () => {
      const [v1 = '', v2 = '', v3 = ''] = ids;
      await using load = await loadOn(stage());
      load.expectWayBack('v1', 'v2');
      const run = await stage().rollback(brisk);
      expectLive(run);
      await nothingLost(stage(), load);
      await expectAll(stage(), 'v1');
      expect(verdicts(stage())).toEqual({ [v1]: 'live', [v2]: 'bad', [v3]: 'bad' });
      const none = await stage().rollback(brisk);
      expect(none.result.exitCode).toBe(1);
      expect(none.result.log).toContain('There is no release of');
      await expectAll(stage(), 'v1');
    });

    test('goes to the one that "to" names, also to a bad one', async () => {
      const [v1 = '', v2 = '', v3 = ''] = ids;
      await using load = await loadOn(stage());
      const run = await stage().rollback({ ...brisk, to: v3 });
      expectLive(run);
      await nothingLost(stage(), load);
      await expectAll(stage(), 'v3');
      expect(verdicts(stage())).toMatchObject({ [v2]: 'bad', [v3]: 'live', [v1]: 'bad' });
      await expectTidy(stage());
    });

    test('that does not get healthy leaves what serves', async () => {
      const [, v2 = ''] = ids;
      const before = await stage().onServer();
      const entries = recorded(stage());
      await using load = await loadOn(stage());
      // A worker without a health check has to stay up for longer than that.
      const run = await stage().rollback({ ...brisk, to: v2, 'start-timeout': '2500ms' });
      expect(run.result.exitCode).toBe(1);
      await nothingLost(stage(), load);
      await expectAll(stage(), 'v3');
      expect(await stage().onServer()).toEqual(before);
      expect(recorded(stage())).toEqual(entries);
    });
  },
  (stage) => checkOut(stage, 'v0'),
);
