import { fileReferences } from './file-references.ts';
import type { Refusal } from './finding.ts';
import { networkRefusals } from './network-refusals.ts';
import { stackNetwork, switchServiceOf } from './released-names.ts';
import type { ResolvedProject, ServicePlan } from './resolved-project.ts';
import { undecidedPorts } from './served-ports.ts';
import { overridesImage } from './service-command.ts';
import { readOptionLabels } from './service-options.ts';
import { optionsOf, type PlanningFacts } from './service-plans.ts';
import { serviceRefusals } from './service-refusals.ts';
import { sharingRefusals } from './sharing-refusals.ts';

export interface RefusalFacts extends PlanningFacts {
  readonly app: string;
  /** Services whose image the release is given, whatever the file says. */
  readonly givenImages: ReadonlySet<string>;
  /** Absolute paths that the project mounts or reads and that are nowhere to be had. */
  readonly missingPaths: ReadonlySet<string>;
}

/**
 * Everything in a project that stops a release, all of it at once, so that nobody mends one and meets the next. Which
 * attribute of a Compose file is harmless, handled or refused is told in docs/compose-attributes.md.
 */
export function findRefusals(
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  facts: RefusalFacts,
): Refusal[] {
  return [
    ...projectRefusals(project, plans, facts.app),
    ...externalFiles(project),
    ...inlineFiles(project),
    ...missingFiles(project, facts.missingPaths),
    ...Object.values(plans).flatMap((plan) => {
      const service = project.services[plan.service] ?? {};
      return [
        ...(plan.role === 'kept' ? [] : optionRefusals(project, plan.service, facts)),
        ...serviceRefusals(service, plan, facts.givenImages),
        ...(mayTurnOutRouted(project, plan, facts) ? [] : networkRefusals(service, plan)),
        ...sharingRefusals(project, plan, plans),
      ];
    }),
  ];
}

/** Before its image is here: a port that it exposes would give the service a switch, and with it what a worker cannot have. */
function mayTurnOutRouted(project: ResolvedProject, plan: ServicePlan, facts: PlanningFacts): boolean {
  return (
    plan.role === 'worker' &&
    facts.imageFacts[plan.service] === undefined &&
    !overridesImage(project.services[plan.service] ?? {}) &&
    optionsOf(project, plan.service, facts).ports === undefined
  );
}

function projectRefusals(
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  app: string,
): Refusal[] {
  const refusals: Refusal[] = [];
  if (project.name !== app) {
    refusals.push({
      path: ['name'],
      problem: `the Compose project is called ${project.name}, and the app ${app}`,
      instead: `set the input app to ${project.name}, or delete \`name\``,
    });
  }
  for (const [key, network] of Object.entries(project.networks ?? {})) {
    if (key !== stackNetwork && network?.name !== `${app}_${stackNetwork}`) continue;
    refusals.push({
      path: ['networks', key],
      problem: `the network ${key} has the name of the one that a release adds`,
      instead: 'call it something else',
    });
  }
  for (const { service, role } of Object.values(plans)) {
    const name = switchServiceOf(service);
    if (role !== 'routed' || project.services[name] === undefined) continue;
    refusals.push({
      path: ['services', name],
      problem: `the service ${name} has the name of the switch that a release puts before ${service}`,
      instead: 'call it something else',
    });
  }
  return refusals;
}

function optionRefusals(project: ResolvedProject, name: string, facts: PlanningFacts): Refusal[] {
  const service = project.services[name] ?? {};
  const { problems } = readOptionLabels(service.labels, facts.splitCommand);
  const open = undecidedPorts(service, optionsOf(project, name, facts), facts.imageFacts[name]);
  return [
    ...problems.map(({ label, problem }) => ({
      path: ['services', name, 'labels', label],
      problem: `the label ${label} of ${name} ${problem}`,
      instead: 'correct it',
    })),
    ...(open.length === 0
      ? []
      : [
          {
            path: ['services', name],
            problem: `the image of ${name} exposes the ports ${open.join(', ')}, and nothing says on which it is reached`,
            instead: `add the label switchyard.port: "${open[0]}", or "none" if nobody reaches it`,
          },
        ]),
  ];
}

function externalFiles(project: ResolvedProject): Refusal[] {
  return (['secrets', 'configs'] as const).flatMap((kind) => {
    const used = new Set(
      Object.values(project.services)
        .flatMap((service) => service[kind] ?? [])
        .map(({ source }) => source),
    );
    return Object.entries(project[kind] ?? {})
      .filter(([name, { external }]) => external === true && used.has(name))
      .map(([name]) => ({
        path: [kind, name, 'external'],
        problem: `${kind}.${name} is external, which only Docker Swarm has`,
        instead: 'name a file with `file`',
      }));
  });
}

/** Compose fills such files only where it starts a container itself, and with what its own environment has then. */
function inlineFiles(project: ResolvedProject): Refusal[] {
  return (['secrets', 'configs'] as const).flatMap((kind) => {
    const used = new Set(
      Object.values(project.services)
        .flatMap((service) => service[kind] ?? [])
        .map(({ source }) => source),
    );
    return Object.entries(project[kind] ?? {}).flatMap(([name, definition]) => {
      const way = (['environment', 'content'] as const).find((key) => definition[key] !== undefined);
      if (way === undefined || !used.has(name)) return [];
      return [
        {
          path: [kind, name, way],
          problem: `${kind}.${name} is made from \`${way}\`, which only Compose's own start of a container fills`,
          instead: 'write it to a file in a step before, and name that with `file`',
        },
      ];
    });
  });
}

function missingFiles(project: ResolvedProject, missing: ReadonlySet<string>): Refusal[] {
  return fileReferences(project)
    .filter(({ path }) => missing.has(path))
    .map(({ path, at, service }) => ({
      path: at,
      problem: `${service ?? at.slice(0, 2).join('.')} needs ${path}, which is not among the files of the checkout`,
      instead: 'commit it, use a named volume for data, or write the absolute path on the server',
    }));
}
