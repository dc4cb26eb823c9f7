import type { Duplex } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { clipEnd } from '#clipped-text';
import type { Engine } from '#engine';
import { ExplainedError } from '#explained-error';
import type { HealthyWait, ProbeResult } from '#probe';
import { probeHttp, probeTcp, waitUntilHealthy } from '#probe';
import type { ServedPort } from './release.ts';
import type { HealthRequest } from './service-settings.ts';

export class UnhealthyError extends ExplainedError {
  override readonly name = 'UnhealthyError';
}

/** What decides that a container is healthy. */
export type HealthKind = 'http' | 'tcp' | 'command' | 'image' | 'running';

/** A container without any check must at least stay up for this long. */
const steadyMs = 3000;

/** The check that the user asked for, or else the best that the image offers. */
export function healthKind(
  health: HealthRequest,
  config: ServedPort,
  imageHasHealthcheck: boolean,
): HealthKind {
  if (health.path !== undefined) return 'http';
  if (health.command !== undefined) return 'command';
  if (imageHasHealthcheck) return 'image';
  return config.containerPort === undefined ? 'running' : 'tcp';
}

export function describeHealthKind(
  kind: HealthKind,
  health: HealthRequest,
  port: number | undefined,
): string {
  const where = port === undefined ? 'the port that the image exposes' : `port ${port}`;
  switch (kind) {
    case 'http':
      return `GET ${health.path} on ${where}`;
    case 'tcp':
      return `a connection to ${where}`;
    case 'command':
      return `the command ${health.command?.[0]}`;
    case 'image':
      return "the image's own HEALTHCHECK";
    case 'running':
      return `staying up for ${steadyMs / 1000} s`;
  }
}

export interface HealthTarget {
  readonly containerId: string;
  /** How often the Engine had restarted it before. */
  readonly restartsBefore: number;
  readonly open: () => Promise<Duplex>;
}

/** One attempt of the given kind. */
export function healthAttempt(
  engine: Engine,
  kind: HealthKind,
  health: HealthRequest,
  config: ServedPort,
  target: HealthTarget,
): () => Promise<ProbeResult> {
  switch (kind) {
    case 'http':
      return () =>
        probeHttp(target.open, {
          path: health.path ?? '/',
          host: health.host,
          protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
          timeoutMs: health.timeoutMs,
          expectedStatus: health.statuses,
        });
    case 'tcp':
      return () => probeTcp(target.open, health.timeoutMs);
    case 'command':
      return withPort(config, health, target, () =>
        commandAttempt(engine, target.containerId, health.command ?? [], health.timeoutMs),
      );
    case 'image':
      return withPort(config, health, target, () => imageAttempt(engine, target.containerId));
    case 'running':
      return runningAttempt(engine, target.containerId);
  }
}

/** A check inside the container says nothing of the port that the switch is going to send users to. */
function withPort(
  config: ServedPort,
  health: HealthRequest,
  target: HealthTarget,
  attempt: () => Promise<ProbeResult>,
): () => Promise<ProbeResult> {
  if (config.containerPort === undefined) return attempt;
  return async () => {
    const inside = await attempt();
    if (inside.outcome !== 'healthy') return inside;
    const port = await probeTcp(target.open, health.timeoutMs);
    return port.outcome === 'healthy'
      ? inside
      : { ...port, detail: `${silentPort(config)} (${port.detail})` };
  };
}

function silentPort({ containerPort }: ServedPort): string {
  return `nothing in it answers on port ${containerPort}`;
}

async function commandAttempt(
  engine: Engine,
  id: string,
  command: readonly string[],
  timeoutMs: number,
): Promise<ProbeResult> {
  const started = performance.now();
  const result = await engine.containers.exec(id, command, { timeoutMs });
  const latencyMs = performance.now() - started;
  if (result.timedOut) return { outcome: 'unhealthy', latencyMs, detail: `no end within ${timeoutMs} ms` };
  const output = lastLine(result.output);
  return result.exitCode === 0
    ? { outcome: 'healthy', latencyMs, detail: 'exit code 0' }
    : {
        outcome: 'unhealthy',
        latencyMs,
        detail: `exit code ${result.exitCode}${output ? `: ${output}` : ''}`,
      };
}

async function imageAttempt(engine: Engine, id: string): Promise<ProbeResult> {
  const started = performance.now();
  const container = await engine.containers.inspect(id);
  const latencyMs = performance.now() - started;
  const status = container?.State?.Health?.Status ?? 'none';
  return status === 'healthy'
    ? { outcome: 'healthy', latencyMs, detail: 'its HEALTHCHECK passes' }
    : { outcome: 'unhealthy', latencyMs, detail: `its HEALTHCHECK says ${status}` };
}

function runningAttempt(engine: Engine, id: string): () => Promise<ProbeResult> {
  const since = performance.now();
  return async () => {
    const started = performance.now();
    const container = await engine.containers.inspect(id);
    const latencyMs = performance.now() - started;
    return container?.State?.Running === true && started - since >= steadyMs
      ? { outcome: 'healthy', latencyMs, detail: `it has stayed up for ${steadyMs / 1000} s` }
      : { outcome: 'unhealthy', latencyMs, detail: 'it has not run for long enough yet' };
  };
}

/** What a program said last, as it may stand in a reason: without terminal codes and, but for tabs, control characters. */
function lastLine(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[^\P{Cc}\t]+|[\u2028-\u202e\u2066-\u2069]+/gu, '').trim());
  return clipEnd(lines.findLast((line) => line !== '') ?? '', 200);
}

/** What shells, inits and the kernel mean by an exit code. */
function exitMeaning(code: number | undefined): string {
  if (code === 126) return ' (its program may not be run)';
  if (code === 127) return ' (its program is not in the image)';
  return code === 137 ? ' (it was killed)' : '';
}

/** Why a container can't become healthy any more, or undefined while it may. */
export async function fatalState(
  engine: Engine,
  id: string,
  restartsBefore: number,
): Promise<string | undefined> {
  const container = await engine.containers.inspect(id);
  const state = container?.State;
  if (!container || !state) return 'its container is gone';
  if (state.OOMKilled) return 'it ran out of memory and was killed';
  if (state.Restarting || (container.RestartCount ?? 0) > restartsBefore) return 'it keeps restarting';
  if (!state.Running && state.Status !== 'created')
    return `it ended with exit code ${state.ExitCode}${exitMeaning(state.ExitCode)}`;
  if (state.Health?.Status === 'unhealthy') {
    const output = lastLine(state.Health.Log?.at(-1)?.Output ?? '');
    return `its HEALTHCHECK says unhealthy${output ? `: ${output}` : ''}`;
  }
  return undefined;
}

/**
 * Waits until the container is healthy.
 *
 * @throws UnhealthyError with the reason, at once when the container has ended, else after `startTimeoutMs`
 */
export async function passHealthGate(options: {
  engine: Engine;
  kind: HealthKind;
  health: HealthRequest;
  config: ServedPort;
  target: HealthTarget;
  /** What healthAttempt() gives for these. */
  attempt: () => Promise<ProbeResult>;
  signal: AbortSignal;
  onAttempt: (text: string) => void;
  /** Called with what was measured, healthy or not. */
  onEnd?: (wait: HealthyWait) => void;
}): Promise<HealthyWait> {
  const { engine, kind, health, config, target } = options;
  const wait = await waitUntilHealthy({
    attempt: options.attempt,
    intervalMs: health.intervalMs,
    healthyThreshold: kind === 'image' || kind === 'running' ? 1 : health.threshold,
    deadlineMs: health.startTimeoutMs,
    watch: async () => {
      const reason = await fatalState(engine, target.containerId, target.restartsBefore);
      return reason === undefined ? undefined : { reason };
    },
    signal: options.signal,
    onAttempt: (result, attempt) => {
      options.onAttempt(`Health check ${attempt}: ${result.outcome}, ${result.detail}`);
    },
  });
  options.onEnd?.(wait);
  if (wait.outcome === 'healthy') return wait;
  const neverConnected = !wait.everConnected && (kind === 'http' || kind === 'tcp');
  if (wait.outcome === 'late' && (neverConnected || wait.last?.detail.startsWith(silentPort(config)))) {
    throw new UnhealthyError(
      `${silentPort(config)}, not once in ${health.startTimeoutMs / 1000} s; check "container-port", and that the app listens on 0.0.0.0 and not only on 127.0.0.1`,
    );
  }
  const by = describeHealthKind(kind, health, config.containerPort);
  throw new UnhealthyError(
    wait.outcome === 'fatal' ? `it never became healthy: ${wait.reason}` : `${wait.reason}; checked by ${by}`,
  );
}
