import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, fingerprintOf, type SshOptions, type SshTarget } from '../src/index.ts';
import { freePort, keygen, publicKey, type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd[Symbol.asyncDispose]());

async function login(target: SshTarget, options: Partial<SshOptions> = {}): Promise<string> {
  const connection = await connect(target, { connectTimeoutMs: 10_000, ...options });
  try {
    return (await connection.exec(['id', '-un'])).stdout.trim();
  } finally {
    await connection.close();
    expect(await connection.closed).toBeUndefined();
  }
}

async function refusal(target: SshTarget, options: Partial<SshOptions> = {}): Promise<Error> {
  return login(target, options).then(
    () => expect.unreachable('the connection was let through'),
    (error: Error) => error,
  );
}

async function withTcpServer<T>(
  onSocket: (socket: Socket) => void,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(typeof address === 'object' && address ? address.port : 0);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const hostKey = (type: string) => publicKey(sshd.hostKeyFile(type));
const keyBlob = (type: string) => Buffer.from(hostKey(type).split(' ')[1] ?? '', 'base64');
const line = (type: string) => `[${sshd.host}]:${sshd.port} ${hostKey(type)}`;

describe('lets in', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'])('a server of whose keys only the %s one is known', async (type) => {
    expect(await login({ ...sshd.target, hostKey: { knownHosts: line(type) } })).toBe(sshd.username);
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])('a server by the fingerprint of its %s key', async (type) => {
    expect(await login({ ...sshd.target, hostKey: { fingerprint: fingerprintOf(keyBlob(type)) } })).toBe(
      sshd.username,
    );
  });

  test.each(['rsa', 'ecdsa'])('with an %s user key', async (type) => {
    const file = join(sshd.folder, `user_${type}`);
    keygen(type, file);
    const { appendFileSync } = await import('node:fs');
    appendFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${file}.pub`));
    expect(await login({ ...sshd.target, privateKey: readFileSync(file, 'utf8') })).toBe(sshd.username);
  });
});

describe('refuses a server', () => {
  test('that is not in known-hosts, with the line that would admit it', async () => {
    const error = await refusal({ ...sshd.target, hostKey: { knownHosts: `other ${hostKey('rsa')}` } });
    expect(error.name).toBe('UnknownHostKeyError');
    expect(error.message).toContain(`127.0.0.1:${sshd.port}`);
    const printed = error.message.split('add this line to known-hosts: ')[1] ?? '';
    expect(printed).toBe(line('ed25519'));
    expect(await login({ ...sshd.target, hostKey: { knownHosts: printed } })).toBe(sshd.username);
  });

  test('whose key changed, with what was expected', async () => {
    const file = join(sshd.folder, 'another');
    keygen('ed25519', file);
    const other = publicKey(`${file}.pub`);
    const error = await refusal({
      ...sshd.target,
      hostKey: { knownHosts: `[127.0.0.1]:${sshd.port} ${other}` },
    });
    expect(error.name).toBe('ChangedHostKeyError');
    expect(error.message).toContain(fingerprintOf(Buffer.from(other.split(' ')[1] ?? '', 'base64')));
    expect(error.message.endsWith(line('ed25519'))).toBe(true);
  });

  test('that has no key of the known type any more', async () => {
    const file = join(sshd.folder, 'p384');
    keygen('ecdsa', file, '-b', '384');
    const error = await refusal({
      ...sshd.target,
      hostKey: { knownHosts: `[127.0.0.1]:${sshd.port} ${publicKey(`${file}.pub`)}` },
    });
    expect(error.name).toBe('ChangedHostKeyError');
    expect(error.message).toContain('expected ecdsa-sha2-nistp384');
    expect(error.message.endsWith(line('ed25519'))).toBe(true);
  });

  test('whose key is revoked', async () => {
    const knownHosts = `${line('ed25519')}\n@revoked * ${hostKey('ed25519')}`;
    const error = await refusal({ ...sshd.target, hostKey: { knownHosts } });
    expect(error.name).toBe('RevokedHostKeyError');
  });

  test('none of whose keys has the fingerprint, and lists all it has', async () => {
    const error = await refusal({ ...sshd.target, hostKey: { fingerprint: `SHA256:${'A'.repeat(43)}` } });
    expect(error.name).toBe('ChangedHostKeyError');
    for (const type of ['ed25519', 'ecdsa', 'rsa'])
      expect(error.message).toContain(fingerprintOf(keyBlob(type)));
    expect(error.message.endsWith(line('ed25519'))).toBe(true);
  });
});

describe('says what is wrong when', () => {
  test('the name does not exist', async () => {
    const error = await refusal({ ...sshd.target, host: 'no-such-host.invalid' });
    expect(error.name).toBe('HostNotFoundError');
    expect(error.message).toContain("The name 'no-such-host.invalid'");
  });

  test('nothing listens', async () => {
    const port = await freePort();
    const error = await refusal({ ...sshd.target, port });
    expect(error.name).toBe('ConnectionRefusedError');
    expect(error.message).toContain(`the server 127.0.0.1:${port} was refused`);
  });

  test('there is no route', async () => {
    // A multicast address: no TCP connection can go there.
    const error = await refusal({ ...sshd.target, host: '224.0.0.1' });
    expect(error.name).toBe('HostUnreachableError');
    expect(error.message).toContain(`no way to the server 224.0.0.1:${sshd.port}`);
  });

  test('the port is silent', async () => {
    await withTcpServer(
      () => {},
      async (port) => {
        const started = performance.now();
        const error = await refusal({ ...sshd.target, port }, { connectTimeoutMs: 300 });
        expect(performance.now() - started).toBeLessThan(1_500);
        expect(error.name).toBe('ConnectTimeoutError');
        expect(error.message).toContain('no SSH greeting within 0.3 s');
      },
    );
  });

  test('it stops in the middle of the handshake', async () => {
    await withTcpServer(
      (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
      async (port) => {
        const error = await refusal({ ...sshd.target, port }, { connectTimeoutMs: 300 });
        expect(error.name).toBe('ConnectTimeoutError');
        expect(error.message).toContain('The key exchange');
      },
    );
  });

  test('another protocol answers', async () => {
    await withTcpServer(
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\u001b[31mred\r\n\r\n'),
      async (port) => {
        const error = await refusal({ ...sshd.target, port });
        expect(error.name).toBe('NotAnSshServerError');
        expect(error.message).toContain("'HTTP/1.1 400 Bad Request");
        expect(error.message).not.toContain('\u001b');
      },
    );
  });

  test('another protocol speaks first and does not stop', async () => {
    await withTcpServer(
      (socket) => socket.write('220 mail.example.com ESMTP\r\n'.repeat(2_000)),
      async (port) => {
        expect((await refusal({ ...sshd.target, port })).name).toBe('NotAnSshServerError');
      },
    );
  });

  test('the server closes at once', async () => {
    await withTcpServer(
      (socket) => socket.end(),
      async (port) => {
        const error = await refusal({ ...sshd.target, port });
        expect(error.name).toBe('ServerClosedError');
        expect(error.message).toContain('before its SSH greeting');
      },
    );
  });

  test('the server resets in the middle of the handshake', async () => {
    await withTcpServer(
      (socket) =>
        socket.once('data', () => socket.write('SSH-2.0-OpenSSH_9.2\r\n', () => socket.resetAndDestroy())),
      async (port) => {
        const error = await refusal({ ...sshd.target, port });
        expect(error.name).toBe('ServerClosedError');
        expect(error.message).toContain('during the key exchange');
      },
    );
  });

  test('too many are waiting to log in', async () => {
    await withTcpServer(
      (socket) => socket.end('Exceeded MaxStartups\r\n'),
      async (port) => {
        expect((await refusal({ ...sshd.target, port })).message).toContain('MaxStartups in its sshd_config');
      },
    );
  });

  test('the key is not authorized', async () => {
    const file = join(sshd.folder, 'stranger');
    keygen('ed25519', file);
    const error = await refusal({ ...sshd.target, privateKey: readFileSync(file, 'utf8') });
    expect(error.name).toBe('AuthenticationError');
    const fingerprint = fingerprintOf(Buffer.from(publicKey(`${file}.pub`).split(' ')[1] ?? '', 'base64'));
    expect(error.message).toContain(
      `did not accept the key ssh-ed25519 ${fingerprint} for '${sshd.username}'`,
    );
  });

  test('the user does not exist', async () => {
    const error = await refusal({ ...sshd.target, username: 'nobody-of-this-name' });
    expect(error.name).toBe('AuthenticationError');
    expect(error.message).toContain("'nobody-of-this-name'");
  });

  test('the run is cancelled', async () => {
    await withTcpServer(
      () => {},
      async (port) => {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 50);
        const error = await refusal({ ...sshd.target, port }, { signal: abort.signal });
        expect(error.message).toContain('cancelled');
      },
    );
  });
});

describe('says what to change when sshd', () => {
  let strict: Sshd;
  beforeAll(async () => {
    strict = await startSshd();
  });
  afterAll(() => strict[Symbol.asyncDispose]());

  test('takes no keys', async () => {
    await strict.restart('PubkeyAuthentication no\nPasswordAuthentication yes');
    expect((await refusal(strict.target)).message).toContain('PubkeyAuthentication yes');
  });

  test('wants a second factor', async () => {
    await strict.restart('PasswordAuthentication yes\nAuthenticationMethods publickey,password');
    const error = await refusal(strict.target);
    expect(error.message).toContain('but wants password besides');
  });

  test('has no key exchange in common', async () => {
    await strict.restart('KexAlgorithms sntrup761x25519-sha512@openssh.com');
    const error = await refusal(strict.target);
    expect(error.name).toBe('NoCommonAlgorithmError');
    expect(error.message).toContain('no key exchange algorithm in common');
  });
});

describe('through a jump host', () => {
  let jump: Sshd;
  beforeAll(async () => {
    jump = await startSshd();
  });
  beforeEach(() => jump.restart(''));
  afterAll(() => jump[Symbol.asyncDispose]());

  test('reaches the server, each with its own user and key', async () => {
    expect(jump.username).not.toBe(sshd.username);
    expect(await login(sshd.target, { jump: jump.target })).toBe(sshd.username);
  });

  test('by the fingerprint of a key that is not shown first', async () => {
    const target = { ...sshd.target, hostKey: { fingerprint: fingerprintOf(keyBlob('rsa')) } };
    expect(await login(target, { jump: jump.target })).toBe(sshd.username);
  });

  test('names the jump host when that one is unknown', async () => {
    const unknown = { ...jump.target, hostKey: { knownHosts: line('ed25519') } };
    const error = await refusal(sshd.target, { jump: unknown });
    expect(error.name).toBe('UnknownHostKeyError');
    expect(error.message).toContain(`the jump host 127.0.0.1:${jump.port}`);
  });

  test('names the jump host when it does not accept the key', async () => {
    const error = await refusal(sshd.target, { jump: { ...jump.target, privateKey: sshd.privateKey } });
    expect(error.name).toBe('AuthenticationError');
    expect(error.message).toContain(`The jump host 127.0.0.1:${jump.port}`);
  });

  test('names the server when that one does not accept the key', async () => {
    const error = await refusal({ ...sshd.target, privateKey: jump.privateKey }, { jump: jump.target });
    expect(error.message).toContain(`The server 127.0.0.1:${sshd.port}`);
  });

  test('says that the jump host cannot reach the server', async () => {
    const port = await freePort();
    const error = await refusal({ ...sshd.target, port }, { jump: jump.target });
    expect(error.name).toBe('JumpHostError');
    expect(error.message).toContain(
      `the server 127.0.0.1:${port} through the jump host 127.0.0.1:${jump.port}`,
    );
    expect(error.message).toContain('cannot reach it');
  });

  test('says that the jump host does not forward', async () => {
    await jump.restart('AllowTcpForwarding no');
    const error = await refusal(sshd.target, { jump: jump.target });
    expect(error.name).toBe('JumpHostError');
    expect(error.message).toContain('set AllowTcpForwarding yes');
  });

  test('one time limit covers both', async () => {
    await withTcpServer(
      () => {},
      async (port) => {
        const error = await refusal({ ...sshd.target, port }, { jump: jump.target, connectTimeoutMs: 600 });
        expect(error.name).toBe('ConnectTimeoutError');
        expect(error.message).toContain(`the server 127.0.0.1:${port}`.replace('the', 'at the'));
      },
    );
  });
});
