import type { ContainerSummary, Engine } from '#engine';
import { appLabels } from './app-container.ts';
import type { AppState } from './app-state.ts';

export interface OneOffOptions {
  readonly engine: Engine;
  readonly state: Pick<AppState, 'oneOffs'>;
  /** Whether this job may run commands itself, which those of an earlier job must not overlap. */
  readonly runsCommands: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly onFinding: (sentence: string) => void;
}

/** Of a one-off container that does not say it itself. */
const usualOneOffMs = 10 * 60_000;
const oneOffStopSeconds = 10;

/** A migration that outlived its job must end before another starts; it is not killed before its time. */
export async function clearOneOffs(options: OneOffOptions): Promise<void> {
  const { onFinding } = options;
  const { containers } = options.engine;
  for (const summary of options.state.oneOffs) {
    const id = summary.Id;
    if (!id) continue;
    const name = summary.Names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
    if (summary.State === 'running' && !options.runsCommands) {
      onFinding(`${name}, a command of an earlier job, still runs and was left alone.`);
      continue;
    }
    if (summary.State === 'running' && !(await endsInTime(options, summary, id, name))) {
      await containers.stop(id, oneOffStopSeconds);
      onFinding(`${name} did not end in its time and was stopped.`);
    }
    await containers.remove(id, { force: true, volumes: true });
    onFinding(`Removed ${name}, which an earlier job had left behind.`);
  }
}

async function endsInTime(
  { engine, nowMs, signal, onProgress }: OneOffOptions,
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
