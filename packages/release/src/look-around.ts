import type { ServerFacts } from '#engine';
import { serverFacts } from '#engine';
import type { TrafficSwitch } from '#switch';
import type { AppContainer } from './app-state.ts';
import { asMended } from './mended-verdict.ts';
import { checkOwner, checkSwitchKind } from './ownership.ts';
import type { PrepareRequest } from './prepare.ts';
import { type FoundApp, readApp } from './read-record.ts';
import type { Release } from './release.ts';
import { ReleaseStore } from './release-store.ts';
import { foresee, type Restored } from './restored.ts';
import type { Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';
import { findSettings } from './switch-in-force.ts';

export interface Surroundings extends FoundApp {
  readonly facts: ServerFacts;
  /** The releases as the last job has left them; those of the state are as the next one will mend them. */
  readonly recorded: readonly Release[];
  /** The containers as they are; those of the state are as that job will find them. */
  readonly containersNow: readonly AppContainer[];
  /** What that job will put right before anything else, and how, as steps of a plan. */
  readonly restored: Restored | undefined;
  readonly restoring: readonly string[];
  readonly settings: PrepareRequest;
  readonly store: ReleaseStore;
  readonly trafficSwitch: TrafficSwitch;
}

/** What there is of an app on a server, for who was told only its name. Takes no lease and changes nothing. */
export async function lookAround(server: Server, app: string): Promise<Surroundings> {
  const store = ReleaseStore.ofApp(server.files, server.home, app);
  const [info, record] = await Promise.all([server.engine.info(), store.list(), checkOwner(server, app)]);
  const facts = serverFacts(info, server.engine.version);
  const settings = await findSettings(server, app, store, record.releases);
  await checkSwitchKind(server, settings, store);
  const trafficSwitch = await trafficSwitchFor(settings, server, facts, store.switchFolder);
  const fallback = settings.fallback;
  const found = await readApp(server.engine, app, store, record, trafficSwitch, fallback, Date.now());
  const foreseen = foresee(app, found.state);
  const { live, switchColor, releases, containers } = foreseen.state;
  const state = { ...foreseen.state, releases: asMended(releases, live?.releaseId, containers, Date.now()) };
  const isGone = settings.switch.kind === 'haproxy' && live !== undefined && switchColor === undefined;
  const warning = `No switch of ${app} runs, so nothing answers; the next deploy or rollback starts one that leads to release ${live?.releaseId}.`;
  const warnings = [...found.warnings, ...foreseen.warnings, ...(isGone ? [warning] : [])];
  const { steps, restored } = foreseen;
  const { containers: containersNow } = found.state;
  const known = { recorded: record.releases, warnings, facts, settings, store, trafficSwitch };
  return { ...found, ...known, state, containersNow, restored, restoring: steps };
}
