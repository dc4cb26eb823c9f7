import { type ManifestInput, readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';

const comparedFields = ['description', 'required', 'default'] as const;

/**
 * An action whose subject already has a value for an input takes that one when the input is empty: it has no default,
 * and its description ends by saying what empty means. Everything else is the same in every action.
 */
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
          if (isSame(field, known.input, input)) continue;
          problems.push(`${path}: the ${field} of input ${name} differs from the one in ${known.path}.`);
        }
      }
    }
    return problems;
  },
};

const emptyMeans = /\s*\bEmpty means\b.*$/s;

function isSame(field: (typeof comparedFields)[number], one: ManifestInput, other: ManifestInput): boolean {
  if (field === 'required') return (one.required ?? false) === (other.required ?? false);
  if (field === 'default') return one.default === other.default || saysWhatEmptyMeans(one, other);
  const [text, otherText] = [one, other].map(({ description = '' }) => description.trim());
  return (
    text === otherText || (saysWhatEmptyMeans(one, other) && withoutEmpty(text) === withoutEmpty(otherText))
  );
}

/** Whether one of two has no default and says instead what an empty input stands for. */
function saysWhatEmptyMeans(...inputs: readonly ManifestInput[]): boolean {
  return inputs.some(
    ({ default: value, description = '' }) => value === undefined && emptyMeans.test(description),
  );
}

function withoutEmpty(text = ''): string {
  return text.replace(emptyMeans, '');
}
