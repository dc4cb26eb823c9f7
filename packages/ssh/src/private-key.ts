import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { clipEnd } from '#clipped-text';
import { opensshEd25519 } from './openssh-ed25519.ts';
import { PrivateKeyError } from './ssh-errors.ts';

const SUPPORTED = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))$/;

/**
 * Whether the text is a private key that can be used, with this passphrase where it has one. Nothing of the
 * key's text stands in the error.
 *
 * @throws PrivateKeyError one sentence: empty, no key, cut, PuTTY's format, a public key, unsupported type,
 *   passphrase missing or wrong
 */
export async function checkPrivateKey(pem: string, passphrase?: string): Promise<void> {
  await readPrivateKey(pem, passphrase);
}

// Opening a key with a passphrase takes 0.3 s by design, and it is checked before it is used.
const alreadyRead = new Map<string, ParsedKey>();

/** @throws PrivateKeyError as checkPrivateKey */
export async function readPrivateKey(pem: string, passphrase?: string): Promise<ParsedKey> {
  const id = createHash('sha256')
    .update(JSON.stringify([pem, passphrase]))
    .digest('hex');
  const key = alreadyRead.get(id) ?? (await parse(pem, passphrase));
  alreadyRead.set(id, key);
  return key;
}

async function parse(pem: string, passphrase: string | undefined): Promise<ParsedKey> {
  const secret = passphrase === '' ? undefined : passphrase;
  const { text, label } = mend(pem);
  const readable =
    label === 'PRIVATE KEY' || label === 'ENCRYPTED PRIVATE KEY' ? fromPkcs8(text, label, secret) : text;
  const opensshFormat = label === 'OPENSSH PRIVATE KEY' ? inspectOpenssh(text) : undefined;
  const encrypted = opensshFormat?.encrypted ?? /^Proc-Type: 4,ENCRYPTED$/m.test(text);
  if (opensshFormat && !SUPPORTED.test(opensshFormat.type)) {
    // A damaged key may have anything where its type should be, and none of its text belongs in an error.
    throw /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/.test(opensshFormat.type)
      ? unsupported(opensshFormat.type)
      : damaged();
  }
  if (encrypted && secret === undefined) throw passphraseMissing();

  const { parseKey } = (await import('ssh2/lib/protocol/keyParser.js')).default;
  const parsed = parseKey(readable, secret);
  if (parsed instanceof Error) {
    if (/unsupported cipher/i.test(parsed.message)) {
      throw new PrivateKeyError(
        'private-key is encrypted with a cipher that is not supported: encrypt it anew with `ssh-keygen -p -f FILE`.',
      );
    }
    throw encrypted ? passphraseWrong() : damaged();
  }
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | undefined;
  if (!key?.isPrivateKey()) throw damaged();
  if (!SUPPORTED.test(key.type)) throw unsupported(key.type);
  return key;
}

/** Undoes what copying through secrets, shells and Windows does to a key, and finds what kind it is. */
function mend(pem: string): { text: string; label: string } {
  let text = pem.replace(/^\uFEFF/, '').trim();
  if (/^(["'])[\s\S]*\1$/.test(text)) text = text.slice(1, -1).trim();
  if (text === '')
    throw new PrivateKeyError('private-key is empty: check that the secret exists and has this name.');
  if (/^PuTTY-User-Key-File-\d/.test(text)) {
    throw new PrivateKeyError(
      "private-key is in PuTTY's format: convert it with `puttygen key.ppk -O private-openssh -o key` and use the new file.",
    );
  }
  if (
    /^(?:(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ AAAA|---- BEGIN SSH2 PUBLIC KEY|-----BEGIN (?:[A-Z]+ )?PUBLIC KEY-----)/.test(
      text,
    )
  ) {
    throw new PrivateKeyError(
      'private-key is a public key: give the other file of the pair, the one whose name does not end in .pub.',
    );
  }
  const begin = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
  const label = begin?.[1];
  if (!begin || label === undefined || !label.endsWith('PRIVATE KEY')) {
    throw new PrivateKeyError(
      "private-key is not a private key: it must be the whole file, from '-----BEGIN … PRIVATE KEY-----' to '-----END … PRIVATE KEY-----'.",
    );
  }
  const end = text.indexOf(`-----END ${label}-----`);
  if (end < 0) {
    throw new PrivateKeyError(
      `private-key is cut off: its last line '-----END ${label}-----' is missing, so copy the whole file.`,
    );
  }
  // A literal \n is what JSON and many secret stores make of a line's end.
  const inner = text
    .slice(begin.index + begin[0].length, end)
    .replace(/\\r/g, '')
    .replace(/\\n/g, '\n')
    .replace(/\r/g, '');
  const lines = inner.split('\n').map((line) => line.trim());
  // Only a key with headers (old encrypted PEM) has spaces or blank lines that mean something.
  const body = /^[A-Za-z-]+: /m.test(inner)
    ? lines.join('\n').trim()
    : (inner.replace(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n');
  return { text: `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`, label };
}

/** ssh2 does not read PKCS#8, so it becomes what ssh2 reads. */
function fromPkcs8(text: string, label: string, passphrase: string | undefined): string {
  const encrypted = label === 'ENCRYPTED PRIVATE KEY';
  if (encrypted && passphrase === undefined) throw passphraseMissing();
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) });
  } catch {
    // The cause is left out: what OpenSSL says of a key may quote from it.
    throw encrypted ? passphraseWrong() : damaged();
  }
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }) as string;
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }) as string;
    case 'ed25519':
      return opensshEd25519(key);
    default:
      throw unsupported(key.asymmetricKeyType ?? 'unknown');
  }
}

/** The clear part of OpenSSH's format (PROTOCOL.key): cipher, and the type of the key. */
function inspectOpenssh(text: string): { encrypted: boolean; type: string } {
  const data = Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
  const magic = 'openssh-key-v1\0';
  let offset = magic.length;
  const next = () => {
    if (offset + 4 > data.length) throw damaged();
    const length = data.readUInt32BE(offset);
    const start = offset + 4;
    if (start + length > data.length) throw damaged();
    offset = start + length;
    return data.subarray(start, offset);
  };
  if (data.toString('latin1', 0, magic.length) !== magic) throw damaged();
  const cipher = next().toString('latin1');
  next();
  next();
  offset += 4;
  const publicKey = next();
  const typeLength = publicKey.length >= 4 ? publicKey.readUInt32BE(0) : 0;
  return { encrypted: cipher !== 'none', type: publicKey.toString('latin1', 4, 4 + typeLength) };
}

function passphraseMissing(): PrivateKeyError {
  return new PrivateKeyError(
    'private-key is encrypted and there is no passphrase: set passphrase, or use a key without one.',
  );
}

function passphraseWrong(): PrivateKeyError {
  return new PrivateKeyError(
    'passphrase does not open private-key: check that both belong together and that the key is whole.',
  );
}

function damaged(): PrivateKeyError {
  return new PrivateKeyError(
    'private-key is damaged or cut: copy the whole file again, from the BEGIN line to the END line, with its line breaks.',
  );
}

function unsupported(type: string): PrivateKeyError {
  const why = type.startsWith('sk-')
    ? 'a key on a hardware token, which nobody can touch during a run'
    : `of type ${clipEnd(type, 40)}, which is not supported`;
  return new PrivateKeyError(`private-key is ${why}: make another with \`ssh-keygen -t ed25519\`.`);
}
