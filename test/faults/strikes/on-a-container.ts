import { containersOf } from '../../end-to-end/app-on-engine.ts';
import type { Fault } from '../fault.ts';

export const switchKilled: Fault = {
  name: 'switch killed',
  losesLease: false,
  allows: () => 'outage',
  async strike({ scene }) {
    const found = await containersOf(scene.engine.socket, scene.stage.app);
    const running = found.filter(({ running, labels }) => running && labels['switchyard.role'] === 'switch');
    await Promise.all(running.map(({ id }) => scene.engine.killContainer(id)));
    return running.length > 0;
  },
};

export const newContainerKilled: Fault = {
  name: 'new container killed',
  steps: ['health', 'verify', 'switch', 'watch', 'drain', 'tidy', 'post-deploy'],
  shares: [0.4, 0.97],
  losesLease: false,
  // Once the traffic has moved this is the live container, and the walk itself takes it back or lets it come again.
  allows: ({ hasSwitched }) => (hasSwitched ? 'outage' : 'none'),
  async strike({ scene, ranBefore }) {
    const fresh = (await scene.running()).filter((id) => !ranBefore.includes(id));
    await Promise.all(fresh.map((id) => scene.engine.killContainer(id)));
    return fresh.length > 0;
  },
};

export const oldContainerKilled: Fault = {
  name: 'live container killed',
  steps: [
    ...(['connect', 'lease', 'prepare', 'pull', 'create', 'pre-deploy', 'start'] as const),
    ...(['health', 'verify', 'switch', 'watch', 'drain'] as const),
  ],
  shares: [0, 0.8],
  losesLease: false,
  allows: () => 'held',
  async strike({ scene, ranBefore }) {
    const old = (await scene.running()).filter((id) => ranBefore.includes(id));
    await Promise.all(old.map((id) => scene.engine.killContainer(id)));
    return old.length > 0;
  },
};
