import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadKinds } from '../load/start-load.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { errorsOf } from './run-deploy.ts';
import { openStage, type Stage, type StageDeploy } from './stage.ts';

// Many jobs that want to change one app at the same moment: one after another, or refused by name, never two at work.

const jobs = 20;
/** Streams would make each drain take all the time that it is given. */
const noStreams: Partial<LoadKinds> = { slowPerSecond: 0, webSocketClients: 0, sseClients: 0 };

interface Job {
  readonly number: number;
  readonly deploy: StageDeploy;
  /** When the clock of its process began, from which its timeline counts; ms since the epoch. */
  readonly originMs: number;
}

/** Loaded into every job: a process that waits for a busy machine to start begins its clock later than we think. */
const noteOrigin = `import { writeFileSync } from 'node:fs';
writeFileSync(process.env.SWITCHYARD_TEST_ORIGIN, String(performance.timeOrigin));
`;

const runUrl = (number: number) => `https://github.com/octo-org/octo-repo/actions/runs/${7000 + number}`;

/** Starts all jobs in the same moment, each of a run, an actor and a version of its own. */
async function startTogether(stage: Stage, inputs: Record<string, string>): Promise<Job[]> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-queue-'));
  const module = join(folder, 'note-origin.mjs');
  await writeFile(module, noteOrigin);
  const start = async (number: number): Promise<Job> => {
    const origin = join(folder, String(number));
    const deploy = await stage.deploy({
      image: { version: 'v1' },
      inputs: { watch: '0s', 'drain-timeout': '5s', env: `VERSION=job-${number}`, ...inputs },
      runner: {
        env: {
          NODE_OPTIONS: `--import=${module}`,
          SWITCHYARD_TEST_ORIGIN: origin,
          GITHUB_RUN_ID: String(7000 + number),
          GITHUB_ACTOR: `person-${number}`,
        },
      },
    });
    return { number, deploy, originMs: Number(readFileSync(origin, 'utf8')) };
  };
  try {
    return await Promise.all(Array.from({ length: jobs }, (_, number) => start(number)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From having the lease to the last thing that was done with it. */
function atWork({ deploy, originMs }: Job): { from: number; to: number } {
  const timeline = deploy.verdict?.timeline ?? [];
  const lease = timeline.find(({ step }) => step === 'lease');
  const ends = timeline.map(({ startMs, durationMs }) => startMs + durationMs);
  return {
    from: originMs + (lease?.startMs ?? Number.NaN) + (lease?.durationMs ?? Number.NaN),
    to: originMs + Math.max(...ends),
  };
}

function journalOf(stage: Stage): { event: string; release?: string; runUrl?: string }[] {
  const text = readFileSync(join(stage.server.home, '.switchyard', stage.app, 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describeWithEngine('twenty deploys started at once', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ purpose: 'queue' });
    const first = await stage.deploy({ image: { version: 'v1' }, inputs: { watch: '0s' } });
    expect(first.result.exitCode, first.result.log).toBe(0);
  });
  afterAll(() => stage?.close());

  const failed = ({ result }: StageDeploy): boolean => result.exitCode !== 0;
  const logOf = (done: Job[]): string => done.find(({ deploy }) => failed(deploy))?.deploy.result.log ?? '';

  test('end as twenty deploys one after another, and no request is lost', async () => {
    const before = journalOf(stage).length;
    await using load = await stage.startLoad({ rate: 100, durationMs: 10 * 60_000, kinds: noStreams });
    const done = await startTogether(stage, { 'lock-wait': '10m' });
    const report = await load.stop();

    expect(
      done.map(({ deploy }) => deploy.result.exitCode),
      logOf(done),
    ).toEqual(done.map(() => 0));
    expect(done.flatMap(({ deploy }) => deploy.violations)).toEqual([]);
    const turns = done
      .map((job) => ({ number: job.number, ...atWork(job) }))
      .toSorted((a, b) => a.from - b.from);
    expect(turns.flatMap(({ from, to }) => [from, to]).filter(Number.isNaN)).toEqual([]);
    for (const [index, { from }] of turns.entries()) {
      const earlier = turns[index - 1];
      if (earlier)
        expect(from, `job ${earlier.number}, then ${turns[index]?.number}`).toBeGreaterThan(earlier.to);
    }
    const waited = done.filter(({ deploy }) => /Waiting for another deploy of/.test(deploy.result.log));
    expect(waited.length).toBeGreaterThan(jobs / 2);

    // The journal tells the same: each release is deployed and goes live before the next one is begun.
    const releaseOf = new Map(done.map(({ number, deploy }) => [number, deploy.verdict?.release]));
    expect(
      journalOf(stage)
        .slice(before)
        .map(({ event, release, runUrl: url }) => [event, release, url]),
    ).toEqual(
      turns.flatMap(({ number }) =>
        ['deploy', 'live'].map((event) => [event, releaseOf.get(number), runUrl(number)]),
      ),
    );

    expect(report.failed, JSON.stringify(report.failures)).toBe(0);
    expect(report.mixedAnswers).toEqual([]);
    expect(report.requests).toBeGreaterThan(1_000);
    expect(
      report.versions.toSorted((a, b) => a.firstAnswerMs - b.firstAnswerMs).map(({ version }) => version),
    ).toEqual(['v1', ...turns.map(({ number }) => `job-${number}`)]);
    expect(await stage.leftovers()).toEqual([]);
  });

  test('of which none queues end as one deploy, and the others say whose turn it is', async () => {
    const before = journalOf(stage).length;
    await using load = await stage.startLoad({ rate: 100, durationMs: 5 * 60_000, kinds: noStreams });
    // Whoever wins is at work until the last of the others has long been refused.
    const done = await startTogether(stage, { 'lock-wait': '0s', 'pre-deploy': 'sleep 30' });
    const report = await load.stop();

    const winners = done.filter(({ deploy }) => !failed(deploy));
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    const owner = `${runUrl(winner?.number ?? Number.NaN)} by person-${winner?.number}`;
    for (const { deploy } of done.filter((job) => job !== winner)) {
      const errors = errorsOf(deploy.result);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(
        `Another deploy of ${stage.app} is at work on this server (${owner}, since `,
      );
      expect(errors[0]).toMatch(
        /since \d{4}-\d\d-\d\dT[\d:.]+Z\); wait until it ends, .*"lock-wait".*"force-unlock"/,
      );
    }
    expect(done.flatMap(({ deploy }) => deploy.violations)).toEqual([]);
    expect(
      journalOf(stage)
        .slice(before)
        .map(({ event, release }) => [event, release]),
    ).toEqual(['deploy', 'live'].map((event) => [event, winner?.deploy.verdict?.release]));
    expect(report.failed, JSON.stringify(report.failures)).toBe(0);
    expect(report.versions).toHaveLength(2);
    expect(report.versions.map(({ version }) => version)).toContain(`job-${winner?.number}`);
    expect(await stage.leftovers()).toEqual([]);
  });
});
