import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHostNginx } from '../../packages/switch/test/nginx-server.ts';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { buildLocalImages, publishAppImage } from '../machine/images.ts';
import type { PushedImage } from '../machine/registry.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { openStand, refusalOf, type Stand, secretCanary, TestApp } from './stand.ts';

// `switch: nginx` from the outside: an nginx that somebody else runs, given the two lines that a refused deploy
// shows, and then deploys that work, fail, and turn bad under a load that goes through that nginx.

interface Place {
  readonly app: TestApp;
  readonly inputs: Record<string, string>;
  /** The folder of upstream.conf and location.conf as nginx sees it. */
  readonly seen: string;
  /** Writes nginx's own configuration; nobody reloads it but a deploy. */
  configure(inHttp: string, inLocation: string): void;
  reload(): Promise<void>;
  /** Names of the networks that nginx's container is in. */
  networks(): Promise<string[]>;
  close(): Promise<void>;
}

describeWithEngine('a deploy with switch nginx', () => {
  let stand: Stand;
  let turnsBad: PushedImage;

  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3', 'neverHealthy', 'h2c']);
    // Long enough to be healthy, switched to and proven, by requests to the very page that turns bad.
    turnsBad = await publishAppImage(stand.registry, {
      version: 'v4',
      tag: 'v4-turns-bad-late',
      env: { BAD_AFTER_MS: '4000' },
    });
  });
  afterAll(() => stand?.close());

  // The two side by side, because most of their time is waiting; the tests of each one after the other.
  const inOrder = { concurrent: false };
  describe.concurrent('that runs on the server itself', () => {
    describe('in order', inOrder, () => deploys(onTheServer));
  });
  describe.concurrent('that runs in a container', () => {
    describe('in order', inOrder, () => deploys(inContainer));
  });

  async function onTheServer(): Promise<Place> {
    const nginx = await startHostNginx(stand.server);
    const { server, registry, images, socket } = stand;
    const listen = { host: '127.0.0.1', port: nginx.port };
    const app = new TestApp(server, registry, images.haproxy.reference, socket, listen);
    return {
      app,
      inputs: { switch: 'nginx', 'nginx-command': JSON.stringify(nginx.command) },
      seen: join(app.folder, 'switch/nginx'),
      configure: nginx.configure,
      async reload() {
        const [program = '', ...words] = nginx.command;
        const { uid, gid } = server;
        await promisify(execFile)(program, [...words, '-s', 'reload'], { uid, gid });
        await waitFor('the reload', async () => (await app.ask('/')).status === 404);
      },
      networks: async () => [],
      async close() {
        await nginx[Symbol.asyncDispose]();
        await app.remove();
      },
    };
  }

  async function inContainer(): Promise<Place> {
    const app = await stand.app();
    const { home, uid, gid } = stand.server;
    const folder = join(app.folder, 'switch/nginx');
    // As the documentation says: by the deploy user, before the container that mounts it.
    await promisify(execFile)('mkdir', ['-p', folder], { uid, gid });
    const config = join(home, `${app.name}.conf.d`);
    mkdirSync(config);
    const seen = '/etc/nginx/switchyard/app';
    const configure = (inHttp: string, inLocation: string) =>
      writeFileSync(
        join(config, 'site.conf'),
        `${inHttp}\nserver { listen 80; location / { ${inLocation} } }\n`,
      );
    configure('', 'return 404;');
    const name = `${app.name}-edge`;
    await app.engine(`/containers/create?name=${name}`, 'POST', {
      Image: (await buildLocalImages(stand.socket)).nginx,
      HostConfig: {
        Binds: [`${config}:/etc/nginx/conf.d:ro`, `${folder}:${seen}:ro`],
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(app.listen.port) }] },
      },
    });
    await app.engine(`/containers/${name}/start`);
    await waitFor('nginx in its container', () =>
      app.ask('/').then(
        ({ status }) => status === 404,
        () => false,
      ),
    );
    return {
      app,
      inputs: { switch: 'nginx', 'nginx-container': name },
      seen,
      configure,
      async reload() {
        await app.engine(`/containers/${name}/kill?signal=HUP`);
        await waitFor('the reload', async () => (await app.ask('/')).status === 404);
      },
      networks: async () => Object.keys((await app.inspect(name)).NetworkSettings.Networks).toSorted(),
      close: async () => void (await app.engine(`/containers/${name}?force=1`, 'DELETE')),
    };
  }

  function deploys(open: () => Promise<Place>): void {
    let place: Place;
    let app: TestApp;
    let lines: { http: string; location: string };
    beforeAll(async () => {
      place = await open();
      app = place.app;
    });
    afterAll(() => place?.close());

    const run = (image: PushedImage, more: Record<string, string> = {}, extras = {}) =>
      app.run(image, { ...place.inputs, ...more }, extras);

    const deploy = async (image: PushedImage, more: Record<string, string> = {}, extras = {}) => {
      const result = await run(image, more, extras);
      if (result.exitCode !== 0) throw new Error(`The deploy failed:\n${result.log}`);
      return result;
    };

    /** A deploy that must fail and leave what serves, and all containers, as they were. */
    const refused = async (image: PushedImage, more: Record<string, string> = {}) => {
      const [containers, files] = [await app.containers(), nginxFiles(app)];
      const live = await app.liveContainer();
      const version = await app.version();
      const result = await run(image, more);
      const { sentence } = refusalOf(result);
      expect(await app.containers()).toEqual(containers);
      expect(nginxFiles(app)).toEqual(files);
      expect(await app.version()).toBe(version);
      expect(await app.liveContainer()).toEqual(live);
      return { result, sentence, live };
    };

    test('says in a dry run which lines nginx must have, and changes nothing', async () => {
      const before = await snapshot(place);
      const result = await deploy(stand.images.v1, { 'dry-run': 'true' });
      expect(await snapshot(place)).toEqual(before);
      expect(result.log).toContain(
        `"include ${place.seen}/upstream.conf;" in its http block and "include ${place.seen}/location.conf;" in the location of the app`,
      );
      expect(result.log).toContain(`127.0.0.1:${app.listen.port}`);
      expect(result.outputs).toMatchObject({ switched: 'false', color: 'blue', 'previous-release': '' });
    });

    test('is refused before nginx includes its files; the sentence shows the lines, nothing stays behind', async () => {
      const networks = await place.networks();
      const result = await run(stand.images.v1);
      const { sentence } = refusalOf(result);
      expect(sentence).toContain(
        `was refused: nginx at 127.0.0.1:${app.listen.port} answers http://localhost/health without the files of ${app.name} (status 404); give it "include `,
      );
      expect(sentence).toMatch(/, then deploy again\. Nothing of \S+ serves on this server\.$/);
      const shown = /"(include [^"]+;)" in its http block and "(include [^"]+;)" in the location/.exec(
        sentence,
      );
      lines = { http: shown?.[1] ?? '', location: shown?.[2] ?? '' };
      expect(lines).toEqual({
        http: `include ${place.seen}/upstream.conf;`,
        location: `include ${place.seen}/location.conf;`,
      });
      expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false', 'switch-ms': '' });
      expect(warningsOf(result)).toEqual([]);
      expect(await app.containers()).toEqual([]);
      expect(await app.networks()).toEqual([]);
      expect(await place.networks()).toEqual(networks);
      expect((await app.releases()).map(({ verdict }) => verdict)).toEqual(['failed']);
    });

    test('serves when nginx has exactly the lines that the refusal showed', async () => {
      place.configure(lines.http, lines.location);
      const { outputs, log } = await deploy(stand.images.v1, { 'expected-version': 'v1' });
      expect(outputs).toMatchObject({
        switched: 'true',
        'rolled-back': 'false',
        color: 'blue',
        url: `http://127.0.0.1:${app.listen.port}`,
        'switch-ms': '',
      });
      expect(JSON.parse(outputs.verdict ?? '')).toMatchObject({ outcome: 'live', releaseVerdict: 'live' });
      expect(log).toContain('is live.');
      expect(await app.version()).toBe('v1');
      expect((await app.containers()).map(({ role, state }) => [role, state])).toEqual([['app', 'running']]);
      expect(await app.networks()).toEqual([`switchyard-${app.name}`]);
      await expectClosedFolder(app);
    });

    test('moves a load to the second version without losing a request, also not one in flight', async () => {
      const first = await app.liveContainer();
      const pulse = startPulse(app);
      let slow: Promise<string> | undefined;
      const { outputs, summary } = await deploy(
        stand.images.v2,
        { 'expected-version': 'v2', watch: '1s', 'drain-timeout': '10s' },
        {
          onLine: (line: string) => {
            if (line.includes('Waiting until it is healthy')) {
              slow ??= app.ask('/slow?ms=3000').then(({ body }) => body.trim());
            }
          },
        },
      );
      const { requests, failures, versions } = await pulse.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(50);
      expect(versions).toEqual(['v1', 'v2']);
      expect(await slow).toBe('slow hello from v1');
      expect(outputs).toMatchObject({
        switched: 'true',
        'rolled-back': 'false',
        color: 'green',
        reason: '',
        'previous-release': first.release,
        url: `http://127.0.0.1:${app.listen.port}`,
      });
      const switchMs = Number(outputs['switch-ms']);
      expect(switchMs).toBeGreaterThan(0);
      expect(switchMs).toBeLessThan(5_000);
      const verdict = JSON.parse(outputs.verdict ?? '');
      expect(verdict).toMatchObject({ outcome: 'live', switched: true, rolledBack: false, switchMs });
      expect(verdict.timeline.map(({ step }: { step: string }) => step)).toEqual(
        expect.arrayContaining(['switch', 'watch', 'drain']),
      );
      expect(summary).toContain(`${switchMs} ms`);
      const states = (await app.containers()).map(({ release, state }) => [release, state]);
      expect(states.toSorted()).toEqual(
        [
          [first.release, 'exited'],
          [outputs.release, 'running'],
        ].toSorted(),
      );
      expect(await app.version()).toBe('v2');
      await expectClosedFolder(app);
    });

    test('leaves the old version alone when the new one never gets healthy', async () => {
      const pulse = startPulse(app);
      const { result, sentence, live } = await refused(stand.images.neverHealthy, { 'start-timeout': '3s' });
      const { failures, versions } = await pulse.stop();
      expect({ failures, versions }).toEqual({ failures: [], versions: ['v2'] });
      expect(sentence).toMatch(/^Release \S+ was refused: .*503/);
      expect(sentence.endsWith(` Release ${live.release} (green) still serves.`)).toBe(true);
      expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false', 'switch-ms': '' });
    });

    test("is refused when nginx's own configuration is broken, with nginx's words", async () => {
      place.configure(`${lines.http} nonsense;`, lines.location);
      const { sentence, result, live } = await refused(stand.images.v3).finally(() =>
        place.configure(lines.http, lines.location),
      );
      expect(sentence).toMatch(
        /^Release \S+ was refused: nginx refuses its configuration: .*unknown directive "nonsense"/,
      );
      expect(sentence.endsWith(` Release ${live.release} (green) still serves.`)).toBe(true);
      expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false' });
    });

    test('is switched back when its page turns bad under the watch', async () => {
      const pulse = startPulse(app);
      const { result, sentence, live } = await refused(turnsBad, { 'health-path': '/', watch: '30s' });
      const { failures, versions } = await pulse.stop();
      expect({ failures, versions }).toEqual({ failures: [], versions: ['v2', 'v4'] });
      expect(sentence).toMatch(/turned bad after the switch: 3 health checks in a row failed, .*500/);
      expect(sentence.endsWith(` Release ${live.release} (green) serves again.`)).toBe(true);
      expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true', container: '' });
      expect(Number(result.outputs['switch-ms'])).toBeGreaterThan(0);
      expect(JSON.parse(result.outputs.verdict ?? '')).toMatchObject({ outcome: 'switched-back' });
      expect((await app.releases()).at(-1)).toMatchObject({ verdict: 'bad', id: result.outputs.release });
      expect(warningsOf(result)).toEqual([`Switched back to release ${live.release} (green).`]);
    });

    test('names in a dry run what it would do, and changes nothing', async () => {
      const before = await snapshot(place);
      const { release } = await app.liveContainer();
      const result = await deploy(stand.images.v3, { 'dry-run': 'true', watch: '20s' });
      expect(await snapshot(place)).toEqual(before);
      expect(result.log).toContain('Dry run, nothing was changed. A deploy would:');
      expect(result.log).toContain(`Switch from green (release ${release}) to blue.`);
      expect(result.log).toContain('Watch it for 20 s; switch back if it turns bad.');
      expect(result.log).not.toContain('include ');
      expect(result.outputs).toMatchObject({ switched: 'false', color: 'blue', 'previous-release': release });
    });

    test('is refused for h2c in one sentence', async () => {
      const { sentence } = await refused(stand.images.h2c, { protocol: 'h2c' });
      expect(sentence).toMatch(/protocol.*h2c needs switch haproxy; nginx moves plain http only/);
    });

    test('is refused, with the lines, when nginx has lost them', async () => {
      place.configure('', 'return 404;');
      await place.reload();
      const before = await app.containers();
      const { sentence } = refusalOf(await run(stand.images.v3));
      expect(sentence).toContain(
        `status 404); give it "${lines.http}" in its http block and "${lines.location}"`,
      );
      expect(sentence).toMatch(/ \(green\) still serves\.$/);
      expect(await app.containers()).toEqual(before);
      place.configure(lines.http, lines.location);
      // Nobody has reloaded nginx since: the deploy does.
      await deploy(stand.images.v3);
      expect(await app.version()).toBe('v3');
    });

    test('goes back by the same nginx, told nothing of it', async () => {
      const { release } = await app.liveContainer();
      const pulse = startPulse(app);
      const { outputs } = await app.rollback();
      const { failures, versions } = await pulse.stop();
      expect({ failures, versions }).toEqual({ failures: [], versions: ['v2', 'v3'] });
      expect(outputs).toMatchObject({ 'from-release': release, switched: 'true', color: 'green' });
      expect(await app.version()).toBe('v2');
      await expectClosedFolder(app);
    });
  }
});

function nginxFiles(app: TestApp): string[] {
  return ['upstream', 'location'].map((name) =>
    readFileSync(join(app.folder, `switch/nginx/${name}.conf`), 'utf8'),
  );
}

function warningsOf({ annotations }: ActionResult): string[] {
  return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

/** All that a deploy could change: the app in the Engine, the networks of nginx, and every file of the app. */
async function snapshot({ app, networks }: Place) {
  return {
    containers: await app.containers(),
    networks: [await app.networks(), await networks()],
    files: await app.files(),
  };
}

/** nginx's files tell no secret, and the user's folder lets nobody else of the server reach them. */
async function expectClosedFolder(app: TestApp): Promise<void> {
  const files = await app.files();
  const shared = ['switch', 'switch/nginx', 'switch/nginx/location.conf', 'switch/nginx/upstream.conf'];
  const open = files.filter(({ path, mode }) => (mode & 0o077) !== 0 && !shared.includes(path));
  expect(open).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(shared.slice(1)));
  expect(files.filter(({ path }) => path.endsWith('.tmp'))).toEqual([]);
  expect(nginxFiles(app).join('\n')).not.toContain(secretCanary);
}

/**
 * Fifty requests a second, every other one on a kept connection. A reload of nginx closes idle ones, and a request
 * that is sent in that moment is lost; every client sends such a GET again, once, and so does this one.
 */
function startPulse(app: TestApp): ReturnType<TestApp['startPulse']> {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  const versions = new Set<string>();
  const running = new Set<Promise<void>>();
  let requests = 0;
  const ask = (reuse: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const path = '/version';
      const sent = get({ ...app.listen, path, agent: reuse && agent, timeout: 10_000 }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) versions.add(body.trim());
          else failures.push(`${response.statusCode} ${body}`);
          resolve();
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', (error) => (sent.reusedSocket ? resolve(ask(false)) : reject(error)));
    });
  const timer = setInterval(() => {
    requests += 1;
    const one = ask(requests % 2 === 0)
      .catch((error: Error) => void failures.push(error.message))
      .finally(() => running.delete(one));
    running.add(one);
  }, 20);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return { requests, failures, versions: [...versions].toSorted() };
    },
  };
}
