import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildBundles } from '../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { projectRoot } from '../../scripts/project-root.ts';

/** A main.ts that checks an input and loads ssh2 only behind it. */
export const toyMain = `import '#dirname-shim';
import * as core from '@actions/core';
if (core.getInput('host') === '') core.setFailed('The input host is empty.');
else {
  const { default: ssh2 } = await import('ssh2');
  console.log('Client is a', typeof ssh2.Client);
}
`;

/** A checkout of its own with our toolchain and one small action, to be built without touching the real one. */
export async function makeToyCheckout(main: string): Promise<{ root: string } & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'switchyard-toy-'));
  for (const path of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'packages/dirname-shim']) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(join(projectRoot, path), join(root, path), { recursive: true });
  }
  // Not a link: ncc numbers modules by their real path, and a bundle of what lies outside is refused.
  for (const name of bundledPackages) await copyPackage(root, name);
  for (const name of ['@types', 'typescript']) {
    await symlink(join(projectRoot, 'node_modules', name), join(root, 'node_modules', name));
  }
  await cp(join(projectRoot, 'packages/oidc-http-client'), join(root, 'packages/oidc-http-client'), {
    recursive: true,
  });
  await symlink('../../packages/oidc-http-client', join(root, 'node_modules/@actions/http-client'));
  await mkdir(join(root, 'actions/toy/src'), { recursive: true });
  await writeFile(join(root, 'actions/toy/src/main.ts'), main);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

const bundledPackages = [
  '@actions/core',
  '@actions/exec',
  '@actions/io',
  'asn1',
  'bcrypt-pbkdf',
  'buildcheck',
  'cpu-features',
  'safer-buffer',
  'ssh2',
  'tweetnacl',
];

async function copyPackage(root: string, name: string): Promise<void> {
  const target = join(root, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(projectRoot, 'node_modules', name), target, { recursive: true });
}

/** The toy's bundle. */
export async function buildToy(main: string): Promise<Bundle> {
  await using checkout = await makeToyCheckout(main);
  const bundle = (await buildBundles(checkout.root)).get('toy');
  if (bundle === undefined) throw new Error('The build gave no bundle for the toy.');
  return bundle;
}

/** Writes a bundle where no node_modules is found above it; the path of its index.js. */
export async function placeBundle(folder: string, bundle: Bundle): Promise<string> {
  for (const [path, bytes] of bundle) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return join(folder, 'index.js');
}
