import { glob, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join, posix } from 'node:path';
import type { Check } from './check.ts';
import { readsRunnerVariables } from './runner-variables.ts';
import { type Import, readHiddenLoads, readImports } from './source-imports.ts';
import { readTokens } from './source-tokens.ts';

/** Which package may import which; every package may import explained-error and clipped-text. docs: DESIGN, "Imports point one way". */
export const allowedPackageImports: Readonly<Record<string, readonly string[]>> = {
  'action-kit': [],
  'clipped-text': [],
  compose: ['action-kit', 'engine', 'switch'],
  'dirname-shim': [],
  engine: [],
  'explained-error': [],
  probe: [],
  release: ['switch', 'engine', 'probe', 'ssh'],
  'release-report': ['action-kit', 'release'],
  'rollout-inputs': ['action-kit', 'probe', 'release'],
  'server-access': ['action-kit', 'engine', 'ssh'],
  ssh: [],
  stack: ['compose', 'engine', 'probe', 'release', 'ssh', 'switch'],
  'stack-inputs': ['action-kit', 'compose', 'engine', 'rollout-inputs', 'stack'],
  switch: [],
};

/** The one package that knows the runner, and so the one that may use GitHub's toolkit and read its variables. */
const seam = 'action-kit';
/** Plain JavaScript in the place of an npm package; nothing imports it by path. */
const standIns = ['oidc-http-client'];
const moduleWithEffects = '#dirname-shim';
const importedByAll = ['explained-error', 'clipped-text'];

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

export const imports: Check = {
  name: 'imports',
  promise: 'imports point one way: actions, packages, npm',
  async find(root) {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
    const problems: string[] = [];
    const edges = new Map<string, Set<string>>();
    for await (const path of glob('{actions,packages}/*/src/**/*.ts', { cwd: root })) {
      const file = path.replaceAll('\\', '/');
      const tokens = readTokens(await readFile(join(root, path), 'utf8'));
      const [kind = '', owner = ''] = file.split('/');
      for (const found of readImports(tokens)) {
        const problem = judgeImport({ file, kind, owner, found, manifest });
        if (problem !== undefined) problems.push(`${file}: ${problem}`);
        const target = /^#([^/]+)/.exec(found.specifier)?.[1];
        if (kind === 'packages' && target !== undefined) {
          edges.set(owner, (edges.get(owner) ?? new Set()).add(target));
        }
      }
      for (const way of readHiddenLoads(tokens)) {
        problems.push(`${file}: uses ${way}, by which a module could be loaded that nothing checks.`);
      }
      if (`${kind}/${owner}` !== `packages/${seam}` && readsRunnerVariables(tokens)) {
        problems.push(`${file}: reads a variable of the runner; only packages/${seam} does.`);
      }
    }
    const cycle = findCycle(new Map([...edges].sort()));
    if (cycle !== undefined) problems.push(`packages: a cycle, ${cycle.join(' → ')}.`);
    return problems.sort();
  },
};

function judgeImport(where: {
  file: string;
  kind: string;
  owner: string;
  found: Import;
  manifest: Manifest;
}): string | undefined {
  const { file, kind, owner, found, manifest } = where;
  const { specifier, typeOnly, forEffect } = found;
  if (forEffect && specifier !== moduleWithEffects) {
    return `imports ${specifier} for its effect, which "sideEffects" in package.json lets the bundler drop.`;
  }
  if (specifier.startsWith('.')) {
    const target = posix.join(dirname(file), specifier);
    if (!target.startsWith(`${kind}/${owner}/src/`)) {
      return `imports ${specifier}, which lies outside ${kind}/${owner}/src.`;
    }
    return /\.test\.ts$/.test(target) ? `imports the test ${specifier}.` : undefined;
  }
  if (specifier.startsWith('#')) return judgePackageImport(kind, owner, specifier);
  if (specifier.startsWith('node:')) return undefined;
  if (builtinModules.includes(specifier)) return `imports ${specifier} without "node:".`;
  const name = npmName(specifier);
  if (name.startsWith('@actions/') && !(kind === 'packages' && owner === seam)) {
    return `imports ${specifier}; only packages/${seam} may import @actions/*.`;
  }
  if (manifest.dependencies?.[name] !== undefined) return undefined;
  if (typeOnly && manifest.devDependencies?.[name] !== undefined) return undefined;
  return `imports ${specifier}, which is not among the dependencies of package.json.`;
}

function judgePackageImport(kind: string, owner: string, specifier: string): string | undefined {
  const target = specifier.slice(1);
  if (target.includes('/')) return `imports ${specifier}; a package is imported by its name alone.`;
  if (standIns.includes(target)) return `imports ${specifier}, which only stands in for an npm package.`;
  if (!(target in allowedPackageImports)) {
    return `imports ${specifier}, which scripts/checks/imports.ts does not know.`;
  }
  if (kind === 'actions' || importedByAll.includes(target)) return undefined;
  const allowed = allowedPackageImports[owner];
  if (allowed === undefined) return `packages/${owner} is not in the table of scripts/checks/imports.ts.`;
  return allowed.includes(target) ? undefined : `packages/${owner} may not import ${specifier}.`;
}

function npmName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** One cycle of the graph, first name repeated at the end. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(node);
    if (at >= 0) return [...path.slice(at), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
