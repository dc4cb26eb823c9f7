import { chooseTarget, type ListedRelease, type Reporter, RollbackChoiceError, type Server } from '#release';
import { foreseenEnd, foreseeStack } from './foresee-stack.ts';
import { readStack } from './prepare-stack.ts';
import { isUp, type StackReading, type StackState } from './stack-context.ts';
import { readingOf } from './stack-reading.ts';
import { choosable, type StackRelease } from './stack-release.ts';

/** Every release of the stack that the server remembers, newest first. Takes no lease and changes nothing. */
export async function listStackReleases(
  request: StackReading['request'],
  server: Server,
  reporter: Reporter,
): Promise<{ releases: ListedRelease[]; warnings: readonly string[] }> {
  const reading = await readingOf(request, server, reporter);
  const state = await readStack(reading);
  const { live } = state;
  const foreseen = await foreseeStack(reading, state);
  const { restored, warnings } = foreseen;
  const interrupted = live && foreseenEnd({ app: request.app, to: undefined }, state, live, foreseen);
  const next = interrupted ? undefined : nextOf(request.app, state);
  const releases = await Promise.all(
    state.releases.toReversed().map(async (release): Promise<ListedRelease> => {
      const { id, verdict, origin, createdAt, liveAt, reason } = release;
      const isLive = id === state.live?.id;
      return {
        id,
        verdict: isLive ? 'live' : verdict,
        isLive,
        isNext: id === next,
        image: imagesOf(release),
        imageDigest: undefined,
        imageOnServer: await hasImages(server, release),
        container: isLive ? containersOf(release, state) : undefined,
        ...origin,
        createdAt,
        liveAt,
        reason,
      };
    }),
  );
  // What is still to be put right is among the warnings.
  if (!interrupted || restored) return { releases, warnings };
  const unfinished = `${interrupted.story} release ${live.id}, from release ${interrupted.leftId}; the next deploy or rollback finishes that.`;
  return { releases, warnings: [...warnings, unfinished] };
}

function nextOf(app: string, { releases, live }: StackState): string | undefined {
  try {
    return chooseTarget(app, releases.map(choosable), live?.id, undefined).id;
  } catch (error) {
    if (error instanceof RollbackChoiceError) return undefined;
    throw error;
  }
}

/** The services' images; what several share is named once. */
function imagesOf({ services }: StackRelease): string {
  const names = Object.values(services).map(({ image }) =>
    image.reference.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1'),
  );
  return [...new Set(names)].join(', ');
}

async function hasImages({ engine }: Server, { services }: StackRelease): Promise<boolean> {
  const images = Object.values(services).map(({ image }) => image.runnable);
  const found = await Promise.all([...new Set(images)].map((name) => engine.images.inspect(name)));
  return found.every((image) => image !== undefined);
}

/** How many of a release's services run. */
function containersOf({ services }: StackRelease, { containers }: StackState): string {
  const served = Object.entries(services).filter(([, { role }]) => role !== 'job');
  const running = served.filter(([name, { color }]) =>
    containers.some((one) => one.service === name && one.color === color && isUp(one)),
  );
  return `${running.length} of ${served.length} run`;
}
