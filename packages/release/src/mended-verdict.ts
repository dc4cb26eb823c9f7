import type { RecordedRelease, Release, ReleaseVerdict } from './release.ts';
import { withVerdict } from './release.ts';

export interface MendedVerdict {
  readonly verdict: ReleaseVerdict;
  readonly reason?: string;
}

export const takenBack = 'it was taken back, and the job ended before it could write down why';

/**
 * The verdict that a release's record should have, given what really runs; undefined where it has it.
 *
 * @param live the record of the release that serves
 */
export function mendedVerdict(
  release: RecordedRelease,
  live: RecordedRelease | undefined,
  hasContainer: boolean,
): MendedVerdict | undefined {
  const { verdict } = release;
  if (release.id === live?.id) return verdict === 'live' ? undefined : { verdict: 'live' };
  if (verdict === 'pending') {
    return { verdict: 'failed', reason: 'the job ended before the release was live' };
  }
  // One whose record was lost is taken for a standby, whatever the rollback that left it called it.
  const wasLeftBad = live?.leaves?.id === release.id && live.leaves.reason !== undefined;
  if (verdict === 'live' || (verdict === 'standby' && wasLeftBad))
    return whatBecameOf(release, live, hasContainer);
  if (verdict === 'bad' && isTakenBackInSilence(release, live)) return { verdict, reason: takenBack };
  return verdict === 'standby' && !hasContainer ? { verdict: 'retired' } : undefined;
}

/**
 * Whether a deploy has taken the release back and could not say why: its job died right after the traffic had gone back.
 *
 * @param live what serves now
 */
export function isTakenBackInSilence(release: RecordedRelease, live: RecordedRelease | undefined): boolean {
  if (!live || release.id <= live.id) return false;
  const { verdict, reason } = release;
  if (verdict === 'bad') return reason === undefined;
  return verdict === 'live' && live.leaves?.id !== release.id;
}

/** Of a release that was live, and another one serves. */
function whatBecameOf(
  release: RecordedRelease,
  live: RecordedRelease | undefined,
  hasContainer: boolean,
): MendedVerdict | undefined {
  const stands: MendedVerdict = { verdict: hasContainer ? 'standby' : 'retired' };
  if (live?.leaves?.id === release.id) {
    const { reason } = live.leaves;
    return reason === undefined ? stands : { verdict: 'bad', reason };
  }
  // Traffic goes from a newer release to an older one by a rollback, which says so, or because the newer one was bad.
  return live && release.id > live.id ? { verdict: 'bad', reason: takenBack } : stands;
}

/** The records as the next job will have mended them. */
export function asMended(
  releases: readonly Release[],
  liveId: string | undefined,
  containers: readonly { readonly releaseId: string }[],
  nowMs: number,
): Release[] {
  const live = releases.find(({ id }) => id === liveId);
  return releases.map((release) => {
    const hasContainer = containers.some(({ releaseId }) => releaseId === release.id);
    const mended = mendedVerdict(release, live, hasContainer);
    return mended ? withVerdict(release, mended.verdict, nowMs, mended.reason) : release;
  });
}
