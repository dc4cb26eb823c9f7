import { setTimeout as delay } from 'node:timers/promises';
import { containersOf } from '../../end-to-end/app-on-engine.ts';
import { callEngine } from '../../machine/engine-call.ts';
import type { Fault } from '../fault.ts';
import type { Scene } from '../scene.ts';

/** The Engine restarts a container at once, and ever more slowly one that has ended within this time of its start. */
const forgivenAfterMs = 10_500;

async function runningSwitches({ engine, stage }: Scene): Promise<string[]> {
  const found = await containersOf(engine.socket, stage.app);
  return found
    .filter(({ running, labels }) => running && labels['switchyard.role'] === 'switch')
    .map(({ id }) => id);
}

export const switchKilled: Fault = {
  name: 'switch killed',
  losesLease: false,
  async await(scene) {
    const [id] = await runningSwitches(scene);
    if (id === undefined) return;
    const { text } = await callEngine(scene.engine.socket, `/containers/${id}/json`);
    const startedAt = Date.parse((JSON.parse(text) as { State: { StartedAt: string } }).State.StartedAt);
    await delay(Math.max(0, startedAt + forgivenAfterMs - Date.now()));
  },
  allows: () => 'outage',
  outageLimitMs: 5_000,
  async strike({ scene }) {
    const running = await runningSwitches(scene);
    await Promise.all(running.map((id) => scene.engine.killContainer(id)));
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
  outageLimitMs: 5_000,
  async strike({ scene, liveBefore }) {
    const fresh = (await scene.running()).filter((id) => id !== liveBefore);
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
  async strike({ scene, liveBefore }) {
    const old = (await scene.running()).filter((id) => id === liveBefore);
    await Promise.all(old.map((id) => scene.engine.killContainer(id)));
    return old.length > 0;
  },
};
