import { expect, test } from 'vitest';
import { reasonIn } from '../src/compose-error.ts';

const orphans =
  'time="2026-11-29T17:08:16Z" level=warning msg="Found orphan containers ([shop-web-2]) for this project."';

test.each([
  [
    'the progress before it',
    `${orphans}\n Container shop-a-1  Creating\nError response from daemon: No such image: nope:1\n`,
    'Error response from daemon: No such image: nope:1',
  ],
  [
    'the progress after it',
    'dependency failed to start: container shop-db-1 is unhealthy\n Container shop-web-1  Stopped\n',
    'dependency failed to start: container shop-db-1 is unhealthy',
  ],
  [
    'what a terminal would be told',
    '\u001b[33mWARN\u001b[0m[0000] The "TAG" variable is not set.\n\u001b[31mno such service: web\u001b[0m\r\n',
    'no such service: web',
  ],
  [
    'the advice of the command line',
    "unknown flag: --ansi\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n",
    'unknown flag: --ansi',
  ],
])('the reason is found without %s', (_, stderr, reason) => {
  expect(reasonIn(stderr)).toBe(reason);
});

test('what a reason announces is part of it', () => {
  expect(reasonIn('yaml: unmarshal errors:\n  line 4: mapping key "image" already defined at line 3\n')).toBe(
    'yaml: unmarshal errors: line 4: mapping key "image" already defined at line 3',
  );
});

test('of a line of the log, what it says', () => {
  expect(reasonIn('time="2026-11-29T17:08:16Z" level=fatal msg="no \\"web\\" here"')).toBe('no "web" here');
});

test('nothing but progress is no reason', () => {
  expect(reasonIn(`${orphans}\n Container shop-a-1  Creating\n`)).toBe('');
  expect(reasonIn('')).toBe('');
});

test('a reason cannot write lines of its own, nor without end', () => {
  expect(reasonIn('bad\u2028::error::forged\u0007')).toBe('bad ::error::forged');
  const long = reasonIn(`x${'y'.repeat(10_000)}`);
  expect(long).toHaveLength(601);
  expect(long.endsWith('…')).toBe(true);
});
