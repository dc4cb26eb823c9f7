import type { Walk } from './walk.ts';

/** A rollback from a good release to the one before it, whose container is stopped. */
export const rollbackWalk: Walk = {
  name: 'rollback',
  steps: [
    ...(['connect', 'lease', 'prepare', 'pull', 'create', 'start'] as const),
    ...(['health', 'verify', 'switch', 'watch', 'drain', 'tidy'] as const),
  ],
  pulls: false,
  async prepare(scene, number) {
    await scene.ensureLive();
    // Two good ones, whatever was taken back or marked bad before.
    for (const version of [`${number}-old`, `${number}-new`]) {
      const { result } = await scene.deploy(version);
      if (result.exitCode !== 0) throw new Error(`The deploy of ${version} failed:\n${result.log}`);
    }
    return `${number}-new`;
  },
  async run(scene, { number, runner, onRawLine }) {
    // What the release itself was given holds for its return as well.
    const { 'stop-timeout': _, 'keep-releases': __, ...inputs } = scene.inputs;
    const { result } = await scene.stage.rollback({ ...inputs, watch: '500ms' }, { runner, onRawLine });
    return { result, target: `${number}-old` };
  },
};
