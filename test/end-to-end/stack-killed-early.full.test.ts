import { describeKilledJobs } from './killed-stack-job.ts';

// A job that is killed without a word before anything of its release runs.

describeKilledJobs('a stack whose job is killed before anything new runs', 'stackearly', {
  'while it reads the project': { at: /Step prepare: begins/, serves: 'old' },
  'while it pulls': { at: /Step pull: begins/, serves: 'old' },
  'while it makes the new containers': { at: /Step create: begins/, serves: 'old' },
  'when they are made': {
    at: /Step create: done/,
    serves: 'old',
    found: /which an earlier job had left behind/,
  },
});
