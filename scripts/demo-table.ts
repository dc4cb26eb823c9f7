import { outcomeMarks, outcomeWords } from './demo-report/chart.ts';
import { count, duration } from './demo-report/format.ts';
import type { DemoReport } from './demo-report/model.ts';

/** The report's figures as a table for the terminal. */
export function deployTable(report: DemoReport): string {
  const optional = (ms: number | null) => (ms === null ? '–' : duration(ms));
  const rows = [
    ['version', 'outcome', 'switch', 'overhead', 'in all'],
    ...report.deploys.map(({ version, outcome, switchMs, overheadMs, durationMs }) => [
      version,
      `${outcomeMarks[outcome]} ${outcomeWords[outcome]}`,
      optional(switchMs),
      optional(overheadMs),
      duration(durationMs),
    ]),
  ];
  const { latency } = report;
  const lines = [
    ...columns(rows),
    '',
    ...columns([
      ['requests', count(report.requests)],
      ['failed', count(report.failed)],
      ['mixed', count(report.mixed)],
      ['a second', count((report.requests * 1_000) / Math.max(1, report.durationMs))],
      ['latency', `p50 ${duration(latency.p50Ms)}, p99 ${duration(latency.p99Ms)}`],
      ['longest gap', duration(report.longestGapMs)],
      ['streams cut', `${count(report.streams.cut)} of ${count(report.streams.opened)}`],
    ]),
  ];
  if (report.remark) lines.push('', report.remark);
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}

/** Cells padded to the widest of their column. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('   '));
}
