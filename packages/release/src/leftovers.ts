import type { Engine } from '#engine';
import { sentenceOf } from '#explained-error';
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
  /** Called with one sentence for each thing that was found and done. */
  readonly onFinding: (sentence: string) => void;
}

/** A container that neither serves nor stands by as it should. */
export interface Leftover {
  readonly container: AppContainer;
  readonly treatment: 'remove' | 'finish-drain' | 'put-back';
  readonly standby: StandbyMode;
  /** It is kept for its logs only. */
  readonly wasGivenUp: boolean;
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
): 'keep' | Leftover['treatment'] {
  const isAtRest = !isUp(container) || (standby === 'paused' && container.state === 'paused');
  // A rollback that was killed may have woken it.
  if (release?.verdict === 'standby') return standby === 'running' || isAtRest ? 'keep' : 'put-back';
  // It was live and another took over, but the job ended before it was drained and stopped, or could not write so.
  if (release?.liveAt !== undefined && release.verdict === 'live') return isAtRest ? 'keep' : 'finish-drain';
  return 'remove';
}

/** @param spared containers that are not touched */
export function findLeftovers(
  { state, standby: usual }: LeftoverOptions,
  live: Release | undefined,
  spared: ReadonlySet<string | undefined>,
): Leftover[] {
  // A version that was left because it is bad is kept for its logs only.
  const isLeftBad = live?.leaves?.reason !== undefined;
  const standby = isLeftBad ? 'stopped' : (live?.rollout.standby ?? usual);
  return state.containers.flatMap((container) => {
    const release = state.releases.find(({ id }) => id === container.releaseId);
    const treatment = leftoverTreatment(container, release, standby);
    if (spared.has(container.id) || treatment === 'keep') return [];
    const wasGivenUp = release?.verdict === 'bad';
    return [{ container, treatment, wasGivenUp, standby: treatment === 'remove' ? 'stopped' : standby }];
  });
}

/** Drains what is up and puts it where it belongs. What is to go is stopped first: its removal is a kill. */
export async function retireLeftovers(
  options: LeftoverOptions,
  leftovers: readonly Leftover[],
): Promise<void> {
  const { onFinding } = options;
  for (const { container, treatment, standby } of leftovers) {
    if (isUp(container)) await retire(options, container, standby);
    if (treatment === 'finish-drain')
      onFinding(`Finished draining ${container.name}, which an earlier job had begun.`);
    if (treatment === 'put-back')
      onFinding(`Put ${container.name} back on standby (${standby}), which an earlier job had woken.`);
  }
}

/**
 * One that can't be removed is in nobody's way as long as its slot is not needed.
 *
 * @returns the releases that have lost their container
 */
export async function removeLeftovers(
  { engine, signal, onFinding }: LeftoverOptions,
  leftovers: readonly Leftover[],
): Promise<ReadonlySet<string>> {
  const removed = new Set<string>();
  for (const { container, treatment, wasGivenUp } of leftovers) {
    if (treatment !== 'remove') continue;
    const { id, name, releaseId } = container;
    const what = wasGivenUp ? 'which had been kept for its logs' : 'which an earlier job had left behind';
    try {
      await engine.containers.remove(id, { force: true, volumes: true });
      removed.add(releaseId);
      onFinding(`Removed ${name}, ${what}.`);
    } catch (error) {
      signal.throwIfAborted();
      onFinding(`${name}, ${what}, could not be removed: ${sentenceOf(error)}`);
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
