import { type Engine, formatImageReference, parseImageReference } from '#engine';
import { type ReleaseImage, type RolloutSettings, releasesToForget } from '#release';
import type { StackJob } from './stack-context.ts';
import { idOfRecord } from './stack-parts.ts';
import type { StackRelease } from './stack-release.ts';

/** Step 9: what is too old loses its record, its files and its images. */
export async function tidyStack(
  job: StackJob,
  rollout: Pick<RolloutSettings, 'keepReleases'>,
): Promise<void> {
  const { store, files, server } = job;
  const { releases, damaged } = await store.list();
  const forgotten = releasesToForget(releases, rollout.keepReleases);
  const kept = releases.filter((release) => !forgotten.includes(release));
  for (const image of imagesToRemove(forgotten, kept)) {
    // An image that something else uses stays; that is no failure of this deploy.
    await removeImage(server.engine, image).catch(() => undefined);
  }
  await Promise.all(
    forgotten.map(async ({ id }) => {
      await files.forget(id);
      await store.forget(id);
    }),
  );
  const ids = idsWithFiles(kept, damaged);
  await files.sweepFolders(new Set(ids));
  await sweepMounted(job, ids);
}

/** One that was never live is never gone back to; one whose record can't be read may be mended by hand. */
function idsWithFiles(releases: readonly StackRelease[], damaged: readonly string[]): readonly string[] {
  const served = releases.filter(({ liveAt }) => liveAt !== undefined);
  return [...served.map(({ id }) => id), ...damaged.map(idOfRecord)];
}

/** A release that failed leaves nothing but its record; one that was live, if only for a moment, can be gone back to. */
export async function forgetFiles(job: StackJob, id: string): Promise<void> {
  const { progress, files, store } = job;
  if (progress.release?.liveAt !== undefined) return;
  await files.forget(id);
  const { releases, damaged } = await store.list();
  await sweepMounted(job, idsWithFiles(releases, damaged));
}

/** Takes away the files that services of none of these releases mount. */
async function sweepMounted({ files }: StackJob, ids: readonly string[]): Promise<void> {
  const texts = await Promise.all(ids.map((id) => files.read(id)));
  const known = texts.filter((text) => text !== undefined);
  // What a file that is gone mounts can't be known, so nothing of it may be taken away.
  if (known.length === texts.length) await files.sweepMounted(known);
}

function imagesToRemove(forgotten: readonly StackRelease[], kept: readonly StackRelease[]): ReleaseImage[] {
  const inUse = new Set(
    kept.flatMap((release) => Object.values(release.services).map(({ image }) => image.id)),
  );
  const removed = forgotten
    .flatMap((release) => Object.values(release.services).map(({ image }) => image))
    .filter(({ pulled, digest, id }) => pulled && digest !== undefined && !inUse.has(id));
  return [...new Map(removed.map((image) => [image.runnable, image])).values()];
}

async function removeImage(engine: Engine, image: ReleaseImage): Promise<void> {
  const reference = parseImageReference(image.reference);
  if (reference.tag !== undefined) {
    const tagged = formatImageReference({ ...reference, digest: undefined });
    if ((await engine.images.inspect(tagged))?.Id === image.id) await engine.images.remove(tagged);
  }
  await engine.images.remove(image.runnable);
}
