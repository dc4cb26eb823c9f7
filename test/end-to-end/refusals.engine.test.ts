import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { startTestServer } from '../machine/server.ts';
import { freePort, openStand, refusalOf, type Stand, secretCanary, type TestApp } from './stand.ts';

// A release that must not go live doesn't: v1 serves every request of a constant load meanwhile, the reason stands
// in the first line, and nothing of the attempt is left behind.

describeWithEngine('a deploy that is refused', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']> | undefined;

  beforeAll(async () => {
    stand = await openStand([
      'v1',
      'v2',
      'neverHealthy',
      'neverListens',
      'exits',
      'unhealthy',
      'crashesLater',
      'otherArchitecture',
      'busybox',
    ]);
    app = await stand.app();
    await app.deploy(stand.images.v1);
  });
  afterAll(() => stand?.close());

  beforeEach(() => {
    pulse = app.startPulse();
  });
  afterEach(async () => {
    const { requests, failures, versions } = (await pulse?.stop()) ?? {
      requests: 0,
      failures: [],
      versions: [],
    };
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(10);
    expect(versions).toEqual(['v1']);
  });

  /** Deploys, and expects a refusal that leaves everything as it was. */
  const refused = async (
    image: Parameters<TestApp['run']>[0],
    more: Record<string, string> = {},
    isBeforeCreation = false,
  ) => {
    const before = await app.containers();
    const result = await app.run(image, more);
    const { sentence, summary } = refusalOf(result);
    expect(await app.containers()).toEqual(before);
    await app.expectTidy();
    const live = await app.liveContainer();
    const serving = `Release ${live.release} (blue) still serves.`;
    expect(sentence.endsWith(` ${serving}`)).toBe(true);
    expect(summary).toContain(`Serving now | ${serving}`);
    expect(result.outputs).toMatchObject({
      switched: 'false',
      'rolled-back': 'false',
      container: '',
      'previous-release': live.release,
    });
    expect(sentence.startsWith(result.outputs.reason ?? '?')).toBe(true);
    const verdict = JSON.parse(result.outputs.verdict ?? '{}');
    expect(verdict).toMatchObject({ outcome: 'failed', servingNow: serving, reason: result.outputs.reason });
    if (!isBeforeCreation) {
      const record = (await app.releases()).at(-1);
      expect(record, sentence).toMatchObject({
        id: result.outputs.release,
        verdict: 'failed',
        reason: verdict.reason,
      });
    }
    return { sentence, summary, result, durationMs: result.durationMs };
  };

  describe('because of the candidate', () => {
    test('that never gets healthy', async () => {
      const { sentence, summary } = await refused(stand.images.neverHealthy, { 'start-timeout': '4s' });
      expect(sentence).toMatch(/^Release \S+ was refused: .*503.*checked by GET \/health on port 8080/);
      expect(summary).toMatch(/Last log lines of the new version\s+v3 starts/);
      expect(summary).toMatch(/Wait until it is healthy \| .* \| failed/);
      expect(summary).toMatch(/Health\s+\d+ attempts in \S+: 0 healthy, \d+ not; first problem: /);
    });

    test('on whose port nothing answers', async () => {
      const { sentence } = await refused(stand.images.neverListens, { 'start-timeout': '2s' });
      expect(sentence).toMatch(/nothing in it answers on port 8080, not once in 2 s; check "container-port"/);
    });

    test('that listens on another port than container-port', async () => {
      const { sentence } = await refused(stand.images.v2, {
        'container-port': '3000',
        'start-timeout': '2s',
      });
      expect(sentence).toMatch(/nothing in it answers on port 3000/);
    });

    test('that exits at once: fails fast, with its last words', async () => {
      const { sentence, summary, durationMs } = await refused(stand.images.exits, {
        'container-port': '8080',
        'start-timeout': '60s',
      });
      expect(sentence).toMatch(/it never became healthy: it ended with exit code 3/);
      expect(summary).toContain('FATAL: cannot reach the database');
      expect(durationMs).toBeLessThan(15_000);
    });

    test('whose last 50 log lines have secrets in them: they are masked', async () => {
      const script = 'i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo "line $i with $TOKEN"; done; exit 1';
      const { summary, result } = await refused(stand.images.busybox, {
        'container-port': '8080',
        command: JSON.stringify(['sh', '-c', script]),
      });
      expect(summary).toContain('line 80 with ***');
      expect(summary).toContain('line 31 with ***');
      expect(summary).not.toContain('line 30 with');
      expect(summary).not.toContain(secretCanary);
      expect(result.log).toContain('line 80 with ***');
    });

    test('whose words are cut within a secret: the half that is left is masked', async () => {
      const half = secretCanary.slice(0, 8);
      const pad = (length: number) => `printf %${length}s | tr ' ' x; echo "$TOKEN"`;
      const { sentence, result } = await refused(stand.images.busybox, {
        command: JSON.stringify(['sh', '-c', `${pad(1990)}; sleep 60`]),
        'pre-deploy': JSON.stringify(['sh', '-c', `${pad(1990)}; ${pad(16 * 1024 - 10)}`]),
        'container-port': '8080',
        'health-path': '',
        'health-command': JSON.stringify(['sh', '-c', `${pad(190)}; exit 7`]),
        'start-timeout': '2s',
      });
      expect(sentence).toContain(`exit code 7: ${'x'.repeat(190)}***…`);
      expect(result.log).toContain(`${'x'.repeat(1990)}***… (line cut)`);
      expect(result.summary).toContain(`${'x'.repeat(1990)}***… (line cut)`);
      expect(`${result.log}${result.summary}${JSON.stringify(result.outputs)}`).not.toContain(half);
    });

    test('whose program is missing', async () => {
      const { sentence } = await refused(stand.images.v2, { command: 'no-such-program' });
      expect(sentence).toMatch(/ended with exit code 127 \(its program is not in the image\)/);
    });

    test('whose HEALTHCHECK says unhealthy', async () => {
      const { sentence, durationMs } = await refused(stand.images.unhealthy, {
        'health-path': '',
        'start-timeout': '60s',
      });
      expect(sentence).toMatch(/its HEALTHCHECK says unhealthy/);
      expect(durationMs).toBeLessThan(20_000);
    });

    test('whose health command fails', async () => {
      const { sentence } = await refused(stand.images.v2, {
        'health-path': '',
        'health-command': JSON.stringify(['sh', '-c', 'echo queue is down; exit 7']),
        'start-timeout': '2s',
      });
      expect(sentence).toMatch(/exit code 7: queue is down/);
    });

    test('whose health command says it in colours: the reason is plain, and its record can be read', async () => {
      const { sentence, result } = await refused(stand.images.v2, {
        'health-path': '',
        'health-command': JSON.stringify([
          'sh',
          '-c',
          "printf '\\033[31mqueue is down\\033[0m\\0\\n\\0'; exit 7",
        ]),
        'start-timeout': '2s',
      });
      expect(sentence).toMatch(/exit code 7: queue is down[);]/);
      expect(sentence).not.toMatch(/\p{Cc}/u);
      const { log, outputs } = await app.rollback({ list: 'true' });
      expect(log).not.toMatch(/damaged/);
      const failed = JSON.parse(outputs.releases ?? '[]').find(
        ({ id }: { id: string }) => id === result.outputs.release,
      );
      expect(failed).toMatchObject({ verdict: 'failed', reason: result.outputs.reason });
    });

    test('that runs out of memory', async () => {
      const { sentence } = await refused(stand.images.v2, {
        memory: '32MB',
        command: JSON.stringify(['node', '-e', 'const a=[];for(;;)a.push(Buffer.alloc(1e6,1))']),
        'start-timeout': '60s',
      });
      expect(sentence).toMatch(/out of memory|exit code 137/);
    });

    test('that is another build than expected', async () => {
      const { sentence } = await refused(stand.images.v2, { 'expected-version': 'v3' });
      expect(sentence).toMatch(/its build is not the expected one, by \/version: .*v2/);
    });

    test('whose version cannot be read', async () => {
      const { sentence } = await refused(stand.images.v2, {
        'expected-version': 'v2',
        'version-path': '/status?code=500',
      });
      expect(sentence).toMatch(/version could not be read from \/status\?code=500: .*500/);
    });

    test('whose pre-deploy fails', async () => {
      const { sentence, summary, result } = await refused(stand.images.v2, {
        'pre-deploy': JSON.stringify([
          'sh',
          '-c',
          'echo migrating with $TOKEN; echo column exists >&2; exit 4',
        ]),
      });
      expect(sentence).toMatch(/was refused: the pre-deploy command sh ended with exit code 4\./);
      expect(summary).toContain('column exists');
      expect(result.log).toContain('migrating with ***');
    });

    test('whose pre-deploy takes too long', async () => {
      const { sentence } = await refused(stand.images.v2, {
        'pre-deploy': 'sleep 60',
        'pre-deploy-timeout': '1s',
      });
      expect(sentence).toMatch(/the pre-deploy command sleep did not end within 1 s and was stopped/);
    });

    test('whose pre-deploy does not exist', async () => {
      const { sentence } = await refused(stand.images.v2, { 'pre-deploy': '/app/migrate' });
      expect(sentence).toMatch(/\/app\/migrate/);
    });
  });

  describe('because of the image', () => {
    test('that was built for another CPU', async () => {
      const { sentence } = await refused(stand.images.otherArchitecture, {}, true);
      expect(sentence).toMatch(/is built for linux\/\w+, but the server is linux\/\w+: build the image for/);
    });

    test('that the registry does not have', async () => {
      const { sentence } = await refused(`${stand.registry.address}/team/app:nope`, {}, true);
      expect(sentence).toMatch(/could not pull .*team\/app:nope: the registry has no such image or tag/);
    });

    test('that exposes no port', async () => {
      const { sentence } = await refused(stand.images.busybox, {}, true);
      expect(sentence).toMatch(/exposes no port; say with "container-port"/);
    });

    test('that is not there, when no pull is allowed', async () => {
      const image = await publishAppImage(stand.registry, { version: 'never-pulled' });
      const { sentence } = await refused(image, { 'pull-policy': 'never' }, true);
      expect(sentence).toMatch(/does not have the image .* and "pull-policy" is never/);
    });

    test('because the registry does not take the password', async () => {
      const image = await publishAppImage(stand.registry, { version: 'behind-a-password' });
      const wrong = await refused(image, { 'registry-password': 'wrong-password-canary' }, true);
      expect(wrong.sentence).toMatch(/does not accept these credentials.*registry-password/);
      expect(wrong.result.log).not.toContain('wrong-password-canary');
      const none = await refused(image, { 'registry-username': '', 'registry-password': '' }, true);
      expect(none.sentence).toMatch(/asks for credentials.*set registry-username and registry-password/);
    });

    test('because the registry is down, or cuts the line half-way', async () => {
      const image = await publishAppImage(stand.registry, { version: 'unreachable' });
      stand.registry.faults.setFault({ kind: 'refuse' });
      const down = await refused(image, {}, true).finally(() =>
        stand.registry.faults.setFault({ kind: 'none' }),
      );
      expect(down.sentence).toMatch(/could not pull .*(?:cannot reach the registry|incomplete or damaged)/);
      stand.registry.faults.setFault({ kind: 'cut', afterBytes: 900 });
      const cut = await refused(image, {}, true).finally(() =>
        stand.registry.faults.setFault({ kind: 'none' }),
      );
      expect(cut.sentence).toMatch(/could not pull .*(?:incomplete or damaged|cannot reach|registry failed)/);
    });
  });

  describe('because of the server', () => {
    test('that lacks a network', async () => {
      const { sentence } = await refused(stand.images.v2, { networks: 'no-such-net' }, true);
      expect(sentence).toMatch(
        /has no network no-such-net; create it with "docker network create no-such-net"/,
      );
    });

    test('on which a container has the listening port', async () => {
      const port = await freePort();
      const name = `${app.name}-squatter`;
      const { Id } = JSON.parse(
        await app.engine(`/containers/create?name=${name}`, 'POST', {
          Image: (await app.inspect((await app.liveContainer()).id)).Image,
          ExposedPorts: { '8080/tcp': {} },
          HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
        }),
      );
      await app.engine(`/containers/${Id}/start`);
      const { sentence } = await refused(stand.images.v2, { listen: `127.0.0.1:${port}` }, true).finally(() =>
        app.engine(`/containers/${Id}?force=1`, 'DELETE'),
      );
      expect(sentence).toContain(`127.0.0.1:${port} on the server is taken by the container ${name};`);
    });

    test("on which another app's switch has the listening port", async () => {
      const other = await stand.app();
      await other.deploy(stand.images.v1);
      const { port } = other.listen;
      const { sentence } = await refused(stand.images.v2, { listen: `127.0.0.1:${port}` }, true);
      expect(sentence).toContain(
        `127.0.0.1:${port} on the server is taken by the switch of the app ${other.name};`,
      );
      const everywhere = await refused(stand.images.v2, { listen: `0.0.0.0:${port}` }, true);
      expect(everywhere.sentence).toContain(`taken by the switch of the app ${other.name};`);
      expect(await other.version()).toBe('v1');
    });

    test('on which a process has the listening port', async () => {
      const server = createServer();
      const port = await freePort();
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      const { sentence } = await refused(stand.images.v2, { listen: `127.0.0.1:${port}` }, true).finally(() =>
        server.close(),
      );
      expect(sentence).toMatch(/is taken by a process of the user root;/);
    });

    test('on which the app has another kind of switch', async () => {
      const { sentence } = refusalOf(await app.run(stand.images.v2, { switch: 'none', 'health-path': '' }));
      expect(sentence).toContain(
        `The app ${app.name} is served by "switch: haproxy", and this deploy asks for none; deploy it under another app name`,
      );
      await app.expectTidy();
    });

    test('on which the app belongs to another user', async () => {
      await using other = await startTestServer();
      const { sentence } = refusalOf(
        await app.run(stand.images.v2, {
          host: other.host,
          port: String(other.port),
          username: other.username,
          'private-key': other.privateKey,
          'known-hosts': other.knownHosts,
        }),
      );
      expect(sentence).toContain(
        `The app ${app.name} on this server belongs to the user whose home is ${app.server.home}, and this job's is ${other.home};`,
      );
      await app.expectTidy();
    });

    test('on which another app takes the listening port at the same moment', async () => {
      const [one, two] = [await stand.app(), await stand.app()];
      const listen = `127.0.0.1:${one.listen.port}`;
      const pace = { listen, 'pre-deploy': 'sleep 1' };
      const results = await Promise.all([
        one.run(stand.images.v1, pace),
        two.run(stand.images.v2, { ...pace, 'pre-deploy': 'sleep 1' }),
      ]);
      const lost = results.filter(({ exitCode }) => exitCode !== 0);
      expect(lost).toHaveLength(1);
      const [winner, loser] = results[0]?.exitCode === 0 ? [one, two] : [two, one];
      expect(lost[0]?.outputs.reason).toMatch(
        new RegExp(
          `${one.listen.port} on the server is (?:being )?taken by the switch of the app ${winner.name}`,
        ),
      );
      expect(await one.version()).toBe(winner === one ? 'v1' : 'v2');
      await loser.expectTidy({ live: false });
      await winner.expectTidy();
    });

    test('whose switch cannot be talked to', async () => {
      const { id } = (await app.containers()).find(({ role }) => role === 'switch') ?? { id: '' };
      const socket = join(app.folder, 'switch', 'admin-1.sock');
      await rename(socket, `${socket}.away`);
      const { sentence } = refusalOf(await app.run(stand.images.v2));
      await rename(`${socket}.away`, socket);
      expect(sentence).toMatch(
        /The switch \S+-switch-1 runs, but its admin socket in \S+ does not answer; "docker restart \S+" mends that/,
      );
      expect((await app.containers()).find(({ role }) => role === 'switch')?.id).toBe(id);
      await app.expectTidy();
    });

    test('on which the folder of the app was deleted while it serves', async () => {
      const other = await stand.app();
      await other.deploy(stand.images.v1);
      const name = (await other.containers()).find(({ role }) => role === 'switch')?.name ?? '';
      await rm(other.folder, { recursive: true });
      const { sentence } = refusalOf(await other.run(stand.images.v2));
      expect(sentence).toContain(`its files in ${other.folder}/switch are gone`);
      expect(sentence).toContain(`deploy again after "docker rm -f ${name}"`);
      expect(sentence).not.toContain('docker restart');
      expect(await other.version()).toBe('v1');
      // What it says helps.
      await other.engine(`/containers/${name}?force=1`, 'DELETE');
      await other.deploy(stand.images.v2);
      expect(await other.version()).toBe('v2');
      await other.expectTidy({ standby: 1 });
    });

    test.each([
      ['a link that leads nowhere', '000000099.json', (path: string) => symlink('/nonexistent', path)],
      ['a folder', '000000099.json', (path: string) => mkdir(path)],
      ['a pipe', '000000099.json', (path: string) => Promise.resolve(execFileSync('mkfifo', [path]))],
      ['the greatest number', '999999999999999.json', (path: string) => writeFile(path, '')],
    ])('whose newest lease is %s', async (_, name, make) => {
      const path = join(app.folder, 'lease', name);
      await make(path);
      const { sentence } = refusalOf(
        await app.run(stand.images.v2, { 'lock-wait': '1h' }).finally(() => rm(path, { recursive: true })),
      );
      expect(sentence).toContain(`because ${path} is not a file that a deploy has written there;`);
      expect(sentence).toContain(`then remove it with "rm -r ${path}"`);
      await app.expectTidy();
    });

    test('on which another deploy of the app is at work', async () => {
      const url = 'https://github.com/octo-org/octo-repo/actions/runs/1658821493';
      const busy = app.run(stand.images.v2, { 'pre-deploy': 'sleep 5', 'expected-version': 'v9' });
      await expect
        .poll(() => app.containers().then((all) => all.some(({ role }) => role === 'pre-deploy')), {
          timeout: 20_000,
        })
        .toBe(true);
      const { sentence } = refusalOf(await app.run(stand.images.v2));
      expect(sentence).toContain(
        `Another deploy of ${app.name} is at work on this server (${url} by octocat, since`,
      );
      expect((await busy).exitCode).toBe(1);
      await app.expectTidy();
    });
  });
});
