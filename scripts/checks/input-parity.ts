import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputReader } from '#action-kit';
import { readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';
import { readTokens, type Token } from './source-tokens.ts';

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
        problems.push(...(await judgeOtherReads(root, folder, path, Object.keys(declared.inputs))));
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

/** What an action reads past `readInputs`: main.ts names the app and the host before it has checked the inputs. */
async function judgeOtherReads(
  root: string,
  folder: string,
  manifestPath: string,
  declared: readonly string[],
): Promise<string[]> {
  const problems: string[] = [];
  for await (const found of glob(`${folder}/src/**/*.ts`, { cwd: root })) {
    const path = found.replaceAll('\\', '/');
    for (const name of namesReadDirectly(readTokens(await readFile(join(root, found), 'utf8')))) {
      if (name === undefined) problems.push(`${path}: reads an input by a name that is not written there.`);
      else if (!declared.includes(name)) {
        problems.push(`${path}: the input ${name} is not declared in ${manifestPath}.`);
      }
    }
  }
  return problems.sort();
}

const readingMethods = Object.getOwnPropertyNames(InputReader.prototype).filter(
  (name) => !['constructor', 'namesRead', 'problems', 'remarks', 'finish'].includes(name),
);

/** The names in `inputs.text('name')` and the like; undefined for one that is computed. */
function namesReadDirectly(tokens: readonly Token[]): (string | undefined)[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word' || token.text !== 'inputs') return [];
    const [sign, method, ...rest] = tokens.slice(at + 1, at + 6);
    if (!['.', '?.', '['].includes(sign?.text ?? '') || !readingMethods.includes(method?.text ?? ''))
      return [];
    const [open, name] = sign?.text === '[' ? rest.slice(1) : rest;
    if (open?.text !== '(') return [];
    return [name?.kind === 'string' ? name.text : undefined];
  });
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
