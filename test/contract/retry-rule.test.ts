import { expect, test } from 'vitest';
import { setUpOrTimeOut, setUpTimeOutOrFigure } from '../../scripts/testing/retry-rule.ts';

function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}

const isRetried = (message: string) => ({
  ordinary: setUpOrTimeOut.test(message),
  measuring: setUpTimeOutOrFigure.test(message),
});

test.each<[string, () => void]>([
  ['failed requests', () => expect(3).toBe(0)],
  ['failed requests, shown', () => expect({ reset: 3 }, '[{"reason":"reset"}]\n[]').toEqual({})],
  ['mixed answers', () => expect([{ version: 'v1' }]).toEqual([])],
  ['lost orders', () => expect({ lost: ['a'] }).toMatchObject({ lost: [] })],
  ['a version that does not serve', () => expect('v1').toMatch(/v2/)],
])('CI never tries again after %s', (_, assertion) => {
  expect(isRetried(messageOf(assertion))).toEqual({ ordinary: false, measuring: false });
});

test('an assertion that the end of a resource has wrapped is one still', () => {
  const { message } = new SuppressedError(new Error('closing'), new Error('expected 3 to be +0'), '');
  const said = message || 'An error was suppressed during disposal.';
  expect(isRetried(said)).toEqual({ ordinary: false, measuring: false });
});

test.each([
  'Test timed out in 60000ms.',
  'Waited 10 s in vain: answers',
  'The Engine did not answer /info in time.',
])('CI tries again after trouble with the machine: %s', (message) => {
  expect(isRetried(message)).toEqual({ ordinary: true, measuring: true });
});

test('a figure is measured again, where a test measures', () => {
  for (const assertion of [
    () => expect(16).toBeLessThanOrEqual(15),
    () => expect(999).toBeGreaterThan(1_000),
  ])
    expect(isRetried(messageOf(assertion))).toEqual({ ordinary: false, measuring: true });
});
