import { type ChartSize, chart, narrowChart, outcomeMarks, outcomeWords, wideChart } from './chart.ts';
import { columnsOf } from './columns.ts';
import { crosshair } from './crosshair.ts';
import { count, duration, escaped } from './format.ts';
import { type DemoDeploy, type DemoReport, median } from './model.ts';
import { style } from './style.ts';

const storyWords = {
  live: 'went live',
  refused: 'refused before a user saw it',
  'switched-back': 'switched back',
  failed: 'failed',
} as const;

/** The whole report as one HTML page that loads nothing from anywhere. */
export function page(report: DemoReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${count(report.failed)} of ${count(report.requests)} requests failed · Switchyard demo</title>
<style>${style}</style>
</head>
<body>
<main>
${headline(report)}
<section class="card" aria-labelledby="over-time">
<h2 id="over-time">What the users got while ${count(report.deploys.length)} deploys ran</h2>
${legend(report)}
<figure>
${chart(report, wideChart)}
${chart(report, narrowChart)}
<div class="tip" aria-hidden="true" hidden></div>
<figcaption>Tinted stretches are deploys, dashed lines are switches. The p95 and p99 are the worst tenth of a second in each step. Requests that are slow on purpose and streams are in the counts but not in the latency.</figcaption>
</figure>
</section>
${deployTable(report)}
${failureTable(report)}
${dataTable(report)}
<footer>${environment(report)} Reproduce with <code>npm ci &amp;&amp; npm run demo</code>; the raw figures are in <code>report.json</code> beside this page.</footer>
</main>
<script type="application/json" id="columns">${tips(report)}</script>
<script>${crosshair}</script>
</body>
</html>
`;
}

function headline(report: DemoReport): string {
  const good = report.failed === 0 && report.mixed === 0;
  const switchMs = median(report.deploys.map((deploy) => deploy.switchMs));
  const overheadMs = median(report.deploys.map((deploy) => deploy.overheadMs));
  const wrong = report.mixed === 0 ? '' : `, <b>${count(report.mixed)}</b> answered by the wrong version`;
  const tiles: [string, string][] = [
    ['answered by the wrong version', count(report.mixed)],
    ['switch, median', switchMs === undefined ? 'none' : duration(switchMs)],
    ['deploy overhead, median', overheadMs === undefined ? 'none' : duration(overheadMs)],
    ['latency, 99 of 100 within', duration(report.latency.p99Ms)],
    ['longest time without an answer', duration(report.longestGapMs)],
    ['WebSockets and event streams cut', `${count(report.streams.cut)} of ${count(report.streams.opened)}`],
    ['requests per second', count((report.requests * 1_000) / Math.max(1, report.durationMs))],
  ];
  return `<section class="card">
<h1>Switchyard demo: ${count(report.deploys.length)} deploys under load, ${escaped(day(report.startedAt))}</h1>
<p class="headline ${good ? 'good' : 'bad'}"><b>${count(report.failed)}</b> of <b>${count(report.requests)}</b> requests failed${wrong}</p>
<p class="lead">${escaped(story(report))} ${escaped(report.remark)}</p>
<dl class="tiles">${tiles.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>
</section>`;
}

function story(report: DemoReport): string {
  const outcomes = (['live', 'refused', 'switched-back', 'failed'] as const)
    .map((outcome) => ({ outcome, number: report.deploys.filter((one) => one.outcome === outcome).length }))
    .filter(({ number }) => number > 0)
    .map(({ outcome, number }) => `${number} ${storyWords[outcome]}`);
  const deploys = outcomes.length === 0 ? 'Nothing was deployed' : outcomes.join(', ');
  return `${deploys}, while users kept sending requests for ${duration(report.durationMs)}.`;
}

function day(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

function legend(report: DemoReport): string {
  const versions = report.versions.map(
    ({ version }, order) => `<li style="--c: var(--v${order % 6})">${escaped(version)}</li>`,
  );
  const phases = [
    ['start', 'color-mix(in srgb, var(--soft) 55%, transparent)', 'creating and booting'],
    ['switch', 'var(--switch)', 'switch'],
    ['watch', 'color-mix(in srgb, var(--v0) 55%, transparent)', 'watching'],
    ['drain', 'color-mix(in srgb, var(--soft) 25%, transparent)', 'draining'],
  ]
    .filter(([name]) => report.deploys.some(({ moments }) => moments.some((moment) => moment.name === name)))
    .map(([, color, words]) => `<li class="span" style="--c: ${color}">${words}</li>`);
  return `<ul class="legend">${versions.join('')}<li style="--c: var(--bad)">failed</li>${phases.join('')}</ul>`;
}

function deployTable(report: DemoReport): string {
  return `<section class="card" aria-labelledby="deploys">
<h2 id="deploys">Deploys</h2>
<table class="deploys"><thead><tr><th scope="col">Version</th><th scope="col">Outcome</th><th scope="col">Image</th><th scope="col" class="n">Switch</th><th scope="col" class="n">Overhead</th><th scope="col" class="n">In all</th></tr></thead>
<tbody>${report.deploys.map((deploy) => deployRow(deploy, report)).join('')}</tbody></table>
</section>`;
}

function deployRow(deploy: DemoDeploy, report: DemoReport): string {
  const order = report.versions.findIndex(({ version }) => version === deploy.version);
  const dot = order < 0 ? 'var(--line)' : `var(--v${order % 6})`;
  const figure = (label: string, ms: number | null) =>
    `<td class="n" data-label="${label}">${ms === null ? '–' : duration(ms)}</td>`;
  const reason =
    deploy.reason === undefined ? '' : `<br><span class="reason">${escaped(deploy.reason)}</span>`;
  return (
    `<tr><th scope="row" class="dot" style="--c: ${dot}">${escaped(deploy.version)}</th>` +
    `<td class="outcome-cell o-${deploy.outcome}">${outcomeMarks[deploy.outcome]} ${outcomeWords[deploy.outcome]}</td>` +
    `<td class="whole"><code title="${escaped(deploy.image)}">${escaped(shortened(deploy.image))}</code>${reason}</td>` +
    figure('Switch', deploy.switchMs) +
    figure('Overhead', deploy.overheadMs) +
    `${figure('In all', deploy.durationMs)}</tr>`
  );
}

/** Twelve digits of a digest are enough to recognise it; the JSON has all of them. */
function shortened(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}

function failureTable(report: DemoReport): string {
  if (report.failed === 0) return '';
  const reasons = Object.entries(report.failuresByReason)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, number]) => `<li>${count(number)} × ${escaped(reason)}</li>`);
  const rows = report.failures
    .slice(0, 50)
    .map(
      (failure) =>
        `<tr><td class="n">${(failure.atMs / 1_000).toFixed(3)}</td><td>${escaped(failure.kind)}</td>` +
        `<td>${escaped(failure.reason)}</td><td>${failure.reused ? 'reused' : 'new'}</td></tr>`,
    );
  return `<section class="card" aria-labelledby="failures">
<h2 id="failures" class="bad">What failed</h2>
<ul>${reasons.join('')}</ul>
<details><summary>The first ${count(rows.length)}</summary><div class="scroll"><table><thead><tr><th scope="col" class="n">At (s)</th><th scope="col">Traffic</th><th scope="col">Reason</th><th scope="col">Connection</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>
</section>`;
}

/** The picture as a table, a row a second or, in long runs, a few seconds. */
function dataTable(report: DemoReport): string {
  const columns = columnsOf(report, Math.min(120, Math.max(1, Math.floor(report.durationMs / 1_000))));
  const versions = report.versions.map(({ version }) => version);
  const latencyCell = (ms: number | undefined) =>
    `<td class="n">${ms === undefined ? '–' : duration(ms)}</td>`;
  const rows = columns.map(
    (column) =>
      `<tr><th scope="row" class="n">${(column.fromMs / 1_000).toFixed(1)}</th>` +
      versions.map((version) => `<td class="n">${count(column.perSecond[version] ?? 0)}</td>`).join('') +
      `<td class="n${column.failed > 0 ? ' bad' : ''}">${count(column.failed)}</td>` +
      `${latencyCell(column.p50Ms)}${latencyCell(column.p95Ms)}${latencyCell(column.p99Ms)}</tr>`,
  );
  const heads = [...versions.map((version) => `${version}, per s`), 'failed', 'p50', 'p95', 'p99'];
  return `<details class="card"><summary>The same as a table</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Figures over time"><table><thead><tr><th scope="col" class="n">From (s)</th>${heads.map((head) => `<th scope="col" class="n">${escaped(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>
</details>`;
}

function environment(report: DemoReport): string {
  return Object.entries(report.environment)
    .map(([name, value]) => `${escaped(name)} ${escaped(value)}.`)
    .join(' ');
}

function tips(report: DemoReport): string {
  const forSize = (size: ChartSize) =>
    columnsOf(report, size.columns).map((column) => ({
      from: column.fromMs,
      to: column.toMs,
      text: [
        `at ${(column.fromMs / 1_000).toFixed(1)} s`,
        ...Object.entries(column.perSecond).map(([version, rate]) => `${version}: ${count(rate)} per second`),
        ...(column.failed > 0 ? [`failed: ${count(column.failed)}`] : []),
        ...(column.mixed > 0 ? [`mixed: ${count(column.mixed)}`] : []),
        ...(column.p50Ms === undefined ? [] : [`p50 ${duration(column.p50Ms)}`]),
        ...(column.p99Ms === undefined ? [] : [`p99 ${duration(column.p99Ms)}`]),
      ].join('\n'),
    }));
  // "<" would let a version's name end the script element.
  return JSON.stringify({ wide: forSize(wideChart), narrow: forSize(narrowChart) }).replaceAll(
    '<',
    '\\u003c',
  );
}
