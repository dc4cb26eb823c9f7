import { withoutFormatMarks } from './format-marks.ts';
import type { Masker } from './masker.ts';
import { disarmCommands, plainLines } from './untrusted-text.ts';

/** Writes to the step's log. Text is masked, and nothing in it can act as a workflow command. */
export interface Log {
  info(message: string): void;
  /** Shown on the run's page too; at most 10 of each kind a step, the rest are plain log lines. */
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** Only shown when the run has step debugging switched on. */
  debug(message: string): void;
  /** Text that somebody else wrote, indented and marked with a bar. Of many lines the last are kept. */
  untrusted(text: string, options?: { maxLines?: number }): void;
  /** A line that replaces itself in spirit: repeated more often than once a second per topic, it is skipped. */
  progress(topic: string, message: string): void;
  group<T>(title: string, action: () => Promise<T>): Promise<T>;
}

/** The few commands of the runner that a log needs; @actions/core has them. */
export interface LogCommands {
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  debug(message: string): void;
  startGroup(title: string): void;
  endGroup(): void;
}

/** GitHub cuts an annotation here, and shows 10 of each kind a step (actions/runner, ExecutionContext.cs). */
export const ANNOTATION_LIMIT_CHARACTERS = 4096;
export const ANNOTATIONS_PER_STEP = 10;
const PROGRESS_EVERY_MS = 1000;

type AnnotationKind = 'notice' | 'warning' | 'error';

export class StepLog implements Log {
  readonly #commands: LogCommands;
  readonly #masker: Masker;
  readonly #nowMs: () => number;
  readonly #annotations: Record<AnnotationKind, number> = { notice: 0, warning: 0, error: 0 };
  readonly #progress = new Map<string, { message: string; atMs: number }>();
  #openGroups = 0;

  constructor(commands: LogCommands, masker: Masker, nowMs: () => number = () => performance.now()) {
    this.#commands = commands;
    this.#masker = masker;
    this.#nowMs = nowMs;
  }

  info(message: string): void {
    this.#commands.info(disarmCommands(this.#masker.mask(message)));
  }

  notice(message: string): void {
    this.#annotate('notice', message, ANNOTATIONS_PER_STEP);
  }

  warning(message: string): void {
    this.#annotate('warning', message, ANNOTATIONS_PER_STEP);
  }

  error(message: string): void {
    // The last place is kept for the reason why the step failed.
    this.#annotate('error', message, ANNOTATIONS_PER_STEP - 1);
  }

  /** The one annotation that says why the step failed; always shown. */
  failure(message: string): void {
    this.#annotate('error', message, Number.POSITIVE_INFINITY);
  }

  debug(message: string): void {
    this.#commands.debug(this.#masker.mask(message));
  }

  untrusted(text: string, options: { maxLines?: number } = {}): void {
    const maxLines = options.maxLines ?? 200;
    const plain = plainLines(text);
    if (plain.length === 0) return;
    // Together, because a secret may go on in the next line.
    const lines = this.#masker.mask(plain.join('\n')).split('\n');
    if (lines.length > maxLines) this.info(`  | … (${lines.length - maxLines} earlier lines left out)`);
    for (const line of lines.slice(-maxLines)) this.info(`  | ${line}`);
  }

  progress(topic: string, message: string): void {
    const last = this.#progress.get(topic);
    const atMs = this.#nowMs();
    if (last !== undefined && (last.message === message || atMs - last.atMs < PROGRESS_EVERY_MS)) return;
    this.#progress.set(topic, { message, atMs });
    this.info(message);
  }

  async group<T>(title: string, action: () => Promise<T>): Promise<T> {
    // Groups do not nest on GitHub: an inner one would end the outer.
    const isOutermost = this.#openGroups === 0;
    const line = this.#masker.mask(title).replace(/[\r\n]+/g, ' ');
    if (isOutermost) this.#commands.startGroup(line);
    else this.info(`— ${line}`);
    this.#openGroups += 1;
    try {
      return await action();
    } finally {
      this.#openGroups -= 1;
      if (isOutermost) this.#commands.endGroup();
    }
  }

  /** Ends a group that is still open, so that the failure's sentence is not folded away. */
  closeGroups(): void {
    if (this.#openGroups > 0) this.#commands.endGroup();
    this.#openGroups = 0;
  }

  #annotate(kind: AnnotationKind, message: string, limit: number): void {
    // Masked again, because what is taken away may have stood in the middle of a secret.
    const masked = this.#masker.mask(withoutFormatMarks(this.#masker.mask(message)));
    this.#annotations[kind] += 1;
    if (this.#annotations[kind] > limit) this.info(`${kind}: ${masked}`);
    else this.#commands[kind](cut(masked));
  }
}

function cut(message: string): string {
  return message.length <= ANNOTATION_LIMIT_CHARACTERS
    ? message
    : `${message.slice(0, ANNOTATION_LIMIT_CHARACTERS - 2)} …`;
}
