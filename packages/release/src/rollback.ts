import { bringBack } from './bring-back.ts';
import type { DeployContext, Ground, JobContext, Turn } from './deploy-context.ts';
import { releaseOf } from './deploy-context.ts';
import type { DeployResult } from './deploy-result.ts';
import { finish } from './finish.ts';
import { finishInterrupted, serves } from './finish-interrupted.ts';
import { goLive } from './go-live.ts';
import { interruptedJob } from './interrupted-job.ts';
import { refuseOvertaken } from './overtaken.ts';
import { checkGround, type PrepareRequest, prepare } from './prepare.ts';
import type { Release } from './release.ts';
import { adviseOthers, chooseTarget } from './rollback-choice.ts';
import { asDeploy, type RollbackRequest, reasonFor } from './rollback-request.ts';
import type { Reporter, Server } from './server.ts';
import { type SwitchedApp, trafficSwitchFor } from './switch-driver.ts';
import { findSettings } from './switch-in-force.ts';
import type { Timeline } from './timeline.ts';
import { changeUnderLease, type StopSignals } from './under-lease.ts';

/** What a person may do about a network that a release needs and the server has not. */
export const withoutNetwork = 'name another release with "to"';

export const schemaRemark =
  'Databases are left as they are: a rollback never runs pre-deploy, and does not take a migration back.';

/**
 * Takes one app back to a release that was live before: its image by digest, its whole configuration and environment.
 * It has to prove itself as a new release has; if it can't, the server ends where it began.
 *
 * Never throws for a rollback that failed; the result says so.
 */
export async function rollback(
  request: RollbackRequest,
  server: Server,
  timeline: Timeline,
  reporter: Reporter,
  signals: StopSignals,
): Promise<DeployResult> {
  return changeUnderLease(request, server, timeline, reporter, signals, async (job, turn) => {
    const chosen = await timeline.run('prepare', () => choose(job, request, turn));
    if (!chosen) return;
    const { context, ground, target } = chosen;
    const { release, candidate, attempt } = await bringBack(context, ground, target);
    await goLive(context, ground, release, candidate, attempt);
    await finish(context, ground, candidate);
  });
}

/** @returns undefined when an earlier job had moved the traffic already, so that nothing is left to do */
async function choose(
  job: JobContext,
  request: RollbackRequest,
  turn: Turn,
): Promise<{ context: DeployContext; ground: Ground; target: Release } | undefined> {
  const { server, store, progress, reporter } = job;
  const { releases } = await store.list();
  const settings = await findSettings(server, request.app, store, releases);
  const { ground, mend } = await prepare(job, settings, turn);
  const { state } = ground;
  const liveId = state.live?.releaseId;
  const live = releaseOf(state);
  if (live) {
    const interrupted = interruptedJob(request, releases, live, progress.restored);
    if (interrupted && (await serves(asItIs(job, request, live), ground, live, interrupted))) {
      await mend();
      finishInterrupted(job, live, interrupted);
      return undefined;
    }
    if (!interrupted && request.to === undefined) refuseOvertaken(request.app, releases, live, turn);
  }
  const target = chooseTarget(request.app, state.releases, liveId, request.to);
  // From here on it is settled that what an interrupted job has gone back to is left.
  await mend();
  const wanted = asDeploy(request, target, live, live?.switch ?? settings.switch);
  for (const name of target.config.secretNames) reporter.secret(target.config.env[name] ?? '');
  if (target.verdict === 'bad') {
    reporter.warning(
      `Release ${target.id} is bad${target.reason ? ` (${target.reason})` : ''}; going back to it because "to" names it.`,
    );
  }
  if (liveId === undefined) {
    reporter.warning(
      `No container of ${request.app} is live on this server, so this brings back what was live last; what should have been live is not marked bad.`,
    );
  }
  const from = liveId ? ` from release ${liveId}` : '';
  reporter.info(`Rolling back${from} to release ${target.id} (${target.image.reference}). ${schemaRemark}`);
  progress.advice = adviseOthers(state.releases, liveId, target.id);
  progress.release = target;
  progress.before = { ...target, leaves: undefined };
  progress.image = target.image;
  if (isOtherSwitch(settings, wanted)) {
    progress.trafficSwitch = await trafficSwitchFor(
      { ...wanted, keepsFormerAddress: true },
      server,
      ground.facts,
      store.switchFolder,
    );
  }
  const context: DeployContext = {
    ...job,
    request: wanted,
    leaving: request.markBad
      ? { verdict: 'bad', reason: reasonFor(request, target) }
      : { verdict: 'standby' },
  };
  await checkGround(context, ground, withoutNetwork);
  return { context, ground, target };
}

/** To look at what is live as a rollback to it would. */
function asItIs(job: JobContext, request: RollbackRequest, live: Release): DeployContext {
  const asked = asDeploy(request, live, live, live.switch);
  return { ...job, request: asked, leaving: { verdict: 'standby' } };
}

/** Whether the switch must be told something else than by what the app was found. */
export function isOtherSwitch(found: PrepareRequest, wanted: SwitchedApp): boolean {
  const what = ({ switch: settings, config, health }: SwitchedApp): string =>
    JSON.stringify([settings, config.protocol, health.host, health.path]);
  return what(found) !== what(wanted);
}
