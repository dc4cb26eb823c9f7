import type { ContainerSummary, Engine } from '#engine';
import { sentenceOf } from '#explained-error';
import type { TrafficSwitch } from '#switch';
import { appLabels } from './app-container.ts';
import type { AppContainer, AppState } from './app-state.ts';
import { isUp } from './app-state.ts';
import { mendedVerdict } from './mended-verdict.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import { drain, putOnStandby } from './retire.ts';
import type { StandbyMode } from './service-settings.ts';

export interface ReconcileOptions {
  readonly engine: Engine;
  readonly store: ReleaseStore;
  readonly trafficSwitch: TrafficSwitch;
  readonly state: AppState;
  readonly standby: StandbyMode;
  /** Whether this job may run commands itself, which those of an earlier job must not overlap. */
  readonly runsCommands: boolean;
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly nowMs: number;
  readonly runUrl: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * What is to be done with a container that doesn't serve.
 *
 * @param standby what the version that is left by the live one is put on
 */
export function leftoverTreatment(
  container: AppContainer,
  release: Release | undefined,
  standby: StandbyMode,
): 'keep' | 'remove' | 'finish-drain' | 'put-back' {
  if (release?.verdict === 'standby') return isAsStandby(container, standby) ? 'keep' : 'put-back';
  // It was live and another took over, but the job ended before it was drained and stopped.
  if (release?.liveAt !== undefined && release.verdict === 'live')
    return isUp(container) ? 'finish-drain' : 'keep';
  return 'remove';
}

/** A rollback that was killed may have woken it. */
function isAsStandby(container: AppContainer, standby: StandbyMode): boolean {
  if (standby === 'running' || !isUp(container)) return true;
  return standby === 'paused' && container.state === 'paused';
}

/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched. Returns one sentence for each thing it did.
 */
export async function reconcile(options: ReconcileOptions): Promise<string[]> {
  const { engine, store, state } = options;
  const findings: string[] = [];
  if (await finishWayBack(options, findings)) return findings;
  await clearOneOffs(options, findings);
  const live = state.releases.find(({ id }) => id === state.live?.releaseId);
  // A version that was left because it is bad is kept for its logs only.
  const isLeftBad = live?.leaves?.reason !== undefined;
  const standby = isLeftBad ? 'stopped' : (live?.rollout.standby ?? options.standby);
  const removed = new Set<string>();
  for (const container of state.containers) {
    if (container.id === state.live?.id) continue;
    const release = state.releases.find(({ id }) => id === container.releaseId);
    const treatment = leftoverTreatment(container, release, standby);
    if (treatment === 'remove') {
      await engine.containers.remove(container.id, { force: true, volumes: true });
      removed.add(container.releaseId);
      findings.push(
        release?.verdict === 'bad'
          ? `Removed ${container.name}, which had been kept for its logs.`
          : `Removed ${container.name}, which an earlier job had left behind.`,
      );
    } else if (treatment === 'finish-drain') {
      await retire(options, container, standby);
      findings.push(`Finished draining ${container.name}, which an earlier job had begun.`);
    } else if (treatment === 'put-back') {
      await retire(options, container, standby);
      findings.push(`Put ${container.name} back on standby (${standby}), which an earlier job had woken.`);
    }
  }
  // What could not be started is tried again by the next job, which knows it by these records.
  if (!(await startLive(options, findings))) return findings;
  for (const release of state.releases) {
    const hasContainer =
      !removed.has(release.id) && state.containers.some(({ releaseId }) => releaseId === release.id);
    const mended = mendedVerdict(release, live, hasContainer);
    if (!mended) {
      // A rollback that was killed before the traffic moved has left nothing.
      if (release.leaves && release.id !== live?.id) await store.save({ ...release, leaves: undefined });
      continue;
    }
    const { verdict, reason } = mended;
    await store.save(withVerdict(release, verdict, options.nowMs, reason));
    findings.push(
      `The record called release ${release.id} ${release.verdict}; it is ${verdict}${reason === undefined ? '' : `, because ${reason}`}.`,
    );
    if (reason === undefined) continue;
    const at = new Date(options.nowMs).toISOString();
    await store.note({ at, event: verdict, release: release.id, detail: reason, runUrl: options.runUrl });
  }
  return findings;
}

/** Drains a container that nothing is sent to any more, and puts it on standby. */
async function retire(options: ReconcileOptions, container: AppContainer, mode: StandbyMode): Promise<void> {
  const { engine, trafficSwitch, drainTimeoutMs, stopTimeoutMs, signal, onProgress } = options;
  const { color, id: containerId } = container;
  const connectionsLeft = await drain(trafficSwitch, color, drainTimeoutMs, signal, onProgress);
  await putOnStandby({ engine, trafficSwitch, containerId, color, mode, stopTimeoutMs, connectionsLeft });
}

/**
 * A job that stopped the live version first, and was killed before the new one served, has left nothing to serve. A
 * version that no such job can have stopped was stopped by a person, and stays so.
 */
async function startLive({ engine, state }: ReconcileOptions, findings: string[]): Promise<boolean> {
  const { live, releases } = state;
  if (live?.state !== 'exited' || !wasBeingReplaced(live.releaseId, releases)) return true;
  try {
    await engine.containers.start(live.id);
    findings.push(`Started ${live.name}, which is live and which an earlier job had stopped.`);
    return true;
  } catch (error) {
    findings.push(`${live.name} is live and could not be started again: ${sentenceOf(error)}`);
    return false;
  }
}

/**
 * A stop-first job that takes its release back stops it, starts the old one, and then moves the traffic. One that was
 * killed in between has left the switch with a release that is recorded as given up and does not run.
 */
async function finishWayBack(
  { engine, trafficSwitch, state }: ReconcileOptions,
  findings: string[],
): Promise<boolean> {
  const { live, containers, releases } = state;
  const recordOf = (releaseId: string | undefined) => releases.find(({ id }) => id === releaseId);
  const record = recordOf(live?.releaseId);
  // One that a rollback was bringing back says what it leaves, until it has come live or been given up.
  const isGivenUp = record && !record.leaves && record.verdict !== 'live' && record.verdict !== 'pending';
  if (live?.state !== 'exited' || !isGivenUp) return false;
  const old = containers.find(
    ({ color, releaseId }) => color !== live.color && recordOf(releaseId)?.verdict === 'live',
  );
  if (!old) return false;
  const name = `release ${old.releaseId} (${old.color})`;
  try {
    if (!isUp(old)) await engine.containers.start(old.id);
    await trafficSwitch.shift(old.color);
    findings.push(`Switched back to ${name}, as an earlier job had begun to.`);
  } catch (error) {
    // A job that brings a new release needs the old one no more, so it goes on.
    findings.push(`Could not switch back to ${name}, as an earlier job had begun to: ${sentenceOf(error)}`);
  }
  return true;
}

/** Whether a job has died while it was about to bring another release live. */
export function wasBeingReplaced(liveId: string, releases: readonly Release[]): boolean {
  return releases.some(
    ({ id, verdict, leaves }) => id !== liveId && (verdict === 'pending' || leaves?.id === liveId),
  );
}

/** Of a one-off container that does not say it itself. */
const usualOneOffMs = 10 * 60_000;
const oneOffStopSeconds = 10;

/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearOneOffs(options: ReconcileOptions, findings: string[]): Promise<void> {
  const { containers } = options.engine;
  for (const summary of options.state.oneOffs) {
    const id = summary.Id;
    if (!id) continue;
    const name = summary.Names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
    if (summary.State === 'running' && !options.runsCommands) {
      findings.push(`${name}, a command of an earlier job, still runs and was left alone.`);
      continue;
    }
    if (summary.State === 'running' && !(await endsInTime(options, summary, id, name))) {
      await containers.stop(id, oneOffStopSeconds);
      findings.push(`${name} did not end in its time and was stopped.`);
    }
    await containers.remove(id, { force: true, volumes: true });
    findings.push(`Removed ${name}, which an earlier job had left behind.`);
  }
}

async function endsInTime(
  { engine, nowMs, signal, onProgress }: ReconcileOptions,
  { Created = 0, Labels }: ContainerSummary,
  id: string,
  name: string,
): Promise<boolean> {
  const limitMs = Number(Labels?.[appLabels.timeout]) || usualOneOffMs;
  const timeoutMs = Math.min(limitMs, Math.ceil(Created * 1000 + limitMs - nowMs));
  if (timeoutMs <= 0) return false;
  const deadline = performance.now() + timeoutMs;
  const atMost = Math.ceil(timeoutMs / 1000);
  onProgress(
    `Waiting for ${name}, a command that an earlier job has left running, at most ${atMost} s ("docker stop ${name}" on the server ends it)`,
  );
  try {
    await engine.containers.wait(id, { timeoutMs, signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // An Engine that could not be asked says nothing of the command, and half a migration is worse than a late deploy.
    if (performance.now() < deadline - 1000) throw error;
    return false;
  }
}
