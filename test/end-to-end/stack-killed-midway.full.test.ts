import { describeKilledJobs } from './killed-stack-job.ts';

// A job that is killed without a word while old and new run side by side.

describeKilledJobs('a stack whose job is killed around the switch', 'stackmidway', {
  'while the new ones get healthy': {
    at: /Waiting until celery-worker is healthy/,
    serves: 'old',
    found: /which an earlier job had left behind/,
  },
  'when the old scheduler is stopped': {
    at: /Waiting until celery-beat is healthy/,
    serves: 'old',
    found: /Started \S+celery-beat-\d+ again, which an earlier job had stopped/,
  },
  'when all are healthy': { at: /Step health: done/, serves: 'old', found: /earlier job/ },
  'when it has switched': { at: /Step switch: done/, serves: 'new', found: /The record called release/ },
});
