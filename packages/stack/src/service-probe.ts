import type { Duplex } from 'node:stream';
import type { ProbeResult } from '#probe';
import {
  type HealthKind,
  type HealthRequest,
  hasHealthcheck,
  healthAttempt,
  healthKind,
  type RolloutSettings,
} from '#release';
import type { Candidate } from './candidates.ts';
import type { StackJob } from './stack-context.ts';
import type { StackNetwork } from './stack-release.ts';

/** How one candidate is asked whether it is healthy. */
export interface ServiceProbe {
  readonly kind: HealthKind;
  readonly health: HealthRequest;
  readonly config: { readonly containerPort: number | undefined; readonly protocol: 'http' | 'h2c' | 'tcp' };
  readonly target: {
    readonly containerId: string;
    readonly restartsBefore: number;
    readonly open: () => Promise<Duplex>;
  };
  readonly attempt: () => Promise<ProbeResult>;
}

/** Of what the service says of its health, and the intervals and thresholds that hold for all of them. */
export async function probeOf(
  { server }: StackJob,
  rollout: Pick<RolloutSettings, 'health'>,
  network: StackNetwork,
  { id, service, plan }: Candidate,
): Promise<ServiceProbe> {
  const { path, command } = plan.health;
  const health = { ...rollout.health, path, command };
  const [port] = plan.ports;
  const config = { containerPort: port?.port, protocol: port?.protocol ?? 'http' } as const;
  const address = network.slots[service]?.[plan.color];
  const target = {
    containerId: id,
    restartsBefore: 0,
    open: () => {
      if (port === undefined || address === undefined)
        throw new Error(`${service} has no port to connect to`);
      return server.openTcp(address, port.port);
    },
  };
  const inspect = await server.engine.containers.inspect(id);
  const kind = healthKind(health, config, inspect !== undefined && hasHealthcheck(inspect));
  return {
    kind,
    health,
    config,
    target,
    attempt: healthAttempt(server.engine, kind, health, config, target),
  };
}
