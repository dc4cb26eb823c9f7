import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, ensureSlotNetwork } from '#engine';
import { isRunning } from '../../../test/machine/processes.ts';
import type {
  Protocol,
  ServicePort,
  ServiceSwitchDefinition,
  SlotTargets,
  SwitchFolder,
} from '../src/index.ts';
import { ServiceSwitch, serviceSwitchContainer } from '../src/index.ts';
import { freePort, localConnections, localFolder, strangeUid, until } from './switch-bench.ts';

/** The port of the switch in its container, by what it speaks. */
export const portOf = { http: 80, h2c: 8001, tcp: 8002 } as const satisfies Record<Protocol, number>;

/** Where the app of the test images listens. */
const appPort = 8080;

/** The images of the two slots. */
export type SlotImages = Readonly<
  Partial<Record<Protocol, { readonly blue: string; readonly green: string }>>
>;

/**
 * A service on a bridge network: its slots, a container for each port, and its switch with the HTTP port published. Every
 * call of `driver` is a new job that knows nothing of the one before.
 */
export class ServiceSwitchBench implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly files: SwitchFolder;
  /** Where the server's clients reach the HTTP port. */
  readonly published: { host: string; port: number };
  /** The slots' containers, as `http-blue`. */
  readonly slots: Readonly<Record<string, string>>;
  readonly #engine: Engine;
  readonly #ports: readonly ServicePort[];
  readonly #address: string;
  readonly #container: string;

  private constructor(parts: {
    engine: Engine;
    name: string;
    folder: string;
    uid: number;
    published: { host: string; port: number };
    slots: Readonly<Record<string, string>>;
    ports: readonly ServicePort[];
    address: string;
    container: string;
  }) {
    this.#engine = parts.engine;
    this.name = parts.name;
    this.folder = parts.folder;
    this.files = localFolder(parts.uid, parts.uid);
    this.published = parts.published;
    this.slots = parts.slots;
    this.#ports = parts.ports;
    this.#address = parts.address;
    this.#container = parts.container;
  }

  /** @param sysctls of the switch's network namespace */
  static async create(
    engine: Engine,
    image: string,
    images: SlotImages,
    sysctls: Record<string, string> = {},
  ): Promise<ServiceSwitchBench> {
    const name = `service-switch-test-${randomBytes(4).toString('hex')}`;
    const uid = process.getuid?.() === 0 ? strangeUid : (process.getuid?.() ?? 0);
    const folder = join(await mkdtemp(join(tmpdir(), 'service-switch-')), 'switch');
    await mkdir(folder, { mode: 0o700 });
    if (process.getuid?.() === 0) await chown(folder, uid, uid);
    const network = await ensureSlotNetwork(engine, name, { 'switchyard.app': name });
    const { blue } = network.addresses;
    let last = Number(blue.slice(blue.lastIndexOf('.') + 1));
    const nextAddress = (): string => `${blue.slice(0, blue.lastIndexOf('.'))}.${last++}`;
    const inNetwork = (address: string) => ({
      NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address } } } },
    });
    const address = nextAddress();
    const slots: Record<string, string> = {};
    const ports: ServicePort[] = [];
    const published = { host: '127.0.0.1', port: await freePort() };
    for (const [protocol, { blue, green }] of Object.entries(images) as [
      Protocol,
      { blue: string; green: string },
    ][]) {
      const targets: Record<string, SlotTargets['blue']> = {};
      for (const [color, app] of Object.entries({ blue, green })) {
        const host = nextAddress();
        const id = await engine.containers.create(`${name}-${protocol}-${color}`, {
          Image: app,
          HostConfig: { NetworkMode: name, Init: true },
          ...inNetwork(host),
        });
        slots[`${protocol}-${color}`] = id;
        targets[color] = { host, port: appPort, protocol };
        await engine.containers.start(id);
      }
      ports.push({
        port: portOf[protocol],
        protocol,
        publishedPort: protocol === 'http' ? published.port : undefined,
        slots: targets as unknown as SlotTargets,
      });
    }
    const shape = serviceSwitchContainer(folder, { uid, gid: uid });
    const container = await engine.containers.create(`${name}-switch`, {
      Image: image,
      User: shape.user,
      Entrypoint: [...shape.entrypoint],
      Cmd: [...shape.command],
      StopSignal: shape.stop_signal,
      ExposedPorts: { [`${portOf.http}/tcp`]: {} },
      HostConfig: {
        NetworkMode: name,
        Binds: shape.volumes.map(({ source, target }) => `${source}:${target}`),
        CapDrop: [...shape.cap_drop],
        SecurityOpt: [...shape.security_opt],
        ReadonlyRootfs: shape.read_only,
        RestartPolicy: { Name: shape.restart },
        Sysctls: sysctls,
        PortBindings: {
          [`${portOf.http}/tcp`]: [{ HostIp: published.host, HostPort: String(published.port) }],
        },
      },
      ...inNetwork(address),
    });
    return new ServiceSwitchBench({
      ...{ engine, name, folder, uid, published, slots, ports, address, container },
    });
  }

  driver(files: SwitchFolder = this.files): ServiceSwitch {
    return new ServiceSwitch(
      { service: 'web', folder: this.folder, address: async () => this.#address },
      { folder: files, connections: localConnections },
    );
  }

  definition(changes: Partial<ServiceSwitchDefinition> = {}): ServiceSwitchDefinition {
    return { ports: this.#ports, requestTimeoutMs: undefined, trustedProxies: [], ...changes };
  }

  /** The HTTP port's slots, changed. */
  withHttpSlots(slots: Partial<SlotTargets>): ServiceSwitchDefinition {
    const ports = this.#ports.map((port) =>
      port.protocol === 'http' ? { ...port, slots: { ...port.slots, ...slots } } : port,
    );
    return this.definition({ ports });
  }

  target(protocol: Protocol, color: 'blue' | 'green'): SlotTargets['blue'] {
    const found = this.#ports.find((port) => port.protocol === protocol);
    if (!found) throw new Error(`no port speaks ${protocol}`);
    return found.slots[color];
  }

  /** Starts the switch as Compose would. */
  async start(first: 'blue' | 'green' | undefined): Promise<ServiceSwitch> {
    const driver = this.driver();
    await driver.prepareFiles(first, this.definition());
    await this.#engine.containers.start(this.#container);
    await driver.ready();
    await this.#slotsAnswer();
    return driver;
  }

  restart(): Promise<void> {
    return this.#engine.containers.restart(this.#container, 5);
  }

  /** Makes the switch's process end as by a crash, so that the Engine's restart policy counts. */
  async crash(): Promise<void> {
    const found = await this.#engine.containers.inspect(this.#container);
    const pid = found?.State?.Pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await until('it has crashed', () => !isRunning(pid));
  }

  async inside(argv: string[]): Promise<string> {
    const ran = await this.#engine.containers.exec(this.#container, argv, {});
    return `${ran.stdout}${ran.stderr}`.trim();
  }

  log(): Promise<string> {
    return this.#engine.containers.logs(this.#container);
  }

  /** The address of a port as the other services of the stack reach it. */
  at(protocol: Protocol): { host: string; port: number } {
    return { host: this.#address, port: portOf[protocol] };
  }

  async #slotsAnswer(): Promise<void> {
    for (const { slots } of this.#ports) {
      for (const { host, port } of [slots.blue, slots.green]) {
        await until('a slot', () =>
          localConnections.openTcp(host, port).then(
            (socket) => Boolean(socket.destroy()),
            () => false,
          ),
        );
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [this.#container, ...Object.values(this.slots)]) {
      await this.#engine.containers.remove(id, { force: true, volumes: true });
    }
    await until('the network is free', () =>
      this.#engine.networks.remove(this.name).then(
        () => true,
        () => false,
      ),
    );
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}
