import { posix } from 'node:path';
import type { Checkout } from './checkout.ts';
import { type Place, refusal, shown } from './compose-errors.ts';
import { parseEnvFile } from './env-file.ts';
import { InterpolationProblem, interpolate, type Lookup } from './interpolation.ts';
import { entriesOf, entryOf, itemsOf, type LocatedMap, type LocatedValue, textOf } from './located-value.ts';
import { readYaml } from './located-yaml.ts';
import { isElsewhere, isRemote } from './path-owner.ts';
import type { ServiceLayer } from './service-layers.ts';

const longestFile = 1024 * 1024;
const deepest = 20;
/** Includes that include each other many times over would otherwise grow without end. */
const mostIncludes = 500;
const mostExtends = 20_000;

/** Files that Compose merges into one project: the project's own, or those of one include. */
export interface Unit {
  readonly files: readonly NamedPath[];
  /** Relative paths start here: a folder of the checkout. */
  readonly folder: string;
  readonly lookup: Lookup;
}

/** A path in the checkout and the place that names it. */
export interface NamedPath {
  readonly path: string;
  readonly at: Place;
}

/** A YAML document of a Compose file, and what its relative paths and variables mean. */
export interface ComposeDocument {
  readonly root: LocatedMap;
  readonly folder: string;
  readonly lookup: Lookup;
}

/** All that the Compose files say, those that they include and extend among it; nothing is merged. */
export interface ComposeTree {
  /** The project's folder in the checkout. */
  readonly folder: string;
  /** From the lowest to the one that wins. */
  readonly documents: readonly ComposeDocument[];
  readonly services: ReadonlyMap<string, readonly ServiceLayer[]>;
}

/** A service of a file. */
interface Definition {
  readonly name: string;
  readonly siblings: readonly LocatedMap[];
}

export class ComposeTreeReader {
  readonly #checkout: Checkout;
  readonly #parsed = new Map<string, readonly LocatedMap[]>();
  readonly #documents: ComposeDocument[] = [];
  readonly #services = new Map<string, ServiceLayer[]>();
  #includes = 0;
  #extends = 0;

  constructor(checkout: Checkout) {
    this.#checkout = checkout;
  }

  async read(unit: Unit): Promise<ComposeTree> {
    await this.#readUnit(unit, []);
    return { folder: unit.folder, documents: this.#documents, services: this.#services };
  }

  async #readUnit(unit: Unit, above: readonly string[]): Promise<void> {
    const documents: (ComposeDocument & { readonly siblings: readonly LocatedMap[] })[] = [];
    for (const { path, at } of unit.files) {
      const siblings = await this.#parse(path, at);
      for (const root of siblings)
        documents.push({ root, siblings, folder: unit.folder, lookup: unit.lookup });
    }
    // Compose merges what is included below what the file itself says.
    for (const { root } of documents) {
      for (const item of itemsOf(root.entries.get('include')?.value)) await this.#include(item, unit, above);
    }
    for (const document of documents) {
      this.#documents.push(document);
      for (const [name, entry] of entriesOf(document.root.entries.get('services')?.value, 'services')) {
        const from = { siblings: document.siblings, folder: document.folder, lookup: document.lookup };
        const layers = await this.#layersOf(name, entry.value, from, []);
        if (layers.at(-1)?.value.tag !== undefined) this.#services.delete(name);
        this.#services.set(name, [...(this.#services.get(name) ?? []), ...layers]);
      }
    }
  }

  async #include(item: LocatedValue, includer: Unit, above: readonly string[]): Promise<void> {
    const { at } = item;
    const written = item.kind === 'map' ? itemsOf(entryOf(item, 'path')?.value) : [item];
    const paths = written.map((value) => writtenPath(value, includer.lookup));
    const [first] = paths;
    if (first === undefined) throw refusal(at, 'includes nothing; name a file as its path');
    // What is on the server or elsewhere, only the server's Compose can read.
    if (paths.some((path) => isElsewhere(path) || isRemote(path))) return;
    const files = written.map((value, index) => ({
      path: this.#checkout.join(includer.folder, paths[index] ?? '', value.at),
      at: value.at,
    }));
    const main = files[0]?.path ?? '';
    if (above.includes(main) || includer.files.some(({ path }) => path === main)) {
      throw refusal(at, `includes ${shown(first)}, which includes this file in turn; take one of them out`);
    }
    this.#includes += 1;
    if (above.length >= deepest || this.#includes > mostIncludes) {
      throw refusal(at, 'is the include that makes more than 20 in each other or 500 in all; include less');
    }
    const chosen = entryOf(item, 'project_directory');
    const folderText = chosen === undefined ? undefined : writtenPath(chosen.value, includer.lookup);
    if (folderText !== undefined && isElsewhere(folderText)) {
      throw refusal(at, 'has a project_directory that is not in the checkout; write a relative path');
    }
    const folder =
      folderText === undefined || chosen === undefined
        ? posix.dirname(main)
        : posix.normalize(this.#checkout.join(includer.folder, folderText, chosen.value.at));
    const envFiles = await this.#includedEnvFiles(item, includer, folder);
    const lookup = await readEnvironment(this.#checkout, envFiles, includer.lookup);
    await this.#readUnit({ files, folder, lookup }, [...above, ...includer.files.map(({ path }) => path)]);
  }

  async #includedEnvFiles(item: LocatedValue, includer: Unit, folder: string): Promise<NamedPath[]> {
    const written = itemsOf(entryOf(item, 'env_file')?.value);
    if (written.length === 0) {
      const path = posix.join(folder, '.env');
      return (await this.#checkout.look(path, item.at)) === 'file' ? [{ path, at: item.at }] : [];
    }
    return written
      .map((value) => ({ at: value.at, text: writtenPath(value, includer.lookup) }))
      .filter(({ text }) => !isElsewhere(text))
      .map(({ at, text }) => ({ at, path: this.#checkout.join(includer.folder, text, at) }));
  }

  /** The layers of one definition of a service: those it extends, and then itself. */
  async #layersOf(
    name: string,
    value: LocatedValue,
    from: { readonly siblings: readonly LocatedMap[]; readonly folder: string; readonly lookup: Lookup },
    above: readonly Definition[],
  ): Promise<ServiceLayer[]> {
    if (value.kind !== 'map') {
      if (value.kind === 'scalar' && (value.value === null || value.tag !== undefined)) {
        const empty: LocatedMap = { kind: 'map', at: value.at, tag: value.tag, entries: new Map() };
        return [{ value: empty, folder: from.folder, lookup: from.lookup }];
      }
      throw refusal(value.at, `has no mapping as the service ${shown(name)}; write its keys below it`);
    }
    const own: ServiceLayer = { value, folder: from.folder, lookup: from.lookup };
    const extended = value.entries.get('extends');
    if (extended === undefined) return [own];
    const here: Definition = { name, siblings: from.siblings };
    if (above.some((one) => one.name === name && one.siblings === from.siblings)) {
      throw refusal(extended.at, `makes ${shown(name)} extend itself by way of others; take one extends out`);
    }
    this.#extends += 1;
    if (above.length >= deepest || this.#extends > mostExtends) {
      throw refusal(
        extended.at,
        'is the extends that makes more than 20 in each other or 20,000 in all; extend less',
      );
    }
    const baseName = textOf(extended.value) ?? textOf(entryOf(extended.value, 'service')?.value);
    if (baseName === undefined) throw refusal(extended.at, 'extends no service; name one as service');
    const base = interpolated(baseName, extended.at, from.lookup);
    const file = entryOf(extended.value, 'file');
    let { siblings, folder } = from;
    if (file !== undefined) {
      const text = writtenPath(file.value, from.lookup);
      if (isElsewhere(text) || isRemote(text)) return [own];
      const path = this.#checkout.join(from.folder, text, file.at);
      siblings = await this.#parse(path, file.at);
      folder = posix.dirname(path);
    }
    const layers: ServiceLayer[] = [];
    for (const root of siblings) {
      const entry = entryOf(root.entries.get('services')?.value, base);
      if (entry === undefined) continue;
      layers.push(
        ...(await this.#layersOf(base, entry.value, { ...from, siblings, folder }, [...above, here])),
      );
    }
    if (layers.length === 0) {
      const where = file === undefined ? 'this file' : shown(textOf(file.value) ?? '');
      throw refusal(extended.at, `extends ${shown(base)}, which ${where} does not define; correct the name`);
    }
    return [...layers, own];
  }

  async #parse(path: string, at: Place): Promise<readonly LocatedMap[]> {
    const known = this.#parsed.get(path);
    if (known !== undefined) return known;
    const { content } = await this.#checkout.readForCompose(path, at, longestFile);
    const values = await readYaml(decoded(content, path), path);
    const roots = values.map((value) => {
      if (value.kind === 'map') return value;
      throw refusal(value.at, 'is no Compose file: it holds no mapping; write services: and what follows');
    });
    this.#parsed.set(path, roots);
    return roots;
  }
}

/** The variables of env files, of which later ones win; what is set around them goes before them all. */
export async function readEnvironment(
  checkout: Checkout,
  envFiles: readonly NamedPath[],
  around: Lookup,
): Promise<Lookup> {
  const values = new Map<string, string>();
  for (const { path, at } of envFiles) {
    const { content } = await checkout.readForCompose(path, at, longestFile);
    const read = parseEnvFile(decoded(content, path), path, (name) => around(name) ?? values.get(name));
    for (const [name, value] of read) values.set(name, value);
  }
  return (name) => around(name) ?? values.get(name);
}

/** A path as Compose takes it from a file, its variables replaced. */
export function writtenPath(value: LocatedValue, lookup: Lookup): string {
  const text = textOf(value);
  if (text === undefined || text === '')
    throw refusal(value.at, 'has something else where a path belongs; write a path');
  return interpolated(text, value.at, lookup);
}

export function interpolated(text: string, at: Place, lookup: Lookup): string {
  try {
    return interpolate(text, lookup);
  } catch (cause) {
    if (!(cause instanceof InterpolationProblem)) throw cause;
    throw refusal(at, `${cause.message}, in ${shown(text)}`, { cause });
  }
}

function decoded(content: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (cause) {
    throw refusal({ file: path, line: 1 }, 'is not UTF-8 text; save it as UTF-8', { cause });
  }
}
