import { ExplainedError } from '#explained-error';
import { withSingleDollars } from './compose-file-text.ts';
import type { ResolvedProject } from './resolved-project.ts';

/** What `docker compose config` printed, or what a released file says, is not a Compose project. */
export class ComposeModelError extends ExplainedError {
  override readonly name = 'ComposeModelError';
}

const longestText = 16 * 1024 * 1024;
const namePattern = /^[A-Za-z0-9._-]{1,255}$/;

/**
 * Reads what `docker compose config --format json` printed, or a file that `composeFileText` wrote. What a release
 * reads is checked and brought to one form (Compose's versions differ in numbers and texts, lists and maps); all else
 * is kept as it is.
 *
 * @throws ComposeModelError with one sentence that names the first part that cannot be used
 */
export function parseResolvedProject(text: string): ResolvedProject {
  if (text.length > longestText) throw broken('the whole', 'no more than 16 MB');
  let value: unknown;
  try {
    value = JSON.parse(withSingleDollars(text));
  } catch {
    // The parser's own message quotes the text, and with it perhaps a secret.
    throw broken('the whole', 'JSON');
  }
  const project = objectAt(value, 'the whole');
  return {
    ...project,
    name: nameAt(project.name, 'name'),
    services: named(project.services, 'services', service),
    ...when(project.networks, 'networks', (networks, path) => named(networks, path, topLevel)),
    ...when(project.volumes, 'volumes', (volumes, path) => named(volumes, path, topLevel)),
    ...when(project.secrets, 'secrets', (secrets, path) => named(secrets, path, definedFile)),
    ...when(project.configs, 'configs', (configs, path) => named(configs, path, definedFile)),
  } as ResolvedProject;
}

type Reader = (value: unknown, path: string) => unknown;

/** What a release reads of a service, and how. */
const serviceMembers: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries(
    ['image', 'container_name', 'network_mode', 'restart', 'stop_signal', 'stop_grace_period'].map((key) => [
      key,
      textAt,
    ]),
  ),
  ...Object.fromEntries(['hostname', 'mac_address', 'pid', 'ipc'].map((key) => [key, textAt])),
  ...Object.fromEntries(['profiles', 'links', 'external_links', 'volumes_from'].map((key) => [key, textsAt])),
  command: orNull(textsAt),
  entrypoint: orNull(textsAt),
  environment: (value, path) => pairsAt(value, path, null),
  labels: (value, path) => pairsAt(value, path, ''),
  ports: (value, path) => listAt(value, path, port),
  expose: (value, path) => listAt(value, path, scalarAt),
  networks: (value, path) => named(asMap(value, null), path, serviceNetwork),
  depends_on: (value, path) => named(asMap(value, { condition: 'service_started' }), path, dependency),
  healthcheck,
  volumes: (value, path) => listAt(value, path, mount),
  secrets: (value, path) => listAt(value, path, fileUse),
  configs: (value, path) => listAt(value, path, fileUse),
  deploy: orNull(deployment),
  scale: countAt,
};

function service(value: unknown, path: string): Record<string, unknown> {
  const given = objectAt(value, path);
  return {
    ...given,
    ...Object.assign(
      {},
      ...Object.entries(serviceMembers).map(([key, read]) => when(given[key], `${path}.${key}`, read, key)),
    ),
  };
}

function port(value: unknown, path: string): unknown {
  const given = objectAt(value, path);
  const target = Number(scalarAt(given.target, `${path}.target`));
  if (!Number.isInteger(target) || target < 1 || target > 65_535) {
    throw broken(`${path}.target`, 'a port from 1 to 65535');
  }
  return {
    ...given,
    target,
    ...texts(given, path, ['mode', 'host_ip', 'protocol', 'app_protocol']),
    ...when(given.published, `${path}.published`, scalarAt, 'published'),
  };
}

function serviceNetwork(value: unknown, path: string): unknown {
  if (value === null || value === undefined) return null;
  const given = objectAt(value, path);
  return {
    ...given,
    ...when(given.aliases, `${path}.aliases`, textsAt, 'aliases'),
    ...when(given.link_local_ips, `${path}.link_local_ips`, textsAt, 'link_local_ips'),
    ...texts(given, path, ['ipv4_address', 'ipv6_address', 'mac_address']),
  };
}

function dependency(value: unknown, path: string): unknown {
  const given = objectAt(value, path);
  return { ...given, condition: textAt(given.condition, `${path}.condition`) };
}

function healthcheck(value: unknown, path: string): unknown {
  const given = objectAt(value, path);
  const asList: Reader = (test, at) => (typeof test === 'string' ? ['CMD-SHELL', test] : textsAt(test, at));
  return {
    ...given,
    ...when(given.test, `${path}.test`, asList, 'test'),
    ...when(given.disable, `${path}.disable`, flagAt, 'disable'),
  };
}

function mount(value: unknown, path: string): unknown {
  const given = objectAt(value, path);
  return {
    ...given,
    type: textAt(given.type, `${path}.type`),
    target: textAt(given.target, `${path}.target`),
    ...texts(given, path, ['source']),
    ...when(given.read_only, `${path}.read_only`, flagAt, 'read_only'),
  };
}

function fileUse(value: unknown, path: string): unknown {
  const given = typeof value === 'string' ? { source: value } : objectAt(value, path);
  return { ...given, source: nameAt(given.source, `${path}.source`) };
}

function deployment(value: unknown, path: string): unknown {
  const given = objectAt(value, path);
  const member = (key: string, text: string) =>
    when(
      given[key],
      `${path}.${key}`,
      (part, at) => ({ ...objectAt(part, at), ...texts(objectAt(part, at), at, [text]) }),
      key,
    );
  return {
    ...given,
    ...when(given.replicas, `${path}.replicas`, countAt, 'replicas'),
    ...member('restart_policy', 'condition'),
    ...member('update_config', 'order'),
  };
}

function topLevel(value: unknown, path: string): unknown {
  if (value === null || value === undefined) return null;
  const given = objectAt(value, path);
  // Old files say `external: { name: … }`.
  const external = typeof given.external === 'object' && given.external !== null ? true : given.external;
  return {
    ...given,
    ...texts(given, path, ['name']),
    ...when(external, `${path}.external`, flagAt, 'external'),
  };
}

function definedFile(value: unknown, path: string): unknown {
  const given = objectAt(value ?? {}, path);
  return {
    ...(topLevel(given, path) as object),
    ...texts(given, path, ['file', 'environment', 'content']),
  };
}

function broken(path: string, expected: string): ComposeModelError {
  return new ComposeModelError(
    path === 'the whole'
      ? `What \`docker compose config\` printed cannot be used: it is not ${expected}.`
      : `What \`docker compose config\` printed cannot be used: ${path} is not ${expected}.`,
  );
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw broken(path, 'a map');
}

/** A map by names that are safe to show, to make paths of, and to look up in an object. */
function named<T>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => T,
): Record<string, T> {
  const entries = Object.entries(objectAt(value, path)).map(([name, item]): [string, T] => {
    nameAt(name, `a name in ${path}`);
    return [name, read(item, `${path}.${name}`)];
  });
  return Object.fromEntries(entries);
}

function nameAt(value: unknown, path: string): string {
  if (typeof value === 'string' && namePattern.test(value) && !(value in {})) return value;
  throw broken(path, 'a name of letters, digits, dots, hyphens and underscores');
}

function listAt<T>(value: unknown, path: string, read: (value: unknown, path: string) => T): T[] {
  if (Array.isArray(value)) return value.map((item, index) => read(item, `${path}[${index}]`));
  throw broken(path, 'a list');
}

function textAt(value: unknown, path: string): string {
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw broken(path, 'a text');
}

function textsAt(value: unknown, path: string): string[] {
  return listAt(value, path, textAt);
}

function scalarAt(value: unknown, path: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textAt(value, path);
}

function flagAt(value: unknown, path: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw broken(path, 'true or false');
}

function countAt(value: unknown, path: string): number {
  const count = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 10_000) return count;
  throw broken(path, 'a whole number');
}

/** `KEY: value`, or a list of `KEY=value`; `absent` is what a key without a value has. */
function pairsAt(value: unknown, path: string, absent: '' | null): Record<string, string | null> {
  const entries = Array.isArray(value)
    ? textsAt(value, path).map((line): [string, unknown] => {
        const equals = line.indexOf('=');
        return equals === -1 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
      })
    : Object.entries(objectAt(value, path));
  // No key is named in a complaint: whoever writes a secret in the wrong place writes it there.
  return Object.fromEntries(
    entries.map(([key, item]) => [key, item === null ? absent : scalarAt(item, `a value in ${path}`)]),
  );
}

/** A list of names is a map in which each has the same. */
function asMap(value: unknown, item: unknown): unknown {
  return Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), item])) : value;
}

function orNull(read: Reader): Reader {
  return (value, path) => (value === null ? null : read(value, path));
}

function texts(given: Record<string, unknown>, path: string, keys: readonly string[]): object {
  return Object.assign({}, ...keys.map((key) => when(given[key], `${path}.${key}`, textAt, key)));
}

/** The member as it is read, where it is given; Compose also writes null for what is not. */
function when(value: unknown, path: string, read: Reader, key = path): Record<string, unknown> {
  if (value === undefined) return {};
  if (value === null && !nullable.has(key)) return { [key]: undefined };
  return { [key]: read(value, path) };
}

const nullable: ReadonlySet<string> = new Set(['command', 'entrypoint', 'deploy']);
