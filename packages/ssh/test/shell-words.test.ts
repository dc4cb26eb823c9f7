import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellCommand } from '../src/index.ts';

const awkward = [
  '',
  ' ',
  "it's",
  "'",
  "''",
  '\\',
  "\\'",
  '$HOME `id` $(id)',
  '"double"',
  'two\nlines',
  '\ttab\r',
  '*?[a-z]{1,2}',
  '-n',
  '~',
  'A=b',
  '#no comment',
  'a;b&c|d<e>f',
  '!!',
  'häß 🚀',
  'trailing\\',
];

test('a real shell gives every argument back as it was', () => {
  const line = shellCommand(['printf', '%s\\0', ...awkward]);
  const output = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
  expect(output.split('\0').slice(0, -1)).toEqual(awkward);
});

test('the command itself cannot act as a keyword, an alias or an assignment', () => {
  expect(shellCommand(['if', 'X=1'])).toBe("'if' 'X=1'");
});

test.each([
  [[], 'empty'],
  [[''], 'empty'],
  [['echo', 'a\0b'], 'NUL'],
  [['echo', 'x'.repeat(200_000)], 'longer than 128 KiB'],
])('refuses what cannot be run', (argv, expected) => {
  expect(() => shellCommand(argv)).toThrow(expected);
});
