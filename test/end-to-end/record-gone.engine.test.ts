import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { containerShape } from './container-shape.ts';
import { verdictsOf } from './deployed-releases.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// Somebody has removed what Switchyard remembers of an app, while the app serves. It serves on, what the containers
// tell is put together again, and what they don't tell is said.

const secrets = { v1: 'first-token-7d20f4', v2: 'second-token-e18c5b' };

describeWithEngine('a record that is gone', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  let ids: { v1: string; v2: string };
  let before: { v1: unknown; v2: unknown };
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
    const done = async (version: 'v1' | 'v2'): Promise<[id: string, shape: unknown]> => {
      const inputs = { env: `MODE=${version}`, 'secret-env': `TOKEN=${secrets[version]}`, memory: '100MiB' };
      const { outputs } = await app.deploy(stand.images[version], inputs, { canaries });
      return [outputs.release ?? '', await containerShape(app, outputs.container ?? '')];
    };
    const [[v1, v1Shape], [v2, v2Shape]] = [await done('v1'), await done('v2')];
    ids = { v1, v2 };
    before = { v1: v1Shape, v2: v2Shape };
    pulse = app.startPulse();
  });
  afterEach(async () => {
    await pulse.stop();
    await app.remove();
  });

  const canaries = Object.values(secrets);
  const warningsOf = ({ annotations }: ActionResult) =>
    annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  const rebuilt = (id: string, from: string) =>
    `The record of release ${id} was missing and was made anew from its container; its tag, its commit, when it was live and which of its variables are secrets is not known, and its health check and the way it was deployed were taken from ${from}.`;
  const recordedEnvironment = async () =>
    Object.fromEntries(
      (await app.releases()).map((release) => [
        release.id,
        (release as unknown as { config: { env: Record<string, string> } }).config.env,
      ]),
    );

  test('but for the switch: a rollback and a deploy go on from what the containers tell', async () => {
    await rm(join(app.folder, 'releases'), { recursive: true });
    const back = await app.rollback({ watch: '0s' }, { canaries });
    const defaults = "the actions' defaults";
    expect(warningsOf(back)).toEqual([rebuilt(ids.v1, defaults), rebuilt(ids.v2, defaults)]);
    expect(back.outputs).toMatchObject({ release: ids.v1, 'from-release': ids.v2 });
    expect(await app.version()).toBe('v1');
    expect(await containerShape(app, back.outputs.container ?? '')).toEqual(before.v1);
    expect(await verdictsOf(app)).toEqual({ [ids.v1]: 'live', [ids.v2]: 'bad' });
    expect(await recordedEnvironment()).toEqual({
      [ids.v1]: { MODE: 'v1', TOKEN: secrets.v1 },
      [ids.v2]: { MODE: 'v2', TOKEN: secrets.v2 },
    });

    for (const name of await readdir(join(app.folder, 'releases')))
      await rm(join(app.folder, 'releases', name));
    const next = await app.deploy(stand.images.v3, {}, { canaries });
    expect(warningsOf(next)).toContain(rebuilt(ids.v1, 'this deploy'));
    expect(await app.version()).toBe('v3');
    expect(await verdictsOf(app)).toMatchObject({
      [ids.v1]: 'standby',
      [next.outputs.release ?? '']: 'live',
    });
    await app.expectTidy({ standby: 1 });

    // The record that was made anew is good enough to make the container anew.
    await app.engine(`/containers/${app.name}-${ids.v1}?force=1`, 'DELETE');
    const again = await app.rollback({}, { canaries });
    expect(again.outputs).toMatchObject({ release: ids.v1, 'from-release': next.outputs.release });
    expect(await containerShape(app, again.outputs.container ?? '')).toEqual(before.v1);
    expect(await app.version()).toBe('v1');
    await app.expectTidy({ standby: 1 });
    expect((await pulse.stop()).failures).toEqual([]);
  });

  test('with all that the switch needs: nothing is touched, and what to do is said and works', async () => {
    await rm(app.folder, { recursive: true });
    const containers = await app.containers();
    const switchName = containers.find(({ role }) => role === 'switch')?.name ?? '';
    const { sentence: unknown } = refusalOf(await app.runRollback({}, { canaries }));
    expect(unknown).toMatch(
      /^The record of \S+ is gone, and so are the files in \S+ that say how its switch /,
    );
    expect(unknown).toContain(`${switchName} serves; deploy it once`);
    const { sentence: refused } = refusalOf(await app.run(stand.images.v3, {}, { canaries }));
    expect(refused).toContain(`The switch ${switchName} runs and may well serve, but its files in `);
    expect(refused).toContain(`deploy again after "docker rm -f ${switchName}"`);
    expect(await app.containers()).toEqual(containers);
    const served = await pulse.stop();
    expect(served.failures).toEqual([]);
    expect(served.versions).toEqual(['v2']);

    // The gap that is announced.
    await app.engine(`/containers/${switchName}?force=1`, 'DELETE');
    const next = await app.deploy(stand.images.v3, {}, { canaries });
    expect(warningsOf(next)).toEqual(expect.arrayContaining([rebuilt(ids.v2, 'this deploy')]));
    expect(await app.version()).toBe('v3');
    const back = await app.rollback({}, { canaries });
    expect(back.outputs).toMatchObject({ release: ids.v2, 'from-release': next.outputs.release });
    expect(await containerShape(app, back.outputs.container ?? '')).toEqual(before.v2);
    expect(await app.version()).toBe('v2');
    await app.expectTidy({ standby: 1 });
  });
});
