// Stands in for Celery: `celery -A app worker --concurrency=2` and `celery -A app beat`, by the word in the middle.
//
// CRASHES  `worker` or `beat`: which of the two ends with 3 a moment after its start
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    app: { type: 'string', short: 'A' },
    loglevel: { type: 'string', short: 'l' },
    concurrency: { type: 'string', short: 'c', default: '2' },
  },
  allowPositionals: true,
});

const [program] = positionals;
const crashes = process.env.CRASHES !== undefined && process.env.CRASHES === program;

switch (crashes ? 'crash' : program) {
  case 'crash': {
    console.error(`The ${program} finds no settings and ends`);
    setTimeout(() => process.exit(3), 200);
    break;
  }
  case 'worker': {
    const { work } = await import('./worker.mjs');
    await work(Number(values.concurrency));
    break;
  }
  case 'beat': {
    const { beat } = await import('./beat.mjs');
    beat();
    break;
  }
  default:
    console.error(`celery: there is no command ${program}`);
    process.exitCode = 2;
}
