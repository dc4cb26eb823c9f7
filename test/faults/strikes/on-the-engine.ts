import type { Fault } from '../fault.ts';

/** The Engine's own start is most of it. */
const bootLimitMs = 15_000;

export const engineRestarted: Fault = {
  name: 'Engine restarted',
  liveRestore: false,
  losesLease: false,
  allows: () => 'outage',
  outageLimitMs: bootLimitMs,
  async strike({ scene, startsAgain }) {
    await scene.engine.restart(startsAgain);
    return true;
  },
};

/** Containers go on without the daemon, so not one request may fail. */
export const engineRestartedLive: Fault = {
  name: 'Engine restarted, with live-restore',
  liveRestore: true,
  losesLease: false,
  allows: () => 'none',
  async strike({ scene }) {
    await scene.engine.restart();
    return true;
  },
};

/**
 * Only with live-restore: without it, Engine 26 stops every container that outlived its daemon as if a person had, and
 * then doesn't start those whose policy is `unless-stopped`.
 */
export const engineCrashedLive: Fault = {
  name: 'Engine killed, with live-restore',
  liveRestore: true,
  losesLease: false,
  allows: () => 'none',
  async strike({ scene }) {
    await scene.engine.crash();
    return true;
  },
};

export const serverRebooted: Fault = {
  name: 'server rebooted',
  liveRestore: false,
  losesLease: true,
  allows: () => 'outage',
  outageLimitMs: bootLimitMs,
  async strike({ scene }) {
    await Promise.all([scene.engine.powerOff(), scene.stage.server.sshd.stop()]);
    return true;
  },
  async lift({ engine, stage }, startsAgain) {
    startsAgain();
    await Promise.all([engine.powerOn(), stage.server.sshd.start()]);
  },
};
