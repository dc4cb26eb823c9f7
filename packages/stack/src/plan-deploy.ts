import { randomInt } from 'node:crypto';
import {
  findNotices,
  findRefusals,
  type ImageFacts,
  isSameButForColor,
  type KeptDefinition,
  lineOf,
  parseComposeDurationMs,
  parseResolvedProject,
  planServices,
  projectName,
  type Refusal,
  type ResolvedProject,
  releasedProject,
  type ServicePlan,
  type SlotAddresses,
  shippedServices,
  startWaves,
} from '#compose';
import { divideRange, findFreeRange, type ImageInspect, parseImageReference } from '#engine';
import { ExplainedError } from '#explained-error';
import {
  freeBytesOf,
  hasHealthcheck,
  type ReadyImage,
  readyImage,
  releaseId,
  rolloutOf,
  timeOfReleaseId,
} from '#release';
import { type Color, otherColor } from '#switch';
import { carriedServices } from './carried-services.ts';
import { earlierProjects, keepDefinitions, keepShared } from './kept-definitions.ts';
import type { ReleasePlan } from './release-plan.ts';
import { placeMounted, type ResolvedSource, resolveSource } from './resolve-source.ts';
import { isUp, type StackGround, type StackJob, type StackReading } from './stack-context.ts';
import { type ReleasedService, type StackNetwork, type StackRelease, stackFormat } from './stack-release.ts';
import type { GivenImage, StackDeployRequest } from './stack-request.ts';

export class StackRefusal extends ExplainedError {
  override readonly name = 'StackRefusal';
}

/** Half of its 64 addresses are for the Engine; the other half holds 15 services. */
const networkPrefix = 26;
/** What Compose gives a service that says nothing. */
const usualGraceMs = 10_000;
const nothingToAsk = { path: undefined, command: undefined, by: 'running' } as const;

/** What a deploy of the stack is going to be, before an image is pulled. */
export interface StackDraft extends ResolvedSource {
  readonly id: string;
  readonly shipped: readonly string[];
  /** The image of every service that is shipped. */
  readonly images: ReadonlyMap<string, GivenImage>;
}

/** Reads the project and refuses what can be refused without an image. */
export async function draftDeploy(
  job: StackReading,
  ground: Pick<StackGround, 'compose' | 'state'>,
  request: StackDeployRequest,
): Promise<StackDraft> {
  const named = projectName(request.source);
  if (named && named.name !== request.app) {
    // Its volumes, and so its data, go by this name.
    throw new StackRefusal(
      `${named.at.file}:${named.at.line}: the project is called ${named.name} and the app ${request.app}, so the release would not find its volumes; set "app" to ${named.name}, or delete \`name\` there.`,
    );
  }
  const id = newReleaseId(job, ground);
  const resolved = await resolveSource(job, ground, request, id);
  const shipped = shippedServices(resolved.project, {
    services: request.services,
    images: request.images.keys(),
  });
  if (shipped.length === 0) {
    throw new StackRefusal(
      'No service of the project is built by it, so there is nothing to ship; name the services in "services" or give their images in "images".',
    );
  }
  const images = new Map(shipped.map((name) => [name, imageOf(resolved.project, request, name)]));
  refuse(request, resolved.project, plansFor(resolved.project, request, shipped, {}), {});
  return { ...resolved, id, shipped, images };
}

function newReleaseId(job: Pick<StackJob, 'nowMs'>, { state }: Pick<StackGround, 'state'>): string {
  const newest = state.releases.at(-1);
  const nowMs = job.nowMs();
  const idMs = newest ? Math.max(nowMs, timeOfReleaseId(newest.id) + 1000) : nowMs;
  return releaseId(
    idMs,
    randomInt(36 ** 4)
      .toString(36)
      .padStart(4, '0'),
  );
}

function imageOf(project: ResolvedProject, { images, source }: StackDeployRequest, name: string): GivenImage {
  const given = images.get(name);
  if (given) return given;
  const text = project.services[name]?.image;
  if (text !== undefined) return { text, reference: parseImageReference(text) };
  const place = lineOf(source, ['services', name, 'build']) ?? lineOf(source, ['services', name]);
  const where = place ? `${place.file}:${place.line}: ` : '';
  throw new StackRefusal(
    `${where}${name} is built by the project and has no image; add a line ${name}=<image>@<digest> to "images".`,
  );
}

export function plansFor(
  project: ResolvedProject,
  request: StackDeployRequest,
  shipped: readonly string[],
  imageFacts: Readonly<Record<string, ImageFacts>>,
): Record<string, ServicePlan> {
  const { serviceOptions: options, splitCommand } = request;
  const givenImages = new Set(request.images.keys());
  return planServices(project, { shipped, options, imageFacts, splitCommand, givenImages });
}

/** @throws StackRefusal with every thing that stops the release, each with its line and what to write instead */
export function refuse(
  request: StackDeployRequest,
  project: ResolvedProject,
  plans: Readonly<Record<string, ServicePlan>>,
  imageFacts: Readonly<Record<string, ImageFacts>>,
): void {
  const found = findRefusals(project, plans, {
    app: request.app,
    shipped: Object.values(plans).flatMap(({ role, service }) => (role === 'kept' ? [] : [service])),
    options: request.serviceOptions,
    imageFacts,
    splitCommand: request.splitCommand,
    givenImages: new Set(request.images.keys()),
    missingPaths: new Set(),
  });
  if (found.length === 0) return;
  const sentences = found.map((refusal) => sentenceOfRefusal(request, refusal));
  throw new StackRefusal(
    sentences.length === 1
      ? (sentences[0] ?? '')
      : [
          `${sentences.length} things in the Compose project stop this release.`,
          ...sentences.map((sentence) => `- ${sentence}`),
        ].join('\n'),
  );
}

function sentenceOfRefusal(request: StackDeployRequest, { path, problem, instead }: Refusal): string {
  return `${whereIs(request, path)}${problem}; ${instead}.`;
}

/** File and line before a sentence; empty where no file says it. */
function whereIs({ source }: StackDeployRequest, path: readonly string[]): string {
  let place = lineOf(source, path);
  // What a default or another file has set stands nowhere; then the nearest key above it does.
  for (let length = path.length - 1; !place && length > 0; length -= 1) {
    place = lineOf(source, path.slice(0, length));
  }
  return place ? `${place.file}:${place.line}: ` : '';
}

/** Step 1: every image is on the server, by digest. */
export async function pullStackImages(
  job: StackJob,
  ground: StackGround,
  request: StackDeployRequest,
  draft: StackDraft,
): Promise<ReadonlyMap<string, ReadyImage>> {
  const { server, reporter } = job;
  const ready = new Map<string, ReadyImage>();
  const byText = new Map<string, ReadyImage>();
  for (const [service, { text, reference }] of draft.images) {
    const image =
      byText.get(text) ??
      (await readyImage({
        engine: server.engine,
        facts: ground.facts,
        freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
        signal: ground.signal,
        onProgress: (progress) => reporter.progress('pull', `${service}: ${progress}`),
        reference,
        text,
        auth: request.registryAuth,
        policy: request.pullPolicy,
        lastImageId: ground.state.live?.services[service]?.image.id,
      }));
    if (!byText.has(text)) {
      reporter.info(`The image ${text} is ready${image.digest ? ` (${image.digest})` : ''}.`);
    }
    byText.set(text, image);
    // An image that an earlier release brought here is still ours to sweep.
    const wasOurs = ground.state.releases.some(({ services }) =>
      Object.values(services).some((one) => one.image.id === image.id && one.image.pulled),
    );
    ready.set(service, { ...image, pulled: image.pulled || wasOurs });
  }
  return ready;
}

/** Pinned like the others, so that a new image behind an old tag is a new definition. */
export async function pullSwitchImage(
  job: StackJob,
  ground: StackGround,
  request: StackDeployRequest,
): Promise<string> {
  const { server, reporter } = job;
  const { runnable } = await readyImage({
    engine: server.engine,
    facts: ground.facts,
    freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
    signal: ground.signal,
    onProgress: (progress) => reporter.progress('pull', `switch: ${progress}`),
    reference: parseImageReference(request.switch.image),
    text: request.switch.image,
    auth: request.registryAuth,
    policy: request.pullPolicy === 'never' ? 'never' : 'missing',
    lastImageId: undefined,
  });
  return runnable;
}

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
  const own = plansFor(project, request, shipped, facts);
  refuse(request, project, own, facts);
  const liveProject = await liveProjectOf(job, ground);
  const carried = carriedServices(live, liveProject, project, shipped);
  const plans = { ...own, ...carried.plans };
  for (const plan of Object.values(plans))
    job.reporter.info(`${plan.service}: ${plan.role}, because ${plan.because}.`);
  await placeMounted(job, request.source);
  const network = await networkFor(job, ground, plans);
  const owner = await ownerOf(job);
  const render = (
    colors: Readonly<Record<string, Color>>,
    keptDefinitions: Readonly<Record<string, KeptDefinition>> = {},
  ): ResolvedProject => {
    const rendered = releasedProject(project, plans, {
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
    return carried.definedIn(rendered);
  };
  const same = colorsOf(shipped, live, (color) => color ?? 'blue');
  const unchanged = unchangedOf(ground, render(same), liveProject, shipped);
  const colors = colorsOf(shipped, live, (color, name) => {
    if (color === undefined) return 'blue';
    return unchanged.has(name) ? color : otherColor(color);
  });
  const kept = Object.values(plans).flatMap(({ role, service }) => (role === 'kept' ? [service] : []));
  const scratch = `${job.files.folderOf(id)}/hashes.yaml`;
  await job.server.files.makeDirectory(job.files.folderOf(id), 0o700);
  const earlier = await earlierProjects(job, ground, liveProject);
  const { definitions, notices } = await keepDefinitions(job, ground, render(colors), kept, earlier, scratch);
  const shared = keepShared(render(colors, definitions), earlier);
  for (const notice of [...notices, ...shared.notices]) job.reporter.warning(notice);
  tellNotices(job, request, project, own, draft.sourceFolder);
  const at = new Date(job.nowMs()).toISOString();
  const release: StackRelease = {
    format: stackFormat,
    kind: 'stack',
    id,
    app: request.app,
    services: {
      ...carried.services,
      ...Object.fromEntries(
        shipped.map((name) => [name, releasedService(project, plans[name], images.get(name), colors[name])]),
      ),
    },
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
    needed,
  };
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

export function factsOf(image: ImageInspect): ImageFacts {
  const ports = Object.keys(image.Config?.ExposedPorts ?? {}).flatMap((entry) => {
    const port = /^(\d{1,5})\/tcp$/.exec(entry)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  const { Entrypoint: entrypoint, Cmd: command } = image.Config ?? {};
  return {
    tcpPorts: ports,
    hasHealthcheck: hasHealthcheck(image),
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
  };
}

/** The stack's own network as it is, with room for services that are new. */
async function networkFor(
  job: StackJob,
  { state }: StackGround,
  plans: Readonly<Record<string, ServicePlan>>,
): Promise<StackNetwork> {
  // Also of a release that failed: its network may be there, and addresses must not change hands.
  const known = state.live?.network ?? state.releases.at(-1)?.network;
  const range = known ? divideRange(known.subnet) : await findFreeRange(job.server.engine, networkPrefix);
  if (!range) throw new Error(`${known?.subnet} is no range`);
  const slots: Record<string, SlotAddresses> = { ...known?.slots };
  const routed = Object.values(plans).flatMap(({ role, service }) => (role === 'routed' ? [service] : []));
  // A service that no release knows any more gives its addresses back.
  const remembered = new Set(state.releases.flatMap(({ services }) => Object.keys(services)));
  for (const name of Object.keys(slots)) if (!(name in plans) && !remembered.has(name)) delete slots[name];
  for (const service of routed) {
    if (slots[service]) continue;
    const taken = new Set(Object.values(slots).flatMap(({ blue, green }) => [blue, green]));
    const [blue, green] = range.fixed.filter((address) => !taken.has(address));
    if (blue === undefined || green === undefined) {
      throw new StackRefusal(
        `The stack has more services with ports than its network ${range.subnet} has addresses for; split it into two stacks.`,
      );
    }
    slots[service] = { blue, green };
  }
  const { subnet, gateway, ipRange } = range;
  return { subnet, gateway, ipRange, slots };
}

/** The user that the switches run as, whose folder they write to. */
async function ownerOf({ server }: StackJob): Promise<{ uid: number; gid: number }> {
  const owner = await server.files.stat(server.home);
  if (owner) return owner;
  throw new StackRefusal(
    `The home folder ${server.home} of the user on the server cannot be read, so it is not known as whom to run the switches; look at its permissions.`,
  );
}
