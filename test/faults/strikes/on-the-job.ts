import type { Fault } from '../fault.ts';

export const jobKilled: Fault = {
  name: 'job killed (SIGKILL)',
  losesLease: true,
  allows: () => 'none',
  async strike({ killAction }) {
    killAction();
    return true;
  },
};

export const jobCancelled: Fault = {
  name: 'job cancelled (SIGINT, SIGTERM)',
  losesLease: false,
  allows: () => 'none',
  async strike({ cancelAction }) {
    cancelAction();
    return true;
  },
};
