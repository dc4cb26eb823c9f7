import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { containerShape } from './container-shape.ts';
import { deployVersions, statesOf, verdictsOf } from './deployed-releases.ts';
import { headlineOf } from './run-deploy.ts';
import { freePort, openStand, refusalOf, request, type Stand, secretCanary, type TestApp } from './stand.ts';

// Back to a release that was live, told no more than the server and the app's name; no request is lost on the way.

describeWithEngine('a rollback', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3', 'h2c']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
  });
  afterEach(() => app.remove());

  describe('under load', () => {
    afterEach(async () => {
      const { failures } = await pulse.stop();
      expect(failures).toEqual([]);
    });

    test.each([
      ['stopped', 'exited', 'is stopped'],
      ['paused', 'paused', 'is paused'],
      ['running', 'running', 'runs'],
    ])(
      'goes back to a standby that is %s, and marks the version that is left',
      async (standby, state, said) => {
        const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], {
          standby,
          'pre-deploy': JSON.stringify(['sh', '-c', 'echo migrated']),
          watch: '1s',
        });
        expect(await statesOf(app)).toEqual({ [v1]: state, [v2]: 'running' });
        const { id } = (await app.containers()).find(({ release }) => release === v1) ?? {};
        pulse = app.startPulse();
        const result = await app.rollback({ reason: 'it sells nothing' });
        expect(await app.version()).toBe('v1');
        expect(result.log).toContain(`-${v1} is still in the blue slot and ${said}.`);
        expect(result.outputs).toMatchObject({
          release: v1,
          'from-release': v2,
          'previous-release': v2,
          color: 'blue',
          switched: 'true',
          'rolled-back': 'false',
          reason: '',
          'image-digest': stand.images.v1.digest,
          url: `http://127.0.0.1:${app.listen.port}`,
        });
        expect(headlineOf(result)).toBe(`${app.name} is live on 127.0.0.1: release ${v1}`);
        expect(await verdictsOf(app)).toEqual({ [v1]: 'live', [v2]: 'bad' });
        expect((await app.releases())[1]?.reason).toBe('it sells nothing');
        expect(await statesOf(app)).toEqual({ [v1]: 'running', [v2]: 'exited' });
        expect((await app.liveContainer()).id).toBe(id);
        // The schema is left alone, and that is said.
        expect(result.log).not.toMatch(/Running pre-deploy|migrated/);
        expect(result.log).toContain('a rollback never runs pre-deploy, and does not take a migration back');
        expect(result.summary).toContain('a rollback never runs pre-deploy');
        const verdict = JSON.parse(result.outputs.verdict ?? '{}');
        expect(verdict).toMatchObject({
          action: 'rollback',
          outcome: 'live',
          release: v1,
          previousRelease: v2,
        });
        expect(verdict.timeline.map(({ step }: { step: string }) => step)).toContain('watch');
        await app.expectTidy({ standby: 1 });

        // A deploy after it is a deploy like any other, and takes away what was kept for its logs.
        const next = await app.deploy(stand.images.v3);
        expect(next.log).toContain(`-${v2}, which had been kept for its logs.`);
        expect(await statesOf(app)).toEqual({ [v1]: 'exited', [next.outputs.release ?? '']: 'running' });
        await app.expectTidy({ standby: 1 });
      },
    );

    test('keeps the version that is left as standby, if it is told so, and comes back to it', async () => {
      const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], { standby: 'paused' });
      pulse = app.startPulse();
      await app.rollback({ 'mark-bad': 'false' });
      expect(await verdictsOf(app)).toEqual({ [v1]: 'live', [v2]: 'standby' });
      expect(await statesOf(app)).toEqual({ [v1]: 'running', [v2]: 'paused' });
      const back = await app.rollback();
      expect(back.outputs).toMatchObject({ release: v2, 'from-release': v1, color: 'green' });
      expect(await app.version()).toBe('v2');
      await app.expectTidy({ standby: 1 });
    });

    test('goes two versions back, with everything as it was, though the container is gone', async () => {
      const network = `db-${app.listen.port}`;
      const volume = `${app.name}-data`;
      await app.engine('/networks/create', 'POST', { Name: network });
      const first = await app.deploy(stand.images.v1, {
        env: 'MODE=production\nEMPTY=\nQUOTED="a = b"\nPORT=9191',
        'container-port': '9191',
        volumes: `${volume}:/data\n${app.server.home}:/files:ro`,
        networks: network,
        command: 'node /app/server.mjs "an argument"',
        memory: '128MiB',
        cpus: '0.75',
        user: '1234:1235',
        'read-only': 'true',
        init: 'false',
        'stop-signal': 'SIGINT',
        'stop-timeout': '7s',
        labels: 'team=shop',
        'log-max-size': '5MB',
      });
      const before = await containerShape(app, first.outputs.container ?? '');
      pulse = app.startPulse();
      const [, v3 = ''] = await deployVersions(stand, app, ['v2', 'v3']);
      const switchBefore = (await app.containers()).find(({ role }) => role === 'switch');
      const result = await app.rollback({ to: first.outputs.release ?? '' });
      expect(result.outputs).toMatchObject({ release: first.outputs.release, 'from-release': v3 });
      expect(await containerShape(app, result.outputs.container ?? '')).toEqual(before);
      expect(JSON.parse((await app.ask('/env?name=TOKEN')).body).value).toBe(secretCanary);
      expect(await app.version()).toBe('v1');
      // The switch belongs to the server.
      expect((await app.containers()).find(({ role }) => role === 'switch')).toEqual(switchBefore);
      await app.expectTidy({ standby: 1 });
      await app.deploy(stand.images.v2);
      expect(await app.version()).toBe('v2');
      await pulse.stop();
      await app.remove();
      await app.engine(`/networks/${network}`, 'DELETE').catch(() => {});
      await app.engine(`/volumes/${volume}`, 'DELETE');
    });

    test('leaves the switch as the last deploy has set it', async () => {
      await app.deploy(stand.images.v1, { 'request-timeout': '5s' });
      pulse = app.startPulse();
      await app.deploy(stand.images.v2, { 'request-timeout': '9s', 'trusted-proxies': '10.1.0.0/16' });
      const running = async () =>
        (await app.containers()).filter(({ role, state }) => role === 'switch' && state === 'running');
      const before = await running();
      const result = await app.rollback();
      expect(result.log).not.toContain('Replaced the switch');
      expect(await running()).toEqual(before);
      const config = (await app.files()).find(({ path }) => path.startsWith('switch/haproxy-'))?.path ?? '';
      expect(await readFile(join(app.folder, config), 'utf8')).toContain('timeout server 9000ms');
      expect(await app.version()).toBe('v1');
      await app.expectTidy({ standby: 1 });
    });

    test('serves on at both addresses while the edge still moves from one to the other', async () => {
      await app.deploy(stand.images.v1);
      pulse = app.startPulse();
      const moved = { host: '127.0.0.1', port: await freePort() };
      await app.deploy(stand.images.v2, { listen: `127.0.0.1:${moved.port}` });
      const running = async () =>
        (await app.containers()).filter(({ role, state }) => role === 'switch' && state === 'running');
      const before = await running();
      const result = await app.rollback();
      expect(result.outputs.url).toBe(`http://127.0.0.1:${moved.port}`);
      expect(await running()).toEqual(before);
      expect(await app.version()).toBe('v1');
      expect((await request({ ...moved, path: '/version', agent: false })).body.trim()).toBe('v1');
    });

    test('says that the version it goes back to is down, and brings it back where nothing serves', async () => {
      const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2']);
      pulse = app.startPulse();
      await pulse.stop();
      await app.engine(`/containers/${(await app.liveContainer()).id}/stop?t=1`);
      const result = await app.rollback();
      expect(result.log).toContain(`The live release ${v2} (green) does not run: its container is exited.`);
      expect(result.outputs).toMatchObject({ release: v1, 'from-release': v2 });
      expect(await app.version()).toBe('v1');
      pulse = app.startPulse();
      await app.expectTidy({ standby: 1 });
    });
  });

  test('of a service that must not run twice never runs two at once', async () => {
    const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], { order: 'stop-first' });
    await app.rollback();
    const [back, left] = [await app.inspect(`${app.name}-${v1}`), await app.inspect(`${app.name}-${v2}`)];
    expect(Date.parse(back.State.StartedAt)).toBeGreaterThanOrEqual(Date.parse(left.State.FinishedAt));
    expect(await app.version()).toBe('v1');
    const failed = await app.runRollback({ to: v2, 'health-path': '/nowhere', 'start-timeout': '1s' });
    expect(refusalOf(failed).sentence).toMatch(new RegExp(`Release ${v1} \\(blue\\) serves again\\.$`));
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
  });

  test('of a worker needs no switch', async () => {
    const worker = { switch: 'none', 'health-path': '' };
    const [v1 = '', v2 = ''] = await deployVersions(stand, app, ['v1', 'v2'], worker);
    const { outputs } = await app.rollback();
    expect(outputs).toMatchObject({ release: v1, 'from-release': v2, url: '' });
    expect(await statesOf(app)).toEqual({ [v1]: 'running', [v2]: 'exited' });
    await app.expectTidy({ standby: 1, switch: false });
  });

  test('follows a release to its protocol and port, though the switch stays', async () => {
    await app.deploy(stand.images.v1, { env: 'PORT=9191', 'container-port': '9191' });
    await app.deploy(stand.images.h2c, { protocol: 'h2c' });
    await app.rollback();
    expect(await app.version()).toBe('v1');
    await app.expectTidy({ standby: 1 });
  });

  test('takes a standby that had fallen once, and been started again, for what it is', async () => {
    const [v1 = ''] = await deployVersions(stand, app, ['v1'], { standby: 'running' });
    const exec = await app.engine(`/containers/${app.name}-${v1}/exec`, 'POST', {
      Cmd: ['sh', '-c', 'kill -TERM 1; kill -INT 1'],
    });
    await app.engine(`/exec/${JSON.parse(exec).Id}/start`, 'POST', { Detach: true });
    await expect
      .poll(async () => (await app.inspect(`${app.name}-${v1}`)).RestartCount, { timeout: 15_000 })
      .toBe(1);
    await expect.poll(() => app.version().catch(() => ''), { timeout: 15_000 }).toBe('v1');
    await deployVersions(stand, app, ['v2'], { standby: 'running' });
    expect((await app.rollback({ watch: '1s' })).outputs.release).toBe(v1);
    expect(await app.version()).toBe('v1');
  });
});
