import { ExplainedError, sentenceOf } from '#explained-error';
import { bugSentence } from './bug-sentence.ts';
import { Cancellation, type CancellationKind } from './cancellation.ts';
import { connectToRunner, type Runner, type StepRunner } from './runner.ts';

export interface RunOptions<OutputName extends string> {
  /** The outputs of action.yml; setting any other is an error. */
  readonly outputs?: readonly OutputName[];
}

/** After SIGINT the runner waits 7.5 s; a crash gets no more time than a cancelled run to leave tidily. */
const CRASH_GRACE_MS = 7000;
const FLUSH_LIMIT_MS = 1000;

/**
 * Runs an action's main function as a step: an ExplainedError becomes one annotation and the first line of the
 * summary, anything else is reported as our bug with its stack, and the process ends even when something
 * still holds it open. SIGINT and SIGTERM abort `signal`.
 */
export function run<OutputName extends string = string>(
  main: (runner: Runner<OutputName>) => Promise<void>,
  options: RunOptions<OutputName> = {},
): void {
  const stopping = new AbortController();
  const runner = connectToRunner<OutputName>(options.outputs, stopping.signal);
  let hasEnded = false;
  let crash: { error: unknown } | undefined;

  const end = async (failure: { error: unknown } | undefined) => {
    if (hasEnded) return;
    hasEnded = true;
    for (const remark of runner.inputs.remarks) runner.log.warning(remark);
    if (failure !== undefined) {
      process.exitCode = 1;
      reportFailure(runner, failure.error);
    }
    try {
      await runner.writeSummary();
    } catch (error) {
      runner.log.warning(`The job summary could not be written: ${sentenceOf(error)}`);
    }
    await flush(process.stdout);
    await flush(process.stderr);
    // Not a natural end: a forgotten socket must not keep a step alive (and billed) for hours.
    process.exit();
  };

  const stop = (kind: CancellationKind, cause?: unknown) => {
    stopping.abort(new Cancellation(kind, { cause }));
  };

  const onCrash = (error: unknown) => {
    if (crash !== undefined) return;
    crash = { error };
    setTimeout(() => void end(crash), CRASH_GRACE_MS).unref();
    stop('crashed', error);
  };

  process.on('SIGINT', () => {
    runner.log.info(stopping.signal.aborted ? 'Already stopping safely.' : 'Cancelled: stopping safely.');
    stop('cancelled');
  });
  process.on('SIGTERM', () => {
    stop('terminated');
    // What is known so far is better than nothing, should the kill come before main is done.
    runner.writeSummary().catch(() => {});
  });
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  // A runner that stops reading our log is no reason to stop in the middle of a deploy.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});

  let isSettled = false;
  Promise.resolve()
    .then(() => main(runner))
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .then((failure) => {
      isSettled = true;
      return end(crash ?? failure);
    });
  process.on('beforeExit', () => {
    // Nothing is left that could ever wake main up: say so instead of ending with success.
    if (!isSettled)
      void end(crash ?? { error: new Error('The action waits for something that never happens.') });
  });
}

function reportFailure(runner: StepRunner<string>, error: unknown): void {
  runner.log.closeGroups();
  const sentence = sentenceOf(error);
  if (error instanceof ExplainedError) {
    const status = isCancelled(error) ? 'unknown' : 'failed';
    const [firstLine = '', ...otherLines] = sentence.split('\n');
    runner.summary.headline(status, firstLine);
    if (otherLines.length > 0) runner.summary.paragraph(otherLines.join('\n'));
    for (const line of describeStack(error)) runner.log.debug(line);
    runner.log.failure(sentence);
    return;
  }
  const bug = bugSentence(sentence);
  runner.summary.headline('failed', bug.split('\n')[0] ?? bug);
  void runner.log.group('Stack of the unexpected error', async () => {
    for (const line of describeStack(error)) runner.log.info(line);
  });
  runner.log.closeGroups();
  runner.log.failure(bug);
}

/** A job that was cancelled has not failed, however its way out is told. */
function isCancelled(error: unknown): boolean {
  if (error instanceof Cancellation) return error.kind !== 'crashed';
  return error instanceof Error && error.cause !== undefined && isCancelled(error.cause);
}

function describeStack(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = (error.stack ?? sentenceOf(error)).split('\n');
  if (error.cause === undefined || depth >= 5) return own;
  return [...own, 'Caused by:', ...describeStack(error.cause, depth + 1)];
}

async function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, FLUSH_LIMIT_MS);
    stream.write('', () => {
      clearTimeout(limit);
      resolve();
    });
  });
}
