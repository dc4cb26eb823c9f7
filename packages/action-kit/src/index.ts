export { type Address, formatAddress, parseAddress, parseHost } from './addresses.ts';
export { bugSentence, isUnexpected } from './bug-sentence.ts';
export { Cancellation, type CancellationKind } from './cancellation.ts';
export { parseCommandLine } from './command-lines.ts';
export { formatDuration, parseDurationMs } from './durations.ts';
export {
  InputError,
  type InputProblem,
  InputReader,
  type KeyValueOptions,
  type Range,
} from './input-reader.ts';
export { ipVersion } from './ip-version.ts';
export type { Log } from './log.ts';
export { type RunOptions, run } from './run.ts';
export { type RunContext, readRunContext } from './run-context.ts';
export type { Runner, StepState } from './runner.ts';
export { formatBytes, parseSizeBytes } from './sizes.ts';
export { escapeHtml, type HeadlineStatus, type Inline, SummaryBuilder } from './summary.ts';
export { disarmCommands, plainLines, quoteBriefly } from './untrusted-text.ts';
