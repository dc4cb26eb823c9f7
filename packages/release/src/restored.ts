import { type BegunWayBack, isDeploys } from './begun-way-back.ts';
import type { Release } from './release.ts';

/** The version that an interrupted job had left without its traffic or stopped, and that serves again. */
export interface Restored {
  readonly how: 'switched back' | 'started';
  /** What that job was. */
  readonly by: 'deploy' | 'rollback';
  /** The release that it had been bringing. */
  readonly insteadOf: string;
  readonly switchMs?: number;
}

export function restoredByWayBack(begun: BegunWayBack, switchMs?: number): Restored {
  return {
    how: 'switched back',
    by: isDeploys(begun) ? 'deploy' : 'rollback',
    insteadOf: begun.givenUp.releaseId,
    ...(switchMs === undefined ? {} : { switchMs: Math.round(switchMs * 10) / 10 }),
  };
}

/**
 * Which job has died while it was about to bring another release live, having stopped the live version first. A
 * version that no such job can have stopped was stopped by a person.
 */
export function stoppedBy(liveId: string, releases: readonly Release[]): Restored | undefined {
  const others = releases.filter(({ id }) => id !== liveId);
  const target = others.find(({ leaves }) => leaves?.id === liveId);
  const insteadOf = target ?? others.findLast(({ verdict }) => verdict === 'pending');
  return insteadOf && { how: 'started', by: target ? 'rollback' : 'deploy', insteadOf: insteadOf.id };
}
