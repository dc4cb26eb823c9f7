import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { freePort, openStand, refusalOf, request, type Stand, type TestApp } from './stand.ts';

// The live version is there, and nothing leads to it any more: somebody has removed the switch, or it can't start.

describeWithEngine('a switch that is gone', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3', 'neverHealthy']);
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

  test('is made anew before a rollback looks whether the one that it finishes has brought back what serves', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const v2 = await app.deploy(stand.images.v2);
    await app.deploy(stand.images.v3);
    await app.rollbackAndKill({ watch: '60s' }, /Watching: /);
    await removeSwitch(app);
    await app.ageLease();
    const again = await app.rollback(watched);
    expect(again.log).toContain('Made a new switch');
    expect(again.outputs.release).toBe(v2.outputs.release);
    expect(await app.version()).toBe('v2');
    await app.remove();
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

  test('is made anew as it was, also by a deploy that changes it and fails', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    await removeSwitch(app);
    const fresh = await freePort();
    const failed = await app.run(stand.images.v2, {
      listen: `127.0.0.1:${fresh}`,
      networks: 'no-such-network',
    });
    expect(failed.exitCode).toBe(1);
    expect(await app.version()).toBe('v1');
    await app.deploy(stand.images.v2, { listen: `127.0.0.1:${fresh}` });
    expect(await app.version()).toBe('v2');
    expect((await request({ host: '127.0.0.1', port: fresh, path: '/version' })).body.trim()).toBe('v2');
  });

  test('is told from an older one that only finishes what it has', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const agent = new Agent({ keepAlive: true });
    try {
      // It stays with the switch that it was opened on.
      await app.ask('/version', { agent });
      await app.deploy(stand.images.v1, { 'request-timeout': '31s' });
      const switches = (await app.containers()).filter(({ role }) => role === 'switch');
      expect(switches.map(({ state }) => state)).toEqual(['running', 'running']);
      await app.engine(`/containers/${switches.at(-1)?.id}?force=true`, 'DELETE');
      await app.deploy(stand.images.v2, { 'request-timeout': '31s' });
      expect(await app.version()).toBe('v2');
      // Also who has stayed meets the new version.
      expect((await app.ask('/version', { agent })).body.trim()).toBe('v2');
    } finally {
      agent.destroy();
    }
  });

  test('is said to be gone by a job that does not get as far as to make it anew, by a list and by a plan', async () => {
    const app = await stand.app();
    const { outputs } = await app.deploy(stand.images.v1);
    await removeSwitch(app);
    const failed = await app.runRollback({ to: 'nothing-like-it' });
    const verdict = JSON.parse(failed.outputs.verdict ?? '{}');
    expect(verdict.servingNow).toBe(
      `Nothing answers, because the switch is gone; release ${outputs.release} (blue) is behind it.`,
    );
    expect(failed.outputs.url).toBe('');
    const listed = await app.rollback({ list: 'true' });
    expect(listed.log).toContain(`No switch of ${app.name} runs, so nothing answers`);
  });
});

describeWithEngine('a first deploy that was killed', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'neverHealthy']);
  });
  afterAll(() => stand?.close());

  test('leaves a candidate that is never taken for a live version', async () => {
    const app = await stand.app();
    await app.runAndKill(stand.images.neverHealthy, { 'start-timeout': '60s' }, /Health check 1: /);
    const [candidate] = await app.containers();
    expect(candidate?.state).toBe('running');
    await app.ageLease();
    const next = await app.run(stand.images.neverHealthy, { 'start-timeout': '1s' });
    expect(next.exitCode).toBe(1);
    expect(next.log).toContain(`Removed ${candidate?.name}, which an earlier job had left behind.`);
    expect(JSON.parse(next.outputs.verdict ?? '{}').servingNow).toBe(
      `Nothing of ${app.name} serves on this server.`,
    );
    expect((await app.containers()).filter(({ role }) => role === 'switch')).toEqual([]);
    expect((await app.releases()).map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
    await app.deploy(stand.images.v1);
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
  });
});
