import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type ActionRun, runAction } from '../../../test/runner/run-action.ts';

const STEP = fileURLToPath(new URL('fixtures/step', import.meta.url));

function runStep(name: string, options: Partial<ActionRun> = {}) {
  return runAction({ action: STEP, from: 'sources', ...options, inputs: { case: name, ...options.inputs } });
}

test('a step ends with an open handle, and text of others cannot act as a command', async () => {
  const result = await runStep('works');
  expect(result).toMatchObject({ conclusion: 'success', outputs: { result: 'kept' }, annotations: [] });
  expect(result.log).toContain('hello\n| ::error::from a server\nand # #[error]another');
  expect(result.log).toContain('  | red\n  | ::add-mask::hello\n  | # #[group]x');
  expect(result.log).toContain('##[group]outer\n— inner\ninside\n##[endgroup]');
  expect(result.summary).toBe(
    '<h3>✅ It works</h3>\n\n<pre><code>&lt;/code&gt;&lt;/pre&gt;\n\n# no heading</code></pre>\n\n',
  );
  expect(result.durationMs).toBeLessThan(5000);
});

test('a secret shows up nowhere, in no usual form', async () => {
  const password = 'p&ss "w0rd"/ü+1';
  const secretEnv = 'API_KEY=k3y-0123456789\nMODE=on\nnot a pair s3cret-piece';
  const result = await runStep('secrets', { inputs: { password }, canaries: [password] });
  expect(result.leaks).toEqual([]);
  expect(result.annotations.at(-1)?.message).toBe('The server refused ***.');
  expect(result.outputs).toEqual({ result: 'token ***' });

  const refused = await runStep('works', {
    inputs: { password, 'secret-env': secretEnv },
    canaries: [password, 'k3y-0123456789', 's3cret-piece'],
  });
  expect(refused.leaks).toEqual([]);
  expect(refused.annotations.map((annotation) => annotation.message)).toEqual([
    'The value of MODE in secret-env is too short or too common to be masked: masking it would black out ordinary words of the log.',
    'Input secret-env: line 3 has no =, write KEY=value.',
  ]);
});

test('half a secret shows up nowhere, where a text was cut within it', async () => {
  const password = 'Zk9q"Lm4&TtRw7YpX+Gh2#Vb8';
  const result = await runStep('cutSecrets', { inputs: { password }, canaries: [password], isDebug: true });
  expect(result.leaks).toEqual([]);
  expect(result.outputs).toEqual({ result: `${'x'.repeat(100)}***…` });
  expect(result.annotations.at(-1)?.message).toBe(`The server said ${'x'.repeat(100)}***…`);
  expect(result.log).toContain(`  | ${'x'.repeat(1990)}***… (line cut)`);
  expect(result.log).toContain('  | …***');
  expect(result.summary).toContain('<code>…***</code>');
});

test('an explained error is one annotation with its sentence, also the first line of the summary', async () => {
  const result = await runStep('explained');
  expect(result.exitCode).toBe(1);
  expect(result.annotations.map((annotation) => annotation.message)).toEqual([
    'The server said no.\n- Try again.',
  ]);
  expect(result.summary.split('\n')[0]).toBe('<h3>❌ The server said no.</h3>');
  expect(result.log).not.toContain('main.ts');
  const debug = await runStep('explained', { isDebug: true });
  expect(debug.log).toMatch(/main\.ts[\s\S]*ECONNREFUSED/);
});

test('any other error is called a bug and shows its stack', async () => {
  const result = await runStep('bug');
  expect(result.exitCode).toBe(1);
  expect(result.annotations[0]?.message).toBe(
    'This is a bug in Switchyard, please report it: x is not a function',
  );
  expect(result.log).toMatch(
    /##\[group\]Stack of the unexpected error\nTypeError: x is not a function\n[\s\S]*##\[endgroup\]/,
  );
  expect((await runStep('wrongOutput')).annotations[0]?.message).toContain(
    'The action has no output nothing.',
  );
});

test('the reason of the failure keeps its place among many annotations', async () => {
  const result = await runStep('many');
  expect(result).toMatchObject({ droppedAnnotations: 0, cutAnnotations: 0 });
  expect(result.annotations).toHaveLength(10);
  expect(result.annotations.at(-1)?.message).toMatch(/^The reason\. x+ …$/);
  expect(result.log).toContain('error: error 14');
});

test('an error outside of main ends the step, after main had the chance to tidy up', async () => {
  const tidied = await runStep('strayTidied');
  expect(tidied.exitCode).toBe(1);
  expect(tidied.log).toContain('lease released');
  expect(tidied.annotations[0]?.message).toContain('nobody caught this');
  const stuck = await runStep('stray');
  expect(stuck.exitCode).toBe(1);
  expect(stuck.annotations[0]?.message).toContain('thrown by a timer');
  expect(stuck.durationMs).toBeLessThan(9000);
}, 20_000);

test('a main that waits for nothing is a failure', async () => {
  const result = await runStep('forever');
  expect(result.exitCode).toBe(1);
  expect(result.annotations[0]?.message).toContain('waits for something that never happens');
});

test('SIGINT aborts the signal; outputs and the summary are still written', async () => {
  const result = await runStep('cancelled', { cancelAfter: (line) => line === 'ready' });
  expect(result).toMatchObject({ conclusion: 'cancelled', exitCode: 1, outputs: { result: 'cancelled' } });
  expect(result.summary).toBe('<h3>⚠️ The run was cancelled.</h3>\n\n');
  expect(result.sentSignals).toHaveLength(1);
});

test('what a cancelled step says of itself is no failure', async () => {
  const result = await runStep('cancelledInside', { cancelAfter: (line) => line === 'ready' });
  expect(result.summary).toBe('<h3>⚠️ It was going well.</h3>\n\n');
});

test('a step that does not stop has written what it knows of the summary when it is killed', async () => {
  const result = await runStep('stubborn', { cancelAfter: (line) => line === 'ready' });
  expect(result.sentSignals.map(({ signal }) => signal)).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
  expect(result.summary).toContain('So far');
}, 20_000);

test('a summary that is too large loses blocks, not everything', async () => {
  const result = await runStep('largeSummary');
  expect(result.annotations).toEqual([]);
  expect(result.summary.startsWith('<h3>✅ Large</h3>')).toBe(true);
  expect(result.summary).toMatch(/<p>\d+ parts of this summary did not fit/);
  expect(Buffer.byteLength(result.summary)).toBeLessThanOrEqual(1024 * 1024);
});
