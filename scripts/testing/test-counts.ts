import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One run of vitest: `npm test` or `npm run test:full`. */
export const tiers = ['test', 'full'] as const;
export type Tier = (typeof tiers)[number];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped, each reason once. */
  readonly reasons: readonly string[];
  /** Tests that failed before they passed, each with how it failed: a retry must not hide a request that was lost. */
  readonly retried: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: readonly string[];
      readonly fullName?: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export function reportPath(folder: string, tier: Tier): string {
  return join(folder, `${tier}.json`);
}

export function exitCodePath(folder: string, tier: Tier): string {
  return join(folder, `${tier}.exit-code`);
}

/**
 * The counts of one run from vitest's own report. What the report cannot show is counted as one failure: a file
 * that did not load, a run that ended badly with every test green, a run without a report.
 */
export async function countTier(folder: string, tier: Tier): Promise<Counts> {
  const exitCode = await readFile(exitCodePath(folder, tier), 'utf8').catch(() => undefined);
  const text = await readFile(reportPath(folder, tier), 'utf8').catch(() => undefined);
  const report = text === undefined ? undefined : parseReport(text);
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, reasons: [], retried: [] };
  let [passed, failed, skipped] = [0, 0, 0];
  const reasons = new Set<string>();
  const retried: string[] = [];
  for (const file of report.testResults) {
    const failedBefore = failed;
    for (const { status, ancestorTitles, fullName, failureMessages } of file.assertionResults) {
      if (status === 'passed') {
        passed++;
        const [message] = failureMessages ?? [];
        if (message !== undefined) retried.push(`${fullName}: ${message.split('\n')[0]?.slice(0, 300)}`);
      } else if (status === 'failed') failed++;
      else {
        skipped++;
        reasons.add(reasonIn(ancestorTitles));
      }
    }
    if (file.status === 'failed' && failed === failedBefore) failed++;
  }
  if (exitCode?.trim() !== '0' && failed === 0) failed = 1;
  return { passed, failed, skipped, reasons: [...reasons], retried };
}

/** describeWithEngine writes the reason into the suite's name, in brackets. */
function reasonIn(titles: readonly string[]): string {
  for (const title of titles) {
    const reason = /\[(.+)\]$/.exec(title)?.[1];
    if (reason !== undefined) return reason;
  }
  return 'see the reason beside the test above';
}

function parseReport(text: string): Report | undefined {
  try {
    const report = JSON.parse(text) as Partial<Report>;
    return Array.isArray(report.testResults) ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}

/** The last line of .ci/run. */
export function countLine(counts: readonly Counts[]): string {
  const sum = (key: 'passed' | 'failed') => counts.reduce((total, count) => total + count[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}
