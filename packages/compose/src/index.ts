export {
  ComposeCommand,
  type ComposeOptions,
  type ComposeSource,
  type ContainerCounts,
  type ReleasedFile,
} from './compose-command.ts';
export { ComposeError } from './compose-error.ts';
export type { ComposeVersion } from './compose-version.ts';
export type { ProgramRunner, RunOptions } from './program-runner.ts';
export type * from './resolved-project.ts';
export { runJob } from './run-job.ts';
export { countsByService, detachAliases, type StackContainer, stackContainers } from './stack-containers.ts';
