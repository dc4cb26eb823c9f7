import {
  findNotices,
  isSameButForColor,
  type KeptDefinition,
  parseComposeDurationMs,
  parseResolvedProject,
  type ResolvedProject,
  releasedProject,
  type ServicePlan,
  startWaves,
} from '#compose';
import { type ReadyImage, rolloutOf } from '#release';
import { type Color, otherColor } from '#switch';
import { carriedServices, withCarried } from './carried-services.ts';
import type { StackDraft } from './draft-deploy.ts';
import { earlierProjects, keepDefinitions, keepShared } from './kept-definitions.ts';
import type { NeededService, ReleasePlan } from './release-plan.ts';
import { placeMounted } from './resolve-source.ts';
import { isUp, type StackGround, type StackJob } from './stack-context.ts';
import { factsOf } from './stack-images.ts';
import { networkFor } from './stack-network.ts';
import { plansFor, refuse, StackRefusal, whereIs } from './stack-refusal.ts';
import { type ReleasedService, type StackRelease, stackFormat } from './stack-release.ts';
import type { StackDeployRequest } from './stack-request.ts';

/** What Compose gives a service that says nothing. */
const usualGraceMs = 10_000;
const nothingToAsk = { path: undefined, command: undefined, by: 'running' } as const;

/** What exactly is brought live: the record, the released file, and which services need a new container. */
export async function planDeployOfStack(
  job: StackJob,
  ground: StackGround,
  request: StackDeployRequest,
  draft: StackDraft,
  images: ReadonlyMap<string, ReadyImage>,
  switchImage: string,
): Promise<ReleasePlan> {
  const { project, id, shipped, movedPaths } = draft;
  const { live } = ground.state;
  const facts = Object.fromEntries([...images].map(([name, image]) => [name, factsOf(image.inspect)]));
  const plans = plansFor(project, request, shipped, facts);
  refuse(request, project, plans, facts);
  for (const plan of Object.values(plans))
    job.reporter.info(`${plan.service}: ${plan.role}, because ${plan.because}.`);
  await placeMounted(job, request.source);
  const network = await networkFor(job, ground, plans);
  const liveProject = await liveProjectOf(job, ground);
  const owner = await ownerOf(job);
  const render = (
    colors: Readonly<Record<string, Color>>,
    keptDefinitions: Readonly<Record<string, KeptDefinition>> = {},
  ): ResolvedProject =>
    releasedProject(project, plans, {
      app: request.app,
      images: Object.fromEntries([...images].map(([name, { runnable }]) => [name, runnable])),
      colors,
      network,
      slots: network.slots,
      switch: {
        image: switchImage,
        ...owner,
        isRootless: ground.facts.rootless,
        folder: (service) => job.files.switchFolder(service),
      },
      movedPaths,
      keptDefinitions,
    });
  const same = colorsOf(shipped, live, (color) => color ?? 'blue');
  const unchanged = unchangedOf(ground, render(same), liveProject, shipped);
  const colors = colorsOf(shipped, live, (color, name) => {
    if (color === undefined) return 'blue';
    return unchanged.has(name) ? color : otherColor(color);
  });
  const carried = liveProject ? carriedServices(live, project, shipped) : [];
  const kept = Object.values(plans).flatMap(({ role, service }) =>
    role === 'kept' && !carried.includes(service) ? [service] : [],
  );
  const scratch = `${job.files.folderOf(id)}/hashes.yaml`;
  await job.server.files.makeDirectory(job.files.folderOf(id), 0o700);
  const earlier = await earlierProjects(job, ground, liveProject);
  const { definitions, notices } = await keepDefinitions(job, ground, render(colors), kept, earlier, scratch);
  const next = withCarried(render(colors, definitions), liveProject, carried);
  const shared = keepShared(next, earlier);
  for (const notice of [...notices, ...shared.notices]) job.reporter.warning(notice);
  tellNotices(job, request, project, plans, draft.sourceFolder);
  const at = new Date(job.nowMs()).toISOString();
  const release: StackRelease = {
    format: stackFormat,
    kind: 'stack',
    id,
    app: request.app,
    services: Object.fromEntries([
      ...carried.map((name) => [name, live?.services[name]] as const),
      ...shipped.map(
        (name) => [name, releasedService(project, plans[name], images.get(name), colors[name])] as const,
      ),
    ]) as StackRelease['services'],
    network,
    rollout: rolloutOf(request),
    switch: request.switch,
    dataFolder: draft.dataFolder,
    origin: request.origin,
    createdAt: at,
    verdict: 'pending',
    verdictAt: at,
    reason: undefined,
    liveAt: undefined,
  };
  const { waves, needed } = startWaves(plans, project);
  return {
    release,
    project: shared.project,
    changed: shipped.filter((name) => !unchanged.has(name)),
    waves,
    needed: [...needed, ...absentOf(ground, kept, needed)],
  };
}

/** What nobody waits for is started all the same where there is nothing of it. */
function absentOf(
  { state }: StackGround,
  kept: readonly string[],
  needed: readonly NeededService[],
): NeededService[] {
  return kept
    .filter((name) => !needed.some(({ service }) => service === name))
    .filter((name) => !state.containers.some((one) => one.service === name && !one.isOneOff))
    .map((service) => ({ service, condition: 'started' }));
}

/** What a person may not expect: two versions side by side for some seconds, names and files that change hands. */
function tellNotices(
  { reporter }: StackJob,
  request: StackDeployRequest,
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  sourceFolder: string,
): void {
  for (const { path, text } of findNotices(project, plans, sourceFolder)) {
    reporter.info(`${whereIs(request, path)}${text}`);
  }
}

function releasedService(
  project: ResolvedProject,
  plan: ServicePlan | undefined,
  image: ReadyImage | undefined,
  color: Color = 'blue',
): ReleasedService {
  if (!plan || plan.role === 'kept' || !image)
    throw new Error('a shipped service without a plan or an image');
  const { inspect: _, ...released } = image;
  const grace = project.services[plan.service]?.stop_grace_period;
  return {
    role: plan.role,
    order: plan.role === 'job' ? 'start-first' : plan.order,
    color,
    image: released,
    ports: plan.role === 'routed' ? plan.ports : [],
    health: plan.role === 'job' ? nothingToAsk : plan.health,
    stopGraceMs: (grace === undefined ? undefined : parseComposeDurationMs(grace)) ?? usualGraceMs,
  };
}

function colorsOf(
  shipped: readonly string[],
  live: StackRelease | undefined,
  choose: (color: Color | undefined, name: string) => Color,
): Record<string, Color> {
  return Object.fromEntries(shipped.map((name) => [name, choose(live?.services[name]?.color, name)]));
}

/** Services whose container is what this release wants already; jobs run with each release. */
function unchangedOf(
  { state }: StackGround,
  next: ResolvedProject,
  before: ResolvedProject | undefined,
  shipped: readonly string[],
): ReadonlySet<string> {
  return new Set(
    shipped.filter((name) => {
      const released = state.live?.services[name];
      if (!before || !released || released.role === 'job' || !isSameButForColor(before, next, name))
        return false;
      return state.containers.some(
        (container) =>
          container.service === name &&
          container.color === released.color &&
          isUp(container) &&
          !container.isOneOff,
      );
    }),
  );
}

async function liveProjectOf(
  { files }: StackJob,
  { state }: StackGround,
): Promise<ResolvedProject | undefined> {
  const text = state.live && (await files.read(state.live.id));
  return text === undefined ? undefined : parseResolvedProject(text);
}

/** The user that the switches run as, whose folder they write to. */
async function ownerOf({ server }: StackJob): Promise<{ uid: number; gid: number }> {
  const owner = await server.files.stat(server.home);
  if (owner) return owner;
  throw new StackRefusal(
    `The home folder ${server.home} of the user on the server cannot be read, so it is not known as whom to run the switches; look at its permissions.`,
  );
}
