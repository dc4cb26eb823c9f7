import type { StepName } from '#release';
import type { Random } from './random.ts';
import type { Scene } from './scene.ts';

/**
 * `none`: every request is answered. `held`: those that the killed component held when it died may fail.
 * `outage`: what comes until the component is back may fail too, for as long as the fault's limit.
 */
export type Allowance = 'none' | 'held' | 'outage';

/** A fault in the moment in which it strikes. */
export interface Target {
  readonly scene: Scene;
  readonly random: Random;
  /** The traffic had begun to move when the fault struck. */
  readonly hasSwitched: boolean;
  /** The container that was live before the walk; the newest one, because each walk starts from a deploy. */
  readonly liveBefore: string | undefined;
  killAction(): void;
  /** As GitHub's runner: SIGINT, after 7.5 s SIGTERM, after 2.5 s SIGKILL. */
  cancelAction(): void;
  /** Starts the clock of the outage: the fault begins to start again what it has stopped. */
  startsAgain(): void;
}

export interface Fault {
  /** As the table calls it. */
  readonly name: string;
  /** The steps at whose beginning it can strike; all of the walk's when undefined. */
  readonly steps?: readonly StepName[];
  /** The part of a walk in which a random moment makes sense, as shares of its time. */
  readonly shares?: readonly [from: number, to: number];
  readonly liveRestore?: boolean;
  /** Strikes what has to be pulled, and nothing else. */
  readonly isOfThePull?: boolean;
  readonly needsLongPull?: boolean;
  /** The job can't give its lease back, so the next one has to wait until it expires. */
  readonly losesLease: boolean;
  /** Before the walk: waits until the fault meets what it would meet on a server. */
  await?(scene: Scene): Promise<void>;
  allows(target: Pick<Target, 'hasSwitched'>): Allowance;
  /**
   * How long an outage may last that it allows: from where it starts the machine or the Engine again, if it does, and
   * from the end of the strike otherwise.
   */
  readonly outageLimitMs?: number;
  /** Resolves with false when there was nothing to hit. */
  strike(target: Target): Promise<boolean>;
  /** After the action has ended: what an operator or the machine itself would do. */
  lift?(scene: Scene, startsAgain: () => void): Promise<void>;
}
