import { rollbackInputs } from './rollback-walk.ts';
import { connectionCut } from './strikes/on-the-connection.ts';
import { jobCancelled, jobKilled } from './strikes/on-the-job.ts';
import type { Walk } from './walk.ts';

const struckBy = [jobKilled, jobCancelled, connectionCut];
const order = { order: 'stop-first' };

/** What both walks have in common: before and after these steps they are as any other deploy and rollback. */
const stopFirst: Pick<Walk, 'steps' | 'gap' | 'isStruckBy'> = {
  steps: ['create', 'start', 'health', 'switch', 'watch', 'tidy'],
  gap: { from: 'start', until: 'switch' },
  isStruckBy: (fault) => struckBy.includes(fault),
};

/** A deploy of an app of which two versions must never run at once: it stops the old one before it starts the new one. */
export const stopFirstWalk: Walk = {
  ...stopFirst,
  name: 'deploy, stop-first',
  prepare: async (scene, number) => ({ before: await scene.ensureLive(), target: `s${number}` }),
  async run(scene, { target }, { runner, onRawLine }) {
    const { result } = await scene.stage.deploy({
      image: { version: target },
      inputs: { ...scene.inputs, ...order, watch: '500ms' },
      runner,
      onRawLine,
    });
    return result;
  },
};

/** A rollback of such an app. Its order is the one that the release was deployed with. */
export const stopFirstRollbackWalk: Walk = {
  ...stopFirst,
  name: 'rollback, stop-first',
  async prepare(scene, number) {
    const target = `${number}-old`;
    const before = `${number}-new`;
    await scene.ship(target, { inputs: order });
    await scene.ship(before, { inputs: order });
    return { before, target };
  },
  async run(scene, _, { runner, onRawLine }) {
    const { result } = await scene.stage.rollback(rollbackInputs(scene), { runner, onRawLine });
    return result;
  },
};
