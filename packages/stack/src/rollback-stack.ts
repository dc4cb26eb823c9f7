import {
  ComposeCommand,
  isSameButForColor,
  parseResolvedProject,
  type ResolvedProject,
  recolored,
  startWaves,
  switchServiceOf,
} from '#compose';
import type { RegistryAuth } from '#engine';
import { parseImageReference } from '#engine';
import { ExplainedError } from '#explained-error';
import {
  adviseOthers,
  chooseTarget,
  type DeployPlan,
  freeBytesOf,
  type Reporter,
  type RollbackRequest,
  readyImage,
  rolloutWith,
  type Server,
  type StopSignals,
  schemaRemark,
  type Timeline,
} from '#release';
import { otherColor } from '#switch';
import { bringStackLive } from './bring-stack-live.ts';
import { finishInterrupted } from './interrupted-stack.ts';
import { prepareStack, readStack } from './prepare-stack.ts';
import type { ReleasePlan } from './release-plan.ts';
import { isUp, type StackGround, type StackJob } from './stack-context.ts';
import { readingOf } from './stack-reading.ts';
import { choosable, type ReleasedService, type StackRelease } from './stack-release.ts';
import type { StackResult } from './stack-result.ts';
import { changeStackUnderLease } from './stack-under-lease.ts';

export class StackGoneError extends ExplainedError {
  override readonly name = 'StackGoneError';
}

/**
 * Takes a stack back to a release that was live before: files, images and environment. It has to prove itself as a new
 * release has; if it can't, the server ends where it began.
 *
 * Never throws for a rollback that failed; the result says so.
 */
export async function rollbackStack(
  request: RollbackRequest,
  server: Server,
  engineSocket: string,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
): Promise<StackResult> {
  return changeStackUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
    const compose = new ComposeCommand(server, engineSocket);
    const chosen = await timeline.run('prepare', async () => {
      const { ground: found, mend } = await prepareStack(job, turn, compose, { runsCommands: false });
      if (await finishInterrupted(job, found, request, mend)) return undefined;
      const chosenTarget = choose(job, found, request);
      // From here on it is settled that what an interrupted job has gone back to is left.
      await mend();
      return { ground: found, target: chosenTarget };
    });
    // An earlier job had moved the stack already.
    if (!chosen) return;
    const { ground, target } = chosen;
    await timeline.run('pull', () => restoreImages(job, ground, target, request.registryAuth));
    const plan = await planRollbackOfStack(job, ground, target, request);
    job.progress.before = { ...target, leaves: undefined };
    const rollout = rolloutWith(target.rollout, request);
    await bringStackLive(job, ground, plan, rollout, async () => undefined);
  });
}

function choose(
  { reporter }: Pick<StackJob, 'reporter'>,
  { state }: Pick<StackGround, 'state'>,
  request: RollbackRequest,
): StackRelease {
  const { releases, live } = state;
  const options = releases.map(choosable);
  const { id } = chooseTarget(request.app, options, live?.id, request.to);
  const target = releases.find((release) => release.id === id);
  if (!target) throw new Error(`release ${id} is gone`);
  if (target.verdict === 'bad') {
    reporter.warning(
      `Release ${id} is bad${target.reason ? ` (${target.reason})` : ''}; going back to it because "to" names it.`,
    );
  }
  reporter.info(`Rolling back${live ? ` from release ${live.id}` : ''} to release ${id}. ${schemaRemark}`);
  reporter.info(adviseOthers(options, live?.id, id));
  return target;
}

/**
 * Works out what a rollback of the stack would do, and changes nothing.
 *
 * @throws the same errors as a rollback, for what can be known without changing anything
 */
export async function planStackRollback(
  request: RollbackRequest,
  server: Server,
  reporter: Reporter,
): Promise<DeployPlan & { readonly target: StackRelease }> {
  const reading = await readingOf(request, server, reporter);
  const state = await readStack(reading);
  const target = choose(reading, { state }, request);
  const { release, changed } = await planRollbackOfStack(reading, { state }, target, request);
  const images = await Promise.all(
    Object.entries(target.services).map(async ([service, { image }]) =>
      (await server.engine.images.inspect(image.runnable)) ? [] : [`Pull ${image.runnable} for ${service}.`],
    ),
  );
  const same = Object.keys(target.services).filter((name) => !changed.includes(name));
  return {
    steps: [
      `Go back to release ${target.id}${target.verdict === 'bad' ? ', although it is bad' : ''}.`,
      ...images.flat(),
      ...changed.map(
        (name) =>
          `Create a container of ${name} from its image and configuration of then, and wait until it is healthy.`,
      ),
      ...(same.length > 0 ? [`Leave ${same.join(', ')} as they are: nothing of them differs.`] : []),
      'Switch all of it at once, watch it, then drain and remove what is left.',
      ...(release.leaves?.reason === undefined ? [] : [`Mark release ${release.leaves.id} bad.`]),
      schemaRemark,
    ],
    imageDigest: undefined,
    color: undefined,
    previous: state.live?.id,
    target,
  };
}

/** The images by digest, where the server has them no more. */
async function restoreImages(
  { server, reporter }: StackJob,
  ground: StackGround,
  target: StackRelease,
  auth: RegistryAuth | undefined,
): Promise<void> {
  for (const [service, { image }] of Object.entries(target.services)) {
    if (await server.engine.images.inspect(image.runnable)) continue;
    if (image.digest === undefined) {
      throw new StackGoneError(
        `The image of ${service} in release ${target.id} is gone from the server, and it never was in a registry; name another release with "to".`,
      );
    }
    await readyImage({
      engine: server.engine,
      facts: ground.facts,
      freeBytes: () => freeBytesOf(server, ground.facts.dockerRootDir),
      signal: ground.signal,
      onProgress: (text) => reporter.progress('pull', `${service}: ${text}`),
      reference: parseImageReference(image.runnable),
      text: image.runnable,
      auth,
      policy: 'missing',
      lastImageId: undefined,
    });
  }
}

/** The target's file with the colours that are free now; what it leaves alone is as it is on the server. */
async function planRollbackOfStack(
  { files }: Pick<StackJob, 'files'>,
  { state }: Pick<StackGround, 'state'>,
  target: StackRelease,
  request: RollbackRequest,
): Promise<ReleasePlan> {
  const { live, containers } = state;
  const [text, liveText] = await Promise.all([files.read(target.id), live ? files.read(live.id) : undefined]);
  if (text === undefined) {
    throw new StackGoneError(
      `The files of release ${target.id} are gone from ${files.folderOf(target.id)}; name another release with "to".`,
    );
  }
  const now = liveText === undefined ? undefined : parseResolvedProject(liveText);
  const roles = rolesIn(target, parseResolvedProject(text));
  const network = live?.network ?? target.network;
  const services: Record<string, ReleasedService> = {};
  const changed: string[] = [];
  let project = keptAsNow(parseResolvedProject(text), now, roles);
  for (const [name, released] of Object.entries(target.services)) {
    const serving = live?.services[name];
    const isThere = containers.some(
      (one) => one.service === name && one.color === serving?.color && isUp(one) && !one.isOneOff,
    );
    const isSame = isThere && now !== undefined && isSameButForColor(now, project, name);
    const color = !serving ? released.color : isSame ? serving.color : otherColor(serving.color);
    services[name] = { ...released, color };
    // A job has done its work in its time: what it did to a database is not taken back, and not done again.
    if (released.role === 'job') continue;
    if (!isSame) changed.push(name);
    project = recolored(project, name, color, network.slots[name]);
  }
  const release: StackRelease = { ...target, services, network, leaves: leavingOf(live, target, request) };
  return { release, project, changed, ...startWaves(roles, project) };
}

function leavingOf(
  live: StackRelease | undefined,
  target: StackRelease,
  { markBad, reason, origin }: RollbackRequest,
): StackRelease['leaves'] {
  if (!live) return undefined;
  const by = origin.actor ? ` by ${origin.actor}` : '';
  return {
    id: live.id,
    reason: markBad ? (reason ?? `rolled back to release ${target.id}${by}`) : undefined,
  };
}

type Roles = Parameters<typeof startWaves>[0];

/** What the record says of a released file's services; what it does not ship is kept. */
function rolesIn({ services, app }: StackRelease, project: ResolvedProject): Roles {
  const switches = new Set(Object.keys(services).map(switchServiceOf));
  const names = Object.keys(project.services).filter((name) => !switches.has(name));
  return Object.fromEntries(
    names.map((name) => {
      const released = services[name];
      const because = `release ${app} says so`;
      if (!released) return [name, { service: name, role: 'kept', because }];
      if (released.role === 'job') return [name, { service: name, role: 'job', because }];
      const { role, order, health, ports } = released;
      return [name, { service: name, role, order, health, ports, because }];
    }),
  ) as Roles;
}

/** Databases and the like stay as they are, so their definitions do too. */
function keptAsNow(before: ResolvedProject, now: ResolvedProject | undefined, roles: Roles): ResolvedProject {
  if (!now) return before;
  const kept = Object.entries(now.services).filter(([name]) => roles[name]?.role === 'kept');
  return { ...before, services: { ...before.services, ...Object.fromEntries(kept) } };
}
