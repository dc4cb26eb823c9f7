import { expect } from 'vitest';
import { waitFor } from '../../scripts/test-tools-run.ts';
import type { StackLoad, StackReport } from './stack-load.ts';
import type { StackStage } from './stack-stage.ts';
import type { StageRun } from './stage-run.ts';

const jobsInOrder = { lost: [], doubled: [], cut: [], open: [] };

/** What the stage's deploys are asked for besides, where nothing is about these times. */
export const brisk = { watch: '1s', 'drain-timeout': '3s' };

/** Load that has begun to be answered, jobs included. */
export async function loadOn(stage: StackStage): Promise<StackLoad> {
  const load = await stage.startLoad({ durationMs: 10 * 60_000, rate: 50 });
  await waitFor(
    'answers and jobs',
    () => load.jobs.live().answered > 5 && load.frontend.live().answered > 20,
  );
  return load;
}

/** Ends the load some answers after now, and finds every request, job and order well done. */
export async function nothingLost(stage: StackStage, load: StackLoad): Promise<StackReport> {
  const [pages, jobs] = [load.frontend.live().answered, load.jobs.live().answered];
  await waitFor('more answers and jobs', () => {
    return load.jobs.live().answered > jobs + 5 && load.frontend.live().answered > pages + 50;
  });
  const report = await load.stop();
  const { frontend, backend, jobs: posted } = report;
  expect([...frontend.failures, ...backend.failures, ...posted.failures]).toEqual([]);
  expect(report.failedInside).toBe(0);
  const { accepted: _, ...verdict } = await stage.jobs();
  expect(verdict).toEqual(jobsInOrder);
  expect((await stage.ticks()).overlaps).toEqual([]);
  const { lost, doubled } = await stage.orders(report);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  return report;
}

export function expectLive({ result, violations }: StageRun): void {
  expect(result.exitCode, result.log).toBe(0);
  expect(violations).toEqual([]);
}

/** The whole stack runs one version, one container of each. */
export async function expectServes(stage: StackStage, version: string): Promise<void> {
  expect(await stage.versions()).toEqual({
    frontend: version,
    backend: version,
    'celery-worker': version,
    'celery-beat': version,
  });
}

/** Services of the stack with one container each, all of them running, and nothing else. */
export async function expectTidy(stage: StackStage): Promise<void> {
  const { containers, networks, files } = await stage.onServer();
  const running = Object.values(containers).map(({ service, running: runs }) =>
    runs ? service : `${service} (ended)`,
  );
  expect(running.toSorted()).toEqual([
    'backend',
    'backend-switch',
    'celery-beat',
    'celery-worker',
    'frontend',
    'frontend-switch',
    'postgres',
    'redis',
  ]);
  expect(networks).toEqual([`${stage.app}_shop-network`, `${stage.app}_switchyard`]);
  const unknown = files.filter(
    (path) =>
      !/^(?:compose\.yaml|(?:stacks|files|switch)(?:\/[^/]+)?|stacks\/[^/]+\/compose\.yaml|files\/[0-9a-f]{64}\/[^/]+|switch\/(?:frontend|backend)\/(?:haproxy\.cfg|live\.map))$/.test(
        path,
      ),
  );
  expect(unknown).toEqual([]);
}
