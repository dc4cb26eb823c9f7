import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { clipEnd } from '#clipped-text';
import { Masker } from '../src/masker.ts';
import { escapeHtml } from '../src/summary.ts';
import { plainLines, quoteBriefly } from '../src/untrusted-text.ts';

const SECRET = 'Zk9q"Lm4&Tt/Rw7 YpX+Gh2#Vb8';

function maskerFor(...secrets: string[]) {
  const masker = new Masker();
  for (const secret of secrets) masker.add(secret);
  return (text: string) => masker.mask(text);
}

/** Pieces of 4 characters of the secret's form that are still in the text. */
function piecesLeft(text: string, form: string): string[] {
  return Array.from({ length: form.length - 3 }, (_, at) => form.slice(at, at + 4)).filter((piece) =>
    text.includes(piece),
  );
}

const mask = maskerFor(SECRET);
const forms: readonly (readonly [string, string])[] = [
  ['plain', SECRET],
  ['JSON', JSON.stringify(SECRET).slice(1, -1)],
  ['URL', encodeURIComponent(SECRET)],
  ['HTML', escapeHtml(SECRET)],
  ['base64', Buffer.from(SECRET).toString('base64')],
  ['base64 for URLs', Buffer.from(SECRET).toString('base64url')],
];

test.each(forms)('a cut anywhere in a secret leaves no piece of it: %s', (_, form) => {
  for (let length = 1; length <= form.length; length += 1) {
    const start = form.slice(0, length);
    const end = form.slice(-length);
    for (const text of [
      clipEnd(`key=${form} and more`, 4 + length),
      `key=${start}… (line cut)`,
      `key=${start} … (line cut)\nmore`,
      `key=${start}...`,
      `"key=${start}\uFFFD…"`,
      `…${end} and more`,
      `…\uFFFD${end}`,
      `…${end} and ${start}…`,
    ]) {
      expect(piecesLeft(mask(text), form), text).toEqual([]);
    }
  }
});

test('the middle of a secret, cut on both sides, is masked', () => {
  expect(mask(`…${SECRET.slice(5, 12)}…`)).toBe('…***…');
  expect(mask(`… ${SECRET.slice(5, 12)} …`)).toContain(SECRET.slice(5, 12));
});

test('escaped after the cut, as a summary is', () => {
  for (let length = 4; length < SECRET.length; length += 1) {
    expect(piecesLeft(mask(escapeHtml(clipEnd(SECRET, length))), escapeHtml(SECRET))).toEqual([]);
  }
});

test('a line of a secret of several lines', () => {
  expect(maskerFor('first-line-0815\nsecond-line-4711')('x second-li… and …ine-0815 x')).toBe(
    'x ***… and …*** x',
  );
});

test('a secret within the start of another does not hide the rest of it', () => {
  expect(maskerFor('abcd', 'abcdefghijklmnop')('x abcdefghijkl…')).toBe('x ***…');
  expect(maskerFor('secretzzab', 'abcdefgh')('x secretzzabcdef…')).toBe('x ***…');
  expect(maskerFor('aaaa')('aaaaaaaaaa aaaa')).toBe('*** ***');
});

test('the boundary of a key in our own sentences stays', () => {
  const key =
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n-----END OPENSSH PRIVATE KEY-----\n';
  const text = "from '-----BEGIN … PRIVATE KEY-----' to '-----END … PRIVATE KEY-----'";
  expect(maskerFor(key)(text)).toBe(text);
});

test('words that only stand near a mark stay as they are', () => {
  const text = 'Waiting for the server … done… Zk9 qLm4… Zk9q is left. …Vb8 and …Zk9q.';
  expect(mask(text)).toBe(text);
});

test.each([
  ['postgres', 'postgres://app:s3cr3t@db:5432/app'],
  ['redis', 'redis://:s3cr3t@cache'],
  ['https', 'https://hooks.example/T0/s3cr3t'],
])('the scheme of a URL stays where it stands before or between marks: %s', (scheme, url) => {
  const text = `Waiting for ${scheme}... connecting to ${scheme}://... …${scheme}… ${encodeURIComponent(`${scheme}://`)}…`;
  expect(maskerFor(url)(text)).toBe(text);
  for (let length = scheme.length + 4; length <= url.length; length += 1) {
    expect(maskerFor(url)(`to ${url.slice(0, length)}…`)).toBe('to ***…');
    expect(maskerFor(url)(`to ${encodeURIComponent(url.slice(0, length))}…`)).toBe('to ***…');
  }
});

test('lines of others and quotations are cut with a mark', () => {
  expect(mask(plainLines('x'.repeat(1985) + SECRET).join(''))).toBe(`${'x'.repeat(1985)}***… (line cut)`);
  expect(mask(quoteBriefly('x'.repeat(45) + SECRET))).toBe(`"${'x'.repeat(45)}***…"`);
});

test('a text of nothing but marks is masked in reasonable time', () => {
  const lines = Array.from({ length: 40 }, (_, index) =>
    createHash('sha512').update(String(index)).digest('base64').slice(0, 70),
  );
  const maskKey = maskerFor(lines.join('\n'));
  const [piece] = lines.map((line) => line.slice(20, 24));
  const startedMs = performance.now();
  for (const part of ['…', `${piece}…`, '    ', `... ${piece}`]) maskKey(part.repeat(16 * 1024));
  expect(performance.now() - startedMs).toBeLessThan(3_000);
});
