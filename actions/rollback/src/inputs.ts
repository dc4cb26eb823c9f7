import type { InputReader } from '#action-kit';
import type { RollbackRequest } from '#release';
import { readApp, readRegistryAuth, readRolloutChanges, readTurn } from '#rollout-inputs';
import { readServerAccess, type ServerAccess } from '#server-access';

export interface Inputs {
  readonly access: ServerAccess;
  readonly rollback: Omit<RollbackRequest, 'origin'>;
  readonly list: boolean;
  readonly dryRun: boolean;
}

/**
 * Reads and checks every input, before any connection is opened.
 *
 * @throws InputError with one sentence for each thing that is wrong
 */
export function readInputs(reader: InputReader): Inputs {
  const inputs: Inputs = {
    access: readServerAccess(reader),
    rollback: {
      app: readApp(reader),
      to: reader.optionalText('to'),
      markBad: reader.boolean('mark-bad'),
      reason: reader.optionalText('reason'),
      registryAuth: readRegistryAuth(reader),
      ...readRolloutChanges(reader),
      ...readTurn(reader),
    },
    list: reader.boolean('list'),
    dryRun: reader.boolean('dry-run'),
  };
  if (inputs.list && inputs.rollback.to !== undefined) {
    reader.problem('list', 'and to are both given; list prints the releases and goes back to none');
  }
  reader.finish();
  return inputs;
}
