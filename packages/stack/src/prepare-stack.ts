import { type ComposeCommand, stackContainers } from '#compose';
import { type FoundRelease, findLostRelease, refuseUnknown } from './find-lost-release.ts';
import { reconcileStack } from './reconcile-stack.ts';
import { ServiceSwitches } from './service-switches.ts';
import type { StackGround, StackJob, StackReading, StackState } from './stack-context.ts';
import { idOfRecord } from './stack-parts.ts';
import type { StackRelease } from './stack-release.ts';
import type { StackTurn } from './stack-under-lease.ts';
import { serviceSwitchFor } from './switch-access.ts';

export interface PreparedStack {
  /** With the record as it is once it is mended. */
  readonly ground: StackGround;
  readonly mend: () => Promise<void>;
}

/**
 * Step 0: reads what there is, and finishes what an interrupted job has left.
 *
 * @param options.runsCommands whether the job runs migrations itself, which those of an earlier job must not overlap
 */
export async function prepareStack(
  job: StackJob,
  { facts, lease, signal }: StackTurn,
  compose: ComposeCommand,
  { runsCommands }: { readonly runsCommands: boolean },
): Promise<PreparedStack> {
  const { progress, reporter, store } = job;
  await Promise.all([compose.version(), store.sweep()]);
  const switches = new ServiceSwitches((service) => serviceSwitchFor(job, service));
  const found = await readWithLost(job);
  const { state } = found;
  progress.state = state;
  refuseUnknown(job.request.app, store.folder, state);
  if (found.lost) await restoreRecord(job, found.lost);
  const { releases, restored, mend } = await reconcileStack(
    job,
    { compose, signal, state, switches },
    runsCommands,
    (finding) => {
      progress.findings.push(finding);
      reporter.info(finding);
    },
  );
  const containers = await stackContainers(job.server.engine, job.request.app);
  const now = {
    ...state,
    releases,
    containers,
    live: releases.find(({ id }) => id === state.live?.id),
  };
  progress.state = now;
  const { live } = now;
  reporter.info(
    live ? `Live now: release ${live.id}.` : `No release of ${job.request.app} is live on this server yet.`,
  );
  const recorded = state.releases;
  return {
    ground: { facts, compose, lease, signal, state: now, recorded, restored, switches },
    mend,
  };
}

/** What the record and the Engine say of the stack, with a record that was lost made anew; changes nothing. */
export async function readStack(reading: StackReading): Promise<StackState> {
  return (await readWithLost(reading)).state;
}

async function readWithLost(
  reading: StackReading,
): Promise<{ state: StackState; lost: FoundRelease | undefined }> {
  const { store, reporter } = reading;
  const read = await readRecord(reading);
  const lost = await findLostRelease(reading, read);
  for (const id of read.damaged.filter((damaged) => damaged !== lost?.release.id)) {
    reporter.warning(
      `${store.folder}/releases/${id}.json is damaged and was left where it is; that release can't be gone back to.`,
    );
  }
  if (!lost) return { state: read, lost };
  reporter.warning(lost.warning);
  const releases = [...read.releases, lost.release].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { state: { ...read, releases, live: lost.release }, lost };
}

async function readRecord({ store, server, request }: StackReading): Promise<StackState> {
  const [{ releases, damaged }, containers] = await Promise.all([
    store.list(),
    stackContainers(server.engine, request.app),
  ]);
  return { releases, live: newestLive(releases), containers, damaged: damaged.map(idOfRecord) };
}

async function restoreRecord({ store, files }: StackJob, { release, text }: FoundRelease): Promise<void> {
  await store.save(release);
  if ((await files.read(release.id)) === undefined) await files.write(release.id, text);
}

/**
 * A job that was killed before it had taken the old release away has left two that are called live. The one that has
 * taken the traffic counts: the newer, unless it was left by a rollback. Server clocks may be put back meanwhile.
 */
export function newestLive(releases: readonly StackRelease[]): StackRelease | undefined {
  const [newest, ...older] = releases.filter(({ verdict }) => verdict === 'live').toReversed();
  return older.find(({ leaves }) => leaves !== undefined && leaves.id === newest?.id) ?? newest;
}
