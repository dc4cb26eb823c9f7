import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { columnsOf } from '../columns.ts';
import { median } from '../model.ts';
import { page } from '../page.ts';
import { writeDemoReport } from '../write-demo-report.ts';
import { sampleReport } from './sample-report.ts';

it('writes both files, and the figures that others read are at the top of the JSON', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-report-'));
  const { jsonPath, htmlPath } = await writeDemoReport(sampleReport(), join(folder, 'new'));
  const json = JSON.parse(await readFile(jsonPath, 'utf8'));
  expect(json).toMatchObject({ failed: 0, mixed: 0 });
  expect(json.requests).toBeGreaterThan(90_000);
  expect(json.deploys[1]).toMatchObject({
    outcome: 'live',
    switchMs: 4.4,
    overheadMs: 552,
    durationMs: 9_000,
  });
  expect(json.deploys[1].image).toContain('shop:v2@sha256:');
  expect(await readFile(htmlPath, 'utf8')).toBe(page(sampleReport()));
  await rm(folder, { recursive: true });
});

it('loses no request and no failure between the slices and the columns', () => {
  const report = sampleReport({ failing: true });
  report.buckets.push({ ...emptyBucket, atMs: 99_000, failed: 7 });
  for (const most of [1, 7, 120, 300, 5_000]) {
    const columns = columnsOf(report, most);
    expect(columns.length).toBeLessThanOrEqual(most);
    expect(total(columns.map(({ failed }) => failed))).toBe(report.failed + 7);
  }
  const exact = columnsOf(report, 900);
  const answered = total(exact.flatMap(({ perSecond }) => Object.values(perSecond).map((rate) => rate / 10)));
  expect(Math.round(answered) + report.failed).toBe(report.requests);
});

it('keeps the worst tail latency of a column', () => {
  const report = { ...sampleReport(), durationMs: 300 };
  report.buckets = [1, 9, 2].map((ms, index) => ({
    ...emptyBucket,
    atMs: index * 100,
    p50Ms: ms,
    p95Ms: ms,
    p99Ms: ms,
    maxMs: ms,
  }));
  expect(columnsOf(report, 1)[0]).toMatchObject({ p50Ms: 2, p95Ms: 9, p99Ms: 9 });
});

it('lets no text from outside become markup', () => {
  const evil = '</script><img src=x onerror=alert(1)>"\'';
  const html = page({ ...sampleReport({ version: evil }), environment: { [evil]: evil } });
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
});

it('shows a run with failures, an empty one and one without deploys', () => {
  expect(page(sampleReport({ failing: true }))).toContain('What failed');
  const empty = { ...sampleReport(), buckets: [], versions: [], deploys: [], requests: 0, durationMs: 0 };
  const html = page(empty);
  expect(html).toContain('<b>0</b> of <b>0</b> requests failed');
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
});

it('takes the median of what there is', () => {
  expect([median([3, null, 1, 2]), median([1, 2]), median([null])]).toEqual([2, 1.5, undefined]);
});

const emptyBucket = { atMs: 0, versions: {}, failed: 0, mixed: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };

function total(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
