import { actionFiles } from './action-files.ts';
import type { Check } from './check.ts';
import { dist } from './dist.ts';
import { imports } from './imports.ts';
import { inputParity } from './input-parity.ts';
import { lint } from './lint.ts';
import { readmes } from './readmes.ts';
import { sharedInputs } from './shared-inputs.ts';
import { types } from './types.ts';
import { workflows } from './workflows.ts';

export const allChecks: readonly Check[] = [
  types,
  lint,
  imports,
  actionFiles,
  inputParity,
  sharedInputs,
  readmes,
  workflows,
  dist,
];
