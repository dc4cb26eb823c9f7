import type { StepName } from '#release';
import type { ActionResult, ActionRun } from '../runner/run-action.ts';
import type { Fault } from './fault.ts';
import type { Scene } from './scene.ts';

export interface WalkOptions {
  readonly needsLongPull: boolean;
  readonly runner: Pick<ActionRun, 'env' | 'isDebug' | 'signal'>;
  readonly onRawLine: (line: string) => void;
}

export interface WalkStart {
  /** The version that serves. */
  readonly before: string;
  /** The one that has to serve when the walk has succeeded. */
  readonly target: string;
}

/** What makes a pull long enough to be cut in the middle. */
export const ballastBytes = 1_500_000;

/** An action that takes an app from one version to another, as far as the fault suite needs to know it. */
export interface Walk {
  readonly name: string;
  /** In their order; faults strike as each begins. */
  readonly steps: readonly StepName[];
  /** Between the beginning of one step and the end of another nothing need answer, by design. */
  readonly gap?: { readonly from: StepName; readonly until: StepName };
  /** Whether the fault can do anything to it. */
  isStruckBy(fault: Fault): boolean;
  /**
   * Brings the app to where the walk starts, with nothing broken.
   *
   * @param number of the scenario; whatever is new in it is named after this
   */
  prepare(scene: Scene, number: number): Promise<WalkStart>;
  run(scene: Scene, start: WalkStart, options: WalkOptions): Promise<ActionResult>;
}
