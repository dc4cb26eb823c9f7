import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findLeaks } from '../leaks.ts';
import { commandLineOf } from '../process-tree.ts';
import { type ActionRun, runAction } from '../run-action.ts';

const EXAMPLE = fileURLToPath(new URL('fixtures/example', import.meta.url));

function runExample(behaviour: string, options: Partial<ActionRun> & { secret?: string } = {}) {
  const { secret, ...rest } = options;
  const inputs = { behaviour, ...(secret === undefined ? {} : { secret }), ...rest.inputs };
  return runAction({ action: EXAMPLE, ...rest, inputs });
}

test('inputs get their defaults, and files of commands reach the post step', async () => {
  const result = await runExample('files', { github: { token: 'ghs_example' } });
  expect(result.conclusion).toBe('success');
  expect(result.outputs).toEqual({ result: 'first\nsecond', plain: 'a<<b=c' });
  expect(result.state).toEqual({ token: 'kept' });
  expect(result.environment).toEqual({ FROM_ENV: 'later' });
  expect(result.summary).toBe('# Done\n');
  expect(result.log).toMatch(/^spaced ghs_example /);
  expect(result.post?.log).toBe('post sees kept and later on /opt/added');
});

test('nothing of the environment of the tests reaches the action', async () => {
  process.env.OF_THE_TESTS = 'yes';
  const result = await runExample('files', { env: { EXTRA: '1' } });
  expect(result.log).toContain('EXTRA');
  expect(result.log).not.toContain('OF_THE_TESTS');
});

test('an unknown input only warns', async () => {
  const result = await runExample('files', { inputs: { hots: 'x' } });
  expect(result.conclusion).toBe('success');
  expect(result.annotations[0]).toMatchObject({
    level: 'warning',
    message:
      "Unexpected input(s) 'hots', valid inputs are ['behaviour', 'two words', 'with-hyphen', 'secret']",
  });
});

test.each([
  ['openHeredoc', "Matching delimiter not found 'END'"],
  ['nodeOptions', "Can't store NODE_OPTIONS"],
  ['setEnv', 'The `set-env` command is disabled.'],
])('%s fails the step although the process ended with 0', async (behaviour, message) => {
  const result = await runExample(behaviour);
  expect(result.exitCode).toBe(0);
  expect(result.conclusion).toBe('failure');
  expect(result.annotations.map((annotation) => annotation.message).join('\n')).toContain(message);
});

test('a summary over 1 MiB is dropped with an error, and the step does not fail', async () => {
  const result = await runExample('largeSummary');
  expect(result.summary).toBe('');
  expect(result.conclusion).toBe('success');
  expect(result.annotations[0]?.message).toContain('upload aborted');
});

test('workflow commands are obeyed in both syntaxes, and not while they are stopped', async () => {
  const result = await runExample('commands');
  expect(result.annotations.map(({ level, message }) => [level, message])).toEqual([
    ['error', 'first\nsecond 100%'],
    ['warning', 'indented'],
    ['notice', 'old style'],
    ['warning', 'The `set-output` command is deprecated and will be disabled soon.'],
  ]);
  expect(result.annotations[0]?.properties).toEqual({ file: 'a.ts', line: '3', title: 'Bad: one' });
  expect(result.outputs).toEqual({ result: 'old way' });
  expect(result.hasOpenGroup).toBe(true);
  expect(result.log).toContain('::nonsense::kept as text');
  expect(result.log).toContain('::error::not obeyed');
  expect(result.log).toContain('on stderr');
  expect(result.log).not.toContain('hidden');
  expect((await runExample('commands', { isDebug: true })).log).toContain('##[debug]hidden');
});

test('annotations beyond 10 of a level and 4096 characters are lost', async () => {
  const result = await runExample('annotations');
  expect(result.annotations.filter((annotation) => annotation.level === 'error')).toHaveLength(10);
  expect(result.droppedAnnotations).toBe(2);
  expect(result.cutAnnotations).toBe(1);
  expect(result.annotations.at(-1)?.message).toHaveLength(4096);
});

test('a masked secret of several lines is no leak', async () => {
  const secret = 'first-secret-line\nsecond-secret-line';
  const result = await runExample('masks', { secret, canaries: [secret] });
  expect(result.log).toBe('the line is ***\nthe line is ***');
  expect(result.leaks).toEqual([]);
});

test('a secret is found wherever it leaks, in every usual form', async () => {
  const secret = 'c&nary value/7+';
  const result = await runExample('leaks', { secret, canaries: ['absent', secret] });
  const found = result.leaks.map((leak) => [leak.place, leak.form, leak.canary]);
  expect(found).toContainEqual(['main: log', 'plain', 1]);
  expect(found).toContainEqual(['main: GITHUB_OUTPUT', 'base64', 1]);
  expect(found).toContainEqual(['main: GITHUB_STEP_SUMMARY', 'url', 1]);
  expect(found).toContainEqual(['main: GITHUB_STATE', 'plain', 1]);
  expect(found).toContainEqual(['main: GITHUB_ENV', 'plain', 1]);
  expect(found).toContainEqual(['main: process arguments', 'plain', 1]);
  expect(found).toContainEqual(['post: log', 'plain', 1]);
  expect(found).toContainEqual(['file temp/kept/key', 'plain', 1]);
  expect(JSON.stringify(result.leaks)).not.toContain(secret);
});

test('the start or the end of a secret, left by a cut, is a leak as well', () => {
  const text = (log: string) =>
    findLeaks(['Zk9qLm4TtRw7YpX'], new Map([['log', log]])).map(({ form }) => form);
  expect(text('xxx Zk9qLm4T… and more')).toEqual(['part']);
  expect(text('…TtRw7YpX and more')).toEqual(['part']);
  expect(text(Buffer.from('Zk9qLm4TtRw7YpX').toString('base64').slice(0, 12))).toEqual(['part']);
  expect(text('Zk9qLm4… and …Rw7YpX')).toEqual([]);
});

test('a cancelled step gets SIGINT and may end by itself; its post step still runs', async () => {
  const result = await runExample('waits', { cancelAfter: (line) => line === 'ready' });
  expect(result.conclusion).toBe('cancelled');
  expect(result.exitCode).toBe(3);
  expect(result.log).toBe('ready\nstopping');
  expect(result.sentSignals).toEqual([{ signal: 'SIGINT', afterMs: 0 }]);
  expect(result.post?.exitCode).toBe(0);
});

test('a step that does not stop is killed after 7.5 and 2.5 seconds, with its children', async () => {
  const result = await runExample('stubborn', { cancelAfter: (line) => line === 'ready' });
  expect(result.signal).toBe('SIGKILL');
  expect(result.sentSignals.map(({ signal }) => signal)).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
  expect(result.sentSignals[1]?.afterMs).toBeGreaterThanOrEqual(7490);
  expect(result.sentSignals[2]?.afterMs).toBeGreaterThanOrEqual(9990);
  expect(result.log).toBe('ready\nno\nnever');
  expect(result.orphans).toEqual([]);
}, 20_000);

test('a process that outlives the step is reported and ended', async () => {
  const result = await runExample('orphan');
  expect(result.orphans).toHaveLength(1);
  // A killed process stays in the table, without a command line, until its new parent has reaped it.
  await expect.poll(() => commandLineOf(result.orphans[0] ?? 0)).toBeUndefined();
});

test('a bundle runs from a folder that has no node_modules and none of the sources', async () => {
  const repository = await mkdtemp(join(tmpdir(), 'switchyard-repository-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  };
  try {
    await write('node_modules/left-behind/index.js', 'export default 1;');
    await write('node_modules/left-behind/package.json', '{"name":"left-behind","main":"index.js"}');
    await write('actions/ship/src/main.ts', '');
    await write('actions/ship/action.yml', 'runs: { using: node24, main: ../../dist/ship/index.js }');
    await write('dist/ship/package.json', '{"type":"module"}');
    await write('dist/ship/chunk.js', 'export const text = "from the chunk";');
    await write(
      'dist/ship/index.js',
      `import { text } from './chunk.js';
       import { existsSync } from 'node:fs';
       console.log(text, existsSync(new URL('../../actions/ship/src', import.meta.url)));
       await import('left-behind');`,
    );
    const result = await runAction({ action: 'ship', repository });
    expect(result.log).toContain('from the chunk false');
    expect(result.log).toContain("Cannot find package 'left-behind'");
    expect(result.conclusion).toBe('failure');
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
});
