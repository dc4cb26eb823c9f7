import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { errorsOf } from './run-deploy.ts';
import { openStand, request, type Stand, type TestApp } from './stand.ts';

// `listen` changes from one address of a port to another one of the same port: the app is in its own way then.

describeWithEngine('a changed listen on the same port', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());

  const at = (app: TestApp, host: string) => ({
    listen: host.includes(':') ? `[${host}]:${app.listen.port}` : `${host}:${app.listen.port}`,
  });
  const runningSwitches = async (app: TestApp) =>
    (await app.containers()).filter(({ role, state }) => role === 'switch' && state === 'running');
  const versionOn = async (app: TestApp, host: string) =>
    (await request({ host, port: app.listen.port, path: '/version', agent: false })).body.trim();

  describe.each([
    // From, to, where the edge points, and an address that only the first one takes.
    ['0.0.0.0', '127.0.0.1', '127.0.0.1', '127.0.0.2'],
    ['::', '127.0.0.1', '127.0.0.1', '::1'],
    ['::', '0.0.0.0', '127.0.0.1', '::1'],
    ['::', '::1', '::1', '127.0.0.1'],
  ])('from %s to %s', (from, to, edge, lost) => {
    test('is served beside the wider one until the deploy after it, and nothing is lost', async () => {
      const app = await stand.app({ host: edge });
      await app.deploy(stand.images.v1, at(app, from));
      const [wide, narrow] = [at(app, from).listen, at(app, to).listen];
      const notice = `It serves on ${narrow}, and on ${wide} as before until the deploy after this one`;
      expect((await app.deploy(stand.images.v2, { ...at(app, to), 'dry-run': 'true' })).log).toContain(
        notice,
      );
      const pulse = app.startPulse();
      const changed = await app.deploy(stand.images.v2, at(app, to));
      expect(changed.log).toContain('Replaced the switch');
      expect(changed.log).toContain(notice);
      expect([await versionOn(app, edge), await versionOn(app, lost)]).toEqual(['v2', 'v2']);
      const last = await app.deploy(stand.images.v3, at(app, to));
      expect(last.log).toContain('Replaced the switch');
      const { failures, requests, versions } = await pulse.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(50);
      expect(versions).toEqual(['v1', 'v2', 'v3']);
      await expect(versionOn(app, lost)).rejects.toThrow('ECONNREFUSED');
      await app.expectTidy({ standby: 1 });
    });
  });

  describe.each([
    // From, to, where the edge points, and an address that only the second one takes.
    ['127.0.0.1', '0.0.0.0', '127.0.0.1', '127.0.0.2'],
    ['127.0.0.1', '::', '127.0.0.1', '::1'],
    ['0.0.0.0', '::', '127.0.0.1', '::1'],
    ['::1', '::', '::1', '127.0.0.1'],
  ])('from %s to %s', (from, to, edge, won) => {
    test('takes more at once, and nothing is lost on the former one', async () => {
      const app = await stand.app({ host: edge });
      await app.deploy(stand.images.v1, at(app, from));
      await app.deploy(stand.images.v2, { ...at(app, to), 'dry-run': 'true' });
      const pulse = app.startPulse();
      const changed = await app.deploy(stand.images.v2, at(app, to));
      expect(changed.log).toContain('Replaced the switch');
      expect(changed.log).not.toContain('as before until the deploy after this one');
      expect([await versionOn(app, edge), await versionOn(app, won)]).toEqual(['v2', 'v2']);
      const before = await runningSwitches(app);
      await app.deploy(stand.images.v3, at(app, to));
      const { failures, requests, versions } = await pulse.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(50);
      expect(versions).toEqual(['v1', 'v2', 'v3']);
      expect(await runningSwitches(app)).toEqual(before);
      expect(await versionOn(app, won)).toBe('v3');
      await app.expectTidy({ standby: 1 });
    });
  });

  test('another spelling of the address is no change', async () => {
    const app = await stand.app({ host: '::1' });
    await app.deploy(stand.images.v1);
    const before = await runningSwitches(app);
    await app.deploy(stand.images.v2, at(app, '0:0:0:0:0:0:0:1'));
    expect(await runningSwitches(app)).toEqual(before);
    expect(await app.version()).toBe('v2');
  });

  test('does not take in what another app has on that port', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const other = await stand.app();
    await other.deploy(stand.images.v1, at(app, '127.0.0.2'));
    for (const host of ['0.0.0.0', '::', '127.0.0.2']) {
      const refused = await app.run(stand.images.v2, at(app, host));
      expect(errorsOf(refused).join()).toContain(
        `The address ${at(app, host).listen} on the server is taken by the switch of the app ${other.name};`,
      );
    }
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
  });
});
