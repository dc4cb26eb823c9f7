import { connectionCut } from './strikes/on-the-connection.ts';
import { jobCancelled, jobKilled } from './strikes/on-the-job.ts';
import type { Walk } from './walk.ts';

const struckBy = [jobKilled, jobCancelled, connectionCut];

/** A deploy of an app of which two versions must never run at once: it stops the old one before it starts the new one. */
export const stopFirstWalk: Walk = {
  name: 'deploy, stop-first',
  // Before and after them it is as any other deploy.
  steps: ['create', 'start', 'health', 'switch', 'watch', 'tidy'],
  gap: { from: 'start', until: 'switch' },
  isStruckBy: (fault) => struckBy.includes(fault),
  prepare: async (scene, number) => ({ before: await scene.ensureLive(), target: `s${number}` }),
  async run(scene, { target }, { runner, onRawLine }) {
    const { result } = await scene.stage.deploy({
      image: { version: target },
      inputs: { ...scene.inputs, order: 'stop-first', watch: '500ms' },
      runner,
      onRawLine,
    });
    return result;
  },
};
