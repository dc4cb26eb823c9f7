import type { StepName } from '#release';

/** When a fault strikes: as a step begins or ends, or at a share of the time that the walk usually takes. */
export type Moment =
  | { readonly at: 'step'; readonly step: StepName; readonly what: 'begins' | 'done' }
  | { readonly at: 'random'; readonly share: number };

export function describeMoment(moment: Moment): string {
  return moment.at === 'step' ? `${moment.step} ${moment.what}` : `${(moment.share * 100).toFixed(1)} %`;
}

/** The step that a line of the action's debug log tells of. */
export function stepIn(line: string): { step: string; what: string } | undefined {
  const [, step = '', what = ''] = /^::debug::Step ([a-z-]+): (begins|done|failed)$/.exec(line) ?? [];
  return step === '' ? undefined : { step, what };
}

/** Resolves when the moment has come; a walk that ends before never gets there. */
export function momentAwaited(
  moment: Moment,
  usualMs: number,
): { reached: Promise<void>; see(line: string): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let hasBegun = false;
  return {
    reached: promise,
    see(line) {
      const seen = stepIn(line);
      if (seen === undefined) return;
      if (moment.at === 'step') {
        if (seen.step === moment.step && seen.what === moment.what) resolve();
      } else if (!hasBegun) {
        // Counted from the first step: how long Node takes to start says nothing of the walk.
        hasBegun = true;
        setTimeout(resolve, moment.share * usualMs);
      }
    },
  };
}
