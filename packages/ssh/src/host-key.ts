import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import type { HostKeyPolicy } from './contract.ts';
import {
  entriesFor,
  type KnownHost,
  knownHostLine,
  knownHostName,
  parseKnownHosts,
  typeOfKey,
} from './known-hosts.ts';
import {
  ChangedHostKeyError,
  FingerprintError,
  KnownHostsError,
  RevokedHostKeyError,
  type SshError,
  UnknownHostKeyError,
} from './ssh-errors.ts';

// Most preferred first. ssh-rsa (SHA-1) and ssh-dss are left out: no server still in support needs them.
const ALGORITHMS_OF_TYPE = new Map<string, ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);
const ALL_TYPES = [...ALGORITHMS_OF_TYPE.keys()];

/** 'SHA256:…' as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * What is to be done with the key a server shows. Servers have several keys, and which one is shown depends on
 * what is asked for, so a check also says which types to ask for, and what to do after a key did not fit.
 */
export interface HostKeyCheck {
  /** Key types to ask for; empty when no key can be accepted, and only the server's key is wanted for the error. */
  readonly types: readonly string[];
  accepts(key: Buffer): boolean;
  /** True when another key of the server may still fit. */
  readonly triesOtherTypes: boolean;
  /** The error for a server that showed these keys and none was right. */
  refusal(shown: readonly Buffer[]): SshError;
}

export function algorithmsOf(types: readonly string[]): ServerHostKeyAlgorithm[] {
  return ALL_TYPES.filter((type) => types.includes(type)).flatMap(
    (type) => ALGORITHMS_OF_TYPE.get(type) ?? [],
  );
}

export const allHostKeyTypes: readonly string[] = ALL_TYPES;

/**
 * @param subject names the server in errors, 'the server web.example.com:22' for one
 * @throws KnownHostsError FingerprintError when the policy itself is malformed
 */
export function hostKeyCheck(
  policy: HostKeyPolicy,
  subject: string,
  host: string,
  port: number,
): HostKeyCheck {
  return 'knownHosts' in policy
    ? knownHostsCheck(parseKnownHosts(policy.knownHosts), subject, host, port)
    : fingerprintCheck(parseFingerprints(policy.fingerprint), subject, host, port);
}

/**
 * Whether the lines are well-formed and could serve for this host. A host without an entry passes: only a
 * connection can tell which line is missing, and its error prints that line.
 *
 * @throws KnownHostsError for an empty text, a malformed line, or entries that can never be used
 */
export function checkKnownHosts(text: string, host: string, port: number): void {
  const entries = parseKnownHosts(text);
  if (entries.length === 0) {
    throw new KnownHostsError(
      `known-hosts holds no line: add the one that \`ssh-keyscan -p ${port} ${host}\` prints, after comparing its key with the server's.`,
    );
  }
  usableEntries(entries, host, port);
}

function usableEntries(all: readonly KnownHost[], host: string, port: number) {
  const entries = entriesFor(all, host, port);
  const plain = entries.filter((entry) => entry.marker === undefined);
  const usable = plain.filter((entry) => ALGORITHMS_OF_TYPE.has(entry.type));
  const first = entries.find((entry) => entry.marker === 'cert-authority') ?? plain[0];
  if (usable.length === 0 && first) {
    const why =
      first.marker === 'cert-authority'
        ? 'a @cert-authority line, and host certificates are not supported'
        : `a key of type ${first.type}, which is not supported`;
    throw new KnownHostsError(
      `known-hosts has for ${knownHostName(host, port)} only ${why} (line ${first.line}): add a line with the server's own ssh-ed25519, ECDSA or RSA key.`,
    );
  }
  return { usable, revoked: entries.filter((entry) => entry.marker === 'revoked') };
}

function knownHostsCheck(
  all: readonly KnownHost[],
  subject: string,
  host: string,
  port: number,
): HostKeyCheck {
  const { usable, revoked } = usableEntries(all, host, port);
  const revokedLine = (key: Buffer) => revoked.find((entry) => entry.key.equals(key));
  return {
    types: [...new Set(usable.map((entry) => entry.type))],
    triesOtherTypes: false,
    accepts: (key) => usable.some((entry) => entry.key.equals(key)) && !revokedLine(key),
    refusal: (shown) => {
      const key = shown[0];
      if (!key) return noUsableKey(subject);
      const revocation = revokedLine(key);
      if (revocation) {
        return new RevokedHostKeyError(
          `Refused ${subject}: its key ${fingerprintOf(key)} is marked @revoked in line ${revocation.line} of known-hosts, so give the server a new key or find out who answers in its place.`,
        );
      }
      const line = knownHostLine(host, port, key);
      if (usable.length === 0) {
        return new UnknownHostKeyError(
          `Refused ${subject}: known-hosts has no key for it; if ${fingerprintOf(key)} is what \`ssh-keygen -lf\` shows for the ${describeType(key)} key on the server itself, add this line to known-hosts: ${line}`,
        );
      }
      const expected = usable
        .map((entry) => `${entry.type} ${fingerprintOf(entry.key)} (line ${entry.line})`)
        .join(' or ');
      return new ChangedHostKeyError(
        `Refused ${subject}: its host key is not the known one, which means a reinstalled server or somebody in between; expected ${expected}, got ${typeOfKey(key)} ${fingerprintOf(key)}; only if the server itself confirms the new key, replace its entry in known-hosts by this line: ${line}`,
      );
    },
  };
}

function fingerprintCheck(
  expected: readonly string[],
  subject: string,
  host: string,
  port: number,
): HostKeyCheck {
  return {
    types: ALL_TYPES,
    triesOtherTypes: true,
    accepts: (key) => expected.includes(fingerprintOf(key)),
    refusal: (shown) => {
      const key = shown[0];
      if (!key) return noUsableKey(subject);
      const got = shown.map((each) => `${typeOfKey(each)} ${fingerprintOf(each)}`).join(', ');
      return new ChangedHostKeyError(
        `Refused ${subject}: none of its host keys has the fingerprint ${expected.join(' or ')}; it showed ${got}; only if the server itself confirms one of them, put it into host-fingerprint, or this line into known-hosts: ${knownHostLine(host, port, key)}`,
      );
    },
  };
}

function noUsableKey(subject: string): SshError {
  return new UnknownHostKeyError(
    `Refused ${subject}: it has no ssh-ed25519, ECDSA or RSA host key that could be checked; make one with \`ssh-keygen -A\` on the server.`,
  );
}

function describeType(key: Buffer): string {
  const type = typeOfKey(key) ?? '';
  return type.startsWith('ecdsa') ? 'ECDSA' : type === 'ssh-rsa' ? 'RSA' : 'ED25519';
}

/**
 * One or more SHA-256 fingerprints, with or without the prefix and the padding, or as a line of `ssh-keygen -l`.
 *
 * @throws FingerprintError for MD5 and for anything that is no SHA-256 fingerprint
 */
export function parseFingerprints(text: string): string[] {
  if (/(?:^|\s|MD5:)(?:[0-9a-f]{2}:){15}[0-9a-f]{2}(?:\s|$)/i.test(text)) {
    throw new FingerprintError(
      'host-fingerprint is an MD5 fingerprint, which can be forged: give the SHA-256 one, which `ssh-keygen -lf FILE` prints.',
    );
  }
  const prefixed = [...text.matchAll(/SHA256:([A-Za-z0-9+/]{43})=?(?![A-Za-z0-9+/=])/g)].map(
    (match) => match[1],
  );
  const found = prefixed.length > 0 ? prefixed : bareFingerprints(text);
  if (found.length === 0 || (text.match(/SHA256:/g) ?? []).length > prefixed.length) {
    throw new FingerprintError(
      "host-fingerprint is not of the form 'SHA256:' and 43 characters: take it from `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the server.",
    );
  }
  return [...new Set(found.map((hash) => `SHA256:${hash}`))];
}

function bareFingerprints(text: string): string[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.every((word) => /^[A-Za-z0-9+/]{43}=?$/.test(word))
    ? words.map((word) => word.slice(0, 43))
    : [];
}
