import type { ContainerCreateRequest } from './docker-types.ts';
import type { Engine } from './engine.ts';
import { LastBytes } from './last-bytes.ts';
import { LineSplitter } from './line-splitter.ts';

const ATTACH_LIMIT_MS = 30_000;

/** How a container's one run is followed. */
export interface FollowedRun {
  /** Afterwards the container is stopped. */
  timeoutMs: number;
  /** Between the stop signal and SIGKILL, after a time-out or abort (default 5). */
  stopTimeoutSeconds?: number;
  /** Each line as it comes, without its line end; of one longer than 16 KiB the start and the mark of a cut. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes of output to keep from the end (default 64 KiB). */
  maxOutputBytes?: number;
  signal?: AbortSignal;
}

export interface OneOffRun extends FollowedRun {
  /** The container's name; it must be free. */
  name: string;
  config: ContainerCreateRequest;
  /** Networks to join beside the one in `config`. */
  networks?: readonly string[];
}

export interface CompletedRun {
  /** Undefined when it was stopped because of the time limit. */
  exitCode: number | undefined;
  timedOut: boolean;
  /** The kernel killed it because it used more memory than it may. */
  outOfMemory: boolean;
  durationMs: number;
  /** The end of the output, both streams in the order they came. */
  output: string;
}

/**
 * Runs a container once: create, attach, start, pass its lines on, wait, remove. The container is removed however
 * it ends; when the connection to the server breaks it stays, so give it labels by which the next run finds it.
 *
 * @throws EngineError when the container cannot be created or started
 * @throws the signal's reason when it fires; the container is stopped and removed before
 */
export async function runToCompletion(engine: Engine, run: OneOffRun): Promise<CompletedRun> {
  const { containers } = engine;
  run.signal?.throwIfAborted();
  const id = await containers.create(run.name, { ...run.config, AttachStdout: true, AttachStderr: true });
  try {
    for (const network of run.networks ?? []) await engine.networks.connect(network, id);
    return await startAndFollow(engine, id, { ...run, tty: run.config.Tty === true });
  } finally {
    await containers.remove(id, { force: true, volumes: true });
  }
}

/**
 * Starts a container that has been created, passes its lines on and waits for its end. It stays, stopped.
 *
 * @throws EngineError when the container cannot be started
 * @throws the signal's reason when it fires; the container is stopped before
 */
export async function startAndFollow(
  engine: Engine,
  id: string,
  run: FollowedRun & { tty?: boolean },
): Promise<CompletedRun> {
  const { containers } = engine;
  const tail = new LastBytes(run.maxOutputBytes ?? 64 * 1024);
  const lines = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  const limit = AbortSignal.timeout(run.timeoutMs);
  const stopWaiting = run.signal === undefined ? limit : AbortSignal.any([limit, run.signal]);
  const startedMs = performance.now();

  // Attached before the start: works with every log driver and misses nothing.
  const attached = await unlessAborted(run.signal, (signal) =>
    containers.attach(id, {
      tty: run.tty === true,
      onOutput: (stream, bytes) => {
        tail.add(bytes);
        for (const line of lines[stream].push(bytes)) run.onLine?.(line, stream);
      },
      headTimeoutMs: Math.min(run.timeoutMs, ATTACH_LIMIT_MS),
      signal,
    }),
  );
  try {
    // Asked for before the start: a program can be over before the next call arrives.
    const ended = containers.wait(id, { condition: 'next-exit', signal: stopWaiting });
    ended.catch(() => undefined);
    await containers.start(id);
    let exitCode: number | undefined;
    try {
      exitCode = await ended;
    } catch (error) {
      if (!stopWaiting.aborted) throw error;
      await containers.stop(id, run.stopTimeoutSeconds ?? 5);
    }
    await within(attached.ended, 5_000);
    for (const stream of ['stdout', 'stderr'] as const) {
      for (const line of lines[stream].end()) run.onLine?.(line, stream);
    }
    if (exitCode === undefined) run.signal?.throwIfAborted();
    const state = (await containers.inspect(id))?.State;
    return {
      exitCode,
      timedOut: exitCode === undefined,
      outOfMemory: state?.OOMKilled === true,
      durationMs: Math.round(performance.now() - startedMs),
      output: tail.text(),
    };
  } finally {
    attached.stop();
  }
}

/** Gives `start` a signal that no longer fires once it is done: the output goes on until the container is stopped. */
async function unlessAborted<T>(
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await start(stop.signal);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A program may leave children that hold its output open; the exit code counts, not they. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.catch(() => undefined), limit]);
  clearTimeout(timer);
}
