import { parseResolvedProject, type ResolvedProject, type StackContainer } from '#compose';
import type { ContainerSummary } from '#engine';
import { clearOneOffs, mendedVerdict, type Restored, withVerdict } from '#release';
import { keepSwitches } from './keep-switches.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { letPlainOnesServe, serveAgain } from './serve-again.ts';
import type { StackGround, StackJob, StackState } from './stack-context.ts';
import { isOfService, makerOf } from './stack-parts.ts';
import type { StackRelease } from './stack-release.ts';

export type FoundStack = Pick<StackGround, 'compose' | 'signal' | 'state' | 'switches'>;

export interface ReconciledStack {
  /** One sentence for each thing that was done. */
  readonly findings: readonly string[];
  /** What got its traffic back or was started again. */
  readonly restored: Restored | undefined;
}

/**
 * Finishes or undoes what an interrupted job has left. A release is live when its record says so, which it does only
 * after all its services had changed over; so whatever stands otherwise goes back to the release that is.
 *
 * @param runsCommands whether the job runs migrations itself, which those of an earlier job must not overlap
 */
export async function reconcileStack(
  job: StackJob,
  found: FoundStack,
  runsCommands: boolean,
): Promise<ReconciledStack> {
  const findings: string[] = [];
  const { state } = found;
  const { live } = state;
  const project = live && (await projectOf(job, live, findings));
  const served = live
    ? await serveAgain(job, found, live, project, findings)
    : await letPlainOnesServe(job, state, findings);
  await clearCommands(job, found, runsCommands, findings);
  await removeLeftovers(job, found, project, served, findings);
  // What could not be started is tried again by the next job, which knows it by these records.
  if (served.isWhole) await mendRecord(job, state, findings);
  await job.files.sweepUnfinished(new Set([...state.releases.map(({ id }) => id), ...state.damaged]));
  if (live && project) {
    await keepSwitches(job, live, state.containers);
    await job.files.publish(live.id);
  }
  return { findings, restored: served.restored };
}

/** What the live release's file says. Where it is gone, the copy of it that people use may be there. */
async function projectOf(
  { files, server }: StackJob,
  live: StackRelease,
  findings: string[],
): Promise<ResolvedProject | undefined> {
  const text = await files.read(live.id);
  if (text !== undefined) return parseResolvedProject(text);
  const copy = await server.files.read(files.live);
  const project = copy === undefined ? undefined : parseResolvedProject(copy);
  const isIts = Object.entries(live.services).every(
    ([name, { image, color }]) =>
      project?.services[name]?.image === image.runnable &&
      project.services[name]?.labels?.['switchyard.color'] === color,
  );
  if (copy === undefined || !isIts) {
    findings.push(
      `The file of release ${live.id}, ${files.fileOf(live.id)}, is gone; the next deploy makes every service anew.`,
    );
    return undefined;
  }
  await files.write(live.id, copy);
  findings.push(`The file of release ${live.id} was gone and was made anew from ${files.live}.`);
  return project;
}

/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearCommands(
  { server, request, nowMs, reporter }: StackJob,
  { state, signal }: FoundStack,
  runsCommands: boolean,
  findings: string[],
): Promise<void> {
  const { engine } = server;
  const labels = { 'switchyard.app': request.app };
  const ours = await engine.containers.list({ all: true, labels });
  const hooks = ours.filter(({ Labels }) =>
    ['pre-deploy', 'post-deploy'].includes(Labels?.['switchyard.role'] ?? ''),
  );
  const running = state.containers.filter(
    (one) => isOfService(one) && one.state === 'running' && isJob(state, one),
  );
  const jobs = running.map(
    ({ id, name, createdMs }): ContainerSummary => ({
      ...{ Id: id, Names: [`/${name}`], State: 'running', Created: createdMs / 1000 },
    }),
  );
  await clearOneOffs({
    engine,
    state: { oneOffs: [...hooks, ...jobs] },
    runsCommands,
    nowMs: nowMs(),
    signal,
    onFinding: (text) => void findings.push(text),
    onProgress: (text) => reporter.progress('reconcile', text),
  });
}

export function isJob({ releases, live }: StackState, container: StackContainer): boolean {
  return (makerOf(releases, container) ?? live)?.services[container.service]?.role === 'job';
}

/** What the record says of releases that no job works on any more. */
async function mendRecord(
  { store, nowMs, request }: StackJob,
  { releases, live }: StackState,
  findings: string[],
): Promise<void> {
  for (const release of releases) {
    const { id } = release;
    const mended = mendedVerdict(release, live, false);
    if (!mended) {
      // A rollback that was killed before it was done has left nothing.
      if (release.leaves && id !== live?.id) await store.save({ ...release, leaves: undefined });
      continue;
    }
    const { verdict, reason } = mended;
    await store.save(withVerdict(release, verdict, nowMs(), reason));
    const because = reason === undefined ? '' : `, because ${reason}`;
    findings.push(
      verdict === release.verdict
        ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
        : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`,
    );
    if (reason === undefined) continue;
    const at = new Date(nowMs()).toISOString();
    await store.note({ at, event: verdict, release: id, detail: reason, runUrl: request.origin.runUrl });
  }
}
