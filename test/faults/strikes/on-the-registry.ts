import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { Scene } from '../scene.ts';

const beforeThePull = ['connect', 'lease', 'prepare', 'pull'] as const;
const untilPulled = [0, 0.3] as const;
/** How long a person looks at a pull that stands still. */
const patienceMs = 1_500;

/** Longer than a whole pull takes here, shorter than the pause after which the Engine tries again. */
const cutForMs = 1_000;

const mended = async ({ stage }: Scene) => {
  stage.registry.faults.setFault({ kind: 'none' });
  stage.registry.faults.cutAll();
};

export const registryRefuses: Fault = {
  name: 'registry refuses',
  isOfThePull: true,
  steps: beforeThePull,
  shares: untilPulled,
  losesLease: false,
  allows: () => 'none',
  async strike({ scene }) {
    scene.stage.registry.faults.setFault({ kind: 'refuse' });
    scene.stage.registry.faults.cutAll();
    return true;
  },
  lift: mended,
};

/** The pull has a limit of its own; nobody waits for that here. */
export const registryHangs: Fault = {
  name: 'registry hangs, job cancelled',
  isOfThePull: true,
  steps: beforeThePull,
  shares: untilPulled,
  losesLease: false,
  allows: () => 'none',
  async strike({ scene, cancelAction }) {
    scene.stage.registry.faults.setFault({ kind: 'hang' });
    scene.stage.registry.faults.cutAll();
    await delay(patienceMs);
    cancelAction();
    return true;
  },
  lift: mended,
};

export const pullCut: Fault = {
  name: 'pull cut half-way',
  isOfThePull: true,
  steps: beforeThePull,
  shares: untilPulled,
  needsLongPull: true,
  losesLease: false,
  allows: () => 'none',
  async strike({ scene, random }) {
    const afterBytes = 1_000 + Math.floor(random() * 1_000_000);
    const { faults } = scene.stage.registry;
    faults.setFault({ kind: 'cut', afterBytes });
    faults.cutAll();
    await delay(cutForMs);
    faults.setFault({ kind: 'none' });
    return true;
  },
  lift: mended,
};
