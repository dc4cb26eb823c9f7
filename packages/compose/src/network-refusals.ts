import type { Refusal } from './finding.ts';
import type { ResolvedService, ServicePlan } from './resolved-project.ts';

/** What stops a shipped service in how it stands in the network. */
export function networkRefusals(service: ResolvedService, plan: ServicePlan): Refusal[] {
  if (plan.role === 'kept' || plan.role === 'job') return [];
  return [
    ...modeRefusals(service, plan),
    ...(plan.order === 'start-first' ? addressRefusals(service, plan) : []),
  ];
}

function modeRefusals(service: ResolvedService, plan: ServicePlan): Refusal[] {
  const { network_mode: mode } = service;
  const path = ['services', plan.service, 'network_mode'];
  if (mode === undefined) return [];
  if (plan.role === 'routed') {
    return [
      {
        path,
        problem: `${plan.service} has a port and \`network_mode: ${mode}\`, where no switch can stand before it`,
        instead: mode.includes(':')
          ? 'delete it, or say that the service has no port of its own (label switchyard.port: "none")'
          : 'delete it, and name the networks under `networks`',
      },
    ];
  }
  if (plan.role === 'worker' && plan.hostPort && plan.order === 'start-first') {
    return [
      {
        path,
        problem: `${plan.service} has port ${plan.hostPort.port} in the server's own network and is start-first, and two containers cannot have one port there`,
        instead: 'delete `network_mode` and publish the port with `ports`, or make it stop-first',
      },
    ];
  }
  return [];
}

/**
 * An address that two containers would have at once. A routed service's fixed IP address is its switch's, because
 * users come by it; a MAC address is what a licence is bound to, and is of no use there.
 */
function addressRefusals(service: ResolvedService, { service: name, role }: ServicePlan): Refusal[] {
  const keys = [
    ...(role === 'routed' ? [] : (['ipv4_address', 'ipv6_address', 'link_local_ips'] as const)),
    'mac_address' as const,
  ];
  const clash = (path: readonly string[], key: string): Refusal => ({
    path: [...path, key],
    problem: `${name} has a fixed \`${key}\`, which two containers cannot have at once`,
    instead: 'delete it, or make the service stop-first (label switchyard.order)',
  });
  const own = service.mac_address === undefined ? [] : [clash(['services', name], 'mac_address')];
  return [
    ...own,
    ...Object.entries(service.networks ?? {}).flatMap(([network, settings]) =>
      keys
        .filter((key) => settings?.[key] !== undefined)
        // What is said once for the service is printed for its network too.
        .filter((key) => key !== 'mac_address' || own.length === 0)
        .map((key) => clash(['services', name, 'networks', network], key)),
    ),
  ];
}
