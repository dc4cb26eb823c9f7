import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkPrivateKey } from '../src/index.ts';
import { readPrivateKey } from '../src/private-key.ts';
import { keygen, publicKey } from './sshd.ts';

const folder = mkdtempSync(join(tmpdir(), 'private-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function make(type: string, ...extra: string[]): { pem: string; publicKey: string } {
  const file = join(folder, `key${count++}`);
  keygen(type, file, ...extra);
  return { pem: readFileSync(file, 'utf8'), publicKey: publicKey(`${file}.pub`) };
}

async function refusal(pem: string, passphrase?: string): Promise<string> {
  const error = await checkPrivateKey(pem, passphrase).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { name, message, cause } = error as Error;
  expect(name).toBe('PrivateKeyError');
  for (const line of pem.split(/\r?\n|\\n/).filter((each) => /^[A-Za-z0-9+/=]{16,}$/.test(each))) {
    expect(`${message} ${String(cause)}`).not.toContain(line);
  }
  return message;
}

describe('reads', () => {
  test.each([
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
    ['rsa', []],
    ['rsa', ['-m', 'PEM']],
    ['ecdsa', ['-m', 'PEM']],
    ['rsa', ['-m', 'PKCS8']],
    ['ecdsa', ['-m', 'PKCS8']],
  ])('%s %j, with and without passphrase', async (type, options) => {
    const plain = make(type, ...options);
    const key = await readPrivateKey(plain.pem);
    expect(`${key.type} ${key.getPublicSSH().toString('base64')}`).toBe(plain.publicKey);
    const locked = make(type, ...options, '-N', 'open sesame');
    const opened = await readPrivateKey(locked.pem, 'open sesame');
    expect(`${opened.type} ${opened.getPublicSSH().toString('base64')}`).toBe(locked.publicKey);
    expect(await refusal(locked.pem)).toContain('there is no passphrase');
    expect(await refusal(locked.pem, '')).toContain('there is no passphrase');
    expect(await refusal(locked.pem, 'wrong')).toContain('passphrase does not open');
  });

  test('an Ed25519 key in PKCS#8, and its signature is good', async () => {
    const pair = generateKeyPairSync('ed25519');
    const key = await readPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const data = Buffer.from('to be signed');
    const { verify } = await import('node:crypto');
    expect(verify(null, data, pair.publicKey, key.sign(data) as Buffer)).toBe(true);
  });

  const plain = make('ed25519');
  test.each([
    ['Windows line ends', plain.pem.replaceAll('\n', '\r\n')],
    ['no final newline', plain.pem.trimEnd()],
    ['blanks around', `\uFEFF\n  ${plain.pem}\n\n`],
    ['indented lines', plain.pem.replaceAll('\n', '\n    ')],
    ['literal \\n on one line', plain.pem.replaceAll('\n', '\\n')],
    ['spaces for line ends', plain.pem.replaceAll('\n', ' ')],
    ['quotes around', `"${plain.pem.replaceAll('\n', '\\n')}"`],
  ])('mends %s', async (_, pem) => {
    const key = await readPrivateKey(pem);
    expect(key.getPublicSSH().toString('base64')).toBe(plain.publicKey.split(' ')[1]);
  });

  test('an old encrypted PEM with Windows line ends', async () => {
    const locked = make('rsa', '-m', 'PEM', '-N', 'open sesame');
    await expect(
      checkPrivateKey(locked.pem.replaceAll('\n', '\r\n'), 'open sesame'),
    ).resolves.toBeUndefined();
  });
});

describe('refuses', () => {
  const plain = make('ed25519');
  const lines = plain.pem.trim().split('\n');
  test.each([
    ['nothing', '', 'is empty'],
    ['blanks', ' \n\t', 'is empty'],
    ['something else', 'correct horse battery staple', 'is not a private key'],
    ['a path', '/home/me/.ssh/id_ed25519', 'is not a private key'],
    ['a public key', plain.publicKey, 'is a public key'],
    [
      'a public PEM',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string,
      'is a public key',
    ],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'is not a private key'],
    [
      'PuTTY',
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n',
      'puttygen key.ppk -O private-openssh',
    ],
    ['a key without its end', lines.slice(0, -1).join('\n'), 'is cut off'],
    ['a key with a hole', [...lines.slice(0, 2), ...lines.slice(3)].join('\n'), 'damaged or cut'],
    [
      'an empty frame',
      '-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----',
      'damaged or cut',
    ],
    ['noise in PKCS#8', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'damaged or cut'],
    [
      'noise in PEM',
      '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----',
      'damaged or cut',
    ],
    [
      'Ed448',
      generateKeyPairSync('ed448').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      'type ed448, which is not supported',
    ],
  ])('%s', async (_, pem, expected) => {
    expect(await refusal(pem)).toContain(expected);
  });
});
