import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { buildBundles } from '../bundle/build-bundles.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Check } from './check.ts';

const remedy = 'Run npm run build and commit dist/.';

export const dist: Check = {
  name: 'dist',
  promise: 'dist/ is what the sources give, byte for byte',
  async find(root) {
    let bundles: ReadonlyMap<string, Bundle>;
    try {
      bundles = await buildBundles(root);
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).split('\n');
    }
    return compareDist(bundles, await readDist(root));
  },
};

/** Every difference between fresh bundles and the files of dist/, by their path below dist/. */
export function compareDist(
  bundles: ReadonlyMap<string, Bundle>,
  committed: ReadonlyMap<string, Buffer>,
): string[] {
  const fresh = new Map<string, Buffer>();
  for (const [name, bundle] of bundles) {
    for (const [path, bytes] of bundle) fresh.set(`${name}/${path}`, bytes);
  }
  const problems: string[] = [];
  for (const [path, bytes] of fresh) {
    const found = committed.get(path);
    if (found === undefined) problems.push(`dist/${path}: is missing. ${remedy}`);
    else if (!found.equals(bytes)) problems.push(`dist/${path}: differs from a fresh build. ${remedy}`);
  }
  for (const path of committed.keys()) {
    if (!fresh.has(path)) problems.push(`dist/${path}: no build makes this file. ${remedy}`);
  }
  return problems.sort();
}

async function readDist(root: string): Promise<Map<string, Buffer>> {
  const folder = join(root, 'dist');
  const files = new Map<string, Buffer>();
  // Not by a pattern: those leave out names that start with a dot, and all that lies in such a folder.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((found) => !found.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = entry.isSymbolicLink() ? Buffer.from(await readlink(path)) : await readFile(path);
    files.set(relative(folder, path).replaceAll('\\', '/'), bytes);
  }
  return files;
}
