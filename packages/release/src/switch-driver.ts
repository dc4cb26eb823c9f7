import type { Engine, ServerFacts } from '#engine';
import { ExplainedError } from '#explained-error';
import type { SwitchContainers, TrafficSwitch } from '#switch';
import { HaproxySwitch, NginxSwitch, UnroutedSwitch } from '#switch';
import { slotNetworkName } from './app-container.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { Server } from './server.ts';

export class SwitchImageError extends ExplainedError {
  override readonly name = 'SwitchImageError';
}

/** The driver that the request asks for, not yet connected to anything. */
export async function trafficSwitchFor(
  request: DeployRequest,
  server: Server,
  facts: ServerFacts,
  folder: string,
): Promise<TrafficSwitch> {
  const wanted = request.switch;
  if (wanted.kind === 'none') return new UnroutedSwitch(server.files, folder);
  if (wanted.kind === 'nginx') {
    return new NginxSwitch({ app: request.app, folder, ...wanted }, server.files, server);
  }
  const [image, owner] = await Promise.all([
    server.engine.images.inspect(wanted.image),
    server.files.stat(server.home),
  ]);
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
      uid: owner?.uid ?? 0,
      gid: owner?.gid ?? 0,
    },
    {
      listen: wanted.listen,
      protocol: request.config.protocol,
      requestTimeoutMs: wanted.requestTimeoutMs,
      trustedProxies: wanted.trustedProxies,
    },
    { containers: switchContainers(server.engine), folder: server.files, connections: server },
  );
}

/** Fits the Engine to what the switch asks of it. */
function switchContainers(engine: Engine): SwitchContainers {
  return {
    async list(labels) {
      const found = await engine.containers.list({ all: true, labels });
      return found.map((summary) => ({
        id: summary.Id ?? '',
        name: summary.Names?.[0]?.replace(/^\//, '') ?? '',
        running: summary.State === 'running',
        labels: summary.Labels ?? {},
      }));
    },
    create: (name, config) => engine.containers.create(name, config),
    start: (id) => engine.containers.start(id),
    stop: (id, timeoutSeconds) => engine.containers.stop(id, timeoutSeconds),
    kill: (id, signal) => engine.containers.kill(id, signal),
    remove: (id) => engine.containers.remove(id, { force: true, volumes: true }),
    setRestartPolicy: (id, policy) => engine.containers.update(id, { RestartPolicy: { Name: policy } }),
    lastLines: (id, lines) => engine.containers.logs(id, { tail: lines }),
  };
}
