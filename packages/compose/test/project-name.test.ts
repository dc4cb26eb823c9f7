import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectName } from '../src/project-name.ts';
import { readComposeSource } from '../src/source-files.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'switchyard-name-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

async function nameIn(...files: string[]) {
  const names = files.map((_, index) => `compose${index}.yaml`);
  await Promise.all(names.map((name, index) => writeFile(join(workspace, name), files[index] ?? '')));
  const variables = new Map([['STAGE', 'test']]);
  return projectName(await readComposeSource({ workspace, composeFiles: names, envFiles: [], variables }));
}

it.each([
  ['no name', ['services: {}\n'], undefined],
  ['the only name', ['name: shop\nservices: {}\n'], { name: 'shop', at: { file: 'compose0.yaml', line: 1 } }],
  [
    'the last of several, with its variables',
    ['name: shop\nservices: {}\n', 'services: {}\nname: shop-$STAGE\n'],
    { name: 'shop-test', at: { file: 'compose1.yaml', line: 2 } },
  ],
])('reads %s', async (_, files, expected) => {
  expect(await nameIn(...files)).toEqual(expected);
});
