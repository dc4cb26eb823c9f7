import type { DeployOutcome, TimelineEntry } from '#release';
import type { StackRelease } from './stack-release.ts';

/** One service of the release, for people and other actions. */
export interface StackServiceResult {
  readonly name: string;
  readonly role: string;
  readonly image: string;
  readonly imageDigest: string | undefined;
  readonly color: string;
  /** It runs as before, because nothing of it has changed. */
  readonly isUnchanged: boolean;
}

/** How a change of a stack ended. */
export interface StackResult {
  readonly outcome: DeployOutcome;
  /** Why it is not live, as one sentence. */
  readonly reason: string | undefined;
  /** Known for sure: some service does not answer. */
  readonly nothingServes: boolean;
  /** What serves now, as one sentence. */
  readonly servingNow: string;
  readonly release: StackRelease | undefined;
  readonly previous: string | undefined;
  readonly switched: boolean;
  readonly rolledBack: boolean;
  readonly switchMs: number | undefined;
  /** How long addresses did not answer while plain Compose handed them over; only when a running stack was adopted. */
  readonly adoptionGapMs: number | undefined;
  readonly services: readonly StackServiceResult[];
  readonly candidateLog: string | undefined;
  /** What was found and mended before. */
  readonly findings: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** The error behind `reason`. */
  readonly cause: unknown;
}
