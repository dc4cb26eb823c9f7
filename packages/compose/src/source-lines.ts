import type { Place } from './compose-errors.ts';
import { isNothing, type LocatedValue, textOf } from './located-value.ts';
import type { ComposeSource } from './source-files.ts';

/**
 * Where a key such as `['services', 'api', 'container_name']` stands in the user's files: in the last that sets it,
 * which may be one that the service extends. An item of a list is named by its number, or by its text before `=`, so
 * `['services', 'api', 'labels', 'traefik.enable']` is found in both of Compose's ways to write labels.
 */
export function lineOf(source: Pick<ComposeSource, 'tree'>, path: readonly string[]): Place | undefined {
  const [section, name, ...keys] = path;
  if (section === 'services' && name !== undefined && keys.length > 0) {
    for (const { value } of [...(source.tree.services.get(name) ?? [])].reverse()) {
      const place = find(value, keys);
      if (place !== undefined) return place;
      if (value.tag !== undefined) return undefined;
    }
    return undefined;
  }
  for (const { root } of [...source.tree.documents].reverse()) {
    const place = find(root, path);
    if (place !== undefined) return place;
  }
  return undefined;
}

function find(value: LocatedValue, path: readonly string[]): Place | undefined {
  let here = value;
  let place: Place | undefined;
  for (const key of path) {
    if (here.kind === 'map') {
      const entry = here.entries.get(key);
      if (entry === undefined) return undefined;
      place = entry.at;
      here = entry.value;
    } else if (here.kind === 'list') {
      const item =
        (/^\d+$/.test(key) ? here.items[Number(key)] : undefined) ?? here.items.findLast(isNamed(key));
      if (item === undefined) return undefined;
      place = item.at;
      here = item;
    } else return undefined;
  }
  return isNothing(here) && here.tag !== undefined ? undefined : place;
}

function isNamed(key: string): (item: LocatedValue) => boolean {
  return (item) => {
    const text = textOf(item);
    return text !== undefined && (text === key || text.startsWith(`${key}=`));
  };
}
