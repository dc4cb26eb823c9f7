import { ballastBytes, type Walk } from './walk.ts';

/** A deploy with every step that a deploy can have. */
export const deployWalk: Walk = {
  name: 'deploy',
  steps: [
    ...(['connect', 'lease', 'prepare', 'pull', 'create', 'pre-deploy', 'start'] as const),
    ...(['health', 'verify', 'switch', 'watch', 'drain', 'tidy', 'post-deploy'] as const),
  ],
  isStruckBy: () => true,
  prepare: async (scene, number) => ({ before: await scene.ensureLive(), target: `f${number}` }),
  async run(scene, { target }, { needsLongPull, runner, onRawLine }) {
    const { result } = await scene.stage.deploy({
      image: { version: target, ...(needsLongPull ? { ballastBytes } : {}) },
      inputs: {
        ...scene.inputs,
        'expected-version': target,
        'pre-deploy': 'sleep 0.15',
        'post-deploy': 'sleep 0.15',
        watch: '500ms',
      },
      runner,
      onRawLine,
    });
    return result;
  },
};
