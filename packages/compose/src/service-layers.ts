import type { Place } from './compose-errors.ts';
import type { Lookup } from './interpolation.ts';
import { isNothing, type LocatedMap, type LocatedValue } from './located-value.ts';

/** What one file says of a service; those that it extends are layers below it. */
export interface ServiceLayer {
  readonly value: LocatedMap;
  /** Relative paths start here: a folder of the checkout. */
  readonly folder: string;
  readonly lookup: Lookup;
}

export interface LayeredValue {
  readonly at: Place;
  readonly value: LocatedValue;
  readonly layer: ServiceLayer;
}

/** The services by name, each with its layers from the lowest to the one that wins. */
export type ServiceLayers = ReadonlyMap<string, readonly ServiceLayer[]>;

/**
 * What all layers say under a key, the one that wins first. Layers below a `!reset` or an `!override` say nothing any
 * more.
 */
export function valuesUnder(layers: readonly ServiceLayer[], key: string): LayeredValue[] {
  const values: LayeredValue[] = [];
  for (const layer of [...layers].reverse()) {
    const entry = layer.value.entries.get(key);
    if (entry !== undefined) {
      if (entry.value.tag === 'reset') break;
      if (!isNothing(entry.value)) values.push({ at: entry.at, value: entry.value, layer });
      if (entry.value.tag === 'override') break;
    }
    if (layer.value.tag !== undefined) break;
  }
  return values;
}
