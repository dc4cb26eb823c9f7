import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { errorsOf, runRollback } from './run-deploy.ts';

// What the action rollback has of its own; what it shares with a deploy is in bad-input.test.ts.

const privateKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const good = {
  // Nobody listens there, so what gets past the checks fails on connecting.
  host: '127.0.0.1',
  port: '1',
  username: 'deploy',
  'private-key': privateKey,
  'host-fingerprint': `SHA256:${'A'.repeat(43)}`,
  app: 'shop',
};
const refusal = async (change: Record<string, string>) => {
  const result = await runRollback({ inputs: { ...good, ...change }, canaries: [privateKey] });
  expect(result.exitCode).toBe(1);
  const errors = errorsOf(result);
  expect(errors).toHaveLength(1);
  return { sentence: errors[0] ?? '', result };
};

test.each([
  ['an app that is none', { app: 'Shop' }, /^Input app must start with a small letter/],
  ['a list and a release', { list: 'true', to: 'v1' }, /^Input list and to are both given/],
  ['a mark-bad that is neither', { 'mark-bad': 'perhaps' }, /^Input mark-bad must be true or false/],
  [
    'two health checks',
    { 'health-path': '/a', 'health-command': 'true' },
    /^Input health-command and health-path/,
  ],
  ['a watch without a unit', { watch: '10' }, /^Input watch must be a duration/],
  ['a user without a password', { 'registry-username': 'ann' }, /^Input registry-password is missing/],
  ['a reason of two lines', { reason: 'a\nb' }, /^Input reason must be a single line/],
  ['a force-unlock in words', { 'force-unlock': 'now' }, /^Input force-unlock must be true or false/],
])('%s is refused before any connection is opened', async (_, change, words) => {
  const { sentence } = await refusal(change);
  expect(sentence).toMatch(words);
});

test('host and app are enough to get past the checks; outputs say that nothing was changed', async () => {
  const { sentence, result } = await refusal({});
  expect(sentence).toContain('127.0.0.1:1');
  expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false', reason: sentence });
  expect(JSON.parse(result.outputs.verdict ?? '{}')).toMatchObject({
    action: 'rollback',
    outcome: 'failed',
    app: 'shop',
    servingNow: 'Nothing was changed; whatever served before still does.',
  });
});
