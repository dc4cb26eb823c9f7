import type { ComposeSource, ServiceOptions, SplitCommand } from '#compose';
import type { ImageReference, RegistryAuth } from '#engine';
import type { ChangeRequest, HookRequest, PullPolicy, RolloutSettings } from '#release';
import type { StackSwitchSettings } from './stack-release.ts';

/** A Compose project as it stands in the checkout, and what one deploy makes of it. */
export interface StackDeployRequest extends ChangeRequest, RolloutSettings {
  readonly source: ComposeSource;
  /** Values for the project's variables; they win over those of env files. */
  readonly variables: ReadonlyMap<string, string>;
  /** Which services this release ships; undefined: every one that the project builds or `images` names. */
  readonly services: readonly string[] | undefined;
  readonly images: ReadonlyMap<string, GivenImage>;
  readonly serviceOptions: Readonly<Record<string, ServiceOptions>>;
  readonly profiles: readonly string[];
  /** Splits what a label says into a command and its arguments. */
  readonly splitCommand: SplitCommand;
  readonly registryAuth: RegistryAuth | undefined;
  readonly pullPolicy: PullPolicy;
  readonly switch: StackSwitchSettings;
  readonly preDeploy: StackHook | undefined;
  readonly postDeploy: StackHook | undefined;
}

export interface GivenImage {
  /** As the user wrote it. */
  readonly text: string;
  readonly reference: ImageReference;
}

/** A command and the service whose new image runs it. */
export interface StackHook extends HookRequest {
  readonly service: string;
}
