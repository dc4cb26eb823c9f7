import { stackContainers } from '#compose';
import type { ReleasePlan } from './release-plan.ts';
import { removeLeftovers, servedBy } from './remove-leftovers.ts';
import { nothingToServe } from './serve-again.ts';
import type { StackGround, StackJob } from './stack-context.ts';

/**
 * Takes away what the release before had and the project has no more: its containers, and its switch with the address.
 * The next run would find it too, but until then a worker would go on beside a release that knows nothing of it.
 */
export async function retireDropped(job: StackJob, ground: StackGround, plan: ReleasePlan): Promise<void> {
  const { release, project } = plan;
  const all = await stackContainers(job.server.engine, release.app);
  const containers = all.filter((one) => release.services[servedBy(one)] === undefined);
  const found = { ...ground, state: { ...ground.state, live: release, containers } };
  const findings: string[] = [];
  await removeLeftovers(job, found, project, nothingToServe, findings);
  for (const finding of findings) job.reporter.info(finding);
}
