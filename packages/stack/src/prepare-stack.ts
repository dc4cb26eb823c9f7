import { type ComposeCommand, stackContainers } from '#compose';
import { reconcileStack } from './reconcile-stack.ts';
import { ServiceSwitches } from './service-switches.ts';
import type { StackGround, StackJob, StackReading, StackState } from './stack-context.ts';
import type { StackRelease } from './stack-release.ts';
import type { StackTurn } from './stack-under-lease.ts';
import { serviceSwitchFor } from './switch-access.ts';

/** Step 0: reads what there is, and finishes what an interrupted job has left. */
export async function prepareStack(
  job: StackJob,
  { facts, lease, signal }: StackTurn,
  compose: ComposeCommand,
): Promise<StackGround> {
  const { progress, reporter, store } = job;
  await Promise.all([compose.version(), store.sweep()]);
  const switches = new ServiceSwitches((service) => serviceSwitchFor(job, service));
  const state = await readStack(job);
  progress.state = state;
  const ground: StackGround = { facts, compose, lease, signal, state, switches };
  const findings = await reconcileStack(job, ground);
  progress.findings.push(...findings);
  for (const finding of findings) reporter.info(finding);
  const now = findings.length > 0 ? await readStack(job) : state;
  progress.state = now;
  const { live } = now;
  reporter.info(
    live ? `Live now: release ${live.id}.` : `No release of ${job.request.app} is live on this server yet.`,
  );
  return { ...ground, state: now };
}

/** What the record and the Engine say of the stack. */
export async function readStack({ store, server, request, reporter }: StackReading): Promise<StackState> {
  const [{ releases, damaged }, containers] = await Promise.all([
    store.list(),
    stackContainers(server.engine, request.app),
  ]);
  for (const path of damaged) {
    reporter.warning(`${path} is damaged and was left where it is; that release can't be gone back to.`);
  }
  return { releases, live: newestLive(releases), containers };
}

/** A job that was killed between two writes has left two that are called live; the later word counts. */
export function newestLive(releases: readonly StackRelease[]): StackRelease | undefined {
  return releases
    .filter(({ verdict }) => verdict === 'live')
    .toSorted((a, b) => (a.verdictAt < b.verdictAt ? -1 : 1))
    .at(-1);
}
