import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { containerShape } from './container-shape.ts';
import { deployVersions, statesOf, verdictsOf } from './deployed-releases.ts';
import { errorsOf } from './run-deploy.ts';
import { openStand, refusalOf, type Stand, secretCanary, type TestApp } from './stand.ts';

// A rollback on a server whose record is damaged: what can be told from the containers is, and what can't is said.

describeWithEngine('a rollback with a damaged record', () => {
  let stand: Stand;
  let app: TestApp;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3', 'v4']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
  });
  afterEach(() => app.remove());

  const damage = (ids: readonly string[]) => {
    for (const id of ids) {
      const path = join(app.folder, 'releases', `${id}.json`);
      writeFileSync(path, readFileSync(path, 'utf8').slice(0, 300));
    }
  };

  test('goes back all the same, and says what could not be known', async () => {
    const ids = [];
    for (const version of ['v1', 'v2'] as const) {
      const more = { env: `MODE=${version}`, memory: '100MiB', 'health-path': '/health' };
      ids.push((await app.deploy(stand.images[version], more)).outputs.release ?? '');
    }
    const [v1 = '', v2 = ''] = ids;
    const before = await containerShape(app, `${app.name}-${v1}`);
    damage(ids);
    const pulse = app.startPulse();
    const result = await app.rollback();
    const warnings = result.annotations.map(({ message }) => message).join('\n');
    expect(warnings).toContain(
      `The record of release ${v1} was damaged and was made anew from its container`,
    );
    expect(warnings).toContain("were taken from the actions' defaults");
    expect(await app.version()).toBe('v1');
    expect(await verdictsOf(app)).toEqual({ [v1]: 'live', [v2]: 'bad' });
    expect(JSON.parse((await app.ask('/env?name=TOKEN')).body).value).toBe(secretCanary);
    await app.expectTidy({ standby: 1 });
    // What was made anew is good enough to make the container anew.
    await deployVersions(stand, app, ['v3', 'v4']);
    await app.rollback({ to: v1 });
    expect(await containerShape(app, `${app.name}-${v1}`)).toEqual(before);
    expect(await app.version()).toBe('v1');
    expect((await pulse.stop()).failures).toEqual([]);
    await app.expectTidy({ standby: 1 });
  });

  test.each(['stopped', 'paused', 'running'])(
    'of a %s standby: a deploy keeps the standby, and knows it again',
    async (standby) => {
      const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], { standby });
      const before = await statesOf(app);
      damage([v1]);
      const failed = await app.run(stand.images.v3, { 'expected-version': 'v9' });
      expect(errorsOf(failed).join()).toContain('its build is not the expected one');
      expect(await statesOf(app)).toEqual(before);
      expect(await verdictsOf(app)).toMatchObject({ [v1]: 'standby', [v2]: 'live' });
      expect((await app.rollback()).outputs.release).toBe(v1);
    },
  );

  test('of a bad release: it stays bad', async () => {
    const [v1 = '', v2 = '', v3 = ''] = await deployVersions(stand, app, ['v1', 'v2', 'v3']);
    await app.rollback();
    damage([v3]);
    const list = await app.rollback({ list: 'true' });
    expect(JSON.parse(list.outputs.releases ?? '[]')).toMatchObject([
      { id: v3, verdict: 'bad' },
      { id: v2, isLive: true },
      { id: v1, isNext: true },
    ]);
  });

  test('by a newer Switchyard: refused, not mangled', async () => {
    const [v1 = ''] = await deployVersions(stand, app, ['v1', 'v2']);
    const path = join(app.folder, 'releases', `${v1}.json`);
    writeFileSync(path, '{"format":2}');
    expect(refusalOf(await app.runRollback()).sentence).toContain(
      'was written by a newer Switchyard (format 2',
    );
    expect(readFileSync(path, 'utf8')).toBe('{"format":2}');
    expect(readdirSync(join(app.folder, 'releases'))).toHaveLength(2);
    expect(await app.version()).toBe('v2');
  });
});
