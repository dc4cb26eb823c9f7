import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standbys } from '../bench/rollbacks.ts';

/** What the README shows of bench/results.json, where `npm run bench` puts much more. */
interface Results {
  readonly date?: string;
  readonly machine?: Readonly<Record<string, string>>;
  readonly requestsPerSecond?: number;
  readonly startUp?: {
    readonly emptyScriptMs?: number;
    readonly bundles?: readonly {
      readonly name: string;
      readonly medianMs: number;
      readonly ratio: number;
    }[];
  };
  readonly switchyard?: {
    readonly drainTimeout?: string;
    readonly deploys?: Deploys;
    readonly switchReplacements?: Deploys;
  };
  readonly rollbacks?: { readonly byStandby?: Readonly<Record<string, Rollbacks>> };
  readonly today?: Readonly<Record<string, Today>>;
  readonly demands?: readonly { readonly what: string; readonly found: string; readonly met: boolean }[];
}

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

interface Deploys {
  readonly deploys: number;
  readonly requests: number;
  readonly failed: number;
  readonly mixed?: number;
  readonly outageMs?: number;
  readonly switchMs?: Spread;
  readonly overheadMs?: Spread;
  readonly durationMs?: Spread;
}

interface Rollbacks {
  readonly rollbacks: number;
  readonly requests: number;
  readonly failed: number;
  readonly answersMs?: Spread;
}

interface Today {
  readonly deploys: number;
  readonly requests: number;
  readonly failed: number;
  readonly outageMs?: Spread;
  readonly commandMs?: Spread;
}

export const figuresPath = 'bench/results.json';

const missing =
  'Not measured yet: `npm run bench` measures, `npm run update-readmes` writes the figures here.';
const unknown = '–';

/**
 * The figures for the README as Markdown; a figure that the bench did not write is shown as a dash.
 * @throws Error when bench/results.json is there but is no JSON
 */
export async function readFigures(root: string): Promise<string> {
  return (await fromResults(root, renderFigures)) ?? missing;
}

/**
 * Why the figures do not show what the project promises, one sentence each; none where nothing has been measured yet.
 * @throws Error when bench/results.json is there but is no JSON
 */
export async function shortcomingsOfFigures(root: string): Promise<string[]> {
  return (await fromResults(root, shortcomings)) ?? [];
}

async function fromResults<T>(root: string, read: (results: Results) => T): Promise<T | undefined> {
  const text = await readFile(join(root, figuresPath), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return read(JSON.parse(text) as Results);
  } catch (cause) {
    throw new Error(`${figuresPath} is not what npm run bench writes.`, { cause });
  }
}

function shortcomings({ rollbacks, demands = [] }: Results): string[] {
  const unmeasured = standbys.filter((standby) => rollbacks?.byStandby?.[standby]?.answersMs === undefined);
  const unmet = demands.filter(({ met }) => !met);
  return [
    ...(unmeasured.length > 0
      ? [`it has no rollbacks to a ${unmeasured.join(', ')} standby; run npm run bench.`]
      : []),
    ...(demands.length === 0 ? ['it says nothing of what is demanded; run npm run bench.'] : []),
    ...unmet.map(({ what, found }) => `"${what}" is demanded, and it found ${found}.`),
  ];
}

function renderFigures(results: Results): string {
  const parts = [deployTable(results), rollbackTable(results), startUpTable(results), origin(results)];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function deployTable({ switchyard, today = {}, requestsPerSecond }: Results): string | undefined {
  const own = switchyard?.deploys;
  if (own === undefined) return undefined;
  const others = Object.values(today);
  const row = (what: string, ours: string, theirs: (other: Today) => string) => [
    what,
    ours,
    ...others.map(theirs),
  ];
  // Open streams use up all of the time that a drain is given.
  const waiting =
    switchyard?.drainTimeout === undefined ? '' : `, ours with ${switchyard.drainTimeout} of draining`;
  const rows = [
    row('Requests failed', failedOf(own), failedOf),
    row('Answers of the old version after the new one', figure(own.mixed), () => unknown),
    row('Longest time without an answer, in steps of 100 ms', outage(own.outageMs), ({ outageMs }) =>
      spread(outageMs),
    ),
    row('Switching the traffic', spread(own.switchMs), () => unknown),
    row('What the tool adds to pull, boot and drain', spread(own.overheadMs), () => unknown),
    row(`The whole deploy${waiting}`, spread(own.durationMs), ({ commandMs }) => spread(commandMs)),
  ];
  const replaced = switchyard?.switchReplacements;
  if (replaced) {
    rows.push(row('Requests failed while the switch itself is replaced', failedOf(replaced), () => unknown));
  }
  const load =
    requestsPerSecond === undefined ? 'In one run' : `At ${count(requestsPerSecond)} requests a second`;
  return [
    `${load}, same app, same machine, medians (least to most), by \`npm run bench\`:`,
    table(['', 'Switchyard', ...Object.keys(today).map((name) => `\`${name}\``)], rows),
  ].join('\n\n');
}

function rollbackTable({ rollbacks }: Results): string | undefined {
  const parts = Object.entries(rollbacks?.byStandby ?? {});
  if (parts.length === 0) return undefined;
  return [
    "Rollbacks under the same load, from the action's start until the old version answers:",
    table(
      ['Its container was', 'Until it answers, median (least to most)', 'Requests failed'],
      parts.map(([standby, { answersMs, failed, requests, rollbacks: times }]) => [
        standby,
        spread(answersMs),
        `${count(failed)} of ${count(requests)} in ${times} rollbacks`,
      ]),
    ),
  ].join('\n\n');
}

function startUpTable({ startUp }: Results): string | undefined {
  const bundles = startUp?.bundles ?? [];
  if (startUp === undefined || bundles.length === 0) return undefined;
  return [
    'From the start to the input check, against an empty Node script, by `npm run measure-startup`:',
    table(
      ['', 'Median', 'Times the empty script'],
      [
        ['empty script', ms(startUp.emptyScriptMs), '1'],
        ...bundles.map(({ name, medianMs, ratio }) => [name, ms(medianMs), String(ratio)]),
      ],
    ),
  ].join('\n\n');
}

function origin({ date, machine = {} }: Results): string {
  const day = date === undefined ? '' : ` on ${date.slice(0, 10)}`;
  const on = Object.entries(machine).map(([part, value]) => `${part}: ${value}`);
  return `Measured${day}${on.length > 0 ? `; ${on.join('; ')}` : ''}.`;
}

function failedOf({ failed, requests, deploys }: Today | Deploys): string {
  return `${count(failed)} of ${count(requests)} in ${deploys} deploys`;
}

function spread(values: Spread | undefined): string {
  return values === undefined
    ? unknown
    : `${count(values.median)} ms (${count(values.min)} to ${count(values.max)})`;
}

function outage(value: number | undefined): string {
  return value === 0 ? 'less than 100 ms' : ms(value);
}

function ms(value: number | undefined): string {
  return value === undefined ? unknown : `${count(value)} ms`;
}

function figure(value: number | undefined): string {
  return value === undefined ? unknown : count(value);
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
