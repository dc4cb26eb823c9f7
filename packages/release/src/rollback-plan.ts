import { hasImage, idleColor, imageIsGone, standingContainer } from './bring-back.ts';
import { releaseOf } from './deploy-context.ts';
import { describeHealthKind, healthKind } from './health-gate.ts';
import { hasHealthcheck } from './image-step.ts';
import { checkListenAddress } from './listen-check.ts';
import { lookAround } from './look-around.ts';
import { type DeployPlan, restoringSteps } from './plan.ts';
import { checkNetworks } from './prepare.ts';
import type { Release } from './release.ts';
import { schemaRemark, withoutNetwork } from './rollback.ts';
import { adviseOthers, chooseTarget } from './rollback-choice.ts';
import { asDeploy, type RollbackRequest, reasonFor } from './rollback-request.ts';
import type { Server } from './server.ts';

export interface RollbackPlan extends DeployPlan {
  readonly target: Release;
}

/**
 * Works out what a rollback would do, and changes nothing: no lease, no file, no pull.
 *
 * @throws the same errors as a rollback, for what can be known without changing anything
 */
export async function planRollback(request: RollbackRequest, server: Server): Promise<RollbackPlan> {
  const around = await lookAround(server, request.app, request.to);
  const { state, interrupted, settings, warnings, restoring } = around;
  const liveId = state.live?.releaseId;
  const live = releaseOf(state);
  if (live && interrupted && state.live?.state === 'running') {
    const { leftId, story, mayBoot } = interrupted;
    const last = mayBoot
      ? `Wait until release ${live.id} answers; nothing else. ${story} it.`
      : `Finish the rollback from release ${leftId} to release ${live.id}, which was interrupted after it had moved the traffic; nothing else.`;
    const steps = [...warnings, ...restoring, last];
    return { steps, imageDigest: live.image.digest, color: live.color, previous: leftId, target: live };
  }
  const target = chooseTarget(request.app, state.releases, liveId, request.to);
  const wanted = asDeploy(request, target, live, live?.switch ?? settings.switch);
  const standing = standingContainer(state, target);
  const [, , isThere] = await Promise.all([
    checkNetworks(server, target.config.networks, withoutNetwork),
    wanted.switch.kind === 'haproxy'
      ? checkListenAddress(server, request.app, wanted.switch.listen)
      : undefined,
    standing ? true : canHaveImage(server, request, target),
  ]);
  const color = idleColor(state);
  const source = standing
    ? await server.engine.containers.inspect(standing.id)
    : await server.engine.images.inspect(target.image.runnable);
  const kind = healthKind(wanted.health, target.config, source !== undefined && hasHealthcheck(source));
  const by = describeHealthKind(kind, wanted.health, target.config.containerPort);
  const { name = '', state: standingState = '' } = standing ?? {};
  const way: Record<string, string> = {
    running: `Use ${name}, which still runs in the ${color} slot.`,
    paused: `Unpause ${name} in the ${color} slot.`,
    exited: `Start ${name} in the ${color} slot.`,
  };
  const afterwards = request.markBad
    ? `mark it bad (${reasonFor(request, target)}) and keep it stopped for its logs`
    : `keep it as standby (${wanted.standby})`;
  const steps = [
    ...warnings,
    ...restoring,
    ...restoringSteps(wanted.switch, state),
    `Go back to release ${target.id} (${target.image.reference})${target.verdict === 'bad' ? ', although it is bad' : ''}.`,
    ...(isThere ? [] : [`Pull ${target.image.runnable}, which the server does not have any more.`]),
    way[standingState] ??
      `Create ${request.app}-${target.id} in the ${color} slot, from its image and configuration.`,
    ...(wanted.order === 'stop-first' && state.live?.state === 'running'
      ? [`Stop ${state.live.name}; nothing serves until release ${target.id} does.`]
      : []),
    `Wait until it is healthy: ${by}, at most ${wanted.health.startTimeoutMs / 1000} s.`,
    ...(wanted.version ? [`Require version ${wanted.version.expected} at ${wanted.version.path}.`] : []),
    ...(state.liveColor
      ? [`Switch from ${state.liveColor} (release ${liveId ?? 'unknown'}) to ${color}.`]
      : []),
    ...(wanted.watch.durationMs > 0
      ? [`Watch it for ${wanted.watch.durationMs / 1000} s; switch back if it turns bad.`]
      : []),
    ...(state.live
      ? [`Drain ${state.live.name} for at most ${wanted.drainTimeoutMs / 1000} s; ${afterwards}.`]
      : []),
    ...state.containers
      .filter(({ id }) => id !== state.live?.id && id !== standing?.id)
      .map((container) => `Remove the container ${container.name}.`),
    schemaRemark,
    adviseOthers(state.releases, liveId, target.id),
  ];
  return { steps, imageDigest: target.image.digest, color, previous: liveId, target };
}

/**
 * Whether the server has the image; if not, its registry must.
 *
 * @throws ReleaseGoneError when it can't be had any more
 */
async function canHaveImage(
  { engine }: Server,
  { registryAuth }: RollbackRequest,
  target: Release,
): Promise<boolean> {
  if ((await hasImage(engine, target.image)) !== undefined) return true;
  if (target.image.digest === undefined) throw imageIsGone(target);
  try {
    await engine.images.distributionInspect(
      target.image.runnable,
      registryAuth ? { auth: registryAuth } : {},
    );
  } catch (error) {
    throw imageIsGone(target, error);
  }
  return false;
}
