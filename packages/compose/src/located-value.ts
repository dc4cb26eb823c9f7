import { type Place, refusal, shown } from './compose-errors.ts';

/** A value of a YAML file with its place; anchors and merge keys are resolved, so one may be met at several paths. */
export type LocatedValue = LocatedMap | LocatedList | LocatedScalar;

interface Located {
  readonly at: Place;
  /** Compose's own: the value takes the place of, or only clears, what earlier files say. */
  readonly tag: 'reset' | 'override' | undefined;
}

export interface LocatedMap extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  /** The line of the key. */
  readonly at: Place;
  readonly value: LocatedValue;
}

export interface LocatedList extends Located {
  readonly kind: 'list';
  readonly items: readonly LocatedValue[];
}

export interface LocatedScalar extends Located {
  readonly kind: 'scalar';
  /** As text, also of numbers and booleans. */
  readonly value: string | null;
}

/** A text that Compose would take as one, numbers and booleans included; undefined for anything else. */
export function textOf(value: LocatedValue | undefined): string | undefined {
  return value?.kind === 'scalar' ? (value.value ?? undefined) : undefined;
}

export function isNothing(value: LocatedValue): boolean {
  return value.kind === 'scalar' && value.value === null;
}

/** The entry of a map; undefined in anything else. */
export function entryOf(value: LocatedValue | undefined, key: string): LocatedEntry | undefined {
  return value?.kind === 'map' ? value.entries.get(key) : undefined;
}

/** A map's entries, none where there is nothing; what is something else is refused. */
export function entriesOf(value: LocatedValue | undefined, name: string): Iterable<[string, LocatedEntry]> {
  if (value === undefined || isNothing(value)) return [];
  if (value.kind === 'map') return value.entries;
  throw refusal(value.at, `has no mapping as ${shown(name)}; write names and values, one a line`);
}

/** The items of a list, or the one value that stands in the place of a list. */
export function itemsOf(value: LocatedValue | undefined): readonly LocatedValue[] {
  if (value === undefined || isNothing(value)) return [];
  return value.kind === 'list' ? value.items : [value];
}
