import { rollbackInputs } from './rollback-walk.ts';
import { engineDiskFull } from './strikes/on-a-disk.ts';
import { connectionCut } from './strikes/on-the-connection.ts';
import { jobCancelled, jobKilled } from './strikes/on-the-job.ts';
import { ballastBytes, type Walk } from './walk.ts';

const others = [jobKilled, jobCancelled, connectionCut, engineDiskFull];

/** A rollback to a release of which only the record is left: its image has to come from the registry again. */
export const rollbackWithPullWalk: Walk = {
  name: 'rollback with a pull',
  // What follows is as in a deploy.
  steps: ['connect', 'lease', 'prepare', 'pull', 'create', 'start'],
  isStruckBy: (fault) => fault.isOfThePull === true || others.includes(fault),
  async prepare(scene, number) {
    const target = `${number}-old`;
    const before = `${number}-new`;
    await scene.ship(target, { image: { ballastBytes } });
    await scene.ship(before);
    await scene.loseStandbys();
    return { before, target };
  },
  async run(scene, _, { runner, onRawLine }) {
    const { username, password } = scene.stage.registry;
    const inputs = {
      ...rollbackInputs(scene),
      'registry-username': username,
      'registry-password': password,
    };
    const { result } = await scene.stage.rollback(inputs, { runner, onRawLine });
    return result;
  },
};
