import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type ActionFile, readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';

const brandingColors = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const actionFiles: Check = {
  name: 'action-files',
  promise: 'every action.yml is complete and starts a file that exists',
  async find(root) {
    const problems: string[] = [];
    for (const file of await readActionFiles(root)) {
      for (const problem of [...judgeTexts(file), ...judgeRuns(root, file)]) {
        problems.push(`${file.path}: ${problem}`);
      }
    }
    return problems;
  },
};

function judgeTexts({ manifest }: ActionFile): string[] {
  const problems: string[] = [];
  if (!manifest.name) problems.push('has no name.');
  if (!manifest.description) problems.push('has no description.');
  const { icon, color } = manifest.branding ?? {};
  if (!icon || !kebabCase.test(icon)) problems.push('has no branding icon.');
  if (!color || !brandingColors.includes(color)) {
    problems.push(`its branding color must be one of ${brandingColors.join(', ')}.`);
  }
  for (const kind of ['inputs', 'outputs'] as const) {
    for (const [name, entry] of Object.entries(manifest[kind] ?? {})) {
      const what = `${kind.slice(0, -1)} ${name}`;
      if (!kebabCase.test(name)) problems.push(`the ${what} is not written in kebab-case.`);
      if (!entry?.description?.trim()) problems.push(`the ${what} has no description.`);
    }
  }
  for (const [name, input] of Object.entries(manifest.inputs ?? {})) {
    if (input?.required === true && input.default !== undefined) {
      problems.push(`the input ${name} is required and has a default; it can be only one.`);
    }
  }
  return problems;
}

function judgeRuns(root: string, { name, folder, manifest }: ActionFile): string[] {
  const { using, main, pre, post } = manifest.runs ?? {};
  if (using === 'composite') return [];
  if (using !== 'node24') return [`says "using: ${using ?? ''}"; it must be node24 or composite.`];
  const problems: string[] = [];
  const expected = `../../dist/${name}/index.js`;
  if (main !== expected) problems.push(`says "main: ${main ?? ''}"; it must be ${expected}.`);
  for (const [key, entry] of Object.entries({ main, pre, post })) {
    if (entry === undefined || existsSync(join(root, posix.join(folder, entry)))) continue;
    problems.push(`its ${key}, ${entry}, does not exist.`);
  }
  return problems;
}
