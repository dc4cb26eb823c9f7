import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '#engine';
import { EngineError } from '#engine';
import type { Candidate } from './deploy-context.ts';
import { fatalState, UnhealthyError } from './health-gate.ts';

/** An Engine goes on listing a container as running for a moment after its process has ended. */
const settleMs = 2000;
const pollMs = 50;

/**
 * Lets the Engine restart a version that is about to serve.
 *
 * @throws UnhealthyError when that fails because the version has just ended: the Engine itself only tells of its runtime
 */
export async function allowRestarts(
  engine: Engine,
  candidate: Pick<Candidate, 'id' | 'restartsBefore'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await engine.containers.update(candidate.id, { RestartPolicy: { Name: 'unless-stopped' } });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const fatal = await whyItEnded(engine, candidate, signal).catch(() => undefined);
    if (fatal === undefined) throw error;
    throw new UnhealthyError(`${fatal}, just after it had become healthy`, { cause: error });
  }
}

async function whyItEnded(
  engine: Engine,
  { id, restartsBefore }: Pick<Candidate, 'id' | 'restartsBefore'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const fatal = await fatalState(engine, id, restartsBefore);
    if (fatal !== undefined || performance.now() >= deadline) return fatal;
    await delay(pollMs, undefined, { signal });
  }
}
