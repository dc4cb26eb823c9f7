import type { ServerFacts } from '#engine';
import { ExplainedError } from '#explained-error';
import type { AppState } from './app-state.ts';
import { readAppState } from './app-state.ts';
import type { DeployContext, Ground } from './deploy-context.ts';
import { Lease } from './lease.ts';
import { checkListenAddress } from './listen-check.ts';
import { sweepListenClaims } from './listen-claim.ts';
import { checkOwner, checkSwitchKind } from './ownership.ts';
import { reconcile } from './reconcile.ts';
import type { Release } from './release.ts';
import type { Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';

export class NetworkMissingError extends ExplainedError {
  override readonly name = 'NetworkMissingError';
}

/** The lease alone is written here; everything else is still only read. */
export async function takeLease(context: DeployContext, signal: AbortSignal): Promise<Lease> {
  const { request, server, store, reporter } = context;
  return await Lease.take(server.files, {
    folder: store.folder,
    app: request.app,
    owner: request.origin,
    waitMs: request.lockWaitMs,
    nowMs: context.nowMs,
    signal,
    onWait: (sentence) => reporter.progress('lease', sentence),
  });
}

/** Step 0: reads what there is, finishes what an interrupted job has left, and checks what can be checked. */
export async function prepare(
  context: DeployContext,
  facts: ServerFacts,
  lease: Lease,
  cancelled: AbortSignal,
): Promise<Ground> {
  const { request, server, reporter, progress } = context;
  const signal = AbortSignal.any([cancelled, lease.lost]);
  await Promise.all([
    checkOwner(server, request.app),
    checkSwitchKind(server, request, context.store),
    context.store.sweep(),
    sweepListenClaims(server, request.app, context.nowMs()),
  ]);
  const trafficSwitch = await trafficSwitchFor(request, server, facts, context.store.switchFolder);
  progress.trafficSwitch = trafficSwitch;
  const [recovered, record] = await Promise.all([trafficSwitch.recover(), readRecord(context)]);
  progress.findings.push(...recovered);
  const found = await readAppState(server.engine, request.app, record, trafficSwitch);
  progress.state = found;
  const mended = await reconcile({
    engine: server.engine,
    store: context.store,
    trafficSwitch,
    state: found,
    standby: request.standby,
    drainTimeoutMs: request.drainTimeoutMs,
    stopTimeoutMs: request.config.stopTimeoutMs,
    oneOffTimeoutMs: request.preDeploy?.timeoutMs ?? 60_000,
    nowMs: context.nowMs(),
    signal,
    onProgress: (text) => reporter.progress('reconcile', text),
  });
  progress.findings.push(...mended);
  for (const finding of progress.findings) reporter.info(finding);
  const state =
    mended.length > 0
      ? await readAppState(server.engine, request.app, await readRecord(context), trafficSwitch)
      : found;
  progress.state = state;
  sayWhatIsLive(context, state);
  const { switch: wanted } = request;
  await Promise.all([
    checkNetworks(server, request.config.networks),
    wanted.kind === 'haproxy' ? checkListenAddress(server, request.app, wanted.listen) : undefined,
    wanted.kind !== 'none' && state.liveColor ? context.observer.start(trafficSwitch) : undefined,
  ]);
  return { facts, lease, signal, trafficSwitch, state };
}

async function readRecord(context: DeployContext): Promise<Release[]> {
  const { releases, damaged } = await context.store.list();
  for (const path of damaged) {
    context.reporter.warning(`${path} is damaged and was left out; the server's containers decide.`);
  }
  return releases;
}

function sayWhatIsLive({ reporter, request }: DeployContext, { live }: AppState): void {
  if (!live) reporter.info(`Nothing of ${request.app} is live on this server yet.`);
  else if (live.state === 'running') reporter.info(`Live now: release ${live.releaseId} (${live.color}).`);
  else {
    reporter.warning(
      `The live release ${live.releaseId} (${live.color}) does not run: its container is ${live.state}.`,
    );
  }
}

/** @throws NetworkMissingError naming the first that is not there */
export async function checkNetworks(server: Server, networks: readonly string[]): Promise<void> {
  const found = await Promise.all(networks.map((network) => server.engine.networks.inspect(network)));
  const missing = networks.find((_, index) => found[index] === undefined);
  if (missing === undefined) return;
  throw new NetworkMissingError(
    `The server has no network ${missing}; create it with "docker network create ${missing}" or take it out of "networks".`,
  );
}
