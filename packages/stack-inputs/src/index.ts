export { type ImageOverrides, parseImageOverrides } from './image-overrides.ts';
export { parseServiceOptionLines, type ServiceOptionLines } from './service-option-lines.ts';
export { isStack, readStackInputs, type StackInputs } from './stack-inputs.ts';
