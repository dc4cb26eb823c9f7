import type { RecordedRelease, Release, ReleaseImage } from './release.ts';

/**
 * Which releases a sweep forgets: the oldest beyond `keep`, never the live one or the standby. Failed and bad releases
 * are kept like others, because their reason is what a person looks for, but they never push out a good one that was
 * live: a rollback goes there.
 */
export function releasesToForget<R extends Pick<RecordedRelease, 'verdict' | 'liveAt'>>(
  releases: readonly R[],
  keep: number,
): R[] {
  const isHeld = (release: R): boolean =>
    release.verdict === 'live' || release.verdict === 'standby' || release.verdict === 'pending';
  const isGood = ({ liveAt, verdict }: R): boolean => liveAt !== undefined && verdict !== 'bad';
  const good = releases.filter(isGood);
  const others = releases.filter((release) => !isGood(release));
  const oldest = (list: readonly R[]): R[] => list.slice(0, Math.max(0, list.length - keep));
  return [...oldest(good), ...oldest(others)].filter((release) => !isHeld(release));
}

/** Images that only forgotten releases use, and that a deploy had brought to the server. */
export function imagesToRemove(forgotten: readonly Release[], kept: readonly Release[]): ReleaseImage[] {
  const inUse = new Set(kept.map((release) => release.image.id));
  const removed = forgotten
    .map(({ image }) => image)
    .filter(({ pulled, digest, id }) => pulled && digest !== undefined && !inUse.has(id));
  return [...new Map(removed.map((image) => [`${image.reference} ${image.runnable}`, image])).values()];
}
