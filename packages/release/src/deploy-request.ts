import type { ImageReference, RegistryAuth } from '#engine';
import type { ReleaseConfig, ReleaseOrigin } from './release.ts';
import type { RolloutSettings, SwitchRequest } from './service-settings.ts';

export type PullPolicy = 'always' | 'missing' | 'never';

export interface HookRequest {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** What every change of an app on a server is told: which one, by whom, and how to get its turn. */
export interface ChangeRequest {
  readonly app: string;
  readonly origin: ReleaseOrigin;
  /** How long to queue behind another job. */
  readonly lockWaitMs: number;
  /** Take the turn from another job at once, because it is known to be dead. */
  readonly forceUnlock: boolean;
}

/** One release to bring live, with every input read and checked. */
export interface DeployRequest extends ChangeRequest, RolloutSettings {
  readonly image: ImageReference;
  /** The image as the user wrote it. */
  readonly imageText: string;
  readonly registryAuth: RegistryAuth | undefined;
  readonly pullPolicy: PullPolicy;
  /** `containerPort` may be missing when the image exposes exactly one port. */
  readonly config: ReleaseConfig;
  readonly switch: SwitchRequest;
  readonly preDeploy: HookRequest | undefined;
  readonly postDeploy: HookRequest | undefined;
}
