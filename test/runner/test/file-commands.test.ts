import { expect, test } from 'vitest';
import { parseKeyValueFile } from '../file-commands.ts';

test('both forms are read, and the last value of a name wins', () => {
  const text = 'a=1\n\nb<<EOF\nx=1\n\ny\nEOF\na=2=3\nc=<<no\n';
  expect([...parseKeyValueFile(text)]).toEqual([
    ['a', '2=3'],
    ['b', 'x=1\n\ny'],
    ['c', '<<no'],
  ]);
});

test.each(['=x', 'a<<', '<<E\nE', 'just text', 'a<<E\nopen'])('%j is fatal', (text) => {
  expect(() => parseKeyValueFile(text)).toThrow(/^Invalid (format|value)/);
});
