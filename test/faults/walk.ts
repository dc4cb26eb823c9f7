import type { StepName } from '#release';
import type { ActionResult, ActionRun } from '../runner/run-action.ts';
import type { Scene } from './scene.ts';

export interface WalkOptions {
  /** Numbers the scenario; whatever is new in it is named after this. */
  readonly number: number;
  readonly needsLongPull: boolean;
  readonly runner: Pick<ActionRun, 'env' | 'isDebug' | 'signal'>;
  readonly onRawLine: (line: string) => void;
}

export interface WalkEnd {
  readonly result: ActionResult;
  /** What has to serve when the walk succeeded. */
  readonly target: string;
}

/** An action that takes an app from one version to another, as far as the fault suite needs to know it. */
export interface Walk {
  readonly name: string;
  /** In their order; faults strike as each begins. */
  readonly steps: readonly StepName[];
  /** Whether it needs the registry. */
  readonly pulls: boolean;
  /** Brings the app to where the walk starts, with nothing broken. Resolves with the version that serves. */
  prepare(scene: Scene, number: number): Promise<string>;
  run(scene: Scene, options: WalkOptions): Promise<WalkEnd>;
}
