import { ExplainedError } from '#explained-error';
import type { AppState } from './app-state.ts';
import type { DeployContext, Ground, JobContext, Turn } from './deploy-context.ts';
import { restoreSwitch } from './ensure-switch.ts';
import { Lease } from './lease.ts';
import { checkListenAddress } from './listen-check.ts';
import { sweepListenClaims } from './listen-claim.ts';
import { checkOwner, checkSwitchKind } from './ownership.ts';
import { type FoundApp, readApp } from './read-record.ts';
import type { UnknownSettings } from './rebuild-release.ts';
import { reconcile } from './reconcile.ts';
import type { ReleaseConfig } from './release.ts';
import type { Server } from './server.ts';
import type { StandbyMode } from './service-settings.ts';
import { type SwitchedApp, trafficSwitchFor } from './switch-driver.ts';

export class NetworkMissingError extends ExplainedError {
  override readonly name = 'NetworkMissingError';
}

/** The lease alone is written here; everything else is still only read. */
export async function takeLease(
  context: Pick<JobContext, 'request' | 'server' | 'reporter' | 'nowMs'> & {
    readonly store: Pick<JobContext['store'], 'folder'>;
  },
  signal: AbortSignal,
): Promise<Lease> {
  const { request, server, store, reporter } = context;
  return await Lease.take(server.files, {
    folder: store.folder,
    app: request.app,
    owner: request.origin,
    waitMs: request.lockWaitMs,
    force: request.forceUnlock,
    onForce: (sentence) => reporter.warning(sentence),
    nowMs: context.nowMs,
    signal,
    onWait: (sentence) => reporter.progress('lease', sentence),
  });
}

/** How the app is found and its leftovers are dealt with, before it is decided what to do. */
export interface PrepareRequest extends SwitchedApp {
  readonly config: Pick<ReleaseConfig, 'protocol' | 'stopTimeoutMs'>;
  readonly standby: StandbyMode;
  /** Whether the job may run pre-deploy or post-deploy. */
  readonly runsCommands: boolean;
  readonly drainTimeoutMs: number;
  /** For a release whose record is gone, and no other one's can be asked. */
  readonly fallback: UnknownSettings;
}

export interface Prepared {
  /** With the records as they are once they are mended. */
  readonly ground: Ground;
  /** Mends the records. Until then they tell the next job as well what an interrupted one had been at. */
  readonly mend: () => Promise<void>;
}

/** Step 0: reads what there is, and finishes what an interrupted job has left. */
export async function prepare(
  context: JobContext,
  wanted: PrepareRequest,
  { facts, lease, stop }: Turn,
): Promise<Prepared> {
  const { server, reporter, progress, store } = context;
  const signal = AbortSignal.any([stop, lease.lost]);
  const building = trafficSwitchFor(wanted, server, facts, store.switchFolder);
  // What the checks find is told first.
  building.catch(() => undefined);
  await Promise.all([
    checkOwner(server, wanted.app),
    checkSwitchKind(server, wanted, store),
    store.sweep(),
    sweepListenClaims(server, wanted.app, context.nowMs()),
  ]);
  const trafficSwitch = await building;
  progress.trafficSwitch = trafficSwitch;
  const read = async (record: Awaited<ReturnType<typeof store.list>>): Promise<FoundApp> =>
    readApp(server.engine, wanted.app, store, record, trafficSwitch, wanted.fallback, context.nowMs());
  const [recovered, record] = await Promise.all([trafficSwitch.recover(), store.list()]);
  // Said at once: whatever comes next may fail.
  const onFinding = (sentence: string): void => {
    progress.findings.push(sentence);
    reporter.info(sentence);
  };
  recovered.forEach(onFinding);
  const found = await read(record);
  for (const warning of found.warnings) reporter.warning(warning);
  progress.state = found.state;
  await Promise.all(found.rebuilt.map((release) => store.save(release)));
  const foundBefore = progress.findings.length;
  const { releases, mend } = await reconcile({
    engine: server.engine,
    store,
    trafficSwitch,
    state: found.state,
    standby: wanted.standby,
    runsCommands: wanted.runsCommands,
    drainTimeoutMs: wanted.drainTimeoutMs,
    stopTimeoutMs: wanted.config.stopTimeoutMs,
    nowMs: context.nowMs(),
    runUrl: context.request.origin.runUrl,
    signal,
    onProgress: (text) => reporter.progress('reconcile', text),
    onFinding,
    onRestored: (restored, state) => {
      progress.restored = restored;
      progress.state = state;
    },
  });
  const isAsFound = progress.findings.length === foundBefore;
  // Right after a stop the Engine still lists a container as running; asked for that one, it waits until it has settled.
  if (!isAsFound)
    await Promise.all(found.state.containers.map(({ id }) => server.engine.containers.inspect(id)));
  const state = isAsFound ? { ...found.state, releases } : (await read({ releases, damaged: [] })).state;
  progress.state = state;
  const hasSwitch = wanted.switch.kind !== 'haproxy' || state.switchColor !== undefined;
  progress.switchIsGone = state.live !== undefined && !hasSwitch;
  sayWhatIsLive(context, state);
  return { ground: { facts, lease, signal, trafficSwitch, state }, mend };
}

/**
 * Checks what the release to bring live needs of the server, sees to it that there is a switch in front of the live
 * one, and begins to watch the traffic if it is to be watched: reading every request's log line costs the switch and us
 * processor time.
 *
 * @param withoutNetwork what may be done instead of creating a network that is missing
 */
export async function checkGround(
  context: DeployContext,
  ground: Ground,
  withoutNetwork?: string,
): Promise<void> {
  const { request, server, progress } = context;
  const { state } = ground;
  await restoreSwitch(context, ground);
  const { switch: wanted } = request;
  const { trafficSwitch } = progress;
  await Promise.all([
    checkNetworks(server, request.config.networks, withoutNetwork),
    wanted.kind === 'haproxy' ? checkListenAddress(server, request.app, wanted.listen) : undefined,
    request.watch.durationMs > 0 && wanted.kind !== 'none' && state.switchColor && trafficSwitch
      ? context.observer.start(trafficSwitch)
      : undefined,
  ]);
}

function sayWhatIsLive({ reporter, request, progress }: JobContext, { live }: AppState): void {
  if (!live) reporter.info(`Nothing of ${request.app} is live on this server yet.`);
  else if (progress.switchIsGone) {
    reporter.warning(
      `The switch of ${request.app} is gone, so nothing answers; release ${live.releaseId} (${live.color}) is behind it.`,
    );
  } else if (live.state === 'running') reporter.info(`Live now: release ${live.releaseId} (${live.color}).`);
  else {
    reporter.warning(
      `The live release ${live.releaseId} (${live.color}) does not run: its container is ${live.state}.`,
    );
  }
}

/**
 * @param otherwise what may be done instead of creating it
 * @throws NetworkMissingError naming the first that is not there
 */
export async function checkNetworks(
  server: Server,
  networks: readonly string[],
  otherwise = 'take it out of "networks"',
): Promise<void> {
  const found = await Promise.all(networks.map((network) => server.engine.networks.inspect(network)));
  const missing = networks.find((_, index) => found[index] === undefined);
  if (missing === undefined) return;
  throw new NetworkMissingError(
    `The server has no network ${missing}; create it with "docker network create ${missing}" or ${otherwise}.`,
  );
}
