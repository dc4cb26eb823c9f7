import { type InputReader, parseCommandLine } from '#action-kit';
import { isServiceName } from '#compose';
import { parseImageReference } from '#engine';
import {
  checkNamed,
  readApp,
  readRegistryAuth,
  readRollout,
  readTrustedProxies,
  readTurn,
} from '#rollout-inputs';
import type { StackDeployRequest, StackHook } from '#stack';
import { parseImageOverrides } from './image-overrides.ts';
import { parseServiceOptionLines } from './service-option-lines.ts';

/** A stack to deploy, before the checkout is read. */
export interface StackInputs {
  readonly composeFiles: readonly string[];
  readonly envFiles: readonly string[];
  readonly deploy: Omit<StackDeployRequest, 'origin' | 'source'>;
}

/** Inputs that say something only together with `compose-file`. */
const onlyWithCompose = ['env-file', 'services', 'images', 'service-options', 'profiles'] as const;

/** What a Compose file says for each of its services, or a label, or `service-options`. */
const saidElsewhere: Readonly<Record<string, string>> = {
  image: 'name the images of the services in "images"',
  'container-port': 'write port=… for the service in "service-options"',
  volumes: 'write them in the Compose file',
  networks: 'write them in the Compose file',
  command: 'write it in the Compose file',
  memory: 'write it in the Compose file',
  cpus: 'write it in the Compose file',
  user: 'write it in the Compose file',
  'stop-signal': 'write it in the Compose file',
  labels: 'write them in the Compose file',
  'health-path': 'write health-path=… for the service in "service-options"',
  'health-command': 'write health-command=… for the service in "service-options"',
  'expected-version': 'let a health check of the service look at its version',
  'nginx-container': 'leave it out',
};

/** The same, with what action.yml gives them by default: only what somebody has changed can be told from that. */
const saidElsewhereByDefault: Readonly<Record<string, readonly [usual: string, instead: string]>> = {
  order: ['start-first', 'write order=… for the service in "service-options"'],
  protocol: ['http', 'write protocol=… for the service in "service-options"'],
  listen: ['127.0.0.1:8080', 'the switches take the ports that the Compose file publishes'],
  standby: ['stopped', 'a stack keeps no standby'],
  switch: ['haproxy', 'a stack has HAProxy before its services'],
  'stop-timeout': ['10s', 'write stop_grace_period in the Compose file'],
  'read-only': ['false', 'write read_only in the Compose file'],
  init: ['true', 'write init in the Compose file'],
  'log-max-size': ['10MB', 'write logging in the Compose file'],
};

/** Whether a whole stack is deployed; inputs that then, or only then, make no sense are refused. */
export function isStack(reader: InputReader): boolean {
  const isOne = reader.lines('compose-file').length > 0;
  if (!isOne) {
    for (const name of onlyWithCompose) {
      if (reader.multilineText(name) !== '') reader.problem(name, 'needs compose-file');
    }
    return false;
  }
  for (const [name, instead] of Object.entries(saidElsewhere)) {
    if (reader.multilineText(name) !== '') {
      reader.problem(name, `is for a single image and cannot be given with compose-file; ${instead}`);
    }
  }
  for (const [name, [usual, instead]] of Object.entries(saidElsewhereByDefault)) {
    const text = reader.multilineText(name);
    if (text !== '' && text !== usual) {
      reader.problem(name, `is for a single image and cannot be given with compose-file; ${instead}`);
    }
  }
  return true;
}

/** Reads the inputs of a stack; the files they name are read later. */
export function readStackInputs(reader: InputReader): StackInputs {
  const rollout = readRollout(reader);
  const plain = reader.keyValues('env');
  const secret = reader.keyValues('secret-env', { secret: true });
  for (const name of secret.keys()) {
    if (plain.has(name)) reader.problem('secret-env', `sets ${name}, which env sets too`);
  }
  const image = reader.required('switch-image');
  checkNamed(reader, 'switch-image', () => parseImageReference(image || 'missing:missing'));
  const requestTimeoutMs = reader.optionalDuration('request-timeout', { min: 100, max: 24 * 3_600_000 });
  return {
    composeFiles: reader.lines('compose-file'),
    envFiles: reader.lines('env-file'),
    deploy: {
      app: readApp(reader),
      variables: new Map([...plain, ...secret]),
      services: readServices(reader),
      images: readImages(reader),
      serviceOptions: readOptions(reader),
      profiles: reader.list('profiles'),
      splitCommand: parseCommandLine,
      registryAuth: readRegistryAuth(reader),
      pullPolicy: reader.oneOf('pull-policy', ['always', 'missing', 'never']),
      switch: { image, requestTimeoutMs, trustedProxies: readTrustedProxies(reader) },
      order: 'start-first',
      standby: 'stopped',
      version: undefined,
      ...rollout,
      keepReleases: reader.integer('keep-releases', { min: 2, max: 1000 }),
      preDeploy: readHook(reader, 'pre-deploy'),
      postDeploy: readHook(reader, 'post-deploy'),
      ...readTurn(reader),
    },
  };
}

function readServices(reader: InputReader): readonly string[] | undefined {
  const services = reader.list('services');
  for (const [index, name] of services.entries()) {
    if (!isServiceName(name))
      reader.problem('services', `has ${JSON.stringify(name)}, which is no service's name`);
    if (services.indexOf(name) < index) reader.problem('services', `names ${name} twice`);
  }
  return services.length > 0 ? services : undefined;
}

function readImages(reader: InputReader): StackDeployRequest['images'] {
  const { images, problems } = parseImageOverrides(reader.lines('images'));
  for (const problem of problems) reader.problem('images', problem);
  return new Map(
    [...images].map(([service, text]) => [service, { text, reference: parseImageReference(text) }]),
  );
}

function readOptions(reader: InputReader): StackDeployRequest['serviceOptions'] {
  const { options, problems } = parseServiceOptionLines(reader.lines('service-options'));
  for (const problem of problems) reader.problem('service-options', problem);
  return options;
}

/** `backend: npm run migrate`: the service whose new image runs it stands before the command. */
function readHook(reader: InputReader, name: 'pre-deploy' | 'post-deploy'): StackHook | undefined {
  const timeoutMs = reader.duration(`${name}-timeout`, { min: 1000 });
  const text = reader.optionalText(name);
  if (text === undefined) return undefined;
  const [, service = '', commandText = ''] = /^([a-zA-Z0-9._-]+):\s+(\S.*)$/s.exec(text) ?? [];
  if (service === '') {
    reader.problem(name, 'must name the service whose new image runs it, like "backend: npm run migrate"');
    return undefined;
  }
  const command = checkNamed(reader, name, () => parseCommandLine(commandText));
  return command && { service, command, timeoutMs };
}
