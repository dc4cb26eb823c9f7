import '#dirname-shim';
import { run } from '#action-kit';
import { readInputs } from './inputs.ts';
import { outputNames } from './outputs.ts';

run(
  async (runner) => {
    const inputs = readInputs(runner.inputs);
    // The SSH library is loaded once the inputs are known to be good.
    const { deployToServer } = await import('./deploy-to-server.ts');
    await deployToServer(inputs, runner);
  },
  { outputs: outputNames },
);
