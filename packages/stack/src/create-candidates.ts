import {
  composeFileText,
  countsByService,
  detachAliases,
  type StackContainer,
  stackContainers,
} from '#compose';
import { lastLogLines } from '#release';
import type { Candidate } from './candidates.ts';
import { undoNewNetworks } from './new-networks.ts';
import type { ReleasePlan } from './release-plan.ts';
import { retire } from './retire-services.ts';
import { journal, type StackGround, type StackJob } from './stack-context.ts';

const shownLogLines = 50;
/** For a job that is cancelled or cut off; whoever runs next takes away what has not ended by then. */
const shortPatienceMs = 1000;
/** Longer than Compose's own grace period, after which nothing is left. */
const usualPatienceMs = 15_000;

/**
 * Step 2: the record, the release's file, and beside every service that changes a container that Compose itself has
 * made from that file. None has started, and none of those with a port can be reached by the service's name: that one
 * belongs to the switch.
 */
export async function createCandidates(
  job: StackJob,
  ground: StackGround,
  plan: ReleasePlan,
): Promise<Candidate[]> {
  const { store, files, progress, reporter, undo } = job;
  const { release, changed } = plan;
  progress.release = release;
  progress.changed = changed;
  await Promise.all([
    store.save(release),
    files.write(release.id, composeFileText(plan.project)),
    journal(job, 'deploy', `ships ${Object.keys(release.services).join(', ')}`),
  ]);
  tellUnchanged(job, plan);
  const shipped = changed.filter((name) => release.services[name]?.role !== 'job');
  if (shipped.length === 0) return [];
  const { engine } = job.server;
  await undoNewNetworks(job, release.app);
  const before = await stackContainers(engine, release.app);
  const known = new Set(before.map(({ id }) => id));
  undo.push('remove the new containers', async () => {
    const fresh = (await stackContainers(engine, release.app)).filter(
      ({ id, service, role }) => !known.has(id) && shipped.includes(service) && role !== 'switch',
    );
    await Promise.all(
      fresh.map(async (container) => {
        const { id, service } = container;
        progress.candidateLog ??= withName(service, await lastLogLines(engine, id, shownLogLines));
        const released = release.services[service];
        // A worker takes jobs as soon as it runs, and a version that has served may be at work for its users.
        if (released && (released.role === 'worker' || progress.switched)) {
          const { stopGraceMs } = released;
          const enough = Math.max(release.rollout.drainTimeoutMs, Math.min(stopGraceMs, usualPatienceMs));
          await retire(job, container, stopGraceMs, ground.signal.aborted ? shortPatienceMs : enough);
        } else await engine.containers.remove(id, { force: true, volumes: true });
      }),
    );
  });
  const file = { path: files.fileOf(release.id), project: plan.project };
  await ground.compose.createCandidates(file, shipped, countsByService(before));
  const after = await stackContainers(engine, release.app);
  const fresh = after.filter(({ id, role }) => !known.has(id) && role !== 'switch');
  const candidates = shipped.flatMap((service) => candidatesOf(service, plan, fresh));
  await Promise.all(
    candidates.map(async ({ name, plan: one, id }) => {
      if (one.role === 'routed') await detachAliases(engine, id);
      reporter.info(`Created ${name} (${one.color}).`);
    }),
  );
  return candidates;
}

/** As many as the service has replicas, of which one with a port has one. */
function candidatesOf(service: string, plan: ReleasePlan, fresh: readonly StackContainer[]): Candidate[] {
  const found = fresh.filter((container) => container.service === service);
  const released = plan.release.services[service];
  if (found.length === 0 || !released) throw new Error(`Compose has made no container of ${service}`);
  return found.map(({ id, name }) => ({ service, plan: released, id, name }));
}

function tellUnchanged({ reporter }: StackJob, { release, changed }: ReleasePlan): void {
  const names = Object.keys(release.services).filter(
    (name) => !changed.includes(name) && release.services[name]?.role !== 'job',
  );
  if (names.length === 0) return;
  const [last, ...others] = names.toReversed();
  const list = others.length > 0 ? `${others.toReversed().join(', ')} and ${last} run` : `${last} runs`;
  reporter.info(`${list} on as before.`);
}

/** A log of one of several services says whose it is. */
export function withName(service: string, log: string): string {
  return `${service}:\n${log}`;
}
