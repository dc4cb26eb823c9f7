import type { Fault } from '../fault.ts';

export const homeFull: Fault = {
  name: "disk of the user's home full",
  losesLease: true,
  allows: () => 'none',
  async strike({ scene }) {
    await scene.homeDisk.fill();
    return true;
  },
  lift: ({ homeDisk }) => homeDisk.empty(),
};

export const engineDiskFull: Fault = {
  name: "Engine's disk full",
  losesLease: false,
  allows: () => 'none',
  async strike({ scene }) {
    await scene.engineDisk.fill();
    return true;
  },
  lift: ({ engineDisk }) => engineDisk.empty(),
};
