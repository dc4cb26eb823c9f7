// npm run demo: version after version of a real app, shipped by the built action over real SSH, under load.
import { join } from 'node:path';
import { openStage, type Stage, type StageDeploy } from '../test/end-to-end/stage.ts';
import type { LoadReport } from '../test/load/report.ts';
import type { Load } from '../test/load/start-load.ts';
import type { AppImage } from '../test/machine/images.ts';
import { missingFromMachine } from '../test/machine/machine-needs.ts';
import { bundleAge } from './demo-bundle-age.ts';
import { demoEnvironment } from './demo-environment.ts';
import { count, duration } from './demo-report/format.ts';
import { type DemoDeploy, demoReport, writeDemoReport } from './demo-report/write-demo-report.ts';
import { deployTable } from './demo-table.ts';
import { DemoVoice } from './demo-voice.ts';
import { projectRoot } from './project-root.ts';

interface Act {
  image: AppImage;
  story: string;
  outcome: DemoDeploy['outcome'];
  inputs: Readonly<Record<string, string>>;
  /** The version that answers again when this one is taken back. */
  backTo?: string;
}

// Streams never end by themselves, so a drain takes all the time it is given; 2 s responses need half of this.
const pace = { 'drain-timeout': '4s', watch: '3s' };

const slowMs = 1_200;
const remark = `The slowest answers and the longest gap are v4's own: it was built to answer ${slowMs / 1_000} s late once users reach it, until its watch takes it back.`;

const acts: readonly Act[] = [
  {
    image: { version: 'v1' },
    story: 'the first deploy: nothing serves yet',
    outcome: 'live',
    inputs: { ...pace, watch: '0s' },
  },
  {
    image: { version: 'v2' },
    story: 'a new version, while users keep sending requests',
    outcome: 'live',
    inputs: pace,
  },
  {
    image: { version: 'v3', env: { NEVER_HEALTHY: '1' } },
    story: 'a version that never gets healthy: it must be refused',
    outcome: 'refused',
    inputs: { ...pace, 'start-timeout': '3s' },
  },
  {
    image: { version: 'v4', env: { SLOW_AFTER_MS: '1000', SLOW_MS: String(slowMs) } },
    story: 'a version that turns slow under its users: it must be taken back',
    outcome: 'switched-back',
    inputs: { ...pace, watch: '20s', 'watch-max-latency-p95': '800ms' },
    backTo: 'v2',
  },
  {
    image: { version: 'v5' },
    story: 'the repaired version',
    outcome: 'live',
    inputs: pace,
  },
];

const rate = 1_020;
const longestRunMs = 10 * 60_000;

const cancelled = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cancelled.abort(new Error(`Stopped by ${signal}.`)));
}
const voice = new DemoVoice();
process.exitCode = await demo().catch((error: Error) => {
  voice.problem(error.message);
  return 1;
});

async function demo(): Promise<number> {
  const lacking = await missingFromMachine('demo');
  if (lacking !== undefined) throw new Error(lacking);
  const age = await bundleAge(projectRoot);
  if (age !== undefined) voice.say(age);
  voice.say('Setting up: Docker Engine, an SSH server, a registry with a password, images.');
  const stage = await openStage({ purpose: 'demo', signal: cancelled.signal });
  let load: Load | undefined;
  try {
    const { server, registry, engine } = stage;
    voice.say(
      `Ready: Docker Engine ${engine.version}, ${server.software} on ${server.host}:${server.port}, registry at ${registry.address}.`,
    );
    const deploys: StageDeploy[] = [];
    for (const act of acts) {
      cancelled.signal.throwIfAborted();
      if (act.backTo !== undefined) load?.expect(act.backTo);
      deploys.push(await perform(stage, act, load));
      if (load === undefined) {
        load = await stage.startLoad({ rate, durationMs: longestRunMs });
        // Long enough to be seen in the chart as the first version's own time.
        await settle(load, 3_500);
        voice.say(
          `Load: ${count(rate)} requests a second from here to the end (kept-alive and new connections, orders by POST, 2 s responses, WebSockets, event streams).`,
        );
      } else voice.load(load.live());
    }
    if (load === undefined) throw new Error('There was no load.');
    await settle(load, 2_000);
    const report = await load.stop();
    voice.say('Load stopped. Counting orders and looking for anything left behind.');
    const problems = await findProblems(stage, deploys, report);
    const environment = { ...(await demoEnvironment(engine.version)), 'SSH server': server.software };
    const shown = demoReport(
      report,
      deploys.map((deploy, index) => demoDeploy(deploy, report.startedAt, acts[index])),
      environment,
      remark,
    );
    const { jsonPath, htmlPath } = await writeDemoReport(shown, join(projectRoot, 'demo-report'));
    voice.block(deployTable(shown));
    voice.say(`Report: ${htmlPath} and ${jsonPath}`);
    for (const problem of problems) voice.problem(problem);
    if (problems.length === 0) {
      voice.good(
        `${count(report.failed)} of ${count(report.requests)} requests failed, ${count(report.mixed)} answered by the wrong version, ` +
          `${count(report.orders.sentIds.length)} orders applied exactly once, nothing left behind.`,
      );
    }
    return problems.length === 0 ? 0 : 1;
  } finally {
    await load?.stop().catch(() => undefined);
    await stage.close();
    voice.say('Everything is taken down again.');
  }
}

async function perform(stage: Stage, act: Act, load: Load | undefined): Promise<StageDeploy> {
  const { version } = act.image;
  voice.title(`${version}: ${act.story}`);
  load?.mark(`deploy ${version}`);
  const deploy = await stage.deploy({
    image: act.image,
    inputs: { ...act.inputs, 'expected-version': version },
    onLine: (line) => voice.action(version, line),
  });
  const { figures, verdict } = deploy;
  const outcome = outcomeOf(deploy);
  const switchMs = verdict?.switchMs === undefined ? '' : `, switched in ${duration(verdict.switchMs)}`;
  const overhead = outcome === 'live' && figures ? `, overhead ${duration(figures.overheadMs)}` : '';
  voice.say(
    `${version} ${outcome === act.outcome ? 'is' : 'must not be'} ${outcome === 'switched-back' ? 'switched back' : outcome}, as ${
      outcome === act.outcome ? 'it should be' : `"${act.outcome}" was expected`
    }: ${duration(deploy.result.durationMs)} in all${switchMs}${overhead}.`,
  );
  return deploy;
}

/** Lets the load go on until it has seen this much more time. */
async function settle(load: Load, forMs: number): Promise<void> {
  const untilMs = load.live().atMs + forMs;
  while (load.live().atMs < untilMs) {
    cancelled.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function outcomeOf({ verdict, result }: StageDeploy): DemoDeploy['outcome'] {
  if (verdict?.outcome === 'live' && result.conclusion === 'success') return 'live';
  if (verdict?.outcome === 'switched-back') return 'switched-back';
  return verdict?.outcome === 'failed' && result.outputs.switched === 'false' ? 'refused' : 'failed';
}

function demoDeploy(deploy: StageDeploy, loadStartedAt: number, act: Act | undefined): DemoDeploy {
  const outcome = outcomeOf(deploy);
  const offsetMs = deploy.startedAt - loadStartedAt;
  const { reason } = deploy.result.outputs;
  return {
    image: deploy.image,
    version: act?.image.version ?? deploy.version,
    outcome,
    ...(outcome !== 'live' && reason ? { reason } : {}),
    switchMs: deploy.verdict?.switchMs ?? null,
    overheadMs: outcome === 'live' ? (deploy.figures?.overheadMs ?? null) : null,
    durationMs: deploy.result.durationMs,
    moments: deploy.moments.map(({ name, atMs }) => ({ name, atMs: Math.round(offsetMs + atMs) })),
  };
}

async function findProblems(
  stage: Stage,
  deploys: readonly StageDeploy[],
  report: LoadReport,
): Promise<string[]> {
  const problems: string[] = [];
  deploys.forEach((deploy, index) => {
    const { image, outcome: expected } = acts[index] as Act;
    const outcome = outcomeOf(deploy);
    if (outcome !== expected) {
      const said =
        deploy.result.outputs.reason ||
        deploy.result.annotations[0]?.message ||
        `its watch saw ${JSON.stringify(deploy.verdict?.watch ?? null)}`;
      problems.push(`${image.version} should have been ${expected}, and was ${outcome}: ${said}`);
    }
    problems.push(...deploy.violations.map((violation) => `${image.version}: ${violation}`));
  });
  if (report.failed > 0) {
    const reasons = Object.entries(report.failuresByReason).map(([reason, times]) => `${times} × ${reason}`);
    problems.push(`${count(report.failed)} requests failed: ${reasons.join(', ')}.`);
  }
  if (report.mixed > 0)
    problems.push(`${count(report.mixed)} requests were answered by a version that was gone.`);
  const perSecond = (report.requests * 1_000) / report.durationMs;
  if (perSecond < 1_000)
    problems.push(`The load was only ${count(perSecond)} requests a second; 1,000 were due.`);
  for (const [kind, { requests }] of Object.entries(report.kinds)) {
    if (requests === 0) problems.push(`The load had no requests of the kind ${kind}.`);
  }
  const { lost, doubled } = await stage.orders(report);
  if (lost.length > 0) problems.push(`${lost.length} orders were confirmed and never applied.`);
  if (doubled.length > 0) problems.push(`${doubled.length} orders were applied more than once.`);
  problems.push(...(await stage.leftovers()));
  return problems;
}
