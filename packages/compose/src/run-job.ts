import { type CompletedRun, type Engine, type FollowedRun, startAndFollow } from '#engine';
import type { ComposeCommand, ReleasedFile } from './compose-command.ts';
import { ComposeError } from './compose-error.ts';
import { countsByService, stackContainers } from './stack-containers.ts';

/**
 * Runs a job of the stack in a fresh container that Compose makes, and waits for its end. As after `docker compose up`,
 * the container stays, exited: the one of the run before is removed. What it depends on must run already.
 *
 * @throws ComposeError when the container cannot be made
 * @throws the signal's reason when it fires; the job is stopped before
 */
export async function runJob(
  { compose, engine }: { compose: ComposeCommand; engine: Engine },
  file: ReleasedFile,
  service: string,
  run: FollowedRun,
): Promise<CompletedRun> {
  const call = run.signal === undefined ? {} : { signal: run.signal };
  const before = await stackContainers(engine, file.project.name, call);
  const ofJob = (container: { service: string; isOneOff: boolean }) =>
    container.service === service && !container.isOneOff;
  for (const { id } of before.filter(ofJob)) await engine.containers.remove(id, { force: true, ...call });
  const others = before.filter((container) => !ofJob(container));
  await compose.createCandidates(file, [service], countsByService(others), call);
  const [made] = (await stackContainers(engine, file.project.name, call)).filter(ofJob);
  if (made === undefined)
    throw new ComposeError(`Docker Compose made no container of the job ${service}; run again.`);
  const tty = file.project.services[service]?.tty === true;
  return startAndFollow(engine, made.id, { ...run, tty });
}
