/** The run was broken off by Ctrl-C or whatever sends such a signal. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

export interface StopAsked extends Disposable {
  readonly signal: AbortSignal;
  /**
   * The same work, left alone as soon as the run is to stop.
   * @throws RunStopped then
   */
  orStopped<T>(work: Promise<T>): Promise<T>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes the signals that ask a program to end, which then has to end by itself. */
export function stopAsked(): StopAsked {
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<never>();
  // Nobody may be waiting when it comes.
  stopped.promise.catch(() => undefined);
  const stop = () => {
    stopping.abort();
    stopped.reject(new RunStopped('The run was broken off.'));
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: stopping.signal,
    async orStopped(work) {
      work.catch(() => undefined);
      return await Promise.race([work, stopped.promise]);
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
