import { splitEdgeLabels } from './edge-labels.ts';
import { fileReferences } from './file-references.ts';
import type { Notice } from './finding.ts';
import type { ResolvedProject, ResolvedService, ServicePlan } from './resolved-project.ts';
import { schedulerOf } from './schedulers.ts';
import { commandWords } from './service-command.ts';
import { ownNetworks } from './switch-service.ts';

/**
 * What a release does with a project that a person may not expect: two versions side by side for some seconds, and
 * names and files that change hands.
 *
 * @param sourceFolder Where the files of the checkout lie on the server, as an absolute path.
 */
export function findNotices(
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  sourceFolder: string,
): Notice[] {
  const shipped = Object.values(plans).filter(({ role }) => role !== 'kept');
  return [
    ...shipped.flatMap((plan) => {
      const service = project.services[plan.service] ?? {};
      const path = (...keys: string[]) => ['services', plan.service, ...keys];
      return [
        ...sharedData(service, plan, path),
        ...anonymousVolumes(service, plan, path),
        ...names(service, plan, path),
        ...graphics(service, plan, path),
        ...hiddenScheduler(service, plan, path),
        ...traefikNetworks(service, plan, path),
      ];
    }),
    ...writesIntoSource(project, plans, sourceFolder),
    ...variableSecrets(project),
  ];
}

type PathOf = (...keys: string[]) => string[];

function runsTwice(plan: ServicePlan): boolean {
  return (plan.role === 'routed' || plan.role === 'worker') && plan.order === 'start-first';
}

function sharedData(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  if (!runsTwice(plan)) return [];
  return (service.volumes ?? []).flatMap((mount, index) =>
    mount.type === 'volume' && mount.source !== undefined && mount.read_only !== true
      ? [
          {
            path: path('volumes', String(index)),
            text: `both versions of ${plan.service} have the volume ${mount.source} for some seconds; if only one may write to it, add the label switchyard.order: stop-first`,
          },
        ]
      : [],
  );
}

function anonymousVolumes(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  if (plan.role === 'job') return [];
  return (service.volumes ?? []).flatMap(({ type, source, target }, index) =>
    type === 'volume' && source === undefined
      ? [
          {
            path: path('volumes', String(index)),
            text: `each version of ${plan.service} begins with an empty ${target}, because its volume has no name`,
          },
        ]
      : [],
  );
}

function names(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  const notices: Notice[] = [];
  if (service.container_name !== undefined) {
    const still = plan.role === 'routed' ? '; other services still reach it by that name' : '';
    notices.push({
      path: path('container_name'),
      text: `the container of ${plan.service} is no longer called ${service.container_name}, because two need a name${still}`,
    });
  }
  if (service.hostname !== undefined && runsTwice(plan)) {
    const text =
      plan.role === 'routed'
        ? `${service.hostname} leads to the switch of ${plan.service}, and its containers have host names of their own`
        : `both versions of ${plan.service} have the host name ${service.hostname} for some seconds`;
    notices.push({ path: path('hostname'), text });
  }
  return notices;
}

function graphics(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  const { gpus } = service;
  if (!runsTwice(plan) || gpus === undefined || gpus === null) return [];
  const text = `both versions of ${plan.service} use the graphics processor for some seconds; if its memory is too small for two, add the label switchyard.order: stop-first`;
  return [{ path: path('gpus'), text }];
}

function hiddenScheduler(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  if (plan.role !== 'routed' || !runsTwice(plan)) return [];
  const scheduler = schedulerOf(commandWords(service, undefined));
  if (scheduler === undefined) return [];
  const text = `${plan.service} also runs ${scheduler}, and for some seconds both versions do; if that matters, give it a service of its own`;
  return [{ path: path('command'), text }];
}

function traefikNetworks(service: ResolvedService, plan: ServicePlan, path: PathOf): Notice[] {
  const { edge } = splitEdgeLabels(service.labels);
  const asksTraefik = Object.keys(edge).some((label) => label.startsWith('traefik.'));
  const isClear =
    edge['traefik.docker.network'] !== undefined || Object.keys(ownNetworks(service)).length < 2;
  if (plan.role !== 'routed' || !asksTraefik || isClear) return [];
  const text = `${plan.service} is in several networks and Traefik has to guess one; add the label traefik.docker.network`;
  return [{ path: path('labels'), text }];
}

function writesIntoSource(
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  sourceFolder: string,
): Notice[] {
  return fileReferences(project)
    .filter(({ path, isWritable, service }) => {
      const isShipped = service !== undefined && plans[service]?.role !== 'kept';
      return isWritable && isShipped && path.startsWith(`${sourceFolder}/`);
    })
    .map(({ path, at, service }) => ({
      path: at,
      text: `${service} can write to ${path.slice(sourceFolder.length + 1)} of the checkout, and a release that changes it begins with the checkout's again; add :ro, or use a named volume for data`,
    }));
}

function variableSecrets(project: ResolvedProject): Notice[] {
  return (['secrets', 'configs'] as const).flatMap((kind) =>
    Object.entries(project[kind] ?? {}).flatMap(([name, { environment }]) =>
      environment === undefined
        ? []
        : [
            {
              path: [kind, name, 'environment'],
              text: `${kind}.${name} comes from the variable ${environment}, which \`docker compose up\` on the server needs too when it makes a container anew`,
            },
          ],
    ),
  );
}
