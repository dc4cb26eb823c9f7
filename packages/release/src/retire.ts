import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '#engine';
import type { Color, TrafficControl } from '#switch';
import type { StandbyMode } from './service-settings.ts';

const pollMs = 50;

/**
 * Waits until a slot has no request in flight. Returns how many were left when the time was up.
 *
 * @throws the signal's reason
 */
export async function drain(
  trafficSwitch: Pick<TrafficControl, 'inFlight'>,
  color: Color,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onProgress: (text: string) => void,
): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const inFlight = await trafficSwitch.inFlight(color);
    if (inFlight === 0 || performance.now() >= deadline) return inFlight;
    const left = Math.ceil((deadline - performance.now()) / 1000);
    onProgress(`Draining: ${inFlight} requests in flight, ${left} s at most`);
    await delay(pollMs, undefined, signal ? { signal } : {});
  }
}

/**
 * Puts a drained version on standby. A version that goes on running gets its last connections cut, because nothing
 * else would ever end them; one that is stopped ends them itself when it gets its stop signal.
 */
export async function putOnStandby(options: {
  engine: Engine;
  trafficSwitch: Pick<TrafficControl, 'closeConnections'>;
  containerId: string;
  color: Color;
  mode: StandbyMode;
  stopTimeoutMs: number;
  connectionsLeft: number;
}): Promise<void> {
  const { engine, mode, containerId } = options;
  const stopSeconds = Math.ceil(options.stopTimeoutMs / 1000);
  if (mode === 'stopped') {
    await engine.containers.stop(containerId, stopSeconds);
    return;
  }
  if (options.connectionsLeft > 0) await options.trafficSwitch.closeConnections(options.color);
  if (mode !== 'paused') return;
  // After a reboot the Engine would start it, and two versions of a worker would run.
  await engine.containers.update(containerId, { RestartPolicy: { Name: 'no' } });
  const state = (await engine.containers.inspect(containerId))?.State?.Status;
  if (state === 'running') await engine.containers.pause(containerId);
  // What keeps ending can't be paused.
  else if (state !== 'paused') await engine.containers.stop(containerId, stopSeconds);
}
