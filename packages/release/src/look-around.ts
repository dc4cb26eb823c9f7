import type { ServerFacts } from '#engine';
import { serverFacts } from '#engine';
import type { TrafficSwitch } from '#switch';
import type { AppContainer } from './app-state.ts';
import { warnOfJobAtWork } from './at-work.ts';
import { releaseOf } from './deploy-context.ts';
import { type InterruptedJob, interruptedJob } from './interrupted-job.ts';
import { asMended } from './mended-verdict.ts';
import { checkOwner, checkSwitchKind } from './ownership.ts';
import type { PrepareRequest } from './prepare.ts';
import { type FoundApp, readApp } from './read-record.ts';
import { ReleaseStore } from './release-store.ts';
import { foresee } from './restored.ts';
import type { Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';
import { findSettings } from './switch-in-force.ts';

export interface Surroundings extends FoundApp {
  readonly facts: ServerFacts;
  /** The containers as they are; the state is as the next job will find and mend it. */
  readonly containersNow: readonly AppContainer[];
  /** What that job will put right before anything else, as steps of a plan. */
  readonly restoring: readonly string[];
  /** The job after which a rollback would do no more than that. */
  readonly interrupted: InterruptedJob | undefined;
  readonly settings: PrepareRequest;
  readonly store: ReleaseStore;
  readonly trafficSwitch: TrafficSwitch;
}

/**
 * What there is of an app on a server, for who was told only its name and maybe where to go back to. Takes no lease and
 * changes nothing.
 */
export async function lookAround(server: Server, app: string, to: string | undefined): Promise<Surroundings> {
  const store = ReleaseStore.ofApp(server.files, server.home, app);
  // Before the rest is read: a job that ends meanwhile leaves less to wonder at than one that begins.
  const [atWork, info] = await Promise.all([
    warnOfJobAtWork(server, app, store),
    server.engine.info(),
    checkOwner(server, app),
  ]);
  const record = await store.list();
  const facts = serverFacts(info, server.engine.version);
  const settings = await findSettings(server, app, store, record.releases);
  await checkSwitchKind(server, settings, store);
  const trafficSwitch = await trafficSwitchFor(settings, server, facts, store.switchFolder);
  const fallback = settings.fallback;
  const found = await readApp(server.engine, app, store, record, trafficSwitch, fallback, Date.now());
  const foreseen = foresee(app, found.state, atWork);
  const { live, switchColor, containers } = foreseen.state;
  const mended = asMended(foreseen.state.releases, live?.releaseId, containers, Date.now());
  const state = atWork === undefined ? { ...foreseen.state, releases: mended } : foreseen.state;
  const { steps: restoring, restored } = foreseen;
  const liveRelease = releaseOf(state);
  const interrupted =
    liveRelease && atWork === undefined
      ? interruptedJob({ app, to }, record.releases, liveRelease, restored)
      : undefined;
  const isGone = settings.switch.kind === 'haproxy' && live !== undefined && switchColor === undefined;
  const warning = `No switch of ${app} runs, so nothing answers; the next deploy or rollback starts one that leads to release ${live?.releaseId}.`;
  const warnings = [...found.warnings, ...foreseen.warnings, ...(isGone ? [warning] : [])];
  const { containers: containersNow } = found.state;
  const known = { warnings, facts, settings, store, trafficSwitch };
  return { ...found, ...known, state, containersNow, restoring, interrupted };
}
