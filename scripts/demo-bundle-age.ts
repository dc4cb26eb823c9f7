import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A clone writes its files in any order within this time. */
const cloneMs = 60_000;

/** A sentence when sources are newer than the bundles, which the demo then does not show. */
export async function bundleAge(root: string): Promise<string | undefined> {
  const bundle = await newest(root, 'dist/*/index.js');
  const source = await newest(root, '{actions,packages}/*/src/**/*.ts');
  if (bundle === 0 || source < bundle + cloneMs) return undefined;
  return 'Note: dist/ is older than the sources; "npm run build" brings it up to date.';
}

async function newest(root: string, pattern: string): Promise<number> {
  let newestMs = 0;
  for await (const path of glob(pattern, { cwd: root })) {
    newestMs = Math.max(newestMs, (await stat(join(root, path))).mtimeMs);
  }
  return newestMs;
}
