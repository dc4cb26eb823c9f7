import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { commandLineOf, descendants, killTree } from './process-tree.ts';

/** actions/runner, ProcessInvoker.cs: time between SIGINT and SIGTERM, and between SIGTERM and the kill. */
export const SIGINT_WAIT_MS = 7500;
export const SIGTERM_WAIT_MS = 2500;
const WATCH_EVERY_MS = 20;
/** A descendant that keeps our pipe open must not keep the step from ending. */
const STREAM_WAIT_MS = 5000;

export interface StepProcess {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Signals sent on cancellation, with milliseconds since the first. */
  readonly sentSignals: readonly { readonly signal: NodeJS.Signals; readonly afterMs: number }[];
  /** Command lines seen in the process tree. */
  readonly commandLines: ReadonlySet<string>;
  readonly durationMs: number;
}

/** Runs one node process of a step, gives its output line by line and cancels it as GitHub's runner does. */
export async function runStepProcess(options: {
  script: string;
  cwd: string;
  env: Record<string, string>;
  onLine: (line: string) => void;
  /** Receives a function that starts the cancellation. */
  onStart: (cancel: () => void) => void;
}): Promise<StepProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [options.script], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const commandLines = new Set<string>();
  const sentSignals: { signal: NodeJS.Signals; afterMs: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let hasExited = false;
  const watch = setInterval(() => {
    for (const pid of child.pid === undefined || hasExited ? [] : descendants(child.pid)) {
      const line = commandLineOf(pid);
      if (line !== undefined) commandLines.add(line);
    }
  }, WATCH_EVERY_MS);

  let cancelledMs: number | undefined;
  const cancel = () => {
    if (cancelledMs !== undefined || hasExited) return;
    cancelledMs = performance.now();
    const send = (signal: NodeJS.Signals) => {
      sentSignals.push({ signal, afterMs: Math.round(performance.now() - (cancelledMs ?? 0)) });
      if (signal === 'SIGKILL' && child.pid !== undefined) killTree(child.pid);
      else child.kill(signal);
    };
    send('SIGINT');
    timers.add(setTimeout(() => send('SIGTERM'), SIGINT_WAIT_MS));
    timers.add(setTimeout(() => send('SIGKILL'), SIGINT_WAIT_MS + SIGTERM_WAIT_MS));
  };

  const drained = Promise.all([
    readLines(child.stdout, options.onLine),
    readLines(child.stderr, options.onLine),
  ]);
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      hasExited = true;
      resolve([code, signal]);
    });
  });
  options.onStart(cancel);
  try {
    const [code, signal] = await exited;
    const durationMs = Math.round(performance.now() - startedMs);
    const limit = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, STREAM_WAIT_MS);
    await drained;
    clearTimeout(limit);
    return {
      exitCode: code ?? undefined,
      signal: signal ?? undefined,
      sentSignals,
      commandLines,
      durationMs,
    };
  } finally {
    clearInterval(watch);
    for (const timer of timers) clearTimeout(timer);
  }
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) onLine(line.replace(/\r$/, ''));
  });
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
  if (rest !== '') onLine(rest);
}
