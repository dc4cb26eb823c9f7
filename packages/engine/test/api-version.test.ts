import { describe, expect, it } from 'vitest';
import { compareApiVersions, NEWEST_KNOWN_API_VERSION, negotiateApiVersion } from '../src/api-version.ts';

describe('agreeing on an API version', () => {
  it.each([
    ['1.41', '1.12', '1.41'],
    ['1.45', '1.24', '1.45'],
    ['1.56', '1.40', NEWEST_KNOWN_API_VERSION],
  ])('Engine with %s, at least %s: %s', (ApiVersion, MinAPIVersion, agreed) => {
    expect(negotiateApiVersion({ ApiVersion, MinAPIVersion, Version: '1' })).toBe(agreed);
  });

  it('names a too old Engine and what is needed', () => {
    expect(() => negotiateApiVersion({ ApiVersion: '1.40', Version: '19.03.15' })).toThrow(
      'The server runs Docker Engine 19.03.15 (API 1.40), which is too old: update it to Docker Engine 20.10 or newer (API 1.41).',
    );
  });

  it('says when the Engine has left us behind', () => {
    expect(() => negotiateApiVersion({ ApiVersion: '1.99', MinAPIVersion: '1.60', Version: '40' })).toThrow(
      /newer release of Switchyard/,
    );
  });

  it.each([{}, { ApiVersion: 'x' }, { ApiVersion: '1.41\r\nfoo' }, { ApiVersion: 1 as unknown as string }])(
    'refuses %j',
    (version) => {
      expect(() => negotiateApiVersion(version)).toThrow(/not a Docker Engine/);
    },
  );

  it('compares numbers, not text', () => {
    expect(compareApiVersions('1.9', '1.41')).toBeLessThan(0);
    expect(compareApiVersions('1.41', '1.41')).toBe(0);
  });
});
