import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage, testImageSpecs } from '../machine/images.ts';
import { publishImage } from '../machine/publish-image.ts';
import { readManifest } from '../runner/action-manifest.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { errorsOf } from './run-deploy.ts';
import { type Answer, openStand, refusalOf, type Stand, secretCanary, type TestApp } from './stand.ts';

// What each input does, seen from outside: in the Engine, on the disk, and through the switch.

/** Resolves when a TCP session has ended, so many milliseconds after the app's first bytes. */
function session(port: number, lengthMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.once('data', () => setTimeout(() => socket.end(), lengthMs));
    socket.on('close', () => resolve());
  });
}

/** A job that failed before it touched anything: later steps read it from the outputs, people from the summary. */
function expectUntouched(result: ActionResult, reason: RegExp): void {
  const { sentence, summary } = refusalOf(result);
  const servingNow = 'Nothing was changed; whatever served before still does.';
  expect(sentence).toMatch(reason);
  expect(summary).toContain(servingNow);
  expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false', reason: sentence });
  expect(JSON.parse(result.outputs.verdict ?? '{}')).toMatchObject({
    outcome: 'failed',
    reason: sentence,
    servingNow,
    switched: false,
    rolledBack: false,
  });
}

describeWithEngine('what a deploy can be told', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand([
      'v1',
      'v2',
      'v3',
      'v4',
      'v5',
      'healthcheck',
      'h2c',
      'h2c2',
      'tcp',
      'tcp2',
      'busybox',
    ]);
  });
  afterAll(() => stand?.close());

  test('every option of the container reaches it, and the commands before and after it', async () => {
    const app = await stand.app();
    const network = `db-${app.listen.port}`;
    const volume = `${app.name}-data`;
    await app.engine('/networks/create', 'POST', { Name: network });
    const script = 'test "$TOKEN" && echo "hook sees $MODE and $TOKEN" && test -d /files && hostname';
    const result = await app.deploy(stand.images.v1, {
      env: 'MODE=production\nEMPTY=\nQUOTED="a = b"',
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
      labels: 'team=shop\ntraefik.enable=false',
      'log-max-size': '5MB',
      'health-path': '',
      'health-command': JSON.stringify(['sh', '-c', 'test "$TOKEN"']),
      'pre-deploy': JSON.stringify(['sh', '-c', script]),
      'post-deploy': JSON.stringify(['sh', '-c', script]),
    });
    const { Config, HostConfig, NetworkSettings, Mounts } = await app.inspect(result.outputs.container ?? '');
    expect(Config.Env).toEqual(
      expect.arrayContaining(['MODE=production', 'EMPTY=', 'QUOTED="a = b"', `TOKEN=${secretCanary}`]),
    );
    expect(Config.Cmd).toEqual(['node', '/app/server.mjs', 'an argument']);
    expect(Config).toMatchObject({ User: '1234:1235', StopSignal: 'SIGINT', StopTimeout: 7 });
    expect(Config.Labels).toMatchObject({
      team: 'shop',
      'traefik.enable': 'false',
      'switchyard.app': app.name,
    });
    expect(HostConfig).toMatchObject({
      Memory: 128 * 1024 * 1024,
      NanoCpus: 750_000_000,
      ReadonlyRootfs: true,
      Init: false,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5000000', 'max-file': '3' } },
    });
    expect(Object.keys(NetworkSettings.Networks).toSorted()).toEqual(
      [network, `switchyard-${app.name}`].toSorted(),
    );
    expect(Mounts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Name: volume, Destination: '/data', RW: true }),
        expect.objectContaining({ Source: app.server.home, Destination: '/files', RW: false }),
      ]),
    );
    expect(JSON.parse((await app.ask('/env?name=TOKEN')).body).value).toBe(secretCanary);
    expect(result.log.match(/hook sees production and \*\*\*/g)).toHaveLength(2);
    await app.expectTidy();
    await app.remove();
    await app.engine(`/networks/${network}`, 'DELETE').catch(() => {});
    await app.engine(`/volumes/${volume}`, 'DELETE');
  });

  test('h2c: HTTP/2 without TLS, from end to end', async () => {
    const app = await stand.app();
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        const session = connectHttp2(`http://127.0.0.1:${app.listen.port}`);
        session.on('error', reject);
        const stream = session.request({ ':path': '/version' });
        let text = '';
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        stream.on('error', reject);
        stream.on('end', () => session.close(() => resolve(text.trim())));
      });
    for (const [image, version] of [
      [stand.images.h2c, 'h2c'],
      [stand.images.h2c2, 'h2c-2'],
    ] as const) {
      const { outputs } = await app.deploy(image, {
        protocol: 'h2c',
        'expected-version': version,
        watch: '1s',
      });
      expect(outputs.url).toBe(`http://127.0.0.1:${app.listen.port}`);
      expect(await ask()).toBe(version);
    }
    await app.expectTidy({ standby: 1 });
  });

  test('tcp: bytes, whatever they are', async () => {
    const app = await stand.app();
    const greeting = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(app.listen.port, '127.0.0.1');
        socket.on('error', reject);
        socket.once('data', (chunk) => {
          socket.destroy();
          resolve(chunk.toString().trim());
        });
      });
    for (const [image, version] of [
      [stand.images.tcp, 'tcp'],
      [stand.images.tcp2, 'tcp-2'],
    ] as const) {
      const { outputs } = await app.deploy(image, { protocol: 'tcp', 'health-path': '', watch: '1s' });
      expect(outputs.url).toBe(`tcp://127.0.0.1:${app.listen.port}`);
      expect(await greeting()).toBe(version);
    }
    // How long connections last is no latency: a rollback with such a limit says so, and is not taken back for it.
    let sessions: Promise<unknown> | undefined;
    const back = await app.rollback(
      { watch: '3s', 'watch-max-latency-p95': '1ms' },
      {
        onLine: (text) => {
          if (/Watching: /.test(text))
            sessions ??= Promise.all(Array.from({ length: 25 }, () => session(app.listen.port, 300)));
        },
      },
    );
    await sessions;
    expect(back.log).toMatch(/Watching: 2\d requests, 0 errors/);
    expect(back.log).toContain('watch-max-latency-p95 is not looked at, because with protocol tcp');
    expect(await greeting()).toBe('tcp');
    await app.expectTidy({ standby: 1 });
  });

  test('a switch on an IPv6 address', async () => {
    const app = await stand.app({ host: '::1' });
    const { outputs } = await app.deploy(stand.images.v1, { 'expected-version': 'v1' });
    expect(outputs.url).toBe(`http://[::1]:${app.listen.port}`);
    expect(await app.version()).toBe('v1');
  });

  test("health by the image's HEALTHCHECK, by a command, by a connection; and old versions on standby", async () => {
    const app = await stand.app();
    const states = async () =>
      Object.fromEntries(
        (await app.containers())
          .filter(({ role }) => role === 'app')
          .map(({ release, state }) => [release, state]),
      );
    const first = await app.deploy(stand.images.healthcheck, { 'health-path': '' });
    expect(first.log).toContain("Waiting until it is healthy, by the image's own HEALTHCHECK.");

    const second = await app.deploy(stand.images.v2, {
      'health-path': '',
      'health-command': 'wget -q -O - http://127.0.0.1:8080/health',
      standby: 'paused',
    });
    expect(second.log).toContain('by the command wget');
    const [a = '', b = ''] = [first.outputs.release, second.outputs.release];
    expect(await states()).toEqual({ [a]: 'paused', [b]: 'running' });

    const third = await app.deploy(stand.images.v3, { 'health-path': '', standby: 'running' });
    expect(third.log).toContain('by a connection to port 8080');
    const c = third.outputs.release ?? '';
    expect(await states()).toEqual({ [b]: 'running', [c]: 'running' });
    expect(await app.version()).toBe('v3');

    const failed = await app.run(stand.images.v4, { 'expected-version': 'v9' });
    expect(failed.exitCode).toBe(1);
    expect(await states()).toEqual({ [b]: 'running', [c]: 'running' });

    const fourth = await app.deploy(stand.images.v4);
    expect(await states()).toEqual({ [c]: 'exited', [fourth.outputs.release ?? '']: 'running' });
    expect(await app.version()).toBe('v4');
    await app.expectTidy({ standby: 1 });
  });

  test('stop-first never runs two at once, and starts the old one again when the new one fails', async () => {
    const app = await stand.app();
    const first = await app.deploy(stand.images.v1, { order: 'stop-first' });
    const second = await app.deploy(stand.images.v2, { order: 'stop-first' });
    const [old, fresh] = [
      await app.inspect(first.outputs.container ?? ''),
      await app.inspect(second.outputs.container ?? ''),
    ];
    expect(Date.parse(fresh.State.StartedAt)).toBeGreaterThanOrEqual(Date.parse(old.State.FinishedAt));
    const { id: liveId } = await app.liveContainer();
    const since = Date.now() / 1000;
    const third = await app.run(stand.images.v3, { order: 'stop-first', 'expected-version': 'v9' });
    expect(third.exitCode).toBe(1);
    expect(errorsOf(third).join()).toMatch(/ serves again\.$/);
    const filters = JSON.stringify({ label: [`switchyard.app=${app.name}`, 'switchyard.role=app'] });
    const query = new URLSearchParams({ since: String(since), until: String(Date.now() / 1000), filters });
    const moves = (await app.engine(`/events?${query}`, 'GET'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { Action: string; Actor: { ID: string } })
      .filter(({ Action }) => Action === 'start' || Action === 'die')
      .map(({ Action, Actor }) => `${Action} ${Actor.ID === liveId ? 'old' : 'new'}`);
    expect(moves).toEqual(['die old', 'start new', 'die new', 'start old']);
    expect(third.outputs.reason).toMatch(/its build is not the expected one/);
    expect(await app.version()).toBe('v2');
    expect((await app.inspect(second.outputs.container ?? '')).State.Running).toBe(true);
    await app.expectTidy({ standby: 1 });
  });

  test('a version that is taken back may finish what it has begun', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    let slow: Promise<Answer> | undefined;
    const asked: Promise<Answer>[] = [];
    const result = await app.run(
      stand.images.v2,
      { watch: '30s', 'drain-timeout': '1s', 'stop-timeout': '10s', env: 'BAD_AFTER_MS=500' },
      {
        onLine: (text) => {
          if (/Watching: /.test(text)) slow ??= app.ask('/slow?ms=5000', { timeout: 20_000 });
          // It turns bad half a second after its first request, and its health check says nothing of it.
          if (slow) for (let count = 0; count < 10; count += 1) asked.push(app.ask('/'));
        },
      },
    );
    expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true' });
    expect(result.outputs.reason).toMatch(/ turned bad after the switch: /);
    await Promise.all(asked);
    expect(await slow).toMatchObject({ status: 200, body: expect.stringContaining('slow hello from v2') });
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
  });

  test('a worker without a port needs no switch', async () => {
    const app = await stand.app();
    const worker = (name: string) => ({
      switch: 'none',
      'health-path': '',
      command: JSON.stringify([
        'sh',
        '-c',
        `echo ${name} works; trap 'exit 0' TERM; while :; do sleep 0.1; done`,
      ]),
    });
    const first = await app.deploy(stand.images.busybox, worker('one'));
    expect(first.outputs).toMatchObject({ url: '', switched: 'true' });
    const second = await app.deploy(stand.images.busybox, { ...worker('two'), watch: '1s' });
    expect(second.outputs['previous-release']).toBe(first.outputs.release);
    const states = (await app.containers()).map(({ release, state }) => [release, state]);
    expect(states.toSorted()).toEqual(
      [
        [first.outputs.release, 'exited'],
        [second.outputs.release, 'running'],
      ].toSorted(),
    );
    const third = await app.run(stand.images.busybox, { ...worker('three'), command: 'sh -c "exit 9"' });
    expect(third.outputs.reason).toMatch(/it ended with exit code 9/);
    await app.expectTidy({ standby: 1, switch: false });
  });

  describe('a dry run', () => {
    /** All that a deploy could change: the app in the Engine, the images, and every file of the user. */
    const snapshot = async (app: TestApp) => ({
      containers: await Promise.all(
        (await app.containers()).map(async ({ id }) => {
          const { State, HostConfig, NetworkSettings } = await app.inspect(id);
          return [id, State, HostConfig.RestartPolicy, NetworkSettings.Networks];
        }),
      ),
      networks: await app.networks(),
      images: (JSON.parse(await app.engine('/images/json?digests=1', 'GET')) as { RepoDigests?: string[] }[])
        .flatMap(({ RepoDigests }) => RepoDigests ?? [])
        .filter((digest) => digest.startsWith(stand.registry.address))
        .toSorted(),
      files: await app.files(app.server.home),
    });

    test('changes nothing at all, and says what a deploy would do', async () => {
      const app = await stand.app();
      const virgin = await snapshot(app);
      const first = await app.deploy(stand.images.v5, { 'dry-run': 'true' });
      expect(await snapshot(app)).toEqual(virgin);
      expect(first.log).toContain('Dry run, nothing was changed. A deploy would:');
      expect(first.log).toContain(`Create the switch on 127.0.0.1:${app.listen.port}`);
      expect(first.log).toContain(`Create the network switchyard-${app.name}.`);
      expect(first.outputs).toMatchObject({ switched: 'false', 'image-digest': stand.images.v5.digest });
      expect(first.summary).toContain(`Dry run: what a deploy of ${app.name} to 127.0.0.1 would do`);

      const real = await app.deploy(stand.images.v1);
      await app.deploy(stand.images.v2);
      const before = await snapshot(app);
      const second = await app.deploy(stand.images.v5, {
        'dry-run': 'true',
        'pre-deploy': 'migrate',
        'keep-releases': '2',
      });
      expect(await snapshot(app)).toEqual(before);
      expect(second.log).toContain('Run migrate in a container of the new image, before the start.');
      expect(second.log).toContain(`Remove the container ${real.outputs.container}.`);
      expect(second.log).toContain(`Forget release ${real.outputs.release}`);
      expect(second.log).not.toContain('Create the switch');

      const refused = await app.run(`${stand.registry.address}/team/app:nope`, { 'dry-run': 'true' });
      expectUntouched(refused, /the registry has no such image or tag/);
      expect(await snapshot(app)).toEqual(before);

      expectUntouched(await app.runRollback({ 'dry-run': 'true', to: 'nope' }), /nope/);
      expectUntouched(await app.runRollback({ list: 'true', app: 'unknown' }), /Nothing is known of an app/);
      const { log, outputs } = await app.rollback({ list: 'true' });
      expect(await snapshot(app)).toEqual(before);
      const [json = ''] = /^\[$[\s\S]*?^\]$/m.exec(log) ?? [];
      expect(JSON.parse(json)).toEqual(JSON.parse(outputs.releases ?? ''));
      expect(JSON.parse(json)).toMatchObject([{ isLive: true }, { id: real.outputs.release }]);
    });
  });

  describe('one app, deploy after deploy', () => {
    let app: TestApp;
    let first: ActionResult;
    beforeAll(async () => {
      app = await stand.app();
      first = await app.deploy(stand.images.v1, {}, { env: { GITHUB_SHA: 'a'.repeat(40) } });
    });

    test('the outputs and the verdict of a first deploy are complete', async () => {
      const manifest = await readManifest('actions/deploy-ssh-bluegreen');
      expect(Object.keys(first.outputs).toSorted()).toEqual([...manifest.outputs].toSorted());
      const { outputs } = first;
      const verdict = JSON.parse(outputs.verdict ?? '{}');
      expect(outputs).toMatchObject({
        release: expect.stringMatching(/^\d{8}-\d{6}-\w{4}$/),
        'previous-release': '',
        'image-digest': stand.images.v1.digest,
        container: `${app.name}-${first.outputs.release}`,
        color: 'blue',
        url: `http://127.0.0.1:${app.listen.port}`,
        switched: 'true',
        'rolled-back': 'false',
        reason: '',
      });
      expect(Number(outputs['duration-ms'])).toBeGreaterThan(0);
      expect(verdict).toMatchObject({
        format: 1,
        action: 'deploy-ssh-bluegreen',
        outcome: 'live',
        app: app.name,
        release: outputs.release,
        imageDigest: stand.images.v1.digest,
        commit: 'a'.repeat(40),
        color: 'blue',
        switched: true,
        rolledBack: false,
        health: { attempts: expect.any(Number) },
      });
      expect(first.outputs.verdict).not.toContain(secretCanary);
    });

    test('the same image again is a release of its own', async () => {
      const pulse = app.startPulse();
      const again = await app.deploy(stand.images.v1);
      expect(again.outputs.release).not.toBe(first.outputs.release);
      expect(again.outputs['previous-release']).toBe(first.outputs.release);
      expect(again.outputs.color).toBe('green');
      expect(Number(again.outputs['switch-ms'])).toBeGreaterThan(0);
      const { failures, requests } = await pulse.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(20);
      await app.expectTidy({ standby: 1 });
    });

    test('a new switch image and a new time-out replace the switch without losing a request', async () => {
      const spec = (await testImageSpecs()).haproxy;
      const newer = await publishImage(
        stand.registry,
        { ...spec, config: { ...spec.config, Env: ['NEWER=1'] } },
        'team/haproxy:2',
      );
      const switchOf = async () => (await app.containers()).filter(({ role }) => role === 'switch');
      const [before] = await switchOf();
      const pulse = app.startPulse();
      const changed = await app.deploy(stand.images.v2, { 'switch-image': newer.reference });
      expect(changed.log).toContain('Replaced the switch');
      const [after] = await switchOf();
      expect(after?.id).not.toBe(before?.id);
      const timed = await app.deploy(stand.images.v3, {
        'switch-image': newer.reference,
        'request-timeout': '700ms',
      });
      expect(timed.log).toContain('Replaced the switch');
      const { failures, versions } = await pulse.stop();
      expect(failures).toEqual([]);
      expect(versions).toEqual(['v1', 'v2', 'v3']);
      expect((await app.ask('/slow?ms=2000')).status).toBe(504);
      await app.expectTidy({ standby: 1 });
    });

    test('restarts of the switch, the app and both come back on the right version', async () => {
      const live = await app.liveContainer();
      const theSwitch = (await app.containers()).find(({ role }) => role === 'switch')?.id ?? '';
      const comesBack = () =>
        expect.poll(() => app.version().catch(() => 'nothing'), { timeout: 15_000 }).toBe('v3');
      await app.engine(`/containers/${theSwitch}/restart?t=1`);
      await comesBack();
      await app.engine(`/containers/${live.id}/restart?t=1`);
      await comesBack();
      // As after a reboot: everything is gone, and the Engine starts things in the order it likes.
      for (const id of [live.id, theSwitch]) await app.engine(`/containers/${id}/kill`);
      for (const id of [theSwitch, live.id]) await app.engine(`/containers/${id}/start`);
      await comesBack();
    });

    test('the client is told to the app, and only an edge that is trusted may speak for another', async () => {
      const forwarded = async () => {
        const headers = {
          'x-forwarded-for': '203.0.113.9',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'shop.example',
        };
        return JSON.parse((await app.ask('/ip', { headers })).body).headers;
      };
      const kept = await forwarded();
      expect(kept).toMatchObject({ 'x-forwarded-proto': 'https' });
      expect(kept['x-forwarded-for']).toContain('203.0.113.9');
      await app.deploy(stand.images.v4, { 'trusted-proxies': '10.0.0.0/8' });
      const replaced = await forwarded();
      expect(replaced['x-forwarded-for']).toBe('127.0.0.1');
      expect(replaced['x-forwarded-proto']).toBe('http');
      expect(JSON.stringify(replaced)).not.toContain('203.0.113.9');
    });
  });

  test('under a tag that moves, the images of releases that are not kept go as well', async () => {
    const app = await stand.app();
    const ids: string[] = [];
    for (const version of ['move-1', 'move-2', 'move-3', 'move-4', 'move-5']) {
      const { image } = await publishAppImage(stand.registry, { version, tag: 'moving' });
      const { outputs } = await app.deploy(image, { 'keep-releases': '2' });
      ids.push((await app.inspect(outputs.container ?? '')).Image);
    }
    expect(new Set(ids).size).toBe(5);
    const images = JSON.parse(await app.engine('/images/json?all=1', 'GET')) as { Id: string }[];
    const there = images.map(({ Id }) => Id);
    expect(ids.map((id) => there.includes(id))).toEqual([false, false, false, true, true]);
    await app.expectTidy({ standby: 1 });
  });

  test('of several manifests of one image, the record names the one that was pulled', async () => {
    const app = await stand.app();
    const spec = (await testImageSpecs()).v1;
    for (const name of ['one', 'two', 'three']) {
      const pushed = await publishImage(stand.registry, spec, 'team/annotated:main', { name });
      const { outputs } = await app.deploy(pushed.image);
      expect(outputs['image-digest']).toBe(pushed.digest);
      expect((await app.inspect(outputs.container ?? '')).Config.Image).toBe(pushed.reference);
    }
    await app.expectTidy({ standby: 1 });
  });

  test('releases beyond keep-releases lose record, container and image', async () => {
    const app = await stand.app();
    const versions = await Promise.all(
      ['keep-1', 'keep-2', 'keep-3'].map((version) => publishAppImage(stand.registry, { version })),
    );
    for (const { image } of versions) await app.deploy(image, { 'keep-releases': '2' });
    expect((await app.releases()).map(({ verdict }) => verdict)).toEqual(['standby', 'live']);
    const images = JSON.parse(await app.engine('/images/json?digests=1', 'GET')) as {
      RepoDigests?: string[];
      RepoTags?: string[];
    }[];
    const digests = images.flatMap(({ RepoDigests }) => RepoDigests ?? []);
    const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []);
    expect(versions.map(({ reference }) => digests.includes(reference))).toEqual([false, true, true]);
    expect(versions.map(({ image }) => tags.includes(image))).toEqual([false, true, true]);
    await app.expectTidy({ standby: 1 });
  });
});
