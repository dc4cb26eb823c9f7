import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputReader } from '#action-kit';
import { readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';

interface InputsModule {
  readonly readInputs?: (reader: InputReader) => unknown;
}

interface OutputsModule {
  readonly outputNames?: readonly string[];
}

export const inputParity: Check = {
  name: 'input-parity',
  promise: 'action.yml and the code name the same inputs and outputs',
  async find(root) {
    const problems: string[] = [];
    for (const { folder, path, manifest } of await readActionFiles(root)) {
      if (!existsSync(join(root, folder, 'src', 'main.ts'))) continue;
      const declared = { inputs: manifest.inputs ?? {}, outputs: manifest.outputs ?? {} };
      const inputsPath = `${folder}/src/inputs.ts`;
      const outputsPath = `${folder}/src/outputs.ts`;
      const compare = (file: string, kind: 'inputs' | 'outputs', names: readonly string[]) =>
        problems.push(...compareNames(path, Object.keys(declared[kind]), file, names, kind.slice(0, -1)));
      try {
        compare(inputsPath, 'inputs', await namesReadBy(root, inputsPath));
        compare(outputsPath, 'outputs', await outputNamesOf(root, outputsPath));
      } catch (error) {
        problems.push(`${folder}: ${(error as Error).message}`);
      }
    }
    return problems;
  },
};

/** The names that only one of the two sides has. */
export function compareNames(
  manifestPath: string,
  declared: readonly string[],
  sourcePath: string,
  used: readonly string[],
  kind: string,
): string[] {
  return [
    ...declared
      .filter((name) => !used.includes(name))
      .map((name) => `${manifestPath}: the ${kind} ${name} does not occur in ${sourcePath}.`),
    ...used
      .filter((name) => !declared.includes(name))
      .map((name) => `${sourcePath}: the ${kind} ${name} is not declared in ${manifestPath}.`),
  ];
}

async function namesReadBy(root: string, path: string): Promise<readonly string[]> {
  const { readInputs } = await load<InputsModule>(root, path);
  if (readInputs === undefined) throw new Error(`${path} does not export readInputs(reader).`);
  const reader = new InputReader({});
  try {
    readInputs(reader);
  } catch (error) {
    // finish() throws once every name has been read; anything earlier shows up as names that were not read.
    if ((error as Error).name !== 'InputError') throw error;
  }
  return reader.namesRead;
}

async function outputNamesOf(root: string, path: string): Promise<readonly string[]> {
  const { outputNames } = await load<OutputsModule>(root, path);
  if (outputNames === undefined) throw new Error(`${path} does not export outputNames.`);
  return outputNames;
}

async function load<T>(root: string, path: string): Promise<T> {
  if (!existsSync(join(root, path))) throw new Error(`${path} is missing.`);
  return (await import(/* @vite-ignore */ pathToFileURL(join(root, path)).href)) as T;
}
