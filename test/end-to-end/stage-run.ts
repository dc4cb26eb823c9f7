import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project-root.ts';
import { type ActionResult, type ActionRun, runAction } from '../runner/run-action.ts';
import {
  type DeployFigures,
  type DeployVerdict,
  deployFigures,
  deployMoments,
  type Moment,
} from './deploy-figures.ts';

const actions = ['deploy-ssh-bluegreen', 'rollback'] as const;
export type Action = (typeof actions)[number];

/** How an action is run, and who sees what it writes. */
export interface RunOptions {
  /** Sees the log as it comes, without workflow commands but for warnings and errors. */
  onLine?: (line: string) => void;
  /** Sees every line as the action writes it. */
  onRawLine?: (line: string) => void;
  /** How the runner runs it. */
  runner?: Pick<ActionRun, 'env' | 'isDebug' | 'signal'>;
}

/** What a job of either action gave. */
export interface StageRun {
  result: ActionResult;
  /** Undefined when the action failed before it could say anything. */
  verdict: DeployVerdict | undefined;
  figures: DeployFigures | undefined;
  moments: Moment[];
  /** When the action's process started, in milliseconds since the epoch. */
  startedAt: number;
  /** What must never happen, whatever the outcome: leaked secrets, processes that outlive the step. */
  violations: string[];
}

/** @throws Error with one sentence when an action has not been built */
export function needBundles(): void {
  const missing = actions.find((name) => !existsSync(join(projectRoot, 'dist', name, 'index.js')));
  if (missing) throw new Error(`The bundle dist/${missing} is missing; run "npm run build" first.`);
}

/** Runs the built action as the runner would, and reads what it says of itself. */
export async function runOnStage(
  job: { action: Action } & Pick<ActionRun, 'inputs' | 'canaries' | 'signal'>,
  { onLine, onRawLine, runner }: RunOptions,
): Promise<StageRun> {
  let firstLineAt: number | undefined;
  const result = await runAction({
    ...job,
    onLine(line) {
      firstLineAt ??= Date.now();
      onRawLine?.(line);
      const text = readableLine(line);
      if (text !== undefined) onLine?.(text);
    },
    ...runner,
  });
  const verdict = result.outputs.verdict ? (JSON.parse(result.outputs.verdict) as DeployVerdict) : undefined;
  // A job that stopped before it was connected has no timeline.
  const timeline = verdict?.timeline === undefined ? undefined : verdict;
  // The first line comes as the connection begins, and the verdict says how far the process was then.
  const connectMs = timeline?.timeline.find(({ step }) => step === 'connect')?.startMs ?? 0;
  return {
    result,
    verdict,
    figures: timeline && deployFigures(timeline, result.durationMs),
    moments: timeline ? deployMoments(timeline, result.durationMs) : [],
    startedAt: (firstLineAt ?? Date.now()) - connectMs,
    violations: violationsOf(result),
  };
}

function violationsOf(result: ActionResult): string[] {
  return [
    ...result.leaks.map(({ place, form, excerpt }) => `A secret leaked (${form}) into ${place}: ${excerpt}`),
    ...result.orphans.map((pid) => `The process ${pid} outlived the action.`),
    ...(result.hasOpenGroup ? ['The log has a group that never ends.'] : []),
    ...(result.signal === undefined ? [] : [`The action was ended by ${result.signal}.`]),
  ];
}

/** A line as a person would see it in the run's log; workflow commands are not for reading. */
function readableLine(line: string): string | undefined {
  const annotation = /^::(?:error|warning|notice)[^:]*::(.*)$/.exec(line)?.[1];
  if (annotation !== undefined) {
    return annotation.replaceAll('%0A', ' ').replaceAll('%0D', '').replaceAll('%25', '%');
  }
  return line.startsWith('::') || line.trim() === '' ? undefined : line;
}
