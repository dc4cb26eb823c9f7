export { type ImageOverrides, parseImageOverrides } from './image-overrides.ts';
export { parseServiceOptionLines, type ServiceOptionLines } from './service-option-lines.ts';
