import { columns } from '../../scripts/demo-table.ts';
import type { Allowance } from './fault.ts';
import { outageOf } from './judge.ts';
import { describeMoment } from './moment.ts';
import type { Observation, Scenario } from './scenario.ts';

/** `gap`: what comes while the walk lets nothing serve, by design, may fail. */
export type Excuse = Allowance | 'gap';

/** One scenario as the JSON file keeps it. */
export interface ScenarioResult {
  readonly walk: string;
  readonly fault: string;
  readonly moment: string;
  readonly isRandom: boolean;
  readonly seed: number;
  readonly allowance: Excuse;
  readonly requests: number;
  readonly failed: number;
  /** As the limit is counted, until requests were answered again; only where an outage is allowed. */
  readonly outageMs: number | undefined;
  /** What the job said in the end, if it could. */
  readonly said: string | undefined;
  readonly misses: readonly string[];
}

export interface FaultRow {
  readonly walk: string;
  readonly fault: string;
  readonly boundaries: number;
  readonly random: number;
  readonly requests: number;
  readonly failed: number;
  /** How many requests may fail at all. */
  readonly allowance: Excuse;
  readonly longestOutageMs: number | undefined;
  readonly recovered: number;
}

export function resultOf(scenario: Scenario, seen: Observation, misses: readonly string[]): ScenarioResult {
  return {
    walk: scenario.walk.name,
    fault: scenario.fault.name,
    moment: describeMoment(scenario.moment),
    isRandom: scenario.moment.at === 'random',
    seed: scenario.seed,
    allowance: seen.gap === undefined ? seen.allowance : 'gap',
    requests: seen.load.requests,
    failed: seen.load.failed,
    said: seen.result.annotations.find(({ level }) => level === 'error')?.message,
    outageMs: seen.allowance === 'outage' && Number.isFinite(seen.backAtMs) ? outageOf(seen) : undefined,
    misses,
  };
}

const severity: readonly Excuse[] = ['none', 'held', 'outage', 'gap'];

/** What test-results/faults.json holds. */
export interface SuiteResults {
  readonly date: string;
  readonly command: string;
  readonly seed: number;
  /** False for a run that was broken off, or for which the time was too short. */
  readonly isComplete: boolean;
  readonly machine: Readonly<Record<string, string>>;
  readonly durationMs: number;
  readonly rows: readonly FaultRow[];
  /** Where secrets were found that must not be there. */
  readonly secrets: readonly string[];
  readonly failed: readonly ScenarioResult[];
  readonly scenarios: readonly ScenarioResult[];
}

export function resultsOf(
  facts: Omit<SuiteResults, 'date' | 'rows' | 'failed' | 'scenarios'>,
  scenarios: readonly ScenarioResult[],
): SuiteResults {
  return {
    date: new Date().toISOString(),
    ...facts,
    rows: rowsOf(scenarios),
    failed: scenarios.filter(({ misses }) => misses.length > 0),
    scenarios,
  };
}

/** What several worlds have seen, as one. A world that has said nothing makes the whole incomplete. */
export function joined(
  facts: Pick<SuiteResults, 'command' | 'seed'>,
  parts: readonly (SuiteResults | undefined)[],
): SuiteResults {
  const told = parts.filter((part) => part !== undefined);
  return resultsOf(
    {
      ...facts,
      isComplete: parts.every((part) => part?.isComplete === true),
      machine: told[0]?.machine ?? {},
      durationMs: Math.max(0, ...told.map(({ durationMs }) => durationMs)),
      secrets: told.flatMap(({ secrets }) => secrets),
    },
    told.flatMap(({ scenarios }) => scenarios).toSorted((a, b) => Number(a.isRandom) - Number(b.isRandom)),
  );
}

/** One row a fault, in the order in which the faults came. */
export function rowsOf(results: readonly ScenarioResult[]): FaultRow[] {
  const groups = Map.groupBy(results, ({ walk, fault }) => `${walk}: ${fault}`);
  return [...groups.values()].map((group) => {
    const sum = (value: (result: ScenarioResult) => number) =>
      group.reduce((total, result) => total + value(result), 0);
    const outages = group.map(({ outageMs }) => outageMs).filter((ms) => ms !== undefined);
    return {
      walk: group[0]?.walk ?? '',
      fault: group[0]?.fault ?? '',
      boundaries: sum(({ isRandom }) => (isRandom ? 0 : 1)),
      random: sum(({ isRandom }) => (isRandom ? 1 : 0)),
      requests: sum(({ requests }) => requests),
      failed: sum(({ failed }) => failed),
      allowance: severity[Math.max(...group.map(({ allowance }) => severity.indexOf(allowance)))] ?? 'none',
      longestOutageMs: outages.length > 0 ? Math.max(...outages) : undefined,
      recovered: sum(({ misses }) => (misses.length === 0 ? 1 : 0)),
    };
  });
}

const allowed: Record<Excuse, string> = {
  none: 'none',
  held: 'those it held',
  outage: 'until it is back',
  gap: 'in the gap',
};

/** For the terminal. */
export function tableOf(rows: readonly FaultRow[]): string {
  return columns([
    ['', 'walk', 'fault', 'at steps', 'random', 'requests', 'failed', 'may fail', 'back within', 'recovered'],
    ...rows.map((row) => [
      row.recovered === row.boundaries + row.random ? '✓' : '✕',
      row.walk,
      row.fault,
      String(row.boundaries),
      String(row.random),
      String(row.requests),
      String(row.failed),
      allowed[row.allowance],
      row.longestOutageMs === undefined ? '–' : `${row.longestOutageMs} ms`,
      `${row.recovered} of ${row.boundaries + row.random}`,
    ]),
  ]).join('\n');
}
