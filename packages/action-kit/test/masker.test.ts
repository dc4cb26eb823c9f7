import { expect, test } from 'vitest';
import { Masker } from '../src/masker.ts';

const PEM =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\nQyNTUxOQ==\n=\n-----END OPENSSH PRIVATE KEY-----\n';

function maskerFor(...secrets: string[]) {
  const registered: string[] = [];
  const masker = new Masker((form) => registered.push(form));
  for (const secret of secrets) masker.add(secret);
  return { masker, registered };
}

test('lines of a key are masked one by one; its boundary and very short lines are not', () => {
  const { masker, registered } = maskerFor(PEM);
  expect(masker.mask(PEM)).toBe(
    '-----BEGIN OPENSSH PRIVATE KEY-----\n***\n***\n=\n-----END OPENSSH PRIVATE KEY-----\n',
  );
  expect(masker.mask(Buffer.from(PEM).toString('base64'))).toMatch(/^\*\*\*.{0,3}$/);
  expect(registered.some((form) => form.includes('\n'))).toBe(false);
  expect(masker.mask(JSON.stringify({ key: PEM }))).not.toContain('b3BlbnNzaC1rZXktdjEAAAA');
});

test.each([
  ['base64', Buffer.from('top/secret+value?').toString('base64')],
  ['base64 with one byte before', Buffer.from('u:top/secret+value?x').toString('base64')],
  ['base64 with two bytes before', Buffer.from('ab:xtop/secret+value?yz').toString('base64')],
  ['base64 for URLs', Buffer.from('top/secret+value?').toString('base64url')],
])('%s', (_, text) => {
  const masked = maskerFor('top/secret+value?').masker.mask(text);
  expect(masked).toContain('***');
  expect(masked.replace('***', '').length).toBeLessThanOrEqual(12);
});

test.each([
  ['JSON', JSON.stringify('say "hi" & <go>')],
  ['URL', encodeURIComponent('say "hi" & <go>')],
  ['HTML', 'say &quot;hi&quot; &amp; &lt;go&gt;'],
])('%s escapes', (_, text) => {
  expect(maskerFor('say "hi" & <go>').masker.mask(text).replaceAll('"', '')).toBe('***');
});

test.each(['abc\u202edefghi', String.raw`abc\u202edefghi`, 'abcdefghi'])(
  'a secret with a mark of the reading direction is masked as %j too',
  (text) => {
    expect(maskerFor('abc\u202edefghi').masker.mask(text)).toBe('***');
  },
);

test('a long key does not register more than two forms a line', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `${index}/`.padEnd(70, 'k'));
  const { registered } = maskerFor(lines.join('\n'));
  // A plain and a URL-encoded form of each line, and at most 20 forms of the whole.
  expect(registered.length).toBeGreaterThanOrEqual(80);
  expect(registered.length).toBeLessThanOrEqual(100);
});

test('a secret that contains another is masked as a whole', () => {
  expect(maskerFor('abcd', 'abcdefgh').masker.mask('abcdefgh abcd')).toBe('*** ***');
});

test('surrounding space does not hide a secret, and an empty one masks nothing', () => {
  const { masker, registered } = maskerFor(' padded-secret\n', '', ' \n');
  expect(masker.mask('x padded-secret y')).toBe('x *** y');
  expect(registered).not.toContain('');
  expect(masker.isSecretIn('has padded-secret')).toBe(true);
});
