import type { Scene } from './scene.ts';
import type { Walk } from './walk.ts';

/** What a rollback finds of the release it goes to; each third scenario has another. */
const standbys = ['stopped', 'paused', 'running'] as const;

/** A rollback from a good release to the one before it, whose container is there. */
export const rollbackWalk: Walk = {
  name: 'rollback',
  steps: [
    ...(['connect', 'lease', 'prepare', 'pull', 'create', 'start'] as const),
    ...(['health', 'verify', 'switch', 'watch', 'drain', 'tidy'] as const),
  ],
  isStruckBy: ({ isOfThePull }) => !isOfThePull,
  async prepare(scene, number) {
    // Whatever was taken back or marked bad before: this one was live, and then stands by.
    const target = await scene.ensureLive();
    const before = `${number}-new`;
    await scene.ship(before, { inputs: { standby: standbys[number % standbys.length] ?? 'stopped' } });
    return { before, target };
  },
  async run(scene, _, { runner, onRawLine }) {
    const { result } = await scene.stage.rollback(rollbackInputs(scene), { runner, onRawLine });
    return result;
  },
};

/** What the release itself was given holds for its return as well. */
export function rollbackInputs({ inputs }: Scene): Record<string, string> {
  const { 'stop-timeout': _, 'keep-releases': __, ...others } = inputs;
  return { ...others, watch: '500ms' };
}
