import { sentenceOf } from '#explained-error';

/**
 * How to take back what has been done so far, newest first. Each step of a deploy says how it is undone before it is
 * done, so a failure anywhere has one way out.
 */
export class UndoStack {
  #steps: { what: string; undo: () => Promise<void> }[] = [];

  push(what: string, undo: () => Promise<void>): void {
    this.#steps.push({ what, undo });
  }

  /** Nothing is to be taken back any more. */
  clear(): void {
    this.#steps = [];
  }

  /** Takes everything back. A step that fails doesn't keep the others from being tried; what failed is returned. */
  async run(): Promise<string[]> {
    const troubles: string[] = [];
    for (const { what, undo } of this.#steps.toReversed()) {
      try {
        await undo();
      } catch (error) {
        troubles.push(`Could not ${what}: ${sentenceOf(error)}`);
      }
    }
    this.clear();
    return troubles;
  }
}
