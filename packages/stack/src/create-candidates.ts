import {
  composeFileText,
  countsByService,
  detachAliases,
  type StackContainer,
  stackContainers,
} from '#compose';
import { lastLogLines } from '#release';
import type { Candidate } from './candidates.ts';
import type { ReleasePlan } from './release-plan.ts';
import { retire } from './retire-services.ts';
import { isUp, journal, type StackGround, type StackJob } from './stack-context.ts';

const shownLogLines = 50;
/** Taking back must not wait for an hour of work; it goes on when the job has ended. */
const workerPatienceMs = 1000;

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
  const shipped = changed.filter((name) => release.services[name]?.role !== 'job');
  if (shipped.length === 0) return [];
  const { engine } = job.server;
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
        // It may have jobs in hand already, which are lost when it is killed.
        if (released?.role === 'worker' && isUp(container)) {
          await retire(job, container, released.stopGraceMs, workerPatienceMs);
        } else await engine.containers.remove(id, { force: true, volumes: true });
      }),
    );
  });
  const file = { path: files.fileOf(release.id), project: plan.project };
  await ground.compose.createCandidates(file, shipped, countsByService(before));
  const after = await stackContainers(engine, release.app);
  const fresh = after.filter(({ id, role }) => !known.has(id) && role !== 'switch');
  const candidates = shipped.map((service) => candidateOf(service, plan, fresh));
  for (const { service, plan: one, id } of candidates) {
    if (one.role === 'routed') await detachAliases(engine, id);
    reporter.info(
      `Created ${candidates.find((candidate) => candidate.service === service)?.name} (${one.color}).`,
    );
  }
  return candidates;
}

function candidateOf(service: string, plan: ReleasePlan, fresh: readonly StackContainer[]): Candidate {
  const [found, ...others] = fresh.filter((container) => container.service === service);
  const released = plan.release.services[service];
  if (!found || !released) throw new Error(`Compose has made no container of ${service}`);
  if (others.length > 0) throw new Error(`Compose has made several containers of ${service}`);
  return { service, plan: released, id: found.id, name: found.name };
}

/** A log of one of several services says whose it is. */
export function withName(service: string, log: string): string {
  return `${service}:\n${log}`;
}
