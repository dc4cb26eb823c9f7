import { type ResolvedProject, type StackContainer, switchServiceOf } from '#compose';
import type { FoundStack, OnFinding } from './reconcile-stack.ts';
import { isUp, type StackJob, type StackState } from './stack-context.ts';
import type { RoutedService, StackRelease } from './stack-release.ts';
import { plainOnes, switchContainerOf } from './stack-switches.ts';
import { switchDefinition } from './switch-definition.ts';

/** The switch may have been removed by a person, or by a job that died while it replaced it. */
export async function ensureSwitch(
  job: StackJob,
  { state, switches, compose }: FoundStack,
  live: StackRelease,
  project: ResolvedProject | undefined,
  service: string,
  released: RoutedService,
  onFinding: OnFinding,
): Promise<void> {
  const container = switchContainerOf(state.containers, service);
  if (container && isUp(container)) return;
  if (plainServes(state, service)) return;
  const trafficSwitch = switches.of(service);
  if (project) {
    await job.server.files.makeDirectory(job.files.switchFolder(service), 0o700);
    await trafficSwitch.prepareFiles(
      released.color,
      switchDefinition(service, released, live, live, project),
    );
  }
  if (container) {
    await job.server.engine.containers.start(container.id);
    onFinding(`Started ${container.name}, which did not run.`);
  } else {
    if (!project) return;
    await compose.upSwitches({ path: job.files.fileOf(live.id), project }, [switchServiceOf(service)]);
    onFinding(`Made the switch of ${service} anew, which was gone.`);
  }
  await trafficSwitch.ready();
}

/** A person has left us, or an adoption was never finished: it has the address. */
export function plainServes({ containers }: StackState, service: string): boolean {
  return plainOnes(containers, service).some(isUp) && !isUpSwitch(switchContainerOf(containers, service));
}

export function isUpSwitch(container: StackContainer | undefined): boolean {
  return container?.role === 'switch' && isUp(container);
}
