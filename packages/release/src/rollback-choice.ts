import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';
import type { RecordedRelease, ReleaseImage } from './release.ts';

export class RollbackChoiceError extends ExplainedError {
  override readonly name = 'RollbackChoiceError';
}

/** A release as far as a choice goes by it. A stack has an image for each of its services. */
export type Choosable = RecordedRelease & { readonly config: unknown } & (
    | { readonly image: ReleaseImage }
    | { readonly images: readonly ReleaseImage[] }
  );

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
export function chooseTarget<R extends Choosable>(
  app: string,
  releases: readonly R[],
  liveId: string | undefined,
  to: string | undefined,
): R {
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
export function leftByInterrupted<R extends Choosable>(
  recorded: readonly R[],
  live: R | undefined,
  to: string | undefined,
): R | undefined {
  const left = recorded.find(({ id }) => id === live?.leaves?.id);
  const isMeant = to === undefined || (live !== undefined && isKnownAs(live, to));
  return left?.verdict === 'live' && isMeant ? left : undefined;
}

/** What else one may go back to. */
export function adviseOthers(
  releases: readonly Choosable[],
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
export function describeReleases(releases: readonly Choosable[]): string {
  const newest = releases.toReversed();
  const shown = newest.slice(0, listedAtMost).map((release) => {
    return `${release.id} (${shortName(release)}${release.verdict === 'bad' ? ', bad' : ''})`;
  });
  const more = newest.length > listedAtMost ? [`${newest.length - listedAtMost} older ones`] : [];
  return [...shown, ...more].join(', ');
}

/** What a person knows it by: its tag, its commit, or the beginning of its digest. */
function shortName(release: Choosable): string {
  const { commit } = release.origin;
  const byCommit = commit && `commit ${commit.slice(0, shortestCommit)}`;
  const [image] = imagesOf(release);
  const byTag = image && tagOf(image.reference);
  return byTag ?? byCommit ?? (image?.digest ?? image?.id ?? release.id).slice(0, 'sha256:'.length + 12);
}

function imagesOf(release: Choosable): readonly ReleaseImage[] {
  return 'images' in release ? release.images : [release.image];
}

export function tagOf(reference: string): string | undefined {
  return /:(\w[\w.-]{0,127})(?:@\S+)?$/.exec(reference.replace(/@.*$/, ''))?.[1];
}

/** A job that died after the traffic moved may have left any verdict but these. */
function wasLive(release: RecordedRelease): boolean {
  return release.liveAt !== undefined && release.verdict !== 'failed' && release.verdict !== 'pending';
}

export function isKnownAs(release: Choosable, to: string): boolean {
  const commit = release.origin.commit?.toLowerCase();
  const isCommit =
    commit !== undefined &&
    to.length >= shortestCommit &&
    /^[0-9a-f]+$/i.test(to) &&
    commit.startsWith(to.toLowerCase());
  const names = imagesOf(release).flatMap(({ reference, runnable, digest, id }) => [
    ...[reference, runnable, digest, id],
    tagOf(reference),
  ]);
  return isCommit || release.id === to || names.includes(to);
}

/** A workflow that was run twice made two releases that are one and the same. */
function isSame(one: Choosable, other: Choosable): boolean {
  const what = (release: Choosable): string => {
    const images = imagesOf(release).map(({ digest, id }) => digest ?? id);
    return JSON.stringify([images, release.config, release.verdict === 'bad']);
  };
  return what(one) === what(other);
}
