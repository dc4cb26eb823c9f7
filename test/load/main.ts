// The load generator's own process: configuration on the first line of stdin, commands on the following ones,
// one JSON message a line on stdout. It ends when told, when its time is up, or when its parent is gone.
//
// It has its own sockets and HTTP parser because it shares two cores with what it measures: 80 to 200 ms of
// processor time per 1,000 requests of all kinds at 1,000 to 5,000 requests/s (the more, the cheaper), where
// node:http took 305 to 320 for the plain ones alone.
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { type LoadOptions, loadConfig } from './config.ts';
import { Generator } from './generator.ts';
import type { GeneratorCommand, GeneratorMessage } from './report.ts';

try {
  // A late instrument measures itself. Needs root; without it the report's schedule lag shows the difference.
  setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
} catch {
  // Not permitted.
}

const lines = createInterface({ input: process.stdin });
let generator: Generator | undefined;

lines.on('line', (line) => {
  try {
    if (generator === undefined) start(JSON.parse(line) as LoadOptions);
    else obey(JSON.parse(line) as GeneratorCommand, generator);
  } catch (error) {
    tell({ error: (error as Error).message });
    process.exitCode = 1;
    lines.close();
  }
});
lines.on('close', () => generator?.stop());

function start(options: LoadOptions): void {
  const running = new Generator(loadConfig(options), (bucket) => tell({ bucket }));
  generator = running;
  tell({ started: running.startedAt });
  void running.finished.then((summary) => {
    tell({ summary });
    lines.close();
    process.stdin.destroy();
  });
}

function obey(command: GeneratorCommand, running: Generator): void {
  if ('expect' in command) running.recorder.order.expect(...command.expect);
  else running.stop();
}

function tell(message: GeneratorMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
