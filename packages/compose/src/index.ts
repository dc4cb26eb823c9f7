export { parseComposeDurationMs } from './compose-duration.ts';
export { composeFileText } from './compose-file-text.ts';
export { definitionChanges } from './definition-changes.ts';
export { type FileReference, fileReferences } from './file-references.ts';
export type { Notice, Refusal } from './finding.ts';
export type { ImageFacts } from './image-facts.ts';
export { findNotices } from './notices.ts';
export { ComposeModelError, parseResolvedProject } from './parse-resolved-project.ts';
export { findRefusals, type RefusalFacts } from './refusals.ts';
export { stackNetwork, switchServiceOf } from './released-names.ts';
export { type KeptDefinition, type ReleaseFacts, releasedProject } from './released-project.ts';
export type * from './resolved-project.ts';
export { isSameButForColor, recolored } from './service-colors.ts';
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
export { replicasOf } from './service-refusals.ts';
export { shippedServices, UnknownServiceError } from './shipped-services.ts';
export { type NeededCondition, type NeededService, type StartWave, startWaves } from './start-waves.ts';
export type { SwitchFacts } from './switch-service.ts';
