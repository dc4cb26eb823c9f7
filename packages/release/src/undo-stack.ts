import { sentenceOf } from '#explained-error';

/**
 * How to take back what has been done so far, newest first. Each step of a deploy says how it is undone before it is
 * done, so a failure anywhere has one way out.
 */
export class UndoStack {
  #steps: { what: string; undo: () => Promise<void>; restNeedsIt: boolean }[] = [];

  /** @param options.restNeedsIt when this one fails, nothing that was done before it may be taken back */
  push(what: string, undo: () => Promise<void>, options: { restNeedsIt?: boolean } = {}): void {
    this.#steps.push({ what, undo, restNeedsIt: options.restNeedsIt ?? false });
  }

  /** Nothing is to be taken back any more. */
  clear(): void {
    this.#steps = [];
  }

  /** Takes everything back. Most steps that fail don't keep the others from being tried; what failed is returned. */
  async run(): Promise<string[]> {
    const troubles: string[] = [];
    for (const { what, undo, restNeedsIt } of this.#steps.toReversed()) {
      try {
        await undo();
      } catch (error) {
        troubles.push(`Could not ${what}: ${sentenceOf(error)}`);
        if (restNeedsIt) break;
      }
    }
    this.clear();
    return troubles;
  }
}
