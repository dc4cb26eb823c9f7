import { createHmac, timingSafeEqual } from 'node:crypto';
import { KnownHostsError } from './ssh-errors.ts';

// The format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".

export interface KnownHost {
  line: number;
  marker: 'revoked' | 'cert-authority' | undefined;
  /** The first field as written: a list of patterns or one hashed name. */
  names: string;
  type: string;
  key: Buffer;
}

const KEY_TYPE = /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/;

/**
 * @throws KnownHostsError for the first line that is not in the format, with its number; OpenSSH would skip it,
 *   but here a damaged line is one that somebody meant to be used
 */
export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    entries.push(parseLine(line, index + 1));
  }
  return entries;
}

function parseLine(line: string, number: number): KnownHost {
  const fields = line.split(/[ \t]+/);
  let marker: KnownHost['marker'];
  if (fields[0]?.startsWith('@')) {
    const word = fields.shift();
    if (word !== '@revoked' && word !== '@cert-authority') {
      throw malformed(number, `starts with an unknown marker (only @revoked and @cert-authority exist)`);
    }
    marker = word === '@revoked' ? 'revoked' : 'cert-authority';
  }
  const [names = '', type = '', base64 = ''] = fields;
  if (/^(?:\d+ )?(?:SHA256|MD5):/.test(line)) {
    throw malformed(number, 'is a fingerprint: give it as host-fingerprint instead');
  }
  if (KEY_TYPE.test(names) && /^AAAA/.test(type)) {
    throw malformed(number, `has no host name: put the server's name and a space in front of '${names}'`);
  }
  if (type === '' || base64 === '') throw malformed(number, "is not of the form 'host key-type key'");
  if (/^\d+$/.test(type)) throw malformed(number, 'is a key of SSH version 1, which nothing uses any more');
  if (!KEY_TYPE.test(type))
    throw malformed(number, "has no key type such as 'ssh-ed25519' in its second field");
  if (names.startsWith('|') && hashedName(names) === undefined)
    throw malformed(number, 'has a damaged hashed host name');
  const key = Buffer.from(base64, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || typeOfKey(key) !== type || !isWhole(key)) {
    throw malformed(number, 'holds a damaged or cut key');
  }
  return { line: number, marker, names, type, key };
}

function malformed(line: number, what: string): KnownHostsError {
  return new KnownHostsError(
    `Line ${line} of known-hosts ${what}; \`ssh-keyscan HOST\` prints lines in the right form.`,
  );
}

/** The type a public key in SSH's wire format names first (RFC 4253, section 6.6). */
export function typeOfKey(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  return length > 0 && length <= 64 && key.length >= 4 + length
    ? key.toString('latin1', 4, 4 + length)
    : undefined;
}

function isWhole(key: Buffer): boolean {
  let offset = 0;
  while (offset + 4 <= key.length) offset += 4 + key.readUInt32BE(offset);
  return offset === key.length;
}

/** The name OpenSSH files a host under: with its port only when that is not 22. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** The line that makes this key known. */
export function knownHostLine(host: string, port: number, key: Buffer): string {
  return `${knownHostName(host, port)} ${typeOfKey(key)} ${key.toString('base64')}`;
}

/**
 * The entries for a host. As OpenSSH does, a host on another port than 22 that is not listed with it falls
 * back to entries without a port.
 */
export function entriesFor(entries: readonly KnownHost[], host: string, port: number): KnownHost[] {
  const exact = entries.filter((entry) => matchesName(entry.names, knownHostName(host, port)));
  if (port === 22 || exact.some((entry) => entry.marker !== 'revoked')) return exact;
  return [
    ...exact,
    ...entries.filter((entry) => !exact.includes(entry) && matchesName(entry.names, knownHostName(host, 22))),
  ];
}

function matchesName(names: string, name: string): boolean {
  const hashed = hashedName(names);
  if (hashed) {
    const digest = createHmac('sha1', hashed.salt).update(name).digest();
    return digest.length === hashed.hash.length && timingSafeEqual(digest, hashed.hash);
  }
  let matches = false;
  for (const word of names.toLowerCase().split(',')) {
    const negated = word.startsWith('!');
    if (!matchesPattern(negated ? word.slice(1) : word, name)) continue;
    if (negated) return false;
    matches = true;
  }
  return matches;
}

function hashedName(names: string): { salt: Buffer; hash: Buffer } | undefined {
  const match = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]+=*)$/.exec(names);
  if (!match) return undefined;
  const salt = Buffer.from(match[1] ?? '', 'base64');
  const hash = Buffer.from(match[2] ?? '', 'base64');
  return hash.length === 20 ? { salt, hash } : undefined;
}

/** `*` stands for any characters, `?` for one. Linear in practice, where a regular expression could explode. */
function matchesPattern(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resumeAt = 0;
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resumeAt = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
