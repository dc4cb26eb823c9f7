// Stands in for Celery: `celery -A app worker --concurrency=2` and `celery -A app beat`, by the word in the middle.
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    app: { type: 'string', short: 'A' },
    loglevel: { type: 'string', short: 'l' },
    concurrency: { type: 'string', short: 'c', default: '2' },
  },
  allowPositionals: true,
});

switch (positionals[0]) {
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
    console.error(`celery: there is no command ${positionals[0]}`);
    process.exitCode = 2;
}
