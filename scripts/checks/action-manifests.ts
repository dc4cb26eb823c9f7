import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface ManifestInput {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
  readonly deprecationMessage?: string;
}

export interface ManifestOutput {
  readonly description?: string;
  readonly value?: string;
}

export interface ActionManifest {
  readonly name?: string;
  readonly description?: string;
  readonly inputs?: Readonly<Record<string, ManifestInput | null>>;
  readonly outputs?: Readonly<Record<string, ManifestOutput | null>>;
  readonly runs?: {
    readonly using?: string;
    readonly main?: string;
    readonly pre?: string;
    readonly post?: string;
    readonly steps?: readonly unknown[];
  };
  readonly branding?: { readonly icon?: string; readonly color?: string };
}

export interface ActionFile {
  /** The folder's name; empty for the action at the root. */
  readonly name: string;
  /** Its folder below the root, "." for the root itself. */
  readonly folder: string;
  /** The path of action.yml below the root. */
  readonly path: string;
  readonly text: string;
  readonly manifest: ActionManifest;
}

/** Every action.yml: the one at the root, where there is one, and those in actions/. */
export async function readActionFiles(root: string): Promise<ActionFile[]> {
  const names = (await readdir(join(root, 'actions')).catch(() => [])).sort();
  const candidates = [
    { name: '', folder: '.', path: 'action.yml' },
    ...names.map((name) => ({ name, folder: `actions/${name}`, path: `actions/${name}/action.yml` })),
  ].filter(({ path }) => existsSync(join(root, path)));
  return Promise.all(
    candidates.map(async (candidate) => {
      const text = await readFile(join(root, candidate.path), 'utf8');
      return { ...candidate, text, manifest: (parse(text) ?? {}) as ActionManifest };
    }),
  );
}
