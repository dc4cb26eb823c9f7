import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allChecks } from '../../scripts/checks/all-checks.ts';
import { dist } from '../../scripts/checks/dist.ts';
import { lint } from '../../scripts/checks/lint.ts';
import { types } from '../../scripts/checks/types.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { makeTree } from './fixture-tree.ts';

async function makeCheckout(source: string) {
  const tree = await makeTree({
    'packages/x/src/index.ts': source,
    'package.json': '{\n  "type": "module"\n}\n',
  });
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'biome.json', '.gitignore']) {
    await cp(join(projectRoot, name), join(tree.root, name));
  }
  await mkdir(join(tree.root, 'actions'));
  await symlink(join(projectRoot, 'node_modules'), join(tree.root, 'node_modules'));
  return tree;
}

test('types and lint accept sound code', async () => {
  await using checkout = await makeCheckout('export const answer: number = 42;\n');
  expect(await types.find(checkout.root)).toEqual([]);
  expect(await lint.find(checkout.root)).toEqual([]);
});

test('types finds an error, with file and line', async () => {
  await using checkout = await makeCheckout("export const answer: number = 'x';\n");
  expect((await types.find(checkout.root)).join('\n')).toMatch(
    /packages\/x\/src\/index\.ts\(1,14\): error TS2322/,
  );
});

test('lint finds bad format', async () => {
  await using checkout = await makeCheckout('export const answer = "42"\n');
  expect((await lint.find(checkout.root)).join('\n')).toContain('packages/x/src/index.ts');
});

test('dist finds a file that no build makes', async () => {
  await using tree = await makeTree({ 'dist/ping/index.js': '' });
  expect(await dist.find(tree.root)).toEqual([
    'dist/ping/index.js: no build makes this file. Run npm run build and commit dist/.',
  ]);
});

test('dist finds what is hidden, and links', async () => {
  await using tree = await makeTree({
    'dist/.hidden/index.js': '',
    'dist/ping/.cache/deep/x.js': '',
    'dist/ping/.env': '',
  });
  await symlink('/nowhere', join(tree.root, 'dist', 'link.js'));
  const files = ['.hidden/index.js', 'link.js', 'ping/.cache/deep/x.js', 'ping/.env'];
  expect(await dist.find(tree.root)).toEqual(
    files.map((file) => `dist/${file}: no build makes this file. Run npm run build and commit dist/.`),
  );
});

test('every check has a name of its own and says what it promises', () => {
  expect(new Set(allChecks.map(({ name }) => name)).size).toBe(allChecks.length);
  expect(allChecks.filter(({ promise }) => promise === '')).toEqual([]);
});
