import type { Bundle } from './bundle.ts';
import { hasEagerBuiltins } from './lazy-builtins.ts';

/** ssh2 tries these two at load time and goes on in JavaScript without them. */
const toleratedRequires = ['../build/Release/cpufeatures.node', './crypto/build/Release/sshcrypto.node'];

export interface BundleOrigin {
  /** The folder the build ran in. */
  readonly root: string;
  /** The source of the entry, to see what it imports first. */
  readonly entrySource: string;
}

/** What makes a bundle fail on a runner although ncc called it a success; empty when it is sound. */
export function findBundleFaults(name: string, bundle: Bundle, origin: BundleOrigin): string[] {
  const faults: string[] = [];
  const fault = (file: string, what: string) => faults.push(`dist/${name}/${file}: ${what}`);
  if (!bundle.has('index.js')) fault('index.js', 'is missing.');
  if (!bundle.has('licenses.txt')) fault('licenses.txt', 'is missing.');
  if (bundle.get('package.json')?.toString('utf8').includes('"module"') !== true) {
    fault('package.json', 'does not say {"type":"module"}, so Node would read the bundle as CommonJS.');
  }

  let usesDirname = false;
  for (const [file, bytes] of bundle) {
    if (/\.(node|exe|dll|so|dylib)$/.test(file)) fault(file, 'is a native program; a bundle holds none.');
    const text = bytes.toString('utf8');
    for (const left of pathsOfThisMachine(text, origin.root)) fault(file, `contains the build path ${left}.`);
    if (!file.endsWith('.js')) continue;
    if (hasEagerBuiltins(text))
      fault(file, "loads Node's modules in a way that lazy-builtins.ts does not know.");
    const outside = /MODULE: (\.\.\/\S+)/.exec(text)?.[1];
    if (outside !== undefined) fault(file, `holds ${outside}, which lies outside the checkout.`);
    for (const request of unresolvedRequires(text)) {
      fault(file, `has an import that was not found: ${request}. ncc keeps it as a require that throws.`);
    }
    if (/(?<![.\w])__dirname\b/.test(withoutShim(text))) usesDirname = true;
  }
  if (usesDirname && firstImport(origin.entrySource) !== '#dirname-shim') {
    fault('index.js', "reads __dirname, so the first import of src/main.ts must be '#dirname-shim'.");
  }
  if (bundle.get('index.js')?.includes('node_modules/undici/')) {
    fault('index.js', 'loads undici at start (45 ms); import what needs it with await import().');
  }
  return faults;
}

function unresolvedRequires(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/eval\(\s*["']require["']\s*\)\(\s*["']([^"']*)["']/g)) {
    const request = match[1] ?? '';
    if (!toleratedRequires.includes(request)) found.push(request);
  }
  return found;
}

function pathsOfThisMachine(text: string, root: string): string[] {
  // A root such as "/" or "/w" says nothing; ncc itself writes only relative paths.
  return root.length > 3 && text.includes(root) ? [root] : [];
}

/** The shim's own assignment and prose are no use of __dirname. */
function withoutShim(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, '').replace(/scope\.__dirname/g, '');
}

function firstImport(source: string): string | undefined {
  return /^\s*import\s+(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/m.exec(source)?.[1];
}
