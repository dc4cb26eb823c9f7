import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { figuresPath, readFigures, shortcomingsOfFigures } from '../figures.ts';
import { readReliability, resultsPath, shortcomingsOfReliability } from '../reliability.ts';
import { type ActionFile, readActionFiles } from './action-manifests.ts';
import type { Check } from './check.ts';

export const readmes: Check = {
  name: 'readmes',
  promise:
    'the tables in the READMEs are those of action.yml, the figures and faults those of whole runs that show what they must',
  async find(root) {
    const problems: string[] = [];
    for (const file of await readActionFiles(root)) {
      if (file.name === '') continue;
      const path = `${file.folder}/README.md`;
      const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
      if (text === undefined) {
        problems.push(`${path}: is missing.`);
        continue;
      }
      try {
        if (withTables(text, file) !== text) {
          problems.push(`${path}: its tables are not those of ${file.path}. Run npm run update-readmes.`);
        }
      } catch (error) {
        problems.push(`${path}: ${(error as Error).message}`);
      }
    }
    for (const page of measuredPages) problems.push(...(await judgePage(root, page)));
    return problems;
  },
};

interface MeasuredPage {
  readonly path: string;
  /** What it shows of these results, in the words of its problem. */
  readonly what: string;
  readonly resultsPath: string;
  readonly renew: (text: string, root: string) => Promise<string>;
  readonly shortcomings: (root: string) => Promise<string[]>;
}

export const reliabilityPath = 'docs/reliability.md';

const measuredPages: readonly MeasuredPage[] = [
  {
    path: reliabilityPath,
    what: 'its table is not that',
    resultsPath,
    renew: withReliability,
    shortcomings: shortcomingsOfReliability,
  },
  {
    path: 'README.md',
    what: 'its figures are not those',
    resultsPath: figuresPath,
    renew: withFigures,
    shortcomings: shortcomingsOfFigures,
  },
];

async function judgePage(root: string, page: MeasuredPage): Promise<string[]> {
  const { path, what, resultsPath: results } = page;
  const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (text === undefined) return [`${path}: is missing.`];
  try {
    const isFresh = (await page.renew(text, root)) === text;
    return [
      ...(isFresh ? [] : [`${path}: ${what} of ${results}. Run npm run update-readmes.`]),
      ...(await page.shortcomings(root)).map((sentence) => `${results}: ${sentence}`),
    ];
  } catch (error) {
    return [`${path}: ${(error as Error).message}`];
  }
}

/**
 * The README with the figures of bench/results.json between `<!-- figures -->` and `<!-- /figures -->`.
 * @throws Error when a marker is missing or the file is no JSON.
 */
export async function withFigures(readme: string, root: string): Promise<string> {
  return withBlock(readme, 'figures', await readFigures(root));
}

/**
 * The page with the table of test/faults/results.json between `<!-- faults -->` and `<!-- /faults -->`.
 * @throws Error when a marker is missing or the file is no JSON.
 */
export async function withReliability(page: string, root: string): Promise<string> {
  return withBlock(page, 'faults', await readReliability(root));
}

/**
 * The README with its tables made anew, between `<!-- inputs -->` and `<!-- /inputs -->`, the same for outputs.
 * @throws Error when a marker is missing or an input or output has no description.
 */
export function withTables(readme: string, file: ActionFile): string {
  return withBlock(withBlock(readme, 'inputs', inputTable(file)), 'outputs', outputTable(file));
}

function withBlock(readme: string, kind: 'inputs' | 'outputs' | 'figures' | 'faults', block: string): string {
  const start = `<!-- ${kind} -->`;
  const end = `<!-- /${kind} -->`;
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`lacks the lines ${start} and ${end}, between which its ${kind} go.`);
  return `${readme.slice(0, from)}${start}\n${block}\n${readme.slice(to)}`;
}

function inputTable(file: ActionFile): string {
  const rows = Object.entries(file.manifest.inputs ?? {}).map(([name, input]) => {
    const text = describe(file, 'input', name, input?.description);
    const value = input?.default === undefined || input.default === '' ? '' : code(String(input.default));
    return [code(name), text, input?.required === true ? 'required' : value];
  });
  return table(['Input', 'What it is', 'Default'], rows, 'This action has no inputs.');
}

function outputTable(file: ActionFile): string {
  const rows = Object.entries(file.manifest.outputs ?? {}).map(([name, output]) => [
    code(name),
    describe(file, 'output', name, output?.description),
  ]);
  return table(['Output', 'What it is'], rows, 'This action has no outputs.');
}

function describe(file: ActionFile, kind: string, name: string, description: string | undefined): string {
  const text = description?.trim().replace(/\s+/g, ' ') ?? '';
  if (text === '') throw new Error(`the ${kind} ${name} has no description in ${file.path}.`);
  return text.replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text.replaceAll('\n', ' ').replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): string {
  if (rows.length === 0) return none;
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
