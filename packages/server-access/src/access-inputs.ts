import type { InputReader } from '#action-kit';
import { ExplainedError } from '#explained-error';
import type { HostKeyPolicy, SshTarget } from '#ssh';
import { checkLoginName } from './login-name.ts';

/** How to reach a server and the Docker Engine on it. */
export interface ServerAccess {
  readonly ssh: {
    readonly target: SshTarget;
    readonly jump: SshTarget | undefined;
    readonly connectTimeoutMs: number;
  };
  /** Path of the Engine's socket; undefined: ask the server's Docker context. */
  readonly dockerSocket: string | undefined;
}

/** Reads the inputs by which a server is reached. What is wrong is left with the reader. */
export function readServerAccess(reader: InputReader): ServerAccess {
  return { ssh: readSsh(reader), dockerSocket: readDockerSocket(reader) };
}

function readSsh(reader: InputReader): ServerAccess['ssh'] {
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
  const username = reader.required('username');
  checkLoginName(reader, 'username', username);
  const target: SshTarget = {
    host: reader.host('host'),
    port: reader.port('port'),
    username,
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

/** The default of jump-port in action.yml; a port that is given and the same can't be told from it. */
const usualPort = 22;

function readJump(reader: InputReader, target: SshTarget, knownHosts: string): SshTarget | undefined {
  const host = reader.optionalHost('jump-host');
  const port = reader.port('jump-port');
  const ownUsername = reader.optionalText('jump-username');
  checkLoginName(reader, 'jump-username', ownUsername);
  const ownKey = reader.optionalSecret('jump-private-key');
  const ownPassphrase = reader.optionalSecret('jump-passphrase');
  const passphrase = ownPassphrase ?? (ownKey ? undefined : target.passphrase);
  const fingerprint = reader.text('jump-host-fingerprint');
  if (host === undefined) {
    // A jump host that was forgotten would be gone round in silence.
    const given = {
      'jump-port': port !== usualPort,
      'jump-username': ownUsername,
      'jump-private-key': ownKey,
      'jump-passphrase': ownPassphrase,
      'jump-host-fingerprint': fingerprint,
    };
    const isReported = (name: string) => reader.problems.some(({ input }) => input === name);
    for (const [name, value] of Object.entries(given)) {
      if (value && !isReported('jump-host') && !isReported(name)) reader.problem(name, 'needs jump-host');
    }
    return undefined;
  }
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
    username: ownUsername ?? target.username,
    privateKey: ownKey ?? target.privateKey,
    ...optional('passphrase', passphrase),
    hostKey,
  };
}

/** unix(7): sun_path, without the zero at its end. */
const longestSocketPathBytes = 107;

function readDockerSocket(reader: InputReader): string | undefined {
  const text = reader.optionalText('docker-host');
  if (text === undefined) return undefined;
  return reader.check('docker-host', () => {
    const path = /^unix:\/\/(\/.+)$/s.exec(text)?.[1];
    if (path === undefined)
      throw new ExplainedError('must be a socket on the server, like unix:///var/run/docker.sock');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    if (/[\u0000-\u001f\u007f-\u009f]/.test(path))
      throw new ExplainedError('must be a path without control characters');
    if (Buffer.byteLength(path) > longestSocketPathBytes) {
      throw new ExplainedError(
        `must be a path of at most ${longestSocketPathBytes} bytes, because that of a socket cannot be longer`,
      );
    }
    return path;
  });
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
