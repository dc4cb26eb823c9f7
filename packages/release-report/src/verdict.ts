import type { DeployResult, ReleaseConfig, ReleaseOrigin, ReleaseVerdict, SwitchRequest } from '#release';

/** How a release came out, of one image or of a whole stack. */
export interface ReportedResult
  extends Pick<
    DeployResult,
    | 'outcome'
    | 'reason'
    | 'cause'
    | 'nothingServes'
    | 'servingNow'
    | 'previous'
    | 'switched'
    | 'rolledBack'
    | 'switchMs'
    | 'candidateLog'
    | 'findings'
    | 'timeline'
  > {
  readonly release:
    | { readonly id: string; readonly verdict: ReleaseVerdict; readonly origin: ReleaseOrigin }
    | undefined;
  readonly image?: DeployResult['image'];
  readonly color?: DeployResult['color'];
  readonly container?: DeployResult['container'];
  readonly health?: DeployResult['health'];
  readonly watch?: DeployResult['watch'];
  /** Of a stack. */
  readonly services?: readonly ReportedService[];
  /** How long addresses did not answer while a stack of plain Compose was taken over, in ms. */
  readonly adoptionGapMs?: number | undefined;
}

export interface ReportedService {
  readonly name: string;
  readonly role: string;
  readonly image: string;
  readonly imageDigest: string | undefined;
  readonly color: string;
  /** It runs as before, because nothing of it has changed. */
  readonly isUnchanged: boolean;
}

/** What a report is about, as far as the result itself does not say it. */
export interface ReportSubject {
  /** The action's name. */
  readonly action: string;
  readonly app: string;
  readonly host: string;
  readonly url: string | undefined;
  /** The image as the user named it; undefined while it is not known. */
  readonly image: string | undefined;
  readonly commit: string | undefined;
  readonly durationMs: number;
}

/** Where the switch serves, as seen from the server. */
export function urlOf(wanted: SwitchRequest, protocol: ReleaseConfig['protocol']): string | undefined {
  if (wanted.kind === 'none') return undefined;
  const { host, port } = wanted.listen;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${protocol === 'tcp' ? 'tcp' : 'http'}://${name}:${port}`;
}

/** Everything that other actions may want to know, without any value of the environment. */
export function verdictOf(subject: ReportSubject, result: ReportedResult): Record<string, unknown> {
  const { health, release, image } = result;
  return {
    format: 1,
    action: subject.action,
    outcome: result.outcome,
    reason: result.reason,
    servingNow: result.servingNow,
    app: subject.app,
    host: subject.host,
    release: release?.id,
    releaseVerdict: release?.verdict,
    previousRelease: result.previous,
    image: image?.reference,
    imageDigest: image?.digest,
    commit: subject.commit,
    color: result.color,
    container: result.container,
    url: subject.url,
    switched: result.switched,
    rolledBack: result.rolledBack,
    switchMs: result.switchMs,
    adoptionGapMs: result.adoptionGapMs,
    services: result.services,
    durationMs: subject.durationMs,
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
