import type { ProbeResult } from '#probe';
import type { ReleasedService } from './stack-release.ts';

/** A container of the new release, made by Compose. */
export interface Candidate {
  readonly service: string;
  readonly plan: ReleasedService;
  readonly id: string;
  readonly name: string;
}

/** A candidate that runs and is healthy, and how to ask it. */
export interface RunningCandidate extends Candidate {
  readonly attempt: () => Promise<ProbeResult>;
  /** How long the check that made it healthy took, in ms. */
  readonly checkLatencyMs: number;
}
