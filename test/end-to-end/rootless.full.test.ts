import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ToolUnavailable } from '../../scripts/test-tools.ts';
import { waitFor } from '../../scripts/test-tools-run.ts';
import { startLoad } from '../load/start-load.ts';
import { callEngine } from '../machine/engine-call.ts';
import { buildTestImages } from '../machine/images.ts';
import { startRegistry } from '../machine/registry.ts';
import { type RootlessEngine, startRootlessEngine } from '../machine/rootless-engine.ts';
import { startTestServer } from '../machine/server.ts';
import { freePort, TestApp } from './stand.ts';

const rate = 500;

// Users of a rootless Engine have no docker group, no host network, no address of a container that the server
// itself could reach, and their socket is where their Docker context says.
test('deploys to a rootless Engine lose nothing, and a reboot comes back right', async (context) => {
  await using server = await startTestServer({ inDockerGroup: false });
  await using registry = await startRegistry();
  const engine: RootlessEngine = await startRootlessEngine(server).catch((error) => {
    if (error instanceof ToolUnavailable) context.skip(error.message);
    throw error;
  });
  await using _ = engine;
  const info = JSON.parse((await callEngine(engine.socket, '/info')).text) as { SecurityOptions: string[] };
  expect(info.SecurityOptions.join()).toContain('name=rootless');
  const images = await buildTestImages(registry, [
    'v1',
    'v2',
    'v3',
    'v4',
    'v5',
    'neverHealthy',
    'turnsBad',
    'haproxy',
  ]);
  const reach = (image: { reference: string }) => image.reference.replace('localhost', engine.hostAddress);
  const listen = { host: '127.0.0.1', port: await freePort() };
  const app = new TestApp(server, registry, reach(images.haproxy), engine.socket, listen);
  const quick = { 'drain-timeout': '3s', watch: '0s' };
  const onlySwitch = async () => {
    const found = (await app.containers()).filter(
      ({ role, state }) => role === 'switch' && state === 'running',
    );
    expect(found).toHaveLength(1);
    return found[0]?.name ?? '';
  };

  // Neither docker-host nor XDG_RUNTIME_DIR: the user's Docker context alone leads to the socket.
  await app.deploy(reach(images.v1), quick);
  expect(await app.version()).toBe('v1');
  await app.expectTidy();
  const inspect = await app.inspect(await onlySwitch());
  expect(inspect.HostConfig.NetworkMode).toBe(`switchyard-${app.name}`);
  expect(inspect.HostConfig.PortBindings).toEqual({
    [`${listen.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(listen.port) }],
  });
  // The switch runs as root of the user's own namespace, so its socket is the user's, and nobody else's.
  const socket = await stat(join(app.folder, 'switch/admin-1.sock'));
  expect([socket.uid, socket.mode & 0o777]).toEqual([server.uid, 0o600]);
  const candidate = await app.inspect((await app.liveContainer()).id);
  expect(candidate.HostConfig.PortBindings).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] });

  await using load = await startLoad({ ...listen, rate, durationMs: 170_000 });
  const second = await app.deploy(reach(images.v2), { ...quick, 'expected-version': 'v2' });
  expect(Number(second.outputs['switch-ms'])).toBeGreaterThan(0);
  const refused = await app.run(reach(images.neverHealthy), { ...quick, 'start-timeout': '4s' });
  expect(refused.exitCode, refused.log).toBe(1);
  await app.deploy(reach(images.v3), quick);
  load.expect('v3');
  const bad = await app.run(reach(images.turnsBad), { ...quick, watch: '20s' });
  expect(bad.outputs['rolled-back'], bad.log).toBe('true');
  await app.deploy(reach(images.v5), quick);
  const report = await load.stop();
  const { 'status 500': ownErrors = 0, ...lost } = report.failuresByReason;
  expect(lost, JSON.stringify(report.failures.filter(({ version }) => version !== 'v4').slice(0, 5))).toEqual(
    {},
  );
  expect(new Set(report.failures.map(({ version }) => version))).toEqual(new Set(['v4']));
  expect(report.failed).toBe(ownErrors);
  expect(report.mixedAnswers).toEqual([]);
  expect(report.versions.map(({ version }) => version)).toEqual(['v1', 'v2', 'v3', 'v4', 'v5']);
  expect((report.requests * 1_000) / report.durationMs).toBeGreaterThanOrEqual(rate * 0.98);
  console.log(
    `Rootless Engine ${engine.version}: ${report.requests} requests, ${report.failed - ownErrors} lost, p99 ` +
      `${report.latency.p99Ms} ms, longest gap ${report.longestGapMs} ms, switch ${second.outputs['switch-ms']} ms`,
  );
  await app.expectTidy({ standby: 1 });

  // A published port can be bound once, so another definition of the switch costs a restart, and the log says so.
  const pulse = app.startPulse();
  const restarted = await app.deploy(reach(images.v4), { ...quick, 'request-timeout': '30s' });
  const { requests, failures } = await pulse.stop();
  expect(restarted.log).toContain('Restarted the switch with a short gap');
  // Measured 0.5 s. The pulse's idle connection must not keep the port shut for a stop's whole time-out.
  expect(failures.length).toBeLessThan(100);
  console.log(`The switch's restart: ${failures.length} of ${requests} requests at 50 a second failed`);
  expect(await app.version()).toBe('v4');
  await app.expectTidy({ standby: 1 });

  const before = await app.liveContainer();
  const address = async (id: string) =>
    (await app.inspect(id)).NetworkSettings.Networks[`switchyard-${app.name}`].IPAddress as string;
  const addressBefore = await address(before.id);
  await engine.reboot();
  await waitFor(
    'the app after the reboot',
    () =>
      app
        .version()
        .then((version) => version === 'v4')
        .catch(() => false),
    60_000,
  );
  expect((await app.liveContainer()).id).toBe(before.id);
  expect(await address(before.id)).toBe(addressBefore);
  expect(await readFile(join(app.folder, 'switch/live.map'), 'utf8')).toMatch(/^live (?:blue|green)\n$/);
  await app.deploy(reach(images.v5), { ...quick, 'request-timeout': '30s' });
  expect(await app.version()).toBe('v5');
  await app.expectTidy({ standby: 1 });
}, 300_000);
