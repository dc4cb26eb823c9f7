import type { Refusal } from './finding.ts';
import type { ResolvedProject, ResolvedService, ServicePlan } from './resolved-project.ts';

/**
 * What ties a service to one container of another, not to its name: when a release replaces that container, the tie
 * leads nowhere.
 */
export function sharingRefusals(
  project: ResolvedProject,
  plan: ServicePlan,
  plans: Readonly<Record<string, ServicePlan>>,
): Refusal[] {
  const service = project.services[plan.service] ?? {};
  const isShipped = (name: string) => plans[name] !== undefined && plans[name]?.role !== 'kept';
  return [
    ...tiesOf(service)
      .map((tie) => ({ ...tie, to: shippedTarget(tie.target, project, isShipped) }))
      .filter(({ to }) => to !== undefined)
      .map(({ path, says, to }) => ({
        path: ['services', plan.service, ...path],
        problem: `${plan.service} has \`${says}\`, which ties it to the container of ${to}, and a release replaces that`,
        instead: 'delete it; services reach each other by name, and share files through a named volume',
      })),
    ...linkRefusals(project, plan, plans),
  ];
}

interface Tie {
  readonly path: readonly string[];
  readonly says: string;
  /** `service:api`, or `container:shop-api-1`. */
  readonly target: string;
}

function tiesOf(service: ResolvedService): Tie[] {
  const modes = (['network_mode', 'pid', 'ipc'] as const).flatMap((key) => {
    const mode = service[key];
    return mode?.includes(':') ? [{ path: [key], says: `${key}: ${mode}`, target: mode }] : [];
  });
  const volumes = (service.volumes_from ?? []).map((text, index) => ({
    path: ['volumes_from', String(index)],
    says: `volumes_from: ${text}`,
    target: text.startsWith('container:') ? text : `service:${text}`,
  }));
  const links = (service.external_links ?? []).map((text, index) => ({
    path: ['external_links', String(index)],
    says: `external_links: ${text}`,
    target: `container:${text}`,
  }));
  return [...modes, ...volumes, ...links];
}

function shippedTarget(
  target: string,
  project: ResolvedProject,
  isShipped: (name: string) => boolean,
): string | undefined {
  const [kind, name = ''] = target.split(':');
  if (kind === 'service') return isShipped(name) ? name : undefined;
  return Object.entries(project.services).find(
    ([service, { container_name: own }]) =>
      isShipped(service) && (name === own || name.replace(/[-_]\d+$/, '') === `${project.name}-${service}`),
  )?.[0];
}

/** A link to a shipped service is needless where it is by the service's name, and its other name becomes its switch's. */
function linkRefusals(
  project: ResolvedProject,
  plan: ServicePlan,
  plans: Readonly<Record<string, ServicePlan>>,
): Refusal[] {
  const links = project.services[plan.service]?.links ?? [];
  return links.flatMap((text, index): Refusal[] => {
    const [target = '', alias = target] = text.split(':');
    const path = ['services', plan.service, 'links', String(index)];
    const role = plans[target]?.role;
    if (role === undefined || role === 'kept') return [];
    if (plan.role === 'kept') {
      return [
        {
          path,
          problem: `${plan.service} is linked to the container of ${target}, which a release replaces`,
          instead: `delete \`links\`, and name ${plan.service} in the input services once so that it takes effect`,
        },
      ];
    }
    if (alias === target || project.services[alias] === undefined) return [];
    return [
      {
        path,
        problem: `${plan.service} calls ${target} ${alias}, which is the name of another service`,
        instead: 'call it something else',
      },
    ];
  });
}
