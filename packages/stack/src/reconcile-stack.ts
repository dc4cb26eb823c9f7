import { type StackContainer, switchServiceOf } from '#compose';
import { sentenceOf } from '#explained-error';
import { withVerdict } from '#release';
import type { Color } from '#switch';
import { retire } from './retire-services.ts';
import { isUp, type StackGround, type StackJob, type StackState } from './stack-context.ts';
import { routedServices, type StackRelease } from './stack-release.ts';
import { plainOnes, removeSwitches, switchContainerOf } from './stack-switches.ts';

/**
 * Finishes or undoes what an interrupted job has left. A release is live when its record says so, which it does only
 * after all its services had changed over; so whatever stands otherwise goes back to the release that is. Returns one
 * sentence for each thing that was done.
 */
export async function reconcileStack(job: StackJob, ground: StackGround): Promise<string[]> {
  const findings: string[] = [];
  const { state } = ground;
  const { live } = state;
  const pending = state.releases.filter(({ verdict }) => verdict === 'pending');
  if (live) await serveAgain(job, ground, live, findings);
  else await letPlainOnesServe(job, state, pending, findings);
  await removeLeftovers(job, state, findings);
  await mendRecord(job, state, findings);
  if (live) await job.files.publish(live.id);
  return findings;
}

/** Every service of the live release runs, and every switch leads to it. */
async function serveAgain(
  job: StackJob,
  { switches, state }: StackGround,
  live: StackRelease,
  findings: string[],
): Promise<void> {
  const { containers } = job.server.engine;
  const wasReplacing = state.releases.some(({ verdict }) => verdict === 'pending');
  for (const [service, { color, role, stopGraceMs, order }] of Object.entries(live.services)) {
    if (role === 'job') continue;
    const own = state.containers.find((one) => one.service === service && one.color === color);
    if (!own) continue;
    const others = state.containers.filter((one) => one.service === service && one.id !== own.id);
    if (order === 'stop-first' && !isUp(own) && wasReplacing) {
      // Never two at once, on the way back neither.
      for (const other of others.filter(isUp)) {
        await containers.stop(other.id, Math.ceil(stopGraceMs / 1000));
      }
    }
    if (own.state === 'exited' && wasReplacing) {
      await containers.start(own.id);
      findings.push(`Started ${own.name} again, which an earlier job had stopped.`);
    }
  }
  for (const [service, { color }] of routedServices(live)) {
    const container = switchContainerOf(state.containers, service);
    if (!container) continue;
    if (!isUp(container)) {
      await containers.start(container.id);
      findings.push(`Started ${container.name}, which did not run.`);
    }
    findings.push(...(await leadTo(job, switches.of(service), service, color)));
  }
}

async function leadTo(
  _: StackJob,
  trafficSwitch: ReturnType<StackGround['switches']['of']>,
  service: string,
  color: Color,
): Promise<string[]> {
  const findings = [...(await trafficSwitch.recover())];
  if ((await trafficSwitch.live()) === color) return findings;
  await trafficSwitch.shift(color);
  return [...findings, `Led ${service} back to ${color}, from which an earlier job had begun to move it.`];
}

/** A first release of ours that died while it took addresses over: what plain Compose had made serves again. */
async function letPlainOnesServe(
  job: StackJob,
  state: StackState,
  pending: readonly StackRelease[],
  findings: string[],
): Promise<void> {
  for (const release of pending) {
    for (const [service, released] of Object.entries(release.services)) {
      const plain = plainOnes(state.containers, service);
      const stopped = plain.filter(({ state: now }) => now === 'exited');
      if (stopped.length === 0 || released.role === 'job') continue;
      const fresh = state.containers.filter((one) => one.service === service && one.color !== undefined);
      for (const { id } of fresh)
        await job.server.engine.containers.remove(id, { force: true, volumes: true });
      if (released.role === 'routed') await removeSwitches(job, release.app, [switchServiceOf(service)]);
      for (const { id, name } of stopped) {
        try {
          await job.server.engine.containers.start(id);
          findings.push(`Started ${name} again, which an earlier job had stopped.`);
        } catch (error) {
          findings.push(`${name} could not be started again: ${sentenceOf(error)}`);
        }
      }
    }
  }
}

/**
 * Containers of ours that belong to no live release: a candidate that no user has met goes at once, a version that has
 * served gets the time to finish what it has in hand.
 */
async function removeLeftovers(job: StackJob, state: StackState, findings: string[]): Promise<void> {
  const { live, releases } = state;
  const { engine } = job.server;
  for (const container of state.containers) {
    if (container.role !== 'service' || container.color === undefined) continue;
    if (live?.services[container.service]?.color === container.color) continue;
    const graceMs = servedGraceMs(releases, live, container);
    if (graceMs === undefined) {
      await engine.containers.remove(container.id, { force: true, volumes: true });
      findings.push(`Removed ${container.name}, which an earlier job had left behind.`);
    } else if (await retire(job, container, graceMs, 1000)) {
      findings.push(`Removed ${container.name} of an earlier release, which has finished its work.`);
    }
  }
}

/** How long a container that has served may take to end; undefined when it never has. */
function servedGraceMs(
  releases: readonly StackRelease[],
  live: StackRelease | undefined,
  { service, color }: StackContainer,
): number | undefined {
  if (!live) return undefined;
  const served = releases.findLast(
    ({ id, liveAt, services }) =>
      id !== live.id && liveAt !== undefined && services[service]?.color === color,
  );
  return served?.services[service]?.stopGraceMs;
}

/** What the record says of releases that no job works on any more. */
async function mendRecord(job: StackJob, { releases, live }: StackState, findings: string[]): Promise<void> {
  for (const release of releases) {
    if (release.id === live?.id) continue;
    if (release.verdict === 'pending') {
      // A rollback's release was live once, and is what it was before.
      const verdict = release.liveAt === undefined ? 'failed' : 'retired';
      const reason = verdict === 'failed' ? 'its job ended before it could be live' : undefined;
      await job.store.save({ ...withVerdict(release, verdict, job.nowMs(), reason), leaves: undefined });
      findings.push(`The record called release ${release.id} pending; it is ${verdict}.`);
    } else if (release.verdict === 'live' || release.verdict === 'standby') {
      const isLeftBad = live?.leaves?.id === release.id ? live.leaves.reason : undefined;
      const verdict = isLeftBad === undefined ? 'retired' : 'bad';
      await job.store.save(withVerdict(release, verdict, job.nowMs(), isLeftBad));
      findings.push(`The record called release ${release.id} ${release.verdict}; it is ${verdict}.`);
    }
  }
}
