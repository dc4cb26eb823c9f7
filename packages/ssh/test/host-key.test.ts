import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { algorithmsOf, hostKeyCheck } from '../src/host-key.ts';
import { checkKnownHosts, fingerprintOf, parseFingerprints } from '../src/index.ts';
import { entriesFor, knownHostLine, parseKnownHosts } from '../src/known-hosts.ts';
import { keygen, publicKey } from './sshd.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeKey(type: string, name: string): string {
  keygen(type, join(folder, name));
  return publicKey(join(folder, `${name}.pub`));
}

const ed = makeKey('ed25519', 'ed');
const ed2 = makeKey('ed25519', 'ed2');
const ecdsa = makeKey('ecdsa', 'ecdsa');
const rsa = makeKey('rsa', 'rsa');
const blob = (key: string) => Buffer.from(key.split(' ')[1] ?? '', 'base64');
const check = (knownHosts: string, host = 'web.example.com', port = 22) =>
  hostKeyCheck({ knownHosts }, `the server ${host}:${port}`, host, port);

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

describe('which names a line is for', () => {
  test.each([
    ['web.example.com', 'web.example.com', 22, true],
    ['WEB.Example.com', 'web.EXAMPLE.com', 22, true],
    ['db.example.com,web.example.com,10.0.0.1', 'web.example.com', 22, true],
    ['*.example.com', 'web.example.com', 22, true],
    ['*.example.com', 'example.com', 22, false],
    ['*.example.com,!web.example.com', 'web.example.com', 22, false],
    ['!web.example.com,*.example.com', 'db.example.com', 22, true],
    ['web?.example.com', 'web1.example.com', 22, true],
    ['web?.example.com', 'web12.example.com', 22, false],
    ['[web.example.com]:2222', 'web.example.com', 2222, true],
    ['[web.example.com]:2222', 'web.example.com', 22, false],
    ['web.example.com', 'web.example.com', 2222, true],
    ['[*.example.com]:*', 'web.example.com', 2222, true],
    ['[2001:db8::1]:2222', '2001:db8::1', 2222, true],
    ['2001:db8::1', '2001:db8::1', 22, true],
    [hashed('web.example.com'), 'web.example.com', 22, true],
    [hashed('web.example.com'), 'other.example.com', 22, false],
    [hashed('[web.example.com]:2222'), 'web.example.com', 2222, true],
    [hashed('[web.example.com]:2222'), 'web.example.com', 22, false],
    [`${'*a'.repeat(60)}b`, 'a'.repeat(200), 22, false],
  ])('%s and %s:%i → %s', (names, host, port, expected) => {
    const entries = parseKnownHosts(`${names} ${ed}`);
    expect(entriesFor(entries, host, port).length === 1).toBe(expected);
  });

  test('an entry with the port comes before one without', () => {
    const entries = parseKnownHosts(`web ${ed}\n[web]:2222 ${ed2}`);
    expect(entriesFor(entries, 'web', 2222).map(({ line }) => line)).toEqual([2]);
  });

  test("names hashed by OpenSSH's own ssh-keygen are found", () => {
    const file = join(folder, 'hashed');
    writeFileSync(file, `[web.example.com]:2222 ${ed}\nweb.example.com ${rsa}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    const entries = parseKnownHosts(readFileSync(file, 'utf8'));
    expect(entries.every(({ names }) => names.startsWith('|1|'))).toBe(true);
    expect(entriesFor(entries, 'web.example.com', 2222).map(({ type }) => type)).toEqual(['ssh-ed25519']);
    expect(entriesFor(entries, 'web.example.com', 22).map(({ type }) => type)).toEqual(['ssh-rsa']);
  });
});

describe('lines', () => {
  test('comments, empty lines, Windows line ends, tabs and trailing comments are read', () => {
    const entries = parseKnownHosts(`\uFEFF# web:22 SSH-2.0\r\n\r\n  web\t${ed} root@web\r\ndb ${rsa}`);
    expect(entries.map(({ names, line }) => [names, line])).toEqual([
      ['web', 3],
      ['db', 4],
    ]);
  });

  test.each([
    [ed, "has no host name: put the server's name and a space in front of 'ssh-ed25519'"],
    ['web', 'not of the form'],
    ['web ssh-ed25519', 'not of the form'],
    [`@trusted web ${ed}`, 'unknown marker'],
    ['web 1024 35 1234567', 'version 1'],
    ['web hello AAAA', 'no key type'],
    [`web ${ed.slice(0, -9)}`, 'damaged or cut key'],
    [`web ${ed.replace('ssh-ed25519', 'ssh-rsa')}`, 'damaged or cut key'],
    [`|1|abc ${ed}`, 'damaged hashed host name'],
    ['SHA256:abcdef', 'fingerprint'],
  ])('%s', (line, expected) => {
    expect(() => checkKnownHosts(`# one\n${line}`, 'web', 22)).toThrow(expected);
    expect(() => checkKnownHosts(`# one\n${line}`, 'web', 22)).toThrow('Line 2');
  });

  test('no line at all is refused, a host that is not listed is not', () => {
    expect(() => checkKnownHosts('\n# nothing\n', 'web', 2222)).toThrow('`ssh-keyscan -p 2222 web`');
    expect(() => checkKnownHosts(`db ${ed}`, 'web', 22)).not.toThrow();
  });

  test('an authority alone is refused, beside a plain key it is passed over', () => {
    expect(() => checkKnownHosts(`@cert-authority * ${ed}`, 'web', 22)).toThrow(
      'host certificates are not supported',
    );
    expect(() => checkKnownHosts(`@cert-authority * ${ed}\nweb ${ed2}`, 'web', 22)).not.toThrow();
  });
});

describe('the verdict on a key', () => {
  test('asks for the known types only, and knows RSA by its SHA-2 names', () => {
    expect(check(`web.example.com ${rsa}\nweb.example.com ${ecdsa}`).types).toEqual([
      'ssh-rsa',
      'ecdsa-sha2-nistp256',
    ]);
    expect(algorithmsOf(['ssh-rsa', 'ecdsa-sha2-nistp256'])).toEqual([
      'ecdsa-sha2-nistp256',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
  });

  test('accepts any of several keys of a host', () => {
    const several = check(`web.example.com ${ed}\n*.example.com ${ed2}`);
    expect([several.accepts(blob(ed)), several.accepts(blob(ed2)), several.accepts(blob(rsa))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('an unknown host gets the line to add', () => {
    const message = check(`db ${ed}`).refusal([blob(ed)]).message;
    expect(message).toContain('known-hosts has no key for it');
    expect(message.endsWith(`add this line to known-hosts: web.example.com ${ed}`)).toBe(true);
  });

  test('a changed key gets what was expected, what came and the line to put', () => {
    const refusal = check(`[web.example.com]:2222 ${ed}`, 'web.example.com', 2222).refusal([blob(ed2)]);
    expect(refusal.name).toBe('ChangedHostKeyError');
    expect(refusal.message).toContain(`expected ssh-ed25519 ${fingerprintOf(blob(ed))} (line 1)`);
    expect(refusal.message).toContain(`got ssh-ed25519 ${fingerprintOf(blob(ed2))}`);
    expect(refusal.message.endsWith(`[web.example.com]:2222 ${ed2}`)).toBe(true);
  });

  test('a revoked key is refused even where it is listed as good', () => {
    const revoked = check(`web.example.com ${ed}\n@revoked * ${ed}`);
    expect(revoked.accepts(blob(ed))).toBe(false);
    expect(revoked.refusal([blob(ed)]).name).toBe('RevokedHostKeyError');
  });

  test('the line it prints is one it accepts', () => {
    const line = knownHostLine('2001:DB8::1', 2222, blob(ecdsa));
    expect(check(line, '2001:db8::1', 2222).accepts(blob(ecdsa))).toBe(true);
  });
});

describe('fingerprints', () => {
  const hash = fingerprintOf(blob(ed));

  test("agree with OpenSSH's", () => {
    expect(execFileSync('ssh-keygen', ['-lf', join(folder, 'ed.pub')], { encoding: 'utf8' })).toContain(hash);
  });

  test.each([[hash], [hash.slice('SHA256:'.length)], [`${hash}=`], [` 256 ${hash} root@web (ED25519)\r\n`]])(
    'reads %s',
    (text) => {
      expect(parseFingerprints(text)).toEqual([hash]);
    },
  );

  test('reads several', () => {
    const other = fingerprintOf(blob(rsa));
    expect(parseFingerprints(`${hash}\n${other}, ${hash}`)).toEqual([hash, other]);
  });

  test.each([
    ['MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48', 'MD5'],
    ['16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48', 'MD5'],
    ['', 'not of the form'],
    ['SHA256:short', 'not of the form'],
    [`${hash}x`, 'not of the form'],
    [`${hash} SHA256:short`, 'not of the form'],
    ['AAAAC3NzaC1lZDI1NTE5AAAAIP2', 'not of the form'],
  ])('refuses %s', (text, expected) => {
    expect(() => parseFingerprints(text)).toThrow(expected);
  });
});
