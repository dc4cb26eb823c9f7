import { describeKilledJobs } from './killed-stack-job.ts';

// A job that is killed without a word before its release serves.

describeKilledJobs('a stack whose job is killed before the switch', 'stackearly', {
  'while it reads the project': { at: /Step prepare: begins/, serves: 'old' },
  'while it pulls': { at: /Step pull: begins/, serves: 'old' },
  'while it makes the new containers': { at: /Step create: begins/, serves: 'old' },
  'when they are made': {
    at: /Step create: done/,
    serves: 'old',
    found: /which an earlier job had left behind/,
  },
  'while they get healthy': {
    at: /Waiting until celery-worker is healthy/,
    serves: 'old',
    found: /which an earlier job had left behind/,
  },
  'when the old scheduler is stopped': {
    at: /Waiting until celery-beat is healthy/,
    serves: 'old',
    found: /Started \S+celery-beat-\d+ again, which an earlier job had stopped/,
  },
});
