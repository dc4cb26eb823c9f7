import type { ServerFacts } from '#engine';
import { ExplainedError } from '#explained-error';
import type { TrafficSwitch } from '#switch';
import type { AppState } from './app-state.ts';
import { readAppState } from './app-state.ts';
import type { DeployContext, Ground } from './deploy-context.ts';
import { Lease } from './lease.ts';
import { checkListenAddress } from './listen-check.ts';
import { reconcile } from './reconcile.ts';
import { trafficSwitchFor } from './switch-driver.ts';

export class NetworkMissingError extends ExplainedError {
  override readonly name = 'NetworkMissingError';
}

/** The lease alone is written here; everything else is still only read. */
export async function takeLease(context: DeployContext, signal: AbortSignal): Promise<Lease> {
  const { request, server, store, reporter } = context;
  await store.prepare();
  return await Lease.take(server.files, {
    folder: store.folder,
    app: request.app,
    owner: request.origin,
    waitMs: request.lockWaitMs,
    serverTimeMs: () => server.engine.serverTimeMs(),
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
  const trafficSwitch = await trafficSwitchFor(request, server, facts, context.store.switchFolder);
  progress.trafficSwitch = trafficSwitch;
  progress.findings.push(...(await trafficSwitch.recover()));
  const found = await readState(context, trafficSwitch);
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
    nowMs: await server.engine.serverTimeMs(),
    signal,
    onProgress: (text) => reporter.progress('reconcile', text),
  });
  progress.findings.push(...mended);
  for (const finding of progress.findings) reporter.info(finding);
  const state = mended.length > 0 ? await readState(context, trafficSwitch) : found;
  progress.state = state;
  sayWhatIsLive(context, state);
  await checkNetworks(context);
  if (request.switch.kind !== 'none') {
    if (request.switch.kind === 'haproxy')
      await checkListenAddress(server, request.app, request.switch.listen);
    if (state.liveColor) await context.observer.start(trafficSwitch);
  }
  return { facts, lease, signal, trafficSwitch, state };
}

async function readState(context: DeployContext, trafficSwitch: TrafficSwitch): Promise<AppState> {
  const { releases, damaged } = await context.store.list();
  for (const path of damaged) {
    context.reporter.warning(`${path} is damaged and was left out; the server's containers decide.`);
  }
  return await readAppState(context.server.engine, context.request.app, releases, trafficSwitch);
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

async function checkNetworks({ request, server }: DeployContext): Promise<void> {
  for (const network of request.config.networks) {
    if (await server.engine.networks.inspect(network)) continue;
    throw new NetworkMissingError(
      `The server has no network ${network}; create it with "docker network create ${network}" or take it out of "networks".`,
    );
  }
}
