import { type Column, columnsOf } from './columns.ts';
import { count, duration, escaped, px } from './format.ts';
import type { DemoDeploy, DemoReport } from './model.ts';

export interface ChartSize {
  id: 'wide' | 'narrow';
  width: number;
  left: number;
  right: number;
  columns: number;
}

export const wideChart: ChartSize = { id: 'wide', width: 1_080, left: 58, right: 44, columns: 300 };
export const narrowChart: ChartSize = { id: 'narrow', width: 344, left: 52, right: 30, columns: 120 };

const lanesTop = 8;
const laneHeight = 12;
const trafficTop = 74;
const trafficHeight = 220;
const failureTop = trafficTop + trafficHeight + 12;
const failureHeight = 26;
const latencyTop = failureTop + failureHeight + 34;
const latencyHeight = 130;
const bottom = latencyTop + latencyHeight;

export const outcomeMarks = { live: '✓', refused: '✕', 'switched-back': '↩', failed: '✕' } as const;
export const outcomeWords = {
  live: 'live',
  refused: 'refused',
  'switched-back': 'switched back',
  failed: 'failed',
} as const;

const momentNames = ['start', 'healthy', 'switch', 'watch', 'switch-back', 'drain'] as const;

/** The whole picture for one width: deploys, requests by version, failures and latency over one time axis. */
export function chart(report: DemoReport, size: ChartSize): string {
  const columns = columnsOf(report, size.columns);
  const endMs = Math.max(columns.at(-1)?.toMs ?? 0, ...report.deploys.map((deploy) => endOf(deploy)));
  const plotWidth = size.width - size.left - size.right;
  const x = (ms: number) => size.left + (plotWidth * Math.max(0, ms)) / Math.max(1, endMs);
  const height = bottom + 30;
  return [
    `<svg class="chart ${size.id}" viewBox="0 0 ${size.width} ${height}" role="img"`,
    ` aria-labelledby="${size.id}-title ${size.id}-desc" data-left="${size.left}" data-plot="${plotWidth}"`,
    ` data-end="${endMs}">`,
    `<title id="${size.id}-title">Requests per second by version, failures and latency over time</title>`,
    `<desc id="${size.id}-desc">${escaped(inWords(report))}</desc>`,
    timeAxis(endMs, x, size),
    ...report.deploys.map((deploy) => band(deploy, x)),
    traffic(report, columns, x, size),
    failures(report, columns, x, size),
    latency(columns, x, size),
    ...report.deploys.map((deploy) => lane(deploy, x, size)),
    `<line class="cross" y1="${lanesTop}" y2="${bottom}" x1="0" x2="0" visibility="hidden"/>`,
    '</svg>',
  ].join('');
}

/** The picture's content as sentences, for those who cannot see it. */
export function inWords(report: DemoReport): string {
  const deploys = report.deploys.map((deploy) => {
    const at = `${Math.round((deploy.moments[0]?.atMs ?? 0) / 1_000)} s`;
    return `${deploy.version} ${outcomeWords[deploy.outcome]} (began at ${at}, took ${duration(deploy.durationMs)})`;
  });
  return (
    `${count(report.requests)} requests in ${duration(report.durationMs)}, ${count(report.failed)} failed, ` +
    `${count(report.mixed)} mixed. Latency p50 ${duration(report.latency.p50Ms)}, ` +
    `p99 ${duration(report.latency.p99Ms)}. Deploys: ${deploys.join('; ')}.`
  );
}

function endOf(deploy: DemoDeploy): number {
  return deploy.moments.at(-1)?.atMs ?? 0;
}

function band(deploy: DemoDeploy, x: (ms: number) => number): string {
  const from = x(deploy.moments[0]?.atMs ?? 0);
  const to = Math.max(from + 1, x(endOf(deploy)));
  const lines = deploy.moments
    .filter(({ name }) => name === 'switch' || name === 'switch-back')
    .map(({ name, atMs }) => {
      const at = px(x(atMs));
      return `<line class="moment m-${name}" x1="${at}" x2="${at}" y1="${trafficTop - 4}" y2="${bottom}"/>`;
    });
  return (
    `<rect class="band o-${deploy.outcome}" x="${px(from)}" width="${px(to - from)}" y="${trafficTop - 4}"` +
    ` height="${bottom - trafficTop + 4}"/>${lines.join('')}`
  );
}

function lane(deploy: DemoDeploy, x: (ms: number) => number, size: ChartSize): string {
  const from = x(deploy.moments[0]?.atMs ?? 0);
  const to = Math.max(from + 3, x(endOf(deploy)));
  const spans = deploy.moments.slice(0, -1).map(({ name, atMs }, index) => {
    const nextMs = deploy.moments[index + 1]?.atMs ?? atMs;
    // A switch takes a few milliseconds: it must be seen all the same.
    const width = Math.max(name.startsWith('switch') ? 2 : 0, x(nextMs) - x(atMs));
    const known = (momentNames as readonly string[]).includes(name);
    return (
      `<rect class="span ${known ? `s-${name}` : 's-other'}" x="${px(x(atMs))}" width="${px(width)}"` +
      ` y="${lanesTop}" height="${laneHeight}"><title>${escaped(deploy.version)}: ${escaped(name)}, ` +
      `${duration(nextMs - atMs)}</title></rect>`
    );
  });
  const mark = outcomeMarks[deploy.outcome];
  const label =
    size.id === 'wide'
      ? `${mark} ${deploy.version} ${outcomeWords[deploy.outcome]}`
      : `${mark}${deploy.version.slice(0, 6)}`;
  // A label must neither leave the picture on the right nor on the left.
  const labelWidth = label.length * 6.6;
  const labelAt = Math.min(from, size.width - labelWidth - 2);
  return (
    `${spans.join('')}<rect class="frame o-${deploy.outcome}" x="${px(from)}" width="${px(to - from)}"` +
    ` y="${lanesTop}" height="${laneHeight}" rx="2"/>` +
    `<text class="outcome o-${deploy.outcome}" x="${px(labelAt)}" y="${lanesTop + laneHeight + 16}">${escaped(label)}</text>`
  );
}

function traffic(
  report: DemoReport,
  columns: readonly Column[],
  x: (ms: number) => number,
  size: ChartSize,
): string {
  const versions = report.versions.map(({ version }) => version);
  const totals = columns.map((column) => sum(Object.values(column.perSecond)));
  const step = niceStep(Math.max(1, ...totals) / 4);
  const top = Math.max(1, ...totals) * 1.06;
  const y = (value: number) => trafficTop + trafficHeight * (1 - value / top);
  const below = columns.map(() => 0);
  const areas = versions.map((version, order) => {
    const lower = [...below];
    const upper = columns.map((column, index) => {
      const value = (below[index] ?? 0) + (column.perSecond[version] ?? 0);
      below[index] = value;
      return value;
    });
    return `<path class="v v${order % 6}" d="${steppedArea(columns, lower, upper, x, y)}"/>`;
  });
  const ticks: string[] = [];
  for (let value = 0; value <= top; value += step) ticks.push(tick(y(value), count(value), size));
  return (
    heading(
      size.id === 'wide'
        ? 'Requests per second, by the version that answered'
        : 'Requests per second, by version',
      trafficTop - 12,
      size,
    ) +
    ticks.join('') +
    areas.join('')
  );
}

/** Only the stretches in which there is something to draw: most versions answer for a part of the time. */
function steppedArea(
  columns: readonly Column[],
  lower: readonly number[],
  upper: readonly number[],
  x: (ms: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  for (let first = 0; first < columns.length; first += 1) {
    if (upper[first] === lower[first]) continue;
    let last = first;
    while (last + 1 < columns.length && upper[last + 1] !== lower[last + 1]) last += 1;
    let there = '';
    let back = '';
    for (let index = first; index <= last; index += 1) {
      const column = columns[index] as Column;
      const [from, to] = [px(x(column.fromMs)), px(x(column.toMs))];
      const [high, low] = [px(y(upper[index] ?? 0)), px(y(lower[index] ?? 0))];
      there += `${index === first ? 'M' : 'L'}${from} ${high}H${to}`;
      back = `L${to} ${low}H${from}${back}`;
    }
    path += `${there}${back}Z`;
    first = last;
  }
  return path;
}

function failures(
  report: DemoReport,
  columns: readonly Column[],
  x: (ms: number) => number,
  size: ChartSize,
): string {
  const most = Math.max(1, ...columns.map(({ failed, mixed }) => failed + mixed));
  const bars = columns
    .filter(({ failed, mixed }) => failed + mixed > 0)
    .map(({ fromMs, toMs, failed, mixed }) => {
      const height = 5 + (failureHeight - 5) * ((failed + mixed) / most);
      const width = Math.max(2, x(toMs) - x(fromMs));
      return (
        `<rect class="failure" x="${px(x(fromMs))}" width="${px(width)}" y="${px(failureTop + failureHeight - height)}"` +
        ` height="${px(height)}"><title>${count(failed)} failed, ${count(mixed)} mixed</title></rect>`
      );
    });
  const bad = report.failed + report.mixed;
  const words =
    bad === 0
      ? 'No request failed, none was mixed'
      : `${count(report.failed)} failed, ${count(report.mixed)} mixed`;
  const y = failureTop + failureHeight;
  return (
    `<line class="zero" x1="${size.left}" x2="${size.width - size.right}" y1="${y}" y2="${y}"/>${bars.join('')}` +
    `<text class="${bad === 0 ? 'fine' : 'bad'}" x="${size.left + 4}" y="${failureTop + 14}">${words}</text>`
  );
}

function latency(columns: readonly Column[], x: (ms: number) => number, size: ChartSize): string {
  const known = columns
    .flatMap((column) => [column.p50Ms, column.p99Ms])
    .filter((value) => value !== undefined);
  const lowest = 10 ** Math.floor(Math.log10(Math.max(0.01, Math.min(1, ...known))));
  const highest = 10 ** Math.ceil(Math.log10(Math.max(10, ...known) * 1.01));
  const decades = Math.log10(highest / lowest);
  const y = (ms: number) =>
    latencyTop + latencyHeight * (1 - Math.log10(Math.max(lowest, ms) / lowest) / decades);
  const ticks: string[] = [];
  for (let value = lowest; value <= highest * 1.01; value *= 10) {
    const label = value >= 1_000 ? `${Math.round(value / 1_000)} s` : `${Number(value.toPrecision(1))} ms`;
    ticks.push(tick(y(value), label, size));
  }
  const lines = (['p99Ms', 'p95Ms', 'p50Ms'] as const).map((name) => {
    let path = '';
    let pen = false;
    for (const column of columns) {
      const value = column[name];
      if (value !== undefined) {
        path += `${pen ? 'L' : 'M'}${px(x((column.fromMs + column.toMs) / 2))} ${px(y(value))}`;
      }
      pen = value !== undefined;
    }
    return `<path class="latency ${name.slice(0, 3)}" d="${path}"/>`;
  });
  const ends = (['p50Ms', 'p95Ms', 'p99Ms'] as const).map((name) => ({
    name: name.slice(0, 3),
    y: y(columns.findLast((column) => column[name] !== undefined)?.[name] ?? lowest),
  }));
  // From the bottom up, each label at least 12 px above the one below it.
  let limit = bottom + 4;
  const labels = ends.map((end) => {
    limit = Math.min(end.y + 4, limit - 12 + (limit > bottom ? 12 : 0));
    return `<text class="end ${end.name}" x="${size.width - size.right + 4}" y="${px(limit)}">${end.name}</text>`;
  });
  return heading('Latency', latencyTop - 10, size) + ticks.join('') + lines.join('') + labels.join('');
}

function timeAxis(endMs: number, x: (ms: number) => number, size: ChartSize): string {
  const most = size.id === 'wide' ? 12 : 5;
  const step = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600].find((s) => endMs / 1_000 / s <= most) ?? 1_200;
  let axis = `<line class="axis" x1="${size.left}" x2="${size.width - size.right}" y1="${bottom}" y2="${bottom}"/>`;
  for (let second = 0; second * 1_000 <= endMs; second += step) {
    const at = px(x(second * 1_000));
    axis +=
      `<line class="axis" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}"/>` +
      `<text class="tick" text-anchor="middle" x="${at}" y="${bottom + 19}">${second} s</text>`;
  }
  return axis;
}

function heading(text: string, y: number, size: ChartSize): string {
  return `<text class="heading" x="${size.left}" y="${y}">${escaped(text)}</text>`;
}

function tick(y: number, label: string, size: ChartSize): string {
  return (
    `<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${px(y)}" y2="${px(y)}"/>` +
    `<text class="tick" text-anchor="end" x="${size.left - 5}" y="${px(y + 4)}">${label}</text>`
  );
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? power * 10;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
