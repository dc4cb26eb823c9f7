import type { Walk } from './walk.ts';

const ballastBytes = 1_500_000;

/** A deploy with every step that a deploy can have. */
export const deployWalk: Walk = {
  name: 'deploy',
  steps: [
    ...(['connect', 'lease', 'prepare', 'pull', 'create', 'pre-deploy', 'start'] as const),
    ...(['health', 'verify', 'switch', 'watch', 'drain', 'tidy', 'post-deploy'] as const),
  ],
  pulls: true,
  prepare: (scene) => scene.ensureLive(),
  async run(scene, { number, needsLongPull, runner, onRawLine }) {
    const version = `f${number}`;
    const { result } = await scene.stage.deploy({
      image: { version, ...(needsLongPull ? { ballastBytes } : {}) },
      inputs: {
        ...scene.inputs,
        'expected-version': version,
        'pre-deploy': 'sleep 0.15',
        'post-deploy': 'sleep 0.15',
        watch: '500ms',
      },
      runner,
      onRawLine,
    });
    return { result, target: version };
  },
};
