import { describe, expect, it } from 'vitest';
import { readVersions, versionMatches, versionProblem } from '../src/version-match.ts';

const commit = '3f786850e387550fdab836ed7e6dc881de23001b';

describe('reading versions out of an answer', () => {
  it.each([
    ['1.2.3\n', ['1.2.3']],
    ['"1.2.3"', ['1.2.3']],
    ['1.10', ['1.10']],
    ['{"version":"1.2.3","commit":"abc1234"}', ['1.2.3', 'abc1234']],
    ['{"build":{"sha":"abc1234"}}', ['abc1234']],
    ['{"version":{"a":1}}', []],
    ['<html>1.2.3</html>', []],
    ['', []],
    ['{"__proto__":{"version":"1"}}', ['1']],
    ['x'.repeat(300), []],
  ])('%s', (body, versions) => {
    expect(readVersions({ body })).toEqual(versions);
  });

  it('reads the header first', () => {
    expect(readVersions({ headers: { 'x-app-version': 'v7' }, body: 'hello' })).toEqual(['v7', 'hello']);
  });
});

describe('comparing versions', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['v1.2.3', '1.2.3', true],
    ['1.2.3', '1.2.30', false],
    [commit, commit.slice(0, 7), true],
    [commit.slice(0, 12), commit, true],
    [commit, commit.slice(0, 6), false],
    [commit, commit.toUpperCase(), true],
    ['1234567', '12345678', true],
    ['release-1', 'release-12', false],
    ['', '', false],
  ])('%s against %s: %s', (expected, actual, matches) => {
    expect(versionMatches(expected, actual)).toBe(matches);
  });

  it('says what it found, in one line', () => {
    expect(versionProblem('v2', { body: 'v2' })).toBeUndefined();
    expect(versionProblem('v2', { body: '{"version":"v1\\n::error::x"}' })).toBe(
      'the app says it is v1 ::error::x, expected v2',
    );
    expect(versionProblem('v2', { body: '<html>' })).toMatch(/names no version/);
  });
});

it('marks where it cuts what the app says', () => {
  const body = `${'x'.repeat(70)}Zk9qLm4TtRw7YpX`;
  expect(versionProblem('1', { body })).toBe(`the app says it is ${'x'.repeat(70)}Zk9qLm4TtR…, expected 1`);
});
