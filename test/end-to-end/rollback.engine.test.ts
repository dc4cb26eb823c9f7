import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { errorsOf, headlineOf } from './run-deploy.ts';
import {
  type Answer,
  freePort,
  openStand,
  refusalOf,
  request,
  type Stand,
  secretCanary,
  type TestApp,
} from './stand.ts';

// Back to a release that was live, told no more than the server and the app's name; no request is lost on the way,
// and what can't be done leaves everything as it was.

describeWithEngine('a rollback', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3', 'v4', 'h2c']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
  });
  afterEach(() => app.remove());

  const verdicts = async () =>
    Object.fromEntries((await app.releases()).map(({ id, verdict }) => [id, verdict]));
  const states = async () =>
    Object.fromEntries(
      (await app.containers())
        .filter(({ role }) => role === 'app')
        .map(({ release, state }) => [release, state]),
    );
  /** Deploys versions one after the other, and says their releases' ids. */
  const deployed = async (
    versions: readonly ('v1' | 'v2' | 'v3' | 'v4')[],
    more: Record<string, string> = {},
  ): Promise<string[]> => {
    const ids: string[] = [];
    for (const version of versions) {
      const { outputs } = await app.deploy(stand.images[version], more);
      ids.push(outputs.release ?? '');
    }
    return ids;
  };
  /** What a person sees of a container, without what must differ between two of the same release. */
  const shapeOf = async (container: string) => {
    const { Config, HostConfig, NetworkSettings, Mounts, Image } = await app.inspect(container);
    const { Hostname: _, Env, Labels, ...config } = Config;
    const { 'switchyard.color': __, ...labels } = Labels;
    return {
      Image,
      config,
      labels,
      env: Env.toSorted(),
      host: HostConfig,
      networks: Object.keys(NetworkSettings.Networks).toSorted(),
      // The Engine lists them in any order.
      mounts: Mounts.map(({ Name, Source, Destination, RW }: Record<string, unknown>) =>
        [Name ?? Source, Destination, RW].join(' '),
      ).toSorted(),
    };
  };

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
        const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], {
          standby,
          'pre-deploy': JSON.stringify(['sh', '-c', 'echo migrated']),
          watch: '1s',
        });
        expect(await states()).toEqual({ [v1]: state, [v2]: 'running' });
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
        expect(await verdicts()).toEqual({ [v1]: 'live', [v2]: 'bad' });
        expect((await app.releases())[1]?.reason).toBe('it sells nothing');
        expect(await states()).toEqual({ [v1]: 'running', [v2]: 'exited' });
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
        expect(await states()).toEqual({ [v1]: 'exited', [next.outputs.release ?? '']: 'running' });
        await app.expectTidy({ standby: 1 });
      },
    );

    test('keeps the version that is left as standby, if it is told so, and comes back to it', async () => {
      const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], { standby: 'paused' });
      pulse = app.startPulse();
      await app.rollback({ 'mark-bad': 'false' });
      expect(await verdicts()).toEqual({ [v1]: 'live', [v2]: 'standby' });
      expect(await states()).toEqual({ [v1]: 'running', [v2]: 'paused' });
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
      const before = await shapeOf(first.outputs.container ?? '');
      pulse = app.startPulse();
      const [, v3 = ''] = await deployed(['v2', 'v3']);
      const switchBefore = (await app.containers()).find(({ role }) => role === 'switch');
      const result = await app.rollback({ to: first.outputs.release ?? '' });
      expect(result.outputs).toMatchObject({ release: first.outputs.release, 'from-release': v3 });
      expect(await shapeOf(result.outputs.container ?? '')).toEqual(before);
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

    test.each(['stopped', 'paused', 'running'])(
      'leaves all as it was when a %s standby does not become healthy',
      async (standby) => {
        const [v0 = '', v1 = '', v2 = ''] = await deployed(['v3', 'v1', 'v2'], { standby });
        const before = [await verdicts(), await states(), await app.releases()];
        pulse = app.startPulse();
        const result = await app.runRollback({ 'health-path': '/nowhere', 'start-timeout': '1s' });
        const { sentence } = refusalOf(result);
        expect(sentence).toContain(`Other releases to try with "to": ${v0} (`);
        expect(sentence).toMatch(new RegExp(`Release ${v2} \\(blue\\) still serves\\.$`));
        expect(result.outputs).toMatchObject({ release: v1, switched: 'false', 'rolled-back': 'false' });
        expect(await app.version()).toBe('v2');
        expect([await verdicts(), await states(), await app.releases()]).toEqual(before);
        await app.expectTidy({ standby: 1 });
        // It was the check that was wrong.
        await app.rollback();
        expect(await app.version()).toBe('v1');
      },
    );

    test.each([
      ['whose standby is stopped', 'stopped', false],
      ['whose standby is paused', 'paused', false],
      ['whose container is gone', 'stopped', true],
    ])('to a release that turns bad in the watch, %s, ends where it began', async (_, standby, isGone) => {
      const first = await app.deploy(stand.images.v1, { standby, env: 'BAD_AFTER_MS=100' });
      const [v2 = '', v3 = ''] = await deployed(isGone ? ['v2', 'v3'] : ['v2'], { standby });
      const live = isGone ? v3 : v2;
      const v1 = first.outputs.release ?? '';
      const before = [await verdicts(), await app.releases()];
      const statesBefore = await states();
      pulse = app.startPulse();
      const asked: Promise<Answer>[] = [];
      const result = await app.runRollback(
        { to: v1, watch: '30s' },
        {
          onLine: (text) => {
            if (/Watching: /.test(text)) for (let count = 0; count < 20; count += 1) asked.push(app.ask('/'));
          },
        },
      );
      await Promise.all(asked);
      const { sentence } = refusalOf(result);
      expect(sentence).toContain(`Release ${v1} turned bad after the switch`);
      expect(sentence).toMatch(new RegExp(`Release ${live} \\(\\w+\\) serves again\\.$`));
      expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true' });
      expect(await app.version()).toBe(isGone ? 'v3' : 'v2');
      expect([await verdicts(), await app.releases()]).toEqual(before);
      // The standby of the slot is gone where the release's own container had to be made anew.
      expect(await states()).toEqual(statesBefore);
      await app.expectTidy({ standby: 1 });
    });

    test('says that the version it goes back to is down, and brings it back where nothing serves', async () => {
      const [v1 = '', v2 = ''] = await deployed(['v1', 'v2']);
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

  describe('without its image on the server', () => {
    let old: Awaited<ReturnType<typeof publishAppImage>>;
    let ids: string[];
    beforeEach(async () => {
      old = await publishAppImage(stand.registry, { version: `gone-${app.name}` });
      const first = await app.deploy(old);
      ids = [first.outputs.release ?? '', ...(await deployed(['v2', 'v3']))];
      for (const name of [old.reference, `${old.reference.replace(/[:@][^/]*$/, '')}@${old.digest}`]) {
        await app.engine(`/images/${name}?force=1`, 'DELETE').catch(() => {});
      }
      pulse = app.startPulse();
    });
    afterEach(async () => {
      stand.registry.faults.setFault({ kind: 'none' });
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('it is pulled by its digest', async () => {
      const result = await app.rollback({ to: ids[0] ?? '', ...app.registryLogin });
      expect(result.log).toMatch(/Pulled \S+@sha256:\S+, which was not on the server any more/);
      expect(await app.version()).toBe(`gone-${app.name}`);
      await app.expectTidy({ standby: 1 });
    });

    test('and not in the registry either, it is refused before anything is touched', async () => {
      const before = [await states(), await app.releases(), (await app.liveContainer()).id];
      const result = await app.runRollback({ to: ids[0] ?? '' });
      const { sentence } = refusalOf(result);
      expect(sentence).toContain(
        `of release ${ids[0]} is not on the server any more, and it could not be pulled: `,
      );
      expect(sentence).toContain(`Other releases to try with "to": ${ids[1]} (`);
      expect(sentence).toMatch(new RegExp(`Release ${ids[2]} \\(blue\\) still serves\\.$`));
      expect([await states(), await app.releases(), (await app.liveContainer()).id]).toEqual(before);
      await app.expectTidy({ standby: 1 });
    });
  });

  describe('is told where to', () => {
    const commit = 'c0ffee1234567890c0ffee1234567890c0ffee12';

    test('by id, tag, digest or commit, and shows what there is when nothing fits', async () => {
      const first = await app.deploy(stand.images.v1, {}, { env: { GITHUB_SHA: commit } });
      const v1 = first.outputs.release ?? '';
      const second = await app.deploy(stand.images.v2.image);
      const v2 = second.outputs.release ?? '';
      const [v3 = ''] = await deployed(['v3']);
      const tag = stand.images.v2.image.split(':').at(-1) ?? '';
      const plan = (to: string) => app.runRollback({ to, 'dry-run': 'true' });
      for (const [to, id] of [
        [v1, v1],
        [commit, v1],
        [commit.slice(0, 7), v1],
        [stand.images.v1.digest, v1],
        [stand.images.v2.image, v2],
        [tag, v2],
        ['', v2],
      ] as const) {
        expect((await plan(to)).outputs, to).toMatchObject({ release: id, 'from-release': v3 });
      }
      const unknown = refusalOf(await app.runRollback({ to: 'v99' })).sentence;
      expect(unknown).toContain('No release of ');
      expect(unknown).toContain(`is known as "v99"; available are ${v2} (${tag}), ${v1} (commit c0ffee1).`);
      expect(refusalOf(await app.runRollback({ to: v3 })).sentence).toContain(
        'is live already; available are',
      );
      expect(refusalOf(await app.runRollback({ to: commit.slice(0, 6) })).sentence).toContain('is known as');
      await app.expectTidy({ standby: 1 });
    });

    test('and never goes to a bad one by itself', async () => {
      const [v1 = '', v2 = '', v3 = ''] = await deployed(['v1', 'v2', 'v3']);
      await app.rollback();
      expect(await verdicts()).toEqual({ [v1]: 'retired', [v2]: 'live', [v3]: 'bad' });
      await app.rollback();
      expect(await verdicts()).toEqual({ [v1]: 'live', [v2]: 'bad', [v3]: 'bad' });
      expect(await app.version()).toBe('v1');
      const { sentence } = refusalOf(await app.runRollback());
      expect(sentence).toContain('no release of');
      expect(sentence).toContain(`only gone back to when "to" names them: ${v3} (`);
      const result = await app.rollback({ to: v2 });
      expect(result.annotations.map(({ message }) => message).join()).toContain(
        `Release ${v2} is bad (rolled back to`,
      );
      expect(await app.version()).toBe('v2');
      await app.expectTidy({ standby: 1 });
    });

    test('nothing, on a server that does not know the app', async () => {
      const { sentence } = refusalOf(await app.runRollback());
      expect(sentence).toContain(`Nothing is known of an app ${app.name} on this server`);
    });
  });

  test('of a service that must not run twice never runs two at once', async () => {
    const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], { order: 'stop-first' });
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
    const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], worker);
    const { outputs } = await app.rollback();
    expect(outputs).toMatchObject({ release: v1, 'from-release': v2, url: '' });
    expect(await states()).toEqual({ [v1]: 'running', [v2]: 'exited' });
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
    const [v1 = ''] = await deployed(['v1'], { standby: 'running' });
    const exec = await app.engine(`/containers/${app.name}-${v1}/exec`, 'POST', {
      Cmd: ['sh', '-c', 'kill -TERM 1; kill -INT 1'],
    });
    await app.engine(`/exec/${JSON.parse(exec).Id}/start`, 'POST', { Detach: true });
    await expect
      .poll(async () => (await app.inspect(`${app.name}-${v1}`)).RestartCount, { timeout: 15_000 })
      .toBe(1);
    await expect.poll(() => app.version().catch(() => ''), { timeout: 15_000 }).toBe('v1');
    await deployed(['v2'], { standby: 'running' });
    expect((await app.rollback({ watch: '1s' })).outputs.release).toBe(v1);
    expect(await app.version()).toBe('v1');
  });

  test('only lists, or only plans, and changes nothing', async () => {
    await app.deploy(
      stand.images.v1,
      {},
      { env: { GITHUB_SHA: 'c0ffee1234567890c0ffee1234567890c0ffee12' } },
    );
    await app.deploy(stand.images.v2);
    const snapshot = async () => [
      await app.files(app.server.home),
      await Promise.all((await app.containers()).map(async ({ id }) => (await app.inspect(id)).State)),
    ];
    const before = await snapshot();
    const list = await app.rollback({ list: 'true' });
    const plan = await app.rollback({ 'dry-run': 'true', 'health-path': '/version', watch: '7s' });
    expect(await snapshot()).toEqual(before);

    const [newest, oldest] = await app.releases().then((all) => all.toReversed());
    const releases = JSON.parse(list.outputs.releases ?? '[]');
    expect(releases).toMatchObject([
      {
        id: newest?.id,
        verdict: 'live',
        isLive: true,
        isNext: false,
        container: 'running',
        imageOnServer: true,
      },
      { id: oldest?.id, verdict: 'standby', isLive: false, isNext: true, container: 'exited' },
    ]);
    expect(list.outputs.releases).not.toMatch(/TOKEN|env/);
    expect(list.log).toMatch(
      new RegExp(`${oldest?.id} +standby +\\S+ +c0ffee1 .* exited +a rollback goes here`),
    );
    expect(list.summary).toContain('<strong>');
    expect(list.outputs).toMatchObject({ switched: 'false', 'previous-release': newest?.id });

    expect(plan.log).toContain('Dry run, nothing was changed. A rollback would:');
    expect(plan.log).toContain(`Start ${app.name}-${oldest?.id} in the blue slot.`);
    expect(plan.log).toContain('Wait until it is healthy: GET /version on port 8080');
    expect(plan.log).toContain('Watch it for 7 s');
    expect(plan.log).toContain('mark it bad');
    expect(await app.version()).toBe('v2');
  });

  describe('killed without a word', () => {
    beforeEach(async () => {
      pulse = app.startPulse();
      await pulse.stop();
    });

    test.each([
      ['while it waits for health', { 'healthy-threshold': '1000' }, /Health check 1: /, 'v2'],
      ['while it watches', { watch: '60s' }, /Watching: /, 'v1'],
      ['while it drains', { 'drain-timeout': '60s' }, /Draining: /, 'v1'],
    ] as const)('%s: the next deploy mends it', async (step, inputs, line, serves) => {
      await deployed(['v1', 'v2']);
      pulse = app.startPulse();
      let slow: Promise<Answer> | undefined;
      const result = await app.rollbackAndKill(inputs, line, (text) => {
        if (step.includes('drains') && /Waiting until/.test(text))
          slow = app.ask('/slow?ms=9000', { timeout: 30_000 });
      });
      expect(result.signal).toBe('SIGKILL');
      expect(await app.version()).toBe(serves);
      await app.ageLease();
      const next = await app.deploy(stand.images.v3, { 'lock-wait': '20s', 'drain-timeout': '20s' });
      expect(await app.version()).toBe('v3');
      expect((await slow)?.body ?? 'slow hello from v2').toContain('slow hello from v2');
      await app.expectTidy({ standby: 1 });
      const back = await app.rollback();
      expect(back.outputs['from-release']).toBe(next.outputs.release);
      expect(await app.version()).toBe(serves);
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('by a cancelled job: the old version serves on, the standby is as it was', async () => {
      const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], { standby: 'paused' });
      pulse = app.startPulse();
      const result = await app.runRollback(
        { watch: '60s' },
        { cancelAfter: (text) => /Watching: /.test(text) },
      );
      expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(green\) serves again\.$/);
      expect(await app.version()).toBe('v2');
      expect(await states()).toEqual({ [v1]: 'paused', [v2]: 'running' });
      expect(await verdicts()).toEqual({ [v1]: 'standby', [v2]: 'live' });
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('its turn can be taken over at once', async () => {
      await deployed(['v1', 'v2']);
      await app.rollbackAndKill({ 'healthy-threshold': '1000' }, /Health check 1: /);
      const refused = refusalOf(await app.runRollback({ 'lock-wait': '0s' }));
      expect(refused.sentence).toContain('set "force-unlock"');
      const result = await app.rollback({ 'lock-wait': '0s', 'force-unlock': 'true' });
      expect(result.annotations.map(({ message }) => message).join()).toMatch(
        /Took the right to change \S+ from another job, as "force-unlock" asks \(/,
      );
      expect(await app.version()).toBe('v1');
      await app.expectTidy({ standby: 1 });
    });
  });

  describe('with a damaged record', () => {
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
      const before = await shapeOf(`${app.name}-${v1}`);
      damage(ids);
      const pulse = app.startPulse();
      const result = await app.rollback();
      const warnings = result.annotations.map(({ message }) => message).join('\n');
      expect(warnings).toContain(
        `The record of release ${v1} was damaged and was made anew from its container`,
      );
      expect(warnings).toContain("were taken from the actions' defaults");
      expect(await app.version()).toBe('v1');
      expect(await verdicts()).toEqual({ [v1]: 'live', [v2]: 'bad' });
      expect(JSON.parse((await app.ask('/env?name=TOKEN')).body).value).toBe(secretCanary);
      await app.expectTidy({ standby: 1 });
      // What was made anew is good enough to make the container anew.
      await deployed(['v3', 'v4']);
      await app.rollback({ to: v1 });
      expect(await shapeOf(`${app.name}-${v1}`)).toEqual(before);
      expect(await app.version()).toBe('v1');
      expect((await pulse.stop()).failures).toEqual([]);
      await app.expectTidy({ standby: 1 });
    });

    test.each(['stopped', 'paused', 'running'])(
      'of a %s standby: a deploy keeps the standby, and knows it again',
      async (standby) => {
        const [v1 = '', v2 = ''] = await deployed(['v1', 'v2'], { standby });
        const before = await states();
        damage([v1]);
        const failed = await app.run(stand.images.v3, { 'expected-version': 'v9' });
        expect(errorsOf(failed).join()).toContain('its build is not the expected one');
        expect(await states()).toEqual(before);
        expect(await verdicts()).toMatchObject({ [v1]: 'standby', [v2]: 'live' });
        expect((await app.rollback()).outputs.release).toBe(v1);
      },
    );

    test('of a bad release: it stays bad', async () => {
      const [v1 = '', v2 = '', v3 = ''] = await deployed(['v1', 'v2', 'v3']);
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
      const [v1 = ''] = await deployed(['v1', 'v2']);
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
});
