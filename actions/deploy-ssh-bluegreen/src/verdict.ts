import type { DeployRequest, DeployResult } from '#release';

/** Where the switch serves, as seen from the server. */
export function urlOf(request: DeployRequest): string | undefined {
  if (request.switch.kind === 'none') return undefined;
  const { host, port } = request.switch.listen;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${request.config.protocol === 'tcp' ? 'tcp' : 'http'}://${name}:${port}`;
}

/** Everything that other actions may want to know, without any value of the environment. */
export function verdictOf(
  request: DeployRequest,
  result: DeployResult,
  host: string,
  durationMs: number,
): Record<string, unknown> {
  const { health, release, image } = result;
  return {
    format: 1,
    action: 'deploy-ssh-bluegreen',
    outcome: result.outcome,
    reason: result.reason,
    servingNow: result.servingNow,
    app: request.app,
    host,
    release: release?.id,
    releaseVerdict: release?.verdict,
    previousRelease: result.previous,
    image: image?.reference,
    imageDigest: image?.digest,
    commit: request.origin.commit,
    color: result.color,
    container: result.container,
    url: urlOf(request),
    switched: result.switched,
    rolledBack: result.rolledBack,
    switchMs: result.switchMs,
    durationMs,
    health: health && {
      attempts: health.attempts,
      durationMs: health.durationMs,
      firstHealthyMs: health.firstHealthyMs,
    },
    watch: result.watch,
    findings: result.findings,
    timeline: result.timeline,
  };
}
