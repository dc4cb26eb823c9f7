// npm run bench: what the README claims, measured on this machine in one run, into bench/results.json.
// Fewer deploys for a quick look: --deploys 3 --replacements 1 --rollbacks 3 --today 1 --out FILE
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoEnvironment } from '../scripts/demo-environment.ts';
import { columns } from '../scripts/demo-table.ts';
import { distSubjects, measureStartup } from '../scripts/measure-startup.ts';
import { projectRoot } from '../scripts/project-root.ts';
import { openStage } from '../test/end-to-end/stage.ts';
import { demands } from './demands.ts';
import { round, type Spread } from './figures.ts';
import { benchRollbacks, drainTimeout } from './rollbacks.ts';
import { benchSwitchyard, type DeployPart } from './switchyard-deploys.ts';
import { benchToday } from './todays-deploys.ts';

const rate = 1_020;
const { values } = parseArgs({
  options: {
    deploys: { type: 'string', default: '20' },
    replacements: { type: 'string', default: '5' },
    rollbacks: { type: 'string', default: '20' },
    today: { type: 'string', default: '5' },
    out: { type: 'string', default: join(projectRoot, 'bench', 'results.json') },
  },
});

const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cancelled.abort(new Error(`Stopped by ${signal}.`)));
}
const startedMs = performance.now();
const tell = (line: string) => {
  cancelled.signal.throwIfAborted();
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
};

process.exitCode = await bench().catch((error: Error) => {
  console.error(error.message);
  return 1;
});

async function bench(): Promise<number> {
  const loadAverage = round(loadavg()[0] ?? 0);
  tell('Start-up of every bundle, against an empty Node script.');
  const startUp = await measureStartup(await distSubjects(projectRoot));
  tell('Setting up: Docker Engine, an SSH server, a registry with a password, images.');
  await using stage = await openStage({ purpose: 'bench', signal: cancelled.signal });
  const machine = await demoEnvironment(stage.engine.version);
  const switchyard = await benchSwitchyard(stage, {
    deploys: Number(values.deploys),
    replacements: Number(values.replacements),
    rate,
    tell,
  });
  await stage.clearApp();
  const rollbacks = await benchRollbacks(stage, { rollbacks: Number(values.rollbacks), rate, tell });
  // The same port now serves what people do today.
  await stage.clearApp();
  const today = await benchToday(stage, { deploys: Number(values.today), rate, tell });
  const checked = demands(switchyard, rollbacks);
  const results = {
    date: new Date().toISOString(),
    command: 'npm run bench',
    machine,
    loadAverageBefore: loadAverage,
    requestsPerSecond: rate,
    startUp: {
      emptyScriptMs: round(startUp.emptyScriptMs),
      bundles: startUp.figures.map(({ name, medianMs, ratio }) => ({
        name,
        medianMs: round(medianMs),
        ratio: Math.round(ratio * 100) / 100,
      })),
    },
    switchyard,
    rollbacks,
    today,
    demands: checked,
  };
  await writeFile(values.out, `${JSON.stringify(results, null, 2)}\n`);

  const of = ({ median, min, max }: Spread) => `${median} ms (${min} to ${max})`;
  const part = (what: string, { deploys, requests, failed, mixed, ...figures }: DeployPart) => [
    what,
    String(deploys),
    String(requests),
    String(failed),
    String(mixed),
    of(figures.switchMs),
    of(figures.overheadMs),
    of(figures.durationMs),
  ];
  const heading = (text: string) => console.log(`\n${text}`);
  const show = (rows: readonly (readonly string[])[]) => {
    for (const line of columns(rows)) console.log(`  ${line}`.trimEnd());
  };
  heading('Start-up, to the end of a run that stops at its input check');
  show([
    ['empty script', `${results.startUp.emptyScriptMs} ms`, ''],
    ...results.startUp.bundles.map(({ name, medianMs, ratio }) => [name, `${medianMs} ms`, `${ratio} times`]),
  ]);
  heading(
    `Deploys at ${switchyard.perSecond} requests a second (watch: 0s, drain-timeout: ${switchyard.drainTimeout}; streams stay open, so every drain takes all of it)`,
  );
  show([
    ['', 'deploys', 'requests', 'failed', 'mixed', 'switch', 'overhead', 'in all'],
    part('new version', switchyard.deploys),
    part('new version and new switch', switchyard.switchReplacements),
  ]);
  heading('What the overhead consists of, medians');
  show([
    Object.keys(switchyard.deploys.overheadBySteps),
    Object.values(switchyard.deploys.overheadBySteps).map((ms) => `${ms} ms`),
  ]);
  heading(
    `Rollbacks at ${rollbacks.perSecond} requests a second (watch: 0s, drain-timeout: ${drainTimeout})`,
  );
  show([
    ['standby', 'rollbacks', 'requests', 'failed', 'mixed', 'from the start until the old version answers'],
    ...Object.entries(rollbacks.byStandby).map(([standby, part]) => [
      standby,
      String(part.rollbacks),
      String(part.requests),
      String(part.failed),
      String(part.mixed),
      of(part.answersMs),
    ]),
  ]);
  heading('What people do today, same app, same load');
  show([
    ['', 'deploys', 'requests', 'failed', 'failed a deploy', 'outage', 'command'],
    ...Object.entries(today).map(([name, figures]) => [
      name,
      String(figures.deploys),
      String(figures.requests),
      String(figures.failed),
      `${figures.failedPerDeploy.median} (${figures.failedPerDeploy.min} to ${figures.failedPerDeploy.max})`,
      of(figures.outageMs),
      of(figures.commandMs),
    ]),
  ]);
  heading('Demands');
  show(checked.map(({ what, found, met }) => [met ? '✓' : '✕', what, found]));
  console.log(`\n${values.out}, after ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  return checked.every(({ met }) => met) ? 0 : 1;
}
