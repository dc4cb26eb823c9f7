import { isDeepStrictEqual } from 'node:util';
import { type ManifestInput, readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';

const comparedFields = ['description', 'required', 'default'] as const;

export const sharedInputs: Check = {
  name: 'shared-inputs',
  promise: 'an input of one name means the same in every action',
  async find(root) {
    const first = new Map<string, { path: string; input: ManifestInput }>();
    const problems: string[] = [];
    for (const { path, manifest } of await readActionFiles(root)) {
      for (const [name, found] of Object.entries(manifest.inputs ?? {})) {
        const input = found ?? {};
        const known = first.get(name);
        if (known === undefined) {
          first.set(name, { path, input });
          continue;
        }
        for (const field of comparedFields) {
          if (isDeepStrictEqual(known.input[field] ?? '', input[field] ?? '')) continue;
          problems.push(`${path}: the ${field} of input ${name} differs from the one in ${known.path}.`);
        }
      }
    }
    return problems;
  },
};
