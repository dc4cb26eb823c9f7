import type { Place } from './compose-errors.ts';
import { type LocatedEntry, type LocatedValue, textOf } from './located-value.ts';
import type { ComposeSource } from './source-files.ts';

/**
 * Where a key such as `['services', 'api', 'container_name']` stands in the user's files: in the last that sets it,
 * which may be one that the service extends. An item of a list is named by its number, or by its text before `=`, so
 * `['services', 'api', 'labels', 'traefik.enable']` is found in both of Compose's ways to write labels.
 */
export function lineOf(source: Pick<ComposeSource, 'tree'>, path: readonly string[]): Place | undefined {
  const [section, name, ...keys] = path;
  const isInService = section === 'services' && name !== undefined && keys.length > 0;
  const values = isInService
    ? (source.tree.services.get(name) ?? []).map(({ value }) => value)
    : source.tree.documents.map(({ root }) => root);
  for (const value of [...values].reverse()) {
    const { place, covers } = find(value, isInService ? keys : path);
    if (place !== undefined || covers) return place;
  }
  return undefined;
}

interface Finding {
  readonly place: Place | undefined;
  /** A tag on the way takes away what earlier files say. */
  readonly covers: boolean;
}

function find(value: LocatedValue, path: readonly string[]): Finding {
  let here = value;
  let place: Place | undefined;
  let covers = value.tag !== undefined;
  for (const key of path) {
    const next = here.kind === 'map' ? here.entries.get(key) : itemOf(here, key);
    if (next === undefined) return { place: undefined, covers };
    place = next.at;
    here = next.value;
    covers ||= here.tag !== undefined;
  }
  return { place: here.tag === 'reset' ? undefined : place, covers };
}

function itemOf(list: LocatedValue, key: string): LocatedEntry | undefined {
  if (list.kind !== 'list') return undefined;
  const numbered = /^\d+$/.test(key) ? list.items[Number(key)] : undefined;
  const item =
    numbered ??
    list.items.findLast((one) => {
      const text = textOf(one);
      return text !== undefined && (text === key || text.startsWith(`${key}=`));
    });
  return item === undefined ? undefined : { at: item.at, value: item };
}
