import { posix } from 'node:path';
import { type InputReader, quoteBriefly } from '#action-kit';
import { clipEnd } from '#clipped-text';
import { parseImageReference } from '#engine';
import type {
  DeployRequest,
  HookRequest,
  ReleaseConfig,
  StandbyMode,
  SwitchRequest,
  UpdateOrder,
  WatchRequest,
} from '#release';
import {
  checkNamed,
  readApp,
  readRegistryAuth,
  readRollout,
  readTrustedProxies,
  readTurn,
} from '#rollout-inputs';
import { readServerAccess, type ServerAccess } from '#server-access';
import { isStack, readStackInputs, type StackInputs } from '#stack-inputs';
import { isSignal } from './stop-signal.ts';

export interface Inputs {
  readonly access: ServerAccess;
  /** One image, or a whole Compose stack. */
  readonly wanted: AppInputs | (StackInputs & { readonly kind: 'stack' });
  readonly dryRun: boolean;
}

export interface AppInputs {
  readonly kind: 'app';
  readonly deploy: Omit<DeployRequest, 'origin'>;
}

/**
 * Reads and checks every input, before any connection is opened.
 *
 * @throws InputError with one sentence for each thing that is wrong
 */
export function readInputs(reader: InputReader): Inputs {
  const inputs: Inputs = {
    access: readServerAccess(reader),
    wanted: isStack(reader)
      ? { kind: 'stack', ...readStackInputs(reader) }
      : { kind: 'app', deploy: readDeploy(reader) },
    dryRun: reader.boolean('dry-run'),
  };
  reader.finish();
  return inputs;
}

function readDeploy(reader: InputReader): AppInputs['deploy'] {
  const app = readApp(reader);
  const imageText = reader.required('image');
  const config = readConfig(reader);
  const rollout = readRollout(reader);
  const { health } = rollout;
  const wantedSwitch = readSwitch(reader);
  const version = readVersion(reader);
  const hasPort = wantedSwitch.kind !== 'none';
  if (!hasPort && config.containerPort === undefined && health.path !== undefined) {
    reader.problem('health-path', 'needs container-port when switch is none');
  }
  if (wantedSwitch.kind === 'nginx' && config.protocol !== 'http') {
    reader.problem('protocol', `${config.protocol} needs switch haproxy; nginx moves plain http only`);
  }
  if (version && config.protocol === 'tcp') reader.problem('expected-version', 'needs protocol http or h2c');
  if (health.path !== undefined && config.protocol === 'tcp')
    reader.problem('health-path', 'needs protocol http or h2c');
  if (version && !hasPort && config.containerPort === undefined) {
    reader.problem('expected-version', 'needs container-port when switch is none');
  }
  const order = reader.oneOf('order', ['start-first', 'stop-first']);
  const standby = reader.oneOf('standby', ['stopped', 'paused', 'running']);
  checkStandby(reader, wantedSwitch.kind, order, standby);
  checkWatch(reader, wantedSwitch.kind, config.protocol, rollout.watch);
  return {
    app,
    imageText,
    image:
      reader.check('image', () => parseImageReference(imageText || 'missing:missing')) ??
      parseImageReference('missing:missing'),
    registryAuth: readRegistryAuth(reader),
    pullPolicy: reader.oneOf('pull-policy', ['always', 'missing', 'never']),
    config,
    switch: wantedSwitch,
    order,
    ...rollout,
    version,
    preDeploy: readHook(reader, 'pre-deploy'),
    postDeploy: readHook(reader, 'post-deploy'),
    keepReleases: reader.integer('keep-releases', { min: 2, max: 1000 }),
    standby,
    ...readTurn(reader),
  };
}

/** A standby that can't be had is refused, not made into another one in silence. */
function checkStandby(
  reader: InputReader,
  kind: SwitchRequest['kind'],
  order: UpdateOrder,
  standby: StandbyMode,
): void {
  if (order === 'stop-first' && standby !== 'stopped') {
    reader.problem(
      'standby',
      `${standby} is not possible with order stop-first, which stops the old version first; leave it at stopped`,
    );
  } else if (kind === 'none' && standby === 'running') {
    reader.problem(
      'standby',
      'running needs a switch, because without one old and new would both go on working; use stopped or paused',
    );
  }
}

/** The default of watch-max-error-rate in action.yml; a value that is given and the same can't be told from it. */
const usualErrorRate = 0.05;

/** Only HAProxy tells of single requests. A limit that nothing is held against would be a false comfort. */
function checkWatch(
  reader: InputReader,
  kind: SwitchRequest['kind'],
  protocol: ReleaseConfig['protocol'],
  watch: WatchRequest,
): void {
  const isReported = (name: string) => reader.problems.some((problem) => problem.input === name);
  const [rate, p95] = ['watch-max-error-rate', 'watch-max-latency-p95'];
  const why =
    kind === 'nginx' ? 'nginx does not tell of single requests' : 'nothing sees requests without it';
  if (kind !== 'haproxy' && watch.maxErrorRate !== usualErrorRate && !isReported(rate)) {
    reader.problem(rate, `needs switch haproxy, because ${why}; leave it out, and health checks decide`);
  }
  if (watch.maxLatencyP95Ms === undefined || isReported(p95)) return;
  if (kind !== 'haproxy') {
    reader.problem(p95, `needs switch haproxy, because ${why}; leave it out, and health checks decide`);
  } else if (protocol === 'tcp') {
    reader.problem(p95, 'needs protocol http or h2c, because tcp has no answers whose time could be taken');
  }
}

function readConfig(reader: InputReader): ReleaseConfig {
  const plain = reader.keyValues('env');
  const secret = reader.keyValues('secret-env', { secret: true });
  for (const name of secret.keys()) {
    if (plain.has(name)) reader.problem('secret-env', `sets ${name}, which env sets too`);
  }
  return {
    containerPort: reader.optionalPort('container-port'),
    protocol: reader.oneOf('protocol', ['http', 'h2c', 'tcp']),
    env: Object.fromEntries([...plain, ...secret]),
    secretNames: [...secret.keys()],
    volumes: readVolumes(reader),
    networks: readNetworks(reader),
    command: reader.optionalCommand('command'),
    memoryBytes: reader.optionalSize('memory', { min: 6 * 1024 * 1024 }),
    cpus: reader.optionalNumber('cpus', { min: 0.01, max: 1024 }),
    user: matching(reader, 'user', /^[\w.-]+(?::[\w.-]+)?$/, 'a user, like 1000, 1000:1000 or node'),
    readOnly: reader.boolean('read-only'),
    init: reader.boolean('init'),
    stopSignal: readStopSignal(reader),
    stopTimeoutMs: reader.duration('stop-timeout', { min: 1000, max: 24 * 3_600_000 }),
    labels: readLabels(reader),
    logMaxSizeBytes: reader.size('log-max-size', { min: 10_000 }),
  };
}

function readStopSignal(reader: InputReader): string | undefined {
  const text = reader.optionalText('stop-signal');
  if (text !== undefined && !isSignal(text)) {
    reader.problem(
      'stop-signal',
      `must be a signal, like SIGTERM, SIGQUIT or SIGRTMIN+3, not ${quoteBriefly(text)}`,
    );
  }
  return text;
}

/** What the Engine takes after a mount's target (`docker run --volume`). */
const volumeOptions = new Set(
  'ro rw z Z nocopy shared rshared slave rslave private rprivate consistent cached delegated'.split(' '),
);

function readVolumes(reader: InputReader): string[] {
  const volumes = reader.lines('volumes');
  const targets = new Set<string>();
  for (const volume of volumes) {
    const [, target, options] =
      /^(?:\/[^:]*|[A-Za-z0-9][\w.-]*):(\/[^:]+)(?::([A-Za-z,]+))?$/.exec(volume) ?? [];
    const unknown = options?.split(',').find((option) => !volumeOptions.has(option));
    if (unknown !== undefined) reader.problem('volumes', `has the unknown option "${unknown}" for ${target}`);
    if (target === undefined) {
      reader.problem(
        'volumes',
        `must have lines like data:/var/lib/app or /srv/files:/files:ro, not "${clipEnd(volume, 80)}"`,
      );
      continue;
    }
    // Another spelling is the same place for the Engine.
    const place = posix.normalize(`${target}/`).slice(0, -1);
    if (place === '') reader.problem('volumes', 'cannot mount anything on /, where the image itself is');
    else if (targets.has(place)) reader.problem('volumes', `mounts ${clipEnd(place, 80)} twice`);
    else targets.add(place);
  }
  return volumes;
}

/** What the Engine takes as the name of a network or a container, as long as a file's name may be. */
const resourceName = /^[A-Za-z0-9][\w.-]{0,254}$/;

function readNetworks(reader: InputReader): string[] {
  const networks = reader.list('networks');
  for (const [index, network] of networks.entries()) {
    if (networks.indexOf(network) < index) reader.problem('networks', `names ${clipEnd(network, 80)} twice`);
    if (!resourceName.test(network) || ['host', 'none'].includes(network)) {
      reader.problem(
        'networks',
        `cannot hold "${clipEnd(network, 80)}"; name networks as "docker network ls" does`,
      );
    }
  }
  return networks;
}

function readLabels(reader: InputReader): Record<string, string> {
  const labels = reader.keyValues('labels', {
    namePattern: /^[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?$/,
    nameRule: 'letters, digits, ., /, _ and -',
  });
  for (const name of labels.keys()) {
    if (name.startsWith('switchyard.'))
      reader.problem('labels', `cannot set ${name}; labels that start with "switchyard." are ours`);
  }
  return Object.fromEntries(labels);
}

function readVersion(reader: InputReader): DeployRequest['version'] {
  const expected = reader.optionalText('expected-version');
  const path = reader.optionalUrlPath('version-path') ?? '/version';
  return expected === undefined ? undefined : { expected, path };
}

function readHook(reader: InputReader, name: 'pre-deploy' | 'post-deploy'): HookRequest | undefined {
  const command = reader.optionalCommand(name);
  const timeoutMs = reader.duration(`${name}-timeout`, { min: 1000 });
  return command && { command, timeoutMs };
}

function readSwitch(reader: InputReader): SwitchRequest {
  const kind = reader.oneOf('switch', ['haproxy', 'nginx', 'none']);
  const listen = reader.address('listen');
  if (listen.host.includes('%'))
    reader.problem('listen', 'cannot have a zone, like %eth0; give an address that needs none');
  const image = reader.required('switch-image');
  const requestTimeoutMs = reader.optionalDuration('request-timeout', { min: 100, max: 24 * 3_600_000 });
  const trustedProxies = readTrustedProxies(reader);
  const command = reader.optionalCommand('nginx-command') ?? ['nginx'];
  const container = matching(reader, 'nginx-container', resourceName, "a container's name");
  checkNamed(reader, 'switch-image', () => parseImageReference(image || 'missing:missing'));
  if (kind === 'haproxy') return { kind, listen, image, requestTimeoutMs, trustedProxies };
  return kind === 'nginx' ? { kind, listen, command, container, trustedProxies } : { kind };
}

function matching(reader: InputReader, name: string, pattern: RegExp, what: string): string | undefined {
  const text = reader.optionalText(name);
  if (text !== undefined && !pattern.test(text)) reader.problem(name, `must be ${what}`);
  return text;
}
