import type { Inline, SummaryBuilder } from '#action-kit';
import { formatDuration } from '#action-kit';
import type { StepName } from '#release';
import type { ReportedResult, ReportSubject } from './verdict.ts';

const stepTitles: Readonly<Record<StepName, string>> = {
  connect: 'Connect',
  lease: 'Take the lease',
  prepare: 'Read the server',
  pull: 'Pull the image',
  create: 'Create the new version',
  start: 'Start the new version',
  'pre-deploy': 'pre-deploy',
  health: 'Wait until it is healthy',
  verify: 'Prove its version',
  switch: 'Switch',
  watch: 'Watch',
  drain: 'Drain and stop the other version',
  'switch-back': 'Switch back',
  tidy: 'Tidy up',
  'post-deploy': 'post-deploy',
};

/** What a tired person reads first: is it live, and if not, why and what serves instead. */
export function writeSummary(
  summary: SummaryBuilder,
  subject: ReportSubject,
  result: ReportedResult,
  remarks: readonly string[] = [],
): void {
  const { release, image } = result;
  const { app, host, url, commit } = subject;
  const name = image?.reference ?? subject.image;
  if (result.reason === undefined) {
    summary.headline('passed', `${app} is live on ${host}: release ${release?.id ?? ''}`);
  } else {
    // The same words as the annotation's first line; run() sets them again when the step fails.
    summary.headline(
      result.outcome === 'cancelled' ? 'unknown' : 'failed',
      `${result.reason} ${result.servingNow}`,
    );
  }
  summary.table(
    [],
    [
      ...(result.reason === undefined ? [] : row('Serving now', result.servingNow)),
      ...row('App', `${app} on ${host}`),
      ...(name === undefined ? [] : row('Image', { code: name })),
      ...(image?.digest && !image.reference.includes(image.digest)
        ? row('Digest', { code: image.digest })
        : []),
      ...(commit ? row('Commit', { code: commit }) : []),
      ...(release ? row('Release', `${release.id}${result.color ? ` (${result.color})` : ''}`) : []),
      ...(result.previous ? row('Previous release', result.previous) : []),
      ...(url ? row('Serves on', { code: url }) : []),
      ...(result.switchMs === undefined ? [] : row('Switch took', `${result.switchMs} ms`)),
      ...(result.adoptionGapMs === undefined
        ? []
        : row('Taken over from plain Compose', `${result.adoptionGapMs} ms without an answer, this once`)),
      ...row('Whole job', formatDuration(subject.durationMs)),
    ],
  );
  for (const remark of remarks) summary.paragraph(remark);
  if (result.reason !== undefined && result.candidateLog) {
    summary.heading('Last log lines of the new version').code(result.candidateLog);
  }
  writeServices(summary, result);
  writeHealth(summary, result);
  writeWatch(summary, result);
  if (result.findings.length > 0) summary.heading('Found and mended first').list(result.findings);
  writeTimeline(summary, result);
}

function writeServices(summary: SummaryBuilder, { services }: ReportedResult): void {
  if (!services || services.length === 0) return;
  const rows = services.map(({ name, role, image, color, isUnchanged }): Inline[] => [
    name,
    role,
    { code: image },
    isUnchanged ? 'as before' : color,
  ]);
  summary.heading('Services').table(['Service', 'Role', 'Image', 'New in'], rows);
}

function row(name: string, value: Inline): Inline[][] {
  return [[{ strong: name }, value]];
}

function writeTimeline(summary: SummaryBuilder, result: ReportedResult): void {
  const rows = result.timeline.map((entry): Inline[] => [
    stepTitles[entry.step],
    `${(entry.startMs / 1000).toFixed(2)} s`,
    formatDuration(entry.durationMs),
    entry.outcome === 'done' ? 'done' : { strong: 'failed' },
  ]);
  summary.heading('Timeline').table(['Step', 'Began at', 'Took', ''], rows);
}

function writeHealth(summary: SummaryBuilder, { health }: ReportedResult): void {
  if (!health) return;
  const first = health.firstProblem ? `; first problem: ${health.firstProblem.detail}` : '';
  summary
    .heading('Health')
    .paragraph(
      `${health.attempts} ${health.attempts === 1 ? 'attempt' : 'attempts'} in ${formatDuration(health.durationMs)}: ${health.counts.healthy} healthy, ${health.counts.unhealthy} not${first}.`,
    );
}

function writeWatch(summary: SummaryBuilder, { watch }: ReportedResult): void {
  if (!watch) return;
  const cells = (name: string, figures: NonNullable<ReportedResult['watch']>['fresh']): Inline[] => [
    name,
    String(figures.requests),
    String(figures.errors),
    `${(figures.errorRate * 100).toFixed(2)} %`,
    figures.latencyP95Ms === undefined ? '–' : `${figures.latencyP95Ms} ms`,
  ];
  summary
    .heading('Watch')
    .table(
      ['Version', 'Requests', 'Errors', 'Error rate', 'Latency p95'],
      [cells('new', watch.fresh), ...(watch.old ? [cells('old, before the switch', watch.old)] : [])],
    );
}
