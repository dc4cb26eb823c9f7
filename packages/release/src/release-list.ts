import { hasImage } from './bring-back.ts';
import { lookAround } from './look-around.ts';
import type { Release, ReleaseVerdict } from './release.ts';
import { chooseTarget, RollbackChoiceError } from './rollback-choice.ts';
import type { Server } from './server.ts';

/** One release as a person or another action may see it: nothing of its environment. */
export interface ListedRelease {
  readonly id: string;
  readonly verdict: ReleaseVerdict;
  readonly isLive: boolean;
  /** A rollback that is told nothing goes here. */
  readonly isNext: boolean;
  readonly image: string;
  readonly imageDigest: string | undefined;
  /** Whether the server still has its image, so that going back needs no registry. */
  readonly imageOnServer: boolean;
  /** What its container is doing; undefined when it has none. */
  readonly container: string | undefined;
  readonly commit: string | undefined;
  readonly actor: string | undefined;
  readonly runUrl: string | undefined;
  readonly createdAt: string;
  readonly liveAt: string | undefined;
  readonly reason: string | undefined;
}

/** Every release that the server remembers, newest first. Takes no lease and changes nothing. */
export async function listReleases(
  server: Server,
  app: string,
): Promise<{ releases: ListedRelease[]; warnings: readonly string[] }> {
  const { state, interrupted, warnings, containersNow } = await lookAround(server, app, undefined);
  const liveId = state.live?.releaseId;
  const next = interrupted ? undefined : nextOf(app, state.releases, liveId);
  const releases = await Promise.all(
    state.releases.toReversed().map(async (release): Promise<ListedRelease> => {
      const { id, verdict, image, origin, createdAt, liveAt, reason } = release;
      return {
        id,
        verdict: id === liveId ? 'live' : verdict,
        isLive: id === liveId,
        isNext: id === next?.id,
        image: image.reference,
        imageDigest: image.digest,
        imageOnServer: (await hasImage(server.engine, image)) !== undefined,
        container: containersNow.find(({ releaseId }) => releaseId === id)?.state,
        ...origin,
        createdAt,
        liveAt,
        reason,
      };
    }),
  );
  // What is still to be put right is among the warnings.
  if (!interrupted || interrupted.restored) return { releases, warnings };
  const unfinished = `${interrupted.story} release ${liveId}, from release ${interrupted.leftId}; the next deploy or rollback finishes that.`;
  return { releases, warnings: [...warnings, unfinished] };
}

function nextOf(app: string, releases: readonly Release[], liveId: string | undefined): Release | undefined {
  try {
    return chooseTarget(app, releases, liveId, undefined);
  } catch (error) {
    if (error instanceof RollbackChoiceError) return undefined;
    throw error;
  }
}
