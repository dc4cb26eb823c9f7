import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';
import type { Release } from './release.ts';

export class RollbackChoiceError extends ExplainedError {
  override readonly name = 'RollbackChoiceError';
}

const listedAtMost = 10;
const shortestCommit = 7;

/**
 * The release that a rollback goes to: the one that `to` names, or else the newest that was live, is not the live one
 * and is not bad.
 *
 * @param releases oldest first
 * @param to release id, image tag or whole reference, commit (7 characters at least), or digest
 * @throws RollbackChoiceError for what is unknown or ambiguous; it lists what is available
 */
export function chooseTarget(
  app: string,
  releases: readonly Release[],
  liveId: string | undefined,
  to: string | undefined,
): Release {
  const eligible = releases.filter((release) => release.id !== liveId && wasLive(release));
  if (to === undefined) {
    const target = eligible.findLast(({ verdict }) => verdict !== 'bad');
    if (target) return target;
    const bad =
      eligible.length > 0
        ? ` Bad ones are only gone back to when "to" names them: ${describeReleases(eligible)}.`
        : '';
    throw new RollbackChoiceError(
      `There is no release of ${app} to go back to, because none but the live one was ever live and is not bad.${bad}`,
    );
  }
  const shown = JSON.stringify(clipEnd(to, 100));
  const others =
    eligible.length > 0 ? `available are ${describeReleases(eligible)}` : 'there is no other one';
  const matches = eligible.filter((release) => isKnownAs(release, to));
  const [newest] = matches.toReversed();
  if (newest && matches.every((release) => isSame(release, newest))) return newest;
  if (newest) {
    throw new RollbackChoiceError(
      `${shown} can mean several releases of ${app}; name one of them by its id: ${describeReleases(matches)}.`,
    );
  }
  const named = releases.findLast((release) => isKnownAs(release, to));
  if (named?.id === liveId && named) {
    throw new RollbackChoiceError(
      `Release ${named.id} of ${app}, which ${shown} means, is live already; ${others}.`,
    );
  }
  if (named) {
    throw new RollbackChoiceError(
      `Release ${named.id} of ${app}, which ${shown} means, was never live (${named.verdict}); ${others}.`,
    );
  }
  throw new RollbackChoiceError(`No release of ${app} is known as ${shown}; ${others}.`);
}

/**
 * The release that a rollback was leaving when its job died, after it had brought back the live one. That rollback is
 * done once its leftovers are tidied up: to choose afresh would leave the good version that it went to.
 *
 * @param recorded the releases as the killed job has left them
 */
export function leftByInterrupted(
  recorded: readonly Release[],
  live: Release | undefined,
  to: string | undefined,
): Release | undefined {
  const left = recorded.find(({ id }) => id === live?.leaves?.id);
  const isMeant = to === undefined || (live !== undefined && isKnownAs(live, to));
  return left?.verdict === 'live' && isMeant ? left : undefined;
}

/** What else one may go back to. */
export function adviseOthers(
  releases: readonly Release[],
  liveId: string | undefined,
  targetId: string,
): string {
  const others = releases.filter(
    (release) => ![liveId, targetId].includes(release.id) && wasLive(release) && release.verdict !== 'bad',
  );
  return others.length > 0
    ? `Other releases to try with "to": ${describeReleases(others)}.`
    : 'There is no other release to go back to.';
}

/** Newest first, each by its id with its image's tag. */
export function describeReleases(releases: readonly Release[]): string {
  const newest = releases.toReversed();
  const shown = newest.slice(0, listedAtMost).map((release) => {
    return `${release.id} (${shortName(release)}${release.verdict === 'bad' ? ', bad' : ''})`;
  });
  const more = newest.length > listedAtMost ? [`${newest.length - listedAtMost} older ones`] : [];
  return [...shown, ...more].join(', ');
}

/** What a person knows it by: its tag, its commit, or the beginning of its digest. */
function shortName({ image, origin }: Release): string {
  const commit = origin.commit && `commit ${origin.commit.slice(0, shortestCommit)}`;
  return tagOf(image.reference) ?? commit ?? (image.digest ?? image.id).slice(0, 'sha256:'.length + 12);
}

export function tagOf(reference: string): string | undefined {
  return /:(\w[\w.-]{0,127})(?:@\S+)?$/.exec(reference.replace(/@.*$/, ''))?.[1];
}

/** A job that died after the traffic moved may have left any verdict but these. */
function wasLive(release: Release): boolean {
  return release.liveAt !== undefined && release.verdict !== 'failed' && release.verdict !== 'pending';
}

export function isKnownAs({ id, image, origin }: Release, to: string): boolean {
  const commit = origin.commit?.toLowerCase();
  const isCommit =
    commit !== undefined &&
    to.length >= shortestCommit &&
    /^[0-9a-f]+$/i.test(to) &&
    commit.startsWith(to.toLowerCase());
  const names = [id, image.reference, image.runnable, image.digest, image.id, tagOf(image.reference)];
  return isCommit || names.includes(to);
}

/** A workflow that was run twice made two releases that are one and the same. */
function isSame(one: Release, other: Release): boolean {
  const what = ({ image, config, verdict }: Release): string =>
    JSON.stringify([image.digest ?? image.id, config, verdict === 'bad']);
  return what(one) === what(other);
}
