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
  /** As the record is once it is mended. */
  readonly releases: readonly StackRelease[];
  /** What got its traffic back or was started again. */
  readonly restored: Restored | undefined;
  /** To be called once or more often. Until then, the record tells the next job as well what an interrupted one had been at. */
  readonly mend: () => Promise<void>;
}

/** Called with one sentence for each thing that was found and done. */
export type OnFinding = (sentence: string) => void;

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
  onFinding: OnFinding,
): Promise<ReconciledStack> {
  const { state } = found;
  const { live } = state;
  const project = live && (await projectOf(job, live, onFinding));
  const served = live
    ? await serveAgain(job, found, live, project, onFinding)
    : await letPlainOnesServe(job, state, onFinding);
  await clearCommands(job, found, runsCommands, onFinding);
  await removeLeftovers(job, found, project, served, onFinding);
  await job.files.sweepUnfinished(new Set([...state.releases.map(({ id }) => id), ...state.damaged]));
  if (live && project) {
    await keepSwitches(job, live, state.containers);
    await job.files.publish(live.id);
  }
  const given = served.givenUp;
  const releases = state.releases.map((release) => (release.id === given?.id ? given : release));
  // What could not be started is tried again by the next job, which knows it by these records.
  const mended = planMending(job, { releases, live }, served.isWhole, onFinding);
  return { ...mended, restored: served.restored };
}

/** What the live release's file says. Where it is gone, the copy of it that people use may be there. */
async function projectOf(
  { files, server }: StackJob,
  live: StackRelease,
  onFinding: OnFinding,
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
    onFinding(
      `The file of release ${live.id}, ${files.fileOf(live.id)}, is gone; the next deploy makes every service anew.`,
    );
    return undefined;
  }
  await files.write(live.id, copy);
  onFinding(`The file of release ${live.id} was gone and was made anew from ${files.live}.`);
  return project;
}

/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearCommands(
  { server, request, nowMs, reporter }: StackJob,
  { state, signal }: FoundStack,
  runsCommands: boolean,
  onFinding: OnFinding,
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
    onProgress: (text) => reporter.progress('reconcile', text),
    onFinding,
  });
}

export function isJob({ releases, live }: StackState, container: StackContainer): boolean {
  return (makerOf(releases, container) ?? live)?.services[container.service]?.role === 'job';
}

/** What the record is to say of releases that no job works on any more. */
function planMending(
  { store, nowMs, request }: StackJob,
  { releases, live }: Pick<StackState, 'releases' | 'live'>,
  isWhole: boolean,
  onFinding: OnFinding,
): Pick<ReconciledStack, 'releases' | 'mend'> {
  const changes = new Map<string, { readonly release: StackRelease; readonly finding?: string }>();
  for (const release of isWhole ? releases : []) {
    const { id } = release;
    const verdictNow = mendedVerdict(release, live, false);
    if (!verdictNow) {
      // A rollback that was killed before it was done has left nothing.
      if (release.leaves && id !== live?.id) changes.set(id, { release: { ...release, leaves: undefined } });
      continue;
    }
    const { verdict, reason } = verdictNow;
    const because = reason === undefined ? '' : `, because ${reason}`;
    changes.set(id, {
      release: withVerdict(release, verdict, nowMs(), reason),
      finding:
        verdict === release.verdict
          ? `The record did not say why release ${id} is ${verdict}: ${reason}.`
          : `The record called release ${id} ${release.verdict}; it is ${verdict}${because}.`,
    });
  }
  const mended = releases.map((release) => changes.get(release.id)?.release ?? release);
  const mend = async (): Promise<void> => {
    for (const [id, { release, finding }] of changes) {
      changes.delete(id);
      await store.save(release);
      if (finding !== undefined) onFinding(finding);
      const { verdict: event, reason: detail } = release;
      if (finding === undefined || detail === undefined) continue;
      const at = new Date(nowMs()).toISOString();
      await store.note({ at, event, release: id, detail, runUrl: request.origin.runUrl });
    }
  };
  return { releases: mended, mend };
}
