import type { Engine, ServerFacts } from '#engine';
import { ExplainedError } from '#explained-error';
import { probeHttp } from '#probe';
import type { NginxContainers, SwitchContainers, TrafficSwitch } from '#switch';
import { HaproxySwitch, NginxSwitch, UnroutedSwitch } from '#switch';
import { slotNetworkName } from './app-container.ts';
import type { ReleaseConfig } from './release.ts';
import type { Server } from './server.ts';
import type { HealthRequest, SwitchRequest } from './service-settings.ts';

export class SwitchImageError extends ExplainedError {
  override readonly name = 'SwitchImageError';
}

export class SwitchSetupError extends ExplainedError {
  override readonly name = 'SwitchSetupError';
}

/** What a switch is made of: its own settings, and what the app behind it speaks and answers. */
export interface SwitchedApp {
  readonly app: string;
  readonly switch: SwitchRequest;
  readonly config: Pick<ReleaseConfig, 'protocol'>;
  readonly health: Pick<HealthRequest, 'host' | 'path'>;
  /** Serve on at the address from before the last change of `listen`, where the switch still does. */
  readonly keepsFormerAddress?: boolean;
}

/** The driver that the request asks for, not yet connected to anything. */
export async function trafficSwitchFor(
  request: SwitchedApp,
  server: Server,
  facts: ServerFacts,
  folder: string,
): Promise<TrafficSwitch> {
  const wanted = request.switch;
  if (wanted.kind === 'none') return new UnroutedSwitch(server.files, folder);
  if (wanted.kind === 'nginx') {
    return nginxSwitch(request, wanted, server, facts, folder);
  }
  const [image, owner] = await Promise.all([
    server.engine.images.inspect(wanted.image),
    server.files.stat(server.home),
  ]);
  if (!owner) {
    throw new SwitchSetupError(
      `The home folder ${server.home} of the user on the server cannot be read, so it is not known as whom to run the switch; look at its permissions.`,
    );
  }
  return new HaproxySwitch(
    {
      app: request.app,
      image: wanted.image,
      // Before the first deploy the image may be missing; then there is no switch to compare with either.
      imageId: image?.Id ?? wanted.image,
      network: facts.rootless
        ? { mode: 'published', network: slotNetworkName(request.app) }
        : { mode: 'host' },
      folder,
      uid: owner.uid,
      gid: owner.gid,
    },
    {
      listen: wanted.listen,
      protocol: request.config.protocol,
      requestTimeoutMs: wanted.requestTimeoutMs,
      trustedProxies: wanted.trustedProxies,
      keepsFormerAddress: request.keepsFormerAddress,
    },
    { containers: switchContainers(server.engine), folder: server.files, connections: server },
  );
}

/** @throws SwitchSetupError for what nginx can't do, before anything is changed */
function nginxSwitch(
  request: SwitchedApp,
  wanted: Extract<SwitchRequest, { kind: 'nginx' }>,
  server: Server,
  facts: ServerFacts,
  folder: string,
): TrafficSwitch {
  const { container, listen, trustedProxies } = wanted;
  if (request.config.protocol !== 'http') {
    throw new SwitchSetupError(
      `"switch: nginx" moves plain HTTP only, and "protocol" is ${request.config.protocol}; use "switch: haproxy".`,
    );
  }
  if (facts.rootless && container === undefined) {
    throw new SwitchSetupError(
      'An nginx on the server cannot reach containers of a rootless Engine; run nginx in a container of that Engine and set "nginx-container", or use "switch: haproxy".',
    );
  }
  return new NginxSwitch(
    {
      app: request.app,
      folder,
      listen,
      container,
      command: container === undefined ? wanted.command : withoutSudo(wanted.command),
      network: slotNetworkName(request.app),
      question: { host: request.health.host, path: request.health.path ?? '/' },
      trustedProxies,
    },
    {
      folder: server.files,
      connections: server,
      ask: (open, question) =>
        probeHttp(open, { ...question, protocol: 'http', expectedStatus: [{ from: 100, to: 599 }] }),
      exec: (argv, options) => server.exec(argv, options),
      containers: nginxContainers(server.engine),
    },
  );
}

/** The Engine runs it as root already, and containers have no sudo. */
function withoutSudo(command: readonly string[]): readonly string[] {
  if (command[0] !== 'sudo') return command;
  return command.slice(command.findIndex((word, index) => index > 0 && !word.startsWith('-')));
}

function nginxContainers(engine: Engine): NginxContainers {
  return {
    async inspect(nameOrId) {
      const found = await engine.containers.inspect(nameOrId);
      return (
        found && {
          id: found.Id ?? '',
          running: found.State?.Running === true,
          pid: found.State?.Pid ?? 0,
          networkMode: found.HostConfig?.NetworkMode ?? '',
          networks: Object.keys(found.NetworkSettings?.Networks ?? {}),
          mounts: (found.Mounts ?? []).map(({ Source, Destination }) => ({
            source: Source ?? '',
            destination: Destination ?? '',
          })),
        }
      );
    },
    async exec(id, argv, timeoutMs) {
      const ran = await engine.containers.exec(id, argv, {
        timeoutMs,
        maxOutputBytes: 4 * 1024 * 1024,
      });
      return { code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
    },
    // Engine 28 and later: nginx's own way to the outside must not move to the app's network.
    connect: (network, id) => engine.networks.connect(network, id, { GwPriority: -100 }),
    disconnect: (network, id) => engine.networks.disconnect(network, id),
  };
}

/** Fits the Engine to what the switch asks of it. */
function switchContainers(engine: Engine): SwitchContainers {
  return {
    async list(labels) {
      const found = await engine.containers.list({ all: true, labels });
      return found.map((summary) => ({
        id: summary.Id ?? '',
        name: summary.Names?.[0]?.replace(/^\//, '') ?? '',
        // One that the Engine is about to start again counts as running: it needs no help, only time.
        running: summary.State === 'running' || summary.State === 'restarting',
        restarting: summary.State === 'restarting',
        labels: summary.Labels ?? {},
      }));
    },
    create: (name, config) => engine.containers.create(name, config),
    start: (id) => engine.containers.start(id),
    stop: (id, timeoutSeconds) => engine.containers.stop(id, timeoutSeconds),
    kill: (id, signal) => engine.containers.kill(id, signal),
    remove: (id) => engine.containers.remove(id, { force: true, volumes: true }),
    setRestartPolicy: async (id, policy) => {
      // To look takes the Engine 2 ms, to write the same again 20.
      const container = await engine.containers.inspect(id);
      if (container?.HostConfig?.RestartPolicy?.Name === policy) return;
      await engine.containers.update(id, { RestartPolicy: { Name: policy } });
    },
    lastLines: (id, lines) => engine.containers.logs(id, { tail: lines }),
  };
}
