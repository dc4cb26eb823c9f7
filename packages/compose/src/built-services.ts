import { valuesUnder } from './service-layers.ts';
import type { ComposeSource } from './source-files.ts';

/** The services that have something to build, by any of the files and by what they extend; by name, sorted. */
export function builtServices(source: Pick<ComposeSource, 'tree'>): string[] {
  return [...source.tree.services]
    .filter(([, layers]) => valuesUnder(layers, 'build').length > 0)
    .map(([name]) => name)
    .sort();
}
