import type { ResolvedProject } from '#compose';
import type { StackRelease } from './stack-release.ts';

/** A release that is about to be brought live: its record, its file, and what of it needs a new container. */
export interface ReleasePlan {
  readonly release: StackRelease;
  /** What its compose.yaml says. */
  readonly project: ResolvedProject;
  /** Services of the release whose containers are made anew; the others run as they are to. */
  readonly changed: readonly string[];
  /** The order in which they may start: each wave waits for the one before it. */
  readonly waves: readonly StartWave[];
  /** Services that are not shipped and have to be there. */
  readonly needed: readonly NeededService[];
}

export interface StartWave {
  readonly services: readonly string[];
}

/** A service that this release leaves alone, and the condition in which others need it. */
export interface NeededService {
  readonly service: string;
  readonly condition: 'started' | 'healthy' | 'completed';
}
