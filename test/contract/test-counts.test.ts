import { expect, test } from 'vitest';
import { countLine, countTier } from '../../scripts/testing/test-counts.ts';
import { makeTree } from './fixture-tree.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((state) => ({
    status: state,
    ancestorTitles: ['', 'images [No Engine answers.]'],
  })),
});

async function count(report: unknown, exitCode?: string) {
  const files: Record<string, string> = {};
  if (report !== undefined) files['test.json'] = typeof report === 'string' ? report : JSON.stringify(report);
  if (exitCode !== undefined) files['test.exit-code'] = `${exitCode}\n`;
  await using tree = await makeTree(files);
  return await countTier(tree.root, 'test');
}

test('counts what vitest reported, and why tests were skipped', async () => {
  const testResults = [file('passed', 'passed', 'passed', 'skipped'), file('failed', 'passed', 'failed')];
  expect(await count({ testResults }, '1')).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    reasons: ['No Engine answers.'],
    retried: [],
  });
});

test('names what passed only after a retry, and how it had failed', async () => {
  const flaky = {
    status: 'passed',
    ancestorTitles: [],
    fullName: 'a deploy loses nothing',
    failureMessages: ['AssertionError: 1 request failed\n    at x.ts:1'],
  };
  const sound = { status: 'passed', ancestorTitles: [], fullName: 'sound', failureMessages: [] };
  const { retried, passed } = await count(
    { testResults: [{ status: 'passed', assertionResults: [flaky, sound] }] },
    '0',
  );
  expect(passed).toBe(2);
  expect(retried).toEqual(['a deploy loses nothing: AssertionError: 1 request failed']);
});

test('counts a file that did not load', async () => {
  expect(await count({ testResults: [file('failed'), file('passed', 'passed')] }, '1')).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

test.each([
  ['without a report', undefined, '0'],
  ['with half a report', '{"testResults":[', '1'],
  ['with something else for a report', '{}', '0'],
  ['that crashed with every test green', { testResults: [file('passed', 'passed')] }, '139'],
  ['whose end nobody saw', { testResults: [file('passed', 'passed')] }, undefined],
])('counts a run %s as failed', async (_what, report, exitCode) => {
  expect((await count(report, exitCode)).failed).toBe(1);
});

test('sums the runs', () => {
  const counts = { skipped: 0, reasons: [], retried: [] };
  expect(
    countLine([
      { passed: 3, failed: 1, ...counts },
      { passed: 4, failed: 0, ...counts },
    ]),
  ).toBe('7 passed, 1 failed');
});
