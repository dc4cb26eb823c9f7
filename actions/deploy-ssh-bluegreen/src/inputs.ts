import { type InputReader, ipVersion } from '#action-kit';
import { parseImageReference } from '#engine';
import { ExplainedError } from '#explained-error';
import { parseStatusRanges } from '#probe';
import type { DeployRequest, HookRequest, ReleaseConfig, SwitchRequest } from '#release';
import type { HostKeyPolicy, SshTarget } from '#ssh';

export interface Inputs {
  readonly ssh: {
    readonly target: SshTarget;
    readonly jump: SshTarget | undefined;
    readonly connectTimeoutMs: number;
  };
  /** Path of the Engine's socket; undefined: ask the server's Docker context. */
  readonly dockerSocket: string | undefined;
  readonly deploy: Omit<DeployRequest, 'origin'>;
  readonly dryRun: boolean;
}

/**
 * Reads and checks every input, before any connection is opened.
 *
 * @throws InputError with one sentence for each thing that is wrong
 */
export function readInputs(reader: InputReader): Inputs {
  const inputs: Inputs = {
    ssh: readSsh(reader),
    dockerSocket: readDockerSocket(reader),
    deploy: readDeploy(reader),
    dryRun: reader.boolean('dry-run'),
  };
  reader.finish();
  return inputs;
}

function readSsh(reader: InputReader): Inputs['ssh'] {
  const knownHosts = reader.multilineText('known-hosts').trim();
  const fingerprint = reader.text('host-fingerprint');
  if (knownHosts && fingerprint) {
    reader.problem('known-hosts', 'and host-fingerprint are both given; give only one of them');
  }
  if (!knownHosts && !fingerprint) {
    reader.problem(
      'known-hosts',
      'or host-fingerprint is required, because a server that is not known is not trusted; "ssh-keyscan HOST" prints the lines to check and paste',
    );
  }
  const target: SshTarget = {
    host: reader.host('host'),
    port: reader.port('port'),
    username: reader.required('username'),
    privateKey: reader.secret('private-key'),
    ...optional('passphrase', reader.optionalSecret('passphrase')),
    hostKey: knownHosts ? { knownHosts } : { fingerprint },
  };
  return {
    target,
    jump: readJump(reader, target, knownHosts),
    connectTimeoutMs: reader.duration('connect-timeout', { min: 1000 }),
  };
}

function readJump(reader: InputReader, target: SshTarget, knownHosts: string): SshTarget | undefined {
  const host = reader.optionalHost('jump-host');
  const port = reader.port('jump-port');
  const username = reader.optionalText('jump-username') ?? target.username;
  const ownKey = reader.optionalSecret('jump-private-key');
  const passphrase = reader.optionalSecret('jump-passphrase') ?? (ownKey ? undefined : target.passphrase);
  const fingerprint = reader.text('jump-host-fingerprint');
  if (host === undefined) return undefined;
  if (!knownHosts && !fingerprint) {
    reader.problem(
      'jump-host-fingerprint',
      'is required with jump-host, or put the keys of both hosts into known-hosts',
    );
  }
  const hostKey: HostKeyPolicy = fingerprint ? { fingerprint } : { knownHosts };
  return {
    host,
    port,
    username,
    privateKey: ownKey ?? target.privateKey,
    ...optional('passphrase', passphrase),
    hostKey,
  };
}

function readDockerSocket(reader: InputReader): string | undefined {
  const text = reader.optionalText('docker-host');
  if (text === undefined) return undefined;
  return reader.check('docker-host', () => {
    const path = /^unix:\/\/(\/[^\0]+)$/.exec(text)?.[1];
    if (path === undefined)
      throw new ExplainedError('must be a socket on the server, like unix:///var/run/docker.sock');
    return path;
  });
}

function readDeploy(reader: InputReader): Inputs['deploy'] {
  const imageText = reader.required('image');
  const config = readConfig(reader);
  const health = readHealth(reader);
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
  return {
    app: readApp(reader),
    imageText,
    image:
      reader.check('image', () => parseImageReference(imageText || 'missing:missing')) ??
      parseImageReference('missing:missing'),
    registryAuth: readRegistryAuth(reader),
    pullPolicy: reader.oneOf('pull-policy', ['always', 'missing', 'never']),
    config,
    switch: wantedSwitch,
    order: reader.oneOf('order', ['start-first', 'stop-first']),
    health,
    version,
    preDeploy: readHook(reader, 'pre-deploy'),
    postDeploy: readHook(reader, 'post-deploy'),
    watch: {
      durationMs: reader.duration('watch', { max: 24 * 3_600_000 }),
      maxErrorRate: reader.ratio('watch-max-error-rate'),
      maxLatencyP95Ms: reader.optionalDuration('watch-max-latency-p95', { min: 1 }),
    },
    drainTimeoutMs: reader.duration('drain-timeout', { max: 24 * 3_600_000 }),
    keepReleases: reader.integer('keep-releases', { min: 2, max: 1000 }),
    standby: reader.oneOf('standby', ['stopped', 'paused', 'running']),
    lockWaitMs: reader.duration('lock-wait', { max: 6 * 3_600_000 }),
  };
}

function readApp(reader: InputReader): string {
  const app = reader.required('app');
  // It becomes part of file names, container names and labels, and of a socket's path, which has 107 bytes at most.
  if (app !== '' && !/^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}$/.test(app)) {
    reader.problem(
      'app',
      'must start with a small letter and have at most 40 small letters, digits and single hyphens',
    );
  }
  return app;
}

function readRegistryAuth(reader: InputReader): { username: string; password: string } | undefined {
  const username = reader.optionalText('registry-username');
  const password = reader.optionalSecret('registry-password');
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'registry-username' : 'registry-password';
    reader.problem(missing, 'is missing; give user and password or neither');
  }
  return username !== undefined && password !== undefined ? { username, password } : undefined;
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
    stopSignal: matching(
      reader,
      'stop-signal',
      /^(?:SIG[A-Z0-9+]+|\d{1,2})$/,
      'a signal, like SIGTERM or SIGQUIT',
    ),
    stopTimeoutMs: reader.duration('stop-timeout', { min: 1000, max: 24 * 3_600_000 }),
    labels: readLabels(reader),
    logMaxSizeBytes: reader.size('log-max-size', { min: 10_000 }),
  };
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
        `must have lines like data:/var/lib/app or /srv/files:/files:ro, not "${volume.slice(0, 80)}"`,
      );
    } else if (targets.has(target)) reader.problem('volumes', `mounts ${target} twice`);
    else targets.add(target);
  }
  return volumes;
}

function readNetworks(reader: InputReader): string[] {
  const networks = reader.list('networks');
  for (const [index, network] of networks.entries()) {
    if (networks.indexOf(network) < index) reader.problem('networks', `names ${network.slice(0, 80)} twice`);
    if (!/^[A-Za-z0-9][\w.-]*$/.test(network) || ['host', 'none'].includes(network)) {
      reader.problem(
        'networks',
        `cannot hold "${network.slice(0, 80)}"; name networks as "docker network ls" does`,
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

function readHealth(reader: InputReader): DeployRequest['health'] {
  const path = reader.optionalUrlPath('health-path');
  const command = reader.optionalCommand('health-command');
  if (path !== undefined && command !== undefined) {
    reader.problem('health-command', 'and health-path are both given; give only one of them');
  }
  const statuses = reader.required('health-status');
  return {
    path,
    command,
    host: reader.required('health-host'),
    statuses: checkNamed(reader, 'health-status', () => parseStatusRanges(statuses || '200')) ?? [],
    intervalMs: reader.duration('health-interval', { min: 10 }),
    timeoutMs: reader.duration('health-timeout', { min: 10 }),
    threshold: reader.integer('healthy-threshold', { min: 1, max: 1000 }),
    startTimeoutMs: reader.duration('start-timeout', { min: 100 }),
  };
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
  const image = reader.required('switch-image');
  const requestTimeoutMs = reader.optionalDuration('request-timeout', { min: 100, max: 24 * 3_600_000 });
  const trustedProxies = reader.list('trusted-proxies');
  const command = reader.optionalCommand('nginx-command') ?? ['nginx'];
  const container = matching(reader, 'nginx-container', /^[A-Za-z0-9][\w.-]*$/, "a container's name");
  for (const network of trustedProxies) {
    if (!isNetwork(network)) {
      reader.problem('trusted-proxies', `must hold networks like 10.0.0.0/8, not "${network.slice(0, 80)}"`);
    }
  }
  checkNamed(reader, 'switch-image', () => parseImageReference(image || 'missing:missing'));
  if (kind === 'haproxy') return { kind, listen, image, requestTimeoutMs, trustedProxies };
  return kind === 'nginx' ? { kind, listen, command, container, trustedProxies } : { kind };
}

/** An IP address, with or without the length of its network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix = '0', ...rest] = text.split('/');
  const version = ipVersion(address);
  const bits = version === undefined ? -1 : { 4: 32, 6: 128 }[version];
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

/** As the reader's own check, for sentences that don't say by themselves which input they mean. */
function checkNamed<T>(reader: InputReader, name: string, action: () => T): T | undefined {
  return reader.check(name, () => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      throw new ExplainedError(`Input ${name}: ${error.message}`, { cause: error });
    }
  });
}

function matching(reader: InputReader, name: string, pattern: RegExp, what: string): string | undefined {
  const text = reader.optionalText(name);
  if (text !== undefined && !pattern.test(text)) reader.problem(name, `must be ${what}`);
  return text;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
