import { ExplainedError, sentenceOf } from '#explained-error';
import { type Address, parseAddress, parseHost } from './addresses.ts';
import { parseCommandLine } from './command-lines.ts';
import { formatDuration, longestDurationMs, parseDurationMs } from './durations.ts';
import { withVisibleFormatMarks } from './format-marks.ts';
import { parseKeyValues } from './key-values.ts';
import { hasNoLineToMask, isTooCommonToMask } from './secret-forms.ts';
import { parseSizeBytes } from './sizes.ts';
import { quoteBriefly } from './untrusted-text.ts';

export interface InputProblem {
  readonly input: string;
  readonly sentence: string;
}

/** All that is wrong with the inputs, at once. The first line names every input concerned. */
export class InputError extends ExplainedError {
  override readonly name = 'InputError';
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    const names = [...new Set(problems.map((problem) => problem.input))];
    const only = problems[0];
    super(
      problems.length === 1 && only !== undefined
        ? only.sentence
        : [
            `${problems.length} problems with the ${names.length === 1 ? 'input' : 'inputs'} ${names.join(', ')}.`,
            ...problems.map((problem) => `- ${problem.sentence}`),
          ].join('\n'),
    );
    this.problems = problems;
  }
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

export interface KeyValueOptions {
  /** Registers every value as a secret. */
  readonly secret?: boolean;
  readonly namePattern?: RegExp;
  readonly nameRule?: string;
}

/**
 * Reads an action's inputs from the environment that the runner sets. A wrong input does not throw: it is
 * remembered, a placeholder is returned, and `finish()` throws one InputError with all of them.
 * The plain methods want a value (the default lives in action.yml); the `optional…` ones give undefined when
 * the input is empty.
 */
export class InputReader {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #onSecret: (value: string) => void;
  readonly #problems: InputProblem[] = [];
  readonly #namesRead = new Set<string>();
  readonly #remarks: string[] = [];

  constructor(
    env: Readonly<Record<string, string | undefined>>,
    onSecret: (value: string) => void = () => {},
  ) {
    this.#env = env;
    this.#onSecret = onSecret;
  }

  /** Every input asked for so far: the contract test compares it with action.yml. */
  get namesRead(): readonly string[] {
    return [...this.#namesRead];
  }

  get problems(): readonly InputProblem[] {
    return [...this.#problems];
  }

  /** Things the user should know that are no error, such as a secret too short to be masked. */
  get remarks(): readonly string[] {
    return [...this.#remarks];
  }

  /** One line of text; empty when the input is. */
  text(name: string): string {
    return this.optionalText(name) ?? '';
  }

  optionalText(name: string): string | undefined {
    return this.#singleLine(name);
  }

  /** One line of text that must be given. */
  required(name: string): string {
    return this.#given(name, this.optionalText(name)) ?? '';
  }

  /** Text that may have several lines; empty when the input is. */
  multilineText(name: string): string {
    return this.#read(name) ?? '';
  }

  /** A secret of one or several lines, trimmed as every input is. It is masked before this returns. */
  optionalSecret(name: string): string | undefined {
    this.#maskValue(name, this.#env[variableName(name)] ?? '');
    return this.#read(name);
  }

  secret(name: string): string {
    return this.#given(name, this.optionalSecret(name)) ?? '';
  }

  /** `true | True | TRUE | false | False | FALSE`, as in YAML 1.2 and @actions/core. */
  boolean(name: string): boolean {
    const text = this.#given(name, this.#singleLine(name));
    if (text === undefined) return false;
    if (['true', 'True', 'TRUE'].includes(text)) return true;
    if (!['false', 'False', 'FALSE'].includes(text)) {
      this.problem(name, `must be true or false, not ${quoteBriefly(text)}`);
    }
    return false;
  }

  integer(name: string, range: Range = {}): number {
    return this.#given(name, this.optionalInteger(name, range)) ?? range.min ?? 0;
  }

  optionalInteger(name: string, range: Range = {}): number | undefined {
    return this.#number(name, /^-?\d{1,15}$/, 'a whole number', range);
  }

  /** A decimal number such as `0.5`. */
  number(name: string, range: Range = {}): number {
    return this.#given(name, this.optionalNumber(name, range)) ?? range.min ?? 0;
  }

  optionalNumber(name: string, range: Range = {}): number | undefined {
    return this.#number(name, /^-?\d{1,12}(?:\.\d{1,9})?$/, 'a number', range);
  }

  /** A share written as `1%` or `0.01`, returned as 0 to 1; a bare `1` is refused. */
  ratio(name: string): number {
    return this.#given(name, this.optionalRatio(name)) ?? 0;
  }

  optionalRatio(name: string): number | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    const parts = /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/.exec(text);
    const value = parts === null ? Number.NaN : Number(parts[1]) / (parts[2] === '%' ? 100 : 1);
    // Whoever writes 1 means one percent; everything, which is no limit at all, has to be written as 100%.
    if (value === 1 && parts?.[2] === '') {
      this.problem(name, `is ${quoteBriefly(text)}, which is not clear; write 1% or 0.01, or 100% for all`);
      return 0;
    }
    if (value >= 0 && value <= 1) return value;
    this.problem(name, `must be a share from 0% to 100%, like 1% or 0.01, not ${quoteBriefly(text)}`);
    return 0;
  }

  /** `90s`, `5m`, `1h30m`, `250ms`, in milliseconds; the range too. */
  duration(name: string, range: Range = {}): number {
    return this.#given(name, this.optionalDuration(name, range)) ?? 0;
  }

  optionalDuration(name: string, range: Range = {}): number | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    const durationMs = parseDurationMs(text);
    if (durationMs === undefined) {
      if (/^(?:\d+(?:h|m|s|ms))+$/.test(text) && parseDurationMs(text.replaceAll(/\d+/g, '0')) === 0) {
        this.problem(
          name,
          `must be at most ${formatDuration(longestDurationMs)} (24 days), not ${quoteBriefly(text)}`,
        );
        return 0;
      }
      const hint = /^\d+$/.test(text) ? ` (did you mean ${text}s?)` : '';
      this.problem(name, `must be a duration like 90s, 5m, 1h30m or 250ms, not ${quoteBriefly(text)}${hint}`);
      return 0;
    }
    return this.#inRange(name, durationMs, text, range, (limit) => formatDuration(limit).replace(' ', ''));
  }

  /** `10MB`, `512MiB`, in bytes; the range too. */
  size(name: string, range: Range = {}): number {
    return this.#given(name, this.optionalSize(name, range)) ?? 0;
  }

  optionalSize(name: string, range: Range = {}): number | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    const bytes = parseSizeBytes(text);
    if (bytes === undefined) {
      this.problem(name, `must be a size like 10MB, 512MiB or 2GB, not ${quoteBriefly(text)}`);
      return 0;
    }
    return this.#inRange(name, bytes, text, range, exactSize);
  }

  /** Items separated by line breaks or commas; trimmed, without empty ones. */
  list(name: string): string[] {
    const text = this.#read(name) ?? '';
    return text
      .split(/[,\n]/)
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** One item a line; commas belong to the item. */
  lines(name: string): string[] {
    return (this.#read(name) ?? '')
      .split(/\r\n|\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  /** One `KEY=value` a line; the value is everything after the first `=`. */
  keyValues(name: string, options: KeyValueOptions = {}): Map<string, string> {
    // Not trimmed as a whole: the last value may end in a space that belongs to it.
    const text = this.#read(name, { trim: false }) ?? '';
    const { entries, problems } = parseKeyValues(text, options);
    if (options.secret === true) {
      for (const [key, value] of entries) this.#maskValue(`${key} in ${name}`, value);
      // Lines that are no KEY=value may be pieces of a secret: masked too, before anything is printed.
      if (problems.length > 0 && text.trim() !== '') this.#onSecret(text);
    }
    for (const problem of problems) this.#add(name, `Input ${name}: ${problem.sentence}.`);
    return entries;
  }

  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    return this.#given(name, this.optionalOneOf(name, choices)) ?? choices[0];
  }

  optionalOneOf<const Choice extends string>(
    name: string,
    choices: readonly [Choice, ...Choice[]],
  ): Choice | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) {
      this.problem(name, `must be one of ${choices.join(', ')}, not ${quoteBriefly(text)}`);
      return choices[0];
    }
    return choice;
  }

  /** An IP address and a port: `127.0.0.1:8080`, `[::1]:8080`. */
  address(name: string): Address {
    return this.#given(name, this.optionalAddress(name)) ?? { host: '127.0.0.1', port: 1 };
  }

  optionalAddress(name: string): Address | undefined {
    const text = this.#singleLine(name);
    return text === undefined ? undefined : this.check(name, () => parseAddress(text));
  }

  /** A host name or an IP address (IPv6 without brackets). */
  host(name: string): string {
    return this.#given(name, this.optionalHost(name)) ?? '';
  }

  optionalHost(name: string): string | undefined {
    const text = this.#singleLine(name);
    return text === undefined ? undefined : (this.check(name, () => parseHost(text)) ?? '');
  }

  port(name: string): number {
    return this.integer(name, { min: 1, max: 65_535 });
  }

  optionalPort(name: string): number | undefined {
    return this.optionalInteger(name, { min: 1, max: 65_535 });
  }

  /** A path of a URL, `/healthz?deep=1`: starts with a slash, no spaces, no fragment. */
  optionalUrlPath(name: string): string | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    if (!text.startsWith('/'))
      this.problem(name, `must start with /, like /healthz, not ${quoteBriefly(text)}`);
    else if (!/^[\x21-\x22\x24-\x7e]*$/.test(text)) {
      this.problem(name, 'must be a path without spaces, # and letters outside ASCII (write those as %20)');
    }
    return text;
  }

  /** A command as a list of arguments (see parseCommandLine); undefined when the input is empty. */
  optionalCommand(name: string): string[] | undefined {
    const text = this.#read(name);
    return text === undefined ? undefined : (this.check(name, () => parseCommandLine(text)) ?? []);
  }

  /** Runs a check of one's own; what it throws becomes a problem of this input. */
  check<T>(name: string, action: () => T): T | undefined {
    this.#namesRead.add(name);
    try {
      return action();
    } catch (error) {
      this.#refuse(name, error);
      return undefined;
    }
  }

  async checkAsync<T>(name: string, action: () => Promise<T>): Promise<T | undefined> {
    this.#namesRead.add(name);
    try {
      return await action();
    } catch (error) {
      this.#refuse(name, error);
      return undefined;
    }
  }

  /** Adds a problem; `what` continues the words "Input NAME …" and has no full stop. */
  problem(name: string, what: string): void {
    this.#add(name, `Input ${name} ${what}.`);
  }

  /** @throws InputError with every problem found, when there is any */
  finish(): void {
    if (this.#problems.length > 0) throw new InputError(this.#problems);
  }

  #refuse(name: string, error: unknown): void {
    // Anything but an explained error is our own bug and must not be blamed on the input.
    if (!(error instanceof ExplainedError)) throw error;
    const sentence = sentenceOf(error);
    if (/^[a-z]/.test(sentence)) this.problem(name, sentence.replace(/\.$/, ''));
    else this.#add(name, sentence);
  }

  /** An input may be asked for more than once; what is wrong with it is said once. */
  #add(input: string, sentence: string): void {
    const shown = withVisibleFormatMarks(sentence);
    const isTold = this.#problems.some((told) => told.input === input && told.sentence === shown);
    if (!isTold) this.#problems.push({ input, sentence: shown });
  }

  #read(name: string, options: { trim: boolean } = { trim: true }): string | undefined {
    this.#namesRead.add(name);
    const raw = this.#env[variableName(name)] ?? '';
    if (raw.trim() === '') return undefined;
    if (raw.includes('\0')) {
      this.problem(name, 'holds a NUL character');
      return raw.replaceAll('\0', '').trim();
    }
    return options.trim ? raw.trim() : raw;
  }

  #singleLine(name: string): string | undefined {
    const text = this.#read(name);
    if (text === undefined || !/[\r\n]/.test(text)) return text;
    this.problem(name, 'must be a single line');
    return undefined;
  }

  #given<T>(name: string, value: T | undefined): T | undefined {
    const isReported = this.#problems.some((problem) => problem.input === name);
    if (value === undefined && !isReported) this.problem(name, 'is required and was not given');
    return value;
  }

  #number(name: string, pattern: RegExp, kind: string, range: Range): number | undefined {
    const text = this.#singleLine(name);
    if (text === undefined) return undefined;
    if (!pattern.test(text)) {
      this.problem(name, `must be ${kind}${describeRange(range, String)}, not ${quoteBriefly(text)}`);
      return range.min ?? 0;
    }
    return this.#inRange(name, Number(text), text, range, String);
  }

  #inRange(
    name: string,
    value: number,
    text: string,
    range: Range,
    write: (limit: number) => string,
  ): number {
    if (value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity)) return value;
    this.problem(name, `must be${describeRange(range, write)}, not ${quoteBriefly(text)}`);
    return range.min ?? range.max ?? 0;
  }

  #maskValue(whose: string, value: string): void {
    if (value.trim() === '') return;
    if (isTooCommonToMask(value)) {
      this.#remark(
        `The value of ${whose} is too short or too common to be masked: masking it would black out ordinary words of the log.`,
      );
      return;
    }
    this.#onSecret(value);
    if (hasNoLineToMask(value)) {
      this.#remark(
        `The lines of ${whose} are too short to be masked one by one: masking them would black out ordinary words of the log.`,
      );
    }
  }

  #remark(sentence: string): void {
    if (!this.#remarks.includes(sentence)) this.#remarks.push(sentence);
  }
}

function variableName(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

/** A limit in a unit in which it is a whole number, as the input takes it. */
function exactSize(bytes: number): string {
  const units = [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const;
  const unit = units.find(([, size]) => bytes > 0 && bytes % size === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}B`;
}

function describeRange(range: Range, write: (limit: number) => string): string {
  if (range.min !== undefined && range.max !== undefined)
    return ` from ${write(range.min)} to ${write(range.max)}`;
  if (range.min !== undefined) return ` at least ${write(range.min)}`;
  if (range.max !== undefined) return ` at most ${write(range.max)}`;
  return '';
}
