import { setTimeout as delay } from 'node:timers/promises';
import { countsByService, type StackContainer, stackContainers } from '#compose';
import { ExplainedError } from '#explained-error';
import type { NeededService, ReleasePlan } from './release-plan.ts';
import { isUp, type StackGround, type StackJob } from './stack-context.ts';

export class NeededServiceError extends ExplainedError {
  override readonly name = 'NeededServiceError';
}

const patienceMs = 120_000;
const pollMs = 200;

/**
 * Starts what this release leaves alone and finds absent or stopped, such as a database on the first deploy, and waits
 * until it is as those that depend on it ask.
 *
 * @throws NeededServiceError when it does not get there
 */
export async function ensureNeeded(job: StackJob, ground: StackGround, plan: ReleasePlan): Promise<void> {
  const { reporter, files, server } = job;
  const absent = plan.needed.filter(({ service, condition }) => {
    const there = ground.state.containers.filter((one) => one.service === service);
    return condition === 'completed' ? there.length === 0 : !there.some(isUp);
  });
  if (absent.length > 0) {
    const names = absent.map(({ service }) => service);
    reporter.info(`Starting ${names.join(', ')}, which ${names.length === 1 ? 'does' : 'do'} not run.`);
    const file = { path: files.fileOf(plan.release.id), project: plan.project };
    await ground.compose.startKept(file, names, countsByService(ground.state.containers));
  }
  const deadline = performance.now() + patienceMs;
  for (;;) {
    ground.signal.throwIfAborted();
    const containers = await stackContainers(server.engine, plan.release.app);
    const states = await Promise.all(plan.needed.map((one) => stateOf(job, one, containers)));
    const waiting = states.find((state) => state !== undefined);
    if (waiting === undefined) return;
    if (performance.now() > deadline) {
      throw new NeededServiceError(
        `${waiting}, and others of this release depend on it; look at its log with "docker compose logs" in the stack's folder on the server.`,
      );
    }
    reporter.progress('needed', `${waiting} yet`);
    await delay(pollMs, undefined, { signal: ground.signal });
  }
}

/** What is still missing, or undefined when it is as it has to be. */
async function stateOf(
  { server }: StackJob,
  { service, condition }: NeededService,
  containers: readonly StackContainer[],
): Promise<string | undefined> {
  const there = containers.filter((one) => one.service === service);
  const [container] = there;
  if (!container) return `${service} is not there`;
  if (condition === 'started') return there.some(isUp) ? undefined : `${service} does not run`;
  const { State: state } = (await server.engine.containers.inspect(container.id)) ?? {};
  if (condition === 'healthy') {
    return state?.Health?.Status === 'healthy' ? undefined : `${service} is not healthy`;
  }
  if (state?.Status !== 'exited') return `${service} has not ended`;
  if (state.ExitCode === 0) return undefined;
  throw new NeededServiceError(
    `${service} ended with exit code ${state.ExitCode}, and others of this release wait for it to end well; mend it, or name it in "services" so that this release runs it again.`,
  );
}
