import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../scripts/project-root.ts';
import { allFaults } from './all-faults.ts';
import type { Fault } from './fault.ts';

/** What a run of the suite is asked to play. */
export interface SuiteOptions {
  readonly seed: number;
  /** Random moments, over all worlds. */
  readonly count: number;
  /** Faults that strike as each step begins. */
  readonly bounded: readonly Fault[];
  /** Faults that may strike at random. */
  readonly drawn: readonly Fault[];
  /** Scenarios that are played, by the names under which they are printed. */
  readonly only: RegExp;
  /** After this time no random moment is drawn any more. */
  readonly minutes: number;
  /** How many worlds play at once. */
  readonly worlds: number;
  /** Where the results go, as JSON. */
  readonly out: string;
  /** What a person types to have the same run again. */
  readonly command: string;
}

const definitions = {
  seed: { type: 'string' },
  count: { type: 'string', default: '100' },
  boundaries: { type: 'string', default: 'all' },
  faults: { type: 'string', default: '' },
  only: { type: 'string', default: '' },
  minutes: { type: 'string', default: '150' },
  worlds: { type: 'string', default: '2' },
  out: { type: 'string', default: join(projectRoot, 'test-results', 'faults.json') },
} as const;

/** @throws Error for an option that does not exist, or a number that is none */
export function readOptions(args: readonly string[]): SuiteOptions {
  const { values } = parseArgs({ args: [...args], options: definitions });
  const seed = values.seed === undefined ? randomInt(1_000_000) : wholeNumber('seed', values.seed, 0);
  const faults = faultsNamed(values.faults);
  return {
    seed,
    count: wholeNumber('count', values.count, 0),
    bounded: boundedFaults(values.boundaries, faults),
    drawn: faults,
    only: new RegExp(values.only),
    minutes: wholeNumber('minutes', values.minutes, 1),
    worlds: wholeNumber('worlds', values.worlds, 1),
    out: values.out,
    command: commandFor(seed, values),
  };
}

function boundedFaults(pattern: string, faults: readonly Fault[]): readonly Fault[] {
  if (pattern === 'all') return faults;
  return pattern === 'none' ? [] : faultsNamed(pattern);
}

function faultsNamed(pattern: string): readonly Fault[] {
  const names = new RegExp(pattern);
  const found = allFaults.filter(({ name }) => names.test(name));
  if (found.length === 0) throw new Error(`No fault is named like "${pattern}".`);
  return found;
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} must be a whole number from ${least} on, not "${text}".`);
  }
  return value;
}

/** Only what changes which scenarios are played, and in which world. */
function commandFor(seed: number, values: Readonly<Record<string, string | undefined>>): string {
  const kept = ['count', 'boundaries', 'faults', 'only', 'worlds'] as const;
  const changed = kept.flatMap((name) => {
    const value = values[name];
    if (value === undefined || value === definitions[name].default) return [];
    return [`--${name}`, /^[\w.-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`];
  });
  return ['npm run test:faults -- --seed', seed, ...changed].join(' ');
}
