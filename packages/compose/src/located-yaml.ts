import type * as Yaml from 'yaml';
import { ComposeSourceError, type Place, refusal, shown } from './compose-errors.ts';
import type { LocatedEntry, LocatedMap, LocatedValue } from './located-value.ts';

/** As many values as a large stack could have with all of its aliases written out; an alias bomb has billions. */
const mostAliased = 500_000;
const mostAliases = 20_000;

/**
 * Reads a file's YAML documents as Compose does: YAML 1.2 and so JSON, with merge keys, `!reset` and `!override`.
 * Empty documents are left out.
 *
 * The library's own conversion is not used: it knows no lines, and its limit on aliases does not hold for merge keys.
 *
 * @throws ComposeSourceError for what is no YAML, names a key twice, or grows without bounds
 */
export async function readYaml(text: string, file: string): Promise<LocatedValue[]> {
  // Only releases of Compose stacks need it, and it takes time to load.
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  try {
    const documents = yaml.parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      // The library compares every key with every other; the conversion looks for them at no cost.
      uniqueKeys: false,
      keepSourceTokens: false,
    });
    const values: LocatedValue[] = [];
    for (const document of documents) {
      const error = document.errors[0];
      if (error !== undefined) {
        const at = { file, line: lines.linePos(error.pos[0]).line };
        if (error.message.includes('call stack')) throw refusal(at, 'is nested too deeply; write it flatter');
        throw refusal(at, `is not YAML: ${sentencePart(error.message)}; correct it`, { cause: error });
      }
      const convert = new Conversion(yaml, file, (offset) => lines.linePos(offset).line);
      if (document.contents !== null) values.push(convert.value(document.contents));
    }
    return values;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ComposeSourceError(`${shown(file)} is nested too deeply; write it flatter.`, { cause });
  }
}

class Conversion {
  readonly #yaml: typeof Yaml;
  readonly #file: string;
  readonly #lineAt: (offset: number) => number;
  /** The nodes by anchor as they are met: an alias means the latest of its name. */
  readonly #anchors = new Map<string, Yaml.Node>();
  readonly #done = new Map<Yaml.Node, { readonly value: LocatedValue; readonly size: number }>();
  #aliases = 0;
  #aliased = 0;

  constructor(yaml: typeof Yaml, file: string, lineAt: (offset: number) => number) {
    this.#yaml = yaml;
    this.#file = file;
    this.#lineAt = lineAt;
  }

  value(node: Yaml.Node): LocatedValue {
    return this.#convert(node).value;
  }

  /** Each node once: however often aliases lead to it, its value is shared; only its size is counted every time. */
  #convert(node: Yaml.Node): { value: LocatedValue; size: number } {
    if (this.#yaml.isAlias(node)) return this.#resolve(node);
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node);
    const converted = this.#convertNode(node);
    this.#done.set(node, converted);
    return converted;
  }

  #resolve(alias: Yaml.Alias): { value: LocatedValue; size: number } {
    const at = this.#place(alias);
    this.#aliases += 1;
    if (this.#aliases > mostAliases) throw refusal(at, 'has more than 20,000 aliases (*name); use fewer');
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) {
      throw refusal(at, `uses *${shown(alias.source)}, which no &${shown(alias.source)} before it defines`);
    }
    const converted = this.#done.get(anchored);
    if (converted === undefined) {
      throw refusal(at, `uses *${shown(alias.source)} inside of &${shown(alias.source)} itself; take it out`);
    }
    this.#aliased += converted.size;
    if (this.#aliased > mostAliased) {
      throw refusal(at, 'grows beyond 500,000 values by its aliases (*name); use fewer of them');
    }
    return converted;
  }

  #convertNode(node: Yaml.Node): { value: LocatedValue; size: number } {
    const at = this.#place(node);
    const tag = node.tag === '!reset' ? 'reset' : node.tag === '!override' ? 'override' : undefined;
    if (this.#yaml.isMap(node)) return this.#convertMap(node, at, tag);
    if (this.#yaml.isSeq(node)) {
      const items: LocatedValue[] = [];
      let size = 1;
      for (const item of node.items) {
        const converted = this.#convert(item as Yaml.Node);
        items.push(converted.value);
        size += converted.size;
      }
      return { value: { kind: 'list', at, tag, items }, size };
    }
    return { value: { kind: 'scalar', at, tag, value: this.#textOf(node) }, size: 1 };
  }

  /** A number stays as it is written: `1.10` is a version or a path and not `1.1`. */
  #textOf(node: Yaml.Node): string | null {
    if (!this.#yaml.isScalar(node) || node.value === null || node.value === undefined) return null;
    // Behind a tag of Compose's own, the library takes everything for text.
    if (node.type === 'PLAIN' && /^(?:null|Null|NULL|~|)$/.test(node.source ?? '')) return null;
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  #convertMap(node: Yaml.YAMLMap, at: Place, tag: LocatedMap['tag']): { value: LocatedMap; size: number } {
    const own = new Map<string, LocatedEntry>();
    const merged = new Map<string, LocatedEntry>();
    let size = 1;
    for (const pair of node.items) {
      const key = pair.key as Yaml.Node;
      const keyAt = this.#place(key, at);
      const name = this.#convertKey(key, keyAt);
      const converted =
        pair.value === null
          ? { value: { kind: 'scalar', at: keyAt, tag: undefined, value: null } as const, size: 1 }
          : this.#convert(pair.value as Yaml.Node);
      size += converted.size;
      if (name === '<<') {
        const sources = converted.value.kind === 'list' ? converted.value.items : [converted.value];
        for (const source of sources) {
          if (source.kind !== 'map') throw refusal(keyAt, 'merges (<<) something that is no mapping');
          for (const [inner, entry] of source.entries) if (!merged.has(inner)) merged.set(inner, entry);
        }
      } else if (own.has(name)) {
        throw refusal(
          keyAt,
          `sets ${shown(name)} again, which line ${own.get(name)?.at.line} already sets; remove one of them`,
        );
      } else {
        own.set(name, { at: keyAt, value: converted.value });
      }
    }
    return { value: { kind: 'map', at, tag, entries: new Map([...merged, ...own]) }, size };
  }

  #convertKey(key: Yaml.Node | null, at: Place): string {
    const converted = key === null ? undefined : this.#convert(key).value;
    if (converted?.kind === 'scalar') return String(converted.value);
    throw refusal(at, 'has a key that is a list or a mapping; a key is a name');
  }

  #place(node: Yaml.Node | null, otherwise?: Place): Place {
    const offset = node?.range?.[0];
    if (offset === undefined) return otherwise ?? { file: this.#file, line: 1 };
    return { file: this.#file, line: this.#lineAt(offset) };
  }
}

function sentencePart(message: string): string {
  return shown(message.replace(/\.?\s*$/, ''));
}
