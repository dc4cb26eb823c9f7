import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '#engine';
import { sentenceOf } from '#explained-error';
import type { ProbeResult } from '#probe';
import type { Color, TrafficControl } from '#switch';
import { fatalState } from './health-gate.ts';
import type { WatchRequest } from './service-settings.ts';
import { WatchProbes } from './watch-probes.ts';
import type { RequestFigures } from './watch-verdict.ts';
import { RequestSample, watchProblem } from './watch-verdict.ts';

const tickMs = 200;

/** Collects what the switch says of both versions, from before the change until the end of the watch. */
export class TrafficObserver {
  readonly #samples: Record<Color, RequestSample> = { blue: new RequestSample(), green: new RequestSample() };
  #stop: (() => void) | undefined;

  /** False where the switch does not tell of single requests. */
  get sees(): boolean {
    return this.#stop !== undefined;
  }

  async start(trafficSwitch: Pick<TrafficControl, 'observe'>): Promise<void> {
    this.stop();
    const observation = await trafficSwitch.observe((request) => this.#samples[request.color].add(request));
    this.#stop = observation && (() => observation.stop());
  }

  /** Forgets one version's figures: what a slot answered for an earlier release says nothing of this one. */
  reset(color: Color): void {
    this.#samples[color] = new RequestSample();
  }

  figures(color: Color): RequestFigures {
    return this.#samples[color].figures();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}

/**
 * Watches the new version while it serves. Returns why it must be taken back, or undefined when the watch ended well.
 * It does not end while a health check is failing: what hangs is known only when the check's own time is up.
 */
export async function watchLive(options: {
  engine: Engine;
  containerId: string;
  restartsBefore: number;
  color: Color;
  oldColor: Color | undefined;
  observer: TrafficObserver;
  request: WatchRequest;
  attempt: () => Promise<ProbeResult>;
  /** How long its last health check took before it had users. */
  checkLatencyMs: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}): Promise<string | undefined> {
  const { observer, color, oldColor, request, signal } = options;
  const end = performance.now() + request.durationMs;
  const probes = new WatchProbes(options.attempt, options.checkLatencyMs);
  for (;;) {
    signal.throwIfAborted();
    const isOver = performance.now() >= end;
    if (isOver && probes.areWell) break;
    const state = fatalState(options.engine, options.containerId, options.restartsBefore);
    const fatal = await state.catch((error: unknown) => {
      // An Engine that is short of breath says nothing about the app; one that stays silent ends the connection.
      options.onProgress(`The Engine did not answer: ${sentenceOf(error)}`);
      return undefined;
    });
    if (fatal) return fatal;
    probes.askInTime(isOver);
    if (probes.problem !== undefined) return probes.problem;
    const fresh = observer.figures(color);
    const problem = watchProblem(fresh, oldColor && observer.figures(oldColor), request);
    if (problem) return problem;
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const seen = observer.sees ? `${fresh.requests} requests, ${fresh.errors} errors` : 'health checks only';
    options.onProgress(`Watching: ${seen}, ${isOver ? 'until a health check passes' : `${left} s to go`}`);
    const pauseMs = isOver ? tickMs : Math.min(tickMs, Math.max(1, end - performance.now()));
    await Promise.race([probes.answered, delay(pauseMs, undefined, { signal })]);
  }
  return watchProblem(observer.figures(color), oldColor && observer.figures(oldColor), request, true);
}
