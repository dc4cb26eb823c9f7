import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { BundleJob } from './bundle.ts';
import { withLazyBuiltins } from './lazy-builtins.ts';

interface NccResult {
  readonly code: string;
  readonly assets: Record<string, { readonly source: string | Buffer }>;
}
type Ncc = (entry: string, options: Record<string, unknown>) => Promise<NccResult>;

export interface BundledFiles {
  readonly files: readonly (readonly [string, Uint8Array])[];
  readonly error?: string;
}

// ncc's own message at start and webpack's deprecations are not about our code.
process.removeAllListeners('warning');

const require = createRequire(import.meta.url);
const ncc = require('@vercel/ncc') as Ncc;

async function bundle(job: BundleJob): Promise<BundledFiles> {
  try {
    // No cache: the same sources must give the same bytes whatever was built before.
    const result = await ncc(job.entry, { license: 'licenses.txt', cache: false, quiet: true });
    const files: [string, Uint8Array][] = [['index.js', Buffer.from(withLazyBuiltins(result.code))]];
    for (const [path, asset] of Object.entries(result.assets)) {
      // ssh2's helper for the Windows agent Pageant; no runner talks to one.
      if (path.endsWith('pagent.exe')) continue;
      const bytes = Buffer.from(asset.source as string);
      files.push([path, path.endsWith('.js') ? Buffer.from(withLazyBuiltins(bytes.toString())) : bytes]);
    }
    if (!files.some(([path]) => path === 'package.json')) {
      files.push(['package.json', Buffer.from('{"type":"module"}\n')]);
    }
    return { files };
  } catch (error) {
    return { files: [], error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (job: BundleJob) => {
  void bundle(job).then((answer) => parentPort?.postMessage(answer));
});
