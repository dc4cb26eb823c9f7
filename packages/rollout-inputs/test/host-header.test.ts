import { expect, test } from 'vitest';
import { ExplainedError } from '#explained-error';
import { parseHostHeader } from '../src/host-header.ts';

test.each([
  'localhost',
  'app.example.com',
  'app.example.com:8443',
  'shop_1',
  '10.0.0.1:80',
  '[::1]',
  '[fd00::1]:8080',
])('%s is a Host header', (text) => {
  expect(parseHostHeader(text)).toBe(text);
});

test.each([
  'a\u0001b',
  'a\tb',
  'a b',
  '€.example',
  'a/b',
  'user@example.com',
  'http://example.com',
  '::1',
  '[localhost]',
  '[10.0.0.1]',
  'example.com:0',
  'example.com:70000',
  'example.com:',
  ':80',
])('%j is none', (text) => {
  expect(() => parseHostHeader(text)).toThrow(ExplainedError);
});
