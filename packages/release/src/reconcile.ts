import { clipEnd } from '#clipped-text';
import type { Engine } from '#engine';
import type { TrafficSwitch } from '#switch';
import type { AppContainer, AppState } from './app-state.ts';
import { isUp } from './app-state.ts';
import type { Release, ReleaseVerdict } from './release.ts';
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
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** How long a command that an interrupted job has left running may go on. */
  readonly oneOffTimeoutMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** What is to be done with a container that doesn't serve. */
export function leftoverTreatment(
  container: AppContainer,
  release: Release | undefined,
): 'keep' | 'remove' | 'finish-drain' {
  if (release?.verdict === 'standby') return 'keep';
  // It was live and another took over, but the job ended before it was drained and stopped.
  if (release?.liveAt !== undefined && release.verdict === 'live')
    return isUp(container) ? 'finish-drain' : 'keep';
  return 'remove';
}

/** The verdict that a release's record should have, given what really runs. */
export function mendedVerdict(
  release: Release,
  isLive: boolean,
  hasContainer: boolean,
  /** Why the rollback that left it called it bad. */
  leftBecause?: string,
): { verdict: ReleaseVerdict; reason?: string } | undefined {
  if (isLive) return release.verdict === 'live' ? undefined : { verdict: 'live' };
  if (release.verdict === 'pending') {
    return { verdict: 'failed', reason: 'the job ended before the release was live' };
  }
  if (release.verdict === 'live' && leftBecause !== undefined) return { verdict: 'bad', reason: leftBecause };
  if (release.verdict === 'live' || (release.verdict === 'standby' && !hasContainer)) {
    return { verdict: hasContainer ? 'standby' : 'retired' };
  }
  return undefined;
}

/**
 * Finishes or undoes what an interrupted job has left. The switch's word decides what is live; whatever that is, is
 * never touched. Returns one sentence for each thing it did.
 */
export async function reconcile(options: ReconcileOptions): Promise<string[]> {
  const { engine, store, state } = options;
  const findings: string[] = [];
  await clearOneOffs(options, findings);
  const removed = new Set<string>();
  for (const container of state.containers) {
    if (container.id === state.live?.id) continue;
    const release = state.releases.find(({ id }) => id === container.releaseId);
    const treatment = leftoverTreatment(container, release);
    if (treatment === 'remove') {
      await engine.containers.remove(container.id, { force: true, volumes: true });
      removed.add(container.releaseId);
      findings.push(
        release?.verdict === 'bad'
          ? `Removed ${container.name}, which had been kept for its logs.`
          : `Removed ${container.name}, which an earlier job had left behind.`,
      );
    } else if (treatment === 'finish-drain') {
      const left = await drain(
        options.trafficSwitch,
        container.color,
        options.drainTimeoutMs,
        options.signal,
        options.onProgress,
      );
      await putOnStandby({
        engine,
        trafficSwitch: options.trafficSwitch,
        containerId: container.id,
        color: container.color,
        mode: options.standby,
        stopTimeoutMs: options.stopTimeoutMs,
        connectionsLeft: left,
      });
      findings.push(`Finished draining ${container.name}, which an earlier job had begun.`);
    }
  }
  const { leaves } = state.releases.find(({ id }) => id === state.live?.releaseId) ?? {};
  for (const release of state.releases) {
    const hasContainer =
      !removed.has(release.id) && state.containers.some(({ releaseId }) => releaseId === release.id);
    const mended = mendedVerdict(
      release,
      release.id === state.live?.releaseId,
      hasContainer,
      leaves?.id === release.id ? leaves.reason : undefined,
    );
    if (!mended) continue;
    await store.save(withVerdict(release, mended.verdict, options.nowMs, mended.reason));
    findings.push(`The record called release ${release.id} ${release.verdict}; it is ${mended.verdict}.`);
  }
  return findings;
}

/** A migration that outlived its job must end before another starts; it is not killed before its time. */
async function clearOneOffs(options: ReconcileOptions, findings: string[]): Promise<void> {
  const { engine } = options;
  for (const summary of options.state.oneOffs) {
    const id = summary.Id;
    if (!id) continue;
    const name = summary.Names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
    if (summary.State === 'running') {
      options.onProgress(`Waiting for ${name}, a command that an earlier job has left running`);
      await engine.containers
        .wait(id, { timeoutMs: options.oneOffTimeoutMs, signal: options.signal })
        .catch((error: unknown) => {
          options.signal.throwIfAborted();
          findings.push(`${name} did not end in time and was stopped (${clipEnd(String(error), 100)}).`);
        });
    }
    await engine.containers.remove(id, { force: true, volumes: true });
    findings.push(`Removed ${name}, which an earlier job had left behind.`);
  }
}
