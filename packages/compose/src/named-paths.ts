import { refusal, shown } from './compose-errors.ts';
import { type ComposeTree, interpolated, type NamedPath, writtenPath } from './compose-tree.ts';
import type { Lookup } from './interpolation.ts';
import { entriesOf, entryOf, itemsOf, type LocatedValue, textOf } from './located-value.ts';
import { isElsewhere } from './path-owner.ts';
import { type LayeredValue, valuesUnder } from './service-layers.ts';

/** What a Compose file names a path for. */
export type PathUse = 'env_file' | 'bind' | 'secret' | 'config' | 'security_opt';

/** A relative path in a Compose file, joined with the folder it starts from. */
export interface RelativePath extends NamedPath {
  readonly use: PathUse;
  /** The service that has it; of a secret or a config, its own name. */
  readonly owner: string;
  /** An `env_file` may be marked as not required. */
  readonly required: boolean;
}

type Join = (folder: string, text: string, at: NamedPath['at']) => string;

/**
 * Every relative path that is read when the stack is resolved or started, of all services whatever their profile.
 * `build` and `develop` are left out: nothing is built on a server.
 */
export function* relativePaths(tree: ComposeTree, join: Join): Generator<RelativePath> {
  for (const [owner, layers] of tree.services) {
    for (const key of ['env_file', 'label_file']) {
      for (const { value, layer } of valuesUnder(layers, key)) {
        for (const item of itemsOf(value)) {
          const written = item.kind === 'map' ? (entryOf(item, 'path')?.value ?? item) : item;
          const text = writtenPath(written, layer.lookup);
          if (isElsewhere(text)) continue;
          const required = textOf(entryOf(item, 'required')?.value)?.toLowerCase() !== 'false';
          yield { use: 'env_file', owner, required, path: join(layer.folder, text, item.at), at: item.at };
        }
      }
    }
    for (const { text, at, layer } of bindSources(valuesUnder(layers, 'volumes'))) {
      if (isElsewhere(text)) continue;
      yield { use: 'bind', owner, required: true, path: join(layer.folder, text, at), at };
    }
    for (const { value, layer } of valuesUnder(layers, 'security_opt')) {
      for (const item of itemsOf(value)) {
        const option = interpolated(textOf(item) ?? '', item.at, layer.lookup);
        const text = /^seccomp[:=](.+)$/.exec(option)?.[1];
        if (text === undefined || ['unconfined', 'builtin'].includes(text) || isElsewhere(text)) continue;
        // Compose starts from the project's folder, wherever the option stands.
        yield {
          use: 'security_opt',
          owner,
          required: true,
          path: join(tree.folder, text, item.at),
          at: item.at,
        };
      }
    }
  }
  for (const { root, folder, lookup } of tree.documents) {
    for (const [section, use] of [
      ['secrets', 'secret'],
      ['configs', 'config'],
    ] as const) {
      for (const [owner, entry] of entriesOf(root.entries.get(section)?.value, section)) {
        const file = entryOf(entry.value, 'file');
        if (file === undefined || textOf(file.value) === undefined) continue;
        const text = writtenPath(file.value, lookup);
        if (isElsewhere(text)) continue;
        yield { use, owner, required: true, path: join(folder, text, file.at), at: file.at };
      }
    }
  }
}

/** The folders and files of the host that a service mounts; of several for one target the one that wins. */
function* bindSources(
  values: readonly LayeredValue[],
): Generator<{ text: string; at: NamedPath['at']; layer: LayeredValue['layer'] }> {
  const targets = new Set<string>();
  for (const { value, layer } of values) {
    for (const item of itemsOf(value)) {
      const mount = item.kind === 'map' ? longMount(item, layer.lookup) : shortMount(item, layer.lookup);
      if (mount === undefined || targets.has(mount.target)) continue;
      targets.add(mount.target);
      if (mount.source !== undefined) yield { text: mount.source, at: item.at, layer };
    }
  }
}

interface BindMount {
  /** Undefined where it is a volume or memory. */
  readonly source: string | undefined;
  readonly target: string;
}

function longMount(item: LocatedValue, lookup: Lookup): BindMount | undefined {
  const read = (key: string): string | undefined => {
    const value = entryOf(item, key)?.value;
    const text = textOf(value);
    return text === undefined || value === undefined ? undefined : interpolated(text, value.at, lookup);
  };
  const source = read('source');
  return {
    target: read('target') ?? '',
    source: read('type') === 'bind' && source !== '' ? source : undefined,
  };
}

/** `source:target[:options]` or a target alone. A source that starts with a dot is a path, not a volume's name. */
function shortMount(item: LocatedValue, lookup: Lookup): BindMount | undefined {
  const written = textOf(item);
  if (written === undefined) throw refusal(item.at, 'has a volume that is no text; write source:target');
  const text = interpolated(written, item.at, lookup);
  const [, source, target] = /^((?:[A-Za-z]:[\\/])?[^:]*):([^:]*)/.exec(text) ?? [];
  if (source === undefined || target === undefined) return { source: undefined, target: text };
  if (target === '') throw refusal(item.at, `mounts ${shown(written)} nowhere; write source:target`);
  return { source: /^[.~/\\]/.test(source) || /^[A-Za-z]:/.test(source) ? source : undefined, target };
}
