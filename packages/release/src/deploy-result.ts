import type { HealthyWait } from '#probe';
import type { Color } from '#switch';
import type { Release, ReleaseImage } from './release.ts';
import type { TimelineEntry } from './timeline.ts';
import type { RequestFigures } from './watch-verdict.ts';

/**
 * `live`: the new release serves. `failed`: it never served, the old one does. `switched-back`: it served and was
 * taken back. `unwatched`: it serves although its watch failed, because there is nothing to go back to. `cancelled`:
 * the job was stopped; `servingNow` says what that means.
 */
export type DeployOutcome = 'live' | 'failed' | 'switched-back' | 'unwatched' | 'cancelled';

export interface DeployResult {
  readonly outcome: DeployOutcome;
  /** Why it is not live, as one sentence. */
  readonly reason: string | undefined;
  /** Known for sure: no version answers. */
  readonly nothingServes: boolean;
  /** What serves now, as one sentence. */
  readonly servingNow: string;
  readonly release: Release | undefined;
  readonly previous: string | undefined;
  readonly image: ReleaseImage | undefined;
  readonly color: Color | undefined;
  readonly container: string | undefined;
  /** Traffic was moved to the new release. */
  readonly switched: boolean;
  /** Traffic was moved back. */
  readonly rolledBack: boolean;
  readonly switchMs: number | undefined;
  readonly health: HealthyWait | undefined;
  readonly watch: { readonly fresh: RequestFigures; readonly old: RequestFigures | undefined } | undefined;
  readonly candidateLog: string | undefined;
  /** What was found and mended before the deploy. */
  readonly findings: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** The error behind `reason`. */
  readonly cause: unknown;
}
