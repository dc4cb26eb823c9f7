import type { Place } from './compose-errors.ts';
import { interpolated } from './compose-tree.ts';
import { textOf } from './located-value.ts';
import type { ComposeSource } from './source-files.ts';

/** The name that the project's own files give it; undefined where they leave that to the folder or the command line. */
export function projectName(source: Pick<ComposeSource, 'tree'>): { name: string; at: Place } | undefined {
  const { folder, documents } = source.tree;
  for (const { root, folder: own, lookup } of documents.toReversed()) {
    const entry = root.entries.get('name');
    const text = entry && textOf(entry.value);
    if (entry === undefined || text === undefined || own !== folder) continue;
    return { name: interpolated(text, entry.at, lookup), at: entry.at };
  }
  return undefined;
}
