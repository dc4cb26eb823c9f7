/** How one request went, by when it was sent. */
export interface ProbeOutcome {
  readonly sentMs: number;
  /** Undefined while nobody knows. */
  readonly isAnswered: boolean | undefined;
}

export interface AnswerProbe extends Disposable {
  /** When the first request was sent from which on several in a row were answered; undefined if none was in time. */
  back(withinMs: number): Promise<number | undefined>;
}

const everyMs = 20;
/** So many in a row are no accident, such as the last answer of what is dying. */
const inARow = 5;

/** The first of the outcomes, which come in the order of their requests, from which on `count` were answered. */
export function firstOfRun(outcomes: readonly ProbeOutcome[], count = inARow): number | undefined {
  let length = 0;
  for (const [index, { isAnswered }] of outcomes.entries()) {
    // One that is still under way may be part of an earlier run.
    if (isAnswered === undefined) return undefined;
    length = isAnswered ? length + 1 : 0;
    if (length === count) return outcomes[index - count + 1]?.sentMs;
  }
  return undefined;
}

/**
 * Sends a request every few milliseconds, whatever becomes of those before, until several in a row are answered. It
 * goes on beside whatever else happens, so the moment is right even if nobody asks for it until much later.
 *
 * @param ask one request; it must give up by itself before long
 */
export function probeAnswers(ask: () => Promise<unknown>, nowMs: () => number): AnswerProbe {
  const outcomes: { sentMs: number; isAnswered: boolean | undefined }[] = [];
  const found = Promise.withResolvers<number | undefined>();
  const end = (backAtMs: number | undefined) => {
    clearInterval(timer);
    found.resolve(backAtMs);
  };
  const send = async () => {
    const outcome: (typeof outcomes)[number] = { sentMs: nowMs(), isAnswered: undefined };
    outcomes.push(outcome);
    outcome.isAnswered = await ask().then(
      () => true,
      () => false,
    );
    const backAtMs = firstOfRun(outcomes);
    if (backAtMs !== undefined) end(backAtMs);
  };
  const timer = setInterval(() => void send(), everyMs);
  void send();
  return {
    async back(withinMs) {
      const timeUp = setTimeout(end, withinMs, undefined);
      const backAtMs = await found.promise;
      clearTimeout(timeUp);
      return backAtMs;
    },
    [Symbol.dispose]: () => end(undefined),
  };
}
