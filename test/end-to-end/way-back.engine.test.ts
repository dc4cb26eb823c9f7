import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { errorsOf, headlineOf, readable } from './run-deploy.ts';
import { freePort, openStand, refusalOf, request, type Stand, type TestApp } from './stand.ts';

// What still serves after a deploy that did not go well, in the cases in which it is easily something else than said.

describeWithEngine('the way back', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand([
      'v1',
      'v2',
      'v3',
      'healthcheck',
      'crashesLater',
      'ignoresSigterm',
      'tcp',
      'tcp2',
    ]);
  });
  afterAll(() => stand?.close());

  const stateOf = async (app: TestApp, container = '') =>
    (await app.inspect(container)).State.Status as string;
  const versionOn = async (port: number): Promise<string> =>
    (await request({ host: '127.0.0.1', port, path: '/version', agent: false })).body.trim();

  test.each<[string, Record<string, string>]>([
    ["the image's HEALTHCHECK passes", { 'health-path': '' }],
    ['the health command passes', { 'health-path': '', 'health-command': 'true' }],
  ])('a port that nothing answers on is refused before the switch, although %s', async (_, health) => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const pulse = app.startPulse();
    const inputs = { ...health, 'container-port': '3000', 'start-timeout': '3s' };
    const { sentence } = refusalOf(await app.run(stand.images.healthcheck, inputs));
    const { failures } = await pulse.stop();
    expect(failures).toEqual([]);
    expect(sentence).toMatch(/nothing in it answers on port 3000, not once in 3 s; check "container-port"/);
    await app.expectTidy();
  });

  test('a TCP service on the wrong port is refused too', async () => {
    const app = await stand.app();
    const tcp = { protocol: 'tcp', 'health-path': '', 'health-command': 'true', 'start-timeout': '3s' };
    await app.deploy(stand.images.tcp, tcp);
    const { sentence } = refusalOf(await app.run(stand.images.tcp2, { ...tcp, 'container-port': '3000' }));
    expect(sentence).toMatch(/nothing in it answers on port 3000/);
    await app.expectTidy();
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['while it waits for health', { 'healthy-threshold': '1000' }, /Health check 1: /],
    ['while it watches', { watch: '60s' }, /Watching: /],
  ])('a stop-first deploy cancelled %s starts the old version again in time', async (_, inputs, line) => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const live = await app.liveContainer();
    const result = await app.run(
      stand.images.ignoresSigterm,
      { order: 'stop-first', 'stop-timeout': '30s', ...inputs },
      { cancelAfter: (text) => line.test(text) },
    );
    // The runner's second and third word were not needed.
    expect(result.sentSignals.map(({ signal }) => signal)).toEqual(['SIGINT']);
    expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(blue\) serves again\.$/);
    expect(await stateOf(app, live.name)).toBe('running');
    await expect.poll(() => app.version().catch(() => ''), { timeout: 10_000 }).toBe('v1');
    await app.expectTidy();
  });

  test('a job cancelled in post-deploy says what is live, and that it was cancelled', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const result = await app.run(
      stand.images.v2,
      { 'post-deploy': 'sleep 60' },
      { cancelAfter: (text) => text.includes('Running post-deploy') },
    );
    expect(result.exitCode).toBe(1);
    expect(headlineOf(result)).toMatch(
      /^Release (\S+) is live, but the run was cancelled before post-deploy had ended\. Release \1 \(green\) serves\.$/,
    );
    expect(result.summary).toContain('⚠️');
    expect(JSON.parse(result.outputs.verdict ?? '{}').outcome).toBe('cancelled');
    expect(await app.version()).toBe('v2');
    await app.expectTidy({ standby: 1 });
  });

  test('a first deploy that fails points to nothing', async () => {
    const app = await stand.app();
    const failed = await app.run(stand.images.healthcheck, {
      'container-port': '3000',
      'start-timeout': '2s',
    });
    expect(failed.exitCode).toBe(1);
    expect(failed.outputs.url).toBe('');
    expect(failed.summary).not.toContain('Serves on');
  });

  test('a changed address: the old one serves on until the deploy after one that went well', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const { port: old } = app.listen;
    const fresh = await freePort();
    const listen = { listen: `127.0.0.1:${fresh}` };

    const failed = await app.run(stand.images.crashesLater, { ...listen, watch: '30s' });
    expect(errorsOf(failed).join()).toMatch(/ turned bad after the switch: .* serves again\.$/);
    expect([await versionOn(old), await versionOn(fresh)]).toEqual(['v1', 'v1']);

    const planned = await app.deploy(stand.images.v2, { ...listen, 'dry-run': 'true' });
    expect(planned.log).not.toMatch(/The switch will be/);
    await app.deploy(stand.images.v2, listen);
    expect([await versionOn(old), await versionOn(fresh)]).toEqual(['v2', 'v2']);

    const last = await app.deploy(stand.images.v3, listen);
    expect(last.log).toContain('Replaced the switch');
    expect(await versionOn(fresh)).toBe('v3');
    await expect(versionOn(old)).rejects.toThrow('ECONNREFUSED');
    await app.deploy(stand.images.v1, listen);
    await app.expectTidy({ standby: 1 });
  });

  test('a changed address loses nothing on the old one, and says so before and while it does', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const fresh = await freePort();
    const listen = { listen: `127.0.0.1:${fresh}` };
    const notice = `It serves on 127.0.0.1:${fresh}, and on 127.0.0.1:${app.listen.port} as before until the deploy after this one`;
    expect((await app.deploy(stand.images.v2, { ...listen, 'dry-run': 'true' })).log).toContain(notice);
    const pulse = app.startPulse();
    const changed = await app.deploy(stand.images.v2, listen);
    const { failures, versions } = await pulse.stop();
    expect(failures).toEqual([]);
    expect(versions).toEqual(['v1', 'v2']);
    const warnings = changed.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message).join()).toContain(notice);
  });

  test('a switch that a person has removed is made anew by the next deploy', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const { name } = (await app.containers()).find(({ role }) => role === 'switch') ?? { name: '' };
    await app.engine(`/containers/${name}?force=1`, 'DELETE');
    await app.deploy(stand.images.v2);
    expect(await app.version()).toBe('v2');
    await app.expectTidy({ standby: 1 });
  });

  test('a first release that dies in its watch: its state and its last words are shown', async () => {
    const app = await stand.app();
    const result = await app.run(stand.images.crashesLater, { watch: '30s' });
    expect(result.exitCode).toBe(1);
    const sentence = errorsOf(result).join();
    expect(sentence).toMatch(/(?:it keeps restarting|it ended with exit code 1)/);
    expect(sentence).not.toMatch(/ serves\.$/);
    expect(sentence).toMatch(/There is only release \S+ \(blue\), and its container is \w+.* restarts?\.$/);
    expect(readable(result.summary)).toContain('crashes-later cannot go on: lost its database');
    expect(JSON.parse(result.outputs.verdict ?? '{}')).toMatchObject({ outcome: 'unwatched' });
  });
});
