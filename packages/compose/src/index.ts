export { builtServices } from './built-services.ts';
export {
  ComposeCommand,
  type ComposeOptions,
  type ContainerCounts,
  type ProjectOnServer,
  type ReleasedFile,
} from './compose-command.ts';
export { parseComposeDurationMs } from './compose-duration.ts';
export { ComposeError } from './compose-error.ts';
export { ComposeSourceError, type Place } from './compose-errors.ts';
export { composeFileText } from './compose-file-text.ts';
export type { ComposeVersion } from './compose-version.ts';
export { definitionChanges } from './definition-changes.ts';
export { type FileReference, fileReferences } from './file-references.ts';
export type { Notice, Refusal } from './finding.ts';
export type { ImageFacts } from './image-facts.ts';
export type { PathUse } from './named-paths.ts';
export { findNotices } from './notices.ts';
export { ComposeModelError, parseResolvedProject } from './parse-resolved-project.ts';
export type { ProgramRunner, RunOptions } from './program-runner.ts';
export { projectName } from './project-name.ts';
export { findRefusals, type RefusalFacts } from './refusals.ts';
export { stackNetwork, switchServiceOf } from './released-names.ts';
export { type KeptDefinition, type ReleaseFacts, releasedProject } from './released-project.ts';
export type * from './resolved-project.ts';
export { healthSources } from './resolved-project.ts';
export { runJob } from './run-job.ts';
export { isSameButForColor, recolored } from './service-colors.ts';
export { isServiceName } from './service-name.ts';
export {
  type LabelProblem,
  type OptionReading,
  readOptionLabels,
  readServiceOption,
  type ServiceOptionName,
  type ServiceOptions,
  type SplitCommand,
  serviceOptionNames,
  stackLabels,
} from './service-options.ts';
export { type PlanningFacts, planServices } from './service-plans.ts';
export { shippedServices, UnknownServiceError } from './shipped-services.ts';
export {
  type AbsentPath,
  type ComposeSource,
  type MountedPath,
  readComposeSource,
  type SourceFile,
  type SourceRequest,
} from './source-files.ts';
export { lineOf } from './source-lines.ts';
export { countsByService, detachAliases, type StackContainer, stackContainers } from './stack-containers.ts';
export { type NeededCondition, type NeededService, type StartWave, startWaves } from './start-waves.ts';
export type { SwitchFacts } from './switch-service.ts';
export { writeVariablesFile } from './variables-file.ts';
