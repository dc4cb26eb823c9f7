import { expect, test } from 'vitest';
import { Masker } from '../src/masker.ts';
import { SummaryBuilder } from '../src/summary.ts';
import { plainLines, quoteBriefly } from '../src/untrusted-text.ts';

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

test.each([
  ['codes of JSON by Go', 'say \\"hi\\" \\u0026 \\u003cgo\\u003e'],
  ['codes of JSON by .NET', 'say \\u0022hi\\u0022 \\u0026 \\u003Cgo\\u003E'],
  ['percent signs in lower case', 'say%20%22hi%22%20%26%20%3cgo%3e'],
  [
    'percent signs everywhere',
    [...Buffer.from('say "hi" & <go>')].map((byte) => `%${byte.toString(16)}`).join(''),
  ],
  ['a form', 'say+%22hi%22+%26+%3Cgo%3E'],
  ['codes of HTML', 'say &#34;hi&#34; &#38; &#x3c;go&#X3E;'],
  ['JSON in JSON in HTML', 'say \\\\\\&quot;hi\\\\\\&quot; \\\\u0026 &lt;go\\\\u003e'],
])('%s, of which the runner is not told each', (_, text) => {
  const { masker } = maskerFor('say "hi" & <go>');
  expect(masker.mask(`{"x":"${text}"}`)).toBe('{"x":"***"}');
  expect(masker.isSecretIn(text)).toBe(true);
});

test('a value in quotes is masked where it stands without them', () => {
  expect(maskerFor('"quoted-secret"').masker.mask('pw=quoted-secret "quoted-secret"')).toBe('pw=*** ***');
  expect(maskerFor('"true"', "'on'").masker.mask('true on')).toBe('true on');
});

test.each([
  'two  spaces',
  'a\ttab-secret',
  'bell\u0007-secret',
  'turned\u202e-secret',
  'red\u001b[31m-secret',
  'ab\ncd\nef',
])('%j is masked where it is quoted, and among the lines of others', (secret) => {
  const { masker } = maskerFor(secret);
  expect(masker.mask(quoteBriefly(`x ${secret} x`))).toBe('"x *** x"');
  expect(masker.mask(plainLines(`x ${secret} x`).join('\n'))).toBe('x *** x');
  const summary = new SummaryBuilder()
    .paragraph(secret)
    .paragraph([{ code: secret }])
    .code(secret);
  expect(summary.render((block) => masker.mask(block))).toBe(
    '<p>***</p>\n\n<p><code>***</code></p>\n\n<pre><code>***</code></pre>\n\n',
  );
});

test('a key written with \\n instead of line breaks is masked line by line', () => {
  expect(maskerFor(PEM.replaceAll('\n', '\\n')).masker.mask(PEM)).toBe(
    '-----BEGIN OPENSSH PRIVATE KEY-----\n***\n***\n=\n-----END OPENSSH PRIVATE KEY-----\n',
  );
});

test.each([
  ['1', 'took 1 s, 100%31 C:\\x31'],
  ['on', 'on the server, %6f and &#110;'],
  ['a b c d', 'a+b c d'],
])('the escapes of %j hide no more of an ordinary text than itself', (secret, text) => {
  expect(maskerFor(secret).masker.mask(text)).toBe(text.replaceAll(secret, '***'));
});

test('the runner is told a bounded number of forms, none of them of two lines', () => {
  const odd = `"p@ss!w"o/r d(1)*'ä+ü %\\x<&>\u2028"`;
  for (const secret of [odd, ` ${odd} `, `${odd}\n${odd}x`]) {
    const { registered } = maskerFor(secret);
    expect(registered.length).toBeGreaterThanOrEqual(10);
    expect(registered.length).toBeLessThanOrEqual(90);
    expect(registered.filter((form) => form.includes('\n'))).toEqual([]);
  }
  expect(maskerFor('an-ordinary-Passw0rd').registered.length).toBeLessThanOrEqual(8);
});

test.each([
  ["+ mysql '-p***'", String.raw`+ mysql '-pit'\''s $5 & 10%'`],
  ["+ mysql '-p***'", `+ mysql '-pit'"'"'s $5 & 10%'`],
  ["ALTER ROLE shop PASSWORD '***'", "ALTER ROLE shop PASSWORD 'it''s $5 & 10%'"],
  ['PASSWORD="***"', 'PASSWORD="it\'s $$5 & 10%%"'],
  ['{"sql":"PASSWORD \'***\'"}', '{"sql":"PASSWORD \'it\'\'s $5 \\u0026 10%\'"}'],
  ["a '***…", "a 'it''s $5…"],
])('what ends a quotation is masked as programs write it: %s', (masked, text) => {
  expect(maskerFor("it's $5 & 10%").masker.mask(text)).toBe(masked);
});

test('bytes in octal are read as UTF-8', () => {
  expect(
    maskerFor('Schlüssel-€-😀').masker.mask(String.raw`$'Schl\303\274ssel-\342\202\254-\360\237\230\200'`),
  ).toBe("$'***'");
});

test('quotations of an ordinary text stay, and so does what is only like a secret', () => {
  const { masker } = maskerFor("it's $5", 'a""b-secret');
  const text = `if [ "" = '' ]; then echo $$ 100%%; fi # it''s $6, a"b-secre`;
  expect(masker.mask(text)).toBe(text);
  expect(masker.mask('a""b-secret and a""""b-secret')).toBe('*** and ***');
});

test.each([64, 76])('base64 in lines of %i characters', (columns) => {
  const secret = Array.from({ length: 30 }, (_, index) => `word-${index}`).join('/');
  const text = Buffer.from(`user:${secret}`).toString('base64');
  const lines = text.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  expect(lines.length).toBeGreaterThan(2);
  expect(maskerFor(secret).masker.mask(lines.join('\n')).length).toBeLessThanOrEqual(12);
  expect(maskerFor(secret).masker.mask(`${lines.join('\n')}\nmore`)).toMatch(/^.{1,12}\nmore$/);
});

test('a hostile text of escapes is read in reasonable time', () => {
  const { masker } = maskerFor('say "hi" & <go>', PEM);
  const startedMs = performance.now();
  for (const part of [
    ...['\\', '%25', '&amp;', '\\u005c', '%', '&#', '\u0007', '<br>', '\\303'],
    ...["'", "'\\''", `'"'"`, '""x', '$$x', '\\\\""', `${'A'.repeat(64)}\n`],
  ]) {
    const text = part.repeat(128 * 1024);
    expect(masker.mask(text)).toBe(text);
  }
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});
