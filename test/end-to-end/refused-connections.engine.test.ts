import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../machine/server.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// What keeps a deploy from getting to the Engine: each has its own sentence, and nothing is changed on the server.

describeWithEngine('a server that cannot be reached or used', () => {
  let stand: Stand;
  let app: TestApp;
  beforeAll(async () => {
    stand = await openStand(['v1']);
    app = await stand.app();
  });
  afterAll(() => stand?.close());

  const refused = async (more: Record<string, string>, of: TestApp = app) => {
    const started = performance.now();
    const result = await of.run(stand.images.v1, { 'connect-timeout': '4s', ...more });
    const { sentence, summary } = refusalOf(result);
    expect(summary).toContain('Nothing was changed; whatever served before still does.');
    expect(result.outputs).toMatchObject({ switched: 'false', reason: sentence });
    expect(JSON.parse(result.outputs.verdict ?? '{}')).toMatchObject({ outcome: 'failed', reason: sentence });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(await of.containers()).toEqual([]);
    expect(await of.files()).toEqual([]);
    return sentence;
  };
  const otherKey = () => {
    const key = Buffer.concat([Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20'), Buffer.alloc(32, 7)]);
    return `[127.0.0.1]:${stand.server.port} ssh-ed25519 ${key.toString('base64')}`;
  };

  /** Makes the server's user use an Engine somewhere else. */
  const contextOf = async (server: TestServer, endpoint: string): Promise<string> => {
    const folder = join(server.home, '.docker');
    const name = 'elsewhere';
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ currentContext: name }));
    const meta = join(folder, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
    await mkdir(meta, { recursive: true });
    await writeFile(
      join(meta, 'meta.json'),
      JSON.stringify({
        Name: name,
        Metadata: {},
        Endpoints: { docker: { Host: endpoint, SkipTLSVerify: false } },
      }),
    );
    execFileSync('chown', ['-R', `${server.uid}:${server.gid}`, folder]);
    return folder;
  };

  test('a host key that is not known is refused, and the line that is printed makes it known', async () => {
    const sentence = await refused({ 'known-hosts': otherKey().replace('[127.0.0.1]', '[192.0.2.1]') });
    expect(sentence).toContain(stand.server.fingerprint);
    const line = /known-hosts: (\S+ \S+ \S+)$/.exec(sentence)?.[1] ?? '';
    expect(stand.server.knownHosts).toContain(line);
    const plan = await app.run(stand.images.v1, { 'known-hosts': line, 'dry-run': 'true' });
    expect(plan.exitCode, plan.log).toBe(0);
  });

  test('a host key that has changed is refused, and says so, with the line for the new one', async () => {
    const sentence = await refused({ 'known-hosts': otherKey() });
    expect(sentence).toMatch(/host key is not the known one/);
    expect(sentence).toContain(`got ssh-ed25519 ${stand.server.fingerprint}`);
    const line = /known-hosts by this line: (\S+ \S+ \S+)$/.exec(sentence)?.[1] ?? '';
    expect(stand.server.knownHosts).toContain(line);
    const plan = await app.run(stand.images.v1, { 'known-hosts': line, 'dry-run': 'true' });
    expect(plan.exitCode, plan.log).toBe(0);
  });

  test('a fingerprint that does not fit is refused', async () => {
    const sentence = await refused({ 'known-hosts': '', 'host-fingerprint': `SHA256:${'A'.repeat(43)}` });
    expect(sentence).toMatch(/none of its host keys has the fingerprint SHA256:AAAA/);
  });

  test('a key that the server does not take', async () => {
    const stranger = join(stand.server.home, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const key = execFileSync('cat', [stranger], { encoding: 'utf8' });
    await Promise.all([rm(stranger), rm(`${stranger}.pub`)]);
    const sentence = await refused({ 'private-key': key });
    expect(sentence).toMatch(/did not accept the key ssh-ed25519 SHA256:\S+ for 'switchyard-test/);
  });

  test('a user that the server does not have', async () => {
    expect(await refused({ username: 'nobody-of-this-name' })).toMatch(
      /did not accept .*'nobody-of-this-name'/,
    );
  });

  test('a name that does not exist', async () => {
    expect(await refused({ host: 'no-such-host.invalid' })).toMatch(/'no-such-host\.invalid' .* resolved/);
  });

  test('a port that refuses', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await refused({ port: String(port) })).toMatch(/refused: check that sshd runs there/);
  });

  test('a port that accepts and says nothing', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sentence = await refused({ port: String(port), 'connect-timeout': '1s' });
    server.close();
    expect(sentence).toMatch(/sent no SSH greeting within 1 s/);
  });

  test('a port that speaks something else', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sentence = await refused({ port: String(port) });
    server.close();
    expect(sentence).toMatch(/is not an SSH server \(it said 'HTTP\/1\.1 400 Bad Request'\)/);
  });

  test('a jump host that refuses the way on', async () => {
    await using jump = await startTestServer({ allowTcpForwarding: 'no' });
    const sentence = await refused({
      'jump-host': jump.host,
      'jump-port': String(jump.port),
      'jump-username': jump.username,
      'jump-private-key': jump.privateKey,
      'known-hosts': `${stand.server.knownHosts}${jump.knownHosts}`,
    });
    expect(sentence).toMatch(/jump host 127\.0\.0\.1:\d+.*forward/i);
  });

  test('a user who may not use the Docker socket', async () => {
    await using plain = await startTestServer({ inDockerGroup: false });
    const other = await stand.app({ server: plain });
    const sentence = await refused({}, other);
    expect(sentence).toMatch(/docker\.sock/);
    expect(sentence).toMatch(/group/);
  });

  test('a docker-host that is not there', async () => {
    expect(await refused({ 'docker-host': 'unix:///run/no-such.sock' })).toMatch(/\/run\/no-such\.sock/);
  });

  test('a docker-host whose Engine is gone', async () => {
    const path = join(stand.server.home, 'gone.sock');
    // Killed, so that the socket's file stays behind.
    const script = `require('net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    await chmod(path, 0o777);
    expect(await refused({ 'docker-host': `unix://${path}` })).toMatch(/gone\.sock/);
  });

  test('an Engine that is too old', async () => {
    const path = join(stand.server.home, 'old.sock');
    const old = createHttpServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ Version: '19.03.15', ApiVersion: '1.40', MinAPIVersion: '1.12' }));
    });
    await new Promise<void>((resolve) => old.listen(path, resolve));
    await chmod(path, 0o777);
    const sentence = await refused({ 'docker-host': `unix://${path}` });
    old.closeAllConnections();
    old.close();
    expect(sentence).toMatch(/Docker Engine 19\.03\.15 \(API 1\.40\), which is too old: update it/);
  });

  test('something on the Docker socket that is no Engine', async () => {
    const path = join(stand.server.home, 'other.sock');
    const other = createHttpServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await chmod(path, 0o777);
    const sentence = await refused({ 'docker-host': `unix://${path}` });
    other.closeAllConnections();
    other.close();
    expect(sentence).toMatch(/not a Docker Engine/);
  });

  test('a Docker context that leads to another machine', async () => {
    const folder = await contextOf(stand.server, 'tcp://10.0.0.9:2376');
    const sentence = await refused({});
    await rm(folder, { recursive: true });
    expect(sentence).toMatch(/points to tcp:\/\/10\.0\.0\.9:2376.*docker-host/);
  });

  // Only root can give the server's user another shell than its own.
  describe.skipIf(process.getuid?.() !== 0)('a login shell whose start-up file prints something', () => {
    const chatty = async (options: TestServerOptions = {}): Promise<TestServer> => {
      const server = await startTestServer(options);
      execFileSync('usermod', ['-s', '/bin/bash', server.username]);
      const path = join(server.home, '.bashrc');
      await writeFile(path, 'echo "Welcome to prod"\necho unix:///nowhere.sock\nprintf "no end of line"\n');
      await chown(path, server.uid, server.gid);
      return server;
    };

    test('keeps no deploy from the Engine', async () => {
      await using server = await chatty();
      const other = await stand.app({ server });
      await other.deploy(stand.images.v1);
      expect(await other.version()).toBe('v1');
      await other.expectTidy();
    });

    test('and no context of a user from being found', async () => {
      await using server = await chatty();
      await contextOf(server, 'tcp://10.0.0.9:2376');
      const other = await stand.app({ server });
      expect(await refused({}, other)).toMatch(/on the server points to tcp:\/\/10\.0\.0\.9:2376, which/);
    });

    test('where nothing is forwarded, is named as what spoils the connections', async () => {
      await using server = await chatty({ disableForwarding: true });
      const other = await stand.app({ server });
      const sentence = await refused({}, other);
      expect(sentence).toContain(`A start-up file of the login shell of '${server.username}'`);
      expect(sentence).toContain("prints something before every command ('Welcome to prod')");
    });

    test('where SFTP is a program that the shell starts, is named as what spoils it', async () => {
      await using server = await chatty({
        sftp: false,
        config: ['Subsystem sftp /usr/lib/openssh/sftp-server'],
      });
      const other = await stand.app({ server });
      const sentence = await refused({}, other);
      expect(sentence).toContain(`A start-up file of the login shell of '${server.username}'`);
    });
  });
});
