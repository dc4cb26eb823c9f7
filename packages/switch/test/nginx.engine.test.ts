import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSlotNetwork, openEngine, unixSocket } from '#engine';
import { probeHttp } from '#probe';
import { connect, type RemoteFiles, type SshConnection } from '#ssh';
import { waitFor } from '../../../scripts/test-tools-run.ts';
import { startLoad } from '../../../test/load/start-load.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildAppImages, buildLocalImages } from '../../../test/machine/images.ts';
import { startTestServer, type TestServer } from '../../../test/machine/server.ts';
import type { DeployRequest, Server } from '../../release/src/index.ts';
import { trafficSwitchFor } from '../../release/src/switch-driver.ts';
import {
  type NginxOptions,
  type NginxSurroundings,
  NginxSwitch,
  type SlotTargets,
  type TrafficSwitch,
} from '../src/index.ts';
import { parseUpstream } from '../src/nginx-files.ts';
import { type Backend, freePort, type HostNginx, startBackend, startHostNginx } from './nginx-server.ts';

const noContainers: NginxSurroundings['containers'] = {
  inspect: () => Promise.reject(new Error('no container in this test')),
  exec: () => Promise.reject(new Error('no container in this test')),
  connect: () => Promise.reject(new Error('no container in this test')),
  disconnect: () => Promise.reject(new Error('no container in this test')),
};

async function logIn(server: TestServer): Promise<SshConnection> {
  const { host, port, username, privateKey, knownHosts } = server;
  return await connect(
    { host, port, username, privateKey, hostKey: { knownHosts } },
    { connectTimeoutMs: 20_000 },
  );
}

async function versionAt(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/version`, { headers: { connection: 'close' } });
  return `${response.status} ${(await response.text()).trim()}`;
}

describe('nginx on the server itself', () => {
  let server: TestServer;
  let ssh: SshConnection;
  let files: RemoteFiles;
  let nginx: HostNginx;
  let v1: Backend;
  let v2: Backend;
  let targets: SlotTargets;
  let folder: string;
  let upstream: string;
  let location: string;

  beforeAll(async () => {
    server = await startTestServer();
    ssh = await logIn(server);
    files = await ssh.files();
    nginx = await startHostNginx(server);
    [v1, v2] = await Promise.all([startBackend('v1'), startBackend('v2')]);
    targets = {
      blue: { host: '127.0.1.2', port: v1.port, protocol: 'http' },
      green: { host: '127.0.1.3', port: v2.port, protocol: 'http' },
    };
    folder = `${server.home}/.switchyard/shop/switch`;
    upstream = `${folder}/nginx/upstream.conf`;
    location = `${folder}/nginx/location.conf`;
    await files.makeDirectory(folder, 0o700);
  });

  afterAll(async () => {
    await ssh?.close();
    for (const part of [nginx, v1, v2, server]) await part?.[Symbol.asyncDispose]();
  });

  function driver(more: Partial<NginxOptions> = {}): NginxSwitch {
    return new NginxSwitch(
      {
        app: 'shop',
        folder,
        listen: { host: '127.0.0.1', port: nginx.port },
        command: nginx.command,
        container: undefined,
        network: 'unused',
        question: { host: 'shop.example', path: '/' },
        ...more,
      },
      {
        folder: files,
        connections: ssh,
        ask: (open, question) =>
          probeHttp(open, { ...question, protocol: 'http', expectedStatus: [{ from: 100, to: 599 }] }),
        exec: (argv, options) => ssh.exec(argv, options),
        containers: noContainers,
      },
    );
  }

  test('without the include lines the first deploy says which to write, and the files are there for them', async () => {
    const trafficSwitch = driver({ includeDeadlineMs: 500 });
    expect(await trafficSwitch.live()).toBeUndefined();
    expect((await trafficSwitch.plan(targets)).change).toBe('created');
    await expect(trafficSwitch.ensure('blue', targets)).rejects.toThrow(
      `give it "include ${upstream};" in its http block and "include ${location};" in the location of the app, then deploy again.`,
    );
    expect(parseUpstream(readFileSync(upstream, 'utf8'))).toEqual({ live: 'none' });
    expect(await trafficSwitch.live()).toBeUndefined();
  });

  test('an include of the location alone is nginx’s own complaint, with the lines', async () => {
    nginx.configure('', `include ${location};`);
    await expect(driver().ensure('blue', targets)).rejects.toThrow(
      /^nginx refuses its configuration: .*\[emerg\].*; it needs "include .*upstream\.conf;" in its http block/,
    );
  });

  test('with them the first deploy serves, and says by which slot only to those who ask', async () => {
    nginx.configure(`include ${upstream};`, `include ${location};`);
    const trafficSwitch = driver();
    expect(await trafficSwitch.ensure('blue', targets)).toBe('created');
    expect(await trafficSwitch.live()).toBe('blue');
    expect(await versionAt(nginx.port)).toBe('200 v1');
    const plain = await fetch(`http://127.0.0.1:${nginx.port}/version`);
    expect(plain.headers.has('switchyard-color')).toBe(false);
    expect(plain.headers.get('users-own')).toBe('yes');
    const asked = await fetch(`http://127.0.0.1:${nginx.port}/version`, {
      headers: { 'switchyard-probe': '1' },
    });
    expect(asked.headers.get('switchyard-color')).toBe('blue');
    expect((await asked.text()).trim()).toBe('v1');
  });

  test('switches forth and back under load; only idle connections are ever lost', async () => {
    const trafficSwitch = driver();
    expect(await trafficSwitch.ensure('blue', targets)).toBe('unchanged');
    const load = await startLoad({ host: '127.0.0.1', port: nginx.port, rate: 300, durationMs: 60_000 });
    await waitFor('answers under load', () => load.live().answered > 100);
    for (const [color, version] of [
      ['green', 'v2'],
      ['blue', 'v1'],
      ['green', 'v2'],
    ] as const) {
      load.expect(version);
      const tookMs = await trafficSwitch.shift(color);
      expect(tookMs).toBeLessThan(5_000);
      expect(await trafficSwitch.live()).toBe(color);
      expect(await versionAt(nginx.port)).toBe(`200 ${version}`);
    }
    const report = await load.stop();
    const lost = report.failures.filter(({ reused }) => !reused);
    expect(lost).toEqual([]);
    // A reload closes idle keep-alive connections; a request sent in that very moment is reset.
    expect(report.failed / report.requests).toBeLessThan(0.01);
    expect(report.requests).toBeGreaterThan(500);
  });

  test('a request in flight is counted on its old slot until it has ended, across the reload', async () => {
    const trafficSwitch = driver();
    await trafficSwitch.shift('blue');
    const slow = fetch(`http://127.0.0.1:${nginx.port}/slow?ms=2000`);
    await waitFor('the request in flight', async () => (await trafficSwitch.inFlight('blue')) === 1);
    await trafficSwitch.shift('green');
    expect(await trafficSwitch.inFlight('blue')).toBe(1);
    expect(await (await slow).text()).toContain('v1');
    await waitFor('the drain', async () => (await trafficSwitch.inFlight('blue')) === 0, 5_000);
  });

  test('without ss the kernel’s table tells the same', async () => {
    await driver().shift('blue');
    const slow = fetch(`http://127.0.0.1:${nginx.port}/slow?ms=1000`);
    const withoutTools = new NginxSwitch(
      {
        app: 'shop',
        folder,
        listen: { host: '127.0.0.1', port: nginx.port },
        command: nginx.command,
        container: undefined,
        network: 'unused',
        question: { host: 'shop.example', path: '/' },
      },
      {
        folder: files,
        connections: ssh,
        ask: () => Promise.resolve({ detail: 'not asked' }),
        exec: async () => ({ code: 127, stdout: '', stderr: 'ss: not found' }),
        containers: noContainers,
      },
    );
    await waitFor('the request in flight', async () => (await withoutTools.inFlight('blue')) === 1);
    await slow;
    await waitFor('its end', async () => (await withoutTools.inFlight('blue')) === 0);
  });

  test('a configuration that nginx refuses leaves the old file and the old version', async () => {
    await driver().shift('blue');
    const before = readFileSync(upstream, 'utf8');
    nginx.configure(`include ${upstream}; nonsense;`, `include ${location};`);
    await expect(driver().shift('green')).rejects.toThrow(
      /^nginx refuses its configuration: nginx: \[emerg\] unknown directive "nonsense".*; the old files are back and nginx serves as before\.$/,
    );
    nginx.configure(`include ${upstream};`, `include ${location};`);
    expect(readFileSync(upstream, 'utf8')).toBe(before);
    expect(await versionAt(nginx.port)).toBe('200 v1');
    expect(await driver().live()).toBe('blue');
  });

  test('a reload that does not take is found out by request, and the old file comes back', async () => {
    await driver().shift('blue');
    const before = readFileSync(upstream, 'utf8');
    const deaf = driver({ command: nginx.deafCommand, reloadDeadlineMs: 800 });
    await expect(deaf.shift('green')).rejects.toThrow(
      /did not settle on green: at last it serves blue; .*; the old files are back and nginx serves blue\.$/,
    );
    expect(readFileSync(upstream, 'utf8')).toBe(before);
    expect(await versionAt(nginx.port)).toBe('200 v1');
  });

  test('a command that needs a password, or is missing, gets its own sentence', async () => {
    await driver().shift('blue');
    await expect(driver({ command: ['/nonexistent/nginx'] }).shift('green')).rejects.toThrow(
      /The program "\/nonexistent\/nginx" could not be run on the server; say with "nginx-command"/,
    );
    const sudo = `${server.home}/sudo`;
    writeFileSync(sudo, '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', { mode: 0o755 });
    await expect(driver({ command: [sudo, '-n', 'nginx'] }).shift('green')).rejects.toThrow(
      `put "${server.username} ALL=(root) NOPASSWD: /usr/sbin/nginx -t, /usr/sbin/nginx -s reload" into /etc/sudoers.d/switchyard`,
    );
    expect(await driver().live()).toBe('blue');
    expect(await versionAt(nginx.port)).toBe('200 v1');
  });

  test('what a killed job left is mended: reality wins over the file', async () => {
    const trafficSwitch = driver();
    await trafficSwitch.shift('blue');
    const blue = readFileSync(upstream, 'utf8');
    await trafficSwitch.shift('green');
    const green = readFileSync(upstream, 'utf8');
    writeFileSync(upstream, blue);
    const temporary = `${folder}/nginx/.upstream.conf.0123456789abcdef.tmp`;
    writeFileSync(temporary, 'half');
    rmSync(location);
    expect(await trafficSwitch.live()).toBe('green');
    const findings = await trafficSwitch.recover();
    expect(findings).toHaveLength(3);
    expect(findings.at(-1)).toBe('nginx serves green and its file said blue; the file now says green too.');
    expect(readFileSync(upstream, 'utf8')).toBe(green);
    expect(await files.stat(temporary)).toBeUndefined();
    expect(await trafficSwitch.recover()).toEqual([]);
  });

  test('a file changed by hand does not decide; where nginx is silent too, nothing is guessed', async () => {
    await driver().shift('blue');
    const good = readFileSync(upstream, 'utf8');
    const damaged = good.replace('# switchyard: blue', '# switchyard: green');
    writeFileSync(upstream, damaged);
    expect(await driver().live()).toBe('blue');
    const silent = driver({ listen: { host: '127.0.0.1', port: await freePort() } });
    await expect(silent.live()).rejects.toThrow(/It can't be told which version nginx serves/);
    expect(await driver().ensure('green', targets)).toBe('unchanged');
    expect(readFileSync(upstream, 'utf8')).toBe(good);
  });

  test('refuses protocols that it cannot move', async () => {
    const h2c: SlotTargets = { ...targets, green: { ...targets.green, protocol: 'h2c' } };
    await expect(driver().ensure('blue', h2c)).rejects.toThrow(/speaks h2c; use "switch: haproxy"/);
  });

  test('a named edge is believed about the client, anybody else is not', async () => {
    const seenBy = async (trafficSwitch: NginxSwitch): Promise<unknown> => {
      await trafficSwitch.shift('blue');
      const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
      const response = await fetch(`http://127.0.0.1:${nginx.port}/ip`, { headers });
      return ((await response.json()) as { headers: unknown }).headers;
    };
    const believed = await seenBy(driver({ trustedProxies: ['127.0.0.0/8', 'fd00::/8'] }));
    // The edge did not say it in this header, and the edge is not the client.
    expect(believed).not.toHaveProperty('x-real-ip');
    expect(believed).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `127.0.0.1:${nginx.port}`,
    });
    expect(await seenBy(driver())).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-real-ip': '127.0.0.1',
      host: `127.0.0.1:${nginx.port}`,
    });
  });

  test('the longest name of an app fits into nginx', async () => {
    const long = {
      app: 'a-very-long-name-of-an-app-which-goes-on',
      folder: `${server.home}/.switchyard/long/switch`,
    };
    const pattern = `${long.folder}/nginx/`;
    nginx.configure(
      `include ${upstream}; include ${pattern}upstream[.]conf;`,
      `include ${pattern}location[.]conf;`,
    );
    expect(await driver(long).ensure('green', targets)).toBe('created');
    expect(await versionAt(nginx.port)).toBe('200 v2');
    nginx.configure(`include ${upstream};`, `include ${location};`);
    await driver().shift('green');
  });

  test('dismantling leaves files with which nginx starts, and serves nothing', async () => {
    const trafficSwitch = driver();
    await trafficSwitch.dismantle();
    await waitFor('the end of the service', async () => (await versionAt(nginx.port)).startsWith('502'));
    expect(await trafficSwitch.live()).toBeUndefined();
    expect(await trafficSwitch.ensure('green', targets)).toBe('created');
    expect(await versionAt(nginx.port)).toBe('200 v2');
  });
});

describeWithEngine('nginx in a container', ({ socket }) => {
  test('is joined to the app’s network, switched, and counted in its own network', async () => {
    await using server = await startTestServer();
    const ssh = await logIn(server);
    const engine = await openEngine(unixSocket(socket));
    const app = `nginx-${randomUUID().slice(0, 8)}`;
    const network = `switchyard-${app}`;
    const containers: string[] = [];
    try {
      const files = await ssh.files();
      const images = await buildLocalImages(socket);
      const [blueImage, greenImage] = await buildAppImages([{ version: 'v1' }, { version: 'v2' }], socket);
      const slots = await ensureSlotNetwork(engine, network, { 'switchyard.app': app });
      for (const [image, address] of [
        [blueImage, slots.addresses.blue],
        [greenImage, slots.addresses.green],
      ] as const) {
        const id = await engine.containers.create(`${app}-${containers.length}`, {
          Image: image ?? '',
          HostConfig: { NetworkMode: network },
          NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
        });
        containers.push(id);
        await engine.containers.start(id);
      }
      const folder = `${server.home}/.switchyard/${app}/switch`;
      await files.makeDirectory(`${folder}/nginx`, 0o700);
      const config = `${server.home}/conf.d`;
      mkdirSync(config);
      writeFileSync(
        `${config}/site.conf`,
        // Patterns, so that nginx starts before the first deploy has written the files.
        'include /etc/nginx/switchyard/upstream[.]conf;\nserver { listen 80; location / { include /etc/nginx/switchyard/location[.]conf; } }\n',
      );
      const port = await freePort();
      const proxy = await engine.containers.create(`${app}-proxy`, {
        Image: images.nginx,
        ExposedPorts: { '80/tcp': {} },
        HostConfig: {
          Binds: [`${config}:/etc/nginx/conf.d:ro`, `${folder}/nginx:/etc/nginx/switchyard:ro`],
          PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
        },
      });
      containers.push(proxy);
      await engine.containers.start(proxy);
      // The rest of a request is nothing to the switch.
      const request = {
        app,
        config: { protocol: 'http' },
        health: { host: 'shop.example', path: '/health' },
        switch: {
          kind: 'nginx',
          listen: { host: '127.0.0.1', port },
          command: ['sudo', '-n', 'nginx'],
          container: `${app}-proxy`,
        },
      } as unknown as DeployRequest;
      const reached: Server = {
        engine,
        files,
        home: server.home,
        openTcp: (host, port) => ssh.openTcp(host, port),
        openUnixSocket: (path) => ssh.openUnixSocket(path),
        exec: (argv, options) => ssh.exec(argv, options),
      };
      const facts = { rootless: false } as Parameters<typeof trafficSwitchFor>[2];
      const inContainer = (container: string): Promise<TrafficSwitch> => {
        const wanted = { ...request, switch: { ...request.switch, container } } as DeployRequest;
        return trafficSwitchFor(wanted, reached, facts, folder);
      };
      const trafficSwitch = await inContainer(`${app}-proxy`);
      const targets: SlotTargets = {
        blue: { host: slots.addresses.blue, port: 8080, protocol: 'http' },
        green: { host: slots.addresses.green, port: 8080, protocol: 'http' },
      };
      await expect((await inContainer(`${app}-0`)).ensure('blue', targets)).rejects.toThrow(
        `The container ${app}-0 does not mount the folder ${folder}/nginx; start it with the whole folder mounted`,
      );
      await expect((await inContainer('missing')).ensure('blue', targets)).rejects.toThrow(
        'The server has no container missing; set "nginx-container" to the one that nginx runs in.',
      );
      await waitFor('the app', async () => {
        const open = () => ssh.openTcp(slots.addresses.green, 8080);
        const question = { host: 'x', path: '/health', protocol: 'http', timeoutMs: 1000 } as const;
        return (await probeHttp(open, { ...question, expectedStatus: [{ from: 200, to: 200 }] })).status;
      });
      expect(await trafficSwitch.ensure('blue', targets)).toBe('created');
      expect(await versionAt(port)).toBe('200 v1');
      const slow = fetch(`http://127.0.0.1:${port}/slow?ms=2500`);
      await waitFor('the request in flight', async () => (await trafficSwitch.inFlight('blue')) === 1);
      expect(await trafficSwitch.shift('green')).toBeLessThan(5_000);
      expect(await versionAt(port)).toBe('200 v2');
      expect(await trafficSwitch.inFlight('blue')).toBe(1);
      expect(await (await slow).text()).toContain('v1');
      await waitFor('the drain', async () => (await trafficSwitch.inFlight('blue')) === 0, 5_000);
      expect(await trafficSwitch.live()).toBe('green');
      await trafficSwitch.dismantle();
      const left = await engine.containers.inspect(proxy);
      expect(Object.keys(left?.NetworkSettings?.Networks ?? {})).toEqual(['bridge']);
    } finally {
      for (const id of containers) await engine.containers.remove(id, { force: true });
      await engine.networks.remove(network);
      engine.close();
      await ssh.close();
    }
  });
});
