import type { Color, Protocol } from '#switch';
import type { RolloutSettings, SwitchRequest } from './service-settings.ts';

/** Written into every file; a newer one is refused rather than mangled. */
export const recordFormat = 1;

/**
 * `pending` while a deploy works on it; `live` serves; `standby` was live and can come back at once; `retired` was
 * live and has no container any more; `failed` never became live; `bad` was live and was taken back.
 */
export type ReleaseVerdict = 'pending' | 'live' | 'standby' | 'retired' | 'failed' | 'bad';

/** How a release's container is to be run: everything that a rollback has to restore. */
export interface ReleaseConfig {
  readonly containerPort: number | undefined;
  readonly protocol: Protocol;
  readonly env: Readonly<Record<string, string>>;
  /** Names in `env` whose values are secrets. */
  readonly secretNames: readonly string[];
  /** `name-or-path:/path[:ro]` */
  readonly volumes: readonly string[];
  /** Networks to join beside the app's own. */
  readonly networks: readonly string[];
  readonly command: readonly string[] | undefined;
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
  readonly user: string | undefined;
  readonly readOnly: boolean;
  /** Run a small init as process 1, which passes signals on. */
  readonly init: boolean;
  readonly stopSignal: string | undefined;
  readonly stopTimeoutMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly logMaxSizeBytes: number;
}

/** What a probe needs to know of a container. */
export type ServedPort = Pick<ReleaseConfig, 'containerPort' | 'protocol'>;

export interface ReleaseImage {
  /** As the user wrote it. */
  readonly reference: string;
  /** The registry's digest, `sha256:…`; undefined for an image that never was in a registry. */
  readonly digest: string | undefined;
  /** The Engine's id of the image. */
  readonly id: string;
  /** What a container is created from: by digest where there is one. */
  readonly runnable: string;
  /** This deploy brought it to the server, so a sweep may take it away again. */
  readonly pulled: boolean;
}

/** Who asked for it. */
export interface ReleaseOrigin {
  readonly runUrl: string | undefined;
  readonly actor: string | undefined;
  readonly commit: string | undefined;
}

/** What every release has in its record, whatever it is made of. */
export interface RecordedRelease {
  readonly id: string;
  readonly app: string;
  readonly origin: ReleaseOrigin;
  /** Server time, ISO 8601. */
  readonly createdAt: string;
  readonly verdict: ReleaseVerdict;
  readonly verdictAt: string;
  /** Why it failed or is bad. */
  readonly reason: string | undefined;
  /** When it first became live. */
  readonly liveAt: string | undefined;
  /**
   * The release that a rollback leaves for this one, and why it is bad; without a reason it is not. A job that dies on
   * the way can't say so.
   */
  readonly leaves?: { readonly id: string; readonly reason: string | undefined } | undefined;
}

/** One release of one app on one server. */
export interface Release extends RecordedRelease {
  readonly format: typeof recordFormat;
  readonly color: Color;
  readonly image: ReleaseImage;
  readonly config: ReleaseConfig;
  readonly rollout: RolloutSettings;
  /** The switch in front of it while it was last live. It belongs to the server: later releases may change it. */
  readonly switch: SwitchRequest;
}

/** An id that sorts by time: `20261121-031205-3f9a`. */
export function releaseId(timeMs: number, random: string): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${random}`;
}

/** The time that an id was made of, in ms since 1970 and whole seconds. */
export function timeOfReleaseId(id: string): number {
  const [, date = '', time = ''] = /^(\d{8})-(\d{6})-/.exec(id) ?? [];
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
  const [hours, minutes, seconds] = [time.slice(0, 2), time.slice(2, 4), time.slice(4)];
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
}

const idPattern = /^\d{8}-\d{6}-[0-9a-z]{4}$/;
/** Each id is later than all before it, and a year has four digits. */
const lastIdMs = Date.UTC(9000, 0);

/** Ids come back from file names and labels, which anybody on the server can write. */
export function isReleaseId(text: string): boolean {
  if (!idPattern.test(text)) return false;
  const timeMs = timeOfReleaseId(text);
  return timeMs < lastIdMs && releaseId(timeMs, text.slice(-4)) === text;
}

export function withVerdict<R extends RecordedRelease>(
  release: R,
  verdict: ReleaseVerdict,
  timeMs: number,
  reason?: string,
): R {
  const at = new Date(timeMs).toISOString();
  return {
    ...release,
    verdict,
    verdictAt: at,
    reason: reason ?? (verdict === 'failed' || verdict === 'bad' ? release.reason : undefined),
    liveAt: release.liveAt ?? (verdict === 'live' ? at : undefined),
    // It says what this release took the traffic from; whoever serves no more has taken it from nobody.
    leaves: verdict === 'live' ? release.leaves : undefined,
  };
}
