import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../scripts/test-tools-run.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { startTestServer, type TestServer } from './server.ts';

const folder = await mkdtemp(join(tmpdir(), 'switchyard-ssh-'));
afterAll(() => rm(folder, { recursive: true }));

async function ssh(server: TestServer, command: string, port = server.port): Promise<string> {
  const key = join(folder, `${server.port}.key`);
  const known = join(folder, `${server.port}.known`);
  await writeFile(key, server.privateKey, { mode: 0o600 });
  await writeFile(known, server.knownHosts + server.knownHostsFor(port));
  const settings = { UserKnownHostsFile: known, StrictHostKeyChecking: 'yes', BatchMode: 'yes' };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return run(
    'ssh',
    ['-F', 'none', '-i', key, ...options, '-p', String(port), `${server.username}@${server.host}`, command],
    { timeoutMs: 20_000 },
  );
}

test('servers are separate, reached with the key they give, and leave nothing behind', async () => {
  const [one, two] = await Promise.all([startTestServer(), startTestServer()]);
  expect(one.port).not.toBe(two.port);
  expect((await ssh(one, 'echo $HOME')).trim()).toBe(one.home);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    expect(one.home).not.toBe(two.home);
    expect(await ssh(one, 'id')).toMatch(/uid=[1-9].*\(docker\)/);
  }
  await one.close();
  await two.close();
  expect(existsSync(one.home)).toBe(false);
  if (isRoot) expect(await readFile('/etc/passwd', 'utf8')).not.toContain(`${one.username}:`);
});

test('a connection can be cut, the server can be restarted, and a proxy in front can misbehave', async () => {
  await using server = await startTestServer();
  const cut = ssh(server, 'echo begun; sleep 60').catch((error: Error) => error.message);
  await expect.poll(() => server.log(), { timeout: 10_000 }).toContain('Starting session: command');
  expect(server.sshd.cutConnections()).toBeGreaterThan(0);
  expect(await cut).toContain('ended with code 255');
  await server.sshd.restart();
  expect(await ssh(server, 'echo back')).toBe('back\n');
  await using proxy = await startFaultProxy({ port: server.port });
  expect(await ssh(server, 'echo through', proxy.port)).toBe('through\n');
  proxy.setFault({ kind: 'cut', afterBytes: 1_000 });
  await expect(ssh(server, 'echo never', proxy.port)).rejects.toThrow('255');
});
