import type { Fault } from '../fault.ts';

export const connectionCut: Fault = {
  name: 'SSH connection cut',
  losesLease: true,
  allows: () => 'none',
  async strike({ scene }) {
    scene.network.setFault({ kind: 'refuse' });
    scene.network.cutAll();
    return true;
  },
  lift: async ({ network }) => network.setFault({ kind: 'none' }),
};

export const sshdStopped: Fault = {
  name: 'sshd stopped',
  losesLease: true,
  allows: () => 'none',
  async strike({ scene }) {
    await scene.stage.server.sshd.stop();
    return true;
  },
  lift: ({ stage }) => stage.server.sshd.start(),
};
