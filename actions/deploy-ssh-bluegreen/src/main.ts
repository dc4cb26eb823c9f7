import '#dirname-shim';
import { run } from '#action-kit';
import { beforeTouching } from '#release-report';
import { readInputs } from './inputs.ts';
import { actionName, outputNames } from './outputs.ts';

run(
  async (runner) => {
    const place = { action: actionName, app: runner.inputs.text('app'), host: runner.inputs.text('host') };
    const inputs = await beforeTouching(runner, place, () => readInputs(runner.inputs));
    // The SSH library is loaded once the inputs are known to be good.
    const { wanted } = inputs;
    if (wanted.kind === 'stack') {
      const { deployStackToServer } = await import('./deploy-stack-to-server.ts');
      await deployStackToServer(inputs, wanted, runner);
    } else {
      const { deployToServer } = await import('./deploy-to-server.ts');
      await deployToServer(inputs, wanted, runner);
    }
  },
  { outputs: outputNames },
);
