import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { descendants, freezeAll, signalAll } from '../../../test/machine/processes.ts';
import { connect, type SshConnection, type TunnelSocket } from '../src/index.ts';
import { freePort, type Sshd, startSshd, until } from './sshd.ts';

let sshd: Sshd;
let connection: SshConnection;
let echo: Listener;
beforeAll(async () => {
  sshd = await startSshd();
  echo = await listen((socket) => socket.pipe(socket));
});
afterAll(async () => {
  await echo.close();
  await sshd[Symbol.asyncDispose]();
});
afterEach(() => connection.close());

interface Listener {
  path: string;
  port: number;
  accepted: string[];
  close(): Promise<void>;
}

/** The same behaviour on a Unix socket that everybody may use and on a TCP port. */
async function listen(onSocket: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const accepted: string[] = [];
  const serve = () =>
    createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      const index = accepted.push('') - 1;
      socket.on('data', (chunk) => {
        accepted[index] += chunk.toString('latin1');
        // As an HTTP server would, and a silent one would not: the docker command's ping then costs no time.
        if (accepted[index]?.startsWith('HEAD /_ping')) socket.destroy();
      });
      onSocket(socket);
    });
  const path = join(sshd.folder, `${Math.random().toString(36).slice(2)}.sock`);
  const servers: Server[] = [serve(), serve()];
  const port = await freePort();
  await new Promise<void>((resolve) => servers[0]?.listen(path, resolve));
  await new Promise<void>((resolve) => servers[1]?.listen(port, '127.0.0.1', resolve));
  chmodSync(path, 0o777);
  return {
    path,
    port,
    accepted,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

const open = async () => {
  connection = await connect(sshd.target, { connectTimeoutMs: 10_000 });
};

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it went well'),
    (error: Error) => error,
  );
}

async function errorOf(socket: TunnelSocket): Promise<Error> {
  return new Promise((resolve) => {
    socket.once('error', resolve);
    socket.resume();
  });
}

/** What both routes have to do alike. */
function behavesAsASocket(): void {
  test('carries bytes of any value both ways, and its end', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    for (const socket of [
      await connection.openUnixSocket(echo.path),
      await connection.openTcp('127.0.0.1', echo.port),
    ]) {
      socket.end(bytes);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk);
      expect(Buffer.concat(chunks)).toEqual(bytes);
    }
  });

  test('after our end the other side may still answer', async () => {
    const late = await listen((socket) =>
      socket.on('end', () => setTimeout(() => socket.end('late'), 50)).resume(),
    );
    const socket = await connection.openUnixSocket(late.path);
    socket.end('question');
    expect(await text(socket)).toBe('late');
    await late.close();
  });

  test('8 MiB in both directions at once, with a slow reader, arrive whole', async () => {
    const socket = await connection.openUnixSocket(echo.path);
    const block = Buffer.alloc(1024 * 1024, 'abcdefgh');
    void (async () => {
      for (let count = 0; count < 8; count++) {
        if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve));
      }
      socket.end();
    })();
    let size = 0;
    for await (const chunk of socket) {
      size += chunk.length;
      if (size % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(size).toBe(8 * block.length);
  });

  test('serves http.Agent with keep-alive, and an idle connection closed by the server is not used again', async () => {
    const server = http.createServer((request, response) => response.end(`you asked ${request.url}`));
    const path = join(sshd.folder, `${Math.random().toString(36).slice(2)}.sock`);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    chmodSync(path, 0o777);
    let opened = 0;
    const agent = new http.Agent({ keepAlive: true });
    agent.createConnection = ((
      _options: unknown,
      done: (error: Error | null, socket?: TunnelSocket) => void,
    ) => {
      opened++;
      connection.openUnixSocket(path).then((socket) => done(null, socket), done);
    }) as unknown as typeof agent.createConnection;
    const get = async (url: string) =>
      new Promise<string>((resolve, reject) => {
        const request = http.get({ path: url, host: 'engine', agent, timeout: 5_000 }, (response) =>
          resolve(text(response)),
        );
        request.on('error', reject);
      });
    expect(await get('/1')).toBe('you asked /1');
    expect(await get('/2')).toBe('you asked /2');
    expect(opened).toBe(1);
    server.closeIdleConnections();
    await until(() => Object.keys(agent.freeSockets).length === 0);
    expect(await get('/3')).toBe('you asked /3');
    expect(opened).toBe(2);
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('destroy closes the other side too', async () => {
    const gone: number[] = [];
    const server = await listen((socket) =>
      socket
        .on('end', () => {
          gone.push(1);
          socket.end();
        })
        .resume(),
    );
    const socket = await connection.openUnixSocket(server.path);
    socket.write('x');
    await until(() => server.accepted.includes('x'));
    const before = gone.length;
    socket.destroy();
    await until(() => gone.length > before);
    expect(socket.destroyed).toBe(true);
    await server.close();
  });

  test('a lost connection is an error for every open socket, not an end', async () => {
    const server = await listen((socket) => socket.on('end', () => socket.end()).resume());
    const sockets = [
      await connection.openUnixSocket(server.path),
      await connection.openTcp('127.0.0.1', server.port),
    ];
    const errors = Promise.all(sockets.map(errorOf));
    const command = failure(connection.exec(['sleep', '30']));
    const files = await connection.files();
    killConnections();
    for (const error of [...(await errors), await command]) {
      expect(error.name).toBe('ConnectionLostError');
      expect(error.message).toContain(`The connection to the server 127.0.0.1:${sshd.port} was lost`);
    }
    expect((await connection.closed)?.name).toBe('ConnectionLostError');
    for (const again of [
      connection.exec(['true']),
      files.read('x'),
      connection.openUnixSocket(server.path),
      connection.openTcp('127.0.0.1', 1),
    ]) {
      expect((await failure(again)).name).toBe('ConnectionLostError');
    }
    await server.close();
  });
}

describe('by forwarding', () => {
  beforeAll(() => sshd.restart(''));
  beforeEach(open);
  afterEach(() => expect(connection.routes.unix ?? 'forwarding').toBe('forwarding'));

  behavesAsASocket();

  test('more sockets at once than MaxSessions', async () => {
    const sockets = await Promise.all(Array.from({ length: 40 }, () => connection.openUnixSocket(echo.path)));
    const answers = await Promise.all(
      sockets.map((socket, index) => {
        socket.end(String(index));
        return text(socket);
      }),
    );
    expect(answers).toEqual(sockets.map((_, index) => String(index)));
  });

  test('an idle socket emits timeout, a busy one does not', async () => {
    const socket = await connection.openUnixSocket(echo.path);
    socket.resume();
    const started = performance.now();
    const timeout = new Promise<void>((resolve) => socket.setTimeout(150, resolve));
    setTimeout(() => socket.write('still here'), 100);
    await timeout;
    expect(performance.now() - started).toBeGreaterThan(200);
    socket.destroy();
  });

  test('a server that stops answering is given up by keep-alive', async () => {
    const impatient = await connect(sshd.target, { connectTimeoutMs: 10_000, keepaliveIntervalMs: 100 });
    const thaw = freezeAll(() => descendants(sshd.pid));
    const lost = await impatient.closed;
    thaw();
    expect(lost?.message).toContain('Keepalive timeout');
    await impatient.close();
  });

  test('says that the socket is missing, may not be used, or has nobody behind it', async () => {
    // Before and after forwarding has proven to work: it is found out in different ways.
    for (const known of [false, true]) {
      if (known) (await connection.openUnixSocket(echo.path)).destroy();
      const missing = await failure(connection.openUnixSocket(join(sshd.folder, 'none.sock')));
      expect(missing.name).toBe('SocketMissingError');
      expect(missing.message).toContain('There is no socket');
      const locked = await listen(() => {});
      chmodSync(locked.path, 0o600);
      const denied = await failure(connection.openUnixSocket(locked.path));
      expect(denied.name).toBe('SocketPermissionError');
      expect(denied.message).toContain(`sudo usermod -aG docker ${sshd.username}`);
      await locked.close();
      const dead = join(sshd.folder, `dead-${known}.sock`);
      await leaveDeadSocket(dead);
      const refused = await failure(connection.openUnixSocket(dead));
      expect(refused.name).toBe('SocketRefusedError');
      expect(refused.message).toContain('start the Docker Engine there');
    }
  });

  test("never speaks of the Engine where a switch's socket is meant", async () => {
    const folder = join(sshd.folder, '.switchyard', 'shop', 'switch');
    mkdirSync(folder, { recursive: true });
    for (const known of [false, true]) {
      if (known) (await connection.openUnixSocket(echo.path)).destroy();
      const missing = await failure(connection.openUnixSocket(join(folder, 'none.sock')));
      expect(missing.message).toMatch(
        /There is no socket \S+\/none\.sock on .*: the switch that made it is gone;/,
      );
      const dead = join(folder, `dead-${known}.sock`);
      await leaveDeadSocket(dead);
      const refused = await failure(connection.openUnixSocket(dead));
      expect(refused.message).toMatch(
        /Nothing listens on \S+ on .*: the switch that it belongs to has ended;/,
      );
      for (const { message } of [missing, refused])
        expect(message).not.toMatch(/Engine|systemctl|docker-host/);
    }
  });

  test('says that nothing listens on the port', async () => {
    const port = await freePort();
    const error = await failure(connection.openTcp('127.0.0.1', port));
    expect(error.name).toBe('SocketRefusedError');
    expect(error.message).toContain(`Nothing answers at 127.0.0.1:${port}`);
    expect(connection.routes.tcp).toBeUndefined();
  });

  test('refuses what cannot be a socket path', async () => {
    expect((await failure(connection.openUnixSocket('docker.sock'))).message).toContain(
      'not the absolute path',
    );
  });

  test('close ends what is open without an error and leaves nothing that keeps the process alive', async () => {
    const socket = await connection.openUnixSocket(echo.path);
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    await connection.close();
    await connection.close();
    expect(socket.destroyed).toBe(true);
    expect(errors).toEqual([]);
    expect(await connection.closed).toBeUndefined();
    expect((await failure(connection.exec(['true']))).message).toContain('has been closed');
  });
});

describe.each([['AllowStreamLocalForwarding no\nAllowTcpForwarding no'], ['DisableForwarding yes']])(
  'by dial-stdio, with %s',
  (config) => {
    beforeAll(() => sshd.restart(config));
    beforeEach(open);

    behavesAsASocket();

    test('is remembered: only the first socket asks for forwarding', async () => {
      expect(connection.routes).toMatchObject({ unix: undefined, tcp: undefined });
      (await connection.openUnixSocket(echo.path)).destroy();
      (await connection.openTcp('127.0.0.1', echo.port)).destroy();
      expect(connection.routes).toMatchObject({ unix: 'dial-stdio', tcp: 'dial-stdio' });
    });

    test('more at once than sessions are allowed take turns, and commands still run', async () => {
      const answers = Array.from({ length: 20 }, async (_, index) => {
        const socket = await connection.openUnixSocket(echo.path);
        socket.end(String(index));
        return text(socket);
      });
      const files = await connection.files();
      expect((await connection.exec(['true'])).code).toBe(0);
      expect(await Promise.all(answers)).toEqual(answers.map((_, index) => String(index)));
      expect(await files.home()).toBe(sshd.home);
    });

    test('the first bytes on our connection are ours: the ping of the CLI has its own', async () => {
      const server = await listen((socket) => socket.on('end', () => socket.end()).resume());
      const socket = await connection.openTcp('127.0.0.1', server.port);
      socket.end('mine');
      await text(socket);
      expect(server.accepted.filter((bytes) => bytes.includes('mine'))).toEqual(['mine']);
      await server.close();
    });

    test('says that the socket is missing, may not be used, or has nobody behind it', async () => {
      for (const known of [false, true]) {
        if (known) (await connection.openUnixSocket(echo.path)).destroy();
        const outcome = (path: string) =>
          failure(
            connection
              .openUnixSocket(path)
              .then(errorOf)
              .then((error) => Promise.reject(error)),
          );
        expect((await outcome(join(sshd.folder, 'none.sock'))).name).toBe('SocketMissingError');
        const locked = await listen(() => {});
        chmodSync(locked.path, 0o600);
        expect((await outcome(locked.path)).name).toBe('SocketPermissionError');
        await locked.close();
        const dead = join(sshd.folder, `dead-${known}-${config.length}.sock`);
        await leaveDeadSocket(dead);
        expect((await outcome(dead)).name).toBe('SocketRefusedError');
      }
    });

    test('says that nothing listens on the port, first and later', async () => {
      const port = await freePort();
      expect((await failure(connection.openTcp('127.0.0.1', port))).name).toBe('SocketRefusedError');
      const later = await connection.openTcp('127.0.0.1', port);
      expect((await errorOf(later)).message).toContain(`Nothing answers at 127.0.0.1:${port}`);
    });
  },
);

describe('with neither forwarding nor a docker command', () => {
  beforeAll(() => {
    const bin = join(sshd.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    return sshd.restart(`DisableForwarding yes\nSetEnv PATH=${bin}`);
  });
  beforeEach(open);

  test('says which of both to mend', async () => {
    const unix = await failure(connection.openUnixSocket(echo.path));
    expect(unix.name).toBe('ForwardingError');
    expect(unix.message).toContain('set AllowStreamLocalForwarding yes in its sshd_config');
    const tcp = await failure(connection.openTcp('127.0.0.1', echo.port));
    expect(tcp.message).toContain('set AllowTcpForwarding yes in its sshd_config');
  });
});

function killConnections(): void {
  signalAll(descendants(sshd.pid), 'SIGKILL');
}

/** A socket file whose listener is gone without having removed it. */
async function leaveDeadSocket(path: string): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const script = join(dirname(path), 'dead.mjs');
  writeFileSync(
    script,
    "import net from 'node:net'; net.createServer().listen(process.argv[2], () => process.kill(process.pid, 'SIGKILL'));",
  );
  try {
    execFileSync(process.execPath, [script, path]);
  } catch {
    // Killed, as intended.
  }
  chmodSync(path, 0o777);
}
