import { flag, list, number, object, oneOf, optional, type Shape, text, textMap } from './json-shape.ts';
import {
  command,
  durationMs,
  filledLine,
  image,
  networkRanges,
  openRecord,
  port,
  RecordError,
  recordedMembers,
  rollout,
  shaped,
} from './record-shapes.ts';
import type { Release, ReleaseConfig } from './release.ts';
import { recordFormat } from './release.ts';
import type { ListenAddress, SwitchRequest } from './service-settings.ts';

/**
 * Reads a release's file, of which every part is checked: a rollback runs what it says.
 *
 * @returns undefined for a damaged file
 * @throws RecordError for one that a newer Switchyard has written, or that is of a whole stack
 */
export function parseRelease(content: string, path: string): Release | undefined {
  const file = openRecord(content, path);
  if (file?.kind === 'stack') {
    throw new RecordError(
      `${path} is a release of a Compose stack, so this app is deployed with "compose-file"; give a single image an "app" of its own.`,
    );
  }
  return file && shaped(file.value, path, releaseShape);
}

const listen: Shape<ListenAddress> = object<ListenAddress>({ host: text(/^[0-9A-Fa-f.:]+$/, 60), port });

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
  stopSignal: optional(text(/^[A-Z0-9+-]+$/, 30)),
  stopTimeoutMs: durationMs,
  labels: textMap(/^[^=]+$/),
  logMaxSizeBytes: number({ min: 1, max: Number.MAX_SAFE_INTEGER }),
});

const releaseShape: Shape<Release> = object<Required<Release>>({
  ...recordedMembers,
  format: oneOf(recordFormat),
  color: oneOf('blue', 'green'),
  image,
  config,
  rollout,
  switch: switchShape,
});
