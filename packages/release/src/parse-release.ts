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
  textMap,
} from './json-shape.ts';
import type { Release, ReleaseConfig, ReleaseImage, ReleaseOrigin } from './release.ts';
import { isReleaseId, recordFormat } from './release.ts';
import type {
  HealthRequest,
  ListenAddress,
  RolloutSettings,
  SwitchRequest,
  WatchRequest,
} from './service-settings.ts';

export class RecordError extends ExplainedError {
  override readonly name = 'RecordError';
}

/**
 * Reads a release's file, of which every part is checked: a rollback runs what it says.
 *
 * @returns undefined for a damaged file
 * @throws RecordError for one that a newer Switchyard has written
 */
export function parseRelease(content: string, path: string): Release | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  const { format } = (value ?? {}) as { format?: unknown };
  if (typeof format === 'number' && format > recordFormat) {
    throw new RecordError(
      `${path} was written by a newer Switchyard (format ${format}, this one knows ${recordFormat}); update the action's version.`,
    );
  }
  try {
    const release = releaseShape(value);
    return path.endsWith(`/${release.app}/releases/${release.id}.json`) ? release : undefined;
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

const longestMs = 366 * 24 * 3_600_000;
const durationMs = number({ min: 0, max: longestMs });
const port = number({ min: 1, max: 65_535, whole: true });
const line = text(/^[^\r\n]*$/);
const filledLine = text(/^[^\r\n]+$/);
const moment = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, 40);
const urlPath = text(/^\/[\x21-\x22\x24-\x7e]*$/);
const command = list(text(), { min: 1 });

const listen: Shape<ListenAddress> = object<ListenAddress>({ host: text(/^[0-9A-Fa-f.:]+$/, 60), port });

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

const rollout: Shape<RolloutSettings> = object<RolloutSettings>({
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

const networkRanges = list(text(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, 60));
const haproxy = object<Extract<SwitchRequest, { kind: 'haproxy' }>>({
  kind: oneOf('haproxy'),
  listen,
  image: filledLine,
  requestTimeoutMs: optional(durationMs),
  trustedProxies: networkRanges,
});
const nginx = object<Required<Extract<SwitchRequest, { kind: 'nginx' }>>>({
  kind: oneOf('nginx'),
  listen,
  command,
  container: optional(text(/^[A-Za-z0-9][\w.-]*$/, 255)),
  trustedProxies: networkRanges,
});

const switchShape: Shape<SwitchRequest> = (value) => {
  const { kind } = (value ?? {}) as { kind?: unknown };
  if (kind === 'haproxy') return haproxy(value);
  return kind === 'nginx' ? nginx(value) : object<{ kind: 'none' }>({ kind: oneOf('none') })(value);
};

const config: Shape<ReleaseConfig> = object<ReleaseConfig>({
  containerPort: optional(port),
  protocol: oneOf('http', 'h2c', 'tcp'),
  env: textMap(/^[^=]+$/),
  secretNames: list(text()),
  volumes: list(text(/^[^:]+:\/[^:]+(?::[A-Za-z,]+)?$/)),
  networks: list(text(/^[A-Za-z0-9][\w.-]*$/, 255)),
  command: optional(list(text())),
  memoryBytes: optional(number({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  cpus: optional(number({ min: 0.001, max: 10_000 })),
  user: optional(filledLine),
  readOnly: flag,
  init: flag,
  stopSignal: optional(text(/^[A-Z0-9+]+$/, 30)),
  stopTimeoutMs: durationMs,
  labels: textMap(/^[^=]+$/),
  logMaxSizeBytes: number({ min: 1, max: Number.MAX_SAFE_INTEGER }),
});

const digest = text(/^sha(?:256|384|512):[0-9a-f]{64,128}$/);

const image: Shape<ReleaseImage> = object<ReleaseImage>({
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

const releaseShape: Shape<Release> = object<Required<Release>>({
  format: oneOf(recordFormat),
  id,
  app: text(/^[a-z][a-z0-9-]*$/, 100),
  color: oneOf('blue', 'green'),
  image,
  config,
  rollout,
  switch: switchShape,
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
});
