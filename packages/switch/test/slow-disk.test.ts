import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { DiskTrouble } from '../../../test/machine/embedded-sftp.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../test/machine/embedded-ssh-server.ts';
import { connect, type RemoteFiles, type SshConnection } from '../../ssh/src/index.ts';
import type { Color, HaproxyOptions, NginxOptions, NginxSurroundings, SwitchProcess } from '../src/index.ts';
import { HaproxySwitch, NginxSwitch, parseUpstream, ServiceSwitch, TrafficMovedError } from '../src/index.ts';

// A cancelled job goes back while the server's disk has much to do, or hangs. The files are real, over SSH; HAProxy and
// nginx are played.

const folder = 'switch';

/** A server with the switch's folder on it, and a job that has its files open. */
class Scene implements AsyncDisposable {
  readonly server: EmbeddedServer;
  readonly files: RemoteFiles;
  readonly #job: AbortController;
  readonly #connection: SshConnection;

  constructor(server: EmbeddedServer, files: RemoteFiles, job: AbortController, connection: SshConnection) {
    this.server = server;
    this.files = files;
    this.#job = job;
    this.#connection = connection;
  }

  static async open(): Promise<Scene> {
    const server = await startEmbeddedServer();
    await mkdir(join(server.home, folder));
    const { host, port, username, privateKey, knownHosts } = server;
    const target = { host, port, username, privateKey, hostKey: { knownHosts } };
    const job = new AbortController();
    const connection = await connect(target, { connectTimeoutMs: 10_000, signal: job.signal });
    return new Scene(server, await connection.files(), job, connection);
  }

  onServer(path: string): Promise<string> {
    return readFile(join(this.server.home, folder, path), 'utf8');
  }

  cancel(trouble: Partial<DiskTrouble>): void {
    Object.assign(this.server, trouble);
    this.#job.abort(new Error('cancelled'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
    await this.server.close();
  }
}

/** An admin socket that remembers where the traffic goes. */
class PlayedHaproxy {
  live = 'blue';

  open = async (): Promise<Duplex> => {
    const answer = (command: string): string => {
      this.live = /^set map \S+ live (\S+)$/.exec(command)?.[1] ?? this.live;
      if (command.startsWith('show map')) return `0x1 live ${this.live}\n\n`;
      return command === 'show servers state' ? '1\n# be_name srv_name srv_addr srv_port\n\n' : '\n';
    };
    return new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        for (const command of chunk.toString().trim().split(';')) this.push(answer(command));
        done();
      },
    });
  };
}

function haproxyOfApp(haproxy: PlayedHaproxy, files: RemoteFiles): HaproxySwitch {
  const labels = { 'switchyard.switch.generation': '1' };
  const containers = { list: async () => [{ id: 'a', name: 'shop-switch-1', running: true, labels }] };
  const process = { app: 'shop', network: { mode: 'host' }, folder } as SwitchProcess;
  const connections = { openUnixSocket: haproxy.open, openTcp: haproxy.open };
  const options = { listen: { host: '127.0.0.1', port: 80 } } as HaproxyOptions;
  return new HaproxySwitch(process, options, { folder: files, connections, containers } as never);
}

function haproxyOfService(haproxy: PlayedHaproxy, files: RemoteFiles): ServiceSwitch {
  const connections = { openUnixSocket: haproxy.open, openTcp: haproxy.open };
  return new ServiceSwitch(
    { service: 'web', folder, address: async () => '10.0.0.2' },
    { folder: files, connections },
  );
}

describe.concurrent.each([
  { name: 'HAProxy of an app', make: haproxyOfApp },
  { name: 'HAProxy of a service', make: haproxyOfService },
])('$name', ({ make }) => {
  test.each([2_500, 4_000])('goes back on a disk that takes %i ms', async (fsyncMs) => {
    await using scene = await Scene.open();
    const haproxy = new PlayedHaproxy();
    const trafficSwitch = make(haproxy, scene.files);
    await trafficSwitch.shift('green');
    expect(await scene.onServer('live.map')).toContain('green');
    scene.cancel({ fsyncMs });
    await trafficSwitch.shift('blue');
    expect(haproxy.live).toBe('blue');
    expect(await scene.onServer('live.map')).toContain('blue');
  });

  test('goes back on a disk that hangs, and tells that only its file does not say so', async () => {
    await using scene = await Scene.open();
    const haproxy = new PlayedHaproxy();
    const trafficSwitch = make(haproxy, scene.files);
    await trafficSwitch.shift('green');
    scene.cancel({ sftpIsSilent: true });
    const started = performance.now();
    const trouble = await trafficSwitch.shift('blue').catch((error: unknown) => error);
    expect(performance.now() - started).toBeLessThan(6_500);
    expect(trouble).toBeInstanceOf(TrafficMovedError);
    expect((trouble as Error).message).toMatch(
      /^The switch .*serves blue, but switch\/live\.map could not be made to say so \(Could not write .*no answer for \d s.*\); look at the disk/,
    );
    expect(haproxy.live).toBe('blue');
    expect(await scene.onServer('live.map')).toContain('green');
  });
});

describe.concurrent('nginx', () => {
  const slots = {
    blue: { host: '172.20.0.2', port: 80, protocol: 'http' as const },
    green: { host: '172.20.0.3', port: 80, protocol: 'http' as const },
  };
  async function serving(color: Color, scene: Scene) {
    const nginx: { serves: Color | 'none' } = { serves: 'none' };
    const surroundings = {
      folder: scene.files,
      ask: async () => ({ status: 200, headers: { 'switchyard-color': nginx.serves }, detail: '' }),
      exec: async (argv: readonly string[]) => {
        if (argv.includes('reload')) {
          const text = await scene.onServer('nginx/upstream.conf');
          nginx.serves = parseUpstream(text)?.live ?? 'none';
        }
        return { code: 0, stdout: '', stderr: '' };
      },
    } as unknown as NginxSurroundings;
    const options = {
      ...{ app: 'shop', folder, network: 'shop', command: ['nginx'], container: undefined },
      ...{ listen: { host: '127.0.0.1', port: 80 }, question: { host: 'shop.example', path: '/' } },
    } as unknown as NginxOptions;
    const trafficSwitch = new NginxSwitch(options, surroundings);
    await trafficSwitch.ensure('blue', slots);
    await trafficSwitch.shift(color);
    expect(nginx.serves).toBe(color);
    return { nginx, trafficSwitch };
  }

  test.each([2_500, 4_000])('goes back on a disk that takes %i ms', async (fsyncMs) => {
    await using scene = await Scene.open();
    const { nginx, trafficSwitch } = await serving('green', scene);
    scene.cancel({ fsyncMs });
    await trafficSwitch.shift('blue');
    expect(nginx.serves).toBe('blue');
  });

  test('cannot go back on a disk that hangs, and says what it serves', async () => {
    await using scene = await Scene.open();
    const { nginx, trafficSwitch } = await serving('green', scene);
    scene.cancel({ fsyncMs: 60_000 });
    await expect(trafficSwitch.shift('blue')).rejects.toThrow(
      /^Could not write switch\/nginx\/upstream\.conf .*no answer for \d s; .*; its files could not be put back, but nginx was not told to reload and serves as before\.$/,
    );
    expect(nginx.serves).toBe('green');
  });
});
