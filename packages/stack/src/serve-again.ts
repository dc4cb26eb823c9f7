import { type ResolvedProject, type StackContainer, switchServiceOf } from '#compose';
import { sentenceOf } from '#explained-error';
import { isTakenBackInSilence, type Restored, stoppedBy, withVerdict } from '#release';
import { TrafficMovedError } from '#switch';
import { ensureSwitch, plainServes } from './ensure-switch.ts';
import type { FoundStack, OnFinding } from './reconcile-stack.ts';
import { isUp, type StackJob, type StackState } from './stack-context.ts';
import { containersOf, isOfService, makerOf } from './stack-parts.ts';
import { type RoutedService, routedServices, type StackRelease } from './stack-release.ts';
import { plainOnes, removeSwitches, switchContainerOf } from './stack-switches.ts';

export interface ServedAgain {
  readonly restored: Restored | undefined;
  /** False when something could not be started; what the record says has to wait then. */
  readonly isWhole: boolean;
  /** The record of a deploy that is taken back, as it says so without a reason until it is mended. */
  readonly givenUp: StackRelease | undefined;
  /** Services that an interrupted job had led to another version, which may have requests of them. */
  readonly ledBack: ReadonlySet<string>;
  /** Services whose own container does not run: whatever else runs of them stays. */
  readonly withoutOwn: ReadonlySet<string>;
}

export const nothingToServe: ServedAgain = {
  restored: undefined,
  isWhole: true,
  givenUp: undefined,
  ledBack: new Set(),
  withoutOwn: new Set(),
};

/** Every service of the live release runs, and every switch leads to it. */
export async function serveAgain(
  job: StackJob,
  found: FoundStack,
  live: StackRelease,
  project: ResolvedProject | undefined,
  onFinding: OnFinding,
): Promise<ServedAgain> {
  const { state } = found;
  const cause = interrupter(state, live);
  const withoutOwn = new Set<string>();
  let starts = 0;
  let isWhole = true;
  let givenUp: StackRelease | undefined;
  // First the word, then the deed: who is killed in between leaves a trace of what was begun.
  const giveUp = async (): Promise<void> => {
    givenUp ??= await giveUpDeploy(job, state, cause);
  };
  for (const [service, { color, role }] of Object.entries(live.services)) {
    if (role === 'job') continue;
    const own = containersOf(state.containers, service, color);
    if (own.length === 0) withoutOwn.add(service);
    for (const container of own) {
      const started = await startAgain(job, state, live, container, giveUp, onFinding);
      if (started === true) starts += 1;
      if (started === false) isWhole = false;
      if (started !== true && !isUp(container)) withoutOwn.add(service);
    }
  }
  const ledBack = new Set<string>();
  let switchMs = 0;
  for (const [service, released] of routedServices(live)) {
    await ensureSwitch(job, found, live, project, service, released, onFinding);
    if (!switchContainerOf(state.containers, service) && project === undefined) continue;
    if (plainServes(state, service)) continue;
    const tookMs = await leadBack(found, live, service, released, withoutOwn, giveUp, onFinding);
    if (tookMs === undefined) continue;
    ledBack.add(service);
    switchMs = Math.max(switchMs, tookMs);
  }
  let restored: Restored | undefined;
  if (cause && ledBack.size > 0) {
    restored = { ...cause, how: 'switched back', switchMs: Math.round(switchMs * 10) / 10 };
  } else if (cause && starts > 0) restored = { ...cause, how: 'started' };
  return { restored, isWhole, givenUp, ledBack, withoutOwn };
}

/**
 * Starts a container of the live release that an interrupted job has stopped; one that no such job can have stopped was
 * stopped by a person, and stays so.
 *
 * @returns undefined when there was nothing to do, false when it does not start
 */
async function startAgain(
  { server }: StackJob,
  state: StackState,
  live: StackRelease,
  own: StackContainer,
  giveUp: () => Promise<void>,
  onFinding: OnFinding,
): Promise<boolean | undefined> {
  if (!stoppedByJob(state, live, own)) return undefined;
  const { containers } = server.engine;
  const newer = newerThan(state, own, live);
  const seconds = Math.ceil((live.services[own.service]?.stopGraceMs ?? 10_000) / 1000);
  const isAlone = live.services[own.service]?.order === 'stop-first';
  // Never two at once, on the way back neither.
  const stopped = isAlone ? newer.filter(isUp) : [];
  await giveUp();
  for (const { id } of stopped) await containers.stop(id, seconds);
  try {
    await containers.start(own.id);
    onFinding(`Started ${own.name} again, which an earlier job had stopped.`);
    return true;
  } catch (error) {
    onFinding(`${own.name} is of the live release and could not be started again: ${sentenceOf(error)}`);
    // A version that was given up is better than none.
    for (const { id } of stopped) await containers.start(id).catch(() => undefined);
    return false;
  }
}

/** Whether a container of the live release was stopped by a job that wanted to put another in its place. */
export function stoppedByJob(state: StackState, live: StackRelease, own: StackContainer): boolean {
  if (own.state !== 'exited') return false;
  return newerThan(state, own, live).length > 0 || stoppedBy(live.id, state.releases) !== undefined;
}

/** What a later job had made to follow it. */
function newerThan(
  { containers }: StackState,
  own: StackContainer,
  { services }: StackRelease,
): StackContainer[] {
  const color = services[own.service]?.color;
  const same = color === undefined ? [own] : containersOf(containers, own.service, color);
  return containers
    .slice(containers.indexOf(own) + 1)
    .filter((one) => one.service === own.service && isOfService(one) && !same.includes(one));
}

/**
 * The record by which a rollback knows that what serves was gone back to a moment ago. It says no reason: whoever mends
 * the records adds it, and then that trace is gone.
 */
async function giveUpDeploy(
  { store, nowMs, reporter }: StackJob,
  { releases }: StackState,
  cause: Pick<Restored, 'by' | 'insteadOf'> | undefined,
): Promise<StackRelease | undefined> {
  const release = releases.find(({ id }) => cause?.by === 'deploy' && id === cause.insteadOf);
  if (!release || (release.verdict === 'bad' && release.reason === undefined)) return release;
  const givenUp = { ...withVerdict(release, 'bad', nowMs()), reason: undefined };
  // On a full disk the way back is all the more urgent.
  await store.save(givenUp).catch((error: unknown) => {
    reporter.warning(`The record could not be written before the way back: ${sentenceOf(error)}`);
  });
  return givenUp;
}

/** @returns how long the flip took, or undefined when it leads there already */
async function leadBack(
  { switches }: FoundStack,
  live: StackRelease,
  service: string,
  { color }: RoutedService,
  withoutOwn: ReadonlySet<string>,
  giveUp: () => Promise<void>,
  onFinding: OnFinding,
): Promise<number | undefined> {
  const trafficSwitch = switches.of(service);
  for (const finding of await trafficSwitch.recover()) onFinding(finding);
  const now = await trafficSwitch.live();
  if (now === color) return undefined;
  if (withoutOwn.has(service)) {
    onFinding(
      `${service} still leads to ${now ?? 'no version'}, because the container of release ${live.id} does not run.`,
    );
    return undefined;
  }
  await giveUp();
  let tookMs = 0;
  try {
    tookMs = await trafficSwitch.shift(color);
  } catch (error) {
    // It has arrived, and the next job's recover() mends the file.
    if (!(error instanceof TrafficMovedError)) throw error;
    onFinding(sentenceOf(error));
  }
  onFinding(`Led ${service} back to ${color}, from which an earlier job had begun to move it.`);
  return tookMs;
}

/** The job that was at work when it was interrupted, as far as it has left a trace. */
export function interrupter(
  { releases, containers }: StackState,
  live: StackRelease,
): Pick<Restored, 'by' | 'insteadOf'> | undefined {
  const stopped = stoppedBy(live.id, releases);
  if (stopped) return { by: stopped.by, insteadOf: stopped.insteadOf };
  const taken = releases.findLast((release) => isTakenBackInSilence(release, live));
  if (taken) return { by: 'deploy', insteadOf: taken.id };
  // A rollback that was on its way back has put its release's record back already.
  const newest = containers.findLast(isOfService);
  const maker = newest && makerOf(releases, newest);
  return maker && maker.id !== live.id ? { by: 'rollback', insteadOf: maker.id } : undefined;
}

/** A first release of ours that died while it took addresses over: what plain Compose had made serves again. */
export async function letPlainOnesServe(
  job: StackJob,
  state: StackState,
  onFinding: OnFinding,
): Promise<ServedAgain> {
  const { containers } = job.server.engine;
  let isWhole = true;
  const pending = state.releases.filter(({ verdict }) => verdict === 'pending');
  for (const release of pending) {
    for (const [service, { role }] of Object.entries(release.services)) {
      const stopped = plainOnes(state.containers, service).filter(({ state: now }) => now === 'exited');
      if (stopped.length === 0 || role === 'job') continue;
      const fresh = state.containers.filter((one) => one.service === service && isOfService(one));
      for (const { id } of fresh) await containers.remove(id, { force: true, volumes: true });
      if (role === 'routed') await removeSwitches(job, release.app, [switchServiceOf(service)]);
      for (const { id, name } of stopped) {
        try {
          await containers.start(id);
          onFinding(`Started ${name} again, which an earlier job had stopped.`);
        } catch (error) {
          isWhole = false;
          onFinding(`${name} could not be started again: ${sentenceOf(error)}`);
        }
      }
    }
  }
  return { ...nothingToServe, isWhole };
}
