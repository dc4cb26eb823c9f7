import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allWalks } from '../test/faults/all-walks.ts';

/** What docs/reliability.md shows of test/faults/results.json, where `npm run test:faults` puts much more. */
interface FaultResults {
  readonly date: string;
  readonly command: string;
  /** False for a run that was broken off; its rows are what it had seen until then. */
  readonly isComplete: boolean;
  readonly machine: Readonly<Record<string, string>>;
  readonly rows: readonly FaultRow[];
  readonly failed?: readonly Pick<FaultRow, 'walk' | 'fault'>[];
  /** Where secrets were found that must not be there. */
  readonly secrets?: readonly string[];
}

interface FaultRow {
  readonly walk: string;
  readonly fault: string;
  readonly boundaries: number;
  readonly random: number;
  readonly requests: number;
  readonly failed: number;
  readonly allowance: 'none' | 'held' | 'outage' | 'gap';
  readonly longestOutageMs?: number;
  readonly recovered: number;
}

export const resultsPath = 'test/faults/results.json';

const missing =
  'Not measured yet: `npm run test:faults -- --out test/faults/results.json` measures, `npm run update-readmes` writes the table here.';

const allowed: Record<FaultRow['allowance'], string> = {
  none: 'none',
  held: 'those that the killed container held',
  outage: 'until it is back',
  gap: 'between the stop of the old version and the new one',
};

/**
 * The table for docs/reliability.md as Markdown.
 * @throws Error when the results are there but are no JSON
 */
export async function readReliability(root: string): Promise<string> {
  return (await fromResults(root, renderReliability)) ?? missing;
}

/**
 * Why the results do not show what the page promises, one sentence each; none where nothing has been measured yet.
 * @throws Error when the results are there but are no JSON
 */
export async function shortcomingsOfReliability(root: string): Promise<string[]> {
  return (await fromResults(root, shortcomings)) ?? [];
}

async function fromResults<T>(root: string, read: (results: FaultResults) => T): Promise<T | undefined> {
  const text = await readFile(join(root, resultsPath), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return read(JSON.parse(text) as FaultResults);
  } catch (cause) {
    throw new Error(`${resultsPath} is not what npm run test:faults writes.`, { cause });
  }
}

function shortcomings({ isComplete, rows, failed = [], secrets = [] }: FaultResults): string[] {
  const again = 'run npm run test:faults.';
  const played = new Set(rows.map(({ walk }) => walk));
  const lacking = allWalks.map(({ name }) => name).filter((name) => !played.has(name));
  const missed = rows.filter(({ recovered, boundaries, random }) => recovered !== boundaries + random);
  const failures = failed.length > 0 ? failed : missed;
  return [
    ...(isComplete ? [] : [`the run was broken off; ${again}`]),
    ...lacking.map((name) => `the walk "${name}" is not in it; ${again}`),
    ...failures.map(({ walk, fault }) => `"${walk}: ${fault}" was not recovered from.`),
    ...secrets.map((found) => `the run found: ${found}`),
  ];
}

function renderReliability({ date, command, isComplete, machine, rows }: FaultResults): string {
  const head = [
    'Fault',
    'At steps',
    'At random',
    'Requests',
    'Failed',
    'May fail',
    'Back within',
    'Recovered',
  ];
  const walks = [...new Set(rows.map(({ walk }) => walk))];
  const tables = walks.map((walk) => {
    const cells = rows
      .filter((row) => row.walk === walk)
      .map((row) => [
        row.fault,
        count(row.boundaries),
        count(row.random),
        count(row.requests),
        count(row.failed),
        allowed[row.allowance],
        row.longestOutageMs === undefined ? '–' : `${(row.longestOutageMs / 1000).toFixed(1)} s`,
        `${row.recovered} of ${row.boundaries + row.random}`,
      ]);
    return [`During a ${walk}:`, '', ...table([head, head.map(() => '---'), ...cells])].join('\n');
  });
  const on = Object.entries(machine).map(([part, value]) => `${part}: ${value}`);
  return [
    ...tables,
    ...(isComplete ? [] : ['The run was broken off: rows with fewer steps than others are not finished.']),
    `Measured on ${date.slice(0, 10)} by \`${command}\`; ${on.join('; ')}.`,
  ].join('\n\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function table(rows: readonly (readonly string[])[]): string[] {
  return rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
}
