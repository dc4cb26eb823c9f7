import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Bundle, BundleJob } from './bundle.ts';
import type { BundledFiles } from './bundle-worker.ts';

/**
 * Runs ncc on every job, in as many threads as there are processors; a thread loads ncc once.
 * The process must stand in the project's root: ncc derives module numbers from paths relative to it.
 */
export async function bundleActions(jobs: readonly BundleJob[]): Promise<Map<string, Bundle>> {
  const queue = [...jobs];
  const bundles = new Map<string, Bundle>();
  const work = async () => {
    const worker = new Worker(new URL('./bundle-worker.ts', import.meta.url));
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        worker.postMessage(job);
        const [answer] = (await once(worker, 'message')) as [BundledFiles];
        if (answer.error !== undefined) throw new Error(`ncc could not bundle ${job.name}: ${answer.error}`);
        const files = answer.files.map(([path, bytes]) => [path, Buffer.from(bytes)] as const);
        bundles.set(job.name, new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  return bundles;
}
