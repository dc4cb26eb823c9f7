import { describeKilledJobs } from './killed-stack-job.ts';

// A job that is killed without a word when its release serves, or is about to.

describeKilledJobs('a stack whose job is killed from the switch on', 'stacklate', {
  'when all are healthy': { at: /Step health: done/, serves: 'old', found: /earlier job/ },
  'when it has switched': { at: /Step switch: done/, serves: 'new', found: /The record called release/ },
  'while it watches': { at: /Step watch: begins/, serves: 'new', inputs: { watch: '60s' } },
  'while it drains': { at: /Step drain: begins/, serves: 'new' },
  'when the old release is gone': { at: /Step drain: done/, serves: 'new' },
  'while it tidies up': { at: /Step tidy: begins/, serves: 'new', inputs: { 'keep-releases': '1' } },
});
