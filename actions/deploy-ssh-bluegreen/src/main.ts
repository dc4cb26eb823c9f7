import '#dirname-shim';
import { run } from '#action-kit';
import { readInputs } from './inputs.ts';
import { outputNames } from './outputs.ts';
import { beforeTouching } from './untouched.ts';

run(
  async (runner) => {
    const known = { app: runner.inputs.text('app'), host: runner.inputs.text('host') };
    const inputs = await beforeTouching(runner, known, () => readInputs(runner.inputs));
    // The SSH library is loaded once the inputs are known to be good.
    const { deployToServer } = await import('./deploy-to-server.ts');
    await deployToServer(inputs, runner);
  },
  { outputs: outputNames },
);
