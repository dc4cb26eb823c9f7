import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface ActionManifest {
  /** Input names as written, each with its default. */
  readonly inputs: ReadonlyMap<string, { readonly default: string | undefined }>;
  readonly outputs: readonly string[];
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

/**
 * Reads action.yml as far as running a node24 action needs it.
 * @throws Error when it is no node24 action, or has a `pre` step, which this runner does not have
 */
export async function readManifest(folder: string): Promise<ActionManifest> {
  const raw: unknown = parse(await readFile(join(folder, 'action.yml'), 'utf8'));
  const manifest = asRecord(raw);
  const runs = asRecord(manifest.runs);
  if (runs.using !== 'node24')
    throw new Error(`${folder}/action.yml: runs.using is ${String(runs.using)}, not node24`);
  if (typeof runs.main !== 'string') throw new Error(`${folder}/action.yml: runs.main is missing`);
  if (runs.pre !== undefined) throw new Error(`${folder}/action.yml: this runner knows no pre step`);
  const inputs = Object.entries(asRecord(manifest.inputs)).map(([name, definition]) => {
    const value = asRecord(definition).default;
    return [name, { default: value === undefined || value === null ? undefined : String(value) }] as const;
  });
  return {
    inputs: new Map(inputs),
    outputs: Object.keys(asRecord(manifest.outputs)),
    main: runs.main,
    post: typeof runs.post === 'string' ? runs.post : undefined,
    postIf: typeof runs['post-if'] === 'string' ? runs['post-if'] : 'always()',
  };
}

/**
 * The INPUT_ variables of a step, as actions/runner makes them (ActionRunner.cs, Handler.cs): defaults for
 * what `with` lacks, spaces become underscores, upper case, hyphens stay; an unknown input only warns.
 */
export function inputVariables(
  manifest: ActionManifest,
  given: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): { variables: Record<string, string>; unknown: string[] } {
  const variables: Record<string, string> = {};
  const set = (name: string, value: string) => {
    variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  };
  const known = new Set([...manifest.inputs.keys()].map((name) => name.toLowerCase()));
  const givenNames = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  for (const [name, input] of manifest.inputs) {
    if (!givenNames.has(name.toLowerCase())) set(name, evaluateDefault(input.default ?? '', github));
  }
  for (const [name, value] of Object.entries(given)) set(name, value);
  return { variables, unknown: Object.keys(given).filter((name) => !known.has(name.toLowerCase())) };
}

/** Defaults may hold expressions; of those only `github.<name>` occurs in actions. */
function evaluateDefault(text: string, github: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const name = /^github\.([a-z_]+)$/.exec(expression)?.[1];
    if (name === undefined) throw new Error(`This runner cannot evaluate the default ${text}`);
    return github[name] ?? '';
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
