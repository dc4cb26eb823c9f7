import type { RegistryAuth } from '#engine';
import { type ImageReference, parseImageReference } from '#engine';
import type { ChangeRequest, DeployRequest } from './deploy-request.ts';
import type { Release } from './release.ts';
import type { HealthRequest, RolloutSettings, SwitchRequest, WatchRequest } from './service-settings.ts';

type Given<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** How a rollback differs from how its release was deployed; what is undefined is done as it was then. */
export interface RolloutChanges {
  readonly health: Given<HealthRequest>;
  readonly watch: Given<WatchRequest>;
  readonly drainTimeoutMs: number | undefined;
}

/** One rollback, with every input read and checked. */
export interface RollbackRequest extends ChangeRequest, RolloutChanges {
  /** Release id, image tag, commit or digest; undefined: the newest that was live and is not bad. */
  readonly to: string | undefined;
  /** Mark the version that is left, so that no later rollback goes to it by itself. */
  readonly markBad: boolean;
  readonly reason: string | undefined;
  readonly registryAuth: RegistryAuth | undefined;
}

/**
 * A rollback is a deploy of a release that is in the record: same image, same configuration, brought live in the same
 * way. Only the switch stays what it is, and commands before and after the deploy are not run again.
 */
export function asDeploy(
  request: RollbackRequest,
  target: Release,
  live: Release | undefined,
  switchInForce: SwitchRequest,
): DeployRequest {
  const { app, origin, lockWaitMs, forceUnlock, registryAuth, markBad } = request;
  const { rollout } = target;
  return {
    app,
    origin,
    lockWaitMs,
    forceUnlock,
    image: referenceOf(target),
    imageText: target.image.reference,
    registryAuth,
    pullPolicy: 'missing',
    config: target.config,
    switch: switchInForce,
    preDeploy: undefined,
    postDeploy: undefined,
    order: rollout.order,
    health: healthWith(rollout.health, request.health),
    version: rollout.version,
    watch: filled(rollout.watch, request.watch),
    drainTimeoutMs: request.drainTimeoutMs ?? rollout.drainTimeoutMs,
    // Nobody goes back to a bad version in a hurry.
    standby: markBad ? 'stopped' : rollout.standby,
    keepReleases: (live ?? target).rollout.keepReleases,
  };
}

/** How a release is brought back: as it was brought live, but for what a rollback is told. */
export function rolloutWith(recorded: RolloutSettings, changes: RolloutChanges): RolloutSettings {
  return {
    ...recorded,
    health: healthWith(recorded.health, changes.health),
    watch: filled(recorded.watch, changes.watch),
    drainTimeoutMs: changes.drainTimeoutMs ?? recorded.drainTimeoutMs,
  };
}

/** A check that is given takes the place of the recorded one, of whatever kind that is. */
function healthWith(recorded: HealthRequest, given: Given<HealthRequest>): HealthRequest {
  const isNewKind = given.path !== undefined || given.command !== undefined;
  return filled(isNewKind ? { ...recorded, path: undefined, command: undefined } : recorded, given);
}

function filled<T extends object>(recorded: T, given: Given<T>): T {
  const changes = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...recorded, ...Object.fromEntries(changes) };
}

/** What the image is called in its registry; images that never were in one have a name all the same. */
export function referenceOf({ image }: Release): ImageReference {
  for (const name of [image.digest ? image.runnable : image.reference, image.reference]) {
    try {
      return parseImageReference(name);
    } catch {}
  }
  return { registry: 'docker.io', repository: 'unknown', tag: undefined, digest: undefined };
}

export function reasonFor(request: RollbackRequest, target: Release): string {
  if (request.reason !== undefined) return request.reason;
  const by = request.origin.actor ? ` by ${request.origin.actor}` : '';
  return `rolled back to release ${target.id}${by}`;
}
