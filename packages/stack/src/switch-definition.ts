import type { ResolvedProject } from '#compose';
import type { Protocol, ServiceSwitchDefinition, SlotTarget } from '#switch';
import type { RoutedService, StackRelease } from './stack-release.ts';

/**
 * What the switch in front of a service is told: every port of the new release, and where the one that serves listens,
 * because a release may move from http to h2c.
 *
 * @throws Error for a service that has no slots
 */
export function switchDefinition(
  service: string,
  released: RoutedService,
  release: StackRelease,
  live: StackRelease | undefined,
  project: ResolvedProject,
): ServiceSwitchDefinition {
  const slots = release.network.slots[service];
  if (!slots) throw new Error(`${service} has no slots`);
  const serving = live?.services[service];
  const published = project.services[service]?.ports ?? [];
  const { requestTimeoutMs, trustedProxies } = release.switch;
  return {
    requestTimeoutMs,
    trustedProxies,
    ports: released.ports.map(({ port, protocol }) => {
      const spoken: Protocol = serving?.ports.find((one) => one.port === port)?.protocol ?? protocol;
      const at = (color: 'blue' | 'green'): SlotTarget => ({
        host: slots[color],
        port,
        protocol: color === released.color ? protocol : spoken,
      });
      const publishedPort = Number(published.find(({ target }) => target === port)?.published) || undefined;
      return { port, protocol, publishedPort, slots: { blue: at('blue'), green: at('green') } };
    }),
  };
}
