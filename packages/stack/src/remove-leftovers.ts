import { type ResolvedProject, type StackContainer, stackContainers } from '#compose';
import { sentenceOf } from '#explained-error';
import { drain } from '#release';
import { isUpSwitch } from './ensure-switch.ts';
import { type FoundStack, isJob, type OnFinding } from './reconcile-stack.ts';
import { retire } from './retire-services.ts';
import type { ServedAgain } from './serve-again.ts';
import { isUp, type StackJob, type StackState } from './stack-context.ts';
import { containerOf, containersOf, hasServed, isOfService, makerOf } from './stack-parts.ts';
import type { StackRelease } from './stack-release.ts';
import { stackNetworkName } from './switch-access.ts';

const usualGraceMs = 10_000;
/** How long what finishes its work holds up a job that has nothing to do with it. */
const workerPatienceMs = 1000;

/**
 * Takes away what belongs to no live release. A candidate that no user has met goes at once; a version that has served,
 * or that takes jobs from a queue, gets the time to finish what it has in hand.
 *
 * @param project what the live release's file says; undefined when it is gone, or nothing is live
 */
export async function removeLeftovers(
  job: StackJob,
  found: FoundStack,
  project: ResolvedProject | undefined,
  served: ServedAgain,
  onFinding: OnFinding,
): Promise<void> {
  const { state } = found;
  const { engine } = job.server;
  // Some may have gone since; none of those that have come is a leftover.
  const now = await stackContainers(engine, job.request.app);
  for (const before of state.containers) {
    const container = now.find(({ id }) => id === before.id);
    if (!container || !isLeftover(state, project, before)) continue;
    // Half a migration is worse than a late one; what waits for it is told before.
    if (container.state === 'running' && isJob(state, container)) continue;
    if (served.withoutOwn.has(container.service) && isUp(container)) continue;
    if (container.role === 'switch') {
      await engine.containers.remove(container.id, { force: true });
      await job.server.files.remove(job.files.switchFolder(servedBy(container)));
      onFinding(`Removed ${container.name}, whose service is none of the live release's.`);
      continue;
    }
    const hasSwitch = now.some((one) => isUpSwitch(one) && servedBy(one) === container.service);
    try {
      await takeAway(job, found, served, container, hasSwitch, onFinding);
    } catch (error) {
      found.signal.throwIfAborted();
      // It is in nobody's way as long as its address is not needed.
      onFinding(
        `${container.name}, which an earlier job had left behind, could not be removed: ${sentenceOf(error)}`,
      );
    }
  }
}

function isLeftover(
  state: StackState,
  project: ResolvedProject | undefined,
  container: StackContainer,
): boolean {
  const { live, releases } = state;
  const { role, service } = container;
  if (role === 'switch') {
    const name = servedBy(container);
    if (live?.services[name]?.role === 'routed') return false;
    return isUnshipped(releases, live, project, name, container);
  }
  if (container.color === undefined) return isLeftByAdoption(state, container);
  if (!isOfService(container)) return false;
  const released = live?.services[service];
  if (!released) return isUnshipped(releases, live, project, service, container);
  if (released.role === 'job') return false;
  return !containersOf(state.containers, service, released.color).includes(container);
}

/**
 * Of a service that the live release does not ship: it is to stay where that release's file has it, unless a release
 * has made it that never served.
 */
function isUnshipped(
  releases: readonly StackRelease[],
  live: StackRelease | undefined,
  project: ResolvedProject | undefined,
  service: string,
  container: StackContainer,
): boolean {
  const maker = makerOf(releases, container);
  if (maker && !hasServed(maker) && maker.id !== live?.id) return true;
  return project !== undefined && project.services[service] === undefined;
}

/** What plain Compose had made of a service that a release has taken over since. */
function isLeftByAdoption({ live, containers }: StackState, container: StackContainer): boolean {
  const released = live?.services[container.service];
  if (!live || !released || container.role !== undefined || container.isOneOff) return false;
  const own = containerOf(containers, container.service, released.color);
  if (!own) return false;
  // One that is younger was made by a person who has gone back to plain Compose.
  return containers.indexOf(container) < containers.indexOf(own);
}

/** The service behind a switch; of any other container, its own. */
export function servedBy({ service, role }: StackContainer): string {
  return role === 'switch' ? service.replace(/-switch$/, '') : service;
}

async function takeAway(
  job: StackJob,
  { state, switches, signal }: FoundStack,
  { ledBack }: ServedAgain,
  container: StackContainer,
  hasSwitch: boolean,
  onFinding: OnFinding,
): Promise<void> {
  const { live, releases } = state;
  const { id, name, service, color } = container;
  const maker = makerOf(releases, container);
  const released = (maker ?? live)?.services[service];
  const isUnmet = maker !== undefined && !hasServed(maker) && !ledBack.has(service);
  if (!isUp(container) || (isUnmet && released?.role !== 'worker')) {
    await job.server.engine.containers.remove(id, { force: true, volumes: true });
    onFinding(`Removed ${name}, which an earlier job had left behind.`);
    return;
  }
  const graceMs = released?.stopGraceMs ?? usualGraceMs;
  let patienceMs = workerPatienceMs;
  const serving = live?.services[service];
  // Of the colour that serves, an address and requests are no longer its own.
  const hasSlot = serving?.role === 'routed' && color !== undefined && color !== serving.color;
  if (live && hasSlot && hasSwitch) {
    const { drainTimeoutMs } = live.rollout;
    await drain(switches.of(service), color, drainTimeoutMs, signal, (text) =>
      job.reporter.progress(`drain ${service}`, `${service}: ${text}`),
    );
    patienceMs = Math.min(graceMs, drainTimeoutMs);
  }
  if (!(await retire(job, container, graceMs, patienceMs))) {
    if (!hasSlot) return;
    // It has had its time for requests; whatever else it has in hand goes on.
    await job.server.engine.networks.disconnect(stackNetworkName(job.request.app), id, { force: true });
    onFinding(`Took its address from ${name}, which still finishes its work: the next version needs it.`);
    return;
  }
  onFinding(
    isUnmet
      ? `Removed ${name}, which an earlier job had left behind.`
      : `Removed ${name} of an earlier release, which has finished its work.`,
  );
}
