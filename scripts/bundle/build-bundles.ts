import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runTool } from '../run-tool.ts';
import { withBuildLock } from './build-lock.ts';
import type { Bundle } from './bundle.ts';
import { bundleActions } from './bundle-actions.ts';
import { findBundleFaults } from './bundle-faults.ts';

/** The names of the actions that have TypeScript of their own; composites have none. */
export async function bundledActionNames(root: string): Promise<string[]> {
  const folder = join(root, 'actions');
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => existsSync(join(folder, name, 'src', 'main.ts'))).sort();
}

/**
 * Compiles the sources and bundles every action in memory; writes nothing but build/.
 * @throws Error naming each type error or each fault of a bundle.
 */
export async function buildBundles(root: string): Promise<Map<string, Bundle>> {
  const names = await bundledActionNames(root);
  if (names.length === 0) return new Map();
  return withBuildLock(join(root, 'node_modules', '.cache', 'switchyard-build.lock'), async () => {
    await compile(root);
    const standing = process.cwd();
    process.chdir(root);
    try {
      const bundles = await bundleActions(
        names.map((name) => ({ name, entry: join(root, 'build', 'actions', name, 'src', 'main.js') })),
      );
      await refuseFaults(root, bundles);
      return bundles;
    } finally {
      process.chdir(standing);
    }
  });
}

async function compile(root: string): Promise<void> {
  await rm(join(root, 'build'), { recursive: true, force: true });
  const { code, output } = await runTool(typescriptCompiler(root), ['-p', 'tsconfig.build.json'], root);
  if (code !== 0) throw new Error(`The sources do not compile:\n${output}`);
}

/** The path of tsc, which TypeScript's package names in its `bin`. */
export function typescriptCompiler(root: string): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
  return join(dirname(manifest), 'bin', 'tsc');
}

async function refuseFaults(root: string, bundles: ReadonlyMap<string, Bundle>): Promise<void> {
  const faults: string[] = [];
  for (const [name, bundle] of bundles) {
    const entrySource = await readFile(join(root, 'actions', name, 'src', 'main.ts'), 'utf8');
    faults.push(...findBundleFaults(name, bundle, { root, entrySource }));
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
