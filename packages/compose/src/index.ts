export { builtServices } from './built-services.ts';
export { ComposeSourceError, type Place } from './compose-errors.ts';
export { type ImageOverrides, parseImageOverrides } from './image-overrides.ts';
export type { PathUse } from './named-paths.ts';
export type * from './resolved-project.ts';
export {
  type OptionProblem,
  parseServiceOptions,
  readServiceLabels,
  type ServiceOptions,
} from './service-options.ts';
export {
  type AbsentPath,
  type ComposeSource,
  type MountedPath,
  readComposeSource,
  type SourceFile,
  type SourceRequest,
} from './source-files.ts';
export { lineOf } from './source-lines.ts';
export { writeVariablesFile } from './variables-file.ts';
