import type { ContainerInspectResponse, ImageInspect } from '#engine';
import { appLabels, labelPrefix, slotNetworkName } from './app-container.ts';
import type { AppContainer } from './app-state.ts';
import type { Release, ReleaseConfig, ReleaseImage, ReleaseVerdict } from './release.ts';
import { recordFormat } from './release.ts';
import type { RolloutSettings, SwitchRequest } from './service-settings.ts';

/** What a container can't tell: how its release was brought live. */
export interface UnknownSettings {
  readonly rollout: RolloutSettings;
  readonly switch: SwitchRequest;
  /** Where they are taken from, as it stands behind "taken from". */
  readonly from: string;
}

/**
 * A release's record made anew from its container. The image's own environment, command, user and labels are taken
 * off again, so that a container created from the record gets them from the image as the first one did.
 */
export function rebuildRelease(options: {
  app: string;
  container: AppContainer;
  inspect: ContainerInspectResponse;
  /** Undefined when the image is gone; then what came from it can't be told from what was set. */
  image: ImageInspect | undefined;
  verdict: ReleaseVerdict;
  settings: UnknownSettings;
  nowMs: number;
}): Release {
  const { app, container, inspect, image, settings } = options;
  const createdAt = isoTime(inspect.Created) ?? new Date(options.nowMs).toISOString();
  return {
    format: recordFormat,
    id: container.releaseId,
    app,
    color: container.color,
    image: imageOf(inspect),
    config: configOf(app, inspect, image),
    rollout: settings.rollout,
    switch: settings.switch,
    origin: { runUrl: undefined, actor: undefined, commit: undefined },
    createdAt,
    verdict: options.verdict,
    verdictAt: new Date(options.nowMs).toISOString(),
    reason: options.verdict === 'bad' ? 'it is not known why, because its record was lost' : undefined,
    // Only containers that were live are worth a record; when exactly is not known.
    liveAt: isoTime(inspect.State?.StartedAt) ?? createdAt,
  };
}

function imageOf(inspect: ContainerInspectResponse): ReleaseImage {
  const runnable = inspect.Config?.Image || inspect.Image || '';
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(runnable)?.[1];
  // Not known to be ours: a sweep leaves it alone.
  return { reference: runnable, digest, id: inspect.Image ?? runnable, runnable, pulled: false };
}

function configOf(
  app: string,
  inspect: ContainerInspectResponse,
  image: ImageInspect | undefined,
): ReleaseConfig {
  const config = inspect.Config ?? {};
  const host = inspect.HostConfig ?? {};
  const labels = config.Labels ?? {};
  const own = image?.Config;
  const env = entriesOf(config.Env, own?.Env);
  const port = Number(labels[appLabels.port]);
  const protocol = labels[appLabels.protocol];
  const ofImage = own?.Labels ?? {};
  return {
    containerPort: Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined,
    protocol: protocol === 'h2c' || protocol === 'tcp' ? protocol : 'http',
    env,
    // Which of them are secrets is not known any more, so all of them are.
    secretNames: Object.keys(env),
    volumes: host.Binds ?? [],
    networks: Object.keys(inspect.NetworkSettings?.Networks ?? {}).filter(
      (name) => name !== slotNetworkName(app),
    ),
    command: sameList(config.Cmd, own?.Cmd) ? undefined : (config.Cmd ?? undefined),
    memoryBytes: host.Memory || undefined,
    cpus: host.NanoCpus ? host.NanoCpus / 1e9 : undefined,
    user: config.User && config.User !== own?.User ? config.User : undefined,
    readOnly: host.ReadonlyRootfs === true,
    init: host.Init !== false,
    stopSignal: config.StopSignal && config.StopSignal !== own?.StopSignal ? config.StopSignal : undefined,
    stopTimeoutMs: (config.StopTimeout ?? 10) * 1000,
    labels: Object.fromEntries(
      Object.entries(labels).filter(
        ([name, value]) => !name.startsWith(labelPrefix) && ofImage[name] !== value,
      ),
    ),
    logMaxSizeBytes: Number(/^\d+$/.exec(host.LogConfig?.Config?.['max-size'] ?? '')?.[0] ?? 10_000_000),
  };
}

function entriesOf(
  env: readonly string[] | null | undefined,
  ofImage: readonly string[] | null | undefined,
): Record<string, string> {
  const entries = (env ?? [])
    .filter((entry) => !(ofImage ?? []).includes(entry))
    .map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    });
  return Object.fromEntries(entries);
}

function sameList(
  one: readonly string[] | null | undefined,
  other: readonly string[] | null | undefined,
): boolean {
  return (one ?? []).join('\0') === (other ?? []).join('\0');
}

function isoTime(text: string | null | undefined): string | undefined {
  const timeMs = Date.parse(text ?? '');
  // The Engine writes the year 1 for "never".
  return timeMs > 0 ? new Date(timeMs).toISOString() : undefined;
}

/**
 * Whether a container without a record was ever given traffic. Until a release has proven itself it may not restart by
 * itself; a paused standby may not either, but nobody pauses a candidate.
 *
 * @param lastEvent what the journal says of its release last
 */
export function wasGivenTraffic(inspect: ContainerInspectResponse, lastEvent?: string): boolean {
  const mayRestart = inspect.HostConfig?.RestartPolicy?.Name === 'unless-stopped';
  const servedOnce = ['live', 'bad', 'rollback', 'rollback-failed'].includes(lastEvent ?? '');
  return mayRestart || inspect.State?.Paused === true || servedOnce;
}
