import { processesWithVariable } from '../runner/process-tree.ts';
import type { RunOptions } from './stage-run.ts';

let count = 0;

/** How a job is run that is killed without a word as soon as its log has a certain line, debug lines among them. */
export function killedAt(line: RegExp | string): RunOptions {
  count += 1;
  const mark = `${process.pid}-${count}`;
  return {
    runner: { isDebug: true, env: { SWITCHYARD_TEST_VICTIM: mark } },
    onRawLine(text) {
      if (typeof line === 'string' ? !text.includes(line) : !line.test(text)) return;
      for (const pid of processesWithVariable(`SWITCHYARD_TEST_VICTIM=${mark}`)) process.kill(pid, 'SIGKILL');
    },
  };
}
