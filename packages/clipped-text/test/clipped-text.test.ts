import { expect, test } from 'vitest';
import { clipEnd } from '../src/index.ts';

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc…'],
  ['', 0, ''],
  ['a😀b', 2, 'a…'],
  ['a😀b', 3, 'a😀…'],
])('%j to %i', (text, length, clipped) => {
  expect(clipEnd(text, length)).toBe(clipped);
});

test('a text that is cut twice has one mark', () => {
  expect(clipEnd(`${clipEnd('abcdefgh', 4)}ijkl`, 4)).toBe('abcd…');
});
