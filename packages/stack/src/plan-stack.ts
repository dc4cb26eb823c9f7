import { ComposeCommand, type ServicePlan, startWaves } from '#compose';
import { formatImageReference } from '#engine';
import type { DeployPlan, Reporter, Server } from '#release';
import { draftDeploy, type StackDraft } from './draft-deploy.ts';
import { refuseUnknown } from './find-lost-release.ts';
import { foreseeStack } from './foresee-stack.ts';
import { readStack } from './prepare-stack.ts';
import { isUp, type StackState } from './stack-context.ts';
import { factsOf } from './stack-images.ts';
import { readingOf } from './stack-reading.ts';
import { plansFor, refuse } from './stack-refusal.ts';
import type { StackDeployRequest } from './stack-request.ts';
import { plainOnes, switchContainerOf } from './stack-switches.ts';

/**
 * Works out what a deploy of the stack would do. It takes no lease and pulls nothing; what the server's Compose needs to
 * read the project is gone afterwards.
 *
 * @throws the same errors as a deploy, for what can be known without changing anything
 */
export async function planStackDeploy(
  request: StackDeployRequest,
  server: Server,
  engineSocket: string,
  reporter: Reporter,
): Promise<DeployPlan> {
  const reading = await readingOf(request, server, reporter);
  const compose = new ComposeCommand(server, engineSocket);
  await compose.version();
  const state = await readStack(reading);
  refuseUnknown(request.app, reading.store.folder, state);
  const foreseen = await foreseeStack(reading, state);
  const draft = await draftDeploy(reading, { compose, state }, request);
  const { steps, facts } = await imageSteps(server, request, draft);
  const plans = plansFor(draft.project, request, draft.shipped, facts);
  refuse(request, draft.project, plans, facts);
  const { needed } = startWaves(plans, draft.project);
  const absent = needed
    .map(({ service }) => service)
    .filter((service) => !state.containers.some((one) => one.service === service && isUp(one)));
  const { preDeploy, postDeploy, watch } = request;
  return {
    steps: [
      ...foreseen.warnings,
      ...foreseen.steps,
      ...Object.values(plans).map((plan) => `${plan.service}: ${describe(plan)}, because ${plan.because}.`),
      ...steps,
      ...(preDeploy
        ? [`Run ${preDeploy.command.join(' ')} in a container of the new ${preDeploy.service}.`]
        : []),
      ...(absent.length > 0 ? [`Start ${absent.join(', ')}, which no container runs of.`] : []),
      ...Object.values(plans).flatMap((plan) => serviceSteps(plan, state)),
      ...(watch.durationMs > 0
        ? [`Watch all of it for ${watch.durationMs / 1000} s; take the whole release back if one turns bad.`]
        : []),
      ...(state.live ? [`Drain and remove what release ${state.live.id} runs.`] : []),
      ...(postDeploy
        ? [`Run ${postDeploy.command.join(' ')} in a container of the new ${postDeploy.service}.`]
        : []),
    ],
    imageDigest: undefined,
    color: undefined,
    previous: state.live?.id,
  };
}

function describe(plan: ServicePlan): string {
  switch (plan.role) {
    case 'routed':
      return `behind a switch on ${plan.ports.map(({ port }) => port).join(', ')} (${plan.order})`;
    case 'worker':
      return `a worker (${plan.order})`;
    case 'job':
      return 'run once to its end';
    case 'kept':
      return 'left alone';
  }
}

async function imageSteps(
  { engine }: Server,
  { pullPolicy }: StackDeployRequest,
  { images }: StackDraft,
): Promise<{ steps: string[]; facts: Record<string, ReturnType<typeof factsOf>> }> {
  const steps: string[] = [];
  const facts: Record<string, ReturnType<typeof factsOf>> = {};
  for (const [service, { text, reference }] of images) {
    const present = await engine.images.inspect(formatImageReference(reference));
    if (present) facts[service] = factsOf(present);
    const isPulled = pullPolicy !== 'never' && (!present || (pullPolicy === 'always' && !reference.digest));
    steps.push(isPulled ? `Pull ${text} for ${service}.` : `Use the image ${text} for ${service}.`);
  }
  return { steps: [...new Set(steps)], facts };
}

function serviceSteps(plan: ServicePlan, state: StackState): string[] {
  const { service, role } = plan;
  if (role === 'kept') return [];
  if (role === 'job') return [`Run ${service} to its end.`];
  const old = state.containers.filter((one) => one.service === service && isUp(one)).map(({ name }) => name);
  const steps = [
    `Create a container of ${service} beside ${old.join(', ') || 'nothing'}, and wait until it is healthy.`,
  ];
  if (plan.order === 'stop-first' && old.length > 0) {
    steps.push(`Stop ${old.join(', ')} before it starts: two must never run at once.`);
  }
  if (role !== 'routed' || switchContainerOf(state.containers, service)) return steps;
  const plain = plainOnes(state.containers, service).filter(isUp);
  return [
    ...steps,
    plain.length > 0
      ? `Take the address of ${service} over from ${plain.map(({ name }) => name).join(', ')}: it does not answer for a moment, this once.`
      : `Create the switch of ${service}.`,
  ];
}
