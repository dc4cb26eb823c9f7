import { describe, expect, it } from 'vitest';
import { InterpolationProblem, interpolate } from '../src/interpolation.ts';
import { interpolationCases, interpolationVariables } from './interpolation-cases.ts';

const lookup = (name: string) => interpolationVariables[name];

describe('interpolation', () => {
  it.each(interpolationCases)('makes %j %j, as Compose does', (text, expected) => {
    expect(interpolate(text, lookup)).toBe(expected);
  });

  it.each([
    ['a $', /begins no variable; write \$\$/],
    ['$ a', /begins no variable/],
    ['$1', /begins no variable/],
    ['$' + '{', /that no } closes/],
    ['$' + '{}', /hold no variable/],
    ['$' + '{1}', /hold no variable/],
    ['$' + '{A!b}', /hold no variable/],
    ['$' + '{NONE:?because}', /^needs the variable NONE, which is not set$/],
    ['$' + '{EMPTY:?because}', /^needs the variable EMPTY/],
    ['$' + '{NONE?}', /^needs the variable NONE/],
  ])('refuses %j', (text, problem) => {
    expect(() => interpolate(text, lookup)).toThrow(InterpolationProblem);
    expect(() => interpolate(text, lookup)).toThrow(problem);
  });

  it('answers hostile text quickly', () => {
    const nested = (depth: number) => `${'${NONE:-'.repeat(depth)}x${'}'.repeat(depth)}`;
    expect(interpolate(nested(20), lookup)).toBe('x');
    const startedMs = performance.now();
    expect(() => interpolate(nested(20_000), lookup)).toThrow(/nests more than 20/);
    expect(() => interpolate('${'.repeat(100_000), lookup)).toThrow(/no } closes/);
    expect(interpolate('$A'.repeat(100_000), lookup)).toHaveLength(100_000);
    expect(interpolate('$$'.repeat(100_000), lookup)).toHaveLength(100_000);
    expect(() => interpolate(`$${'A'.repeat(100_000)}`, lookup)).not.toThrow();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
