import type { Duplex } from 'node:stream';
import { ExplainedError } from '#explained-error';
import { probeHttp, versionProblem } from '#probe';
import type { Color, TrafficSwitch } from '#switch';
import type { DeployRequest, HealthRequest } from './deploy-request.ts';
import type { ReleaseConfig } from './release.ts';

export class ProofError extends ExplainedError {
  override readonly name = 'ProofError';
}

/**
 * Proves that the expected build answers on this way in.
 *
 * @throws ProofError with what answered instead
 */
export async function proveVersion(
  open: () => Promise<Duplex>,
  version: NonNullable<DeployRequest['version']>,
  health: HealthRequest,
  config: ReleaseConfig,
): Promise<void> {
  const answer = await probeHttp(open, {
    path: version.path,
    host: health.host,
    protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
    timeoutMs: health.timeoutMs,
    expectedStatus: [{ from: 200, to: 299 }],
  });
  if (answer.outcome !== 'healthy') {
    throw new ProofError(`its version could not be read from ${version.path}: ${answer.detail}`);
  }
  const problem = versionProblem(version.expected, answer);
  if (problem) throw new ProofError(`its build is not the expected one, by ${version.path}: ${problem}`);
}

/**
 * Proves by a request through the switch that the slot answers to clients.
 *
 * @throws ProofError with what came back
 */
export async function proveThroughSwitch(
  trafficSwitch: TrafficSwitch,
  color: Color,
  health: HealthRequest,
  config: ReleaseConfig,
): Promise<void> {
  if (config.protocol === 'tcp') return;
  const answer = await probeHttp(() => trafficSwitch.openAsClient(), {
    path: health.path ?? '/',
    host: health.host,
    headers: { 'switchyard-probe': '1' },
    protocol: config.protocol,
    timeoutMs: health.timeoutMs,
    // Without a health path any answer of the app is one; only the slot is in question.
    expectedStatus: health.path === undefined ? [{ from: 100, to: 599 }] : health.statuses,
  });
  if (answer.outcome !== 'healthy')
    throw new ProofError(`a request through the switch failed: ${answer.detail}`);
  const slot = answer.headers?.['switchyard-color'];
  if (slot !== color) {
    throw new ProofError(
      `a request through the switch was answered by ${slot ?? 'something that names no slot'}, not by ${color}`,
    );
  }
}
