import { ExplainedError } from '#explained-error';
import {
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  prose,
  type Shape,
  ShapeError,
  text,
} from './json-shape.ts';
import type { RecordedRelease, ReleaseImage, ReleaseOrigin } from './release.ts';
import { isReleaseId } from './release.ts';
import type { HealthRequest, RolloutSettings, WatchRequest } from './service-settings.ts';

export class RecordError extends ExplainedError {
  override readonly name = 'RecordError';
}

/** A record's file, as far as it can be told before its parts are looked at. */
export interface RecordFile {
  readonly value: unknown;
  readonly format: unknown;
  readonly kind: unknown;
}

/** The newest format of each kind that this version of the code knows; a single app's record names no kind. */
const newestFormats = new Map<unknown, number>([
  [undefined, 1],
  ['stack', 2],
]);

/**
 * @returns undefined for a file that is no JSON
 * @throws RecordError for one that a newer Switchyard has written
 */
export function openRecord(content: string, path: string): RecordFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  const { format, kind } = (value ?? {}) as { format?: unknown; kind?: unknown };
  const newest = newestFormats.get(kind) ?? 0;
  if (typeof format === 'number' && format > newest) {
    throw new RecordError(
      `${path} was written by a newer Switchyard (format ${format}, this one knows ${newest}); update the action's version.`,
    );
  }
  return { value, format, kind };
}

/** @returns undefined for a damaged file, or one that says that it belongs elsewhere */
export function shaped<R extends RecordedRelease>(
  value: unknown,
  path: string,
  shape: Shape<R>,
): R | undefined {
  try {
    const release = shape(value);
    return path.endsWith(`/${release.app}/releases/${release.id}.json`) ? release : undefined;
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

const longestMs = 366 * 24 * 3_600_000;
export const durationMs = number({ min: 0, max: longestMs });
export const port = number({ min: 1, max: 65_535, whole: true });
const line = text(/^[^\r\n]*$/);
export const filledLine = text(/^[^\r\n]+$/);
const moment = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, 40);
export const urlPath = text(/^\/[\x21-\x22\x24-\x7e]*$/);
export const command = list(text(), { min: 1 });

const health: Shape<HealthRequest> = object<HealthRequest>({
  path: optional(urlPath),
  command: optional(command),
  host: filledLine,
  statuses: list(
    object<{ from: number; to: number }>({
      from: number({ min: 100, max: 599, whole: true }),
      to: number({ min: 100, max: 599, whole: true }),
    }),
    { min: 1 },
  ),
  intervalMs: number({ min: 1, max: longestMs }),
  timeoutMs: number({ min: 1, max: longestMs }),
  threshold: number({ min: 1, max: 1000, whole: true }),
  startTimeoutMs: number({ min: 1, max: longestMs }),
});

export const rollout: Shape<RolloutSettings> = object<RolloutSettings>({
  order: oneOf('start-first', 'stop-first'),
  health,
  version: optional(object<{ expected: string; path: string }>({ expected: filledLine, path: urlPath })),
  watch: object<WatchRequest>({
    durationMs,
    maxErrorRate: number({ min: 0, max: 1 }),
    maxLatencyP95Ms: optional(durationMs),
  }),
  drainTimeoutMs: durationMs,
  standby: oneOf('stopped', 'paused', 'running'),
  keepReleases: number({ min: 1, max: 10_000, whole: true }),
});

export const networkRanges = list(text(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, 60));

const digest = text(/^sha(?:256|384|512):[0-9a-f]{64,128}$/);

export const image: Shape<ReleaseImage> = object<ReleaseImage>({
  reference: filledLine,
  digest: optional(digest),
  id: filledLine,
  // A registry with an IPv6 address begins with a bracket.
  runnable: text(/^(?:[A-Za-z0-9]|\[[0-9A-Fa-f:]+\])[\w.:/@-]*$/, 1000),
  pulled: flag,
});

const id: Shape<string> = (value) => {
  if (typeof value === 'string' && isReleaseId(value)) return value;
  throw new ShapeError('not an id');
};

/** The members that every release's record has. */
export const recordedMembers: {
  readonly [Key in keyof RecordedRelease]-?: Shape<RecordedRelease[Key]>;
} = {
  id,
  app: text(/^[a-z][a-z0-9-]*$/, 100),
  origin: object<ReleaseOrigin>({
    runUrl: optional(line),
    actor: optional(line),
    commit: optional(line),
  }),
  createdAt: moment,
  verdict: oneOf('pending', 'live', 'standby', 'retired', 'failed', 'bad'),
  verdictAt: moment,
  reason: optional(prose),
  liveAt: optional(moment),
  leaves: optional(object<{ id: string; reason: string | undefined }>({ id, reason: optional(prose) })),
};
