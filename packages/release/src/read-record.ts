import type { Engine } from '#engine';
import type { TrafficSwitch } from '#switch';
import { type AppState, readAppState } from './app-state.ts';
import { rebuildRelease, type UnknownSettings, wasGivenTraffic } from './rebuild-release.ts';
import type { Release, ReleaseVerdict } from './release.ts';
import type { ReleaseStore } from './release-store.ts';

/** An app on a server, with its record made whole. */
export interface FoundApp {
  readonly state: AppState;
  /** Releases whose record was missing or damaged, made anew from their containers; not saved yet. */
  readonly rebuilt: readonly Release[];
  /** One sentence for each thing that is wrong with the record, and what could not be known. */
  readonly warnings: readonly string[];
}

/**
 * Reads what serves, what stands by and what the record says, and fills the record's gaps from the containers.
 * Changes nothing.
 *
 * @param fallback what to assume of a release whose record is gone, where no other release's record can be asked
 */
export async function readApp(
  engine: Engine,
  app: string,
  store: ReleaseStore,
  record: Awaited<ReturnType<ReleaseStore['list']>>,
  trafficSwitch: TrafficSwitch,
  fallback: UnknownSettings,
  nowMs: number,
): Promise<FoundApp> {
  const { releases, damaged } = record;
  const state = await readAppState(engine, app, releases, trafficSwitch);
  const bare = state.containers.filter(
    (container) => !releases.some(({ id }) => id === container.releaseId) && container.state !== 'created',
  );
  const settings = bare.length > 0 ? settingsFor(releases, fallback) : fallback;
  const ends = bare.length > 0 ? await store.lastEvents() : new Map<string, string>();
  const rebuilt: Release[] = [];
  for (const container of bare) {
    const inspect = await engine.containers.inspect(container.id);
    const isLive = container.id === state.live?.id;
    if (!inspect || !(isLive || wasGivenTraffic(inspect, ends.get(container.releaseId)))) continue;
    const verdict: ReleaseVerdict = isLive
      ? 'live'
      : ends.get(container.releaseId) === 'bad'
        ? 'bad'
        : 'standby';
    const image = inspect.Image ? await engine.images.inspect(inspect.Image) : undefined;
    rebuilt.push(rebuildRelease({ app, container, inspect, image, verdict, settings, nowMs }));
  }
  const warnings = [
    ...rebuilt.map((release) => rebuiltWarning(release, damaged, settings)),
    ...damaged
      .filter((path) => !rebuilt.some(({ id }) => path.endsWith(`/${id}.json`)))
      .map((path) => `${path} is damaged and was left out, because no container tells what was in it.`),
  ];
  const all = [...releases, ...rebuilt].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { state: { ...state, releases: all }, rebuilt, warnings };
}

function rebuiltWarning(release: Release, damaged: readonly string[], settings: UnknownSettings): string {
  const isDamaged = damaged.some((path) => path.endsWith(`/${release.id}.json`));
  return `The record of release ${release.id} was ${isDamaged ? 'damaged' : 'missing'} and was made anew from its container; its tag, its commit, when it was live and which of its variables are secrets is not known, and its health check and the way it was deployed were taken from ${settings.from}.`;
}

/** The releases of one app are deployed alike, so the newest that is known is the best guess. */
function settingsFor(releases: readonly Release[], fallback: UnknownSettings): UnknownSettings {
  const newest = releases.findLast(({ liveAt }) => liveAt !== undefined) ?? releases.at(-1);
  return newest
    ? {
        rollout: { ...newest.rollout, version: undefined },
        switch: newest.switch,
        from: `release ${newest.id}`,
      }
    : fallback;
}
