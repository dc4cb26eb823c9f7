import { describe, expect, it } from 'vitest';
import { composeFileText, parseComposeDurationMs } from '../src/index.ts';

describe('a duration of Compose', () => {
  it.each([
    ['1m30s', 90_000],
    ['1h0m0s', 3_600_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['10us', 1],
    ['1d', 86_400_000],
    ['0s', 0],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseComposeDurationMs(text)).toBe(ms);
  });

  it.each(['', '30', 's', '-1s', '1m 30s', '1x', '99999999h'])('%j is none', (text) => {
    expect(parseComposeDurationMs(text)).toBeUndefined();
  });
});

describe('the text of a released file', () => {
  it('is the same however the project was put together', () => {
    const text = composeFileText({ services: { b: 1, a: { z: [2, 1], y: null } }, name: 'shop' });
    expect(text).toBe(composeFileText({ name: 'shop', services: { a: { y: null, z: [2, 1] }, b: 1 } }));
    expect(JSON.parse(text)).toEqual({ name: 'shop', services: { a: { y: null, z: [2, 1] }, b: 1 } });
  });

  it('doubles dollars in values, which Compose would take for variables, and leaves out what is undefined', () => {
    expect(composeFileText({ a$: ['$HOME $$'], b: undefined })).toBe(
      '{\n  "a$": [\n    "$$HOME $$$$"\n  ]\n}\n',
    );
  });
});
