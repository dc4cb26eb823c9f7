import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// The live version is there, and nothing leads to it any more: somebody has removed the switch, or it can't start.

describeWithEngine('a switch that is gone', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'neverHealthy']);
  });
  afterAll(() => stand?.close());

  const removeSwitch = async (app: TestApp) => {
    const found = (await app.containers()).find(({ role }) => role === 'switch');
    await app.engine(`/containers/${found?.id}?force=true`, 'DELETE');
    await expect(app.version()).rejects.toThrow(/ECONNREFUSED/);
  };
  const watched = { watch: '500ms' };

  test('is made anew by the next deploy, also by one that fails', async () => {
    const app = await stand.app();
    const { outputs } = await app.deploy(stand.images.v1);
    await removeSwitch(app);
    const planned = await app.deploy(stand.images.v2, { 'dry-run': 'true' });
    expect(planned.log).toContain('1. Start the switch again, or make a new one on 127.0.0.1:');
    const failed = await app.run(stand.images.neverHealthy, { 'start-timeout': '1s', ...watched });
    const refusal = refusalOf(failed);
    expect(refusal.sentence).toMatch(/never became healthy|health/);
    expect(failed.log).toContain(`The switch of ${app.name} is gone, so nothing answers`);
    expect(failed.log).toContain(`Made a new switch; it leads to release ${outputs.release}`);
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
    await removeSwitch(app);
    await app.deploy(stand.images.v2, watched);
    expect(await app.version()).toBe('v2');
    await app.expectTidy({ standby: 1 });
  });

  test('is made anew by a rollback', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    await app.deploy(stand.images.v2);
    await removeSwitch(app);
    await app.rollback({ ...watched });
    expect(await app.version()).toBe('v1');
  });

  test('is made anew where it cannot start again', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const found = (await app.containers()).find(({ role }) => role === 'switch');
    await app.engine(`/containers/${found?.id}/stop?t=0`);
    await writeFile(join(app.folder, 'switch', 'haproxy-1.cfg'), 'nonsense\n');
    await app.deploy(stand.images.v2, watched);
    expect(await app.version()).toBe('v2');
    await app.expectTidy({ standby: 1 });
  });

  test('is said to be gone when the job fails before it can be made anew', async () => {
    const app = await stand.app();
    const { outputs } = await app.deploy(stand.images.v1);
    await removeSwitch(app);
    const failed = await app.run(stand.images.v2, { networks: 'no-such-network' });
    expect(JSON.parse(failed.outputs.verdict ?? '{}').servingNow).toBe(
      `Nothing answers, because the switch is gone; release ${outputs.release} (blue) is behind it.`,
    );
  });
});
