import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildBundles } from './bundle/build-bundles.ts';
import { projectRoot } from './project-root.ts';

const startedMs = performance.now();
const bundles = await buildBundles(projectRoot);
await rm(join(projectRoot, 'dist'), { recursive: true, force: true });
for (const [name, bundle] of bundles) {
  let size = 0;
  for (const [path, bytes] of bundle) {
    const target = join(projectRoot, 'dist', name, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    size += bytes.length;
  }
  console.log(`dist/${name}  ${bundle.size} files, ${Math.round(size / 1024)} KiB`);
}
console.log(`${bundles.size} actions in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
