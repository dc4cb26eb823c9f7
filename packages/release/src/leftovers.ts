import type { Engine } from '#engine';
import type { TrafficSwitch } from '#switch';
import type { AppContainer, AppState } from './app-state.ts';
import { isUp } from './app-state.ts';
import type { Release } from './release.ts';
import { drain, putOnStandby } from './retire.ts';
import type { StandbyMode } from './service-settings.ts';

export interface LeftoverOptions {
  readonly engine: Engine;
  readonly trafficSwitch: TrafficSwitch;
  readonly state: AppState;
  readonly standby: StandbyMode;
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
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
  const isAtRest = !isUp(container) || (standby === 'paused' && container.state === 'paused');
  // A rollback that was killed may have woken it.
  if (release?.verdict === 'standby') return standby === 'running' || isAtRest ? 'keep' : 'put-back';
  // It was live and another took over, but the job ended before it was drained and stopped, or could not write so.
  if (release?.liveAt !== undefined && release.verdict === 'live') return isAtRest ? 'keep' : 'finish-drain';
  return 'remove';
}

/**
 * Removes, drains or puts back what neither serves nor stands by as it should.
 *
 * @param spared containers that are not touched
 * @returns the releases that have lost their container
 */
export async function treatLeftovers(
  options: LeftoverOptions,
  live: Release | undefined,
  spared: ReadonlySet<string | undefined>,
  findings: string[],
): Promise<ReadonlySet<string>> {
  const { engine, state } = options;
  // A version that was left because it is bad is kept for its logs only.
  const isLeftBad = live?.leaves?.reason !== undefined;
  const standby = isLeftBad ? 'stopped' : (live?.rollout.standby ?? options.standby);
  const removed = new Set<string>();
  for (const container of state.containers) {
    if (spared.has(container.id)) continue;
    const release = state.releases.find(({ id }) => id === container.releaseId);
    const treatment = leftoverTreatment(container, release, standby);
    if (treatment === 'remove') {
      const wasGivenUp = release?.verdict === 'bad';
      // A job that died right after it had moved the traffic away from it has left it with requests.
      if (wasGivenUp && isUp(container)) await retire(options, container, 'stopped');
      await engine.containers.remove(container.id, { force: true, volumes: true });
      removed.add(container.releaseId);
      findings.push(
        wasGivenUp
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
  return removed;
}

/** Drains a container that nothing is sent to any more, and puts it on standby. */
export async function retire(
  options: LeftoverOptions,
  container: AppContainer,
  mode: StandbyMode,
): Promise<void> {
  const { engine, trafficSwitch, drainTimeoutMs, stopTimeoutMs, signal, onProgress } = options;
  const { color, id: containerId } = container;
  const connectionsLeft = await drain(trafficSwitch, color, drainTimeoutMs, signal, onProgress);
  await putOnStandby({ engine, trafficSwitch, containerId, color, mode, stopTimeoutMs, connectionsLeft });
}
