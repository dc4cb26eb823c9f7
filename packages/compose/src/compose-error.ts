import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';

/** Docker Compose is not there, is too old, or did not do what was asked. */
export class ComposeError extends ExplainedError {
  override readonly name = 'ComposeError';
  /** What Compose itself gave as the reason, on one line; empty when it said nothing. */
  readonly reason: string;

  constructor(message: string, details: { reason?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = details.reason ?? '';
  }
}

const MAX_REASON_LENGTH = 600;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control sequences of terminals
const controlSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;

/**
 * The line of Compose's output that says what went wrong. Progress is indented (` Container shop-web-1  Created`),
 * a reason is not; where a reason ends in a colon, what it announces is indented below it. Warnings, and the advice of
 * the command line (`Run 'docker --help' for more information`), are left out.
 */
export function reasonIn(stderr: string): string {
  const lines = stderr
    .replace(controlSequence, '')
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd());
  const at = lines.findLastIndex((line) => line !== '' && !isAside(line));
  const reason = lines[at];
  if (reason === undefined) return '';
  const details: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (!reason.endsWith(':') || !/^\s+\S/.test(line)) break;
    details.push(line.trim());
  }
  const fatal = /\blevel=(?:fatal|error) msg="((?:[^"\\]|\\.)*)"/.exec(reason)?.[1]?.replaceAll('\\"', '"');
  const words = fatal ?? [reason, details.join('; ')].filter((part) => part !== '').join(' ');
  return clipEnd(words.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), MAX_REASON_LENGTH);
}

function isAside(line: string): boolean {
  return (
    /^\s/.test(line) ||
    /^\[\+\] /.test(line) ||
    /\blevel=(?:warning|info|debug)\b/.test(line) ||
    /^(?:WARN|INFO|DEBU)\[\d+\]/.test(line) ||
    /^(?:Usage:|See '|Run ')/.test(line)
  );
}
