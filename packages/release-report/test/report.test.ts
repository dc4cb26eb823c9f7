import { expect, test } from 'vitest';
import { Cancellation, type Runner, SummaryBuilder } from '#action-kit';
import { ExplainedError } from '#explained-error';
import type { DeployResult } from '#release';
import { beforeTouching, type ReleaseOutput, reportResult } from '../src/index.ts';

const subject = {
  action: 'deploy-ssh-bluegreen',
  app: 'shop',
  host: 'server.example',
  url: 'http://127.0.0.1:8080',
  image: 'registry.example/shop:2',
  commit: undefined,
  durationMs: 1_000,
};

function failed(cause: unknown, outcome: DeployResult['outcome'] = 'failed'): DeployResult {
  return {
    outcome,
    reason: `${cause instanceof Error ? cause.message : cause}.`,
    cause,
    nothingServes: false,
    servingNow: 'Release one (blue) still serves.',
    release: undefined,
    previous: 'one',
    image: undefined,
    color: undefined,
    container: undefined,
    switched: false,
    rolledBack: false,
    switchMs: undefined,
    health: undefined,
    watch: undefined,
    candidateLog: undefined,
    findings: [],
    timeline: [],
  };
}

function recordingRunner() {
  const outputs: Partial<Record<ReleaseOutput, unknown>> = {};
  const summary = new SummaryBuilder();
  const signal = new AbortController().signal;
  const output = (name: ReleaseOutput, value: unknown) => {
    outputs[name] = value;
  };
  return { outputs, runner: { output, summary, signal } as unknown as Runner<ReleaseOutput> };
}

const bug = 'This is a bug in Switchyard, please report it: x is not a function.';

test('an error that nobody has foreseen is called a bug, and thrown so that its stack is shown', async () => {
  const { runner, outputs } = recordingRunner();
  const cause = new TypeError('x is not a function');
  const thrown = await reportResult(runner, subject, failed(cause)).catch((error: unknown) => error);
  expect(thrown).not.toBeInstanceOf(ExplainedError);
  expect(thrown).toMatchObject({ message: 'x is not a function. Release one (blue) still serves.', cause });
  expect(outputs.reason).toBe(bug);
  expect(JSON.parse(String(outputs.verdict))).toMatchObject({ outcome: 'failed', reason: bug });
  expect(runner.summary.render()).toContain(`<h3>❌ ${bug} Release one (blue) still serves.</h3>`);
});

test.each([
  ['an explained error', new ExplainedError('The registry said no'), 'failed'],
  ['a cancellation', new Cancellation('cancelled'), 'cancelled'],
  [
    "Node's word of a cancellation",
    new DOMException('Aborted', { name: 'AbortError', cause: new Cancellation('cancelled') } as never),
    'cancelled',
  ],
  ['no error at all', undefined, 'failed'],
] as const)('%s is told as it is', async (_, cause, outcome) => {
  const { runner, outputs } = recordingRunner();
  const result = failed(cause, outcome);
  await expect(reportResult(runner, subject, result)).rejects.toBeInstanceOf(ExplainedError);
  expect(outputs.reason).toBe(result.reason);
});

test('a bug before the server is touched is called one in the outputs too', async () => {
  const { runner, outputs } = recordingRunner();
  const breaking = beforeTouching(runner, subject, () => {
    throw new TypeError('x is not a function.');
  });
  await expect(breaking).rejects.toThrow(TypeError);
  expect(outputs).toMatchObject({ reason: bug, switched: false });
});
