import type { Refusal } from './finding.ts';
import type { ResolvedService, ServicePlan } from './resolved-project.ts';
import { publishedOtherwise } from './served-ports.ts';
import { replicasOf } from './stack-scale.ts';

/** How many containers of it Compose runs. */

/** What stops one shipped service in its own definition, its networks aside. */
export function serviceRefusals(
  service: ResolvedService,
  plan: ServicePlan,
  givenImages: ReadonlySet<string>,
): Refusal[] {
  if (plan.role === 'kept') return [];
  return [
    ...imageRefusal(service, plan, givenImages),
    ...replicaRefusal(service, plan),
    ...portRefusals(service, plan),
    ...hookRefusals(service, plan),
    ...providerRefusal(service, plan),
  ];
}

function imageRefusal(
  service: ResolvedService,
  { service: name }: ServicePlan,
  givenImages: ReadonlySet<string>,
): Refusal[] {
  if (givenImages.has(name) || service.image !== undefined || service.provider !== undefined) return [];
  return [
    {
      path: ['services', name, ...(service.build === undefined ? [] : ['build'])],
      problem: `${name} is built from its sources, which a release does not do on the server`,
      instead: `add the line ${name}=<image@digest> to the input images, or \`image\` beside \`build\``,
    },
  ];
}

function replicaRefusal(service: ResolvedService, { service: name, role }: ServicePlan): Refusal[] {
  const replicas = replicasOf(service);
  const path = ['services', name, ...(service.scale !== undefined ? ['scale'] : ['deploy', 'replicas'])];
  if (replicas === 0) {
    return [
      {
        path,
        problem: `${name} is to have no container at all`,
        instead: 'give it a profile that is off, or leave it out of the input services',
      },
    ];
  }
  if (role !== 'routed' || replicas === 1) return [];
  return [
    {
      path,
      problem: `${name} has a port and is to have ${replicas} containers, and a switch leads to one`,
      instead: 'write 1 and start more processes in the container, or delete it',
    },
  ];
}

function portRefusals(service: ResolvedService, plan: ServicePlan): Refusal[] {
  const { service: name } = plan;
  const path = ['services', name, 'ports'];
  if (plan.role === 'routed') {
    const [other] = publishedOtherwise(service);
    if (other === undefined) return [];
    return [
      {
        path: [...path, String(service.ports?.indexOf(other) ?? 0)],
        problem: `${name} publishes ${other.target}/${other.protocol}, which its switch cannot pass on`,
        instead: 'give that port a service of its own, which then is stop-first',
      },
    ];
  }
  if (plan.role !== 'worker' || plan.order !== 'start-first' || plan.hostPort) return [];
  if ((service.ports ?? []).length === 0) return [];
  return [
    {
      path,
      problem: `${name} publishes ports itself and is start-first, and two containers cannot publish one port`,
      instead:
        'make it stop-first (label switchyard.order), or let a switch have its TCP port (label switchyard.port)',
    },
  ];
}

/** Compose runs hooks when it starts and stops a container itself, which a release does not leave to it. */
function hookRefusals(service: ResolvedService, { service: name }: ServicePlan): Refusal[] {
  return ['post_start', 'pre_stop']
    .filter((hook) => Array.isArray(service[hook]) && service[hook].length > 0)
    .map((hook) => ({
      path: ['services', name, hook],
      problem: `${name} has \`${hook}\`, which only Compose's own start and stop run`,
      instead: "put the command into the image's entrypoint, or into the inputs pre-deploy or post-deploy",
    }));
}

function providerRefusal(service: ResolvedService, { service: name }: ServicePlan): Refusal[] {
  if (service.provider === undefined) return [];
  return [
    {
      path: ['services', name, 'provider'],
      problem: `${name} is run by a provider and has no container that a release could replace`,
      instead: 'leave it out of the input services',
    },
  ];
}
