import { describeKilledJobs } from './killed-stack-job.ts';

// A job that is killed without a word when its release serves.

describeKilledJobs('a stack whose job is killed when its release serves', 'stacklate', {
  'while it watches': { at: /Step watch: begins/, serves: 'new', inputs: { watch: '60s' } },
  'while it drains': { at: /Step drain: begins/, serves: 'new' },
  'when the old release is gone': { at: /Step drain: done/, serves: 'new' },
});
